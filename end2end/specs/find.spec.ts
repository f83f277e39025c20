/** Finding an object of one video in the other: suggestions, of which a person takes one or none. */
import type { Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import { aimAt } from '../support/keyboard';
import { look } from '../support/look';
import { addObject, answered, opened, pane, progressCell, stage } from '../support/session';
import { showsFrame } from '../support/stage';
import { type Truth, decode, isIn, title } from '../support/truth';

/** The cup: in both videos, at different places. */
function moved(truth: Truth): number {
  return truth.objects.findIndex((object) => isIn(object, 1) && isIn(object, 2));
}

/** Opens the example with the cup, clicked in video 1 by keyboard alone. */
async function begin(page: Page, truth: Truth): Promise<string> {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  const session = await opened(page);
  const object = moved(truth);
  await addObject(page, truth.objects[object]);
  const click = truth.clicks.find((of) => of.object === object && of.side === 1);
  if (!click) {
    throw new Error('the truth has no click on the cup in video 1');
  }
  for (let left = click.frame; left > 0; left--) {
    await page.keyboard.press('ArrowRight');
  }
  await showsFrame(stage(page, 1), click.frame);
  await page.keyboard.press('.');
  await aimAt(page, truth, click);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await answered(page, 1);
  await expect(progressCell(page, truth.objects[object], 1)).toHaveText('1/1');
  return session;
}

/** What the server has stored. */
async function clicks(page: Page, session: string): Promise<{ side: number; frame: number; x: number; y: number }[]> {
  const answer = await page.request.post('/api/sessions/get', { data: { id: session } });
  const { prompts } = (await answer.json()) as {
    prompts: { key: { side: number; frame: number }; prompts: { points: { x: number; y: number }[] } }[];
  };
  return prompts.flatMap(({ key, prompts: { points } }) =>
    points.map(({ x, y }) => ({ side: key.side, frame: key.frame, x, y })),
  );
}

test('the moved cup is found in video 2, accepted and undone, by keyboard alone', async ({ page, truth }) => {
  test.setTimeout(240_000);
  const session = await begin(page, truth);
  const object = moved(truth);
  const name = title(truth.objects[object]);
  const panel = page.getByRole('region', { name: `Looking for ${name} in video 2` });
  await page.keyboard.press('Shift+F');
  await expect(panel.getByText(/\d+ of \d+/)).toBeVisible();
  const suggestions = panel.getByRole('button', { name: /^Suggestion/ });
  await expect(suggestions.first()).toBeVisible({ timeout: 120_000 });
  await expect(suggestions.first()).toHaveAttribute('aria-pressed', 'true');
  const shown = async () => Number(/frame (\d+)/.exec((await suggestions.first().getAttribute('aria-label')) ?? '')?.[1]);
  await showsFrame(stage(page, 2), await shown());
  await look(page, 'find');
  // Nothing is recorded unasked.
  expect((await clicks(page, session)).every(({ side }) => side === 1)).toBe(true);

  const count = await suggestions.count();
  expect(count).toBeLessThanOrEqual(5);
  if (count > 1) {
    await page.keyboard.press('ArrowDown');
    await expect(suggestions.nth(1)).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('ArrowUp');
    await expect(suggestions.first()).toHaveAttribute('aria-pressed', 'true');
  }
  await page.keyboard.press('Enter');
  await expect(panel).toBeHidden();
  await expect(progressCell(page, truth.objects[object], 2)).toHaveText('1/1');
  await answered(page, 2);
  const [made] = (await clicks(page, session)).filter(({ side }) => side === 2);
  const cup = truth.clips[1].frames[made.frame].find((mask) => mask.object === object);
  const mask = cup && decode(cup.mask);
  expect(mask?.[Math.floor(made.y) * truth.clips[1].width + Math.floor(made.x)], 'the click lies on the cup').toBe(1);
  await expect(page.getByTestId('undo')).toHaveText(`Undo the click on ${name}, video 2, frame ${made.frame}`);
  await page.keyboard.press('z');
  await expect(progressCell(page, truth.objects[object], 2)).toHaveText('0/1');
  expect((await clicks(page, session)).every(({ side }) => side === 1)).toBe(true);
});

test('suggestions are rejected one by one, and a search is cancelled', async ({ page, truth }) => {
  test.setTimeout(240_000);
  const session = await begin(page, truth);
  const name = title(truth.objects[moved(truth)]);
  const panel = page.getByRole('region', { name: `Looking for ${name} in video 2` });
  // By mouse, from the video in which it is missing.
  await pane(page, 2).getByRole('button', { name: `Find ${name} in video 2` }).click();
  await panel.getByRole('button', { name: 'Cancel' }).click();
  await expect(panel).toBeHidden();
  await page.keyboard.press('Shift+F');
  const suggestions = panel.getByRole('button', { name: /^Suggestion/ });
  await expect(suggestions.first()).toBeVisible({ timeout: 120_000 });
  for (let left = await suggestions.count(); left > 0; left--) {
    await expect(suggestions).toHaveCount(left);
    await page.keyboard.press('Delete');
  }
  await expect(panel).toBeHidden();
  await expect(page.getByText('No suggestion is left')).toBeVisible();
  expect((await clicks(page, session)).length).toBe(1);

  // What is in one video only is not looked for.
  await addObject(page, truth.objects[0]);
  await page.keyboard.press('Shift+F');
  await expect(page.getByText(/is in video 1 only: tick video 2/)).toBeVisible();
});
