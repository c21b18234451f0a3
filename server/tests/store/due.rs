//! For how many conversations a follow-up is still due: the database counts what the rule says of each.

use handoff_core::follow_up::{Audience, is_due};
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Sort, Tab};
use handoff_core::message::Kind;
use handoff_core::permission::Forbidden;
use handoff_core::status::Status;
use handoff_core::survey::answer::Answer;
use handoff_core::survey::{Answers, Choice, Draft as QuestionDraft};
use handoff_core::{ChoiceId, ConversationId, FollowUpId, MemberId, QuestionId};
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use handoff_server::store::follow_up::Draft as FollowUpDraft;
use handoff_server::store::receive::Inbound;
use handoff_server::store::send::Draft;

use crate::database::{Database, START, on_both_engines};
use crate::scene::Scene;
use crate::talk::{contact, draft, phone, send, state, talk};

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);
const VOTE: QuestionId = QuestionId(30);
const YES: ChoiceId = ChoiceId(1);

/// The audiences of the follow-ups with the ids from 50.
const AUDIENCES: [Audience; 5] = [
    Audience::Everyone,
    Audience::Status(Status::Waiting),
    Audience::Status(Status::NeedsReply),
    Audience::Status(Status::Resolved),
    Audience::Answer(VOTE, YES),
];

async fn prepare(database: &Database, scene: Scene) {
    let choices = vec![Choice { id: YES, text: "Yes".to_owned() }, Choice { id: ChoiceId(2), text: "No".to_owned() }];
    let question = QuestionDraft { text: "Will you vote?".to_owned(), answers: Answers::Choice(choices) };
    database.store.save_question(scene.admin, scene.campaign, VOTE, &question).await.unwrap();
    for (audience, id) in AUDIENCES.into_iter().zip(50..) {
        database.clock.advance_seconds(1);
        let (title, text) = (format!("Follow-up {id}"), "Vote today!".to_owned());
        let written = FollowUpDraft { id: FollowUpId(id), title, text, audience, expires_at: None };
        database.store.save_follow_up(scene.admin, scene.campaign, &written).await.unwrap();
    }
}

/// Every mixture of what can happen, one conversation for each: the bits of its id say what.
async fn live(database: &Database, scene: Scene, id: i64) {
    let holder = if id % 3 == 0 { LINDSEY } else { ABBY };
    let (store, actor) = (&database.store, Actor { member: holder, ..scene.admin });
    let conversation = ConversationId(id);
    contact(database, scene, id, id, "Lee", Some(holder)).await;
    if id & 1 != 0 {
        send(database, scene, holder, &draft(id, id * 100, Kind::Initial, "Hi")).await.unwrap();
    }
    if id & 2 != 0 {
        let inbound = Inbound {
            organization: scene.admin.organization,
            gateway_id: format!("in-{id}"),
            phone: phone(id).parse().unwrap(),
            body: "Hello".to_owned(),
        };
        store.receive(&inbound).await.unwrap();
    }
    if id & 4 != 0 {
        store.record_answer(actor, conversation, VOTE, Some(Answer::Choice(ChoiceId(1 + id / 8 % 2)))).await.unwrap();
    }
    if id & 8 != 0 && id & 2 != 0 {
        send(database, scene, holder, &draft(id, id * 100 + 1, Kind::Reply, "Thanks")).await.unwrap();
    }
    if id & 16 != 0 && id & 1 != 0 {
        let follow_up =
            Draft { follow_up: Some(FollowUpId(50)), text: None, ..draft(id, id * 100 + 2, Kind::FollowUp, "") };
        send(database, scene, holder, &follow_up).await.unwrap();
    }
    match id / 32 {
        1 if id & 3 != 0 => drop(store.resolve(actor, conversation).await.unwrap()),
        2 => drop(store.escalate(actor, conversation, "Help").await.unwrap()),
        3 => drop(store.opt_out(actor, conversation, None, true).await.unwrap()),
        _ => {}
    }
}

