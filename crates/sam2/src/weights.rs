//! Reading checkpoints: official `.pt` files (`{"model": state_dict}`) and safetensors.
//!
//! Tensors are handed out by name and shape; whatever is missing, left over or misshapen is an error that names it, or is
//! listed when everything that does not fit is asked for ([`Weights::misfits`]).

use crate::config::Config;
use crate::inspect::Misfits;
use crate::kernels::Precision;
use crate::model::Sam2;
use burn::tensor::{DType, Tensor, TensorData, backend::Backend};
use burn_flex::Flex;
use burn_store::pytorch::PytorchReader;
use safetensors::{Dtype, SafeTensors};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// Why a checkpoint cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file cannot be read.
    #[error("cannot read the checkpoint {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not of a form that is known.
    #[error("the checkpoint is neither a PyTorch file {{\"model\": ...}} nor safetensors: {0}")]
    Format(String),
    /// A tensor of the model is not in the file.
    #[error("the checkpoint lacks the tensor {0}: it belongs to another model or configuration")]
    Missing(String),
    /// The file holds tensors that the model does not have.
    #[error(
        "the checkpoint holds {count} tensors that the model does not have, the first is {first}"
    )]
    Unexpected {
        /// How many.
        count: usize,
        /// The first of them by name.
        first: String,
    },
    /// A tensor has another shape.
    #[error(
        "the tensor {name} has the shape {found:?} but the configuration asks for {expected:?}"
    )]
    Shape {
        /// Its name.
        name: String,
        /// Shape in the file.
        found: Vec<usize>,
        /// Shape in the model.
        expected: Vec<usize>,
    },
    /// A tensor is not of floating-point numbers.
    #[error("the tensor {name} holds {dtype}, not floating-point numbers")]
    Dtype {
        /// Its name.
        name: String,
        /// What it holds.
        dtype: String,
    },
}

/// The form of a checkpoint file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PyTorch's zip archive, `{"model": state_dict}`.
    Pt,
    /// Safetensors.
    Safetensors,
}

/// The tensors of a checkpoint, as 32-bit floats.
pub struct Weights {
    tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    format: Format,
    /// How many tensors have which type of numbers.
    dtypes: BTreeMap<String, usize>,
    sha256: String,
    /// Where misfits are noted; they are errors when none.
    misfits: Option<Arc<Mutex<Misfits>>>,
    /// Makes tensors instead of taking them from `tensors`.
    #[cfg(feature = "formula")]
    maker: Option<Maker>,
}

/// From name and shape to row-major values.
#[cfg(feature = "formula")]
type Maker = Box<dyn Fn(&str, &[usize]) -> Vec<f32> + Send>;

impl Weights {
    /// Reads a `.pt`, `.pth` or safetensors file, told apart by content.
    ///
    /// # Errors
    /// When it cannot be read or is of another form.
    pub fn read(path: &Path) -> Result<Self, WeightsError> {
        let read = |source| WeightsError::Read {
            path: path.display().to_string(),
            source,
        };
        let mut file = File::open(path).map_err(read)?;
        let mut start = [0; 2];
        let is_zip = io::Read::read_exact(&mut file, &mut start).is_ok() && &start == b"PK";
        if is_zip {
            Self::from_pt(path, file_hash(path).map_err(read)?)
        } else {
            Self::from_safetensors(&std::fs::read(path).map_err(read)?)
        }
    }

