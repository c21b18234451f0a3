//! Contact files: uploaded, understood, checked, imported; and what bad input gets.

use std::collections::BTreeMap;
use std::fmt::Write;

use handoff_core::campaign::{CampaignAction, CampaignError};
use handoff_core::contact::Column;
use handoff_core::permission::{Forbidden, Role};
use handoff_core::status::Standing;
use handoff_core::{CampaignId, ImportId};
use handoff_server::model::import::{Charset, Choices, DryRun, Foreign, Header, ImportError, Progress, ReadAs};
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::import::statements;
use handoff_server::store::{Actor, Store};
use sqlx::{AssertSqlSafe, Executor, Row, SqlSafeStr};

use crate::database::{Database, on_both_engines};
use crate::people::{member, organization};

const VAN: &[u8] = include_bytes!("../contacts/files/van_export.txt");
const NATIONBUILDER: &[u8] = include_bytes!("../contacts/files/nationbuilder_export.csv");
const GOOGLE: &[u8] = include_bytes!("../contacts/files/google_contacts.csv");
const EXCEL: &[u8] = include_bytes!("../contacts/files/excel_semicolon_latin1.csv");
const TROUBLESOME: &[u8] = include_bytes!("../contacts/files/troublesome.csv");

/// An organization with one campaign.
pub async fn campaign(database: &Database, country: &str) -> (Actor, CampaignId) {
    let admin = organization(database, country).await;
    (admin, database.store.create_campaign(admin, "Canvass").await.unwrap())
}

/// Uploads a file and answers it with the columns that are guessed.
pub async fn upload(store: &Store, admin: Actor, campaign: CampaignId, file: &[u8]) -> (ImportId, Vec<Column>) {
    let import = store.store_upload(admin, campaign, "contacts.csv", file.to_vec()).await.unwrap();
    (import, store.read_upload(admin, import).await.unwrap().guess)
}

/// Uploads and imports a file with the columns that are guessed.
async fn import(store: &Store, admin: Actor, campaign: CampaignId, file: &[u8]) -> DryRun {
    let (import, columns) = upload(store, admin, campaign, file).await;
    let checked = store.check_import(admin, import, columns.clone()).await.unwrap();
    let result = store.start_import(admin, import, columns).await.unwrap().run().await.unwrap();
    assert_eq!(checked, result, "the dry run says what the import does");
    assert!(
        matches!(store.import_progress(admin, import).await, Ok(Progress::Done { result: stored, .. }) if stored == result)
    );
    result
}

/// Phone, first name, last name and fields of the contacts, in the order of their ids; each has a conversation.
async fn contacts(store: &Store, campaign: CampaignId) -> Vec<(String, String, String, BTreeMap<String, String>)> {
    let rows = sqlx::query(
        "SELECT contact.phone, contact.first_name, contact.last_name, contact.fields, conversation.campaign_id
         FROM contact LEFT JOIN conversation ON conversation.organization_id = contact.organization_id
            AND conversation.conversation_id = contact.conversation_id
            AND conversation.campaign_id = contact.campaign_id AND conversation.assignee_id IS NULL
            AND conversation.status = 2
         WHERE contact.campaign_id = $1 ORDER BY contact.conversation_id",
    )
    .bind(campaign.get())
    .fetch_all(store.reader())
    .await
    .unwrap();
    rows.iter()
        .map(|row| {
            assert_eq!(row.get::<Option<i64>, _>("campaign_id"), Some(campaign.get()), "a conversation");
            let fields = serde_json::from_str(&row.get::<String, _>("fields")).unwrap();
            (row.get("phone"), row.get("first_name"), row.get("last_name"), fields)
        })
        .collect()
}

/// The name and the text of the file with the bad rows.
async fn bad_rows(store: &Store, admin: Actor, import: ImportId) -> (String, String) {
    let (name, mut pieces) = store.bad_rows(admin, import).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.recv().await {
        bytes.extend(piece.unwrap());
    }
    (name, String::from_utf8(bytes).unwrap())
}

