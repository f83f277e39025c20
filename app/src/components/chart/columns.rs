//! Counts over time, as columns.

use super::axis::{Plot, labelled, marks};
use leptos::prelude::*;

/// The box of the chart; it is drawn in about as many pixels, so that its words have their size.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
const PLOT: Plot = Plot {
    left: 36.0,
    top: 24.0,
    width: WIDTH - 36.0 - 16.0,
    height: HEIGHT - 24.0 - 40.0,
};

/// Words below the columns at most.
const LABELS_MAX: usize = 8;

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnBar {
    /// Which time it stands for, in short.
    pub label: String,
    /// The same in full.
    pub title: String,
    /// How many.
    pub count: u32,
}

/// Columns from zero; the highest and the last say their value.
#[component]
pub fn ColumnChart(
    /// The columns.
    #[prop(into)]
    bars: Signal<Vec<ColumnBar>>,
    /// What is counted, with its unit: the name of the axis.
    #[prop(into)]
    unit: Signal<String>,
    /// What the columns stand for: the name of the other axis.
    #[prop(into)]
    time: Signal<String>,
) -> impl IntoView {
    let baseline = PLOT.top + PLOT.height;
    view! {
        <svg class="column-chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true" focusable="false">
            <text class="chart-unit" x="0" y="10">
                {unit}
            </text>
            {move || {
                let bars = bars.get();
                let counts: Vec<u32> = bars.iter().map(|bar| bar.count).collect();
                let max = counts.iter().max().copied().unwrap_or(0);
                let marks = marks(max);
                let top = marks.last().copied().unwrap_or(1);
                let words = labelled(bars.len(), LABELS_MAX);
                let highest = counts.iter().rposition(|count| *count == max && max > 0);
                let last = bars.len().checked_sub(1);
                let lines = marks
                    .iter()
                    .map(|mark| {
                        let y = PLOT.y(*mark, top);
                        view! {
                            <line class="chart-line" x1=PLOT.left x2={PLOT.left + PLOT.width} y1={y} y2={y} />
                            <text class="chart-mark" x={PLOT.left - 6.0} y={y + 4.0} text-anchor="end">
                                {*mark}
                            </text>
                        }
                    })
                    .collect_view();
                let columns = PLOT
                    .columns(&counts, top)
                    .into_iter()
                    .zip(bars)
                    .enumerate()
                    .map(|(at, (rect, bar))| {
                        let middle = rect.x + rect.width / 2.0;
                        let says_value = bar.count > 0 && (Some(at) == highest || Some(at) == last);
                        view! {
                            <rect class="chart-column" x=rect.x y=rect.y width=rect.width height=rect.height>
                                <title>{format!("{}: {}", bar.title, bar.count)}</title>
                            </rect>
                            {says_value
                                .then(|| {
                                    view! {
                                        <text class="chart-value" x=middle y={rect.y - 5.0} text-anchor="middle">
                                            {bar.count}
                                        </text>
                                    }
                                })}
                            {words
                                .contains(&at)
                                .then(|| {
                                    view! {
                                        <text class="chart-mark" x=middle y={baseline + 16.0} text-anchor="middle">
                                            {bar.label}
                                        </text>
                                    }
                                })}
                        }
                    })
                    .collect_view();
                view! {
                    <g>{lines}</g>
                    <g>{columns}</g>
                }
            }}
            <line class="chart-base" x1=PLOT.left x2={PLOT.left + PLOT.width} y1={baseline} y2={baseline} />
            <text class="chart-unit" x={PLOT.left + PLOT.width} y={HEIGHT - 4.0} text-anchor="end">
                {time}
            </text>
        </svg>
    }
}
