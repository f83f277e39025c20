/** A power cut in the middle of an offline job: it goes on by itself, and so does the open page. */
import { expect, open, test } from '../support/fixtures';
import { annotateEverything, jobPanel, opened } from '../support/session';

// While the server is away the browser reports that it cannot be reached.
test.use({ allowed: [/^error: Failed to load resource: net::ERR_/, /net::ERR_(CONNECTION|INCOMPLETE|EMPTY)/] });

test('a killed server finishes the job after its next start', async ({ page, server, truth }) => {
  test.setTimeout(240_000);
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await opened(page);
  await annotateEverything(page, truth);
  const panel = jobPanel(page);
  await panel.getByRole('button', { name: 'Start Offline Job' }).click();
  const progress = panel.getByText(/\d+ of \d+ frames/);
  await expect(progress).toHaveText(/^([2-9]|\d\d) of/);
  const before = frames(await progress.textContent());

  await server.kill();
  await expect(page.getByRole('button', { name: 'No connection' })).toBeVisible();
  await server.launch();

  // The page comes back by itself; the job does not begin anew.
  await expect(page.getByRole('button', { name: 'No connection' })).toBeHidden();
  await expect(progress).toBeVisible();
  expect(frames(await progress.textContent())).toBeGreaterThanOrEqual(Math.floor(before / 2));
  await expect(panel.getByText('The offline job is done.')).toBeVisible({ timeout: 150_000 });
  await panel.getByRole('link', { name: 'Review the masks' }).click();
  await expect(page.getByRole('link', { name: 'segments.pkl', exact: true })).toBeVisible();
});

function frames(words: string | null): number {
  return Number(/\d+/.exec(words ?? '')?.[0] ?? 0);
}
