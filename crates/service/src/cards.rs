//! Change cards: every object before and after, at its best.

use crate::{Service, ServiceError, is_ingested};
use domain::{BestView, CardSide, ChangeCard, ChangeCards, ObjectId, SessionId, VideoSide};

impl Service {
    /// The objects of a session, each with the frames that show it best. Where an object is in one video only, also the
    /// frame of the other that shows the same place; while that is being found out it is missing, which ends with an event.
    ///
    /// # Errors
    /// When there is no such session.
    pub async fn change_cards(&self, id: &SessionId) -> Result<ChangeCards, ServiceError> {
        let session = self.store.sessions().get(id).await?;
        let objects = self.store.objects().list(id).await?;
        let [one, two] = &session.videos;
        let masks = self.store.masks();
        let best = [
            masks.best_views(id, one).await?,
            masks.best_views(id, two).await?,
        ];
        // Nobody waits for the comparison of videos without a mask.
        let has_views = best.iter().any(|of| !of.is_empty());
        let same_place = if has_views && is_ingested(&session) {
            self.jobs.same_place(id)
        } else {
            None
        };
        let view = |side: VideoSide, object: ObjectId| {
            let of_side: &Vec<BestView> = &best[usize::from(side.number()) - 1];
            of_side.iter().find(|view| view.object == object).cloned()
        };
        let cards = objects.into_iter().map(|object| {
            let sides = VideoSide::BOTH.map(|side| {
                let of_side = view(side, object.id).filter(|_| object.fields.is_in(side));
                let elsewhere = view(side.other(), object.id).filter(|_| of_side.is_none());
                let same_place = same_place
                    .as_ref()
                    .zip(elsewhere)
                    .and_then(|(known, view)| {
                        let (frame, _) = known.counterpart(side.other(), view.frame, true)?;
                        Some(frame)
                    });
                CardSide {
                    view: of_side,
                    same_place,
                }
            });
            ChangeCard { object, sides }
        });
        Ok(ChangeCards {
            cards: cards.collect(),
            session,
        })
    }
}
