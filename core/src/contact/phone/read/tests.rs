use super::*;

fn said(cell: &str, country: &str) -> Result<String, String> {
    read(cell, Country::of_organization(country)).map(|phone| phone.to_string()).map_err(|fault| fault.to_string())
}

/// Cells, the organization's country, and what they give: a number, or a part of the reason.
fn check(cases: &[(&str, &str, &str)]) {
    for (cell, country, right) in cases {
        match said(cell, country) {
            Ok(number) => assert_eq!(number, *right, "{cell:?} in {country}"),
            Err(reason) => {
                assert!(
                    !right.starts_with('+') && reason.contains(right),
                    "{cell:?} in {country}: {reason}, not {right}"
                );
            }
        }
    }
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for cell in [
        "2125550100",
        "212-555-0100",
        "(212) 555-0100",
        " 212.555.0100 ",
        "1 212 555 0100",
        "+1 (212) 555-0100",
        "'+12125550100",
        "=\"2125550100\"",
        "2125550100.0",
        "2125550100.00",
        "2,125,550,100",
        "212,555,0100",
        "212\u{a0}555\u{2011}0100",
        "212\u{202f}555\u{2009}0100",
        "212·555•0100",
        "212_555_0100",
        "２１２５５５０１００",
        "\u{202a}+1 212 555 0100\u{202c}",
        "tel: 212-555-0100",
        "tel:+1-212-555-0100;ext=12",
        "0012125550100",
        "011 1 212 555 0100",
        "555-0100 ::: 212-555-0100",
        "home; 212 555 0100, 212 555 0101",
        "2.1255501E9 or 212-555-0100",
        "Phone number: (212) 555-0100",
        "Abby 212-555-0100",
        "212-555-0100 Abby",
        "212-555-0100 call after 5",
        "☎ 212-555-0100",
    ] {
        assert_eq!(said(cell, "US").as_deref(), Ok("+12125550100"), "{cell}");
    }
    check(&[
        ("+44 20 7946 0018", "US", "+442079460018"),
        ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("+44 (0)20 7946 0018", "GB", "+442079460018"),
        ("0044 (0) 20 7946 0018", "FR", "+442079460018"),
        ("011 44 20 7946 0018", "US", "+442079460018"),
        ("0114 496 0123", "GB", "+441144960123"),
        ("0011 44 20 7946 0018", "AU", "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("447911123456", "GB", "+447911123456"),
        ("7911123456", "GB", "+447911123456"),
        ("06 39 98 00 01", "FR", "+33639980001"),
        ("+1 212 555 0100", "FR", "+12125550100"),
        ("0171/2345678", "DE", "+491712345678"),
        ("4915112345678", "DE", "+4915112345678"),
        ("491712345678", "DE", "+491712345678"),
        ("00 33 6 39 98 00 01", "DE", "+33639980001"),
        ("02 1234 5678", "IT", "+390212345678"),
        ("+39 06 1234 5678", "US", "+390612345678"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("06 30 123 4567", "HU", "+36301234567"),
        ("+48 12 345 67 13", "US", "+48123456713"),
        ("+1 212 555 0100", "??", "+12125550100"),
        ("2125550100", "??", "not a valid"),
        ("(55) 99999-0001", "BR", "+5555999990001"),
        ("392 123 4567", "IT", "+393921234567"),
        ("391 231 2312", "IT", "+393912312312"),
        ("9123456789", "IN", "+919123456789"),
        ("7001234567", "KZ", "+77001234567"),
        ("٠٥٠ ١٢٣ ٤٥٦٧", "AE", "+971501234567"),
    ]);
}

#[test]
fn exit_codes_are_those_of_the_organizations_country() {
    check(&[
        ("001 44 20 7946 0018", "HK", "+442079460018"),
        ("0030 44 20 7946 0018", "HK", "+442079460018"),
        ("001 1 212 555 0100", "HK", "+12125550100"),
        ("00 1 212 555 0100", "HK", "+12125550100"),
        ("019 44 20 7946 0018", "SG", "+442079460018"),
        ("002 44 20 7946 0018", "KR", "+442079460018"),
        ("00700 44 20 7946 0018", "KR", "+442079460018"),
        ("001 44 20 7946 0018", "TH", "+442079460018"),
        ("001 44 20 7946 0018", "ID", "+442079460018"),
        ("008 44 20 7946 0018", "ID", "+442079460018"),
        ("0021 44 20 7946 0018", "BR", "+442079460018"),
        ("009 44 20 7946 0018", "CO", "+442079460018"),
        ("810 44 20 7946 0018", "RU", "+442079460018"),
        ("09 44 20 7946 0018", "MX", "+442079460018"),
        ("001 44 20 7946 0018", "FR", "too many digits"),
        // +1 659 234 5678, or a number in Singapore behind 001.
        ("001 65 9234 5678", "SG", "can be read as more than one number"),
        ("001 65 9234 5678", "HK", "can be read as more than one number"),
        // +1 900 234 5678 is a premium number, +90 0234 5678 is none.
        ("001 900 234 5678", "TH", "premium"),
        ("013 44 20 7946 0018", "FR", "too many digits"),
    ]);
}

#[test]
fn numbers_belong_to_the_country_that_has_them() {
    check(&[
        // The overseas departments of France are dialled as if they were a part of it.
        ("0692 12 34 56", "FR", "+262692123456"),
        ("0693 12 34 56", "FR", "+262693123456"),
        ("0639 12 34 56", "FR", "+262639123456"),
        ("06 39 98 00 01", "FR", "+33639980001"),
        ("0690 12 34 56", "FR", "+590690123456"),
        ("0691 12 34 56", "FR", "+590691123456"),
        ("0694 12 34 56", "FR", "+594694123456"),
        ("0696 12 34 56", "FR", "+596696123456"),
        ("0697 12 34 56", "FR", "+596697123456"),
        ("0590 12 34 56", "FR", "+590590123456"),
        ("692123456", "FR", "+262692123456"),
        ("06 12 34 56 78", "RE", "+33612345678"),
        ("0692 12 34 56", "RE", "+262692123456"),
        ("0696 12 34 56", "GP", "+596696123456"),
        ("+33 692 12 34 56", "US", "not a valid"),
        ("0695 12 34 56", "FR", "+33695123456"),
        // A + that was lost.
        ("447911123456", "DE", "could be a number of another country (+447911123456). Write it with + in front."),
        ("33612345678", "IT", "another country (+33612345678)"),
        ("12684601234", "IN", "another country (+12684601234)"),
        ("37618001234", "BR", "not a valid"),
        ("15112345678", "DE", "+4915112345678"),
        ("13812345678", "CN", "+8613812345678"),
        ("11961234567", "BR", "+5511961234567"),
        ("81212345678", "ID", "+6281212345678"),
        // Mexico: the 1 behind +52 went in 2019, 044, 045 and 01 in 2020.
        ("+52 1 55 1234 5678", "US", "+525512345678"),
        ("+5215512345678", "MX", "+525512345678"),
        ("5215512345678", "MX", "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("045 55 1234 5678", "MX", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("+54 9 11 2345 6789", "AR", "+5491123456789"),
        ("+7 8 912 345 67 89", "RU", "has too many digits for +7: 11 behind it, where such a number has 10."),
        ("+33 6 39 98 00 01 2", "FR", "has too many digits for +33: 10 behind it, where such a number has 9."),
    ]);
}

#[test]
fn several_numbers_are_told_apart_and_mobile_phones_come_first() {
    check(&[
        ("208-555-0149 or 917-555-0199", "US", "+12085550149"),
        ("208-555-0149or917-555-0199", "US", "+12085550149"),
        ("212-555-0150 & 917-555-0199", "US", "+12125550150"),
        ("212-555-0150 and 917-555-0199", "US", "+12125550150"),
        ("617-555-0152   917-555-0199", "US", "+16175550152"),
        ("617-555-0152 917-555-0199", "US", "+16175550152"),
        ("1 617 555 0152 1 917 555 0199", "US", "+16175550152"),
        ("214-555-0159\t917-555-0199", "US", "+12145550159"),
        ("212-555-0100 / 917-555-0199", "US", "+12125550100"),
        ("212-555-0100/0101", "US", "+12125550100"),
        ("2125550100 +19175550199", "US", "+12125550100"),
        ("2125550100+44 20 7946 0018", "US", "+12125550100"),
        ("home 802-555-0137, mobile 917-555-0187", "US", "+19175550187"),
        ("home 802-555-0137 mobile 917-555-0187", "US", "+19175550187"),
        ("802-555-0137 (home) 917-555-0187 (cell)", "US", "+19175550187"),
        ("802-555-0137 h, 917-555-0187 c", "US", "+19175550187"),
        ("H: 802-555-0137 C: 917-555-0187", "US", "+19175550187"),
        ("Home\n802-555-0137\nMobile\n917-555-0187", "US", "+19175550187"),
        ("Fax: 603-555-0136; Cell: 917-555-0188", "US", "+19175550188"),
        ("Fax: 603-555-0136", "US", "is not the contact's own phone"),
        ("802-555-0137 (wife), 917-555-0187", "US", "+19175550187"),
        ("Mom's cell 802-555-0137", "US", "it says \"Mom\""),
        ("wrong: 802-555-0137; 917-555-0187", "US", "+19175550187"),
        ("01 23 45 67 89 06 39 98 00 01", "FR", "+33123456789"),
        ("030 123456 78  030 987654", "DE", "+493012345678"),
        ("fixe 01 23 45 67 89 portable 06 39 98 00 01", "FR", "+33639980001"),
        ("1-415-555-0100 ::: +15035550103", "US", "+14155550100"),
    ]);
}

#[test]
fn of_several_numbers_in_a_cell_the_first_good_one_is_taken() {
    check(&[
        ("020 7946 0018 / 07700 900123", "GB", "+442079460018"),
        ("020 7946 / 07700 900123", "GB", "+447700900123"),
        ("555-0100 / 212-555-0101", "US", "+12125550101"),
        ("212-555-0101 / 555-0102", "US", "+12125550101"),
        ("911-555-0100/212-555-0101", "US", "+12125550101"),
        ("555-0100; 212-555-0101", "US", "+12125550101"),
        ("555-0100, 212-555-0101", "US", "+12125550101"),
        ("555-0100 | 212-555-0101", "US", "+12125550101"),
        ("555-0100 or 212-555-0101", "US", "+12125550101"),
        ("555-0100\n212-555-0101", "US", "+12125550101"),
        ("555-0100 / 555-0101", "US", "has too many digits"),
        // One number with a slash in it stays one, and too many digits stay too many.
        ("0171 / 234 56 78", "DE", "+491712345678"),
        ("030 / 123456789012345", "DE", "has too many digits"),
        ("212-555 / 0100 0101", "US", "has too many digits"),
    ]);
    let gb = Country::of_organization("GB");
    let all = |cell: &str| {
        read_all(cell, gb).map(|all| all.iter().map(|found| found.phone.to_string()).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(all("020 7946 0018 / 07700 900123").as_deref(), Ok("+442079460018 +447700900123"));
    assert_eq!(all("020 7946 0018; 123; 07700 900123").as_deref(), Ok("+442079460018 +447700900123"));
}

#[test]
fn words_and_extensions_are_no_digits() {
    check(&[
        ("412-555-0133 cell", "US", "+14125550133"),
        ("412-555-0133cell", "US", "+14125550133"),
        ("06 39 98 00 03 Axel", "FR", "+33639980003"),
        ("06 39 98 00 03Axel", "FR", "+33639980003"),
        ("06 39 98 00 03 AXEL", "FR", "+33639980003"),
        ("412-555-0133 x12", "US", "+14125550133"),
        ("412-555-0133x12", "US", "+14125550133"),
        ("412-555-0133 ext. 12", "US", "+14125550133"),
        ("412-555-0133 extension 12 917-555-0199", "US", "+14125550133"),
        ("412-555-0133 #12", "US", "+14125550133"),
        ("01 23 45 67 89 poste 12", "FR", "+33123456789"),
        ("1-800-FLOWERS", "US", "has letters among its digits"),
        ("212-555-O100", "US", "has letters among its digits"),
        ("212-555-xxxx", "US", "has letters among its digits"),
        ("030 1234O678", "DE", "has letters among its digits"),
        ("030 12345-TAXI", "DE", "has letters among its digits"),
        ("0800 123 TAXI", "DE", "has letters among its digits"),
        ("030 12345678 Anna", "DE", "+493012345678"),
        ("call me", "US", "not a valid phone number"),
        ("n/a", "US", "not a valid phone number"),
    ]);
}

#[test]
fn who_does_not_want_to_be_contacted_is_left_out() {
    for cell in [
        "212-555-0100 DNC",
        "DNC",
        "212-555-0100 (do not call)",
        "Do Not Text! 212-555-0100",
        "212-555-0100 don't call",
        "DNT 212-555-0100",
        "212-555-0100 opted out",
        "212-555-0100 - OPT-OUT 3/4",
        "212-555-0100 unsubscribed",
        "212-555-0100, no calls",
        "2125550100DNC",
        "06 39 98 00 01 ne pas appeler",
        "deceased 212-555-0100",
        "old number 212-555-0100, do not call",
    ] {
        assert!(said(cell, "US").is_err_and(|reason| reason.contains("does not want to be contacted")), "{cell}");
    }
    for cell in
        ["212-555-0100 wrong number", "212-555-0100 (disconnected)", "212-555-0100 not in service", "old 212-555-0100"]
    {
        assert!(said(cell, "US").is_err_and(|reason| reason.contains("a number that works")), "{cell}");
    }
    // "No." is an abbreviation, and who wants to be called later wants to be called.
    for cell in ["No. 212-555-0100 call after 5", "Tel no 212-555-0100", "text 212-555-0100"] {
        assert_eq!(said(cell, "US").as_deref(), Ok("+12125550100"), "{cell}");
    }
}

#[test]
fn every_number_of_a_list_to_leave_alone_is_read() {
    let us = Country::of_organization("US");
    let every =
        |text: &str| read_every(text, us).map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    assert_eq!(every("212-555-0100 DNC").as_deref(), Ok("+12125550100"));
    assert_eq!(every("wife 212-555-0100, fax 212-555-0101 wrong").as_deref(), Ok("+12125550100 +12125550101"));
    assert_eq!(every("412-555-0133 ext. 12 917-555-0199").as_deref(), Ok("+14125550133 +19175550199"));
    assert!(every("DNC").is_err());
}

#[test]
fn what_is_wrong_is_said() {
    check(&[
        ("", "US", "There is no phone number."),
        (" ; ", "US", "There is no phone number."),
        ("555-0102", "US", "\"555-0102\" has no area code. Add it in front of the number."),
        (
            "112-555-0100",
            "US",
            "\"112-555-0100\" cannot be a phone number: area codes begin with 2 to 9, and 112 does not.",
        ),
        ("212-155-0100", "US", "the three digits behind the area code begin with 2 to 9, and 155 does not"),
        ("21255501001234", "US", "\"21255501001234\" has too many digits. Put a semicolon between two numbers"),
        ("21255501002125550101", "US", "has too many digits"),
        ("22125550100", "US", "has too many digits"),
        ("212-555-0100 12", "US", "has too many digits"),
        ("+44 20 7946 0018 12345", "US", "has too many digits"),
        ("+999 12345678", "US", "not a valid phone number"),
        ("555-555-5555", "US", "all its digits are the same"),
        ("+1 900 555 0118", "GB", "premium"),
        ("2.12556E+09", "US", "\"2.12556E+09\" was rounded by a spreadsheet"),
        ("2,12556E+09", "US", "was rounded by a spreadsheet"),
        ("2.1255501E9", "US", "was rounded by a spreadsheet"),
        ("2.125550109E9", "US", "+12125550109"),
        ("1.2125550111E+10", "US", "+12125550111"),
        ("2.125550109000E9", "US", "+12125550109"),
        ("2.1255501095E9", "US", "was rounded"),
        ("+3.3639980001E10", "FR", "+33639980001"),
        // A number whose + was lost, or one of the area code 0491 whose 0 was lost.
        ("4912345678", "DE", "can be read as more than one number"),
        ("0301234567/68", "DE", "can be read as more than one number"),
        ("011 15-2345-6789", "AR", ""),
    ]);
    assert!(said(&"212-555-0100 ".repeat(40), "US").is_err());
}

#[test]
fn of_several_columns_the_mobile_phone_is_taken() {
    let us = Country::of_organization("US");
    let source = |kind, label, cell: &'static str| Source { kind, label, cell: cell.into() };
    let chosen = |sources: &[Source<'_>]| {
        choose(sources.iter().cloned(), us)
            .map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
            .map_err(|fault| fault.to_string())
    };
    let (home, cell) = ("503-555-0101", "917-555-0101");
    let mobile = Ok("+19175550101 +15035550101".to_owned());
    assert_eq!(chosen(&[source(Kind::Later, None, home), source(Kind::Mobile, None, cell)]), mobile);
    let labelled = [source(Kind::Plain, Some(Kind::Later), home), source(Kind::Plain, Some(Kind::Mobile), cell)];
    assert_eq!(chosen(&labelled), mobile);
    let in_the_cell = [source(Kind::Plain, None, "503-555-0101"), source(Kind::Plain, None, "mobile 917-555-0101")];
    assert_eq!(chosen(&in_the_cell), mobile);
    let fax = [source(Kind::Plain, Some(Kind::NoPhone), home), source(Kind::Plain, Some(Kind::Mobile), cell)];
    assert_eq!(chosen(&fax), Ok("+19175550101".to_owned()));
    assert!(chosen(&fax[..1]).is_err_and(|reason| reason.contains("fax or pager")));
    let refused = [source(Kind::Mobile, None, cell), source(Kind::Later, None, "DNC")];
    assert!(chosen(&refused).is_err_and(|reason| reason.contains("does not want")));
    let twice = [source(Kind::Mobile, None, cell), source(Kind::Plain, None, "(917) 555-0101; 503-555-0101")];
    assert_eq!(chosen(&twice), mobile);
    let again = [source(Kind::Mobile, None, cell), source(Kind::Plain, None, home), source(Kind::Later, None, cell)];
    assert_eq!(chosen(&again), mobile, "also with another one in between");
    // What stands beside the number is surer than the address book's label.
    let beside = [source(Kind::Plain, None, home), source(Kind::Plain, Some(Kind::Later), "mobile 917-555-0101")];
    assert_eq!(chosen(&beside), mobile);
    let wrong = [source(Kind::Mobile, None, "555-0102"), source(Kind::Later, None, "")];
    assert!(chosen(&wrong).is_err_and(|reason| reason.contains("no area code")));
    assert_eq!(chosen(&[source(Kind::Mobile, None, " ")]), Err(PhoneFault::Missing.to_string()));
}
