//! The rows of the database, and the one that belongs to two videos.

use crate::upload::VIDEO_EXTENSIONS;
use domain::{ChangeType, Deformability, INDEX_MAX, OBJECTS_MAX, ObjectFields};
use std::collections::HashSet;

/// The columns, in the order of [`Row`]'s fields.
const COLUMNS: [&str; 5] = ["Video 1", "Video 2", "Removed", "Added", "Changed"];

/// What the file holds.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Row>,
}

/// The cells of one pair of videos.
#[derive(Debug)]
struct Row {
    videos: [String; 2],
    removed: String,
    added: String,
    changed: String,
}

impl Table {
    /// Reads a CSV file whose first line names the columns; others than [`COLUMNS`] are left out.
    ///
    /// # Errors
    /// When it is no CSV, or a column is missing.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let broken = |error: csv::Error| format!("it cannot be read as CSV: {error}");
        let header = reader.headers().map_err(broken)?.clone();
        let mut places = [0; COLUMNS.len()];
        for (place, name) in places.iter_mut().zip(COLUMNS) {
            *place = (header.iter())
                .position(|column| column.eq_ignore_ascii_case(name))
                .ok_or_else(|| {
                    format!(
                        "it has no column \"{name}\": its first line must name {}",
                        COLUMNS.join(", ")
                    )
                })?;
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let [video1, video2, removed, added, changed] =
                places.map(|place| record.get(place).unwrap_or_default().to_owned());
            rows.push(Row {
                videos: [video1, video2],
                removed,
                added,
                changed,
            });
        }
        Ok(Self { rows })
    }

    /// The objects of the row that names two videos, in either order; video 1 of the row is what *Removed* and *Added* are
    /// about, whichever way round the session has them.
    ///
    /// # Errors
    /// Says why no row matches, or which name is none.
    pub(super) fn objects_of(
        &self,
        video1: &str,
        video2: &str,
    ) -> Result<Vec<ObjectFields>, String> {
        let wanted = [name_of(video1), name_of(video2)];
        let turned = [wanted[1].clone(), wanted[0].clone()];
        let names = |row: &Row| [name_of(&row.videos[0]), name_of(&row.videos[1])];
        if let Some(row) = self.rows.iter().find(|row| names(row) == wanted) {
            return row.objects(false);
        }
        if let Some(row) = self.rows.iter().find(|row| names(row) == turned) {
            return row.objects(true);
        }
        let has = |name: &String| self.rows.iter().any(|row| names(row).contains(name));
        let reason = match (has(&wanted[0]), has(&wanted[1])) {
            (true, true) => "both are named, but never in one row".to_owned(),
            (true, false) => format!("\"{}\" is in none", wanted[1]),
            (false, true) => format!("\"{}\" is in none", wanted[0]),
            (false, false) => "neither is in any".to_owned(),
        };
        Err(format!(
            "no row of the object database names \"{}\" and \"{}\": of its {} rows, {reason}",
            wanted[0],
            wanted[1],
            self.rows.len()
        ))
    }
}

impl Row {
    /// Objects in the order of the columns, `turned` when the session has the videos the other way round.
    fn objects(&self, turned: bool) -> Result<Vec<ObjectFields>, String> {
        let mut objects: Vec<ObjectFields> = Vec::new();
        let mut taken = HashSet::new();
        for (cell, seen) in [
            (&self.removed, [true, false]),
            (&self.added, [false, true]),
            (&self.changed, [true, true]),
        ] {
            let [in_video1, in_video2] = if turned { [seen[1], seen[0]] } else { seen };
            for (label, index) in names_in(cell) {
                if objects.len() >= OBJECTS_MAX as usize {
                    return Err(format!(
                        "its row names more than the {OBJECTS_MAX} objects that a session holds"
                    ));
                }
                // One of these is free: there are as many as objects, and one more.
                let mut indices = index.into_iter().chain(1..=OBJECTS_MAX);
                let multiplicity = indices.find(|&index| taken.insert((label.clone(), index)));
                let multiplicity = multiplicity.unwrap_or(INDEX_MAX);
                let fields = ObjectFields {
                    label,
                    multiplicity,
                    in_video1,
                    in_video2,
                    views: 1,
                    deformability: Deformability::Rigid,
                    change_type: ChangeType::default_for(in_video1, in_video2),
                };
                let checked = fields.checked();
                objects.push(checked.map_err(|e| format!("a name in the object database: {e}"))?);
            }
        }
        Ok(objects)
    }
}

/// The name of a video without folder and extension, in lower case: what a table and a file dialog agree on.
fn name_of(video: &str) -> String {
    let base = video.trim().rsplit(['/', '\\']).next().unwrap_or_default();
    let lower = base.to_lowercase();
    match lower.rsplit_once('.') {
        Some((stem, extension)) if VIDEO_EXTENSIONS.contains(&extension) => stem.to_owned(),
        _ => lower,
    }
}

