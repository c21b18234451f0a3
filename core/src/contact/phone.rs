//! Phone numbers in E.164: `+`, the country's calling code, the number. And the one reader of what people write.

mod cell;
mod columns;
mod country;
mod e164;
mod exit;
mod fault;
mod home;
mod north_america;
mod one;
mod plan;
mod read;
mod remark;
mod several;
mod signs;
mod words;

pub use cell::Found;
pub use columns::{column_words, is_no_phone_column, is_number_column, kind_of_column, kind_of_label};
pub use country::{Country, NotACountry};
pub use fault::PhoneFault;
pub use north_america::NoSuchNumber;
pub use read::{Source, choose, read, read_all, read_every};
pub use words::Kind;

pub use e164::{NotE164, Phone};
