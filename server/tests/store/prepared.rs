//! What admins prepare for texters: survey questions, recommended replies, follow-ups, hours.

use handoff_core::campaign::hours::Hours;
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::InitialWindow;
use handoff_core::follow_up::{Audience, FollowUpError};
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Sort, Tab};
use handoff_core::message::Kind;
use handoff_core::order::OrderError;
use handoff_core::sending::SendError;
use handoff_core::status::Status;
use handoff_core::survey::answer::{Answer, AnswerError};
use handoff_core::survey::{Answers, Choice, Draft as QuestionDraft};
use handoff_core::{ChoiceId, ConversationId, FollowUpId, Instant, MemberId, QuestionId, ReplyId};
use handoff_server::model::messenger::Found;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use handoff_server::store::follow_up::Draft as FollowUpDraft;
use handoff_server::store::send::Draft;

use crate::database::{START, on_both_engines};
use crate::scene::run;
use crate::talk::{contact, draft, second_campaign, send, talk};

const ABBY: MemberId = MemberId(1);

fn question(text: &str, choices: &[(i64, &str)]) -> QuestionDraft {
    let choices = choices.iter().map(|(id, text)| Choice { id: ChoiceId(*id), text: (*text).to_owned() });
    QuestionDraft { text: text.to_owned(), answers: Answers::Choice(choices.collect()) }
}

/// The field of a refusal.
fn field(result: Result<(), ApiError>) -> String {
    match result {
        Err(ApiError::Invalid { field, .. }) => field,
        other => panic!("not a refusal of a field: {other:?}"),
    }
}

on_both_engines! {
    async fn questions_are_written_ordered_answered_and_deleted(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let second = second_campaign(&database, scene).await;
        let elsewhere = talk(&database, 2, 1).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let (store, admin, campaign) = (&database.store, scene.admin, scene.campaign);
        let (vote, why) = (QuestionId(1), QuestionId(2));
        let words = QuestionDraft { text: " Why?\n".to_owned(), answers: Answers::Text };
        store.save_question(admin, campaign, vote, &question("Vote?", &[(11, "Yes"), (12, "No")])).await.unwrap();
        store.save_question(admin, campaign, why, &words).await.unwrap();
        let list = async || {
            let all = store.questions(admin, campaign).await.unwrap();
            all.into_iter().map(|one| (one.id, one.question.text)).collect::<Vec<_>>()
        };
        assert_eq!(list().await, [(vote, "Vote?".to_owned()), (why, "Why?".to_owned())]);
        store.order_questions(admin, campaign, &[why, vote]).await.unwrap();
        assert_eq!(list().await[0].0, why);
        assert_eq!(store.order_questions(admin, campaign, &[vote]).await.unwrap_err(), OrderError.into());
        assert_eq!(field(store.save_question(admin, campaign, vote, &question("", &[])).await), "text");
        assert_eq!(field(store.save_question(admin, campaign, vote, &question("Vote?", &[(11, "Yes")])).await), "answers");
        let missing = Err(ApiError::NotFound(Thing::Question));
        assert_eq!(store.save_question(admin, second.campaign, vote, &words).await, missing, "it is another campaign's");
        let nowhere = store.save_question(elsewhere.admin, campaign, QuestionId(3), &words).await;
        assert_eq!(nowhere, Err(ApiError::NotFound(Thing::Campaign)));

        let abby = Actor { member: ABBY, ..admin };
        let seven = ConversationId(7);
        let record = async |question, answer| store.record_answer(abby, seven, question, Some(answer)).await.map(|done| done.0);
        let yes = record(vote, Answer::Choice(ChoiceId(11))).await.unwrap().unwrap();
        assert_eq!((yes.at, yes.by.as_str()), (START, "Texter 1"));
        assert_eq!(record(vote, Answer::Choice(ChoiceId(99))).await.unwrap_err(), AnswerError::Changed.into());
        assert_eq!(record(why, Answer::Text(" ".to_owned())).await.unwrap_err(), AnswerError::Empty.into());
        record(why, Answer::Text("Because".to_owned())).await.unwrap();
        // A choice that is renamed keeps what was recorded with it, one that is gone cannot be chosen any more.
        store.save_question(admin, campaign, vote, &question("Vote?", &[(11, "Certainly"), (13, "Perhaps")])).await.unwrap();
        assert_eq!(record(vote, Answer::Choice(ChoiceId(12))).await.unwrap_err(), AnswerError::Changed.into());
        let answers = store.thread(abby, seven).await.unwrap().answers;
        assert_eq!(answers.iter().map(|one| one.answer.clone()).collect::<Vec<_>>(),
            [Answer::Choice(ChoiceId(11)), Answer::Text("Because".to_owned())]);
        store.record_answer(abby, seven, why, None).await.unwrap();
        assert_eq!(store.thread(abby, seven).await.unwrap().answers.len(), 1);
        store.delete_question(admin, campaign, vote).await.unwrap();
        assert_eq!(record(vote, Answer::Choice(ChoiceId(11))).await.unwrap_err(), AnswerError::Deleted.into());
        assert_eq!(store.delete_question(admin, campaign, vote).await, missing);
        assert_eq!(store.save_question(admin, campaign, vote, &words).await, missing, "what is deleted stays deleted");
    }
}

