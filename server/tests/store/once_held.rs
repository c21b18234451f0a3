//! Whoever once held a conversation learns where it went. To every other texter it does not exist.

use handoff_core::plan::plan;
use handoff_core::request::{Filter, From, HowMany, Request, Sharing, Target};
use handoff_core::{CampaignId, ConversationId, MemberId, OperationId};
use handoff_server::model::overview::CommitAnswer;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use handoff_server::store::reassign::Commit;

use crate::database::{Database, on_both_engines};
use crate::scene::Scene;
use crate::talk::{contact, talk};

fn gone<T>() -> Result<T, ApiError> {
    Err(ApiError::NotFound(Thing::Conversation))
}

/// What a texter is told of a conversation that they do not hold: whether they learn that it exists.
async fn learns(database: &Database, texter: Actor, conversation: ConversationId) -> bool {
    let store = &database.store;
    let told = match store.thread(texter, conversation).await {
        Err(ApiError::Sending(_)) => true,
        Err(ApiError::NotFound(Thing::Conversation)) => false,
        other => panic!("{other:?}"),
    };
    // Every act says the same, those that would write first of all.
    let resolve = store.resolve(texter, conversation).await.map(drop);
    let out = store.opt_out(texter, conversation, None, true).await.map(drop);
    let give = store.reassign_one(texter, conversation, Some(texter.member), OperationId(store.next_id())).await;
    for answer in [resolve, out, give.map(drop)] {
        match answer {
            Err(ApiError::Sending(_)) => assert!(told, "{conversation}"),
            other => assert_eq!((other, told), (gone(), false), "{conversation}"),
        }
    }
    told
}

async fn move_all(database: &Database, admin: Actor, campaign: CampaignId, from: From, to: Target) {
    let store = &database.store;
    let request = Request { from, status: Filter::Any, how_many: HowMany::All, to, sharing: Sharing::Equal };
    let tally = store.overview(admin, campaign).await.unwrap().tally;
    let fingerprint = plan(&tally, &request).unwrap().fingerprint();
    let operation = OperationId(store.next_id());
    let committed = store.commit(admin, &Commit { campaign, request, fingerprint, operation }).await.unwrap();
    assert!(matches!(committed, CommitAnswer::Committed { .. }), "{committed:?}");
}

on_both_engines! {
    async fn only_who_held_a_conversation_learns_of_it(database: Database) {
        let store = &database.store;
        let scene = talk(&database, 1, 3).await;
        let Scene { admin, campaign } = scene;
        let [abby, lindsey, tess] = [1, 2, 3].map(|member| Actor { member: MemberId(member), ..admin });
        let all: Vec<_> = (1..=5).map(ConversationId).collect();
        for conversation in &all {
            contact(&database, scene, conversation.get(), conversation.get(), "Lee", Some(abby.member)).await;
        }
        for texter in [lindsey, tess] {
            assert!(!learns(&database, texter, all[0]).await);
        }
        assert!(store.thread(abby, all[0]).await.is_ok());

        // In bulk, twice: the one before last is known from the history alone.
        let members = |texter: Actor| From::Members(vec![texter.member]);
        move_all(&database, admin, campaign, members(abby), Target::Texters(vec![lindsey.member])).await;
        assert!(learns(&database, abby, all[4]).await);
        move_all(&database, admin, campaign, members(lindsey), Target::Unassigned).await;
        for conversation in &all {
            assert!(learns(&database, abby, *conversation).await);
            assert!(learns(&database, lindsey, *conversation).await);
            assert!(!learns(&database, tess, *conversation).await);
        }
        // One by one, by an admin, and by the texter who calls the admins.
        let one = ConversationId(6);
        contact(&database, scene, one.get(), 6, "Lee", None).await;
        let give = async |to: Option<MemberId>| {
            store.reassign_one(admin, one, to, OperationId(store.next_id())).await.unwrap();
        };
        give(Some(tess.member)).await;
        store.escalate(tess, one, "Help").await.unwrap();
        give(Some(abby.member)).await;
        give(None).await;
        assert!(learns(&database, tess, one).await && learns(&database, abby, one).await);
        assert!(!learns(&database, lindsey, one).await);
        // An id that was never given out is answered alike.
        assert!(!learns(&database, tess, ConversationId(7)).await);
    }
}
