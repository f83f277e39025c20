//! A router with a team behind it.

use crate::router::guard::COOKIE;
use crate::router::{AppState, Hosts, router};
use crate::routes::upload::Staging;
use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use axum::http::{Request, StatusCode, header};
use domain::{PersonId, Role};
use jobs::{Jobs, JobsConfig};
use leptos::config::LeptosOptions;
use sam2::{DeviceChoice, LoadOptions};
use service::{Accounts, Service};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use store::Store;
use tempfile::TempDir;
use tower::ServiceExt;

/// Somebody who asks.
pub struct Asker {
    /// Their name.
    pub name: String,
    /// Their role; none when they are shut out.
    pub role: Option<Role>,
    id: PersonId,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    location: Option<String>,
    /// The text; empty for streams.
    pub body: String,
}

impl Answer {
    /// Whether it leads to the sign-in page.
    pub fn asks_to_sign_in(&self) -> bool {
        let to = self.location.as_deref();
        self.status == StatusCode::SEE_OTHER && to.is_some_and(|to| to.starts_with("/sign-in"))
    }

    /// Whether a route is a page for people.
    pub fn is_page(&self, route: &str) -> bool {
        let path = route.strip_prefix("GET ");
        leptos_axum::generate_route_list(app::App)
            .iter()
            .any(|page| Some(page.path()) == path)
    }
}

/// A router, its people, and its data.
pub struct Team {
    router: Router,
    store: Store,
    people: Vec<Asker>,
    tokens: AtomicU32,
    _data: TempDir,
}

impl Team {
    /// Two annotators, a reviewer, a lead, and somebody who was shut out.
    pub async fn new() -> Self {
        let mut team = Self::start(true).await;
        for (name, role) in [
            ("ann", Role::Annotator),
            ("bob", Role::Annotator),
            ("rea", Role::Reviewer),
            ("lea", Role::Lead),
            ("sid", Role::Lead),
        ] {
            let id = team.store.people().add(name, role).await.unwrap().id;
            team.people.push(Asker {
                name: name.into(),
                role: (name != "sid").then_some(role),
                id,
            });
        }
        let sid = team.asker("sid").id;
        team.store.people().set_disabled(sid, true).await.unwrap();
        team
    }

    /// A server that asks nobody to sign in.
    pub async fn local() -> Self {
        Self::start(false).await
    }

    async fn start(is_team: bool) -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(&data.path().join("scenediff.sqlite"))
            .await
            .unwrap();
        let model = sam2::load(&LoadOptions {
            device: DeviceChoice::Cpu,
            ..LoadOptions::default()
        })
        .unwrap();
        // No file is decoded here.
        let config = JobsConfig::new(data.path().to_owned(), "/bin/false".into());
        let jobs = Jobs::start(config, store.clone(), model).await.unwrap();
        let accounts = Accounts::new(store.clone(), is_team);
        let service = Service::start(store.clone(), jobs, accounts.clone())
            .await
            .unwrap();
        let address: SocketAddr = "127.0.0.1:3000".parse().unwrap();
        let state = AppState {
            service,
            accounts,
            staging: Staging::prepare(data.path(), 1000).unwrap(),
            leptos: LeptosOptions::builder()
                .output_name("scenediff")
                .site_root(data.path().join("site").to_str().unwrap())
                .site_addr(address)
                .build(),
            stop: Default::default(),
        };
        let hosts = Hosts::new(address.ip(), Vec::new());
        Self {
            router: router(state, hosts).layer(MockConnectInfo(address)),
            store,
            people: Vec::new(),
            tokens: AtomicU32::new(0),
            _data: data,
        }
    }

    /// Nobody, and everybody.
    pub fn askers(&self) -> impl Iterator<Item = Option<&Asker>> {
        std::iter::once(None).chain(self.people.iter().map(Some))
    }

    /// One of the people.
    pub fn asker(&self, name: &str) -> &Asker {
        self.people.iter().find(|p| p.name == name).unwrap()
    }

    /// Calls a route of the table, with something for each of its parameters and a body that makes no sense.
    pub async fn ask(&self, route: &str, asker: Option<&Asker>) -> Answer {
        let (method, path) = route.split_once(' ').unwrap();
        let path = [
            ("{id}", "a_b_2026-01-31_18-05-09"),
            ("{side}", "1"),
            ("{frame}", "0"),
            ("{*path}", "segments.pkl"),
            ("{link}", "0123"),
            ("{table}", "effort.csv"),
        ]
        .iter()
        .fold(path.to_owned(), |path, (name, value)| {
            path.replace(name, value)
        });
        let kind = if path.starts_with("/api/") {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:3000")
            .header(header::CONTENT_TYPE, kind);
        if let Some(asker) = asker {
            let cookie = format!("theme=dark; {COOKIE}={}", self.sign_in(asker).await);
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(Body::from("nonsense")).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = |name| {
            let value = parts.headers.get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        let is_stream = text(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let bytes = if is_stream {
            Default::default()
        } else {
            axum::body::to_bytes(body, 1 << 24).await.unwrap()
        };
        Answer {
            status: parts.status,
            location: text(header::LOCATION),
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// A new sign-in for every question, as some of them end it.
    async fn sign_in(&self, asker: &Asker) -> String {
        let mut token = [0; 32];
        let number = self.tokens.fetch_add(1, Ordering::Relaxed);
        token[..4].copy_from_slice(&number.to_le_bytes());
        let hash = Sha256::digest(token).into();
        let sign_ins = self.store.sign_ins();
        sign_ins.begin(asker.id, &hash, 1).await.unwrap();
        token.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
