/** People who sign in. */
import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { expect, open, ready } from './fixtures';
import { SERVER } from './paths';
import type { Server } from './server';

/** Everybody's password. */
export const PASSWORD = 'correct horse battery';

/** Adds somebody on the command line, while the server runs, and lets them choose their password in a browser. */
export async function join(page: Page, server: Server, name: string, role: string): Promise<void> {
  const args = ['user', '--data', server.data, 'add', name, '--role', role, '--url', server.url];
  const told = execFileSync(SERVER, args, { encoding: 'utf8' });
  const link = /http\S+\/welcome\/[0-9a-f]{64}/.exec(told)?.[0];
  expect(link, told).toBeTruthy();
  await open(page, link ?? '');
  await choosePassword(page);
  await page.waitForURL((url) => url.pathname === '/');
  await ready(page);
}

/** Fills in the page behind a one-time link; the first lead also says their name. */
export async function choosePassword(page: Page, name?: string): Promise<void> {
  const form = page.getByRole('form', { name: 'Choose a password' });
  if (name) {
    await form.getByLabel('Name').fill(name);
  }
  await form.getByLabel(/^Password/).fill(PASSWORD);
  await form.getByLabel('The same password again').fill(PASSWORD);
  await form.getByRole('button', { name: 'Save and sign in' }).click();
}

/** Fills in the sign-in page. */
export async function signIn(page: Page, name: string, password: string): Promise<void> {
  const form = page.getByRole('form', { name: 'Sign in' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Password').fill(password);
  await form.getByRole('button', { name: 'Sign in' }).click();
}
