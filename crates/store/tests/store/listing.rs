use crate::Fixture;
use domain::{
    Duty, PAGE_SIZE, PersonFilter, Role, SessionEvent, SessionId, SessionOrder, SessionPage,
    SessionQuery, SessionStatus,
};
use store::{Store, StoreError};

async fn make(store: &Store, name: &str, scene: &str) -> SessionId {
    let id: SessionId = name.parse().unwrap();
    // A time of its own.
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    let names = ["Küche vorher.mp4", "after.mov"];
    store.sessions().create(&id, scene, names).await.unwrap();
    id
}

async fn page(store: &Store, query: SessionQuery) -> SessionPage {
    store.sessions().page(&query).await.unwrap()
}

fn names(page: &SessionPage) -> Vec<&str> {
    page.sessions.iter().map(|s| s.id.as_str()).collect()
}

#[tokio::test]
async fn every_filter_finds_what_it_says() {
    let f = Fixture::new().await;
    let sessions = f.store.sessions();
    let attic = make(&f.store, "attic_1", "attic").await;
    let barn = make(&f.store, "barn_2", "Barn").await;
    let ann = f.store.people().add("Ann", Role::Annotator).await.unwrap();
    let rea = f.store.people().add("Rea", Role::Reviewer).await.unwrap();
    sessions
        .assign(std::slice::from_ref(&barn), Duty::Annotate, Some(ann.id))
        .await
        .unwrap();
    sessions
        .assign(&[barn.clone(), attic.clone()], Duty::Review, Some(rea.id))
        .await
        .unwrap();
    let complete = SessionEvent::PromptsChanged { complete: true };
    sessions.apply(&attic, complete).await.unwrap();

    let all = page(&f.store, SessionQuery::default()).await;
    assert_eq!((all.found, all.all, all.deleted, all.ready), (3, 3, 0, 1));
    assert_eq!(all.scenes, ["attic", "Barn", "kitchen"]);
    let statuses = [(SessionStatus::Draft, 2), (SessionStatus::Ready, 1)];
    assert_eq!(all.statuses, statuses);
    let barns = all.sessions.iter().find(|s| s.id == barn).unwrap();
    let name = |somebody: &Option<domain::Assignee>| somebody.as_ref().map(|a| a.name.clone());
    assert_eq!(name(&barns.assigned.annotator).as_deref(), Some("Ann"));
    assert_eq!(name(&barns.assigned.reviewer).as_deref(), Some("Rea"));

    let find = async |query| {
        let found = page(&f.store, query).await;
        let mut names: Vec<String> = names(&found).iter().map(|n| (*n).to_owned()).collect();
        names.sort();
        assert_eq!(found.found as usize, names.len());
        names
    };
    let query = SessionQuery::default;
    let text = |text: &str| SessionQuery {
        text: text.into(),
        ..query()
    };
    assert_eq!(find(text("KÜCHE barn")).await, ["barn_2"]);
    assert_eq!(find(text("küche nowhere")).await, Vec::<&str>::new());
    assert_eq!(find(text("100% _'")).await, Vec::<&str>::new());
    let of = |person| SessionQuery {
        person: Some(person),
        ..query()
    };
    assert_eq!(find(of(PersonFilter::Of(ann.id))).await, ["barn_2"]);
    assert_eq!(
        find(of(PersonFilter::Of(rea.id))).await,
        ["attic_1", "barn_2"]
    );
    assert_eq!(find(of(PersonFilter::Nobody)).await, ["attic_1", "one"]);
    let scene = SessionQuery {
        scene: Some("Barn".into()),
        ..query()
    };
    assert_eq!(find(scene).await, ["barn_2"]);
    let ready = SessionQuery {
        status: Some(SessionStatus::Ready),
        ..query()
    };
    // The chips of the other statuses keep their figures.
    assert_eq!(page(&f.store, ready.clone()).await.statuses, statuses);
    assert_eq!(find(ready).await, ["attic_1"]);
    let today = barns.updated_at[..10].to_owned();
    let day = |from: Option<&str>, to: Option<&str>| SessionQuery {
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        ..query()
    };
    assert_eq!(find(day(Some(&today), Some(&today))).await.len(), 3);
    assert_eq!(find(day(None, Some("2020-01-01"))).await.len(), 0);
    assert_eq!(find(day(Some("2999-01-01"), None)).await.len(), 0);
    let order = |order| SessionQuery {
        order: Some(order),
        ..query()
    };
    let by = |order_by| page(&f.store, order(order_by));
    assert_eq!(
        names(&by(SessionOrder::Name).await),
        ["attic_1", "barn_2", "one"]
    );
    assert_eq!(
        names(&by(SessionOrder::Created).await),
        ["barn_2", "attic_1", "one"]
    );
    assert_eq!(
        names(&by(SessionOrder::Scene).await),
        ["attic_1", "barn_2", "one"]
    );
    assert_eq!(names(&by(SessionOrder::Status).await)[2], "attic_1");
    assert_eq!(names(&by(SessionOrder::Updated).await)[0], "attic_1");
}

#[tokio::test]
async fn assigning_many_is_all_or_nothing() {
    let f = Fixture::new().await;
    let ann = f.store.people().add("Ann", Role::Annotator).await.unwrap();
    let gone: SessionId = "gone".parse().unwrap();
    let ids = [f.id.clone(), gone];
    let sessions = f.store.sessions();
    let outcome = sessions.assign(&ids, Duty::Annotate, Some(ann.id)).await;
    assert!(matches!(outcome, Err(StoreError::NotFound(_))));
    let nobody = sessions
        .assign(&ids[..1], Duty::Annotate, Some(domain::PersonId(99)))
        .await;
    assert!(matches!(nobody, Err(StoreError::NotFound(_))));
    let session = sessions.get(&f.id).await.unwrap();
    assert_eq!(session.assigned, domain::Assigned::default());
}