async fn opt_out(store: &Store, of: Actor, phone: &str) {
    let mut transaction = store.begin().await.unwrap();
    sqlx::query("INSERT INTO opt_out (organization_id, phone, opted_out_at) VALUES ($1, $2, 1)")
        .bind(of.organization.get())
        .bind(phone)
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

fn count(result: &DryRun) -> [u32; 5] {
    [result.good, result.merged, result.present, result.opted_out, result.bad]
}

on_both_engines! {
    async fn every_statement_of_an_import_prepares(database: Database) {
        let mut connection = database.store.reader().acquire().await.unwrap();
        for statement in statements(database.store.engine()) {
            if let Err(error) = connection.prepare(AssertSqlSafe(statement.clone()).into_sql_str()).await {
                panic!("{error}\n{statement}");
            }
        }
    }
}

on_both_engines! {
    async fn the_files_of_the_usual_tools_are_imported_as_guessed(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let van = store.store_upload(admin, id, "C:\\exports\\van_export.txt", VAN.to_vec()).await.unwrap();
        let van = store.read_upload(admin, van).await.unwrap();
        assert_eq!((van.file_name.as_str(), van.format.as_str()), ("van_export.txt", "UTF-16, separated by tabs"));
        let custom = |name: &str| Column::Custom(name.to_owned());
        assert_eq!(van.guess, [
            custom("voter_file_vanid"), Column::LastName, Column::FirstName, Column::Ignored, Column::Ignored,
            Column::Phone, Column::Phone, custom("party"), custom("age"), custom("precinct"),
        ]);
        assert_eq!(van.sample[0][2], "Jean");

        let van = import(store, admin, id, VAN).await;
        // Some have the number of somebody else, and no other one.
        let are_doubles = |result: &DryRun| result.bad_rows.iter().all(|row| row.reason.contains("for somebody else"));
        assert!(are_doubles(&van), "{:?}", van.bad_rows);
        assert_eq!((van.bad, van.present), (2, 0));
        let all = contacts(store, id).await;
        assert_eq!(u32::try_from(all.len()), Ok(van.good));
        assert_eq!((all[0].0.as_str(), all[0].1.as_str(), all[0].2.as_str()), ("+15035550100", "Jean", "Nowak"));
        assert_eq!(all[0].3["precinct"], "P-00");

        let nation = store.create_campaign(admin, "Nation").await.unwrap();
        let (uploaded, columns) = upload(store, admin, nation, NATIONBUILDER).await;
        assert_eq!(columns[7], Column::OptIn, "mobile_opt_in");
        let checked = store.check_import(admin, uploaded, columns.clone()).await.unwrap();
        assert!(checked.not_agreed > 0 && checked.good > 0, "{checked:?}");
        let despite = Choices { despite_consent: true, ..columns.into() };
        let result = store.start_import(admin, uploaded, despite).await.unwrap().run().await.unwrap();
        assert!(are_doubles(&result), "{:?}", result.bad_rows);
        assert_eq!((result.bad, result.good), (6, checked.good + checked.not_agreed));
        let all = contacts(store, nation).await;
        assert_eq!((all[0].0.as_str(), all[0].1.as_str()), ("+15035550100", "Ángel"));
        assert_eq!(all[0].3["note"], "said: \"call later\" prefers evenings");
        assert_eq!(all[0].3["tag_list"], "volunteer, 2026");

        let google = store.create_campaign(admin, "Google").await.unwrap();
        let result = import(store, admin, google, GOOGLE).await;
        assert!(are_doubles(&result), "{:?}", result.bad_rows);
        let all = contacts(store, google).await;
        assert_eq!((all[0].0.as_str(), all[0].2.as_str()), ("+14155550100", "Sørensen"));
        assert_eq!(store.read_campaign(admin, google).await.unwrap().custom_fields, ["phone_1_label", "labels"]);
    }
}

on_both_engines! {
    async fn a_french_file_is_read_with_french_numbers(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "FR").await;
        let result = import(store, admin, id, EXCEL).await;
        assert_eq!(result.bad, 0, "{:?}", result.bad_rows);
        let all = contacts(store, id).await;
        assert_eq!((all[0].0.as_str(), all[0].1.as_str(), all[0].3["ville"].as_str()), ("+33639980001", "Fatima", "Orléans"));
    }
}

