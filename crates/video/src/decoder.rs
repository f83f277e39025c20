//! From packets to source frames, with the times that the `ffmpeg` program gives them.

use crate::VideoError;
use crate::clock::{Clock, MICROSECONDS, PacketTimes};
use crate::error::failed_to;
use crate::raw;
use crate::source::{Source, decoder_for};
use ffmpeg_next::codec::threading;
use ffmpeg_next::util::error::EAGAIN;
use ffmpeg_next::util::frame::Video as Frame;
use ffmpeg_next::{self as ffmpeg, Error, Packet, Rescale};

/// Decodes a film from its start to its end, one frame at a time.
pub struct Decoder {
    /// The film.
    pub source: Source,
    decoder: ffmpeg::decoder::Video,
    clock: Clock,
    packet: Packet,
    stage: Stage,
    /// Packets given to the decoder.
    packets: u64,
    /// Frames that came out.
    frames: u32,
}

/// What the decoder is about to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Read the next packet.
    Read,
    /// Take one more frame of the present packet.
    Again,
    /// Take the frames that are left after the last packet.
    Drain,
    /// Nothing more.
    Ended,
}

/// When a source frame is shown, in units of the stream's time base.
#[derive(Clone, Copy, Debug)]
pub struct FrameTime {
    /// From when on, counted from the start of the file.
    pub pts: Option<i64>,
    /// For how long; 0 if unknown.
    pub duration: i64,
}

impl Decoder {
    /// Opens a film's decoder.
    ///
    /// # Errors
    /// When its coding is not supported.
    pub fn new(source: Source) -> Result<Self, VideoError> {
        let stream = source.stream()?;
        let (mut context, codec) = decoder_for(&stream)?;
        raw::set_packet_times(&mut context, source.time_base, source.frame_rate);
        // One thread: the frames are the same on every machine, damaged films included.
        context.set_threading(threading::Config {
            kind: threading::Type::None,
            count: 1,
            ..Default::default()
        });
        let decoder = context
            .decoder()
            .open_as(codec)
            .and_then(|opened| opened.video())
            .map_err(failed_to("start the decoder"))?;
        let rate = f64::from(source.frame_rate);
        let depth = f64::from(raw::reorder_depth(&decoder));
        let lead = if rate > 0.0 { depth * 1e6 / rate } else { 0.0 };
        let start = raw::start_time(&source.input);
        Ok(Self {
            clock: Clock::new(source.time_base, start, lead as i64),
            source,
            decoder,
            packet: Packet::empty(),
            stage: Stage::Read,
            packets: 0,
            frames: 0,
        })
    }

    /// Frames that came out so far.
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// A time of a frame as the container has it.
    pub fn container_time(&self, time: i64) -> i64 {
        self.clock.container_time(time)
    }

    /// Decodes the next frame in the order of presentation into `frame`; answers none at the end.
    ///
    /// A packet that cannot be decoded is left out, and a file that cannot be read on ends there, as in the `ffmpeg` program.
    ///
    /// # Errors
    /// When there is not a single frame.
    pub fn next(&mut self, frame: &mut Frame) -> Result<Option<FrameTime>, VideoError> {
        loop {
            let got = match self.stage {
                Stage::Read => self.read(frame),
                Stage::Again => self.take_again(frame),
                Stage::Drain => self.drain(frame),
                Stage::Ended => return self.end(),
            };
            if got {
                self.frames = self.frames.saturating_add(1);
                return Ok(Some(self.time_of(frame)));
            }
        }
    }

    /// Reads a packet, decodes it and takes its first frame.
    fn read(&mut self, frame: &mut Frame) -> bool {
        // Reading into the old packet would leak what it holds.
        self.packet = Packet::empty();
        match self.packet.read(&mut self.source.input) {
            Ok(()) => {}
            Err(Error::Other { errno: EAGAIN }) => return false,
            // The container is damaged from here on, or simply at its end.
            Err(_) => {
                self.stage = Stage::Drain;
                return false;
            }
        }
        if self.packet.stream() != self.source.index {
            return false;
        }
        let times = self.clock.packet(PacketTimes {
            pts: self.packet.pts(),
            dts: self.packet.dts(),
        });
        let mut got = false;
        // Packets of no bytes would be taken for the end of the film.
        if self.packet.size() > 0 {
            self.packet.set_pts(times.pts);
            self.packet.set_dts(times.dts);
            self.packets += 1;
            let sent = self.decoder.send_packet(&self.packet);
            got = sent.is_ok() && self.decoder.receive_frame(frame).is_ok();
        }
        self.clock.advance(self.packet_duration());
        if got {
            self.stage = Stage::Again;
        }
        got
    }

    /// Takes one more frame of the present packet.
    fn take_again(&mut self, frame: &mut Frame) -> bool {
        self.clock.again();
        let got = self.decoder.receive_frame(frame).is_ok();
        if got {
            self.clock.advance(self.packet_duration());
        } else {
            self.stage = Stage::Read;
        }
        got
    }

    /// Takes one of the frames left after the last packet.
    fn drain(&mut self, frame: &mut Frame) -> bool {
        self.clock.drain();
        // Asked a second time, the decoder answers that it knows; anything else shows when the frame is taken.
        self.decoder.send_eof().ok();
        let got = match self.decoder.receive_frame(frame) {
            Ok(()) => true,
            Err(Error::Eof | Error::Other { errno: EAGAIN }) => {
                self.stage = Stage::Ended;
                false
            }
            Err(_) => false,
        };
        self.clock.advance(self.usual_duration());
        got
    }

    /// The end, which must not come before the first frame.
    fn end(&self) -> Result<Option<FrameTime>, VideoError> {
        match (self.frames, self.packets) {
            (0, 0) => Err(VideoError::NoFrames),
            (0, packets) => Err(VideoError::Undecodable { packets }),
            _ => Ok(None),
        }
    }

    /// When a frame that just came out is shown.
    fn time_of(&mut self, frame: &Frame) -> FrameTime {
        let mut pts = raw::best_effort_time(frame);
        if pts.is_none() && self.stage == Stage::Drain {
            pts = self.clock.drained_time();
        }
        FrameTime {
            pts,
            duration: raw::duration(frame),
        }
    }

    /// How long the present packet lasts, in microseconds; 0 if unknown.
    fn packet_duration(&self) -> i64 {
        match self.packet.duration() {
            0 => self.usual_duration(),
            units => units.rescale(self.source.time_base, MICROSECONDS),
        }
    }

    /// How long a packet lasts by the frame rate of the stream, in microseconds; 0 if unknown.
    fn usual_duration(&self) -> i64 {
        let (Some(rate), ticks_per_frame) = raw::coded_frame_rate(&self.decoder) else {
            return 0;
        };
        let parsed = self.source.stream().ok();
        let ticks = parsed
            .and_then(|stream| raw::repeated_fields(&stream))
            .map_or(ticks_per_frame, |repeated| repeated + 1);
        let units = 1_000_000 * i64::from(rate.denominator()) * i64::from(ticks);
        units / i64::from(rate.numerator()) / i64::from(ticks_per_frame)
    }
}
