//! Bulk moves: committed exactly as previewed, or not at all.

use handoff_core::campaign::CampaignError;
use handoff_core::permission::Forbidden;
use handoff_core::plan::{Fingerprint, Owner, Plan, plan};
use handoff_core::request::{Filter, From, HowMany, Request, RequestError, Sharing, Target};
use handoff_core::status::Status;
use handoff_core::{CampaignId, MemberId, OperationId, OrganizationId};
use handoff_server::model::overview::CommitAnswer;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use handoff_server::store::reassign::Commit;

use crate::database::{Database, on_both_engines};
use crate::scene::{Made, Scene, add, add_not_started, owners, run, scene};

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);

pub fn request(how_many: HowMany, to: &[MemberId]) -> Request {
    let to = if to.is_empty() { Target::Unassigned } else { Target::Texters(to.to_vec()) };
    Request { from: From::Everyone, status: Filter::Any, how_many, to, sharing: Sharing::Equal }
}

/// Previews as the browser does.
pub async fn preview(database: &Database, scene: Scene, request: &Request) -> Plan {
    let overview = database.store.overview(scene.admin, scene.campaign).await.unwrap();
    plan(&overview.tally, request).unwrap()
}

pub fn commit(scene: Scene, request: Request, fingerprint: Fingerprint, operation: i64) -> Commit {
    Commit { campaign: scene.campaign, request, fingerprint, operation: OperationId(operation) }
}

/// Previews and commits at once.
pub async fn do_move(database: &Database, scene: Scene, request: Request, operation: i64) -> CommitAnswer {
    let fingerprint = preview(database, scene, &request).await.fingerprint();
    database.store.commit(scene.admin, &commit(scene, request, fingerprint, operation)).await.unwrap()
}

pub async fn held(database: &Database, scene: Scene, owner: Owner) -> usize {
    owners(database, scene).await.into_iter().filter(|(_, who)| *who == owner).count()
}

on_both_engines! {
    async fn what_was_previewed_is_what_happens(database: Database) {
        let scene = scene(&database, 1, 3).await;
        add_not_started(&database, scene, 1, None, 12).await;
        let answer = do_move(&database, scene, request(HowMany::Some(6), &[ABBY, LINDSEY]), 77).await;
        let headline = "6 moved, 3 to Texter 1, 3 to Texter 2".to_owned();
        assert_eq!(answer, CommitAnswer::Committed { operation: OperationId(77), moved: 6, headline });
        // Dealt in turn in list order: nobody gets all the old ones.
        let expected: Vec<Owner> = (0..12).map(|index| match index {
            0 | 2 | 4 => Some(ABBY),
            1 | 3 | 5 => Some(LINDSEY),
            _ => None,
        }).collect();
        assert_eq!(owners(&database, scene).await.into_iter().map(|(_, owner)| owner).collect::<Vec<_>>(), expected);
    }
}

on_both_engines! {
    async fn the_longest_waiting_are_taken_first_and_opted_out_ones_last(database: Database) {
        let scene = scene(&database, 1, 2).await;
        let made = |status, waiting_since, opted_out| Made { owner: None, status, opted_out, waiting_since };
        add(&database, scene, 1, &[
            made(Status::Waiting, 1, false),
            made(Status::NeedsReply, 1, true),
            made(Status::NeedsReply, 9, false),
            made(Status::NeedsReply, 5, false),
            made(Status::NotStarted, 0, false),
            made(Status::NotStarted, 0, false),
        ]).await;
        do_move(&database, scene, request(HowMany::Some(4), &[ABBY]), 1).await;
        let moved: Vec<i64> = owners(&database, scene).await.into_iter()
            .filter(|(_, owner)| owner.is_some()).map(|(id, _)| id.get()).collect();
        assert_eq!(moved, [3, 4, 5, 6]);
        do_move(&database, scene, request(HowMany::Some(1), &[LINDSEY]), 2).await;
        assert_eq!(owners(&database, scene).await[0].1, Some(LINDSEY), "waiting before opted out, Unassigned first");
    }
}

on_both_engines! {
    async fn a_changed_campaign_is_a_conflict_and_nothing_moves(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 10).await;
        let all = request(HowMany::All, &[ABBY, LINDSEY]);
        let fingerprint = preview(&database, scene, &all).await.fingerprint();
        add_not_started(&database, scene, 11, None, 1).await;
        let before = owners(&database, scene).await;
        let stale = commit(scene, all.clone(), fingerprint, 5);
        let CommitAnswer::Conflict { overview } = database.store.commit(scene.admin, &stale).await.unwrap() else {
            panic!("a stale plan was committed")
        };
        assert_eq!(owners(&database, scene).await, before);
        // The fresh preview that comes with the conflict commits, under the same operation id.
        let fresh = plan(&overview.tally, &all).unwrap().fingerprint();
        let answer = database.store.commit(scene.admin, &commit(scene, all, fresh, 5)).await.unwrap();
        assert!(matches!(answer, CommitAnswer::Committed { moved: 11, .. }));
    }
}

on_both_engines! {
    async fn a_status_that_changes_what_moves_is_a_conflict_and_another_one_is_not(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 4).await;
        add_not_started(&database, scene, 5, Some(ABBY), 4).await;
        let to_lindsey = Request { from: From::Unassigned, ..request(HowMany::All, &[LINDSEY]) };
        let fingerprint = preview(&database, scene, &to_lindsey).await.fingerprint();
        let statement = "UPDATE conversation SET status = 4, standing = 4 WHERE organization_id = $1 AND conversation_id = $2";
        run(&database, statement, 1, 5).await;
        let same = preview(&database, scene, &to_lindsey).await.fingerprint();
        assert_eq!(fingerprint, same, "Abby sends while hers do not move");
        let statement = "UPDATE conversation SET status = 1, standing = 1 WHERE organization_id = $1 AND conversation_id = $2";
        run(&database, statement, 1, 1).await;
        let answer = database.store.commit(scene.admin, &commit(scene, to_lindsey, fingerprint, 5)).await.unwrap();
        assert!(matches!(answer, CommitAnswer::Conflict { .. }));
    }
}

