//! Made-up texters, who work what they hold in the demo, so that an overview that is open visibly lives.
//!
//! They act as members do, through the store, and are refused what members are refused.

use std::time::Duration;

use handoff_core::campaign::CampaignStatus;
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Entry, Sort, Tab};
use handoff_core::message::{Direction, Kind};
use handoff_core::opt_out::Asks;
use handoff_core::status::Status;
use handoff_core::{CampaignId, MessageId, OrganizationId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::repertoire::REPLIES;
use crate::live::{Live, Presence};
use crate::model::ApiError;
use crate::store::conversation::Done;
use crate::store::send::Draft;
use crate::store::{Actor, Store};

/// How many of them there are in a campaign.
const CREW: usize = 5;

/// From one act to the next, in seconds.
const REST: std::ops::Range<u64> = 10..20;

/// Some texters of one organization, who work by themselves.
pub struct Crew {
    store: Store,
    live: Live,
    random: StdRng,
    members: Vec<(Actor, CampaignId)>,
    _here: Vec<Presence>,
}

impl Crew {
    /// Gathers a crew: of each active campaign texters who hold something, but never the first one, whom a visitor
    /// signs in as.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn gather(store: &Store, live: &Live, organization: OrganizationId, seed: u64) -> Result<Self, ApiError> {
        let mut members = Vec::new();
        if let Some(admin) = store.first_admin(organization).await? {
            for campaign in store.list_campaigns(admin).await? {
                if campaign.status != CampaignStatus::Active {
                    continue;
                }
                let holders = store.overview(admin, campaign.id).await?.tally.holders;
                let works = holders.into_iter().skip(1).filter(|holder| holder.active && holder.counts.total() > 0);
                members.extend(works.take(CREW).map(|holder| (Actor { member: holder.member, ..admin }, campaign.id)));
            }
        }
        let here = members.iter().map(|(actor, _)| live.arrive(actor.organization, actor.member)).collect();
        let random = StdRng::seed_from_u64(seed);
        Ok(Self { store: store.clone(), live: live.clone(), random, members, _here: here })
    }

    /// Works for ever, with a pause after each act. Cut off, an act has not happened.
    pub async fn work(mut self) {
        loop {
            tokio::time::sleep(Duration::from_secs(self.random.random_range(REST))).await;
            // Refused, because an admin has paused the campaign, for instance: then another one tries next.
            if let Err(error) = self.act().await {
                tracing::debug!(%error, "a made-up texter was refused");
            }
        }
    }

    /// One of them does one thing. Answers whether there was anything to do.
    ///
    /// # Errors
    /// If the rules refuse it.
    pub async fn act(&mut self) -> Result<bool, ApiError> {
        if self.members.is_empty() {
            return Ok(false);
        }
        let (actor, campaign) = self.members[self.random.random_range(0..self.members.len())];
        let response = self.first(actor, campaign, Tab::Responses).await?;
        let response = response.filter(|entry| entry.state.status == Status::NeedsReply);
        let initial = self.first(actor, campaign, Tab::Initial).await?;
        let answers = self.random.random_range(0..100) < 55;
        let done = match (response, initial) {
            (Some(entry), None) => self.answer(actor, &entry).await?,
            (Some(entry), Some(_)) if answers => self.answer(actor, &entry).await?,
            (_, Some(entry)) => vec![self.send(actor, &entry, Kind::Initial, None).await?],
            (None, None) => return Ok(false),
        };
        for done in done {
            self.live.conversation(actor.organization, &done);
        }
        Ok(true)
    }

    async fn first(&self, actor: Actor, campaign: CampaignId, tab: Tab) -> Result<Option<Entry>, ApiError> {
        let page = self.store.list(actor, campaign, Whose::Mine, tab, Sort::NeedsReply, "", None).await?;
        Ok(page.rows.into_iter().next())
    }

    async fn answer(&mut self, actor: Actor, entry: &Entry) -> Result<Vec<Done>, ApiError> {
        let thread = self.store.thread(actor, entry.id).await?;
        let last = thread.messages.iter().rev().find(|message| message.direction == Direction::Inbound);
        if last.is_some_and(|message| message.asks == Some(Asks::Stop)) {
            return self.store.opt_out(actor, entry.id, None, true).await;
        }
        let text = REPLIES[self.random.random_range(0..REPLIES.len())].to_owned();
        let mut done = vec![self.send(actor, entry, Kind::Reply, Some(text)).await?];
        if self.random.random_range(0..100) < 20 {
            done.push(self.store.resolve(actor, entry.id).await?);
        }
        Ok(done)
    }

    async fn send(&self, actor: Actor, entry: &Entry, kind: Kind, text: Option<String>) -> Result<Done, ApiError> {
        let message = MessageId(self.store.next_id());
        let draft = Draft { conversation: entry.id, message, kind, follow_up: None, text, all: false };
        self.store.send(actor, &draft).await.map(|(_, done)| done)
    }
}
