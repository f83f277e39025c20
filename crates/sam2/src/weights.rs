//! Reading checkpoints: official `.pt` files (`{"model": state_dict}`) and safetensors.
//!
//! Tensors are handed out by name and shape; whatever is missing, left over or misshapen is an error that names it.

use burn::tensor::{DType, Tensor, TensorData, backend::Backend};
use burn_store::pytorch::PytorchReader;
use safetensors::{Dtype, SafeTensors};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

/// Why a checkpoint cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file cannot be read.
    #[error("cannot read the checkpoint {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
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

/// The tensors of a checkpoint, as 32-bit floats.
pub struct Weights {
    tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    hash: String,
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
        let bytes = std::fs::read(path).map_err(|source| WeightsError::Read {
            path: path.display().to_string(),
            source,
        })?;
        if bytes.starts_with(b"PK") {
            Self::from_pt(path, &bytes)
        } else {
            Self::from_safetensors(&bytes)
        }
    }

    /// Reads the bytes of a safetensors file.
    ///
    /// # Errors
    /// When they are of another form.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, WeightsError> {
        let file =
            SafeTensors::deserialize(bytes).map_err(|e| WeightsError::Format(e.to_string()))?;
        let mut tensors = BTreeMap::new();
        for (name, view) in file.iter() {
            let values = floats(view.dtype(), view.data()).ok_or_else(|| WeightsError::Dtype {
                name: name.to_owned(),
                dtype: format!("{:?}", view.dtype()),
            })?;
            tensors.insert(name.to_owned(), (view.shape().to_vec(), values));
        }
        Ok(Self {
            tensors,
            hash: short_hash(bytes),
            #[cfg(feature = "formula")]
            maker: None,
        })
    }

    fn from_pt(path: &Path, bytes: &[u8]) -> Result<Self, WeightsError> {
        let format = |e: &dyn std::fmt::Display| WeightsError::Format(e.to_string());
        let reader = PytorchReader::with_top_level_key(path, "model").map_err(|e| format(&e))?;
        let mut tensors = BTreeMap::new();
        for (name, snapshot) in reader.into_tensors() {
            let data = snapshot.to_data().map_err(|e| format(&format!("{e:?}")))?;
            if !matches!(
                data.dtype,
                DType::F32 | DType::F16 | DType::BF16 | DType::F64
            ) {
                return Err(WeightsError::Dtype {
                    name,
                    dtype: format!("{:?}", data.dtype),
                });
            }
            let shape = data.shape.to_vec();
            let values = data.iter::<f32>().collect();
            tensors.insert(name, (shape, values));
        }
        Ok(Self {
            tensors,
            hash: short_hash(bytes),
            #[cfg(feature = "formula")]
            maker: None,
        })
    }

    /// Weights that are made when they are asked for, whatever their name and shape.
    #[cfg(feature = "formula")]
    pub(crate) fn made(maker: impl Fn(&str, &[usize]) -> Vec<f32> + Send + 'static) -> Self {
        Self {
            tensors: BTreeMap::new(),
            hash: "formula".into(),
            maker: Some(Box::new(maker)),
        }
    }

    /// Takes out shape and values of a tensor; `expected` is the shape of one that is made.
    #[cfg_attr(not(feature = "formula"), expect(unused_variables))]
    fn take(&mut self, name: &str, expected: &[usize]) -> Option<(Vec<usize>, Vec<f32>)> {
        #[cfg(feature = "formula")]
        if let Some(maker) = &self.maker {
            return Some((expected.to_vec(), maker(name, expected)));
        }
        self.tensors.remove(name)
    }

    /// The first 12 hexadecimal digits of the file's SHA-256.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
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

fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Hands out the tensors below a prefix to the layers that own them.
pub(crate) struct Loader<B: Backend> {
    weights: Rc<RefCell<Weights>>,
    prefix: String,
    device: B::Device,
}

impl<B: Backend> Loader<B> {
    pub fn new(weights: Weights, device: &B::Device) -> Self {
        Self {
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
        }
    }

    pub fn device(&self) -> &B::Device {
        &self.device
    }

    /// Takes out the numbers of one tensor.
    pub fn values(&self, name: &str, expected: &[usize]) -> Result<Vec<f32>, WeightsError> {
        let name = format!("{}{name}", self.prefix);
        let (found, values) = self
            .weights
            .borrow_mut()
            .take(&name, expected)
            .ok_or_else(|| WeightsError::Missing(name.clone()))?;
        if found == expected {
            Ok(values)
        } else {
            Err(WeightsError::Shape {
                name,
                found,
                expected: expected.to_vec(),
            })
        }
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
        let weights = self.weights.borrow();
        match weights.tensors.keys().next() {
            None => Ok(()),
            Some(first) => Err(WeightsError::Unexpected {
                count: weights.tensors.len(),
                first: first.clone(),
            }),
        }
    }
}
