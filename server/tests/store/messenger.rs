//! The texter's day: lists, threads, sending, and every reason not to.

use handoff_core::campaign::hours::{Hours, Minute, Opens};
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::InitialWindow;
use handoff_core::campaign::{CampaignAction, CampaignStatus};
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Sort, Tab};
use handoff_core::message::{Delivery, Direction, Kind};
use handoff_core::operation::OperationKind;
use handoff_core::permission::{Forbidden, Setting};
use handoff_core::request::RequestError;
use handoff_core::self_assignment::BatchSize;
use handoff_core::sending::SendError;
use handoff_core::status::Status;
use handoff_core::{ConversationId, MemberId, OperationId};
use handoff_server::model::conversation::{Confirmation, ConversationError};
use handoff_server::model::settings::OrganizationSettings;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use handoff_server::store::send::Draft;

use crate::database::{START, on_both_engines};
use crate::scene::run;
use crate::talk::{contact, draft, phone, rows, send, state, talk};

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);

on_both_engines! {
    async fn a_message_goes_out_once_and_the_conversation_moves_on(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let thread = database.store.thread(abby, ConversationId(7)).await.unwrap();
        assert_eq!((thread.next.kind, thread.next.text.as_str(), thread.refused), (Kind::Initial, "Hi Lee!", None));
        assert_eq!(thread.phone, None, "texters do not see it unless the organization allows it");
        // Without a text it is the initial message, filled in.
        let initial = Draft { text: None, ..draft(7, 100, Kind::Initial, "") };
        let sent = send(&database, scene, ABBY, &initial).await.unwrap();
        assert_eq!((sent.message.body.as_str(), sent.message.segments), ("Hi Lee!", 1));
        assert_eq!(sent.message.by.as_deref(), Some("Texter 1"));
        assert_eq!((sent.state.status, sent.state.we_wrote_at), (Status::Waiting, Some(START)));
        assert_eq!(state(&database, scene, 7).await, sent.state);
        // The same click again answers the same, later, and from another tab too.
        database.clock.advance_seconds(60);
        let again = send(&database, scene, ABBY, &initial).await.unwrap();
        assert_eq!(again, sent);
        assert_eq!((rows(&database, scene, "message").await, rows(&database, scene, "outbox").await), (1, 1));
        // The id for something else, or by somebody else, is refused.
        let other = draft(7, 100, Kind::Reply, "Another");
        let reused = Err(ApiError::Conversation(ConversationError::MessageReused));
        assert_eq!(send(&database, scene, ABBY, &other).await, reused);
        assert_eq!(send(&database, scene, scene.admin.member, &initial).await, reused);
        // Another click is another message.
        let started = Err(ApiError::Sending(SendError::Started));
        assert_eq!(send(&database, scene, ABBY, &draft(7, 101, Kind::Initial, "Hi")).await, started);
        let reply = send(&database, scene, ABBY, &draft(7, 101, Kind::Reply, "Are you there?")).await.unwrap();
        assert_eq!((reply.state.status, reply.message.delivery), (Status::Waiting, Some(Delivery::Queued)));
        let thread = database.store.thread(abby, ConversationId(7)).await.unwrap();
        let said: Vec<_> = thread.messages.iter().map(|message| (message.direction, message.body.as_str())).collect();
        assert_eq!(said, [(Direction::Outbound, "Hi Lee!"), (Direction::Outbound, "Are you there?")]);
        assert_eq!(thread.next.kind, Kind::Reply);
    }
}