on_both_engines! {
    async fn every_trouble_of_a_troublesome_file_is_told(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let result = import(store, admin, id, TROUBLESOME).await;
        assert_eq!(count(&result), [5, 1, 0, 0, 4]);
        let bad: Vec<_> = result.bad_rows.iter().map(|row| (row.line, row.reason.as_str())).collect();
        assert_eq!(bad, [
            (5, "\"555-0102\" has no area code. Add it in front of the number."),
            (6, "There is no phone number."),
            (11, "This row has 6 cells, but the file has 4 columns. Put cells that hold the separator in quotes."),
            (12, "A quote is opened in this row and never closed. Close it, or remove it."),
        ]);
        let all = contacts(store, id).await;
        let short: Vec<_> = all.iter().map(|(phone, first, last, _)| [phone.as_str(), first, last]).collect();
        assert_eq!(short, [
            ["+12125550100", "Abby", "Smith"],
            ["+12125550101", "", ""],
            ["+442079460018", "Ola", "Tran"],
            ["+12125550103", "Wei", "Le e"],
            ["+12125550104", "Bad", "Row"],
        ]);
        assert_eq!(all[0].3["note"], "ok");
    }
}

on_both_engines! {
    async fn contacts_that_are_there_stay_and_who_opted_out_is_never_written_to(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let stranger = organization(&database, "US").await;
        opt_out(store, admin, "+12125550101").await;
        opt_out(store, stranger, "+12125550102").await;
        let file = b"First,Phone,Ward\nAbby,2125550100,1\nBea,2125550101,2\nCal,2125550102,3\n";
        assert_eq!(count(&import(store, admin, id, file).await), [3, 0, 0, 1, 0]);
        // Again, with one more, one twice, and other names: those that are there stay as they are.
        let file = b"First,Phone,Team\nAnn,2125550100,x\nBo,2125550101,x\nDee,2125550103,x\nDEE,212-555-0103,x\n";
        assert_eq!(count(&import(store, admin, id, file).await), [1, 1, 2, 0, 0]);
        let names: Vec<_> = contacts(store, id).await.into_iter().map(|contact| contact.1).collect();
        assert_eq!(names, ["Abby", "Bea", "Cal", "Dee"]);
        assert_eq!(store.read_campaign(admin, id).await.unwrap().custom_fields, ["ward", "team"]);
        let counts = store.list_campaigns(admin).await.unwrap()[0].counts;
        assert_eq!((counts.get(Standing::NotStarted), counts.get(Standing::OptedOut)), (3, 1));
        // The same number in another campaign is another conversation.
        let other = store.create_campaign(admin, "Other").await.unwrap();
        assert_eq!(count(&import(store, admin, other, file).await), [3, 1, 0, 1, 0]);

        store.save_initial_message(admin, id, "Hi {first_name|there} of {ward|no ward}").await.unwrap();
        let samples = store.read_campaign(admin, id).await.unwrap().samples;
        assert_eq!(samples[0], ("Abby".to_owned(), "Hi Abby of 1".to_owned()));
        assert_eq!(store.preview_message(admin, id, "{team|none}").await.unwrap()[0].1, "none");
    }
}

on_both_engines! {
    async fn a_dry_run_writes_nothing(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let (file, columns) = upload(store, admin, id, TROUBLESOME).await;
        store.check_import(admin, file, columns).await.unwrap();
        assert_eq!(contacts(store, id).await, []);
        assert_eq!(store.import_progress(admin, file).await, Ok(Progress::Ready));
        assert_eq!(store.read_campaign(admin, id).await.unwrap().custom_fields, [""; 0]);
    }
}

on_both_engines! {
    async fn a_file_is_imported_once(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let (file, columns) = upload(store, admin, id, b"Phone\n2125550100\n").await;
        let run = store.start_import(admin, file, columns.clone()).await.unwrap();
        assert_eq!(store.import_progress(admin, file).await, Ok(Progress::Running { done: 0, rows: 1 }));
        let again = store.start_import(admin, file, columns.clone()).await.err();
        assert_eq!(again, Some(ImportError::AlreadyStarted.into()));
        run.run().await.unwrap();
        let again = store.start_import(admin, file, columns).await.err();
        assert_eq!(again.map(|error| error.status()), Some(409));
        assert_eq!(contacts(store, id).await.len(), 1);
    }
}

on_both_engines! {
    async fn an_import_that_the_server_did_not_live_to_end_imported_nothing(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let (file, columns) = upload(store, admin, id, b"Phone\n2125550100\n").await;
        // It was started, and the process that should run it is gone.
        let lost = store.start_import(admin, file, columns.clone()).await.unwrap();
        assert_eq!(store.mark_interrupted_imports().await, Ok(1));
        assert_eq!(store.mark_interrupted_imports().await, Ok(0));
        let stopped = Progress::Failed {
            reason: "The server stopped in the middle: nothing was imported. Start it again.".to_owned(),
        };
        assert_eq!(store.import_progress(admin, file).await, Ok(stopped.clone()));
        // Should it run all the same, on another server, it takes everything back.
        assert_eq!(lost.run().await, Err(ApiError::Broken));
        assert_eq!(contacts(store, id).await, []);
        assert_eq!(store.import_progress(admin, file).await, Ok(stopped));
        // And it can be started again.
        assert_eq!(store.start_import(admin, file, columns).await.unwrap().run().await.unwrap().good, 1);
    }
}

