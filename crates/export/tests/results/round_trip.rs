//! What is written is what is read.

use crate::samples::any_session;
use domain::VideoSide;
use export::pickle::{self, Value};
use export::{
    MasksByFrame, SegmentedObject, Segments, SessionExport, benchmark, documented, read_segments,
};
use proptest::prelude::*;

pub fn bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    pickle::write(&mut out, value).unwrap();
    out
}

/// What a reader of the files of `session` must find.
pub fn truth(session: &SessionExport) -> Segments {
    let objects = session.objects.iter().map(|object| {
        let fields = &object.fields;
        let masks = VideoSide::BOTH.map(|side| {
            let mut masks = MasksByFrame::new();
            if fields.is_in(side)
                && let Some(frames) = session.video(side).masks.get(&object.id)
            {
                masks.clone_from(frames);
                masks.retain(|_, mask| !mask.is_empty());
            }
            masks
        });
        SegmentedObject {
            label: fields.label.clone(),
            multiplicity: fields.multiplicity,
            in_video1: fields.in_video1,
            in_video2: fields.in_video2,
            deformability: fields.deformability,
            change_type: Some(fields.change_type),
            masks,
        }
    });
    Segments {
        scene_type: session.scene_type.clone(),
        objects: objects.collect(),
        empty_masks: 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_documented_layout_is_read_as_it_was_written(session in any_session()) {
        let written = bytes(&documented::layout(&session));
        prop_assert_eq!(read_segments(&written), Ok(truth(&session)));
        prop_assert_eq!(written, bytes(&documented::layout(&session.clone())));
    }

    #[test]
    fn the_benchmark_layout_is_read_as_it_was_written(session in any_session()) {
        let written = bytes(&benchmark::layout(&session));
        let mut truth = truth(&session);
        for object in &mut truth.objects {
            object.change_type = None;
        }
        prop_assert_eq!(read_segments(&written), Ok(truth));
        prop_assert_eq!(written, bytes(&benchmark::layout(&session.clone())));
    }

    #[test]
    fn numbers_and_texts_survive(int in any::<i64>(), small in -300i64..70_000, float in any::<f64>(), text in ".{0,300}", raw in proptest::collection::vec(any::<u8>(), 0..600)) {
        let value = Value::List(vec![int.into(), small.into(), float.into(), text.as_str().into(), Value::Bytes(raw.clone()), Value::None, true.into()]);
        let written = bytes(&value);
        let plain = pickle::read(&written).unwrap();
        let items = plain.items(plain.root).unwrap();
        use pickle::Item;
        prop_assert_eq!(items[0], Item::Int(int));
        prop_assert_eq!(items[1], Item::Int(small));
        prop_assert!(matches!(items[2], Item::Float(x) if x.to_bits() == float.to_bits()));
        prop_assert_eq!(items[3], Item::Text(&text));
        prop_assert_eq!(items[4], Item::Bytes(&raw));
        prop_assert_eq!(&items[5..], &[Item::None, Item::Bool(true)]);
    }
}
