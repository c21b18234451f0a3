//! The pages that are fetched when somebody opens them: pieces of the program of their own.
//!
//! Signing in and a campaign's overview are not among them: nobody waits twice for what is opened first.
//! What several pieces need is in the main one, or in a chunk that they share; the build sees to that. There may be a chunk
//! for every set of pieces, each with its place in the script that starts the app: pieces are few, by who opens them.

#![expect(clippy::unnecessary_wraps, reason = "what a piece answers has to have room for the error of fetching it")]

use std::sync::Arc;

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::account::AccountPage;
use super::assignments::AssignmentsPage;
use super::campaigns::CampaignsPage;
use super::contacts::ContactsPage;
use super::history::HistoryPage;
use super::join::JoinPage;
use super::link::LinkPage;
use super::messages::MessagesPage;
use super::messenger::MessengerPage;
use super::numbers::{NumberPage, NumbersPage};
use super::opt_outs::OptOutsPage;
use super::organization::OrganizationPage;
use super::self_assignment::SelfAssignmentPage;
use super::set_up::SetUpPage;
use super::settings::SettingsPage;
use super::survey::SurveyPage;
use super::texters::TextersPage;
use crate::ui::{Piece, arriving, arriving_alone};

#[wasm_split(account, fallible)]
fn account() -> Piece {
    Ok(Arc::new(|| AccountPage().into_any()))
}

#[wasm_split(account, fallible)]
fn link() -> Piece {
    Ok(Arc::new(|| LinkPage().into_any()))
}

#[wasm_split(account, fallible)]
fn join() -> Piece {
    Ok(Arc::new(|| JoinPage().into_any()))
}

#[wasm_split(account, fallible)]
fn set_up() -> Piece {
    Ok(Arc::new(|| SetUpPage().into_any()))
}

#[wasm_split(campaigns, fallible)]
fn campaigns() -> Piece {
    Ok(Arc::new(|| CampaignsPage().into_any()))
}

#[wasm_split(people, fallible)]
fn contacts() -> Piece {
    Ok(Arc::new(|| ContactsPage().into_any()))
}

#[wasm_split(campaigns, fallible)]
fn history() -> Piece {
    Ok(Arc::new(|| HistoryPage().into_any()))
}

#[wasm_split(preparing, fallible)]
fn message() -> Piece {
    Ok(Arc::new(|| MessagesPage().into_any()))
}

#[wasm_split(preparing, fallible)]
fn organization() -> Piece {
    Ok(Arc::new(|| OrganizationPage().into_any()))
}

#[wasm_split(preparing, fallible)]
fn settings() -> Piece {
    Ok(Arc::new(|| SettingsPage().into_any()))
}

#[wasm_split(preparing, fallible)]
fn survey() -> Piece {
    Ok(Arc::new(|| SurveyPage().into_any()))
}

#[wasm_split(people, fallible)]
fn self_assignment() -> Piece {
    Ok(Arc::new(|| SelfAssignmentPage().into_any()))
}

#[wasm_split(texting, fallible)]
fn messenger() -> Piece {
    Ok(Arc::new(|| MessengerPage().into_any()))
}

#[wasm_split(people, fallible)]
fn numbers() -> Piece {
    Ok(Arc::new(|| NumbersPage().into_any()))
}

#[wasm_split(people, fallible)]
fn number() -> Piece {
    Ok(Arc::new(|| NumberPage().into_any()))
}

#[wasm_split(people, fallible)]
fn opt_outs() -> Piece {
    Ok(Arc::new(|| OptOutsPage().into_any()))
}

#[wasm_split(texting, fallible)]
fn assignments() -> Piece {
    Ok(Arc::new(|| AssignmentsPage().into_any()))
}

#[wasm_split(people, fallible)]
fn texters() -> Piece {
    Ok(Arc::new(|| TextersPage().into_any()))
}

/// One's own account.
pub fn account_page() -> AnyView {
    arriving(account)
}

/// A one-time sign-in link.
pub fn link_page() -> AnyView {
    arriving_alone(link)
}

/// An invite link.
pub fn join_page() -> AnyView {
    arriving_alone(join)
}

/// Setting up.
pub fn set_up_page() -> AnyView {
    arriving_alone(set_up)
}

/// The list of campaigns.
pub fn campaigns_page() -> AnyView {
    arriving(campaigns)
}

/// Importing contacts.
pub fn contacts_page() -> AnyView {
    arriving(contacts)
}

/// A campaign's history.
pub fn history_page() -> AnyView {
    arriving(history)
}

/// A campaign's messages.
pub fn message_page() -> AnyView {
    arriving(message)
}

/// The messenger of a campaign.
pub fn messenger_page() -> AnyView {
    arriving(messenger)
}

/// Looking up a phone number, and what unknown ones wrote.
pub fn numbers_page() -> AnyView {
    arriving(numbers)
}

/// All that is known of a phone number.
pub fn number_page() -> AnyView {
    arriving(number)
}

/// Who has opted out.
pub fn opt_outs_page() -> AnyView {
    arriving(opt_outs)
}

/// A texter's campaigns.
pub fn assignments_page() -> AnyView {
    arriving(assignments)
}

/// The settings of the organization.
pub fn organization_page() -> AnyView {
    arriving(organization)
}

/// Self assignment of a campaign.
pub fn self_assignment_page() -> AnyView {
    arriving(self_assignment)
}

/// A campaign's settings.
pub fn settings_page() -> AnyView {
    arriving(settings)
}

/// A campaign's survey questions.
pub fn survey_page() -> AnyView {
    arriving(survey)
}

/// A campaign's texters.
pub fn texters_page() -> AnyView {
    arriving(texters)
}