on_both_engines! {
    async fn replies_of_campaigns_and_of_the_organization(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let second = second_campaign(&database, scene).await;
        let (store, admin) = (&database.store, scene.admin);
        let campaign = Some(scene.campaign);
        store.save_reply(admin, campaign, ReplyId(1), "Where", "At the hall, {first_name}").await.unwrap();
        store.save_reply(admin, campaign, ReplyId(2), "When", "Tuesday").await.unwrap();
        store.save_reply(admin, None, ReplyId(3), "Thanks", "Thank you!").await.unwrap();
        let titles = async |campaign| {
            let all = store.replies(admin, campaign).await.unwrap();
            all.into_iter().map(|reply| reply.title).collect::<Vec<_>>()
        };
        assert_eq!(titles(campaign).await, ["Where", "When"]);
        store.order_replies(admin, campaign, &[ReplyId(2), ReplyId(1)]).await.unwrap();
        store.save_reply(admin, campaign, ReplyId(1), "Where to", "At the hall").await.unwrap();
        assert_eq!(titles(campaign).await, ["When", "Where to"]);
        assert_eq!(store.order_replies(admin, None, &[ReplyId(2)]).await.unwrap_err(), OrderError.into());
        assert_eq!(field(store.save_reply(admin, campaign, ReplyId(4), " ", "Hi").await), "title");
        assert_eq!(field(store.save_reply(admin, campaign, ReplyId(4), "Hi", "{city}").await), "text");
        let missing = Err(ApiError::NotFound(Thing::Reply));
        assert_eq!(store.save_reply(admin, Some(second.campaign), ReplyId(1), "Hi", "Hi").await, missing);
        assert_eq!(store.delete_reply(admin, None, ReplyId(1)).await, missing);
        let abby = Actor { member: ABBY, ..admin };
        let messenger = store.messenger(abby, scene.campaign, Whose::Mine).await.unwrap();
        let replies: Vec<_> = messenger.replies.iter().map(|reply| reply.title.as_str()).collect();
        assert_eq!(replies, ["When", "Where to", "Thanks"]);
        store.delete_reply(admin, None, ReplyId(3)).await.unwrap();
        assert_eq!(titles(None).await, Vec::<String>::new());
    }
}

on_both_engines! {
    async fn a_follow_up_is_sent_once_to_those_who_are_meant(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let (store, admin, campaign) = (&database.store, scene.admin, scene.campaign);
        let abby = Actor { member: ABBY, ..admin };
        let written = |text: &str, audience, expires_at| {
            let (title, text) = ("Reminder".to_owned(), text.to_owned());
            FollowUpDraft { id: FollowUpId(50), title, text, audience, expires_at }
        };
        let later = Some(START.plus_seconds(100));
        let good = written("Vote today, {first_name}!", Audience::Status(Status::Waiting), later);
        for (bad, expected) in [
            (written("", Audience::Everyone, None), "text"),
            (written("{city}", Audience::Everyone, None), "text"),
            (written("Hi", Audience::Everyone, Some(START)), "expires_at"),
            (written("Hi", Audience::Status(Status::NotStarted), None), "audience"),
        ] {
            assert_eq!(field(store.save_follow_up(admin, campaign, &bad).await), expected);
        }
        let nobody = written("Hi", Audience::Answer(QuestionId(1), ChoiceId(2)), None);
        assert_eq!(store.save_follow_up(admin, campaign, &nobody).await, Err(ApiError::NotFound(Thing::Question)));
        store.save_follow_up(admin, campaign, &good).await.unwrap();
        let in_list = async || {
            let list = store.list(abby, campaign, Whose::Mine, Tab::FollowUps, Sort::NeedsReply, "", None).await.unwrap();
            list.rows.len()
        };
        assert_eq!(in_list().await, 0, "we have not written yet");
        send(&database, scene, ABBY, &draft(7, 100, Kind::Initial, "Hi")).await.unwrap();
        assert_eq!(in_list().await, 1);
        let thread = store.thread(abby, ConversationId(7)).await.unwrap();
        assert_eq!((thread.next.kind, thread.next.text.as_str()), (Kind::FollowUp, "Vote today, Lee!"));
        let follow_up = Draft { follow_up: Some(FollowUpId(50)), text: None, ..draft(7, 101, Kind::FollowUp, "") };
        assert_eq!(send(&database, scene, ABBY, &follow_up).await.unwrap().message.body, "Vote today, Lee!");
        assert_eq!(in_list().await, 0);
        let again = Draft { message: handoff_core::MessageId(102), ..follow_up.clone() };
        let sent: ApiError = SendError::FollowUp(FollowUpError::Sent).into();
        assert_eq!(send(&database, scene, ABBY, &again).await.unwrap_err(), sent);
        let list = store.follow_ups(admin, campaign).await.unwrap();
        assert_eq!((list.len(), list[0].sent, list[0].audience, list[0].expires_at), (1, 1, good.audience, later));
        // It expires, for those who have not got it.
        contact(&database, scene, 8, 2, "Kim", Some(ABBY)).await;
        send(&database, scene, ABBY, &draft(8, 103, Kind::Initial, "Hi")).await.unwrap();
        assert_eq!(in_list().await, 1);
        database.clock.advance_seconds(100);
        assert_eq!(in_list().await, 0);
        let late = Draft { conversation: ConversationId(8), message: handoff_core::MessageId(104), ..follow_up.clone() };
        let expired: ApiError = SendError::FollowUp(FollowUpError::Expired(START.plus_seconds(100))).into();
        assert_eq!(send(&database, scene, ABBY, &late).await.unwrap_err(), expired);
        store.delete_follow_up(admin, campaign, FollowUpId(50)).await.unwrap();
        assert_eq!(send(&database, scene, ABBY, &late).await.unwrap_err(), ApiError::NotFound(Thing::FollowUp));
    }
}

