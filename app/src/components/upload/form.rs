//! The form around the fields, sent to the server as it is: by a script that counts the bytes, or by the browser.

use super::send::send;
use super::{Phase, Upload};
use crate::components::format;
use crate::components::progress::ProgressBar;
use crate::components::state::InlineError;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// A form that makes a session of files.
#[component]
pub fn UploadForm(
    /// The upload.
    upload: Upload,
    /// Where it is sent.
    action: &'static str,
    /// What it is called.
    title: &'static str,
    /// Its fields.
    children: Children,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let busy = upload.busy();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        upload.error.set(None);
        if let Some(form) = form.get_untracked() {
            send(&form, action, upload);
        }
    };
    view! {
        <form
            node_ref=form
            class="upload"
            action=action
            method="post"
            enctype="multipart/form-data"
            aria-label=title
            on:submit=submit
        >
            {children()}
            <InlineError message=upload.error />
            <div class="form-row actions">
                <button type="submit" class="button primary" disabled=busy>
                    "Upload"
                </button>
                <Sending upload />
            </div>
        </form>
    }
}

/// How much of the files has been sent.
#[component]
fn Sending(upload: Upload) -> impl IntoView {
    let fraction = Signal::derive(move || match upload.phase.get() {
        Phase::Sending { sent, total } if total > 0.0 => Some((sent / total) as f32),
        _ => None,
    });
    let words = move || match upload.phase.get() {
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
                matches!(upload.phase.get(), Phase::Sending { .. } | Phase::Drawing)
                    .then(|| view! { <ProgressBar fraction label="Upload" /> })
            }}
            <p class="muted" role="status">
                {words}
            </p>
        </div>
    }
}
