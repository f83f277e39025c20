//! The list of keys.

use super::editor::Editor;
use leptos::prelude::*;

/// What each key does.
const KEYS: [(&str, &str); 17] = [
    ("left click", "this is the object"),
    ("right click", "this is not the object"),
    ("shift + drag", "box around the object"),
    ("wheel", "zoom at the pointer"),
    ("middle drag", "move the picture"),
    ("← →", "one frame back, forward"),
    ("shift + ← →", "ten frames"),
    ("home, end", "first frame, last frame"),
    ("space", "play, pause"),
    ("z, shift + z", "undo, redo"),
    ("c", "Clear Points"),
    ("d", "Done with Object"),
    ("1 to 9", "choose an object"),
    ("p, n", "previous object, next object"),
    ("v, b", "other video, both videos"),
    ("q, w, e", "tools: object, not the object, box"),
    ("m, 0", "masks on and off, whole picture"),
];

/// The keys of the workspace; closed by escape.
#[component]
pub(super) fn Help(editor: Editor) -> impl IntoView {
    let rows = || {
        KEYS.map(|(key, what)| {
            view! {
                <tr>
                    <th scope="row">
                        <kbd>{key}</kbd>
                    </th>
                    <td>{what}</td>
                </tr>
            }
        })
    };
    move || {
        editor.help.get().then(|| {
            view! {
                <section class="help" role="dialog" aria-label="Keys">
                    <header>
                        <h2>"Keys"</h2>
                        <button
                            type="button"
                            class="button small"
                            on:click=move |_| editor.help.set(false)
                        >
                            "Close"
                        </button>
                    </header>
                    <table>
                        <tbody>{rows()}</tbody>
                    </table>
                </section>
            }
        })
    }
}
