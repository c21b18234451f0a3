//! Requests: who is given which conversations, and what becomes of it.

use handoff_core::operation::OperationKind;
use handoff_core::permission::Setting;
use handoff_core::self_assignment::{PoolKind, RequestRefusal, Taken};
use handoff_core::status::{Standing, Status};
use handoff_core::{CampaignId, ConversationId, MemberId, OperationId};
use handoff_server::model::self_assignment::Requested;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use sqlx::Row;

use crate::database::{Database, on_both_engines};
use crate::reassign::held;
use crate::scene::{Made, Scene, add, add_not_started, owners, run, scene};
use crate::undo::do_undo;

pub const ABBY: MemberId = MemberId(1);
pub const LINDSEY: MemberId = MemberId(2);

/// Switches self assignment on.
pub async fn switch_on(database: &Database, scene: Scene, batch: u32, kind: PoolKind, ceiling: Option<u32>) {
    let (store, batch) = (&database.store, Some(batch));
    store.save_self_assignment(scene.admin, scene.campaign, Setting::On, batch, kind, ceiling).await.unwrap();
}

/// Requests as a texter.
pub async fn ask(database: &Database, scene: Scene, member: MemberId, operation: i64) -> Result<Requested, ApiError> {
    let actor = Actor { member, ..scene.admin };
    database.store.request_conversations(actor, scene.campaign, OperationId(operation), None).await
}

/// What somebody holds, by id.
pub async fn of(database: &Database, scene: Scene, member: MemberId) -> Vec<i64> {
    let all = owners(database, scene).await.into_iter();
    all.filter(|(_, owner)| *owner == Some(member)).map(|(conversation, _)| conversation.get()).collect()
}

pub const fn free(status: Status, waiting_since: i64) -> Made {
    Made { owner: None, status, opted_out: false, waiting_since }
}

/// What an operation keeps, in its order.
async fn recorded(database: &Database, scene: Scene, operation: i64) -> Vec<i64> {
    let rows = sqlx::query(
        "SELECT first_id, conversations FROM operation_move WHERE organization_id = $1 AND operation_id = $2
         ORDER BY first_place",
    )
    .bind(scene.admin.organization.get())
    .bind(operation)
    .fetch_all(database.store.reader())
    .await
    .unwrap();
    let list = |row: &sqlx::any::AnyRow| -> Vec<i64> {
        let (first, rest): (i64, String) = (row.get("first_id"), row.get("conversations"));
        rest.split(',').map(|difference| first + difference.parse::<i64>().unwrap()).collect()
    };
    rows.iter().flat_map(list).collect()
}

const SENT: &str = "
    UPDATE conversation SET status = 4, standing = 4, we_wrote_at = 1793534500000000, assignee_wrote_at = 1793534500000000
    WHERE organization_id = $1 AND assignee_id = $2";

const ESCALATE: &str = "UPDATE conversation SET escalated = 1 WHERE organization_id = $1 AND conversation_id = $2";

on_both_engines! {
    async fn a_request_gives_who_needs_a_reply_first_then_in_the_order_of_the_list(database: Database) {
        let scene = scene(&database, 1, 2).await;
        let pool = [
            free(Status::Waiting, 1), free(Status::NotStarted, 0), free(Status::NeedsReply, 9),
            free(Status::NotStarted, 0), free(Status::NeedsReply, 5), free(Status::Resolved, 1),
        ];
        add(&database, scene, 1, &pool).await;
        switch_on(&database, scene, 4, PoolKind::Both, None).await;
        let answer = ask(&database, scene, ABBY, 7).await.unwrap();
        assert_eq!(answer.operation, Some(OperationId(7)));
        assert_eq!(answer.taken.headline(), "4 assigned: 2 need a reply, 2 to start");
        assert_eq!(of(&database, scene, ABBY).await, [2, 3, 4, 5]);
        assert_eq!(recorded(&database, scene, 7).await, [5, 3, 2, 4]);

        let history = database.store.history(scene.admin, scene.campaign, None).await.unwrap().operations;
        assert_eq!((history.len(), history[0].kind, history[0].moved), (1, OperationKind::Request, 4));
        assert_eq!((history[0].by.as_str(), history[0].headline.as_str()), ("Texter 1", "4 moved to Texter 1"));
        let detail = database.store.operation(scene.admin, scene.campaign, OperationId(7)).await.unwrap();
        assert_eq!(detail.request, "4 conversations requested");
        let (name, change) = &detail.people[0];
        assert_eq!((name.as_str(), change.before.total(), change.comes.total()), ("Texter 1", 0, 4));
    }
}

