//! Requests at the same time: held back by a lock until the database says that they wait, then let go. No sleeps.

use handoff_core::plan::Owner;
use handoff_core::request::{From, HowMany};
use handoff_core::self_assignment::{PoolKind, RequestRefusal};
use handoff_core::status::Status;
use handoff_core::{MemberId, OperationId};
use handoff_server::model::ApiError;
use handoff_server::model::overview::CommitAnswer;
use handoff_server::model::self_assignment::Requested;
use handoff_server::store::Actor;
use handoff_server::store::engine::Engine;
use sqlx::{Any, Transaction};
use tokio::task::JoinHandle;

use crate::concurrency::{until_waiting, writer};
use crate::database::{Database, fresh, on_both_engines, once};
use crate::reassign::{commit, held, preview, request};
use crate::request::{ABBY, LINDSEY, ask, free, of, switch_on};
use crate::scene::{Made, Scene, add, add_not_started, owners, run, scene};

/// Keeps everybody who writes in the campaign waiting.
async fn alone(database: &Database, scene: Scene) -> Transaction<'static, Any> {
    let mut transaction = database.store.begin().await.unwrap();
    if let Some(lock) = database.store.engine().lock_campaign() {
        sqlx::query(lock).bind(scene.campaign.get()).execute(&mut *transaction).await.unwrap();
    }
    transaction
}

fn request_of(
    database: &Database,
    scene: Scene,
    member: MemberId,
    operation: i64,
) -> JoinHandle<Result<Requested, ApiError>> {
    let (store, actor) = (database.store.clone(), Actor { member, ..scene.admin });
    let operation = OperationId(operation);
    tokio::spawn(async move { store.request_conversations(actor, scene.campaign, operation, None).await })
}

/// What two who ask at once are given, the larger batch first.
async fn at_once(database: &Database, scene: Scene, operations: [i64; 2]) -> [u32; 2] {
    let before = alone(database, scene).await;
    let tasks = [(ABBY, operations[0]), (LINDSEY, operations[1])]
        .map(|(member, operation)| request_of(database, scene, member, operation));
    until_waiting(database, 2).await;
    before.commit().await.unwrap();
    let mut given = [0; 2];
    for (task, given) in tasks.into_iter().zip(&mut given) {
        *given = task.await.unwrap().unwrap().taken.counts.total();
    }
    given.sort_unstable();
    given.reverse();
    given
}

on_both_engines! {
    async fn two_who_ask_at_once_get_different_ones_and_as_much_as_there_is(database: Database) {
        // Whoever asks first: again and again, so that they come between each other in any way.
        for round in 1..=8 {
            for (free, wanted) in [(20, [10, 10]), (15, [10, 5]), (10, [10, 0]), (0, [0, 0])] {
                let scene = scene(&database, round * 100 + free, 2).await;
                add_not_started(&database, scene, scene.campaign.get(), None, usize::try_from(free).unwrap()).await;
                switch_on(&database, scene, 10, PoolKind::Both, None).await;
                assert_eq!(at_once(&database, scene, [1, 2]).await, wanted, "of {free}");
                let (abby, lindsey) = (of(&database, scene, ABBY).await, of(&database, scene, LINDSEY).await);
                assert_eq!(u32::try_from(abby.len() + lindsey.len()), Ok(wanted[0] + wanted[1]));
                assert!(abby.iter().all(|conversation| !lindsey.contains(conversation)));
            }
        }
    }
}

