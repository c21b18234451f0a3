//! Campaigns: list, names, status, messages; and that other organizations' do not exist.

use handoff_core::CampaignId;
use handoff_core::campaign::readiness::Missing;
use handoff_core::campaign::{CampaignAction, CampaignError, CampaignStatus};
use handoff_core::permission::{Forbidden, Role};
use handoff_core::status::Standing;
use handoff_server::model::campaign::{Archived, NotArchived};
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;

use crate::database::on_both_engines;
use crate::people::{conversation, member, organization, texter_of};
use crate::scene::run;

on_both_engines! {
    async fn a_campaign_is_created_renamed_started_and_archived(database: Database) {
        let (store, admin) = (&database.store, organization(&database, "US").await);
        let id = store.create_campaign(admin, "  Get out \t the vote ").await.unwrap();
        let read = store.read_campaign(admin, id).await.unwrap();
        assert_eq!((read.name.as_str(), read.status), ("Get out the vote", CampaignStatus::Draft));
        assert_eq!((read.created_by.as_str(), read.created_at), ("Ada Admin", store.now()));
        store.rename_campaign(admin, id, "Canvass").await.unwrap();
        assert_eq!(store.read_campaign(admin, id).await.unwrap().name, "Canvass");
        store.save_initial_message(admin, id, "Hi").await.unwrap();
        assert_eq!(store.act_on_campaign(admin, id, CampaignAction::Start).await, Ok(CampaignStatus::Active));
        assert_eq!(
            store.act_on_campaign(admin, id, CampaignAction::Start).await,
            Err(CampaignError::Transition(CampaignStatus::Active, CampaignAction::Start).into())
        );
        assert_eq!(store.act_on_campaign(admin, id, CampaignAction::Archive).await, Ok(CampaignStatus::Archived));
        assert_eq!(store.read_campaign(admin, id).await.unwrap().status, CampaignStatus::Archived);
    }
}

on_both_engines! {
    async fn a_name_that_is_empty_or_too_long_is_refused_and_nothing_is_changed(database: Database) {
        let (store, admin) = (&database.store, organization(&database, "US").await);
        let refused = ApiError::invalid("name", "Give the campaign a name.");
        assert_eq!(store.create_campaign(admin, " \n").await, Err(refused.clone()));
        assert_eq!(refused.status(), 422);
        let id = store.create_campaign(admin, "Canvass").await.unwrap();
        assert!(store.rename_campaign(admin, id, &"x".repeat(101)).await.is_err());
        let names: Vec<_> = store.list_campaigns(admin).await.unwrap().into_iter().map(|row| row.name).collect();
        assert_eq!(names, ["Canvass"]);
    }
}

on_both_engines! {
    async fn the_list_counts_each_campaign_by_standing(database: Database) {
        let (store, admin) = (&database.store, organization(&database, "US").await);
        let first = store.create_campaign(admin, "First").await.unwrap();
        database.clock.advance_seconds(60);
        let second = store.create_campaign(admin, "Second").await.unwrap();
        let texter = member(&database, admin, Role::Texter, "Tom").await;
        texter_of(&database, admin, first, texter).await;
        for (status, opted_out, assignee) in
            [(2, 0, None), (2, 0, Some(texter)), (1, 0, Some(texter)), (1, 1, None), (4, 0, None)]
        {
            conversation(&database, admin, first, status, opted_out, assignee).await;
        }
        let list = store.list_campaigns(admin).await.unwrap();
        assert_eq!(list.iter().map(|row| row.id).collect::<Vec<_>>(), [second, first]);
        assert_eq!((list[0].counts.total(), list[0].unassigned, list[0].texters), (0, 0, 0));
        let counts = [Standing::NotStarted, Standing::NeedsReply, Standing::Waiting, Standing::OptedOut]
            .map(|standing| list[1].counts.get(standing));
        assert_eq!((counts, list[1].unassigned, list[1].texters), ([2, 1, 1, 1], 3, 1));
    }
}

