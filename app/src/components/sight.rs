//! Bringing things into sight, and moving no more than that takes.

use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

/// Scrolls the box around an element, its next ancestor that matches `within`, until the element is seen. The page stays
/// where it is.
pub fn reveal(element: &Element, within: &str) {
    let Ok(Some(around)) = element.closest(within) else {
        return;
    };
    let (inner, outer) = (
        element.get_bounding_client_rect(),
        around.get_bounding_client_rect(),
    );
    // The head of a table sticks to the upper edge, over its rows.
    let head = around.query_selector("thead").ok().flatten();
    let covered = head.map_or(0.0, |head| head.get_bounding_client_rect().height());
    let by = distance(
        inner.top() - outer.top() - covered,
        inner.bottom() - outer.bottom(),
    );
    // Away from zero, so that no line is left half hidden.
    let by = by.abs().ceil().copysign(by);
    around.set_scroll_top(around.scroll_top() + by as i32);
}

/// Scrolls the page until what `query` finds is seen; its upper part where it is taller than the screen.
pub fn reveal_on_page(query: &str) {
    let element = document().query_selector(query).ok().flatten();
    let height = window().inner_height().ok().and_then(|h| h.as_f64());
    if let (Some(element), Some(height)) = (element, height) {
        let place = element.get_bounding_client_rect();
        let by = distance(place.top(), place.bottom() - height);
        window().scroll_by_with_x_and_y(0.0, by);
    }
}

/// Gives an element the focus, and leaves the page where it is.
pub fn focus_in_place(element: &HtmlElement) {
    let window = window();
    let (x, y) = (window.scroll_x(), window.scroll_y());
    let _ = element.focus();
    if let (Ok(x), Ok(y)) = (x, y) {
        window.scroll_to_with_x_and_y(x, y);
    }
}

/// How far to scroll down (up when negative) for what begins `top` below the upper edge and ends `bottom` below the lower one.
fn distance(top: f64, bottom: f64) -> f64 {
    if top < 0.0 {
        top
    } else {
        bottom.clamp(0.0, top)
    }
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn nothing_moves_farther_than_it_takes() {
        assert_eq!(distance(10.0, -50.0), 0.0);
        assert_eq!(distance(-30.0, -80.0), -30.0);
        assert_eq!(distance(200.0, 40.0), 40.0);
        // Taller than its box: the upper part is what is seen.
        assert_eq!(distance(20.0, 300.0), 20.0);
        assert_eq!(distance(-20.0, 300.0), -20.0);
    }
}
