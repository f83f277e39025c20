/** How long a person waits: measured in a real browser on the drawn pair, with the embedded model. Writes `bench/UI.md`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page, Response } from '@playwright/test';
import { open, test } from '../support/fixtures';
import { CLIPS, ROOT } from '../support/paths';
import { addObject, answered, fillForm, opened, slide, stage } from '../support/session';
import { showsFrame } from '../support/stage';
import { type Side, type Truth, VIDEOS, truthMask } from '../support/truth';

const CLICKS = 15;
const STEPS = 40;
const SEEKS = 20;
const UPLOADS = 3;
/** How often the drawn clips are played one after the other: a film longer than what the browser fetches ahead. */
const ROUNDS = 12;

/** The longest wait for anything, in milliseconds. */
const WAIT_MAX = 30_000;

/** Does something in the page and waits until the first canvas says so and the next picture of the screen is due. */
async function timed(page: Page, doIt: string, attribute: string, value: string): Promise<number> {
  return page.evaluate(
    ({ doIt, attribute, value, max }) =>
      new Promise<number>((resolve, reject) => {
        const canvas = document.querySelector('canvas[data-side="1"]') as HTMLCanvasElement;
        const timer = setTimeout(() => reject(new Error(`no ${attribute}=${value} in time`)), max);
        const start = performance.now();
        const observer = new MutationObserver(() => {
          if (canvas.getAttribute(attribute) === value) {
            observer.disconnect();
            clearTimeout(timer);
            requestAnimationFrame(() => resolve(performance.now() - start));
          }
        });
        observer.observe(canvas, { attributes: true, attributeFilter: [attribute] });
        new Function('canvas', doIt)(canvas);
      }),
    { doIt, attribute, value, max: WAIT_MAX },
  );
}

/** A clip played several times. */
function longer(side: Side): string {
  const file = path.join(CLIPS, `long${side}.mp4`);
  const rounds = ['-stream_loop', String(ROUNDS - 1), '-i', VIDEOS[side], '-c', 'copy'];
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...rounds, file]);
  return file;
}

/** A pixel well inside the first object, where it is seen. */
function inside(truth: Truth, row: number): { x: number; y: number } | undefined {
  const mask = truthMask(truth, 1, row % truth.clips[0].frames.length, 0);
  const { width, height } = truth.clips[0];
  let [count, x, y] = [0, 0, 0];
  mask?.forEach((bit, i) => {
    count += bit;
    x += bit * (i % width);
    y += bit * Math.floor(i / width);
  });
  const middle = { x: Math.round(x / count), y: Math.round(y / count) };
  return mask?.[middle.y * width + middle.x] && middle.y < height ? middle : undefined;
}

/** A click on a pixel of the frame, as a script in the page. */
function clickScript({ width, height }: { width: number; height: number }, at: { x: number; y: number }): string {
  return `
    const box = canvas.getBoundingClientRect();
    const scale = Math.min(box.width / ${width}, box.height / ${height});
    const clientX = box.x + (box.width - ${width} * scale) / 2 + ${at.x} * scale;
    const clientY = box.y + (box.height - ${height} * scale) / 2 + ${at.y} * scale;
    for (const type of ['pointerdown', 'pointerup']) {
      canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, button: 0, clientX, clientY }));
    }`;
}

/** Whether an answer says that the model knows a frame of video 1. */
function isPrepared(response: Response, frame: number): boolean {
  if (!response.url().endsWith('/api/prompts/prepare')) {
    return false;
  }
  const asked = response.request().postDataJSON();
  return asked.side === 1 && asked.frame === frame;
}

/** Times of clicks on frames far from each other, prepared or not; each click is taken back again. */
async function clicks(page: Page, truth: Truth, prepared: boolean, frames: number[]): Promise<number[]> {
  const times: number[] = [];
  for (const frame of frames) {
    const at = inside(truth, frame);
    if (!at) {
      continue;
    }
    const ready = prepared && page.waitForResponse((response) => isPrepared(response, frame));
    await slide(page, 'video 1', frame);
    await showsFrame(stage(page, 1), frame);
    await ready;
    times.push(await timed(page, clickScript(truth.clips[0], at), 'data-masks', '1'));
    await answered(page, 1);
    await page.keyboard.press('z');
    await page.getByRole('button', { name: 'Redo' }).isEnabled();
    await stage(page, 1).and(page.locator('[data-masks="0"]')).waitFor();
    if (times.length === CLICKS) {
      break;
    }
  }
  return times;
}

