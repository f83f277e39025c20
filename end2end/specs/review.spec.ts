/** A review by three people in three browsers: judged, sent back, annotated again, found good. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import { look } from '../support/look';
import {
  annotateEverything,
  answered,
  jobPanel,
  objectRow,
  openWorkspace,
  slide,
  stage,
  upload,
} from '../support/session';
import { clickPixel, showsFrame } from '../support/stage';
import { join } from '../support/team';
import { type Rle, type Truth, title, truthMask } from '../support/truth';

// The console notes what was refused.
test.use({ serverArgs: ['--team'], allowed: /^error: Failed to load resource: .*(401|403|409)/ });

/** The masks of a video by object and frame, as the server has them. */
async function masks(page: Page, session: string, truth: Truth, side: 1 | 2): Promise<Map<string, string>> {
  const frames = truth.clips[side - 1].frames.length;
  const answer = await page.request.get(`/sessions/${session}/videos/${side}/masks?from=0&to=${frames}`);
  const list = (await answer.json()) as { frame: number; masks: { object: number; mask: Rle }[] }[];
  const all = list.flatMap(({ frame, masks }) =>
    masks.map(({ object, mask }) => [`${object} on ${frame}`, mask.counts] as const),
  );
  return new Map(all);
}

/** The objects and frames whose masks differ. */
function changed(before: Map<string, string>, after: Map<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key));
}

/** Starts the offline job and waits until its masks are there. */
async function propagate(page: Page): Promise<void> {
  await jobPanel(page).getByRole('button', { name: 'Start Offline Job' }).click();
  await expect(jobPanel(page).getByText(/waits for its turn|The offline job runs/)).toBeVisible();
  await expect(jobPanel(page).getByText('The offline job is done.')).toBeVisible({ timeout: 120_000 });
}

/** The session's row in *Review Sessions*, when it is shown among those with a status. */
async function listed(page: Page, session: string, status: string, words: string): Promise<void> {
  await open(page, `/sessions?status=${status}`);
  await expect(page.getByRole('row').filter({ hasText: session })).toContainText(words);
}

/** A place on an object, as far inside as its pixels allow. */
function middleOf(truth: Truth, frame: number, object: number): { x: number; y: number } {
  const mask = truthMask(truth, 1, frame, object);
  const inside = [...(mask?.keys() ?? [])].filter((at) => mask?.[at]);
  const at = inside[Math.floor(inside.length / 2)];
  const { width } = truth.clips[0];
  return { x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5 };
}

interface ReviewFile {
  reviewerName: string;
  reviewerComments: string;
  timestamp: string;
  objectReviews: { index: number; comment: string; needsReannotation: boolean; reviewed: boolean }[];
  status?: string;
}

