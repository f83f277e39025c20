/** Masks that were made elsewhere: uploaded with their videos, reviewed, and shown as change cards. */
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, open, test } from '../support/fixtures';
import { look } from '../support/look';
import { RESULTS } from '../support/paths';
import { annotateEverything, jobPanel, opened, slide, stage } from '../support/session';
import { COLOURS, readStage, showsFrame } from '../support/stage';
import { type Truth, VIDEOS, iou, title, truthMask } from '../support/truth';

type File = string | { name: string; mimeType: string; buffer: Buffer };

const pickled = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

/** Fills in the form of *Upload for Review*. */
async function fill(page: Page, segments: File, video1: File, video2: File): Promise<void> {
  await page.getByLabel('Masks, segments.pkl').setInputFiles(segments);
  await page.getByLabel('Video 1, before').setInputFiles(video1);
  await page.getByLabel('Video 2, after').setInputFiles(video2);
}

/** Sends the form and waits for the review; gives the name of the session. */
async function send(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.waitForURL(/\/sessions\/[^/]+\/review$/, { timeout: 60_000 });
  await showsFrame(stage(page, 1), 0);
  return decodeURIComponent(new URL(page.url()).pathname.split('/')[2]);
}

/** IoU with the truth of what is painted over a frame in an object's colour. */
async function paintedIou(page: Page, session: string, truth: Truth, object: number, frame: number): Promise<number> {
  await slide(page, 'video 1', frame);
  await showsFrame(stage(page, 1), frame);
  const painted = await readStage(stage(page, 1), session, 1, frame, truth.clips[0], COLOURS[object]);
  const mask = truthMask(truth, 1, frame, object);
  return mask ? iou(painted.mask, mask) : 0;
}

// The console notes the job that is refused.
test.use({ allowed: /^error: Failed to load resource: .*409/ });

