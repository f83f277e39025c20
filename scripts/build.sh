#!/usr/bin/env bash
# Builds the browser part and the server.
#
#   scripts/build.sh [--profile dev|release]     the server's Cargo profile (default: dev, which the tests share)
#
# Output: CARGO_TARGET_DIR/site (what the browser loads) and CARGO_TARGET_DIR/{debug,release}/scenediff.

source "$(dirname "$0")/env.sh"
PROFILE=dev
if [[ ${1:-} == --profile && ${2:-} =~ ^(dev|release)$ ]]; then
    PROFILE=$2
elif [[ $# -gt 0 ]]; then
    die "usage: scripts/build.sh [--profile dev|release]"
fi
cd "$ROOT"

SITE=$CARGO_TARGET_DIR/site
PKG=$SITE/pkg
WASM=$CARGO_TARGET_DIR/wasm32-unknown-unknown/browser/frontend.wasm

say "building the browser part"
# The parts are taken from each other by the linker's own record of who needs whom.
cargo rustc --locked --package frontend --lib --target wasm32-unknown-unknown --profile browser -- -C link-arg=--emit-relocs ||
    die "the browser part does not build (see above)"

# What the files in PKG were made of; unchanged means nothing to do.
STAMP="$(cat "$WASM" scripts/parts.sh parts/src/*.rs Cargo.lock | sha256sum) $(wasm-bindgen --version)"
if [[ $(cat "$PKG/.stamp" 2>/dev/null) != "$STAMP" ]]; then
    scripts/parts.sh "$WASM" "$PKG"
    echo "$STAMP" >"$PKG/.stamp"
fi
scripts/sizes.sh "$PKG"
cp -u style/*.css "$PKG/"
cp -ru public/. "$SITE/"

say "building the server"
# All members at once, as the tests do: the dependencies get the same features and are built once.
FLAGS=()
[[ $PROFILE == release ]] && FLAGS=(--release)
cargo build --locked "${FLAGS[@]}" || die "the server does not build (see above)"
