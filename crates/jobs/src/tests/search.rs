//! Looking for an object of one video in the other: with a model that is known through and through, and with the real one.

use super::fake::{Call, FakeModel, whereabouts};
use super::world::{World, open};
use crate::search::RUNNING_MAX;
use crate::{DataDir, Jobs, JobsConfig, Sight, Sighting, Wanted};
use domain::{
    Candidate, FrameNumber, FramePrompts, FrameRow, FrameTable, Label, LiveEvent, ObjectId, Point,
    Search, SearchId, SessionId, VideoSide,
};
use example::Example;
use image::codecs::jpeg::JpegEncoder;
use sam2::{DeviceChoice, FeatureLimits, LoadOptions};
use std::fs;
use std::path::Path;
use std::sync::{Mutex, mpsc};
use store::Store;
use tokio::sync::broadcast::Receiver;

fn clicked(frame: u32, (x, y): (f32, f32)) -> Sighting {
    let point = Point {
        x,
        y,
        label: Label::Positive,
    };
    Sighting {
        frame: FrameNumber(frame),
        sight: Sight::Prompts(FramePrompts {
            points: vec![point],
            ..FramePrompts::default()
        }),
    }
}

fn wanted(session: &SessionId, side: VideoSide, sightings: Vec<Sighting>) -> Wanted {
    Wanted {
        session: session.clone(),
        object: ObjectId(1),
        side,
        sightings,
    }
}

/// Waits until a search has an answer.
async fn end_of(
    jobs: &Jobs,
    events: &mut Receiver<LiveEvent>,
    session: &SessionId,
    id: SearchId,
) -> Search {
    loop {
        match jobs.search(session, id).unwrap() {
            Search::Running { .. } => {}
            end => return end,
        }
        // A listener that was too slow looks again.
        let _ = events.recv().await;
    }
}

#[tokio::test]
async fn an_object_is_found_where_it_is_and_progress_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::new();
    let mut world = World::with_disk(dir.path(), "a", model.clone(), 1 << 20).await;
    // Row 10 of video 1 shows its source frame 8.
    let sightings = vec![clicked(10, whereabouts(8))];
    let search = world
        .jobs
        .begin_search(wanted(&world.session, VideoSide::Two, sightings));
    let end = end_of(&world.jobs, &mut world.events, &world.session, search).await;
    let Search::Found(found) = end else {
        panic!("{end:?}")
    };
    assert!(!found.is_empty());
    for Candidate {
        frame,
        point,
        mask,
        likeness,
    } in &found
    {
        // Row n of video 2 shows source frame 2 n.
        let (x, y) = whereabouts(frame.0 * 2);
        let off = (point.x - x).hypot(point.y - y);
        assert!(off < 4.0, "frame {frame}: {point:?}, not ({x}, {y})");
        assert!(
            !mask.is_empty() && (0.5..=1.0).contains(likeness),
            "{likeness}"
        );
    }
    assert!(found.is_sorted_by(|a, b| a.likeness >= b.likeness));
    let other: SessionId = "a_b_2026-01-31_18-05-09".parse().unwrap();
    assert_eq!(world.jobs.search(&other, search), None);
    let encoded = |call: &&Call| matches!(call, Call::Encode(_));
    let count = model.calls().iter().filter(encoded).count();
    assert_eq!(count, 1 + 30, "every frame once");
}

#[tokio::test]
async fn a_cancelled_search_stops_and_is_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let model = FakeModel::new();
    let world = World::new(dir.path(), "a", model.clone()).await;
    let sightings = vec![clicked(10, whereabouts(8))];
    let search = world
        .jobs
        .begin_search(wanted(&world.session, VideoSide::Two, sightings));
    world.jobs.cancel_search(&world.session, search);
    assert_eq!(world.jobs.search(&world.session, search), None);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(model.calls().len() < 5, "{:?}", model.calls());
}

#[tokio::test]
async fn of_many_searches_at_once_the_oldest_give_way() {
    let dir = tempfile::tempdir().unwrap();
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    // Stands still until the other end is dropped.
    let model = FakeModel::with_hook(move |_, _| {
        let _ = released.lock().unwrap().recv();
        Ok(())
    });
    let mut world = World::new(dir.path(), "a", model).await;
    let (jobs, session) = (world.jobs.clone(), world.session.clone());
    let begin = || {
        let sightings = vec![clicked(10, whereabouts(8))];
        jobs.begin_search(wanted(&session, VideoSide::Two, sightings))
    };
    let is_known = |id: &SearchId| jobs.search(&session, *id).is_some();
    let searches: Vec<SearchId> = (0..RUNNING_MAX + 2).map(|_| begin()).collect();
    let known: Vec<bool> = searches.iter().map(is_known).collect();
    assert_eq!(known[..2], [false, false]);
    assert_eq!(known[2..], [true; RUNNING_MAX]);
    drop(release);
    for search in &searches[2..] {
        let end = end_of(&jobs, &mut world.events, &session, *search).await;
        assert!(matches!(end, Search::Found(_)), "{end:?}");
    }
    // Those that gave way stay forgotten, and those that have ended need not give way.
    let last = begin();
    let end = end_of(&jobs, &mut world.events, &session, last).await;
    assert!(matches!(end, Search::Found(_)), "{end:?}");
    assert_eq!(searches.iter().map(is_known).collect::<Vec<_>>(), known);
}

