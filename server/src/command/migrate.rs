//! `handoff migrate`.

use clap::Args;

use super::common::{Failure, open, print};
use crate::config::DatabaseArguments;

#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
}

pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    open(&arguments.database.database).await?;
    print("The database is up to date.")
}