on_both_engines! {
    async fn an_import_into_a_campaign_that_was_archived_meanwhile_fails_as_a_whole(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let (file, columns) = upload(store, admin, id, b"Phone\n2125550100\n").await;
        let run = store.start_import(admin, file, columns).await.unwrap();
        store.act_on_campaign(admin, id, CampaignAction::Archive).await.unwrap();
        assert_eq!(run.run().await, Err(CampaignError::Archived.into()));
        assert_eq!(contacts(store, id).await, []);
        let Ok(Progress::Failed { reason }) = store.import_progress(admin, file).await else { panic!("failed") };
        assert!(reason.starts_with("This campaign is archived") && reason.ends_with("Nothing was imported."), "{reason}");
        let refused = store.store_upload(admin, id, "a.csv", b"Phone\n2125550100\n".to_vec()).await;
        assert_eq!(refused, Err(CampaignError::Archived.into()));
        assert_eq!(store.may_upload(admin, id).await, Err(CampaignError::Archived.into()));
    }
}

on_both_engines! {
    async fn bad_files_and_bad_columns_get_their_sentence(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        for (file, error, status) in [
            (&b""[..], ImportError::Empty, 422),
            (b" \r\n", ImportError::Empty, 422),
            (b"\x89PNG\r\n\x1a\n\0\0", Foreign::Picture.into(), 422),
            (b"abc\0def\0ghi\0", ImportError::Binary, 422),
            (b"PK\x03\x04\x14\0", ImportError::Workbook("it is cut off or damaged".to_owned()), 422),
            (b"Name,Phone\r\n", ImportError::NoRows, 422),
        ] {
            let refused = store.store_upload(admin, id, "a.csv", file.to_vec()).await.unwrap_err();
            assert_eq!((refused.clone(), refused.status()), (error.into(), status));
        }
        let large = store.store_upload(admin, id, "a.csv", vec![b'1'; 64_000_001]).await.unwrap_err();
        assert_eq!((large.to_string().as_str(), large.status()), ("This file has 65 MB, and at most 64 MB are taken. Split it into several files.", 413));

        let (file, guess) = upload(store, admin, id, b"Name,Town\nAbby,Boston\n").await;
        assert_eq!(guess, [Column::FirstName, Column::Custom("town".to_owned())]);
        let custom = |name: &str| Column::Custom(name.to_owned());
        for (columns, error) in [
            (guess, ImportError::NoPhone),
            (vec![Column::Phone], ImportError::Mapping { columns: 2, mapped: 1 }),
            (vec![Column::Phone, custom("last_name")], ImportError::FieldName("last_name".to_owned())),
        ] {
            assert_eq!(store.check_import(admin, file, columns.clone()).await, Err(error.clone().into()));
            assert_eq!(store.start_import(admin, file, columns).await.err(), Some(error.into()));
        }
        // With columns that hold no numbers all rows are bad, which the dry run says; nothing breaks.
        let result = store.check_import(admin, file, vec![Column::FirstName, Column::Phone]).await.unwrap();
        assert_eq!((count(&result), result.bad_rows[0].line), ([0, 0, 0, 0, 1], 2));
    }
}

on_both_engines! {
    async fn bad_rows_are_given_back_as_a_file(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let (file, columns) = upload(store, admin, id, TROUBLESOME).await;
        let guessed = bad_rows(store, admin, file).await;
        store.start_import(admin, file, columns).await.unwrap().run().await.unwrap();
        let (name, text) = bad_rows(store, admin, file).await;
        assert_eq!((name.as_str(), &text), ("contacts - bad rows.csv", &guessed.1));
        assert!(text.starts_with("\u{feff}First,Last,Phone,Note,line,reason\n"), "{text}");
        assert_eq!(text.lines().count(), 5);
        assert!(text.contains("Tom,Lee,555-0102,no area code,5,\"\"\"555-0102\"\" has no area code."), "{text}");
        // Corrected, it can be uploaded as it is.
        let corrected = text.replace("555-0102", "212-555-0199");
        let (_, columns) = upload(store, admin, id, corrected.as_bytes()).await;
        assert_eq!(columns[4..], [Column::Ignored, Column::Ignored]);
    }
}

