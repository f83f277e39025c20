//! The timelines of one video: a lane for every object.

use super::format;
use super::sight::reveal;
use crate::components::cut::ObjectTitle;
use crate::components::erased::Rows;
use canvas::{
    LANE_HEIGHT, reached_spans, score_path, seen_spans, spans_path, suspects, ticks_path,
};
use domain::{FrameKey, FrameNumber, Object, ObjectId, Track, TrackSample, VideoSide};
use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What the lanes of a video show.
#[derive(Clone, Copy)]
pub struct LaneSignals {
    /// The objects, in order.
    pub objects: Signal<Vec<Object>>,
    /// The frames that have prompts, in order, in both videos.
    pub prompted: Signal<Vec<FrameKey>>,
    /// What the last offline job made of the objects in this video.
    pub tracks: Signal<Vec<Track>>,
    /// The object that is worked on.
    pub selected: Signal<Option<ObjectId>>,
}

/// The lanes of one video, in the order of the objects, so that those of both videos lie beside each other.
#[component]
pub fn Lanes(
    /// The video.
    side: VideoSide,
    /// Rows of its timeline.
    frames: u32,
    /// The frame that is shown.
    #[prop(into)]
    frame: Signal<FrameNumber>,
    /// What is shown.
    signals: LaneSignals,
    /// Called with the object whose lane was pressed, and the frame where there is one.
    #[prop(into)]
    on_go: Callback<(ObjectId, Option<FrameNumber>)>,
) -> impl IntoView {
    let rows = Memo::new(move |_| {
        signals.objects.with(|objects| {
            let rows = objects.iter().map(|object| Row {
                id: object.id,
                title: object.fields.title(),
                colour: format::css_colour(object.rgb()),
                is_here: object.fields.is_in(side),
            });
            rows.collect::<Vec<_>>()
        })
    });
    let playhead = move || {
        let share = f64::from(frame.get().0) / f64::from(steps(frames));
        format!("--at: {share:.5}; --lanes: {}", rows.with(Vec::len))
    };
    view! {
        <div class="lanes" role="group" aria-label=format!("Timeline of {side}") style=playhead>
            <Rows each=move || rows.get() key=|row| row.clone() let:row>
                <Lane side frames row signals on_go />
            </Rows>
            <div class="playhead" hidden=move || rows.with(Vec::is_empty)></div>
        </div>
    }
}

/// From the first frame to the last; the slider of the frames has as many.
fn steps(frames: u32) -> u32 {
    frames.saturating_sub(1).max(1)
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Row {
    id: ObjectId,
    title: String,
    colour: String,
    is_here: bool,
}

/// What a lane shows, as paths.
#[derive(Clone, Default, PartialEq)]
struct Drawing {
    reached: String,
    seen: String,
    score: String,
    suspects: String,
    approved: String,
    prompts: String,
    words: String,
}

#[component]
fn Lane(
    side: VideoSide,
    frames: u32,
    row: Row,
    signals: LaneSignals,
    on_go: Callback<(ObjectId, Option<FrameNumber>)>,
) -> impl IntoView {
    let id = row.id;
    if !row.is_here {
        return view! {
            <div class="lane absent">
                <span class="lane-colour"></span>
                <span class="lane-name"><ObjectTitle title=row.title /></span>
                <span class="lane-track"><span class="muted">{format!(" is not in {side}")}</span></span>
            </div>
        }
        .into_any();
    }
    let drawing = Memo::new(move |_| {
        let prompted = prompted(signals, id, side);
        signals.tracks.with(|tracks| {
            let track = tracks.iter().find(|track| track.object == id);
            draw(track, &prompted)
        })
    });
    let title = row.title.clone();
    let label = move || format!("{title} in {side}: {}", drawing.with(|d| d.words.clone()));
    let is_selected = Memo::new(move |_| signals.selected.get() == Some(id));
    let lane = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let (true, Some(lane)) = (is_selected.get(), lane.get()) {
            reveal(&lane, ".lanes");
        }
    });
    let to = move |event: MouseEvent| {
        let frame = place(&event, frames)
            .or_else(|| untrack(|| prompted(signals, id, side)).first().copied())
            .map(FrameNumber);
        on_go.run((id, frame));
    };
    let path = move |class: &'static str, of: fn(&Drawing) -> String| {
        view! { <path class=class d=move || drawing.with(of) /> }
    };
    view! {
        <button
            type="button"
            node_ref=lane
            class="lane"
            class:selected=is_selected
            style=format!("--object: {}", row.colour)
            aria-label=label.clone()
            title=label
            on:click=to
        >
            <span class="lane-colour"></span>
            <span class="lane-name"><ObjectTitle title=row.title /></span>
            <span class="lane-track">
                // From the middle of the first frame to that of the last, where the thumb of the slider stands.
                <svg
                    viewBox=format!("0.5 0 {} {LANE_HEIGHT}", steps(frames))
                    preserveAspectRatio="none"
                    aria-hidden="true"
                >
                    {path("lane-reached", |d| d.reached.clone())}
                    {path("lane-seen", |d| d.seen.clone())}
                    {path("lane-score", |d| d.score.clone())}
                    {path("lane-suspects", |d| d.suspects.clone())}
                    {path("lane-approved", |d| d.approved.clone())}
                    {path("lane-prompts", |d| d.prompts.clone())}
                </svg>
            </span>
        </button>
    }
    .into_any()
}

