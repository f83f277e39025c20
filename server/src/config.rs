//! What the command line says.

use anyhow::Context;
use clap::{Args, ValueEnum};
use sam2::{DeviceChoice, FeatureLimits, LoadOptions, MaskOptions, Precision, Segmenter, Size};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where data lies.
#[derive(Args, Clone)]
pub struct DataArgs {
    /// The folder that holds uploads, frames, results, checkpoints and databases; the server makes it when it is missing.
    #[arg(
        long = "data",
        value_name = "DIR",
        default_value = "data",
        env = "SCENEDIFF_DATA"
    )]
    pub folder: PathBuf,
    /// The folder with official checkpoints [default: `checkpoints` in the data folder].
    #[arg(long, value_name = "DIR", env = "SCENEDIFF_CHECKPOINT_DIR")]
    checkpoint_dir: Option<PathBuf>,
}

impl DataArgs {
    /// The folder with official checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        let default = || self.folder.join("checkpoints");
        self.checkpoint_dir.clone().unwrap_or_else(default)
    }

    /// The folder with kernels that were compiled for the GPU, and what is known about their speed.
    fn kernels(&self) -> PathBuf {
        self.folder.join("kernels")
    }
}

/// The word that asks for the embedded model.
const EMBEDDED: &str = "embedded";

/// Which model to run, and where.
#[derive(Args, Clone)]
pub struct ModelArgs {
    /// SAM 2.1 weights (.pt or .safetensors), an official size (tiny, small, base_plus, large) or `embedded`; without, the
    /// largest official checkpoint that is there and fits into memory, else the small embedded model for trying the tool.
    #[arg(long, value_name = "FILE|SIZE")]
    pub checkpoint: Option<PathBuf>,
    /// The configuration that belongs to the checkpoint (.yaml or .json); official checkpoints are known by their size.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What runs the model.
    #[arg(long, value_enum, default_value_t = DeviceArg::Auto)]
    pub device: DeviceArg,
    /// In which precision the model multiplies.
    #[arg(long, value_enum, default_value_t = PrecisionArg::Auto)]
    precision: PrecisionArg,
    /// What is done to every mask.
    #[command(flatten)]
    masks: MaskArgs,
}

/// In which precision the model multiplies.
#[derive(Clone, Copy, ValueEnum)]
enum PrecisionArg {
    /// Half on a GPU, full on the CPU.
    Auto,
    /// Single precision.
    Full,
    /// Factors rounded to bfloat16; on the CPU only to see what a GPU would give.
    Half,
}

impl PrecisionArg {
    fn precision(self) -> Option<Precision> {
        match self {
            Self::Auto => None,
            Self::Full => Some(Precision::Full),
            Self::Half => Some(Precision::Half),
        }
    }
}

/// What is done to every mask. Areas are in pixels of the model's own masks, which are 256 wide for the official models.
#[derive(Args, Clone, Copy)]
struct MaskArgs {
    /// Fill holes up to this area; 0 for none.
    #[arg(long, value_name = "PIXELS", default_value_t = MaskOptions::default().fill_holes)]
    fill_holes: usize,
    /// Remove islands up to this area, but never the largest part of a mask; 0 for none.
    #[arg(long, value_name = "PIXELS", default_value_t = MaskOptions::default().remove_islands)]
    remove_islands: usize,
    /// Give every pixel to one object at most, where a pass carries several to a frame. A mask that spills then eats its
    /// neighbour.
    #[arg(long)]
    keep_apart: bool,
}

impl From<MaskArgs> for MaskOptions {
    fn from(args: MaskArgs) -> Self {
        Self {
            fill_holes: args.fill_holes,
            remove_islands: args.remove_islands,
            keep_apart: args.keep_apart,
        }
    }
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

impl DeviceArg {
    /// For the engine.
    pub fn choice(self) -> DeviceChoice {
        match self {
            Self::Auto => DeviceChoice::Auto,
            Self::Cpu => DeviceChoice::Cpu,
            Self::Cuda => DeviceChoice::Cuda,
        }
    }
}

impl ModelArgs {
    /// Loads the model.
    ///
    /// # Errors
    /// When the files or the device cannot be used.
    pub fn load(&self, data: &DataArgs) -> anyhow::Result<Arc<dyn Segmenter>> {
        sam2::load(&self.options(data)?).context("cannot load the model")
    }

    /// For the engine.
    ///
    /// # Errors
    /// When a size is asked for whose file is not there.
    fn options(&self, data: &DataArgs) -> anyhow::Result<LoadOptions> {
        let is_embedded = self.checkpoint.as_deref() == Some(Path::new(EMBEDDED));
        Ok(LoadOptions {
            checkpoint: match &self.checkpoint {
                Some(asked) if !is_embedded => Some(checkpoint_file(asked, data)?),
                _ => None,
            },
            checkpoints: (!is_embedded).then(|| data.checkpoints()),
            config: self.config.clone(),
            device: self.device.choice(),
            kernels: Some(data.kernels()),
            masks: self.masks.into(),
            precision: self.precision.precision(),
        })
    }
}

/// The file that is asked for by its path or its size.
fn checkpoint_file(asked: &Path, data: &DataArgs) -> anyhow::Result<PathBuf> {
    let size = asked.to_str().and_then(|name| name.parse::<Size>().ok());
    let Some(size) = size.filter(|_| !asked.is_file()) else {
        return Ok(asked.to_owned());
    };
    let file = data.checkpoints().join(size.file_name());
    anyhow::ensure!(
        file.is_file(),
        "there is no {}: get it with `scenediff checkpoint download {size}`",
        file.display()
    );
    Ok(file)
}

/// How the server runs.
#[derive(Args, Clone)]
pub struct ServeArgs {
    /// Where data lies.
    #[command(flatten)]
    pub data: DataArgs,
    /// Address and port. One that the network reaches turns on --team.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:3000",
        env = "SCENEDIFF_LISTEN"
    )]
    pub listen: SocketAddr,
    /// Asks everybody to sign in; people are added with `scenediff user add` or on the page People.
    #[arg(long, env = "SCENEDIFF_TEAM")]
    pub team: bool,
    /// A name besides localhost under which the server may be asked, for example behind a proxy; can be repeated.
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// The folder with the browser's files [default: `../site` beside this program's folder].
    #[arg(long, value_name = "DIR", env = "SCENEDIFF_SITE")]
    pub site: Option<PathBuf>,
    /// Largest video that is accepted, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 20 << 30)]
    pub max_upload: u64,
    /// Most bytes on disk for encoded frames, which spare encoding them again for clicks and later jobs; 0 for none.
    #[arg(long, value_name = "BYTES", default_value_t = FeatureLimits::default().disk_bytes)]
    pub feature_cache: u64,
    /// A CSV file (or its http:// or https:// address) with the columns Video 1, Video 2, Removed, Added, Changed: it fills in
    /// the objects of a pair of videos.
    #[arg(long, value_name = "FILE|URL", env = "SCENEDIFF_OBJECT_DATABASE")]
    pub object_database: Option<String>,
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
