//! An import on its way into a campaign of SQLite: announced, decided, completed or removed.
//!
//! Its contacts and their numbers come in by many short transactions. Nobody sees them yet: a contact is there once it has
//! a conversation. Then one row decides that they stay, and the conversations follow, by short transactions as well. Who
//! ends before that has imported nothing: what it left is removed. Who ends after it has imported everything: what
//! lacks is added by whoever finds the row.

use handoff_core::status::Status;
use handoff_core::{CampaignId, ImportId, Instant, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::super::Store;
use super::ending::{Ended, end};
use crate::model::ApiError;
use crate::model::import::DryRun;
use crate::store::row::{fits, stored, to_store};

/// Conversations, or contacts to be removed, in one transaction.
const AT_ONCE: i64 = 1_000;

/// In seconds: whoever has not been heard of for as long runs no more.
const SILENT: i64 = 60;

const ANNOUNCE: &str = "
INSERT INTO arrival (organization_id, campaign_id, import_id, first_id, after_id, seen_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (organization_id, campaign_id) DO NOTHING";

const IN_THE_WAY: &str = "
SELECT arrival.organization_id, arrival.campaign_id, arrival.import_id, arrival.first_id, arrival.after_id,
    arrival.result, arrival.seen_at, contact_import.status
FROM arrival
LEFT JOIN contact_import ON contact_import.organization_id = arrival.organization_id
    AND contact_import.import_id = arrival.import_id
WHERE arrival.organization_id = $1 AND arrival.campaign_id = $2";

/// Deployment: of all organizations, for start-up.
const ALL: &str = "
SELECT organization_id, campaign_id, import_id, first_id, after_id, result FROM arrival
ORDER BY organization_id, campaign_id";

const UNDECIDED_OF: &str = "
SELECT organization_id, campaign_id, import_id, first_id, after_id, result FROM arrival
WHERE organization_id = $1 AND campaign_id = $2 AND import_id = $3 AND result IS NULL";

const SEEN: &str = "
UPDATE arrival SET seen_at = $5
WHERE organization_id = $1 AND campaign_id = $2 AND import_id = $3 AND first_id = $4";

/// Unless the import was marked as failed meanwhile: 2 is running.
const DECIDE: &str = "
UPDATE arrival SET result = $5
WHERE organization_id = $1 AND campaign_id = $2 AND import_id = $3 AND first_id = $4 AND EXISTS (
    SELECT 1 FROM contact_import
    WHERE contact_import.organization_id = $1 AND contact_import.import_id = $3 AND contact_import.status = 2
)";

/// One conversation for each contact of this import, whose ids are its own.
const BEGIN_CONVERSATIONS: &str = "
INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, opted_out, standing)
SELECT contact.organization_id, contact.conversation_id, contact.campaign_id, CAST($1 AS SMALLINT),
    CASE WHEN opt_out.phone IS NULL THEN 0 ELSE 1 END, CASE WHEN opt_out.phone IS NULL THEN CAST($1 AS SMALLINT) ELSE 6 END
FROM contact
LEFT JOIN opt_out ON opt_out.organization_id = contact.organization_id AND opt_out.phone = contact.phone
WHERE contact.organization_id = $2 AND contact.campaign_id = $3
    AND contact.conversation_id >= $4 AND contact.conversation_id < $5
ON CONFLICT (organization_id, conversation_id) DO NOTHING";

/// The first contacts of the import.
macro_rules! first_of_import {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM contact
            WHERE organization_id = $1 AND conversation_id >= $2 AND conversation_id < $3
            ORDER BY conversation_id LIMIT $4"
        )
    };
}

