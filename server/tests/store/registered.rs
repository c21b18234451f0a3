//! Every statement in the sources is among those that are prepared, and whose plans are looked at.

use std::fs;
use std::path::{Path, PathBuf};

use handoff_server::store::engine::Engine;

use crate::statements::{every, temporary};

/// What statements begin with.
const VERBS: [&str; 5] = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "];

/// Where statements are about the schema and what SQLite believes of it, which has tests of its own.
const ELSEWHERE: [&str; 2] = ["engine/migrations.rs", "engine/statistics.rs"];

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

/// The texts in quotes, without those of comments and tests.
fn texts(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut texts = Vec::new();
    let mut characters = source.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '/' if characters.peek() == Some(&'/') => {
                characters.by_ref().find(|character| *character == '\n');
            }
            // A quote as a character is no text.
            '\'' if characters.peek() == Some(&'"') => {
                characters.next();
            }
            '"' => {
                let mut text = String::new();
                while let Some(character) = characters.next() {
                    match character {
                        '"' => break,
                        '\\' => match characters.next() {
                            Some('n') => text.push('\n'),
                            Some('\n') => {
                                while characters.peek().is_some_and(|character| character.is_whitespace()) {
                                    characters.next();
                                }
                            }
                            Some(other) => text.push(other),
                            None => {}
                        },
                        other => text.push(other),
                    }
                }
                texts.push(text);
            }
            _ => {}
        }
    }
    texts
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

/// Whether the pieces stand in a statement one after the other.
fn has(statement: &str, pieces: &[String]) -> bool {
    let mut rest = statement;
    pieces.iter().all(|piece| {
        let found = rest.find(piece.as_str());
        rest = found.map_or("", |at| &rest[at + piece.len()..]);
        found.is_some()
    })
}

#[test]
fn no_statement_is_left_out() {
    let known: Vec<String> = [Engine::Sqlite, Engine::Postgres]
        .into_iter()
        .flat_map(|engine| every(engine).into_iter().chain(temporary(engine)))
        .map(|statement| single_spaced(&statement))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut files = Vec::new();
    sources(&folder, &mut files);
    let (mut seen, mut unknown) = (0, Vec::new());
    for file in files.iter().filter(|file| !ELSEWHERE.iter().any(|elsewhere| file.ends_with(elsewhere))) {
        for text in texts(&fs::read_to_string(file).unwrap()).into_iter().filter(|text| is_statement(text)) {
            seen += 1;
            let pieces = pieces(&text);
            if !known.iter().any(|statement| has(statement, &pieces)) {
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
        "const A: &str = \"SELECT a\n    FROM {table} WHERE b = 'c'\"; // \"SELECT no\"\nlet b = '\"'; f(\"\\\"\")";
    let all = texts(source);
    assert_eq!(all, ["SELECT a\n    FROM {table} WHERE b = 'c'", "\""]);
    assert_eq!(pieces(&all[0]), ["SELECT a FROM", "WHERE b = 'c'"]);
    assert!(has("SELECT a FROM x WHERE b = 'c' LIMIT 1", &pieces(&all[0])));
    assert!(!has("SELECT a FROM x WHERE b = 'd'", &pieces(&all[0])));
}
