//! How far a job has come, told at most twice a second.

use crate::JobsError;
use crate::shared::Shared;
use domain::{JobProgress, JobRecord};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Least time between two reports.
const PAUSE: Duration = Duration::from_millis(500);

/// The speed is that of this last stretch of time.
const WINDOW: Duration = Duration::from_secs(10);

/// Notes how far a job has come and tells open pages.
pub(crate) struct Progress<'a> {
    shared: &'a Shared,
    job: JobRecord,
    reported: Option<Instant>,
    speed: Speed,
}

impl<'a> Progress<'a> {
    /// Nothing is done yet of `total` frames.
    pub(crate) fn new(shared: &'a Shared, job: &JobRecord, total: u32) -> Self {
        let mut job = job.clone();
        job.progress = JobProgress {
            total,
            ..JobProgress::default()
        };
        Self {
            shared,
            job,
            reported: None,
            speed: Speed::default(),
        }
    }

    /// Enters a stage with `done` frames done; the time that the former stage took no longer counts.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn stage(&mut self, stage: &str, done: u32) -> Result<(), JobsError> {
        stage.clone_into(&mut self.job.progress.stage);
        self.speed = Speed::default();
        self.set(done);
        self.report().await
    }

    /// `done` frames are done. Says whether this was reported; most of the time it is too early for that.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn done(&mut self, done: u32) -> Result<bool, JobsError> {
        self.set(done);
        let due = self.reported.is_none_or(|last| last.elapsed() >= PAUSE);
        if due {
            self.report().await?;
        }
        Ok(due)
    }

    /// Everything is done, however many frames were promised.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn complete(&mut self) -> Result<(), JobsError> {
        let progress = &mut self.job.progress;
        progress.total = progress.total.max(progress.done);
        self.set(self.total());
        self.report().await
    }

    /// Frames to do, over both videos.
    pub(crate) fn total(&self) -> u32 {
        self.job.progress.total
    }

    /// The name of the stage.
    pub(crate) fn stage_name(&self) -> &str {
        &self.job.progress.stage
    }

    fn set(&mut self, done: u32) {
        let progress = &mut self.job.progress;
        progress.done = done.max(progress.done);
        if progress.total > 0 {
            progress.total = progress.total.max(progress.done);
        }
        progress.fps = self.speed.at(Instant::now(), progress.done);
    }

    async fn report(&mut self) -> Result<(), JobsError> {
        self.reported = Some(Instant::now());
        let jobs = self.shared.store.jobs();
        jobs.set_progress(self.job.id, &self.job.progress).await?;
        self.shared.publish_job(&self.job);
        Ok(())
    }
}

/// Frames per second over the last stretch of time.
#[derive(Debug, Default)]
struct Speed(VecDeque<(Instant, u32)>);

impl Speed {
    /// The speed when `done` frames are done at `now`; 0 until two moments are known.
    fn at(&mut self, now: Instant, done: u32) -> f32 {
        self.0.push_back((now, done));
        while self.0.len() > 2 && now.duration_since(self.0[0].0) > WINDOW {
            self.0.pop_front();
        }
        let (since, from) = self.0[0];
        let seconds = now.duration_since(since).as_secs_f32();
        if seconds > 0.0 {
            done.saturating_sub(from) as f32 / seconds
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_is_that_of_the_last_seconds() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut speed = Speed::default();
        assert_eq!(speed.at(start, 100), 0.0);
        assert_eq!(speed.at(after(5), 110), 2.0);
        assert_eq!(speed.at(after(10), 120), 2.0);
        // The first ten seconds are forgotten by and by.
        assert_eq!(speed.at(after(20), 220), 10.0);
    }
}
