//! Undo: exactly what was previewed goes back, and what cannot is counted with its reason.

use handoff_core::operation::OperationKind;
use handoff_core::plan::{Fingerprint, Owner};
use handoff_core::request::{HowMany, Request, RequestError, Target};
use handoff_core::undo::{Fate, UndoPlan, undo};
use handoff_core::{ConversationId, MemberId, OperationId};
use handoff_server::model::history::UndoAnswer;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::undo::UndoCommit;
use sqlx::Row;

use crate::database::{Database, on_both_engines};
use crate::reassign::{do_move, held, request};
use crate::scene::{Scene, add_not_started, owners, run, scene};

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);

const ASSIGNEE_WRITES: &str = "
    UPDATE conversation SET status = 4, standing = 4, we_wrote_at = 1793534500000000, assignee_wrote_at = 1793534500000000
    WHERE organization_id = $1 AND conversation_id = $2";

pub async fn preview(database: &Database, scene: Scene, operation: i64) -> UndoPlan {
    let preview = database.store.undo_preview(scene.admin, scene.campaign, OperationId(operation)).await.unwrap();
    undo(&preview.tally, &preview.moved)
}

pub fn undo_commit(scene: Scene, undoes: i64, fingerprint: Fingerprint, operation: i64) -> UndoCommit {
    let (undoes, operation) = (OperationId(undoes), OperationId(operation));
    UndoCommit { campaign: scene.campaign, undoes, fingerprint, operation }
}

/// Previews and undoes at once.
pub async fn do_undo(database: &Database, scene: Scene, undoes: i64, operation: i64) -> Result<UndoAnswer, ApiError> {
    let fingerprint = preview(database, scene, undoes).await.fingerprint();
    database.store.undo(scene.admin, &undo_commit(scene, undoes, fingerprint, operation)).await
}

async fn all(database: &Database, scene: Scene) -> Vec<Owner> {
    owners(database, scene).await.into_iter().map(|(_, owner)| owner).collect()
}

on_both_engines! {
    async fn an_undo_brings_everything_back_and_can_be_undone(database: Database) {
        let scene = scene(&database, 1, 3).await;
        add_not_started(&database, scene, 1, None, 5).await;
        add_not_started(&database, scene, 6, Some(MemberId(3)), 4).await;
        let before = all(&database, scene).await;
        do_move(&database, scene, request(HowMany::All, &[ABBY, LINDSEY]), 1).await;
        let moved = all(&database, scene).await;
        database.clock.advance_seconds(10);
        let answer = do_undo(&database, scene, 1, 2).await.unwrap();
        let headline = "9 restored, 5 to Unassigned, 4 to Texter 3".to_owned();
        assert_eq!(answer, UndoAnswer::Committed { operation: OperationId(2), moved: 9, headline });
        assert_eq!(all(&database, scene).await, before);
        database.clock.advance_seconds(10);
        do_undo(&database, scene, 2, 3).await.unwrap();
        assert_eq!(all(&database, scene).await, moved);
        database.clock.advance_seconds(10);
        do_undo(&database, scene, 1, 4).await.unwrap();
        assert_eq!(all(&database, scene).await, before, "the first move can be undone again");
    }
}

on_both_engines! {
    async fn what_was_written_to_or_moved_on_stays_and_is_counted(database: Database) {
        let scene = scene(&database, 1, 3).await;
        add_not_started(&database, scene, 1, Some(LINDSEY), 6).await;
        do_move(&database, scene, request(HowMany::All, &[ABBY]), 1).await;
        run(&database, ASSIGNEE_WRITES, 1, 1).await;
        run(&database, ASSIGNEE_WRITES, 1, 2).await;
        let mut on = request(HowMany::Some(1), &[MemberId(3)]);
        on.status = handoff_core::request::Filter::NotStarted;
        do_move(&database, scene, on, 2).await;
        let plan = preview(&database, scene, 1).await;
        assert_eq!(plan.stays, [(Fate::MovedOn, 1), (Fate::Written, 2)]);
        do_undo(&database, scene, 1, 3).await.unwrap();
        assert_eq!(held(&database, scene, Some(LINDSEY)).await, 3);
        assert_eq!(held(&database, scene, Some(ABBY)).await, 2);
    }
}

