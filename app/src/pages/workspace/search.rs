//! Looking for the object being worked on in the other video. What is found is suggested; only what a person accepts is stored.

use super::editor::{Editor, Notice};
use super::outbox::Outbox;
use crate::api;
use crate::live::use_live;
use canvas::Suggestions;
use domain::{
    Candidate, FrameKey, FrameNumber, LiveEvent, Object, ObjectId, PromptAction, Search, SearchId,
    VideoSide,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How far the search is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Searching {
    /// Nobody looks for anything.
    Off,
    /// Frames are being compared.
    Running {
        /// The search; none while the server is being asked for it.
        id: Option<SearchId>,
        /// The object.
        object: ObjectId,
        /// The video that is searched.
        side: VideoSide,
        /// Steps done.
        done: u32,
        /// Steps in all; 0 before the first.
        total: u32,
    },
    /// Something was found.
    Suggested(Suggestions),
}

/// Follows the searches of this page for as long as the calling component lives.
pub(super) fn follow(editor: Editor) {
    let live = use_live();
    let session = editor.session();
    live.on_event(move |event| {
        if let LiveEvent::Search {
            session: of,
            search,
            done,
            total,
        } = event
            && *of == session
            && running(editor) == Some(*search)
        {
            if done < total {
                progress(editor, *done, *total);
            } else {
                look(editor, *search);
            }
        }
    });
    Effect::new(move |before: Option<()>| {
        live.reconnects().track();
        if let (Some(()), Some(search)) = (before, running(editor)) {
            look(editor, search);
        }
    });
}

/// The video in which an object is to be looked for: the one being worked on when it has no clicks there, else the other,
/// provided that there is a mask to look for. None without one.
pub(super) fn target(editor: Editor, object: &Object) -> Option<VideoSide> {
    let side = editor.side.get();
    let known = |side| is_clicked(editor, object.id, side) || is_seen(editor, object.id, side);
    if !is_clicked(editor, object.id, side) && known(side.other()) {
        Some(side)
    } else if known(side) {
        Some(side.other())
    } else {
        None
    }
}

/// Whether looking for the object being worked on in a video would help: it is in both, only the other knows it yet, and
/// nobody looks already.
pub(super) fn helps(editor: Editor, side: VideoSide) -> Option<Object> {
    let object = editor.object()?;
    let other = side.other();
    let in_both = object.fields.is_in(side) && object.fields.is_in(other);
    let known = is_clicked(editor, object.id, other) || is_seen(editor, object.id, other);
    let is_off = editor.search.with(|search| *search == Searching::Off);
    (in_both && known && is_off && !is_clicked(editor, object.id, side)).then_some(object)
}

fn is_clicked(editor: Editor, object: ObjectId, side: VideoSide) -> bool {
    editor.data.with(|data| {
        let mut keys = data.prompts.iter().map(|frame| frame.key);
        keys.any(|key| key.object == object && key.side == side)
    })
}

fn is_seen(editor: Editor, object: ObjectId, side: VideoSide) -> bool {
    editor.video(side).tracks.with(|tracks| {
        let mut samples = tracks
            .iter()
            .filter(|track| track.object == object)
            .flat_map(|track| &track.samples);
        samples.any(|sample| sample.area > 0)
    })
}

/// Looks for the object being worked on in the other video.
pub(super) fn begin(editor: Editor) {
    let Some(object) = untrack(|| editor.object()) else {
        return editor.say(Notice::Hint("Choose an object first.".into()));
    };
    let title = object.fields.title();
    for side in VideoSide::BOTH {
        if !object.fields.is_in(side) {
            return editor.say(Notice::Hint(format!(
                "{title} is in {} only: tick {side} in the table to look for it there.",
                side.other()
            )));
        }
    }
    match untrack(|| target(editor, &object)) {
        Some(side) => begin_in(editor, object.id, side),
        None => editor.say(Notice::Hint(format!(
            "Click {title} in one video first; then it is looked for in the other."
        ))),
    }
}

/// Looks for an object in a video.
pub(super) fn begin_in(editor: Editor, object: ObjectId, side: VideoSide) {
    cancel(editor);
    editor.notice.set(None);
    editor.search.set(Searching::Running {
        id: None,
        object,
        side,
        done: 0,
        total: 0,
    });
    let session = editor.session();
    spawn_local(async move {
        let begun = api::search::begin_search(session.clone(), object, side).await;
        let is_awaited = editor.search.try_with_untracked(|search| {
            matches!(search, Searching::Running { id: None, object: of, side: at, .. } if *of == object && *at == side)
        });
        match begun {
            Ok(search) if is_awaited == Some(true) => {
                editor.search.update(|now| {
                    if let Searching::Running { id, .. } = now {
                        *id = Some(search);
                    }
                });
                // It may have ended before its name was known here.
                look(editor, search);
            }
            // Given up meanwhile.
            Ok(search) => give_up(editor, search),
            Err(error) => fail(editor, &error.to_string()),
        }
    });
}

/// Ends the search, and lets go of what it suggested.
pub(super) fn cancel(editor: Editor) {
    if let Some(search) = running(editor) {
        give_up(editor, search);
    }
    if editor.search.get_untracked() != Searching::Off {
        editor.search.set(Searching::Off);
    }
}

fn give_up(editor: Editor, search: SearchId) {
    // None when the page was left.
    let session = editor
        .data
        .try_with_untracked(|data| data.session.id.clone());
    spawn_local(async move {
        if let Some(session) = session {
            // A search that goes on to its end does no harm.
            let _ = api::search::cancel_search(session, search).await;
        }
    });
}

fn running(editor: Editor) -> Option<SearchId> {
    editor.search.with_untracked(|search| match search {
        Searching::Running { id, .. } => *id,
        _ => None,
    })
}

fn progress(editor: Editor, now: u32, of: u32) {
    editor.search.update(|search| {
        if let Searching::Running { done, total, .. } = search {
            (*done, *total) = (now, of);
        }
    });
}

/// Asks what became of a search.
fn look(editor: Editor, search: SearchId) {
    let session = editor.session();
    spawn_local(async move {
        let answer = api::search::look_at_search(session, search).await;
        let wanted = editor.search.try_with_untracked(|now| match now {
            Searching::Running {
                id: Some(id),
                object,
                side,
                ..
            } if *id == search => Some((*object, *side)),
            _ => None,
        });
        let Some(Some((object, side))) = wanted else {
            return;
        };
        match answer {
            Ok(Search::Running { done, total }) => progress(editor, done, total),
            Ok(Search::Found(all)) => suggest(editor, object, side, all),
            Ok(Search::Failed(reason)) => fail(editor, &reason),
            Err(error) => fail(editor, &error.to_string()),
        }
    });
}

fn fail(editor: Editor, reason: &str) {
    editor.search.try_set(Searching::Off);
    editor.say(Notice::Problem(format!(
        "Nothing was looked for: {reason}."
    )));
}

fn suggest(editor: Editor, object: ObjectId, side: VideoSide, all: Vec<Candidate>) {
    match Suggestions::new(object, side, all) {
        Some(suggestions) => {
            editor.search.set(Searching::Suggested(suggestions));
            show(editor);
        }
        None => {
            editor.search.set(Searching::Off);
            editor.say(Notice::Hint(format!(
                "Nothing in {side} looks enough like {}: look for it by hand, or click another view of it and try again.",
                title(editor, object)
            )));
        }
    }
}

/// What an object is called.
pub(super) fn title(editor: Editor, object: ObjectId) -> String {
    editor.data.with_untracked(|data| {
        let found = data.objects.iter().find(|of| of.id == object);
        found.map_or_else(|| "the object".to_owned(), |of| of.fields.title())
    })
}

/// The suggestion that is looked at, when it is about this frame.
pub(super) fn on_frame(
    editor: Editor,
    side: VideoSide,
    frame: FrameNumber,
) -> Option<(ObjectId, Candidate)> {
    editor.search.with(|search| match search {
        Searching::Suggested(all) if all.side == side && all.current().frame == frame => {
            Some((all.object, all.current().clone()))
        }
        _ => None,
    })
}

/// Goes to the suggestion that is looked at; the other video stays where it is, to compare with.
pub(super) fn show(editor: Editor) {
    let place = editor.search.with_untracked(|search| match search {
        Searching::Suggested(all) => Some((all.object, all.side, all.current().frame)),
        _ => None,
    });
    if let Some((object, side, frame)) = place {
        editor.go(Some(object), side, None);
        editor.stop();
        editor.put_frame(side, frame);
    }
}

/// Looks at another suggestion.
pub(super) fn choose(editor: Editor, change: impl FnOnce(&mut Suggestions)) {
    editor.search.update(|search| {
        if let Searching::Suggested(all) = search {
            change(all);
        }
    });
    show(editor);
}

/// Makes the click that is suggested; more are suggested while the object wants more views.
pub(super) fn accept(editor: Editor, outbox: Outbox) {
    let Searching::Suggested(all) = editor.search.get_untracked() else {
        return;
    };
    show(editor);
    let (object, side, candidate) = (all.object, all.side, all.current().clone());
    let key = FrameKey {
        object,
        side,
        frame: candidate.frame,
    };
    let steps = untrack(|| editor.steps());
    let step = steps
        .iter()
        .find(|step| step.object == object && step.side == side);
    let wants_more = step.is_some_and(|step| step.frames.len() + 1 < usize::from(step.views));
    outbox.act(key, PromptAction::AddPoint(candidate.point));
    let rest = all.without_current().filter(|_| wants_more);
    editor
        .search
        .set(rest.map_or(Searching::Off, Searching::Suggested));
    editor.say(Notice::Hint(format!(
        "Clicked {} in {side}, frame {}. Undo takes it back.",
        title(editor, object),
        candidate.frame
    )));
}

/// Puts the suggestion that is looked at aside; nothing is stored.
pub(super) fn reject(editor: Editor) {
    let Searching::Suggested(all) = editor.search.get_untracked() else {
        return;
    };
    let (object, side) = (all.object, all.side);
    match all.without_current() {
        Some(rest) => {
            editor.search.set(Searching::Suggested(rest));
            show(editor);
        }
        None => {
            editor.search.set(Searching::Off);
            editor.say(Notice::Hint(format!(
                "No suggestion is left for {}: look for it in {side} by hand.",
                title(editor, object)
            )));
        }
    }
}

/// Whether there are suggestions to choose from.
pub(super) fn is_suggesting(editor: Editor) -> bool {
    editor
        .search
        .with_untracked(|search| matches!(search, Searching::Suggested(_)))
}
