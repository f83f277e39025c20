//! Whether a film's file is all there, read from its outer structure without decoding anything.
//!
//! FFmpeg plays what is left of a cut file as if that were the whole film. The containers say how long their parts are, so a part
//! that ends behind the end of the file gives the cut away. What a header says about the number of frames is not looked at.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// The containers that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// MP4 and QuickTime.
    Mp4,
    /// Matroska and WebM.
    Matroska,
    /// AVI.
    Avi,
}

/// What the outer structure of a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// The container, when the first bytes are of one that we know.
    pub container: Option<Container>,
    /// How one sees that the end is missing, when it is.
    pub cut: Option<String>,
    /// Length of the file in bytes.
    pub bytes: u64,
}

/// Reads the outer structure of a file.
///
/// # Errors
/// When the file cannot be read.
pub fn inspect(path: &Path) -> io::Result<Structure> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let mut head = [0; 12];
    let read = read_at(&mut file, 0, &mut head)?;
    let container = recognise(&head[..read]);
    let cut = match container {
        Some(Container::Mp4) => cut_mp4(&mut file, bytes)?,
        Some(Container::Matroska) => cut_matroska(&mut file, bytes)?,
        Some(Container::Avi) => cut_avi(&mut file, bytes)?,
        None => None,
    };
    Ok(Structure {
        container,
        cut,
        bytes,
    })
}

/// The container that starts with these bytes.
fn recognise(head: &[u8]) -> Option<Container> {
    if head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        return Some(Container::Matroska);
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"AVI ") {
        return Some(Container::Avi);
    }
    let first_boxes: [&[u8]; 8] = [
        b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp", b"pnot",
    ];
    head.get(4..8)
        .is_some_and(|kind| first_boxes.contains(&kind))
        .then_some(Container::Mp4)
}

/// Reads as many bytes at `position` as there are, up to the length of `buffer`.
fn read_at(file: &mut File, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(position))?;
    let mut read = 0;
    while read < buffer.len() {
        match file.read(&mut buffer[read..])? {
            0 => break,
            n => read += n,
        }
    }
    Ok(read)
}

/// Walks the boxes of the outermost level.
fn cut_mp4(file: &mut File, bytes: u64) -> io::Result<Option<String>> {
    let (mut position, mut index, mut pictures) = (0, false, false);
    while position + 8 <= bytes {
        let mut header = [0; 16];
        let read = read_at(file, position, &mut header)?;
        let kind = [header[4], header[5], header[6], header[7]];
        let short = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
        let long = u64::from_be_bytes([
            header[8], header[9], header[10], header[11], header[12], header[13], header[14],
            header[15],
        ]);
        let size = match short {
            0 => bytes - position,
            1 if read == 16 => long,
            size => size.into(),
        };
        index |= kind == *b"moov";
        pictures |= kind == *b"mdat" || kind == *b"moof";
        let known = [
            b"ftyp", b"moov", b"mdat", b"moof", b"free", b"meta", b"mfra",
        ];
        if size < 8 || (!known.contains(&&kind) && !kind.is_ascii()) {
            // Rubbish behind the film does no harm.
            break;
        }
        match position.checked_add(size) {
            Some(end) if end <= bytes => position = end,
            end if known.contains(&&kind) => {
                let missing = end.map_or(u64::MAX, |end| end - bytes);
                return Ok(Some(missing_bytes(missing)));
            }
            _ => break,
        }
    }
    Ok(match (index, pictures) {
        (false, _) => Some("its index, the part named moov, is missing".into()),
        (true, false) => Some("there is an index, but nothing behind it".into()),
        (true, true) => None,
    })
}

/// Reads the length of the segment, or of its parts where the segment has none.
fn cut_matroska(file: &mut File, bytes: u64) -> io::Result<Option<String>> {
    const SEGMENT: u32 = 0x1853_8067;
    let mut position = 0;
    let mut inside = false;
    while position < bytes {
        let mut header = [0; 12];
        let read = read_at(file, position, &mut header)?;
        let Some(element) = element(&header[..read]) else {
            break;
        };
        let start = position + element.header;
        match element.size {
            Some(size) if start.saturating_add(size) > bytes => {
                return Ok(Some(missing_bytes(start.saturating_add(size) - bytes)));
            }
            // A known segment that fits: the file is whole.
            Some(_) if element.id == SEGMENT => return Ok(None),
            Some(size) => position = start + size,
            None if element.id == SEGMENT && !inside => {
                inside = true;
                position = start;
            }
            // A part of unknown length, as live recordings have: where it ends cannot be told.
            None => break,
        }
    }
    Ok(None)
}

/// The head of a Matroska element.
struct Element {
    id: u32,
    /// Length of the head in bytes.
    header: u64,
    /// Length of what follows in bytes; none when the file leaves it open.
    size: Option<u64>,
}

