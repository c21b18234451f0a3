//! The pages.

pub mod account;
pub mod assignments;
pub mod campaign;
pub mod campaigns;
pub mod contacts;
pub mod history;
pub mod lazy;
pub mod link;
pub mod message;
pub mod messenger;
pub mod not_found;
pub mod overview;
pub mod set_up;
pub mod sign_in;
pub mod texters;
