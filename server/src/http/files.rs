//! The app: the files that the browser loads, from inside the program.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::secret;

pub(super) const PAGE: &str = "index.html";
pub(super) const VERSION: &str = "version.json";

/// The compressed twins, the smaller first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The files of the app.
#[derive(Debug, Default)]
pub struct Files {
    pub(super) files: HashMap<String, File>,
    version: Option<HeaderValue>,
}

#[derive(Debug)]
pub(super) struct File {
    plain: Bytes,
    compressed: Vec<(&'static str, Bytes)>,
    kind: HeaderValue,
    etag: HeaderValue,
    /// Whether its name changes with its contents, so that it can be kept for ever.
    pub(super) hashed: bool,
}

impl Files {
    /// These files, by their names.
    pub fn of(all: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let mut all: HashMap<String, Bytes> = all.into_iter().collect();
        let names: Vec<String> = all.keys().cloned().collect();
        let is_twin = |name: &str| {
            ENCODINGS.iter().any(|(_, ending)| {
                name.strip_suffix(ending).is_some_and(|plain| names.iter().any(|other| other == plain))
            })
        };
        let mut files = HashMap::new();
        for name in names.iter().filter(|name| !is_twin(name)) {
            let Some(plain) = all.remove(name) else { continue };
            let compressed = ENCODINGS
                .iter()
                .filter_map(|(encoding, ending)| Some((*encoding, all.remove(&format!("{name}{ending}"))?)))
                .collect();
            files.insert(name.clone(), File::new(name, plain, compressed));
        }
        let version = files.get(VERSION).and_then(|file| {
            let stamp: serde_json::Value = serde_json::from_slice(&file.plain).ok()?;
            HeaderValue::from_str(stamp.get("version")?.as_str()?).ok()
        });
        Self { files, version }
    }

    /// The version of the app, if it was built in.
    pub fn version(&self) -> Option<HeaderValue> {
        self.version.clone()
    }

    /// Whether the app was built in.
    pub fn has_page(&self) -> bool {
        self.files.contains_key(PAGE)
    }
}

impl File {
    fn new(name: &str, plain: Bytes, compressed: Vec<(&'static str, Bytes)>) -> Self {
        let kind = match name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("json") => "application/json",
            Some("webmanifest") => "application/manifest+json",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("ico") => "image/x-icon",
            Some("woff2") => "font/woff2",
            Some("txt") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        };
        let etag = format!("\"{}\"", &secret::digest(&plain)[..16]);
        Self {
            kind: HeaderValue::from_static(kind),
            etag: HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"\"")),
            hashed: is_hashed(name),
            plain,
            compressed,
        }
    }

    /// The answer with this file, compressed as the browser takes it, or with the word that it has it already.
    pub(super) fn answer(&self, request: &HeaderMap, keep: &'static str) -> Response {
        let headers: [(HeaderName, HeaderValue); 3] = [
            (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
            (header::ETAG, self.etag.clone()),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut known = known.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
        if known.any(|tag| tag.as_bytes() == self.etag.as_bytes() || tag == "*") {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let kind = [(header::CONTENT_TYPE, self.kind.clone())];
        match self.compressed.iter().find(|(encoding, _)| accepts(request, encoding)) {
            Some((encoding, bytes)) => {
                let encoding = [(header::CONTENT_ENCODING, HeaderValue::from_static(encoding))];
                (headers, kind, encoding, Body::from(bytes.clone())).into_response()
            }
            None => (headers, kind, Body::from(self.plain.clone())).into_response(),
        }
    }
}

/// Whether the browser takes this encoding.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let offered = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    offered.flat_map(|value| value.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let fits = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding) || name == "*");
        let refused = parts.any(|part| {
            part.strip_prefix("q=").is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        });
        fits && !refused
    })
}

/// Whether a part of the name is a hash: eight or more hexadecimal digits, not all of them letters.
fn is_hashed(name: &str) -> bool {
    name.split(['-', '_', '.', '/']).any(|part| {
        part.len() >= 8
            && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && part.bytes().any(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_hash_are_known() {
        for hashed in [
            "handoff-app-1a2b3c4d5e6f7a8b.js",
            "handoff-app-1a2b3c4d5e6f7a8b_bg.wasm",
            "start-0f3a9b12.js",
            "snippets/handoff-app-1a2b3c4d5e6f7a8b/inline0.js",
        ] {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in ["index.html", "icon-180.png", "version.json", "manifest.webmanifest", "facade.js"] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }

    #[test]
    fn encodings_are_taken_as_the_browser_says() {
        let headers =
            |text: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
        assert!(accepts(&headers("gzip, deflate, br, zstd"), "br"));
        assert!(accepts(&headers("br;q=0.5"), "br"));
        assert!(accepts(&headers("*"), "br"));
        assert!(!accepts(&headers("br;q=0, gzip"), "br"));
        assert!(!accepts(&headers("gzip"), "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}