on_both_engines! {
    async fn the_kind_says_what_is_handed_out(database: Database) {
        let scene = scene(&database, 1, 4).await;
        let pool = [free(Status::NeedsReply, 1), free(Status::NotStarted, 0), free(Status::Waiting, 2)];
        add(&database, scene, 1, &pool).await;
        switch_on(&database, scene, 5, PoolKind::Initial, None).await;
        let initial = ask(&database, scene, ABBY, 1).await.unwrap().taken;
        assert_eq!(initial.headline(), "1 assigned: that was the last one");
        assert_eq!(of(&database, scene, ABBY).await, [2]);
        switch_on(&database, scene, 5, PoolKind::Replies, None).await;
        let replies = ask(&database, scene, LINDSEY, 2).await.unwrap().taken;
        assert_eq!(replies.counts.total(), 2);
        assert_eq!(recorded(&database, scene, 2).await, [1, 3], "two ranges are one list after the other");
        assert_eq!(ask(&database, scene, MemberId(3), 3).await.unwrap().taken.headline(), "No more conversations available");
    }
}

on_both_engines! {
    async fn once_initial_messages_are_over_nobody_is_given_one(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add(&database, scene, 1, &[free(Status::NotStarted, 0), free(Status::NeedsReply, 1)]).await;
        add_not_started(&database, scene, 3, Some(ABBY), 1).await;
        switch_on(&database, scene, 5, PoolKind::Both, None).await;
        assert_eq!(
            ask(&database, scene, ABBY, 1).await,
            Err(ApiError::NoBatch(RequestRefusal::InitialWaits(1)))
        );
        run(&database, "UPDATE campaign SET initial_until = 5 WHERE organization_id = $1 AND campaign_id = $2", 1,
            scene.campaign.get()).await;
        assert_eq!(ask(&database, scene, ABBY, 2).await.unwrap().taken.counts.total(), 1);
        assert_eq!(of(&database, scene, ABBY).await, [2, 3], "the one that waits to be started stands in nobody's way");
        switch_on(&database, scene, 5, PoolKind::Initial, None).await;
        assert_eq!(ask(&database, scene, LINDSEY, 3).await, Err(ApiError::NoBatch(RequestRefusal::InitialOver)));
    }
}

on_both_engines! {
    async fn opted_out_and_escalated_ones_are_never_given(database: Database) {
        let scene = scene(&database, 1, 2).await;
        let opted_out = Made { opted_out: true, ..free(Status::NeedsReply, 1) };
        add(&database, scene, 1, &[opted_out, free(Status::NeedsReply, 2), free(Status::NotStarted, 0)]).await;
        add(&database, scene, 4, &[Made { opted_out: true, ..free(Status::NotStarted, 0) }]).await;
        run(&database, ESCALATE, 1, 2).await;
        switch_on(&database, scene, 100, PoolKind::Both, None).await;
        assert_eq!(ask(&database, scene, ABBY, 1).await.unwrap().taken.headline(), "1 assigned: that was the last one");
        assert_eq!(of(&database, scene, ABBY).await, [3]);
        assert_eq!(ask(&database, scene, LINDSEY, 2).await.unwrap().taken.counts.total(), 0);
    }
}

