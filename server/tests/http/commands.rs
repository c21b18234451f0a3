//! The commands that an operator types: the real program, with its output and its exit code.

use std::path::Path;
use std::process::{Command, Output};

use handoff_core::status::Standing;
use handoff_core::{CampaignId, OrganizationId};
use handoff_server::store::Actor;

use crate::database::{Database, on_both_engines};

const FILE: &str = "First Name,Last Name,Cell Phone,Precinct\n\
    Ada,Lovelace,(212) 555-0101,7\n\
    Grace,Hopper,(212) 555-0102,8\n\
    ADA,,212-555-0101,9\n\
    Nobody,Known,12,1\n";

fn handoff(database: &Database, command: &[&str], more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_handoff"))
        .args(command)
        .args(["--database", &database.address])
        .args(more)
        .output()
        .expect("the program runs")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn add_admin(database: &Database, organization: &str, email: &str) -> Output {
    let who = ["--name", "Maya", "--email", email, "--role", "admin"];
    let whose = ["--organization", organization, "--create-organization"];
    handoff(database, &["user", "add"], &[who.as_slice(), &whose].concat())
}

/// Adds an admin, who comes in by the link that is printed.
async fn admin_comes_in(database: &Database, organization: &str, email: &str) {
    let added = said(&add_admin(database, organization, email));
    let token = added.split_once("/link/").expect(&added).1.trim();
    database.store.use_link(token, "correct horse".to_owned(), "curl").await.unwrap();
}

/// What the only organization's first admin sees of its campaigns: id, name and how many have not been started.
async fn campaigns(database: &Database) -> Vec<(CampaignId, String, u32)> {
    let organization: OrganizationId = database.store.organizations().await.unwrap()[0].0;
    let admin: Actor = database.store.first_admin(organization).await.unwrap().unwrap();
    let all = database.store.list_campaigns(admin).await.unwrap();
    all.into_iter().map(|campaign| (campaign.id, campaign.name, campaign.counts.get(Standing::NotStarted))).collect()
}

on_both_engines! {
    async fn a_file_is_tried_then_imported_and_its_bad_rows_are_written(database: Database) {
        let folder = tempfile::tempdir().unwrap();
        let (file, bad) = (folder.path().join("contacts.csv"), folder.path().join("bad.csv"));
        std::fs::write(&file, FILE).unwrap();
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        said(&add_admin(&database, "Canvassers", "sam@example.org"));
        let early = refused(&handoff(&database, &["import"], &["--new-campaign", "Canvass", &path(&file)]));
        assert!(early.contains("no admin of this organization has come in yet"), "{early}");
        admin_comes_in(&database, "Canvassers", "maya@example.org").await;

        let new = ["--new-campaign", "Canvass", &path(&file)];
        let tried = said(&handoff(&database, &["import"], &new));
        for line in [
            "First Name: first name",
            "Cell Phone: phone number",
            "Precinct: {precinct}",
            "2 contacts to import, of which 0 opted out",
            "1 row with a number that an earlier row has",
            "1 row that cannot be imported",
            "line 5: ",
            "Nothing was imported. Add --yes to import.",
        ] {
            assert!(tried.contains(line), "{line}\n{tried}");
        }
        assert_eq!(campaigns(&database).await, []);

        let done = said(&handoff(&database, &["import"], &[&new[..], &["--yes", "--bad-rows", &path(&bad)]].concat()));
        let [(campaign, name, not_started)] = &campaigns(&database).await[..] else { panic!("one campaign: {done}") };
        assert_eq!((name.as_str(), *not_started), ("Canvass", 2));
        assert!(done.contains(&format!("Imported 2 contacts into campaign {campaign}.")), "{done}");
        let rows = std::fs::read_to_string(&bad).unwrap();
        assert!(rows.contains("Nobody") && !rows.contains("Grace"), "{rows}");

        // Once more into the same campaign: everybody is there already.
        let again = ["--campaign", &campaign.to_string(), "--yes", &path(&file)];
        let again = said(&handoff(&database, &["import"], &again));
        assert!(again.contains("2 rows with a number that the campaign has already"), "{again}");
        assert!(again.contains("Imported 0 contacts"), "{again}");
        assert_eq!(campaigns(&database).await[0].2, 2);
    }
}

on_both_engines! {
    async fn what_cannot_be_imported_is_said_and_the_program_fails(database: Database) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("contacts.csv");
        std::fs::write(&file, FILE).unwrap();
        let file = file.to_str().unwrap();
        let import = |more: &[&str]| refused(&handoff(&database, &["import"], more));
        assert!(import(&["--new-campaign", "Canvass", file]).contains("There are: none"));

        admin_comes_in(&database, "Canvassers", "maya@example.org").await;
        assert!(import(&[file]).contains("--campaign"), "neither a campaign nor a new one");
        assert!(import(&["--campaign", "77", file]).contains("campaign"));
        assert!(import(&["--new-campaign", "Canvass", "--column", "Shoe size=phone", file]).contains("no such column"));
        assert!(import(&["--new-campaign", "Canvass", "/nowhere/contacts.csv"]).contains("cannot be read"));
        let without = import(&["--new-campaign", "Canvass", "--column", "Cell Phone=ignore", "--yes", file]);
        assert!(without.to_lowercase().contains("phone"), "{without}");

        said(&add_admin(&database, "Others", "sam@example.org"));
        let which = import(&["--new-campaign", "Canvass", file]);
        assert!(which.contains("Canvassers") && which.contains("Others"), "{which}");
        assert_eq!(campaigns(&database).await, [], "nothing was made on the way to an error");
    }
}