/// The frames of a video on which an object has clicks, in order.
fn prompted(signals: LaneSignals, object: ObjectId, side: VideoSide) -> Vec<u32> {
    signals.prompted.with(|keys| {
        let of_lane = keys
            .iter()
            .filter(|key| key.object == object && key.side == side);
        of_lane.map(|key| key.frame.0).collect()
    })
}

fn draw(track: Option<&Track>, prompted: &[u32]) -> Drawing {
    let (samples, approved): (&[TrackSample], &[FrameNumber]) =
        track.map_or((&[], &[]), |track| (&track.samples, &track.approved));
    let seen = seen_spans(samples);
    let suspects = suspects(samples);
    let count: u32 = seen.iter().map(|(from, to)| to - from).sum();
    let mut words = vec![match prompted.len() {
        1 => "clicks on 1 frame".to_owned(),
        n => format!("clicks on {n} frames"),
    }];
    if !samples.is_empty() {
        words.push(format!("seen on {count} of {} frames", samples.len()));
        words.push(match suspects.len() {
            0 => "nothing suspect".to_owned(),
            1 => "1 suspect place".to_owned(),
            n => format!("{n} suspect places"),
        });
    }
    if !approved.is_empty() {
        words.push(format!("{} approved", approved.len()));
    }
    Drawing {
        reached: spans_path(&reached_spans(samples), LANE_HEIGHT / 2.0),
        seen: spans_path(&seen, LANE_HEIGHT / 2.0),
        score: score_path(samples),
        suspects: ticks_path(suspects.iter().map(|s| s.frame.0), 0.0, LANE_HEIGHT),
        approved: ticks_path(approved.iter().map(|frame| frame.0), 0.0, LANE_HEIGHT),
        // A stroke of no length is a dot.
        prompts: ticks_path(
            prompted.iter().copied(),
            LANE_HEIGHT / 2.0,
            LANE_HEIGHT / 2.0,
        ),
        words: words.join(", "),
    }
}

/// The frame below the pointer; none for a press of the keyboard or of the name before the timeline.
fn place(event: &MouseEvent, frames: u32) -> Option<u32> {
    if event.detail() == 0 {
        return None;
    }
    let lane = event
        .current_target()?
        .dyn_into::<web_sys::Element>()
        .ok()?;
    let find = |query: &str| Some(lane.query_selector(query).ok()??.get_bounding_client_rect());
    let (track, drawing) = (find(".lane-track")?, find("svg")?);
    let x = f64::from(event.client_x());
    if x < track.left() {
        return None;
    }
    let share = (x - drawing.left()) / drawing.width().max(1.0);
    let frame = (share * f64::from(steps(frames))).round();
    Some((frame.max(0.0) as u32).min(frames.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_says_in_words_what_it_shows() {
        assert_eq!(draw(None, &[4]).words, "clicks on 1 frame");
        let samples: Vec<TrackSample> = (0..20)
            .map(|frame| TrackSample {
                frame: FrameNumber(frame),
                score: if frame == 9 { -4.0 } else { 8.0 },
                area: 300,
                x: 5.0,
                y: 5.0,
                agreement: None,
            })
            .collect();
        let track = Track {
            object: ObjectId(1),
            samples,
            approved: vec![FrameNumber(4)],
            clicks: Vec::new(),
        };
        let drawing = draw(Some(&track), &[0, 7]);
        assert_eq!(
            drawing.words,
            "clicks on 2 frames, seen on 20 of 20 frames, 1 suspect place, 1 approved"
        );
        assert_eq!(drawing.prompts, "M0.5 5V5M7.5 5V5");
        assert_eq!(drawing.suspects, "M9.5 0V10");
        assert_eq!(drawing.approved, "M4.5 0V10");
    }
}