on_both_engines! {
    async fn every_reason_against_sending_is_said_and_nothing_is_sent(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let elsewhere = talk(&database, 2, 1).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, scene, 8, 2, "Kim", None).await;
        let store = &database.store;
        let initial = draft(7, 100, Kind::Initial, "Hi");
        let refused = async |by, draft: &Draft| send(&database, scene, by, draft).await.unwrap_err();
        let missing = ApiError::NotFound(Thing::Conversation);
        assert_eq!(store.send(elsewhere.admin, &initial).await.unwrap_err(), missing);
        assert_eq!(refused(ABBY, &draft(9, 100, Kind::Initial, "Hi")).await, missing);
        assert_eq!(refused(LINDSEY, &initial).await, missing, "they never held it");
        let held = "UPDATE conversation SET previous_id = $2 WHERE organization_id = $1";
        run(&database, held, 1, LINDSEY.get()).await;
        let reassigned = SendError::Reassigned { to: "Texter 1".to_owned(), at: None };
        assert_eq!(refused(LINDSEY, &initial).await, reassigned.into());
        assert_eq!(refused(LINDSEY, &draft(8, 100, Kind::Initial, "Hi")).await, SendError::Unassigned { at: None }.into());
        assert_eq!(refused(ABBY, &draft(7, 100, Kind::Reply, "Hi")).await, SendError::NotStarted.into());
        for text in ["", " \n", "a\tb", &"x".repeat(1_601)] {
            let error = refused(ABBY, &draft(7, 100, Kind::Initial, text)).await;
            assert!(matches!(error, ApiError::Invalid { ref field, .. } if field == "text"), "{error:?}");
        }
        for (kind, message) in [(Kind::OptOutConfirmation, 100), (Kind::FollowUp, 100), (Kind::Initial, 0)] {
            assert!(matches!(refused(ABBY, &draft(7, message, kind, "Hi")).await, ApiError::Invalid { .. }));
        }
        let all = Draft { all: true, ..initial.clone() };
        assert_eq!(refused(ABBY, &all).await, Forbidden.into());
        let (zone, minute) = (TimeZoneName::parse("UTC").unwrap(), |text| Minute::parse(text).unwrap());
        let night = Hours::new(minute("13:00"), minute("14:00")).unwrap();
        let none = InitialWindow::default();
        let saved = store.save_hours(scene.admin, scene.campaign, &zone, night, none).await.unwrap();
        assert_eq!(saved.closed, Some(Opens::Today(minute("13:00"))));
        assert_eq!(refused(ABBY, &initial).await, SendError::Closed(Opens::Today(minute("13:00"))).into());
        let thread = store.thread(scene.admin, ConversationId(7)).await.unwrap();
        assert_eq!(thread.refused, Some(SendError::Closed(Opens::Today(minute("13:00")))));
        assert_eq!(thread.phone.map(|phone| phone.to_string()), Some(phone(1)));
        let over = InitialWindow::new(None, Some(START)).unwrap();
        store.save_hours(scene.admin, scene.campaign, &zone, Hours::default(), over).await.unwrap();
        assert_eq!(refused(ABBY, &initial).await, SendError::AfterWindow(START).into());
        store.save_hours(scene.admin, scene.campaign, &zone, Hours::default(), none).await.unwrap();
        store.act_on_campaign(scene.admin, scene.campaign, CampaignAction::Pause).await.unwrap();
        assert_eq!(refused(ABBY, &initial).await, SendError::Campaign(CampaignStatus::Paused).into());
        store.act_on_campaign(scene.admin, scene.campaign, CampaignAction::Resume).await.unwrap();
        // A number that opted out elsewhere in the organization, though this conversation does not show it yet.
        run(&database, "INSERT INTO opt_out (organization_id, phone, opted_out_at) VALUES ($1, '+12025550001', $2)", 1, 1).await;
        assert_eq!(refused(ABBY, &initial).await, SendError::OptedOut.into());
        run(&database, "UPDATE member SET active = 0 WHERE organization_id = $1 AND member_id = $2", 1, 1).await;
        assert_eq!(refused(ABBY, &initial).await, ApiError::SignedOut);
        assert_eq!((rows(&database, scene, "message").await, rows(&database, scene, "outbox").await), (0, 0));
        assert_eq!(state(&database, scene, 7).await.status, Status::NotStarted);
    }
}

on_both_engines! {
    async fn opting_out_by_hand_is_for_the_whole_organization(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let elsewhere = talk(&database, 2, 1).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, elsewhere, 8, 1, "Lee", Some(ABBY)).await;
        let second = crate::talk::second_campaign(&database, scene).await;
        contact(&database, second, 9, 1, "Lee", Some(LINDSEY)).await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let store = &database.store;
        let confirmation = Confirmation { message: handoff_core::MessageId(100), text: "Goodbye".to_owned() };
        let done = store.opt_out(abby, ConversationId(7), Some(confirmation.clone()), true).await.unwrap();
        assert_eq!(done.iter().map(|done| done.conversation.get()).collect::<Vec<_>>(), [7, 9]);
        assert!(state(&database, scene, 7).await.opted_out && state(&database, second, 9).await.opted_out);
        assert!(!state(&database, elsewhere, 8).await.opted_out);
        assert_eq!(state(&database, scene, 7).await.status, Status::NotStarted, "a confirmation is no answer");
        // The same click again.
        let again = store.opt_out(abby, ConversationId(7), Some(confirmation), true).await.unwrap();
        assert_eq!(again.len(), 1);
        assert_eq!((rows(&database, scene, "message").await, rows(&database, scene, "outbox").await), (1, 1));
        let error = send(&database, scene, LINDSEY, &draft(9, 101, Kind::Initial, "Hi")).await.unwrap_err();
        assert_eq!(error, SendError::OptedOut.into());
        let list = store.list(abby, scene.campaign, Whose::Mine, Tab::OptOuts, Sort::AToZ, "", None).await.unwrap();
        assert_eq!(list.rows.len(), 1);
        let stranger = Actor { member: LINDSEY, ..scene.admin };
        assert!(matches!(store.opt_out(stranger, ConversationId(7), None, false).await, Err(ApiError::NotFound(_))));
        store.opt_out(stranger, ConversationId(9), None, false).await.unwrap();
        assert!(!state(&database, scene, 7).await.opted_out && !state(&database, second, 9).await.opted_out);
        assert_eq!(rows(&database, scene, "opt_out").await, 0);
    }
}

