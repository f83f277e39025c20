//! Several people and one session: what another team member may and may not do to it.

use crate::{Fixture, cup, key, point};
use domain::{Change, Duty, JobId, Looked, Person, Role, SessionId, VideoSide};
use service::{Service, ServiceError};

pub(crate) async fn person(f: &Fixture, name: &str, role: Role) -> (Person, Service) {
    let person = f.store.people().add(name, role).await.unwrap();
    let service = f.service.acting_as(person.clone());
    (person, service)
}

pub(crate) fn forbidden<T: std::fmt::Debug>(outcome: Result<T, ServiceError>, owner: &str) {
    match outcome {
        Err(ServiceError::Forbidden(text)) => assert!(text.contains(owner), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assigned_session_is_changed_by_its_annotator_its_reviewer_and_leads() {
    let f = Fixture::new().await;
    let id: SessionId = f.session().await;
    let (ann, anns) = person(&f, "Ann", Role::Annotator).await;
    let (_, bobs) = person(&f, "Bob", Role::Annotator).await;
    let (rea, reas) = person(&f, "Rea", Role::Reviewer).await;
    let (_, leas) = person(&f, "Lea", Role::Lead).await;
    let ids = [id.clone()];
    // What is nobody's is everybody's.
    let mut second = cup(true, false);
    second.multiplicity = 2;
    let cup2 = bobs.add_object(&id, second.clone()).await.unwrap();
    let cup1 = bobs.add_object(&id, cup(true, false)).await.unwrap();
    leas.assign(&ids, Duty::Annotate, Some(ann.id))
        .await
        .unwrap();
    leas.assign(&ids, Duty::Review, Some(rea.id)).await.unwrap();

    let click = key(&cup1, VideoSide::One, 0);
    second.multiplicity = 3;
    let session = &id;
    forbidden(bobs.add_object(session, second.clone()).await, "Ann");
    forbidden(bobs.update_object(cup1.id, None, second).await, "Ann");
    forbidden(bobs.move_object(cup1.id, 0).await, "Ann");
    forbidden(bobs.remove_object(cup1.id).await, "Ann");
    forbidden(bobs.set_object_colour(cup1.id, 3).await, "Ann");
    forbidden(bobs.swap_objects(click, cup2.id).await, "Ann");
    forbidden(bobs.merge_objects(cup1.id, cup2.id).await, "Ann");
    forbidden(bobs.split_object(click).await, "Ann");
    forbidden(bobs.done_early(cup1.id, VideoSide::One).await, "Ann");
    forbidden(
        bobs.add_prompt(session, click, point(9.0, 9.0)).await,
        "Ann",
    );
    forbidden(bobs.undo(session).await, "Ann");
    forbidden(bobs.redo(session).await, "Ann");
    forbidden(bobs.start_job(session).await, "Ann");
    forbidden(bobs.set_approved(session, click, true).await, "Ann");
    forbidden(
        bobs.take_back(session, VideoSide::One, cup1.id).await,
        "Ann",
    );
    forbidden(bobs.delete_session(session).await, "lead");
    forbidden(bobs.restore_session(session).await, "lead");
    forbidden(bobs.assign(&ids, Duty::Annotate, None).await, "lead");
    // Looking is for everybody.
    bobs.workspace(session).await.unwrap();
    bobs.history(session, None).await.unwrap();

    anns.remove_object(cup2.id).await.unwrap();
    for service in [&anns, &reas, &leas] {
        service
            .add_prompt(session, click, point(9.0, 9.0))
            .await
            .unwrap();
    }
    let job = anns.start_job(session).await.unwrap();
    forbidden(bobs.cancel_job(job.id).await, "Ann");
    assert!(matches!(
        bobs.start_all_ready().await,
        Err(ServiceError::Conflict(_))
    ));
    anns.cancel_job(job.id).await.unwrap();

    let history = f.service.history(session, None).await.unwrap();
    let who = |wanted: fn(&Change) -> bool| {
        let entry = history.iter().find(|entry| wanted(&entry.change)).unwrap();
        entry.person.clone().unwrap()
    };
    assert_eq!(who(|c| matches!(c, Change::ObjectAdded { .. })), "Bob");
    assert_eq!(who(|c| matches!(c, Change::AnnotatorSet { .. })), "Lea");
    assert_eq!(who(|c| matches!(c, Change::CancelAsked { .. })), "Ann");
    let queued = |c: &Change| {
        matches!(
            c,
            Change::Job {
                state: domain::JobState::Queued,
                kind: domain::JobKind::Propagate,
                ..
            }
        )
    };
    assert_eq!(who(queued), "Ann");
    let prompts = history
        .iter()
        .filter(|e| matches!(&e.change, Change::Edit { what, .. } if what == "click"));
    let people: Vec<_> = prompts.map(|e| e.person.clone().unwrap()).collect();
    assert_eq!(people, ["Lea", "Rea", "Ann"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_annotator_gets_the_sessions_that_they_make() {
    let f = Fixture::new().await;
    let (ann, anns) = person(&f, "Ann", Role::Annotator).await;
    let files = [f.staged("a.mp4", ""), f.staged("b.mov", "")];
    let made = anns.create_session(files, "room").await.unwrap();
    let owner = anns.workspace(&made.id).await.unwrap().session.assigned;
    assert_eq!(owner.annotator.map(|a| a.id), Some(ann.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_review_are_given_reviews() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let (ann, _) = person(&f, "Ann", Role::Annotator).await;
    let refused = f
        .service
        .assign(std::slice::from_ref(&id), Duty::Review, Some(ann.id))
        .await;
    assert!(
        matches!(refused, Err(ServiceError::Conflict(text)) if text.contains("Ann is an annotator"))
    );
    let nobody = f.service.cancel_job(JobId(99)).await;
    assert!(matches!(nobody, Err(ServiceError::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_look_at_is_not_noted() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let (ann, anns) = person(&f, "Ann", Role::Annotator).await;
    let (_, bobs) = person(&f, "Bob", Role::Annotator).await;
    let ids = [id.clone()];
    f.service
        .assign(&ids, Duty::Annotate, Some(ann.id))
        .await
        .unwrap();
    let one = VideoSide::One;
    let looked = async || anns.workspace(&id).await.unwrap().looked[0].to_text();
    bobs.add_looked(&id, one, &Looked::from_text("0-3"))
        .await
        .unwrap();
    assert_eq!(looked().await, "");
    anns.add_looked(&id, one, &Looked::from_text("0-5"))
        .await
        .unwrap();
    assert_eq!(looked().await, "0-5");
    let behind = anns
        .add_looked(&id, one, &Looked::from_text("0-4294967295"))
        .await;
    let reason = behind.unwrap_err().to_string();
    assert!(reason.contains("frames 0 to 4"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_uploaded_or_may_delete_stops_the_reading_of_videos() {
    let f = Fixture::new().await;
    let (_, leas) = person(&f, "Lea", Role::Lead).await;
    let (_, reas) = person(&f, "Rea", Role::Reviewer).await;
    let (_, bobs) = person(&f, "Bob", Role::Annotator).await;
    for (makes, stops) in [(&reas, &reas), (&reas, &leas)] {
        let files = [f.staged("a.mp4", "slow"), f.staged("b.mov", "")];
        let made = makes.create_session(files, "room").await.unwrap();
        let job = bobs.workspace(&made.id).await.unwrap().job.unwrap();
        forbidden(bobs.cancel_job(job.id).await, "lead");
        stops.cancel_job(job.id).await.unwrap();
    }
}
