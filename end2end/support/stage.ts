/** A canvas that shows a frame with masks over it. */
import { type Locator, expect } from '@playwright/test';
import type { Side } from './truth';

/** Size of a frame, in its own pixels. */
export interface FrameSize {
  width: number;
  height: number;
}

/** Waits until a canvas really shows a frame. */
export async function showsFrame(canvas: Locator, frame: number): Promise<void> {
  await expect(canvas).toHaveAttribute('data-frame', String(frame));
}

/** Where a pixel of the frame lies on the screen, as long as the whole frame is shown. */
export async function onScreen(
  canvas: Locator,
  { width, height }: FrameSize,
  at: { x: number; y: number },
): Promise<{ x: number; y: number }> {
  const box = await canvas.boundingBox();
  if (!box) {
    throw new Error('the canvas is not on the screen');
  }
  const scale = Math.min(box.width / width, box.height / height);
  return {
    x: box.x + (box.width - width * scale) / 2 + at.x * scale,
    y: box.y + (box.height - height * scale) / 2 + at.y * scale,
  };
}

/** Clicks on a pixel of the frame, wherever that lies on the canvas. */
export async function clickPixel(
  canvas: Locator,
  { width, height }: FrameSize,
  at: { x: number; y: number },
  button: 'left' | 'right' = 'left',
): Promise<void> {
  const box = await canvas.boundingBox();
  if (!box) {
    throw new Error('the canvas is not on the screen');
  }
  const scale = Math.min(box.width / width, box.height / height);
  await canvas.click({
    button,
    position: {
      x: (box.width - width * scale) / 2 + at.x * scale,
      y: (box.height - height * scale) / 2 + at.y * scale,
    },
  });
}

/** What a canvas shows, seen through its pixels. */
export interface Painted {
  /** `[height, width]`: 1 where the frame is tinted in the colour, by about half inside and more at the edge. */
  mask: Uint8Array;
  /** Share of the pixels that look exactly like the frame itself. */
  untouched: number;
}

/**
 * Compares a canvas with the picture of its frame, pixel by pixel: where is it tinted in `colour` (red, green, blue),
 * where is it as it was?
 */
export async function readStage(
  canvas: Locator,
  session: string,
  side: Side,
  frame: number,
  size: FrameSize,
  colour: readonly [number, number, number],
): Promise<Painted> {
  const address = `/sessions/${session}/videos/${side}/frames/${frame}`;
  const seen = await canvas.evaluate(
    async (element, { address, size, colour }) => {
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      const { width, height } = size;
      // Both at the size of the frame, so that each is drawn with the same smoothing.
      const pixels = (draw: (context: CanvasRenderingContext2D) => void): Uint8ClampedArray => {
        const copy = document.createElement('canvas');
        copy.width = width;
        copy.height = height;
        const context = copy.getContext('2d', { willReadFrequently: true });
        if (!context) {
          throw new Error('no canvas to draw on');
        }
        draw(context);
        return context.getImageData(0, 0, width, height).data;
      };
      const canvas = element as HTMLCanvasElement;
      const scale = Math.min(canvas.width / width, canvas.height / height);
      const [left, top] = [(canvas.width - width * scale) / 2, (canvas.height - height * scale) / 2];
      const shown = pixels((context) =>
        context.drawImage(canvas, left, top, width * scale, height * scale, 0, 0, width, height),
      );
      const plain = pixels((context) => context.drawImage(picture, 0, 0));
      const mask: number[] = [];
      let untouched = 0;
      for (let i = 0; i < plain.length; i += 4) {
        // How far from the plain pixel towards the colour, and how far beside that line?
        let [along, length, off, differs] = [0, 0, 0, 0];
        for (let c = 0; c < 3; c++) {
          along += (shown[i + c] - plain[i + c]) * (colour[c] - plain[i + c]);
          length += (colour[c] - plain[i + c]) ** 2;
          differs = Math.max(differs, Math.abs(shown[i + c] - plain[i + c]));
        }
        const opacity = along / Math.max(length, 1);
        for (let c = 0; c < 3; c++) {
          off = Math.max(off, Math.abs(shown[i + c] - plain[i + c] - opacity * (colour[c] - plain[i + c])));
        }
        mask.push(opacity > 0.35 && opacity < 1.1 && off < 24 ? 1 : 0);
        untouched += differs < 12 ? 1 : 0;
      }
      return { mask, untouched: untouched / mask.length };
    },
    { address, size, colour },
  );
  return { mask: Uint8Array.from(seen.mask), untouched: seen.untouched };
}

/** The colours of the first objects of a list. */
export const COLOURS = [
  [0x1f, 0x77, 0xb4],
  [0xff, 0x7f, 0x0e],
  [0x2c, 0xa0, 0x2c],
] as const;
