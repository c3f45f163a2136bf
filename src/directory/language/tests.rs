//! Tests of the filter language: what is read, what it means, and what is said of mistakes.

use crate::authz::standing::{Groups, Sight};
use crate::base::ids::{OrganisationId, UserId};
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::row::{CustomerKind, Details, Entry, Row};
use crate::domain::scope::Scope;
use crate::domain::status::{StatusFacts, Window};
use crate::domain::user::{Kind, Names, Product};

/// 2026-05-14T12:00:00Z.
const NOW: Timestamp = Timestamp(1_778_760_000_000);

fn entry() -> Entry {
    let hours_ago = |hours: i64| NOW.plus_seconds(-3600 * hours);
    let window = Window { from: hours_ago(1), to: Some(hours_ago(-48)) };
    let row = Row {
        id: UserId(7),
        login: Some("c.kim".into()),
        kind: Kind::Customer,
        level: None,
        names: Names { first: "Chloé".into(), last: "Kim".into(), ..Names::default() },
        email: "chloe@corner.example".into(),
        email_confirmed: true,
        phone: "+44 7700 904417".into(),
        organisation: (OrganisationId(1), "main".into(), "Main Bank".into()),
        group: "Tellers".into(),
        roles: vec!["Clerk".into()],
        last_login: Some(hours_ago(30)),
        enrolled: None,
        added: Timestamp::parse("2026-05-01 09:00").unwrap(),
        modified: hours_ago(2),
        facts: StatusFacts { window: Some(window), ..StatusFacts::default() },
        core_id: "00417733".into(),
        product: Product::DigitalBanking,
        version: 1,
    };
    let details = Details {
        category: Some(CustomerKind::Personal),
        emails: vec!["kim@second.example".into()],
        account_ids: vec![("MEMBER".into(), "M-9917".into())],
        tags: vec!["vip".into()],
        attributes: vec![("Branch".into(), "North Quay".into())],
        has_second_factor: true,
        ..Details::default()
    };
    Entry { row, group: None, details }
}

fn finds_as(filter: &str, reveal: bool) -> bool {
    let sight = Sight { own: UserId(1), scope: Scope::All, groups: Groups::Any, reveal };
    Filter::parse(filter).unwrap_or_else(|mistake| panic!("{filter}: {mistake}")).matches(
        &entry(),
        &sight,
        NOW,
    )
}

#[track_caller]
fn all(filters: &[&str]) {
    for filter in filters {
        assert!(finds_as(filter, true), "{filter}");
    }
}

#[track_caller]
fn none(filters: &[&str]) {
    for filter in filters {
        assert!(!finds_as(filter, true), "{filter}");
    }
}

#[test]
fn words_are_found_whatever_their_case_and_accents() {
    all(&[
        "",
        "KIM",
        "c.k",
        "chloé kim",
        "\"Chloé Kim\"",
        "chloe",
        "Ｋím",
        "name:chloe",
        "k",
        "é",
        "E\u{301}",
    ]);
    none(&["\"Kim Chloé\"", "-kim", "!kim", "kim -chloe", "kimm"]);
    all(&["-novak", "!novak", "--kim", "~khloe", "~kim", "-~kin"]);
    none(&["~otto"]);
}

#[test]
fn words_are_found_in_ids_groups_and_organisations_too() {
    all(&[
        "u7",
        "U7",
        "7",
        "00417733",
        "0417",
        "MEMBER:M-9917",
        "m-99",
        "teller",
        "\"main b\"",
        "second.example",
    ]);
    none(&["u07", "u77", "MEMBER:M-99", "OTHER:M-9917"]);
}

#[test]
fn personal_data_is_found_in_part_only_by_who_may_reveal_it() {
    for part in ["corner", "7700-90", "email:corner", "phone:904", "second"] {
        assert!(finds_as(part, true) && !finds_as(part, false), "{part}");
    }
    for whole in ["chloe@corner.example", "+447700904417", "+44 7700-904417", "email=kim@second.example"] {
        assert_eq!(finds_as(whole, false), !whole.contains(' '), "{whole}");
    }
    assert!(finds_as("\"+44 7700 904417\"", false) && finds_as("phone:\"+44 (7700) 904417\"", false));
}

#[test]
fn fields_take_parts_whole_values_and_lists() {
    all(&["status:inactive,locked kind:customer level:none", "-status:active", "Status:INACTIVE"]);
    all(&[
        "org:main",
        "org:\"Main Bank\"",
        "org=main",
        "group:tell",
        "role:cler",
        "core:4177",
        "core=00417733",
    ]);
    none(&["status:ACTIVE", "org:cards", "org=mai", "group=tell", "core=4177", "tag:vi"]);
    all(&["confirmed:yes archived:no mfa:yes", "tag:vip", "attr.branch:quay", "attr.Branch=\"north quay\""]);
    all(&[
        "account-type:member",
        "account-id:991",
        "account-id=m-9917",
        "id:7",
        "id:9,u7",
        "category:personal",
    ]);
    all(&["has:2fa", "no:note", "has:note,tag", "product:digital-banking", "name:\"x, y\",kim"]);
    none(&[
        "no:2fa",
        "no:note,tag",
        "has:note",
        "category:business",
        "attr.desk:north",
        "product:account-opening",
    ]);
}

