//! How the videos and masks are shown: nothing here changes what is annotated.

use crate::components::remembered::remember;
use canvas::MaskStyle;
use domain::{Object, ObjectId, VideoSide};
use leptos::prelude::*;
use std::collections::HashSet;

/// How both videos share the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Compare {
    /// Beside each other.
    #[default]
    Off,
    /// Video 2 lies over video 1, more or less transparent.
    Onion,
    /// Video 1 left of a line, video 2 right of it.
    Swipe,
}

impl Compare {
    /// As the style sheet knows it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Onion => "onion",
            Self::Swipe => "swipe",
        }
    }
}

/// How the videos and masks are shown; a cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// Whether the video being worked on is larger than the other.
    pub large: RwSignal<bool>,
    /// How both share the screen.
    pub compare: RwSignal<Compare>,
    /// Where the line between the videos is, or how much of video 2 is seen: 0 to 100.
    pub share: RwSignal<u8>,
    /// Whether the other video is shown in the place of this one, as long as a key is held.
    pub blink: RwSignal<bool>,
    /// Whether zoom and place of both pictures move together.
    pub views_locked: RwSignal<bool>,
    /// Whether masks are painted.
    pub masks: RwSignal<bool>,
    /// How they are painted.
    pub style: RwSignal<MaskStyle>,
    /// Whether only the object being worked on is painted.
    pub solo: RwSignal<bool>,
    /// Whether the masks before the last job are outlined where it changed them.
    pub former: RwSignal<bool>,
    /// Objects that are not painted.
    pub hidden: RwSignal<HashSet<ObjectId>>,
}

impl Look {
    pub fn new() -> Self {
        Self {
            large: RwSignal::new(false),
            compare: RwSignal::new(Compare::Off),
            share: RwSignal::new(50),
            blink: RwSignal::new(false),
            views_locked: RwSignal::new(true),
            masks: RwSignal::new(true),
            style: RwSignal::new(MaskStyle::default()),
            solo: RwSignal::new(false),
            former: RwSignal::new(false),
            hidden: RwSignal::new(HashSet::new()),
        }
    }

    /// Keeps in the browser what a person would else choose anew on every page.
    pub fn remember(self) {
        let style = |style: &MaskStyle| format!("{} {}", style.fill, style.outline);
        remember("mask-style", self.style, style, |kept| {
            let (fill, outline) = kept.split_once(' ')?;
            Some(MaskStyle {
                fill: fill.parse().ok()?,
                outline: outline.parse().ok()?,
            })
        });
        remember("views-locked", self.views_locked, bool::to_string, |kept| {
            kept.parse().ok()
        });
    }

    /// Shows both videos in a way, or beside each other again when they are shown so already.
    pub fn toggle_compare(self, way: Compare) {
        self.compare.update(|now| {
            *now = if *now == way { Compare::Off } else { way };
        });
    }

    /// Paints the masks of an object, or no longer.
    pub fn toggle_hidden(self, object: ObjectId) {
        self.hidden.update(|hidden| {
            if !hidden.remove(&object) {
                hidden.insert(object);
            }
        });
    }

    /// Makes masks stronger, or fainter when negative.
    pub fn fill(self, by: i16) {
        self.style.update(|style| {
            style.fill = (i16::from(style.fill) + by).clamp(0, 255) as u8;
        });
    }

    /// The objects that are not painted while `active` is worked on.
    pub fn not_painted(self, objects: &[Object], active: Option<ObjectId>) -> HashSet<ObjectId> {
        let solo = self.solo.get() && active.is_some();
        self.hidden.with(|hidden| {
            objects
                .iter()
                .map(|object| object.id)
                .filter(|id| hidden.contains(id) || (solo && Some(*id) != active))
                .collect()
        })
    }

    /// The video in front when one of them is large or lies over the other.
    pub fn front(self, active: VideoSide) -> VideoSide {
        if self.blink.get() {
            active.other()
        } else {
            active
        }
    }
}