/// For how many the rule says so, and for how many of those that an owner has in their list of follow-ups.
async fn naive(database: &Database, scene: Scene, id: i64, audience: Audience, ids: &[i64]) -> u32 {
    let mut due = 0;
    for conversation in ids {
        let thread = database.store.thread(scene.admin, ConversationId(*conversation)).await.unwrap();
        let answers: Vec<_> = thread.answers.into_iter().map(|one| (one.question, one.answer)).collect();
        let sent = sqlx::query(
            "SELECT 1 FROM follow_up_sent WHERE organization_id = $1 AND follow_up_id = $2 AND conversation_id = $3",
        )
        .bind(scene.admin.organization.get())
        .bind(id)
        .bind(conversation)
        .fetch_optional(database.store.reader())
        .await
        .unwrap()
        .is_some();
        let state = state(database, scene, *conversation).await;
        due += u32::from(is_due(audience, None, &state, &answers, sent, START).is_ok());
    }
    due
}

async fn counted(database: &Database, actor: Actor, scene: Scene, whose: Option<Whose>) -> Vec<(i64, u32)> {
    let due = database.store.follow_ups_due(actor, scene.campaign, whose).await.unwrap();
    due.iter().map(|one| (one.id.get(), one.due)).collect()
}

on_both_engines! {
    async fn due_counts_agree_with_the_rule(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let elsewhere = talk(&database, 2, 1).await;
        prepare(&database, scene).await;
        let ids: Vec<i64> = (1..128).collect();
        for id in &ids {
            live(&database, scene, *id).await;
        }
        let (store, admin) = (&database.store, scene.admin);
        let abby = Actor { member: ABBY, ..admin };
        let mut whole = Vec::new();
        for (audience, id) in AUDIENCES.into_iter().zip(50..) {
            whole.push((id, naive(&database, scene, id, audience, &ids).await));
        }
        assert!(whole.iter().all(|(_, due)| *due > 0), "each has somebody: {whole:?}");
        assert_eq!(counted(&database, admin, scene, None).await, whole);
        for whose in [Whose::Unassigned, Whose::Member(ABBY), Whose::Member(LINDSEY)] {
            let list = store.list(admin, scene.campaign, whose, Tab::FollowUps, Sort::NeedsReply, "", None);
            let listed: Vec<i64> = list.await.unwrap().rows.iter().map(|row| row.id.get()).collect();
            let mut expected = Vec::new();
            for (audience, id) in AUDIENCES.into_iter().zip(50..) {
                expected.push((id, naive(&database, scene, id, audience, &listed).await));
            }
            assert_eq!(counted(&database, admin, scene, Some(whose)).await, expected, "{whose:?}");
        }
        let mine = counted(&database, abby, scene, Some(Whose::Mine)).await;
        assert_eq!(mine, counted(&database, admin, scene, Some(Whose::Member(ABBY))).await);
        // What has expired or was deleted is sent to nobody any more.
        store.delete_follow_up(admin, scene.campaign, FollowUpId(50)).await.unwrap();
        let statement = "UPDATE follow_up SET expires_at = $2 WHERE organization_id = $1 AND follow_up_id = 51";
        crate::scene::run(&database, statement, 1, store.now().get()).await;
        let left: Vec<i64> = counted(&database, admin, scene, None).await.into_iter().map(|(id, _)| id).collect();
        assert_eq!(left, [52, 53, 54]);
        // The whole campaign is for its admins, and a texter sees nobody else's.
        for whose in [None, Some(Whose::Unassigned), Some(Whose::Member(LINDSEY))] {
            let refused = store.follow_ups_due(abby, scene.campaign, whose).await.unwrap_err();
            assert_eq!(refused, ApiError::Forbidden(Forbidden), "{whose:?}");
        }
        let missing = store.follow_ups_due(elsewhere.admin, scene.campaign, None).await.unwrap_err();
        assert_eq!(missing, ApiError::NotFound(Thing::Campaign));
    }
}
