//! The pages, compiled twice: to HTML on the server (`ssr`) and to WebAssembly in the browser (`hydrate`).

#![recursion_limit = "256"]

pub mod api;
pub mod components;
pub mod live;
pub mod me;
pub mod pages;
pub mod part;
pub mod pause;

use components::navigation::Navigation;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Stylesheet, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::location::Url;
use leptos_router::{SsrMode, path};
use pages::{
    cards::CardsPage, dashboard::DashboardPage, inbox::InboxPage, missing::MissingPage,
    password::PasswordPage, people::PeoplePage, review::ReviewPage, sessions::SessionsPage,
    sign_in::SignInPage, start::StartPage, upload_for_review::UploadForReviewPage,
    welcome::WelcomePage, workspace::WorkspacePage,
};

/// Sets the chosen theme before the first paint, so that no page flashes in the other one.
const THEME_SCRIPT: &str = "try{const t=localStorage.getItem('theme');\
    if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}";

/// The address of the sign-in page that leads back to `wanted`, a path of this server.
#[must_use]
pub fn sign_in_path(wanted: &str) -> String {
    if wanted == "/" {
        return "/sign-in".into();
    }
    format!("/sign-in?to={}", Url::escape(wanted))
}

/// Tells tests and scripts, which wait for this mark before they touch the page, that it reacts.
pub fn mark_hydrated() {
    if let Some(body) = document().body() {
        let _ = body.set_attribute("data-hydrated", "");
    }
}

/// The HTML document around [`App`]; the server renders it, the browser finds it there.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <script nonce=use_nonce()>{THEME_SCRIPT}</script>
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Every page: the bar on top and the route below it.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    live::provide_live();
    me::provide_me();
    components::inbox_indicator::provide_unread();

    view! {
        <Stylesheet id="main" href="/pkg/main.css" />
        <Title formatter=|title: String| {
            if title.is_empty() {
                "SceneDiff Annotator".to_owned()
            } else {
                format!("{title} - SceneDiff Annotator")
            }
        } />
        <Router>
            <a class="skip-link" href="#main-content">
                "Skip to the page"
            </a>
            <Navigation />
            <main id="main-content" tabindex="-1">
                <FlatRoutes fallback=MissingPage>
                    <Route path=path!("/") view=part!(start, StartPage) ssr=SsrMode::Async />
                    <Route path=path!("/upload-for-review") view=part!(upload, UploadForReviewPage) ssr=SsrMode::Async />
                    <Route path=path!("/sessions") view=part!(sessions, SessionsPage) ssr=SsrMode::Async />
                    <Route path=path!("/sessions/:id") view=part!(workspace, WorkspacePage) ssr=SsrMode::Async />
                    <Route path=path!("/sessions/:id/review") view=part!(review, ReviewPage) ssr=SsrMode::Async />
                    <Route path=path!("/sessions/:id/cards") view=part!(cards, CardsPage) ssr=SsrMode::Async />
                    <Route path=path!("/dashboard") view=part!(dashboard, DashboardPage) ssr=SsrMode::Async />
                    <Route path=path!("/inbox") view=part!(inbox, InboxPage) ssr=SsrMode::Async />
                    <Route path=path!("/password") view=part!(password, PasswordPage) ssr=SsrMode::Async />
                    <Route path=path!("/people") view=part!(people, PeoplePage) ssr=SsrMode::Async />
                    <Route path=path!("/sign-in") view=part!(sign_in, SignInPage) ssr=SsrMode::Async />
                    <Route path=path!("/welcome/:link") view=part!(welcome, WelcomePage) ssr=SsrMode::Async />
                </FlatRoutes>
            </main>
        </Router>
    }
}
