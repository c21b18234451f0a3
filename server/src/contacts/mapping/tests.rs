use super::*;

fn guessed(headers: &[&str]) -> Vec<Column> {
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    guess(&headers, &[], &vec![true; headers.len()], Country::of_organization("US"))
}

fn custom(name: &str) -> Column {
    Column::Custom(name.to_owned())
}

#[test]
fn names_of_columns_are_understood_in_several_languages() {
    use Column::{FirstName, Ignored, LastName, Phone};
    assert_eq!(guessed(&["Prénom", "Nom", "Téléphone", "Ville"]), [FirstName, LastName, Phone, custom("ville")]);
    assert_eq!(guessed(&["Vorname", "Nachname", "Handynummer"]), [FirstName, LastName, Phone]);
    assert_eq!(guessed(&["Nombre", "Apellidos", "Teléfono móvil"]), [FirstName, LastName, Phone]);
    // Typed in capitals, with accents that stand by themselves, or in full width.
    assert_eq!(guessed(&["PRE\u{301}NOM", "NOM", "Te\u{301}le\u{301}phone"]), [FirstName, LastName, Phone]);
    assert_eq!(guessed(&["Ｎａｍｅ", "Ｔｅｌ"]), [FirstName, Phone]);
    assert_eq!(guessed(&["Name", "Tel."]), [FirstName, Phone]);
    assert_eq!(guessed(&["Name, last", "Name, first", "Phone"]), [LastName, FirstName, Phone]);
    assert_eq!(guessed(&["Last name, first name", "Phone"]), [FirstName, Phone]);
    assert_eq!(guessed(&["Last, First", "Phone"]), [FirstName, Phone]);
    assert_eq!(guessed(&["First/Last", "Name First", "Phone"]), [custom("first_last"), FirstName, Phone]);
    assert_eq!(
        guessed(&["mobile_number", "mobile_opt_in", "Phone 1 - Label", "line", "reason", "First-Name"]),
        [Phone, custom("mobile_opt_in"), custom("phone_1_label"), Ignored, Ignored, FirstName]
    );
    assert_eq!(guessed(&["Ward", "ward", "--"]), [custom("ward"), Ignored, Ignored]);
    assert_eq!(guessed(&["Texter First Name", "texter"]), [Ignored, custom("texter")], "the first is ours");
}

#[test]
fn phones_are_found_by_what_they_are() {
    let headers = ["A".to_owned(), "B".to_owned()];
    let sample = vec![vec!["Abby".to_owned(), "212-555-0100".to_owned()]];
    let columns = guess(&headers, &sample, &[true, true], Country::of_organization("US"));
    assert_eq!(columns, [custom("a"), Column::Phone]);
}

#[test]
fn mobile_phones_are_preferred_wherever_they_stand() {
    let headers = ["Home Phone", "Phone", "Number", "Cell Phone"].map(str::to_owned);
    let mapping = Mapping::of(&[const { Column::Phone }; 4], &headers);
    let places = mapping.map(|mapping| mapping.phones.iter().map(|phone| phone.place).collect::<Vec<_>>());
    assert_eq!(places, Ok(vec![3, 1, 0, 2]));
}

