//! The history by kind and person: what a filter leaves is what a naive look at every operation leaves.

use std::collections::BTreeSet;

use handoff_core::operation::OperationKind;
use handoff_core::permission::Forbidden;
use handoff_core::request::HowMany;
use handoff_core::self_assignment::PoolKind;
use handoff_core::status::Status;
use handoff_core::{MemberId, OperationId};
use handoff_server::model::history::{HistoryCursor, HistoryFilter, OperationRow};
use handoff_server::store::Actor;
use handoff_server::store::engine::migrations::migrations;
use sqlx::{AssertSqlSafe, Row};

use crate::database::{Database, on_both_engines};
use crate::reassign::do_move;
use crate::request::{ABBY, LINDSEY, ask, free, switch_on};
use crate::scene::{Scene, add, add_not_started, scene};
use crate::undo::do_undo;

/// Everything that a filter leaves, page by page.
async fn all(database: &Database, scene: Scene, filter: &HistoryFilter) -> Vec<OperationRow> {
    let (mut rows, mut after): (Vec<OperationRow>, Option<HistoryCursor>) = (Vec::new(), None);
    loop {
        let page = database.store.history_of(scene.admin, scene.campaign, filter, after).await.unwrap();
        rows.extend(page.operations);
        match page.next {
            Some(next) => after = Some(next),
            None => return rows,
        }
    }
}

/// Moves, requests and undos of three texters: more than a page of each but the last.
async fn past(database: &Database) -> Scene {
    let scene = scene(database, 1, 3).await;
    add_not_started(database, scene, 1, None, 60).await;
    add(database, scene, 1_000, &[free(Status::NeedsReply, 1); 60]).await;
    for number in 0..60 {
        // Several at one instant.
        if number % 3 == 0 {
            database.clock.advance_seconds(1);
        }
        let to = if number % 4 == 0 { vec![ABBY, LINDSEY] } else { vec![LINDSEY] };
        do_move(database, scene, crate::reassign::request(HowMany::Some(2), &to), 100 + number).await;
    }
    switch_on(database, scene, 1, PoolKind::Both, None).await;
    add(database, scene, 2_000, &[free(Status::NeedsReply, 1); 70]).await;
    for number in 0..70 {
        ask(database, scene, MemberId(3), 200 + number).await.unwrap();
    }
    database.clock.advance_seconds(1);
    do_undo(database, scene, 130, 300).await.unwrap();
    do_undo(database, scene, 200, 301).await.unwrap();
    scene
}

on_both_engines! {
    async fn a_filter_leaves_what_a_naive_look_at_every_operation_leaves(database: Database) {
        let scene = past(&database).await;
        let everything = all(&database, scene, &HistoryFilter::default()).await;
        assert_eq!(everything.len(), 132);
        let mut concerned: Vec<BTreeSet<MemberId>> = Vec::new();
        for row in &everything {
            let detail = database.store.operation(scene.admin, scene.campaign, row.id).await.unwrap();
            let by = if row.kind == OperationKind::Request { MemberId(3) } else { scene.admin.member };
            concerned.push(detail.people.iter().filter_map(|(_, change)| change.owner).chain([by]).collect());
        }
        let kinds = [
            vec![], vec![OperationKind::BulkMove], vec![OperationKind::Request, OperationKind::Undo],
            vec![OperationKind::GiveBack], OperationKind::ALL.to_vec(),
            vec![OperationKind::Undo, OperationKind::Undo],
        ];
        let people = [None, Some(ABBY), Some(LINDSEY), Some(MemberId(3)), Some(scene.admin.member), Some(MemberId(77))];
        for kinds in kinds {
            for person in people {
                let left: Vec<_> = everything.iter().zip(&concerned)
                    .filter(|(row, _)| kinds.is_empty() || kinds.contains(&row.kind))
                    .filter(|(_, concerned)| person.is_none_or(|person| concerned.contains(&person)))
                    .map(|(row, _)| row.clone()).collect();
                let filter = HistoryFilter { kinds: kinds.clone(), person };
                assert_eq!(all(&database, scene, &filter).await, left, "{filter:?}");
            }
        }
        let texter = Actor { member: ABBY, ..scene.admin };
        let filter = HistoryFilter { kinds: vec![], person: Some(ABBY) };
        assert_eq!(database.store.history_of(texter, scene.campaign, &filter, None).await, Err(Forbidden.into()));
        // Another organization with the same ids has none of it.
        let other = crate::scene::scene(&database, 2, 1).await;
        assert_eq!(all(&database, other, &filter).await, []);
    }
}

/// Whom which operation concerns, as it is kept.
async fn kept(database: &Database) -> BTreeSet<(i64, i64, i64)> {
    let statement = "SELECT member_id, kind, committed_at, operation_id FROM operation_person";
    let rows = sqlx::query(statement).fetch_all(database.store.reader()).await.unwrap();
    rows.iter().map(|row| (row.get("member_id"), row.get("committed_at"), row.get("operation_id"))).collect()
}

on_both_engines! {
    async fn operations_from_before_are_found_too(database: Database) {
        past(&database).await;
        let before = kept(&database).await;
        assert!(before.contains(&(3, database.store.now().plus_seconds(-1).get(), OperationId(200).get())));
        let all = migrations(database.store.engine());
        let (_, _, sql) = all.into_iter().find(|(version, _, _)| *version == 8).unwrap();
        let filling = sql.split(';').find(|statement| statement.contains("INSERT INTO operation_person")).unwrap();
        for statement in ["DELETE FROM operation_person", filling] {
            sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(database.store.reader()).await.unwrap();
        }
        assert_eq!(kept(&database).await, before);
    }
}
