//! Who is asking: the session is looked up once for each request.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::connections::network;
use super::{Refusal, Site, browser};
use crate::caller::Visit;
use crate::model::ApiError;
use crate::store::Actor;
use crate::store::session::CurrentSession;

/// Looks the session up, for whatever answers the request.
pub async fn look_up(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let cookie = site.cookie();
    let headers = request.headers();
    let token = cookie.token(headers);
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let browser = browser::name(agent.unwrap_or_default());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = network(origin(peer, headers, site.settings.behind_proxy));
    let session = match &token {
        Some(token) => match site.services.store.session(token).await {
            Ok(session) => session,
            Err(error) => return Refusal::from(error).into_response(),
        },
        None => None,
    };
    let visit = Visit { session, token, browser, address, cookie, attempts: site.attempts.clone() };
    request.extensions_mut().insert(visit);
    next.run(request).await
}

/// Where the request came from. A proxy appends who it took the request from, so that the last one is true. Where it says
/// nothing, or nothing that is an address, it is the proxy itself: whoever came past it, or a wrong setting.
fn origin(peer: Option<IpAddr>, headers: &HeaderMap, behind_proxy: bool) -> Option<IpAddr> {
    let forwarded = || headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next();
    let last = if behind_proxy { forwarded() } else { None };
    last.and_then(hop).or(peer)
}

/// An address as proxies write it: alone, in brackets, with a port behind it, in quotes.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"').trim();
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// For handlers beside the server functions: the signed-in member, or the refusal.
#[derive(Clone, Copy, Debug)]
pub struct SignedInMember(pub CurrentSession);

impl SignedInMember {
    /// Who acts.
    pub const fn actor(&self) -> Actor {
        self.0.actor
    }
}

impl<S: Sync> FromRequestParts<S> for SignedInMember {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let session = parts.extensions.get::<Visit>().and_then(|visit| visit.session);
        Ok(Self(session.ok_or(ApiError::SignedOut)?))
    }
}

/// The token of the request's session.
#[derive(Clone, Debug)]
pub(super) struct Token(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for Token {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Visit>().and_then(|visit| visit.token.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_is_believed() {
        let peer = Some("10.0.0.1".parse().unwrap());
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "1.1.1.1, 2.2.2.2".parse().unwrap());
        assert_eq!(origin(peer, &headers, false), peer);
        assert_eq!(origin(peer, &headers, true), Some("2.2.2.2".parse().unwrap()));
        headers.append("x-forwarded-for", "3.3.3.3".parse().unwrap());
        assert_eq!(origin(peer, &headers, true), Some("3.3.3.3".parse().unwrap()));
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        let peer: Option<IpAddr> = Some("10.0.0.1".parse().unwrap());
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.append("x-forwarded-for", text.parse().unwrap());
            origin(peer, &headers, true).unwrap().to_string()
        };
        for (text, address) in [
            ("2.2.2.2:41000", "2.2.2.2"),
            ("1.1.1.1:1, 2.2.2.2:41000", "2.2.2.2"),
            (" 2.2.2.2 ", "2.2.2.2"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("\"[2001:db8::1]:443\"", "2001:db8::1"),
            // What is no address is not believed, and who is before it is not either.
            ("unknown", "10.0.0.1"),
            ("2.2.2.2, unknown", "10.0.0.1"),
            ("2.2.2.2,", "10.0.0.1"),
            ("", "10.0.0.1"),
            ("2.2.2.2:x", "10.0.0.1"),
        ] {
            assert_eq!(of(text), address, "{text}");
        }
        assert_eq!(origin(peer, &HeaderMap::new(), true), peer);
    }

    #[test]
    fn a_home_with_ipv6_is_one_network() {
        let of = |text: &str| network(Some(text.parse().unwrap()));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_eq!(of("::ffff:10.0.0.1"), "10.0.0.1");
    }
}
