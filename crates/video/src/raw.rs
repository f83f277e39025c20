//! The fields and functions of FFmpeg that its safe wrapper does not offer, each behind a safe function.
//!
//! Every function takes wrappers that own a live FFmpeg object, so the pointers read here are valid for the call.
#![expect(
    unsafe_code,
    reason = "the wrapper has no accessors for these fields of FFmpeg's structs"
)]

use crate::rotation::Orientation;
use ffmpeg_next::codec::context::Context as CodecContext;
use ffmpeg_next::ffi;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::format::stream::Stream;
use ffmpeg_next::software::scaling::Context as Scaler;
use ffmpeg_next::util::frame::Video as Frame;
use ffmpeg_next::{Rational, color};
use std::ptr;

/// A fraction of FFmpeg's, if it is one.
fn fraction(value: ffi::AVRational) -> Option<Rational> {
    (value.num > 0 && value.den > 0).then(|| value.into())
}

/// A time stamp of FFmpeg's, if it is one.
fn time(value: i64) -> Option<i64> {
    (value != ffi::AV_NOPTS_VALUE).then_some(value)
}

/// When the file starts, in microseconds.
pub fn start_time(input: &Input) -> Option<i64> {
    // SAFETY: see the module.
    time(unsafe { (*input.as_ptr()).start_time })
}

/// Whether the container gives the stream's start time.
pub fn start_known(stream: &Stream) -> bool {
    time(stream.start_time()).is_some()
}

/// The frame rate that FFmpeg guesses for the stream; once a frame is decoded, the decoder helps to guess.
pub fn guess_frame_rate(input: &mut Input, stream: usize) -> Option<Rational> {
    // SAFETY: see the module; `stream` is checked against the number of streams.
    unsafe {
        let context = input.as_mut_ptr();
        if stream >= (*context).nb_streams as usize {
            return None;
        }
        let stream = *(*context).streams.add(stream);
        fraction(ffi::av_guess_frame_rate(context, stream, ptr::null_mut()))
    }
}

/// The size in pixels that the container gives for a stream.
pub fn coded_size(stream: &Stream) -> (i64, i64) {
    // SAFETY: see the module.
    unsafe {
        let parameters = (*stream.as_ptr()).codecpar;
        ((*parameters).width.into(), (*parameters).height.into())
    }
}

/// Whether packets of the stream were seen while the file was being opened.
pub fn has_packets(stream: &Stream) -> bool {
    // SAFETY: see the module.
    let events = unsafe { (*stream.as_ptr()).event_flags };
    events & ffi::AVSTREAM_EVENT_FLAG_NEW_PACKETS != 0
}

/// Makes the demuxer hand out everything of one stream, and nothing of the others.
pub fn select_stream(input: &mut Input, chosen: usize) {
    // SAFETY: see the module; the index stays below the number of streams.
    unsafe {
        let context = input.as_mut_ptr();
        for index in 0..(*context).nb_streams as usize {
            (**(*context).streams.add(index)).discard = if index == chosen {
                ffi::AVDiscard::AVDISCARD_NONE
            } else {
                ffi::AVDiscard::AVDISCARD_ALL
            };
        }
    }
}

/// How many more fields than one the stream's parser saw in the last packet.
pub fn repeated_fields(stream: &Stream) -> Option<i32> {
    // SAFETY: see the module; FFmpeg answers null when there is no parser.
    unsafe {
        let parser = ffi::av_stream_get_parser(stream.as_ptr());
        parser.as_ref().map(|parser| parser.repeat_pict)
    }
}

/// Tells a decoder the time base and the frame rate of the packets it will get.
pub fn set_packet_times(context: &mut CodecContext, time_base: Rational, frame_rate: Rational) {
    // SAFETY: see the module.
    unsafe {
        (*context.as_mut_ptr()).pkt_timebase = time_base.into();
        (*context.as_mut_ptr()).framerate = frame_rate.into();
    }
}

/// How many frames the decoder holds back for reordering.
pub fn reorder_depth(context: &CodecContext) -> i32 {
    // SAFETY: see the module.
    unsafe { (*context.as_ptr()).has_b_frames }
}

/// The frame rate that the decoder read in the stream, and its ticks per frame.
pub fn coded_frame_rate(context: &CodecContext) -> (Option<Rational>, i32) {
    // SAFETY: see the module.
    unsafe {
        let context = context.as_ptr();
        ((*context).framerate.num != 0 && (*context).framerate.den != 0)
            .then(|| (*context).framerate.into())
            .map_or((None, 1), |rate| {
                (Some(rate), (*context).ticks_per_frame.max(1))
            })
    }
}

/// How long the packet of a frame says that the frame is shown, in units of the stream's time base; 0 if it does not say.
pub fn duration(frame: &Frame) -> i64 {
    // SAFETY: see the module.
    unsafe { (*frame.as_ptr()).pkt_duration }
}

/// FFmpeg's best guess of a frame's presentation time.
pub fn best_effort_time(frame: &Frame) -> Option<i64> {
    // SAFETY: see the module.
    time(unsafe { (*frame.as_ptr()).best_effort_timestamp })
}

/// The orientation written on a frame, if any.
pub fn frame_orientation(frame: &Frame) -> Option<Orientation> {
    let data = frame.side_data(ffmpeg_next::util::frame::side_data::Type::DisplayMatrix)?;
    orientation(data.data())
}

