//! Messages with placeholders.
//!
//! `{first_name}`, `{last_name}` and `{any_custom_field}` stand for what the contact has there,
//! `{texter_first_name}` and `{texter_last_name}` for the name of who sends it.
//! `{first_name|there}` says `there` to a contact who has nothing there. `{{` and `}}` write a brace.
//! Inside the braces, case and spaces do not matter: `{First Name}` is `{first_name}`.
//!
//! Other tools write placeholders in other ways. `{{ first_name }}` is read like ours; what would be sent as it stands, like
//! `[first_name]` and `*|FNAME|*`, is refused. No message leaves with a mark around the name of a field.

mod foreign;
mod part;
mod unfilled;

use super::field::{TEXTER_FIRST_NAME, TEXTER_LAST_NAME, field_name};
use part::Part;
pub use part::{LONGEST_MESSAGE, TemplateError, placeholders};
pub use unfilled::{Unfilled, filled};

/// A message with placeholders, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(Vec<Part>);

/// What stands between as many braces on both sides, two or more: the text inside, and the text behind.
fn doubled(from_brace: &str) -> Option<(&str, &str)> {
    let inside = from_brace.trim_start_matches('{');
    let opened = from_brace.len() - inside.len();
    let (content, from_close) = inside.split_at(inside.find(['{', '}'])?);
    let after = from_close.trim_start_matches('}');
    (opened >= 2 && opened == from_close.len() - after.len()).then_some((content, after))
}

impl Template {
    /// Understands a message of a campaign with these custom fields.
    ///
    /// # Errors
    /// If it is too long, or a placeholder is unknown, not well formed, or as another tool writes it.
    pub fn parse(message: &str, custom_fields: &[String]) -> Result<Self, TemplateError> {
        let characters = message.chars().count();
        if characters > LONGEST_MESSAGE {
            return Err(TemplateError::TooLong(characters));
        }
        let known = placeholders(custom_fields);
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = message;
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            let from_brace = &rest[at..];
            let of_others =
                doubled(from_brace).and_then(|(content, after)| Some((foreign::placeholder(content, &known)?, after)));
            let (part, after) = if let Some((part, after)) = of_others {
                (part?, after)
            } else if let Some((brace, after)) =
                [("{", "{{"), ("}", "}}")].into_iter().find_map(|(one, two)| Some((one, from_brace.strip_prefix(two)?)))
            {
                text.push_str(brace);
                rest = after;
                continue;
            } else {
                let inside = from_brace.strip_prefix('{').ok_or(TemplateError::NotOpened)?;
                let (content, after) = inside
                    .split_once('}')
                    .filter(|(content, _)| !content.contains('{'))
                    .ok_or_else(|| TemplateError::NotClosed(excerpt(inside)))?;
                (placeholder(content, &known)?, after)
            };
            if let Part::Placeholder { name, .. } = &part
                && foreign::is_sign_of(&text, name)
            {
                let sign = text.pop().unwrap_or_default();
                return Err(TemplateError::Foreign { written: format!("{sign}{{{name}}}"), known });
            }
            push_text(&mut parts, &mut text, &known)?;
            parts.push(part);
            rest = after;
        }
        text.push_str(rest);
        push_text(&mut parts, &mut text, &known)?;
        Ok(Self(parts))
    }

    /// The message for one contact. `value` says what the contact has under a placeholder's name, if anything.
    pub fn fill<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> String {
        let mut message = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => message.push_str(text),
                Part::Placeholder { name, fallback } => message.push_str(
                    value(name).map(str::trim).filter(|value| !value.is_empty()).unwrap_or(fallback.as_str()),
                ),
            }
        }
        message
    }

    /// The placeholders of contacts that say nothing where a contact has nothing, each once, in their order.
    pub fn without_fallback(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for part in &self.0 {
            if let Part::Placeholder { name, fallback } = part
                && fallback.is_empty()
                && ![TEXTER_FIRST_NAME, TEXTER_LAST_NAME].contains(&name.as_str())
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        }
        names
    }
}

/// Ends a part of plain text, unless there is none.
fn push_text(parts: &mut Vec<Part>, text: &mut String, known: &[String]) -> Result<(), TemplateError> {
    if let Some(written) = foreign::mark(text, known) {
        return Err(TemplateError::Foreign { written: written.to_owned(), known: known.to_vec() });
    }
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text)));
    }
    Ok(())
}

fn placeholder(content: &str, known: &[String]) -> Result<Part, TemplateError> {
    let (name, fallback) = content.split_once('|').unwrap_or((content, ""));
    match field_name(name).filter(|name| known.contains(name)) {
        Some(name) => Ok(Part::Placeholder { name, fallback: fallback.trim().to_owned() }),
        None => Err(TemplateError::Unknown { name: name.trim().to_owned(), known: known.to_vec() }),
    }
}