on_both_engines! {
    async fn the_initial_message_is_saved_only_with_known_placeholders(database: Database) {
        let (store, admin) = (&database.store, organization(&database, "US").await);
        let id = store.create_campaign(admin, "Canvass").await.unwrap();
        let error = store.save_initial_message(admin, id, "Hi {nick}").await.unwrap_err();
        assert_eq!(
            error,
            ApiError::invalid("message", "There is no placeholder {nick}. Use one of {first_name}, {last_name}, {texter_first_name}, {texter_last_name}.")
        );
        assert_eq!(store.read_campaign(admin, id).await.unwrap().initial_message, "");
        store.save_initial_message(admin, id, "Hi {first_name|there}!").await.unwrap();
        assert_eq!(store.read_campaign(admin, id).await.unwrap().initial_message, "Hi {first_name|there}!");
        assert!(store.preview_message(admin, id, "{").await.is_err());
        assert_eq!(store.preview_message(admin, id, "Hi").await, Ok(vec![]));
    }
}

on_both_engines! {
    async fn several_are_archived_in_one_act_and_those_that_cannot_be_are_named(database: Database) {
        let (store, admin) = (&database.store, organization(&database, "US").await);
        let mut campaigns = Vec::new();
        for (name, before) in [
            ("Draft", None),
            ("Active", Some(CampaignAction::Start)),
            ("Old", Some(CampaignAction::Archive)),
            ("Other", None),
        ] {
            let id = store.create_campaign(admin, name).await.unwrap();
            store.save_initial_message(admin, id, "Hi").await.unwrap();
            if let Some(action) = before {
                store.act_on_campaign(admin, id, action).await.unwrap();
            }
            campaigns.push(id);
        }
        let [draft, active, old, other] = campaigns[..] else { panic!("four") };
        let status = async |id| store.read_campaign(admin, id).await.unwrap().status;
        // Late answers of before it was archived again are no news.
        let late = "UPDATE campaign SET late_replies = 3 WHERE organization_id = $1 AND campaign_id = $2";
        run(&database, late, admin.organization.get(), active.get()).await;
        // Twice the same is once.
        let answer = store.archive_campaigns(admin, &[active, old, draft, active]).await.unwrap();
        let reason = CampaignError::Transition(CampaignStatus::Archived, CampaignAction::Archive);
        let refused = vec![NotArchived { campaign: old, name: "Old".to_owned(), reason }];
        assert_eq!(answer, Archived { archived: vec![draft, active], refused });
        for id in [draft, active, old] {
            assert_eq!(status(id).await, CampaignStatus::Archived);
        }
        assert!(store.list_campaigns(admin).await.unwrap().iter().all(|row| row.late_replies == 0));
        assert_eq!(status(other).await, CampaignStatus::Draft);
        // All of them or none.
        let missing = ApiError::NotFound(Thing::Campaign);
        assert_eq!(store.archive_campaigns(admin, &[other, CampaignId(1)]).await, Err(missing.clone()));
        let theirs = organization(&database, "FR").await;
        assert_eq!(store.archive_campaigns(theirs, &[other]).await, Err(missing));
        let many: Vec<CampaignId> = (1..=1_001).map(CampaignId).collect();
        assert_eq!(store.archive_campaigns(admin, &many[..1_000]).await, Err(ApiError::NotFound(Thing::Campaign)), "so many may be");
        let refused = store.archive_campaigns(admin, &many).await.unwrap_err();
        assert_eq!((refused.status(), refused.to_string().as_str()), (422, "Archive at most 1,000 campaigns at once."));
        assert_eq!(status(other).await, CampaignStatus::Draft);
        let nothing = Archived { archived: vec![], refused: vec![] };
        assert_eq!(store.archive_campaigns(admin, &[]).await, Ok(nothing));
    }
}

on_both_engines! {
    async fn a_texter_may_none_of_it(database: Database) {
        let (store, admin) = (&database.store, organization(&database, "US").await);
        let id = store.create_campaign(admin, "Canvass").await.unwrap();
        let texter = Actor { member: member(&database, admin, Role::Texter, "Tom").await, ..admin };
        let forbidden = ApiError::from(Forbidden);
        assert_eq!(store.list_campaigns(texter).await, Err(forbidden.clone()));
        assert_eq!(store.read_campaign(texter, id).await, Err(forbidden.clone()));
        assert_eq!(store.create_campaign(texter, "Mine").await, Err(forbidden.clone()));
        assert_eq!(store.rename_campaign(texter, id, "Mine").await, Err(forbidden.clone()));
        assert_eq!(store.act_on_campaign(texter, id, CampaignAction::Start).await, Err(forbidden.clone()));
        assert_eq!(store.archive_campaigns(texter, &[id]).await, Err(forbidden.clone()));
        assert_eq!(store.save_initial_message(texter, id, "Hi").await, Err(forbidden.clone()));
        assert_eq!(store.preview_message(texter, id, "Hi").await, Err(forbidden));
    }
}

