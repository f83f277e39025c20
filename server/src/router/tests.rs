//! Who may call what, tried on the real router: every registered page, plain route and server function, as nobody, as
//! each role, and as somebody who was shut out.

mod team;

use super::access::{self, Access};
use super::plain_routes;
use app::App;
use axum::http::StatusCode;
use leptos_axum::generate_route_list;
use std::collections::BTreeSet;
use team::{Answer, Team};

/// Everything that is registered, in the form of the table.
fn registered() -> BTreeSet<String> {
    let plain = plain_routes();
    let plain = plain.iter().map(|(route, _)| (*route).to_owned());
    let pages = generate_route_list(App);
    let pages = pages.iter().map(|page| format!("GET {}", page.path()));
    let functions =
        leptos::server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}"));
    plain
        .chain(pages)
        .chain(functions)
        .chain(["GET /pkg".to_owned()])
        .collect()
}

/// One test, as pages are rendered by threads that belong to the first runtime of the process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_answers_those_whom_the_table_names_and_nobody_else() {
    the_table_holds_every_route_once_and_nothing_else();
    let team = Team::new().await;
    walk(&team).await;
    a_page_shows_nothing_to_those_whom_it_is_not_for(&team).await;
    without_a_team_everything_is_allowed(&Team::local().await).await;
}

fn the_table_holds_every_route_once_and_nothing_else() {
    let rows: Vec<String> = access::rows().map(|(route, _)| route.to_owned()).collect();
    let unique: BTreeSet<String> = rows.iter().cloned().collect();
    assert_eq!(rows.len(), unique.len(), "a route has two rows");
    assert_eq!(
        unique,
        registered(),
        "left the table of server/src/router/access.rs, right what is registered"
    );
}

/// Every row of the table, as nobody, as each role, and as somebody who was shut out.
async fn walk(team: &Team) {
    for (route, access) in access::rows() {
        for asker in team.askers() {
            let answer = team.ask(route, asker).await;
            let who = asker.map_or("nobody", |asker| asker.name.as_str());
            check(route, access, asker, &answer)
                .unwrap_or_else(|wanted| panic!("{route} as {who}: {wanted}, not {answer:?}"));
        }
    }
}

fn check(
    route: &str,
    access: Access,
    asker: Option<&team::Asker>,
    answer: &Answer,
) -> Result<(), &'static str> {
    let expect = |right: bool, wanted| if right { Ok(()) } else { Err(wanted) };
    let refused = matches!(
        answer.status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    );
    let is_page = answer.is_page(route);
    match (access, asker.and_then(|asker| asker.role)) {
        (Access::Everybody, _) => expect(!refused && !answer.asks_to_sign_in(), "an answer"),
        (Access::For(_), None) if is_page => {
            expect(answer.asks_to_sign_in(), "the sign-in page and back")
        }
        (Access::For(_), None) => expect(
            answer.status == StatusCode::UNAUTHORIZED && answer.body.contains("sign in"),
            "a 401 that says to sign in",
        ),
        (Access::For(action), Some(role)) if domain::may(role, action) => expect(
            // Signing out leads to the sign-in page, as it should.
            !(refused || is_page && answer.asks_to_sign_in()),
            "an answer",
        ),
        (Access::For(_), Some(_)) => expect(
            answer.status == StatusCode::FORBIDDEN && answer.body.to_lowercase().contains("lead"),
            "a 403 that says whom to ask",
        ),
    }
}

async fn a_page_shows_nothing_to_those_whom_it_is_not_for(team: &Team) {
    let ann = team.asker("ann");
    let page = team.ask("GET /people", Some(ann)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(
        page.body.contains("This page is for leads"),
        "{}",
        page.body
    );
    for other in ["bob", "lea", "rea"] {
        let cell = format!(">{other}<");
        assert!(!page.body.contains(&cell), "{other} is named");
    }
    let lead = team.ask("GET /people", Some(team.asker("lea"))).await;
    assert_eq!(lead.status, StatusCode::OK);
    assert!(lead.body.contains("bob"), "{}", lead.body);
}

async fn without_a_team_everything_is_allowed(team: &Team) {
    for (route, _) in access::rows() {
        let answer = team.ask(route, None).await;
        let refused = matches!(
            answer.status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        );
        // Signing out leads to the sign-in page, wherever it is asked for.
        let sent_away = answer.asks_to_sign_in() && !route.starts_with("POST ");
        assert!(!refused && !sent_away, "{route}: {answer:?}");
    }
}
