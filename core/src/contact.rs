//! Contacts: names, phone numbers and the placeholders of messages.

pub mod field;
pub mod name;
pub mod phone;
pub mod template;

pub use phone::Phone;
pub use template::Template;
