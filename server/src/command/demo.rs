//! `handoff demo`.

use clap::Args;

use super::common::{Failure, open};
use super::serve;
use super::serve::Play;
use crate::config::{DATABASE, ServeArguments};
use crate::demo;
use crate::http::files::Files;

#[derive(Args, Debug)]
pub struct Arguments {
    /// Which database.
    #[arg(
        long,
        help = DATABASE,
        env = "HANDOFF_DATABASE",
        default_value = "sqlite:handoff-demo.db",
        value_name = "ADDRESS",
        hide_env_values = true
    )]
    database: String,

    /// Other made-up people and conversations for another number.
    #[arg(long, env = "HANDOFF_SEED", default_value_t = 1, value_name = "NUMBER")]
    seed: u64,

    /// Nobody does anything by themselves: made-up texters do not work, and made-up contacts do not answer.
    #[arg(long, env = "HANDOFF_STILL")]
    still: bool,

    /// Contacts write what stands on standard input: a line for each message, its number first.
    #[arg(long, env = "HANDOFF_PROMPT", hide = true)]
    prompt: bool,

    #[command(flatten)]
    serve: ServeArguments,
}

pub async fn run(arguments: Arguments, files: Files) -> Result<(), Failure> {
    // Before the demo is made: its invite link follows from the key.
    let store = serve::with_key(open(&arguments.database).await?, &arguments.serve)?;
    let lines = if store.is_empty().await? {
        demo::fill(&store, arguments.seed).await?.lines()
    } else {
        vec!["This database is filled already. The accounts of the demo have the password handoff-demo.".to_owned()]
    };
    let play = Play { seed: arguments.seed, still: arguments.still, prompt: arguments.prompt };
    serve::serve(store, &arguments.database, arguments.serve, Some(play), lines, files).await
}
