//! The icons, drawn inline on a grid of 16 by 16.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says what is drawn")]
pub enum Shape {
    Aim,
    Brush,
    Check,
    Copy,
    Cross,
    Down,
    Download,
    Eraser,
    Eye,
    EyeOff,
    Film,
    Inbox,
    Moon,
    Pause,
    Pencil,
    Play,
    Plus,
    Screen,
    Search,
    StepBack,
    StepForward,
    Sun,
    Swap,
    TakeBack,
    Trash,
    Up,
    Warning,
}

impl Shape {
    /// The outline, as SVG path data.
    fn path(self) -> &'static str {
        match self {
            Self::Aim => "M8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4M8 12a4 4 0 100-8 4 4 0 000 8z",
            Self::Brush => "M13.5 2.5l-6.7 7M6.8 9.5c-2-1-4 .3-4 4 3.2.5 5.2-1.5 4-4z",
            Self::Check => "M3 8.5l3.2 3L13 4.5",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Down => "M8 3v10M4 9l4 4 4-4",
            Self::Download => "M8 2v8M4.7 7L8 10.3 11.3 7M2.5 13.5h11",
            Self::Eraser => "M6.5 13.5L2.5 9.5l7-7 4 4-7 7zM6 6l4 4M6.5 13.5h7",
            Self::Eye => {
                "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8z\
                 M8 10a2 2 0 100-4 2 2 0 000 4z"
            }
            Self::EyeOff => {
                "M3.6 5.2C2.2 6.4 1.5 8 1.5 8S4 12.2 8 12.2c1 0 1.9-.3 2.7-.6\
                 M6.3 4c.5-.1 1.1-.2 1.7-.2 4 0 6.5 4.2 6.5 4.2s-.5.9-1.5 1.9M2 2l12 12"
            }
            Self::Film => "M2 3.5h12v9H2zM5 3.5v9M11 3.5v9M2 8h12",
            Self::Inbox => "M2 9.5l2-6.5h8l2 6.5v4H2zM2 9.5h3.5l1 2h3l1-2H14",
            Self::Moon => "M13 9.5A5.5 5.5 0 016.5 3a5.5 5.5 0 106.5 6.5z",
            Self::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Self::Pencil => "M3 13l.7-3L11 2.7 13.3 5 6 12.3z",
            Self::Play => "M5 3l8 5-8 5z",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Screen => "M2 3h12v8H2zM5.5 13.5h5M8 11v2.5",
            Self::Search => "M7 11.5a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM10.3 10.3l3.2 3.2",
            Self::StepBack => "M11 3.5L5.5 8l5.5 4.5zM4 3.5v9",
            Self::StepForward => "M5 3.5L10.5 8 5 12.5zM12 3.5v9",
            Self::Sun => {
                "M8 11a3 3 0 100-6 3 3 0 000 6zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5\
                 M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1"
            }
            Self::Swap => "M2.5 5.5h11M10.5 2.5l3 3-3 3M13.5 10.5h-11M5.5 7.5l-3 3 3 3",
            Self::TakeBack => "M6 3L2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 010 7H6",
            Self::Trash => "M3 4.5h10M6 4.5v-2h4v2M4.2 4.5l.6 9h6.4l.6-9M6.7 7v4M9.3 7v4",
            Self::Up => "M8 13V3M4 7l4-4 4 4",
            Self::Warning => "M8 2.5l6.5 11h-13zM8 6.5v3.5M8 11.7v.3",
        }
    }
}

/// An icon in the colour of the text around it; decoration only, so the control around it needs a name.
#[component]
pub fn Icon(
    /// Which one.
    shape: Shape,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=shape.path() />
        </svg>
    }
}
