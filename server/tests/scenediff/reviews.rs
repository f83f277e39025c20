//! What a reviewer says, from the server function to the file among the results.

use crate::clips::clip;
use crate::restart::{FRAMES, annotate};
use crate::server::{Server, fresh};
use domain::{JobKind, JobState, ResultFile, SessionId, VideoSide, Workspace};
use serde_json::{Value, json};

fn review_file(server: &Server, session: &SessionId) -> Value {
    crate::http::json(server.get(&format!("/sessions/{session}/results/review_meta.json")))
}

fn propagate(server: &Server, session: &SessionId) {
    server.start_job(session);
    let job = server.wait(session, JobKind::Propagate);
    assert_eq!((job.state, job.error), (JobState::Done, None));
}

#[test]
fn the_file_follows_the_review_and_outlives_the_next_job() {
    let (server, _data) = fresh();
    let id = server
        .session(&clip(VideoSide::One, FRAMES), &clip(VideoSide::Two, FRAMES))
        .id;
    annotate(&server, &id);
    propagate(&server, &id);
    let missing = server.get(&format!("/sessions/{id}/results/review_meta.json"));
    assert_eq!(missing.status(), 404, "nobody has said anything");

    let workspace: Workspace = server.call("sessions/get", &json!({ "id": id }));
    let object = workspace.objects[0].id;
    let () = server.call("reviews/reviewer", &json!({ "session": id, "name": "Rea" }));
    let () = server.call("reviews/comment", &json!({ "session": id, "text": "dark" }));
    let () = server.call(
        "reviews/comment_object",
        &json!({ "object": object, "text": "it leaks" }),
    );
    let asked = json!([{ "object": object, "side": 1, "views": 2 }]);
    let () = server.call(
        "reviews/send_back",
        &json!({ "session": id, "asked": asked }),
    );
    let file = review_file(&server, &id);
    assert_eq!(file["sessionId"], json!(id));
    assert_eq!(file["reviewerName"], "Rea");
    assert_eq!(file["reviewerComments"], "dark");
    assert!(file["timestamp"].as_str().unwrap().ends_with('Z'), "{file}");
    let said = &file["objectReviews"][0];
    assert_eq!(said["index"], 0);
    assert_eq!(said["comment"], "it leaks");
    assert_eq!(said["needsReannotation"], true);
    assert_eq!(said["reviewed"], false);
    assert_eq!(file.get("status"), None);

    // The job makes the folder anew; nothing was clicked, so the masks stay what they were.
    propagate(&server, &id);
    // The file follows the end of the job.
    let file = std::iter::repeat_with(|| review_file(&server, &id))
        .take(1000)
        .find(|file| file.get("status").is_some())
        .unwrap();
    assert_eq!(file["status"], "finish_reannotation");
    assert_eq!(file["objectReviews"][0]["comment"], "it leaks");
    let () = server.call(
        "reviews/judge",
        &json!({ "object": object, "verdict": "good" }),
    );
    let said = review_file(&server, &id)["objectReviews"][0].clone();
    assert_eq!(said["needsReannotation"], false);
    assert_eq!(said["reviewed"], true);

    let files: Vec<ResultFile> = server.call("sessions/results", &json!({ "id": id }));
    let listed = files.iter().find(|file| file.path == "review_meta.json");
    assert_eq!(listed.unwrap().title, "What reviewers said (JSON)");
}
