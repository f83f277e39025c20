//! A place in a session that an address leads to: `?object=3&video=1&frame=120`, or `?comment=5`.

use domain::{FrameNumber, ObjectId, ThreadId, VideoSide};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

/// Where to look in a session; what is not given is left open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The object.
    pub object: Option<ObjectId>,
    /// The video.
    pub side: Option<VideoSide>,
    /// The frame of it.
    pub frame: Option<FrameNumber>,
    /// The conversation, which has a place of its own.
    pub thread: Option<ThreadId>,
}

impl Spot {
    /// What comes behind the path of a page.
    #[must_use]
    pub fn query(&self) -> String {
        let parts = [
            self.object.map(|object| format!("object={object}")),
            self.side.map(|side| format!("video={}", side.number())),
            self.frame.map(|frame| format!("frame={frame}")),
            self.thread.map(|thread| format!("comment={thread}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }

    fn read(query: &ParamsMap) -> Self {
        let number = |name: &str| query.get_str(name)?.parse::<i64>().ok();
        let side = number("video").and_then(|n| u8::try_from(n).ok());
        Self {
            object: number("object").map(ObjectId),
            side: side.and_then(|n| VideoSide::try_from(n).ok()),
            frame: number("frame")
                .and_then(|n| u32::try_from(n).ok())
                .map(FrameNumber),
            thread: number("comment").map(ThreadId),
        }
    }
}

/// Where the address of the page leads to; server and browser read the same.
#[must_use]
pub fn use_spot() -> Spot {
    use_query_map().with_untracked(Spot::read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_where_it_was_made_for() {
        let spot = Spot {
            object: Some(ObjectId(3)),
            side: Some(VideoSide::Two),
            frame: Some(FrameNumber(120)),
            thread: None,
        };
        assert_eq!(spot.query(), "?object=3&video=2&frame=120");
        let mut query = ParamsMap::new();
        for (name, value) in [("object", "3"), ("video", "2"), ("frame", "120")] {
            query.insert(name, value.to_owned());
        }
        assert_eq!(Spot::read(&query), spot);
        assert_eq!(Spot::default().query(), "");
    }

    #[test]
    fn what_makes_no_sense_is_left_open() {
        let mut query = ParamsMap::new();
        for (name, value) in [("object", "cup"), ("video", "3"), ("frame", "-1")] {
            query.insert(name, value.to_owned());
        }
        assert_eq!(Spot::read(&query), Spot::default());
    }
}
