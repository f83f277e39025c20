use crate::{Fixture, session};
use domain::{Change, Duty, Inbox, JobKind, JobState, Person, Role, SessionEvent, Verdict};

fn words(inbox: &Inbox) -> Vec<String> {
    inbox.news.iter().map(|news| news.words.clone()).collect()
}

#[tokio::test]
async fn news_are_what_others_did_to_what_is_yours() {
    let f = Fixture::new().await;
    let add = async |name, role| f.store.people().add(name, role).await.unwrap();
    let ann = add("Ann", Role::Annotator).await;
    let bob = add("Bob", Role::Annotator).await;
    let rea = add("Rea", Role::Reviewer).await;
    let lea = add("Lea", Role::Lead).await;
    let read = async |person: &Person| f.store.inboxes().read(person).await.unwrap();
    let [leas, reas, anns] = [&lea, &rea, &ann].map(|person| f.store.acting_as(person.id));
    let ids = std::slice::from_ref(&f.id);
    leas.sessions()
        .assign(ids, Duty::Annotate, Some(ann.id))
        .await
        .unwrap();
    leas.sessions()
        .assign(ids, Duty::Review, Some(rea.id))
        .await
        .unwrap();
    let comment = |text: &str| Change::Commented {
        title: Some("cup 1".into()),
        text: text.into(),
    };
    let note = async |store: &store::Store, change| {
        store.history().note(&f.id, None, &change).await.unwrap();
    };
    note(&reas, comment("the handle")).await;
    note(&anns, comment("done")).await;
    note(
        &reas,
        Change::Judged {
            title: "cup 1".into(),
            verdict: Some(Verdict::NeedsReannotation),
        },
    )
    .await;
    note(
        &reas,
        Change::SentBack {
            titles: vec!["cup 1".into()],
        },
    )
    .await;
    let job = anns.jobs().create(&f.id, JobKind::Propagate).await.unwrap();
    for (state, reason) in [
        (JobState::Running, None),
        (JobState::Failed, Some("no disk")),
    ] {
        f.store
            .jobs()
            .set_state(job.id, state, reason)
            .await
            .unwrap();
    }
    assert_eq!(
        words(&read(&ann).await),
        [
            "The offline job failed: no disk",
            "Rea sent back cup 1",
            "Rea on cup 1: the handle",
            "Lea gave it to you to annotate",
        ]
    );
    assert_eq!(
        words(&read(&rea).await),
        ["Ann on cup 1: done", "Lea gave it to you to review"]
    );
    // What a lead did is no news for them, but a failure anywhere is.
    assert_eq!(
        words(&read(&lea).await),
        ["The offline job failed: no disk"]
    );
    assert_eq!(words(&read(&Person::local()).await).len(), 1);
    assert_eq!(words(&read(&bob).await), Vec::<String>::new());

    // Read up to the second newest; the mark never goes back.
    let inbox = read(&ann).await;
    assert_eq!((inbox.unread(), inbox.read_up_to), (4, 0));
    let second = inbox.news[1].id;
    for up_to in [second, second - 3] {
        f.store.inboxes().mark_read(&ann, up_to).await.unwrap();
    }
    let inbox = read(&ann).await;
    assert_eq!((inbox.unread(), inbox.read_up_to), (1, second));
    assert_eq!(read(&rea).await.unread(), 2);
    f.store.sessions().delete(&f.id).await.unwrap();
    assert_eq!(read(&ann).await.unread(), 0);
}

#[tokio::test]
async fn a_session_that_nobody_annotates_is_its_makers() {
    let f = Fixture::new().await;
    let ann = f.store.people().add("Ann", Role::Annotator).await.unwrap();
    let bob = f.store.people().add("Bob", Role::Annotator).await.unwrap();
    let anns = f.store.acting_as(ann.id);
    let hers = session(&anns, "hers").await;
    let change = Change::SentBack { titles: Vec::new() };
    f.store.history().note(&hers, None, &change).await.unwrap();
    let unread = async |person: &Person| f.store.inboxes().read(person).await.unwrap().unread();
    assert_eq!((unread(&ann).await, unread(&bob).await), (1, 0));
    f.store
        .sessions()
        .assign(std::slice::from_ref(&hers), Duty::Annotate, Some(bob.id))
        .await
        .unwrap();
    assert_eq!((unread(&ann).await, unread(&bob).await), (0, 2));
    let complete = SessionEvent::PromptsChanged { complete: true };
    f.store.sessions().apply(&hers, complete).await.unwrap();
    assert_eq!(unread(&bob).await, 2);
}
