//! A table of figures, in which numbers can have bars.

use super::term::Term;
use crate::components::format;
use domain::{Cell, FigureTable};
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

/// The greatest value of each column; of all together where they have one scale.
fn greatest(table: &FigureTable, bars: Bars) -> Vec<f64> {
    let of_column = |column: usize| {
        let values = table.rows.iter().filter_map(|row| value(&row[column]));
        values.fold(0.0, f64::max)
    };
    let columns: Vec<f64> = (0..table.heads.len()).map(of_column).collect();
    match bars {
        Bars::None => vec![0.0; columns.len()],
        Bars::Each => columns,
        Bars::Common => {
            let all = columns.iter().copied().fold(0.0, f64::max);
            vec![all; columns.len()]
        }
    }
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
            <table class="figures">
                <caption class="visually-hidden">{label}</caption>
                <thead>
                    <tr>
                        {move || {
                            let table = table.get();
                            let numbers: Vec<bool> = (0..table.heads.len())
                                .map(|at| {
                                    let mut cells = table.rows.iter().map(|row| &row[at]);
                                    cells.any(|cell| value(cell).is_some())
                                })
                                .collect();
                            table
                                .heads
                                .into_iter()
                                .zip(numbers)
                                .map(|((title, figure), is_number)| {
                                    view! {
                                        <th scope="col" class:number=is_number>
                                            {match figure {
                                                Some(figure) => {
                                                    view! { <Term figure title /> }.into_any()
                                                }
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
                        table
                            .rows
                            .into_iter()
                            .map(|row| {
                                let cells = row
                                    .into_iter()
                                    .zip(&greatest)
                                    .enumerate()
                                    .map(|(at, (cell, max))| cell_view(at, cell, *max))
                                    .collect_view();
                                view! { <tr>{cells}</tr> }
                            })
                            .collect_view()
                    }}
                </tbody>
            </table>
        </div>
    }
}

fn cell_view(at: usize, cell: Cell, max: f64) -> AnyView {
    let number = value(&cell);
    let text = match &cell {
        Cell::Number(number, decimals) => format::decimal(*number, *decimals),
        Cell::Count(count) => format::decimal(f64::from(*count), 0),
        cell => cell.text(),
    };
    match (number, cell) {
        (Some(value), _) if max > 0.0 => {
            let share = format!("--share: {:.4}", value / max);
            view! {
                <td class="number bar-cell" style=share>
                    {text}
                </td>
            }
            .into_any()
        }
        (Some(_), _) => view! { <td class="number">{text}</td> }.into_any(),
        (_, Cell::Nothing) => view! { <td class="number muted">"\u{2013}"</td> }.into_any(),
        (_, Cell::Session(id)) => {
            view! { <td><a href=format!("/sessions/{id}")>{text}</a></td> }.into_any()
        }
        _ if at == 0 => view! { <th scope="row">{text}</th> }.into_any(),
        _ => view! { <td>{text}</td> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_of_one_scale_can_be_compared() {
        let row = |a: u32, b: f64| vec![Cell::Text("x".into()), Cell::Count(a), Cell::Number(b, 1)];
        let table = FigureTable {
            heads: vec![("Name", None), ("A", None), ("B", None)],
            rows: vec![row(3, 0.5), row(1, 8.0)],
        };
        assert_eq!(greatest(&table, Bars::Common), [8.0; 3]);
        assert_eq!(greatest(&table, Bars::Each), [0.0, 3.0, 8.0]);
        assert_eq!(greatest(&table, Bars::None), [0.0; 3]);
    }
}
