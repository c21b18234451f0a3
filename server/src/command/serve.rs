//! `handoff serve`.

use std::net::SocketAddr;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, open, print};
use crate::config::{DatabaseArguments, ServeArguments};
use crate::http::files::Files;
use crate::http::{self, Settings, Site, metrics};
use crate::live::Live;
use crate::store::Store;

#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
    #[command(flatten)]
    serve: ServeArguments,
}

pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { database, serve: how } = arguments;
    let store = open(&database.database).await?;
    serve(store, &database.database, how, Vec::new()).await
}

/// Serves until a signal. The lines are printed once it listens, after the address.
pub async fn serve(store: Store, database: &str, how: ServeArguments, lines: Vec<String>) -> Result<(), Failure> {
    let files = Files::embedded();
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
    let live = Live::default();
    let relay = tokio::spawn(live.clone().relay(store.clone(), database.to_owned()));
    let figures = match how.metrics_listen {
        Some(address) => Some(tokio::spawn(show_figures(address, store.clone()).await?)),
        None => None,
    };
    print(format!("listening on http://{address}"))?;
    let public = how.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    if let Some(link) = store.set_up_link().await? {
        print("This database is empty. Set up the first admin here, within 24 hours:")?;
        print(format!("  {public}{link}"))?;
    }
    for line in lines {
        print(line)?;
    }
    let settings = Settings { public_url: how.public_url, behind_proxy: how.behind_proxy, ..Settings::default() };
    http::serve(listener, Site::new(store, live, settings, files), stop).await;
    relay.abort();
    if let Some(figures) = figures {
        figures.abort();
    }
    Ok(())
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
