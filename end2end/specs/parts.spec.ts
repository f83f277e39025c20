/** What a page loads of the browser's program: little, and only what it needs. */
import type { Page } from '@playwright/test';
import { expect, open, ready, test } from '../support/fixtures';
import { look } from '../support/look';
import { opened } from '../support/session';

/** Most bytes of program, compressed, that people load where they arrive. */
const MOST = 400_000;

/** Most bytes that a page may load beside what every page does. */
const MOST_OF_A_PART = 325_000;

/** The files of the frame around every page. */
const FRAME = /^\/pkg\/[^/]+$/;

/** Opens an address in a browser that has nothing yet, and counts the bytes of program that come for it, by file. */
async function loaded(page: Page, address: string): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  const waiting: Promise<void>[] = [];
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (/^\/pkg\/.*\.(js|wasm)$/.test(path)) {
      expect(response.headers()['content-encoding'], `${path} is compressed`).toBe('br');
      waiting.push(response.request().sizes().then((sizes) => void files.set(path, sizes.responseBodySize)));
    }
  });
  await open(page, address);
  await Promise.all(waiting);
  return files;
}

const sum = (files: Map<string, number>, which = /./) =>
  [...files].reduce((all, [file, bytes]) => all + (which.test(file) ? bytes : 0), 0);
const list = (files: Map<string, number>) => [...files].map(([file, bytes]) => `${bytes} ${file}`).join('\n');

test('a page loads little of the program at first', async ({ page, anotherBrowser }) => {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  const session = await opened(page);

  // Where people arrive: the frame around every page, and the part of this one.
  const start = await loaded(await anotherBrowser(), '/');
  expect(sum(start), `/ loads\n${list(start)}`).toBeLessThanOrEqual(MOST);
  const frame = sum(start, FRAME);
  for (const address of ['/sessions', '/people', `/sessions/${session}/review`, `/sessions/${session}`]) {
    const files = await loaded(await anotherBrowser(), address);
    expect(sum(files) - frame, `beside the frame, ${address} loads\n${list(files)}`).toBeLessThanOrEqual(MOST_OF_A_PART);
    // What people open comes when they do.
    expect([...files.keys()].filter((file) => file.includes('__')), address).toEqual(['/pkg/__wasm_split.______________________.js']);
    // The canvas of the workspace comes with the workspace alone.
    const isWorkspace = address === `/sessions/${session}`;
    expect([...files.keys()].some((file) => file.endsWith('/split_workspace.wasm')), address).toBe(isWorkspace);
  }
});

test.describe('without its part', () => {
  // The browser and the loader report what the test holds back.
  test.use({ allowed: /^(error: (Failed to load resource|TypeError|CompileError|Error|LinkError)|warning: .*preload)/ });

  test('a page that somebody goes to says so, and reloading helps', async ({ page }) => {
    await open(page, '/');
    await page.route('**/split_sessions.wasm', (route) => route.abort());
    await page.getByRole('link', { name: 'Review Sessions' }).click();
    await expect(page.getByRole('alert')).toContainText('This page could not be loaded');
    await look(page, 'part-missing');
    await page.unroute('**/split_sessions.wasm');
    await page.getByRole('link', { name: 'Reload the page' }).click();
    await expect(page.getByText('No sessions yet')).toBeVisible();
    await ready(page);
  });

  test('a piece that somebody opens says so, and comes when it can', async ({ page }) => {
    await open(page, '/');
    await page.getByRole('button', { name: 'Open the example' }).click();
    await opened(page);
    await page.route('**/split_review_and_workspace__keys.wasm', (route) => route.abort());
    await page.keyboard.press('?');
    const missing = page.getByRole('alert').filter({ hasText: 'This part of the page could not be loaded' });
    await expect(missing).toBeVisible();
    await look(page, 'piece-missing');
    await page.unroute('**/split_review_and_workspace__keys.wasm');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    await expect(missing).toHaveCount(0);
  });

  test('a page of the server reacts as soon as it comes', async ({ page }) => {
    await page.route('**/split_start.wasm', (route) => route.abort());
    await page.goto('/');
    await expect(page.getByRole('button', { name: 'Open the example' })).toBeVisible();
    await expect(page.locator('body[data-hydrated]')).toHaveCount(0);
    await page.unroute('**/split_start.wasm');
    await ready(page);
    await page.getByRole('link', { name: 'Review Sessions' }).click();
    await expect(page.getByText('No sessions yet')).toBeVisible();
  });
});
