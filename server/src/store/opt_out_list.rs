//! The numbers that have opted out: searched, imported as a list, exported.

use handoff_core::contact::Phone;
use handoff_core::contact::phone::Country;
use handoff_core::permission::Act;
use handoff_core::{CampaignId, Instant};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use std::collections::BTreeSet;

use super::afresh::{self, Written};
use super::engine::Engine;
use super::failure::Sound;
use super::tally::told_apart_name;
use super::{Actor, Store};
use crate::contacts::opt_outs::{BadLine, MOST, OptOutList, read};
use crate::model::ApiError;
use crate::model::opt_out::{BadOptOut, OptOutCursor, OptOutError, OptOutPage, OptOutRow, OptOutsRead};

/// The row of a number, with what is said of who opted it out.
macro_rules! rows {
    ($($who:tt)+) => {
        concat!(
            "SELECT opt_out.phone, opt_out.opted_out_at, ",
            $($who)+,
            "
    FROM opt_out
    LEFT JOIN member ON member.organization_id = opt_out.organization_id AND member.member_id = opt_out.opted_out_by
    WHERE opt_out.organization_id = $1 AND "
        )
    };
    () => {
        rows!(concat!(told_apart_name!(), " AS name"))
    };
}

const LATEST: &str = concat!(
    rows!(),
    "(opt_out.opted_out_at, opt_out.phone) < ($2, $3)
    ORDER BY opt_out.opted_out_at DESC, opt_out.phone DESC LIMIT $4"
);

/// Numbers that begin alike lie together.
const BEGINNING: &str = concat!(
    rows!(),
    "opt_out.phone IN (
        SELECT phone FROM (
            SELECT phone FROM (
                SELECT phone FROM opt_out
                WHERE organization_id = $1 AND phone >= $3 AND phone < $4 AND phone > $2
                ORDER BY phone LIMIT $7
            ) AS one
            UNION SELECT phone FROM (
                SELECT phone FROM opt_out
                WHERE organization_id = $1 AND phone >= $5 AND phone < $6 AND phone > $2
                ORDER BY phone LIMIT $7
            ) AS other
        ) AS found ORDER BY phone LIMIT $7
    )
    ORDER BY opt_out.phone"
);

const ALL: &str = concat!(
    rows!(
        "member.name, coalesce((SELECT account.email FROM account WHERE account.account_id = member.account_id), '') AS email"
    ),
    "opt_out.phone > $2 ORDER BY opt_out.phone LIMIT $3"
);

const COUNTRY: &str = "SELECT country FROM organization WHERE organization_id = $1";

fn present(engine: Engine) -> String {
    format!(
        "SELECT count(*) FROM opt_out
        WHERE organization_id = $1 AND phone IN (SELECT value FROM {} AS listed)",
        engine.texts(2)
    )
}

fn add(engine: Engine) -> String {
    // `WHERE true` tells SQLite that what follows belongs to the insertion.
    format!(
        "INSERT INTO opt_out (organization_id, phone, opted_out_at, opted_out_by)
        SELECT $1, value, $3, $4 FROM {} AS listed WHERE true
        ON CONFLICT (organization_id, phone) DO NOTHING",
        engine.texts(2)
    )
}

/// In every campaign, as a single opt-out does it.
fn mark(engine: Engine) -> String {
    format!(
        "UPDATE conversation SET opted_out = 1, standing = 6
        WHERE organization_id = $1 AND opted_out = 0 AND conversation_id IN (
            SELECT contact_number.conversation_id FROM contact_number
            WHERE contact_number.organization_id = $1 AND contact_number.phone IN (SELECT value FROM {} AS listed)
        )
        RETURNING campaign_id",
        engine.texts(2)
    )
}

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let fixed = [LATEST, BEGINNING, ALL, COUNTRY].map(str::to_owned).into_iter();
    let built = [present(engine), add(engine), mark(engine)];
    fixed.chain(built).chain(engine.share_campaigns_of_phones()).chain(engine.lock_phones()).collect()
}

/// Numbers on one page.
const PAGE_SIZE: usize = 50;

/// Bad lines that are told.
const BAD_SHOWN: usize = 200;

