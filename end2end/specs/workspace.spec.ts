/** The workspace: both videos at once, every tool, by mouse and by keyboard alone, by one person and by two. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import {
  addObject,
  answered,
  choose,
  clickObject,
  goTo,
  jobPanel,
  opened,
  openWorkspace,
  pane,
  progressCell,
  reload,
  slide,
  stage,
} from '../support/session';
import { aimAt, tabTo } from '../support/keyboard';
import { onScreen, showsFrame } from '../support/stage';
import type { Side, Truth } from '../support/truth';

/** Opens the example with its first object, the ball of video 1. */
async function begin(page: Page, truth: Truth): Promise<string> {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  const session = await opened(page);
  await addObject(page, truth.objects[0]);
  return session;
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
}

test('points are moved and removed, boxes drawn, and every step can be taken back', async ({ page, truth }) => {
  const session = await begin(page, truth);
  const [click] = truth.clicks;
  const clip = truth.clips[0];
  const undo = page.getByTestId('undo');
  const cell = progressCell(page, truth.objects[0], 1);
  const place = `ball 1, video 1, frame ${click.frame}`;

  await clickObject(page, truth, click);
  await expect(undo).toHaveText(`Undo the click on ${place}`);
  const at = await onScreen(stage(page, 1), clip, click);
  const beside = { x: at.x + 14, y: at.y - 12 };
  await drag(page, at, beside);
  await expect(undo).toHaveText(`Undo the moved point on ${place}`);
  await answered(page, 1);
  await page.mouse.click(beside.x, beside.y, { button: 'right' });
  await expect(cell).toHaveText('0/1');
  await expect(undo).toHaveText(`Undo the removed point on ${place}`);

  await page.keyboard.down('Shift');
  await drag(page, { x: at.x - 30, y: at.y - 30 }, { x: at.x + 30, y: at.y + 30 });
  await page.keyboard.up('Shift');
  await expect(undo).toHaveText(`Undo the box on ${place}`);
  await expect(cell).toHaveText('1/1');
  await answered(page, 1);

  // The list of what was done outlives the page, and so does what was taken back.
  await page.keyboard.press('z');
  await expect(undo).toHaveText(`Undo the removed point on ${place}`);
  await reload(page);
  await expect(undo).toHaveText(`Undo the removed point on ${place}`);
  await page.keyboard.press('z');
  await expect(cell).toHaveText('1/1');
  await page.keyboard.press('z');
  await expect(undo).toHaveText(`Undo the click on ${place}`);
  await page.keyboard.press('Shift+Z');
  await page.keyboard.press('Shift+Z');
  await page.keyboard.press('Shift+Z');
  await expect(undo).toHaveText(`Undo the box on ${place}`);
  await expect(page.getByRole('button', { name: 'Redo' })).toBeDisabled();
  expect(session).toMatch(/^example_/);
});

test('a point below the pointer is removed by a key', async ({ page, truth }) => {
  await begin(page, truth);
  const [click] = truth.clicks;
  await clickObject(page, truth, click);
  const at = await onScreen(stage(page, 1), truth.clips[0], click);
  await page.mouse.move(at.x + 2, at.y + 2);
  await page.keyboard.press('Delete');
  await expect(progressCell(page, truth.objects[0], 1)).toHaveText('0/1');
});

