//! The same figures, counted line by line.

use super::world::{Line, Made, NOW, World};
use domain::{
    Change, Dashboard, DashboardQuery, Day, EditStep, Heap, PersonId, SessionStatus, Work,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is counted at all.
struct Counted<'a> {
    world: &'a World,
    scene: Option<&'a str>,
    from: Option<Day>,
}

impl<'a> Counted<'a> {
    fn sessions(&self) -> impl Iterator<Item = &'a Made> {
        let scene = self.scene.map(str::to_owned);
        let sessions = self.world.sessions.iter();
        sessions.filter(move |made| scene.as_deref().is_none_or(|scene| scene == made.scene))
    }

    /// Lines of these sessions in this time, with their places.
    fn lines(&self) -> Vec<(usize, &'a Line)> {
        let lines = self.world.lines.iter().enumerate();
        lines
            .filter(|(_, line)| {
                let scene = self.world.sessions[line.session].scene;
                self.scene.is_none_or(|wanted| wanted == scene)
                    && self.from.is_none_or(|from| day(line) >= from)
            })
            .collect()
    }

    fn work(&self, of: Option<PersonId>) -> Work {
        let mut work = Work::default();
        let mut objects = BTreeSet::new();
        for (at, line) in self.lines() {
            if of.is_some() && line.person != of {
                continue;
            }
            let pause = self.world.pause(at).filter(|pause| *pause < 60.0);
            work.active_seconds += pause.unwrap_or(0.0);
            if is_click(line) {
                work.clicks += 1;
                objects.insert(line.object);
            }
        }
        work.objects = objects.len() as u32;
        work
    }

    /// Reviewer, annotator, whether it is good, hours of waiting.
    fn decisions(&self) -> Vec<(Option<PersonId>, Option<PersonId>, bool, f64)> {
        let mut decisions = Vec::new();
        for (at, line) in self.lines() {
            let Change::Status { from, to } = line.change else {
                continue;
            };
            let waited_for = matches!(
                from,
                SessionStatus::NeedsReview | SessionStatus::FinishedReannotation
            );
            let decided = matches!(
                to,
                SessionStatus::Reviewed | SessionStatus::NeedsReannotation
            );
            if !(waited_for && decided) {
                continue;
            }
            let mut before = self.world.lines[..at].iter().rev();
            let before = before
                .find(|b| b.session == line.session && matches!(b.change, Change::Status { .. }))
                .unwrap();
            decisions.push((
                line.person,
                self.world.sessions[line.session].annotator,
                to == SessionStatus::Reviewed,
                line.at.duration_since(before.at).as_secs_f64() / 3600.0,
            ));
        }
        decisions
    }

    /// When the first offline job of each session ended.
    fn first_ends(&self) -> BTreeMap<usize, jiff::Timestamp> {
        let mut ends = BTreeMap::new();
        for line in &self.world.lines {
            if is_end(line) {
                ends.entry(line.session).or_insert(line.at);
            }
        }
        ends
    }
}

fn day(line: &Line) -> Day {
    line.at.to_string().parse().unwrap()
}

fn is_click(line: &Line) -> bool {
    matches!(&line.change, Change::Edit { what, step: EditStep::Done, .. }
        if ["click", "box", "drawn mask"].contains(&what.as_str()))
}

fn is_end(line: &Line) -> bool {
    matches!(
        line.change,
        Change::Status {
            to: SessionStatus::NeedsReview | SessionStatus::FinishedReannotation,
            ..
        }
    )
}

fn median(mut hours: Vec<f64>) -> Option<f64> {
    hours.sort_by(f64::total_cmp);
    match hours.len() {
        0 => None,
        n if n % 2 == 1 => Some(hours[n / 2]),
        n => Some((hours[n / 2 - 1] + hours[n / 2]) / 2.0),
    }
}

