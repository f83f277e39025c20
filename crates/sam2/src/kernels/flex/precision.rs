//! Rounding to 16 bits and back, many numbers at a time.

use super::CHUNK;
use half::slice::HalfFloatSliceExt;
use rayon::prelude::*;

/// 16-bit numbers, rounded to the nearest.
pub(super) fn narrow<T: Copy + Default + Send>(values: &[f32]) -> Vec<T>
where
    [T]: HalfFloatSliceExt,
{
    let mut out = vec![T::default(); values.len()];
    out.par_chunks_mut(CHUNK)
        .zip(values.par_chunks(CHUNK))
        .for_each(|(out, values)| out.convert_from_f32_slice(values));
    out
}

/// The same numbers with 32 bits.
pub(super) fn widen<T: Sync>(values: &[T]) -> Vec<f32>
where
    [T]: HalfFloatSliceExt,
{
    let mut out = vec![0.0; values.len()];
    out.par_chunks_mut(CHUNK)
        .zip(values.par_chunks(CHUNK))
        .for_each(|(out, values)| values.convert_to_f32_slice(out));
    out
}
