/** What every test gets: a running server, pages that must stay free of errors, and the truth about the clips. */
import { writeFileSync } from 'node:fs';
import { type BrowserContext, type Page, test as base, expect } from '@playwright/test';
import { Server } from './server';
import { type Truth, loadTruth } from './truth';

export { expect };

interface TestFixtures {
  /** Console messages that the test itself provokes. */
  allowed: RegExp;
  /** Opens another browser, which knows nothing of the first. */
  anotherBrowser: () => Promise<Page>;
  /** What the consoles of all pages said that they should not have said. */
  complaints: string[];
  /** More arguments of `scenediff serve`. */
  serverArgs: string[];
  /** A server of the test's own, with nothing in it. */
  server: Server;
}

interface WorkerFixtures {
  truth: Truth;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({ serverArgs }, use) => {
      const server = await Server.start(serverArgs);
      await use(server);
      await server.remove();
    },
    { timeout: 90_000 },
  ],
  truth: [
    async ({}, use) => {
      await use(loadTruth());
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => {
    await use(server.url);
  },
  serverArgs: [[], { option: true }],
  // Matches nothing.
  allowed: [/(?!)/, { option: true }],
  complaints: async ({ allowed, server }, use, info) => {
    const complaints: string[] = [];
    await use(complaints);
    if (info.status !== info.expectedStatus) {
      writeFileSync(info.outputPath('server.log'), server.log.join('\n'));
    }
    const unexpected = complaints.filter((text) => !allowed.test(text));
    expect(unexpected, 'the consoles of all pages are quiet').toEqual([]);
  },
  context: async ({ context, complaints }, use) => {
    listen(context, complaints);
    await use(context);
  },
  anotherBrowser: async ({ browser, baseURL, complaints }, use) => {
    const opened: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 720 } });
      opened.push(context);
      listen(context, complaints);
      return context.newPage();
    });
    await Promise.all(opened.map((context) => context.close()));
  },
});

/** Takes down every error and warning of every page of a browser. */
function listen(context: BrowserContext, complaints: string[]): void {
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (error) => complaints.push(`exception: ${error.error().stack ?? error.error().message}`));
}

/** Opens an address and waits until the page reacts. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await ready(page);
}

/** Waits until the page reacts. */
export async function ready(page: Page): Promise<void> {
  await expect(page.locator('body[data-hydrated]')).toBeAttached();
}