on_both_engines! {
    async fn nobody_gets_more_than_the_ceiling_whatever_they_have_finished(database: Database) {
        let scene = scene(&database, 1, 2).await;
        let theirs = Made { owner: Some(ABBY), ..free(Status::Waiting, 1) };
        add(&database, scene, 1, &[theirs; 495]).await;
        let resolved = Made { status: Status::Resolved, ..theirs };
        add(&database, scene, 2_000, &vec![resolved; 600]).await;
        add(&database, scene, 3_000, &[Made { opted_out: true, ..theirs }; 30]).await;
        add(&database, scene, 1_000, &[free(Status::NeedsReply, 1); 20]).await;
        switch_on(&database, scene, 300, PoolKind::Both, Some(500)).await;
        let taken = ask(&database, scene, ABBY, 1).await.unwrap().taken;
        assert_eq!((taken.headline().as_str(), taken.detail().is_some()), ("5 assigned: 5 need a reply", true));
        let full = RequestRefusal::Ceiling { held: 500, ceiling: 500 };
        assert_eq!(ask(&database, scene, ABBY, 2).await, Err(ApiError::NoBatch(full)));
        assert_eq!(held(&database, scene, Some(ABBY)).await, 500 + 600 + 30);
        // Whoever finishes some is given as many more.
        run(&database, "UPDATE conversation SET status = 5, standing = 5 WHERE organization_id = $1 AND conversation_id <= $2", 1, 3).await;
        assert_eq!(ask(&database, scene, ABBY, 3).await.unwrap().taken.counts.total(), 3);
    }
}

on_both_engines! {
    async fn initial_messages_whose_window_has_not_opened_stand_in_the_way_of_further_ones_alone(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add(&database, scene, 1, &[free(Status::NotStarted, 0), free(Status::NotStarted, 0), free(Status::NeedsReply, 1)]).await;
        add_not_started(&database, scene, 10, Some(ABBY), 1).await;
        switch_on(&database, scene, 5, PoolKind::Replies, None).await;
        let opens = "UPDATE campaign SET initial_from = $2 WHERE organization_id = $1";
        run(&database, opens, 1, database.store.now().get() + 1).await;
        assert_eq!(ask(&database, scene, ABBY, 1).await.unwrap().taken.headline(), "1 assigned: that was the last one");
        assert_eq!(of(&database, scene, ABBY).await, [3, 10], "the reply can be written now");
        // Of both kinds they are given replies alone, of initial messages none.
        switch_on(&database, scene, 5, PoolKind::Both, None).await;
        add(&database, scene, 20, &[free(Status::NeedsReply, 1)]).await;
        assert_eq!(ask(&database, scene, ABBY, 2).await.unwrap().taken.counts.total(), 1);
        assert_eq!(of(&database, scene, ABBY).await, [3, 10, 20]);
        switch_on(&database, scene, 5, PoolKind::Initial, None).await;
        let waits = Err(ApiError::NoBatch(RequestRefusal::InitialWaits(1)));
        assert_eq!(ask(&database, scene, ABBY, 3).await, waits);
        // Whoever has none is given some to have when it opens.
        assert_eq!(ask(&database, scene, LINDSEY, 4).await.unwrap().taken.counts.total(), 2);
        // Once it has opened, they are sent first.
        switch_on(&database, scene, 5, PoolKind::Replies, None).await;
        run(&database, opens, 1, database.store.now().get()).await;
        assert_eq!(ask(&database, scene, ABBY, 5).await, waits);
    }
}

on_both_engines! {
    async fn the_same_request_again_answers_the_same_and_gives_nothing(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add(&database, scene, 1, &[free(Status::NeedsReply, 1); 30]).await;
        switch_on(&database, scene, 10, PoolKind::Both, None).await;
        let first = ask(&database, scene, ABBY, 1).await.unwrap();
        run(&database, "UPDATE campaign SET status = 3 WHERE organization_id = $1 AND campaign_id = $2", 1,
            scene.campaign.get()).await;
        assert_eq!(ask(&database, scene, ABBY, 1).await.unwrap(), first, "whatever became of the campaign");
        assert_eq!(held(&database, scene, Some(ABBY)).await, 10);
        assert_eq!(ask(&database, scene, LINDSEY, 1).await, Err(ApiError::OperationReused));
        let wrong = ask(&database, scene, LINDSEY, 0).await;
        assert!(matches!(wrong, Err(ApiError::Invalid { field, .. }) if field == "operation"));
    }
}

