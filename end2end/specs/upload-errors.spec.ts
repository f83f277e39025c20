/** Files that cannot be used: the page says what is wrong, and nothing is left behind. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, open, test } from '../support/fixtures';
import { fillForm } from '../support/session';
import { VIDEOS } from '../support/truth';

// The browser itself reports the refused upload.
test.use({ allowed: /^error: Failed to load resource: .*\/upload\)$/ });

const film = (buffer: Buffer) => ({ name: 'film.mp4', mimeType: 'video/mp4', buffer });

/** A second of silence: a file that FFmpeg reads, without any picture. */
function silence(): Buffer {
  const samples = Buffer.alloc(16_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

const cases: { what: string; file: () => Buffer; says: RegExp }[] = [
  { what: 'an empty file', file: () => Buffer.alloc(0), says: /is empty/ },
  { what: 'a text', file: () => Buffer.from('This is no film.\n'.repeat(200)), says: /not a video file/ },
  { what: 'sound only', file: silence, says: /not an mp4|no video stream/ },
  {
    what: 'a film that was cut off',
    file: () => {
      const whole = readFileSync(VIDEOS[2]);
      return whole.subarray(0, Math.floor(whole.length / 2));
    },
    says: /cut off/,
  },
];

for (const { what, file, says } of cases) {
  test(`${what} is refused with its reason`, async ({ page, server }) => {
    await open(page, '/');
    await fillForm(page, 'kitchen', VIDEOS[1], film(file()));
    await page.getByRole('button', { name: 'Upload' }).click();

    const alert = page.getByRole('form', { name: 'New Annotation' }).getByRole('alert');
    await expect(alert).toContainText(says);
    await expect(alert).toContainText(/video 2|film\.mp4/i);
    // The form is there for another try, and nothing of this one is kept.
    await expect(page.getByRole('button', { name: 'Upload' })).toBeEnabled();
    for (const folder of ['uploads', 'cache', 'results']) {
      await expect.poll(() => list(path.join(server.data, folder))).toEqual([]);
    }
    await open(page, '/sessions');
    await expect(page.getByText('No sessions yet')).toBeVisible();
  });
}

/** Everything below a folder that may not exist. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

test('a form that lacks a file is not sent', async ({ page }) => {
  await open(page, '/');
  await page.getByLabel('Scene type').fill('kitchen');
  await page.getByLabel('Video 1, before').setInputFiles(VIDEOS[1]);
  await page.getByRole('button', { name: 'Upload' }).click();
  const missing = page.getByLabel('Video 2, after');
  expect(await missing.evaluate((input: HTMLInputElement) => input.validity.valueMissing)).toBe(true);
  await expect(page).toHaveURL('/');
});
