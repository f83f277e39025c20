//! What people wrote about the session; a line leads to its place.

use super::editor::Editor;
use crate::components::spot::Spot;
use crate::components::threads::ThreadList;
use domain::Pin;
use leptos::prelude::*;

/// The comments that are not settled; nothing as long as nobody wrote any.
#[component]
pub(super) fn Talk(editor: Editor) -> impl IntoView {
    let threads = editor.threads;
    Effect::new(move |_| threads.reload());
    let open = Memo::new(move |_| threads.open());
    view! {
        <details class="talk" hidden=move || threads.is_empty()>
            <summary>
                {move || match open.get() {
                    0 => "Comments: all resolved".to_owned(),
                    n => format!("Comments: {n} open"),
                }}
            </summary>
            <ThreadList
                threads
                on_go=move |pin: Pin| editor.arrive(spot(pin))
            />
        </details>
    }
}

fn spot(pin: Pin) -> Spot {
    Spot {
        object: pin.object,
        side: Some(pin.side),
        frame: Some(pin.frame),
        thread: None,
    }
}