on_both_engines! {
    async fn in_two_tabs_at_once_a_texter_gets_one_batch(database: Database) {
        let scene = scene(&database, 1, 1).await;
        add_not_started(&database, scene, 1, None, 50).await;
        switch_on(&database, scene, 10, PoolKind::Both, None).await;
        let before = alone(&database, scene).await;
        let tasks = [1, 2].map(|operation| request_of(&database, scene, ABBY, operation));
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        assert!(answers.contains(&Err(ApiError::NoBatch(RequestRefusal::InitialWaits(10)))), "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(held(&database, scene, Some(ABBY)).await, 10);
    }
}

on_both_engines! {
    async fn in_two_tabs_at_once_a_texter_gets_one_batch_of_replies_too(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add(&database, scene, 1, &[free(Status::NeedsReply, 1); 50]).await;
        switch_on(&database, scene, 10, PoolKind::Both, None).await;
        let before = alone(&database, scene).await;
        let abbys = [1, 2, 3].map(|operation| request_of(&database, scene, ABBY, operation));
        let lindseys = request_of(&database, scene, LINDSEY, 4);
        until_waiting(&database, 4).await;
        before.commit().await.unwrap();
        let mut answers = Vec::new();
        for task in abbys {
            answers.push(task.await.unwrap().map(|answer| answer.taken.counts.total()));
        }
        answers.sort_by_key(Result::is_err);
        let meanwhile = Err(ApiError::NoBatch(RequestRefusal::AnsweredMeanwhile));
        assert_eq!(answers, [Ok(10), meanwhile.clone(), meanwhile]);
        assert_eq!(lindseys.await.unwrap().unwrap().taken.counts.total(), 10, "somebody else's is none of hers");
        // One after the other she may have as many as she wants.
        assert_eq!(ask(&database, scene, ABBY, 5).await.unwrap().taken.counts.total(), 10);
        assert_eq!(held(&database, scene, Some(ABBY)).await, 20);
    }
}

on_both_engines! {
    async fn a_page_that_does_not_know_of_a_batch_gets_no_second_one(database: Database) {
        let scene = scene(&database, 1, 1).await;
        add(&database, scene, 1, &[free(Status::NeedsReply, 1); 50]).await;
        switch_on(&database, scene, 10, PoolKind::Both, None).await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let ask = async |operation, shown| {
            let asked = database.store.request_conversations(abby, scene.campaign, OperationId(operation), Some(shown)).await;
            asked.map(|answer| answer.taken.counts.total())
        };
        assert_eq!(ask(1, 0).await, Ok(10));
        // Minutes later, in another tab that has not heard of it.
        database.clock.advance_seconds(300);
        let more = ask(2, 0).await.unwrap_err();
        assert_eq!(more, ApiError::NoBatch(RequestRefusal::HoldsMore { held: 10 }));
        assert!(more.to_string().starts_with("You already hold 10 conversations of this campaign"), "{more}");
        assert_eq!(held(&database, scene, Some(ABBY)).await, 10);
        // The first answer was lost: the same request is answered as before.
        assert_eq!(ask(1, 0).await, Ok(10));
        // Who knows what they hold gets more; who thinks that they hold more than they do, too.
        assert_eq!(ask(3, 10).await, Ok(10));
        assert_eq!(ask(4, 500).await, Ok(10));
        assert_eq!(held(&database, scene, Some(ABBY)).await, 30);
    }
}

on_both_engines! {
    async fn a_request_that_another_server_answered_meanwhile_gives_nothing_more(database: Database) {
        let scene = scene(&database, 1, 1).await;
        add(&database, scene, 1, &[free(Status::NeedsReply, 1); 50]).await;
        switch_on(&database, scene, 10, PoolKind::Both, None).await;
        ask(&database, scene, ABBY, 1).await.unwrap();
        // What another server has answered is in the history, later than this one was made.
        run(&database, "UPDATE operation SET committed_at = committed_at + $2 WHERE organization_id = $1", 1, 1).await;
        let meanwhile = Err(ApiError::NoBatch(RequestRefusal::AnsweredMeanwhile));
        assert_eq!(ask(&database, scene, ABBY, 2).await, meanwhile);
        database.clock.advance_seconds(1);
        assert_eq!(ask(&database, scene, ABBY, 3).await.unwrap().taken.counts.total(), 10);
    }
}

on_both_engines! {
    async fn a_double_click_gives_once_and_answers_the_same_twice(database: Database) {
        let scene = scene(&database, 1, 1).await;
        add_not_started(&database, scene, 1, None, 50).await;
        switch_on(&database, scene, 10, PoolKind::Both, None).await;
        let before = alone(&database, scene).await;
        let tasks = [7, 7].map(|operation| request_of(&database, scene, ABBY, operation));
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap().unwrap());
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(held(&database, scene, Some(ABBY)).await, 10);
    }
}

on_both_engines! {
    async fn however_many_ask_in_parallel_nobody_is_above_the_ceiling(database: Database) {
        let scene = scene(&database, 1, 1).await;
        add(&database, scene, 1, &[Made { owner: Some(ABBY), ..free(Status::Waiting, 1) }; 495]).await;
        add(&database, scene, 1_000, &[free(Status::NeedsReply, 1); 100]).await;
        switch_on(&database, scene, 3, PoolKind::Both, Some(500)).await;
        let before = alone(&database, scene).await;
        let tasks: Vec<_> = (1..=8).map(|operation| request_of(&database, scene, ABBY, operation)).collect();
        until_waiting(&database, 8).await;
        before.commit().await.unwrap();
        let mut given = Vec::new();
        for task in tasks {
            given.push(task.await.unwrap().map_or(0, |answer| answer.taken.counts.total()));
        }
        given.sort_unstable();
        assert_eq!(given, [0, 0, 0, 0, 0, 0, 0, 3], "one batch");
        let rest = ask(&database, scene, ABBY, 9).await.unwrap().taken.counts.total();
        assert_eq!((rest, held(&database, scene, Some(ABBY)).await), (2, 500));
    }
}

