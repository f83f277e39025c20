//! The upload itself, through `XMLHttpRequest`, which alone reports the bytes that were sent.

use super::{Phase, Upload};
use crate::api;
use domain::SessionId;
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{FormData, HtmlFormElement, ProgressEvent, XmlHttpRequest};

/// What the server answers to an upload.
#[derive(Default, Deserialize)]
struct Answer {
    session: Option<SessionId>,
    error: Option<String>,
}

/// Sends the fields of `form` to `action`; follows the bytes and hands the outcome to `upload`.
pub(super) fn send(form: &HtmlFormElement, action: &str, upload: Upload) {
    if open(form, action, upload).is_none() {
        upload.fail("the browser cannot send the files: choose them again".into());
    }
}

fn open(form: &HtmlFormElement, action: &str, upload: Upload) -> Option<()> {
    let data = FormData::new_with_form(form).ok()?;
    let request = XmlHttpRequest::new().ok()?;
    request.open("POST", action).ok()?;

    let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        upload.phase.set(Phase::Sending {
            sent: event.loaded(),
            total: event.total(),
        });
    });
    let sending = request.upload().ok()?;
    sending.set_onprogress(Some(on_progress.into_js_value().unchecked_ref()));

    let finished = request.clone();
    let on_end = Closure::once_into_js(move || match outcome(&finished) {
        Ok(session) => upload.read(session),
        Err(reason) => upload.fail(reason),
    });
    request.set_onloadend(Some(on_end.unchecked_ref()));

    upload.phase.set(Phase::Sending {
        sent: 0.0,
        total: 0.0,
    });
    request.send_with_opt_form_data(Some(&data)).ok()
}

/// What became of a request that has ended.
fn outcome(request: &XmlHttpRequest) -> Result<SessionId, String> {
    let status = request.status().unwrap_or(0);
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let answer = api::read(&text).unwrap_or_default();
    match (status, answer) {
        (
            200..300,
            Answer {
                session: Some(session),
                ..
            },
        ) => Ok(session),
        (
            _,
            Answer {
                error: Some(error), ..
            },
        ) => Err(error),
        (0, _) => Err(
            "the connection broke before everything was sent: check that scenediff is running and \
                       that there is room on its disk, then upload again"
                .into(),
        ),
        _ => Err(format!(
            "the server answered the upload with status {status}: look into its log, then upload again"
        )),
    }
}