on_both_engines! {
    async fn whom_an_operator_adds_by_a_known_address_needs_its_password(database: Database) {
        admin_comes_in(&database, "Canvassers", "maya@example.org").await;
        let added = said(&add_admin(&database, "Others", "maya@example.org"));
        assert!(added.contains("The address has an account already: the link takes its password."), "{added}");
        assert!(added.contains("asks for the password of the account:"), "{added}");
        let token = added.split_once("/link/").unwrap().1.trim();
        let browser = "curl";
        assert!(database.store.use_link(token, "another horse".to_owned(), browser).await.is_err());
        let others = database.store.use_link(token, "correct horse".to_owned(), browser).await.unwrap();
        assert_eq!(others.me.organization_name, "Others");
        // Who forgot it gets a link of whoever runs the server.
        let link = said(&handoff(&database, &["user", "link"], &["--email", "maya@example.org"]));
        assert!(link.contains("asks for a new password:"), "{link}");
        let token = link.split_once("/link/").unwrap().1.trim();
        database.store.use_link(token, "battery staple".to_owned(), browser).await.unwrap();
        assert!(database.store.sign_in("maya@example.org", "battery staple".to_owned(), browser).await.is_ok());
    }
}

/// What other people on the machine may do with a file.
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn nobody_else_on_the_machine_reads_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("handoff.db");
    let run = |program: &str| {
        let address = format!("sqlite:{}", file.display());
        let done = Command::new("sh")
            .args(["-c", program, env!("CARGO_BIN_EXE_handoff"), &address])
            .output()
            .expect("the program runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stderr).into_owned()
    };
    // As most systems have it: what a program makes can be read by everybody.
    let migrate = r#"umask 022; exec "$0" migrate --database "$1""#;
    run(migrate);
    assert_eq!(mode(&file), 0o600);
    // One that was made before is closed, and it is said.
    let open = format!("chmod 644 {}; {migrate}", file.display());
    let log = run(&open);
    assert_eq!(mode(&file), 0o600);
    assert!(log.contains("could be read by everybody on this machine"), "{log}");
    // What only its group reads was somebody's decision.
    run(&format!("chmod 640 {}; {migrate}", file.display()));
    assert_eq!(mode(&file), 0o640);
}
