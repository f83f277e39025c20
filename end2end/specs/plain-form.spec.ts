/** The upload form without JavaScript: it ends on a page, whatever becomes of the upload. */
import { expect, test } from '../support/fixtures';
import { fillForm } from '../support/session';
import { VIDEOS } from '../support/truth';

test.use({ javaScriptEnabled: false });

test('an upload ends on the page of its session', async ({ page }) => {
  await page.goto('/');
  await fillForm(page, 'kitchen', VIDEOS[1], VIDEOS[2]);
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page).toHaveURL(/\/sessions\/video1_video2_/);
  await expect(page.getByRole('heading', { name: 'Reading the videos' })).toBeVisible();
  await expect(page.locator('noscript > p')).toContainText('Annotating needs JavaScript');
});

test('a refused upload ends on the form, with the reason', async ({ page }) => {
  await page.goto('/');
  const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no video & no "film"') };
  await fillForm(page, 'kitchen', VIDEOS[1], notes);
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByRole('heading', { name: 'New Annotation' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('"notes.txt" is not one of the accepted kinds of video');
});
