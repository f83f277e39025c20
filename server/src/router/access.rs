//! Who may call what: one row per page, plain route and server function. What is not here is refused.

use axum::http::Method;
use domain::Permission;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Everybody,
    /// People whose role allows this.
    For(Permission),
}

/// Method and path, as the router knows it.
const TABLE: &[(Access, &[&str])] = &[
    (
        Access::Everybody,
        &[
            "GET /health",
            "GET /pkg",
            "GET /sign-in",
            "POST /sign-in",
            "GET /welcome/{link}",
            "POST /api/people/open_link",
            "POST /welcome/{link}",
        ],
    ),
    (
        Access::For(Permission::Look),
        &[
            "GET /",
            "GET /dashboard",
            "GET /dashboard/{table}",
            "GET /events",
            "GET /inbox",
            "GET /password",
            "GET /sessions",
            "GET /sessions/{id}",
            "GET /sessions/{id}/cards",
            "GET /sessions/{id}/results/{*path}",
            "GET /sessions/{id}/review",
            "GET /sessions/{id}/videos/{side}/frames/{frame}",
            "GET /sessions/{id}/videos/{side}/masks",
            "GET /upload-for-review",
            "POST /api/comments/list",
            "POST /api/dashboard/get",
            "POST /api/inbox/get",
            "POST /api/inbox/read",
            "POST /api/inbox/unread",
            "POST /api/jobs/list",
            "POST /api/jobs/model",
            "POST /api/people/me",
            "POST /api/people/teammates",
            "POST /api/reviews/get",
            "POST /api/sessions/cards",
            "POST /api/sessions/get",
            "POST /api/sessions/history",
            "POST /api/sessions/list",
            "POST /api/sessions/results",
            "POST /api/sessions/same_place",
            "POST /api/sessions/tracks",
            "POST /password/change",
            "POST /sign-out",
            "POST /sign-out/everywhere",
        ],
    ),
    (
        Access::For(Permission::Annotate),
        &[
            "POST /api/comments/add",
            "POST /api/comments/reply",
            "POST /api/comments/resolve",
            "POST /api/jobs/cancel",
            "POST /api/jobs/retry",
            "POST /api/jobs/start",
            "POST /api/jobs/start_all",
            "POST /api/masks/approve",
            "POST /api/masks/take_back",
            "POST /api/objects/add",
            "POST /api/objects/colour",
            "POST /api/objects/done",
            "POST /api/objects/fill",
            "POST /api/objects/merge",
            "POST /api/objects/move",
            "POST /api/objects/remove",
            "POST /api/objects/split",
            "POST /api/objects/swap",
            "POST /api/objects/update",
            "POST /api/prompts/add",
            "POST /api/prompts/prepare",
            "POST /api/prompts/preview",
            "POST /api/prompts/redo",
            "POST /api/prompts/undo",
            "POST /api/search/begin",
            "POST /api/search/cancel",
            "POST /api/search/look",
            "POST /api/sessions/example",
            "POST /api/sessions/looked",
            "POST /upload",
            "POST /upload-for-review",
        ],
    ),
    (
        Access::For(Permission::Review),
        &[
            "POST /api/reviews/approve",
            "POST /api/reviews/comment",
            "POST /api/reviews/comment_object",
            "POST /api/reviews/judge",
            "POST /api/reviews/reviewer",
            "POST /api/reviews/send_back",
            "POST /api/reviews/withdraw",
        ],
    ),
    (
        Access::For(Permission::Assign),
        &["POST /api/jobs/move_up", "POST /api/sessions/assign"],
    ),
    (
        Access::For(Permission::Delete),
        &["POST /api/sessions/delete", "POST /api/sessions/restore"],
    ),
    (
        Access::For(Permission::ManagePeople),
        &[
            "GET /people",
            "POST /api/people/add",
            "POST /api/people/list",
            "POST /api/people/reset",
            "POST /api/people/set_disabled",
            "POST /api/people/set_role",
        ],
    ),
];

/// Who may call the route that the router found; none when the table has no row for it.
pub fn access(method: &Method, path: &str) -> Option<Access> {
    // Whoever may read may also ask for the headers alone.
    let method = if *method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    // The router names what lies below a nested service in its own way.
    let path = if path.starts_with("/pkg/") {
        "/pkg"
    } else {
        path
    };
    TABLE.iter().find_map(|(access, routes)| {
        routes
            .iter()
            .any(|route| route.split_once(' ') == Some((method, path)))
            .then_some(*access)
    })
}

/// Whether the table knows the path, with whatever method.
pub fn is_known(path: &str) -> bool {
    TABLE.iter().flat_map(|(_, routes)| *routes).any(|route| {
        route
            .split_once(' ')
            .is_some_and(|(_, known)| known == path)
    })
}

/// Every row, in order.
#[cfg(test)]
pub fn rows() -> impl Iterator<Item = (&'static str, Access)> {
    TABLE
        .iter()
        .flat_map(|(access, routes)| routes.iter().map(move |route| (*route, *access)))
}
