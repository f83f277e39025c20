//! Clicks, approvals, undo and redo on their way to the server.

use super::corrections::{approved_words, may_approve, taken_back_words};
use super::editor::{Editor, Notice};
use crate::api::{self, ApiError};
use crate::components::leaving::ask_before_leaving;
use crate::pause::pause;
use canvas::PendingAction;
use domain::{
    Action, Edit, EditNote, FrameKey, FramePrompts, FrameSpan, ObjectId, PromptAction, PromptEvent,
    PromptedFrame, SessionId, VideoSide, Workspace,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The wait before a server that was away is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Something that the server is to do, one after the other, so that they arrive in the order in which they were done.
#[derive(Clone)]
enum Command {
    Add(PendingAction),
    Approve(FrameSpan, bool),
    TakeBack(VideoSide, ObjectId),
    Undo,
    Redo,
}

/// Commands waiting for their turn. The task that sends them holds it too: what was clicked is sent even when the page is
/// left.
type Line = Arc<Mutex<VecDeque<Command>>>;

/// The line of commands on their way to the server; a cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Outbox {
    editor: Editor,
    waiting: StoredValue<Line>,
    sending: RwSignal<bool>,
    next_id: StoredValue<u64>,
    /// Grows whenever the server has confirmed something: an older list of prompts is out of date then.
    pub confirmed: StoredValue<u32>,
}

impl Outbox {
    pub fn new(editor: Editor) -> Self {
        let sending = RwSignal::new(false);
        ask_before_leaving(move || sending.get_untracked());
        Self {
            editor,
            waiting: StoredValue::new(Line::default()),
            sending,
            next_id: StoredValue::new(0),
            confirmed: StoredValue::new(0),
        }
    }

    /// Whether something is on its way.
    pub fn is_busy(self) -> bool {
        self.sending.get()
    }

    /// Shows an action at once and sends it.
    pub fn act(self, key: FrameKey, action: PromptAction) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        let pending = PendingAction { id, key, action };
        self.editor.notice.set(None);
        self.editor.pending.update(|all| all.push(pending.clone()));
        self.send(Command::Add(pending));
    }

    /// Approves the masks of a span of frames, or takes that back.
    pub fn approve(self, span: FrameSpan, approved: bool) {
        self.send(Command::Approve(span, approved));
    }

    /// Exchanges an object's masks in a video with those before the last job.
    pub fn take_back(self, side: VideoSide, object: ObjectId) {
        self.send(Command::TakeBack(side, object));
    }

    /// Takes back the last action of the session, in whichever video it was.
    pub fn undo(self) {
        self.send(Command::Undo);
    }

    /// Brings back what was undone last.
    pub fn redo(self) {
        self.send(Command::Redo);
    }

    /// Takes away the prompts of the object on the frame that is shown.
    pub fn clear_points(self) {
        if let Some(key) = untrack(|| self.editor.key())
            && untrack(|| has_prompts(self.editor, key))
        {
            self.act(key, PromptAction::Clear);
        }
    }

    fn send(self, command: Command) {
        let line = self.waiting.get_value();
        lock(&line).push_back(command);
        if self.sending.get_untracked() {
            return;
        }
        self.sending.set(true);
        let session = self.editor.session();
        spawn_local(async move {
            loop {
                let next = lock(&line).pop_front();
                let Some(command) = next else { break };
                self.carry_out(session.clone(), command).await;
            }
            self.sending.try_set(false);
        });
    }

    async fn carry_out(self, session: SessionId, command: Command) {
        match command {
            Command::Add(pending) => {
                let answer = self.store(&session, &pending).await;
                self.confirm();
                match &answer {
                    Ok(Stored::Now(event)) => {
                        self.editor.data.try_update(|data| apply(data, event));
                    }
                    Ok(Stored::Before(fresh)) => {
                        self.editor.data.try_set((**fresh).clone());
                    }
                    Err(_) => {}
                }
                self.editor
                    .pending
                    .try_update(|all| all.retain(|other| other.id != pending.id));
                if let Err(error) = answer {
                    self.editor
                        .say(Notice::Problem(not_saved(&pending, &error)));
                }
            }
            // What was clicked before is stored by now, and its mask may be another.
            Command::Approve(span, true) if !may_approve(self.editor, span) => {}
            Command::Approve(span, approved) => {
                let answer = api::masks::set_approved(session, span, approved).await;
                self.confirm();
                self.editor.say(match answer {
                    Ok(frames) => Notice::Hint(approved_words(span, approved, frames)),
                    Err(error) => Notice::Problem(error.to_string()),
                });
            }
            Command::TakeBack(side, object) => {
                let answer = api::masks::take_back(session, side, object).await;
                self.editor.say(match answer {
                    Ok(frames) => Notice::Hint(taken_back_words(side, frames)),
                    Err(error) => Notice::Problem(error.to_string()),
                });
            }
            Command::Undo => {
                let answer = api::prompts::undo(session.clone()).await;
                self.moved(session, answer, "undo").await;
            }
            Command::Redo => {
                let answer = api::prompts::redo(session.clone()).await;
                self.moved(session, answer, "redo").await;
            }
        }
    }

    /// Has an action stored. While the server cannot be reached the action is kept, and sent again when it is back.
    async fn store(self, session: &SessionId, pending: &PendingAction) -> Result<Stored, ApiError> {
        loop {
            let (key, action) = (pending.key, pending.action.clone());
            match api::prompts::add_prompt(session.clone(), key, action.clone()).await {
                Err(ApiError::Unreachable(_)) => {}
                answer => {
                    return answer.map(|seq| Stored::Now(PromptEvent { seq, key, action }));
                }
            }
            // Only the answer may have been lost.
            let fresh = when_back(session).await?;
            if holds(&fresh, pending) {
                return Ok(Stored::Before(Box::new(fresh)));
            }
        }
    }

    /// Shows where something was undone or redone, with the prompts as they are now.
    async fn moved(
        self,
        session: SessionId,
        answer: Result<Option<EditNote>, ApiError>,
        what: &str,
    ) {
        match answer {
            Ok(None) => self
                .editor
                .say(Notice::Hint(format!("There is nothing to {what}."))),
            Ok(Some(edit)) => {
                let fresh = api::sessions::workspace(session).await;
                self.confirm();
                match fresh {
                    Ok(fresh) => {
                        if self.editor.data.try_set(fresh).is_some() {
                            // The page was left meanwhile.
                            return;
                        }
                        self.editor.notice.set(None);
                        self.show(&edit);
                    }
                    Err(error) => self.editor.say(Notice::Problem(error.to_string())),
                }
            }
            Err(error) => self.editor.say(Notice::Problem(format!(
                "The {what} did not happen: {error}."
            ))),
        }
    }

    /// Goes to where something was undone or redone.
    fn show(self, edit: &EditNote) {
        let FrameKey {
            object,
            side,
            frame,
        } = edit.key;
        let is_there = self
            .editor
            .data
            .with_untracked(|data| data.objects.iter().any(|of| of.id == object));
        if edit.whole && is_there {
            self.editor.choose_object(object);
        } else if !edit.whole {
            self.editor.go(Some(object), side, Some(frame));
        }
    }

    fn confirm(self) {
        self.confirmed.try_update_value(|n| *n += 1);
    }
}

