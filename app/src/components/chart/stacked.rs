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

/// A part of the whole in percent.
fn percent(count: u32, total: u32) -> f64 {
    f64::from(count) * 100.0 / f64::from(total.max(1))
}

/// Least share in percent below which words have room.
const WORDS_MIN: f64 = 10.0;

/// A bar from nothing to all; each part says what it is and what share it has below it, where there is room.
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
                        let percent = percent(segment.count, total);
                        let words = format!("{} {percent:.0} %", segment.label);
                        let title = format!("{words}: {}", segment.count);
                        view! {
                            <div
                                class="stacked-part"
                                style=format!("width: {percent:.3}%")
                                title=title
                            >
                                <span class=format!("stacked-bar {}", segment.class)></span>
                                {(percent >= WORDS_MIN).then(|| view! { <span class="stacked-words">{words}</span> })}
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
    use super::percent;

    #[test]
    fn parts_fill_the_bar() {
        assert_eq!(percent(1, 4) + percent(3, 4), 100.0);
        assert_eq!(percent(0, 0), 0.0);
    }
}