/// Numbers on one page of an export.
const EXPORTED: i64 = 5_000;

/// From which text on and up to which numbers lie that begin like this one, digits behind a `+`. None is behind them.
fn range(digits: &str) -> (String, String) {
    let above = digits.trim_end_matches('9');
    let last = above.bytes().next_back();
    let end = match last {
        Some(last) => format!("+{}{}", &above[..above.len() - 1], char::from(last + 1)),
        // Nothing but nines: up to what is longer than any number.
        None => format!("+{}", "9".repeat(16)),
    };
    (format!("+{digits}"), end)
}

/// Where the numbers lie that a search means: as it is typed, and as a national number of the organization's country.
fn ranges(search: &str, country: &str) -> [(String, String); 2] {
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    let typed = range(&digits);
    let national = Country::of_organization(country).beginning(&digits).filter(|_| !search.trim().starts_with('+'));
    let national = national.map_or_else(|| typed.clone(), |digits| range(&digits));
    [typed, national]
}

fn row(row: &AnyRow) -> Result<OptOutRow, ApiError> {
    let phone: String = row.try_get("phone")?;
    Ok(OptOutRow {
        phone: phone.parse::<Phone>().sound("opt_out", "phone", "of a page")?,
        at: Instant(row.try_get("opted_out_at")?),
        by: row.try_get("name")?,
    })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Numbers as the database takes them.
fn json(phones: &BTreeSet<Phone>) -> Result<String, ApiError> {
    serde_json::to_string(phones).expected("phone numbers are written as JSON")
}

impl Store {
    /// Lists the numbers that have opted out, the latest first; of a search those that begin like it, by number. A search
    /// without a digit finds none.
    ///
    /// # Errors
    /// If the member may not.
    pub async fn opt_outs(
        &self,
        actor: Actor,
        search: &str,
        after: Option<OptOutCursor>,
    ) -> Result<OptOutPage, ApiError> {
        let mut transaction = self.read(actor, Act::OptNumber).await?;
        let organization = actor.organization.get();
        // One more than shown tells whether there is a next page.
        let most = i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX);
        let behind = after.map(|after| after.phone.to_string());
        let rows = if search.contains(|sign: char| sign.is_ascii_digit()) {
            let country: String = sqlx::query_scalar(COUNTRY).bind(organization).fetch_one(&mut *transaction).await?;
            let [typed, national] = ranges(search, &country);
            sqlx::query(BEGINNING)
                .bind(organization)
                .bind(behind.unwrap_or_default())
                .bind(typed.0)
                .bind(typed.1)
                .bind(national.0)
                .bind(national.1)
                .bind(most)
                .fetch_all(&mut *transaction)
                .await?
        } else if !search.trim().is_empty() {
            // No number begins with anything but digits.
            Vec::new()
        } else {
            sqlx::query(LATEST)
                .bind(organization)
                .bind(after.map_or(i64::MAX, |after| after.at.get()))
                .bind(behind.unwrap_or_default())
                .bind(most)
                .fetch_all(&mut *transaction)
                .await?
        };
        let more = rows.len() > PAGE_SIZE;
        let rows: Vec<_> = rows.iter().take(PAGE_SIZE).map(row).collect::<Result<_, _>>()?;
        let next = rows.last().filter(|_| more).map(|last| OptOutCursor { phone: last.phone, at: last.at });
        Ok(OptOutPage { rows, next })
    }

    /// Says what importing a list of numbers would do.
    ///
    /// # Errors
    /// If the member may not, or the list is too long or empty.
    pub async fn check_opt_outs(&self, actor: Actor, text: &str) -> Result<OptOutsRead, ApiError> {
        let mut transaction = self.read(actor, Act::OptNumber).await?;
        let list = listed(&mut transaction, actor, text).await?;
        let present: i64 = sqlx::query_scalar(AssertSqlSafe(present(self.engine)))
            .bind(actor.organization.get())
            .bind(json(&list.phones)?)
            .fetch_one(&mut *transaction)
            .await?;
        Ok(told(&list, u32::try_from(present).expected("numbers are no more than four billion")?))
    }

    /// Opts out every number of a list, everywhere in the organization. Answers what that changed, and the campaigns
    /// whose conversations it concerned.
    ///
    /// # Errors
    /// If the member may not, the list is too long or empty, or a line of it is bad: then nothing is changed.
    pub async fn import_opt_outs(
        &self,
        actor: Actor,
        text: &str,
    ) -> Result<(OptOutsRead, BTreeSet<CampaignId>), ApiError> {
        let mut transaction = self.write(actor, Act::OptNumber).await?;
        let list = listed(&mut transaction, actor, text).await?;
        if !list.bad.is_empty() {
            return Err(OptOutError::Bad { lines: count(list.bad.len()) }.into());
        }
        let (organization, phones) = (actor.organization.get(), json(&list.phones)?);
        for lock in [self.engine.share_campaigns_of_phones(), self.engine.lock_phones()].into_iter().flatten() {
            let locking = sqlx::query(AssertSqlSafe(lock)).bind(organization).bind(phones.as_str());
            locking.fetch_all(&mut *transaction).await?;
        }
        let added = sqlx::query(AssertSqlSafe(add(self.engine)))
            .bind(organization)
            .bind(phones.as_str())
            .bind(self.now().get())
            .bind(actor.member.get())
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        let campaigns: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(mark(self.engine)))
            .bind(organization)
            .bind(phones.as_str())
            .fetch_all(&mut *transaction)
            .await?;
        afresh::count(self.engine, &mut transaction, Written::OptOuts, added).await?;
        transaction.commit().await?;
        let added = u32::try_from(added).expected("numbers are no more than four billion")?;
        let present = count(list.phones.len()).saturating_sub(added);
        Ok((told(&list, present), campaigns.into_iter().map(CampaignId).collect()))
    }

    /// A page of all numbers that have opted out, by number, behind one. Beside each, the address of who opted it out, or
    /// nothing.
    ///
    /// # Errors
    /// If the member may not.
    pub async fn export_opt_outs(
        &self,
        actor: Actor,
        after: Option<Phone>,
    ) -> Result<Vec<(OptOutRow, String)>, ApiError> {
        let mut transaction = self.read(actor, Act::OptNumber).await?;
        let rows = sqlx::query(ALL)
            .bind(actor.organization.get())
            .bind(after.map(|after| after.to_string()).unwrap_or_default())
            .bind(EXPORTED)
            .fetch_all(&mut *transaction)
            .await?;
        rows.iter().map(|found| Ok((row(found)?, found.try_get("email")?))).collect()
    }
}