test('both videos zoom, move and are compared together', async ({ page, truth }) => {
  await begin(page, truth);
  const zoom = (side: Side) => stage(page, side).getAttribute('data-zoom').then(Number);
  const box = await stage(page, 1).boundingBox();
  await page.mouse.move((box?.x ?? 0) + 100, (box?.y ?? 0) + 150);
  await page.mouse.wheel(0, -400);
  await expect.poll(() => zoom(1)).toBeGreaterThan(2);
  expect(await zoom(2)).toBe(await zoom(1));
  await page.keyboard.press('0');
  await expect.poll(() => zoom(1)).toBe(1);
  // Each by itself.
  await page.keyboard.press('Shift+L');
  await page.keyboard.press('+');
  await expect.poll(() => zoom(1)).toBe(1.25);
  expect(await zoom(2)).toBe(1);
  await page.keyboard.press('Shift+L');
  await expect.poll(() => zoom(2)).toBe(1.25);
  await page.getByRole('button', { name: 'Fit' }).click();
  await expect.poll(() => zoom(2)).toBe(1);

  // A drag with the space bar moves the picture and makes no click; the space bar alone plays.
  await page.keyboard.press('+');
  await page.keyboard.down(' ');
  await drag(page, { x: (box?.x ?? 0) + 100, y: (box?.y ?? 0) + 150 }, { x: (box?.x ?? 0) + 60, y: (box?.y ?? 0) + 120 });
  await page.keyboard.up(' ');
  await expect(pane(page, 1).getByRole('button', { name: 'Play' })).toBeVisible();
  await expect(page.getByTestId('undo')).toHaveText('Undo the new object ball 1');
  await page.keyboard.press(' ');
  await expect(pane(page, 1).getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press(' ');
  await page.keyboard.press('0');

  // Time together.
  await slide(page, 'video 1', 0);
  await page.keyboard.press('l');
  const last = truth.clips.map(({ frames }) => frames.length - 1);
  await page.keyboard.press('End');
  await showsFrame(stage(page, 1), last[0]);
  await showsFrame(stage(page, 2), last[1]);
  // The drawn camera walks alike before and after, so the same place is about the same share.
  const lock = page.getByRole('combobox', { name: 'Move both videos through time together' });
  await lock.selectOption('Time: same place');
  await expect(page.getByText(/\d+ % sure/)).toBeVisible();
  await slide(page, 'video 1', Math.floor(last[0] / 2));
  const shown = () => stage(page, 2).getAttribute('data-frame').then(Number);
  await expect.poll(async () => Math.abs((await shown()) - last[1] / 2)).toBeLessThan(last[1] / 5);
  await lock.selectOption('Time: free');

  // One over the other, in exactly the same place.
  await page.keyboard.press('t');
  const [one, two] = [await stage(page, 1).boundingBox(), await stage(page, 2).boundingBox()];
  expect(two).toEqual(one);
  await page.getByRole('slider', { name: 'How much of video 2 is shown' }).fill('25');
  const style = (property: string) =>
    stage(page, 2).evaluate((canvas, name) => getComputedStyle(canvas.parentElement as Element).getPropertyValue(name), property);
  expect(Number(await style('opacity'))).toBeCloseTo(0.25);
  await page.keyboard.press('y');
  expect(await style('clip-path')).toContain('25%');
  await page.keyboard.press('Escape');
  const before = await stage(page, 1).boundingBox();
  await page.keyboard.down('x');
  await expect.poll(async () => Math.round((await stage(page, 2).boundingBox())?.x ?? -1)).toBe(Math.round(before?.x ?? 0));
  await page.keyboard.up('x');
  await expect.poll(async () => Math.round((await stage(page, 2).boundingBox())?.x ?? -1)).toBeGreaterThan(before?.x ?? 0);
});

test('jumping to and fro never stops the pictures', async ({ page, truth }) => {
  await begin(page, truth);
  // Pictures that come so slowly that most are given up on the way. The browser's own copies would come at once.
  await page.route('**/frames/*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 250));
    await route.continue().catch(() => {});
  });
  await page.reload();
  await expect(pane(page, 1)).toBeVisible();
  const last = truth.clips[0].frames.length - 1;
  for (let i = 0; i < 6; i++) {
    await slide(page, 'video 1', i % 2 === 0 ? last : 0);
  }
  await slide(page, 'video 1', last - 1);
  await showsFrame(stage(page, 1), last - 1);
});

test('two people in one session see what the other does', async ({ page, anotherBrowser, truth }) => {
  const session = await begin(page, truth);
  const other = await anotherBrowser();
  await openWorkspace(other, session);
  const [click] = truth.clicks;
  await clickObject(page, truth, click);
  await expect(progressCell(other, truth.objects[0], 1)).toHaveText('1/1');
  await expect(other.getByTestId('undo')).toContainText('Undo the click on ball 1');
  // What one did, the other takes back; both go on from there.
  await other.keyboard.press('z');
  await expect(progressCell(page, truth.objects[0], 1)).toHaveText('0/1');
  await expect(page.getByRole('button', { name: 'Redo' })).toBeEnabled();
  await page.keyboard.press('Shift+Z');
  await expect(progressCell(other, truth.objects[0], 1)).toHaveText('1/1');
  await addObject(other, truth.objects[1]);
  await expect(page.getByRole('button', { name: 'box 1', exact: true })).toBeVisible();
});

