//! Every reason against sending, and the order in which they are given.

use proptest::prelude::*;

use super::*;
use crate::campaign::hours::Opens;

fn minute(minutes: u16) -> Minute {
    Minute::new(minutes).expect("a minute")
}

/// A texter's reply in the middle of the day, with nothing against it.
fn reply() -> Sending {
    Sending {
        kind: Kind::Reply,
        role: Role::Texter,
        held: Held::Own,
        whereabouts: Whereabouts::default(),
        status: Status::NeedsReply,
        opted_out: false,
        campaign: CampaignStatus::Active,
        hours: Hours::default(),
        window: InitialWindow::default(),
        minute: minute(12 * 60),
        now: Instant(50),
    }
}

fn away(owner: Option<&str>, escalated: bool) -> Sending {
    let held = if owner.is_some() { Held::Others } else { Held::UnassignedHidden };
    let whereabouts = Whereabouts { owner: owner.map(str::to_owned), assigned_at: Some(Instant(842)), escalated };
    Sending { held, whereabouts, ..reply() }
}

#[test]
fn whoever_lost_a_conversation_learns_where_it_went() {
    let sentence = |sending: &Sending| {
        let error = may_send(sending).expect_err("refused");
        error.sentence(|at| format!("14:{:02}", at.get() - 840))
    };
    assert_eq!(sentence(&away(Some("Lindsey"), false)), "Reassigned to Lindsey at 14:02. Your draft is kept.");
    assert_eq!(
        sentence(&away(None, false)),
        "Unassigned at 14:02: you no longer hold this conversation. Your draft is kept."
    );
    assert_eq!(
        sentence(&away(None, true)),
        "Escalated at 14:02: the admins take care of this conversation. Your draft is kept."
    );
    let reassigned = may_send(&away(Some("Lindsey"), false)).expect_err("refused");
    assert_eq!(reassigned.to_string(), "Reassigned to Lindsey. Your draft is kept.");
    let json = serde_json::to_string(&reassigned).expect("JSON");
    assert_eq!(serde_json::from_str::<SendError>(&json).expect("an error"), reassigned);
    let visible = Sending { held: Held::UnassignedVisible, ..reply() };
    assert_eq!(may_send(&visible), Err(SendError::Free));
    for sending in [away(Some("Lindsey"), false), away(None, true), visible] {
        assert_eq!(may_send(&Sending { role: Role::Admin, ..sending }), Ok(()));
    }
}

#[test]
fn initial_messages_have_a_window_and_are_sent_once() {
    let window = InitialWindow::new(Some(Instant(50)), Some(Instant(60))).expect("a window");
    let initial = Sending { kind: Kind::Initial, status: Status::NotStarted, window, ..reply() };
    assert_eq!(may_send(&initial), Ok(()));
    let before = may_send(&Sending { now: Instant(49), ..initial.clone() }).expect_err("refused");
    assert_eq!(before, SendError::BeforeWindow(Instant(50)));
    assert_eq!(
        before.sentence(|_| "3 March, 09:00".to_owned()),
        "Initial messages can be sent from 3 March, 09:00 on. Your draft is kept."
    );
    let after = Sending { now: Instant(60), ..initial.clone() };
    assert_eq!(may_send(&after), Err(SendError::AfterWindow(Instant(60))));
    assert_eq!(may_send(&Sending { kind: Kind::Reply, status: Status::Waiting, ..after }), Ok(()));
    assert_eq!(may_send(&Sending { status: Status::Waiting, ..initial.clone() }), Err(SendError::Started));
    for kind in [Kind::Reply, Kind::FollowUp] {
        assert_eq!(may_send(&Sending { kind, ..initial.clone() }), Err(SendError::NotStarted));
    }
}

#[test]
fn a_closed_hour_says_when_it_opens() {
    let night = may_send(&Sending { minute: minute(21 * 60), ..reply() }).expect_err("refused");
    assert_eq!(night, SendError::Closed(Opens::Tomorrow(minute(540))));
    assert_eq!(
        night.to_string(),
        "Outside the campaign's hours. They open tomorrow at 09:00, the campaign's time. Your draft is kept."
    );
}

#[test]
fn a_confirmation_needs_the_right_to_write_alone() {
    let campaign = CampaignStatus::Archived;
    for kind in [Kind::OptOutConfirmation, Kind::OptInConfirmation] {
        let confirmation =
            Sending { kind, opted_out: true, campaign, minute: minute(0), status: Status::NotStarted, ..reply() };
        assert_eq!(may_send(&confirmation), Ok(()));
        assert!(may_send(&Sending { held: Held::Others, ..confirmation }).is_err());
    }
}

fn any_sending() -> impl Strategy<Value = Sending> {
    let held = prop::sample::select(vec![Held::Own, Held::UnassignedVisible, Held::UnassignedHidden, Held::Others]);
    let (kinds, roles) = (prop::sample::select(Kind::ALL.to_vec()), prop::sample::select(Role::ALL.to_vec()));
    let status = prop::sample::select(Status::ALL.to_vec());
    let campaign = prop::sample::select(vec![CampaignStatus::Active, CampaignStatus::Active, CampaignStatus::Paused]);
    let bounds = (prop::option::of(40_i64..60), prop::option::of(40_i64..60));
    let rest = (status, any::<bool>(), campaign, prop::sample::select(vec![0_u16, 540, 720, 1_260]), bounds);
    (kinds, roles, held, rest).prop_map(|(kind, role, held, (status, opted_out, campaign, at, (start, end)))| {
        let window = InitialWindow::new(start.map(Instant), end.map(Instant)).unwrap_or_default();
        Sending { kind, role, held, status, opted_out, campaign, window, minute: minute(at), ..reply() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    /// The naive model: every reason that there is, in the order written in the rules. The first one is given.
    #[test]
    fn the_first_reason_is_given(sending in any_sending()) {
        let initial = sending.kind == Kind::Initial;
        let ordinary = !sending.kind.confirms();
        let start = sending.window.start().filter(|start| *start > sending.now);
        let end = sending.window.end().filter(|end| *end <= sending.now);
        let reasons = [
            (sending.role == Role::Texter && sending.held != Held::Own, "whose"),
            (ordinary && sending.opted_out, "opted out"),
            (ordinary && sending.campaign != CampaignStatus::Active, "campaign"),
            (ordinary && !(540..1_260).contains(&sending.minute.get()), "hour"),
            (initial && (start.is_some() || end.is_some()), "window"),
            (initial && sending.status != Status::NotStarted, "started"),
            (ordinary && !initial && sending.status == Status::NotStarted, "not started"),
        ];
        let expected = reasons.into_iter().find(|(holds, _)| *holds).map(|(_, name)| name);
        let given = may_send(&sending).err().map(|error| match error {
            SendError::Reassigned { .. } | SendError::Unassigned { .. } | SendError::Escalated { .. }
            | SendError::Free => "whose",
            SendError::OptedOut => "opted out",
            SendError::Campaign(_) => "campaign",
            SendError::Closed(_) => "hour",
            SendError::BeforeWindow(_) | SendError::AfterWindow(_) => "window",
            SendError::Started => "started",
            SendError::NotStarted => "not started",
            SendError::FollowUp(_) => "follow-up",
            SendError::Text(_) => "not understood",
            SendError::NoGateway => "no gateway",
        });
        prop_assert_eq!(given, expected);
    }
}