on_both_engines! {
    async fn the_window_hides_initial_messages_and_assignments_say_what_waits(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, scene, 8, 2, "Kim", Some(ABBY)).await;
        let (store, abby) = (&database.store, Actor { member: ABBY, ..scene.admin });
        send(&database, scene, ABBY, &draft(7, 100, Kind::Initial, "Hi")).await.unwrap();
        let tabs = async || {
            let assignments = store.assignments(abby).await.unwrap();
            assert_eq!(assignments.len(), 1);
            (assignments[0].tabs.initial, assignments[0].tabs.silent)
        };
        assert_eq!(tabs().await, (1, 1));
        let over = InitialWindow::new(None, Some(Instant(1))).unwrap();
        let zone = TimeZoneName::parse("UTC").unwrap();
        store.save_hours(scene.admin, scene.campaign, &zone, Hours::default(), over).await.unwrap();
        assert_eq!(tabs().await, (0, 2));
        let list = store.list(abby, scene.campaign, Whose::Mine, Tab::Initial, Sort::NeedsReply, "", None).await.unwrap();
        assert_eq!(list.rows, []);
        let nobody = Actor { member: MemberId(2), ..scene.admin };
        assert_eq!(store.assignments(nobody).await.unwrap()[0].tabs.silent, 0);
        let unknown = TimeZoneName::parse("Middle/Earth").unwrap();
        let refused = store.save_hours(scene.admin, scene.campaign, &unknown, Hours::default(), over).await;
        assert_eq!(field(refused.map(drop)), "time_zone");
    }
}

on_both_engines! {
    async fn long_lists_come_in_pages_and_searches_want_every_word(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let names = ["Mary Ann", "Ann", "Bob", "mary"];
        for id in 1..=230 {
            let name = names[usize::try_from(id).unwrap() % names.len()];
            contact(&database, scene, id, id, name, Some(ABBY)).await;
        }
        run(
            &database,
            "UPDATE conversation SET status = 1, standing = 1, contact_wrote_at = conversation_id, waiting_since = 231 - conversation_id
             WHERE organization_id = $1 AND campaign_id = $2",
            1,
            scene.campaign.get(),
        )
        .await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let list = async |sort, search: &str, after| {
            database.store.list(abby, scene.campaign, Whose::Mine, Tab::Responses, sort, search, after).await.unwrap()
        };
        for sort in Sort::ALL {
            let (mut rows, mut after, mut sizes) = (Vec::new(), None, Vec::new());
            loop {
                let page = list(sort, "", after).await;
                sizes.push(page.rows.len());
                rows.extend(page.rows);
                after = rows.last().cloned();
                if !page.more {
                    break;
                }
            }
            assert_eq!(sizes, [100, 100, 30], "{sort:?}");
            assert!(rows.windows(2).all(|pair| sort.compare(&pair[0], &pair[1]).is_lt()), "{sort:?}");
        }
        let found = list(Sort::AToZ, "ann MARY", None).await;
        assert_eq!((found.found, found.rows.len(), found.more), (Some(Found::All(57)), 57, false));
        assert_eq!(list(Sort::NeedsReply, "mary", None).await.found, Some(Found::All(114)));
        assert_eq!(list(Sort::NeedsReply, "mary bob", None).await.found, Some(Found::All(0)));
    }
}
