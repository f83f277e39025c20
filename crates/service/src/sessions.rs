//! Sessions: the list, one of them, who works on them, deletion.

use crate::prompts::check_frame;
use crate::upload::finish;
use crate::{Service, ServiceError, is_ingested};
use domain::{
    Duty, Edit, FrameNumber, HistoryEntry, JobKind, JobState, LiveEvent, Looked, ObjectId,
    Permission, PersonId, PromptedFrame, RESTORE_DAYS, Session, SessionId, SessionPage,
    SessionQuery, VideoSide, Workspace,
};
use jobs::JobsError;
use store::StoreError;

/// Words that are looked for at once.
const WORDS_MAX: usize = 50;

/// Entries of a history that are shown.
pub const HISTORY_MAX: u32 = 1000;

impl Service {
    /// A session with its objects, prompts and job.
    ///
    /// # Errors
    /// When there is no such session; the text says why, if it was removed because a video could not be used.
    pub async fn workspace(&self, id: &SessionId) -> Result<Workspace, ServiceError> {
        let session = match self.store.sessions().get(id).await {
            Err(StoreError::NotFound(_)) => return Err(self.why_gone(id).await?),
            session => session?,
        };
        let prompts = self.store.prompts();
        let prompted = prompts.current(id).await?;
        let objects = self.store.objects().list(id).await?;
        let note = |edit: Option<Edit>| edit.map(|edit| edit.note(&objects));
        Ok(Workspace {
            session,
            prompts: prompted
                .into_iter()
                .map(|(key, prompts)| PromptedFrame { key, prompts })
                .collect(),
            undo: note(prompts.next_undo(id).await?),
            redo: note(prompts.next_redo(id).await?),
            objects,
            done_early: self.store.standing().done_early(id).await?,
            looked: self.store.standing().looked(id).await?,
            sent_back: self.store.reviews().sent_back(id).await?,
            uploaded: self.store.uploads().get(id).await?,
            job: self.store.jobs().latest_for(id).await?,
        })
    }

    /// Notes that a person called an object done in a video before every view was annotated.
    ///
    /// # Errors
    /// When the object is gone.
    pub async fn done_early(&self, object: ObjectId, side: VideoSide) -> Result<(), ServiceError> {
        let session = self.store.objects().session_of(object).await?;
        self.need_with(Permission::Annotate, &session).await?;
        self.store.standing().set_done_early(object, side).await?;
        self.publish_session(&session).await
    }

    /// Notes which frames of a video a person looked at; those known already stay. What somebody looks at who does not work on
    /// the session is noted nowhere.
    ///
    /// # Errors
    /// When there is no such session, or the video has not so many frames.
    pub async fn add_looked(
        &self,
        session: &SessionId,
        side: VideoSide,
        frames: &Looked,
    ) -> Result<(), ServiceError> {
        let found = match self.need_with(Permission::Annotate, session).await {
            Err(ServiceError::Forbidden(_)) => return Ok(()),
            found => found?,
        };
        if let Some(last) = frames.end().checked_sub(1) {
            let video = &found.videos[usize::from(side.number() - 1)];
            check_frame(video, FrameNumber(last))?;
        }
        Ok(self
            .store
            .standing()
            .add_looked(session, side, frames)
            .await?)
    }

    /// One page of the list of sessions.
    ///
    /// # Errors
    /// When too many words are looked for, or the database fails.
    pub async fn session_page(&self, query: &SessionQuery) -> Result<SessionPage, ServiceError> {
        if query.text.split_whitespace().nth(WORDS_MAX).is_some() {
            return Err(ServiceError::Invalid(format!(
                "at most {WORDS_MAX} words are looked for at once: enter fewer"
            )));
        }
        Ok(self.store.sessions().page(query).await?)
    }

    /// Who did what to a session, or to one of its objects, the newest first; at most the last [`HISTORY_MAX`] entries.
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn history(
        &self,
        id: &SessionId,
        object: Option<ObjectId>,
    ) -> Result<Vec<HistoryEntry>, ServiceError> {
        self.store.sessions().get(id).await?;
        Ok(self.store.history().list(id, object, HISTORY_MAX).await?)
    }

    /// Gives sessions to somebody, or to nobody.
    ///
    /// # Errors
    /// When that person does not review, or a session or the person is gone; then nothing is changed.
    pub async fn assign(
        &self,
        ids: &[SessionId],
        duty: Duty,
        person: Option<PersonId>,
    ) -> Result<(), ServiceError> {
        self.need(Permission::Assign)?;
        if let Some(id) = person {
            let person = self.store.people().get(id).await?;
            if duty == Duty::Review && !person.may(Permission::Review) {
                return Err(ServiceError::Conflict(format!(
                    "{} is an {}: choose a reviewer or a lead to review, or give {} another role first",
                    person.name, person.role, person.name
                )));
            }
        }
        self.store.sessions().assign(ids, duty, person).await?;
        for id in ids {
            self.publish_session(id).await?;
        }
        Ok(())
    }

