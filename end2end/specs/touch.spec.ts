/** Fingers, and screens with several pixels where others have one. */
import type { CDPSession, Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import { addObject, answered, clickObject, goTo, opened, progressCell, stage } from '../support/session';
import type { Truth } from '../support/truth';

type Spot = { x: number; y: number };

async function begin(page: Page, truth: Truth): Promise<void> {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await opened(page);
  await addObject(page, truth.objects[0]);
}

/** The middle of the canvas of video 1, and where the ball lies on it. */
async function places(page: Page, truth: Truth): Promise<{ middle: Spot; ball: Spot }> {
  const box = await stage(page, 1).boundingBox();
  if (!box) {
    throw new Error('the canvas is not on the screen');
  }
  const { width, height } = truth.clips[0];
  const scale = Math.min(box.width / width, box.height / height);
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const [{ x, y }] = truth.clicks;
  return { middle, ball: { x: middle.x + (x - width / 2) * scale, y: middle.y + (y - height / 2) * scale } };
}

test.describe('with fingers', () => {
  test.use({ hasTouch: true });

  const touch = (cdp: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', spots: Spot[]) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: spots.map((spot, id) => ({ ...spot, id })) });

  test('one finger clicks, two enlarge and never click', async ({ page, truth }) => {
    await begin(page, truth);
    await goTo(page, truth, truth.clicks[0]);
    const cdp = await page.context().newCDPSession(page);
    const { middle, ball } = await places(page, truth);
    const zoom = () => stage(page, 1).getAttribute('data-zoom').then(Number);
    const apart = (distance: number) => [
      { x: middle.x - distance, y: middle.y },
      { x: middle.x + distance, y: middle.y },
    ];
    await touch(cdp, 'touchStart', apart(20));
    for (let distance = 30; distance <= 80; distance += 10) {
      await touch(cdp, 'touchMove', apart(distance));
    }
    await touch(cdp, 'touchEnd', []);
    await expect.poll(zoom).toBeGreaterThan(3);
    await expect(progressCell(page, truth.objects[0], 1)).toHaveText('0/1');

    await page.getByRole('button', { name: 'Fit' }).tap();
    await expect.poll(zoom).toBe(1);
    await page.touchscreen.tap(ball.x, ball.y);
    await answered(page, 1);
    await expect(progressCell(page, truth.objects[0], 1)).toHaveText('1/1');
    await expect(stage(page, 1)).toHaveAttribute('data-masks', '1');
  });

  test('a finger paints with the brush', async ({ page, truth }) => {
    await begin(page, truth);
    await goTo(page, truth, truth.clicks[0]);
    await page.getByRole('button', { name: 'Brush' }).tap();
    const cdp = await page.context().newCDPSession(page);
    const { ball } = await places(page, truth);
    await touch(cdp, 'touchStart', [ball]);
    for (const dx of [10, 20, 30]) {
      await touch(cdp, 'touchMove', [{ x: ball.x + dx, y: ball.y }]);
    }
    await touch(cdp, 'touchEnd', []);
    await expect(page.getByTestId('undo')).toContainText('Undo the drawn mask');
  });
});

test.describe('on a dense screen', () => {
  test.use({ deviceScaleFactor: 2 });

  test('the picture has every pixel of the screen, and clicks land where they are made', async ({ page, truth }) => {
    await begin(page, truth);
    const size = await stage(page, 1).evaluate((canvas: HTMLCanvasElement) => ({
      drawn: [canvas.width, canvas.height],
      shown: [canvas.clientWidth * devicePixelRatio, canvas.clientHeight * devicePixelRatio],
    }));
    expect(size.drawn[0]).toBeCloseTo(size.shown[0], -0.5);
    expect(size.drawn[1]).toBeCloseTo(size.shown[1], -0.5);
    await clickObject(page, truth, truth.clicks[0]);
    await expect(stage(page, 1)).toHaveAttribute('data-masks', '1');
    const { ball } = await places(page, truth);
    await page.mouse.move(ball.x, ball.y);
    await page.keyboard.press('Delete');
    await expect(progressCell(page, truth.objects[0], 1)).toHaveText('0/1');
  });
});
