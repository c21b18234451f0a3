//! What can be set: by flags, and by environment variables of the same names.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::key::{NoKey, ServerKey};

/// The help for `--database`.
pub const DATABASE: &str = "The database: sqlite:PATH, made if it is not there, or postgres://USER:PASSWORD@HOST/NAME";

/// The help for `--public-url`.
const PUBLIC_URL: &str = "The address that people use, like https://handoff.example.org. Links begin with it, and \
    with https the session's cookie never leaves https [default: http:// and where it listens]";

/// Which database.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArguments {
    /// Which database.
    #[arg(
        long,
        help = DATABASE,
        env = "HANDOFF_DATABASE",
        default_value = "sqlite:handoff.db",
        value_name = "ADDRESS",
        hide_env_values = true
    )]
    pub database: String,
}

/// How to serve.
#[derive(Args, Clone, Debug)]
pub struct ServeArguments {
    /// Where to listen. Port 0 takes one that is free.
    #[arg(long, env = "HANDOFF_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,

    /// The address that people use.
    #[arg(long, help = PUBLIC_URL, env = "HANDOFF_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub public_url: Option<String>,

    /// A proxy stands before this server. Its X-Forwarded-For then says who is asking, for the limits on sign-in
    /// attempts. Without a proxy anybody could claim to be anybody: leave it off then.
    #[arg(long, env = "HANDOFF_BEHIND_PROXY")]
    pub behind_proxy: bool,

    /// How many connections one network address may have open at a time: a browser has up to seven, and an office may
    /// share an address. Behind a proxy it is the proxy's to limit them.
    #[arg(long, env = "HANDOFF_CONNECTIONS_PER_ADDRESS", default_value = "1000", value_name = "NUMBER")]
    pub connections_per_address: usize,

    /// What takes messages to phones and back. [default: none, and in the demo simulator]
    #[arg(long, env = "HANDOFF_GATEWAY", value_name = "GATEWAY")]
    pub gateway: Option<GatewayChoice>,

    /// A file with the key of the server: 64 hexadecimal digits, as `openssl rand -hex 32` makes them, the same for
    /// every process. Invite links follow from it. [default: the database keeps one of its own]
    #[arg(long, env = "HANDOFF_KEY_FILE", value_name = "PATH", conflicts_with = "key")]
    pub key_file: Option<PathBuf>,

    /// The key itself, for where there are no files. Other people on the machine may see the arguments of a program:
    /// give it by its environment variable.
    #[arg(long, env = "HANDOFF_KEY", value_name = "KEY", value_parser = key, hide_env_values = true)]
    pub key: Option<ServerKey>,

    /// Where to show figures for Prometheus, under /metrics. They are for nobody else's eyes. [default: nowhere]
    #[arg(long, env = "HANDOFF_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<SocketAddr>,
}

/// What takes messages to phones and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GatewayChoice {
    /// Nothing: messages are refused, and the pages say so.
    #[value(name = "none")]
    Nothing,
    /// Made-up phones on this machine, whose owners answer: to try things out, never with real contacts' campaigns.
    Simulator,
}

/// How to log.
#[derive(Args, Clone, Debug)]
pub struct LogArguments {
    /// What to log: error, warn, info, debug, trace, or a level for each part, like "info,sqlx=debug".
    #[arg(long, global = true, env = "HANDOFF_LOG", default_value = "info", value_name = "LEVEL")]
    pub log: String,

    /// How to write the log, which goes to standard error.
    #[arg(long, global = true, env = "HANDOFF_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

fn key(text: &str) -> Result<ServerKey, NoKey> {
    ServerKey::parse(text)
}

/// Takes `http://` or `https://` with a host, and nothing behind it.
fn public_url(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(text.to_lowercase()),
        Some(_) => Err("give the scheme and the host alone, like https://handoff.example.org".to_owned()),
        None => Err("it must begin with https:// or http://".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::public_url;

    #[test]
    fn public_addresses_are_scheme_and_host() {
        assert_eq!(public_url("https://Handoff.example.org/"), Ok("https://handoff.example.org".to_owned()));
        assert_eq!(public_url("http://localhost:3000"), Ok("http://localhost:3000".to_owned()));
        for bad in ["", "handoff.example.org", "ftp://x", "https://", "https://x/y", "https://a@b"] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }
}
