//! Where columns, lines and words of a chart stand.

/// The plot of a chart, in its own units; the rest of its box is for words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Plot {
    /// The height of a value above the axis, which begins at zero.
    pub(super) fn y(&self, value: u32, top: u32) -> f64 {
        self.top + self.height * (1.0 - f64::from(value) / f64::from(top.max(1)))
    }

    /// The columns of `values` on an axis that ends at `top`.
    pub(super) fn columns(&self, values: &[u32], top: u32) -> Vec<Rect> {
        let step = self.width / values.len().max(1) as f64;
        // Few columns do not become walls.
        let width = (step * 0.72).min(48.0);
        let column = |(at, value): (usize, &u32)| {
            let y = self.y(*value, top);
            Rect {
                x: self.left + step * at as f64 + (step - width) / 2.0,
                y,
                width,
                height: self.top + self.height - y,
            }
        };
        values.iter().enumerate().map(column).collect()
    }
}

/// The marks of an axis of counts that holds `max`: from 0 in even steps of 1, 2 or 5 times a power of ten, four at most
/// besides 0.
pub(super) fn marks(max: u32) -> Vec<u32> {
    let steps = (0..9).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u32.pow(power)));
    let step = steps
        .into_iter()
        .find(|step| max.div_ceil(*step) <= 4)
        .unwrap_or(1_000_000_000);
    (0..=max.div_ceil(step).max(1)).map(|n| n * step).collect()
}

/// Which of `count` columns get a word below them, so that at most `most` words stand there: the last, and even steps back.
pub(super) fn labelled(count: usize, most: usize) -> Vec<usize> {
    let step = count.div_ceil(most.max(1)).max(1);
    let mut places: Vec<usize> = (0..count).rev().step_by(step).collect();
    places.reverse();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLOT: Plot = Plot {
        left: 10.0,
        top: 5.0,
        width: 100.0,
        height: 50.0,
    };

    #[test]
    fn axes_begin_at_zero_and_hold_the_highest_value() {
        for (max, expected) in [
            (0, &[0, 1][..]),
            (1, &[0, 1]),
            (4, &[0, 1, 2, 3, 4]),
            (5, &[0, 2, 4, 6]),
            (17, &[0, 5, 10, 15, 20]),
            (21, &[0, 10, 20, 30]),
            (980, &[0, 500, 1000]),
        ] {
            assert_eq!(marks(max), expected, "{max}");
        }
        for max in 0..3000 {
            let marks = marks(max);
            assert!(marks.len() <= 5 && *marks.last().unwrap() >= max);
        }
    }

    #[test]
    fn columns_stand_on_the_axis_and_are_as_high_as_their_value() {
        let columns = PLOT.columns(&[0, 5, 10], 10);
        for column in &columns {
            assert!((column.y + column.height - 55.0).abs() < 1e-9);
        }
        let heights: Vec<f64> = columns.iter().map(|c| c.height).collect();
        assert_eq!(heights, [0.0, 25.0, 50.0]);
        assert!(columns[0].x >= 10.0 && columns[2].x + columns[2].width <= 110.0);
        assert_eq!(PLOT.columns(&[], 10), []);
        assert_eq!(PLOT.columns(&[7], 10)[0].width, 48.0);
    }

    #[test]
    fn the_last_column_has_its_word() {
        assert_eq!(labelled(7, 8), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(labelled(30, 8), [1, 5, 9, 13, 17, 21, 25, 29]);
        assert_eq!(labelled(0, 8), Vec::<usize>::new());
    }
}
