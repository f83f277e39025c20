//! How far work has come.

use super::format;
use domain::JobProgress;
use leptos::prelude::*;

/// A bar that fills; without a known share it shows that something runs.
#[component]
pub fn ProgressBar(
    /// Share done, 0 to 1, when it is known.
    #[prop(into)]
    fraction: Signal<Option<f32>>,
    /// What is measured, for screen readers.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! { <progress max="1" value=move || fraction.get() aria-label=label></progress> }
}

/// The ring of the navigation bar: empty when nothing runs.
#[component]
pub fn ProgressRing(
    /// Share done, 0 to 1; none when nothing runs.
    #[prop(into)]
    fraction: Signal<Option<f32>>,
) -> impl IntoView {
    // A running job shows at least a small arc, so that it differs from an idle queue.
    let arc = move || {
        let share = fraction.get().map_or(0.0, |share| share.clamp(0.03, 1.0));
        format!("{:.1} 100", share * 100.0)
    };
    view! {
        <svg class="ring" viewBox="0 0 18 18" width="18" height="18" aria-hidden="true" focusable="false">
            <circle class="ring-track" cx="9" cy="9" r="7" />
            <circle class="ring-arc" cx="9" cy="9" r="7" pathLength="100" stroke-dasharray=arc />
        </svg>
    }
}

/// The progress of a job in words: `128 of 300 frames · 4.2 frames/s · 41 s left · video 2, backward`.
#[must_use]
pub fn progress_words(progress: &JobProgress) -> String {
    let mut parts = Vec::new();
    if progress.total > 0 {
        parts.push(format!("{} of {} frames", progress.done, progress.total));
    } else if progress.done > 0 {
        parts.push(format!("{} frames", progress.done));
    }
    if progress.fps > 0.0 {
        parts.push(format!("{:.1} frames/s", progress.fps));
    }
    if let Some(left) = progress.seconds_left() {
        parts.push(format!("{} left", format::seconds(left)));
    }
    if !progress.stage.is_empty() {
        parts.push(progress.stage.clone());
    }
    parts.join(" · ")
}

/// The share done, when it is known.
#[must_use]
pub fn known_fraction(progress: &JobProgress) -> Option<f32> {
    (progress.total > 0).then(|| progress.fraction())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_only_what_is_known() {
        let mut progress = JobProgress::default();
        assert_eq!(progress_words(&progress), "");
        assert_eq!(known_fraction(&progress), None);
        progress.done = 128;
        progress.total = 300;
        progress.fps = 4.25;
        progress.stage = "video 2, backward".into();
        assert_eq!(
            progress_words(&progress),
            "128 of 300 frames · 4.2 frames/s · 40 s left · video 2, backward"
        );
    }
}