    /// Reads the bytes of a safetensors file.
    ///
    /// # Errors
    /// When they are of another form.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, WeightsError> {
        let file =
            SafeTensors::deserialize(bytes).map_err(|e| WeightsError::Format(e.to_string()))?;
        let mut weights = Self::empty(Format::Safetensors, hex(&Sha256::digest(bytes)));
        for (name, view) in file.iter() {
            let dtype = format!("{:?}", view.dtype());
            let values = floats(view.dtype(), view.data());
            weights.insert(name.to_owned(), view.shape().to_vec(), values, dtype)?;
        }
        Ok(weights)
    }

    fn from_pt(path: &Path, sha256: String) -> Result<Self, WeightsError> {
        let format = |e: &dyn std::fmt::Display| WeightsError::Format(e.to_string());
        let reader = PytorchReader::with_top_level_key(path, "model").map_err(|e| format(&e))?;
        let mut weights = Self::empty(Format::Pt, sha256);
        for (name, snapshot) in reader.into_tensors() {
            let data = snapshot.to_data().map_err(|e| format(&format!("{e:?}")))?;
            let dtype = format!("{:?}", data.dtype);
            let is_float = matches!(
                data.dtype,
                DType::F32 | DType::F16 | DType::BF16 | DType::F64
            );
            let values = is_float.then(|| data.iter::<f32>().collect());
            weights.insert(name, data.shape.to_vec(), values, dtype)?;
        }
        Ok(weights)
    }

    fn empty(format: Format, sha256: String) -> Self {
        Self {
            tensors: BTreeMap::new(),
            format,
            dtypes: BTreeMap::new(),
            sha256,
            misfits: None,
            #[cfg(feature = "formula")]
            maker: None,
        }
    }

    fn insert(
        &mut self,
        name: String,
        shape: Vec<usize>,
        values: Option<Vec<f32>>,
        dtype: String,
    ) -> Result<(), WeightsError> {
        let Some(values) = values else {
            return Err(WeightsError::Dtype { name, dtype });
        };
        *self.dtypes.entry(dtype).or_default() += 1;
        self.tensors.insert(name, (shape, values));
        Ok(())
    }

    /// Weights that are made when they are asked for, whatever their name and shape.
    #[cfg(feature = "formula")]
    pub(crate) fn made(maker: impl Fn(&str, &[usize]) -> Vec<f32> + Send + 'static) -> Self {
        Self {
            maker: Some(Box::new(maker)),
            ..Self::empty(Format::Safetensors, "formula".into())
        }
    }

    /// The first 12 hexadecimal digits of the file's SHA-256.
    #[must_use]
    pub fn hash(&self) -> &str {
        self.sha256.get(..SHORT_HASH).unwrap_or(&self.sha256)
    }

    /// The file's SHA-256 in hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The form of the file.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// How many tensors have which type of numbers.
    #[must_use]
    pub fn dtypes(&self) -> &BTreeMap<String, usize> {
        &self.dtypes
    }

    /// Number of tensors.
    #[must_use]
    pub fn tensors(&self) -> usize {
        self.tensors.len()
    }

    /// Numbers in all tensors together.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let lengths = self.tensors.values().map(|(_, values)| values.len() as u64);
        lengths.sum()
    }

    /// The shape of a tensor.
    #[must_use]
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|(shape, _)| shape.as_slice())
    }

    /// How many tensors have a name that begins with `prefix` and ends with `suffix`.
    #[must_use]
    pub fn count(&self, prefix: &str, suffix: &str) -> usize {
        self.tensors
            .keys()
            .filter(|name| name.starts_with(prefix) && name.ends_with(suffix))
            .count()
    }

    /// Builds the model of `config` from these weights, and lists everything that does not fit.
    ///
    /// # Errors
    /// When a model of this configuration cannot be built at all.
    pub fn misfits(mut self, config: Config) -> Result<Misfits, WeightsError> {
        let found = Arc::<Mutex<Misfits>>::default();
        self.misfits = Some(Arc::clone(&found));
        Sam2::<Flex>::load(config, self, &Default::default())?;
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut *found))
    }

    /// Takes out the numbers of one tensor. Where misfits are noted, zeros stand for a tensor that does not fit.
    fn take(&mut self, name: String, expected: &[usize]) -> Result<Vec<f32>, WeightsError> {
        #[cfg(feature = "formula")]
        if let Some(maker) = &self.maker {
            return Ok(maker(&name, expected));
        }
        let found = match self.tensors.remove(&name) {
            Some((found, values)) if found == expected => return Ok(values),
            Some((found, _)) => Some(found),
            None => None,
        };
        let expected = expected.to_vec();
        let Some(misfits) = &self.misfits else {
            return Err(match found {
                None => WeightsError::Missing(name),
                Some(found) => WeightsError::Shape {
                    name,
                    found,
                    expected,
                },
            });
        };
        let zeros = vec![0.0; expected.iter().product()];
        let mut misfits = misfits.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            None => misfits.missing.push((name, expected)),
            Some(found) => misfits.misshapen.push((name, found, expected)),
        }
        Ok(zeros)
    }

    /// Nothing may be left over.
    fn finish(&self) -> Result<(), WeightsError> {
        let Some(first) = self.tensors.keys().next() else {
            return Ok(());
        };
        let Some(misfits) = &self.misfits else {
            return Err(WeightsError::Unexpected {
                count: self.tensors.len(),
                first: first.clone(),
            });
        };
        let left = self.tensors.iter();
        misfits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .unexpected
            .extend(left.map(|(name, (shape, _))| (name.clone(), shape.clone())));
        Ok(())
    }
}

/// The SHA-256 of a file in hexadecimal digits; pages show the first 12 of them.
///
/// # Errors
/// When the file cannot be read.
pub fn file_hash(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hex(&hasher.finalize()))
}

/// Little-endian numbers of a safetensors view as 32-bit floats.
pub(crate) fn floats(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    Some(match dtype {
        Dtype::F32 => bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect(),
        Dtype::F16 => bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|b| half::f16::from_le_bytes(*b).to_f32())
            .collect(),
        Dtype::BF16 => bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|b| half::bf16::from_le_bytes(*b).to_f32())
            .collect(),
        _ => return None,
    })
}

/// Hexadecimal digits of a hash that tell checkpoints apart on pages and in records.
const SHORT_HASH: usize = 12;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hands out the tensors below a prefix to the layers that own them.
pub(crate) struct Loader<B: Backend> {
    weights: Rc<RefCell<Weights>>,
    prefix: String,
    device: B::Device,
    /// Of the products that the layers make.
    pub precision: Precision,
}

impl<B: Backend> Loader<B> {
    pub fn new(weights: Weights, device: &B::Device, precision: Precision) -> Self {
        Self {
            precision,
            weights: Rc::new(RefCell::new(weights)),
            prefix: String::new(),
            device: device.clone(),
        }
    }

    /// The loader of a part: `at("norm1")` of `blocks.0` hands out `blocks.0.norm1.*`.
    pub fn at(&self, part: impl std::fmt::Display) -> Self {
        let prefix = format!("{}{part}.", self.prefix);
        Self {
            weights: Rc::clone(&self.weights),
            prefix,
            device: self.device.clone(),
            precision: self.precision,
        }
    }

    pub fn device(&self) -> &B::Device {
        &self.device
    }

    /// Takes out the numbers of one tensor.
    pub fn values(&self, name: &str, expected: &[usize]) -> Result<Vec<f32>, WeightsError> {
        let name = format!("{}{name}", self.prefix);
        self.weights.borrow_mut().take(name, expected)
    }

    /// Takes out one tensor.
    pub fn tensor<const D: usize>(
        &self,
        name: &str,
        shape: [usize; D],
    ) -> Result<Tensor<B, D>, WeightsError> {
        let values = self.values(name, &shape)?;
        Ok(Tensor::from_data(
            TensorData::new(values, shape),
            &self.device,
        ))
    }

    /// Ends the loading: nothing may be left over.
    pub fn finish(self) -> Result<(), WeightsError> {
        self.weights.borrow().finish()
    }
}
