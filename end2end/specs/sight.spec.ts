/** What is worked on stays in sight and in its place, however long the names are and however much there is. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import { look } from '../support/look';
import { addObject, fillForm, jobPanel, objectRow, opened, pane, slide, stage } from '../support/session';
import { VIDEOS } from '../support/truth';

/** Screens that people have. */
const SCREENS = [
  { width: 1280, height: 720 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const LONG = 'kitchen_with_everything_in_it_'.repeat(6);
const LABELS = ['cup', 'phone', 'mug', 'plate', 'lamp', 'book', 'coffee table with a very long description of it'];

const file = path.join(mkdtempSync(path.join(tmpdir(), 'scenediff-objects-')), 'objects.csv');
test.use({ serverArgs: ['--object-database', file] });
test.beforeAll(() => writeFileSync(file, 'Video 1,Video 2,Removed,Added,Changed\nsomewhere.mp4,else.mp4,cup,,\n'));
test.afterAll(() => rmSync(path.dirname(file), { recursive: true }));

const object = (label: string, multiplicity = 1) =>
  ({ label, multiplicity, in_video1: true, in_video2: true, change_type: 'moved' }) as const;

/** A session with long names and eleven objects. */
async function begin(page: Page): Promise<string> {
  await open(page, '/');
  const video = (name: string, side: 1 | 2) => ({
    name: `${name}${LONG}.mp4`,
    mimeType: 'video/mp4',
    buffer: readFileSync(VIDEOS[side]),
  });
  await fillForm(page, 'x'.repeat(100), video('a', 1), video('b', 2));
  await page.getByRole('button', { name: 'Upload' }).click();
  const session = await opened(page);
  for (const label of LABELS) {
    await addObject(page, object(label));
  }
  for (const multiplicity of [2, 3, 4, 5]) {
    await addObject(page, object('cup', multiplicity));
  }
  return session;
}

/** How far the page is larger than the screen. */
const excess = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth - innerWidth, scrollHeight - innerHeight];
  });

const seen = (target: Locator) => expect(target).toBeInViewport({ ratio: 0.99 });

/** Where the controls of the tool bar are. */
const places = (page: Page) =>
  page.locator('.tool-bar').evaluate((bar) =>
    [...bar.querySelectorAll('button, select, input')].map((control) => {
      const { x, y, width } = control.getBoundingClientRect();
      return [control.getAttribute('title'), Math.round(x), Math.round(y), Math.round(width)];
    }),
  );

/** Where the line of the frame is, and where the slider has its thumb. */
const playhead = (page: Page) =>
  pane(page, 1).evaluate((section) => {
    const slider = section.querySelector<HTMLInputElement>('.transport input')!;
    const { left, width } = slider.getBoundingClientRect();
    const thumb = parseFloat(getComputedStyle(slider).getPropertyValue('--thumb'));
    const line = section.querySelector('.playhead')!.getBoundingClientRect();
    const share = Number(slider.value) / Number(slider.max);
    return line.x + line.width / 2 - (left + thumb / 2 + share * (width - thumb));
  });

test('the workspace fits its screen, whatever is in it', async ({ page }) => {
  test.setTimeout(240_000);
  await begin(page);
  const start = jobPanel(page).getByRole('button', { name: 'Start Offline Job' });
  const last = objectRow(page, object('cup', 5));
  for (const screen of SCREENS) {
    await page.setViewportSize(screen);
    await seen(start);
    for (const side of [1, 2] as const) {
      await seen(stage(page, side));
    }
    // Keys bring the row that they choose into sight, in the table's own box.
    await page.keyboard.press('1');
    await seen(objectRow(page, object('cup')));
    await page.keyboard.press('p');
    await expect(last).toHaveClass(/selected/);
    await seen(last);
    await seen(page.getByRole('button', { name: /^cup 5 in video 1:/ }));
    await page.keyboard.press('n');
    await seen(objectRow(page, object('cup')));
    expect(await excess(page)).toEqual([0, 0]);
    // Names stay in one line.
    for (const row of await page.locator('.object-table tbody tr').all()) {
      expect((await row.boundingBox())?.height).toBeLessThan(36);
    }
    // One position, one frame.
    for (const frame of [0, 7, 1000]) {
      await slide(page, 'video 1', Math.min(frame, Number(await page.getByLabel('Frame of video 1').getAttribute('max'))));
      expect(Math.abs(await playhead(page))).toBeLessThan(1);
    }
  }
  await page.setViewportSize(SCREENS[0]);

  // What is said at length, or opened, stays in the box of the objects.
  await page.getByRole('button', { name: 'From database' }).click();
  await expect(page.getByText('of its 1 rows, neither is in any')).toBeVisible();
  expect(await excess(page)).toEqual([0, 0]);
  await page.keyboard.press('4');
  await page.keyboard.press('i');
  const panel = page.getByRole('region', { name: 'Mixed up: plate 1' });
  await expect(panel).toBeFocused();
  await seen(panel.getByRole('button', { name: 'Split from frame' }));
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await page.getByRole('button', { name: 'Colour of lamp 1: purple' }).click();
  const colours = page.getByRole('group', { name: 'Colours' });
  await seen(colours);
  await page.keyboard.press('Escape');
  await expect(colours).toBeHidden();
  await page.keyboard.press('a');
  await expect(page.getByRole('form', { name: 'New object' }).getByLabel('Label')).toBeFocused();
  expect(await excess(page)).toEqual([0, 0]);
  await page.keyboard.press('Escape');
  await look(page, 'workspace-many');
});

