//! The approved frames of the object being worked on: where they are, and approving a whole span.

use super::corrections::{approved_frames, may_approve, span_to_here};
use super::editor::Editor;
use super::outbox::Outbox;
use super::tool_bar::hint;
use crate::components::erased::{Rows, reactive_view};
use crate::components::icon::{Icon, Shape};
use crate::later;
use canvas::Command;
use domain::{FrameNumber, FrameSpan, ObjectId, VideoSide, frame_spans};
use leptos::prelude::*;

/// What the list is about: an object in a video, of which an offline job has made masks.
#[derive(Clone, PartialEq)]
struct Subject {
    object: ObjectId,
    side: VideoSide,
    title: String,
    frames: u32,
}

/// Folded until somebody wants it; absent before the first offline job.
#[component]
pub(super) fn ApprovedFrames(editor: Editor, outbox: Outbox) -> impl IntoView {
    let subject = Memo::new(move |_| {
        let (object, side) = (editor.object()?, editor.side.get());
        let video = editor.video(side);
        let has_track = video.tracks.with(|tracks| {
            let mut tracks = tracks.iter();
            tracks.any(|track| track.object == object.id)
        });
        has_track.then(|| Subject {
            object: object.id,
            side,
            title: object.fields.title(),
            frames: video.frames,
        })
    });
    let is_open = RwSignal::new(false);
    reactive_view(move || {
        subject.get().map(|subject| {
            later!(
                workspace__masks,
                Panel(PanelProps {
                    editor,
                    outbox,
                    subject,
                    is_open
                })
            )
        })
    })
}

#[component]
fn Panel(
    editor: Editor,
    outbox: Outbox,
    subject: Subject,
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let Subject {
        object,
        side,
        title,
        frames,
    } = subject;
    let approved = Memo::new(move |_| approved_frames(editor, object, side));
    let count = move || match approved.with(Vec::len) {
        0 => format!("none of {frames}"),
        n => format!("{n} of {frames}"),
    };
    view! {
        <details
            class="approved"
            open=is_open.get_untracked()
            on:toggle=move |event| is_open.set(event_target::<web_sys::Element>(&event).has_attribute("open"))
        >
            <summary>
                {format!("Approved, {title}, {side}: ")} <span class="muted number">{count}</span>
            </summary>
            <ul aria-label="Approved frames">
                <Rows
                    each=move || approved.with(|approved| frame_spans(approved))
                    key=|span| *span
                    children=move |(from, to)| {
                        let span = FrameSpan { object, side, from, to };
                        view! { <Span editor outbox span /> }
                    }
                />
            </ul>
            <SpanForm editor outbox object side frames />
        </details>
    }
}

/// A span of approved frames: a way there, and a way out of the list.
#[component]
fn Span(editor: Editor, outbox: Outbox, span: FrameSpan) -> impl IntoView {
    let words = if span.from == span.to {
        format!("frame {}", span.from)
    } else {
        format!("frames {} to {}", span.from, span.to)
    };
    let short = if span.from == span.to {
        span.from.to_string()
    } else {
        format!("{}\u{2013}{}", span.from, span.to)
    };
    let there = format!("Go to approved {words}");
    let remove = format!("No longer approve {words}");
    view! {
        <li>
            <button
                type="button"
                class="link number"
                aria-label=there
                on:click:target=move |_| editor.go(Some(span.object), span.side, Some(span.from))
            >
                {short}
            </button>
            <button
                type="button"
                class="button icon-only quiet"
                aria-label=remove.clone()
                title=remove
                on:click:target=move |_| outbox.approve(span, false)
            >
                <Icon shape=Shape::Cross />
            </button>
        </li>
    }
}

/// Approves a span, or takes that back; ends with the shown frame until something else is typed.
#[component]
fn SpanForm(
    editor: Editor,
    outbox: Outbox,
    object: ObjectId,
    side: VideoSide,
    frames: u32,
) -> impl IntoView {
    let typed = RwSignal::new((None::<u32>, None::<u32>));
    let span = move || {
        let here = editor.video(side).frame.get();
        let from = span_to_here(editor).map_or(here, |span| span.from);
        let (first, last) = typed.get();
        FrameSpan {
            object,
            side,
            from: first.map_or(from, FrameNumber),
            to: last.map_or(here, FrameNumber),
        }
    };
    let set = move |approved: bool| {
        let span = untrack(span);
        if !approved || may_approve(editor, span) {
            outbox.approve(span, approved);
        }
        typed.set((None, None));
    };
    let last = frames.saturating_sub(1).to_string();
    view! {
        <form
            class="approved-span"
            aria-label="Approve a span"
            on:submit:target=move |event| {
                event.prevent_default();
                set(true);
            }
        >
            <label>
                "From "
                <input
                    type="number"
                    min="0"
                    max=last.clone()
                    prop:value=move || span().from.to_string()
                    on:input:target=move |event| typed.update(|typed| typed.0 = event.target().value().parse().ok())
                />
            </label>
            <label>
                "to "
                <input
                    type="number"
                    min="0"
                    max=last.clone()
                    prop:value=move || span().to.to_string()
                    on:input:target=move |event| typed.update(|typed| typed.1 = event.target().value().parse().ok())
                />
            </label>
            <button
                type="submit"
                class="button small"
                title=hint("Later jobs keep these masks", Command::ApproveSpan)
            >
                "Approve"
            </button>
            <button type="button" class="button small quiet" on:click:target=move |_| set(false)>
                "Remove"
            </button>
        </form>
    }
}
