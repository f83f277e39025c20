use crate::{Fixture, cup, key, next_end};
use domain::{
    FrameNumber, FrameSpan, JobState, LiveEvent, ObjectFields, Search, SearchId, VideoSide,
};
use service::ServiceError;

const ONE: VideoSide = VideoSide::One;
const TWO: VideoSide = VideoSide::Two;

#[tokio::test(flavor = "multi_thread")]
async fn a_search_needs_an_object_of_both_videos_with_a_mask_in_one() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let both = f.object(&id, cup(true, true)).await;
    let second = ObjectFields {
        multiplicity: 2,
        ..cup(true, false)
    };
    let one_only = f.object(&id, second).await;
    let refused = async |object, side| {
        let begun = f.service.begin_search(&id, object, side).await;
        match begun {
            Err(ServiceError::Conflict(text)) => text,
            other => panic!("{other:?}"),
        }
    };
    f.click(&id, key(&one_only, ONE, 1), 20.0, 20.0).await;
    assert!(refused(one_only.id, TWO).await.contains("not in video 2"));
    let early = refused(both.id, TWO).await;
    assert!(early.contains("no mask in video 1"), "{early}");
    f.click(&id, key(&both, ONE, 1), 20.0, 20.0).await;
    assert!(refused(both.id, ONE).await.contains("no mask in video 2"));

    let mut events = f.service.events();
    let search = f.service.begin_search(&id, both.id, TWO).await.unwrap();
    let found = loop {
        match f.service.search(&id, search).await.unwrap() {
            Search::Running { .. } => {}
            end => break end,
        }
        let event = events.recv().await.unwrap();
        assert!(matches!(event, LiveEvent::Search { search: of, .. } if of == search));
    };
    // To this model everything looks alike, so nothing stands out.
    assert_eq!(found, Search::Found(Vec::new()));
    let workspace = f.service.workspace(&id).await.unwrap();
    assert_eq!(workspace.prompts.len(), 2, "nothing is recorded unasked");

    f.service.cancel_search(&id, search).await.unwrap();
    for unknown in [search, SearchId(99)] {
        let gone = f.service.search(&id, unknown).await;
        assert!(matches!(gone, Err(ServiceError::NotFound(_))));
        f.service.cancel_search(&id, unknown).await.unwrap();
    }
    let other = f.session().await;
    let elsewhere = f.service.begin_search(&other, both.id, TWO).await;
    assert!(matches!(elsewhere, Err(ServiceError::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_is_approved_after_the_job() {
    let f = Fixture::new().await;
    let id = f.session().await;
    let a = f.object(&id, cup(true, false)).await;
    f.click(&id, key(&a, ONE, 0), 20.0, 20.0).await;
    let span = |from, to| FrameSpan {
        object: a.id,
        side: ONE,
        from: FrameNumber(from),
        to: FrameNumber(to),
    };
    let early = f.service.set_approved(&id, span(0, 3), true).await;
    assert!(matches!(early, Err(ServiceError::NotFound(_))));
    let mut events = f.service.events();
    f.service.start_job(&id).await.unwrap();
    assert_eq!(next_end(&mut events).await, JobState::Done);
    let approve = async |from, to, good| f.service.set_approved(&id, span(from, to), good).await;
    assert_eq!(approve(0, 3, true).await, Ok(4));
    assert_eq!(approve(2, 99, true).await, Ok(3), "up to the last frame");
    assert_eq!(approve(1, 2, false).await, Ok(2));
    let backwards = approve(3, 1, true).await;
    assert!(
        matches!(backwards, Err(ServiceError::Invalid(text)) if text.contains("before frame 3"))
    );
    let tracks = f.service.tracks(&id, ONE).await.unwrap();
    assert_eq!(tracks[0].approved, [0, 3, 4].map(FrameNumber));
}
