//! Giving back: a texter returns what they hold, exactly as they previewed it from their own counts alone.

use handoff_core::operation::OperationKind;
use handoff_core::plan::{Fingerprint, plan};
use handoff_core::request::{Filter, Request, RequestError};
use handoff_core::status::{Standing, Status};
use handoff_core::tally::{Counts, Holder, Tally};
use handoff_core::{MemberId, OperationId};
use handoff_server::model::self_assignment::GiveBackAnswer;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use handoff_server::store::give_back::GivingBack;

use crate::database::{Database, on_both_engines};
use crate::reassign::held;
use crate::request::{ABBY, LINDSEY, free};
use crate::scene::{Made, Scene, add, add_not_started, scene};
use crate::undo::do_undo;

/// Previews as the texter's browser does, which knows nobody else's counts.
fn preview(member: MemberId, counts: Counts, status: Filter) -> Fingerprint {
    let tally = Tally::new(Counts::default(), vec![Holder { member, active: true, counts }]);
    plan(&tally, &Request::giving_back(member, status)).unwrap().fingerprint()
}

async fn give_back(
    database: &Database,
    scene: Scene,
    member: MemberId,
    (status, fingerprint, operation): (Filter, Fingerprint, i64),
) -> Result<GiveBackAnswer, ApiError> {
    let giving = GivingBack { campaign: scene.campaign, status, fingerprint, operation: OperationId(operation) };
    database.store.give_back_to_pool(Actor { member, ..scene.admin }, &giving).await
}

on_both_engines! {
    async fn a_texter_gives_back_what_they_have_not_started_and_then_everything(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, Some(ABBY), 12).await;
        add_not_started(&database, scene, 100, Some(LINDSEY), 5).await;
        add_not_started(&database, scene, 200, None, 7).await;
        add(&database, scene, 300, &[Made { owner: Some(ABBY), ..free(Status::NeedsReply, 1) }; 3]).await;
        let counts: Counts = [(Standing::NotStarted, 12), (Standing::NeedsReply, 3)].into_iter().collect();
        let same = (Filter::NotStarted, preview(ABBY, counts, Filter::NotStarted), 1);
        let answer = give_back(&database, scene, ABBY, same.clone()).await;
        assert_eq!(answer, Ok(GiveBackAnswer::Committed { operation: OperationId(1), moved: 12 }));
        assert_eq!(give_back(&database, scene, ABBY, same.clone()).await, answer, "sent again it is recognised");
        assert_eq!((held(&database, scene, None).await, held(&database, scene, Some(ABBY)).await), (19, 3));
        assert_eq!(held(&database, scene, Some(LINDSEY)).await, 5);

        let history = database.store.history(scene.admin, scene.campaign, None).await.unwrap().operations;
        assert_eq!((history[0].kind, history[0].headline.as_str()), (OperationKind::GiveBack, "12 moved to Unassigned"));
        database.clock.advance_seconds(1);
        do_undo(&database, scene, 1, 2).await.unwrap();
        assert_eq!(held(&database, scene, Some(ABBY)).await, 15);

        let all = preview(ABBY, counts, Filter::Any);
        give_back(&database, scene, ABBY, (Filter::Any, all, 3)).await.unwrap();
        assert_eq!(held(&database, scene, Some(ABBY)).await, 0);
        let nothing = preview(ABBY, counts, Filter::Any);
        let answer = give_back(&database, scene, ABBY, (Filter::Any, nothing, 4)).await;
        assert!(matches!(answer, Ok(GiveBackAnswer::Conflict { counts }) if counts.total() == 0));
        let nothing = preview(ABBY, Counts::default(), Filter::Any);
        let answer = give_back(&database, scene, ABBY, (Filter::Any, nothing, 5)).await;
        assert_eq!(answer, Err(RequestError::Nothing.into()));
    }
}

on_both_engines! {
    async fn what_changed_since_the_preview_is_shown_and_nothing_moves(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, Some(ABBY), 11).await;
        let stale: Counts = [(Standing::NotStarted, 12)].into_iter().collect();
        let answer = give_back(&database, scene, ABBY, (Filter::NotStarted, preview(ABBY, stale, Filter::NotStarted), 1)).await;
        assert!(matches!(answer, Ok(GiveBackAnswer::Conflict { counts }) if counts.get(Standing::NotStarted) == 11));
        assert_eq!(held(&database, scene, Some(ABBY)).await, 11);
    }
}

on_both_engines! {
    async fn only_what_is_not_started_or_everything_of_one_s_own_campaign(database: Database) {
        let scene = scene(&database, 1, 2).await;
        add_not_started(&database, scene, 1, Some(ABBY), 2).await;
        let counts: Counts = [(Standing::NotStarted, 2)].into_iter().collect();
        let wrong = give_back(&database, scene, ABBY, (Filter::Waiting, preview(ABBY, counts, Filter::Any), 1)).await;
        assert!(matches!(wrong, Err(ApiError::Invalid { field, .. }) if field == "status"));
        // The admin is no texter here and holds nothing: to them as a texter it does not exist.
        let stranger = give_back(&database, scene, scene.admin.member, (Filter::Any, preview(scene.admin.member, counts, Filter::Any), 1)).await;
        assert_eq!(stranger, Err(ApiError::NotFound(Thing::Campaign)));
    }
}