const REMOVE_NUMBERS: &str = concat!(
    "DELETE FROM contact_number
    WHERE conversation_id >= $2 AND conversation_id < $3 AND (organization_id, phone, campaign_id) IN (",
    first_of_import!("organization_id, phone, campaign_id"),
    ")"
);

const REMOVE_CONTACTS: &str = concat!(
    "DELETE FROM contact WHERE organization_id = $1 AND conversation_id IN (",
    first_of_import!("conversation_id"),
    ")"
);

/// Only what was never decided is removed.
const UNDECIDED: &str = "
SELECT count(*) FROM arrival
WHERE organization_id = $1 AND campaign_id = $2 AND import_id = $3 AND first_id = $4 AND result IS NULL";

const FORGET: &str = "
DELETE FROM arrival WHERE organization_id = $1 AND campaign_id = $2 AND import_id = $3 AND first_id = $4";

/// Those of this import who have opted out, 6, stand together in the index. The sign keeps SQLite from going through
/// all conversations of the import instead.
pub(super) const OPTED_OUT: &str = "
SELECT count(*) AS opted_out FROM conversation
WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id IS NULL AND standing = 6 AND waiting_since = 0
    AND +conversation_id >= $3 AND +conversation_id < $4";

/// The statements of this file, for the test that prepares each on both engines.
pub(super) const STATEMENTS: [&str; 12] = [
    ANNOUNCE,
    IN_THE_WAY,
    ALL,
    UNDECIDED_OF,
    SEEN,
    DECIDE,
    BEGIN_CONVERSATIONS,
    REMOVE_NUMBERS,
    REMOVE_CONTACTS,
    UNDECIDED,
    FORGET,
    OPTED_OUT,
];

/// Whose contacts are on their way into which campaign.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) organization: OrganizationId,
    pub(super) campaign: CampaignId,
    pub(super) import: ImportId,
    /// The first id of its contacts, and the one behind the last.
    pub(super) first: i64,
    pub(super) after: i64,
}

/// What was found in the way of an import.
enum Found {
    Nothing,
    Running,
    Left(Arrival, Option<DryRun>),
}

type Query<'q> = sqlx::query::Query<'q, Any, sqlx::any::AnyArguments>;

impl Arrival {
    fn read(row: &AnyRow) -> Result<(Self, Option<DryRun>), ApiError> {
        let arrival = Self {
            organization: OrganizationId(row.try_get("organization_id")?),
            campaign: CampaignId(row.try_get("campaign_id")?),
            import: ImportId(row.try_get("import_id")?),
            first: row.try_get("first_id")?,
            after: row.try_get("after_id")?,
        };
        let result: Option<String> = row.try_get("result")?;
        Ok((arrival, result.as_deref().map(stored).transpose()?))
    }

