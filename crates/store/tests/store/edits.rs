use crate::masks::commit;
use crate::{Fixture, fields, key};
use domain::{
    Action, ChangeType, FrameMasks, JobId, ObjectAction, ObjectFields, ObjectId, VideoSide,
};
use store::StoreError;

const ONE: VideoSide = VideoSide::One;
const TWO: VideoSide = VideoSide::Two;
const JOB: JobId = JobId(1);

/// Object and frame of every mask of a video.
async fn masks(f: &Fixture, side: VideoSide) -> Vec<(ObjectId, u32)> {
    let frames = f.store.masks().frames(&f.id, side, 0..100).await.unwrap();
    let of = |frame: FrameMasks| {
        let number = frame.frame.0;
        frame
            .masks
            .into_iter()
            .map(move |mask| (mask.object, number))
    };
    let mut all: Vec<_> = frames.into_iter().flat_map(of).collect();
    all.sort_unstable();
    all
}

/// Object and frame of every approved mask of a video.
async fn approved(f: &Fixture, side: VideoSide) -> Vec<(ObjectId, u32)> {
    let all = f.store.approvals().list(&f.id, side).await.unwrap();
    all.iter()
        .map(|of| (of.key.object, of.key.frame.0))
        .collect()
}

/// Object, video, frame and place of every click that counts.
async fn clicks(f: &Fixture) -> Vec<(ObjectId, u8, u32, f32)> {
    let prompts = f.store.prompts().current(&f.id).await.unwrap();
    let of = |(key, prompts): (domain::FrameKey, domain::FramePrompts)| {
        let points = prompts.points.into_iter();
        points.map(move |p| (key.object, key.side.number(), key.frame.0, p.x))
    };
    prompts.into_iter().flat_map(of).collect()
}

async fn titles(f: &Fixture) -> Vec<String> {
    let objects = f.store.objects().list(&f.id).await.unwrap();
    objects.iter().map(|object| object.fields.title()).collect()
}

#[tokio::test]
async fn a_removed_object_comes_back_with_everything() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let pot = f.object("pot", true, true).await;
    f.click(cup, ONE, 1, 10.0).await;
    f.click(pot, ONE, 1, 20.0).await;
    commit(&f, ONE, JOB, cup, 0..4, b"a").await;
    commit(&f, ONE, JOB, pot, 0..4, b"b").await;
    let before = (clicks(&f).await, masks(&f, ONE).await, titles(&f).await);

    f.store.objects().remove(cup).await.unwrap();
    assert_eq!(f.xs().await, [20.0]);
    assert_eq!(titles(&f).await, ["pot 1"]);
    assert!(
        masks(&f, ONE)
            .await
            .iter()
            .all(|(object, _)| *object == pot)
    );
    let tracks = f.store.masks().tracks(&f.id, ONE).await.unwrap();
    assert_eq!(tracks.len(), 1);
    let count = f.store.sessions().get(&f.id).await.unwrap().object_count;
    assert_eq!(count, 1);
    for gone in [
        f.store.objects().remove(cup).await,
        f.store.objects().move_to(cup, 0).await,
        f.store.objects().set_colour(cup, 1).await,
    ] {
        assert!(matches!(gone, Err(StoreError::NotFound(_))));
    }
    // Its name is free meanwhile.
    f.object("cup", true, true).await;

    let f = f.reopen().await;
    let title = || "cup 1".to_owned();
    for expected in [
        ObjectAction::Add { title: title() },
        ObjectAction::Remove { title: title() },
    ] {
        let undone = f.store.prompts().undo(&f.id).await.unwrap().unwrap();
        assert_eq!(undone.action, Action::Object(expected));
    }
    assert_eq!(titles(&f).await, ["cup 1", "pot 1"]);
    assert_eq!(
        (clicks(&f).await, masks(&f, ONE).await),
        (before.0, before.1)
    );
}

