//! Masks as run lengths, in the form of COCO's `pycocotools.mask`.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A binary mask as COCO run lengths: column-major, alternating runs of 0 and 1, the first of 0 (possibly empty).
///
/// Serialised as `{"size": [height, width], "counts": "<compressed text>"}`, which `pycocotools.mask.decode` takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Coco", into = "Coco")]
pub struct Rle {
    height: u32,
    width: u32,
    counts: Vec<u32>,
}

/// Whether a mask is the first of its object and frame. A frame between two prompts is visited by both passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The first, and mostly the only one.
    First,
    /// The second one, made by the other pass.
    Second {
        /// Whether it takes the place of the first.
        wins: bool,
    },
}

/// The serialised form.
#[derive(Serialize, Deserialize)]
struct Coco {
    size: [u32; 2],
    counts: String,
}

/// Why a text is not a mask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RleError {
    /// A character outside COCO's alphabet.
    #[error("the mask's counts hold the byte {0:#04x}, which COCO's run-length text never uses")]
    Alphabet(u8),
    /// The text ends within a number.
    #[error("the mask's counts end within a number: the text was cut off")]
    CutOff,
    /// A run of negative or too great length.
    #[error("the mask's counts hold a run of impossible length")]
    Length,
    /// More runs than the picture has pixels, so that most of them are empty.
    #[error("the mask has {runs} runs, but {height} x {width} pixels hold at most {most}")]
    Runs {
        /// Number of runs.
        runs: usize,
        /// Height in pixels.
        height: u32,
        /// Width in pixels.
        width: u32,
        /// One for each pixel, and an empty one in front.
        most: u64,
    },
    /// The runs do not fill the picture.
    #[error("the mask's runs cover {covered} pixels, but {height} x {width} has {expected}")]
    Size {
        /// Height in pixels.
        height: u32,
        /// Width in pixels.
        width: u32,
        /// Sum of the runs.
        covered: u64,
        /// Pixels of the picture.
        expected: u64,
    },
}

impl Rle {
    /// Encodes a row-major bitmap of `height` x `width` values; everything but 0 is inside.
    ///
    /// # Panics
    /// When `bitmap` is not `height * width` long.
    #[must_use]
    pub fn encode(bitmap: &[u8], height: u32, width: u32) -> Self {
        let (h, w) = (height as usize, width as usize);
        assert_eq!(bitmap.len(), h * w, "a bitmap of {height} x {width}");
        let mut counts = Vec::new();
        let mut run = 0u32;
        let mut inside = false;
        for x in 0..w {
            for y in 0..h {
                if (bitmap[y * w + x] != 0) != inside {
                    counts.push(run);
                    run = 0;
                    inside = !inside;
                }
                run += 1;
            }
        }
        if run > 0 || counts.is_empty() {
            counts.push(run);
        }
        Self {
            height,
            width,
            counts,
        }
    }

    /// A mask from its runs.
    ///
    /// # Errors
    /// When the runs do not add up to the picture.
    pub fn from_counts(height: u32, width: u32, counts: Vec<u32>) -> Result<Self, RleError> {
        let covered: u64 = counts.iter().map(|&n| u64::from(n)).sum();
        let expected = u64::from(height) * u64::from(width);
        if covered == expected {
            Ok(Self {
                height,
                width,
                counts,
            })
        } else {
            Err(RleError::Size {
                height,
                width,
                covered,
                expected,
            })
        }
    }

    /// A mask from its ranges of inside pixels, column-major indices; they may overlap and come in any order. What lies
    /// behind the last pixel is left out.
    #[must_use]
    pub fn from_runs(
        height: u32,
        width: u32,
        runs: impl IntoIterator<Item = Range<usize>>,
    ) -> Self {
        let size = height as usize * width as usize;
        let mut runs: Vec<Range<usize>> = runs.into_iter().filter(|run| !run.is_empty()).collect();
        runs.sort_unstable_by_key(|run| run.start);
        let mut counts: Vec<u32> = Vec::with_capacity(runs.len() * 2 + 1);
        let mut end = 0;
        for run in runs {
            let (start, stop) = (run.start.max(end), run.end.min(size));
            if start >= stop {
                continue;
            }
            match counts.last_mut() {
                Some(last) if start == end && end > 0 => *last += (stop - start) as u32,
                _ => counts.extend([(start - end) as u32, (stop - start) as u32]),
            }
            end = stop;
        }
        if end < size || counts.is_empty() {
            counts.push((size - end) as u32);
        }
        Self {
            height,
            width,
            counts,
        }
    }

