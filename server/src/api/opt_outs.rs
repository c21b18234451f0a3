//! Who has opted out of the organization's messages: searched, imported from a list, exported.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::opt_out::{OptOutCursor, OptOutPage, OptOutsRead};

/// Lists the numbers that have opted out, the latest first; of a search those that begin like it, by number.
#[server(prefix = "/api", endpoint = "opt-outs/list", input = Json)]
pub async fn list_opt_outs(search: String, after: Option<OptOutCursor>) -> Result<OptOutPage, ApiError> {
    answer(async { services().store.opt_outs(actor()?, &search, after).await }.await)
}

/// Says what importing a list of numbers would do, and changes nothing.
#[server(prefix = "/api", endpoint = "opt-outs/check", input = Json)]
pub async fn check_opt_outs(text: String) -> Result<OptOutsRead, ApiError> {
    answer(async { services().store.check_opt_outs(actor()?, &text).await }.await)
}

/// Opts out every number of a list, everywhere in the organization, or, if a line is bad, none. Nothing is sent.
#[server(prefix = "/api", endpoint = "opt-outs/import", input = Json)]
pub async fn import_opt_outs(text: String) -> Result<OptOutsRead, ApiError> {
    let (services, actor) = (services(), actor()?);
    answer(
        async {
            let (read, campaigns) = services.store.import_opt_outs(actor, &text).await?;
            for campaign in campaigns {
                services.live.changed(actor.organization, campaign);
            }
            Ok(read)
        }
        .await,
    )
}
