//! What the parts of the page of a review share.

use super::load;
use super::uploaded::hidden_at_first;
use super::watch::Watch;
use crate::api::ApiError;
use crate::components::threads::Threads;
use domain::{
    Me, Object, ObjectId, Permission, ResultFile, Review, Session, SessionId, SessionStatus,
    Thread, Workspace,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashSet;

/// What the parts of the page share; a cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub session: RwSignal<Session>,
    pub objects: RwSignal<Vec<Object>>,
    pub files: RwSignal<Vec<ResultFile>>,
    /// Objects whose masks are not painted.
    pub hidden: RwSignal<HashSet<ObjectId>>,
    /// Whether the masks came with their videos.
    pub uploaded: bool,
    /// What reviewers say.
    pub review: RwSignal<Review>,
    /// The object that keys are about.
    pub selected: RwSignal<Option<ObjectId>>,
    /// What is watched.
    pub watch: Watch,
    /// What people write to each other.
    pub threads: Threads,
    /// Whether the masks before the last job are outlined.
    pub former: RwSignal<bool>,
    /// Whether whoever looks may judge this session.
    pub may_judge: Memo<bool>,
    /// What could not be done.
    pub problem: RwSignal<Option<String>>,
    /// Changes of the review that the server has not confirmed.
    pub unsaved: StoredValue<u32>,
}

impl Shown {
    /// Begins with what the server told; `me` is whoever looks.
    pub(super) fn new(
        workspace: Workspace,
        files: Vec<ResultFile>,
        review: Review,
        threads: Result<Vec<Thread>, ApiError>,
        me: Option<Me>,
    ) -> Self {
        let is_again = workspace.session.status == SessionStatus::FinishedReannotation;
        let session = RwSignal::new(workspace.session.clone());
        let objects = RwSignal::new(workspace.objects.clone());
        let selected = RwSignal::new(None);
        let counts = Signal::derive(move || {
            session.with(|session| session.videos.each_ref().map(|video| video.frames))
        });
        Self {
            session,
            objects,
            files: RwSignal::new(files),
            hidden: RwSignal::new(hidden_at_first(&workspace)),
            uploaded: workspace.uploaded.is_some(),
            review: RwSignal::new(review),
            selected,
            watch: Watch::new(&workspace, counts, selected),
            threads: Threads::new(workspace.session.id, objects.into(), threads),
            // Old against new is what this review is about.
            former: RwSignal::new(is_again),
            may_judge: Memo::new(move |_| {
                let person = me.as_ref().map(|me| &me.person);
                person.is_some_and(|person| {
                    let of_others = session.with(|s| {
                        person
                            .kept_out_by(Permission::Review, &s.assigned)
                            .is_some()
                    });
                    person.may(Permission::Review) && !of_others
                })
            }),
            problem: RwSignal::new(None),
            unsaved: StoredValue::new(0),
        }
    }

    pub(super) fn id(self) -> SessionId {
        self.session.with_untracked(|session| session.id.clone())
    }

    /// Loads everything again.
    pub(super) fn reload(self) {
        // The page may have been left meanwhile.
        let Some(id) = self
            .session
            .try_with_untracked(|session| session.id.to_string())
        else {
            return;
        };
        spawn_local(async move {
            let Ok((workspace, files, review)) = load(id).await else {
                // The bar says that the server is gone; the next reconnection tries again.
                return;
            };
            if self.objects.try_with_untracked(Vec::is_empty) == Some(true) {
                // The masks of an upload come after its videos.
                self.hidden.try_set(hidden_at_first(&workspace));
            }
            self.watch.update(&workspace);
            self.session.try_set(workspace.session);
            self.objects.try_set(workspace.objects);
            self.files.try_set(files);
            // What is on its way is newer, and is followed by an event of its own.
            if self.unsaved.try_get_value() == Some(0) {
                self.review.try_set(review);
            }
        });
    }

    /// Has something of the review stored, and says what went wrong, if anything.
    pub(super) fn store(self, change: impl Future<Output = Result<(), ApiError>> + 'static) {
        self.unsaved.update_value(|number| *number += 1);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = change.await;
            let left = self.unsaved.try_update_value(|number| *number -= 1);
            if let Err(error) = outcome {
                self.problem.try_set(Some(error.to_string()));
            }
            if left.is_some() {
                self.reload();
            }
        });
    }
}
