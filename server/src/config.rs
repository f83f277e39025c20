//! What the command line says.

use anyhow::Context;
use clap::{Args, ValueEnum};
use sam2::{DeviceChoice, LoadOptions, Segmenter};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Which model to run, and where.
#[derive(Args, Clone)]
pub struct ModelArgs {
    /// Official SAM 2.1 weights (.pt or .safetensors); without, the small embedded model, which is for trying the tool.
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// The configuration that belongs to the checkpoint (.yaml or .json); official checkpoints are known by their size.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What runs the model.
    #[arg(long, value_enum, default_value_t = DeviceArg::Auto)]
    pub device: DeviceArg,
}

/// What runs the model.
#[derive(Clone, Copy, ValueEnum)]
pub enum DeviceArg {
    /// The GPU when there is one and this program was built for it, else the CPU.
    Auto,
    /// The CPU.
    Cpu,
    /// The NVIDIA GPU.
    Cuda,
}

impl ModelArgs {
    /// Loads the model.
    ///
    /// # Errors
    /// When the files or the device cannot be used.
    pub fn load(&self) -> anyhow::Result<Arc<dyn Segmenter>> {
        let options = LoadOptions {
            checkpoint: self.checkpoint.clone(),
            config: self.config.clone(),
            device: match self.device {
                DeviceArg::Auto => DeviceChoice::Auto,
                DeviceArg::Cpu => DeviceChoice::Cpu,
                DeviceArg::Cuda => DeviceChoice::Cuda,
            },
        };
        sam2::load(&options).context("cannot load the model")
    }
}

/// How the server runs.
#[derive(Args, Clone)]
pub struct ServeArgs {
    /// The folder that holds uploads, frames, results and databases; made when missing.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "data",
        env = "SCENEDIFF_DATA"
    )]
    pub data: PathBuf,
    /// Address and port. Everybody who reaches it can see and change everything: keep to this machine unless the
    /// network is yours.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:3000",
        env = "SCENEDIFF_LISTEN"
    )]
    pub listen: SocketAddr,
    /// A name besides localhost under which the server may be asked, for example behind a proxy; can be repeated.
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// The folder with the browser's files [default: `../site` beside this program's folder].
    #[arg(long, value_name = "DIR", env = "SCENEDIFF_SITE")]
    pub site: Option<PathBuf>,
    /// Largest video that is accepted, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 20 << 30)]
    pub max_upload: u64,
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
}

impl ServeArgs {
    /// The folder with the browser's files.
    ///
    /// # Errors
    /// When this program cannot tell where it lies.
    pub fn site(&self) -> anyhow::Result<PathBuf> {
        if let Some(site) = &self.site {
            return Ok(site.clone());
        }
        let exe =
            std::env::current_exe().context("cannot tell where this program lies: give --site")?;
        let build = exe
            .parent()
            .and_then(|folder| folder.parent())
            .context("cannot tell where the site lies: give --site")?;
        Ok(build.join("site"))
    }
}
