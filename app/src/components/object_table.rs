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
    /// The frames that have prompts; shown as `1/2` per video when given.
    #[prop(optional, into)]
    prompted: Option<Signal<Vec<FrameKey>>>,
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
                            <span class="visually-hidden">"Edit"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || objects.get()
                        key=|object| format!("{object:?}")
                        children=move |object| {
                            view! { <ObjectRow object selected open error prompted on_changed /> }
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
                        <button type="button" class="button" on:click=move |_| open.set(Open::Add { asked: true })>
                            <Icon shape=Shape::Plus />
                            "Add object"
                        </button>
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
    open: RwSignal<Open>,
    error: RwSignal<Option<String>>,
    prompted: Option<Signal<Vec<FrameKey>>>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let id = object.id;
    let title = object.fields.title();
    let is_selected = move || selected.get() == Some(id);
    let remove = move |_| {
        spawn_local(async move {
            match api::objects::remove_object(id).await {
                Ok(()) => {
                    error.set(None);
                    if open.get_untracked() == Open::Edit(id) {
                        open.set(Open::Nothing);
                    }
                    if selected.get_untracked() == Some(id) {
                        selected.set(None);
                    }
                    on_changed.run(());
                }
                Err(e) => error.set(Some(e.to_string())),
            }
        });
    };
    // The first press asks, the second removes; the prompts and masks go with the object.
    let sure = RwSignal::new(false);
    // The pressed button goes away, so the focus moves to the harmless answer.
    let keep = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let (true, Some(button)) = (sure.get(), keep.get()) {
            let _ = button.focus();
        }
    });
    view! {
        <tr class:selected=is_selected>
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
            <td>{object.fields.change_type.as_str()}</td>
            <td class="number">{progress_cell(&object, VideoSide::One, prompted)}</td>
            <td class="number">{progress_cell(&object, VideoSide::Two, prompted)}</td>
            <td class="row-tools">
                {move || {
                    if sure.get() {
                        view! {
                            <button type="button" class="button small danger" on:click=remove>
                                "Remove"
                            </button>
                            <button type="button" node_ref=keep class="button small" on:click=move |_| sure.set(false)>
                                "Keep"
                            </button>
                        }
                            .into_any()
                    } else {
                        view! {
                            <button
                                type="button"
                                class="button icon-only quiet"
                                aria-label=format!("Edit {title}")
                                title="Edit"
                                on:click=move |_| open.set(Open::Edit(id))
                            >
                                <Icon shape=Shape::Pencil />
                            </button>
                            <button
                                type="button"
                                class="button icon-only quiet"
                                aria-label=format!("Remove {title}")
                                title="Remove"
                                on:click=move |_| sure.set(true)
                            >
                                <Icon shape=Shape::Trash />
                            </button>
                        }
                            .into_any()
                    }
                }}
            </td>
        </tr>
    }
}

/// Frames annotated of frames to annotate; a dash where the object is not seen.
fn progress_cell(
    object: &Object,
    side: VideoSide,
    prompted: Option<Signal<Vec<FrameKey>>>,
) -> AnyView {
    if !object.fields.is_in(side) {
        return view! { <span class="muted" title="Not in this video">"–"</span> }.into_any();
    }
    let (id, views) = (object.id, usize::from(object.fields.views));
    let Some(prompted) = prompted else {
        return views.into_any();
    };
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