/// The first words after a brace, so that a person finds it.
fn excerpt(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields() -> Vec<String> {
        vec!["precinct".to_owned(), "école".to_owned()]
    }

    fn fill(message: &str) -> Result<String, TemplateError> {
        let value = |name: &str| match name {
            "first_name" => Some("Abby"),
            "precinct" => Some("P-07"),
            "last_name" => Some("  "),
            "texter_first_name" => Some("Kim"),
            _ => None,
        };
        Template::parse(message, &fields()).map(|template| template.fill(value))
    }

    #[test]
    fn placeholders_are_filled_in() {
        assert_eq!(fill("Hi {first_name}, {precinct}!").as_deref(), Ok("Hi Abby, P-07!"));
        assert_eq!(fill("Hi {First Name|you}").as_deref(), Ok("Hi Abby"));
        assert_eq!(fill("Dear {last_name| neighbour }").as_deref(), Ok("Dear neighbour"));
        assert_eq!(fill("At {école|school}{last_name}.").as_deref(), Ok("At school."));
        assert_eq!(fill("{{ {first_name} }} }}{{").as_deref(), Ok("{ Abby } }{"));
        assert_eq!(fill("{{so, to say}}, {{}} {{ }}").as_deref(), Ok("{so, to say}, {} { }"));
        assert_eq!(fill("{texter_first_name} {Texter Last Name|R.}").as_deref(), Ok("Kim R."));
        assert_eq!(fill("").as_deref(), Ok(""));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let sentence = |message: &str| fill(message).expect_err("refused").to_string();
        assert_eq!(
            sentence("Hi {nick}"),
            "There is no placeholder {nick}. Use one of {first_name}, {last_name}, {precinct}, {école}, {texter_first_name}, {texter_last_name}."
        );
        assert_eq!(
            sentence("Hi {first_name, and {last_name}"),
            "The brace before \"first_name, and {las\" is not closed. Write } after the placeholder, or {{ if you mean a brace."
        );
        assert_eq!(sentence("Hi } you"), "There is a } without a { before it. Write }} if you mean a brace.");
        assert!(matches!(fill("{}"), Err(TemplateError::Unknown { .. })));
        assert!(matches!(fill("{|x}"), Err(TemplateError::Unknown { .. })));
        assert_eq!(fill(&"x".repeat(1_601)), Err(TemplateError::TooLong(1_601)));
        assert!(fill(&"é".repeat(1_600)).is_ok());
    }

    #[test]
    fn placeholders_of_other_tools_are_read_or_refused() {
        for read in [
            "{{first_name}}",
            "{{ first_name }}",
            "{{First Name}}",
            "{{{ first_name }}}",
            "{{first_name|default:'you'}}",
        ] {
            assert_eq!(fill(&format!("Hi {read}!")).as_deref(), Ok("Hi Abby!"), "{read}");
        }
        for defaults in [
            "{{ last_name | default: \"you\" }}",
            "{{last_name|default:'you'}}",
            "{{ last_name | default('you') }}",
            "{{ last_name|default(“you”) }}",
        ] {
            assert_eq!(fill(defaults).as_deref(), Ok("you"), "{defaults}");
        }
        for (refused, named) in [
            ("{{nick}}", "{nick}"),
            ("{{ contact.first_name }}", "{contact.first_name}"),
            ("{{FirstName}}", "{FirstName}"),
            ("{{ first_name | capitalize }}", "\"capitalize\" behind {first_name}"),
            ("Hi {{first_name", "\"{first_name\""),
            ("Hi {{ first_name, and", "\"{ first_name\""),
            ("first_name }} here", "\"first_name }\""),
            ("Hi [first_name]", "\"[first_name]\""),
            ("Hi [First Name]!", "\"[First Name]\""),
            ("Hi [[first_name]]", "\"[first_name]\""),
            ("Hi [fname]", "\"[fname]\""),
            ("Hi <first_name>", "\"<first_name>\""),
            ("Hi <<FirstName>>", "\"<FirstName>\""),
            ("Hi %first_name%", "\"%first_name%\""),
            ("Hi %%FirstName%%", "\"%FirstName%\""),
            ("Hi *|FNAME|*", "\"*|FNAME|*\""),
            ("Hi *|NICK|*", "\"*|NICK|*\""),
            ("at [precinct]", "\"[precinct]\""),
            ("Hi __first_name__", "\"__first_name__\""),
            ("Hi #first_name#", "\"#first_name#\""),
            ("Hi ${first_name}", "\"${first_name}\" would be sent as it stands"),
            ("Hi ${{first_name}}", "\"${first_name}\""),
            ("Hi #{First Name}", "\"#{first_name}\""),
            ("Hi %{last_name}", "\"%{last_name}\""),
            ("Hi $first_name,", "\"$first_name\""),
            ("at $precinct.", "\"$precinct\""),
            ("Hi $contact.first_name.", "\"$contact.first_name\""),
            ("Hi <%= first_name %>", "\"<%= first_name %>\""),
            ("Hi <%=contact.nick%>", "\"<%=contact.nick%>\""),
            ("Hi ｛first_name｝", "\"｛first_name｝\""),
            ("Hi ＜First Name＞", "\"＜First Name＞\""),
            ("Hi «First_Name»", "\"«First_Name»\""),
            ("Hi @first_name!", "\"@first_name\""),
            ("Hi :first_name", "\":first_name\""),
            ("Hi (first_name)", "\"(first_name)\""),
            ("Hi (fname)", "\"(fname)\""),
            ("Hi ((FirstName))", "\"(FirstName)\""),
            ("Hi %first_name,", "\"%first_name\""),
            ("Hi %%first_name%%", "\"%first_name%\""),
            ("Hi ~first_name~", "\"~first_name~\""),
            ("Hi |first_name|", "\"|first_name|\""),
            ("Hi [first name]", "\"[first name]\""),
            ("Hi [first_name|there]", "\"[first_name|there]\""),
            ("Hi [contact.first_name]", "\"[contact.first_name]\""),
            ("Hi [[last_name]]", "\"[last_name]\""),
            ("in [city]", "\"[city]\""),
            ("I'm [Your Name]", "\"[Your Name]\""),
            ("Hi <name>", "\"<name>\""),
            ("this is [texter_first_name]", "\"[texter_first_name]\""),
            ("this is [TexterName]", "\"[TexterName]\""),
        ] {
            let error = fill(refused).expect_err(refused).to_string();
            assert!(error.contains(named), "{refused}: {error}");
        }
        for ordinary in [
            "50% [sic] <3 *|*",
            "[your choice]",
            "#firstnames #first #name",
            "My first name is Lee",
            "a < first_name",
            "100%",
            "(first come, first served)",
            "Reply with your name (first name, last name)",
            "where you vote (precinct)",
            "@mayor @precinct #vote #precinct #go 5 < 6 > 3 $5 $20.50",
            "at 2:30 :) name:first",
            "50% of us, 30% first",
            "abby@first_name.example",
            "a | b | c ~5~",
            "(city) and <3 [sic]",
        ] {
            assert_eq!(fill(ordinary).as_deref(), Ok(ordinary));
        }
    }

    #[test]
    fn a_sign_before_the_value_of_a_column_is_meant() {
        let known = ["last_gift".to_owned(), "precinct".to_owned()];
        let fill = |message| Template::parse(message, &known).map(|template| template.fill(|_| Some("7")));
        assert_eq!(fill("${last_gift} at #{precinct}").as_deref(), Ok("$7 at #7"));
        assert_eq!(fill("$ {first_name}").as_deref(), Ok("$ 7"));
    }

    #[test]
    fn what_may_stay_empty_is_known() {
        let names = |message: &str| {
            let template = Template::parse(message, &fields()).expect("good");
            template.without_fallback().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            names("{precinct} {first_name|you} {First Name} {precinct} {texter_first_name}"),
            ["precinct", "first_name"]
        );
        assert!(names("Hi {first_name|you}").is_empty());
    }

    fn any_part() -> impl Strategy<Value = Part> {
        let placeholder = |name: &str| {
            let name = name.to_owned();
            "[a-z]{0,5}".prop_map(move |fallback| Part::Placeholder { name: name.clone(), fallback })
        };
        prop_oneof![
            "[a-z| é]{0,3}[{}]{0,2}, ".prop_map(Part::Text),
            placeholder("first_name"),
            placeholder("last_name"),
            placeholder("precinct"),
        ]
    }

    proptest! {
        /// What is written from parts, braces doubled, is filled like the parts.
        #[test]
        fn a_written_message_is_filled_like_its_parts(parts in prop::collection::vec(any_part(), 0..12)) {
            let (mut message, mut expected) = (String::new(), String::new());
            for part in &parts {
                match part {
                    Part::Text(text) => {
                        message.push_str(&text.replace('{', "{{").replace('}', "}}"));
                        expected.push_str(text);
                    }
                    Part::Placeholder { name, fallback } => {
                        message.extend(["{", name, "|", fallback, "}"]);
                        expected.push_str(match name.as_str() {
                            "first_name" => "Abby",
                            "precinct" => "P-07",
                            _ => fallback,
                        });
                    }
                }
            }
            prop_assert_eq!(fill(&message), Ok(expected));
        }

        /// Whatever is written: it is refused, or no brace stands beside the name of a field in what leaves.
        #[test]
        fn nothing_leaves_with_a_brace_and_the_name_of_a_field(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "{{", "}", "}}", "{{{", "}}}", " ", "first_name", "precinct", "First Name", "Hi", "|", "there", ",",
                    "[", "]", "<", ">", "%",
                ]),
                0..9,
            ),
        ) {
            let message = parts.concat();
            if let Ok(sent) = fill(&message) {
                let bare: String = sent.to_lowercase().chars().filter(|sign| *sign != ' ').collect();
                for name in ["first_name", "firstname", "precinct"] {
                    for (open, close) in [("{", "}"), ("[", "]"), ("<", ">"), ("%", "%")] {
                        let marked = format!("{open}{name}{close}");
                        prop_assert!(!bare.contains(&marked), "{} is sent as {}", message, sent);
                    }
                    let begun = format!("{{{name}");
                    prop_assert!(!bare.ends_with(&begun), "{} is sent as {}", message, sent);
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(message in "[{}｛｝$@:=|a-c_ %*<>#\\[\\]]{0,30}|\\PC{0,40}") {
            let _ = fill(&message);
        }
    }
}