test('sent back, annotated again and found good, by three people', async ({ page, server, truth, anotherBrowser }) => {
  test.setTimeout(420_000);
  const [ball, box] = truth.objects;
  const frames = truth.clips[0].frames.length;
  const [reas, leas] = [await anotherBrowser(), await anotherBrowser()];
  let session = '';
  const file = (): ReviewFile =>
    JSON.parse(readFileSync(path.join(server.data, 'results', session, 'review_meta.json'), 'utf8')) as ReviewFile;
  const reviewRow = (reviewer: Page, name: string) =>
    reviewer.getByRole('row').filter({ has: reviewer.getByRole('rowheader', { name: new RegExp(`^${name}`) }) });

  await test.step('three people come in', async () => {
    await join(page, server, 'Ann', 'annotator');
    await join(reas, server, 'Rea', 'reviewer');
    await join(leas, server, 'Lea', 'lead');
  });

  await test.step('Ann annotates', async () => {
    session = await upload(page, 'living room');
    await annotateEverything(page, truth);
    await open(reas, `/sessions/${session}/review`);
    await expect(reas.getByText('There are no masks to judge yet')).toBeVisible();
    await expect(reas.getByRole('button', { name: 'Reviewed - Good' })).toBeDisabled();
    await propagate(page);
    await listed(leas, session, 'needs_review', 'Needs Review');
  });
  const before = [await masks(page, session, truth, 1), await masks(page, session, truth, 2)];

  await test.step('Ann may look, but not judge', async () => {
    await open(page, `/sessions/${session}/review`);
    await expect(page.getByRole('checkbox', { name: `${title(box)}: reviewed` })).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Send back' })).toBeHidden();
  });

  await test.step('Rea judges with keys, Lea sees it', async () => {
    await open(leas, `/sessions/${session}/review`);
    const reviewed = reas.getByRole('checkbox', { name: `${title(box)}: reviewed` });
    await expect(reviewed).toBeEnabled();
    await expect(reas.getByLabel('Name of the reviewer')).toHaveValue('Rea');
    await reas.keyboard.press('j');
    await expect(reviewRow(reas, title(ball))).toBeFocused();
    await reas.keyboard.press('s');
    await expect(reas.getByRole('checkbox', { name: `${title(ball)}: needs re-annotation` })).toBeChecked();
    await reas.keyboard.press('w');
    await reas.keyboard.type('the mask is too small at the end');
    await reas.keyboard.press('Escape');
    await reas.keyboard.press('j');
    await reas.keyboard.press('a');
    await expect(reviewed).toBeChecked();
    await reas.getByLabel('Comment on the session').fill('nearly there');
    await reas.getByLabel('Comment on the session').press('Escape');

    await expect(leas.getByRole('checkbox', { name: `${title(ball)}: needs re-annotation` })).toBeChecked();
    await expect(leas.getByLabel(`Comment on ${title(ball)}`)).toHaveValue('the mask is too small at the end');
    await expect(reviewRow(leas, title(ball))).toContainText('Rea');
    await expect(leas.getByLabel('Comment on the session')).toHaveValue('nearly there');
    // A page that is closed while somebody types asks first, and saves meanwhile.
    const asked = reas.waitForEvent('dialog');
    await reas.getByLabel('Comment on the session').press('End');
    await reas.keyboard.type(' now');
    await reas.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    await expect(leas.getByLabel('Comment on the session')).toHaveValue('nearly there now');
    // What is marked stands in the way.
    await leas.getByRole('button', { name: 'Reviewed - Good' }).click();
    await expect(leas.getByRole('alert').filter({ hasText: 'Marked to be annotated again: ball 1' })).toBeVisible();
    await look(reas, 'review-judged');
  });

  await test.step('Rea sends one object back', async () => {
    await reas.getByRole('button', { name: 'Send back for re-annotation' }).click();
    const dialog = reas.getByRole('dialog', { name: 'Send back for re-annotation' });
    await expect(dialog.getByRole('checkbox', { name: title(ball), exact: true })).toBeChecked();
    await expect(dialog.getByRole('checkbox', { name: title(box), exact: true })).not.toBeChecked();
    await look(reas, 'review-send-back');
    await dialog.getByRole('button', { name: 'Send back', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(reas.getByText('Needs Reannotation').first()).toBeVisible();
    await expect(reas.getByRole('button', { name: 'Reviewed - Good' })).toBeDisabled();
    expect(file().objectReviews[0]).toMatchObject({ needsReannotation: true, reviewed: false });
    await listed(leas, session, 'needs_reannotation', 'Needs Reannotation');
  });

  await test.step('Ann annotates it again', async () => {
    await listed(page, session, 'needs_reannotation', 'Needs Reannotation');
    await page.getByRole('link', { name: session }).click();
    const strip = page.getByTestId('sent-back');
    await expect(strip).toContainText('by Rea');
    await expect(strip).toContainText('nearly there');
    await expect(strip).toContainText('the mask is too small at the end');
    await expect(strip.getByRole('button', { name: `${title(ball)} in video 1: 0 of 1 new views` })).toBeVisible();
    await expect(strip).not.toContainText(title(box));
    await expect(page.getByTestId('guide')).toContainText('Sent back 1 of 1: ball 1 - new view 1 of 1 - video 1');
    await look(page, 'sent-back');
    // Elsewhere in the table, nothing is asked for.
    await objectRow(page, box).getByRole('button', { name: title(box), exact: true }).click();
    await expect(page.getByTestId('guide')).toContainText('Box 1 was not sent back.');
    await strip.getByRole('button', { name: /^ball 1 in video 1/ }).click();
    const corrected = frames - 4;
    await slide(page, 'video 1', corrected);
    await showsFrame(stage(page, 1), corrected);
    await clickPixel(stage(page, 1), truth.clips[0], middleOf(truth, corrected, 0));
    await answered(page, 1);
    await expect(strip.getByRole('button', { name: `${title(ball)} in video 1: 1 of 1 new views` })).toBeVisible();
    await expect(strip).toContainText('All annotated again');
    await propagate(page);
    await expect(page.getByText('Finished Reannotation')).toBeVisible();
    await expect(strip).toBeHidden();
  });

  await test.step('only what was sent back has other masks', async () => {
    const after = [await masks(page, session, truth, 1), await masks(page, session, truth, 2)];
    const others = changed(before[0], after[0]);
    expect(others.length).toBeGreaterThan(0);
    const objects = new Set(others.map((key) => key.split(' ')[0]));
    expect(objects.size).toBe(1);
    expect(changed(before[1], after[1])).toEqual([]);
    expect(file()).toMatchObject({ status: 'finish_reannotation', reviewerComments: 'nearly there now' });
  });

  await test.step('Rea sees old against new and finds it good', async () => {
    await listed(reas, session, 'finished_reannotation', 'Finished Reannotation');
    await reas.getByRole('link', { name: session }).click();
    await expect(reviewRow(reas, title(ball))).toContainText('Annotated again');
    await expect(reas.getByLabel(`Comment on ${title(ball)}`)).toHaveValue('the mask is too small at the end');
    await expect(reas.getByRole('checkbox', { name: `${title(ball)}: needs re-annotation` })).not.toBeChecked();
    await expect(reas.getByRole('checkbox', { name: `${title(box)}: reviewed` })).toBeChecked();
    await expect(reas.getByRole('checkbox', { name: 'Show former outline' })).toBeChecked();
    await slide(reas, 'video 1', frames - 6);
    await look(reas, 'review-again');
    await reas.getByRole('button', { name: 'Reviewed - Good' }).click();
    await expect(reas.getByText('Reviewed - Good').first()).toBeVisible();
    await expect(reas.getByRole('checkbox', { name: `${title(ball)}: reviewed` })).toBeChecked();
    await listed(leas, session, 'reviewed', 'Reviewed - Good');
    const { reviewerName, status, objectReviews } = file();
    expect({ reviewerName, status }).toEqual({ reviewerName: 'Rea', status: undefined });
    expect(objectReviews.map(({ index, reviewed }) => [index, reviewed])).toEqual(
      truth.objects.map((_, index) => [index, true]),
    );
    await openWorkspace(page, session);
    await expect(page.getByTestId('sent-back')).toBeHidden();
  });
});
