//! One search, frame by frame.
//!
//! What is usual in the searched video is learnt from some of its frames; against that, patterns of the object are made from
//! the frames that show it, and every sampled frame is compared with them. A click at the most alike places gives masks, and
//! what lies under those is compared once more.

use super::places::{Place, Seen, far_apart, rank};
use super::{Sight, Wanted};
use crate::JobsError;
use crate::blocking::blocking;
use crate::frames::{StoredFrame, read_frame};
use crate::same_place::{samples, spread_over};
use crate::shared::Shared;
use domain::{Candidate, FrameNumber, FramePrompts, FrameTable, Label, Point, Rle, VideoSide};
use sam2::{Background, FeatureGrid, Pattern, Prediction, cosine, peaks};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Frames from which is learnt what is usual.
const USUAL_FRAMES: usize = 32;
/// Every so many cells across and down one is looked at for that.
const USUAL_STEP: usize = 5;
/// Alike places of one frame.
const PER_FRAME: usize = 3;
/// Places at which the model is asked for a mask.
const CLICKED: usize = 16;

/// What is known about the object.
struct Object {
    patterns: Vec<Pattern>,
    /// Its descriptions without what is usual.
    own: Vec<Vec<f32>>,
    /// Width and height of the window that is compared, in cells.
    window: [usize; 2],
    /// The share of a frame that it covers.
    area: f32,
}

/// Carries a search out; `report` hears the steps done and in all.
///
/// # Errors
/// When a frame cannot be read, the model fails, the object is empty on every frame, or `cancel` is cancelled.
pub(super) async fn run(
    shared: &Shared,
    wanted: &Wanted,
    cancel: &CancellationToken,
    mut report: impl FnMut(u32, u32),
) -> Result<Vec<Candidate>, JobsError> {
    let there = Film::open(shared, wanted, wanted.side).await?;
    let here = Film::open(shared, wanted, wanted.side.other()).await?;
    let rows = samples(there.table.len());
    let usual = spread_over(rows.len(), USUAL_FRAMES);
    let total = (usual.len() + wanted.sightings.len() + rows.len() + CLICKED) as u32;
    let mut done = 0;
    let mut step = || {
        report(done, total);
        done += 1;
        if cancel.is_cancelled() {
            return Err(JobsError::Cancelled);
        }
        Ok(())
    };

    let mut cells = Vec::new();
    for (nth, &sample) in usual.iter().enumerate() {
        step()?;
        let (grid, _) = there.look(rows[sample], None).await?;
        cells.extend(some_cells(&grid, nth));
    }
    let background = blocking(move || Ok(Arc::new(Background::learn(&cells)))).await?;

    let mut seen = Vec::new();
    for sighting in &wanted.sightings {
        step()?;
        let prompts = match &sighting.sight {
            Sight::Prompts(prompts) => Some(prompts.clone()),
            Sight::Mask(_) => None,
        };
        let (grid, answer) = here.look(sighting.frame.0 as usize, prompts).await?;
        let mask = match &sighting.sight {
            Sight::Mask(mask) => Some(mask.clone()),
            Sight::Prompts(_) => answer.map(|answer| answer.mask),
        };
        seen.extend(mask.and_then(|mask| Some((grid.under(&mask)?, mask, grid))));
    }
    let object = Arc::new(Object::new(&background, &seen)?);

    let mut places = Vec::new();
    for (index, &row) in rows.iter().enumerate() {
        step()?;
        let (grid, _) = there.look(row, None).await?;
        let object = Arc::clone(&object);
        places.extend(blocking(move || Ok(object.places(&grid, index))).await?);
    }

    let mut found = Vec::new();
    for place in far_apart(places, rows.len(), object.window, CLICKED) {
        step()?;
        let row = rows[place.index];
        let (x, y) = there.pixel(&place);
        let click = FramePrompts {
            points: vec![Point {
                x,
                y,
                label: Label::Positive,
            }],
            ..FramePrompts::default()
        };
        let (grid, answer) = there.look(row, Some(click.clone())).await?;
        let seen = answer.and_then(|answer| object.judge(&background, &grid, place, answer));
        found.extend(seen.map(|seen| (FrameNumber(row as u32), click.points[0], seen)));
    }
    Ok(rank(found, rows.len()))
}

/// Descriptions of places all over a frame, other ones on every frame.
fn some_cells(grid: &FeatureGrid, nth: usize) -> Vec<Vec<f32>> {
    let side = FeatureGrid::SIDE;
    let is_chosen = |at: usize| {
        (at % side) % USUAL_STEP == nth * 2 % USUAL_STEP
            && (at / side) % USUAL_STEP == nth * 3 % USUAL_STEP
    };
    let cells = grid.cells().enumerate();
    let chosen = cells.filter(|(at, _)| is_chosen(*at));
    chosen.map(|(_, cell)| cell.to_vec()).collect()
}

