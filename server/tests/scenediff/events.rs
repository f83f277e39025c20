//! `GET /events`.

use crate::clips::clip;
use crate::server::fresh;
use domain::{JobKind, JobState, LiveEvent, VideoSide};
use std::io::{BufRead, BufReader};

#[test]
fn an_open_page_follows_a_job_from_start_to_end() {
    let (server, _data) = fresh();
    let answer = server.get("/events");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let session = server.session(&clip(VideoSide::One, 4), &clip(VideoSide::Two, 4));

    let mut states = Vec::new();
    for line in BufReader::new(answer.into_body().into_reader()).lines() {
        let line = line.unwrap();
        let Some(data) = line.strip_prefix("data:") else {
            continue;
        };
        if let LiveEvent::Job(job) = serde_json::from_str(data).unwrap() {
            assert_eq!((&job.session, job.kind), (&session.id, JobKind::Ingest));
            if states.last() != Some(&job.state) {
                states.push(job.state);
            }
            if !job.state.is_active() {
                break;
            }
        }
    }
    assert_eq!(
        states,
        [JobState::Queued, JobState::Running, JobState::Done]
    );
}

#[test]
fn the_server_stops_although_a_page_listens() {
    let (server, _data) = fresh();
    let page = server.get("/events");
    assert!(server.terminate().success());
    let lines = BufReader::new(page.into_body().into_reader()).lines();
    assert!(
        lines
            .map_while(Result::ok)
            .all(|line| line.is_empty() || line.starts_with(':'))
    );
}