on_both_engines! {
    async fn the_same_operation_again_answers_the_first_result(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, None, 10).await;
        let some = request(HowMany::Some(4), &[ABBY]);
        let fingerprint = preview(&database, scene, &some).await.fingerprint();
        let repeated = commit(scene, some, fingerprint, 9);
        let first = database.store.commit(scene.admin, &repeated).await.unwrap();
        let again = database.store.commit(scene.admin, &repeated).await.unwrap();
        assert_eq!(first, again);
        assert_eq!(held(&database, scene, Some(ABBY)).await, 4);
        let other = Commit { request: request(HowMany::Some(5), &[ABBY]), ..repeated };
        assert_eq!(database.store.commit(scene.admin, &other).await, Err(ApiError::OperationReused));
    }
}

on_both_engines! {
    async fn what_cannot_be_done_is_refused_with_its_reason(database: Database) {
        let scene = scene(&database, 1, 2).await;
        let other = crate::scene::scene(&database, 2, 2).await;
        add_not_started(&database, scene, 1, None, 3).await;
        let all = request(HowMany::All, &[ABBY]);
        let fingerprint = preview(&database, scene, &all).await.fingerprint();
        let store = &database.store;
        let good = commit(scene, all.clone(), fingerprint, 1);
        let refused = |actor, commit: Commit| async move { store.commit(actor, &commit).await.unwrap_err() };

        let texter = Actor { member: ABBY, ..scene.admin };
        assert_eq!(refused(texter, good.clone()).await, ApiError::Forbidden(Forbidden));
        let missing = ApiError::NotFound(Thing::Campaign);
        assert_eq!(refused(other.admin, good.clone()).await, missing, "another organization's campaign");
        assert_eq!(refused(scene.admin, Commit { campaign: CampaignId(5), ..good.clone() }).await, missing);
        let nobody = Actor { organization: OrganizationId(9), member: ABBY };
        assert_eq!(refused(nobody, good.clone()).await, ApiError::SignedOut);
        let zero = Commit { request: request(HowMany::Some(0), &[ABBY]), ..good.clone() };
        assert_eq!(refused(scene.admin, zero).await, RequestError::Zero.into());
        let stranger = Commit { request: request(HowMany::All, &[MemberId(55)]), ..good.clone() };
        assert_eq!(refused(scene.admin, stranger).await, RequestError::NotActive(vec![MemberId(55)]).into());
        let empty = Request { status: Filter::NeedsReply, ..all };
        let nothing = preview(&database, scene, &empty).await.fingerprint();
        assert_eq!(refused(scene.admin, commit(scene, empty, nothing, 1)).await, RequestError::Nothing.into());
        for operation in [0, -1, handoff_core::id::LARGEST + 1] {
            let wrong = Commit { operation: OperationId(operation), ..good.clone() };
            assert!(matches!(refused(scene.admin, wrong).await, ApiError::Invalid { .. }));
        }
        let forged = Commit { fingerprint: Fingerprint("0".repeat(32)), ..good.clone() };
        let answer = database.store.commit(scene.admin, &forged).await.unwrap();
        assert!(matches!(answer, CommitAnswer::Conflict { .. }), "a forged fingerprint moves nothing");

        run(&database, "UPDATE member SET active = 0 WHERE organization_id = $1 AND member_id = $2", 1, 1).await;
        assert_eq!(refused(scene.admin, good.clone()).await, RequestError::NotActive(vec![ABBY]).into());
        run(&database, "UPDATE campaign SET status = 4 WHERE organization_id = $1 AND campaign_id = $2", 1, 1_000_000).await;
        assert_eq!(refused(scene.admin, good).await, CampaignError::Archived.into());
        assert_eq!(held(&database, scene, None).await, 3);
    }
}

on_both_engines! {
    async fn removing_a_texter_moves_what_they_hold_in_the_same_act(database: Database) {
        let scene = scene(&database, 1, 3).await;
        add_not_started(&database, scene, 1, Some(ABBY), 5).await;
        let to = Target::Everyone;
        let asked = Request::removal(ABBY, to.clone());
        let fingerprint = preview(&database, scene, &asked).await.fingerprint();
        let stale = Fingerprint("f".repeat(32));
        let conflict = database.store
            .remove_texter(scene.admin, scene.campaign, ABBY, to.clone(), stale, OperationId(3)).await.unwrap();
        assert!(matches!(conflict, CommitAnswer::Conflict { .. }));
        assert_eq!(held(&database, scene, Some(ABBY)).await, 5);
        let done = database.store
            .remove_texter(scene.admin, scene.campaign, ABBY, to, fingerprint, OperationId(3)).await.unwrap();
        assert!(matches!(done, CommitAnswer::Committed { moved: 5, .. }));
        let overview = database.store.overview(scene.admin, scene.campaign).await.unwrap();
        assert_eq!(overview.people.iter().map(|person| person.id).collect::<Vec<_>>(), [LINDSEY, MemberId(3)]);
        let herself = database.store
            .remove_texter(scene.admin, scene.campaign, LINDSEY, Target::Texters(vec![LINDSEY]), Fingerprint(String::new()), OperationId(4));
        assert_eq!(herself.await, Err(RequestError::NotActive(vec![LINDSEY]).into()));
    }
}
