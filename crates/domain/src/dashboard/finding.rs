//! What each chart of the dashboard finds, in words: the charts' titles.

use super::{
    Column, ColumnStep, Dashboard, Effort, Heap, Heaps, PersonFigures, Queue, SceneFigures,
};
use crate::JobState;

/// Where the sessions stand.
#[must_use]
pub fn status_finding(sessions: Heaps) -> String {
    let total = sessions.total();
    let done = sessions.get(Heap::Done);
    match (total, done) {
        (0, _) => "There is no session yet".into(),
        (1, 0) => "The only session is not done yet".into(),
        (1, _) => "The only session is done".into(),
        (_, 0) => format!("None of {} is done", count(total, "session")),
        _ if done == total => format!("All {} are done", count(total, "session")),
        _ => format!(
            "{done} of {} are done ({:.0} %)",
            count(total, "session"),
            sessions.percent(Heap::Done)
        ),
    }
}

/// When most was done.
#[must_use]
pub fn days_finding(step: ColumnStep, columns: &[Column]) -> String {
    let done: u32 = columns.iter().map(|column| column.count).sum();
    let Some(best) = columns.iter().max_by_key(|column| column.count) else {
        return "Nothing was done".into();
    };
    if done == 0 {
        return "No session was done in this time".into();
    }
    let when = match step {
        ColumnStep::Day => format!("on {}", best.first.words()),
        ColumnStep::Week => format!("from {} to {}", best.first.words(), best.last.words()),
        ColumnStep::Month => format!("in {}", best.first.month_words()),
    };
    if done == best.count {
        return format!("{} done, all of them {when}", count(done, "session"));
    }
    format!(
        "{} done, {:.1} a {} on average; most {when}: {}",
        count(done, "session"),
        f64::from(done) / columns.len() as f64,
        step.word(),
        best.count
    )
}

/// Which scene type has come furthest, and which has most left.
#[must_use]
pub fn scenes_finding(scenes: &[SceneFigures]) -> String {
    let share = |scene: &SceneFigures| scene.sessions.percent(Heap::Done);
    let left = |scene: &SceneFigures| scene.sessions.total() - scene.sessions.get(Heap::Done);
    let best = scenes
        .iter()
        .rev()
        .max_by(|a, b| share(a).total_cmp(&share(b)));
    let most = scenes.iter().rev().max_by_key(|scene| left(scene));
    let (Some(best), Some(most)) = (best, most) else {
        return "There is no session yet".into();
    };
    if left(most) == 0 {
        return "Every scene type is done".into();
    }
    if share(best) == 0.0 || scenes.len() == 1 {
        return format!(
            "{} has most left: {}",
            most.scene,
            count(left(most), "session")
        );
    }
    format!(
        "{} is furthest with {:.0} % done; {} has most left: {}",
        best.scene,
        share(best),
        most.scene,
        count(left(most), "session")
    )
}

/// Who has most left.
#[must_use]
pub fn people_finding(people: &[PersonFigures]) -> String {
    let left = |person: &PersonFigures| {
        person.sessions.get(Heap::Waiting) + person.sessions.get(Heap::SentBack)
    };
    let name = |person: &PersonFigures| {
        let person = person.person.as_ref();
        person.map_or_else(|| "Nobody".to_owned(), |person| person.name.clone())
    };
    let somebody = people.iter().filter(|person| person.person.is_some());
    let most = somebody.max_by_key(|person| left(person));
    let unassigned = people.iter().find(|person| person.person.is_none());
    let unassigned = unassigned.map_or(0, left);
    let nobodys = match unassigned {
        0 => String::new(),
        n => format!("; {} wait for an annotator", count(n, "session")),
    };
    match most.map(|person| (person, left(person))) {
        None | Some((_, 0)) => format!("Nobody has anything left to annotate{nobodys}"),
        Some((person, n)) => format!(
            "{} has most left to annotate: {}{nobodys}",
            name(person),
            count(n, "session")
        ),
    }
}

/// What an object costs.
#[must_use]
pub fn effort_finding(effort: &Effort) -> String {
    let work = &effort.work;
    match (work.seconds_per_object(), work.clicks_per_object()) {
        (Some(seconds), Some(clicks)) => {
            format!("An object took {seconds:.0} s of active time and {clicks:.1} clicks")
        }
        _ => "Nothing was clicked in this time".into(),
    }
}

