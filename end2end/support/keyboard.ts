/** Working without a mouse. */
import { type Locator, type Page, expect } from '@playwright/test';
import { stage } from './session';
import { onScreen } from './stage';
import type { Click, Truth } from './truth';

/** Moves the cross from the middle of the video to a pixel of the frame. */
export async function aimAt(page: Page, truth: Truth, click: Click): Promise<void> {
  const { width, height } = truth.clips[click.side - 1];
  const middle = await onScreen(stage(page, click.side), { width, height }, { x: width / 2, y: height / 2 });
  const at = await onScreen(stage(page, click.side), { width, height }, click);
  for (const [distance, back, forth] of [
    [at.x - middle.x, 'ArrowLeft', 'ArrowRight'],
    [at.y - middle.y, 'ArrowUp', 'ArrowDown'],
  ] as const) {
    const key = distance < 0 ? back : forth;
    for (let left = Math.round(Math.abs(distance)); left > 0; left -= left >= 10 ? 10 : 1) {
      await page.keyboard.press(left >= 10 ? key : `Shift+${key}`);
    }
  }
}

/** Presses the tab key until something has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}