on_both_engines! {
    async fn a_request_and_a_bulk_move_of_the_same_conversations(database: Database) {
        for round in 1..=6 {
            let scene = scene(&database, round, 2).await;
            add_not_started(&database, scene, scene.campaign.get(), None, 20).await;
            switch_on(&database, scene, 10, PoolKind::Both, None).await;
            let mut all = request(HowMany::All, &[LINDSEY]);
            all.from = From::Unassigned;
            let moving = commit(scene, all.clone(), preview(&database, scene, &all).await.fingerprint(), 2);
            let before = alone(&database, scene).await;
            let requesting = request_of(&database, scene, ABBY, 1);
            let store = database.store.clone();
            let task = tokio::spawn(async move { store.commit(scene.admin, &moving).await });
            until_waiting(&database, 2).await;
            before.commit().await.unwrap();
            let given = requesting.await.unwrap().unwrap().taken.counts.total();
            let owners = owners(&database, scene).await;
            let of = |who: Owner| owners.iter().filter(|(_, owner)| *owner == who).count();
            match task.await.unwrap().unwrap() {
                CommitAnswer::Committed { moved, .. } => {
                    assert_eq!((moved, given), (20, 0), "the move was first");
                    assert_eq!(of(Some(LINDSEY)), 20);
                }
                // Nothing of what was previewed: the admin sees what is left.
                CommitAnswer::Conflict { overview } => {
                    assert_eq!((overview.tally.unassigned.total(), given), (10, 10), "the request was first");
                    assert_eq!((of(Some(ABBY)), of(None)), (10, 10));
                }
            }
        }
    }
}

/// Puts hands on the first ten conversations, as a request does that is not done yet.
async fn taking(database: &Database, scene: Scene) -> Transaction<'static, Any> {
    let mut transaction = writer(database, scene).await;
    sqlx::query(
        "UPDATE conversation SET assignee_id = 2 WHERE organization_id = $1 AND conversation_id IN (
             SELECT conversation_id FROM conversation WHERE organization_id = $1 AND campaign_id = $2
             ORDER BY conversation_id LIMIT 10)",
    )
    .bind(scene.admin.organization.get())
    .bind(scene.campaign.get())
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction
}

// On PostgreSQL nobody waits for a batch that is being given to somebody else: on SQLite one writes at a time.
once! {
async fn nobody_waits_for_the_batch_of_somebody_else() {
    let database = fresh(Engine::Postgres).await;
    let scene = scene(&database, 1, 2).await;
    add_not_started(&database, scene, 1, None, 20).await;
    switch_on(&database, scene, 10, PoolKind::Both, None).await;
    let taking = taking(&database, scene).await;
    // It answers although the other one is not done.
    assert_eq!(ask(&database, scene, ABBY, 1).await.unwrap().taken.headline(), "10 assigned: 10 to start");
    assert_eq!(of(&database, scene, ABBY).await, (11..=20).collect::<Vec<i64>>());
    taking.commit().await.unwrap();
    assert_eq!(held(&database, scene, Some(LINDSEY)).await, 10);
}
}

on_both_engines! {
    async fn what_somebody_who_dies_had_their_hands_on_goes_to_the_next(database: Database) {
        for (dies, wanted) in [(true, "10 assigned: 10 to start"), (false, "5 assigned: that was the last of them")] {
            let scene = scene(&database, if dies { 1 } else { 2 }, 2).await;
            add_not_started(&database, scene, scene.campaign.get(), None, 15).await;
            switch_on(&database, scene, 10, PoolKind::Both, None).await;
            let taking = taking(&database, scene).await;
            let asking = request_of(&database, scene, ABBY, 1);
            // Five are free for certain, and ten may be: it waits to say which.
            until_waiting(&database, 1).await;
            if dies { drop(taking) } else { taking.commit().await.unwrap() }
            assert_eq!(asking.await.unwrap().unwrap().taken.headline(), wanted);
        }
    }
}

on_both_engines! {
    async fn forty_texters_empty_a_pool_without_doubling_or_losing_any(database: Database) {
        let scene = scene(&database, 1, 40).await;
        add(&database, scene, 1, &vec![free(Status::NeedsReply, 1); 1_000]).await;
        switch_on(&database, scene, 7, PoolKind::Both, None).await;
        let tasks: Vec<_> = (1..=40_i64).map(|texter| {
            let (store, actor) = (database.store.clone(), Actor { member: MemberId(texter), ..scene.admin });
            tokio::spawn(async move {
                let mut given = 0;
                for turn in 1.. {
                    let operation = OperationId(texter * 10_000 + turn);
                    let answer = store.request_conversations(actor, scene.campaign, operation, None).await.unwrap();
                    match answer.taken.counts.total() {
                        0 => break,
                        number => given += number,
                    }
                }
                given
            })
        }).collect();
        let mut given = 0;
        for task in tasks {
            given += task.await.unwrap();
        }
        assert_eq!(given, 1_000);
        assert_eq!(held(&database, scene, None).await, 0);
        let recorded: i64 = sqlx::query_scalar("SELECT CAST(sum(moved) AS BIGINT) FROM operation_move WHERE organization_id = $1")
            .bind(1_i64).fetch_one(database.store.reader()).await.unwrap();
        assert_eq!(recorded, 1_000);
    }
}