/// How much does not move, and why mostly.
#[must_use]
pub fn stuck_finding(dashboard: &Dashboard) -> String {
    let total: u32 = dashboard.stuck_counts.iter().map(|(_, n)| n).sum();
    let most = dashboard.stuck_counts.iter().rev().max_by_key(|(_, n)| *n);
    match most {
        None => "Nothing is stuck".into(),
        Some((reason, n)) if *n == total => {
            let are = if total == 1 { "is" } else { "are" };
            format!("{} {are} stuck: {reason}", count(total, "session"))
        }
        Some((reason, n)) => {
            format!(
                "{} are stuck, most of them ({n}): {reason}",
                count(total, "session")
            )
        }
    }
}

/// What the queue does.
#[must_use]
pub fn queue_finding(queue: &Queue) -> String {
    let (running, waiting) = (
        queue.count(JobState::Running) as u32,
        queue.count(JobState::Queued) as u32,
    );
    match (running, waiting) {
        (0, 0) => "Nothing runs and nothing waits".into(),
        (running, 0) => format!("{} running, nothing waits", count(running, "job")),
        (0, waiting) => format!("{} waiting, none runs", count(waiting, "job")),
        _ => format!("{} running, {waiting} waiting", count(running, "job")),
    }
}

fn count(n: u32, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::columns::columns;
    use crate::{Assignee, Day, PersonId, StuckReason, Work};

    fn scene(name: &str, heaps: [u32; 4]) -> SceneFigures {
        SceneFigures {
            scene: name.into(),
            sessions: Heaps(heaps),
        }
    }

    fn person(name: Option<&str>, heaps: [u32; 4]) -> PersonFigures {
        PersonFigures {
            person: name.map(|name| Assignee {
                id: PersonId(1),
                name: name.into(),
            }),
            sessions: Heaps(heaps),
            ..PersonFigures::default()
        }
    }

    #[test]
    fn statuses_scenes_and_people() {
        let status = |heaps| status_finding(Heaps(heaps));
        assert_eq!(status([0; 4]), "There is no session yet");
        assert_eq!(status([0, 1, 0, 0]), "The only session is not done yet");
        assert_eq!(status([0, 1, 0, 1]), "None of 2 sessions is done");
        assert_eq!(status([3, 1, 1, 7]), "3 of 12 sessions are done (25 %)");
        assert_eq!(status([2, 0, 0, 0]), "All 2 sessions are done");
        assert_eq!(
            scenes_finding(&[scene("attic", [1, 0, 0, 3]), scene("barn", [2, 0, 0, 2])]),
            "barn is furthest with 50 % done; attic has most left: 3 sessions"
        );
        assert_eq!(
            scenes_finding(&[scene("attic", [0, 0, 0, 1])]),
            "attic has most left: 1 session"
        );
        assert_eq!(
            people_finding(&[
                person(Some("Ann"), [0, 0, 1, 2]),
                person(None, [0, 0, 0, 4])
            ]),
            "Ann has most left to annotate: 3 sessions; 4 sessions wait for an annotator"
        );
        assert_eq!(
            people_finding(&[person(Some("Ann"), [2, 0, 0, 0])]),
            "Nobody has anything left to annotate"
        );
    }

    #[test]
    fn days_effort_and_stuck() {
        let today = Day::of(2026, 1, 31);
        let days = |days: &[(Day, u32)]| {
            let (step, columns) = columns(days, Some(today - 6), today);
            days_finding(step, &columns)
        };
        assert_eq!(days(&[]), "No session was done in this time");
        assert_eq!(
            days(&[(today, 2)]),
            "2 sessions done, all of them on 31 Jan"
        );
        assert_eq!(
            days(&[(today, 2), (today - 1, 5)]),
            "7 sessions done, 1.0 a day on average; most on 30 Jan: 5"
        );
        let mut effort = Effort::default();
        assert_eq!(effort_finding(&effort), "Nothing was clicked in this time");
        effort.work = Work {
            active_seconds: 82.0,
            clicks: 7,
            objects: 2,
        };
        assert_eq!(
            effort_finding(&effort),
            "An object took 41 s of active time and 3.5 clicks"
        );
        let mut dashboard = Dashboard::default();
        assert_eq!(stuck_finding(&dashboard), "Nothing is stuck");
        dashboard.stuck_counts = vec![(StuckReason::SentBack, 1)];
        assert_eq!(stuck_finding(&dashboard), "1 session is stuck: sent back");
        dashboard.stuck_counts.push((StuckReason::Incomplete, 3));
        assert_eq!(
            stuck_finding(&dashboard),
            "4 sessions are stuck, most of them (3): not complete"
        );
        assert_eq!(
            queue_finding(&Queue::default()),
            "Nothing runs and nothing waits"
        );
    }
}
