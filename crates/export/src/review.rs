//! The review of a session as a file: `review_meta.json`.
//!
//! ```json
//! {"sessionId": "...", "reviewerName": "...", "reviewerComments": "...", "timestamp": "2026-01-31T18:05:09.000Z",
//!  "objectReviews": [{"index": 0, "comment": "...", "needsReannotation": false, "reviewed": true}],
//!  "status": "finish_reannotation"}
//! ```
//! `index` counts the objects from 0, as in the benchmark's list. Readers of the original tool tell by `status` that what
//! needs re-annotation has new masks already: it is there from the end of the offline job to the next verdict, and the
//! objects that were annotated again stay marked until then. Beside these fields each object bears its `label` and, once
//! somebody spoke of it, `reviewedBy` and `timestamp`.

use crate::ExportError;
use crate::write::{write_file, write_json};
use domain::{Object, Review, Session, SessionStatus, Verdict};
use serde::Serialize;
use std::path::Path;

/// The name of the file, below the results folder of the session.
pub const REVIEW_FILE: &str = "review_meta.json";

/// What the file holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewMeta<'a> {
    session_id: &'a str,
    reviewer_name: &'a str,
    reviewer_comments: &'a str,
    timestamp: &'a str,
    object_reviews: Vec<ObjectMeta<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
}

/// What the file holds of an object.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectMeta<'a> {
    index: usize,
    label: String,
    comment: &'a str,
    needs_reannotation: bool,
    reviewed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewed_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<&'a str>,
}

/// The whole of `review_meta.json`; none before anybody reviewed anything.
#[must_use]
pub fn review_meta<'a>(
    session: &'a Session,
    objects: &[Object],
    review: &'a Review,
) -> Option<ReviewMeta<'a>> {
    let object_reviews = objects.iter().enumerate().map(|(index, object)| {
        let said = review.of(object.id);
        let verdict = said.and_then(|said| said.verdict);
        let signed = said.and_then(|said| said.signed.as_ref());
        ObjectMeta {
            index,
            label: format!("{}_{}", object.fields.label, object.fields.multiplicity),
            comment: said.map_or("", |said| &said.comment),
            needs_reannotation: verdict == Some(Verdict::NeedsReannotation)
                || said.is_some_and(|said| said.annotated_again),
            reviewed: verdict == Some(Verdict::Good),
            reviewed_by: signed.and_then(|signed| signed.by.as_deref()),
            timestamp: signed.map(|signed| signed.at.as_str()),
        }
    });
    Some(ReviewMeta {
        session_id: session.id.as_str(),
        reviewer_name: &review.reviewer,
        reviewer_comments: &review.comment,
        timestamp: review.changed_at.as_deref()?,
        object_reviews: object_reviews.collect(),
        status: (session.status == SessionStatus::FinishedReannotation)
            .then_some("finish_reannotation"),
    })
}

/// Writes `review_meta.json` into `dir`, beside its place and then renamed: a reader never sees half a file.
///
/// # Errors
/// When the file cannot be written.
pub fn write_review(dir: &Path, meta: &ReviewMeta<'_>) -> Result<(), ExportError> {
    write_file(&dir.join(REVIEW_FILE), |out| write_json(out, meta)).map(drop)
}
