//! A table of figures, in which numbers can have bars.

use super::term::Term;
use crate::components::format;
use domain::{Cell, FigureTable, Sum};
use leptos::prelude::*;

/// Which bars stand beside the numbers of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bars {
    /// None.
    None,
    /// All columns have one scale: the same thing is counted in them.
    Common,
    /// Each column has its own.
    Each,
}

/// The value of a cell that can have a bar.
fn value(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Count(count) => Some(f64::from(*count)),
        Cell::Number(number, _) => Some(*number),
        Cell::Text(_) | Cell::Session(_) | Cell::Nothing => None,
    }
}

/// The greatest value that a bar of each column can stand for: of the column, or of all where they have one scale. None
/// where there are no bars.
fn greatest(table: &FigureTable, bars: Bars) -> Vec<Option<f64>> {
    let of_column = |column: usize| {
        if bars == Bars::None || table.sum == Some(Sum::Column(column)) {
            return None;
        }
        let rows = &table.rows[..table.rows.len() - usize::from(has_sum(table))];
        let values = rows.iter().filter_map(|row| value(&row[column]));
        values.reduce(f64::max).filter(|max| *max > 0.0)
    };
    let columns: Vec<Option<f64>> = (0..table.heads.len()).map(of_column).collect();
    if bars == Bars::Common {
        let all = columns.iter().copied().flatten().reduce(f64::max);
        columns.iter().map(|max| max.and(all)).collect()
    } else {
        columns
    }
}

/// Whether the last row is the sum of the others.
fn has_sum(table: &FigureTable) -> bool {
    table.sum == Some(Sum::LastRow) && !table.rows.is_empty()
}

/// How the head of each column stands: above texts, numbers, or numbers with bars.
fn head_classes(table: &FigureTable, bars: Bars) -> Vec<&'static str> {
    let has_numbers = |at: usize| table.rows.iter().any(|row| value(&row[at]).is_some());
    greatest(table, bars)
        .into_iter()
        .enumerate()
        .map(|(at, max)| match max {
            Some(_) => "bar-head",
            None if has_numbers(at) => "number",
            None => "",
        })
        .collect()
}

/// A table; bars begin at zero.
#[component]
pub fn TableView(
    /// The table.
    #[prop(into)]
    table: Signal<FigureTable>,
    /// Its bars.
    bars: Bars,
    /// What it shows.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="figures-scroll">
            <table class="figures" class:one-scale=bars == Bars::Common>
                <caption class="visually-hidden">{label}</caption>
                <thead>
                    <tr>
                        {move || {
                            let table = table.get();
                            let kinds = head_classes(&table, bars);
                            table
                                .heads
                                .into_iter()
                                .zip(kinds)
                                .map(|((title, figure), class)| {
                                    view! {
                                        <th scope="col" class=class>
                                            {match figure {
                                                Some(figure) => view! { <Term figure title /> }.into_any(),
                                                None => title.into_any(),
                                            }}
                                        </th>
                                    }
                                })
                                .collect_view()
                        }}
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        let table = table.get();
                        let greatest = greatest(&table, bars);
                        let sum = has_sum(&table).then(|| table.rows.len() - 1);
                        table
                            .rows
                            .into_iter()
                            .enumerate()
                            .map(|(place, row)| {
                                let is_sum = sum == Some(place);
                                let cells = row
                                    .into_iter()
                                    .zip(&greatest)
                                    .enumerate()
                                    .map(|(at, (cell, max))| cell_view(at, cell, *max, is_sum))
                                    .collect_view();
                                view! { <tr class:sum=is_sum>{cells}</tr> }
                            })
                            .collect_view()
                    }}
                </tbody>
            </table>
        </div>
    }
}

/// A cell; `max` is what the longest bar of its column stands for. A sum keeps its place in the column without a bar.
fn cell_view(at: usize, cell: Cell, max: Option<f64>, is_sum: bool) -> AnyView {
    let number = value(&cell).filter(|_| !is_sum);
    let text = match &cell {
        Cell::Number(number, decimals) => format::decimal(*number, *decimals),
        Cell::Count(count) => format::decimal(f64::from(*count), 0),
        cell => cell.text(),
    };
    let text = match cell {
        Cell::Nothing => "\u{2013}".to_owned(),
        _ => text,
    };
    match (max, cell) {
        (Some(max), _) => {
            let share = format!("--share: {:.4}", number.unwrap_or(0.0) / max);
            view! {
                <td class="bar-cell" style=share>
                    <span>{text}</span>
                </td>
            }
            .into_any()
        }
        (None, Cell::Nothing) => view! { <td class="number muted">{text}</td> }.into_any(),
        (None, Cell::Session(id)) => {
            view! { <td><a href=format!("/sessions/{id}")>{text}</a></td> }.into_any()
        }
        (None, Cell::Text(_)) if at == 0 => view! { <th scope="row">{text}</th> }.into_any(),
        (None, Cell::Text(_)) => view! { <td>{text}</td> }.into_any(),
        (None, _) => view! { <td class="number">{text}</td> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_of_one_scale_can_be_compared_and_sums_have_none() {
        let row = |a: u32, b: f64| vec![Cell::Text("x".into()), Cell::Count(a), Cell::Number(b, 1)];
        let mut table = FigureTable {
            heads: vec![("Name", None), ("A", None), ("B", None)],
            rows: vec![row(3, 0.5), row(1, 8.0), row(4, 8.5)],
            sum: Some(Sum::LastRow),
        };
        assert_eq!(greatest(&table, Bars::Common), [None, Some(8.0), Some(8.0)]);
        assert_eq!(greatest(&table, Bars::Each), [None, Some(3.0), Some(8.0)]);
        assert_eq!(greatest(&table, Bars::None), [None; 3]);
        table.sum = Some(Sum::Column(2));
        assert_eq!(greatest(&table, Bars::Common), [None, Some(4.0), None]);
        table.rows = vec![row(0, 1.0)];
        assert_eq!(greatest(&table, Bars::Each), [None; 3]);
    }
}