test('objects are copied, moved in their order and retyped in the table', async ({ page, truth }) => {
  await begin(page, truth);
  const names = () => page.locator('.object-name').allTextContents();
  await page.getByRole('button', { name: 'Duplicate ball 1' }).click();
  await expect.poll(names).toEqual(['ball 1', 'ball 2']);
  await page.getByRole('button', { name: 'Move up ball 2' }).click();
  await expect.poll(names).toEqual(['ball 2', 'ball 1']);
  await page.getByLabel('Change of ball 2').selectOption('moved');
  await expect(jobPanel(page)).toContainText('ball 2 is in video 1 only, yet "moved"');
  await reload(page);
  expect(await names()).toEqual(['ball 2', 'ball 1']);
  await expect(page.getByLabel('Change of ball 2')).toHaveValue('moved');
});

test('a whole pair is annotated by keyboard alone', async ({ page, truth }) => {
  test.setTimeout(240_000);
  await open(page, '/');
  await tabTo(page, page.getByRole('button', { name: 'Open the example' }));
  await page.keyboard.press('Enter');
  await opened(page);
  for (const object of truth.objects) {
    const label = page.getByRole('form', { name: 'New object' }).getByLabel('Label');
    // The first form is open already; the key leads to it.
    await page.keyboard.press('a');
    await expect(label).toBeFocused();
    await page.keyboard.type(object.label);
    await page.keyboard.press('Tab');
    for (const seen of [object.in_video1, object.in_video2]) {
      await page.keyboard.press('Tab');
      if (!seen) {
        await page.keyboard.press('Space');
      }
    }
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: `${object.label} 1`, exact: true })).toBeVisible();
  }
  for (const click of truth.clicks) {
    await page.keyboard.press(String(click.object + 1));
    const active = pane(page, click.side).getByRole('button', { name: new RegExp(`^Video ${click.side}`) });
    if ((await active.getAttribute('aria-pressed')) !== 'true') {
      await page.keyboard.press('v');
    }
    await expect(active).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('Home');
    for (let left = click.frame; left > 0; left -= left >= 10 ? 10 : 1) {
      await page.keyboard.press(left >= 10 ? 'Shift+ArrowRight' : 'ArrowRight');
    }
    await showsFrame(stage(page, click.side), click.frame);
    await page.keyboard.press('.');
    await aimAt(page, truth, click);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await answered(page, click.side);
    await expect(progressCell(page, truth.objects[click.object], click.side)).toHaveText('1/1');
    await page.keyboard.press('d');
  }
  await expect(page.getByTestId('guide')).toContainText('all annotated');
  const start = jobPanel(page).getByRole('button', { name: 'Start Offline Job' });
  await expect(start).toBeEnabled();
  await tabTo(page, start);
  await page.keyboard.press('Enter');
  await expect(jobPanel(page)).toContainText(/The offline job (waits|runs|is done)/);
});

test('what was called done and looked at outlives the page and the browser', async ({ page, anotherBrowser, truth }) => {
  const session = await begin(page, truth);
  const guide = page.getByTestId('guide');
  await expect(guide).toContainText('0 of 1 steps done');
  // Without a click it is only left for now.
  await page.keyboard.press('d');
  await expect(page.getByText('ball 1 is not clicked in video 1 yet')).toBeVisible();
  await expect(guide).toContainText('0 of 1 steps done');
  await page.getByRole('combobox', { name: 'Views of ball 1' }).selectOption('2');
  await clickObject(page, truth, truth.clicks[0]);
  await page.keyboard.press('d');
  await expect(page.getByText('View 2 of 2: look for another frame')).toBeVisible();
  await page.keyboard.press('d');
  await expect(guide).toContainText('all annotated');
  const last = truth.clips[0].frames.length - 1;
  await slide(page, 'video 1', last);
  await showsFrame(stage(page, 1), last);
  const missing = (look: Page) => jobPanel(look).getByText(/^\d+ frames of video 1 were never looked at/);
  const words = await missing(page).innerText();
  expect(Number.parseInt(words)).toBeGreaterThan(last - 10);
  const other = await anotherBrowser();
  for (const look of [other, page]) {
    // Frames are sent a second later, all at once.
    await expect(async () => {
      await openWorkspace(look, session);
      await expect(look.getByTestId('guide')).toContainText('all annotated');
      await expect(missing(look)).toHaveText(words, { timeout: 1000 });
    }).toPass();
  }
});

test('the list of keys is readable for everybody and closes by escape', async ({ page, truth }) => {
  await begin(page, truth);
  await goTo(page, truth, truth.clicks[0]);
  await choose(page, truth.objects[0], 1);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await expect(help).toContainText('worst place not looked at yet');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).options({ preload: false }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id }) => id)).toEqual([]);
  }
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
});
