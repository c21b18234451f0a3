//! Columns that say whether people agreed to be texted, in the wordings that tools use.

mod cell;
mod column;
mod lists;

pub use cell::{Said, Wording, said};
pub use column::wording;

/// Whether somebody agreed, by the cells of all such columns of their row.
///
/// One refusal decides. Otherwise one agreement is needed if any column keeps agreements.
pub fn agreed<'c>(cells: impl IntoIterator<Item = (Wording, &'c str)>) -> bool {
    let (mut asked, mut yes) = (false, false);
    for (wording, cell) in cells {
        let said = said(wording, cell);
        if said == Said::No {
            return false;
        }
        asked |= wording == Wording::OptIn;
        yes |= wording == Wording::OptIn && said == Said::Yes;
    }
    yes || !asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_about_consent_are_told_by_their_names() {
        for header in [
            "mobile_opt_in",
            "SMS Opt-In",
            "SmsOptIn",
            "Opted In",
            "Consent",
            "consent to text",
            "OK to text",
            "Accepts SMS Marketing",
            "Subscription Status",
            "subscribed",
            "Text Opt In?",
            "opt in",
            "Texting OK?",
            "can_receive_sms",
            "can receive texts",
            "sms ok",
            "OK text message",
            "text opt in",
            "SMS consent",
            "textable",
            "is_textable",
            "Wants Texts",
            "sms_enabled",
            "Texts allowed",
            "OK to contact",
        ] {
            assert_eq!(wording(header, []), Some(Wording::OptIn), "{header}");
        }
        for header in [
            "Do Not Text",
            "do_not_contact",
            "SMS opt-out",
            "smsOptOut",
            "Opted Out",
            "Unsubscribed",
            "DNC",
            "No SMS",
            "federal_donotcall",
            "Opt Out Date",
            "no texts",
            "STOP",
            "stopped",
            "do_not_text",
            "sms_opt_out",
            "Not OK to text",
            "Never subscribed",
            "not textable",
            "Texting not allowed",
            "sms_blocked",
            "STOP texts",
            "Don't want texts",
            "never text",
        ] {
            assert_eq!(wording(header, []), Some(Wording::OptOut), "{header}");
        }
        for header in [
            "email_opt_in",
            "E-mail Opt-In",
            "newsletter subscription",
            "opt_in_date",
            "Consent Source",
            "Opt-in IP",
            "Status",
            "Phone",
            "Notes",
            "Option",
            "First Name",
            "Optimist Club",
            "bus stop",
            "Stop number",
            "text",
            "message",
            "ok",
            "last text",
            "Texts sent",
            "SMS No.",
            "SMS number",
            "Can drive",
            "Willing to host",
            "text message",
            "Text OK date",
            "",
        ] {
            assert_eq!(wording(header, []), None, "{header}");
        }
    }

    #[test]
    fn a_status_is_one_of_a_subscription_by_its_values() {
        assert_eq!(wording("Status", ["Subscribed", "", "unsubscribed"]), Some(Wording::OptIn));
        assert_eq!(wording("SMS Status", ["Opted-In", "Opted-Out"]), Some(Wording::OptIn));
        assert_eq!(wording("Status", ["Subscribed", "Member"]), None);
        assert_eq!(wording("Status", ["", " "]), None);
        assert_eq!(wording("City", ["subscribed"]), None);
        assert_eq!(wording("STOP", ["yes", "", "No", "2026-05-01"]), Some(Wording::OptOut));
        assert_eq!(wording("Stop", ["12", "13"]), None, "of a bus");
    }

    #[test]
    fn cells_are_read_in_the_usual_wordings() {
        use Said::{No, Nothing, Yes};
        for (cell, in_opt_in, in_opt_out) in [
            ("true", Yes, No),
            ("TRUE", Yes, No),
            ("Yes", Yes, No),
            ("y", Yes, No),
            ("1", Yes, No),
            ("x", Yes, No),
            ("✓", Yes, No),
            ("false", No, Yes),
            ("No", No, Yes),
            ("0", No, Yes),
            ("Subscribed", Yes, Yes),
            ("Opted-in", Yes, Yes),
            ("unsubscribed", No, No),
            ("Opted out", No, No),
            ("STOP", No, No),
            ("pending", No, No),
            ("2026-05-01", Yes, No),
            ("5/1/2026 10:00", Yes, No),
            ("maybe", Nothing, No),
            ("", Nothing, Nothing),
            ("NULL", Nothing, Nothing),
            ("=\"true\"", Yes, No),
            ("Sí", Yes, No),
            ("SI\u{301}", Yes, No),
            ("NÃO", No, Yes),
            ("Nein", No, Yes),
        ] {
            assert_eq!(said(Wording::OptIn, cell), in_opt_in, "{cell}");
            assert_eq!(said(Wording::OptOut, cell), in_opt_out, "{cell}");
        }
    }

    #[test]
    fn one_refusal_decides_and_an_agreement_is_needed_where_they_are_kept() {
        use Wording::{OptIn, OptOut};
        assert!(agreed([]));
        assert!(agreed([(OptOut, "")]));
        assert!(agreed([(OptIn, "yes"), (OptIn, "")]));
        assert!(agreed([(OptIn, "2026-05-01"), (OptOut, "no")]));
        assert!(!agreed([(OptIn, "")]));
        assert!(!agreed([(OptIn, "yes"), (OptOut, "yes")]));
        assert!(!agreed([(OptIn, ""), (OptOut, "no")]));
    }

    proptest! {
        /// Whoever refused in any column has not agreed, whatever else is said.
        #[test]
        fn a_refusal_is_never_outvoted(cells in prop::collection::vec((any::<bool>(), "yes|no|subscribed||[a-z]{0,4}"), 0..5), refusal in "no|unsubscribed|opted out") {
            let mut all: Vec<_> = cells.iter().map(|(out, cell)| (if *out { Wording::OptOut } else { Wording::OptIn }, cell.as_str())).collect();
            all.push((Wording::OptIn, &refusal));
            prop_assert!(!agreed(all));
        }

        #[test]
        fn no_text_makes_it_panic(header in "\\PC{0,20}", cell in "\\PC{0,20}") {
            let _ = wording(&header, [cell.as_str()]);
            let _ = said(Wording::OptIn, &cell);
        }
    }
}
