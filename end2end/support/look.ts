/** Looks at a page: readable for everybody, and pictures of it to look at. */
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type Page, expect } from '@playwright/test';
import { RESULTS } from './paths';

/** The sizes of screens for which pages are made; the first is what tests use. */
export const SIZES = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
];

/** Checks a page in both themes and takes its picture in both sizes. */
export async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Without its own loading of style sheets, which gets their addresses wrong.
    const { violations } = await new AxeBuilder({ page }).options({ preload: false }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(
      serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
      `${name}, ${colorScheme}`,
    ).toEqual([]);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.screenshot({ path: path.join(RESULTS, 'screenshots', `${name}-${size.width}-${colorScheme}.png`) });
    }
  }
  await page.setViewportSize(SIZES[0]);
}
