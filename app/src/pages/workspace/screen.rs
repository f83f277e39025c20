//! The workspace on one screen: videos with their timelines, objects and the offline job.

use super::approved::ApprovedFrames;
use super::editor::{Editor, Notice};
use super::flow::go_to;
use super::guide_bar::{GuideBar, Notices};
use super::job_panel::JobPanel;
use super::outbox::Outbox;
use super::pane::Pane;
use super::sent_back::{self, SentBackStrip};
use super::suggestions::SuggestionPanel;
use super::sync::Sync;
use super::talk::Talk;
use super::tool_bar::ToolBar;
use super::{keyboard, preview, search};
use crate::components::badge::SessionBadge;
use crate::components::keys_help::KeysHelp;
use crate::components::object_table::{ObjectTable, TableSignals};
use crate::components::player::{follow_looked, follow_tracks};
use crate::components::remembered::remember;
use crate::components::spot::{Spot, use_spot};
use crate::components::threads::OpenThread;
use canvas::{FrameLock, KEYS, POINTER};
use domain::{FrameKey, ObjectId, VideoSide, Workspace};
use leptos::ev::MouseEvent;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// How long a person rests at a place before the address follows.
const PLACE_REST: Duration = Duration::from_millis(400);

/// The editor of a session whose videos are ready.
#[component]
pub(super) fn Screen(data: RwSignal<Workspace>) -> impl IntoView {
    let editor = Editor::new(data);
    let outbox = Outbox::new(editor);
    let sync = Sync::new(editor, outbox);
    preview::follow(editor);
    follow_videos(editor);
    sent_back::follow(editor);
    search::follow(editor);
    editor.arrive(use_spot());
    keyboard::listen(editor, outbox);
    follow_selection(editor);
    remember_place(editor);

    let look = editor.look;
    look.remember();
    let session = editor.session();
    let objects = Memo::new(move |_| data.with(|data| data.objects.clone()));
    let prompted = Signal::derive(move || {
        data.with(|data| {
            let keys = data.prompts.iter().map(|frame| frame.key);
            keys.collect::<Vec<FrameKey>>()
        })
    });
    let signals = TableSignals {
        objects: objects.into(),
        selected: editor.selected,
        prompted,
        hidden: look.hidden,
        renaming: editor.renaming,
        mixed_up: editor.mixed_up,
        here: Signal::derive(move || {
            let side = editor.side.get();
            (side, editor.video(side).frame.get())
        }),
        on_changed: Callback::new(move |()| sync.reload()),
    };
    let badge = Memo::new(move |_| data.with(|data| data.session.clone()));
    let saving = move || {
        let waiting = editor.pending.with(Vec::len);
        if waiting == 0 {
            "All clicks saved".to_owned()
        } else {
            "Saving".to_owned()
        }
    };
    view! {
        <div
            class="workspace"
            class:large=move || look.large.get()
            class:blink=move || look.blink.get()
            class:grab=move || editor.grab.get()
            data-compare=move || look.compare.get().word()
            style=move || format!("--share: {}", look.share.get())
            on:mousedown=keep_focus
        >
            <div class="workspace-head">
                <h1 class="session-name" title=session.to_string()>
                    {session.to_string()}
                </h1>
                <GuideBar editor outbox />
            </div>
            <SentBackStrip editor />
            <ToolBar editor outbox />
            <div class="workspace-videos">
                <Pane editor outbox side=VideoSide::One />
                <Pane editor outbox side=VideoSide::Two />
                <SuggestionPanel editor outbox />
                <aside class="workspace-side" aria-label="Objects">
                    <p class="workspace-standing">
                        {move || view! { <SessionBadge session=badge.get() /> }}
                        <span class="muted" role="status" data-testid="saving">
                            {saving}
                        </span>
                    </p>
                    <ObjectTable session signals />
                    <Talk editor />
                    <ApprovedFrames editor outbox />
                    <JobPanel editor />
                </aside>
            </div>
            <Notices editor />
            <KeysHelp open=editor.help keys=KEYS pointer=POINTER />
            <OpenThread threads=editor.threads />
        </div>
    }
}

/// What the server knows about both videos, and what it is told of them.
fn follow_videos(editor: Editor) {
    let session = editor.session();
    let lock = editor.time.lock;
    let word = |lock: &FrameLock| lock.word().to_owned();
    remember("frame-lock", lock, word, FrameLock::named);
    // Once, after what was kept is set.
    Effect::new(move |_| editor.time.align(editor.side.get_untracked()));
    editor.time.follow(session.clone(), editor.side);
    follow_tracks(
        session.clone(),
        VideoSide::BOTH.map(|side| editor.video(side).tracks),
    );
    for side in VideoSide::BOTH {
        let video = editor.video(side);
        let index = usize::from(side.number()) - 1;
        let known = Signal::derive(move || editor.data.with(|data| data.looked[index].clone()));
        let shown = video.shown.into();
        follow_looked(session.clone(), side, shown, known, video.looked);
    }
}

/// A button that is pressed by the mouse does not take the focus, so that the space bar still plays and moves the picture.
fn keep_focus(event: MouseEvent) {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let button = target.and_then(|target| {
        target
            .closest(".sent-back button, .tool-bar button, .pane button, .suggestions button")
            .ok()
    });
    if button.flatten().is_some() {
        event.prevent_default();
    }
}

/// Keeps the address at where the person is, so that a reload, or a colleague who is sent it, begins there.
fn remember_place(editor: Editor) {
    let spot = Memo::new(move |_| {
        let side = editor.side.get();
        Spot {
            object: editor.selected.get(),
            side: Some(side),
            frame: Some(editor.video(side).frame.get()),
            thread: None,
        }
    });
    let mut write = debounce(PLACE_REST, move |spot: Spot| {
        let Ok(history) = window().history() else {
            return;
        };
        let state = history.state().unwrap_or_default();
        let path = window().location().pathname().unwrap_or_default();
        // Refused only when a page does it hundreds of times in a minute; the next rest tries again.
        let _ =
            history.replace_state_with_url(&state, "", Some(&format!("{path}{}", spot.query())));
    });
    Effect::new(move |before: Option<()>| {
        let spot = spot.get();
        if before.is_some() {
            write(spot);
        }
    });
}

/// An object chosen in the table brings up a video that it is in.
fn follow_selection(editor: Editor) {
    Effect::new(move |before: Option<Option<ObjectId>>| {
        let now = editor.selected.get();
        if let (Some(before), Some(object)) = (before, now)
            && before != now
        {
            editor.choose_object(object);
        }
        now
    });
    // The chosen object may have been removed, here or in another browser; the next step takes its place. One that is not
    // known yet was just added and is on its way.
    Effect::new(move |before: Option<(Option<ObjectId>, Option<String>)>| {
        let chosen = editor.selected.get();
        let title = editor.object().map(|object| object.fields.title());
        let (before, known) = before.unwrap_or_default();
        let is_gone = title.is_none() && before == chosen && known.is_some();
        if is_gone || chosen.is_none() {
            let steps = untrack(|| editor.steps());
            if let Some(step) = canvas::next_step(&steps, None).or(steps.first()) {
                go_to(editor, step);
            }
        }
        if let Some(known) = known.filter(|_| is_gone) {
            let now = untrack(|| editor.object()).map(|object| object.fields.title());
            let now = now.map_or_else(
                || "Choose another object".to_owned(),
                |now| format!("Clicks go to {now} now"),
            );
            editor.say(Notice::Hint(format!("{known} was removed. {now}.")));
        }
        (chosen, title)
    });
}