on_both_engines! {
    async fn another_organizations_campaign_does_not_exist(database: Database) {
        let (store, admin) = (&database.store, organization(&database, "US").await);
        let theirs = organization(&database, "FR").await;
        let id = store.create_campaign(admin, "Canvass").await.unwrap();
        let missing = ApiError::NotFound(Thing::Campaign);
        for id in [id, CampaignId(0), CampaignId(-5), CampaignId(i64::MAX)] {
            assert_eq!(store.read_campaign(theirs, id).await, Err(missing.clone()));
            assert_eq!(store.rename_campaign(theirs, id, "Mine").await, Err(missing.clone()));
            assert_eq!(store.act_on_campaign(theirs, id, CampaignAction::Start).await, Err(missing.clone()));
            assert_eq!(store.save_initial_message(theirs, id, "Hi").await, Err(missing.clone()));
            assert_eq!(store.preview_message(theirs, id, "Hi").await, Err(missing.clone()));
        }
        assert_eq!(store.list_campaigns(theirs).await, Ok(vec![]));
        assert_eq!(store.read_campaign(admin, id).await.unwrap().name, "Canvass");
    }
}

on_both_engines! {
    async fn what_a_campaign_lacks_is_listed_and_without_a_message_it_does_not_run(database: Database) {
        let (store, admin) = (&database.store, organization(&database, "US").await);
        let id = store.create_campaign(admin, "Canvass").await.unwrap();
        let missing = async || {
            let read = store.read_campaign(admin, id).await.unwrap().missing;
            assert_eq!(store.list_campaigns(admin).await.unwrap()[0].missing, read);
            read
        };
        assert_eq!(missing().await, Missing::ALL);
        let act = |action| store.act_on_campaign(admin, id, action);
        assert_eq!(act(CampaignAction::Start).await, Err(CampaignError::NoMessage.into()));
        conversation(&database, admin, id, 2, 0, None).await;
        assert_eq!(missing().await, [Missing::Message, Missing::Texters]);
        // Round about, neither.
        act(CampaignAction::Archive).await.unwrap();
        act(CampaignAction::Restore).await.unwrap();
        assert_eq!(act(CampaignAction::Resume).await, Err(CampaignError::NoMessage.into()));
        assert_eq!(store.save_initial_message(admin, id, "Hi \n").await.unwrap().message, "Hi");
        act(CampaignAction::Resume).await.unwrap();
        let refused = store.save_initial_message(admin, id, " \n").await.unwrap_err().to_string();
        assert!(refused.starts_with("The campaign is active"), "{refused}");
        let texter = member(&database, admin, Role::Texter, "Tom").await;
        texter_of(&database, admin, id, texter).await;
        assert_eq!(missing().await, []);
        act(CampaignAction::Pause).await.unwrap();
        store.save_initial_message(admin, id, "").await.unwrap();
        assert_eq!(missing().await, [Missing::Message]);
    }
}

on_both_engines! {
    async fn what_phones_cannot_show_is_refused_when_it_is_saved(database: Database) {
        let (store, admin) = (&database.store, organization(&database, "US").await);
        let id = store.create_campaign(admin, "Canvass").await.unwrap();
        for (message, sentence) in [
            ("Hi\0", "There is an invisible control character (U+0000) after \"Hi\"."),
            ("Hi\tthere", "There is a tab after \"Hi\"."),
            ("Hi [first_name]", "\"[first_name]\" would be sent as it stands"),
            ("Hi {{ nick }}", "There is no placeholder {nick}."),
        ] {
            for refused in [
                store.save_initial_message(admin, id, message).await.unwrap_err(),
                store.preview_message(admin, id, message).await.unwrap_err(),
            ] {
                assert!(refused.to_string().starts_with(sentence), "{refused}");
                assert_eq!(refused.status(), 422);
            }
        }
        assert_eq!(store.read_campaign(admin, id).await.unwrap().initial_message, "");
        // One that was saved by an earlier version can be opened, and corrected.
        run(&database, "UPDATE campaign SET initial_message = 'Hi [first_name]' WHERE organization_id = $1 AND campaign_id = $2",
            admin.organization.get(), id.get()).await;
        assert_eq!(store.read_campaign(admin, id).await.unwrap().initial_message, "Hi [first_name]");
    }
}
