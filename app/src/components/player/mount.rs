//! The browser's side of a stage: the painter, the pictures and the size of the canvas.

use super::stage::{Picture, StageFrame};
use canvas::{FrameImages, Painter, Scene, Viewport, window};
use domain::FrameNumber;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

/// Pictures kept per video.
const KEPT: usize = 64;
/// How many frames are fetched ahead of the cursor and behind it.
const AHEAD: u32 = 30;
const BEHIND: u32 = 10;

/// What a stage hands over.
pub(super) struct Mounting {
    pub canvas: NodeRef<html::Canvas>,
    pub video: StageFrame,
    pub frame: Signal<FrameNumber>,
    pub waits: Signal<bool>,
    pub scene: Signal<Scene>,
    pub view: RwSignal<Viewport>,
    pub picture: RwSignal<Picture>,
}

/// Loads, measures and paints for as long as the stage lives.
pub(super) fn mount(stage: Mounting) {
    let Mounting {
        canvas,
        video,
        frame,
        waits,
        scene,
        view,
        picture,
    } = stage;
    let frames = video.frames;
    let arrived = RwSignal::new(0u32);
    let images = StoredValue::new_local(FrameImages::new(
        KEPT,
        move |frame| {
            format!(
                "/sessions/{}/videos/{}/frames/{frame}",
                video.session,
                video.side.number()
            )
        },
        move |loaded| {
            // One that is not shown is painted when it is. The stage may be gone when its last picture comes.
            if frame.try_get_untracked() == Some(FrameNumber(loaded)) {
                arrived.try_update(|n| *n = n.wrapping_add(1));
            }
        },
    ));
    on_cleanup(move || images.with_value(FrameImages::close));

    Effect::new(move |before: Option<u32>| {
        let cursor = frame.get().0;
        let forward = before.is_none_or(|before| cursor >= before);
        let plan = window(cursor, forward, frames, AHEAD, BEHIND);
        images.with_value(|images| images.want(plan));
        cursor
    });
    Effect::new(move |_| {
        let waits = waits.get();
        images.with_value(|images| images.hold(waits));
    });

    observe_size(canvas, view);

    let painter = StoredValue::new_local(None::<Painter>);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        match Painter::new(canvas) {
            Ok(new) => painter.set_value(Some(new)),
            Err(error) => leptos::logging::error!("the canvas cannot be painted on: {error:?}"),
        }
    });
    Effect::new(move |_| {
        arrived.track();
        canvas.track();
        let (cursor, view) = (frame.get(), view.get());
        let Some(image) = images.with_value(|images| images.get(cursor.0)) else {
            let failed = images.with_value(|images| images.failed(cursor.0));
            set_picture(
                picture,
                if failed {
                    Picture::Failed(cursor)
                } else {
                    Picture::Loading
                },
            );
            return;
        };
        let painted = scene.with(|scene| {
            painter
                .try_update_value(|painter| {
                    painter
                        .as_mut()
                        .map(|painter| painter.paint(&view, &image, scene))
                })
                .flatten()
        });
        match painted {
            Some(Ok(())) => set_picture(picture, Picture::Shown(cursor)),
            Some(Err(error)) => {
                leptos::logging::error!("frame {cursor} was not painted: {error:?}")
            }
            None => {}
        }
    });
}

fn set_picture(picture: RwSignal<Picture>, now: Picture) {
    if picture.get_untracked() != now {
        picture.set(now);
    }
}

/// A watch on the size of an element that ends with its owner.
struct SizeWatch {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

fn observe_size(canvas: NodeRef<html::Canvas>, view: RwSignal<Viewport>) {
    let watch = StoredValue::new_local(None::<SizeWatch>);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let measured = canvas.clone();
        let measure = move || {
            let size = (
                f64::from(measured.client_width()),
                f64::from(measured.client_height()),
            );
            let ratio = window_ratio();
            view.try_update(|view| *view = view.resized(size, ratio));
        };
        measure();
        let callback = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&canvas);
            watch.set_value(Some(SizeWatch {
                observer,
                _callback: callback,
            }));
        }
    });
    on_cleanup(move || {
        watch.try_update_value(|watch| {
            if let Some(watch) = watch.take() {
                watch.observer.disconnect();
            }
        });
    });
}

fn window_ratio() -> f64 {
    leptos::prelude::window().device_pixel_ratio()
}