on_both_engines! {
    async fn who_may_not_is_refused_with_the_reason(database: Database) {
        let scene = scene(&database, 1, 3).await;
        let other = crate::scene::scene(&database, 2, 1).await;
        add_not_started(&database, scene, 1, None, 10).await;
        let refused = |refusal| Err(ApiError::NoBatch(refusal));
        assert_eq!(ask(&database, scene, ABBY, 1).await, refused(RequestRefusal::Off));
        switch_on(&database, scene, 5, PoolKind::Both, None).await;
        assert_eq!(ask(&database, scene, scene.admin.member, 1).await, refused(RequestRefusal::NoTexter));
        for (status, refusal) in
            [(1, RequestRefusal::Draft), (3, RequestRefusal::Paused), (4, RequestRefusal::Archived)]
        {
            run(&database, "UPDATE campaign SET status = $2 WHERE organization_id = $1", 1, status).await;
            assert_eq!(ask(&database, scene, ABBY, 1).await, refused(refusal));
        }
        run(&database, "UPDATE campaign SET status = $2 WHERE organization_id = $1", 1, 2).await;
        run(&database, "DELETE FROM campaign_texter WHERE organization_id = $1 AND member_id = $2", 1, 3).await;
        assert_eq!(ask(&database, scene, MemberId(3), 1).await, refused(RequestRefusal::NoTexter));
        run(&database, "UPDATE member SET active = 0 WHERE organization_id = $1 AND member_id = $2", 1, 2).await;
        assert_eq!(ask(&database, scene, LINDSEY, 1).await, Err(ApiError::SignedOut));
        // Another organization's campaign does not exist.
        let elsewhere = Scene { campaign: scene.campaign, ..other };
        assert_eq!(ask(&database, elsewhere, ABBY, 1).await, Err(ApiError::NotFound(Thing::Campaign)));
        let nowhere = Scene { campaign: CampaignId(5), ..scene };
        assert_eq!(ask(&database, nowhere, ABBY, 1).await, Err(ApiError::NotFound(Thing::Campaign)));
        assert_eq!(held(&database, scene, None).await, 10);
        assert_eq!(database.store.history(scene.admin, scene.campaign, None).await.unwrap().operations, []);
    }
}

on_both_engines! {
    async fn a_request_is_undone_like_any_operation(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 10).await;
        switch_on(&database, scene, 6, PoolKind::Both, None).await;
        ask(&database, scene, ABBY, 1).await.unwrap();
        database.clock.advance_seconds(10);
        do_undo(&database, scene, 1, 2).await.unwrap();
        assert_eq!(held(&database, scene, None).await, 10);
        database.clock.advance_seconds(10);
        // And some of what was requested again is written to.
        ask(&database, scene, ABBY, 3).await.unwrap();
        run(&database, "UPDATE conversation SET assignee_wrote_at = 1793534600000000 WHERE organization_id = $1 AND conversation_id <= $2
            AND assignee_id IS NOT NULL", 1, 2).await;
        database.clock.advance_seconds(10);
        do_undo(&database, scene, 3, 4).await.unwrap();
        assert_eq!(of(&database, scene, ABBY).await, [1, 2]);
    }
}

on_both_engines! {
    async fn a_request_that_dies_in_the_middle_leaves_everything_free(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 30).await;
        switch_on(&database, scene, 10, PoolKind::Both, None).await;
        // The act fails after all was given, and again before anything was.
        for table in ["operation", "operation_move"] {
            let away = format!("ALTER TABLE {table} RENAME TO away");
            let back = format!("ALTER TABLE away RENAME TO {table}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(away)).execute(database.store.reader()).await.unwrap();
            assert_eq!(ask(&database, scene, ABBY, 1).await, Err(ApiError::Broken));
            sqlx::raw_sql(sqlx::AssertSqlSafe(back)).execute(database.store.reader()).await.unwrap();
            assert_eq!(held(&database, scene, None).await, 30);
        }
        assert_eq!(ask(&database, scene, ABBY, 1).await.unwrap().taken.counts.total(), 10);
        assert_eq!(held(&database, scene, Some(ABBY)).await, 10);
    }
}

