//! What many admins look at at once, and see change many times a second: overviews, and the list of campaigns.

use handoff_core::permission::Act;
use handoff_core::{CampaignId, OrganizationId};

use crate::live::Live;
use crate::model::ApiError;
use crate::model::campaign::CampaignRow;
use crate::model::overview::Overview;
use crate::shared::Shared;
use crate::store::{Actor, Store};

/// The latest overview of each campaign that somebody looked at.
#[derive(Clone, Debug, Default)]
pub struct Overviews(Shared<(OrganizationId, CampaignId), Overview>);

impl Overviews {
    /// Reads the overview of a campaign, or shares what somebody just read of the same state.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn read(
        &self,
        store: &Store,
        live: &Live,
        actor: Actor,
        campaign: CampaignId,
    ) -> Result<Overview, ApiError> {
        store.may(actor, Act::MoveInBulk).await?;
        let key = (actor.organization, campaign);
        let mut overview = self.0.read(store, live, key, async || store.overview(actor, campaign).await).await?;
        mark_online(&mut overview, live, actor.organization);
        Ok(overview)
    }

    /// How often the database was asked.
    pub fn database_reads(&self) -> u64 {
        self.0.database_reads()
    }
}

/// The latest list of campaigns of each organization.
#[derive(Clone, Debug, Default)]
pub struct CampaignLists(Shared<OrganizationId, Vec<CampaignRow>>);

impl CampaignLists {
    /// Lists the organization's campaigns, or shares what somebody just read of the same state.
    ///
    /// # Errors
    /// If the member may not.
    pub async fn read(&self, store: &Store, live: &Live, actor: Actor) -> Result<Vec<CampaignRow>, ApiError> {
        store.may(actor, Act::ManageCampaigns).await?;
        self.0.read(store, live, actor.organization, async || store.list_campaigns(actor).await).await
    }

    /// How often the database was asked.
    pub fn database_reads(&self) -> u64 {
        self.0.database_reads()
    }
}

/// Says of everybody in an overview whether they are here now.
pub fn mark_online(overview: &mut Overview, live: &Live, organization: OrganizationId) {
    let online = live.online(organization);
    for person in &mut overview.people {
        person.online = online.contains(&person.id);
    }
}
