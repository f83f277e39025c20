import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** The measurements of `make bench-ui`, with the browser of the tests. */
export default defineConfig(tests, { testDir: 'bench', testMatch: '*.bench.ts', outputDir: 'test-results/bench', timeout: 900_000, use: { ...tests.use, bypassCSP: true } });
