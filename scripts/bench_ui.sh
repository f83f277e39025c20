#!/usr/bin/env bash
# Measures in a real browser how long a person waits; writes bench/UI.md.

source "$(dirname "$0")/env.sh"
cd "$ROOT"
export SCENEDIFF_BIN
SCENEDIFF_BIN=$(profile_dir dev)/scenediff

scripts/build.sh
cd end2end
npx --no-install playwright test --config bench.config.ts
