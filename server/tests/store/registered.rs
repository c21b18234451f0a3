//! Every statement in the sources is among those that are prepared, and whose plans are looked at.

use std::fs;
use std::path::{Path, PathBuf};

use handoff_server::store::engine::Engine;

use crate::statements::{every, temporary};

/// What statements begin with.
const VERBS: [&str; 5] = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "];

/// Where statements are about the schema and what SQLite believes of it, or are the demo's rows: those have tests of their
/// own, and no organization meets them.
const ELSEWHERE: [&str; 3] = ["engine/migrations.rs", "engine/statistics.rs", "/demo/"];

/// Where parts of several statements stand: they are somewhere in one that is known.
const PARTS: [&str; 8] = [
    "store/history/filter.rs",
    "store/history/rows.rs",
    "store/import/arrival.rs",
    "store/message.rs",
    "store/moving.rs",
    "store/opt_out_list.rs",
    "store/undo.rs",
    "store/view.rs",
];

/// Stands in a text for what is filled in there.
const FILLED_IN: &str = "{}";

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The texts in quotes, without those of comments and tests. Texts that are put together, `concat!("a", b!(), "c")`, are
/// one.
fn texts(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut texts = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['/', '\'', '"', 'c']) {
        let (before, here) = rest.split_at(at);
        let inside_a_word = before.ends_with(|character: char| character.is_alphanumeric() || character == '_');
        rest = if here.starts_with("//") {
            here.find('\n').map_or("", |end| &here[end..])
        } else if let Some(rest) = here.strip_prefix("'\"'") {
            rest
        } else if here.starts_with('"') {
            let (text, rest) = text(here);
            texts.push(text);
            rest
        } else if let Some(arguments) = here.strip_prefix("concat!(").filter(|_| !inside_a_word) {
            let (text, rest) = together(arguments);
            texts.push(text);
            rest
        } else {
            &here[1..]
        };
    }
    texts
}

/// A text in quotes, and what comes behind it.
fn text(source: &str) -> (String, &str) {
    let mut text = String::new();
    let mut characters = source.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (text, &source[at + 1..]),
            '\\' => match characters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, '\n')) => while characters.next_if(|(_, next)| next.is_whitespace()).is_some() {},
                Some((_, other)) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    (text, "")
}

/// The texts up to the bracket that closes, with what stands between them filled in, and what comes behind.
fn together(source: &str) -> (String, &str) {
    let (mut all, mut depth, mut rest) = (String::new(), 1, source);
    let mut filled_in = false;
    while let Some(first) = rest.chars().next() {
        match first {
            '"' => {
                let (part, behind) = text(rest);
                // What is an argument of a macro is a part of what it fills in.
                if depth == 1 {
                    all.push_str(&part);
                }
                (rest, filled_in) = (behind, false);
                continue;
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' | ' ' | '\n' => {}
            _ if !filled_in => {
                all.push_str(FILLED_IN);
                filled_in = true;
            }
            _ => {}
        }
        rest = &rest[first.len_utf8()..];
        if depth == 0 {
            break;
        }
    }
    (all, rest)
}

/// Whether a text begins like a statement.
fn is_statement(text: &str) -> bool {
    let text = text.trim_start();
    VERBS.iter().any(|verb| text.starts_with(verb)) && text.contains(char::is_lowercase)
}

/// Spaces made single, so that how a statement is indented says nothing.
fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands between the places of a text that are filled in, `{like this}`.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut depth = 0;
    for character in text.chars() {
        match character {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                pieces.push(String::new());
            }
            other if depth == 0 => pieces.last_mut().unwrap().push(other),
            _ => {}
        }
    }
    pieces.iter().map(|piece| single_spaced(piece)).filter(|piece| !piece.is_empty()).collect()
}

/// Whether a statement is what a text becomes, once what it leaves open is filled in.
fn is(statement: &str, text: &str) -> bool {
    let (text, pieces) = (text.trim(), pieces(text));
    let mut rest = statement;
    for (place, piece) in pieces.iter().enumerate() {
        let begins = place == 0 && !text.starts_with('{');
        let Some(at) = rest.find(piece.as_str()).filter(|at| !begins || *at == 0) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty() || text.ends_with('}') || pieces.last().is_some_and(|last| statement.ends_with(last.as_str()))
}

#[test]
fn no_statement_is_left_out() {
    let known: Vec<String> = [Engine::Sqlite, Engine::Postgres]
        .into_iter()
        .flat_map(|engine| every(engine).into_iter().chain(temporary(engine)))
        .map(|statement| single_spaced(&statement))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&folder, &mut files);
    let elsewhere = |file: &PathBuf| ELSEWHERE.iter().any(|elsewhere| file.to_string_lossy().contains(elsewhere));
    let (mut seen, mut unknown) = (0, Vec::new());
    for file in files.iter().filter(|file| !elsewhere(file)) {
        for text in texts(&fs::read_to_string(file).unwrap()).into_iter().filter(|text| is_statement(text)) {
            seen += 1;
            let part = PARTS.iter().any(|part| file.ends_with(part)).then(|| format!("{{}}{text}{{}}"));
            let is_known = |text: &str| known.iter().any(|statement| is(statement, text));
            if !is_known(&text) && !part.is_some_and(|part| is_known(&part)) {
                unknown.push(format!("{}: {}", file.strip_prefix(&folder).unwrap().display(), single_spaced(&text)));
            }
        }
    }
    assert!(seen > 150, "the sources are read: {seen}");
    assert!(unknown.is_empty(), "{} in no list:\n{}", unknown.len(), unknown.join("\n"));
}

#[test]
fn a_text_is_told_from_what_stands_around_it() {
    let source =
        "const A: &str = \"SELECT a\n    FROM {table} WHERE b = 'c'\"; // \"SELECT no\"\nlet b = '\"'; f(\"\\\"\");
        concat!(\"SELECT \", columns!(\"x\"), \" FROM t\")";
    let all = texts(source);
    assert_eq!(all, ["SELECT a\n    FROM {table} WHERE b = 'c'", "\"", "SELECT {} FROM t"]);
    assert_eq!(pieces(&all[0]), ["SELECT a FROM", "WHERE b = 'c'"]);
    assert!(is("SELECT a FROM x WHERE b = 'c'", &all[0]));
    assert!(!is("SELECT a FROM x WHERE b = 'c' LIMIT 1", &all[0]), "another statement begins so");
    assert!(!is("DELETE FROM y WHERE z IN (SELECT a FROM x WHERE b = 'c')", &all[0]), "another statement contains it");
    assert!(!is("SELECT a FROM x WHERE b = 'd'", &all[0]));
    assert!(is("SELECT a, b FROM t", &all[2]) && is_statement(&all[2]));
}
