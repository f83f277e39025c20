//! One session of the list.

use super::List;
use super::remove::restore;
use crate::components::badge::{SessionBadge, is_reading};
use crate::components::cut::SessionName;
use crate::components::focus::target_of;
use crate::components::format;
use crate::components::icon::{Icon, Shape};
use crate::components::progress::{ProgressBar, known_fraction, progress_words};
use crate::live::use_live;
use domain::{
    Assigned, Assignee, IngestState, JobKind, JobState, Session, SessionId, SessionStatus,
    SessionVideo,
};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A row: two thumbnails, the name as the way in, where it stands, whose it is, and what can be done.
#[component]
pub(super) fn SessionRow(initial: Session, list: List) -> impl IntoView {
    let id = initial.id.clone();
    let files = format!(
        "{} · {}",
        initial.videos[0].file_name, initial.videos[1].file_name
    );
    let scene_type = initial.scene_type.clone();
    let deleted_at = initial.deleted_at.clone();
    let annotate = format!("/sessions/{id}");
    let review = format!("/sessions/{id}/review");
    // The row stays where the focus is while the session in it goes on.
    let known = id.clone();
    let session = Memo::new(move |before: Option<&Session>| {
        let now = list
            .page
            .with(|page| page.sessions.iter().find(|s| s.id == known).cloned());
        now.or_else(|| before.cloned())
            .unwrap_or_else(|| initial.clone())
    });
    let reading = Memo::new(move |_| session.with(is_reading));
    let status = Memo::new(move |_| session.with(|s| s.status));
    let assigned = Memo::new(move |_| session.with(|s| s.assigned.clone()));
    let updated = Memo::new(move |_| session.with(|s| s.updated_at.clone()));
    let is_deleted = deleted_at.is_some();
    let main_page = {
        let (annotate, review) = (annotate.clone(), review.clone());
        move || {
            // A deleted session has no pages until it is brought back.
            (!is_deleted).then(|| {
                // What was sent back waits for whoever annotates.
                match status.get() {
                    SessionStatus::NeedsReannotation => annotate.clone(),
                    status if has_masks(status) => review.clone(),
                    _ => annotate.clone(),
                }
            })
        }
    };
    let has_people = !list.people.with_untracked(Vec::is_empty);
    view! {
        <tr>
            {list.may_assign.then(|| view! { <td><Choose list id=id.clone() disabled=is_deleted /></td> })}
            <td class="thumbs">
                {move || {
                    reading.track();
                    session.with_untracked(|s| s.videos.iter().map(|video| thumbnail(&s.id, video)).collect_view())
                }}
            </td>
            <th scope="row">
                <a class="row-link" href=main_page title=id.to_string() aria-label=id.to_string()>
                    <SessionName id=id.clone() />
                </a>
                <div class="muted" title=files.clone()>{files.clone()}</div>
            </th>
            <td>
                <div class="row-scene" title=scene_type.clone()>{scene_type.clone()}</div>
            </td>
            <td class="number">{move || session.with(|s| s.object_count)}</td>
            <td>
                {move || {
                    reading.track();
                    status.track();
                    view! { <SessionBadge session=session.get_untracked() /> }
                }}
                <RowProgress id=id.clone() reading />
            </td>
            {has_people.then(|| view! { <td class="row-people">{move || people(&assigned.get())}</td> })}
            <td class="when">
                {deleted_at.map(|time| view! { <div class="muted">"deleted " {format::minute(&time)}</div> })}
                <time datetime=updated>{move || updated.with(|time| format::minute(time))}</time>
            </td>
            {if is_deleted {
                view! { <DeletedTools list id /> }.into_any()
            } else {
                view! { <RowTools list id status annotate review /> }.into_any()
            }}
        </tr>
    }
}

/// The box that chooses the session.
#[component]
fn Choose(list: List, id: SessionId, disabled: bool) -> impl IntoView {
    let known = id.clone();
    let chosen = Memo::new(move |_| list.chosen.with(|chosen| chosen.contains(&known)));
    let label = format!("Choose {id}");
    let toggle = move |event| {
        let wanted = event_target_checked(&event);
        list.chosen.update(|chosen| {
            if wanted {
                chosen.insert(id.clone());
            } else {
                chosen.remove(&id);
            }
        });
    };
    view! { <input type="checkbox" aria-label=label disabled=disabled prop:checked=chosen on:change=toggle /> }
}

