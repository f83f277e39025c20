//! Judging masks: verdicts, comments, finding a session good, and sending objects back.

use crate::{Service, ServiceError};
use domain::{
    AskedViews, COMMENT_MAX, ObjectId, Permission, Review, Session, SessionId, SessionStatus,
    VIEWS_MAX, Verdict,
};

/// Longest name of a reviewer, in characters.
const REVIEWER_MAX: usize = 100;

impl Service {
    /// What reviewers said about a session. Before anybody is named as its reviewer, that is whoever asks.
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn review(&self, session: &SessionId) -> Result<Review, ServiceError> {
        self.store.sessions().get(session).await?;
        let reviews = self.store.reviews();
        let mut review = reviews.get(session).await?;
        if review.reviewer.is_empty() && self.person.may(Permission::Review) {
            review.reviewer = reviews.usual_name().await?;
        }
        Ok(review)
    }

    /// Judges an object, or takes that back.
    ///
    /// # Errors
    /// When there are no masks to judge, the object is gone, or the session is another reviewer's.
    pub async fn set_verdict(
        &self,
        object: ObjectId,
        verdict: Option<Verdict>,
    ) -> Result<(), ServiceError> {
        let session = self.store.objects().session_of(object).await?;
        self.need_masks(&session).await?;
        self.store.reviews().set_verdict(object, verdict).await?;
        self.review_changed(&session).await
    }

    /// Replaces the comment on an object.
    ///
    /// # Errors
    /// When it is too long, the object is gone, or the session is another reviewer's.
    pub async fn comment_on_object(
        &self,
        object: ObjectId,
        text: &str,
    ) -> Result<(), ServiceError> {
        let text = checked(text, COMMENT_MAX)?;
        let session = self.store.objects().session_of(object).await?;
        self.need_with(Permission::Review, &session).await?;
        self.store.reviews().comment_on_object(object, text).await?;
        self.review_changed(&session).await
    }

    /// Replaces the comment on a session as a whole.
    ///
    /// # Errors
    /// When it is too long, or the session is gone or another reviewer's.
    pub async fn comment_on_session(
        &self,
        session: &SessionId,
        text: &str,
    ) -> Result<(), ServiceError> {
        let text = checked(text, COMMENT_MAX)?;
        self.need_with(Permission::Review, session).await?;
        let reviews = self.store.reviews();
        reviews.comment_on_session(session, text).await?;
        self.review_changed(session).await
    }

    /// Names the reviewer of a session, as the files name them.
    ///
    /// # Errors
    /// When the name is too long, or the session is gone or another reviewer's.
    pub async fn set_reviewer(&self, session: &SessionId, name: &str) -> Result<(), ServiceError> {
        let name = checked(name, REVIEWER_MAX)?;
        self.need_with(Permission::Review, session).await?;
        self.store.reviews().set_reviewer(session, name).await?;
        self.review_changed(session).await
    }

    /// *Reviewed - Good*: finds a session good, with every object that nobody has judged.
    ///
    /// # Errors
    /// When there are no masks to judge, an object is marked to be annotated again, or what was sent back is not made
    /// anew yet.
    pub async fn approve_session(&self, session: &SessionId) -> Result<(), ServiceError> {
        let status = self.need_masks(session).await?.status;
        if let Some(why) = status.why_not_approved() {
            return Err(ServiceError::Conflict(why.into()));
        }
        self.store.reviews().approve(session).await?;
        self.review_changed(session).await
    }

    /// *Send back for re-annotation*: these objects in these videos, and no others any more.
    ///
    /// # Errors
    /// When nothing is asked for, an object is not in a video, or there are no masks to judge.
    pub async fn send_back(
        &self,
        session: &SessionId,
        asked: &[AskedViews],
    ) -> Result<(), ServiceError> {
        self.need_masks(session).await?;
        if asked.is_empty() {
            return Err(ServiceError::Invalid(
                "nothing is chosen: tick at least one object and one of its videos".into(),
            ));
        }
        for asked in asked {
            if !asked.is_valid() {
                return Err(ServiceError::Invalid(format!(
                    "ask for 1 to {VIEWS_MAX} views, not {}",
                    asked.views
                )));
            }
            self.seen_in(asked.object, asked.side).await?;
        }
        self.store.reviews().send_back(session, asked).await?;
        self.review_changed(session).await
    }

    /// Takes everything back that was sent back; verdicts and comments stay.
    ///
    /// # Errors
    /// When nothing is sent back.
    pub async fn withdraw(&self, session: &SessionId) -> Result<(), ServiceError> {
        let status = self.need_masks(session).await?.status;
        if status != SessionStatus::NeedsReannotation {
            return Err(ServiceError::Conflict(
                "nothing is sent back: the session was annotated again, or somebody was faster"
                    .into(),
            ));
        }
        self.store.reviews().withdraw(session).await?;
        self.review_changed(session).await
    }

    /// The session, when whoever asks may judge it and there is something to judge.
    async fn need_masks(&self, id: &SessionId) -> Result<Session, ServiceError> {
        let session = self.need_with(Permission::Review, id).await?;
        match session.status.why_not_judged() {
            None => Ok(session),
            Some(why) => Err(ServiceError::Conflict(why.into())),
        }
    }

    /// Brings the file in line, and tells open pages.
    pub(crate) async fn review_changed(&self, session: &SessionId) -> Result<(), ServiceError> {
        let written = self.jobs.refresh_review(session).await;
        // It is stored all the same.
        self.publish_session(session).await?;
        Ok(written?)
    }
}

/// A text without spaces around it, short enough.
fn checked(text: &str, max: usize) -> Result<&str, ServiceError> {
    let text = text.trim();
    let length = text.chars().count();
    if length > max {
        return Err(ServiceError::Invalid(format!(
            "the text has {length} characters: shorten it to {max}"
        )));
    }
    Ok(text)
}
