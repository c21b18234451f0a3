//! Opt-outs as a list: searched, imported all or nothing, exported.

use std::collections::BTreeSet;

use handoff_core::contact::Phone;
use handoff_core::permission::{Forbidden, Role};
use handoff_core::status::Standing;
use handoff_server::model::ApiError;
use handoff_server::model::opt_out::{OptOutError, OptOutRow};
use handoff_server::store::Actor;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::database::{Database, on_both_engines};
use crate::scene::{Scene, scene};
use crate::talk::{contact, phone, state, talk};

/// All pages of a search.
async fn all(database: &Database, scene: Scene, search: &str) -> Vec<OptOutRow> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = database.store.opt_outs(scene.admin, search, after).await.unwrap();
        assert!(page.rows.len() <= 50);
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return rows;
        }
    }
}

fn number(last: u32) -> Phone {
    format!("+1212555{last:04}").parse().unwrap()
}

on_both_engines! {
    async fn a_list_opts_out_every_conversation_of_its_numbers_as_one_by_one_does(database: Database) {
        let (one, other) = (talk(&database, 1, 2).await, talk(&database, 2, 1).await);
        for conversation in 1..=4 {
            contact(&database, one, conversation, 100 + conversation, "Lee", None).await;
        }
        // Somebody else knows the same numbers, and who opted out there.
        contact(&database, other, 2, 101, "Lee", None).await;
        let store = &database.store;
        store.opt_number(other.admin, phone(103).parse().unwrap(), true).await.unwrap();
        store.opt_number(one.admin, phone(104).parse().unwrap(), true).await.unwrap();
        let before = state(&database, one, 4).await;
        let list = format!("phone\n{}\n{}\n{}\n{}\n", phone(101), phone(103), phone(104), phone(101));
        let found = store.check_opt_outs(one.admin, &list).await.unwrap();
        assert_eq!((found.good, found.present, found.doubled, found.bad), (2, 1, 1, 0));
        assert!(!state(&database, one, 1).await.opted_out, "looking changes nothing");
        let (read, campaigns) = store.import_opt_outs(one.admin, &list).await.unwrap();
        assert_eq!((read, campaigns), (found, BTreeSet::from([one.campaign])));
        for (conversation, out) in [(1, true), (2, false), (3, true), (4, true)] {
            assert_eq!(state(&database, one, conversation).await.opted_out, out, "{conversation}");
        }
        assert_eq!(state(&database, one, 4).await, before);
        assert_eq!(store.list_campaigns(one.admin).await.unwrap()[0].counts.get(Standing::OptedOut), 3, "in the counts too");
        assert!(!state(&database, other, 2).await.opted_out, "another organization's conversations stay as they are");
        // Again it changes nothing.
        let (again, campaigns) = store.import_opt_outs(one.admin, &list).await.unwrap();
        assert_eq!((again.good, again.present, campaigns.len()), (0, 3, 0));
        let listed: Vec<_> = all(&database, one, "").await.into_iter().map(|row| row.phone).collect();
        assert_eq!(listed.len(), 3);
        let theirs: Vec<_> = all(&database, other, "").await.into_iter().map(|row| row.phone.to_string()).collect();
        assert_eq!(theirs, [phone(103)]);
        assert_eq!(all(&database, one, &phone(10)[..9]).await.len(), 3, "of a search too");
        let exported = store.export_opt_outs(other.admin, None).await.unwrap();
        assert_eq!(exported.iter().map(|(row, _)| row.phone.to_string()).collect::<Vec<_>>(), [phone(103)]);
        // And in again, from the list.
        store.opt_number(one.admin, phone(103).parse().unwrap(), false).await.unwrap();
        assert!(!state(&database, one, 3).await.opted_out);
        assert_eq!(all(&database, one, "").await.len(), 2);
    }
}

