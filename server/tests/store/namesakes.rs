//! People of one name are told apart wherever they are named, and names from right to left keep to themselves.

use handoff_core::message::Kind;
use handoff_core::plan::{headline, plan};
use handoff_core::request::{Filter, From, HowMany, Request, Sharing, Target};
use handoff_core::{ConversationId, MemberId, OperationId};
use handoff_server::store::Actor;
use handoff_server::store::reassign::Commit;

use crate::database::{Database, on_both_engines};
use crate::scene::{Scene, add_not_started, run, scene};
use crate::talk::{contact, draft, phone, send, talk};

/// Two texters of one name, a third in Hebrew, each with an account.
async fn namesakes(database: &Database, scene: Scene) {
    let rename = [
        "UPDATE member SET name = 'Ada Lee' WHERE organization_id = $1 AND member_id <= $2",
        "UPDATE member SET name = 'Zoe Lee' WHERE organization_id = $1 AND member_id = $2",
        "UPDATE member SET name = '\u{5d3}\u{5e0}\u{5d4}' WHERE organization_id = $1 AND member_id = $2",
    ];
    for (statement, member) in rename.into_iter().zip([2, 4, 3]) {
        run(database, statement, scene.admin.organization.get(), member).await;
    }
    for (statement, member) in [
        ("INSERT INTO account (account_id, email, created_at) VALUES ($1 * 10000 + $2, 'one@example.org', 0)", 1),
        ("INSERT INTO account (account_id, email, created_at) VALUES ($1 * 10000 + $2, 'two@example.org', 0)", 2),
        ("INSERT INTO account (account_id, email, created_at) VALUES ($1 * 10000 + $2, 'dana@example.org', 0)", 3),
    ] {
        run(database, statement, scene.admin.organization.get(), member).await;
    }
}

on_both_engines! {
    async fn texters_of_one_name_have_their_address_beside_it(database: Database) {
        let scene = scene(&database, 1, 4).await;
        namesakes(&database, scene).await;
        add_not_started(&database, scene, 1, None, 6).await;
        let overview = database.store.overview(scene.admin, scene.campaign).await.unwrap();
        let names: Vec<_> = overview.people.iter().map(|person| person.name.as_str()).collect();
        let dana = "\u{5d3}\u{5e0}\u{5d4}";
        assert_eq!(names, ["Ada Lee (one@example.org)", "Ada Lee (two@example.org)", dana, "Zoe Lee"]);

        let to = Target::Texters(vec![MemberId(1), MemberId(2), MemberId(3)]);
        let request = Request { status: Filter::NotStarted, how_many: HowMany::All, from: From::Unassigned, to, sharing: Sharing::Equal };
        let planned = plan(&overview.tally, &request).unwrap();
        let commit = Commit { campaign: scene.campaign, request, fingerprint: planned.fingerprint(), operation: OperationId(9) };
        database.store.commit(scene.admin, &commit).await.unwrap();
        let row = database.store.history(scene.admin, scene.campaign, None).await.unwrap().operations.remove(0);
        let name_of = |owner: Option<MemberId>| owner.map_or_else(String::new, |member| {
            overview.people.iter().find(|person| person.id == member).unwrap().name.clone()
        });
        assert_eq!(row.headline, headline(&planned, name_of));
        assert_eq!(
            row.headline,
            format!("6 moved, 2 to Ada Lee (one@example.org), 2 to Ada Lee (two@example.org), 2 to \u{2068}{dana}\u{2069}"),
        );
        let detail = database.store.operation(scene.admin, scene.campaign, OperationId(9)).await.unwrap();
        assert!(detail.people.iter().any(|(name, _)| name == "Ada Lee (two@example.org)"), "{:?}", detail.people);
        assert!(detail.people.iter().any(|(name, _)| name == dana), "a table isolates by itself");
    }
}

on_both_engines! {
    async fn one_conversation_goes_to_the_right_one_of_two(database: Database) {
        let scene = talk(&database, 1, 4).await;
        namesakes(&database, scene).await;
        contact(&database, scene, 7, 1, "\u{5d3}\u{5e0}\u{5d4}", Some(MemberId(4))).await;
        let moved = database.store.reassign_one(scene.admin, ConversationId(7), Some(MemberId(2)), OperationId(50)).await;
        assert_eq!(moved.unwrap().0.headline, "1 moved to Ada Lee (two@example.org)");
        let detail = database.store.operation(scene.admin, scene.campaign, OperationId(50)).await.unwrap();
        assert_eq!(
            detail.request,
            "The conversation with \u{2068}\u{5d3}\u{5e0}\u{5d4}\u{2069}, to Ada Lee (two@example.org)",
        );
        let back = Actor { member: MemberId(1), ..scene.admin };
        run(&database, "UPDATE member SET role = 1 WHERE organization_id = $1 AND member_id = $2", 1, 1).await;
        database.store.reassign_one(back, ConversationId(7), None, OperationId(51)).await.unwrap();
        let by: Vec<_> = database.store.history(scene.admin, scene.campaign, None).await.unwrap().operations
            .into_iter().map(|row| row.by).collect();
        assert_eq!(by, ["Ada Lee (one@example.org)", "Texter 1000"]);
    }
}