#[tokio::test]
async fn a_search_that_fails_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path(), "a", FakeModel::new()).await;
    let missing = wanted(
        &world.session,
        VideoSide::Two,
        vec![clicked(999, (9.0, 9.0))],
    );
    let search = world.jobs.begin_search(missing);
    let end = end_of(&world.jobs, &mut world.events, &world.session, search).await;
    assert!(
        matches!(&end, Search::Failed(reason) if reason.contains("999")),
        "{end:?}"
    );
}

/// The example as it is after ingest.
async fn add_example(dir: &Path, store: &Store) -> SessionId {
    let session: SessionId = "example".parse().unwrap();
    let files = ["before.mp4", "after.mp4"];
    let created = store.sessions().create(&session, "room", files).await;
    created.unwrap();
    let data = DataDir::new(dir.to_owned());
    let example = Example::new();
    for side in VideoSide::BOTH {
        let clip = example.clip(side);
        fs::create_dir_all(data.frames(&session, side)).unwrap();
        for n in 0..clip.frames() {
            let file = fs::File::create(data.frame(&session, side, n)).unwrap();
            JpegEncoder::new_with_quality(file, 90)
                .encode(
                    clip.frame(n).pixels(),
                    clip.width(),
                    clip.height(),
                    image::ExtendedColorType::Rgb8,
                )
                .unwrap();
        }
        let row = |n: u32| FrameRow {
            source_frame: n,
            pts: i64::from(n),
        };
        let table = FrameTable {
            width: clip.width(),
            height: clip.height(),
            time_base: (1, 30),
            rows: (0..clip.frames()).map(row).collect(),
        };
        let videos = store.videos();
        videos
            .set_frame_table(&session, side, &table)
            .await
            .unwrap();
    }
    session
}

/// The place of the first candidate, from 1, whose click lies on the object.
fn place_of_truth(
    example: &Example,
    side: VideoSide,
    object: usize,
    found: &[Candidate],
) -> Option<usize> {
    let hits = |candidate: &Candidate| {
        let masks = example.clip(side).masks(candidate.frame.0);
        let truth = masks.into_iter().find(|(of, _)| *of == object);
        truth.is_some_and(|(_, mask)| {
            let (x, y) = (candidate.point.x as usize, candidate.point.y as usize);
            mask.decode()[y * mask.width() as usize + x] != 0
        })
    };
    Some(found.iter().position(hits)? + 1)
}

/// The real model on the drawn pair. The cup stands elsewhere in the other video, among things that stayed; the ball and the
/// box are in one video only, so whatever is suggested for them is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn the_moved_cup_of_the_example_is_found_by_the_embedded_model() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let session = add_example(dir.path(), &store).await;
    let model = sam2::load(&LoadOptions {
        device: DeviceChoice::Cpu,
        ..LoadOptions::default()
    });
    let config = JobsConfig {
        features: FeatureLimits {
            frames: 128,
            disk_bytes: 0,
        },
        ..JobsConfig::new(dir.path().to_owned(), "no-decoder".into())
    };
    let jobs = Jobs::start(config, store, model.unwrap()).await.unwrap();
    let mut events = jobs.subscribe();
    let example = Example::new();
    let titles: Vec<String> = example.objects().iter().map(|of| of.title()).collect();
    let (mut searches, mut first, mut all) = (0, 0, 0);
    let mut wrong = Vec::new();
    for side in VideoSide::BOTH {
        let known = example.clip(side.other());
        for frame in (0..known.frames()).step_by(8) {
            for (object, mask) in known.masks(frame) {
                let fields = &example.objects()[object];
                let seen = Sighting {
                    frame: FrameNumber(frame),
                    sight: Sight::Mask(mask),
                };
                let search = jobs.begin_search(wanted(&session, side, vec![seen]));
                let end = end_of(&jobs, &mut events, &session, search).await;
                let Search::Found(found) = end else {
                    panic!("{end:?}")
                };
                let place = place_of_truth(&example, side, object, &found);
                let worths: Vec<String> = (found.iter())
                    .map(|of| {
                        format!(
                            "{}@({:.0},{:.0}) {:.2}",
                            of.frame, of.point.x, of.point.y, of.likeness
                        )
                    })
                    .collect();
                eprintln!(
                    "{} on frame {frame} in {side}: {place:?} of {worths:?}",
                    titles[object]
                );
                if fields.is_in(side) {
                    searches += 1;
                    first += usize::from(place == Some(1));
                    all += usize::from(place.is_some());
                } else {
                    wrong.push(found.len());
                }
            }
        }
    }
    eprintln!(
        "cup: {first} of {searches} first, {all} of {searches} among all; suggestions for what is not there: {wrong:?}"
    );
    assert!(searches >= 12, "{searches}");
    assert!(first * 10 >= searches * 7, "{first} of {searches} first");
    assert!(all * 10 >= searches * 9, "{all} of {searches}");
}
