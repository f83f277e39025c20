//! Tables as CSV files, as spreadsheets read them.

use crate::ServiceError;
use domain::{Cell, FigureTable};

/// The file; texts that a spreadsheet would take for a formula begin with an apostrophe.
pub(super) fn write(table: &FigureTable) -> Result<String, ServiceError> {
    let failed =
        |error: String| ServiceError::Internal(format!("a table cannot be written: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads = table.heads.iter().map(|(head, _)| *head);
    writer
        .write_record(heads)
        .map_err(|error| failed(error.to_string()))?;
    for row in &table.rows {
        writer
            .write_record(row.iter().map(text))
            .map_err(|error| failed(error.to_string()))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| failed(error.to_string()))
}

/// The text of a cell. Only what people wrote can be a formula; also behind spaces, which some spreadsheets skip.
fn text(cell: &Cell) -> String {
    let text = cell.text();
    let begins = text.trim_start_matches(' ');
    if cell.is_text() && begins.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_never_formulas() {
        let rows = [
            "=HYPERLINK(\"http://x\")",
            "+1",
            "-1",
            "@a",
            " =1",
            "\t=1",
            "a, \"b\"",
            "plain",
        ];
        let mut table = FigureTable {
            heads: vec![("Name", None), ("Sessions", None)],
            rows: rows
                .iter()
                .map(|text| vec![Cell::Text((*text).into()), Cell::Number(-1.5, 1)])
                .collect(),
            sum: None,
        };
        table.rows.push(vec![Cell::Nothing, Cell::Count(3)]);
        let file = write(&table).unwrap();
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let read: Vec<(String, String)> = reader.deserialize().map(Result::unwrap).collect();
        let texts: Vec<&str> = read.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "'=HYPERLINK(\"http://x\")",
                "'+1",
                "'-1",
                "'@a",
                "' =1",
                "'\t=1",
                "a, \"b\"",
                "plain",
                ""
            ]
        );
        // Numbers stay numbers.
        assert_eq!((read[0].1.as_str(), read[8].1.as_str()), ("-1.5", "3"));
    }
}
