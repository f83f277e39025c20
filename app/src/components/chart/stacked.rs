//! The parts of a whole, as one bar with its words on it.

use leptos::prelude::*;

/// A part.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// What it is.
    pub label: String,
    /// How it is painted: a class of the style sheet.
    pub class: &'static str,
    /// How many.
    pub count: u32,
}

/// A part of the whole in percent, as a width.
fn width(count: u32, total: u32) -> String {
    format!("{:.3}%", f64::from(count) * 100.0 / f64::from(total.max(1)))
}

/// A bar from nothing to all; each part says what it is and what share it has, below it.
#[component]
pub fn StackedBar(
    /// The parts, in order; those of nothing are left out.
    #[prop(into)]
    segments: Signal<Vec<Segment>>,
) -> impl IntoView {
    view! {
        <div class="stacked" aria-hidden="true">
            {move || {
                let segments = segments.get();
                let total: u32 = segments.iter().map(|segment| segment.count).sum();
                segments
                    .into_iter()
                    .filter(|segment| segment.count > 0)
                    .map(|segment| {
                        let percent = f64::from(segment.count) * 100.0 / f64::from(total.max(1));
                        let words = format!("{} {percent:.0} %", segment.label);
                        view! {
                            <div
                                class="stacked-part"
                                style=format!("width: {}", width(segment.count, total))
                                title=format!("{words}: {}", segment.count)
                            >
                                <span class=format!("stacked-bar {}", segment.class)></span>
                                <span class="stacked-words">{words}</span>
                            </div>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn parts_fill_the_bar() {
        assert_eq!(width(1, 4), "25.000%");
        assert_eq!(width(4, 4), "100.000%");
        assert_eq!(width(0, 0), "0.000%");
    }
}
