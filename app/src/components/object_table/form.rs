//! The form for one object.

use crate::api;
use crate::components::sight::{focus_in_place, reveal};
use crate::components::state::InlineError;
use domain::{ChangeType, Deformability, Object, ObjectFields, ObjectId, SessionId, VIEWS_MAX};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The smallest index from 1 that no other object of this label has.
#[must_use]
pub fn next_multiplicity(objects: &[Object], label: &str, except: Option<ObjectId>) -> u32 {
    let label = label.trim();
    let taken = |index: u32| {
        objects.iter().any(|object| {
            Some(object.id) != except
                && object.fields.multiplicity == index
                && object.fields.label.eq_ignore_ascii_case(label)
        })
    };
    (1..).find(|&index| !taken(index)).unwrap_or(u32::MAX)
}

/// A form that adds an object, or changes the one in `editing`.
///
/// The index and the change type follow the other fields until a person sets them.
#[component]
pub fn ObjectForm(
    /// The session of the object.
    session: SessionId,
    /// The object to change; none adds a new one.
    editing: Option<ObjectId>,
    /// What the fields hold at first.
    initial: ObjectFields,
    /// Whether the form opens because somebody asked for it, and so takes the focus.
    take_focus: bool,
    /// All objects of the session, to find a free index.
    objects: Signal<Vec<Object>>,
    /// Called with the object as the server stored it.
    on_saved: Callback<Object>,
    /// Called when the form is to go away.
    on_close: Callback<()>,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let first = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let (true, Some(form), Some(first)) = (take_focus, form.get(), first.get()) {
            reveal(&form, ".objects");
            focus_in_place(&first);
        }
    });
    let index_chosen = RwSignal::new(editing.is_some());
    let change_chosen = RwSignal::new(
        editing.is_some()
            && initial.change_type != ChangeType::default_for(initial.in_video1, initial.in_video2),
    );
    let saw = StoredValue::new(editing.map(|_| initial.clone()));
    let fields = RwSignal::new(initial);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None);
    let session = StoredValue::new(session);

    let set_label = move |label: String| {
        fields.update(|f| {
            if !index_chosen.get_untracked() {
                f.multiplicity =
                    objects.with_untracked(|all| next_multiplicity(all, &label, editing));
            }
            f.label = label;
        });
    };
    let set_seen = move |change: fn(&mut ObjectFields, bool), seen: bool| {
        fields.update(|f| {
            change(f, seen);
            if !change_chosen.get_untracked() {
                f.change_type = ChangeType::default_for(f.in_video1, f.in_video2);
            }
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let checked = match fields.get_untracked().checked() {
            Ok(checked) => checked,
            Err(e) => return error.set(Some(e.to_string())),
        };
        busy.set(true);
        spawn_local(async move {
            let answer = match editing {
                Some(id) => api::objects::update_object(id, saw.get_value(), checked).await,
                None => api::objects::add_object(session.get_value(), checked).await,
            };
            busy.set(false);
            match answer {
                Ok(object) => on_saved.run(object),
                Err(e) => error.set(Some(e.to_string())),
            }
        });
    };
    let (title, action) = if editing.is_some() {
        ("Edit object", "Save")
    } else {
        ("New object", "Add")
    };

    view! {
        <form
            node_ref=form
            class="object-form"
            aria-label=title
            on:submit=submit
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    on_close.run(());
                }
                // Letters typed here are no commands of the workspace.
                event.stop_propagation();
            }
        >
            <div class="form-row">
                <label class="grow">
                    "Label"
                    <input
                        node_ref=first
                        type="text"
                        name="label"
                        required
                        maxlength="100"
                        autocomplete="off"
                        placeholder="cup"
                        prop:value=move || fields.with(|f| f.label.clone())
                        on:input:target=move |event| set_label(event.target().value())
                    />
                </label>
                <label class="narrow" title="Tells objects of one label apart">
                    "Index"
                    <input
                        type="number"
                        name="multiplicity"
                        min="1"
                        required
                        prop:value=move || fields.with(|f| f.multiplicity.to_string())
                        on:input:target=move |event| {
                            index_chosen.set(true);
                            if let Ok(index) = event.target().value().parse() {
                                fields.update(|f| f.multiplicity = index);
                            }
                        }
                    />
                </label>
            </div>
            <fieldset class="form-row checks">
                <legend class="visually-hidden">"Seen in"</legend>
                <label>
                    <input
                        type="checkbox"
                        name="in_video1"
                        prop:checked=move || fields.with(|f| f.in_video1)
                        on:change:target=move |event| set_seen(|f, seen| f.in_video1 = seen, event.target().checked())
                    />
                    "In video 1"
                </label>
                <label>
                    <input
                        type="checkbox"
                        name="in_video2"
                        prop:checked=move || fields.with(|f| f.in_video2)
                        on:change:target=move |event| set_seen(|f, seen| f.in_video2 = seen, event.target().checked())
                    />
                    "In video 2"
                </label>
            </fieldset>
            <div class="form-row">
                <label class="grow">
                    "Change"
                    <select
                        name="change_type"
                        prop:value=move || fields.with(|f| f.change_type.as_str())
                        on:change:target=move |event| {
                            if let Ok(change) = event.target().value().parse() {
                                change_chosen.set(true);
                                fields.update(|f| f.change_type = change);
                            }
                        }
                    >
                        {options(ChangeType::ALL.iter().map(|c| c.as_str()), fields.with_untracked(|f| f.change_type.as_str()))}
                    </select>
                </label>
                <label class="grow">
                    "Shape"
                    <select
                        name="deformability"
                        prop:value=move || fields.with(|f| f.deformability.as_str())
                        on:change:target=move |event| {
                            if let Ok(kind) = event.target().value().parse() {
                                fields.update(|f| f.deformability = kind);
                            }
                        }
                    >
                        {options(Deformability::ALL.iter().map(|d| d.as_str()), fields.with_untracked(|f| f.deformability.as_str()))}
                    </select>
                </label>
                <label class="narrow" title="Frames to annotate in each video">
                    "Views"
                    <input
                        type="number"
                        name="views"
                        min="1"
                        max=VIEWS_MAX.to_string()
                        required
                        prop:value=move || fields.with(|f| f.views.to_string())
                        on:input:target=move |event| {
                            if let Ok(views) = event.target().value().parse() {
                                fields.update(|f| f.views = views);
                            }
                        }
                    />
                </label>
            </div>
            <InlineError message=error />
            <div class="form-row actions">
                <button type="submit" class="button primary" disabled=busy>
                    {action}
                </button>
                <button type="button" class="button" on:click:target=move |_| on_close.run(())>
                    "Cancel"
                </button>
            </div>
        </form>
    }
}

/// The options of a select box, with `chosen` marked for pages that are not hydrated yet.
fn options(words: impl Iterator<Item = &'static str>, chosen: &'static str) -> AnyView {
    words
        .map(|word| view! { <option value=word selected=word == chosen>{word}</option> })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cup(id: i64, multiplicity: u32) -> Object {
        Object {
            id: ObjectId(id),
            position: 0,
            colour: 0,
            fields: ObjectFields {
                label: "cup".into(),
                multiplicity,
                in_video1: true,
                in_video2: true,
                views: 1,
                deformability: Deformability::Rigid,
                change_type: ChangeType::Moved,
            },
        }
    }

    #[test]
    fn the_smallest_free_index_is_offered() {
        let cups = [cup(1, 1), cup(2, 3)];
        assert_eq!(next_multiplicity(&cups, "cup", None), 2);
        assert_eq!(next_multiplicity(&cups, " Cup ", None), 2);
        assert_eq!(next_multiplicity(&cups, "plate", None), 1);
        assert_eq!(next_multiplicity(&cups, "cup", Some(ObjectId(1))), 1);
    }
}