/// Reads the head of a Matroska element.
fn element(bytes: &[u8]) -> Option<Element> {
    let id_length = bytes.first()?.leading_zeros() as usize + 1;
    if id_length > 4 {
        return None;
    }
    let id = bytes
        .get(..id_length)?
        .iter()
        .fold(0, |id, byte| id << 8 | u32::from(*byte));
    let rest = &bytes[id_length..];
    let size_length = rest.first()?.leading_zeros() as usize + 1;
    let digits = rest.get(..size_length)?;
    let size = digits
        .iter()
        .fold(0u64, |size, byte| size << 8 | u64::from(*byte));
    let open = (1u64 << (7 * size_length)) - 1;
    let size = size & open;
    Some(Element {
        id,
        header: (id_length + size_length) as u64,
        size: (size != open).then_some(size),
    })
}

/// Walks the RIFF chunks; recorders that were switched off leave their lengths at 0.
fn cut_avi(file: &mut File, bytes: u64) -> io::Result<Option<String>> {
    let mut position = 0;
    let mut header = [0; 12];
    while read_at(file, position, &mut header)? == 12 && header.starts_with(b"RIFF") {
        let size = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        if size == 0 || size == u32::MAX {
            break;
        }
        let end = position + 8 + u64::from(size);
        if end > bytes {
            return Ok(Some(missing_bytes(end - bytes)));
        }
        position = end + u64::from(size & 1);
    }
    Ok(None)
}

/// Says how much is missing.
fn missing_bytes(missing: u64) -> String {
    match missing {
        0..10_000 => format!("at least {missing} bytes are missing at its end"),
        10_000..10_000_000 => format!("at least {} kB are missing at its end", missing / 1000),
        _ => format!("at least {} MB are missing at its end", missing / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn structure(content: &[u8]) -> Structure {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film");
        std::fs::write(&path, content).unwrap();
        inspect(&path).unwrap()
    }

    fn mp4_box(kind: &[u8; 4], content: usize) -> Vec<u8> {
        let mut bytes = (content as u32 + 8).to_be_bytes().to_vec();
        bytes.extend(kind);
        bytes.resize(content + 8, 7);
        bytes
    }

    #[test]
    fn mp4_boxes_must_end_within_the_file() {
        let whole = [
            mp4_box(b"ftyp", 8),
            mp4_box(b"moov", 20),
            mp4_box(b"mdat", 30),
        ]
        .concat();
        assert_eq!(structure(&whole).cut, None);
        let with_rubbish = [&whole[..], &[1, 2, 3, 4, 255, 254, 253, 252, 0]].concat();
        assert_eq!(structure(&with_rubbish).cut, None);
        let cut = structure(&whole[..whole.len() - 5]);
        assert_eq!(cut.container, Some(Container::Mp4));
        assert_eq!(
            cut.cut.as_deref(),
            Some("at least 5 bytes are missing at its end")
        );
        // Cut between two boxes.
        assert!(
            structure(&whole[..16 + 28])
                .cut
                .unwrap()
                .contains("nothing behind it")
        );
        let no_index = [mp4_box(b"ftyp", 8), mp4_box(b"mdat", 30)].concat();
        assert!(structure(&no_index).cut.unwrap().contains("moov"));
    }

    #[test]
    fn an_mp4_box_may_be_huge_or_open() {
        let mut open = [mp4_box(b"moov", 4), mp4_box(b"mdat", 100)].concat();
        open[12..16].fill(0);
        assert_eq!(structure(&open).cut, None);
        let mut huge = [mp4_box(b"moov", 4), mp4_box(b"mdat", 100)].concat();
        huge[12..16].copy_from_slice(&1u32.to_be_bytes());
        huge[20..28].copy_from_slice(&(u64::MAX - 3).to_be_bytes());
        assert!(structure(&huge).cut.unwrap().contains("MB are missing"));
    }

    #[test]
    fn a_matroska_segment_must_end_within_the_file() {
        let mut film = vec![0x1a, 0x45, 0xdf, 0xa3, 0x82, 1, 2];
        film.extend([0x18, 0x53, 0x80, 0x67, 0x40, 100]);
        film.resize(film.len() + 100, 0);
        assert_eq!(structure(&film).cut, None);
        film.pop();
        assert!(structure(&film).cut.unwrap().contains("1 bytes"));
    }

    #[test]
    fn an_open_matroska_segment_is_judged_by_its_clusters() {
        let mut film = vec![0x1a, 0x45, 0xdf, 0xa3, 0x80];
        film.extend([0x18, 0x53, 0x80, 0x67, 0x01]);
        film.extend([0xff; 7]);
        film.extend([0x1f, 0x43, 0xb6, 0x75, 0x8a]);
        film.resize(film.len() + 10, 0);
        assert_eq!(structure(&film).cut, None);
        film.pop();
        assert!(structure(&film).cut.unwrap().contains("1 bytes"));
    }

    #[test]
    fn an_avi_may_leave_its_length_open() {
        let mut film = b"RIFF\x14\0\0\0AVI ".to_vec();
        film.resize(28, 0);
        assert_eq!(structure(&film).cut, None);
        assert!(structure(&film[..20]).cut.unwrap().contains("8 bytes"));
        film[4] = 0;
        assert_eq!(structure(&film[..20]).cut, None);
    }

    #[test]
    fn other_files_are_not_recognised() {
        for content in [
            &b""[..],
            b"hello world, hello",
            b"RIFF....WAVE",
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert_eq!(structure(content).container, None);
        }
    }
}
