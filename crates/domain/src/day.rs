//! Days of the calendar, UTC: enough of it for charts.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A day, as days since 1970-01-01.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Day(pub i32);

impl Day {
    /// The day of a date of the Gregorian calendar; month and day from 1.
    #[must_use]
    pub fn of(year: i32, month: u32, day: u32) -> Self {
        // Years that begin in March, so that the leap day is the last of a year.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (month as i32 + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month and day of the month, the last two from 1.
    #[must_use]
    pub fn date(self) -> (i32, u32, u32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * from_march + 2) / 5 + 1) as u32;
        let month = ((from_march + 2) % 12 + 1) as u32;
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }

    /// The first day of its month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        let (year, month, _) = self.date();
        Self::of(year, month, 1)
    }

    /// The first day of the month after its own.
    #[must_use]
    pub fn next_month(self) -> Self {
        let (year, month, _) = self.date();
        if month == 12 {
            Self::of(year + 1, 1, 1)
        } else {
            Self::of(year, month + 1, 1)
        }
    }

    /// As people read it: `31 Jan`.
    #[must_use]
    pub fn words(self) -> String {
        let (_, month, day) = self.date();
        format!("{day} {}", MONTHS[month as usize - 1])
    }

    /// Its month, as people read it: `Jan 2026`.
    #[must_use]
    pub fn month_words(self) -> String {
        let (year, month, _) = self.date();
        format!("{} {year}", MONTHS[month as usize - 1])
    }
}

impl Add<i32> for Day {
    type Output = Self;

    fn add(self, days: i32) -> Self {
        Self(self.0 + days)
    }
}

impl Sub<i32> for Day {
    type Output = Self;

    fn sub(self, days: i32) -> Self {
        Self(self.0 - days)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = String;

    /// Reads the day at the beginning of an RFC 3339 time: `2026-01-31`.
    fn from_str(text: &str) -> Result<Self, String> {
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
        match (part(0..4), part(5..7), part(8..10)) {
            (Some(year), Some(month @ 1..=12), Some(day @ 1..=31)) => {
                Ok(Self::of(year as i32, month, day))
            }
            _ => Err(format!("\"{text}\" does not begin with a day")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_go_both_ways() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2026-01-31", 20_484),
            ("2026-11-27", 20_784),
        ] {
            assert_eq!(text.parse(), Ok(Day(number)), "{text}");
            assert_eq!(Day(number).to_string(), text);
        }
        for number in (-800_000..800_000).step_by(97) {
            let (year, month, day) = Day(number).date();
            assert_eq!(Day::of(year, month, day), Day(number));
        }
        assert_eq!("2026-01-31T18:05:09.000Z".parse(), Ok(Day(20_484)));
        for bad in ["", "2026-13-01", "soon", "2026-01-é"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn months_follow_each_other() {
        let day: Day = "2025-12-31".parse().unwrap();
        assert_eq!(day.first_of_month().to_string(), "2025-12-01");
        assert_eq!(day.next_month().to_string(), "2026-01-01");
        assert_eq!(day.next_month().next_month().to_string(), "2026-02-01");
        assert_eq!((day + 1).words(), "1 Jan");
        assert_eq!(day.month_words(), "Dec 2025");
    }
}
