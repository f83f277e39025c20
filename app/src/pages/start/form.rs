//! The form with the two files and the scene type.

use super::send::send;
use super::{Phase, Start};
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use crate::components::progress::ProgressBar;
use crate::components::state::InlineError;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// File types that the file dialogs offer.
const ACCEPT: &str = "video/*,.mp4,.mov,.avi,.mkv,.webm,.m4v";

/// Scene types that the field suggests; any other text is fine.
const SCENE_TYPES: [&str; 8] = [
    "kitchen",
    "living room",
    "bedroom",
    "bathroom",
    "dining room",
    "office",
    "hallway",
    "workshop",
];

/// Two videos and a scene type, sent to the server as they are.
#[component]
pub(super) fn UploadForm(start: Start) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let busy = Memo::new(move |_| start.phase.get() != Phase::Choosing);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        start.error.set(None);
        if let Some(form) = form.get_untracked() {
            send(&form, start);
        }
    };
    view! {
        <form
            node_ref=form
            class="upload"
            action="/upload"
            method="post"
            enctype="multipart/form-data"
            aria-label="New Annotation"
            on:submit=submit
        >
            <label class="scene-type">
                "Scene type"
                <input
                    type="text"
                    name="scene_type"
                    required
                    maxlength="100"
                    list="scene-types"
                    autocomplete="off"
                    placeholder="kitchen"
                />
            </label>
            <datalist id="scene-types">
                {SCENE_TYPES.map(|scene| view! { <option value=scene></option> }).collect_view()}
            </datalist>
            <div class="file-pair">
                <FileField name="video1" title="Video 1" hint="before" busy />
                <FileField name="video2" title="Video 2" hint="after" busy />
            </div>
            <InlineError message=start.error />
            <div class="form-row actions">
                <button type="submit" class="button primary" disabled=busy>
                    "Upload"
                </button>
                <Sending start />
            </div>
        </form>
    }
}

/// A field for one video: choose it in a dialog, or drop it here.
#[component]
fn FileField(
    name: &'static str,
    title: &'static str,
    hint: &'static str,
    busy: Memo<bool>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let chosen = RwSignal::new(None::<(String, u64)>);
    let over = RwSignal::new(false);
    let read = move || {
        let file = input
            .get()
            .and_then(|input| input.files())
            .and_then(|files| files.get(0));
        chosen.set(file.map(|file| (file.name(), file.size() as u64)));
    };
    // A file may have been chosen before the page was ready to listen.
    Effect::new(move |_| read());
    view! {
        <label class="file-field" class:over=over class:filled=move || chosen.with(Option::is_some)>
            <span class="file-title">
                <Icon shape=Shape::Film />
                <strong>{title}</strong>
                <span class="muted">{hint}</span>
            </span>
            <span class="file-name">
                {move || match chosen.get() {
                    Some((name, size)) => format!("{name} · {}", format::bytes(size)),
                    None => "Drop a file here or choose one".to_owned(),
                }}
            </span>
            <span class="muted">"mp4, mov, avi, mkv, webm"</span>
            // Covers the field, so that the browser itself takes what is dropped.
            <input
                node_ref=input
                type="file"
                name=name
                accept=ACCEPT
                required
                aria-label=format!("{title}, {hint}")
                disabled=busy
                on:change=move |_| read()
                on:dragenter=move |_| over.set(true)
                on:dragleave=move |_| over.set(false)
                on:drop=move |_| over.set(false)
            />
        </label>
    }
}

/// How much of the files has been sent.
#[component]
fn Sending(start: Start) -> impl IntoView {
    let fraction = Signal::derive(move || match start.phase.get() {
        Phase::Sending { sent, total } if total > 0.0 => Some((sent / total) as f32),
        _ => None,
    });
    let words = move || match start.phase.get() {
        Phase::Sending { sent, total } if total > 0.0 && sent >= total => {
            "All sent. The server checks the files.".to_owned()
        }
        Phase::Sending { sent, total } => {
            format!(
                "{} of {} sent",
                format::bytes(sent as u64),
                format::bytes(total as u64)
            )
        }
        Phase::Drawing => "The server draws the example.".to_owned(),
        Phase::Choosing | Phase::Reading(_) => String::new(),
    };
    view! {
        <div class="sending">
            {move || {
                matches!(start.phase.get(), Phase::Sending { .. } | Phase::Drawing)
                    .then(|| view! { <ProgressBar fraction label="Upload" /> })
            }}
            <p class="muted" role="status">
                {words}
            </p>
        </div>
    }
}
