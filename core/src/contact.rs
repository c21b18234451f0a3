//! Contacts: names, phone numbers, what the cells of their files mean, and the placeholders of messages.

pub mod cell;
pub mod column;
pub mod consent;
pub mod correction;
pub mod field;
pub mod name;
pub mod parts;
pub mod person;
pub mod phone;
pub mod search;
pub mod template;

pub use column::{Column, NO_NAME, has_names};
pub use phone::Phone;
pub use template::Template;