/// What became of an action.
enum Stored {
    /// It was stored.
    Now(PromptEvent),
    /// It had been stored, though no answer had come; the session as it is now.
    Before(Box<Workspace>),
}

/// The session as it is when the server can be reached again.
async fn when_back(session: &SessionId) -> Result<Workspace, ApiError> {
    loop {
        pause(ASK_AGAIN).await;
        match api::sessions::workspace(session.clone()).await {
            Err(ApiError::Unreachable(_)) => {}
            answer => return answer,
        }
    }
}

/// Whether the prompts are already as an action leaves them.
fn holds(workspace: &Workspace, pending: &PendingAction) -> bool {
    let frame = workspace.prompts.iter().find(|of| of.key == pending.key);
    let now = frame.map(|frame| frame.prompts.clone()).unwrap_or_default();
    if let PromptAction::AddPoint(point) = &pending.action {
        return now.points.contains(point);
    }
    let mut then = now.clone();
    then.apply(&pending.action);
    (then.points, then.bbox, then.mask) == (now.points, now.bbox, now.mask)
}

fn not_saved(pending: &PendingAction, error: &ApiError) -> String {
    let what = pending.action.noun();
    let (frame, side) = (pending.key.frame, pending.key.side);
    format!("The {what} on frame {frame} of {side} was not saved and is taken back: {error}.")
}

fn lock(line: &Line) -> std::sync::MutexGuard<'_, VecDeque<Command>> {
    // A poisoned line still holds what was clicked.
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts a stored action into the page's copy of the session.
fn apply(workspace: &mut Workspace, event: &PromptEvent) {
    let prompts = &mut workspace.prompts;
    let found = prompts.binary_search_by_key(&event.key, |frame| frame.key);
    let mut frame = match found {
        Ok(at) => prompts.remove(at),
        Err(_) => PromptedFrame {
            key: event.key,
            prompts: FramePrompts::default(),
        },
    };
    // A reload may have been faster than this answer.
    if frame.prompts.seq < event.seq {
        frame.prompts.seq = event.seq;
        frame.prompts.apply(&event.action);
    }
    if !frame.prompts.is_empty() {
        let (Ok(at) | Err(at)) = found;
        prompts.insert(at, frame);
    }
    let edit = Edit {
        seq: event.seq,
        key: event.key,
        action: Action::Prompt(event.action.clone()),
    };
    workspace.undo = Some(edit.note(&workspace.objects));
    workspace.redo = None;
}

