//! Copying a campaign: all that was prepared, and nobody who is texted.

use handoff_core::campaign::CampaignStatus;
use handoff_core::campaign::hours::{Hours, Minute};
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::InitialWindow;
use handoff_core::follow_up::Audience;
use handoff_core::permission::{Forbidden, Setting};
use handoff_core::self_assignment::PoolKind;
use handoff_core::status::Status;
use handoff_core::survey::{Answers, Choice, Draft as QuestionDraft};
use handoff_core::{CampaignId, ChoiceId, FollowUpId, MemberId, QuestionId, ReplyId};
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use handoff_server::store::follow_up::Draft as FollowUpDraft;

use crate::database::{Database, START, on_both_engines};
use crate::scene::Scene;
use crate::talk::{contact, talk};

const ABBY: MemberId = MemberId(1);

fn choices(of: &[(i64, &str)]) -> Answers {
    Answers::Choice(of.iter().map(|(id, text)| Choice { id: ChoiceId(*id), text: (*text).to_owned() }).collect())
}

/// Two questions, the second before the first and one that is deleted, two replies, follow-ups, one of them deleted, hours and terms.
async fn prepare(database: &Database, scene: Scene) {
    let (store, admin, campaign) = (&database.store, scene.admin, scene.campaign);
    for (id, text, answers) in [
        (11, "Will you vote?", choices(&[(101, "Yes"), (102, "No"), (103, "Perhaps")])),
        (12, "Why?", Answers::Text),
        (13, "Gone?", choices(&[(101, "Yes"), (102, "No")])),
    ] {
        store
            .save_question(admin, campaign, QuestionId(id), &QuestionDraft { text: text.to_owned(), answers })
            .await
            .unwrap();
    }
    for (id, title, audience, expires_at) in [
        (31, "All", Audience::Everyone, Some(START.plus_seconds(1_000))),
        (32, "Silent", Audience::Status(Status::Waiting), None),
        (33, "Yes", Audience::Answer(QuestionId(11), ChoiceId(101)), None),
        (34, "Never", Audience::Answer(QuestionId(11), ChoiceId(103)), None),
        (35, "Gone", Audience::Answer(QuestionId(13), ChoiceId(101)), None),
        (36, "Deleted", Audience::Everyone, None),
    ] {
        let (title, text) = (title.to_owned(), "Vote, {first_name}!".to_owned());
        let draft = FollowUpDraft { id: FollowUpId(id), title, text, audience, expires_at };
        store.save_follow_up(admin, campaign, &draft).await.unwrap();
    }
    store.delete_follow_up(admin, campaign, FollowUpId(36)).await.unwrap();
    store.delete_question(admin, campaign, QuestionId(13)).await.unwrap();
    let two = QuestionDraft { text: "Will you vote?".to_owned(), answers: choices(&[(101, "Yes"), (102, "No")]) };
    store.save_question(admin, campaign, QuestionId(11), &two).await.unwrap();
    store.order_questions(admin, campaign, &[QuestionId(12), QuestionId(11)]).await.unwrap();
    store.save_reply(admin, Some(campaign), ReplyId(21), "Where", "At the hall").await.unwrap();
    store.save_reply(admin, Some(campaign), ReplyId(22), "When", "On Tuesday").await.unwrap();
    store.order_replies(admin, Some(campaign), &[ReplyId(22), ReplyId(21)]).await.unwrap();
    let zone = TimeZoneName::parse("Europe/Paris").unwrap();
    let hours = Hours::new(Minute::new(600).unwrap(), Minute::new(1_200).unwrap()).unwrap();
    let window = InitialWindow::new(None, Some(START.plus_seconds(500))).unwrap();
    store.save_hours(admin, campaign, &zone, hours, window).await.unwrap();
    store.save_self_assignment(admin, campaign, Setting::On, Some(25), PoolKind::Initial, Some(100)).await.unwrap();
}

