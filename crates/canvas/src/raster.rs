//! Masks as a picture.

use crate::MaskLayer;
use domain::Rle;

/// How masks are painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaskStyle {
    /// Opacity inside a mask, of 255.
    pub fill: u8,
    /// Whether masks have an outline.
    pub outline: bool,
}

impl Default for MaskStyle {
    /// Half opaque, with an outline.
    fn default() -> Self {
        Self {
            fill: 128,
            outline: true,
        }
    }
}

/// Opacity of a mask's outline, of 255.
const OUTLINE: u8 = 230;

/// Length of a dash and of the gap behind it, in pixels across and down.
const DASH: usize = 4;

/// The mask at another size, by nearest pixel: row-major `[height, width]`, 0 outside and 1 inside.
#[must_use]
pub fn sample(mask: &Rle, width: u32, height: u32) -> Vec<u8> {
    let (w, h) = (width as usize, height as usize);
    let (mask_w, mask_h) = (mask.width() as usize, mask.height() as usize);
    let mut bitmap = vec![0; w * h];
    if bitmap.is_empty() || mask_w == 0 || mask_h == 0 {
        return bitmap;
    }
    let runs: Vec<_> = mask.runs().collect();
    // The first row of the picture whose centre lies at or below row `y` of the mask.
    let first_row = |y: usize| {
        ((2 * y * h).saturating_sub(mask_h))
            .div_ceil(2 * mask_h)
            .min(h)
    };
    for x in 0..w {
        let column = (2 * x + 1) * mask_w / (2 * w);
        let (top, bottom) = (column * mask_h, (column + 1) * mask_h);
        let from = runs.partition_point(|run| run.end <= top);
        for run in runs[from..].iter().take_while(|run| run.start < bottom) {
            let rows = first_row(run.start.max(top) - top)..first_row(run.end.min(bottom) - top);
            for y in rows {
                bitmap[y * w + x] = 1;
            }
        }
    }
    bitmap
}

/// Paints layers over each other: RGBA, row-major `[height, width, 4]`, colour not multiplied by opacity.
///
/// The outline is one pixel inside a mask's edge; of a former mask it is dashed, and there is nothing else.
#[must_use]
pub fn rasterise(layers: &[MaskLayer], style: MaskStyle, width: u32, height: u32) -> Vec<u8> {
    let (w, h) = (width as usize, height as usize);
    let mut picture = vec![0; w * h * 4];
    for layer in layers {
        let bits = sample(&layer.mask, width, height);
        for y in 0..h {
            for x in 0..w {
                let i = y * w + x;
                if bits[i] == 0 {
                    continue;
                }
                let edge = (x > 0 && bits[i - 1] == 0)
                    || (x + 1 < w && bits[i + 1] == 0)
                    || (y > 0 && bits[i - w] == 0)
                    || (y + 1 < h && bits[i + w] == 0);
                let opacity = if layer.former {
                    let dash = ((x + y) / DASH).is_multiple_of(2);
                    if edge && dash { 255 } else { 0 }
                } else if edge && style.outline {
                    OUTLINE
                } else {
                    style.fill
                };
                let opacity = if layer.faded { opacity / 2 } else { opacity };
                over(&mut picture[i * 4..i * 4 + 4], layer.colour, opacity);
            }
        }
    }
    picture
}