/// Whether there is anything to clear.
pub(super) fn has_prompts(editor: Editor, key: FrameKey) -> bool {
    let saved = editor
        .data
        .with(|data| data.prompts.iter().any(|frame| frame.key == key));
    saved
        || editor
            .pending
            .with(|all| all.iter().any(|action| action.key == key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        FrameNumber, IngestState, Label, ObjectId, Point, Session, SessionStatus, SessionVideo,
        VideoSide,
    };

    fn workspace() -> Workspace {
        let video = |side| SessionVideo {
            side,
            file_name: "room.mp4".into(),
            ingest: IngestState::Ready,
            width: 64,
            height: 48,
            frames: 30,
        };
        Workspace {
            session: Session {
                id: SessionId::compose("a.mp4", "b.mp4", "2026-01-31_18-05-09"),
                scene_type: "kitchen".into(),
                status: SessionStatus::Draft,
                created_at: String::new(),
                updated_at: String::new(),
                object_count: 1,
                assigned: Default::default(),
                deleted_at: None,
                videos: VideoSide::BOTH.map(video),
            },
            objects: Vec::new(),
            prompts: Vec::new(),
            undo: None,
            redo: Some(EditNote {
                words: String::new(),
                key: event(9, 1, PromptAction::Clear).key,
                whole: false,
            }),
            done_early: Vec::new(),
            looked: Default::default(),
            sent_back: None,
            uploaded: None,
            job: None,
        }
    }

    fn event(seq: u32, frame: u32, action: PromptAction) -> PromptEvent {
        PromptEvent {
            seq,
            key: FrameKey {
                object: ObjectId(1),
                side: VideoSide::One,
                frame: FrameNumber(frame),
            },
            action,
        }
    }

    fn click(x: f32) -> PromptAction {
        PromptAction::AddPoint(Point {
            x,
            y: 1.0,
            label: Label::Positive,
        })
    }

    #[test]
    fn confirmed_events_make_the_prompts_that_the_server_has() {
        let events = [
            event(1, 20, click(1.0)),
            event(2, 5, click(2.0)),
            event(3, 20, click(3.0)),
            event(4, 9, click(4.0)),
            event(5, 9, PromptAction::Clear),
        ];
        let mut page = workspace();
        for event in &events {
            apply(&mut page, event);
        }
        let server: Vec<_> = domain::fold_events(&events)
            .into_iter()
            .map(|(key, prompts)| PromptedFrame { key, prompts })
            .collect();
        assert_eq!(page.prompts, server);
        let undo = page.undo.unwrap();
        let words = "clearing on an object, video 1, frame 9";
        assert_eq!((undo.words.as_str(), undo.key), (words, events[4].key));
        assert_eq!(page.redo, None);
    }

    #[test]
    fn the_session_is_read_as_it_was_written() {
        let mut page = workspace();
        apply(&mut page, &event(4, 5, click(2.0)));
        let text = serde_json::to_string(&page).unwrap();
        assert_eq!(api::read::<Workspace>(&text).unwrap(), page);
    }

    #[test]
    fn what_was_stored_though_no_answer_came_is_not_sent_again() {
        let mut page = workspace();
        let pending = |action| PendingAction {
            id: 0,
            key: event(0, 5, PromptAction::Clear).key,
            action,
        };
        assert!(!holds(&page, &pending(click(2.0))));
        apply(&mut page, &event(4, 5, click(2.0)));
        assert!(holds(&page, &pending(click(2.0))));
        assert!(!holds(&page, &pending(click(3.0))));
        assert!(!holds(&page, &pending(PromptAction::Clear)));
        apply(&mut page, &event(5, 5, PromptAction::Clear));
        assert!(holds(&page, &pending(PromptAction::Clear)));
        assert!(!holds(&page, &pending(click(2.0))));
    }

    #[test]
    fn an_event_that_a_reload_brought_is_not_applied_twice() {
        let mut page = workspace();
        apply(&mut page, &event(4, 5, click(2.0)));
        apply(&mut page, &event(4, 5, click(2.0)));
        assert_eq!(page.prompts[0].prompts.points.len(), 1);
    }
}
