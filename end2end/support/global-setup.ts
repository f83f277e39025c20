/** Runs once before all tests: writes the generated pair of clips. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { CLIPS, SERVER } from './paths';

export default function globalSetup(): void {
  if (!existsSync(SERVER)) {
    throw new Error(`there is no server at ${SERVER}: build it with scripts/build.sh, or name it in SCENEDIFF_BIN`);
  }
  mkdirSync(CLIPS, { recursive: true });
  execFileSync(SERVER, ['example', CLIPS], { stdio: ['ignore', 'ignore', 'inherit'] });
}