on_both_engines! {
    async fn what_nobody_can_take_back_becomes_unassigned(database: Database) {
        let scene = scene(&database, 1, 3).await;
        add_not_started(&database, scene, 1, Some(LINDSEY), 2).await;
        add_not_started(&database, scene, 3, Some(MemberId(3)), 2).await;
        do_move(&database, scene, request(HowMany::All, &[]), 1).await;
        do_move(&database, scene, request(HowMany::All, &[ABBY]), 2).await;
        run(&database, "UPDATE member SET active = 0 WHERE organization_id = $1 AND member_id = $2", 1, 2).await;
        let plan = preview(&database, scene, 1).await;
        assert_eq!(plan.stays, [(Fate::MovedOn, 4)]);
        assert_eq!(do_undo(&database, scene, 1, 3).await, Err(RequestError::Nothing.into()));
        do_undo(&database, scene, 2, 4).await.unwrap();
        let plan = preview(&database, scene, 1).await;
        assert_eq!((plan.moved, plan.without_owner, plan.gone.as_slice()), (2, 2, [LINDSEY].as_slice()));
        do_undo(&database, scene, 1, 5).await.unwrap();
        assert_eq!((held(&database, scene, None).await, held(&database, scene, Some(MemberId(3))).await), (2, 2));
    }
}

on_both_engines! {
    async fn an_undo_that_would_do_something_else_is_a_conflict(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 4).await;
        do_move(&database, scene, request(HowMany::All, &[ABBY]), 1).await;
        let stale = preview(&database, scene, 1).await.fingerprint();
        run(&database, ASSIGNEE_WRITES, 1, 1).await;
        let answer = database.store.undo(scene.admin, &undo_commit(scene, 1, stale, 2)).await.unwrap();
        let UndoAnswer::Conflict { preview } = answer else { panic!("a stale undo was committed") };
        assert_eq!(held(&database, scene, Some(ABBY)).await, 4);
        let fresh = undo(&preview.tally, &preview.moved).fingerprint();
        let same = undo_commit(scene, 1, fresh, 2);
        let first = database.store.undo(scene.admin, &same).await.unwrap();
        assert!(matches!(first, UndoAnswer::Committed { moved: 3, .. }));
        assert_eq!(database.store.undo(scene.admin, &same).await.unwrap(), first, "sent again");
        assert_eq!(held(&database, scene, Some(ABBY)).await, 1);
    }
}

on_both_engines! {
    async fn the_history_lists_the_newest_first_and_other_organizations_see_nothing(database: Database) {
        let scene = scene(&database, 1, 3).await;
        let other = crate::scene::scene(&database, 2, 1).await;
        add_not_started(&database, scene, 1, None, 120).await;
        for operation in 1..=60 {
            database.clock.advance_seconds(1);
            do_move(&database, scene, request(HowMany::Some(1), &[ABBY]), operation).await;
        }
        database.clock.advance_seconds(1);
        do_undo(&database, scene, 60, 61).await.unwrap();
        let first = database.store.history(scene.admin, scene.campaign, None).await.unwrap();
        assert_eq!(first.operations.len(), 50);
        let (undo, undone) = (&first.operations[0], &first.operations[1]);
        assert_eq!((undo.kind, undo.undoes, undo.by.as_str()), (OperationKind::Undo, Some(OperationId(60)), "Texter 1000"));
        assert_eq!((undone.kind, undone.undone_by), (OperationKind::BulkMove, Some(OperationId(61))));
        let second = database.store.history(scene.admin, scene.campaign, first.next).await.unwrap();
        let ids: Vec<i64> = second.operations.iter().map(|operation| operation.id.get()).collect();
        assert_eq!((ids, second.next), ((1..=11).rev().collect(), None));
        let detail = database.store.operation(scene.admin, scene.campaign, OperationId(1)).await.unwrap();
        assert_eq!(detail.request, "Some (1), Any, from everyone, to Texter 1");
        let names: Vec<&str> = detail.people.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Unassigned", "Texter 1"]);
        let foreign = database.store.operation(other.admin, other.campaign, OperationId(1)).await;
        assert_eq!(foreign, Err(ApiError::NotFound(Thing::Operation)));
        let campaign = database.store.history(other.admin, scene.campaign, None).await;
        assert_eq!(campaign, Err(ApiError::NotFound(Thing::Campaign)));
    }
}

