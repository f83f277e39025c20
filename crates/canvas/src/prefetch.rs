//! Which frames and masks to fetch before they are asked for.

use std::ops::Range;

/// Frames whose masks are fetched in one request.
pub const MASK_BATCH: u32 = 60;

/// The frames worth having around `cursor`, most urgent first.
///
/// The cursor comes first; then frames in the direction of travel (`forward`) and, one for every three of them, frames
/// behind. `ahead` and `behind` bound how far it looks.
#[must_use]
pub fn window(cursor: u32, forward: bool, frames: u32, ahead: u32, behind: u32) -> Vec<u32> {
    let at = |offset: i64| {
        let offset = if forward { offset } else { -offset };
        u32::try_from(i64::from(cursor) + offset)
            .ok()
            .filter(|&frame| frame < frames)
    };
    let mut plan: Vec<u32> = at(0).into_iter().collect();
    let (mut next_ahead, mut next_behind) = (1, 1);
    while next_ahead <= ahead || next_behind <= behind {
        for _ in 0..3 {
            if next_ahead <= ahead {
                plan.extend(at(i64::from(next_ahead)));
                next_ahead += 1;
            }
        }
        if next_behind <= behind {
            plan.extend(at(-i64::from(next_behind)));
            next_behind += 1;
        }
    }
    plan
}

/// The batch of masks that holds `frame`.
#[must_use]
pub fn mask_batch(frame: u32) -> u32 {
    frame / MASK_BATCH
}

/// The batches of masks worth having around `frame`: its own, then the nearer neighbour.
#[must_use]
pub fn mask_batches(frame: u32, frames: u32) -> Vec<Range<u32>> {
    let batch = mask_batch(frame);
    let second = if frame % MASK_BATCH >= MASK_BATCH / 2 {
        Some(batch + 1)
    } else {
        batch.checked_sub(1)
    };
    std::iter::once(batch)
        .chain(second)
        .map(|batch| batch * MASK_BATCH..((batch + 1) * MASK_BATCH).min(frames))
        .filter(|range| range.start < range.end)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn travel_decides_what_comes_first() {
        assert_eq!(window(10, true, 100, 4, 2), [10, 11, 12, 13, 9, 14, 8]);
        assert_eq!(window(10, false, 100, 4, 2), [10, 9, 8, 7, 11, 6, 12]);
        assert_eq!(window(0, true, 3, 9, 9), [0, 1, 2]);
        assert!(window(0, true, 0, 9, 9).is_empty());
    }

    #[test]
    fn masks_come_in_batches() {
        let batches = |frame, frames| {
            let ranges = mask_batches(frame, frames).into_iter();
            ranges.map(|r| (r.start, r.end)).collect::<Vec<_>>()
        };
        assert_eq!(batches(0, 100), [(0, 60)]);
        assert_eq!(batches(40, 100), [(0, 60), (60, 100)]);
        assert_eq!(batches(65, 100), [(60, 100), (0, 60)]);
        assert!(batches(0, 0).is_empty());
    }

    proptest! {
        #[test]
        fn a_window_holds_each_frame_once(cursor in 0u32..500, frames in 1u32..500, ahead in 0u32..50, behind in 0u32..50, forward: bool) {
            let plan = window(cursor, forward, frames, ahead, behind);
            let mut sorted = plan.clone();
            sorted.sort_unstable();
            sorted.dedup();
            prop_assert_eq!(sorted.len(), plan.len());
            prop_assert!(plan.iter().all(|&frame| frame < frames));
            prop_assert_eq!(plan.first() == Some(&cursor), cursor < frames);
        }
    }
}