on_both_engines! {
    async fn a_batch_gives_what_a_naive_model_gives(database: Database) {
        let made = (prop::sample::select(Status::ALL.to_vec()), any::<bool>(), 0_i64..4, 0_u8..8, 0_u8..8);
        let pools = prop::collection::vec(made, 0..60);
        let kinds = prop::sample::select(PoolKind::ALL.to_vec());
        let mut runner = TestRunner::new(Config::default());
        for round in 1..=25 {
            let tree = (pools.clone(), kinds.clone(), 1_u32..40).new_tree(&mut runner).unwrap();
            let (pool, kind, batch) = tree.current();
            let scene = scene(&database, round, 2).await;
            let mut wanted = Vec::new();
            for ((status, opted_out, since, escalated, taken), id) in pool.iter().copied().zip(round * 1_000..) {
                let waiting_since = if status == Status::NotStarted { 0 } else { since };
                let owner = (taken == 0).then_some(LINDSEY);
                add(&database, scene, id, &[Made { owner, status, opted_out, waiting_since }]).await;
                if escalated == 0 {
                    run(&database, ESCALATE, round, id).await;
                }
                let fits = match kind {
                    PoolKind::Initial => status == Status::NotStarted,
                    PoolKind::Replies => status != Status::NotStarted,
                    PoolKind::Both => true,
                };
                if fits && owner.is_none() && !opted_out && escalated != 0 {
                    wanted.push((status, waiting_since, ConversationId(id).get()));
                }
            }
            wanted.sort_by_key(|(status, since, id)| (*status as i32, *since, *id));
            wanted.truncate(usize::try_from(batch).unwrap());
            let wanted: Vec<i64> = wanted.into_iter().map(|(_, _, id)| id).collect();
            switch_on(&database, scene, batch, kind, None).await;
            let taken = ask(&database, scene, ABBY, round).await.unwrap().taken;
            assert_eq!(usize::try_from(taken.counts.total()), Ok(wanted.len()));
            assert_eq!(recorded(&database, scene, round).await, wanted, "in this order, of {pool:?}, {kind:?}");
            let mut sorted = wanted;
            sorted.sort_unstable();
            assert_eq!(of(&database, scene, ABBY).await, sorted);
        }
    }
}

on_both_engines! {
    async fn assignments_and_messenger_say_whether_to_offer_it(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 30).await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let offered = async || {
            let assigned = database.store.assignments(abby).await.unwrap()[0].may_request;
            let whose = handoff_core::inbox::owner::Whose::Mine;
            let open = database.store.messenger(abby, scene.campaign, whose).await.unwrap().may_request;
            assert_eq!(assigned, open);
            open
        };
        assert_eq!(offered().await, Err(RequestRefusal::Off));
        switch_on(&database, scene, 10, PoolKind::Both, None).await;
        assert_eq!(offered().await, Ok(10));
        ask(&database, scene, ABBY, 1).await.unwrap();
        assert_eq!(offered().await, Err(RequestRefusal::InitialWaits(10)));
        run(&database, SENT, 1, ABBY.get()).await;
        assert_eq!(offered().await, Ok(10));
        // Without a size of its own, a campaign has that of the organization.
        let mut settings = database.store.settings(scene.admin).await.unwrap();
        assert_eq!(settings.batch_size.get(), 300);
        settings.batch_size = handoff_core::self_assignment::BatchSize::new(25).unwrap();
        database.store.save_settings(scene.admin, &settings).await.unwrap();
        let (store, campaign) = (&database.store, scene.campaign);
        store.save_self_assignment(scene.admin, campaign, Setting::On, None, PoolKind::Both, None).await.unwrap();
        assert_eq!(offered().await, Ok(25));
        // An admin who looks at what others hold, or nobody does, is offered nothing.
        let unassigned = handoff_core::inbox::owner::Whose::Unassigned;
        let looked_at = store.messenger(scene.admin, campaign, unassigned).await.unwrap().may_request;
        assert_eq!(looked_at, Err(RequestRefusal::NoTexter));
    }
}