on_both_engines! {
    async fn a_removal_can_be_undone_as_far_as_its_texter_is_back(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, Some(ABBY), 3).await;
        let asked = Request::removal(ABBY, Target::Unassigned);
        let fingerprint = crate::reassign::preview(&database, scene, &asked).await.fingerprint();
        database.store
            .remove_texter(scene.admin, scene.campaign, ABBY, Target::Unassigned, fingerprint, OperationId(1)).await.unwrap();
        let plan = preview(&database, scene, 1).await;
        assert_eq!((plan.moved, plan.without_owner), (0, 3));
        run(&database, "INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at) VALUES ($1, 1000000, $2, 0)", 1, 1).await;
        do_undo(&database, scene, 1, 2).await.unwrap();
        assert_eq!(held(&database, scene, Some(ABBY)).await, 3);
    }
}

/// How many lists an operation keeps of its own.
async fn lists(database: &Database, operation: i64) -> i64 {
    let mut transaction = database.store.begin().await.unwrap();
    let count =
        sqlx::query("SELECT count(*) AS lists FROM operation_move WHERE organization_id = 1 AND operation_id = $1")
            .bind(operation)
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
    count.get("lists")
}

on_both_engines! {
    async fn an_undo_of_what_nobody_touched_shares_the_lists_of_what_it_undoes(database: Database) {
        let scene = scene(&database, 1, 4).await;
        add_not_started(&database, scene, 1, None, 7).await;
        add_not_started(&database, scene, 8, Some(LINDSEY), 5).await;
        do_move(&database, scene, request(HowMany::All, &[ABBY, MemberId(3)]), 1).await;
        let moved = all(&database, scene).await;
        assert!(lists(&database, 1).await > 0);
        do_undo(&database, scene, 1, 2).await.unwrap();
        do_undo(&database, scene, 2, 3).await.unwrap();
        assert_eq!(all(&database, scene).await, moved);
        do_undo(&database, scene, 3, 4).await.unwrap();
        let home = all(&database, scene).await;
        assert_eq!((lists(&database, 2).await, lists(&database, 3).await, lists(&database, 4).await), (0, 0, 0));
        // One of them goes on: the others are found in the lists of the first, read the other way.
        do_move(&database, scene, request(HowMany::Some(1), &[MemberId(4)]), 5).await;
        do_undo(&database, scene, 4, 6).await.unwrap();
        assert!(lists(&database, 6).await > 0, "what it moved is less than what it undid");
        let expected: Vec<Owner> = all(&database, scene).await;
        for ((now, moved), home) in expected.into_iter().zip(moved).zip(home) {
            assert!(now == moved || (now == Some(MemberId(4)) && home.is_none()), "{now:?} {moved:?} {home:?}");
        }
        assert_eq!(held(&database, scene, Some(MemberId(4))).await, 1);
    }
}

const A_CONTACT: &str = "
    INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
    VALUES ($1, $2, 1000000, '+1212555010' || CAST($2 AS TEXT), 'Ada', 'Lovelace', '{}')";

on_both_engines! {
    async fn an_undo_sees_that_a_conversation_went_away_and_came_back_to_somebody_else(database: Database) {
        let scene = scene(&database, 1, 3).await;
        add_not_started(&database, scene, 1, None, 2).await;
        for conversation in [1, 2] {
            run(&database, A_CONTACT, 1, conversation).await;
        }
        do_move(&database, scene, request(HowMany::All, &[ABBY, LINDSEY]), 1).await;
        let stale = preview(&database, scene, 1).await.fingerprint();
        // The two change hands one by one: every total stays what it was.
        let (first, second) = (ConversationId(1), ConversationId(2));
        database.store.reassign_one(scene.admin, first, Some(LINDSEY), OperationId(2)).await.unwrap();
        database.store.reassign_one(scene.admin, second, Some(ABBY), OperationId(3)).await.unwrap();
        let plan = preview(&database, scene, 1).await;
        assert_eq!((plan.moved, plan.stays.as_slice()), (0, [(Fate::MovedOn, 2)].as_slice()));
        let answer = database.store.undo(scene.admin, &undo_commit(scene, 1, stale, 6)).await.unwrap();
        assert!(matches!(answer, UndoAnswer::Conflict { .. }), "{answer:?}");
        database.store.reassign_one(scene.admin, first, Some(ABBY), OperationId(4)).await.unwrap();
        database.store.reassign_one(scene.admin, second, Some(LINDSEY), OperationId(5)).await.unwrap();
        do_undo(&database, scene, 1, 6).await.unwrap();
        assert_eq!(all(&database, scene).await, [None, None]);
    }
}
