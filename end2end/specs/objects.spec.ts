/** The table of objects: changed in place, told apart when they were mixed up, filled in from a database. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import { addObject, clickObject, objectRow, opened, pane, progressCell, reload, slide, stage } from '../support/session';
import { showsFrame } from '../support/stage';

async function example(page: Page): Promise<string> {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  return opened(page);
}

const names = (page: Page) => page.locator('.object-name').allTextContents();
const undo = (page: Page): Locator => page.getByTestId('undo');

/** An object of both videos. */
const both = (label: string) =>
  ({ label, multiplicity: 1, in_video1: true, in_video2: true, change_type: 'moved' }) as const;

test('name, colour, change and views are changed in place, by mouse and by keyboard', async ({ page, truth }) => {
  await example(page);
  await addObject(page, truth.objects[0]);
  // By mouse.
  await page.getByRole('button', { name: 'ball 1', exact: true }).dblclick();
  const field = page.getByRole('textbox', { name: 'Name of ball 1' });
  await expect(field).toBeFocused();
  await field.fill('marble 3');
  await field.press('Enter');
  await expect.poll(() => names(page)).toEqual(['marble 3']);
  await page.getByRole('button', { name: 'Colour of marble 3: blue' }).click();
  await page.getByRole('button', { name: 'pink' }).click();
  await expect(page.getByRole('button', { name: 'Colour of marble 3: pink' })).toBeVisible();
  await page.getByLabel('Views of marble 3').selectOption('2');
  await expect(page.locator('.object-table')).toContainText('0/2');

  // By keyboard: F2, and the select boxes keep the focus while their row changes.
  await page.keyboard.press('Escape');
  await page.locator('body').press('F2');
  await expect(page.getByRole('textbox', { name: 'Name of marble 3' })).toBeFocused();
  await page.keyboard.type('bead');
  await page.keyboard.press('Enter');
  await expect.poll(() => names(page)).toEqual(['bead 1']);
  await expect(page.getByRole('button', { name: 'bead 1', exact: true })).toBeFocused();
  await page.keyboard.press('F2');
  await page.keyboard.type('nothing');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  const change = page.getByLabel('Change of bead 1');
  await expect(change).toBeFocused();
  await page.keyboard.press('o');
  await expect(change).toHaveValue('other');
  await expect(change).toBeFocused();

  await reload(page);
  expect(await names(page)).toEqual(['bead 1']);
  await expect(page.getByRole('button', { name: 'Colour of bead 1: pink' })).toBeVisible();
  await expect(change).toHaveValue('other');
  await expect(page.getByLabel('Views of bead 1')).toHaveValue('2');

  // Each of it is undone in its turn.
  for (const [what, name, views] of [
    ['change of bead 1', 'bead 1', '2'],
    ['new name of bead 1', 'marble 3', '2'],
    ['change of marble 3', 'marble 3', '1'],
    ['colour of marble 3', 'marble 3', '1'],
    ['new name of marble 3', 'ball 1', '1'],
  ]) {
    await expect(undo(page)).toHaveText(`Undo the ${what}`);
    await page.keyboard.press('z');
    await expect.poll(() => names(page)).toEqual([name]);
    await expect(page.getByLabel(`Views of ${name}`)).toHaveValue(views);
  }
  await expect(undo(page)).toHaveText('Undo the new object ball 1');
  await page.keyboard.press('z');
  await expect.poll(() => names(page)).toEqual([]);
  await page.keyboard.press('Shift+Z');
  await expect.poll(() => names(page)).toEqual(['ball 1']);
});

test('a removed object comes back with its clicks', async ({ page, truth }) => {
  await example(page);
  const [ball] = truth.objects;
  await addObject(page, ball);
  await clickObject(page, truth, truth.clicks[0]);
  await page.getByRole('button', { name: 'Remove ball 1' }).click();
  await expect.poll(() => names(page)).toEqual([]);
  await expect(undo(page)).toHaveText('Undo the removal of ball 1');
  await reload(page);
  await page.keyboard.press('z');
  await expect(progressCell(page, ball, 1)).toHaveText('1/1');
  await page.keyboard.press('Shift+Z');
  await expect.poll(() => names(page)).toEqual([]);
});

