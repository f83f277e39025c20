//! Files made to do harm, or damaged: an error that says what was found, nothing else.

use crate::round_trip::bytes;
use crate::samples::kitchen;
use export::pickle::{self, Item, Value};
use export::{ReadError, benchmark, documented, read_segments};
use proptest::prelude::*;

fn message(bytes: &[u8]) -> String {
    read_segments(bytes).unwrap_err().to_string()
}

/// Protocol 4, then `opcodes`.
fn protocol4(opcodes: &[u8]) -> Vec<u8> {
    [b"\x80\x04".as_slice(), opcodes].concat()
}

#[test]
fn a_pickle_that_runs_a_program_is_refused_by_name() {
    // pickle.dumps of an object whose __reduce__ returns (os.system, ("touch hacked",)), protocols 2 and 4.
    let old = b"\x80\x02cposix\nsystem\nq\x00X\x0c\x00\x00\x00touch hackedq\x01\x85q\x02Rq\x03.";
    let new = protocol4(
        b"\x95\x27\0\0\0\0\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x0ctouch hacked\x94\x85\x94R\x94.",
    );
    for bytes in [old.as_slice(), &new] {
        let message = message(bytes);
        assert!(message.contains("\"posix.system\""), "{message}");
        assert!(message.contains("only plain data"), "{message}");
    }
    assert!(!std::path::Path::new("hacked").exists());
}

#[test]
fn every_way_to_run_code_is_refused() {
    for (opcodes, named) in [
        (b"(S'id'\nios\nsystem\n.".as_slice(), "STRING"),
        (b"(ios\nsystem\n.", "os.system"),
        (b"(NNo.", "the opcode OBJ"),
        (b"NN\x81.", "the opcode NEWOBJ"),
        (b"NNN\x92.", "the opcode NEWOBJ_EX"),
        (b"NNb.", "the opcode BUILD"),
        (b"NNR.", "the opcode REDUCE"),
        (b"\x82\x01.", "the opcode EXT1"),
        (b"NQ.", "the opcode BINPERSID"),
        (b"N\x93.", "the opcode STACK_GLOBAL"),
        (b"\xff.", "the unknown opcode 0xff"),
    ] {
        let message = message(&protocol4(opcodes));
        assert!(message.contains(named), "{message}");
    }
}

#[test]
fn what_numpy_and_collections_write_is_named() {
    let scalar = protocol4(b"\x8c\x15numpy.core.multiarray\x8c\x06scalar\x93.");
    assert!(message(&scalar).contains("\"numpy.core.multiarray.scalar\""));
    let ordered = b"\x80\x03ccollections\nOrderedDict\n)R.";
    assert!(message(ordered).contains("\"collections.OrderedDict\""));
}

#[test]
fn the_prompts_with_torch_are_not_plain_data() {
    let written = bytes(&export::prompts::model_space(&kitchen()));
    assert!(message(&written).contains("\"torch.FloatTensor\""));
}

#[test]
fn other_files_are_told_from_pickles() {
    assert!(message(b"(dp0\nVa\np1\nI1\ns.").contains("not a Python pickle"));
    assert!(message(b"\0\0\0 ftypisom").contains("not a Python pickle"));
    assert!(message(b"").contains("cut off"));
}

#[test]
fn depth_costs_no_stack() {
    let depth = 3_000_000;
    let nested = [vec![b']'; depth], vec![b'a'; depth - 1], vec![b'.']].concat();
    assert_eq!(
        message(&protocol4(&nested)),
        "the file: a dict is expected, but list was found"
    );
    let tuples = [vec![b')'], vec![0x85; depth], vec![b'.']].concat();
    assert!(message(&protocol4(&tuples)).contains("tuple"));
}

#[test]
fn too_many_values_end_in_an_error() {
    for opcode in *b"]\x94" {
        let many = [vec![b'N'], vec![opcode; 11_000_000], vec![b'.']].concat();
        assert!(message(&protocol4(&many)).contains("more than 10000000 values"));
    }
}

#[test]
fn sharing_does_not_multiply() {
    // x = []; x = [x, x]; ... sixty times: 2^60 values if they were copied.
    let mut laughs = b"]\x94".to_vec();
    for level in 0..60u8 {
        laughs.extend([b']', b'(', b'h', level, b'h', level, b'e', 0x94]);
    }
    laughs.push(b'.');
    assert!(matches!(
        read_segments(&protocol4(&laughs)),
        Err(ReadError::Pickle(_) | ReadError::Shape { .. })
    ));
}

#[test]
fn a_circle_ends() {
    // d = {'scenetype': 's', 'objects': [], 'video1_objects': d}
    let mut circle = b"}\x94(\x8c\x09scenetype\x8c\x01s\x8c\x07objects]".to_vec();
    circle.extend(b"\x8c\x0evideo1_objectsh\x00u.");
    let message = message(&protocol4(&circle));
    assert_eq!(
        message,
        "video1_objects: \"scenetype\" names no object: 'object_1' or an int is expected"
    );
}

#[test]
fn claimed_lengths_are_not_believed() {
    for opcodes in [
        b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff.".as_slice(),
        b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"X\xff\xff\xff\xff.",
        b"B\xff\xff\xff\x7f.",
        b"\x8a\x08\x01.",
        b"\x95\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        let message = message(&protocol4(opcodes));
        assert!(message.contains("cut off"), "{message}");
    }
    assert!(
        message(&protocol4(b"\x8a\x09\x01\x01\x01\x01\x01\x01\x01\x01\x01.")).contains("64 bits")
    );
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    for layout in [
        documented::layout(&kitchen()),
        benchmark::layout(&kitchen()),
    ] {
        let written = bytes(&layout);
        for end in 0..written.len() {
            assert!(read_segments(&written[..end]).is_err(), "cut at {end}");
        }
    }
}

