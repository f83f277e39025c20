//! Masks that came with their videos: what an offline job does to them.

use super::fake::FakeModel;
use super::world::{HEIGHT, ROWS, WIDTH, World, click};
use domain::{
    Change, FrameMasks, FrameNumber, JobId, JobState, ObjectId, Rle, UploadedMasks, VideoSide,
};
use std::collections::BTreeMap;
use store::UploadedObject;

/// A square somewhere, in a picture of the world's size.
fn square(at: usize) -> Rle {
    let height = HEIGHT as usize;
    Rle::from_runs(
        HEIGHT,
        WIDTH,
        (at..at + 5).map(|x| x * height + 2..x * height + 7),
    )
}

/// A world whose masks came with its videos: a vase on every row of both videos, and a lid on those of video 2. The objects
/// that the world has by itself are gone.
async fn uploaded(dir: &std::path::Path) -> World {
    let world = World::new(dir, "a", FakeModel::new()).await;
    let objects = world.store.objects();
    for object in objects.list(&world.session).await.unwrap() {
        objects.remove(object.id).await.unwrap();
    }
    let uploads = world.store.uploads();
    let from = UploadedMasks {
        file_name: "theirs.pkl".into(),
        painted: false,
    };
    let change = Change::MasksUploaded {
        file_name: "theirs.pkl".into(),
        objects: 2,
        masks: 0,
        empty: 0,
    };
    uploads.mark(&world.session, &from, &change).await.unwrap();
    let on_every_row = |rows: u32, at: usize| -> BTreeMap<FrameNumber, Rle> {
        (0..rows)
            .map(|row| (FrameNumber(row), square(at + row as usize / 4)))
            .collect()
    };
    let object = |label: &str, rows: [u32; 2], at| UploadedObject {
        fields: domain::ObjectFields {
            label: label.into(),
            multiplicity: 1,
            in_video1: rows[0] > 0,
            in_video2: rows[1] > 0,
            views: 1,
            deformability: domain::Deformability::Rigid,
            change_type: domain::ChangeType::default_for(rows[0] > 0, rows[1] > 0),
        },
        masks: rows.map(|rows| on_every_row(rows, at)),
    };
    let objects = [object("vase", ROWS, 3), object("lid", [0, ROWS[1]], 20)];
    uploads
        .take_in(&world.session, JobId(1000), &objects)
        .await
        .unwrap();
    uploads.complete(&world.session).await.unwrap();
    world
}

/// The masks of one object, row by row.
fn of(object: ObjectId, frames: &[FrameMasks]) -> Vec<(FrameNumber, Rle)> {
    frames
        .iter()
        .flat_map(|of| of.masks.iter().map(move |mask| (of.frame, mask)))
        .filter(|(_, mask)| mask.object == object)
        .map(|(frame, mask)| (frame, mask.mask.clone()))
        .collect()
}

#[tokio::test]
async fn an_offline_job_leaves_alone_what_nobody_clicked() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = uploaded(dir.path()).await;
    let objects = world.store.objects().list(&world.session).await.unwrap();
    let (vase, lid) = (objects[0].id, objects[1].id);
    let before = [
        world.masks(VideoSide::One).await,
        world.masks(VideoSide::Two).await,
    ];
    // An approved frame is no click either.
    let key = domain::FrameKey {
        object: lid,
        side: VideoSide::Two,
        frame: FrameNumber(4),
    };
    let approvals = world.store.approvals();
    approvals.set(&world.session, key, true).await.unwrap();
    click(
        &world.store,
        &world.session,
        vase,
        VideoSide::Two,
        9,
        (30.0, 16.0),
    )
    .await;
    for _ in 0..2 {
        let job = world.propagate().await;
        let (end, _) = world.end_of(job.id).await;
        assert_eq!((end.state, end.error), (JobState::Done, None));
        let after = [
            world.masks(VideoSide::One).await,
            world.masks(VideoSide::Two).await,
        ];
        assert_eq!(before[0], after[0], "nothing was clicked in video 1");
        assert_eq!(of(lid, &before[1]), of(lid, &after[1]));
        assert_ne!(of(vase, &before[1]), of(vase, &after[1]));
    }
    let file = world.jobs.data_dir().results(&world.session);
    let bytes = std::fs::read(file.join("segments.pkl")).unwrap();
    let written = export::read_segments(&bytes).unwrap();
    assert_eq!(written.objects[0].masks[0].len(), ROWS[0] as usize);
    assert_eq!(written.objects[1].masks[1].len(), ROWS[1] as usize);
}

#[tokio::test]
async fn without_a_click_nothing_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = uploaded(dir.path()).await;
    let before = world.masks(VideoSide::Two).await;
    let job = world.propagate().await;
    let (end, _) = world.end_of(job.id).await;
    assert_eq!(end.state, JobState::Failed);
    assert_eq!(world.masks(VideoSide::Two).await, before);
}