    /// Binds the four columns by which it is known.
    fn known(self, statement: &'static str) -> Query<'static> {
        let known = sqlx::query(statement).bind(self.organization.get()).bind(self.campaign.get());
        known.bind(self.import.get()).bind(self.first)
    }

    /// Announces it, unless another import is on its way into the campaign.
    pub(super) async fn announce(self, store: &Store) -> Result<bool, ApiError> {
        let mut transaction = store.begin().await?;
        let announced =
            self.known(ANNOUNCE).bind(self.after).bind(store.now().get()).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(announced.rows_affected() == 1)
    }

    /// Looks after the import that is in the way: one that runs is left alone, and what one left that runs no more, or
    /// this one when it ran before, is completed or removed.
    pub(super) async fn clear_the_way(self, store: &Store) -> Result<(), ApiError> {
        let row = sqlx::query(IN_THE_WAY)
            .bind(self.organization.get())
            .bind(self.campaign.get())
            .fetch_optional(&mut *store.reading().await?)
            .await?;
        let found = match &row {
            None => Found::Nothing,
            Some(row) => {
                let silent = row.try_get::<i64, _>("seen_at")? <= store.now().plus_seconds(-SILENT).get();
                let runs = row.try_get::<Option<i32>, _>("status")? == Some(2);
                let (left, result) = Self::read(row)?;
                // What this import left when it failed runs no more: it was started again, and is who asks.
                let own = left.import == self.import;
                if runs && !silent && !own { Found::Running } else { Found::Left(left, result) }
            }
        };
        match found {
            Found::Nothing | Found::Running => Ok(()),
            Found::Left(left, result) => left.finish(store, result).await,
        }
    }

    async fn finish(self, store: &Store, result: Option<DryRun>) -> Result<(), ApiError> {
        match result {
            Some(tally) => self.complete(store, tally).await.map(drop),
            None => self.remove(store).await,
        }
    }

    /// Notes that it goes on. Nothing of it is written any more by who learns that it is not theirs.
    pub(super) async fn seen(
        self,
        transaction: &mut Transaction<'static, Any>,
        now: Instant,
    ) -> Result<bool, ApiError> {
        let seen = self.known(SEEN).bind(now.get()).execute(&mut **transaction).await?;
        Ok(seen.rows_affected() == 1)
    }

    /// Decides that it stays. `false` if it was marked as failed meanwhile.
    pub(super) async fn decide(
        self,
        transaction: &mut Transaction<'static, Any>,
        tally: &DryRun,
    ) -> Result<bool, ApiError> {
        let decided = self.known(DECIDE).bind(to_store(tally)?).execute(&mut **transaction).await?;
        Ok(decided.rows_affected() == 1)
    }

    /// Adds the conversations of what was decided, those that are there excepted, and ends the import.
    pub(super) async fn complete(self, store: &Store, mut tally: DryRun) -> Result<DryRun, ApiError> {
        let mut from = self.first;
        while from < self.after {
            let until = self.after.min(from + AT_ONCE);
            let mut transaction = store.begin().await?;
            if !self.seen(&mut transaction, store.now()).await? {
                // Somebody else has completed it.
                break;
            }
            sqlx::query(BEGIN_CONVERSATIONS)
                .bind(Status::NotStarted as i32)
                .bind(self.organization.get())
                .bind(self.campaign.get())
                .bind(from)
                .bind(until)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            from = until;
        }
        let mut transaction = store.begin().await?;
        tally.opted_out = self.count_opted_out(&mut transaction).await?;
        let now = store.now().get();
        end(&mut transaction, self.organization, self.import, Ended::Done, to_store(&tally)?, now).await?;
        self.known(FORGET).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(tally)
    }

    pub(super) async fn count_opted_out(self, transaction: &mut Transaction<'static, Any>) -> Result<u32, ApiError> {
        let row = sqlx::query(OPTED_OUT)
            .bind(self.organization.get())
            .bind(self.campaign.get())
            .bind(self.first)
            .bind(self.after)
            .fetch_one(&mut **transaction)
            .await?;
        fits(row.try_get("opted_out")?)
    }

    /// Removes what came in, if it was not decided that it stays.
    pub(super) async fn remove(self, store: &Store) -> Result<(), ApiError> {
        loop {
            let mut transaction = store.begin().await?;
            let undecided: i64 = self.known_scalar(UNDECIDED).fetch_one(&mut *transaction).await?;
            if undecided == 0 {
                return Ok(());
            }
            let mut removed = 0;
            for statement in [REMOVE_NUMBERS, REMOVE_CONTACTS] {
                let gone = sqlx::query(statement)
                    .bind(self.organization.get())
                    .bind(self.first)
                    .bind(self.after)
                    .bind(AT_ONCE)
                    .execute(&mut *transaction)
                    .await?;
                removed = gone.rows_affected();
            }
            if removed == 0 {
                self.known(FORGET).execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
        }
    }

    fn known_scalar(
        self,
        statement: &'static str,
    ) -> sqlx::query::QueryScalar<'static, Any, i64, sqlx::any::AnyArguments> {
        let known = sqlx::query_scalar(statement).bind(self.organization.get()).bind(self.campaign.get());
        known.bind(self.import.get()).bind(self.first)
    }
}

/// Removes what came in of an import that failed.
pub(super) async fn remove_undecided(
    store: &Store,
    organization: OrganizationId,
    campaign: CampaignId,
    import: ImportId,
) -> Result<(), ApiError> {
    let row = sqlx::query(UNDECIDED_OF).bind(organization.get()).bind(campaign.get()).bind(import.get());
    match row.fetch_optional(&mut *store.reading().await?).await? {
        Some(row) => Arrival::read(&row)?.0.remove(store).await,
        None => Ok(()),
    }
}

impl Store {
    /// Completes or removes what imports left that the server did not live to end. For start-up, after
    /// [`Store::mark_interrupted_imports`].
    ///
    /// # Errors
    /// If the database refuses: what is left stays for the next start, or the next import into the campaign.
    pub async fn finish_interrupted_imports(&self) -> Result<(), ApiError> {
        let rows = sqlx::query(ALL).fetch_all(&mut *self.reading().await?).await?;
        for row in rows {
            let (arrival, result) = Arrival::read(&row)?;
            arrival.finish(self, result).await?;
        }
        Ok(())
    }
}
