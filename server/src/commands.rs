//! The subcommands, one file each.

mod checkpoint;
mod example;
mod extract;
mod probe;
mod serve;
mod track;
mod user;

use clap::Subcommand;
use std::io::Write;
use std::process::ExitCode;

/// What the program is asked to do.
#[derive(Subcommand)]
pub enum Command {
    /// Starts the server.
    Serve(crate::config::ServeArgs),
    /// Carries prompted masks through one video, without a server.
    Track(track::TrackArgs),
    /// Adds and lists the people who may sign in.
    User(user::UserArgs),
    /// Lists, downloads and checks models.
    Checkpoint(checkpoint::CheckpointArgs),
    /// Says what a video file holds, as JSON.
    Probe(probe::ProbeArgs),
    /// Decodes a video file to one JPEG per frame that its 30-fps timeline shows.
    Extract(extract::ExtractArgs),
    /// Writes the example pair of clips with the truth about them.
    Example(example::ExampleArgs),
}

impl Command {
    /// Runs it to its end.
    ///
    /// # Errors
    /// What is wrong and what to do, in one line.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Serve(args) => serve::run(args),
            Self::Track(args) => track::run(&args),
            Self::User(args) => user::run(&args),
            Self::Checkpoint(args) => checkpoint::run(&args),
            Self::Probe(args) => probe::run(&args),
            Self::Extract(args) => extract::run(&args),
            Self::Example(args) => example::run(&args),
        }
    }
}

/// Exit code of `probe`, `extract` and `checkpoint inspect` for a file that cannot be used.
const UNUSABLE: u8 = 2;

/// Tells the parent process on stderr why a file cannot be used, or was not read for a reason that is not the file's.
fn unusable(error: &video::VideoError) -> ExitCode {
    eprintln!("{error}");
    if error.is_of_the_file() {
        ExitCode::from(UNUSABLE)
    } else {
        ExitCode::FAILURE
    }
}

/// Writes text to stdout.
fn print(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

/// Writes one line of JSON to stdout, at once.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&line)?;
    stdout.flush()?;
    Ok(())
}