test('masks from elsewhere are reviewed, and every change has a card', async ({ page, truth }) => {
  test.setTimeout(400_000);
  const { object, frame } = truth.clicks[0];
  const files: Record<string, Buffer> = {};

  await test.step('make masks, as another tool would', async () => {
    await open(page, '/');
    await page.getByRole('button', { name: 'Open the example' }).click();
    const session = await opened(page);
    await annotateEverything(page, truth);
    await jobPanel(page).getByRole('button', { name: 'Start Offline Job' }).click();
    await expect(jobPanel(page).getByText('The offline job is done.')).toBeVisible({ timeout: 200_000 });
    for (const name of ['segments.pkl', 'benchmark/segments.pkl', 'video1.mp4', 'video2.mp4']) {
      const answer = await page.request.get(`/sessions/${session}/results/${name}`);
      expect(answer.ok(), name).toBe(true);
      files[name] = await answer.body();
    }
  });

  await test.step('overlays: the masks are hidden until somebody asks for them', async () => {
    await page.getByRole('link', { name: 'Upload for Review' }).click();
    await expect(page.getByRole('heading', { name: 'Upload for Review' })).toBeVisible();
    await look(page, 'upload-for-review');
    const overlay = (name: string) => ({ name, mimeType: 'video/mp4', buffer: files[name] });
    await fill(page, pickled('segments.pkl', files['segments.pkl']), overlay('video1.mp4'), overlay('video2.mp4'));
    await page.getByLabel('The videos already show the masks').check();
    const session = await send(page);
    await expect(page.getByText('Needs Review', { exact: true })).toBeVisible();
    await expect(page.getByText('example room', { exact: true })).toBeVisible();
    expect(await paintedIou(page, session, truth, object, frame)).toBe(0);
    await look(page, 'review-of-overlays');
    await page.getByRole('button', { name: 'Show all masks' }).click();
    await expect(page.getByRole('button', { name: 'Hide all masks' })).toBeVisible();
    for (const one of truth.objects) {
      await expect(page.getByRole('button', { name: `Show the masks of ${title(one)}` })).toHaveAttribute(
        'aria-pressed',
        'true',
      );
    }
  });

  let session = '';
  await test.step('plain videos and the other layout: the masks are seen at once', async () => {
    await open(page, '/upload-for-review');
    await fill(page, pickled('segments.pkl', files['benchmark/segments.pkl']), VIDEOS[1], VIDEOS[2]);
    await page.getByLabel('Scene type').fill('attic');
    session = await send(page);
    await expect(page.getByText('attic', { exact: true })).toBeVisible();
    await expect.poll(() => paintedIou(page, session, truth, object, frame)).toBeGreaterThan(0.7);
    await expect(page.getByRole('link', { name: 'segments.pkl', exact: true })).toBeVisible();
    await look(page, 'review-of-upload');
  });

  await test.step('its workspace opens', async () => {
    await open(page, `/sessions/${session}`);
    for (const one of truth.objects) {
      await expect(page.getByRole('button', { name: title(one), exact: true })).toBeVisible();
    }
    await expect(page.getByText('is not clicked yet')).toHaveCount(0);
    await jobPanel(page).getByRole('button', { name: 'Start Offline Job' }).click();
    await expect(page.getByText('uploaded masks stay as they are')).toBeVisible();
  });

  await test.step('change cards', async () => {
    await open(page, `/sessions/${session}/review`);
    await page.getByRole('link', { name: 'Change cards' }).click();
    for (const one of truth.objects) {
      const card = page.getByRole('article', { name: title(one) });
      await expect(card).toContainText(one.change_type);
      const views = Number(one.in_video1) + Number(one.in_video2);
      await expect(card.getByText(/Seen on \d+ of \d+ frames/)).toHaveCount(views);
      await expect(card.locator('svg[role="img"]')).toHaveCount(views);
    }
    // Where an object is not, the place is shown once both videos are compared.
    await expect(page.getByText('looks most like the other one').first()).toBeVisible({ timeout: 120_000 });
    await look(page, 'change-cards');
    const full = path.join(RESULTS, 'screenshots', 'change-cards-full.png');
    await page.screenshot({ path: full, fullPage: true });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.screenshot({ path: full.replace('full', 'print'), fullPage: true });
    await expect(page.getByRole('banner')).toBeHidden();
    await page.pdf({ path: path.join(RESULTS, 'screenshots', 'change-cards.pdf'), preferCSSPageSize: true });
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('link', { name: 'Review', exact: true }).click();
    await showsFrame(stage(page, 1), 0);
  });

  await test.step('cards need no scripts', async () => {
    const html = await (await page.request.get(`/sessions/${session}/cards`)).text();
    for (const one of truth.objects) {
      expect(html).toContain(title(one));
    }
    expect(html).toContain('card-outline');
  });
});

test.describe('a wrong file', () => {
  // The browser itself reports the refused upload.
  test.use({ allowed: /^error: Failed to load resource: .*\/upload-for-review\)$/ });

  const cases = [
    { what: 'no pickle', bytes: 'no pickle', says: /not a Python pickle/ },
    { what: 'a program', bytes: '\x80\x02cposix\nsystem\nq\x00.', says: /asks Python for "posix\.system"/ },
    { what: 'another pickle', bytes: '\x80\x02}q\x00.', says: /the key 'scene_type' is missing/ },
  ];
  for (const { what, bytes, says } of cases) {
    test(`${what} is refused with its reason`, async ({ page }) => {
      await open(page, '/upload-for-review');
      await fill(page, pickled('theirs.pkl', Buffer.from(bytes, 'latin1')), VIDEOS[1], VIDEOS[2]);
      await page.getByRole('button', { name: 'Upload', exact: true }).click();
      const alert = page.getByRole('form', { name: 'Upload for Review' }).getByRole('alert');
      await expect(alert).toContainText(says);
      await expect(alert).toContainText('theirs.pkl');
      await expect(page.getByRole('button', { name: 'Upload', exact: true })).toBeEnabled();
      if (what === 'no pickle') {
        await look(page, 'upload-for-review-refused');
      }
    });
  }
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a refused file ends on the form, with the reason', async ({ page }) => {
    await page.goto('/upload-for-review');
    await fill(page, pickled('theirs.pkl', Buffer.from('nothing')), VIDEOS[1], VIDEOS[2]);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Upload for Review' })).toBeVisible();
    await expect(page.getByRole('alert')).toContainText('"theirs.pkl": this is not a Python pickle');
  });
});
