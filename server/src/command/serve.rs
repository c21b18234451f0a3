//! `handoff serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use super::common::{Failure, open, print};
use crate::config::{DatabaseArguments, GatewayChoice, ServeArguments};
use crate::delivery::simulator::texter::Crew;
use crate::delivery::simulator::{Mood, Simulator, prompt};
use crate::delivery::{self, Gateway};
use crate::http;
use crate::http::connections::Limits;
use crate::http::files::Files;
use crate::http::{Settings, Site, metrics};
use crate::key::ServerKey;
use crate::live::Live;
use crate::store::Store;

#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
    #[command(flatten)]
    serve: ServeArguments,
}

pub async fn run(arguments: Arguments, files: Files) -> Result<(), Failure> {
    let Arguments { database, serve: how } = arguments;
    let store = with_key(open(&database.database).await?, &how)?;
    serve(store, &database.database, how, None, Vec::new(), files).await
}

/// What made-up people do in the demo.
#[derive(Clone, Copy, Debug)]
pub struct Play {
    /// Who they are, and what they do.
    pub seed: u64,
    /// Nothing by themselves.
    pub still: bool,
    /// Contacts write what stands on standard input.
    pub prompt: bool,
}

/// How long messages that are with the gateway may take when the server is stopped.
const FAREWELL: Duration = Duration::from_secs(10);

/// Serves until a signal. The lines are printed once it listens, after the address.
pub async fn serve(
    store: Store,
    database: &str,
    how: ServeArguments,
    play: Option<Play>,
    lines: Vec<String>,
    files: Files,
) -> Result<(), Failure> {
    if !files.has_page() {
        tracing::warn!("built without its pages: only the API answers. Build with: cargo xtask build");
    }
    // Before anything is printed, so that a signal right after it is not missed.
    let stop = stop()?;
    let listener = listen(how.listen).await?;
    let address = listener.local_addr().map_err(Failure::io("the address is not known"))?;
    if store.mark_interrupted_imports().await? > 0 {
        tracing::warn!("imports were running when the server stopped: nothing of them was imported");
    }
    store.take_in_names_aside();
    let left = tokio::spawn(finish_imports(store.clone()));
    let live = Live::default();
    let relay = tokio::spawn(live.clone().relay(store.clone(), database.to_owned()));
    let log = tokio::spawn(store.clone().keep_log_short());
    let figures = match how.metrics_listen {
        Some(address) => Some(tokio::spawn(show_figures(address, store.clone()).await?)),
        None => None,
    };
    let gateway = gateway(&store, how.gateway, play).await?;
    let has_gateway = gateway.is_some();
    let delivery = gateway.map(|gateway| delivery::Running::start(&store, &live, gateway));
    print(format!("listening on http://{address}"))?;
    let public = how.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    if let Some(link) = store.set_up_link().await? {
        print("This database is empty. Set up the first admin here, within 24 hours:")?;
        print(format!("  {public}{link}"))?;
    }
    for line in lines {
        print(line)?;
    }
    let crew = match play {
        Some(play) if !play.still && has_gateway => crew(&store, &live, play.seed).await?,
        _ => Vec::new(),
    };
    let (public_url, behind_proxy) = (how.public_url, how.behind_proxy);
    let connections = Limits::of_process((!behind_proxy).then_some(how.connections_per_address));
    let settings = Settings { public_url, behind_proxy, gateway: has_gateway, connections, ..Settings::default() };
    http::serving::serve(listener, Site::new(store, live, settings, files), stop).await;
    for texters in crew {
        texters.abort();
    }
    if let Some(delivery) = delivery {
        delivery.end(FAREWELL).await;
    }
    relay.abort();
    log.abort();
    left.abort();
    if let Some(figures) = figures {
        figures.abort();
    }
    Ok(())
}

/// The store with the key that was handed in, if one was.
pub fn with_key(store: Store, how: &ServeArguments) -> Result<Store, Failure> {
    let key = if let Some(path) = &how.key_file {
        let text = std::fs::read_to_string(path).map_err(Failure::io(format!("{} cannot be read", path.display())))?;
        let key = ServerKey::parse(&text);
        Some(key.map_err(|error| Failure::Other(format!("{}: {error}", path.display())))?)
    } else {
        how.key.clone()
    };
    Ok(match key {
        Some(key) => store.with_key(key),
        None => store,
    })
}

/// Looks after what imports left that the server did not live to end, beside everything else.
async fn finish_imports(store: Store) {
    if let Err(error) = store.finish_interrupted_imports().await {
        tracing::error!(%error, "what an import left stays until the next start, or the next import into the campaign");
    }
}

/// The gateway that was chosen, if any. What that means is said in the log.
async fn gateway(
    store: &Store,
    choice: Option<GatewayChoice>,
    play: Option<Play>,
) -> Result<Option<Arc<dyn Gateway>>, Failure> {
    let usual = if play.is_some() { GatewayChoice::Simulator } else { GatewayChoice::Nothing };
    match choice.unwrap_or(usual) {
        GatewayChoice::Nothing => {
            let waiting = store.count_waiting().await?;
            tracing::warn!(waiting, "there is no gateway: nothing is sent, and the pages say so. See --gateway");
            Ok(None)
        }
        GatewayChoice::Simulator => {
            let Play { seed, still, prompt } = play.unwrap_or(Play { seed: 1, still: false, prompt: false });
            let mood = if still { Mood::Still } else { Mood::Lively };
            tracing::warn!("the gateway is a simulator: phones are made up, and nothing leaves this machine");
            let simulator = Arc::new(Simulator::new(seed, mood, store.clock.clone()));
            if prompt && let Some((organization, _)) = store.organizations().await?.into_iter().next() {
                let lines = prompt::standard_input();
                tokio::spawn(prompt::follow(lines, simulator.clone(), store.clone(), organization));
            }
            Ok(Some(simulator))
        }
    }
}

/// Made-up texters of every organization, at work.
async fn crew(store: &Store, live: &Live, seed: u64) -> Result<Vec<JoinHandle<()>>, Failure> {
    let mut crews = Vec::new();
    for (organization, _) in store.organizations().await? {
        let crew = Crew::gather(store, live, organization, seed).await?;
        crews.push(tokio::spawn(crew.work()));
    }
    Ok(crews)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(Failure::io(format!("cannot listen on {address}")))
}

async fn show_figures(address: SocketAddr, store: Store) -> Result<impl Future<Output = ()>, Failure> {
    let listener = listen(address).await?;
    let handle = metrics::collect().map_err(|error| Failure::Other(format!("no figures: {error}")))?;
    let address = listener.local_addr().map_err(Failure::io("the address is not known"))?;
    tracing::info!("figures on http://{address}/metrics");
    Ok(async move {
        if let Err(error) = axum::serve(listener, metrics::router(handle, store)).await {
            tracing::error!(%error, "figures are not shown any more");
        }
    })
}

/// Ends with the first SIGINT or SIGTERM from now on.
fn stop() -> Result<impl Future<Output = ()>, Failure> {
    let listen = |kind| signal(kind).map_err(Failure::io("signals are not heard"));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