#[test]
fn groups_and_alternatives_are_read_as_they_are_nested() {
    all(&[
        "(kim | novak)",
        "kim | novak",
        "novak | kim x | 7",
        "-(novak | otto)",
        "(a | (b | kim)) chloe",
        "(kim)",
    ]);
    none(&["(novak | otto)", "-(kim | otto)", "!(-novak)", "(kim | novak) otto"]);
    all(&["\"(a | b)\" | kim", "(kim|novak)"]);
}

#[test]
fn times_are_compared_with_days_months_and_ages() {
    all(&[
        "created:2026-05-01",
        "created:2026-05",
        "created:2026",
        "created>2026-04-30",
        "created<2026-05-02",
    ]);
    all(&[
        "created>=2026-05-01",
        "created<=2026-05-01",
        "created:2026-05-01..2026-05-14",
        "created:..2026-05-01",
    ]);
    none(&["created>2026-05-01", "created<2026-05-01", "created:2026-04", "created:2026-05-02.."]);
    all(&[
        "last<2d",
        "last:7d",
        "last>1d",
        "last>=30h",
        "since:24h",
        "since:today",
        "modified:today",
        "last:yesterday",
    ]);
    none(&["last<24h", "last>7d", "last:never", "since:1h", "enrolled>2000", "enrolled<1d"]);
    all(&["enrolled:never", "inactive.until<3d", "inactive.until>24h", "inactive.until:3d", "last:2d..1d"]);
    none(&["inactive.until<1d", "inactive.until:never", "last:1d..1h", "inactive.until>3d"]);
    all(&["created:2026-05-01T09:00", "created<2026-05-01T09:00:01Z", "created:2025,2026-05"]);
}

#[track_caller]
fn mistaken(filter: &str, place: (usize, usize), text: &str) {
    let mistake = Filter::parse(filter).unwrap_err();
    assert_eq!((mistake.start, mistake.end), place, "{filter}");
    assert_eq!(mistake.text, text, "{filter}");
}

#[test]
fn a_mistake_names_its_place_and_the_nearest_word() {
    mistaken("kim status:lokced", (4, 17), "no status `lokced`; did you mean status:locked?");
    mistaken("stauts:active", (0, 13), "no field `stauts:`; did you mean `status:`?");
    mistaken("kim \"open", (4, 9), "a closing `\"` is missing");
    mistaken("\"", (0, 1), "a closing `\"` is missing");
    mistaken("kim \"\"", (4, 6), "nothing stands between the quotes");
    mistaken("status:", (0, 7), "`status:` wants a value");
    mistaken("kim (a | b", (4, 10), "a closing `)` is missing");
    mistaken("a ) b", (2, 3), "no `(` stands before this `)`");
    mistaken("a | ", (2, 3), "`|` wants a term on both sides");
    mistaken("x ()", (2, 4), "nothing stands between the parentheses");
    mistaken("status>active", (0, 13), "`status` is not compared with `>`: write `status:`");
    mistaken("archived:maybe", (0, 14), "archived is yes or no");
    mistaken("last<soon", (0, 9), "no time `soon`: 2026-05-14, 2026-05, 24h, 7d, today, A..B, never");
    mistaken("attr.:x", (0, 7), "`attr.` wants the name of an attribute: `attr.NAME:value`");
}

#[test]
fn where_nothing_is_near_all_that_there_is_is_listed() {
    let all = "status is inactive locked auto-lock invited initial new-pwd recovery or active";
    mistaken("status:foo", (0, 10), all);
    mistaken("level:x", (0, 7), "level is ma ga oa ua or none");
    mistaken("has:noet", (0, 8), "nobody has `noet`: did you mean has:note?");
}

#[test]
fn no_text_however_odd_is_read_with_a_panic_or_without_an_end() {
    for text in [
        "-",
        "!",
        "--",
        "(",
        ")",
        "|",
        "~",
        "~ a",
        "- a",
        ":",
        "a:",
        "=",
        "<",
        "\u{301}",
        "a\u{301}:",
        ",",
        "::",
    ] {
        let _ = Filter::parse(text);
    }
    assert!(Filter::parse(&"(".repeat(10_000)).is_err());
    assert!(Filter::parse(&"a ".repeat(10_000)).is_err());
    all(&["- | kim", "-kim | 12:30 | kim"]);
}

#[test]
fn a_type_of_account_ids_is_pasted_with_its_id_and_a_mistyped_field_is_told() {
    all(&["MEMBER:M-9917", "member:m-9917"]);
    none(&["member:m-9918", "card:m-9917"]);
    assert!(Filter::parse("statsu:9").unwrap_err().text.contains("did you mean `status:`?"));
    assert!(Filter::parse("member:x").is_err(), "without a digit it is no id");
}
