//! What was done, in as many columns as people can read.

use crate::Day;

/// How much time a column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnStep {
    /// A day.
    Day,
    /// Seven days; the last column ends today.
    Week,
    /// A month of the calendar.
    Month,
}

impl ColumnStep {
    /// As people say it: `day`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// A column of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its first day.
    pub first: Day,
    /// Its last day.
    pub last: Day,
    /// What is counted.
    pub count: u32,
}

/// Most columns that stand for a day each.
const DAYS_MAX: i32 = 31;

/// Most days that are shown week by week.
const WEEKS_MAX: i32 = 7 * 27;

/// The days from `from` (or the first on which there is anything to count) to `today` as columns without a gap.
#[must_use]
pub fn columns(days: &[(Day, u32)], from: Option<Day>, today: Day) -> (ColumnStep, Vec<Column>) {
    let first = from
        .or_else(|| days.iter().map(|(day, _)| *day).min())
        .unwrap_or(today - 6)
        .min(today);
    let span = today.0 - first.0 + 1;
    let (step, mut columns) = if span <= DAYS_MAX {
        (ColumnStep::Day, by_days(first, today, 1))
    } else if span <= WEEKS_MAX {
        (ColumnStep::Week, by_days(first, today, 7))
    } else {
        (ColumnStep::Month, by_months(first, today))
    };
    for (day, count) in days {
        let column = columns
            .iter_mut()
            .find(|column| (column.first..=column.last).contains(day));
        if let Some(column) = column {
            column.count += count;
        }
    }
    (step, columns)
}

/// Backwards from today, so that the last column is whole.
fn by_days(first: Day, today: Day, length: i32) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut last = today;
    while last >= first {
        columns.push(Column {
            first: (last - (length - 1)).max(first),
            last,
            count: 0,
        });
        last = last - length;
    }
    columns.reverse();
    columns
}

fn by_months(first: Day, today: Day) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut start = first.first_of_month();
    while start <= today {
        let next = start.next_month();
        columns.push(Column {
            first: start.max(first),
            last: (next - 1).min(today),
            count: 0,
        });
        start = next;
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_weeks_and_months_leave_no_gap_and_lose_nothing() {
        let today = day("2026-01-31");
        for (from, step, number) in [
            ("2026-01-25", ColumnStep::Day, 7),
            ("2026-01-01", ColumnStep::Day, 31),
            ("2025-11-03", ColumnStep::Week, 13),
            ("2024-02-10", ColumnStep::Month, 24),
        ] {
            let from = day(from);
            let days = [(from, 2), (from + 3, 1), (today, 4)];
            let (found, columns) = columns(&days, Some(from), today);
            assert_eq!((found, columns.len()), (step, number), "{from}");
            assert_eq!(columns.iter().map(|c| c.count).sum::<u32>(), 7);
            assert_eq!(columns[0].first, from);
            assert_eq!(columns[number - 1].last, today);
            for pair in columns.windows(2) {
                assert_eq!(pair[0].last + 1, pair[1].first);
            }
        }
    }

    #[test]
    fn without_a_beginning_it_is_the_first_day_that_counts() {
        let today = day("2026-01-31");
        let (step, shown) = columns(&[(day("2026-01-20"), 1)], None, today);
        assert_eq!((step, shown.len()), (ColumnStep::Day, 12));
        let (_, empty) = columns(&[], None, today);
        assert_eq!(empty.len(), 7);
        // A clock that went back.
        let (_, future) = columns(&[(today + 2, 1)], None, today);
        assert_eq!(future.len(), 1);
    }
}
