//! `bench`: how fast the engine is, stage by stage and in frames per second, and how much memory a long film takes.
//!
//! Results go into `bench/RESULTS.md`, one section per size and device; measuring again replaces the section. Where the
//! official package can be imported, `bench/reference.py` measures it on the same pictures, weights, device and threads.

mod clip;
mod film;
mod machine;
mod memory;
mod model;
mod quiet;
mod reference;
mod results;
mod speed;
mod stages;
mod storing;
mod timing;

use clap::{Parser, Subcommand};

/// Measures the engine.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    speed: speed::SpeedArgs,
}

/// What else to measure than speed.
#[derive(Subcommand)]
enum Command {
    /// The memory of the process while it tracks a looped clip of several lengths.
    Memory(memory::MemoryArgs),
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match &cli.command {
        Some(Command::Memory(args)) => memory::run(args),
        None => speed::run(&cli.speed),
    }
}