on_both_engines! {
    async fn closing_calling_and_giving_away(database: Database) {
        let scene = talk(&database, 1, 3).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let (abby, store) = (Actor { member: ABBY, ..scene.admin }, &database.store);
        let seven = ConversationId(7);
        let changed = ApiError::Conversation(ConversationError::Changed);
        assert_eq!(store.resolve(abby, seven).await.unwrap_err(), changed, "it has not begun");
        send(&database, scene, ABBY, &draft(7, 100, Kind::Initial, "Hi")).await.unwrap();
        assert_eq!(store.resolve(abby, seven).await.unwrap().after.status, Status::Resolved);
        assert_eq!(store.escalate(abby, seven, "Help").await.unwrap_err(), changed);
        assert_eq!(store.reopen(abby, seven).await.unwrap().after.status, Status::Waiting);
        assert!(matches!(store.escalate(abby, seven, " ").await, Err(ApiError::Invalid { .. })));
        database.clock.advance_seconds(60);
        let done = store.escalate(abby, seven, "They ask for the press").await.unwrap();
        assert_eq!((done.before, done.after.assignee, done.after.escalated), (Some(ABBY), None, true));
        let gone = SendError::Escalated { at: Some(START.plus_seconds(60)) };
        assert_eq!(store.thread(abby, seven).await.unwrap_err(), gone.clone().into());
        assert_eq!(send(&database, scene, ABBY, &draft(7, 101, Kind::Reply, "Hi")).await.unwrap_err(), gone.into());
        let escalation = store.thread(scene.admin, seven).await.unwrap().escalation.unwrap();
        assert_eq!((escalation.note.as_str(), escalation.by.as_str()), ("They ask for the press", "Texter 1"));
        // To Lindsey, as an operation that can be undone. Moving does not end the escalation.
        let operation = OperationId(50);
        let (moved, _) = store.reassign_one(scene.admin, seven, Some(LINDSEY), operation).await.unwrap();
        assert_eq!(moved.headline, "1 moved to Texter 2");
        let (again, _) = store.reassign_one(scene.admin, seven, Some(LINDSEY), operation).await.unwrap();
        assert_eq!(again, moved);
        assert_eq!(state(&database, scene, 7).await.assignee, Some(LINDSEY));
        assert!(state(&database, scene, 7).await.escalated);
        assert!(!store.end_escalation(scene.admin, seven).await.unwrap().after.escalated);
        assert_eq!(rows(&database, scene, "escalation").await, 0);
        // As a bulk move would be refused, with the same status.
        let there = ApiError::Request(RequestError::Nothing);
        assert_eq!(there.status(), 422);
        assert_eq!(store.reassign_one(scene.admin, seven, Some(LINDSEY), OperationId(51)).await.unwrap_err(), there);
        let stranger = ApiError::Request(RequestError::NotActive(vec![MemberId(99)]));
        assert_eq!(store.reassign_one(scene.admin, seven, Some(MemberId(99)), OperationId(51)).await.unwrap_err(), stranger);
        let lindsey = Actor { member: LINDSEY, ..scene.admin };
        assert_eq!(store.reassign_one(lindsey, seven, Some(ABBY), OperationId(51)).await.unwrap_err(), Forbidden.into());
        let history = store.history(scene.admin, scene.campaign, None).await.unwrap().operations;
        assert_eq!((history.len(), history[0].kind, history[0].moved), (1, OperationKind::OneMove, 1));
        let detail = store.operation(scene.admin, scene.campaign, operation).await.unwrap();
        assert_eq!(detail.request, "The conversation with Lee, to Texter 2");
        let people: Vec<_> = detail.people.iter().map(|(name, change)| (name.as_str(), change.before.total())).collect();
        assert_eq!(people, [("Unassigned", 1), ("Texter 2", 0)]);
        crate::undo::do_undo(&database, scene, 50, 52).await.unwrap();
        assert_eq!(state(&database, scene, 7).await.assignee, None);
    }
}

on_both_engines! {
    async fn what_the_organization_allows(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let (abby, store) = (Actor { member: ABBY, ..scene.admin }, &database.store);
        let time_zone = TimeZoneName::parse("Europe/Berlin").unwrap();
        let wanted = OrganizationSettings { phones_visible: Setting::On, send_all: Setting::On, time_zone, batch_size: BatchSize::USUAL };
        assert_eq!(store.save_settings(abby, &wanted).await.unwrap_err(), Forbidden.into());
        store.save_settings(scene.admin, &wanted).await.unwrap();
        assert_eq!(store.settings(scene.admin).await.unwrap(), wanted);
        let nowhere = OrganizationSettings { time_zone: TimeZoneName::parse("Middle/Earth").unwrap(), ..wanted };
        assert!(matches!(store.save_settings(scene.admin, &nowhere).await, Err(ApiError::Invalid { .. })));
        assert!(store.thread(abby, ConversationId(7)).await.unwrap().phone.is_some());
        let all = Draft { text: None, all: true, ..draft(7, 100, Kind::Initial, "") };
        assert!(send(&database, scene, ABBY, &all).await.is_ok());
        let created = store.create_campaign(scene.admin, "Autumn").await.unwrap();
        assert_eq!(store.hours(scene.admin, created).await.unwrap().time_zone.as_str(), "Europe/Berlin");
    }
}
