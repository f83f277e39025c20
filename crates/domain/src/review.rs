//! What a reviewer says about a session and its objects, and what is to be annotated again.

use crate::object::words;
use crate::{ObjectId, VIEWS_MAX, VideoSide};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

words! {
    /// A reviewer's word on an object.
    Verdict {
        /// Its masks are good.
        Good = "good",
        /// It has to be annotated again.
        NeedsReannotation = "needs_reannotation",
    }
}

impl Verdict {
    /// The wording that people know.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Good => "Reviewed",
            Self::NeedsReannotation => "Needs Reannotation",
        }
    }
}

/// Who wrote something last, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Their name; none where nobody signs in.
    pub by: Option<String>,
    /// When, UTC, RFC 3339.
    pub at: String,
}

/// What reviewers say about a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The reviewer, as the files name them.
    pub reviewer: String,
    /// The comment on the session as a whole.
    pub comment: String,
    /// Who wrote that comment; none before anybody did.
    pub signed: Option<Signed>,
    /// When anything of the review changed last, UTC, RFC 3339; none before anything was said.
    pub changed_at: Option<String>,
    /// One per object, in order.
    pub objects: Vec<ObjectReview>,
    /// What was sent back and is not made anew yet.
    pub asked: Vec<AskedViews>,
}

impl Review {
    /// What is said about an object; nothing, for one that came after this was read.
    #[must_use]
    pub fn of(&self, object: ObjectId) -> Option<&ObjectReview> {
        self.objects.iter().find(|review| review.object == object)
    }

    /// The object's verdict.
    #[must_use]
    pub fn verdict(&self, object: ObjectId) -> Option<Verdict> {
        self.of(object)?.verdict
    }
}

/// What reviewers say about an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectReview {
    /// The object.
    pub object: ObjectId,
    /// The verdict on the masks that there are now.
    pub verdict: Option<Verdict>,
    /// The comment; it outlives the masks that it was written about.
    pub comment: String,
    /// Whether the object was annotated again since it was sent back, and not judged since.
    pub annotated_again: bool,
    /// Who said it; none before anybody said anything.
    pub signed: Option<Signed>,
}

/// How many frames of an object a reviewer wants to have annotated again in a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedViews {
    /// The object.
    pub object: ObjectId,
    /// The video.
    pub side: VideoSide,
    /// Frames to annotate, 1 to [`VIEWS_MAX`].
    pub views: u8,
}

impl AskedViews {
    /// Whether the number of frames is one that can be asked for.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        (1..=VIEWS_MAX).contains(&self.views)
    }
}

/// What a reviewer sent back, as whoever annotates it again sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentBack {
    /// Who sent it back.
    pub signed: Signed,
    /// The comment on the session as a whole.
    pub comment: String,
    /// What is asked for; never empty.
    pub asked: Vec<Asked>,
}

/// Frames that are to be annotated again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// How many, of which object, in which video.
    pub views: AskedViews,
    /// A frame counts when it got prompts after the event of this number.
    pub since: u32,
    /// The reviewer's comment on the object.
    pub comment: String,
}
