//! One object: colour, name, change, frames, views, masks.

use super::Table;
use super::name::Name;
use super::palette::{ColourButton, Palette};
use crate::components::erased::reactive_view;
use crate::components::icon::{Icon, Shape};
use crate::components::sight::reveal;
use domain::{ChangeType, Object, ObjectId, VIEWS_MAX, VideoSide};
use leptos::html;
use leptos::prelude::*;

/// The row of an object; stays in place while the object changes.
#[component]
pub(super) fn ObjectRow(table: Table, id: ObjectId) -> impl IntoView {
    let signals = table.signals;
    let object = Memo::new(move |_| table.object(id));
    let title = move || object.with(|o| o.as_ref().map(|o| o.fields.title()).unwrap_or_default());
    let is_selected = Memo::new(move |_| signals.selected.get() == Some(id));
    let row = NodeRef::<html::Tr>::new();
    // Whatever chose it, a key or a click on a timeline.
    Effect::new(move |_| {
        if let (true, Some(row)) = (is_selected.get(), row.get()) {
            reveal(&row, ".objects");
        }
    });
    let is_hidden = move || signals.hidden.with(|hidden| hidden.contains(&id));
    let change_type = move || object.with(|o| o.as_ref().map(|o| o.fields.change_type));
    let views = move || object.with(|o| o.as_ref().map_or(1, |o| o.fields.views));
    let changes = ChangeType::ALL.iter().map(|&change| {
        let chosen = untrack(change_type) == Some(change);
        view! { <option value=change.as_str() selected=chosen>{change.as_str()}</option> }
    });
    let counts = (1..=VIEWS_MAX).map(|count| {
        let chosen = untrack(views) == count;
        view! { <option value=count.to_string() selected=chosen>{count}</option> }
    });
    view! {
        <tr node_ref=row class:selected=is_selected class:hidden-object=is_hidden>
            <th scope="row">
                <span class="object-title">
                    <ColourButton table object />
                    <Name table object id />
                </span>
            </th>
            <td>
                <select
                    class="in-place"
                    aria-label=move || format!("Change of {}", title())
                    prop:value=move || change_type().map(ChangeType::as_str)
                    on:change:target=move |event| {
                        if let Ok(change_type) = event.target().value().parse() {
                            table.update(id, |fields| fields.change_type = change_type);
                        }
                    }
                >
                    {changes.collect_view()}
                </select>
            </td>
            <td class="number">
                <Frames table object side=VideoSide::One />
            </td>
            <td class="number">
                <Frames table object side=VideoSide::Two />
            </td>
            <td>
                <select
                    class="in-place"
                    aria-label=move || format!("Views of {}", title())
                    prop:value=move || views().to_string()
                    on:change:target=move |event| {
                        if let Ok(views) = event.target().value().parse() {
                            table.update(id, |fields| fields.views = views);
                        }
                    }
                >
                    {counts.collect_view()}
                </select>
            </td>
            <td class="row-tools">
                <button
                    type="button"
                    class="button icon-only quiet"
                    aria-label=move || format!("Show the masks of {}", title())
                    title="Show or hide the masks (h)"
                    aria-pressed=move || (!is_hidden()).to_string()
                    on:click:target=move |_| {
                        signals
                            .hidden
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
        <Palette table object id />
    }
}

/// Frames annotated of frames to annotate; a dash where the object is not seen.
#[component]
fn Frames(table: Table, object: Memo<Option<Object>>, side: VideoSide) -> impl IntoView {
    let done = Memo::new(move |_| {
        let id = object.with(|object| object.as_ref().map(|object| object.id));
        table.signals.prompted.with(|keys| {
            let of_cell = keys
                .iter()
                .filter(|key| Some(key.object) == id && key.side == side);
            of_cell.count()
        })
    });
    reactive_view(move || {
        object.with(|object| {
            let fields = &object.as_ref()?.fields;
            let views = usize::from(fields.views);
            Some(if fields.is_in(side) {
                let complete = move || done.get() >= views;
                view! { <span class:complete=complete>{move || format!("{}/{views}", done.get())}</span> }
                    .into_any()
            } else {
                view! { <span class="muted" title="Not in this video">"–"</span> }.into_any()
            })
        })
    })
}
