//! The queue: apalis on a SQLite file of its own, one lane per kind of job.
//!
//! A ticket in the queue says that a job waits, and nothing else: which job is next, whether it still waits, and how far
//! it came, is in the table of jobs. So the queue begins empty at every start and is filled from that table.

use crate::JobsError;
use apalis::prelude::{
    BackendExt, PollSnapshot, PollStrategy, TaskBuilder, TaskId, TaskSink, WorkerBuilder,
    WorkerBuilderExt,
};
use apalis_sqlite::{Config, SqliteStorage};
use domain::{JobId, JobKind};
use serde::{Deserialize, Serialize};
use sqlx::Connection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior};

/// How often a lane looks for the next ticket while it is idle.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How long a lane rests after its worker died, for example because the disk was full.
const REST: Duration = Duration::from_secs(2);

/// What lies in the queue.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ticket {
    job: JobId,
}

/// The queue; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pool: SqlitePool,
}

impl Queue {
    /// Opens the file at `path`, makes it when it is missing, and empties the queue.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(crate) async fn open(path: &Path) -> Result<Self, JobsError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(10));
        // One connection: apalis begins transactions without the right to write, and two such would collide.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            // SQLite ends a transaction by itself where the disk is full; sqlx then takes it for open for ever.
            .before_acquire(|connection, _| {
                Box::pin(async move { Ok(!connection.is_in_transaction()) })
            })
            .connect_with(options)
            .await
            .map_err(failed)?;
        SqliteStorage::migrations()
            .run(&pool)
            .await
            .map_err(failed)?;
        for table in ["delete from Jobs", "delete from Workers"] {
            sqlx::query(table).execute(&pool).await.map_err(failed)?;
        }
        Ok(Self { pool })
    }

    /// Puts a ticket for a job at the end of its lane.
    ///
    /// # Errors
    /// When the queue's database fails.
    pub(crate) async fn push(&self, kind: JobKind, job: JobId) -> Result<(), JobsError> {
        // Among tickets of one second the smallest id goes first. Digits alone are a valid ULID.
        let id: TaskId = format!("{:026}", job.0).parse().map_err(failed)?;
        let ticket = TaskBuilder::new(Ticket { job })
            .task_id(id)
            .max_attempts(1)
            .build();
        self.lane(kind).push_task(ticket).await.map_err(failed)
    }

    /// Works off the tickets of one kind, one after the other, for as long as the runtime lives.
    pub(crate) fn work<F, Done>(&self, kind: JobKind, run: F) -> JoinHandle<()>
    where
        F: Fn(JobId) -> Done + Clone + Send + Sync + 'static,
        Done: Future<Output = ()> + Send + 'static,
    {
        let lane = self.lane(kind);
        tokio::spawn(async move {
            // The ticket that is worked off: a worker that dies takes it along.
            let in_hand = Arc::new(Mutex::new(None::<JobId>));
            let hold = |job| *in_hand.lock().unwrap_or_else(PoisonError::into_inner) = job;
            let held = || *in_hand.lock().unwrap_or_else(PoisonError::into_inner);
            // A worker's name must be new, or apalis waits for the former one to be dead long enough.
            for life in 1u64.. {
                if let Some(job) = held() {
                    run(job).await;
                    hold(None);
                }
                let (run, in_hand) = (run.clone(), Arc::clone(&in_hand));
                let worker = WorkerBuilder::new(format!("{kind}-{life}"))
                    .backend(lane.clone().poll_with_strategy(Looks::new(LOOK_EVERY)))
                    .concurrency(1)
                    .build(move |ticket: Ticket| {
                        let (done, in_hand) = (run(ticket.job), Arc::clone(&in_hand));
                        let hold = move |job| {
                            *in_hand.lock().unwrap_or_else(PoisonError::into_inner) = job
                        };
                        async move {
                            hold(Some(ticket.job));
                            done.await;
                            hold(None);
                            Ok::<_, Infallible>(())
                        }
                    });
                if let Err(error) = worker.run().await {
                    tracing::error!(%kind, %error, "the queue's worker died and is started again");
                }
                tokio::time::sleep(REST).await;
            }
        })
    }

    fn lane(&self, kind: JobKind) -> SqliteStorage<Ticket> {
        let config = Config::default().queue(kind.as_str()).batch_size(1);
        SqliteStorage::new(&self.pool).with_config(config)
    }
}

/// Wakes an idle lane again and again.
///
/// apalis' own interval does not always set its next alarm when one has gone off: the lane then sleeps until its next
/// heartbeat, half a minute later.
struct Looks(Interval);

impl Looks {
    fn new(every: Duration) -> Self {
        let mut interval = tokio::time::interval(every);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(interval)
    }
}

impl PollStrategy for Looks {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        // Until it is pending: only then is the alarm set.
        while self.0.poll_tick(cx).is_ready() {}
        Poll::Pending
    }
}

fn failed(error: impl std::fmt::Display) -> JobsError {
    JobsError::Queue(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;

    /// Works on the lane of `kind` until `count` jobs were done.
    async fn order(queue: &Queue, kind: JobKind, count: usize) -> Vec<i64> {
        let (done, mut is_done) = unbounded_channel();
        let work = queue.work(kind, move |id| {
            let done = done.clone();
            async move { done.send(id.0).unwrap() }
        });
        let mut order = Vec::new();
        for _ in 0..count {
            order.push(is_done.recv().await.unwrap());
        }
        work.abort();
        order
    }

    #[tokio::test]
    async fn jobs_go_in_order_and_each_lane_by_itself() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("queue.sqlite");
        let queue = Queue::open(&file).await.unwrap();
        queue.push(JobKind::Propagate, JobId(3)).await.unwrap();
        for id in [9, 10, 11, 100] {
            queue.push(JobKind::Ingest, JobId(id)).await.unwrap();
        }
        assert_eq!(order(&queue, JobKind::Ingest, 4).await, [9, 10, 11, 100]);
        assert_eq!(order(&queue, JobKind::Propagate, 1).await, [3]);
    }

    #[tokio::test]
    async fn an_idle_lane_is_woken_again_and_again() {
        let mut looks = Looks::new(Duration::from_millis(1));
        for _ in 0..20 {
            let mut asked = false;
            // Waits for ever when the alarm is not set.
            std::future::poll_fn(|cx| {
                if asked {
                    return Poll::Ready(());
                }
                asked = true;
                assert!(looks.poll_drive(cx, &PollSnapshot::new()).is_pending());
                Poll::Pending
            })
            .await;
        }
    }

    #[tokio::test]
    async fn a_new_start_begins_with_an_empty_queue() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("queue.sqlite");
        let queue = Queue::open(&file).await.unwrap();
        for id in [1, 2] {
            queue.push(JobKind::Propagate, JobId(id)).await.unwrap();
        }
        drop(queue);
        let queue = Queue::open(&file).await.unwrap();
        // The same job again: its former ticket is gone.
        queue.push(JobKind::Propagate, JobId(2)).await.unwrap();
        assert_eq!(order(&queue, JobKind::Propagate, 1).await, [2]);
    }
}