#[tokio::test]
async fn what_is_said_about_objects_is_undone_in_its_turn() {
    let f = Fixture::new().await;
    let objects = async || {
        let list = f.store.objects().list(&f.id).await.unwrap();
        let said = |object: domain::Object| (object.fields, object.colour);
        list.into_iter().map(said).collect::<Vec<_>>()
    };
    let mut states = vec![objects().await];
    let cup = f.object("cup", true, false).await;
    states.push(objects().await);
    let pot = f.object("pot", true, true).await;
    states.push(objects().await);
    f.click(cup, ONE, 1, 10.0).await;
    let mug = ObjectFields {
        in_video2: true,
        views: 3,
        ..fields("mug", true, true)
    };
    f.store.objects().update(cup, None, &mug).await.unwrap();
    states.push(objects().await);
    f.store.objects().set_colour(pot, 7).await.unwrap();
    states.push(objects().await);
    f.store.objects().set_colour(pot, 3).await.unwrap();
    states.push(objects().await);
    f.store.objects().move_to(pot, 0).await.unwrap();
    states.push(objects().await);
    // Nothing is said anew.
    f.store.objects().update(cup, None, &mug).await.unwrap();

    let last = states.len() - 1;
    let mut at = last;
    while let Some(edit) = f.store.prompts().undo(&f.id).await.unwrap() {
        if matches!(edit.action, Action::Object(_)) {
            at -= 1;
        }
        assert_eq!(objects().await, states[at], "{edit:?}");
    }
    assert_eq!((at, f.xs().await.len()), (0, 0));
    while let Some(edit) = f.store.prompts().redo(&f.id).await.unwrap() {
        if matches!(edit.action, Action::Object(_)) {
            at += 1;
        }
        assert_eq!(objects().await, states[at], "{edit:?}");
    }
    assert_eq!((at, f.xs().await), (last, vec![10.0]));
}

#[tokio::test]
async fn swapped_objects_exchange_clicks_and_masks_and_undo_puts_them_back() {
    let f = Fixture::new().await;
    let a = f.object("cup", true, true).await;
    let b = f.object("mug", true, true).await;
    f.click(a, TWO, 2, 1.0).await;
    f.click(a, TWO, 6, 2.0).await;
    f.click(b, TWO, 6, 3.0).await;
    f.click(a, ONE, 6, 4.0).await;
    commit(&f, TWO, JOB, a, 0..8, b"a").await;
    commit(&f, TWO, JOB, b, 6..10, b"b").await;
    commit(&f, ONE, JOB, a, 0..8, b"c").await;
    let before = (clicks(&f).await, masks(&f, TWO).await, masks(&f, ONE).await);

    f.store.objects().swap(key(a, TWO, 5), b).await.unwrap();
    let expected = [
        (a, 1, 6, 4.0),
        (a, 2, 2, 1.0),
        (a, 2, 6, 3.0),
        (b, 2, 6, 2.0),
    ];
    assert_eq!(clicks(&f).await, expected);
    let swapped = masks(&f, TWO).await;
    let of = |object| {
        swapped
            .iter()
            .filter(move |(of, _)| *of == object)
            .map(|(_, frame)| *frame)
    };
    assert_eq!(of(a).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 6, 7, 8, 9]);
    assert_eq!(of(b).collect::<Vec<_>>(), [5, 6, 7]);
    assert_eq!(
        masks(&f, ONE).await,
        before.2,
        "the other video is untouched"
    );

    let f = f.reopen().await;
    let prompts = f.store.prompts();
    for _ in 0..2 {
        prompts.undo(&f.id).await.unwrap();
        assert_eq!(
            (clicks(&f).await, masks(&f, TWO).await),
            (before.0.clone(), before.1.clone())
        );
        prompts.redo(&f.id).await.unwrap();
        assert_eq!(
            (clicks(&f).await, masks(&f, TWO).await),
            (expected.to_vec(), swapped.clone())
        );
    }
    let itself = f.store.objects().swap(key(a, ONE, 0), a).await;
    assert!(matches!(itself, Err(StoreError::Conflict(_))));
}

