//! Recommended replies: what a texter can insert with one key.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::contact::Template;
use crate::contact::template::TemplateError;
use crate::message::{Body, body::BodyError};
use crate::title::{Title, TitleError};

/// A recommended reply of a campaign or of the organization, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecommendedReply {
    title: Title,
    text: Body,
    template: Template,
}

/// Why a recommended reply, or another prepared message, is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum PreparedError {
    /// The title.
    #[error(transparent)]
    Title(#[from] TitleError),
    /// The text, as it is written.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Its placeholders.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl RecommendedReply {
    /// Checks a reply as a person types it, for a campaign with these custom fields.
    ///
    /// A reply of the organization is for every campaign, and so can name no custom field: the list is empty.
    ///
    /// # Errors
    /// If the title or the text is refused.
    pub fn new(title: &str, text: &str, custom_fields: &[String]) -> Result<Self, PreparedError> {
        let title = Title::parse(title)?;
        let (text, template) = prepared(text, custom_fields)?;
        Ok(Self { title, text, template })
    }

    /// The title.
    pub const fn title(&self) -> &Title {
        &self.title
    }

    /// The text with its placeholders, as it is kept.
    pub const fn text(&self) -> &Body {
        &self.text
    }

    /// The text for one contact. `value` says what the contact has under a placeholder's name, if anything.
    ///
    /// It goes into the message box, where the person may change it: only then is it checked as a message.
    pub fn fill<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> String {
        self.template.fill(value)
    }
}

/// A text with placeholders that may be kept: good as it is written, and understood. Every text that goes to phones is
/// asked this when it is saved: initial messages, recommended replies and follow-ups.
///
/// # Errors
/// If it could not be sent as it is written, or its placeholders are not well formed.
pub fn prepared(text: &str, custom_fields: &[String]) -> Result<(Body, Template), PreparedError> {
    let text = Body::parse(text)?;
    let template = Template::parse(text.as_str(), custom_fields)?;
    Ok((text, template))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_filled_for_the_contact() {
        let fields = ["city".to_owned()];
        let reply = RecommendedReply::new(" Where ", "{first_name|Friend}, in {city}.\n", &fields).expect("good");
        assert_eq!((reply.title().as_str(), reply.text().as_str()), ("Where", "{first_name|Friend}, in {city}."));
        assert_eq!(reply.fill(|name| (name == "city").then_some("Dover")), "Friend, in Dover.");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let refused = |title: &str, text: &str| RecommendedReply::new(title, text, &[]).expect_err("refused");
        assert_eq!(refused("", "Hi"), PreparedError::Title(TitleError::Empty));
        assert_eq!(refused("Hi", " "), PreparedError::Body(BodyError::Empty));
        assert!(matches!(refused("Hi", "in {city}"), PreparedError::Template(TemplateError::Unknown { .. })));
        assert_eq!(refused("Hi", "a\tb").to_string(), "There is a tab after \"a\". Put a space there instead.");
        let json = serde_json::to_string(&refused("Hi", "in {city}")).expect("JSON");
        assert_eq!(serde_json::from_str::<PreparedError>(&json).expect("an error"), refused("Hi", "in {city}"));
    }
}