test('tools keep their places, and blink is held by mouse and by keyboard', async ({ page }) => {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await opened(page);
  await addObject(page, object('cup'));
  for (const screen of SCREENS) {
    await page.setViewportSize(screen);
    const before = await places(page);
    // In one row: sliders are lower than buttons, by less than half of them.
    const tops = before.map(([, , y]) => Number(y));
    expect(Math.max(...tops) - Math.min(...tops)).toBeLessThan(14);
    await page.keyboard.press('f');
    await page.keyboard.press('y');
    await page.keyboard.press('Shift+I');
    const lock = page.getByRole('combobox', { name: 'Move both videos through time together' });
    await lock.selectOption('Time: same place');
    await expect(page.getByText(/\d+ % sure/)).toBeVisible();
    await seen(page.getByRole('slider', { name: 'Size of the brush' }));
    await seen(page.getByRole('slider', { name: 'How much of video 2 is shown' }));
    expect(await places(page)).toEqual(before);
    expect(await excess(page)).toEqual([0, 0]);
    await lock.selectOption('Time: free');
    await page.locator('body').press('y');
    await page.keyboard.press('Shift+I');
    await page.keyboard.press('q');
  }

  const left = async (side: 1 | 2) => Math.round((await stage(page, side).boundingBox())?.x ?? -1);
  const [one, two] = [await left(1), await left(2)];
  const blink = page.getByRole('button', { name: 'Blink' });
  const held = async () => expect.poll(() => left(2)).toBe(one);
  const letGo = async () => expect.poll(() => left(2)).toBe(two);
  await blink.hover();
  await page.mouse.down();
  await held();
  // It is let go wherever the pointer has gone.
  await page.mouse.move(640, 500);
  await held();
  await page.mouse.up();
  await letGo();
  await blink.focus();
  for (const key of ['Space', 'Enter']) {
    await page.keyboard.down(key);
    await held();
    await page.keyboard.up(key);
    await letGo();
  }
});

test('the list of keys is read by keyboard, and nothing behind it is reached', async ({ page }) => {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await opened(page);
  await page.getByRole('button', { name: 'Keys' }).click();
  const help = page.getByRole('dialog', { name: 'Keys' });
  const list = help.getByRole('group', { name: 'All keys' });
  await expect(list).toBeFocused();
  const scrolled = () => list.evaluate((element) => element.scrollTop);
  await page.keyboard.press('End');
  await expect.poll(scrolled).toBeGreaterThan(100);
  await page.keyboard.press('Home');
  await expect.poll(scrolled).toBe(0);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('PageDown');
  await expect.poll(scrolled).toBeGreaterThan(0);
  await expect(page.getByLabel('Frame of video 1')).toHaveValue('0');
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Tab');
    const outside = await page.evaluate(() => !document.activeElement?.matches('body, dialog *'));
    expect(outside).toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await expect(page.getByRole('button', { name: 'Keys' })).toBeFocused();
  await page.keyboard.press('?');
  await expect(help).toBeVisible();
  await page.keyboard.press('?');
  await expect(help).toBeHidden();
});

test('the pictures of a review stay in sight, and rows are found by arrows', async ({ page }) => {
  test.setTimeout(240_000);
  const session = await begin(page);
  await open(page, `/sessions/${session}/review`);
  const watching = page.getByTestId('watching');
  for (const screen of SCREENS) {
    await page.setViewportSize(screen);
    for (const key of ['1', 'j', 'k', 'n']) {
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await page.keyboard.press(key);
      for (const side of [1, 2] as const) {
        await seen(stage(page, side));
      }
      await seen(watching);
    }
    const [one, two] = [await stage(page, 1).boundingBox(), await stage(page, 2).boundingBox()];
    expect(Math.abs((one?.width ?? 0) - (two?.width ?? 0))).toBeLessThan(2);
    expect((await excess(page))[0]).toBe(0);
    const name = page.getByRole('heading', { level: 1 });
    await expect(name).toHaveText(session);
    expect((await name.boundingBox())?.height).toBeLessThan(40);
  }
  await page.setViewportSize(SCREENS[0]);
  await look(page, 'review-long');

  await open(page, '/sessions');
  for (const screen of SCREENS) {
    await page.setViewportSize(screen);
    expect((await excess(page))[0]).toBe(0);
    await seen(page.getByRole('link', { name: 'Annotate' }));
  }
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: session })).toBeFocused();
  await page.keyboard.press('Enter');
  await opened(page);
});
