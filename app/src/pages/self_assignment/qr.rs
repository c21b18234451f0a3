//! An address as a QR code.

use std::fmt::Write;

use js_sys::encode_uri_component;
use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code, which readers need.
const QUIET: usize = 4;

/// A QR code as a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Code {
    /// How many modules wide and high it is, with what is around it.
    size: usize,
    /// The dark modules.
    path: String,
}

/// The QR code of a text. None if the text is too long for one.
fn code(text: &str) -> Option<Code> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                // Writing into a string does not fail.
                let written = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
                debug_assert!(written.is_ok());
            }
            x += run.len();
        }
    }
    Some(Code { size: width + 2 * QUIET, path })
}

impl Code {
    /// The picture as a file.
    fn file(&self) -> String {
        let Self { size, path } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" width=\"{0}\" height=\"{0}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path d=\"{path}\"/></svg>",
            size * 10
        )
    }
}

/// An address as a QR code, and the way to download it. It is dark on light in every theme: so phones read it.
///
/// `name` is what a screen reader calls it, `file` the name of the file.
pub fn qr(address: &str, name: &'static str, file: String) -> AnyView {
    let Some(code) = code(address) else { return ().into_any() };
    let size = code.size;
    let href = format!("data:image/svg+xml,{}", String::from(encode_uri_component(&code.file())));
    view! {
        <figure class="qr">
            <svg class="qr-code" viewBox=format!("0 0 {size} {size}") role="img" aria-label=name shape-rendering="crispEdges">
                <path fill="#fff" d=format!("M0 0h{size}v{size}H0z")></path>
                <path fill="#000" d=code.path></path>
            </svg>
            <figcaption>
                <a href=href download=file rel="external">"Download QR code"</a>
            </figcaption>
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_light_border_and_its_three_corners() {
        let code = code("https://handoff.example/join/0123456789abcdef").expect("a code");
        // Version 3 has 29 modules.
        assert_eq!(code.size, 29 + 8);
        assert!(code.path.starts_with("M4 4h7v1h-7z"), "the upper side of the corner at the left: {}", code.path);
        assert!(code.path.contains("M26 4h7v1h-7z") && code.path.contains("M4 26h7v1h-7z"));
        assert!(code.file().contains("viewBox=\"0 0 37 37\""));
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert_eq!(code(&"a".repeat(5_000)), None);
    }
}
