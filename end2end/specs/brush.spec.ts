/** Brush and eraser: painted at once, stored as one step, seen by everybody, carried by the model. */
import type { Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import { addObject, choose, goTo, jobPanel, opened, openWorkspace, progressCell, reload, stage } from '../support/session';
import { COLOURS, readStage } from '../support/stage';
import { type Truth, iou, truthMask } from '../support/truth';

async function begin(page: Page, truth: Truth): Promise<string> {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  const session = await opened(page);
  await addObject(page, truth.objects[0]);
  await goTo(page, truth, truth.clicks[0]);
  return session;
}

/** Where a pixel of video 1 lies on the screen. */
async function onScreen(page: Page, truth: Truth, x: number, y: number): Promise<[number, number]> {
  const { width, height } = truth.clips[0];
  const box = await stage(page, 1).boundingBox();
  if (!box) {
    throw new Error('the canvas is not on the screen');
  }
  const scale = Math.min(box.width / width, box.height / height);
  return [box.x + (box.width - width * scale) / 2 + x * scale, box.y + (box.height - height * scale) / 2 + y * scale];
}

/** The painted pixels of the first object. */
async function painted(page: Page, session: string, truth: Truth): Promise<Uint8Array> {
  const { frame } = truth.clicks[0];
  // The pointer, whose ring lies over the picture, goes away.
  await page.mouse.move(5, 5);
  return (await readStage(stage(page, 1), session, 1, frame, truth.clips[0], COLOURS[0])).mask;
}

const area = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);

/** Paints what the truth says, line by line. */
async function paintTruth(page: Page, truth: Truth): Promise<Uint8Array> {
  const { frame } = truth.clicks[0];
  const { width, height } = truth.clips[0];
  const mask = truthMask(truth, 1, frame, 0);
  if (!mask) {
    throw new Error('the ball is not there');
  }
  const rows: [number, number, number][] = [];
  for (let y = 0; y < height; y += 3) {
    const row = mask.subarray(y * width, (y + 1) * width);
    if (row.includes(1)) {
      rows.push([y, row.indexOf(1), row.lastIndexOf(1)]);
    }
  }
  for (const [index, [y, left, right]] of rows.entries()) {
    const ends = index % 2 === 0 ? [left + 2, right - 2] : [right - 2, left + 2];
    for (const x of ends) {
      await page.mouse.move(...(await onScreen(page, truth, Math.max(x, left), y + 0.5)), { steps: 2 });
      if (index === 0 && x === ends[0]) {
        await page.mouse.down();
      }
    }
  }
  await page.mouse.up();
  return mask;
}

test('a stroke is one step that survives a reload and reaches the other browser', async ({ page, anotherBrowser, truth }) => {
  const session = await begin(page, truth);
  const undo = page.getByTestId('undo');
  const cell = progressCell(page, truth.objects[0], 1);
  await page.getByRole('button', { name: 'Brush' }).click();
  await page.getByRole('slider', { name: 'Size of the brush' }).fill('5');
  const truthful = await paintTruth(page, truth);
  const mine = await painted(page, session, truth);
  expect(iou(mine, truthful)).toBeGreaterThan(0.75);
  await expect(undo).toContainText('Undo the drawn mask on ball 1');
  await expect(cell).toHaveText('1/1');

  await reload(page);
  await goTo(page, truth, truth.clicks[0]);
  expect(iou(await painted(page, session, truth), mine)).toBeGreaterThan(0.97);
  const other = await anotherBrowser();
  await openWorkspace(other, session);
  await goTo(other, truth, truth.clicks[0]);
  await expect.poll(async () => iou(await painted(other, session, truth), mine)).toBeGreaterThan(0.97);

  // The eraser, as the second button of the brush; then everything back, a stroke at a time.
  await page.keyboard.press('f');
  await page.mouse.move(...(await onScreen(page, truth, truth.clicks[0].x, truth.clicks[0].y)));
  await page.mouse.down({ button: 'right' });
  await page.mouse.up({ button: 'right' });
  await expect.poll(async () => area(await painted(page, session, truth))).toBeLessThan(area(mine) - 50);
  await expect(page.getByTestId('saving')).toHaveText('All clicks saved');
  await page.keyboard.press('z');
  await expect.poll(async () => iou(await painted(page, session, truth), mine)).toBeGreaterThan(0.97);
  await page.keyboard.press('z');
  await expect(cell).toHaveText('0/1');
  expect(area(await painted(page, session, truth))).toBe(0);
  await page.keyboard.press('Shift+Z');
  await expect(cell).toHaveText('1/1');
});

test('the brush works by keyboard, over what the model answered', async ({ page, truth }) => {
  const session = await begin(page, truth);
  await page.keyboard.press('f');
  await page.keyboard.press('.');
  await page.keyboard.press('Enter');
  const undo = page.getByTestId('undo');
  await expect(undo).toContainText('Undo the drawn mask on ball 1');
  const small = area(await painted(page, session, truth));
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('k');
  }
  await page.keyboard.press('Enter');
  await expect.poll(async () => area(await painted(page, session, truth))).toBeGreaterThan(2 * small);
  await page.keyboard.press('g');
  await page.keyboard.press('Enter');
  await page.keyboard.press('.');
  // An erased mask is an answer, too: the object is not seen here.
  await expect.poll(async () => area(await painted(page, session, truth))).toBe(0);
  await expect(progressCell(page, truth.objects[0], 1)).toHaveText('1/1');
  await page.getByRole('button', { name: 'Clear Points' }).click();
  await expect(progressCell(page, truth.objects[0], 1)).toHaveText('0/1');
});

test('the offline job carries a painted mask', async ({ page, truth }) => {
  test.setTimeout(240_000);
  const session = await begin(page, truth);
  await choose(page, truth.objects[0], 1);
  await page.keyboard.press('f');
  await page.getByRole('slider', { name: 'Size of the brush' }).fill('5');
  await paintTruth(page, truth);
  await expect(page.getByTestId('saving')).toHaveText('All clicks saved');
  await jobPanel(page).getByRole('button', { name: 'Start Offline Job' }).click();
  await expect(jobPanel(page).getByText('The offline job is done.')).toBeVisible({ timeout: 150_000 });
  const { frame } = truth.clicks[0];
  const later = frame + 3;
  await goTo(page, truth, { ...truth.clicks[0], frame: later });
  const mask = truthMask(truth, 1, later, 0);
  await page.mouse.move(5, 5);
  const shown = async () => (await readStage(stage(page, 1), session, 1, later, truth.clips[0], COLOURS[0])).mask;
  await expect.poll(async () => (mask ? iou(await shown(), mask) : 0)).toBeGreaterThan(0.7);
});
