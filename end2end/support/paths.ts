/** Where things lie. */
import path from 'node:path';

const end2end = path.resolve(import.meta.dirname, '..');

/** The checkout. */
export const ROOT = path.dirname(end2end);

const target = process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target');

/** The built server. */
export const SERVER = process.env.SCENEDIFF_BIN ?? path.join(target, 'debug', 'scenediff');

/** A Python with numpy and pycocotools. */
export const PYTHON = process.env.SCENEDIFF_PYTHON ?? 'python3';

/** What the tests write. */
export const RESULTS = path.join(end2end, 'test-results');

/** The generated pair of clips, written once before all tests. */
export const CLIPS = path.join(RESULTS, 'clips');

/** Checks the files of a results folder against their documented form. */
export const CHECK_RESULTS = path.join(ROOT, 'crates/export/tests/python/check_results.py');

/** Compares a `segments.pkl` with the truth. */
export const COMPARE = path.join(end2end, 'python/compare_with_truth.py');