#[test]
fn what_lies_outside_its_mark_stays_there() {
    for opcodes in [
        b".".as_slice(),
        b"e.",
        b"]a.",
        b"]e.",
        b"](Na.",
        b"](N.",
        b"}N(Nu.",
        b"}(Nu.",
        b"}Ns.",
        b"N(a.",
        b"(\x85.",
        b"h\x00.",
        b"\x94.",
        b"N(\x94.",
        b")(Ne.",
        b"NN.",
    ] {
        let message = message(&protocol4(opcodes));
        assert!(message.contains("damaged"), "{opcodes:?}: {message}");
    }
}

/// A file of one object on frame 0 of video 1 with `size` and `counts`.
fn one_mask(size: [u32; 2], counts: Value) -> Vec<u8> {
    let mask = Value::dict([("size", Value::list(size)), ("counts", counts)]);
    let object = Value::dict([
        ("label", "cup_2".into()),
        ("in_video1", true.into()),
        ("in_video2", false.into()),
        ("deformability", "rigid".into()),
    ]);
    let frames = Value::Dict(vec![("0".into(), mask)]);
    bytes(&Value::dict([
        ("scene_type", "hall".into()),
        ("video1_objects", Value::Dict(vec![(0.into(), frames)])),
        ("video2_objects", Value::Dict(vec![])),
        ("objects", Value::List(vec![object])),
    ]))
}

#[test]
fn masks_are_checked() {
    let good = read_segments(&one_mask([3, 3], "252".into())).unwrap();
    let cup = &good.objects[0];
    assert_eq!((cup.label.as_str(), cup.multiplicity), ("cup", 2));
    assert_eq!(cup.masks[0].values().next().unwrap().area(), 5);
    let empty = read_segments(&one_mask([3, 3], "9".into())).unwrap();
    assert!(empty.objects[0].masks[0].is_empty());
    assert_eq!((good.empty_masks, empty.empty_masks), (0, 1));
    for (file, problem) in [
        (one_mask([3, 4], "252".into()), "cover 9 pixels"),
        (one_mask([3, 3], "25".into()), "cover 7 pixels"),
        (one_mask([1, 1], "001".into()), "at most 2"),
        (one_mask([3, 3], "2 2".into()), "0x20"),
        (one_mask([0, 3], "252".into()), "0 is no size"),
        (one_mask([u32::MAX, u32::MAX], "252".into()), "is no size"),
        (one_mask([3, 3], Value::List(vec![])), "but list was found"),
        (one_mask([3, 3], 9.into()), "but int was found"),
    ] {
        let message = message(&file);
        assert!(message.contains(problem), "{message}");
        assert!(
            message.starts_with("video1_objects, object 0, frame 0: "),
            "{message}"
        );
    }
}

#[test]
fn a_mask_named_a_million_times_is_not_copied_for_ever() {
    // One dict of 2000 frames, all the same mask, named by 2000 objects.
    let mut file = b"}(\x8c\x09scenetype\x8c\x01s\x8c\x07objects](".to_vec();
    file.extend(b"}(\x8c\x05labelX\x01\0\0\0a\x8c\x09in_video1\x88\x8c\x09in_video2\x88");
    file.extend(b"\x8c\x0ddeformability\x8c\x05rigidu\x94");
    file.extend(b"e\x8c\x0evideo1_objects}(");
    file.extend(b"K\x00}(K\x00}(\x8c\x04size](K\x03K\x03e\x8c\x06counts\x8c\x03252u\x94");
    for frame in 1..2000u16 {
        file.push(b'M');
        file.extend(frame.to_le_bytes());
        file.extend(b"h\x01");
    }
    file.extend(b"u\x94");
    for _ in 0..2000 {
        file.extend(b"K\x00h\x02");
    }
    file.extend(b"uu.");
    let message = message(&protocol4(&file));
    assert!(message.contains("more than 1000000 masks"), "{message}");
}

proptest! {
    #[test]
    fn no_soup_of_opcodes_panics(soup in proptest::collection::vec(
        prop_oneof![
            proptest::sample::select(b"N.(])}tesauqhrjK\x85\x86\x87\x88\x89\x94\x8c\x8a".as_slice()),
            any::<u8>(),
        ],
        0..60,
    )) {
        let _ = read_segments(&protocol4(&soup));
    }

    #[test]
    fn no_damage_panics(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut written = bytes(&benchmark::layout(&kitchen()));
        let at = at.index(written.len());
        written[at] = byte;
        let _ = read_segments(&written);
        let _ = pickle::read(&written);
    }
}

#[test]
fn memo_slots_in_any_order_are_those_of_python() {
    // Slot 2 is filled before slots 0 and 1, and once more when it is the next one.
    let jumbled = protocol4(b"](K\x01q\x02K\x02q\x00K\x03q\x01h\x02K\x04q\x02h\x02h\x00h\x01e.");
    // MEMOIZE counts the slots that there are.
    let counted = protocol4(b"](K\x07r\x09\0\0\0K\x08\x94h\x01j\x09\0\0\0e.");
    for (bytes, expected) in [
        (jumbled, vec![1, 2, 3, 1, 4, 4, 2, 3]),
        (counted, vec![7, 8, 8, 7]),
    ] {
        let plain = pickle::read(&bytes).unwrap();
        let expected: Vec<Item> = expected.into_iter().map(Item::Int).collect();
        assert_eq!(plain.items(plain.root), Some(expected.as_slice()));
    }
    let missing = protocol4(b"]q\x01h\x00.");
    assert!(message(&missing).contains("damaged"));
}
