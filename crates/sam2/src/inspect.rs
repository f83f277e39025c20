//! Looking at a checkpoint file: what is in it, and whether a model can be built from it.

use crate::config::Config;
use crate::load::{LoadError, config_beside};
use crate::size::Size;
use crate::weights::{Format, Weights};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A tensor by name and shape.
pub type Named = (String, Vec<usize>);

/// Everything that does not fit between a checkpoint and a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Misfits {
    /// Tensors that the model needs and the file lacks.
    pub missing: Vec<Named>,
    /// Tensors that the file holds and the model does not have.
    pub unexpected: Vec<Named>,
    /// Tensors of another shape: name, shape in the file, shape in the model.
    pub misshapen: Vec<(String, Vec<usize>, Vec<usize>)>,
}

impl Misfits {
    /// Whether everything fits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty() && self.misshapen.is_empty()
    }
}

/// What a file was compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counterpart {
    /// The configuration file that was named or lies beside the checkpoint.
    File(PathBuf),
    /// An official configuration.
    Official(Size),
}

/// What is in a checkpoint file.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The form of the file.
    pub format: Format,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// Number of tensors.
    pub tensors: usize,
    /// Numbers in all tensors together.
    pub parameters: u64,
    /// How many tensors have which type of numbers.
    pub dtypes: BTreeMap<String, usize>,
    /// The configuration that fits or comes nearest, and what does not fit; none when no official size is near.
    pub fit: Option<(Counterpart, Misfits)>,
}

/// Reads a file, and builds the model that it is for: of `size` when that is given, else of the configuration `config`
/// or of one beside the file, else of the official size that is nearest.
///
/// # Errors
/// When the file or a configuration cannot be read.
pub fn inspect(
    path: &Path,
    config: Option<&Path>,
    size: Option<Size>,
) -> Result<Inspection, LoadError> {
    let weights = Weights::read(path)?;
    let mut inspection = Inspection {
        format: weights.format(),
        sha256: weights.sha256().to_owned(),
        tensors: weights.tensors(),
        parameters: weights.parameters(),
        dtypes: weights.dtypes().clone(),
        fit: None,
    };
    let file = config.map(Path::to_owned).or_else(|| config_beside(path));
    let (counterpart, config) = match (size, file) {
        (None, Some(file)) => (Counterpart::File(file.clone()), Config::read(&file)?),
        (size, _) => match size.or_else(|| Size::nearest(&weights)) {
            Some(size) => (Counterpart::Official(size), size.config()?),
            None => return Ok(inspection),
        },
    };
    inspection.fit = Some((counterpart, weights.misfits(config)?));
    Ok(inspection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use safetensors::tensor::{Dtype, TensorView};

    /// The embedded checkpoint's folder: its configuration lies beside it.
    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../checkpoints");

    #[test]
    fn a_file_that_fits_its_configuration_has_no_misfits() {
        let path = Path::new(FOLDER).join("nano.safetensors");
        let found = inspect(&path, None, None).unwrap();
        assert_eq!((found.format, found.tensors), (Format::Safetensors, 371));
        assert_eq!(found.dtypes, BTreeMap::from([("F16".to_owned(), 371)]));
        let config = Counterpart::File(path.with_extension("json"));
        assert_eq!(found.fit, Some((config, Misfits::default())));
        assert_eq!(found.sha256, crate::weights::file_hash(&path).unwrap());
    }

    #[test]
    fn what_does_not_fit_is_listed() {
        let bytes = std::fs::read(Path::new(FOLDER).join("nano.safetensors")).unwrap();
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let mut views: BTreeMap<String, TensorView> = file.tensors().into_iter().collect();
        let name = |name: &str| name.to_owned();
        views.remove("no_mem_embed").unwrap();
        let stray = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
        views.insert(name("stray"), stray.clone());
        let former = views.insert(name("no_obj_ptr"), stray).unwrap();
        let weights = safetensors::serialize(views, None).unwrap();
        let weights = Weights::from_safetensors(&weights).unwrap();
        let config = Config::read(&Path::new(FOLDER).join("nano.json")).unwrap();
        let hidden = config.hidden_dim();
        let misfits = weights.misfits(config).unwrap();
        assert_eq!(
            misfits.missing,
            [(name("no_mem_embed"), vec![1, 1, hidden])]
        );
        assert_eq!(misfits.unexpected, [(name("stray"), vec![1])]);
        let expected = former.shape().to_vec();
        assert_eq!(misfits.misshapen, [(name("no_obj_ptr"), vec![1], expected)]);
    }
}
