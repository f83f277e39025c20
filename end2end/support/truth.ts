/** The truth about the generated pair, as `scenediff example` writes it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CLIPS } from './paths';

export type Side = 1 | 2;

/** A mask as COCO run lengths. */
export interface Rle {
  size: [height: number, width: number];
  counts: string;
}

/** A changed object. */
export interface TruthObject {
  label: string;
  multiplicity: number;
  in_video1: boolean;
  in_video2: boolean;
  change_type: 'added' | 'removed' | 'moved';
}

/** Where a person would click. */
export interface Click {
  object: number;
  side: Side;
  frame: number;
  x: number;
  y: number;
}

export interface Truth {
  fps: number;
  objects: TruthObject[];
  clicks: Click[];
  clips: { side: Side; width: number; height: number; frames: { object: number; mask: Rle }[][] }[];
}

/** The two files of the pair. */
export const VIDEOS = { 1: path.join(CLIPS, 'video1.mp4'), 2: path.join(CLIPS, 'video2.mp4') } as const;

/** The file with the truth. */
export const TRUTH_FILE = path.join(CLIPS, 'truth.json');

export function loadTruth(): Truth {
  return JSON.parse(readFileSync(TRUTH_FILE, 'utf8')) as Truth;
}

/** An object as the pages call it: `cup 1`. */
export function title(object: TruthObject): string {
  return `${object.label} ${object.multiplicity}`;
}

/** Whether an object is seen in a video. */
export function isIn(object: TruthObject, side: Side): boolean {
  return side === 1 ? object.in_video1 : object.in_video2;
}

/** The true mask of an object on a frame, row by row; nothing where it is not seen. */
export function truthMask(truth: Truth, side: Side, frame: number, object: number): Uint8Array | undefined {
  const found = truth.clips[side - 1].frames[frame].find((entry) => entry.object === object);
  return found && decode(found.mask);
}

/** The pixels of a mask, row by row. */
export function decode({ size: [height, width], counts }: Rle): Uint8Array {
  const mask = new Uint8Array(height * width);
  let start = 0;
  runs(counts).forEach((run, index) => {
    if (index % 2 === 1) {
      for (let i = start; i < start + run; i++) {
        mask[(i % height) * width + Math.floor(i / height)] = 1;
      }
    }
    start += run;
  });
  return mask;
}

/** COCO's text as numbers: five bits a character, each run from the third on as the difference to the one two before. */
function runs(text: string): number[] {
  const out: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const chunk = character.charCodeAt(0) - 48;
    value |= (chunk & 0x1f) << shift;
    shift += 5;
    if ((chunk & 0x20) === 0) {
      if (chunk & 0x10) {
        value |= -1 << shift;
      }
      out.push(out.length > 2 ? value + out[out.length - 2] : value);
      value = 0;
      shift = 0;
    }
  }
  return out;
}

/** Intersection over union of two masks of the same size. */
export function iou(a: Uint8Array, b: Uint8Array): number {
  let both = 0;
  let either = 0;
  a.forEach((value, i) => {
    both += value & b[i];
    either += value | b[i];
  });
  return either === 0 ? 1 : both / either;
}
