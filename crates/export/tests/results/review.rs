//! `review_meta.json`.

use crate::samples::kitchen;
use domain::{
    Assigned, IngestState, ObjectReview, Review, Session, SessionStatus, SessionVideo, Signed,
    Verdict, VideoSide,
};
use export::{REVIEW_FILE, review_meta, write_review};
use serde_json::{Value, json};

fn session(status: SessionStatus) -> Session {
    let video = |side| SessionVideo {
        side,
        file_name: "a.mp4".into(),
        ingest: IngestState::Ready,
        width: 64,
        height: 48,
        frames: 4,
    };
    Session {
        id: "a_b_2026-01-31_18-05-09".parse().unwrap(),
        scene_type: "kitchen".into(),
        status,
        created_at: String::new(),
        updated_at: String::new(),
        object_count: 3,
        assigned: Assigned::default(),
        deleted_at: None,
        videos: VideoSide::BOTH.map(video),
    }
}

/// The second of three objects was annotated again, the third is good, and nobody spoke of the first.
fn review() -> Review {
    let time = "2026-01-31T18:05:09.000Z";
    let objects = kitchen().objects;
    let said = |at: usize, verdict, comment: &str, annotated_again| ObjectReview {
        object: objects[at].id,
        verdict,
        comment: comment.into(),
        annotated_again,
        signed: (at > 0).then(|| Signed {
            by: Some("Rea".into()),
            at: time.into(),
        }),
    };
    Review {
        reviewer: "Rea".into(),
        comment: "dark".into(),
        signed: None,
        changed_at: Some(time.into()),
        objects: vec![
            said(0, None, "", false),
            said(1, None, "leaks", true),
            said(2, Some(Verdict::Good), "", false),
        ],
        asked: Vec::new(),
    }
}

fn written(status: SessionStatus) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let (session, review) = (session(status), review());
    let meta = review_meta(&session, &kitchen().objects, &review).unwrap();
    write_review(dir.path(), &meta).unwrap();
    let text = std::fs::read_to_string(dir.path().join(REVIEW_FILE)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_file_has_the_fields_that_its_readers_know() {
    let time = "2026-01-31T18:05:09.000Z";
    let labels = kitchen().objects;
    let label = |at: usize| {
        let fields = &labels[at].fields;
        format!("{}_{}", fields.label, fields.multiplicity)
    };
    let expected = json!({
        "sessionId": "a_b_2026-01-31_18-05-09",
        "reviewerName": "Rea",
        "reviewerComments": "dark",
        "timestamp": time,
        "objectReviews": [
            {"index": 0, "label": label(0), "comment": "", "needsReannotation": false, "reviewed": false},
            {"index": 1, "label": label(1), "comment": "leaks", "needsReannotation": true, "reviewed": false,
             "reviewedBy": "Rea", "timestamp": time},
            {"index": 2, "label": label(2), "comment": "", "needsReannotation": false, "reviewed": true,
             "reviewedBy": "Rea", "timestamp": time},
        ],
        "status": "finish_reannotation",
    });
    assert_eq!(written(SessionStatus::FinishedReannotation), expected);
    assert_eq!(written(SessionStatus::Reviewed).get("status"), None);
}

#[test]
fn there_is_no_file_before_a_review() {
    let session = session(SessionStatus::NeedsReview);
    let nothing = Review::default();
    assert!(review_meta(&session, &kitchen().objects, &nothing).is_none());
}
