//! The objects of a session: a dense list in which everything can be changed in place.

mod database;
mod form;
mod mixed_up;
mod name;
mod palette;
mod row;
mod tools;

use super::icon::{Icon, Shape};
use super::state::InlineError;
use crate::components::erased::Rows;
use database::FillFromDatabase;
use domain::{
    ChangeType, Deformability, FrameKey, FrameNumber, Object, ObjectFields, ObjectId, SessionId,
    VideoSide,
};
use form::{ObjectForm, next_multiplicity};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mixed_up::MixedUp;
use row::ObjectRow;
use std::collections::HashSet;
use tools::SelectedTools;

/// What the form is open for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    /// `asked`: somebody pressed the button for it.
    Add {
        asked: bool,
    },
    Edit(ObjectId),
}

/// What the table shares with its surroundings; a cheap handle.
#[derive(Clone, Copy)]
pub struct TableSignals {
    /// The objects, in order.
    pub objects: Signal<Vec<Object>>,
    /// The object being worked on.
    pub selected: RwSignal<Option<ObjectId>>,
    /// The frames that have prompts; shown as `1/2` per video.
    pub prompted: Signal<Vec<FrameKey>>,
    /// Objects whose masks are not shown.
    pub hidden: RwSignal<HashSet<ObjectId>>,
    /// The object whose name is being typed.
    pub renaming: RwSignal<Option<ObjectId>>,
    /// Whether the panel for objects that were mixed up is open.
    pub mixed_up: RwSignal<bool>,
    /// The video being worked on, and its frame.
    pub here: Signal<(VideoSide, FrameNumber)>,
    /// Called when the stored objects are others than `objects`.
    pub on_changed: Callback<()>,
}

/// What the parts of the table share.
#[derive(Clone, Copy)]
struct Table {
    session: StoredValue<SessionId>,
    signals: TableSignals,
    open: RwSignal<Open>,
    /// The object whose colour is being chosen.
    palette: RwSignal<Option<ObjectId>>,
    error: RwSignal<Option<String>>,
}

impl Table {
    /// An object as it is now.
    fn object(self, id: ObjectId) -> Option<Object> {
        self.signals
            .objects
            .with(|all| all.iter().find(|object| object.id == id).cloned())
    }

    /// Does something on the server, shows why it was not done, and has the objects loaded again.
    fn act<T>(
        self,
        work: impl Future<Output = Result<T, crate::api::ApiError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        spawn_local(async move {
            match work.await {
                Ok(answer) => {
                    self.error.try_set(None);
                    done(answer);
                }
                Err(error) => {
                    self.error.try_set(Some(error.to_string()));
                }
            }
            self.signals.on_changed.try_run(());
        });
    }

    /// Changes what is said about an object.
    fn update(self, id: ObjectId, change: impl FnOnce(&mut ObjectFields)) {
        let Some(Object { mut fields, .. }) = untrack(|| self.object(id)) else {
            return;
        };
        let saw = Some(fields.clone());
        change(&mut fields);
        self.act(crate::api::objects::update_object(id, saw, fields), drop);
    }
}

/// The objects of a session, to be chosen, edited, added and removed.
#[component]
pub fn ObjectTable(
    /// The session they belong to.
    session: SessionId,
    /// What the table shares with its surroundings.
    signals: TableSignals,
) -> impl IntoView {
    let objects = signals.objects;
    let table = Table {
        session: StoredValue::new(session),
        signals,
        open: RwSignal::new(if objects.with_untracked(Vec::is_empty) {
            Open::Add { asked: false }
        } else {
            Open::Nothing
        }),
        palette: RwSignal::new(None),
        error: RwSignal::new(None),
    };
    palette::close_with_escape(table);
    let open = table.open;
    let close = Callback::new(move |()| open.set(Open::Nothing));
    let saved = Callback::new(move |object: Object| {
        open.set(Open::Nothing);
        signals.selected.set(Some(object.id));
        signals.on_changed.run(());
    });
    let form = move |editing, initial, take_focus| {
        view! {
            <ObjectForm
                session=table.session.get_value()
                editing
                initial
                take_focus
                objects
                on_saved=saved
                on_close=close
            />
        }
    };
    view! {
        <div class="objects">
            <table class="object-table">
                <caption class="visually-hidden">"Objects that changed"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Object"</th>
                        <th scope="col">"Change"</th>
                        <th scope="col" class="number" title="Annotated frames of video 1">"V1"</th>
                        <th scope="col" class="number" title="Annotated frames of video 2">"V2"</th>
                        <th scope="col" title="Frames to annotate in each video">"Views"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Masks"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <Rows
                        each=move || objects.with(|all| all.iter().map(|object| object.id).collect::<Vec<_>>())
                        key=|id| *id
                        children=move |id| view! { <ObjectRow table id /> }
                    />
                </tbody>
            </table>
            {move || {
                objects
                    .with(Vec::is_empty)
                    .then(|| view! { <p class="muted">"No objects yet. Add the first thing that changed."</p> })
            }}
            <InlineError message=table.error />
            {move || match open.get() {
                Open::Nothing => {
                    view! {
                        <div class="object-tools">
                            <button
                                type="button"
                                id="add-object"
                                class="button small"
                                title="Add an object (a)"
                                on:click:target=move |_| open.set(Open::Add { asked: true })
                            >
                                <Icon shape=Shape::Plus />
                                "Add object"
                            </button>
                            <SelectedTools table />
                        </div>
                    }
                        .into_any()
                }
                Open::Add { asked } => form(None, new_fields(objects), asked).into_any(),
                Open::Edit(id) => {
                    untrack(|| table.object(id)).map(|object| form(Some(id), object.fields, true)).into_any()
                }
            }}
            <MixedUp table />
            <FillFromDatabase table />
        </div>
    }
}

fn new_fields(objects: Signal<Vec<Object>>) -> ObjectFields {
    ObjectFields {
        label: String::new(),
        multiplicity: objects.with_untracked(|all| next_multiplicity(all, "", None)),
        in_video1: true,
        in_video2: true,
        views: 1,
        deformability: Deformability::Rigid,
        change_type: ChangeType::default_for(true, true),
    }
}

pub use palette::Swatch;