    /// Inside where either is; `other` has the same size.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::from_runs(self.height, self.width, self.runs().chain(other.runs()))
    }

    /// Inside where this is and `other`, of the same size, is not.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let theirs: Vec<Range<usize>> = other.runs().collect();
        let mut left = Vec::new();
        for mut mine in self.runs() {
            let from = theirs.partition_point(|run| run.end <= mine.start);
            for run in theirs[from..].iter().take_while(|run| run.start < mine.end) {
                left.push(mine.start..run.start.max(mine.start));
                mine.start = run.end.min(mine.end);
            }
            left.push(mine);
        }
        Self::from_runs(self.height, self.width, left)
    }

    /// Reads COCO's compressed text (`rleFrString` in `maskApi.c`).
    ///
    /// # Errors
    /// When the text is not of that form or does not fill `height` x `width`.
    pub fn from_coco_text(height: u32, width: u32, text: &[u8]) -> Result<Self, RleError> {
        // Room for as many as there are, each ending with a byte below 80: masks are kept by the ten thousand.
        let runs = text.iter().filter(|&&byte| byte < 80).count();
        let most = u64::from(height) * u64::from(width) + 1;
        if runs as u64 > most {
            return Err(RleError::Runs {
                runs,
                height,
                width,
                most,
            });
        }
        let mut counts: Vec<u32> = Vec::with_capacity(runs);
        let mut bytes = text.iter();
        while bytes.len() > 0 {
            let mut value = 0i64;
            let mut shift = 0u32;
            loop {
                let &byte = bytes.next().ok_or(RleError::CutOff)?;
                if !(48..112).contains(&byte) {
                    return Err(RleError::Alphabet(byte));
                }
                let chunk = i64::from(byte - 48);
                if shift > 35 {
                    return Err(RleError::Length);
                }
                value |= (chunk & 0x1f) << shift;
                shift += 5;
                if chunk & 0x20 == 0 {
                    if chunk & 0x10 != 0 {
                        value |= -1 << shift;
                    }
                    break;
                }
            }
            if counts.len() > 2 {
                value += i64::from(counts[counts.len() - 2]);
            }
            counts.push(u32::try_from(value).map_err(|_| RleError::Length)?);
        }
        Self::from_counts(height, width, counts)
    }

    /// Writes COCO's compressed text (`rleToString` in `maskApi.c`): ASCII, each run as the difference to the one two before.
    #[must_use]
    pub fn to_coco_text(&self) -> String {
        let mut text = String::with_capacity(self.counts.len() * 2);
        for (i, &count) in self.counts.iter().enumerate() {
            let mut value = i64::from(count);
            if i > 2 {
                value -= i64::from(self.counts[i - 2]);
            }
            loop {
                let mut chunk = (value & 0x1f) as u8;
                value >>= 5;
                let more = if chunk & 0x10 != 0 {
                    value != -1
                } else {
                    value != 0
                };
                if more {
                    chunk |= 0x20;
                }
                text.push(char::from(chunk + 48));
                if !more {
                    break;
                }
            }
        }
        text
    }

    /// The row-major bitmap: `height * width` values, 0 outside and 1 inside.
    #[must_use]
    pub fn decode(&self) -> Vec<u8> {
        let (h, w) = (self.height as usize, self.width as usize);
        let mut bitmap = vec![0; h * w];
        for run in self.runs() {
            for i in run {
                bitmap[(i % h) * w + i / h] = 1;
            }
        }
        bitmap
    }

    /// The ranges of inside pixels, as column-major indices (`x * height + y`).
    pub fn runs(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut end = 0usize;
        self.counts
            .iter()
            .enumerate()
            .filter_map(move |(i, &count)| {
                let start = end;
                end += count as usize;
                (i % 2 == 1 && count > 0).then_some(start..end)
            })
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The runs.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// Number of inside pixels.
    #[must_use]
    pub fn area(&self) -> u64 {
        self.counts
            .iter()
            .skip(1)
            .step_by(2)
            .map(|&n| u64::from(n))
            .sum()
    }

    /// The mean place of the inside pixels, `(x, y)`, where the centre of the first pixel is (0.5, 0.5); none of nothing.
    #[must_use]
    pub fn middle(&self) -> Option<(f32, f32)> {
        let height = self.height as usize;
        let (mut count, mut sum_x, mut sum_y) = (0usize, 0.0f64, 0.0f64);
        for mut run in self.runs() {
            // Column by column; a run may reach over several.
            while !run.is_empty() {
                let (column, top) = (run.start / height, run.start % height);
                let length = run.len().min(height - top);
                count += length;
                sum_x += length as f64 * (column as f64 + 0.5);
                sum_y += length as f64 * (top as f64 + length as f64 / 2.0);
                run.start += length;
            }
        }
        let mean = |sum: f64| (sum / count as f64) as f32;
        (count > 0).then(|| (mean(sum_x), mean(sum_y)))
    }

    /// Whether no pixel is inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.area() == 0
    }

    /// Intersection over union with a mask of the same size; 1 when both are empty.
    #[must_use]
    pub fn iou(&self, other: &Self) -> f64 {
        let mut intersection = 0usize;
        let mut theirs = other.runs().peekable();
        for mine in self.runs() {
            while let Some(run) = theirs.peek() {
                intersection += mine
                    .end
                    .min(run.end)
                    .saturating_sub(mine.start.max(run.start));
                if run.end > mine.end {
                    break;
                }
                theirs.next();
            }
        }
        let union = self.area() + other.area() - intersection as u64;
        if union == 0 {
            1.0
        } else {
            intersection as f64 / union as f64
        }
    }
}

impl TryFrom<Coco> for Rle {
    type Error = RleError;