on_both_engines! {
    async fn terms_out_of_range_are_refused_beside_their_field(database: Database) {
        let scene = scene(&database, 1, 1).await;
        for (batch, ceiling, wrong) in
            [(Some(0), None, "batch"), (Some(5_001), None, "batch"), (None, Some(0), "ceiling")]
        {
            let (store, kind) = (&database.store, PoolKind::Both);
            let saved = store.save_self_assignment(scene.admin, scene.campaign, Setting::On, batch, kind, ceiling).await;
            assert!(matches!(saved, Err(ApiError::Invalid { field, .. }) if field == wrong));
        }
        let read = database.store.self_assignment(scene.admin, scene.campaign).await.unwrap();
        assert_eq!((read.on, read.batch), (Setting::Off, None));
    }
}

on_both_engines! {
    async fn the_admin_sees_what_is_left_who_requested_and_how_the_pool_emptied(database: Database) {
        let scene = scene(&database, 1, 3).await;
        add_not_started(&database, scene, 1, None, 30).await;
        add(&database, scene, 100, &[free(Status::NeedsReply, 1), free(Status::NeedsReply, 2)]).await;
        run(&database, ESCALATE, 1, 101).await;
        run(&database, "INSERT INTO escalation (organization_id, conversation_id, note, escalated_at, escalated_by)
            VALUES ($1, $2, 'Help', 1, 1)", 1, 101).await;
        add(&database, scene, 110, &[Made { opted_out: true, ..free(Status::NotStarted, 0) }]).await;
        switch_on(&database, scene, 10, PoolKind::Initial, None).await;
        let seen = database.store.self_assignment(scene.admin, scene.campaign).await.unwrap();
        assert_eq!((seen.left, seen.texters.len(), seen.pool.total()), (30, 0, 31));
        assert_eq!(seen.pool.get(Standing::NeedsReply), 1, "the escalated one is not counted");
        let told = database.store.pool_history(scene.admin, scene.campaign).await.unwrap();
        assert_eq!(told.points, []);

        let start = database.store.now();
        ask(&database, scene, ABBY, 1).await.unwrap();
        database.clock.advance_seconds(60);
        ask(&database, scene, LINDSEY, 2).await.unwrap();
        run(&database, SENT, 1, ABBY.get()).await;
        database.clock.advance_seconds(60);
        ask(&database, scene, ABBY, 3).await.unwrap();
        database.clock.advance_seconds(60);
        let seen = database.store.self_assignment(scene.admin, scene.campaign).await.unwrap();
        assert_eq!(seen.left, 0);
        let texters: Vec<_> = seen.texters.iter().map(|one| (one.name.as_str(), one.requests, one.requested, one.holds)).collect();
        assert_eq!(texters, [("Texter 1", 2, 20, 20), ("Texter 2", 1, 10, 10)]);
        let told = database.store.pool_history(scene.admin, scene.campaign).await.unwrap().points;
        let told: Vec<_> = told.into_iter().map(|(at, held)| ((at.get() - start.get()) / 1_000_000, held)).collect();
        assert_eq!(told, [(0, 33), (0, 23), (60, 13), (120, 3), (180, 3)]);
        // What is undone comes back, in the picture too; what others moved is in it.
        do_undo(&database, scene, 2, 4).await.unwrap();
        let told = database.store.pool_history(scene.admin, scene.campaign).await.unwrap().points;
        assert_eq!(told.last().map(|(_, held)| *held), Some(13));
    }
}

#[test]
fn what_is_kept_of_an_answer_is_read_again() {
    let taken = Taken { counts: [(Standing::NeedsReply, 3)].into_iter().collect(), allowed: 5, batch: 10 };
    let text = serde_json::to_string(&taken).unwrap();
    assert_eq!(serde_json::from_str::<Taken>(&text).unwrap(), taken);
}