#[tokio::test]
async fn merged_objects_are_one_until_that_is_undone() {
    let f = Fixture::new().await;
    let before_it = f.object("cup", true, false).await;
    let after_it = f.object("mug", false, true).await;
    f.click(before_it, ONE, 1, 1.0).await;
    f.click(after_it, TWO, 3, 2.0).await;
    commit(&f, ONE, JOB, before_it, 0..3, b"a").await;
    commit(&f, TWO, JOB, after_it, 0..3, b"b").await;
    let all = (clicks(&f).await, masks(&f, ONE).await, masks(&f, TWO).await);
    let objects = f.store.objects();
    let former = objects.get(before_it).await.unwrap();

    objects.merge(after_it, before_it).await.unwrap();
    assert_eq!(titles(&f).await, ["cup 1"]);
    let merged = objects.get(before_it).await.unwrap().fields;
    assert!(merged.in_video1 && merged.in_video2);
    assert_eq!(merged.change_type, ChangeType::Moved);
    assert_eq!(
        clicks(&f).await,
        [(before_it, 1, 1, 1.0), (before_it, 2, 3, 2.0)]
    );
    assert_eq!(
        masks(&f, TWO).await,
        [0, 1, 2].map(|frame| (before_it, frame))
    );

    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(
        (clicks(&f).await, masks(&f, ONE).await, masks(&f, TWO).await),
        all
    );
    assert_eq!(objects.get(before_it).await.unwrap(), former);
    f.store.prompts().redo(&f.id).await.unwrap();
    assert_eq!(objects.get(before_it).await.unwrap().fields, merged);
    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(masks(&f, TWO).await, all.2);
}

#[tokio::test]
async fn where_both_have_a_mask_each_keeps_its_own() {
    let f = Fixture::new().await;
    let a = f.object("cup", true, true).await;
    let b = f.object("mug", true, true).await;
    commit(&f, ONE, JOB, a, 0..4, b"a").await;
    commit(&f, ONE, JOB, b, 2..6, b"b").await;
    let before = masks(&f, ONE).await;
    f.store.objects().merge(b, a).await.unwrap();
    assert_eq!(
        masks(&f, ONE).await,
        [0, 1, 2, 3, 4, 5].map(|frame| (a, frame))
    );
    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(masks(&f, ONE).await, before);
}

#[tokio::test]
async fn a_split_object_is_two_until_that_is_undone() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    f.object("pot", true, true).await;
    f.click(cup, ONE, 1, 1.0).await;
    f.click(cup, TWO, 1, 2.0).await;
    f.click(cup, TWO, 7, 3.0).await;
    commit(&f, TWO, JOB, cup, 0..9, b"a").await;
    let before = (clicks(&f).await, masks(&f, TWO).await);
    let objects = f.store.objects();
    let second = ObjectFields {
        multiplicity: 2,
        ..fields("cup", false, true)
    };
    let made = objects.split(key(cup, TWO, 5), &second).await.unwrap();
    assert_eq!(titles(&f).await, ["cup 1", "cup 2", "pot 1"]);
    assert_eq!(
        clicks(&f).await,
        [(cup, 1, 1, 1.0), (cup, 2, 1, 2.0), (made.id, 2, 7, 3.0)]
    );
    let expected: Vec<_> = (0..9)
        .map(|frame| (if frame < 5 { cup } else { made.id }, frame))
        .collect();
    let mut split = masks(&f, TWO).await;
    split.sort_unstable_by_key(|(_, frame)| *frame);
    assert_eq!(split, expected);
    let prompts = f.store.prompts();
    prompts.undo(&f.id).await.unwrap();
    assert_eq!((clicks(&f).await, masks(&f, TWO).await), before);
    assert_eq!(titles(&f).await, ["cup 1", "pot 1"]);
    prompts.redo(&f.id).await.unwrap();
    assert_eq!(titles(&f).await, ["cup 1", "cup 2", "pot 1"]);
    prompts.undo(&f.id).await.unwrap();

    // A whole video: the object is no longer in it.
    objects.split(key(cup, TWO, 0), &second).await.unwrap();
    let left = objects.get(cup).await.unwrap().fields;
    assert_eq!(
        (left.in_video2, left.change_type),
        (false, ChangeType::Removed)
    );
    prompts.undo(&f.id).await.unwrap();
    assert!(objects.get(cup).await.unwrap().fields.in_video2);
    assert_eq!((clicks(&f).await, masks(&f, TWO).await), before);
}

