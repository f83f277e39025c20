/** After the offline job: approving frames, correcting one object, seeing what changed and taking it back. */
import type { Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import { look } from '../support/look';
import { addObject, answered, clickObject, jobPanel, opened, propagate, slide, stage } from '../support/session';
import { clickPixel, showsFrame } from '../support/stage';
import { type Rle, type Truth, truthMask } from '../support/truth';

/** The masks of video 1 by frame, as the server has them. */
async function masks(page: Page, session: string, truth: Truth, what = ''): Promise<Map<number, string>> {
  const frames = truth.clips[0].frames.length;
  const answer = await page.request.get(`/sessions/${session}/videos/1/masks?from=0&to=${frames}${what}`);
  const list = (await answer.json()) as { frame: number; masks: { mask: Rle }[] }[];
  return new Map(list.map(({ frame, masks: [one] }) => [frame, one.mask.counts]));
}

async function show(page: Page, frame: number): Promise<void> {
  await slide(page, 'video 1', frame);
  await showsFrame(stage(page, 1), frame);
}

test('a correction changes one span, never an approved frame, and can be taken back', async ({ page, truth }) => {
  test.setTimeout(300_000);
  const [ball] = truth.objects;
  const [click] = truth.clicks;
  const frames = truth.clips[0].frames.length;
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  const session = await opened(page);
  await addObject(page, ball);
  await clickObject(page, truth, click);
  await propagate(page);
  const before = await masks(page, session, truth);
  expect(before.size).toBeGreaterThan(frames / 2);
  expect((await masks(page, session, truth, '&former=true')).size).toBe(0);

  // Halfway between the click and the end; the correction lies behind it.
  const wall = Math.floor((click.frame + frames) / 2);
  const corrected = frames - 4;
  const approve = page.getByRole('button', { name: 'Approved', exact: true });
  await show(page, wall);
  await page.keyboard.press('Shift+G');
  await expect(page.getByText(`Frame ${wall} is approved`)).toBeVisible();
  await expect(approve).toHaveAttribute('aria-pressed', 'true');
  // A click there could change nothing.
  await clickPixel(stage(page, 1), truth.clips[0], { x: 5, y: 5 });
  await expect(page.getByText(`Frame ${wall} of video 1 is approved, so its mask stays as it is`)).toBeVisible();
  await show(page, wall - 1);
  await expect(approve).toHaveAttribute('aria-pressed', 'false');
  await expect(page.getByRole('button', { name: /^ball 1 in video 1: .*1 approved/ })).toBeVisible();

  // A span in one step, by key and by hand; the list leads there and takes back.
  await show(page, wall + 3);
  await page.keyboard.press('Shift+S');
  await expect(page.getByText(`4 frames of video 1 approved, from ${wall} to ${wall + 3}`)).toBeVisible();
  await page.getByText('Approved, ball 1, video 1').click();
  const list = page.getByRole('list', { name: 'Approved frames' });
  await page.getByRole('button', { name: `Go to approved frames ${wall} to ${wall + 3}` }).click();
  await showsFrame(stage(page, 1), wall);
  const span = page.getByRole('form', { name: 'Approve a span' });
  await span.getByLabel('From').fill(String(wall + 1));
  await span.getByLabel('to').fill(String(wall + 9));
  await span.getByRole('button', { name: 'Remove' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await span.getByLabel('From').fill('2');
  await span.getByLabel('to').fill('5');
  await page.keyboard.press('Enter');
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await look(page, 'approved');
  await page.getByRole('button', { name: 'No longer approve frames 2 to 5' }).click();
  await expect(list).toHaveText(String(wall));
  // Approving is undone like everything else; undo says what it takes back, and goes there.
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveAttribute(
    'title',
    /^Undo the end of approval of ball 1, video 1, frames 2 to 5/,
  );
  await page.keyboard.press('z');
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await showsFrame(stage(page, 1), 2);
  await page.keyboard.press('Shift+Z');
  await expect(list).toHaveText(String(wall));

  await show(page, corrected);
  const truly = truthMask(truth, 1, corrected, click.object);
  const { width } = truth.clips[0];
  const inside = [...(truly?.keys() ?? [])].filter((at) => truly?.[at]);
  const middle = inside[Math.floor(inside.length / 2)];
  await clickPixel(stage(page, 1), truth.clips[0], { x: (middle % width) + 0.5, y: Math.floor(middle / width) + 0.5 });
  await answered(page, 1);
  const panel = jobPanel(page);
  await expect(panel.getByText('The clicks of 1 frame changed since the offline job')).toBeVisible();
  await page.keyboard.press('Shift+G');
  await expect(page.getByText(`Frame ${corrected} of video 1 has clicks that its mask was not made from`)).toBeVisible();
  await propagate(page);
  await expect(panel.getByText('The offline job is done.')).toBeVisible();

  const after = await masks(page, session, truth);
  const changed = [...Array(frames).keys()].filter((frame) => before.get(frame) !== after.get(frame));
  expect(changed.length).toBeGreaterThan(0);
  expect(Math.min(...changed)).toBeGreaterThan(wall);
  const former = await masks(page, session, truth, '&former=true');
  expect([...former.keys()]).toEqual(changed.filter((frame) => before.has(frame)));

  // The old outline, then the old masks.
  await page.keyboard.press('Shift+I');
  await expect(page.getByRole('button', { name: 'Former', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByText(`are back on ${changed.length} frames of video 1`)).toBeVisible();
  expect(await masks(page, session, truth)).toEqual(before);
  await page.keyboard.press('Shift+B');
  await expect.poll(() => masks(page, session, truth)).toEqual(after);
});
