/** What Python reads in a server's database, without any of the server's code; and lines that are put into a history. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './paths';

/** The figures of the dashboard over all time. */
export interface Figures {
  heaps: { done: number; in_review: number; sent_back: number; waiting: number };
  clicks: number;
  clicks_by_person: Record<string, number>;
  objects: number;
  /** Seconds. */
  active: number;
  corrections: number;
  frames: number;
  good: number;
  sent_back: number;
  /** Hours. */
  turnaround: number;
}

/** Runs `end2end/python/figures.py` on the database of a data folder. */
export function python(data: string, ...args: string[]): string {
  const script = path.join(ROOT, 'end2end/python/figures.py');
  return execFileSync('python3', [script, path.join(data, 'scenediff.sqlite'), ...args], { encoding: 'utf8' });
}

/** Counts every figure, line by line. */
export function figures(data: string): Figures {
  return JSON.parse(python(data, 'figures')) as Figures;
}

/** Puts a line into the history of a session, as the server would; a status also changes the session. */
export function note(data: string, session: string, change: string, fields: object, person?: string): void {
  python(data, 'note', session, JSON.stringify({ change, ...fields }), person ?? '');
}
