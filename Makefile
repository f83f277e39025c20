# Two commands: `make run` and `make test`. Everything else is what they are made of.

# Where sessions are kept, and what else `scenediff serve` or `bench` is told (see their `--help`).
DATA ?= data
ARGS ?=
CARGO_TARGET_DIR ?= $(CURDIR)/target
export CARGO_TARGET_DIR

.PHONY: run test bench bench-ui setup build fmt lint

# Installs what is missing, builds, starts the server on http://127.0.0.1:3000.
run:
	@scripts/setup.sh run
	@scripts/build.sh
	@exec "$(CARGO_TARGET_DIR)/debug/scenediff" serve --data "$(DATA)" $(ARGS)

# The same set-up, then every test.
test:
	@scripts/setup.sh test
	@scripts/test.sh

# Measures the engine into bench/RESULTS.md; ARGS as in `make bench ARGS=--help`.
bench:
	@cargo run --locked --release --package bench -- $(ARGS)

# How long a person waits, measured in a real browser; kept in bench/UI.md.
bench-ui:
	@scripts/setup.sh test
	@scripts/bench_ui.sh

setup:
	@scripts/setup.sh test

build:
	@scripts/build.sh

fmt:
	@cargo fmt --all

lint:
	@cargo clippy --workspace --exclude frontend --all-targets -- -D warnings
