//! Swap, merge and split: for objects that were taken for each other.

use super::Table;
use crate::api;
use crate::components::erased::reactive_view;
use crate::components::sight::{focus_in_place, reveal};
use crate::later;
use domain::{FrameKey, FrameNumber, Object, ObjectId};
use leptos::html;
use leptos::prelude::*;

/// The panel; acts on the object being worked on, in the video and from the frame that is shown.
#[component]
pub(super) fn MixedUp(table: Table) -> impl IntoView {
    let signals = table.signals;
    let object = Memo::new(move |_| {
        let open = signals.mixed_up.get();
        table.object(signals.selected.get().filter(|_| open)?)
    });
    // Only opening it takes the focus: another object in it does not.
    let was_open = StoredValue::new(false);
    reactive_view(move || {
        let object = object.get();
        let is_fresh = !was_open.get_value();
        was_open.set_value(object.is_some());
        object.map(|object| {
            later!(
                workspace__objects,
                Panel(PanelProps {
                    table,
                    object,
                    is_fresh
                })
            )
        })
    })
}

#[component]
fn Panel(table: Table, object: Object, is_fresh: bool) -> impl IntoView {
    let signals = table.signals;
    let panel = NodeRef::<html::Section>::new();
    Effect::new(move |_| {
        if let (true, Some(panel)) = (is_fresh, panel.get()) {
            reveal(&panel, ".objects");
            focus_in_place(&panel);
        }
    });
    let id = object.id;
    let title = object.fields.title();
    let heading = format!("Mixed up: {title}");
    let others = signals.objects.with(|all| {
        let others = all.iter().filter(|other| other.id != id);
        others.cloned().collect::<Vec<Object>>()
    });
    let alike = others
        .iter()
        .find(|other| other.fields.label == object.fields.label);
    let other = RwSignal::new(alike.or(others.first()).map(|other| other.id));
    let options = others.iter().map(|of| {
        let chosen = other.get_untracked() == Some(of.id);
        view! { <option value=of.id.to_string() selected=chosen>{of.fields.title()}</option> }
    });
    let options = options.collect_view();
    let other_title = Memo::new(move |_| {
        let other = table.object(other.get()?)?;
        Some(other.fields.title())
    });
    let key = move |frame: FrameNumber| FrameKey {
        object: id,
        side: signals.here.get_untracked().0,
        frame,
    };
    let from_here = move || key(signals.here.get_untracked().1);
    let whole = move || key(FrameNumber(0));
    let swap = move |key: FrameKey| {
        if let Some(other) = other.get_untracked() {
            table.act(api::objects::swap_objects(key, other), drop);
        }
    };
    let merge = move |_| {
        if let Some(into) = other.get_untracked() {
            table.act(api::objects::merge_objects(id, into), move |()| {
                signals.selected.try_set(Some(into));
            });
        }
    };
    let split = move |key: FrameKey| {
        table.act(api::objects::split_object(key), move |made: Object| {
            signals.selected.try_set(Some(made.id));
        });
    };
    let here = move || format!("from frame {} on", signals.here.get().1);
    let all = move || format!("all of {}", signals.here.get().0);
    // Short beside each other, whole for those who hear them one by one.
    let button = move |what: &'static str, run: Callback<FrameKey>| {
        let here_whole = move || {
            let (side, frame) = signals.here.get();
            format!("{what} from frame {frame} of {side} on")
        };
        let all_whole = move || format!("{what} all of {}", signals.here.get().0);
        view! {
            <div class="mixed-up-row">
                <span class="muted">{what}</span>
                <button
                    type="button"
                    class="button small"
                    aria-label=here_whole
                    title=here_whole
                    on:click:target=move |_| run.run(from_here())
                >
                    {here}
                </button>
                <button
                    type="button"
                    class="button small"
                    aria-label=all_whole
                    title=all_whole
                    on:click:target=move |_| run.run(whole())
                >
                    {all}
                </button>
            </div>
        }
    };
    let merge_words = move || format!("into {}", other_title.get().unwrap_or_default());
    let merge_whole = move || format!("Merge {}", merge_words());
    view! {
        <section node_ref=panel class="mixed-up" tabindex="-1" aria-label=heading.clone()>
            <h2>{heading.clone()}</h2>
            {(!others.is_empty())
                .then(|| {
                    view! {
                        <label class="mixed-up-other">
                            "with "
                            <select
                                aria-label="The other object"
                                on:change:target=move |event| {
                                    other.set(event.target().value().parse().ok().map(ObjectId));
                                }
                            >
                                {options}
                            </select>
                        </label>
                        {button("Swap", Callback::new(swap))}
                        <div class="mixed-up-row">
                            <span class="muted">"Merge"</span>
                            <button
                                type="button"
                                class="button small"
                                aria-label=merge_whole
                                title="Both are the same object"
                                on:click=merge
                            >
                                {merge_words}
                            </button>
                        </div>
                    }
                })}
            {button("Split", Callback::new(split))}
            <p class="muted">"Clicks and masks move along. Undo takes it back."</p>
        </section>
    }
}