async function steps(page: Page): Promise<number[]> {
  await slide(page, 'video 1', 0);
  await showsFrame(stage(page, 1), 0);
  await page.waitForTimeout(1500);
  const times: number[] = [];
  for (let frame = 1; frame <= STEPS; frame++) {
    const press = "window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))";
    times.push(await timed(page, press, 'data-frame', String(frame)));
    // The speed of a film.
    await page.waitForTimeout(33);
  }
  return times;
}

async function seeks(page: Page, frames: number): Promise<number[]> {
  const times: number[] = [];
  let frame = 0;
  for (let i = 0; i < SEEKS; i++) {
    // Always beyond what was fetched ahead.
    frame = (frame + 97 + ((i * 53) % 211)) % frames;
    const seek = `
      const slider = document.querySelector('input[aria-label="Frame of video 1"]');
      slider.value = '${frame}';
      slider.dispatchEvent(new Event('input', { bubbles: true }));`;
    times.push(await timed(page, seek, 'data-frame', String(frame)));
  }
  return times;
}

/** From the last byte of the upload to the first frame that can be clicked. */
async function uploads(page: Page, film1: string, film2: string): Promise<number[]> {
  await page.addInitScript(() => {
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) {
      this.upload.addEventListener('load', () => {
        (window as unknown as { sent: number }).sent = performance.now();
      });
      send.call(this, body);
    };
  });
  const times: number[] = [];
  for (let i = 0; i < UPLOADS; i++) {
    await open(page, '/');
    await fillForm(page, 'kitchen', film1, film2);
    await page.evaluate(() => {
      const seen = setInterval(() => {
        if (document.querySelector('canvas[data-side="1"][data-frame="0"]')) {
          clearInterval(seen);
          (window as unknown as { clickable: number }).clickable = performance.now();
        }
      }, 4);
    });
    await page.getByRole('button', { name: 'Upload' }).click();
    await opened(page);
    times.push(
      await page.evaluate(() => {
        const { sent, clickable } = window as unknown as { sent: number; clickable: number };
        return clickable - sent;
      }),
    );
  }
  return times;
}

function row(what: string, times: number[], goal: string): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return `| ${what} | ${at(0.5)} ms | ${at(0.95)} ms | ${times.length} | ${goal} |`;
}

test('how long a person waits', async ({ page, truth }) => {
  const uploaded = await uploads(page, longer(1), longer(2));
  await addObject(page, truth.objects[0]);
  const slider = page.getByRole('slider', { name: 'Frame of video 1' });
  const frames = Number(await slider.getAttribute('max')) + 1;
  const even = Array.from({ length: CLICKS * 2 }, (_, i) => Math.floor((i * (frames - 1)) / (CLICKS * 2)));
  // The frames between are still unknown to the model.
  const cold = await clicks(page, truth, false, even.filter((_, i) => i % 2 === 1));
  const warm = await clicks(page, truth, true, even.filter((_, i) => i % 2 === 0));
  const lines = [
    '# How long a person waits',
    '',
    'Measured by `make bench-ui` in Chromium without a GPU, with the server, the model and the browser on one machine:',
    `${os.cpus().length} cores (${os.cpus()[0]?.model ?? 'unknown'}), the drawn pair of clips, played ${ROUNDS} times (${truth.clips[0].width} x ${truth.clips[0].height} pixels, ${frames} frames), the embedded model.`,
    '',
    '| | p50 | p95 | measured | goal on two cores |',
    '|---|---:|---:|---:|---|',
    row('click to painted mask, prepared frame', warm, '250 ms'),
    row('click to painted mask, cold frame', cold, ''),
    row('frame step inside the prefetched window', await steps(page), '33 ms'),
    row('seek to a random frame', await seeks(page, frames), ''),
    row('last uploaded byte to first clickable frame', uploaded, ''),
    '',
    'A time ends with the first picture of the screen after the change.',
    '',
  ];
  const folder = path.join(ROOT, 'bench');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'UI.md'), lines.join('\n'));
  console.log(lines.join('\n'));
});