fn is_close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 0.01,
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Compares every figure.
pub fn check(world: &World, query: &DashboardQuery, read: &Dashboard) {
    let today: Day = NOW.parse().unwrap();
    let counted = Counted {
        world,
        scene: query.scene.as_deref(),
        from: query.period.first_day(today),
    };
    for (status, count) in &read.statuses {
        let found = counted.sessions().filter(|made| made.status == *status);
        assert_eq!(found.count() as u32, *count, "{query:?} {status}");
    }
    assert_eq!(read.sessions().total() as usize, counted.sessions().count());
    for scene in &read.scenes {
        let of = |made: &&Made| made.scene == scene.scene;
        assert_eq!(
            scene.sessions.total() as usize,
            counted.sessions().filter(of).count()
        );
        let done = counted.sessions().filter(of);
        let done = done
            .filter(|made| made.status == SessionStatus::Reviewed)
            .count();
        assert_eq!(scene.sessions.get(Heap::Done) as usize, done);
    }
    let mut days: BTreeMap<Day, BTreeSet<usize>> = BTreeMap::new();
    for (_, line) in counted.lines() {
        if matches!(
            line.change,
            Change::Status {
                to: SessionStatus::Reviewed,
                ..
            }
        ) {
            days.entry(day(line)).or_default().insert(line.session);
        }
    }
    let days: Vec<(Day, u32)> = days
        .into_iter()
        .map(|(day, of)| (day, of.len() as u32))
        .collect();
    assert_eq!(read.days, days, "{query:?}");
    effort(&counted, read);
    people(&counted, read);
}

fn effort(counted: &Counted<'_>, read: &Dashboard) {
    let work = counted.work(None);
    let all = &read.effort;
    assert!(
        (all.work.active_seconds - work.active_seconds).abs() < 0.01,
        "{all:?} {work:?}"
    );
    assert_eq!(
        (all.work.clicks, all.work.objects),
        (work.clicks, work.objects)
    );
    let ends = counted.first_ends();
    let corrections = counted.lines().into_iter().filter(|(_, line)| {
        is_click(line) && ends.get(&line.session).is_some_and(|end| line.at > *end)
    });
    assert_eq!(all.corrections as usize, corrections.count());
    let lines = counted.lines().into_iter().filter(|(_, line)| is_end(line));
    let ended: BTreeSet<usize> = lines.map(|(_, line)| line.session).collect();
    let frames: u32 = ended
        .iter()
        .map(|at| 2 * counted.world.sessions[*at].frames)
        .sum();
    assert_eq!(all.frames, frames);
    let decisions = counted.decisions();
    let good = decisions.iter().filter(|decision| decision.2).count();
    assert_eq!(all.judged.good as usize, good);
    assert_eq!(all.judged.sent_back as usize, decisions.len() - good);
    let waited = median(decisions.iter().map(|decision| decision.3).collect());
    assert!(
        is_close(all.turnaround, waited),
        "{:?} {waited:?}",
        all.turnaround
    );
}

fn people(counted: &Counted<'_>, read: &Dashboard) {
    let named: Vec<PersonId> = read
        .people
        .iter()
        .filter_map(|figures| Some(figures.person.as_ref()?.id))
        .collect();
    assert_eq!(named, counted.world.people, "everybody, by name");
    for figures in &read.people {
        let id = figures.person.as_ref().map(|person| person.id);
        let own = counted.sessions().filter(|made| made.annotator == id);
        assert_eq!(figures.sessions.total() as usize, own.count());
        let Some(id) = id else { continue };
        let work = counted.work(Some(id));
        assert!((figures.work.active_seconds - work.active_seconds).abs() < 0.01);
        assert_eq!(
            (figures.work.clicks, figures.work.objects),
            (work.clicks, work.objects)
        );
        let to_review = counted
            .sessions()
            .filter(|made| made.reviewer == Some(id) && Heap::of(made.status) == Heap::InReview);
        assert_eq!(figures.to_review as usize, to_review.count());
        let decisions = counted.decisions();
        let made: Vec<f64> = decisions
            .iter()
            .filter(|d| d.0 == Some(id))
            .map(|d| d.3)
            .collect();
        assert_eq!(figures.decided as usize, made.len());
        assert!(is_close(figures.turnaround, median(made)));
        let about = |good| {
            decisions
                .iter()
                .filter(|d| d.1 == Some(id) && d.2 == good)
                .count() as u32
        };
        assert_eq!(
            (figures.judged.good, figures.judged.sent_back),
            (about(true), about(false))
        );
    }
}