/// The columns that are guessed to hold the contact's numbers, the preferred first.
fn phones(headers: &[&str]) -> Vec<String> {
    let columns = guessed(headers);
    let all: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let mapping = Mapping::of(&columns, &all).map(|mapping| mapping.phones).unwrap_or_default();
    mapping.iter().map(|phone| all[phone.place].clone()).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn columns_are_found_as_other_tools_name_them() {
    for (headers, right) in [
        // Outlook.
        (
            vec![
                "Assistant's Phone",
                "Business Fax",
                "Business Phone",
                "Home Phone",
                "Mobile Phone",
                "Company Main Phone",
                "Pager",
                "Other Phone",
            ],
            vec!["Mobile Phone", "Business Phone", "Home Phone", "Other Phone"],
        ),
        // Google, old and new.
        (vec!["Phone 1 - Label", "Phone 1 - Value"], vec!["Phone 1 - Value"]),
        (
            vec!["Phone 1 - Type", "Phone 1 - Value", "Phone 2 - Type", "Phone 2 - Value"],
            vec!["Phone 1 - Value", "Phone 2 - Value"],
        ),
        // VAN.
        (
            vec![
                "Voter File VANID",
                "Cell Phone Dialing Prefix",
                "Cell Phone Country Code",
                "Cell Phone",
                "Home Phone Dialing Prefix",
                "Home Phone",
                "Preferred Phone",
                "Preferred Phone Type",
            ],
            vec!["Cell Phone", "Preferred Phone", "Home Phone"],
        ),
        // Salesforce.
        (
            vec![
                "Asst. Phone",
                "AssistantPhone",
                "HomePhone",
                "MobilePhone",
                "Phone",
                "OtherPhone",
                "Emergency Contact Phone",
            ],
            vec!["MobilePhone", "Phone", "HomePhone", "OtherPhone"],
        ),
        // NationBuilder.
        (
            vec![
                "phone_number",
                "mobile_number",
                "work_phone_number",
                "fax_number",
                "is_mobile_bad",
                "mobile_opt_in",
                "phone_country_code",
                "phone_time",
            ],
            vec!["mobile_number", "phone_number", "work_phone_number"],
        ),
        // HubSpot, Action Network, Mailchimp, event forms.
        (
            vec!["Phone Number", "Mobile Phone Number", "WhatsApp Phone Number"],
            vec!["Mobile Phone Number", "WhatsApp Phone Number", "Phone Number"],
        ),
        (vec!["can2_phone", "Mobile Number", "SMS Subscription Status"], vec!["Mobile Number", "can2_phone"]),
        (vec!["SMS Phone Number"], vec!["SMS Phone Number"]),
        (vec!["host phone", "organizer phone number", "phone number"], vec!["phone number"]),
        (
            vec![
                "Spouse Cell",
                "Parent/Guardian Mobile",
                "Referred By (Phone)",
                "Canvasser Phone",
                "Manager's Mobile",
                "Partner phone",
            ],
            vec![],
        ),
        (vec!["First", "Last", "Phone", "Wireless Phone"], vec!["Wireless Phone", "Phone"]),
        (vec!["FirstName", "LastName", "HomePhone", "MobileNumber"], vec!["MobileNumber", "HomePhone"]),
        (
            vec!["mobilephone", "homephone", "phonenumber", "PhoneID", "phone_valid"],
            vec!["mobilephone", "phonenumber", "homephone"],
        ),
        (vec!["MOBILE", "HOME PHONE", "TelNo", "Cell #"], vec!["MOBILE", "Cell #", "TelNo", "HOME PHONE"]),
        // Other languages.
        (
            vec!["Handynummer", "Telefonnummer (privat)", "Rufnummer", "Faxnummer", "Notfallkontakt Telefon"],
            vec!["Handynummer", "Rufnummer", "Telefonnummer (privat)"],
        ),
        (
            vec!["Téléphone portable", "Téléphone fixe", "N° de téléphone", "Téléphone du conjoint"],
            vec!["Téléphone portable", "N° de téléphone", "Téléphone fixe"],
        ),
        (
            vec!["Teléfono móvil", "Teléfono de casa", "Celular", "Teléfono de emergencia"],
            vec!["Teléfono móvil", "Celular", "Teléfono de casa"],
        ),
        (
            vec!["Telemóvel", "Telefone fixo", "Cellulare", "Mobiel"],
            vec!["Telemóvel", "Cellulare", "Mobiel", "Telefone fixo"],
        ),
        (vec!["Last Called", "Text", "Call Notes", "Phone Bank", "Number of calls", "Android"], vec![]),
    ] {
        assert_eq!(phones(&headers), right, "{headers:?}");
    }
}

#[test]
fn labels_beside_numbers_say_which_is_the_mobile_phone() {
    let headers = ["First Name", "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Label", "Phone 2 - Value"];
    let mapping = Mapping::of(&guessed(&headers), &headers.map(str::to_owned)).expect("a mapping");
    let us = Country::of_organization("US");
    let first = |row: [&'static str; 5]| {
        mapping
            .numbers(|place| Cow::Borrowed(row[place]), us)
            .map(|all| all[0].to_string())
            .map_err(|fault| fault.to_string())
    };
    assert_eq!(first(["Abby", "Home", "503-555-0101", "Mobile", "917-555-0101"]), Ok("+19175550101".to_owned()));
    assert_eq!(first(["Lee", "Work Fax", "503-555-0102", "* Mobile", "917-555-0102"]), Ok("+19175550102".to_owned()));
    assert_eq!(first(["Kim", "Mobile", "503-555-0103", "", ""]), Ok("+15035550103".to_owned()));
    assert_eq!(first(["Ada", "Assistant", "503-555-0104", "Other", "917-555-0104"]), Ok("+19175550104".to_owned()));
    assert!(first(["Bo", "Work Fax", "503-555-0105", "", ""]).is_err_and(|reason| reason.contains("fax")));
}

#[test]
fn keys_are_not_taken_for_numbers() {
    let headers = ["VANID", "First", "State File ID", "Number"].map(str::to_owned);
    let sample = vec![["2025550101", "Abby", "4155550102", "503-555-0101"].map(str::to_owned).to_vec()];
    let us = Country::of_organization("US");
    let columns = guess(&headers, &sample, &[true; 4], us);
    assert_eq!(columns, [custom("vanid"), Column::FirstName, custom("state_file_id"), Column::Phone]);
    let headers = ["Contact", "Reached at", "Referred by"].map(str::to_owned);
    let sample = vec![["Abby", "212-555-0100", "212-555-0101"].map(str::to_owned).to_vec()];
    assert_eq!(guess(&headers, &sample, &[true; 3], us), [custom("contact"), Column::Phone, custom("referred_by")]);
    let headers = ["Account", "Spouse", "Zip"].map(str::to_owned);
    let sample = vec![["2125550100", "212-555-0101", "2125550102"].map(str::to_owned).to_vec()];
    assert!(!guess(&headers, &sample, &[true; 3], us).contains(&Column::Phone));
}

#[test]
fn a_mapping_that_will_not_do_is_refused() {
    let headers = ["A", "B", "C"].map(str::to_owned);
    let check = |columns: &[Column]| Mapping::of(columns, &headers).map(|_| ());
    assert_eq!(check(&[Column::Phone]), Err(ImportError::Mapping { columns: 3, mapped: 1 }));
    assert_eq!(check(&[Column::Ignored, Column::FirstName, Column::LastName]), Err(ImportError::NoPhone));
    assert_eq!(
        check(&[Column::Phone, custom("ward"), custom("ward")]),
        Err(ImportError::DuplicateField("ward".to_owned()))
    );
    for name in ["", "first_name", "Ward", "a b", "x}"] {
        let refused = Err(ImportError::FieldName(name.to_owned()));
        assert_eq!(check(&[Column::Phone, custom(name), Column::Ignored]), refused);
    }
}

/// A file of the usual tools, with what it gives.
macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../../tests/contacts/files/", $name))
    };
}

