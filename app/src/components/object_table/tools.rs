//! What can be done with the object being worked on.

use super::form::next_multiplicity;
use super::{Open, Table};
use crate::api;
use crate::components::erased::reactive_view;
use crate::components::icon::{Icon, Shape};
use domain::{Object, ObjectFields, ObjectId};
use leptos::prelude::*;

/// Edit, duplicate, move, tell apart, remove.
#[component]
pub(super) fn SelectedTools(table: Table) -> impl IntoView {
    let signals = table.signals;
    let object = Memo::new(move |_| table.object(signals.selected.get()?));
    let tool = move |what: &'static str, title: String, shape: Shape, run: Callback<()>| {
        view! {
            <button
                type="button"
                class="button icon-only quiet"
                aria-label=format!("{what} {title}")
                title=what
                on:click:target=move |_| run.run(())
            >
                <Icon shape />
            </button>
        }
    };
    reactive_view(move || {
        let object = object.get()?;
        let (id, position, title) = (object.id, object.position, object.fields.title());
        let count = signals.objects.with(Vec::len) as u32;
        let object = StoredValue::new(object);
        let tool = move |what, shape, run| tool(what, title.clone(), shape, run);
        let edit = Callback::new(move |()| table.open.set(Open::Edit(id)));
        let copy = Callback::new(move |()| object.with_value(|object| duplicate(table, object)));
        let up = Callback::new(move |()| move_to(table, id, position.saturating_sub(1)));
        let down = Callback::new(move |()| move_to(table, id, position + 1));
        let mixed = Callback::new(move |()| signals.mixed_up.update(|open| *open = !*open));
        let gone = Callback::new(move |()| remove(table, id));
        Some(view! {
            <span class="selected-tools">
                {tool("Edit", Shape::Pencil, edit)}
                {tool("Duplicate", Shape::Copy, copy)}
                {(position > 0).then(|| tool("Move up", Shape::Up, up))}
                {(position + 1 < count).then(|| tool("Move down", Shape::Down, down))}
                {tool("Swap, merge or split", Shape::Swap, mixed)}
                {tool("Remove", Shape::Trash, gone)}
            </span>
        })
    })
}

fn duplicate(table: Table, object: &Object) {
    let objects = table.signals.objects;
    let label = &object.fields.label;
    let fields = ObjectFields {
        multiplicity: objects.with_untracked(|all| next_multiplicity(all, label, None)),
        ..object.fields.clone()
    };
    let session = table.session.get_value();
    table.act(
        api::objects::add_object(session, fields),
        move |object: Object| {
            table.signals.selected.try_set(Some(object.id));
        },
    );
}

fn move_to(table: Table, id: ObjectId, position: u32) {
    table.act(api::objects::move_object(id, position), drop);
}

/// At once and without a question: undo brings it back.
fn remove(table: Table, id: ObjectId) {
    let selected = table.signals.selected;
    table.act(api::objects::remove_object(id), move |()| {
        if selected.try_get_untracked() == Some(Some(id)) {
            selected.set(None);
        }
    });
}
