//! The tables behind the charts: what a page shows in full, and what is downloaded.

use super::{Dashboard, Figure, Heap, PersonFigures};
use crate::SessionId;
use crate::object::words;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

words! {
    /// A table of the dashboard; the word is the name of its file.
    DashboardTable {
        /// Sessions by status.
        Status = "status",
        /// Sessions by scene type.
        Scenes = "scenes",
        /// Sessions by person.
        People = "people",
        /// Sessions done, day by day.
        Days = "days",
        /// Effort, of everybody and by person.
        Effort = "effort",
        /// Sessions that do not move.
        Stuck = "stuck",
        /// Jobs that run and wait.
        Queue = "queue",
        /// Jobs that failed.
        Failures = "failures",
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// The way to a session.
    Session(SessionId),
    /// A whole number.
    Count(u32),
    /// A number with so many decimals.
    Number(f64, usize),
    /// Nothing that could be said.
    Nothing,
}

impl Cell {
    /// Its text; numbers with a point and without a unit.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Session(session) => session.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Number(number, decimals) => format!("{number:.decimals$}"),
            Self::Nothing => String::new(),
        }
    }

    /// Whether people wrote it.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    fn number(value: Option<f64>, decimals: usize) -> Self {
        value.map_or(Self::Nothing, |value| Self::Number(value, decimals))
    }

    fn text_or_nothing(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.to_owned()))
    }
}

/// The head of a column: its name with its unit, and the figure that defines it.
pub type Head = (&'static str, Option<Figure>);

/// A table as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureTable {
    /// Heads of the columns.
    pub heads: Vec<Head>,
    /// The rows, each as long as the heads.
    pub rows: Vec<Vec<Cell>>,
    /// What is the sum of the rest, and not to be compared with it.
    pub sum: Option<Sum>,
}

/// What is the sum of the rest of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// The column at this place.
    Column(usize),
    /// The last row.
    LastRow,
}

const HEAPS: [Head; 4] = [
    ("Done", Some(Figure::Done)),
    ("In review", Some(Figure::InReview)),
    ("Sent back", Some(Figure::SentBack)),
    ("Waiting", Some(Figure::Waiting)),
];

impl DashboardTable {
    /// The table with what the dashboard knows.
    #[must_use]
    pub fn of(self, dashboard: &Dashboard) -> FigureTable {
        let (heads, rows) = match self {
            Self::Status => status(dashboard),
            Self::Scenes => scenes(dashboard),
            Self::People => people(dashboard),
            Self::Days => days(dashboard),
            Self::Effort => effort(dashboard),
            Self::Stuck => stuck(dashboard),
            Self::Queue => queue(dashboard),
            Self::Failures => failures(dashboard),
        };
        let sum = match self {
            Self::Scenes | Self::People => Some(Sum::Column(5)),
            Self::Effort => Some(Sum::LastRow),
            _ => None,
        };
        FigureTable { heads, rows, sum }
    }
}

type Parts = (Vec<Head>, Vec<Vec<Cell>>);

fn status(dashboard: &Dashboard) -> Parts {
    let rows = dashboard.statuses.iter().map(|(status, count)| {
        vec![
            Cell::Text(status.title().into()),
            Cell::Text(Heap::of(*status).as_str().into()),
            Cell::Count(*count),
        ]
    });
    let heads = vec![
        ("Status", None),
        ("Counts as", None),
        ("Sessions", Some(Figure::Sessions)),
    ];
    (heads, rows.collect())
}

fn scenes(dashboard: &Dashboard) -> Parts {
    let rows = dashboard.scenes.iter().map(|scene| {
        let mut row = vec![Cell::Text(scene.scene.clone())];
        row.extend(scene.sessions.0.map(Cell::Count));
        row.push(Cell::Count(scene.sessions.total()));
        row
    });
    let mut heads = vec![("Scene type", None)];
    heads.extend(HEAPS);
    heads.push(("Sessions", Some(Figure::Sessions)));
    (heads, rows.collect())
}

fn name(person: &PersonFigures) -> Cell {
    let name = person.person.as_ref().map(|person| person.name.as_str());
    Cell::Text(name.unwrap_or("Nobody").into())
}

fn people(dashboard: &Dashboard) -> Parts {
    let rows = dashboard.people.iter().map(|person| {
        let mut row = vec![name(person)];
        row.extend(person.sessions.0.map(Cell::Count));
        row.push(Cell::Count(person.sessions.total()));
        row.push(Cell::Count(person.to_review));
        row
    });
    let mut heads = vec![("Person", None)];
    heads.extend(HEAPS);
    heads.push(("Annotates", Some(Figure::Sessions)));
    heads.push(("To review", Some(Figure::ToReview)));
    (heads, rows.collect())
}

fn days(dashboard: &Dashboard) -> Parts {
    let (_, columns) = dashboard.columns();
    let rows = columns.iter().map(|column| {
        vec![
            Cell::Text(column.first.to_string()),
            Cell::Text(column.last.to_string()),
            Cell::Count(column.count),
        ]
    });
    let heads = vec![
        ("From", None),
        ("To", None),
        ("Sessions done", Some(Figure::DoneInTime)),
    ];
    (heads, rows.collect())
}

