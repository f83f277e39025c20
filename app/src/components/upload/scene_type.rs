//! The field for the kind of place.

use leptos::prelude::*;

/// Scene types that the field suggests; any other text is fine.
const SUGGESTED: [&str; 8] = [
    "kitchen",
    "living room",
    "bedroom",
    "bathroom",
    "dining room",
    "office",
    "hallway",
    "workshop",
];

/// What kind of place was filmed.
#[component]
pub fn SceneType(
    /// What an empty field shows.
    placeholder: &'static str,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    view! {
        <label class="scene-type">
            "Scene type"
            <input
                type="text"
                name="scene_type"
                required=!optional
                maxlength="100"
                list="scene-types"
                autocomplete="off"
                placeholder=placeholder
            />
        </label>
        <datalist id="scene-types">
            {SUGGESTED.map(|scene| view! { <option value=scene></option> }).collect_view()}
        </datalist>
    }
}
