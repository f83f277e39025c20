//! What a reviewer says about the masks of an object.

use crate::object::words;
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
