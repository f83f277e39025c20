//! Which of the two masks of a frame between two prompts is kept.
//!
//! Each pass is trusted less the further it is from the prompt it comes from, and the less sure it is. With the distances
//! `d` to its own prompt and `D` between the two prompts, and its object score logit `s`, a pass weighs
//! `(1 - d / D) * sigmoid(|s|)`: the nearer one is kept, unless it is in doubt whether the object is there at all
//! (`sigmoid(0) = 1/2`) while the other is not. At equal weights the forward pass is kept.

/// A pass on a frame: frames from the prompt that it comes from, and its object score logit.
pub(super) struct Claim {
    pub distance: u32,
    pub score: f32,
}

impl Claim {
    fn weight(&self, gap: u32) -> f32 {
        let nearness = 1.0 - self.distance as f32 / gap as f32;
        nearness / (1.0 + (-self.score.abs()).exp())
    }
}

/// Whether the backward pass takes the place of the forward one.
pub(super) fn backward_wins(forward: &Claim, backward: &Claim) -> bool {
    let gap = forward.distance + backward.distance;
    backward.weight(gap) > forward.weight(gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wins(at: u32, forward: f32, backward: f32) -> bool {
        let forward = Claim {
            distance: at,
            score: forward,
        };
        let backward = Claim {
            distance: 10 - at,
            score: backward,
        };
        backward_wins(&forward, &backward)
    }

    #[test]
    fn the_nearer_pass_is_kept() {
        assert!(!wins(3, 8.0, 8.0) && wins(7, 8.0, 8.0));
        assert!(!wins(5, 8.0, 8.0), "forward at equal weights");
        assert!(
            wins(6, 8.0, -8.0),
            "that the object is hidden is an answer, too"
        );
    }

    #[test]
    fn doubt_moves_the_seam() {
        assert!(wins(4, 0.0, 8.0) && !wins(6, 8.0, 0.0));
        assert!(
            !wins(2, 0.0, 8.0),
            "but not by more than a third of the way"
        );
    }
}
