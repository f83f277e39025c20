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
cargo build --locked --package frontend --lib --target wasm32-unknown-unknown --profile browser ||
    die "the browser part does not build (see above)"

mkdir -p "$PKG"
WASM_OPT=$(command -v wasm-opt || true)
# What the files in PKG were made of; unchanged means nothing to do.
STAMP="$(cat "$WASM" scripts/build.sh | sha256sum) $(wasm-bindgen --version) wasm-opt: ${WASM_OPT:-none}"
if [[ $(cat "$SITE/.stamp" 2>/dev/null) != "$STAMP" ]]; then
    say "making the bindings"
    rm -f "$SITE/.stamp"
    wasm-bindgen --target web --no-typescript --out-dir "$PKG" --out-name scenediff "$WASM" ||
        die "wasm-bindgen failed (see above): run scripts/setup.sh"
    if [[ -n $WASM_OPT ]]; then
        say "making the browser part smaller"
        # What rustc emits and every current browser runs; more features would let it use what browsers lack.
        FEATURES=(bulk-memory multivalue mutable-globals nontrapping-float-to-int reference-types sign-ext)
        "$WASM_OPT" -Oz "${FEATURES[@]/#/--enable-}" "$PKG/scenediff_bg.wasm" -o "$PKG/scenediff_bg.wasm.small" &&
            mv "$PKG/scenediff_bg.wasm.small" "$PKG/scenediff_bg.wasm" ||
            die "wasm-opt failed (see above)"
    fi
    brotli --force --keep --quality=11 --lgwin=24 "$PKG/scenediff_bg.wasm" "$PKG/scenediff.js"
    say "the browser loads $(cat "$PKG"/scenediff*.br | wc -c) bytes of program"
    echo "$STAMP" >"$SITE/.stamp"
fi
cp -u style/*.css "$PKG/"
cp -ru public/. "$SITE/"

say "building the server"
# All members at once, as the tests do: the dependencies get the same features and are built once.
FLAGS=()
[[ $PROFILE == release ]] && FLAGS=(--release)
cargo build --locked "${FLAGS[@]}" || die "the server does not build (see above)"
