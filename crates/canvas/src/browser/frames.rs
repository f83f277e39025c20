//! The pictures of frames, loaded ahead and kept in a bounded number.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlImageElement;

/// Requests under way at once; browsers allow six per server, and live events and clicks need theirs.
const PARALLEL: usize = 3;

/// The frames of one video as decoded images.
///
/// Cheap to clone. [`want`](Self::want) says what is needed, most urgent first; everything else may be dropped.
#[derive(Clone)]
pub struct FrameImages(Rc<RefCell<Inner>>);

struct Inner {
    url: Box<dyn Fn(u32) -> String>,
    on_change: Rc<dyn Fn(u32)>,
    capacity: usize,
    images: HashMap<u32, Entry>,
    plan: Vec<u32>,
    loading: usize,
    /// Whether nothing but the most urgent frame is begun.
    is_held: bool,
}

struct Entry {
    image: HtmlImageElement,
    state: Loading,
}

#[derive(Clone, Copy, PartialEq)]
enum Loading {
    Waiting,
    Ready,
    Failed,
}

impl FrameImages {
    /// Loads frames from `url(frame)`, keeps at most `capacity`, and calls `on_change(frame)` when one is there or failed.
    #[must_use]
    pub fn new(
        capacity: usize,
        url: impl Fn(u32) -> String + 'static,
        on_change: impl Fn(u32) + 'static,
    ) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            url: Box::new(url),
            on_change: Rc::new(on_change),
            capacity,
            images: HashMap::new(),
            plan: Vec::new(),
            loading: 0,
            is_held: false,
        })))
    }

    /// The picture of a frame, when it is loaded and decoded.
    #[must_use]
    pub fn get(&self, frame: u32) -> Option<HtmlImageElement> {
        let inner = self.0.borrow();
        let entry = inner.images.get(&frame)?;
        (entry.state == Loading::Ready).then(|| entry.image.clone())
    }

    /// Whether a frame could not be loaded; it is tried again when it is wanted again.
    #[must_use]
    pub fn failed(&self, frame: u32) -> bool {
        let inner = self.0.borrow();
        inner
            .images
            .get(&frame)
            .is_some_and(|entry| entry.state == Loading::Failed)
    }

    /// Loads the frames of `plan` in its order, gives up those no longer in it and makes room for it.
    pub fn want(&self, mut plan: Vec<u32>) {
        {
            let mut inner = self.0.borrow_mut();
            let inner = &mut *inner;
            plan.truncate(inner.capacity);
            let room = inner.capacity - plan.len();
            let mut spare: Vec<u32> = Vec::new();
            inner.images.retain(|frame, entry| {
                if plan.contains(frame) {
                    return entry.state != Loading::Failed;
                }
                match entry.state {
                    Loading::Ready => spare.push(*frame),
                    // The browser may never say how a picture ended that nobody waits for any more.
                    Loading::Waiting => {
                        entry.image.set_src("");
                        inner.loading -= 1;
                    }
                    Loading::Failed => {}
                }
                entry.state == Loading::Ready
            });
            let cursor = plan.first().copied().unwrap_or(0);
            spare.sort_by_key(|frame| frame.abs_diff(cursor));
            for frame in spare.into_iter().skip(room) {
                inner.images.remove(&frame);
            }
            inner.plan = plan;
        }
        self.pump();
    }

    /// As long as it is held, only the most urgent frame is loaded: what somebody waits for has the machine to itself.
    pub fn hold(&self, is_held: bool) {
        self.0.borrow_mut().is_held = is_held;
        self.pump();
    }

    /// Stops loading and drops every picture.
    pub fn close(&self) {
        self.want(Vec::new());
        self.0.borrow_mut().images.clear();
    }

    fn pump(&self) {
        while let Some((frame, image)) = self.begin() {
            let this = self.clone();
            spawn_local(async move {
                let ok = JsFuture::from(image.decode()).await.is_ok();
                this.finish(frame, &image, ok);
            });
        }
    }

    /// Takes the most urgent frame that is not there and begins to load it.
    fn begin(&self) -> Option<(u32, HtmlImageElement)> {
        let mut inner = self.0.borrow_mut();
        if inner.loading >= PARALLEL {
            return None;
        }
        let missing = |frame: &&u32| !inner.images.contains_key(frame);
        let urgent = if inner.is_held { 1 } else { inner.plan.len() };
        let frame = *inner.plan.iter().take(urgent).find(missing)?;
        let image = HtmlImageElement::new().ok()?;
        image.set_src(&(inner.url)(frame));
        let entry = Entry {
            image: image.clone(),
            state: Loading::Waiting,
        };
        inner.images.insert(frame, entry);
        inner.loading += 1;
        Some((frame, image))
    }

    fn finish(&self, frame: u32, image: &HtmlImageElement, ok: bool) {
        let on_change = {
            let mut inner = self.0.borrow_mut();
            let inner = &mut *inner;
            // The frame may have been given up meanwhile, and asked for again as another image.
            let waiting =
                |entry: &&mut Entry| entry.image == *image && entry.state == Loading::Waiting;
            inner.images.get_mut(&frame).filter(waiting).map(|entry| {
                entry.state = if ok { Loading::Ready } else { Loading::Failed };
                inner.loading -= 1;
                Rc::clone(&inner.on_change)
            })
        };
        self.pump();
        if let Some(on_change) = on_change {
            on_change(frame);
        }
    }
}
