//! Two at once: held back by a lock until the database says that they wait, then let go. No sleeps.

use handoff_core::request::{From, HowMany};
use handoff_core::{MemberId, OperationId};
use handoff_server::model::ApiError;
use handoff_server::model::history::UndoAnswer;
use handoff_server::model::overview::CommitAnswer;
use handoff_server::store::engine::Engine;
use sqlx::{Any, Transaction};

use crate::database::{Database, on_both_engines};
use crate::reassign::{commit, do_move, held, preview, request};
use crate::scene::{Scene, add_not_started, scene};
use crate::undo::undo_commit;

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);

/// Begins a transaction that writes a single conversation of the campaign, as sending does, and keeps it open.
pub async fn writer(database: &Database, scene: Scene) -> Transaction<'static, Any> {
    let mut transaction = database.store.begin().await.unwrap();
    if let Some(share) = database.store.engine().share_campaign() {
        sqlx::query(share).bind(scene.campaign.get()).execute(&mut *transaction).await.unwrap();
    }
    transaction
}

/// Waits until so many transactions wait for a campaign; on SQLite, where a writer that has begun keeps every other one
/// from beginning, until so many writers wait.
pub async fn until_waiting(database: &Database, number: i64) {
    if database.store.engine() == Engine::Sqlite {
        while i64::from(database.store.writers_waiting()) < number {
            tokio::task::yield_now().await;
        }
        return;
    }
    loop {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        .fetch_one(database.store.reader())
        .await
        .unwrap();
        if waiting >= number {
            return;
        }
        tokio::task::yield_now().await;
    }
}

on_both_engines! {
    async fn of_two_commits_at_once_one_moves_and_the_other_is_a_conflict(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 10).await;
        let some = request(HowMany::Some(6), &[ABBY, LINDSEY]);
        let fingerprint = preview(&database, scene, &some).await.fingerprint();
        let before = writer(&database, scene).await;
        let tasks: Vec<_> = [1, 2].map(|operation| {
            let (store, commit) = (database.store.clone(), commit(scene, some.clone(), fingerprint.clone(), operation));
            tokio::spawn(async move { store.commit(scene.admin, &commit).await })
        }).into();
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        let mut committed = 0;
        for task in tasks {
            match task.await.unwrap().unwrap() {
                CommitAnswer::Committed { moved, .. } => { assert_eq!(moved, 6); committed += 1; }
                CommitAnswer::Conflict { overview } => assert_eq!(overview.tally.unassigned.total(), 4),
            }
        }
        assert_eq!(committed, 1);
        assert_eq!(held(&database, scene, None).await, 4);
    }
}

on_both_engines! {
    async fn the_same_operation_twice_at_once_moves_once_and_answers_twice(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 10).await;
        let some = request(HowMany::Some(3), &[ABBY]);
        let repeated = commit(scene, some.clone(), preview(&database, scene, &some).await.fingerprint(), 7);
        let before = writer(&database, scene).await;
        let tasks: Vec<_> = [1, 2].map(|_| {
            let (store, repeated) = (database.store.clone(), repeated.clone());
            tokio::spawn(async move { store.commit(scene.admin, &repeated).await })
        }).into();
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        for task in tasks {
            let answer = task.await.unwrap().unwrap();
            assert!(matches!(answer, CommitAnswer::Committed { operation: OperationId(7), moved: 3, .. }));
        }
        assert_eq!(held(&database, scene, Some(ABBY)).await, 3);
    }
}

on_both_engines! {
    async fn a_status_that_changes_before_the_commit_is_a_conflict(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 4).await;
        let all = request(HowMany::All, &[ABBY]);
        let stale = commit(scene, all.clone(), preview(&database, scene, &all).await.fingerprint(), 1);
        let mut answering = writer(&database, scene).await;
        sqlx::query("UPDATE conversation SET status = 1, standing = 1 WHERE organization_id = 1 AND conversation_id = 2")
            .execute(&mut *answering).await.unwrap();
        let store = database.store.clone();
        let task = tokio::spawn(async move { store.commit(scene.admin, &stale).await });
        until_waiting(&database, 1).await;
        answering.commit().await.unwrap();
        let CommitAnswer::Conflict { overview } = task.await.unwrap().unwrap() else { panic!("a stale plan was committed") };
        assert_eq!(overview.tally.unassigned.get(handoff_core::status::Standing::NeedsReply), 1);
        assert_eq!(held(&database, scene, None).await, 4);
    }
}

on_both_engines! {
    async fn of_two_undos_at_once_one_restores(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 4).await;
        do_move(&database, scene, request(HowMany::All, &[ABBY]), 1).await;
        let fingerprint = crate::undo::preview(&database, scene, 1).await.fingerprint();
        let before = writer(&database, scene).await;
        let tasks: Vec<_> = [2, 3].map(|operation| {
            let (store, undo) = (database.store.clone(), undo_commit(scene, 1, fingerprint.clone(), operation));
            tokio::spawn(async move { store.undo(scene.admin, &undo).await })
        }).into();
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        let mut answers = vec![];
        for task in tasks {
            answers.push(task.await.unwrap().unwrap());
        }
        assert_eq!(answers.iter().filter(|answer| matches!(answer, UndoAnswer::Committed { moved: 4, .. })).count(), 1);
        assert_eq!(answers.iter().filter(|answer| matches!(answer, UndoAnswer::Conflict { .. })).count(), 1);
    }
}

on_both_engines! {
    async fn a_commit_that_dies_in_the_middle_leaves_nothing(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 4).await;
        // The database refuses the last conversation: the act fails after most of it was done.
        let refuse = "ALTER TABLE operation_move RENAME TO operation_move_away";
        let restore = "ALTER TABLE operation_move_away RENAME TO operation_move";
        let mut from_unassigned = request(HowMany::All, &[ABBY, LINDSEY]);
        from_unassigned.from = From::Unassigned;
        let fingerprint = preview(&database, scene, &from_unassigned).await.fingerprint();
        let same = commit(scene, from_unassigned, fingerprint, 1);
        sqlx::raw_sql(refuse).execute(database.store.reader()).await.unwrap();
        assert_eq!(database.store.commit(scene.admin, &same).await, Err(ApiError::Broken));
        sqlx::raw_sql(restore).execute(database.store.reader()).await.unwrap();
        assert_eq!(held(&database, scene, None).await, 4);
        assert_eq!(database.store.history(scene.admin, scene.campaign, None).await.unwrap().operations, []);
        // Sent again, it does what it was to do, once.
        assert!(matches!(database.store.commit(scene.admin, &same).await, Ok(CommitAnswer::Committed { moved: 4, .. })));
        assert_eq!(held(&database, scene, None).await, 0);
    }
}

on_both_engines! {
    async fn campaigns_are_archived_once_nobody_writes_in_them(database: Database) {
        let scene = scene(&database, 1, 1).await;
        let sending = writer(&database, scene).await;
        let (store, admin, campaign) = (database.store.clone(), scene.admin, scene.campaign);
        let mut archiving = tokio::spawn(async move { store.archive_campaigns(admin, &[campaign]).await });
        tokio::select! {
            () = until_waiting(&database, 1) => {}
            _ = &mut archiving => panic!("it did not wait"),
        }
        sending.commit().await.unwrap();
        assert_eq!(archiving.await.unwrap().unwrap().archived, [scene.campaign]);
    }
}
