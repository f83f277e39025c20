//! The dashboard as HTML, and its tables as files.

use crate::clips::clip;
use crate::http::{Form, refusal};
use crate::server::fresh;
use domain::VideoSide;

#[test]
fn figures_are_readable_without_scripts_and_as_files() {
    let (server, _data) = fresh();
    let read = |path: &str| {
        let mut answer = server.get(path);
        assert_eq!(answer.status(), 200, "{path}");
        answer.body_mut().read_to_string().unwrap()
    };
    assert!(read("/dashboard").contains("Nothing to count yet"));
    assert!(read("/inbox").contains("Nothing yet"));
    assert!(read("/password").contains("Nobody signs in here"));

    let (video1, video2) = (clip(VideoSide::One, 2), clip(VideoSide::Two, 2));
    let form = Form::default()
        .text("scene_type", "=1+1, \"x\"")
        .file("video1", ("before.mp4", &video1))
        .file("video2", ("after.mp4", &video2));
    assert_eq!(server.upload(form).status(), 200);

    let page = read("/dashboard?days=90");
    for words in [
        "The only session is not done yet",
        "No session was done in this time",
        "class=\"column-chart\"",
        "sessions a week",
        "What the figures mean",
        "/dashboard/scenes.csv?days=90",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // A spreadsheet takes it for a text.
    let scenes = read("/dashboard/scenes.csv?days=90");
    assert_eq!(
        scenes,
        "Scene type,Done,In review,Sent back,Waiting,Sessions\n\"'=1+1, \"\"x\"\"\",0,0,0,1,1\n"
    );
    for (table, head) in [
        (
            "status",
            "Status,Counts as,Sessions\nAnnotating,waiting,1\n",
        ),
        (
            "people",
            "Person,Done,In review,Sent back,Waiting,Annotates,To review\n",
        ),
        ("days", "From,To,Sessions done\n"),
        ("effort", "Person,\"Active time, s\",Objects,"),
        (
            "stuck",
            "Session,Why,Since (UTC),Person,Reason of the failure\n",
        ),
        ("queue", "Session,Job,State,"),
        ("failures", "Session,Job,Failed (UTC),Reason\n"),
    ] {
        let text = read(&format!("/dashboard/{table}.csv"));
        assert!(text.starts_with(head), "{table}: {text}");
    }
    assert!(read("/dashboard/people.csv").ends_with("\nNobody,0,0,0,1,1,0\n"));
    let file = server.get("/dashboard/days.csv?days=all");
    assert_eq!(
        file.headers()["content-disposition"],
        "attachment; filename=\"days.csv\""
    );
    assert_eq!(
        read("/dashboard/scenes.csv?scene=nowhere").lines().count(),
        1
    );
    for path in ["/dashboard/lost.csv", "/dashboard/days"] {
        let (status, reason) = refusal(server.get(path));
        assert_eq!(status, 404);
        assert!(reason.contains("there is no table"), "{reason}");
    }
}