on_both_engines! {
    async fn texters_and_other_organizations_get_nothing(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let theirs = organization(&database, "US").await;
        let texter = Actor { member: member(&database, admin, Role::Texter, "Tom").await, ..admin };
        let bytes = b"Phone\n2125550100\n".to_vec();
        let (file, columns) = upload(store, admin, id, &bytes).await;
        let phone = || vec![Column::Phone];
        for (who, on_campaign, on_import) in [
            (theirs, ApiError::NotFound(Thing::Campaign), ApiError::NotFound(Thing::Import)),
            (texter, Forbidden.into(), Forbidden.into()),
        ] {
            assert_eq!(store.may_upload(who, id).await, Err(on_campaign.clone()));
            assert_eq!(store.store_upload(who, id, "a.csv", bytes.clone()).await, Err(on_campaign));
            assert_eq!(store.read_upload(who, file).await, Err(on_import.clone()));
            assert_eq!(store.check_import(who, file, phone()).await, Err(on_import.clone()));
            assert_eq!(store.start_import(who, file, phone()).await.err(), Some(on_import.clone()));
            assert_eq!(store.import_progress(who, file).await, Err(on_import.clone()));
            assert_eq!(store.bad_rows(who, file).await.err(), Some(on_import));
        }
        assert_eq!(store.start_import(admin, file, columns).await.unwrap().run().await.unwrap().good, 1);
    }
}

on_both_engines! {
    async fn files_that_were_never_imported_are_forgotten_after_a_week(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let (old, _) = upload(store, admin, id, b"Phone\n2125550100\n").await;
        let (imported, columns) = upload(store, admin, id, b"Phone\n2125550100\n").await;
        store.start_import(admin, imported, columns).await.unwrap().run().await.unwrap();
        assert!(store.read_upload(admin, old).await.is_ok());
        database.clock.advance_seconds(8 * 24 * 60 * 60);
        upload(store, admin, id, b"Phone\n2125550101\n").await;
        assert_eq!(store.read_upload(admin, old).await, Err(ApiError::NotFound(Thing::Import)));
        assert!(store.read_upload(admin, imported).await.is_ok());
    }
}

on_both_engines! {
    async fn many_batches_keep_the_order_of_the_file(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let mut file = "Phone,First\n".to_owned();
        for row in 0..12_001 {
            writeln!(file, "212{:07},N{row}", 2_000_000 + row * 7 % 12_001).unwrap();
        }
        assert_eq!(count(&import(store, admin, id, file.as_bytes()).await), [12_001, 0, 0, 0, 0]);
        let all = contacts(store, id).await;
        assert!(all.iter().enumerate().all(|(row, contact)| contact.1 == format!("N{row}")));
        assert_eq!(count(&import(store, admin, id, file.as_bytes()).await), [0, 0, 12_001, 0, 0]);
    }
}

on_both_engines! {
    async fn who_has_not_agreed_is_left_out_unless_the_admin_decides_otherwise(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let file = b"First,Phone,SMS opt-in\nAbby,2125550100,yes\nBea,2125550101,no\nCal,2125550102,\nDee,2125550103,yes\nDee,2125550103,no\n";
        let (uploaded, columns) = upload(store, admin, id, file).await;
        assert_eq!(columns, [Column::FirstName, Column::Phone, Column::OptIn]);
        let despite = Choices { despite_consent: true, ..columns.clone().into() };
        let checked = store.check_import(admin, uploaded, despite).await.unwrap();
        assert_eq!((checked.good, checked.not_agreed, checked.despite_consent), (4, 3, true));
        let result = import(store, admin, id, file).await;
        assert_eq!((result.good, result.not_agreed, result.merged, result.despite_consent), (1, 3, 1, false));
        let names = async || contacts(store, id).await.into_iter().map(|contact| contact.1).collect::<Vec<_>>();
        assert_eq!(names().await, ["Abby"]);
        // What the column says is no custom field.
        assert_eq!(store.read_campaign(admin, id).await.unwrap().custom_fields, [""; 0]);
        let despite = Choices { despite_consent: true, ..columns.into() };
        let result = store.start_import(admin, uploaded, despite).await.unwrap().run().await.unwrap();
        assert_eq!((result.good, result.present, result.not_agreed), (3, 1, 3));
        assert_eq!(names().await, ["Abby", "Bea", "Cal", "Dee"]);
    }
}

