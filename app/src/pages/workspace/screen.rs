//! The workspace on one screen: videos with their timelines, objects and the offline job.

use super::approved::ApprovedFrames;
use super::editor::Editor;
use super::flow::go_to;
use super::guide_bar::{GuideBar, Notices};
use super::help::Help;
use super::job_panel::JobPanel;
use super::outbox::Outbox;
use super::pane::Pane;
use super::suggestions::SuggestionPanel;
use super::sync::Sync;
use super::tool_bar::ToolBar;
use super::{frame_lock, keyboard, looked, preview, search, tracks};
use crate::components::badge::SessionBadge;
use crate::components::object_table::{ObjectTable, TableSignals};
use domain::{FrameKey, ObjectId, VideoSide, Workspace};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The editor of a session whose videos are ready.
#[component]
pub(super) fn Screen(data: RwSignal<Workspace>) -> impl IntoView {
    let editor = Editor::new(data);
    let outbox = Outbox::new(editor);
    let sync = Sync::new(editor, outbox);
    preview::follow(editor);
    looked::follow(editor);
    tracks::follow(editor);
    frame_lock::follow(editor);
    search::follow(editor);
    keyboard::listen(editor, outbox);
    follow_selection(editor);

    let look = editor.look;
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
                    <ApprovedFrames editor />
                    <JobPanel editor />
                </aside>
            </div>
            <Notices editor />
            <Help editor />
        </div>
    }
}

/// A button that is pressed by the mouse does not take the focus, so that the space bar still plays and moves the picture.
fn keep_focus(event: MouseEvent) {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let button = target.and_then(|target| {
        target
            .closest(".tool-bar button, .pane button, .suggestions button")
            .ok()
    });
    if button.flatten().is_some() {
        event.prevent_default();
    }
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
    Effect::new(move |before: Option<(Option<ObjectId>, bool)>| {
        let chosen = editor.selected.get();
        let is_known = editor
            .data
            .with(|data| data.objects.iter().any(|object| Some(object.id) == chosen));
        let is_gone = !is_known && before == Some((chosen, true));
        if is_gone || chosen.is_none() {
            let steps = untrack(|| editor.steps());
            if let Some(step) = canvas::next_step(&steps, None).or(steps.first()) {
                go_to(editor, step);
            }
        }
        (chosen, is_known)
    });
}
