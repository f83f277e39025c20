//! The workspace on one screen: videos, transport, objects and the offline job.

use super::editor::Editor;
use super::flow::go_to;
use super::guide_bar::{GuideBar, Notices, ToolBar};
use super::help::Help;
use super::job_panel::JobPanel;
use super::outbox::Outbox;
use super::pane::Pane;
use super::sync::Sync;
use super::{keyboard, preview};
use crate::components::badge::SessionBadge;
use crate::components::object_table::ObjectTable;
use crate::components::player::Transport;
use domain::{FrameKey, ObjectId, VideoSide, Workspace};
use leptos::prelude::*;

/// The editor of a session whose videos are ready.
#[component]
pub(super) fn Screen(data: RwSignal<Workspace>) -> impl IntoView {
    let editor = Editor::new(data);
    let outbox = Outbox::new(editor);
    let sync = Sync::new(editor, outbox);
    preview::follow(editor);
    keyboard::listen(editor, outbox);
    follow_selection(editor);

    let session = editor.session();
    let objects = Memo::new(move |_| data.with(|data| data.objects.clone()));
    let prompted = Signal::derive(move || {
        data.with(|data| {
            let keys = data.prompts.iter().map(|frame| frame.key);
            keys.collect::<Vec<FrameKey>>()
        })
    });
    let on_changed = Callback::new(move |()| sync.reload());
    let frames = Signal::derive(move || editor.active_video().frames);
    let frame = Signal::derive(move || editor.active_video().frame.get());
    let label = Signal::derive(move || editor.side.get().to_string());
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
        <div class="workspace" class:compare=move || editor.compare.get()>
            <div class="workspace-head">
                <h1 class="session-name" title=session.to_string()>
                    {session.to_string()}
                </h1>
                <GuideBar editor outbox />
            </div>
            <div class="workspace-videos">
                <Pane editor outbox side=VideoSide::One />
                <Pane editor outbox side=VideoSide::Two />
                <aside class="workspace-side" aria-label="Objects">
                    <p class="workspace-standing">
                        {move || view! { <SessionBadge session=badge.get() /> }}
                        <span class="muted" role="status" data-testid="saving">
                            {saving}
                        </span>
                    </p>
                    <ObjectTable session objects selected=editor.selected on_changed prompted />
                    <JobPanel editor />
                </aside>
                <div class="workspace-controls">
                    <div class="workspace-tools">
                        <ToolBar editor />
                        <Notices editor />
                    </div>
                    <Transport
                        frames
                        frame
                        on_frame=move |to| editor.show_frame(editor.side.get_untracked(), to)
                        playing=editor.playing
                        label
                    />
                </div>
            </div>
            <Help editor />
        </div>
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
