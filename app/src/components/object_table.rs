//! The objects of a session: a dense list with a form to add, edit and remove them at any time.

use super::format;
use super::icon::{Icon, Shape};
use super::object_form::{ObjectForm, next_multiplicity};
use super::state::InlineError;
use crate::api;
use domain::{
    ChangeType, Deformability, FrameKey, Object, ObjectFields, ObjectId, SessionId, VideoSide,
    object_colour,
};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashSet;

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

/// The objects of a session, to be chosen, edited, added and removed.
///
/// `on_changed` is called after the server has stored a change: load the objects again.
#[component]
pub fn ObjectTable(
    /// The session they belong to.
    session: SessionId,
    /// The objects, in order.
    #[prop(into)]
    objects: Signal<Vec<Object>>,
    /// The object being worked on.
    selected: RwSignal<Option<ObjectId>>,
    /// Called when the stored objects are others than `objects`.
    on_changed: Callback<()>,
    /// The frames that have prompts; shown as `1/2` per video.
    #[prop(into)]
    prompted: Signal<Vec<FrameKey>>,
    /// Objects whose masks are not shown.
    hidden: RwSignal<HashSet<ObjectId>>,
) -> impl IntoView {
    let open = RwSignal::new(if objects.with_untracked(Vec::is_empty) {
        Open::Add { asked: false }
    } else {
        Open::Nothing
    });
    let error = RwSignal::new(None);
    let close = Callback::new(move |()| open.set(Open::Nothing));
    let saved = Callback::new(move |object: Object| {
        open.set(Open::Nothing);
        selected.set(Some(object.id));
        on_changed.run(());
    });
    let session = StoredValue::new(session);
    let new_fields = move || {
        let label = String::new();
        ObjectFields {
            multiplicity: objects.with_untracked(|all| next_multiplicity(all, &label, None)),
            label,
            in_video1: true,
            in_video2: true,
            views: 1,
            deformability: Deformability::Rigid,
            change_type: ChangeType::default_for(true, true),
        }
    };
    let form = move |editing, initial, take_focus| {
        view! {
            <ObjectForm
                session=session.get_value()
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
                        <th scope="col">
                            <span class="visually-hidden">"Masks"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || objects.get()
                        key=|object| format!("{object:?}")
                        children=move |object| {
                            view! { <ObjectRow object selected hidden error prompted on_changed /> }
                        }
                    />
                </tbody>
            </table>
            {move || {
                objects
                    .with(Vec::is_empty)
                    .then(|| view! { <p class="muted">"No objects yet. Add the first thing that changed."</p> })
            }}
            <InlineError message=error />
            {move || match open.get() {
                Open::Nothing => {
                    view! {
                        <div class="object-tools">
                            <button
                                type="button"
                                id="add-object"
                                class="button small"
                                title="Add an object (a)"
                                on:click=move |_| open.set(Open::Add { asked: true })
                            >
                                <Icon shape=Shape::Plus />
                                "Add object"
                            </button>
                            <SelectedTools session=session.get_value() objects selected open error on_changed />
                        </div>
                    }
                        .into_any()
                }
                Open::Add { asked } => form(None, new_fields(), asked).into_any(),
                Open::Edit(id) => {
                    objects
                        .with_untracked(|all| all.iter().find(|object| object.id == id).cloned())
                        .map(|object| form(Some(id), object.fields, true))
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn ObjectRow(
    object: Object,
    selected: RwSignal<Option<ObjectId>>,
    hidden: RwSignal<HashSet<ObjectId>>,
    error: RwSignal<Option<String>>,
    prompted: Signal<Vec<FrameKey>>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let id = object.id;
    let title = object.fields.title();
    let is_selected = move || selected.get() == Some(id);
    let is_hidden = move || hidden.with(|hidden| hidden.contains(&id));
    let fields = object.fields.clone();
    let change = move |event| {
        let Ok(change_type) = event_target_value(&event).parse::<ChangeType>() else {
            return;
        };
        let fields = ObjectFields {
            change_type,
            ..fields.clone()
        };
        spawn_local(async move {
            let answer = api::objects::update_object(id, fields).await;
            error.set(answer.err().map(|e| e.to_string()));
            on_changed.run(());
        });
    };
    let chosen = object.fields.change_type;
    let words = ChangeType::ALL.iter().map(|change| {
        view! { <option value=change.as_str() selected=*change == chosen>{change.as_str()}</option> }
    });
    view! {
        <tr class:selected=is_selected class:hidden-object=is_hidden>
            <th scope="row">
                <button
                    type="button"
                    class="object-name"
                    aria-pressed=move || is_selected().to_string()
                    on:click=move |_| selected.set(Some(id))
                >
                    <Swatch position=object.position />
                    <span>{title.clone()}</span>
                </button>
            </th>
            <td>
                <select class="object-change" aria-label=format!("Change of {title}") on:change=change>
                    {words.collect_view()}
                </select>
            </td>
            <td class="number">{progress_cell(&object, VideoSide::One, prompted)}</td>
            <td class="number">{progress_cell(&object, VideoSide::Two, prompted)}</td>
            <td class="row-tools">
                <button
                    type="button"
                    class="button icon-only quiet"
                    aria-label=format!("Show the masks of {title}")
                    title="Show or hide the masks (h)"
                    aria-pressed=move || (!is_hidden()).to_string()
                    on:click=move |_| {
                        hidden
                            .update(|hidden| {
                                if !hidden.remove(&id) {
                                    hidden.insert(id);
                                }
                            });
                    }
                >
                    {move || {
                        let shape = if is_hidden() { Shape::EyeOff } else { Shape::Eye };
                        view! { <Icon shape /> }
                    }}
                </button>
            </td>
        </tr>
    }
}

/// What can be done with the object being worked on.
#[component]
fn SelectedTools(
    session: SessionId,
    objects: Signal<Vec<Object>>,
    selected: RwSignal<Option<ObjectId>>,
    open: RwSignal<Open>,
    error: RwSignal<Option<String>>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let object = Memo::new(move |_| {
        let id = selected.get()?;
        objects.with(|all| all.iter().find(|object| object.id == id).cloned())
    });
    let session = StoredValue::new(session);
    let sure = RwSignal::new(None::<ObjectId>);
    let done = move |problem: Option<String>| {
        error.set(problem);
        on_changed.run(());
    };
    let duplicate = move |object: &Object| {
        let fields = ObjectFields {
            multiplicity: objects
                .with_untracked(|all| next_multiplicity(all, &object.fields.label, None)),
            ..object.fields.clone()
        };
        spawn_local(async move {
            match api::objects::add_object(session.get_value(), fields).await {
                Ok(object) => {
                    selected.set(Some(object.id));
                    done(None);
                }
                Err(e) => done(Some(e.to_string())),
            }
        });
    };
    let move_by = move |object: &Object, by: i64| {
        let (id, to) = (object.id, i64::from(object.position) + by);
        if let Ok(to) = u32::try_from(to) {
            spawn_local(async move {
                let answer = api::objects::move_object(id, to).await;
                done(answer.err().map(|e| e.to_string()));
            });
        }
    };
    let remove = move |id: ObjectId| {
        spawn_local(async move {
            match api::objects::remove_object(id).await {
                Ok(()) => {
                    if selected.get_untracked() == Some(id) {
                        selected.set(None);
                    }
                    done(None);
                }
                Err(e) => done(Some(e.to_string())),
            }
        });
    };
    // The pressed button goes away, so the focus moves to the harmless answer.
    let keep = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let (true, Some(button)) = (sure.get().is_some(), keep.get()) {
            let _ = button.focus();
        }
    });
    move || {
        let object = object.get()?;
        let id = object.id;
        let title = object.fields.title();
        if sure.get() == Some(id) {
            return Some(
                view! {
                    <button type="button" class="button small danger" on:click=move |_| remove(id)>
                        {format!("Remove {title}")}
                    </button>
                    <button type="button" node_ref=keep class="button small" on:click=move |_| sure.set(None)>
                        "Keep"
                    </button>
                }
                .into_any(),
            );
        }
        let object = StoredValue::new(object);
        let tool = move |what: &'static str, shape: Shape, run: Callback<()>| {
            view! {
                <button
                    type="button"
                    class="button icon-only quiet"
                    aria-label=format!("{what} {}", object.with_value(|o| o.fields.title()))
                    title=what
                    on:click=move |_| run.run(())
                >
                    <Icon shape />
                </button>
            }
        };
        let last = objects.with(Vec::len) as u32;
        let position = object.with_value(|o| o.position);
        let up = move |()| object.with_value(|object| move_by(object, -1));
        let down = move |()| object.with_value(|object| move_by(object, 1));
        Some(
            view! {
                <span class="selected-tools">
                    {tool("Edit", Shape::Pencil, Callback::new(move |()| open.set(Open::Edit(id))))}
                    {tool(
                        "Duplicate",
                        Shape::Copy,
                        Callback::new(move |()| object.with_value(duplicate)),
                    )}
                    {(position > 0).then(|| tool("Move up", Shape::Up, Callback::new(up)))}
                    {(position + 1 < last).then(|| tool("Move down", Shape::Down, Callback::new(down)))}
                    {tool("Remove", Shape::Trash, Callback::new(move |()| sure.set(Some(id))))}
                </span>
            }
            .into_any(),
        )
    }
}

/// Frames annotated of frames to annotate; a dash where the object is not seen.
fn progress_cell(object: &Object, side: VideoSide, prompted: Signal<Vec<FrameKey>>) -> AnyView {
    if !object.fields.is_in(side) {
        return view! { <span class="muted" title="Not in this video">"–"</span> }.into_any();
    }
    let (id, views) = (object.id, usize::from(object.fields.views));
    let done = Memo::new(move |_| {
        prompted.with(|keys| {
            keys.iter()
                .filter(|key| key.object == id && key.side == side)
                .count()
        })
    });
    view! {
        <span class:complete=move || { done.get() >= views }>{move || format!("{}/{views}", done.get())}</span>
    }
    .into_any()
}

/// A square in the colour of the object at `position`.
#[component]
pub fn Swatch(
    /// The object's place in the list, from 0.
    position: u32,
) -> impl IntoView {
    let colour = format::css_colour(object_colour(position as usize));
    view! { <span class="swatch" style=format!("background:{colour}") aria-hidden="true"></span> }
}
