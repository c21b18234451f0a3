//! What Playwright's JSON report says of a run.
use crate::summary::{Count, Failed, Tests};
use serde_json::Value;

/// So many lines of an error tell what was expected and what was there.
const LINES: usize = 6;

/// The tests of a report. One that passed only on a second try did not pass.
pub fn read(report: &Value) -> Tests {
    let number = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    let mut failed = Vec::new();
    // What went wrong outside of any test.
    failed
        .extend(list(report, "errors").map(|error| Failed { name: "outside of any test".into(), lines: lines(error) }));
    for suite in list(report, "suites") {
        collect(suite, &mut Vec::new(), &mut failed);
    }
    Tests { count: Count { passed: number("expected"), failed: number("unexpected") + number("flaky") }, failed }
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

/// Adds the failed tests of a file or a group, whose titles stand before theirs.
fn collect<'a>(suite: &'a Value, titles: &mut Vec<&'a str>, failed: &mut Vec<Failed>) {
    titles.push(suite["title"].as_str().unwrap_or_default());
    for spec in list(suite, "specs") {
        let went_wrong = |test: &&Value| matches!(test["status"].as_str(), Some("unexpected" | "flaky"));
        for test in list(spec, "tests").filter(went_wrong) {
            let error = list(test, "results").flat_map(|result| list(result, "errors")).next();
            let file = spec["file"].as_str().unwrap_or_default();
            let place = format!("{file}:{}", spec["line"].as_u64().unwrap_or_default());
            // The first title is the file's.
            let within = titles.iter().skip(1).copied().chain(spec["title"].as_str());
            let name = std::iter::once(place.as_str()).chain(within).collect::<Vec<_>>().join(" › ");
            failed.push(Failed { name, lines: error.map(lines).unwrap_or_default() });
        }
    }
    for inner in list(suite, "suites") {
        collect(inner, titles, failed);
    }
    titles.pop();
}

/// The beginning of an error's message, without colours.
fn lines(error: &Value) -> Vec<String> {
    let message = plain(error["message"].as_str().unwrap_or_default());
    let lines = message.lines().map(str::trim_end).filter(|line| !line.trim().is_empty());
    lines.take(LINES).map(str::to_owned).collect()
}

/// A text without the control sequences that colour it in a terminal.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // Up to the letter that ends the sequence.
            let _ = characters.find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{Count, read};
    use serde_json::json;

    #[test]
    fn flaky_tests_count_as_failed() {
        let report = json!({ "stats": { "expected": 9, "unexpected": 1, "flaky": 2, "skipped": 4 } });
        assert_eq!(read(&report).count, Count { passed: 9, failed: 3 });
    }

    #[test]
    fn every_failed_test_is_named_with_the_beginning_of_its_error() {
        let message = "Error: \u{1b}[2mexpect(\u{1b}[22mlocator\u{1b}[2m)\u{1b}[22m.toHaveText()\n\nExpected: \"2\"\n\
            Received: \"1\"\na\nb\nc\nd";
        let spec = |title: &str, line: u32, tests: serde_json::Value| json!({ "title": title, "file": "one.spec.ts", "line": line, "tests": tests });
        let passed = json!([{ "status": "expected", "results": [{ "status": "passed", "errors": [] }] }]);
        let failed = json!([{ "status": "unexpected", "results": [{ "status": "failed", "errors": [{ "message": message }] }] }]);
        let flaky =
            json!([{ "status": "flaky", "results": [{ "errors": [{ "message": "first" }] }, { "errors": [] }] }]);
        let report = json!({
            "stats": { "expected": 1, "unexpected": 1, "flaky": 1 },
            "errors": [{ "message": "a worker died" }],
            "suites": [{
                "title": "one.spec.ts",
                "specs": [spec("fine", 3, passed), spec("broken", 7, failed)],
                "suites": [{ "title": "a group", "specs": [spec("shaky", 9, flaky)] }],
            }],
        });
        let found: Vec<(String, Vec<String>)> =
            read(&report).failed.into_iter().map(|failed| (failed.name, failed.lines)).collect();
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                ("outside of any test".to_owned(), lines(&["a worker died"])),
                (
                    "one.spec.ts:7 › broken".to_owned(),
                    lines(&[
                        "Error: expect(locator).toHaveText()",
                        "Expected: \"2\"",
                        "Received: \"1\"",
                        "a",
                        "b",
                        "c"
                    ])
                ),
                ("one.spec.ts:9 › a group › shaky".to_owned(), lines(&["first"])),
            ]
        );
    }
}
