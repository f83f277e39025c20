//! What people write to each other about a session: the list, the conversation that is open, and a comment to be written.

mod conversation;
mod draft;
mod list;
mod send;

pub use list::ThreadList;

use crate::api::{self, ApiError};
use crate::components::erased::reactive_view;
use crate::later;
use crate::live::use_live;
use canvas::{PinMark, pin_marks};
use conversation::{Conversation, ConversationProps};
use domain::{FrameNumber, LiveEvent, Object, Pin, SessionId, Thread, ThreadId, VideoSide};
use draft::{DraftForm, DraftFormProps};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The conversations of a session; a cheap handle.
#[derive(Clone, Copy)]
pub struct Threads {
    session: StoredValue<SessionId>,
    objects: Signal<Vec<Object>>,
    list: RwSignal<Vec<Thread>>,
    /// Why they could not be loaded.
    problem: RwSignal<Option<String>>,
    /// The conversation that is open on the screen.
    pub chosen: RwSignal<Option<ThreadId>>,
    /// Where the comment that is being written belongs.
    pub draft: RwSignal<Option<Pin>>,
}

impl Threads {
    /// The conversations as the server has them; follows its events for as long as the calling component lives.
    #[must_use]
    pub fn new(
        session: SessionId,
        objects: Signal<Vec<Object>>,
        outcome: Result<Vec<Thread>, ApiError>,
    ) -> Self {
        let (list, problem) = match outcome {
            Ok(list) => (list, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let threads = Self {
            session: StoredValue::new(session.clone()),
            objects,
            list: RwSignal::new(list),
            problem: RwSignal::new(problem),
            chosen: RwSignal::new(None),
            draft: RwSignal::new(None),
        };
        let live = use_live();
        live.on_event(move |event| {
            if matches!(event, LiveEvent::Comments { session: of } if *of == session) {
                threads.reload();
            }
        });
        Effect::new(move |before: Option<()>| {
            live.reconnects().track();
            if before.is_some() {
                threads.reload();
            }
        });
        threads
    }

    /// Loads them again.
    pub fn reload(self) {
        let session = self.session.get_value();
        spawn_local(async move {
            match api::comments::list_threads(session).await {
                Ok(fresh) => {
                    self.problem.try_set(None);
                    self.list.try_set(fresh);
                }
                Err(error) => {
                    self.problem.try_set(Some(error.to_string()));
                }
            }
        });
    }

    /// How many are not settled.
    #[must_use]
    pub fn open(self) -> usize {
        self.list
            .with(|list| list.iter().filter(|thread| thread.is_open()).count())
    }

    /// Whether nobody has written anything.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.list.with(Vec::is_empty)
    }

    /// The pins of a frame.
    #[must_use]
    pub fn pins(self, side: VideoSide, frame: FrameNumber) -> Vec<PinMark> {
        let (chosen, draft) = (self.chosen.get(), self.draft.get());
        self.list.with(|list| {
            self.objects
                .with(|objects| pin_marks(list, objects, (side, frame), chosen, draft.as_ref()))
        })
    }

    /// Where a conversation is pinned.
    #[must_use]
    pub fn pin_of(self, id: ThreadId) -> Option<Pin> {
        self.list.with(|list| {
            let thread = list.iter().find(|thread| thread.id == id);
            thread.map(|thread| thread.pin)
        })
    }

    /// Begins a comment at a place; the conversation that was open is closed.
    pub fn begin(self, pin: Pin) {
        self.chosen.set(None);
        self.draft.set(Some(pin));
    }

    /// Opens a conversation; a comment that is being written is given up.
    pub fn choose(self, id: ThreadId) {
        self.draft.set(None);
        self.chosen.set(Some(id));
    }

    /// Closes what is open.
    pub fn close(self) {
        self.draft.set(None);
        self.chosen.set(None);
    }

    /// An object as people call it; one that was removed has no name here.
    fn title(self, pin: &Pin) -> Option<String> {
        let id = pin.object?;
        self.objects.with(|objects| {
            let object = objects.iter().find(|object| object.id == id);
            Some(object.map_or_else(
                || "a removed object".to_owned(),
                |object| object.fields.title(),
            ))
        })
    }

    /// The place of a pin in words: `cup 1, video 2, frame 120`.
    fn place(self, pin: &Pin) -> String {
        let title = self.title(pin).map(|title| format!("{title}, "));
        format!(
            "{}{}, frame {}",
            title.unwrap_or_default(),
            pin.side,
            pin.frame
        )
    }
}

/// The comment that is being written, or the conversation that is open; it lies over the page.
#[component]
pub fn OpenThread(
    /// The conversations.
    threads: Threads,
) -> impl IntoView {
    // The place may change while the text is being written.
    let writes = Memo::new(move |_| threads.draft.with(Option::is_some));
    let open = Memo::new(move |_| {
        let id = threads.chosen.get()?;
        threads.pin_of(id).map(|_| id)
    });
    reactive_view(move || {
        if writes.get() {
            return later!(
                review_and_workspace__threads,
                DraftForm(DraftFormProps { threads })
            );
        }
        match open.get() {
            Some(id) => later!(
                review_and_workspace__threads,
                Conversation(ConversationProps { threads, id })
            ),
            None => ().into_any(),
        }
    })
}