on_both_engines! {
    async fn a_list_with_a_bad_line_is_not_imported_at_all(database: Database) {
        let scene = scene(&database, 1, 1).await;
        let store = &database.store;
        let list = "212-555-0101\nnobody\n212-555-0102";
        let found = store.check_opt_outs(scene.admin, list).await.unwrap();
        assert_eq!((found.good, found.bad, found.bad_lines[0].line), (2, 1, 2));
        let refused = store.import_opt_outs(scene.admin, list).await.map(drop);
        assert_eq!(refused, Err(ApiError::OptOut(OptOutError::Bad { lines: 1 })));
        assert_eq!(all(&database, scene, "").await, []);
        assert_eq!(store.import_opt_outs(scene.admin, " \n ").await.map(drop), Err(ApiError::OptOut(OptOutError::Empty)));
        let many = (0..100_001).map(|last| format!("+447911{last:06}")).collect::<Vec<_>>().join("\n");
        let too_many = OptOutError::TooMany { numbers: 100_001 };
        assert_eq!(store.check_opt_outs(scene.admin, &many).await, Err(ApiError::OptOut(too_many)));
        let texter = Actor { member: crate::people::member(&database, scene.admin, Role::Texter, "tess").await, ..scene.admin };
        let forbidden = ApiError::from(Forbidden);
        assert_eq!(store.opt_outs(texter, "", None).await.map(drop), Err(forbidden.clone()));
        assert_eq!(store.check_opt_outs(texter, "212-555-0101").await.map(drop), Err(forbidden.clone()));
        assert_eq!(store.import_opt_outs(texter, "212-555-0101").await.map(drop), Err(forbidden.clone()));
        assert_eq!(store.export_opt_outs(texter, None).await.map(drop), Err(forbidden));
    }
}

on_both_engines! {
    async fn of_a_full_page_nothing_follows_and_of_one_more_it_does(database: Database) {
        let scene = scene(&database, 1, 1).await;
        let next = async |search: &str| database.store.opt_outs(scene.admin, search, None).await.unwrap().next;
        for (last, follows) in [(50, false), (51, true)] {
            let list = (100..100 + last).map(|last| number(last).to_string()).collect::<Vec<_>>().join("\n");
            database.store.import_opt_outs(scene.admin, &list).await.unwrap();
            assert_eq!((next("").await.is_some(), next("+1").await.is_some()), (follows, follows), "{last}");
        }
    }
}

on_both_engines! {
    async fn a_search_finds_what_begins_like_it_and_nothing_else(database: Database) {
        let scene = scene(&database, 1, 1).await;
        let other = crate::scene::scene(&database, 2, 1).await;
        let mut runner = TestRunner::new(Config::default());
        let numbers = prop::collection::vec(
            prop_oneof![10_000_000_u64..=99_999_999, 12_125_550_000_u64..=12_125_550_300, 440_000_000_000_u64..=449_999_999_999,
                999_999_999_999_990_u64..=999_999_999_999_999], 250..300,
        ).new_tree(&mut runner).unwrap().current();
        let phones: BTreeSet<Phone> = numbers.into_iter().map(|digits| Phone::from_digits(digits).unwrap()).collect();
        for phone in &phones {
            database.clock.advance_seconds(i64::from(phone.digits() % 3 == 0));
            database.store.opt_number(scene.admin, *phone, true).await.unwrap();
        }
        database.store.opt_number(other.admin, number(1), true).await.unwrap();
        for search in ["+1", "+1212555", "212", "(212) 555-00", "44", "+44 1", "9", "+99", "999999999999999", "5", "+7"] {
            let digits: String = search.chars().filter(char::is_ascii_digit).collect();
            let national = format!("+1{digits}");
            let fits = |phone: &Phone| {
                let text = phone.to_string();
                text.starts_with(&format!("+{digits}")) || (!search.starts_with('+') && text.starts_with(&national))
            };
            let mut wanted: Vec<String> = phones.iter().filter(|phone| fits(phone)).map(Phone::to_string).collect();
            wanted.sort();
            let found: Vec<String> = all(&database, scene, search).await.iter().map(|row| row.phone.to_string()).collect();
            assert_eq!(found, wanted, "{search}");
        }
        // Without digits it is all of them, the latest first.
        let latest = all(&database, scene, " ").await;
        assert_eq!(latest.len(), phones.len());
        assert!(latest.is_sorted_by_key(|row| std::cmp::Reverse((row.at, row.phone.to_string()))));
        assert!(latest.iter().all(|row| row.by.as_deref() == Some("Texter 1000")));
        // And the export has each once.
        let (mut exported, mut after) = (BTreeSet::new(), None);
        loop {
            let page = database.store.export_opt_outs(scene.admin, after).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.0.phone);
            assert!(page.into_iter().all(|(row, _)| exported.insert(row.phone)));
        }
        assert_eq!(exported, phones);
    }
}

on_both_engines! {
    async fn a_search_without_a_digit_finds_no_number(database: Database) {
        let scene = scene(&database, 1, 1).await;
        database.store.opt_number(scene.admin, number(1), true).await.unwrap();
        for (search, found) in [("", 1), ("  ", 1), ("abc%", 0), ("%", 0), ("+", 0), ("(212)", 1)] {
            assert_eq!(all(&database, scene, search).await.len(), found, "{search}");
        }
    }
}
