/** Review as two people do it: watching both videos, going through the worst places, and talking about them. */
import type { Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import { look } from '../support/look';
import { addObject, answered, clickObject, opened, pane, propagate, slide, stage } from '../support/session';
import { clickPixel, showsFrame } from '../support/stage';
import { join } from '../support/team';
import { type Side, title } from '../support/truth';

test.use({ serverArgs: ['--team'], allowed: /^error: Failed to load resource: .*(401|403)/ });

/** The frame that a canvas shows. */
async function frameOf(page: Page, side: Side): Promise<number> {
  return Number(await stage(page, side).getAttribute('data-frame'));
}

/** Waits until a canvas bears so many pins. */
async function hasPins(page: Page, side: Side, pins: number): Promise<void> {
  await expect(stage(page, side)).toHaveAttribute('data-pins', String(pins));
}

test('a pair is watched, judged place by place, and talked about', async ({ page, server, truth, anotherBrowser }) => {
  test.setTimeout(400_000);
  const [ball] = truth.objects;
  const [click] = truth.clicks;
  const counts = truth.clips.map((clip) => clip.frames.length);
  const wrong = counts[0] - 6;

  await test.step('the annotator clicks an object, and once beside it', async () => {
    await join(page, server, 'Ann', 'annotator');
    await open(page, '/');
    await page.getByRole('button', { name: 'Open the example' }).click();
    await opened(page);
    await addObject(page, ball);
    await clickObject(page, truth, click);
    await slide(page, 'video 1', wrong);
    await showsFrame(stage(page, 1), wrong);
    await clickPixel(stage(page, 1), truth.clips[0], { x: 8, y: 8 });
    await answered(page, 1);
    await propagate(page);
  });
  const session = decodeURIComponent(new URL(page.url()).pathname.split('/')[2]);

  const reviewer = await anotherBrowser();
  await join(reviewer, server, 'Rea', 'reviewer');
  await open(reviewer, `/sessions/${session}/review`);
  const watching = reviewer.getByTestId('watching');
  const lock = reviewer.getByLabel('Move both videos through time together');

  await test.step('both videos play locked together', async () => {
    await showsFrame(stage(reviewer, 1), 0);
    await showsFrame(stage(reviewer, 2), 0);
    await expect(lock).toHaveValue('fraction');
    await reviewer.keyboard.press('Space');
    await expect.poll(() => frameOf(reviewer, 1)).toBeGreaterThan(4);
    await reviewer.keyboard.press('Space');
    await reviewer.keyboard.press('ArrowRight');
    const heading = reviewer.locator('.review-pane header .number').first();
    const shown = Number(/frame (\d+)/.exec(await heading.innerText())?.[1]);
    await showsFrame(stage(reviewer, 1), shown);
    await showsFrame(stage(reviewer, 2), Math.round((shown / (counts[0] - 1)) * (counts[1] - 1)));

    await lock.selectOption('off');
    const before = await frameOf(reviewer, 2);
    await slide(reviewer, 'video 1', 30);
    await showsFrame(stage(reviewer, 1), 30);
    expect(await frameOf(reviewer, 2)).toBe(before);
    await lock.selectOption('place');
    await expect(reviewer.getByText(/\d+ % sure/)).toBeVisible({ timeout: 150_000 });
  });

  await test.step('a key goes to the worst place and plays it again and again', async () => {
    await reviewer.getByRole('heading', { name: 'Downloads' }).click();
    await reviewer.keyboard.press('n');
    await expect(watching).toHaveText(/^ball 1: 1 of \d+ suspect places? - video 1, frame \d+, /);
    const worst = Number(/frame (\d+)/.exec(await watching.innerText())?.[1]);
    const loop = reviewer.getByRole('button', { name: 'Loop', exact: true });
    await expect(loop).toHaveAttribute('aria-pressed', 'true');
    // It comes by again after two seconds, and stays within one second around it.
    const seen: number[] = [];
    for (let i = 0; i < 24; i++) {
      seen.push(await frameOf(reviewer, 1));
      await reviewer.waitForTimeout(150);
    }
    const shown = seen.filter((frame) => frame > 0);
    expect(Math.min(...shown)).toBeGreaterThanOrEqual(worst - 60);
    expect(shown.some((frame, i) => i > 0 && frame < shown[i - 1]), `${shown}`).toBe(true);
    await reviewer.keyboard.press('Space');
    await look(reviewer, 'review-watch');
    await reviewer.keyboard.press('Shift+?');
    await expect(reviewer.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    await look(reviewer, 'review-keys');
    await reviewer.keyboard.press('Escape');
    await expect(loop).toHaveAttribute('aria-pressed', 'false');
    // A lane leads to its frame.
    await reviewer.getByRole('button', { name: /^ball 1 in video 1: clicks on 2 frames/ }).click({ position: { x: 20, y: 8 } });
    await expect(loop).toHaveAttribute('aria-pressed', 'false');
    expect(await frameOf(reviewer, 1)).toBeLessThan(20);
  });

  await test.step('the reviewer points at something and says what is wrong', async () => {
    await slide(reviewer, 'video 1', wrong);
    await showsFrame(stage(reviewer, 1), wrong);
    await reviewer.keyboard.press('c');
    const form = reviewer.getByRole('region', { name: 'New comment' });
    await expect(form).toContainText(`video 1, frame ${wrong}`);
    await expect(form.getByLabel('About')).toHaveValue(/\d+/);
    await clickPixel(stage(reviewer, 1), truth.clips[0], { x: 40, y: 60 });
    await expect(form).toContainText('at the pin');
    await form.getByLabel('Comment').fill('this is the <b>wall</b>\nnot the ball');
    await hasPins(reviewer, 1, 1);
    await look(reviewer, 'review-comment');
    await form.getByRole('button', { name: 'Comment', exact: true }).click();
    await expect(form).toBeHidden();
    const line = reviewer.locator('.threads').getByRole('button', { name: /wall/ });
    // Text stays text.
    await expect(line).toContainText('this is the <b>wall</b>');
    await expect(line).toContainText(`ball 1, video 1, frame ${wrong} - Rea`);
    await expect(reviewer.locator('.history-lines')).toContainText('commented on ball 1: this is the <b>wall</b>');
  });

  await test.step('the annotator sees it in the workspace, at its place', async () => {
    // The page was open all the time.
    await page.getByText('Comments: 1 open').click();
    await slide(page, 'video 1', 0);
    await hasPins(page, 1, 0);
    await page.locator('.talk').getByRole('button', { name: /wall/ }).click();
    await showsFrame(stage(page, 1), wrong);
    await hasPins(page, 1, 1);
    const conversation = page.getByRole('region', { name: 'Conversation' });
    await expect(conversation).toContainText(`${title(ball)}, video 1, frame ${wrong}`);
    await look(page, 'workspace-comments');
    await conversation.getByLabel('Reply').fill('I see, clicked again');
    await conversation.getByLabel('Reply').press('Control+Enter');
    await expect(conversation.locator('.comments')).toContainText('I see, clicked again');
  });

  await test.step('the reviewer reads the answer and settles it', async () => {
    await expect(reviewer.locator('.threads')).toContainText('1 answer');
    await showsFrame(stage(reviewer, 1), wrong);
    // The head of the pin lies above its tip.
    const box = await stage(reviewer, 1).boundingBox();
    const { width, height } = truth.clips[0];
    const scale = Math.min((box?.width ?? 0) / width, (box?.height ?? 0) / height);
    await clickPixel(stage(reviewer, 1), truth.clips[0], { x: 40, y: 60 - 16 / scale });
    const conversation = reviewer.getByRole('region', { name: 'Conversation' });
    await expect(conversation.locator('.comments li')).toHaveText([/Rea.*wall/s, /Ann.*clicked again/s]);
    await look(reviewer, 'review-conversation');
    await conversation.getByRole('button', { name: 'Resolve' }).click();
    await expect(conversation).toContainText('Resolved by Rea');
    await expect(reviewer.getByRole('button', { name: 'Show 1 resolved' })).toBeVisible();
    await conversation.getByRole('button', { name: 'Close' }).click();
    await hasPins(reviewer, 1, 0);
    await expect(page.getByText('Comments: all resolved')).toBeVisible();
  });

  await test.step('what was never looked at is listed before the download, and a link leads there', async () => {
    const checks = reviewer.getByRole('region', { name: 'Checks' });
    const line = checks.getByRole('link', { name: /frames of video 2 were never looked at/ });
    await expect(line).toHaveAttribute('href', /\?video=2&frame=\d+$/);
    const frame = Number(/frame=(\d+)/.exec((await line.getAttribute('href')) ?? '')?.[1]);
    await line.click();
    await reviewer.waitForURL(/\/sessions\/[^/]+\?video=2/);
    await expect(pane(reviewer, 2)).toBeVisible();
    await showsFrame(stage(reviewer, 2), frame);
    await expect(pane(reviewer, 2).getByRole('button', { name: /^Video 2/ })).toHaveAttribute('aria-pressed', 'true');
  });
});
