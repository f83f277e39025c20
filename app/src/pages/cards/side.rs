//! An object in one of the two videos: the part of the frame around it, the whole frame, and where that is.

use crate::components::format;
use canvas::{Crop, clock_text, outline_path};
use domain::{BestView, CardSide, FrameNumber, Object, Session, SessionVideo, VideoSide};
use leptos::prelude::*;

/// One half of a card.
#[component]
pub(super) fn Side(
    session: Session,
    object: Object,
    side: VideoSide,
    shown: CardSide,
) -> impl IntoView {
    let [one, two] = &session.videos;
    let (video, title) = match side {
        VideoSide::One => (one.clone(), "Video 1, before"),
        VideoSide::Two => (two.clone(), "Video 2, after"),
    };
    let address = move |frame: FrameNumber| {
        format!(
            "/sessions/{}/videos/{}/frames/{frame}",
            session.id,
            side.number()
        )
    };
    let is_in = object.fields.is_in(side);
    let content = match shown {
        CardSide {
            view: Some(view), ..
        } => {
            let picture = address(view.frame);
            view! { <Seen object video view picture /> }.into_any()
        }
        CardSide {
            same_place: Some(frame),
            ..
        } => {
            let picture = address(frame);
            view! { <SamePlace object video frame is_in picture /> }.into_any()
        }
        _ => {
            let words = if is_in {
                format!("{} has no mask in {side}", object.fields.title())
            } else {
                format!("{} is not in {side}", object.fields.title())
            };
            view! {
                <div class="card-crop card-none">
                    <p class="muted">{words}</p>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <section class="card-side">
            <h3>{title}</h3>
            <div class="card-views">{content}</div>
        </section>
    }
}

/// Where the object is seen best.
#[component]
fn Seen(object: Object, video: SessionVideo, view: BestView, picture: String) -> impl IntoView {
    let (width, height) = (video.width, video.height);
    let crop = view
        .mask
        .bounds()
        .map(|bounds| Crop::around(bounds, width, height));
    let part = crop.as_ref().map(Crop::view_box);
    let path_id = format!("outline-{}-{}", object.id, video.side.number());
    let path = outline_path(&view.mask);
    let colour = format!("--object: {}", format::css_colour(object.rgb()));
    let words = format!(
        "{} in {} on frame {}",
        object.fields.title(),
        video.side,
        view.frame
    );
    let whole = format!("0 0 {width} {height}");
    let used = format!("#{path_id}");
    let span = format!(
        "Seen on {} of {} frames, from {} to {}.",
        view.frames, video.frames, view.first, view.last
    );
    let frame_box = crop.map(|crop| {
        view! { <rect class="card-part" x=px(crop.x) y=px(crop.y) width=px(crop.width) height=px(crop.height) /> }
    });
    view! {
        <svg class="card-crop" viewBox=part style=colour.clone() role="img" aria-label=words.clone()>
            <image href=picture.clone() width=width height=height />
            <defs>
                <path id=path_id d=path />
            </defs>
            <use_ class="card-halo" href=used.clone() />
            <use_ class="card-outline" href=used.clone() />
        </svg>
        <div class="card-beside">
            <div class="card-frame" style=colour>
                <img src=picture alt=format!("The whole frame: {words}") width=width height=height />
                <svg viewBox=whole aria-hidden="true">
                    {frame_box}
                    <use_ class="card-mask" href=used />
                </svg>
            </div>
            <p class="card-facts">
                <strong class="number">{at(view.frame)}</strong>
                <span class="muted number">{span}</span>
            </p>
        </div>
    }
}

/// What the place looks like where the object is not.
#[component]
fn SamePlace(
    object: Object,
    video: SessionVideo,
    frame: FrameNumber,
    is_in: bool,
    picture: String,
) -> impl IntoView {
    let title = object.fields.title();
    let words = if is_in {
        format!("{title} has no mask in {}.", video.side)
    } else {
        format!("{title} is not in {}.", video.side)
    };
    view! {
        <img
            class="card-crop"
            src=picture
            alt=format!("{words} The most similar frame of it.")
            width=video.width
            height=video.height
        />
        <p class="card-facts">
            <strong class="number">{at(frame)}</strong>
            <span class="muted">{words} " This is the frame that looks most like the other one."</span>
        </p>
    }
}

/// A frame and its time: `frame 128, 0:04.27`.
fn at(frame: FrameNumber) -> String {
    format!("frame {frame}, {}", clock_text(frame))
}

/// A place in pixels, as an attribute.
fn px(value: f64) -> String {
    format!("{value:.1}")
}