/// The names of a cell, separated by commas, optionally in brackets and quotation marks, each as label and index: `cup_2` is
/// the second cup, `cup` has no index of its own.
fn names_in(cell: &str) -> Vec<(String, Option<u32>)> {
    let outer = cell.trim();
    let inner = [('[', ']'), ('(', ')'), ('{', '}')]
        .into_iter()
        .find_map(|(open, close)| outer.strip_prefix(open)?.strip_suffix(close))
        .unwrap_or(outer);
    let names = inner
        .split(',')
        .map(|name| name.trim().trim_matches(['"', '\'']).trim());
    names
        .filter(|name| !name.is_empty())
        .map(|name| {
            let index = |(label, digits): (&str, &str)| {
                let index: u32 = digits.parse().ok()?;
                (index > 0 && !label.is_empty()).then(|| (label.to_owned(), Some(index)))
            };
            let indexed = name.rsplit_once('_').and_then(index);
            indexed.unwrap_or_else(|| (name.to_owned(), None))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "Scene,Video 1,Video 2,Removed,Added,Changed\n\
        kitchen,room_a.mp4,room_b.mp4,\"[cup_2, plate]\",,\"(lamp_1, lamp_2)\"\n\
        hall,c.v2,d,,\"['coat', 'coat']\",\n";

    fn table() -> Table {
        Table::parse(FILE.as_bytes()).unwrap()
    }

    fn found(video1: &str, video2: &str) -> Vec<(String, &'static str)> {
        let objects = table().objects_of(video1, video2).unwrap();
        let fields = objects.iter();
        fields
            .map(|of| {
                let seen = match (of.in_video1, of.in_video2) {
                    (true, true) => "both",
                    (true, false) => "1",
                    _ => "2",
                };
                (of.title(), seen)
            })
            .collect()
    }

    #[test]
    fn a_row_says_what_changed_between_its_videos() {
        let of = |title: &str, seen| (title.to_owned(), seen);
        assert_eq!(
            found("Room_A.MOV", "room_b.mp4"),
            [
                of("cup 2", "1"),
                of("plate 1", "1"),
                of("lamp 1", "both"),
                of("lamp 2", "both")
            ]
        );
        // The session shows the second video of the row first: what was removed there was added here.
        assert_eq!(found("room_b", "room_a")[0], of("cup 2", "2"));
        assert_eq!(
            found("c.v2.mp4", "d.mp4"),
            [of("coat 1", "2"), of("coat 2", "2")]
        );
    }

    #[test]
    fn cells_hold_names_with_or_without_brackets() {
        let name = |label: &str, index| (label.to_owned(), index);
        assert_eq!(
            names_in("cup_2, coffee_cup , tv_0, _3,"),
            [
                name("cup", Some(2)),
                name("coffee_cup", None),
                name("tv_0", None),
                name("_3", None)
            ]
        );
        assert_eq!(names_in("[ cup_12 ]"), [name("cup", Some(12))]);
        assert!(names_in(" [] ").is_empty() && names_in("").is_empty());
    }

    #[test]
    fn it_is_said_why_nothing_matches() {
        for (one, two, reason) in [
            ("x", "y", "of its 2 rows, neither is in any"),
            ("room_a", "y", "\"y\" is in none"),
            ("x", "d.mp4", "\"x\" is in none"),
            ("room_a", "d", "never in one row"),
        ] {
            let error = table().objects_of(one, two).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_no_table_is_refused() {
        let error = Table::parse(b"Video 1,Video 2,Removed,Added\n").unwrap_err();
        assert!(error.contains("no column \"Changed\""), "{error}");
        assert!(Table::parse(b"\xff\xfe,,\n").is_err());
        assert!(Table::parse(b"").is_err());
        let with_mark = [b"\xef\xbb\xbf".as_slice(), FILE.as_bytes()].concat();
        assert_eq!(Table::parse(&with_mark).unwrap().rows.len(), 2);
    }

    #[test]
    fn a_cell_names_no_more_objects_than_a_session_holds() {
        let row = |count: usize| {
            let cell = "q,".repeat(count);
            format!("Video 1,Video 2,Removed,Added,Changed\na,b,\"{cell}\",,\n")
        };
        let read = |count| {
            Table::parse(row(count).as_bytes())
                .unwrap()
                .objects_of("a", "b")
        };
        let all = read(1000).unwrap();
        assert_eq!(all.last().map(ObjectFields::title), Some("q 1000".into()));
        assert!(read(200_000).unwrap_err().contains("more than the 1000"));
    }
}
