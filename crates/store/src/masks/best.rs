//! The frame that shows an object best.

use super::Masks;
use crate::StoreError;
use domain::{BestView, FrameNumber, ObjectId, Rle, SessionId, SessionVideo, view_worth};
use sqlx::FromRow;

/// Into how many stretches a film is divided; of each, one mask per object is decoded.
const STRETCHES: u32 = 64;

/// Of every object and stretch the mask with the longest text: of one object's masks, those that span more columns are
/// longer, and the length is known without reading the mask. What the model does not believe in comes last.
const CANDIDATES: &str = "
    with shown as (select id from mask_runs where session = ?1 and side = ?2 order by finished desc, id desc limit 1),
    ranked as (
        select frame, object, row_number() over (
                   partition by object, frame / ?3 order by score > 0 desc, length(counts) desc, frame) as place
        from masks
        where run = (select id from shown) and counts <> ?4
          and object in (select id from objects where session = ?1 and removed_label is null)),
    seen as (
        select object, min(frame) as first, max(frame) as last, count(*) as frames from ranked group by object)
    select frame, object, score, height, width, counts, first, last, frames
    from ranked join seen using (object) join masks using (frame, object)
    where place = 1 and run = (select id from shown)
    order by object, frame";

#[derive(FromRow)]
struct Candidate {
    frame: u32,
    object: i64,
    score: f32,
    height: u32,
    width: u32,
    counts: Vec<u8>,
    first: u32,
    last: u32,
    frames: u32,
}

impl Masks<'_> {
    /// Of every object that is seen in a video, the frame that shows it best by [`view_worth`], in order of their ids.
    ///
    /// Not every mask is looked at: of a long film, the likeliest of each of `STRETCHES` stretches.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a stored mask cannot be read.
    pub async fn best_views(
        &self,
        session: &SessionId,
        video: &SessionVideo,
    ) -> Result<Vec<BestView>, StoreError> {
        let empty = Rle::from_runs(video.height, video.width, []).to_coco_text();
        let candidates = sqlx::query_as::<_, Candidate>(CANDIDATES)
            .bind(session.as_str())
            .bind(video.side.number())
            .bind(video.frames.div_ceil(STRETCHES).max(1))
            .bind(empty.into_bytes())
            .fetch_all(&self.0.readers)
            .await?;
        let mut best: Vec<(BestView, f64)> = Vec::new();
        for of in candidates {
            let mask = Rle::from_coco_text(of.height, of.width, &of.counts)
                .map_err(|e| StoreError::damaged("mask", e))?;
            let worth = view_worth(&mask, of.score);
            let view = BestView {
                object: ObjectId(of.object),
                frame: FrameNumber(of.frame),
                mask,
                score: of.score,
                first: FrameNumber(of.first),
                last: FrameNumber(of.last),
                frames: of.frames,
            };
            match best.last_mut() {
                Some((last, known)) if last.object == view.object => {
                    if worth > *known {
                        (*last, *known) = (view, worth);
                    }
                }
                _ => best.push((view, worth)),
            }
        }
        Ok(best.into_iter().map(|(view, _)| view).collect())
    }
}