/// Who annotates and who reviews.
fn people(assigned: &Assigned) -> AnyView {
    let line = |duty: &'static str, somebody: &Option<Assignee>| {
        somebody.as_ref().map(|somebody| {
            view! { <div><span class="muted">{duty}</span> " " {somebody.name.clone()}</div> }
        })
    };
    view! { {line("annotates", &assigned.annotator)} {line("reviews", &assigned.reviewer)} }
        .into_any()
}

/// The ways into the session, and out of the list.
#[component]
fn RowTools(
    list: List,
    id: SessionId,
    status: Memo<SessionStatus>,
    annotate: String,
    review: String,
) -> impl IntoView {
    let delete_label = format!("Delete {id}");
    view! {
        <td class="row-tools">
            <a class="button small" href=annotate>
                "Annotate"
            </a>
            {move || {
                has_masks(status.get())
                    .then(|| {
                        view! {
                            <a class="button small" href=review.clone()>
                                "Review"
                            </a>
                        }
                    })
            }}
            {list.may_delete.then(|| view! {
                <button
                    type="button"
                    class="button icon-only quiet"
                    aria-label=delete_label
                    title="Delete"
                    on:click:target=move |_| list.removing.set(Some(id.clone()))
                >
                    <Icon shape=Shape::Trash />
                </button>
            })}
        </td>
    }
}

/// The way back.
#[component]
fn DeletedTools(list: List, id: SessionId) -> impl IntoView {
    let label = format!("Bring back {id}");
    view! {
        <td class="row-tools">
            {list.may_delete.then(|| view! {
                <button
                    type="button"
                    class="button small"
                    aria-label=label
                    on:click:target=move |_| restore(list, id.clone())
                >
                    "Bring back"
                </button>
            })}
        </td>
    }
}

/// Whether the offline job has made masks to look at.
fn has_masks(status: SessionStatus) -> bool {
    matches!(
        status,
        SessionStatus::NeedsReview
            | SessionStatus::NeedsReannotation
            | SessionStatus::FinishedReannotation
            | SessionStatus::Reviewed
    )
}

/// The first frame, once there is one.
fn thumbnail(id: &SessionId, video: &SessionVideo) -> AnyView {
    if video.ingest != IngestState::Ready {
        return view! { <span class="thumb" aria-hidden="true"></span> }.into_any();
    }
    let src = format!("/sessions/{id}/videos/{}/frames/0", video.side.number());
    view! { <img class="thumb" src=src alt="" width="72" height="48" loading="lazy" decoding="async" /> }
        .into_any()
}

/// The progress of the job that works on the session.
#[component]
fn RowProgress(id: SessionId, reading: Memo<bool>) -> impl IntoView {
    let live = use_live();
    let job = Memo::new(move |_| {
        let kind = if reading.get() {
            JobKind::Ingest
        } else {
            JobKind::Propagate
        };
        live.job_of(&id, kind)
            .filter(|job| job.state == JobState::Running)
    });
    let fraction = Signal::derive(move || job.get().and_then(|job| known_fraction(&job.progress)));
    let active = Memo::new(move |_| job.get().is_some());
    view! {
        <Show when=move || active.get()>
            <ProgressBar fraction label="Progress of the job" />
            <div class="muted number">{move || job.get().map(|job| progress_words(&job.progress))}</div>
        </Show>
    }
}

/// Arrow up and down go from row to row, from nowhere to the first; Enter follows the link that has the focus.
pub(super) fn listen() {
    // The server has no window.
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            if !event.default_prevented() && move_focus(&event) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Does what an arrow stands for; says whether it stands for anything.
fn move_focus(event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
        return false;
    }
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return false,
    };
    let Some(target) = target_of(event) else {
        return false;
    };
    let row = target.closest(".sessions tbody tr").ok().flatten();
    let next = match row {
        Some(row) if down => row.next_element_sibling(),
        Some(row) => row.previous_element_sibling(),
        // The arrows belong to whatever else has the focus.
        None if down
            && !document()
                .query_selector(":focus")
                .is_ok_and(|f| f.is_some()) =>
        {
            document()
                .query_selector(".sessions tbody tr")
                .ok()
                .flatten()
        }
        None => None,
    };
    let link = next
        .and_then(|row| row.query_selector(".row-link").ok().flatten())
        .and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok());
    link.is_some_and(|link| link.focus().is_ok())
}