on_both_engines! {
    async fn what_was_prepared_is_copied_and_nobody_who_is_texted(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        prepare(&database, scene).await;
        database.clock.advance_seconds(60);
        let (store, admin) = (&database.store, scene.admin);
        let copy = store.copy_campaign(admin, scene.campaign, "  Autumn ").await.unwrap();
        let read = store.read_campaign(admin, copy).await.unwrap();
        assert_eq!((read.name.as_str(), read.status, read.created_at), ("Autumn", CampaignStatus::Draft, store.now()));
        assert_eq!(read.initial_message, "Hi {first_name|there}!");
        assert_eq!(read.samples, vec![], "no contacts");
        let row = store.list_campaigns(admin).await.unwrap().into_iter().find(|row| row.id == copy).unwrap();
        assert_eq!((row.counts.total(), row.texters), (0, 0));

        let before = store.questions(admin, scene.campaign).await.unwrap();
        let questions = store.questions(admin, copy).await.unwrap();
        assert_eq!(questions.iter().map(|one| one.question.text.as_str()).collect::<Vec<_>>(), ["Why?", "Will you vote?"]);
        assert_eq!(questions[1].question.answers, choices(&[(101, "Yes"), (102, "No")]));
        assert!(before.iter().all(|old| questions.iter().all(|new| new.id != old.id)), "they are questions of their own");

        let replies = store.replies(admin, Some(copy)).await.unwrap();
        let titles: Vec<_> = replies.iter().map(|reply| reply.title.as_str()).collect();
        assert_eq!(titles, ["When", "Where"]);
        let follow_ups = store.follow_ups(admin, copy).await.unwrap();
        let found: Vec<_> = follow_ups.iter().map(|one| (one.title.as_str(), one.audience, one.expires_at)).collect();
        assert_eq!(found, [
            ("Yes", Audience::Answer(questions[1].id, ChoiceId(101)), None),
            ("Silent", Audience::Status(Status::Waiting), None),
            ("All", Audience::Everyone, None),
        ]);

        let (old, new) = (store.hours(admin, scene.campaign).await.unwrap(), store.hours(admin, copy).await.unwrap());
        assert_eq!((new.time_zone, new.hours), (old.time_zone, old.hours));
        assert_eq!(new.window, InitialWindow::new(None, None).unwrap());
        let terms = async |campaign| {
            let read = store.self_assignment(admin, campaign).await.unwrap();
            (read.on, read.batch, read.kind, read.ceiling)
        };
        assert_eq!(terms(copy).await, terms(scene.campaign).await);

        // The original is as it was, and both go on by themselves.
        store.delete_reply(admin, Some(copy), replies[0].id).await.unwrap();
        assert_eq!(store.replies(admin, Some(scene.campaign)).await.unwrap().len(), 2);
        assert_eq!(store.questions(admin, scene.campaign).await.unwrap(), before);
        let twice = store.copy_campaign(admin, copy, "Winter").await.unwrap();
        assert_eq!(store.follow_ups(admin, twice).await.unwrap().len(), 3);
    }
}

on_both_engines! {
    async fn a_copy_needs_a_name_an_admin_and_a_campaign_of_the_organization(database: Database) {
        let (scene, elsewhere) = (talk(&database, 1, 1).await, talk(&database, 2, 1).await);
        let store = &database.store;
        let campaigns = store.list_campaigns(scene.admin).await.unwrap().len();
        let refused = ApiError::invalid("name", "Give the campaign a name.");
        assert_eq!(store.copy_campaign(scene.admin, scene.campaign, " ").await, Err(refused));
        let texter = Actor { member: ABBY, ..scene.admin };
        assert_eq!(store.copy_campaign(texter, scene.campaign, "Mine").await, Err(Forbidden.into()));
        for missing in [scene.campaign, CampaignId(0), CampaignId(i64::MAX)] {
            let copied = store.copy_campaign(elsewhere.admin, missing, "Mine").await;
            assert_eq!(copied, Err(ApiError::NotFound(Thing::Campaign)));
        }
        assert_eq!(store.list_campaigns(scene.admin).await.unwrap().len(), campaigns);
    }
}