async fn listed(transaction: &mut Transaction<'static, Any>, actor: Actor, text: &str) -> Result<OptOutList, ApiError> {
    let country: String =
        sqlx::query_scalar(COUNTRY).bind(actor.organization.get()).fetch_one(&mut **transaction).await?;
    let list = read(text, Country::of_organization(&country));
    match list.phones.len() {
        0 if list.bad.is_empty() => Err(OptOutError::Empty.into()),
        many if many > MOST => Err(OptOutError::TooMany { numbers: count(many) }.into()),
        _ => Ok(list),
    }
}

fn told(list: &OptOutList, present: u32) -> OptOutsRead {
    let bad = |bad: &BadLine| BadOptOut { line: bad.line, text: bad.text.clone(), reason: bad.reason.clone() };
    OptOutsRead {
        good: count(list.phones.len()).saturating_sub(present),
        present,
        doubled: list.doubled,
        bad: count(list.bad.len()),
        bad_lines: list.bad.iter().take(BAD_SHOWN).map(bad).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_a_range() {
        for (digits, end) in
            [("1212", "+1213"), ("12", "+13"), ("129", "+13"), ("1299", "+13"), ("99", "+9999999999999999")]
        {
            assert_eq!(range(digits), (format!("+{digits}"), end.to_owned()), "{digits}");
        }
        let [typed, national] = ranges("(212) 555", "US");
        assert_eq!((typed.0.as_str(), national.0.as_str()), ("+212555", "+1212555"));
        let [typed, national] = ranges("+1 212", "US");
        assert_eq!((typed.0.as_str(), national.0.as_str()), ("+1212", "+1212"));
    }
}
