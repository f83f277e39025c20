#!/usr/bin/env bash
# Every test: formatting, lints, Rust (which calls the Python readers), documentation, browser.

source "$(dirname "$0")/env.sh"
cd "$ROOT"
export SCENEDIFF_PYTHON=$VENV/bin/python
export SCENEDIFF_BIN
SCENEDIFF_BIN=$(profile_dir dev)/scenediff

step() {
    local title=$1
    shift
    say "$title"
    "$@" || die "$title: failed (see above)"
}

step "formatting" cargo fmt --all --check
step "generated scenes" "$SCENEDIFF_PYTHON" checkpoints/training/check_scenes.py
# Everything but the browser entry, in one go: each choice of packages would build the libraries once more.
step "lints" cargo clippy --locked --workspace --exclude frontend --all-targets -- -D warnings
step "lints of the browser part" cargo clippy --locked --package frontend --package app --features app/hydrate \
    --target wasm32-unknown-unknown -- -D warnings
scripts/build.sh
step "Rust tests" cargo test --locked --workspace --exclude frontend
cd end2end
step "browser tests" npx --no-install playwright test
say "every test passed"
