#!/usr/bin/env bash
# Prints how many bytes of program, compressed, a browser loads for a first page: the frame, then every part with it.
#
#   scripts/sizes.sh PKG     PKG as scripts/parts.sh filled it

source "$(dirname "$0")/env.sh"
[[ $# -eq 1 ]] || die "usage: scripts/sizes.sh PKG"
cd "$1"

FRAME=$(cat ./*.br | wc -c)
say "the browser loads $FRAME bytes of program for every page, and with the part"
# One line for each part: its name and its files.
tr -d ' \n' <__wasm_split_manifest.json | tr '{]' '\n\n' | tr -s '":[,' ' ' | while read -r part files; do
    [[ -n $files ]] || continue
    # shellcheck disable=SC2086 # a list of names without blanks
    bytes=$(printf '%s.wasm.br\n' $files | xargs cat | wc -c)
    printf '      %-12s %7d bytes\n' "$part" $((FRAME + bytes))
done
