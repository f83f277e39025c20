//! Numbers and times as people read them.

/// A size in bytes: `812 B`, `1.3 MB`.
#[must_use]
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if n < 1000 {
        return format!("{n} B");
    }
    let mut value = n as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// A time span in seconds: `41 s`, `3 min 05 s`, `2 h 10 min`.
#[must_use]
pub fn seconds(s: f32) -> String {
    let s = s.max(0.0).round() as u64;
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{} min {:02} s", s / 60, s % 60),
        _ => format!("{} h {:02} min", s / 3600, s % 3600 / 60),
    }
}

/// The minute of a UTC time stamp of RFC 3339: `2026-01-31 18:05`.
#[must_use]
pub fn minute(rfc3339: &str) -> String {
    rfc3339
        .get(..16)
        .map_or_else(|| rfc3339.to_owned(), |text| text.replace('T', " "))
}

/// Our own English with a capital. Only ASCII: the letters of other languages would bring 25 KB of tables into the browser's
/// program.
#[must_use]
pub fn capitalised(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A count with its noun: `1 object`, `2 objects`.
#[must_use]
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

/// A number with a comma after every three digits: `12,345.6`.
#[must_use]
pub fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let digits = text.find('.').unwrap_or(text.len());
    let mut grouped = String::new();
    for (at, c) in text.char_indices() {
        let is_digit = c.is_ascii_digit() && at < digits;
        if is_digit && at > 0 && (digits - at).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(c);
    }
    grouped
}

/// A colour of the palette as CSS.
#[must_use]
pub fn css_colour([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_change_unit_before_they_reach_a_thousand() {
        let sizes = [0, 999, 1000, 999_949, 999_950, 1_300_000, 5_000_000_000].map(bytes);
        assert_eq!(
            sizes,
            [
                "0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "1.3 MB", "5.0 GB"
            ]
        );
    }

    #[test]
    fn time_spans_carry_over() {
        let spans = [0.4, 59.4, 59.6, 185.0, 7800.0].map(seconds);
        assert_eq!(
            spans,
            ["0 s", "59 s", "1 min 00 s", "3 min 05 s", "2 h 10 min"]
        );
    }

    #[test]
    fn thousands_are_grouped() {
        let numbers = [
            (0.0, 0),
            (999.0, 0),
            (1000.0, 0),
            (1_234_567.86, 1),
            (-123.0, 0),
        ];
        let read = numbers.map(|(number, decimals)| decimal(number, decimals));
        assert_eq!(read, ["0", "999", "1,000", "1,234,567.9", "-123"]);
    }

    #[test]
    fn time_stamps_are_cut_to_the_minute() {
        assert_eq!(minute("2026-01-31T18:05:09Z"), "2026-01-31 18:05");
        assert_eq!(minute("soon"), "soon");
    }
}
