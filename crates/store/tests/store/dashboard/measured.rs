//! How long the figures of ten thousand sessions take.

use crate::Fixture;
use domain::{DashboardQuery, Period, Person, PersonId, Role};

/// Ten thousand sessions with fifty lines of history each, in the way in which they come to be.
async fn many(f: &Fixture, count: u32) {
    for n in 0..10 {
        let name = format!("person {n}");
        f.store.people().add(&name, Role::Reviewer).await.unwrap();
    }
    let path = format!("sqlite://{}", f.dir.path().join("test.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&path).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    for statement in [
        "create temp table numbers as
           with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ?1) select i from n",
        // One session in 48 minutes, over most of a year.
        "insert into sessions (id, scene_type, status, created_at, updated_at, annotator, reviewer)
         select 'made_' || i, 'scene ' || i % 4,
                case i % 5 when 0 then 'needs_review' when 1 then 'draft' else 'reviewed' end,
                strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ((?1 - i) * 48) || ' minutes'),
                strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ((?1 - i) * 48) || ' minutes'),
                i % 10 + 1, i / 10 % 10 + 1
         from numbers where ?1 > 0",
        "insert into videos (session, side, file_name, ingest, frames)
         select 'made_' || i, side, 'film.mp4', '{\"state\":\"ready\"}', 900
         from numbers, (select 1 as side union all select 2) where ?1 > 0",
        "insert into history (session, object, person, at, change, pause)
         select s.id, case when k.i between 1 and 40 or k.i > 46 then s.rowid * 3 + k.i % 3 end,
                case when k.i between 42 and 45 then null else s.annotator end,
                strftime('%Y-%m-%dT%H:%M:%fZ', s.created_at, '+' || (k.i * 9) || ' seconds'),
                case k.i
                  when 0 then '{\"change\":\"session_made\"}'
                  when 41 then '{\"change\":\"status\",\"from\":\"draft\",\"to\":\"ready\"}'
                  when 42 then '{\"change\":\"status\",\"from\":\"ready\",\"to\":\"queued\"}'
                  when 43 then '{\"change\":\"status\",\"from\":\"queued\",\"to\":\"propagating\"}'
                  when 44 then '{\"change\":\"job\",\"kind\":\"propagate\",\"state\":\"done\",\"reason\":null}'
                  when 45 then '{\"change\":\"status\",\"from\":\"propagating\",\"to\":\"needs_review\"}'
                  when 46 then '{\"change\":\"annotator_set\",\"name\":\"person 3\"}'
                  when 49 then '{\"change\":\"status\",\"from\":\"needs_review\",\"to\":\"reviewed\"}'
                  else '{\"change\":\"edit\",\"title\":\"cup 1\",\"side\":1,\"frame\":3,\"what\":\"click\",\"step\":\"done\"}'
                end,
                9.0
         from sessions s, (select i from numbers where i < 50) k where ?1 > 0 and s.id like 'made%'
         order by s.rowid, k.i",
    ] {
        sqlx::query(statement).bind(count).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Run by hand: `cargo test -p store --test store dashboard -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "measures; says how long the figures of each period take"]
async fn figures_of_ten_thousand_sessions_in_time() {
    let f = Fixture::new().await;
    many(&f, 10_000).await;
    assert_eq!(f.count("select count(*) from history").await, 500_001);
    let now = format!("{:.3}", jiff::Timestamp::now());
    let report = |what: &str, mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
        eprintln!("{what}: median {median:.0} ms, slowest {slowest:.0} ms");
        median
    };
    for period in Period::ALL {
        let query = DashboardQuery {
            period: *period,
            scene: None,
        };
        let mut times = Vec::new();
        for _ in 0..9 {
            let start = std::time::Instant::now();
            f.store.dashboards().read(&query, &now, true).await.unwrap();
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        let median = report(period.title(), times);
        assert!(median < 2000.0, "{period}");
    }
    let mut times = Vec::new();
    for _ in 0..9 {
        let person = Person {
            id: PersonId(3),
            name: "person 2".into(),
            role: Role::Reviewer,
        };
        let start = std::time::Instant::now();
        f.store.inboxes().read(&person).await.unwrap();
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    assert!(report("an inbox", times) < 300.0);
}