#[tokio::test]
async fn deleted_sessions_are_in_a_list_of_their_own() {
    let f = Fixture::new().await;
    let other = make(&f.store, "other", "attic").await;
    let sessions = f.store.sessions();
    sessions.delete(&f.id).await.unwrap();
    assert!(matches!(
        sessions.get(&f.id).await,
        Err(StoreError::NotFound(_))
    ));
    assert!(matches!(
        sessions.delete(&f.id).await,
        Err(StoreError::NotFound(_))
    ));
    let left = page(&f.store, SessionQuery::default()).await;
    assert_eq!(
        (names(&left), left.all, left.deleted),
        (vec!["other"], 1, 1)
    );
    let deleted = SessionQuery {
        deleted: true,
        ..SessionQuery::default()
    };
    let found = page(&f.store, deleted).await;
    assert_eq!(names(&found), ["one"]);
    assert!(found.sessions[0].deleted_at.is_some());
    assert!(matches!(
        sessions.restore(&other).await,
        Err(StoreError::NotFound(_))
    ));
    sessions.restore(&f.id).await.unwrap();
    assert_eq!(sessions.get(&f.id).await.unwrap().deleted_at, None);
    assert_eq!(sessions.deleted_before("2999").await.unwrap(), []);
}

/// Ten thousand sessions, each with both videos, objects and people, in the way in which they come to be.
async fn many(f: &Fixture, count: u32) {
    let mut people = Vec::new();
    for n in 0..10 {
        let name = format!("person {n}");
        people.push(
            f.store
                .people()
                .add(&name, Role::Reviewer)
                .await
                .unwrap()
                .id,
        );
    }
    let path = format!("sqlite://{}", f.dir.path().join("test.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&path).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    for n in 0..count {
        let id = format!(
            "before_{n}_after_{n}_2026-01-{:02}_18-05-{:02}",
            n % 28 + 1,
            n % 60
        );
        let time = format!(
            "2026-01-{:02}T18:{:02}:{:02}.000Z",
            n % 28 + 1,
            n / 60 % 60,
            n % 60
        );
        let scene = ["kitchen", "office", "attic", "barn"][n as usize % 4];
        let status = SessionStatus::ALL[n as usize % SessionStatus::ALL.len()];
        sqlx::query(
            "insert into sessions (id, scene_type, status, created_at, updated_at, annotator, reviewer, search)
             values (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?1 || ' ' || ?2 || ' before.mp4 after.mp4')",
        )
        .bind(&id)
        .bind(scene)
        .bind(status.as_str())
        .bind(time)
        .bind(people[n as usize % 10].0)
        .bind(people[n as usize / 10 % 10].0)
        .execute(&mut *tx)
        .await
        .unwrap();
        for side in 1..=2 {
            sqlx::query(
                "insert into videos (session, side, file_name, ingest, width, height, frames)
                 values (?, ?, 'film.mp4', '{\"state\":\"ready\"}', 1920, 1080, 900)",
            )
            .bind(&id)
            .bind(side)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        for label in ["cup", "lamp", "book"] {
            sqlx::query(
                "insert into objects (session, label, multiplicity, in_video1, in_video2, views, deformability, change_type)
                 values (?, ?, 1, 1, 1, 1, 'rigid', 'moved')",
            )
            .bind(&id)
            .bind(label)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn pages_follow_each_other_without_gap() {
    let f = Fixture::new().await;
    many(&f, PAGE_SIZE * 2 + 6).await;
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..4 {
        let query = SessionQuery {
            page: number,
            ..SessionQuery::default()
        };
        let page = page(&f.store, query).await;
        assert_eq!((page.found, page.pages()), (PAGE_SIZE * 2 + 7, 3));
        seen.extend(page.sessions.into_iter().map(|s| s.id));
    }
    assert_eq!(seen.len() as u32, PAGE_SIZE * 2 + 7);
}

/// Run by hand: `cargo test -p store --test store listing -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "measures; says how long each kind of page takes"]
async fn ten_thousand_sessions_in_time() {
    let f = Fixture::new().await;
    many(&f, 10_000).await;
    let query = SessionQuery::default;
    let kinds = [
        ("first page", query()),
        (
            "last page",
            SessionQuery {
                page: 199,
                ..query()
            },
        ),
        (
            "search",
            SessionQuery {
                text: "attic 777".into(),
                ..query()
            },
        ),
        (
            "one status",
            SessionQuery {
                status: Some(SessionStatus::NeedsReview),
                ..query()
            },
        ),
        (
            "one person",
            SessionQuery {
                person: Some(PersonFilter::Of(domain::PersonId(3))),
                ..query()
            },
        ),
        (
            "one scene, by status",
            SessionQuery {
                scene: Some("barn".into()),
                order: Some(SessionOrder::Status),
                ..query()
            },
        ),
        (
            "some days",
            SessionQuery {
                from: Some("2026-01-10".into()),
                to: Some("2026-01-12".into()),
                ..query()
            },
        ),
    ];
    for (kind, query) in kinds {
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..20 {
            let start = std::time::Instant::now();
            page(&f.store, query.clone()).await;
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        eprintln!(
            "{kind}: median {:.1} ms, slowest {:.1} ms",
            times[10], times[19]
        );
        assert!(times[10] < 100.0, "{kind}");
    }
}
