//! The program `handoff`.

use std::process::ExitCode;

fn main() -> ExitCode {
    handoff_server::command::main()
}
