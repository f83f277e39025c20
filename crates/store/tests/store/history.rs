use crate::Fixture;
use domain::{Change, EditStep, HistoryEntry, JobKind, JobState, Role, SessionStatus, VideoSide};

/// What happened, by whom; oldest first.
async fn read(f: &Fixture) -> Vec<(Option<String>, Change)> {
    let entries: Vec<HistoryEntry> = f.store.history().list(&f.id, None, 100).await.unwrap();
    assert!(entries.is_sorted_by(|later, earlier| later.id > earlier.id && later.at >= earlier.at));
    entries
        .into_iter()
        .rev()
        .map(|entry| (entry.person, entry.change))
        .collect()
}

#[tokio::test]
async fn every_change_carries_who_and_when() {
    let mut f = Fixture::new().await;
    let ann = f.store.people().add("Ann", Role::Annotator).await.unwrap();
    let server = f.store.clone();
    f.store = server.acting_as(ann.id);
    let cup = f.object("cup", true, false).await;
    f.click(cup, VideoSide::One, 3, 1.0).await;
    f.store.prompts().undo(&f.id).await.unwrap();
    f.store.prompts().redo(&f.id).await.unwrap();
    let mut fields = f.store.objects().get(cup).await.unwrap().fields;
    fields.label = "mug".into();
    f.store.objects().update(cup, None, &fields).await.unwrap();
    // Saying the same again changes nothing.
    f.store.objects().update(cup, None, &fields).await.unwrap();
    let job = f
        .store
        .jobs()
        .create(&f.id, JobKind::Propagate)
        .await
        .unwrap();
    for (state, reason) in [
        (JobState::Running, None),
        (JobState::Failed, Some("no disk")),
    ] {
        server
            .jobs()
            .set_state(job.id, state, reason)
            .await
            .unwrap();
    }
    f.store.objects().remove(cup).await.unwrap();

    let prompt = |step| {
        (
            Some("Ann"),
            Change::Edit {
                title: "cup 1".into(),
                side: VideoSide::One,
                frame: domain::FrameNumber(3),
                what: "click".into(),
                step,
            },
        )
    };
    let status = |person, from, to| (person, Change::Status { from, to });
    let job = |person, state, reason: Option<&str>| {
        let (kind, reason) = (JobKind::Propagate, reason.map(str::to_owned));
        (
            person,
            Change::Job {
                kind,
                state,
                reason,
            },
        )
    };
    use SessionStatus::{Draft, Failed, Propagating, Queued, Ready};
    let ann = Some("Ann");
    let expected = [
        (None, Change::SessionMade),
        (
            ann,
            Change::ObjectAdded {
                title: "cup 1".into(),
            },
        ),
        prompt(EditStep::Done),
        status(ann, Draft, Ready),
        prompt(EditStep::Undone),
        status(ann, Ready, Draft),
        prompt(EditStep::Redone),
        status(ann, Draft, Ready),
        (
            ann,
            Change::ObjectChanged {
                title: "cup 1".into(),
                fields: vec![("label".into(), "mug".into())],
            },
        ),
        job(ann, JobState::Queued, None),
        status(ann, Ready, Queued),
        job(None, JobState::Running, None),
        status(None, Queued, Propagating),
        job(None, JobState::Failed, Some("no disk")),
        status(None, Propagating, Failed),
        (
            ann,
            Change::Edit {
                title: "mug 1".into(),
                side: VideoSide::One,
                frame: domain::FrameNumber(0),
                what: "removal".into(),
                step: EditStep::Done,
            },
        ),
    ];
    let expected: Vec<(Option<String>, Change)> = expected
        .into_iter()
        .map(|(person, change)| (person.map(str::to_owned), change))
        .collect();
    assert_eq!(read(&f).await, expected);
    // What was done to the object outlives it.
    let of_cup = f.store.history().list(&f.id, Some(cup), 100).await.unwrap();
    assert_eq!(of_cup.len(), 6);
    let two = f.store.history().list(&f.id, None, 2).await.unwrap();
    assert_eq!(two.len(), 2);
    assert!(matches!(&two[0].change, Change::Edit { what, .. } if what == "removal"));
}

#[tokio::test]
async fn what_was_sent_back_is_finished_by_its_next_job() {
    use domain::SessionEvent as E;
    let f = Fixture::new().await;
    let cup = f.object("cup", true, false).await;
    f.click(cup, VideoSide::One, 3, 1.0).await;
    let run = async |end| {
        let jobs = f.store.jobs();
        let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
        for state in [JobState::Running, end] {
            jobs.set_state(job.id, state, None).await.unwrap();
        }
        f.store.sessions().get(&f.id).await.unwrap().status
    };
    let apply = async |event| f.store.sessions().apply(&f.id, event).await.unwrap().status;
    assert_eq!(run(JobState::Done).await, SessionStatus::NeedsReview);
    assert_eq!(apply(E::SentBack).await, SessionStatus::NeedsReannotation);
    assert_eq!(
        run(JobState::Cancelled).await,
        SessionStatus::NeedsReannotation
    );
    assert_eq!(run(JobState::Failed).await, SessionStatus::Failed);
    assert_eq!(
        run(JobState::Done).await,
        SessionStatus::FinishedReannotation
    );
    assert_eq!(apply(E::Approved).await, SessionStatus::Reviewed);
    assert_eq!(run(JobState::Done).await, SessionStatus::NeedsReview);
}