/** Clicks the picture of video 2 on a frame for an object. */
async function clickOn(page: Page, name: string, frame: number): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await pane(page, 2).getByRole('button', { name: /^Video 2/ }).click();
  await slide(page, 'video 2', frame);
  await showsFrame(stage(page, 2), frame);
  await stage(page, 2).click();
  await expect(page.getByTestId('saving')).toHaveText('All clicks saved');
}

test('objects that were mixed up are swapped, split and merged, and every step is undone', async ({ page }) => {
  await example(page);
  const [cup, mug] = [both('cup'), both('mug')];
  await addObject(page, cup);
  await addObject(page, mug);
  for (const frame of [2, 20]) {
    await clickOn(page, 'cup 1', frame);
  }
  await expect(progressCell(page, cup, 2)).toHaveText('2/1');

  await page.keyboard.press('i');
  const panel = page.getByRole('region', { name: 'Mixed up: cup 1' });
  await expect(panel.getByLabel('The other object')).toHaveValue(/\d+/);
  await slide(page, 'video 2', 10);
  await panel.getByRole('button', { name: 'Swap from frame 10 of video 2 on' }).click();
  await expect(progressCell(page, cup, 2)).toHaveText('1/1');
  await expect(progressCell(page, mug, 2)).toHaveText('1/1');
  await expect(undo(page)).toHaveText('Undo the swap of cup 1 and mug 1, video 2, from frame 10');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(progressCell(page, cup, 2)).toHaveText('2/1');

  await panel.getByRole('button', { name: 'Split from frame 10 of video 2 on' }).click();
  await expect.poll(() => names(page)).toEqual(['cup 1', 'cup 2', 'mug 1']);
  await expect(progressCell(page, { ...cup, multiplicity: 2 }, 2)).toHaveText('1/1');
  await expect(progressCell(page, cup, 2)).toHaveText('1/1');

  // Now cup 2 is the one being worked on.
  const second = page.getByRole('region', { name: 'Mixed up: cup 2' });
  await second.getByLabel('The other object').selectOption('cup 1');
  await second.getByRole('button', { name: 'Merge into cup 1' }).click();
  await expect.poll(() => names(page)).toEqual(['cup 1', 'mug 1']);
  await expect(progressCell(page, cup, 2)).toHaveText('2/1');
  await expect(undo(page)).toHaveText('Undo the merge of cup 2 into cup 1');
  for (const left of [['cup 1', 'cup 2', 'mug 1'], ['cup 1', 'mug 1']]) {
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => names(page)).toEqual(left);
  }
  await reload(page);
  await expect(objectRow(page, cup)).toContainText('2/1');
});

test('without a database it is said how to set one', async ({ page }) => {
  await example(page);
  await page.getByRole('button', { name: 'From database' }).click();
  await expect(page.getByText('start scenediff with --object-database FILE or URL')).toBeVisible();
});

test.describe('with an object database', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'scenediff-objects-')), 'objects.csv');
  test.use({ serverArgs: ['--object-database', file] });
  test.afterAll(() => rmSync(path.dirname(file), { recursive: true }));

  test('its objects are filled in, and a button reads it again', async ({ page }) => {
    const header = 'Video 1,Video 2,Removed,Added,Changed\n';
    writeFileSync(file, `${header}somewhere.mp4,else.mp4,cup,,\n`);
    await example(page);
    await page.getByRole('button', { name: 'From database' }).click();
    await expect(page.getByText('of its 1 rows, neither is in any')).toBeVisible();
    writeFileSync(file, `${header}example_after.mp4,example_before.mp4,"[cup_2, plate]",,lamp\n`);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByText('Added from the database: cup 2, plate 1, lamp 1.')).toBeVisible();
    await expect.poll(() => names(page)).toEqual(['cup 2', 'plate 1', 'lamp 1']);
    // The row has the videos the other way round: what is gone in its second video is new in ours.
    await expect(page.getByLabel('Change of cup 2')).toHaveValue('added');
    await expect(page.getByLabel('Change of lamp 1')).toHaveValue('moved');
  });
});
