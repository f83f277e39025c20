//! Who sees which figures, and who changes the order of jobs.

use crate::{Fixture, cup, key, point};
use domain::{Change, DashboardQuery, DashboardTable, Person, Role, VideoSide};
use service::{Service, ServiceError};

async fn person(f: &Fixture, name: &str, role: Role) -> (Person, Service) {
    let person = f.store.people().add(name, role).await.unwrap();
    let service = f.service.acting_as(person.clone());
    (person, service)
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_progress_and_only_leads_how_others_work() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let (_, anns) = person(&f, "Ann", Role::Annotator).await;
    let (_, reas) = person(&f, "Rea", Role::Reviewer).await;
    let (_, leas) = person(&f, "Lea", Role::Lead).await;
    let object = anns.add_object(&id, cup(true, false)).await.unwrap();
    let click = key(&object, VideoSide::One, 0);
    anns.add_prompt(&id, click, point(9.0, 9.0)).await.unwrap();

    let query = DashboardQuery::default();
    for (service, names) in [
        (&anns, &["Ann"][..]),
        (&reas, &["Rea"]),
        (&leas, &["Ann", "Lea", "Rea"]),
    ] {
        let dashboard = service.dashboard(&query).await.unwrap();
        assert_eq!(dashboard.sessions().total(), 1);
        assert_eq!(dashboard.effort.work.clicks, 1);
        let named: Vec<&str> = dashboard
            .people
            .iter()
            .filter_map(|figures| Some(figures.person.as_ref()?.name.as_str()))
            .collect();
        assert_eq!(named, names);
        let csv = service.dashboard_csv(DashboardTable::Effort, &query);
        let csv = csv.await.unwrap();
        assert_eq!(csv.contains("\nAnn,"), names.contains(&"Ann"), "{csv}");
        assert!(csv.contains("\nEverybody,0,1,1,"), "{csv}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_change_the_order_of_jobs() {
    let f = Fixture::new().await;
    let held = f.brake.clone().lock_owned().await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        let id = f.session().await;
        let object = f.object(&id, cup(true, false)).await;
        f.click(&id, key(&object, VideoSide::One, 0), 9.0, 9.0)
            .await;
        jobs.push(f.service.start_job(&id).await.unwrap());
        // Names hold the second in which they were made.
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    }
    let (_, anns) = person(&f, "Ann", Role::Annotator).await;
    let refused = anns.move_job_up(jobs[2].id).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden(text)) if text.contains("lead")));
    f.service.move_job_up(jobs[2].id).await.unwrap();
    let queue = f
        .service
        .dashboard(&DashboardQuery::default())
        .await
        .unwrap()
        .queue;
    let order: Vec<_> = queue.jobs.iter().map(|job| job.id).collect();
    assert_eq!(order, [jobs[0].id, jobs[2].id, jobs[1].id]);
    let history = f.service.history(&jobs[2].session, None).await.unwrap();
    assert!(matches!(history[0].change, Change::JobMovedUp { .. }));
    drop(held);
}
