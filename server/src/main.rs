//! The one binary, `scenediff`: the server, and the same engine for one video on the command line.

// The pages are deeply nested types.
#![recursion_limit = "512"]

mod commands;
mod config;
mod connections;
mod router;
mod routes;

use clap::Parser;
use commands::Command;
use std::io::IsTerminal;
use std::process::ExitCode;

/// Marks what changed between two videos of the same place.
#[derive(Parser)]
#[command(name = "scenediff", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log();
    match cli.command.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Logs to stderr; `RUST_LOG` says what, otherwise warnings and what this program itself has to say.
fn start_log() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,scenediff=info,sam2=info"));
    fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
}
