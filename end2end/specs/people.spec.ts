/** A team: the first lead, an invited annotator, and what each may see. */
import type { Page } from '@playwright/test';
import { expect, open, ready, test } from '../support/fixtures';
import { look } from '../support/look';
import { PASSWORD, choosePassword, signIn } from '../support/team';

test.use({ serverArgs: ['--team'], allowed: /^error: Failed to load resource: .*(401|403|404)/ });

/** Makes the first lead with the link that the server printed. */
async function firstLead(page: Page, log: string[]): Promise<void> {
  await expect.poll(() => log.join('\n')).toMatch(/\/welcome\/[0-9a-f]{64}/);
  const link = /http\S+\/welcome\/[0-9a-f]{64}/.exec(log.join('\n'))?.[0] ?? '';
  await open(page, link);
  await look(page, 'welcome');
  await choosePassword(page, 'Lea');
  await page.waitForURL((url) => url.pathname === '/');
  await ready(page);
}

test('from the first link to a team of two', async ({ page, server, anotherBrowser }) => {
  // A page that is asked for by nobody leads to the sign-in page and back.
  await open(page, '/sessions?q=kitchen');
  await expect(page).toHaveURL(/\/sign-in\?to=%2Fsessions%3Fq%3Dkitchen$/);
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeHidden();
  await look(page, 'sign-in');
  await signIn(page, 'Lea', 'a wrong password');
  await expect(page.getByRole('alert')).toContainText('The name or the password is wrong');

  await firstLead(page, server.log);
  await page.getByRole('button', { name: 'Lea' }).click();
  await look(page, 'person-menu');
  await page.getByRole('link', { name: 'People' }).click();
  const add = page.getByRole('form', { name: 'Add a person' });
  await add.getByLabel('Name').fill('Ann');
  await add.getByRole('button', { name: 'Add' }).click();
  const link = await page.locator('.fresh-link code').innerText();
  await expect(page.getByRole('row', { name: /Ann/ })).toContainText('Waits for a password');
  await look(page, 'people');

  const annsPage = await anotherBrowser();
  await open(annsPage, link);
  await choosePassword(annsPage);
  await annsPage.waitForURL((url) => url.pathname === '/');
  await ready(annsPage);
  await expect(annsPage.getByRole('button', { name: 'Ann' })).toBeVisible();
  // A link works once.
  await open(annsPage, link);
  await expect(annsPage.getByText('This link does not work')).toBeVisible();
  // What is for leads is not for annotators.
  await open(annsPage, '/people');
  await expect(annsPage.getByRole('alert')).toContainText('for leads');
  await expect(annsPage.getByRole('alert').getByRole('link')).toHaveText('Review Sessions');
  await look(annsPage, 'people-refused');

  // Shut out, Ann's open page notices by itself.
  await open(annsPage, '/sessions');
  await page.reload();
  await ready(page);
  await page.getByRole('button', { name: 'Shut Ann out' }).click();
  await expect(page.getByRole('row', { name: /Ann/ })).toContainText('Shut out');
  await expect(annsPage.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await annsPage.getByRole('link', { name: 'Sign in' }).click();
  await expect(annsPage).toHaveURL(/\/sign-in\?to=%2Fsessions$/);

  // Signing out leads to the sign-in page, and in again.
  await page.getByRole('button', { name: 'Lea', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.waitForURL(/\/sign-in$/);
  await signIn(page, 'lea', PASSWORD);
  await page.waitForURL((url) => url.pathname === '/');
});
