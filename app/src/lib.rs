//! The pages, compiled twice: to HTML on the server (`ssr`) and to WebAssembly in the browser (`hydrate`).

#![recursion_limit = "256"]

pub mod api;
pub mod components;
pub mod live;
pub mod me;
pub mod pages;

use components::navigation::Navigation;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Stylesheet, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::location::Url;
use leptos_router::{SsrMode, path};
use pages::{
    dashboard::DashboardPage, inbox::InboxPage, missing::MissingPage, password::PasswordPage,
    people::PeoplePage, review::ReviewPage, sessions::SessionsPage, sign_in::SignInPage,
    start::StartPage, welcome::WelcomePage, workspace::WorkspacePage,
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

    // Tests and scripts wait for this mark before they touch the page.
    Effect::new(|_| {
        if let Some(body) = document().body() {
            let _ = body.set_attribute("data-hydrated", "");
        }
    });

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
                    <Route path=path!("/") view=StartPage ssr=SsrMode::Async />
                    <Route path=path!("/sessions") view=SessionsPage ssr=SsrMode::Async />
                    <Route path=path!("/sessions/:id") view=WorkspacePage ssr=SsrMode::Async />
                    <Route path=path!("/sessions/:id/review") view=ReviewPage ssr=SsrMode::Async />
                    <Route path=path!("/dashboard") view=DashboardPage ssr=SsrMode::Async />
                    <Route path=path!("/inbox") view=InboxPage ssr=SsrMode::Async />
                    <Route path=path!("/password") view=PasswordPage ssr=SsrMode::Async />
                    <Route path=path!("/people") view=PeoplePage ssr=SsrMode::Async />
                    <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                    <Route path=path!("/welcome/:link") view=WelcomePage ssr=SsrMode::Async />
                </FlatRoutes>
            </main>
        </Router>
    }
}