fn table(file: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let headers = cells(reader.headers().expect("names"));
    (headers, reader.records().map(|record| cells(&record.expect("text"))).collect())
}

/// The number that is guessed to be the contact's, or why there is none, row by row.
fn imported(file: &str) -> Vec<String> {
    let (headers, rows) = table(file);
    let us = Country::of_organization("US");
    let columns = guess(&headers, &rows, &vec![true; headers.len()], us);
    let mapping = Mapping::of(&columns, &headers).expect("a phone column");
    let number = |row: &Vec<String>| mapping.numbers(|place| Cow::Borrowed(row[place].as_str()), us);
    rows.iter().map(|row| number(row).map_or_else(|fault| fault.to_string(), |all| all[0].to_string())).collect()
}

#[test]
fn the_contacts_own_mobile_phone_is_taken_from_the_files_of_the_usual_tools() {
    const NONE: &str = "There is no phone number.";
    for (file, right) in [
        (file!("outlook_assistant.csv"), vec!["+15035550101", "+15035550103"]),
        (file!("salesforce_assistant.csv"), vec!["+15035550101"]),
        (file!("google_labels.csv"), vec!["+19175550101", "+19175550102"]),
        (file!("wireless_phone.csv"), vec!["+19175550101"]),
        (file!("camel_case.csv"), vec!["+19175550101"]),
        (file!("keys_like_numbers.csv"), vec!["+15035550101"]),
        (file!("event_host.csv"), vec!["+15035550101", NONE]),
        (file!("van_dialing_prefix.csv"), vec!["+15035550101", NONE, NONE]),
    ] {
        assert_eq!(imported(file), right, "{file}");
    }
}

#[test]
fn numbers_in_files_have_their_right_values() {
    for file in [
        file!("national_numbers.csv"),
        file!("several_numbers.csv"),
        file!("typographers.csv"),
        file!("scientific_notation.csv"),
        file!("numbers_that_cannot_exist.csv"),
    ] {
        let (headers, rows) = table(file);
        let column = |name: &str| headers.iter().position(|header| header == name);
        let (phone, right) = (column("Phone").expect("Phone"), column("right value").expect("right value"));
        assert!(!rows.is_empty());
        for row in rows {
            let country = column("organization").map_or("US", |place| row[place].as_str());
            match (read(&row[phone], Country::of_organization(country)), row[right].as_str()) {
                (Ok(number), right) => assert!(right.starts_with(&number.to_string()), "{row:?}: {number}"),
                (Err(PhoneFault::Rounded(_)), "was rounded by a spreadsheet")
                | (Err(PhoneFault::NoSuch { .. }), "refused") => {}
                (Err(fault), _) => panic!("{row:?}: {fault}"),
            }
        }
    }
}
