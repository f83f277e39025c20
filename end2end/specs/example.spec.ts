/** *Open the example*: one press, and there is a session to annotate. */
import { expect, open, test } from '../support/fixtures';
import { jobPanel, opened, stage } from '../support/session';
import { readStage, showsFrame } from '../support/stage';

test('the example opens in the workspace', async ({ page, truth }) => {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  const session = await opened(page);
  expect(session).toMatch(/^example_before_example_after_/);

  // Both videos show their first frame as it is, without anything over it.
  for (const { side, width, height } of truth.clips) {
    await showsFrame(stage(page, side), 0);
    const seen = await readStage(stage(page, side), session, side, 0, { width, height }, [0, 0, 0]);
    expect(seen.untouched).toBeGreaterThan(0.95);
  }
  await expect(page.getByRole('form', { name: 'New object' })).toBeVisible();
  await expect(jobPanel(page).getByRole('button', { name: 'Start Offline Job' })).toBeDisabled();
});
