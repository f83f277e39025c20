//! Under which names the server is asked, and whether a request that changes something comes from a page of it.

use crate::routes::Refusal;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use std::net::IpAddr;
use std::sync::Arc;

/// The names under which the server may be asked.
#[derive(Clone)]
pub struct Hosts {
    /// None: any name.
    named: Option<Arc<[String]>>,
}

impl Hosts {
    /// A server that only this machine reaches answers to `localhost`, to addresses and to `named`; one that the
    /// network reaches answers to any name.
    pub fn new(listens_on: IpAddr, named: Vec<String>) -> Self {
        Self {
            named: listens_on.is_loopback().then(|| named.into()),
        }
    }

    /// A foreign name that someone pointed at this machine would make a foreign page count as our own.
    fn knows(&self, authority: &Authority) -> bool {
        let Some(named) = &self.named else {
            return true;
        };
        let name = authority.host();
        let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        is_address
            || name.eq_ignore_ascii_case("localhost")
            || named.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Refuses a name that this server does not go by: a foreign page could point its own at this machine, and would then read
/// whatever it likes. Refuses changes that another site asks for in the name of whoever looks at it.
pub async fn check(
    State(hosts): State<Hosts>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    if let Some(host) = host(request.headers(), request.uri())
        && !hosts.knows(&host)
    {
        let name = host.host();
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            format!(
                "this server does not go by the name \"{name}\": open it as localhost, or start scenediff with --host {name}"
            ),
        ));
    }
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if changes && !is_our_own(&hosts, request.headers(), request.uri()) {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "this request comes from another site: open the page at this server's own address \
             (behind a proxy, start scenediff with --host NAME)",
        ));
    }
    Ok(next.run(request).await)
}

/// Under which name the server is asked; no browser leaves it out.
fn host(headers: &HeaderMap, uri: &Uri) -> Option<Authority> {
    match headers.get(header::HOST) {
        Some(value) => Authority::try_from(value.as_bytes()).ok(),
        None => uri.authority().cloned(),
    }
}

/// Programs that are no browsers send neither `Origin` nor `Sec-Fetch-Site`; browsers do with everything that changes
/// something.
fn is_our_own(hosts: &Hosts, headers: &HeaderMap, uri: &Uri) -> bool {
    let Some(host) = host(headers, uri) else {
        return false;
    };
    if !hosts.knows(&host) {
        return false;
    }
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    if !matches!(site, None | Some(b"same-origin" | b"none")) {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    Uri::try_from(origin.as_bytes()).is_ok_and(|origin| origin.authority() == Some(&host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(listen: &str, named: &[&str], host: &str, origin: Option<&str>) -> bool {
        let hosts = Hosts::new(
            listen.parse().unwrap(),
            named.iter().map(|&name| name.to_owned()).collect(),
        );
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        is_our_own(&hosts, &headers, &Uri::from_static("/upload"))
    }

    #[test]
    fn our_own_pages_and_programs_may_change_things() {
        assert!(allowed(
            "127.0.0.1",
            &[],
            "127.0.0.1:3000",
            Some("http://127.0.0.1:3000")
        ));
        assert!(allowed(
            "127.0.0.1",
            &[],
            "localhost:3000",
            Some("http://localhost:3000")
        ));
        assert!(allowed(
            "127.0.0.1",
            &[],
            "[::1]:3000",
            Some("http://[::1]:3000")
        ));
        assert!(allowed("127.0.0.1", &[], "127.0.0.1:3000", None));
        assert!(allowed(
            "0.0.0.0",
            &[],
            "lab.example:3000",
            Some("http://lab.example:3000")
        ));
        assert!(allowed(
            "127.0.0.1",
            &["lab.example"],
            "lab.example",
            Some("https://lab.example")
        ));
    }

    #[test]
    fn a_browser_that_says_where_it_comes_from_is_believed() {
        let hosts = Hosts::new("127.0.0.1".parse().unwrap(), Vec::new());
        for (site, expected) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "localhost:3000".parse().unwrap());
            headers.insert("sec-fetch-site", site.parse().unwrap());
            let own = is_our_own(&hosts, &headers, &Uri::from_static("/sign-out"));
            assert_eq!(own, expected, "{site}");
        }
    }

    #[test]
    fn other_sites_may_not() {
        assert!(!allowed(
            "127.0.0.1",
            &[],
            "127.0.0.1:3000",
            Some("https://elsewhere.example")
        ));
        assert!(!allowed(
            "127.0.0.1",
            &[],
            "127.0.0.1:3000",
            Some("http://127.0.0.1:4000")
        ));
        assert!(!allowed("127.0.0.1", &[], "127.0.0.1:3000", Some("null")));
        // A foreign name that resolves to this machine.
        assert!(!allowed(
            "127.0.0.1",
            &[],
            "elsewhere.example:3000",
            Some("http://elsewhere.example:3000")
        ));
        assert!(!allowed(
            "0.0.0.0",
            &[],
            "lab.example:3000",
            Some("http://elsewhere.example")
        ));
    }
}
