//! A text of the review that saves itself a moment after it was typed.

use super::Shown;
use crate::api::{self, ApiError};
use crate::components::erased::reactive_view;
use crate::components::format;
use crate::components::leaving::ask_before_leaving;
use domain::{COMMENT_MAX, ObjectId, SessionId, Signed};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The wait after the last key before the text is saved.
const REST: Duration = Duration::from_millis(700);

/// Which text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// The comment on an object.
    Object(ObjectId),
    /// The comment on the session as a whole.
    Session(SessionId),
    /// The name of the reviewer.
    Reviewer(SessionId),
}

impl Text {
    async fn save(self, text: String) -> Result<(), ApiError> {
        match self {
            Self::Object(object) => api::reviews::comment_on_object(object, text).await,
            Self::Session(session) => api::reviews::comment_on_session(session, text).await,
            Self::Reviewer(session) => api::reviews::set_reviewer(session, text).await,
        }
    }

    /// The id of its field in the document.
    fn id(&self) -> String {
        match self {
            Self::Object(object) => field_id(*object),
            Self::Session(_) => "comment-on-session".into(),
            Self::Reviewer(_) => "reviewer".into(),
        }
    }
}

/// The id of the field with the comment on an object.
pub(super) fn field_id(object: ObjectId) -> String {
    format!("comment-{object}")
}

/// Texts on their way to the server. The task that sends them holds it, too: it ends when all are there, whatever becomes of the
/// page.
#[derive(Default)]
struct Line {
    next: Option<String>,
    is_sending: bool,
}

/// What is being typed.
#[derive(Clone, Copy)]
struct Draft {
    shown: Shown,
    text: StoredValue<Text>,
    /// What was typed and is not what others see; what they write meanwhile does not disturb it.
    typed: RwSignal<Option<String>>,
    /// What is to be sent next, if anything, and whether something is on its way.
    line: StoredValue<Arc<Mutex<Line>>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// A field; whoever may not judge reads its text.
#[component]
pub(super) fn SavedText(
    /// What the parts of the page share.
    shown: Shown,
    /// Which text.
    text: Text,
    /// What it is, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// What the server has.
    #[prop(into)]
    stored: Signal<String>,
) -> impl IntoView {
    let id = text.id();
    let is_name = matches!(text, Text::Reviewer(_));
    let draft = Draft {
        shown,
        text: StoredValue::new(text),
        typed: RwSignal::new(None),
        line: StoredValue::new(Arc::default()),
        timer: StoredValue::new(None),
    };
    // Whoever goes to another page while typing has it sent all the same; a page that is closed asks first, and saves meanwhile.
    on_cleanup(move || draft.save());
    ask_before_leaving(move || {
        draft.save();
        draft.typed.with_untracked(Option::is_some)
    });
    let value = move || draft.typed.get().unwrap_or_else(|| stored.get());
    let state = move || draft.typed.with(Option::is_some).then_some("unsaved");
    reactive_view(move || {
        let id = id.clone();
        if !shown.may_judge.get() {
            return view! { <p class="said" id=id>{move || stored.get()}</p> }.into_any();
        }
        if is_name {
            return view! {
                <input
                    type="text"
                    id=id
                    maxlength="100"
                    autocomplete="name"
                    aria-label=label
                    data-state=state
                    value=untrack(value)
                    prop:value=value
                    on:input:target=move |event| draft.type_in(event.target().value())
                    on:change:target=move |_| draft.save()
                    on:keydown=leave_with_escape
                />
            }
            .into_any();
        }
        view! {
            <textarea
                id=id
                rows="1"
                maxlength=COMMENT_MAX.to_string()
                aria-label=label
                data-state=state
                prop:value=value
                on:input:target=move |event| draft.type_in(event.target().value())
                on:change:target=move |_| draft.save()
                on:keydown=leave_with_escape
            >
                {untrack(value)}
            </textarea>
        }
        .into_any()
    })
}

impl Draft {
    fn stop_timer(self) {
        let timer = self.timer.try_update_value(Option::take).flatten();
        if let Some(timer) = timer {
            timer.clear();
        }
    }

    fn type_in(self, text: String) {
        self.typed.set(Some(text));
        self.stop_timer();
        let timer = set_timeout_with_handle(move || self.save(), REST);
        self.timer.set_value(timer.ok());
    }

    /// Sends what was typed; one text after the other, so that the last one stays.
    fn save(self) {
        self.stop_timer();
        let Some(typed) = self.typed.try_get_untracked().flatten() else {
            return;
        };
        let line = self.line.get_value();
        {
            let mut line = lock(&line);
            line.next = Some(typed);
            if line.is_sending {
                return;
            }
            line.is_sending = true;
        }
        let text = self.text.get_value();
        self.shown.store(async move {
            let mut outcome = Ok(());
            while let Some(sent) = take_next(&line) {
                outcome = text.clone().save(sent.clone()).await;
                if outcome.is_ok() {
                    self.saved(sent);
                }
            }
            outcome
        });
    }

    fn saved(self, sent: String) {
        // It may be an older text, and the page may be gone.
        if self.typed.try_get_untracked().flatten().as_ref() == Some(&sent) {
            self.settle(sent);
        }
    }

    /// Nothing was typed since; what the server has now is shown again, without the spaces around it.
    fn settle(self, sent: String) {
        let shown = self.shown.review;
        let text = self.text.get_value();
        shown.try_update(|review| match text {
            Text::Object(object) => {
                let said = review.objects.iter_mut().find(|said| said.object == object);
                if let Some(said) = said {
                    said.comment = sent;
                }
            }
            Text::Session(_) => review.comment = sent,
            Text::Reviewer(_) => review.reviewer = sent,
        });
        self.typed.try_set(None);
    }
}

/// The next text to be sent; without one, nothing is on its way any more.
fn take_next(line: &Mutex<Line>) -> Option<String> {
    let mut line = lock(line);
    let next = line.next.take();
    line.is_sending = next.is_some();
    next
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the keys back to the page.
fn leave_with_escape(event: KeyboardEvent) {
    if event.key() == "Escape" {
        let field = event
            .target()
            .and_then(|t| t.dyn_into::<HtmlElement>().ok());
        if let Some(field) = field {
            let _ = field.blur();
        }
    }
}

/// Who wrote last, and when; nothing where nobody signs in.
pub(super) fn signature(signed: &Signed) -> Option<impl IntoView + use<>> {
    let name = signed.by.clone()?;
    let at = signed.at.clone();
    Some(view! {
        <p class="signature muted">
            {name}
            " "
            <time datetime=at.clone()>{format::minute(&at)}</time>
        </p>
    })
}
