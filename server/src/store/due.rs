//! For how many conversations each follow-up is still due.

use handoff_core::follow_up::Audience;
use handoff_core::inbox::owner::Whose;
use handoff_core::permission::Act;
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use handoff_core::{CampaignId, FollowUpId, Instant, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::follow_up::audience;
use super::row::count;
use super::view::Viewed;
use super::{Actor, Store, campaign};
use crate::model::ApiError;
use crate::model::follow_up::DueFollowUp;

/// Those that are still sent, the oldest first: the order in which a conversation gets them.
const ACTIVE: &str = "
    SELECT follow_up_id, title, audience, status, question_id, choice_id FROM follow_up
    WHERE organization_id = $1 AND campaign_id = $2 AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
    ORDER BY created_at, follow_up_id";

/// Where one follow-up is due, as [`handoff_core::follow_up::is_due`] says. Who has opted out has another standing.
const COUNT: &str = "
    SELECT CAST(coalesce(sum(held.due), 0) AS BIGINT) AS due
    FROM (
        SELECT count(*) AS due
        FROM conversation
        WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2 {owner}
            AND conversation.standing IN ({standings}) {answered}
            AND conversation.we_wrote_at IS NOT NULL AND conversation.escalated = 0
            AND NOT EXISTS (
                SELECT 1 FROM follow_up_sent
                WHERE follow_up_sent.organization_id = $1 AND follow_up_sent.follow_up_id = $3
                    AND follow_up_sent.conversation_id = conversation.conversation_id
            )
        GROUP BY conversation.assignee_id, conversation.standing
    ) AS held";

/// Who gave an answer. `{question}` and `{choice}` are the numbers under which they are bound.
const ANSWERED: &str = "AND conversation.conversation_id IN (
            SELECT survey_answer.conversation_id FROM survey_answer
            WHERE survey_answer.organization_id = $1 AND survey_answer.question_id = {question}
                AND survey_answer.choice_id = {choice}
        )";

/// Whose conversations are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// Those of the campaign.
    Everybody,
    /// Those in an owner's list of follow-ups: what needs a reply is answered first.
    List(Owner),
}

impl Scope {
    /// The standings in which a follow-up may be due.
    const fn standings(self) -> &'static [Standing] {
        match self {
            Self::Everybody => &[Standing::NeedsReply, Standing::Replied, Standing::Waiting, Standing::Resolved],
            Self::List(_) => &[Standing::Replied, Standing::Waiting, Standing::Resolved],
        }
    }
}

/// The statement that counts for an audience. Nothing where nobody of the scope can be meant.
fn statement(scope: Scope, audience: Audience) -> Option<String> {
    let meant = |standing: &Standing| match audience {
        Audience::Everyone | Audience::Answer(..) => true,
        Audience::Status(status) => Standing::of(status, false) == *standing,
    };
    let standings: Vec<String> = scope
        .standings()
        .iter()
        .filter(|standing| meant(standing))
        .map(|standing| (*standing as i32).to_string())
        .collect();
    if standings.is_empty() {
        return None;
    }
    let (owner, next) = match scope {
        Scope::Everybody => ("", 4),
        Scope::List(None) => ("AND conversation.assignee_id IS NULL", 4),
        Scope::List(Some(_)) => ("AND conversation.assignee_id = $4", 5),
    };
    let answered = match audience {
        Audience::Everyone | Audience::Status(_) => String::new(),
        Audience::Answer(..) => {
            ANSWERED.replace("{question}", &format!("${next}")).replace("{choice}", &format!("${}", next + 1))
        }
    };
    let statement = COUNT.replace("{owner}", owner).replace("{standings}", &standings.join(", "));
    Some(statement.replace("{answered}", &answered))
}

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements() -> Vec<String> {
    use handoff_core::status::Status;
    use handoff_core::{ChoiceId, MemberId, QuestionId};
    let scopes = [Scope::Everybody, Scope::List(None), Scope::List(Some(MemberId(1)))];
    let audiences =
        [Audience::Everyone, Audience::Status(Status::Waiting), Audience::Answer(QuestionId(1), ChoiceId(1))];
    let counts =
        scopes.into_iter().flat_map(|scope| audiences.into_iter().filter_map(move |one| statement(scope, one)));
    counts.chain([ACTIVE.to_owned()]).collect()
}

async fn due(
    transaction: &mut Transaction<'static, Any>,
    (organization, campaign): (OrganizationId, CampaignId),
    scope: Scope,
    (id, audience): (FollowUpId, Audience),
) -> Result<u32, ApiError> {
    let Some(statement) = statement(scope, audience) else { return Ok(0) };
    let mut query = sqlx::query(AssertSqlSafe(statement)).bind(organization.get()).bind(campaign.get()).bind(id.get());
    if let Scope::List(Some(member)) = scope {
        query = query.bind(member.get());
    }
    if let Audience::Answer(question, choice) = audience {
        query = query.bind(question.get()).bind(choice.get());
    }
    count(&query.fetch_one(&mut **transaction).await?, "due")
}

impl Store {
    /// Counts where each follow-up of a campaign is still due: in the whole campaign, or in the list of one owner.
    ///
    /// # Errors
    /// If the member may not see whose it is, or the campaign does not exist.
    pub async fn follow_ups_due(
        &self,
        actor: Actor,
        campaign: CampaignId,
        whose: Option<Whose>,
    ) -> Result<Vec<DueFollowUp>, ApiError> {
        let (mut transaction, scope) = if let Some(whose) = whose {
            let (transaction, Viewed { owner, .. }) = self.view(actor, campaign, whose).await?;
            (transaction, Scope::List(owner))
        } else {
            let mut transaction = self.read(actor, Act::ManageFollowUps).await?;
            campaign::find(&mut transaction, actor.organization, campaign).await?;
            (transaction, Scope::Everybody)
        };
        let key = (actor.organization, campaign);
        let active = active(&mut transaction, key, self.now()).await?;
        let mut all = Vec::with_capacity(active.len());
        // One after the other: a campaign has a few, and each is counted as its audience is found best.
        for (id, title, audience) in active {
            all.push(DueFollowUp { id, title, due: due(&mut transaction, key, scope, (id, audience)).await? });
        }
        Ok(all)
    }
}

async fn active(
    transaction: &mut Transaction<'static, Any>,
    (organization, campaign): (OrganizationId, CampaignId),
    now: Instant,
) -> Result<Vec<(FollowUpId, String, Audience)>, ApiError> {
    let rows = sqlx::query(ACTIVE)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(now.get())
        .fetch_all(&mut **transaction)
        .await?;
    let one = |row: &AnyRow| -> Result<_, ApiError> {
        Ok((FollowUpId(row.try_get("follow_up_id")?), row.try_get("title")?, audience(row)?))
    };
    rows.iter().map(one).collect()
}