fn effort(dashboard: &Dashboard) -> Parts {
    let heads = vec![
        ("Person", None),
        ("Active time, s", Some(Figure::ActiveTime)),
        ("Objects", Some(Figure::Objects)),
        ("Clicks", Some(Figure::Clicks)),
        ("Active s per object", Some(Figure::SecondsPerObject)),
        ("Clicks per object", Some(Figure::ClicksPerObject)),
        ("Own sessions sent back, %", Some(Figure::ShareSentBack)),
        ("Decisions as reviewer", Some(Figure::Decisions)),
        ("Turnaround as reviewer, h", Some(Figure::Turnaround)),
    ];
    let busy = dashboard.people.iter().filter(|person| {
        !person.work.is_nothing() || person.decided > 0 || person.judged != Default::default()
    });
    let mut rows: Vec<Vec<Cell>> = busy
        .map(|person| {
            vec![
                name(person),
                Cell::Number(person.work.active_seconds, 0),
                Cell::Count(person.work.objects),
                Cell::Count(person.work.clicks),
                Cell::number(person.work.seconds_per_object(), 1),
                Cell::number(person.work.clicks_per_object(), 1),
                Cell::number(person.judged.percent_sent_back(), 1),
                Cell::Count(person.decided),
                Cell::number(person.turnaround, 1),
            ]
        })
        .collect();
    let all = &dashboard.effort;
    rows.push(vec![
        Cell::Text("Everybody".into()),
        Cell::Number(all.work.active_seconds, 0),
        Cell::Count(all.work.objects),
        Cell::Count(all.work.clicks),
        Cell::number(all.work.seconds_per_object(), 1),
        Cell::number(all.work.clicks_per_object(), 1),
        Cell::number(all.judged.percent_sent_back(), 1),
        Cell::Count(all.judged.good + all.judged.sent_back),
        Cell::number(all.turnaround, 1),
    ]);
    (heads, rows)
}

fn stuck(dashboard: &Dashboard) -> Parts {
    let rows = dashboard.stuck.iter().map(|stuck| {
        vec![
            Cell::Session(stuck.session.clone()),
            Cell::Text(stuck.reason.title()),
            Cell::Text(stuck.since.clone()),
            Cell::text_or_nothing(stuck.person.as_deref()),
            Cell::text_or_nothing(stuck.detail.as_deref()),
        ]
    });
    let heads = vec![
        ("Session", None),
        ("Why", Some(Figure::Stuck)),
        ("Since (UTC)", None),
        ("Person", None),
        ("Reason of the failure", None),
    ];
    (heads, rows.collect())
}

fn queue(dashboard: &Dashboard) -> Parts {
    let rows = dashboard.queue.jobs.iter().map(|job| {
        let progress = &job.progress;
        vec![
            Cell::Session(job.session.clone()),
            Cell::Text(job.kind.to_string()),
            Cell::Text(job.state.to_string()),
            Cell::Count(progress.done),
            Cell::Count(progress.total),
            Cell::Number(f64::from(progress.fps), 1),
            Cell::number(progress.seconds_left().map(f64::from), 0),
            Cell::Text(job.created_at.clone()),
        ]
    });
    let heads = vec![
        ("Session", None),
        ("Job", None),
        ("State", None),
        ("Frames done", None),
        ("Frames", None),
        ("Frames per second", Some(Figure::Speed)),
        ("Time left, s", Some(Figure::TimeLeft)),
        ("Asked for (UTC)", None),
    ];
    (heads, rows.collect())
}

fn failures(dashboard: &Dashboard) -> Parts {
    let rows = dashboard.queue.failures.iter().map(|failure| {
        vec![
            Cell::Session(failure.job.session.clone()),
            Cell::Text(failure.job.kind.to_string()),
            Cell::Text(failure.at.clone()),
            Cell::text_or_nothing(failure.job.error.as_deref()),
        ]
    });
    let heads = vec![
        ("Session", None),
        ("Job", None),
        ("Failed (UTC)", Some(Figure::Failures)),
        ("Reason", None),
    ];
    (heads, rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effort, Heaps, SceneFigures, SessionStatus, Work};

    #[test]
    fn every_row_is_as_long_as_its_head() {
        let dashboard = Dashboard {
            statuses: vec![(SessionStatus::Draft, 2)],
            scenes: vec![SceneFigures {
                scene: "attic".into(),
                sessions: Heaps([1, 2, 3, 4]),
            }],
            people: vec![PersonFigures {
                decided: 1,
                ..PersonFigures::default()
            }],
            effort: Effort {
                work: Work {
                    active_seconds: 81.04,
                    clicks: 6,
                    objects: 4,
                },
                ..Effort::default()
            },
            ..Dashboard::default()
        };
        for table in DashboardTable::ALL {
            let FigureTable { heads, rows, .. } = table.of(&dashboard);
            assert!(rows.iter().all(|row| row.len() == heads.len()), "{table}");
        }
        let texts = |table: DashboardTable| -> Vec<Vec<String>> {
            let rows = table.of(&dashboard).rows;
            rows.iter()
                .map(|row| row.iter().map(Cell::text).collect())
                .collect()
        };
        assert_eq!(
            texts(DashboardTable::Scenes),
            [["attic", "1", "2", "3", "4", "10"]]
        );
        assert_eq!(
            texts(DashboardTable::Effort)[1],
            ["Everybody", "81", "4", "6", "20.3", "1.5", "", "0", ""]
        );
    }
}
