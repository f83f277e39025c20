//! Fields for files: choose one in a dialog, or drop it.

use super::Upload;
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use leptos::html;
use leptos::prelude::*;

/// File types that the dialogs of videos offer.
const VIDEOS: &str = "video/*,.mp4,.mov,.avi,.mkv,.webm,.m4v";

/// The fields for both videos.
#[component]
pub fn FilePair(
    /// The upload.
    upload: Upload,
) -> impl IntoView {
    let kinds = "mp4, mov, avi, mkv, webm";
    view! {
        <div class="file-pair">
            <FileField upload name="video1" title="Video 1" hint="before" kinds accept=VIDEOS />
            <FileField upload name="video2" title="Video 2" hint="after" kinds accept=VIDEOS />
        </div>
    }
}

/// A field for one file.
#[component]
pub fn FileField(
    /// The upload.
    upload: Upload,
    /// Its name in the form.
    name: &'static str,
    /// What it is called.
    title: &'static str,
    /// What it is, in a word or two.
    hint: &'static str,
    /// The kinds of file, for people.
    kinds: &'static str,
    /// The same for the dialog.
    accept: &'static str,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let busy = upload.busy();
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
            <span class="muted">{kinds}</span>
            // Covers the field, so that the browser itself takes what is dropped.
            <input
                node_ref=input
                type="file"
                name=name
                accept=accept
                required
                aria-label=format!("{title}, {hint}")
                disabled=busy
                on:change:target=move |_| read()
                on:dragenter:target=move |_| over.set(true)
                on:dragleave:target=move |_| over.set(false)
                on:drop:target=move |_| over.set(false)
            />
        </label>
    }
}
