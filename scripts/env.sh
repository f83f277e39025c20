# Sourced by every script: where things lie, and how to say so.
#
# CARGO_TARGET_DIR  build output (default: target/ in the checkout)
# SCENEDIFF_CACHE   tools that are built or fetched once (default: ~/.cache/scenediff)

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}
export SCENEDIFF_CACHE=${SCENEDIFF_CACHE:-$HOME/.cache/scenediff}
TOOLS=$SCENEDIFF_CACHE/tools
VENV=$SCENEDIFF_CACHE/venv
export PATH=$TOOLS/bin:$TOOLS/node_modules/.bin:$PATH
# The name of the browser files is fixed in the server; a value from outside would part the two.
unset LEPTOS_OUTPUT_NAME

# The folder below CARGO_TARGET_DIR of a Cargo profile.
profile_dir() {
    case $1 in
        dev) echo "$CARGO_TARGET_DIR/debug" ;;
        *) echo "$CARGO_TARGET_DIR/$1" ;;
    esac
}

say() {
    printf '==> %s\n' "$*"
}

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
