//! More objects than a session holds.

use domain::{ChangeType, Deformability, OBJECTS_MAX, Rle};
use export::{SegmentedObject, Segments};
use std::collections::BTreeMap;

fn segments(objects: u32) -> Segments {
    let object = |index| SegmentedObject {
        label: "cup".into(),
        multiplicity: index,
        in_video1: true,
        in_video2: false,
        deformability: Deformability::Rigid,
        change_type: Some(ChangeType::Removed),
        masks: [
            BTreeMap::from([(domain::FrameNumber(0), Rle::encode(&[1], 1, 1))]),
            BTreeMap::new(),
        ],
    };
    Segments {
        scene_type: "kitchen".into(),
        objects: (1..=objects).map(object).collect(),
        empty_masks: 0,
    }
}

#[test]
fn a_thousand_objects_are_enough() {
    assert!(segments(OBJECTS_MAX).summary().is_ok());
    let refused = segments(OBJECTS_MAX + 1).summary().unwrap_err().to_string();
    assert!(refused.contains("names 1001 objects"), "{refused}");
    assert!(refused.contains("1000 at most"), "{refused}");
}