impl Object {
    fn new(
        background: &Background,
        seen: &[(Vec<f32>, Rle, FeatureGrid)],
    ) -> Result<Self, JobsError> {
        if seen.is_empty() {
            return Err(JobsError::Request(
                "the object has no mask on the frames where it was clicked: refine the clicks first".into(),
            ));
        }
        let mut widths = Vec::new();
        let mut heights = Vec::new();
        let mut areas = Vec::new();
        for (_, mask, grid) in seen {
            let side = FeatureGrid::SIDE;
            let covered = grid.covered(mask);
            let filled = |cells: &mut dyn Iterator<Item = usize>| {
                cells.map(|at| covered[at]).fold(0.0, f32::max) > 0.5
            };
            let columns = (0..side).filter(|&x| filled(&mut (0..side).map(|y| y * side + x)));
            let rows = (0..side).filter(|&y| filled(&mut (0..side).map(|x| y * side + x)));
            widths.push(columns.count());
            heights.push(rows.count());
            areas.push(mask.area() as f32 / (mask.width() as f32 * mask.height() as f32));
        }
        areas.sort_by(f32::total_cmp);
        Ok(Self {
            patterns: (seen.iter())
                .map(|(description, ..)| background.pattern(description))
                .collect(),
            own: (seen.iter())
                .map(|(description, ..)| background.own(description))
                .collect(),
            window: [widths, heights].map(|mut sizes| {
                sizes.sort_unstable();
                sizes[sizes.len() / 2].max(1)
            }),
            area: areas[areas.len() / 2],
        })
    }

    /// The places of the sample `index` that look most like the object.
    fn places(&self, grid: &FeatureGrid, index: usize) -> Vec<Place> {
        let likeness = self
            .patterns
            .iter()
            .map(|pattern| pattern.likeness(grid))
            .reduce(|all, one| all.iter().zip(one).map(|(a, b)| a.max(b)).collect());
        let found = peaks(&likeness.unwrap_or_default(), self.window, PER_FRAME);
        found
            .into_iter()
            .map(|peak| Place { index, peak })
            .collect()
    }

    /// What the model's answer to a click at a place is worth; none when it sees nothing there.
    fn judge(
        &self,
        background: &Background,
        grid: &FeatureGrid,
        place: Place,
        answer: Prediction,
    ) -> Option<Seen> {
        let own = background.own(&grid.under(&answer.mask)?);
        let likeness = self
            .own
            .iter()
            .map(|known| cosine(known, &own))
            .fold(-1.0, f32::max);
        let pixels = answer.mask.width() as f32 * answer.mask.height() as f32;
        let growth = answer.mask.area() as f32 / pixels / self.area.max(1e-6);
        Some(Seen {
            place,
            likeness,
            growth,
            sure: answer.iou,
            mask: answer.mask,
        })
    }
}

/// One of the two videos.
struct Film<'a> {
    shared: &'a Shared,
    wanted: &'a Wanted,
    side: VideoSide,
    table: FrameTable,
}

impl<'a> Film<'a> {
    async fn open(
        shared: &'a Shared,
        wanted: &'a Wanted,
        side: VideoSide,
    ) -> Result<Self, JobsError> {
        let videos = shared.store.videos();
        let table = videos.frame_table(&wanted.session, side).await?;
        Ok(Self {
            shared,
            wanted,
            side,
            table,
        })
    }

    fn frame(&self, row: usize) -> Result<StoredFrame, JobsError> {
        let number = FrameNumber(u32::try_from(row).unwrap_or(u32::MAX));
        let source_frame = self.table.row(number)?.source_frame;
        let data = &self.shared.data;
        Ok(data.stored_frame(&self.wanted.session, self.side, source_frame))
    }

    async fn look(
        &self,
        row: usize,
        prompts: Option<FramePrompts>,
    ) -> Result<(FeatureGrid, Option<Prediction>), JobsError> {
        let (frame, engine) = (self.frame(row)?, Arc::clone(&self.shared.engine));
        blocking(move || {
            engine.look(&frame.features, prompts.as_ref(), || {
                read_frame(&frame.picture)
            })
        })
        .await
    }

    /// The middle of a place, in pixels of the frame.
    fn pixel(&self, place: &Place) -> (f32, f32) {
        let along =
            |cell: f32, pixels: u32| (cell + 0.5) * pixels as f32 / FeatureGrid::SIDE as f32;
        let (column, row) = (place.peak.column, place.peak.row);
        (
            along(column, self.table.width),
            along(row, self.table.height),
        )
    }
}
