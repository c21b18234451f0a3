//! `handoff import`.

use clap::Args;

use super::Failure;

#[derive(Args, Debug)]
pub struct Arguments {}

pub async fn run(_arguments: Arguments) -> Result<(), Failure> {
    Err(Failure::Other("contacts cannot be imported on the command line yet: use the Contacts tab".to_owned()))
}