    /// Deletes a session; for a week it can be brought back. Its job is stopped.
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn delete_session(&self, id: &SessionId) -> Result<(), ServiceError> {
        self.need(Permission::Delete)?;
        let job = self.store.jobs().latest_for(id).await?;
        let job = job.filter(|job| job.state.is_active());
        if let Some(job) = &job
            && job.kind == JobKind::Propagate
        {
            match self.cancel_job(job.id).await {
                // It ended by itself meanwhile.
                Ok(()) | Err(ServiceError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.store.sessions().delete(id).await?;
        self.jobs.publish(LiveEvent::SessionRemoved {
            session: id.clone(),
        });
        // Afterwards: the ingest of a session that is not deleted takes it along when it is stopped.
        if let Some(job) = job
            && job.kind == JobKind::Ingest
        {
            self.jobs.stop_job(job.id).await?;
        }
        Ok(())
    }

    /// Brings a deleted session back; what was not read of its videos is read again.
    ///
    /// # Errors
    /// When its week is over.
    pub async fn restore_session(&self, id: &SessionId) -> Result<(), ServiceError> {
        self.need(Permission::Delete)?;
        self.store.sessions().restore(id).await?;
        self.take_up(&self.store.sessions().get(id).await?).await?;
        self.publish_session(id).await
    }

    /// Queues the ingest of a session that waits for one in vain: its server was killed, or it was deleted meanwhile.
    pub(crate) async fn take_up(&self, session: &Session) -> Result<(), ServiceError> {
        let job = self.store.jobs().latest_for(&session.id).await?;
        let waits_in_vain = match job {
            Some(job) if job.state.is_active() => false,
            // Masks may be missing that came with the videos.
            Some(job) if job.kind == JobKind::Ingest && job.state != JobState::Done => true,
            _ => !is_ingested(session),
        };
        if !waits_in_vain {
            return Ok(());
        }
        let queued = self
            .jobs
            .enqueue_in(&self.store, &session.id, JobKind::Ingest)
            .await;
        match queued {
            // Its own job ended or began in between.
            Ok(_) | Err(JobsError::Store(StoreError::NotFound(_) | StoreError::Conflict(_))) => {
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the files and rows of sessions that were deleted more than a week ago.
    ///
    /// # Errors
    /// When a file cannot be removed or the database fails; the others are removed all the same.
    pub async fn purge_deleted(&self) -> Result<usize, ServiceError> {
        let week = jiff::SignedDuration::from_hours(24 * i64::from(RESTORE_DAYS));
        let time = format!("{:.3}", jiff::Timestamp::now() - week);
        let mut removed = Ok(0);
        for id in self.store.sessions().deleted_before(&time).await? {
            let (jobs, session) = (self.jobs.clone(), id.clone());
            let done = finish(tokio::spawn(async move {
                Ok(jobs.remove_session(&session).await?)
            }))
            .await;
            removed = match done {
                Ok(()) => removed.map(|number| number + 1),
                Err(error) => removed.and(Err(error)),
            };
        }
        removed
    }

    /// Refuses changes to a session that is somebody else's.
    pub(crate) async fn need_with(
        &self,
        action: Permission,
        id: &SessionId,
    ) -> Result<Session, ServiceError> {
        self.need(action)?;
        let session = self.store.sessions().get(id).await?;
        match self.person.kept_out_by(action, &session.assigned) {
            None => Ok(session),
            Some(owner) => Err(ServiceError::Forbidden(format!(
                "the session {id} is assigned to {}: ask a lead to give it to you",
                owner.name
            ))),
        }
    }

    /// What to say about a session that is not there.
    async fn why_gone(&self, id: &SessionId) -> Result<ServiceError, ServiceError> {
        if self.store.sessions().deleted_at(id).await?.is_some() {
            return Ok(ServiceError::NotFound(format!(
                "the session {id} was deleted: a lead can bring it back for {RESTORE_DAYS} days"
            )));
        }
        let failed = self
            .store
            .jobs()
            .latest_for(id)
            .await?
            .filter(|job| job.kind == JobKind::Ingest && job.state == JobState::Failed);
        let text = match failed.and_then(|job| job.error) {
            Some(reason) => {
                format!(
                    "the session {id} was removed, because what was uploaded cannot be used: {reason}"
                )
            }
            None => format!("there is no session {id}: it may have been removed"),
        };
        Ok(ServiceError::NotFound(text))
    }
}
