//! What surrounds every chart: its finding as a title, what is shown, and the way to its figures.

use super::table::{Bars, TableView};
use domain::FigureTable;
use leptos::prelude::*;

/// A chart with its title; what it is drawn from can be opened and downloaded.
#[component]
pub fn ChartFrame(
    /// What the chart finds.
    #[prop(into)]
    finding: Signal<String>,
    /// What is shown.
    #[prop(into)]
    shown: Signal<String>,
    /// The table behind it; none when the chart is one itself.
    #[prop(optional, into)]
    table: Option<Signal<FigureTable>>,
    /// The address of the file.
    #[prop(into)]
    csv: Signal<String>,
    /// The chart.
    children: Children,
) -> impl IntoView {
    view! {
        <figure class="chart">
            <figcaption>
                <h3>{finding}</h3>
                <p class="muted">
                    {shown} " "
                    <a class="csv" href=csv download aria-label=move || format!("CSV: {}", shown.get())>
                        "CSV"
                    </a>
                </p>
            </figcaption>
            {children()}
            {table
                .map(|table| {
                    view! {
                        <details class="chart-table">
                            <summary>"The figures as a table"</summary>
                            <TableView table bars=Bars::None label=finding />
                        </details>
                    }
                })}
        </figure>
    }
}