/// The orientation written in the container for a stream, if any.
pub fn stream_orientation(stream: &Stream) -> Option<Orientation> {
    use ffmpeg_next::codec::packet::side_data::Type;
    let matrix = stream
        .side_data()
        .find(|data| data.kind() == Type::DisplayMatrix)?;
    orientation(matrix.data())
}

/// Reads a display matrix of nine native 32-bit numbers.
fn orientation(bytes: &[u8]) -> Option<Orientation> {
    let mut matrix = [0; 9];
    let (numbers, _) = bytes.as_chunks::<4>();
    if numbers.len() < matrix.len() {
        return None;
    }
    for (number, bytes) in matrix.iter_mut().zip(numbers) {
        *number = i32::from_ne_bytes(*bytes);
    }
    Some(Orientation::from_matrix(&matrix))
}

/// Bytes from one pixel to the next in each plane of a picture.
///
/// None where planes cannot be turned one by one: palettes, pixels of no whole bytes or of shared colour, pictures stored upside
/// down, and, for a quarter turn, planes of colour that are narrower but not lower.
pub fn pixel_steps(frame: &Frame, quarter_turn: bool) -> Option<[i32; 4]> {
    const REFUSED: i32 =
        ffi::AV_PIX_FMT_FLAG_BITSTREAM | ffi::AV_PIX_FMT_FLAG_PAL | ffi::AV_PIX_FMT_FLAG_HWACCEL;
    let mut steps = [0; 4];
    // SAFETY: see the module; descriptors are static, and `steps` has room for the four numbers that are written.
    unsafe {
        let picture = ffi::av_pix_fmt_desc_get(frame.format().into()).as_ref()?;
        let (across, down) = (picture.log2_chroma_w, picture.log2_chroma_h);
        let shared = across > 0 && picture.comp[0].plane == picture.comp[1].plane;
        let upside_down = (*frame.as_ptr()).linesize.iter().any(|size| *size < 0);
        let odd = picture.flags & u64::from(REFUSED.cast_unsigned()) != 0;
        if odd || shared || upside_down || (quarter_turn && across != down) {
            return None;
        }
        ffi::av_image_fill_max_pixsteps(steps.as_mut_ptr(), ptr::null_mut(), picture);
    }
    Some(steps)
}

/// Sets the meaning of the pixels on both sides of a scaler: the matrix of either (of the YUV side, if one is RGB), and
/// whether YUV values fill the full range, where that is known.
pub fn set_colours(
    scaler: &mut Scaler,
    matrix: color::Space,
    source_full: Option<bool>,
    full: bool,
) {
    // SAFETY: see the module; the tables that FFmpeg returns are static or belong to the scaler, which outlives the call.
    unsafe {
        let context = scaler.as_mut_ptr();
        let (mut from, mut to) = (ptr::null_mut(), ptr::null_mut());
        let (mut from_full, mut to_full) = (0, 0);
        let (mut brightness, mut contrast, mut saturation) = (0, 0, 0);
        ffi::sws_getColorspaceDetails(
            context,
            &mut from,
            &mut from_full,
            &mut to,
            &mut to_full,
            &mut brightness,
            &mut contrast,
            &mut saturation,
        );
        let table = ffi::sws_getCoefficients(ffi::AVColorSpace::from(matrix) as i32);
        ffi::sws_setColorspaceDetails(
            context,
            table,
            source_full.map_or(from_full, i32::from),
            table,
            i32::from(full),
            brightness,
            contrast,
            saturation,
        );
    }
}

/// Says in an encoder's stream what its YUV values mean.
pub fn tag_colours(context: &mut CodecContext, matrix: color::Space, full: bool) {
    // SAFETY: see the module.
    unsafe {
        let context = context.as_mut_ptr();
        (*context).colorspace = matrix.into();
        (*context).color_range = if full {
            ffi::AVColorRange::AVCOL_RANGE_JPEG
        } else {
            ffi::AVColorRange::AVCOL_RANGE_MPEG
        };
        if matrix == color::Space::BT709 {
            (*context).color_primaries = ffi::AVColorPrimaries::AVCOL_PRI_BT709;
            (*context).color_trc = ffi::AVColorTransferCharacteristic::AVCOL_TRC_BT709;
        }
    }
}

/// Fixes an encoder's quality, in FFmpeg's steps of 1/118.
pub fn set_quality(context: &mut CodecContext, quality: i32) {
    // SAFETY: see the module.
    unsafe { (*context.as_mut_ptr()).global_quality = quality }
}

/// Fixes the quality with which one frame is encoded.
pub fn set_frame_quality(frame: &mut Frame, quality: i32) {
    // SAFETY: see the module.
    unsafe { (*frame.as_mut_ptr()).quality = quality }
}

/// Makes sure that nobody else, such as an encoder that looks ahead, still reads the frame's pixels.
///
/// # Errors
/// When memory runs out.
pub fn make_writable(frame: &mut Frame) -> Result<(), ffmpeg_next::Error> {
    // SAFETY: see the module.
    match unsafe { ffi::av_frame_make_writable(frame.as_mut_ptr()) } {
        error if error < 0 => Err(error.into()),
        _ => Ok(()),
    }
}
