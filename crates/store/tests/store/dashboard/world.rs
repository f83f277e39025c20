//! Sessions with a history, made by chance but the same each time.

use domain::{Change, EditStep, FrameNumber, PersonId, Role, SessionId, SessionStatus, VideoSide};
use store::Store;
use tempfile::TempDir;

/// The time at which figures are read.
pub const NOW: &str = "2026-01-31T12:00:00.000Z";

const SCENES: [&str; 3] = ["kitchen", "attic", "barn"];

/// A line of a history.
#[derive(Clone, Debug)]
pub struct Line {
    pub session: usize,
    pub person: Option<PersonId>,
    pub object: Option<i64>,
    pub at: jiff::Timestamp,
    pub change: Change,
}

/// A session as it stands at the end.
#[derive(Clone, Debug)]
pub struct Made {
    pub id: SessionId,
    pub scene: &'static str,
    pub status: SessionStatus,
    pub annotator: Option<PersonId>,
    pub reviewer: Option<PersonId>,
    pub frames: u32,
}

pub struct World {
    store: Store,
    _dir: TempDir,
    pub people: Vec<PersonId>,
    pub sessions: Vec<Made>,
    /// In order of time.
    pub lines: Vec<Line>,
}

/// Numbers without a pattern, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// The ways on which sessions go, each as far as some of them come.
const WAY: [SessionStatus; 11] = {
    use SessionStatus as S;
    [
        S::Draft,
        S::Ready,
        S::Queued,
        S::Propagating,
        S::NeedsReview,
        S::NeedsReannotation,
        S::Queued,
        S::NeedsReannotation,
        S::Queued,
        S::Propagating,
        S::FinishedReannotation,
    ]
};

impl World {
    pub async fn random(count: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("test.sqlite");
        let store = Store::open(&file).await.unwrap();
        let mut people = Vec::new();
        for (name, role) in [
            ("Ann", Role::Annotator),
            ("Bob", Role::Annotator),
            ("Rea", Role::Reviewer),
        ] {
            people.push(store.people().add(name, role).await.unwrap().id);
        }
        let mut chance = Chance(7);
        let mut world = Self {
            store,
            _dir: dir,
            people,
            sessions: Vec::new(),
            lines: Vec::new(),
        };
        for number in 0..count {
            world.session(number, &mut chance);
        }
        world.lines.sort_by_key(|line| line.at);
        world.write(&file).await;
        world
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn ids(&self) -> Vec<SessionId> {
        self.sessions.iter().map(|made| made.id.clone()).collect()
    }

    /// Goes as far on its way as chance has it.
    fn session(&mut self, number: usize, chance: &mut Chance) {
        let [ann, bob, rea] = self.people[..] else {
            unreachable!()
        };
        let annotator = chance.of(&[Some(ann), Some(bob), None]);
        let reviewer = chance.of(&[Some(rea), None]);
        let now: jiff::Timestamp = NOW.parse().unwrap();
        let mut at = now - jiff::SignedDuration::from_hours(chance.below(200 * 24) as i64);
        let mut status = WAY[0];
        let objects = 3 * number as i64 + 1..3 * number as i64 + 4;
        let steps = chance.below(WAY.len() as u64 + 2) as usize;
        for step in 1..=steps {
            for _ in 0..chance.below(12) {
                at += jiff::SignedDuration::from_millis(
                    chance.of(&[400, 2000, 59_999, 60_000, 90_000]),
                );
                let person = chance.of(&[annotator, annotator, Some(rea), None]);
                let object = chance.of(&[objects.start, objects.start + 1, objects.end - 1]);
                let what = chance.of(&["click", "click", "box", "drawn mask", "removed point"]);
                let done = chance.of(&[EditStep::Done, EditStep::Done, EditStep::Undone]);
                self.line(
                    number,
                    person,
                    Some(object),
                    at,
                    Change::Edit {
                        title: "cup 1".into(),
                        side: VideoSide::One,
                        frame: FrameNumber(1),
                        what: what.into(),
                        step: done,
                    },
                );
            }
            at += jiff::SignedDuration::from_secs(chance.of(&[1, 40, 3600, 200_000]));
            let next = match WAY.get(step) {
                Some(next) => *next,
                None => SessionStatus::Reviewed,
            };
            if at > now || next == status {
                break;
            }
            let person = match next {
                SessionStatus::Reviewed | SessionStatus::NeedsReannotation => Some(rea),
                _ => None,
            };
            let change = Change::Status {
                from: status,
                to: next,
            };
            self.line(number, person, None, at, change);
            status = next;
        }
        self.sessions.push(Made {
            id: format!("made_{number}").parse().unwrap(),
            scene: SCENES[number % SCENES.len()],
            status,
            annotator,
            reviewer,
            frames: 30 + number as u32,
        });
    }

    fn line(
        &mut self,
        session: usize,
        person: Option<PersonId>,
        object: Option<i64>,
        at: jiff::Timestamp,
        change: Change,
    ) {
        self.lines.push(Line {
            session,
            person,
            object,
            at,
            change,
        });
    }

    async fn write(&self, file: &std::path::Path) {
        let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display()))
            .await
            .unwrap();
        let mut tx = pool.begin().await.unwrap();
        for made in &self.sessions {
            sqlx::query(
                "insert into sessions (id, scene_type, status, created_at, updated_at, annotator, reviewer)
                 values (?1, ?2, ?3, '2025-01-01T00:00:00.000Z', ?4, ?5, ?6)",
            )
            .bind(made.id.as_str())
            .bind(made.scene)
            .bind(made.status.as_str())
            .bind(NOW)
            .bind(made.annotator.map(|person| person.0))
            .bind(made.reviewer.map(|person| person.0))
            .execute(&mut *tx)
            .await
            .unwrap();
            for side in 1..=2 {
                sqlx::query(
                    "insert into videos (session, side, file_name, ingest, frames)
                     values (?, ?, 'film.mp4', '{\"state\":\"ready\"}', ?)",
                )
                .bind(made.id.as_str())
                .bind(side)
                .bind(made.frames)
                .execute(&mut *tx)
                .await
                .unwrap();
            }
        }
        for (at, line) in self.lines.iter().enumerate() {
            sqlx::query(
                "insert into history (session, object, person, at, change, pause) values (?, ?, ?, ?, ?, ?)",
            )
            .bind(self.sessions[line.session].id.as_str())
            .bind(line.object)
            .bind(line.person.map(|person| person.0))
            .bind(format!("{:.3}", line.at))
            .bind(serde_json::to_string(&line.change).unwrap())
            .bind(self.pause(at))
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Seconds since the same person did something in the same session before.
    pub fn pause(&self, at: usize) -> Option<f64> {
        let line = &self.lines[at];
        line.person?;
        let mut before = self.lines[..at].iter().rev();
        let before = before.find(|b| b.session == line.session && b.person == line.person)?;
        Some(line.at.duration_since(before.at).as_secs_f64())
    }
}
