//! Addresses within the app, as they come from outside.

/// Where a page may lead to that was told by its own address: a path of this very site, with its query. `None` for
/// whatever else it is, or could be taken for.
///
/// Browsers drop tabs and line breaks from addresses, read `\` as `/`, and take `//` for the beginning of a host.
pub fn inside(address: &str) -> Option<&str> {
    let path = address.split_once('?').map_or(address, |(path, _)| path);
    let steps = path.strip_prefix('/')?;
    let plain = |character: char| character.is_ascii_graphic() && !matches!(character, '\\' | '#');
    // No page of ours has an encoded sign in its path but the `+` of a phone number.
    let encoded = |path: &str| path.split('%').skip(1).any(|rest| !rest.starts_with("2B") && !rest.starts_with("2b"));
    let good = address.chars().all(plain)
        && !encoded(path)
        && (steps.is_empty() || steps.split('/').all(|step| !matches!(step, "" | "." | "..")));
    good.then_some(address)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn our_own_addresses_are_inside() {
        for good in [
            "/",
            "/campaigns",
            "/campaigns?search=food%20bank&sort=name",
            "/campaigns/244570170000000/messenger?tab=initial",
            "/numbers/+12025550143",
            "/numbers/%2B12025550143",
            "/join/0123abcd",
        ] {
            assert_eq!(inside(good), Some(good));
        }
    }

    #[test]
    fn whatever_could_lead_away_is_not() {
        for bad in [
            "",
            "campaigns",
            "//evil.example",
            "///evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r/evil.example",
            "\t//evil.example",
            " //evil.example",
            "/\\evil.example",
            "/\\/evil.example",
            "\\\\evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/campaigns//evil.example",
            "/campaigns/../../evil",
            "/./evil",
            "/%2f/evil.example",
            "/%5cevil.example",
            "/%09/evil.example",
            "/campaigns/",
            "/a b",
            "/campaigns#top",
            "/campaigns?a=\u{0}",
            "/campaigns\u{202e}",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/％2f/evil",
        ] {
            assert_eq!(inside(bad), None, "{bad:?}");
        }
    }

    /// What a browser makes of an address, as far as it decides where it leads: <https://url.spec.whatwg.org>.
    fn leads_away(address: &str) -> bool {
        let trimmed = address.trim_matches(|character: char| character <= ' ');
        let read: String = trimmed.chars().filter(|character| !matches!(character, '\t' | '\n' | '\r')).collect();
        let read = read.split(['?', '#']).next().unwrap_or_default().replace('\\', "/");
        // Relative to a page that may be taken for a path of its own, after its dots were resolved.
        let mut steps: Vec<&str> = Vec::new();
        for step in read.trim_start_matches('/').split('/') {
            match step {
                "." => {}
                ".." => drop(steps.pop()),
                step => steps.push(step),
            }
        }
        !read.starts_with('/') || read.starts_with("//") || steps.join("/").starts_with('/')
    }

    proptest! {
        #[test]
        fn nothing_inside_leads_away(address in "[/\\\\.\\t\\n \\r?#%a29fFbB:]{0,12}|\\PC{0,12}|/\\PC{0,12}|/[\\x00-\\x20]?/[a-z.]{1,8}") {
            if let Some(address) = inside(&address) {
                prop_assert!(!leads_away(address), "{:?}", address);
            }
        }
    }
}
