//! The figures of the dashboard, beside the same figures counted in plain loops.

mod figures;
mod measured;
mod world;

use crate::Fixture;
use domain::{
    DashboardQuery, JobKind, JobState, Period, Role, SessionEvent, StuckReason, VideoSide,
};
use world::{NOW, World};

#[tokio::test]
async fn every_figure_is_what_plain_loops_count() {
    let world = World::random(24).await;
    for period in Period::ALL {
        for scene in [None, Some("attic"), Some("nowhere")] {
            let query = DashboardQuery {
                period: *period,
                scene: scene.map(str::to_owned),
            };
            let counted = world.store().dashboards().read(&query, NOW, true).await;
            figures::check(&world, &query, &counted.unwrap());
        }
    }
}

#[tokio::test]
async fn a_deleted_session_counts_nowhere() {
    let world = World::random(5).await;
    for id in world.ids() {
        world.store().sessions().delete(&id).await.unwrap();
    }
    let query = DashboardQuery {
        period: Period::All,
        scene: None,
    };
    let counted = world.store().dashboards().read(&query, NOW, true).await;
    let counted = counted.unwrap();
    assert_eq!(counted.sessions().total(), 0);
    assert!(counted.days.is_empty() && counted.stuck.is_empty() && counted.all_scenes.is_empty());
    assert_eq!(counted.effort, domain::Effort::default());
}

#[tokio::test]
async fn the_pause_before_each_thing_is_noted_for_its_person() {
    let mut f = Fixture::new().await;
    let ann = f.store.people().add("Ann", Role::Annotator).await.unwrap();
    let server = f.store.clone();
    f.store = server.acting_as(ann.id);
    let cup = f.object("cup", true, false).await;
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    f.click(cup, VideoSide::One, 3, 1.0).await;
    // What the server does has no pause, and what Ann does first has none.
    let without = "select count(*) from history where pause is null and (person is null or id =
                     (select min(id) from history where person is not null))";
    let all_without = "select count(*) from history where pause is null";
    assert_eq!(f.count(without).await, f.count(all_without).await);
    let long =
        "select count(*) from history where kind = 'edit done click' and pause between 0.03 and 30";
    assert_eq!(f.count(long).await, 1);
    // Added up they are the time between the first and the last of them.
    let sum = "select sum(h.pause) - (julianday(max(h.at)) - julianday(min(h.at))) * 86400 between -0.01 and 0.01
               from history h where h.person is not null";
    assert_eq!(f.count(sum).await, 1);
}

#[tokio::test]
async fn what_does_not_move_has_a_reason() {
    let f = Fixture::new().await;
    let sessions = f.store.sessions();
    let read = async |now: &str, team| {
        let query = DashboardQuery::default();
        let counted = f.store.dashboards().read(&query, now, team).await.unwrap();
        let reasons = counted.stuck.iter().map(|stuck| stuck.reason);
        (reasons.collect::<Vec<_>>(), counted)
    };
    let (today, later) = ("2020-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z");
    assert_eq!(read(today, false).await.0, []);
    assert_eq!(read(today, true).await.0, [StuckReason::Unassigned]);
    assert_eq!(read(later, false).await.0, [StuckReason::Incomplete]);
    let apply = async |event| {
        sessions.apply(&f.id, event).await.unwrap();
    };
    apply(SessionEvent::PromptsChanged { complete: true }).await;
    assert_eq!(read(today, true).await.0, []);
    assert_eq!(read(later, true).await.0, [StuckReason::NotStarted]);
    let jobs = f.store.jobs();
    let job = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    assert_eq!(read(later, true).await.0, []);
    for (state, error) in [
        (JobState::Running, None),
        (JobState::Failed, Some("no disk")),
    ] {
        jobs.set_state(job.id, state, error).await.unwrap();
    }
    let (reasons, counted) = read(today, true).await;
    assert_eq!(reasons, [StuckReason::JobFailed]);
    assert_eq!(counted.stuck[0].detail.as_deref(), Some("no disk"));
    assert!(counted.queue.failures[0].is_last);
    let again = jobs.create(&f.id, JobKind::Propagate).await.unwrap();
    let queue = read(today, true).await.1.queue;
    assert!(!queue.failures[0].is_last);
    assert_eq!((queue.jobs.len(), queue.mean_seconds), (1, None));
    for state in [JobState::Running, JobState::Done] {
        jobs.set_state(again.id, state, None).await.unwrap();
    }
    let (reasons, counted) = read(later, true).await;
    assert_eq!(reasons, [StuckReason::WaitsForReview]);
    assert!(
        counted
            .queue
            .mean_seconds
            .is_some_and(|mean| (0.0..60.0).contains(&mean))
    );
    apply(SessionEvent::SentBack).await;
    assert_eq!(read(later, false).await.0, [StuckReason::SentBack]);
    assert_eq!(read(today, false).await.0, []);
    assert_eq!(read(today, true).await.0, [StuckReason::Unassigned]);
}