#[tokio::test]
async fn a_chosen_colour_stays_with_the_object() {
    let f = Fixture::new().await;
    let a = f.object("a", true, true).await;
    let b = f.object("b", true, true).await;
    let objects = f.store.objects();
    assert_eq!(objects.get(b).await.unwrap().colour, 1);
    objects.set_colour(b, 7).await.unwrap();
    objects.move_to(b, 0).await.unwrap();
    let f = f.reopen().await;
    let objects = f.store.objects();
    let colours: Vec<_> = (objects.list(&f.id).await.unwrap().iter())
        .map(|object| (object.id, object.colour))
        .collect();
    assert_eq!(colours, [(b, 7), (a, 1)]);
}

#[tokio::test]
async fn approved_frames_go_with_their_masks() {
    let f = Fixture::new().await;
    let a = f.object("cup", true, true).await;
    let b = f.object("mug", true, true).await;
    commit(&f, ONE, JOB, a, 0..4, b"a").await;
    commit(&f, ONE, JOB, b, 2..6, b"b").await;
    for (object, frame) in [(a, 1), (a, 3), (b, 3), (b, 5)] {
        let key = key(object, ONE, frame);
        f.store.approvals().set(&f.id, key, true).await.unwrap();
    }
    let before = approved(&f, ONE).await;
    f.store.objects().swap(key(a, ONE, 4), b).await.unwrap();
    assert_eq!(approved(&f, ONE).await, [(a, 1), (a, 3), (a, 5), (b, 3)]);
    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(approved(&f, ONE).await, before);
    f.store.objects().merge(b, a).await.unwrap();
    assert_eq!(approved(&f, ONE).await, [(a, 1), (a, 3), (a, 5), (b, 3)]);
    f.store.prompts().undo(&f.id).await.unwrap();
    assert_eq!(approved(&f, ONE).await, before);
}

#[tokio::test]
async fn the_highest_index_stands_in_the_way_of_no_undo() {
    let f = Fixture::new().await;
    // As an earlier version stored it.
    let fields = ObjectFields {
        multiplicity: u32::MAX,
        ..fields("mug", true, true)
    };
    let mug = f.store.objects().add(&f.id, &fields).await.unwrap().id;
    f.store.objects().remove(mug).await.unwrap();
    f.execute(
        "insert into objects (session, label, multiplicity, in_video1, in_video2, views, deformability, change_type, place)
         select session, removed_label, removed_multiplicity, 1, 1, 1, 'rigid', 'moved', 2 from objects",
    )
    .await;
    let prompts = f.store.prompts();
    prompts.undo(&f.id).await.unwrap().unwrap();
    assert_eq!(titles(&f).await, ["mug 1", "mug 4294967295"]);
    // The addition, too.
    prompts.undo(&f.id).await.unwrap().unwrap();
    assert_eq!(prompts.undo(&f.id).await.unwrap(), None);
}

#[tokio::test]
async fn nothing_changes_hands_while_a_job_is_busy_with_it() {
    let f = Fixture::new().await;
    let cup = f.object("cup", true, true).await;
    let pot = f.object("pot", true, true).await;
    let objects = f.store.objects();
    objects.swap(key(cup, ONE, 0), pot).await.unwrap();
    let jobs = f.store.jobs();
    let job = jobs
        .create(&f.id, domain::JobKind::Propagate)
        .await
        .unwrap();
    let bowl = fields("bowl", true, false);
    for refused in [
        objects.swap(key(cup, ONE, 0), pot).await,
        objects.merge(cup, pot).await,
        objects.split(key(cup, ONE, 0), &bowl).await.map(drop),
        f.store.prompts().undo(&f.id).await.map(drop),
    ] {
        assert!(matches!(refused, Err(StoreError::Conflict(text)) if text.contains("offline job")));
    }
    let cancelled = domain::JobState::Cancelled;
    jobs.set_state(job.id, cancelled, None).await.unwrap();
    f.store.prompts().undo(&f.id).await.unwrap().unwrap();
}
