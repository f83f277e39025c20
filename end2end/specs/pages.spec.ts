/** Every page, light and dark: readable for everybody, and pictures of it to look at. */
import { expect, open, test } from '../support/fixtures';
import { SIZES, look } from '../support/look';
import { annotateEverything, jobPanel, opened, pane, stage } from '../support/session';
import { showsFrame } from '../support/stage';

test('pages without a session', async ({ page }) => {
  await open(page, '/');
  await look(page, 'start');
  await open(page, '/sessions');
  await look(page, 'sessions-first');
});

test.describe('a wrong address', () => {
  // The browser itself reports the status.
  test.use({ allowed: /^error: Failed to load resource: .*404/ });

  test('has a page of its own', async ({ page }) => {
    await open(page, '/nowhere');
    await look(page, 'missing');
  });
});

test('pages of a session', async ({ page, truth }) => {
  test.setTimeout(240_000);
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  const session = await opened(page);
  await look(page, 'workspace-first');
  await annotateEverything(page, truth);
  await look(page, 'workspace');
  // Everything fits one screen.
  const overflow = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
  expect(overflow).toBeLessThanOrEqual(0);
  for (const side of [1, 2] as const) {
    const box = await pane(page, side).boundingBox();
    expect((box?.x ?? NaN) + (box?.width ?? NaN)).toBeLessThanOrEqual(SIZES[0].width);
    const inner = await stage(page, side).boundingBox();
    expect((inner?.x ?? NaN) + (inner?.width ?? NaN)).toBeLessThanOrEqual(SIZES[0].width);
  }

  await jobPanel(page).getByRole('button', { name: 'Start Offline Job' }).click();
  await expect(jobPanel(page).getByText('The offline job is done.')).toBeVisible({ timeout: 150_000 });
  // The timelines show what the job found; a key leads to what it is least sure of.
  const lane = page.getByRole('button', { name: /^ball 1 in video 1: clicks on 1 frame, seen on \d+ of \d+ frames/ });
  await expect(lane).toBeVisible();
  await page.keyboard.press('r');
  await expect(page.getByText(/Every suspect place was looked at|frame \d+: the m/)).toBeVisible();
  await look(page, 'workspace-done');
  await page.keyboard.press('t');
  await look(page, 'workspace-onion');
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await page.keyboard.press('f');
  await page.keyboard.press('i');
  await page.getByRole('button', { name: /^Colour of ball 1/ }).click();
  await page.getByRole('button', { name: 'From database' }).click();
  await expect(page.getByText('--object-database')).toBeVisible();
  await look(page, 'workspace-large');
  await open(page, `/sessions/${session}/review`);
  await showsFrame(stage(page, 1), 0);
  await showsFrame(stage(page, 2), 0);
  await look(page, 'review');
  await open(page, '/sessions');
  await look(page, 'sessions');
  await page.getByRole('button', { name: /^Queue/ }).click();
  await look(page, 'queue');
});