on_both_engines! {
    async fn lists_beside_each_other_tell_them_apart(database: Database) {
        let scene = talk(&database, 1, 4).await;
        namesakes(&database, scene).await;
        let (store, admin) = (&database.store, scene.admin);
        let (one, two) = (Actor { member: MemberId(1), ..admin }, Actor { member: MemberId(2), ..admin });
        let addresses = ["Ada Lee (one@example.org)", "Ada Lee (two@example.org)"];
        for id in 7..=9 {
            contact(&database, scene, id, id, "Kim", Some(MemberId(1))).await;
        }
        // Both write to one contact.
        send(&database, scene, MemberId(1), &draft(7, 100, Kind::Initial, "Hi")).await.unwrap();
        let thread = store.thread(admin, ConversationId(7)).await.unwrap();
        assert_eq!(thread.messages[0].by.as_deref(), Some("Ada Lee"), "nobody else is in it");
        store.reassign_one(admin, ConversationId(7), Some(MemberId(2)), OperationId(50)).await.unwrap();
        send(&database, scene, MemberId(2), &draft(7, 101, Kind::Initial, "Hello")).await.unwrap_err();
        run(&database, "UPDATE conversation SET status = 1, standing = 1, contact_wrote_at = 5 WHERE organization_id = $1 AND conversation_id = $2", 1, 7).await;
        send(&database, scene, MemberId(2), &draft(7, 102, Kind::Reply, "Hello")).await.unwrap();
        let thread = store.thread(admin, ConversationId(7)).await.unwrap();
        let by: Vec<_> = thread.messages.iter().filter_map(|message| message.by.as_deref()).collect();
        assert_eq!(by, addresses);
        // Both call the admins.
        store.escalate(two, ConversationId(7), "Help").await.unwrap();
        store.escalate(one, ConversationId(8), "Help").await.unwrap();
        store.reassign_one(admin, ConversationId(8), Some(MemberId(2)), OperationId(51)).await.unwrap();
        let rows = store.escalated(admin, scene.campaign, None).await.unwrap().rows;
        let called: Vec<_> = rows.iter().map(|row| (row.escalation.by.as_str(), row.owner_name.as_str())).collect();
        assert_eq!(called, [(addresses[1], "Unassigned"), (addresses[0], addresses[1])]);
        assert_eq!(store.thread(admin, ConversationId(8)).await.unwrap().escalation.unwrap().by, addresses[0]);
        // A number, and all that have opted out.
        let number = phone(9).parse().unwrap();
        store.opt_out(one, ConversationId(9), None, true).await.unwrap();
        let page = store.number(admin, number).await.unwrap();
        assert_eq!(page.opted_out_by.as_deref(), Some(addresses[0]));
        assert_eq!(page.conversations[0].owner_name, addresses[0]);
        let list = store.opt_outs(admin, "", None).await.unwrap().rows;
        assert_eq!(list[0].by.as_deref(), Some(addresses[0]));
        let exported = store.export_opt_outs(admin, None).await.unwrap();
        assert_eq!((exported[0].0.by.as_deref(), exported[0].1.as_str()), (Some("Ada Lee"), "one@example.org"));
        // Who joined by a link.
        for member in [1, 2, 3] {
            run(
                &database,
                "INSERT INTO invite_join (organization_id, campaign_id, member_id, joined_at, operation_id, link_id)
                 SELECT organization_id, campaign_id, member_id, 5, 900 + member_id, 1 FROM campaign_texter
                 WHERE organization_id = $1 AND member_id = $2",
                1,
                member,
            )
            .await;
        }
        let texters = store.self_assignment(admin, scene.campaign).await.unwrap().texters;
        let names: Vec<_> = texters.iter().map(|texter| texter.name.as_str()).collect();
        assert_eq!(names, [addresses[0], addresses[1], "\u{5d3}\u{5e0}\u{5d4}"]);
    }
}