    fn try_from(coco: Coco) -> Result<Self, Self::Error> {
        Self::from_coco_text(coco.size[0], coco.size[1], coco.counts.as_bytes())
    }
}

impl From<Rle> for Coco {
    fn from(rle: Rle) -> Self {
        Self {
            size: [rle.height, rle.width],
            counts: rle.to_coco_text(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bitmap() -> impl Strategy<Value = (u32, u32, Vec<u8>)> {
        (1u32..24, 1u32..24).prop_flat_map(|(h, w)| {
            let cells = proptest::collection::vec(
                prop_oneof![3 => Just(0u8), 1 => Just(1u8)],
                (h * w) as usize,
            );
            (Just(h), Just(w), cells)
        })
    }

    proptest! {
        #[test]
        fn bitmaps_survive_runs_and_text((h, w, bits) in bitmap()) {
            let rle = Rle::encode(&bits, h, w);
            prop_assert_eq!(rle.decode(), bits.clone());
            prop_assert_eq!(rle.area(), bits.iter().map(|&b| u64::from(b)).sum::<u64>());
            let text = rle.to_coco_text();
            prop_assert_eq!(Rle::from_coco_text(h, w, text.as_bytes()), Ok(rle.clone()));
            let json = serde_json::to_string(&rle).unwrap();
            prop_assert_eq!(serde_json::from_str::<Rle>(&json).unwrap(), rle);
        }

        #[test]
        fn iou_counts_pixels((h, w, a) in bitmap(), seed in any::<u64>()) {
            let b: Vec<u8> = a.iter().enumerate().map(|(i, &v)| v ^ u8::from((seed >> (i % 64)) & 1 == 1)).collect();
            let both = a.iter().zip(&b).filter(|(x, y)| **x == 1 && **y == 1).count() as f64;
            let any = a.iter().zip(&b).filter(|(x, y)| **x == 1 || **y == 1).count() as f64;
            let expected = if any == 0.0 { 1.0 } else { both / any };
            prop_assert_eq!(Rle::encode(&a, h, w).iou(&Rle::encode(&b, h, w)), expected);
        }

        #[test]
        fn sets_of_pixels_are_joined_and_taken_away((h, w, a) in bitmap(), seed in any::<u64>()) {
            let b: Vec<u8> = (0..a.len()).map(|i| ((seed.rotate_left(i as u32 * 5)) & 1) as u8).collect();
            let (one, two) = (Rle::encode(&a, h, w), Rle::encode(&b, h, w));
            let both = |f: fn(u8, u8) -> u8| -> Vec<u8> { a.iter().zip(&b).map(|(x, y)| f(*x, *y)).collect() };
            prop_assert_eq!(one.union(&two), Rle::encode(&both(|x, y| x | y), h, w));
            prop_assert_eq!(one.minus(&two), Rle::encode(&both(|x, y| x & !y), h, w));
            prop_assert_eq!(Rle::from_runs(h, w, one.runs()), one);
        }

        #[test]
        fn the_middle_is_the_mean_pixel((h, w, bits) in bitmap()) {
            let inside: Vec<usize> = (0..bits.len()).filter(|&i| bits[i] == 1).collect();
            let mean = |of: &dyn Fn(usize) -> usize| {
                inside.iter().map(|&i| of(i) as f64 + 0.5).sum::<f64>() / inside.len() as f64
            };
            match Rle::encode(&bits, h, w).middle() {
                None => prop_assert!(inside.is_empty()),
                Some((x, y)) => {
                    prop_assert!((f64::from(x) - mean(&|i| i % w as usize)).abs() < 1e-4);
                    prop_assert!((f64::from(y) - mean(&|i| i / w as usize)).abs() < 1e-4);
                }
            }
        }

        #[test]
        fn no_text_panics(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = Rle::from_coco_text(9, 9, &text);
        }
    }

    #[test]
    fn runs_are_no_more_than_the_pixels_hold() {
        let read = |text: &str| Rle::from_coco_text(2, 2, text.as_bytes());
        // Every pixel a run of its own, behind an empty one.
        assert_eq!(read("01100").unwrap().counts(), [0, 1, 1, 1, 1]);
        // The same four pixels with empty runs, which nobody writes, and everybody would have to keep.
        assert_eq!(read("00040").unwrap().counts(), [0, 0, 0, 4, 0]);
        let error = read("000400").unwrap_err();
        assert!(
            matches!(
                error,
                RleError::Runs {
                    runs: 6,
                    most: 5,
                    ..
                }
            ),
            "{error}"
        );
    }

    #[test]
    fn text_is_that_of_pycocotools() {
        // pycocotools.mask.encode(np.asfortranarray([[0,1,1],[0,1,0],[1,1,0]], np.uint8)) and a long run of 100.
        let rle = Rle::encode(&[0, 1, 1, 0, 1, 0, 1, 1, 0], 3, 3);
        assert_eq!(rle.counts(), [2, 5, 2]);
        assert_eq!(rle.to_coco_text(), "252");
        assert_eq!(Rle::encode(&[0; 100], 10, 10).to_coco_text(), "T3");
    }
}
