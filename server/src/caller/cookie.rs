//! The cookie that holds the token of a session.

use axum::http::{HeaderMap, header};

/// Browsers keep no cookie longer than 400 days. The session itself ends earlier, on the server.
const KEPT: u32 = 400 * 24 * 60 * 60;

/// How the token is kept in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Whether the site is reached over https: the cookie then never leaves it.
    pub secure: bool,
}

impl Cookie {
    /// The cookie's name. Browsers refuse `__Host-` from anybody but this very host over https.
    pub const fn name(self) -> &'static str {
        if self.secure { "__Host-handoff" } else { "handoff" }
    }

    const fn attributes(self) -> &'static str {
        if self.secure { "Path=/; HttpOnly; SameSite=Lax; Secure" } else { "Path=/; HttpOnly; SameSite=Lax" }
    }

    /// The header that makes the browser keep a token.
    pub fn keep(self, token: &str) -> String {
        format!("{}={token}; Max-Age={KEPT}; {}", self.name(), self.attributes())
    }

    /// The header that makes the browser forget it.
    pub fn forget(self) -> String {
        format!("{}=; Max-Age=0; {}", self.name(), self.attributes())
    }

    /// The token that the browser sent.
    pub fn token(self, headers: &HeaderMap) -> Option<String> {
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        pairs
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, token)| *name == self.name() && !token.is_empty())
            .map(|(_, token)| token.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=b; handoff=abc; c=d".parse().unwrap());
        assert_eq!(Cookie { secure: false }.token(&headers), Some("abc".to_owned()));
        assert_eq!(Cookie { secure: true }.token(&headers), None);
        headers.append(header::COOKIE, "__Host-handoff=xyz".parse().unwrap());
        assert_eq!(Cookie { secure: true }.token(&headers), Some("xyz".to_owned()));
    }
}