on_both_engines! {
    async fn rows_of_one_person_add_up_and_those_of_two_people_on_a_number_are_told_apart(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let file = b"First,Last,Mobile,Phone,Ward\nAbby,,2125550100,,\nTom,Lee,2125550100,2125550101,7\nAbby,Lee,(212) 555-0100,,9\nRuth,Kim,2125550100,,\n";
        let result = import(store, admin, id, file).await;
        assert_eq!(count(&result), [2, 1, 0, 0, 1]);
        assert_eq!(
            (result.bad_rows[0].line, result.bad_rows[0].reason.as_str()),
            (5, "Line 2 has this number for somebody else. Give this person a number of their own, or leave them out.")
        );
        let all = contacts(store, id).await;
        let short: Vec<_> = all.iter().map(|(phone, first, last, fields)| [phone, first, last, &fields["ward"]]).collect();
        assert_eq!(short, [["+12125550100", "Abby", "Lee", "9"], ["+12125550101", "Tom", "Lee", "7"]]);
    }
}

on_both_engines! {
    async fn a_file_is_read_as_was_chosen_also_for_its_bad_rows(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let file = b"Title\nPrenom,Phone\nJos\x8e,2125550100\nZo\x91,12\n";
        let (uploaded, _) = upload(store, admin, id, file).await;
        let read_as = ReadAs { charset: Some(Charset::MacRoman), header: Some(Header::Line(2)), sheet: None };
        let shown = store.read_upload_as(admin, uploaded, read_as).await.unwrap();
        assert_eq!((shown.charset, shown.header, shown.sample[0][0].as_str()), (Some(Charset::MacRoman), Header::Line(2), "José"));
        let choices = Choices { columns: shown.guess, read_as, despite_consent: false };
        let result = store.start_import(admin, uploaded, choices).await.unwrap().run().await.unwrap();
        assert_eq!((result.good, result.bad), (1, 1));
        assert_eq!(contacts(store, id).await[0].1, "José");
        let text = bad_rows(store, admin, uploaded).await.1;
        assert!(text.starts_with("\u{feff}Prenom,Phone,line,reason\nZoë,12,4,"), "{text}");
    }
}

on_both_engines! {
    async fn a_file_of_several_parts_is_kept_whole_and_forgotten_whole(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let mut file = "First,Phone,Note\n".to_owned();
        for number in 0..3_000 {
            writeln!(file, "P{number},21255{number:05},{}", "n".repeat(number % 1_000)).unwrap();
        }
        assert!(file.len() > 1_000_000);
        let (uploaded, columns) = upload(store, admin, id, file.as_bytes()).await;
        let parts = async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM contact_import_part").fetch_one(store.reader()).await.unwrap() };
        assert_eq!(parts().await, 2);
        let checked = store.check_import(admin, uploaded, columns).await.unwrap();
        assert_eq!(checked.good + checked.bad + checked.merged, 3_000);
        // A week later, at the next upload, it is gone.
        database.clock.advance_seconds(8 * 24 * 60 * 60);
        upload(store, admin, id, b"Phone\n2125550100\n").await;
        assert_eq!(parts().await, 1);
    }
}

on_both_engines! {
    async fn custom_fields_are_counted_over_imports(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let file = |prefix: &str, count: usize| {
            let names = (0..count).map(|number| format!(",{prefix}{number}")).collect::<Vec<_>>().concat();
            format!("Phone{names}\n2125550100{}\n", ",x".repeat(count))
        };
        import(store, admin, id, file("a", 150).as_bytes()).await;
        let (uploaded, columns) = upload(store, admin, id, file("b", 51).as_bytes()).await;
        let refused = ImportError::TooManyFields { fields: 201, most: 200 };
        assert_eq!(store.check_import(admin, uploaded, columns.clone()).await, Err(refused.clone().into()));
        assert_eq!(store.start_import(admin, uploaded, columns).await.err(), Some(refused.into()));
        let (uploaded, columns) = upload(store, admin, id, file("b", 50).as_bytes()).await;
        assert!(store.start_import(admin, uploaded, columns).await.unwrap().run().await.is_ok());
        // The fields that are there already do not count twice.
        let again = store.create_campaign(admin, "Other").await.unwrap();
        import(store, admin, again, file("b", 200).as_bytes()).await;
        import(store, admin, again, file("b", 200).as_bytes()).await;
    }
}
