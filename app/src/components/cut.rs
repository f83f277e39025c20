//! Names that give way in their middle where there is no room: what tells them apart stands at their end.

use domain::SessionId;
use leptos::prelude::*;

/// Characters of date and time at the end of a session's name: `_2026-01-31_12-00-00`.
const WHEN: usize = 20;

/// The name of a session, whose date and time always stay.
#[component]
pub fn SessionName(
    /// The session.
    id: SessionId,
) -> impl IntoView {
    let name = id.to_string();
    cut(&name, name.len().saturating_sub(WHEN))
}

/// The title of an object, whose number always stays.
#[component]
pub fn ObjectTitle(
    /// The title: `cup 2`.
    title: String,
) -> impl IntoView {
    cut(&title, title.rfind(' ').unwrap_or(title.len()))
}

fn cut(name: &str, at: usize) -> AnyView {
    let (head, tail) = split(name, at);
    view! {
        <span class="cut">
            <span>{head.to_owned()}</span>
            <span>{tail.to_owned()}</span>
        </span>
    }
    .into_any()
}

/// Both parts; a place within a character cuts nothing off.
fn split(name: &str, at: usize) -> (&str, &str) {
    name.split_at_checked(at).unwrap_or((name, ""))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn both_parts_make_the_whole() {
        assert_eq!(split("coffee table 12", 12), ("coffee table", " 12"));
        assert_eq!(split("cup", 3), ("cup", ""));
        assert_eq!(split("küche", 2), ("küche", ""));
    }
}
