#!/usr/bin/env bash
# Makes what the browser loads out of the compiled WebAssembly: the frame around every page, and the parts that `part!` names.
#
#   scripts/parts.sh WASM PKG     WASM as linked with --emit-relocs; PKG is the folder to fill
#
# Every page loads PKG/scenediff_bg.wasm and two scripts. PKG/parts/VERSION holds the parts. One of another version must never
# meet this program, as both count on the numbers of each other's functions; so the version is in the address.

source "$(dirname "$0")/env.sh"
[[ $# -eq 2 ]] || die "usage: scripts/parts.sh WASM PKG"
WASM=$1
PKG=$2
FOLDER=parts/$(sha256sum <"$WASM" | head -c 16)
NEW=$PKG.new

rm -rf "$NEW"
mkdir -p "$NEW/$FOLDER"

say "taking the parts from each other"
cargo run --locked --quiet --package parts -- split "$WASM" "$NEW" "$FOLDER" || die "the program cannot be split (see above)"

say "making the bindings"
# The parts find the memory and the table of functions under the linker's names.
wasm-bindgen --target web --no-typescript --keep-lld-exports --no-demangle --remove-name-section \
    --out-dir "$NEW" --out-name scenediff "$NEW/scenediff.wasm" ||
    die "wasm-bindgen failed (see above): run scripts/setup.sh"
rm "$NEW/scenediff.wasm"

# In this order they compress best, and the bindings do not mind.
cargo run --locked --quiet --package parts -- order "$NEW"/*.wasm "$NEW/$FOLDER"/*.wasm ||
    die "the program cannot be put in order (see above)"

brotli --force --keep --quality=11 --lgwin=24 "$NEW"/*.wasm "$NEW"/*.js "$NEW/$FOLDER"/*.wasm
rm -rf "$PKG"
mv "$NEW" "$PKG"
