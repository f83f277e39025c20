//! The way a film is to be turned before it is shown.

/// Turns and flips that bring a stored picture upright: first the transposition, then the flips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orientation {
    /// Rows become columns.
    pub transpose: bool,
    /// Left becomes right, after the transposition.
    pub flip_x: bool,
    /// Top becomes bottom, after the transposition.
    pub flip_y: bool,
}

impl Orientation {
    /// The orientation that a display matrix (3 x 3, row-major, 16.16 fixed point) asks for, as the `ffmpeg` program takes it.
    ///
    /// Angles that are no multiple of 90 degrees are taken as none: no camera writes them.
    pub fn from_matrix(matrix: &[i32; 9]) -> Self {
        let [a, b, _, c, d, ..] = matrix.map(f64::from);
        let (x_scale, y_scale) = (a.hypot(c), b.hypot(d));
        if x_scale == 0.0 || y_scale == 0.0 {
            return Self::default();
        }
        let clockwise = (b / y_scale).atan2(a / x_scale).to_degrees().round();
        match clockwise.rem_euclid(360.0) as i32 {
            // A negative determinant means that the picture is mirrored as well.
            90 => Self {
                transpose: true,
                flip_x: c <= 0.0,
                flip_y: false,
            },
            180 => Self {
                transpose: false,
                flip_x: a < 0.0,
                flip_y: d < 0.0,
            },
            270 => Self {
                transpose: true,
                flip_x: c < 0.0,
                flip_y: true,
            },
            0 => Self {
                flip_y: d < 0.0,
                ..Self::default()
            },
            _ => Self::default(),
        }
    }

    /// The size, width and height, of a picture of `width` x `height` after turning.
    pub fn turned(self, width: u32, height: u32) -> (u32, u32) {
        if self.transpose {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// Degrees clockwise, 0, 90, 180 or 270; flips that are no rotation do not count.
    pub fn degrees(self) -> u16 {
        match (self.transpose, self.flip_x, self.flip_y) {
            (true, true, false) => 90,
            (false, true, true) => 180,
            (true, false, true) => 270,
            _ => 0,
        }
    }

    /// Copies the pixels of `from`, `N` bytes each, the right way up into `to`.
    ///
    /// # Panics
    /// When a side is shorter than its size says.
    pub fn turn<const N: usize>(self, from: &Plane<&[u8]>, to: &mut Plane<&mut [u8]>) {
        let (width, height) = (to.width * N, to.height);
        for (y, row) in to.bytes.chunks_mut(to.stride).take(height).enumerate() {
            let y = if self.flip_y { height - 1 - y } else { y };
            let (row, _) = row[..width].as_chunks_mut::<N>();
            if self.transpose {
                let column = from.bytes[y * N..].chunks(from.stride).take(from.height);
                let pixels = column.filter_map(|rest| rest.first_chunk::<N>());
                copy(pixels, row, self.flip_x);
            } else {
                let (pixels, _) = from.bytes[y * from.stride..][..width].as_chunks::<N>();
                copy(pixels.iter(), row, self.flip_x);
            }
        }
    }
}

/// One plane of a picture in memory.
#[derive(Debug)]
pub struct Plane<B> {
    /// Its bytes, row after row.
    pub bytes: B,
    /// Pixels in a row.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// Bytes from the start of one row to the next.
    pub stride: usize,
}

/// Copies pixels into a row, from its end if `backward`.
fn copy<'a, const N: usize>(
    pixels: impl Iterator<Item = &'a [u8; N]>,
    row: &mut [[u8; N]],
    backward: bool,
) {
    if backward {
        row.iter_mut()
            .rev()
            .zip(pixels)
            .for_each(|(to, from)| *to = *from);
    } else {
        row.iter_mut()
            .zip(pixels)
            .for_each(|(to, from)| *to = *from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: i32 = 1 << 16;

    fn matrix(a: i32, b: i32, c: i32, d: i32) -> Orientation {
        Orientation::from_matrix(&[a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30])
    }

    /// Turns a picture of 3 x 2 pixels of two bytes each, whose rows are padded.
    fn turn(orientation: Orientation) -> Vec<Vec<u8>> {
        let from = Plane {
            bytes: &[1, 0, 2, 0, 3, 0, 99, 4, 0, 5, 0, 6, 0, 99][..],
            width: 3,
            height: 2,
            stride: 7,
        };
        let (width, height) = orientation.turned(3, 2);
        let (width, height) = (width as usize, height as usize);
        let stride = width * 2 + 1;
        let mut bytes = vec![77; stride * height];
        let mut to = Plane {
            bytes: &mut bytes[..],
            width,
            height,
            stride,
        };
        orientation.turn::<2>(&from, &mut to);
        let rows = bytes.chunks(stride);
        rows.map(|row| {
            assert_eq!(row[stride - 1], 77);
            let (pixels, _) = row.as_chunks::<2>();
            pixels.iter().map(|pixel| pixel[0]).collect()
        })
        .collect()
    }

    #[test]
    fn quarter_turns_are_clockwise() {
        let [none, quarter, half, three_quarters] =
            [(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0)]
                .map(|(a, b, c, d)| matrix(a, b, c, d));
        assert_eq!(
            [0, 90, 180, 270],
            [none, quarter, half, three_quarters].map(Orientation::degrees)
        );
        assert_eq!(turn(none), [[1, 2, 3], [4, 5, 6]]);
        assert_eq!(turn(quarter), [[4, 1], [5, 2], [6, 3]]);
        assert_eq!(turn(half), [[6, 5, 4], [3, 2, 1]]);
        assert_eq!(turn(three_quarters), [[3, 6], [2, 5], [1, 4]]);
    }

    #[test]
    fn mirrors_are_kept() {
        assert_eq!(turn(matrix(-1, 0, 0, 1)), [[3, 2, 1], [6, 5, 4]]);
        assert_eq!(turn(matrix(1, 0, 0, -1)), [[4, 5, 6], [1, 2, 3]]);
        assert_eq!(turn(matrix(0, 1, 1, 0)), [[1, 4], [2, 5], [3, 6]]);
        assert_eq!(turn(matrix(0, -1, -1, 0)), [[6, 3], [5, 2], [4, 1]]);
    }

    #[test]
    fn odd_angles_and_empty_matrices_turn_nothing() {
        assert_eq!(Orientation::from_matrix(&[0; 9]), Orientation::default());
        assert_eq!(matrix(1, 1, -1, 1), Orientation::default());
    }
}
