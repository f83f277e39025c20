//! The offline job: start, cancel, retry, and the list of jobs.

use crate::{Service, ServiceError, is_ingested};
use domain::{
    Change, JobId, JobKind, JobRecord, JobState, Permission, SessionId, SessionStatus, VideoSide,
};

/// How many of the last jobs are listed, beside those that wait or run.
const RECENT: u32 = 50;

impl Service {
    /// Queues the offline job of a session.
    ///
    /// # Errors
    /// When the videos are not read yet, an object has no click in one of its videos (the text says which), or a job
    /// of the session waits or runs already.
    pub async fn start_job(&self, session: &SessionId) -> Result<JobRecord, ServiceError> {
        if !is_ingested(&self.need_with(Permission::Annotate, session).await?) {
            return Err(ServiceError::Conflict(
                "the videos are still being read: start the job when their frames are there".into(),
            ));
        }
        self.check_complete(session).await?;
        Ok(self
            .jobs
            .enqueue_in(&self.store, session, JobKind::Propagate)
            .await?)
    }

    /// Queues the offline job of every session that is ready for it and open to whoever asks.
    ///
    /// # Errors
    /// When no session is ready.
    pub async fn start_all_ready(&self) -> Result<Vec<JobRecord>, ServiceError> {
        let mut queued = Vec::new();
        for session in self.store.sessions().list().await? {
            if session.status != SessionStatus::Ready {
                continue;
            }
            match self.start_job(&session.id).await {
                Ok(job) => queued.push(job),
                // Somebody else was faster with this session, is changing it, or has it for themselves.
                Err(
                    ServiceError::Conflict(_)
                    | ServiceError::NotFound(_)
                    | ServiceError::Forbidden(_),
                ) => {}
                Err(error) => return Err(error),
            }
        }
        if queued.is_empty() {
            return Err(ServiceError::Conflict(
                "no session is ready: click every object of a session in each of its videos first"
                    .into(),
            ));
        }
        Ok(queued)
    }

    /// Stops a job, queued or running. With the ingest goes the upload, so that is for whoever uploaded and for those who may
    /// delete.
    ///
    /// # Errors
    /// When the job has ended already, or it is somebody else's upload.
    pub async fn cancel_job(&self, job: JobId) -> Result<(), ServiceError> {
        let asked = self.store.jobs().get(job).await?;
        match self.need_with(Permission::Annotate, &asked.session).await {
            // A job may outlive its session.
            Ok(_) | Err(ServiceError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        if asked.kind == JobKind::Ingest {
            let made_by = self.store.history().made_by(&asked.session).await?;
            if made_by.is_some_and(|person| person != self.person.id) {
                self.need(Permission::Delete)?;
            }
        }
        if asked.state.is_active() {
            let change = Change::CancelAsked { kind: asked.kind };
            let history = self.store.history();
            history.note(&asked.session, None, &change).await?;
        }
        Ok(self.jobs.cancel(job).await?)
    }

    /// Puts a job that waits ahead of all others of its kind.
    ///
    /// # Errors
    /// When it does not wait, or whoever asks is no lead.
    pub async fn move_job_up(&self, job: JobId) -> Result<JobRecord, ServiceError> {
        self.need(Permission::Assign)?;
        Ok(self.jobs.move_up_in(&self.store, job).await?)
    }

    /// Queues the work of a failed or cancelled job again.
    ///
    /// # Errors
    /// When the job did not fail, its session is gone, or its videos are read by now.
    pub async fn retry(&self, job: JobId) -> Result<JobRecord, ServiceError> {
        let job = self.store.jobs().get(job).await?;
        if !matches!(job.state, JobState::Failed | JobState::Cancelled) {
            return Err(ServiceError::Conflict(format!(
                "job {} is {}: only a failed or cancelled job is started again",
                job.id, job.state
            )));
        }
        if job.kind == JobKind::Propagate {
            return self.start_job(&job.session).await;
        }
        match self.need_with(Permission::Annotate, &job.session).await {
            Err(ServiceError::NotFound(_)) => Err(ServiceError::Conflict(
                "its uploads were removed: upload the videos again".into(),
            )),
            Err(error) => Err(error),
            Ok(session) if is_ingested(&session) => Err(ServiceError::Conflict(
                "its videos were read meanwhile: open the session".into(),
            )),
            Ok(session) => {
                let kind = JobKind::Ingest;
                Ok(self.jobs.enqueue_in(&self.store, &session.id, kind).await?)
            }
        }
    }

    /// Every job that waits or runs, and those that ended lately, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn jobs(&self) -> Result<Vec<JobRecord>, ServiceError> {
        Ok(self.store.jobs().recent(RECENT).await?)
    }

    /// Checks that there are objects, and that each was clicked in every video that it is in. Where masks were uploaded, only
    /// what was clicked is worked on, and the masks of everything else stay as they are.
    async fn check_complete(&self, session: &SessionId) -> Result<(), ServiceError> {
        let objects = self.store.objects().list(session).await?;
        let clicked = self.store.prompts().clicked(session).await?;
        if objects.is_empty() {
            return Err(ServiceError::Conflict(
                "there is no object yet: add the objects that changed, and click them".into(),
            ));
        }
        let covered = self.store.uploads().covered(session).await?;
        if clicked.is_empty() && !covered.is_empty() {
            return Err(ServiceError::Conflict(
                "nothing is clicked: uploaded masks stay as they are; click the objects whose masks are to be made again"
                    .into(),
            ));
        }
        let mut missing = Vec::new();
        for object in &objects {
            for side in VideoSide::BOTH {
                let place = (object.id, side);
                let has_any = clicked.contains(&place) || covered.contains(&place);
                if object.fields.is_in(side) && !has_any {
                    missing.push(format!("\"{}\" in {side}", object.fields.title()));
                }
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(ServiceError::Conflict(format!(
            "not clicked yet: {}; click there, or untick the video in the list of objects",
            missing.join(", ")
        )))
    }
}