/// Lays a colour over an RGBA pixel.
fn over(pixel: &mut [u8], colour: [u8; 3], opacity: u8) {
    let top = u32::from(opacity);
    let below = u32::from(pixel[3]) * (255 - top) / 255;
    let sum = top + below;
    if sum == 0 {
        return;
    }
    for (channel, new) in pixel.iter_mut().zip(colour) {
        *channel = ((u32::from(new) * top + u32::from(*channel) * below + sum / 2) / sum) as u8;
    }
    pixel[3] = sum as u8;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn layer(bits: &[u8], h: u32, w: u32, colour: [u8; 3]) -> MaskLayer {
        MaskLayer {
            mask: Arc::new(Rle::encode(bits, h, w)),
            colour,
            faded: false,
            former: false,
        }
    }

    #[test]
    fn a_former_mask_is_a_dashed_outline() {
        let former = MaskLayer {
            former: true,
            ..layer(&[1; 400], 20, 20, [9, 8, 7])
        };
        let inner: Vec<u8> = (0..400u32)
            .map(|i| u8::from((2..18).contains(&(i % 20)) && (2..18).contains(&(i / 20))))
            .collect();
        let framed = MaskLayer {
            mask: Arc::new(Rle::encode(&inner, 20, 20)),
            ..former
        };
        let picture = rasterise(&[framed], MaskStyle::default(), 20, 20);
        let painted: Vec<usize> = (0..400).filter(|i| picture[i * 4 + 3] > 0).collect();
        let on_edge = |i: &usize| {
            let (x, y) = (i % 20, i / 20);
            [2, 17].contains(&x) || [2, 17].contains(&y)
        };
        assert!(painted.iter().all(on_edge));
        assert!(
            painted.len() > 20 && painted.len() < 40,
            "{}",
            painted.len()
        );
    }

    proptest! {
        #[test]
        fn sampling_takes_the_nearest_pixel(
            (h, w) in (1u32..20, 1u32..20), (th, tw) in (1u32..40, 1u32..40), seed in any::<u64>(),
        ) {
            let bits: Vec<u8> = (0..h * w).map(|i| ((seed.rotate_left(i * 7)) & 1) as u8).collect();
            let got = sample(&Rle::encode(&bits, h, w), tw, th);
            for y in 0..th {
                for x in 0..tw {
                    let (sx, sy) = ((2 * x + 1) * w / (2 * tw), (2 * y + 1) * h / (2 * th));
                    prop_assert_eq!(got[(y * tw + x) as usize], bits[(sy * w + sx) as usize], "{} {}", x, y);
                }
            }
        }
    }

    #[test]
    fn a_mask_is_half_opaque_with_a_stronger_outline() {
        let mut bits = vec![0; 49];
        for y in 1..6 {
            for x in 1..6 {
                bits[y * 7 + x] = 1;
            }
        }
        let picture = rasterise(
            &[layer(&bits, 7, 7, [10, 20, 30])],
            MaskStyle::default(),
            7,
            7,
        );
        let pixel = |x: usize, y: usize| picture[(y * 7 + x) * 4..][..4].to_vec();
        assert_eq!(pixel(0, 0), [0, 0, 0, 0]);
        assert_eq!(pixel(1, 3), [10, 20, 30, OUTLINE]);
        assert_eq!(pixel(3, 3), [10, 20, 30, 128]);
    }

    #[test]
    fn a_mask_at_the_border_of_the_frame_has_no_outline_there() {
        let picture = rasterise(
            &[layer(&[1; 9], 3, 3, [9, 9, 9])],
            MaskStyle::default(),
            3,
            3,
        );
        assert!(picture.chunks(4).all(|pixel| pixel == [9, 9, 9, 128]));
    }

    #[test]
    fn the_outline_and_the_opacity_can_be_chosen() {
        let mut bits = vec![0; 25];
        bits[6] = 1;
        let style = MaskStyle {
            fill: 40,
            outline: false,
        };
        let picture = rasterise(&[layer(&bits, 5, 5, [1, 2, 3])], style, 5, 5);
        assert_eq!(picture[6 * 4..][..4], [1, 2, 3, 40]);
    }

    #[test]
    fn layers_lie_over_each_other() {
        let both = [
            layer(&[1; 4], 2, 2, [0, 0, 0]),
            layer(&[1; 4], 2, 2, [255, 255, 255]),
        ];
        let picture = rasterise(&both, MaskStyle::default(), 2, 2);
        // 128 of white over 127 * 128 / 255 = 63 of black.
        assert_eq!(&picture[..4], [171, 171, 171, 191]);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert!(
            sample(&Rle::encode(&[], 0, 0), 3, 3)
                .iter()
                .all(|&b| b == 0)
        );
        assert!(rasterise(&[], MaskStyle::default(), 0, 0).is_empty());
    }
}
