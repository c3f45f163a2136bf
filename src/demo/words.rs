//! Names from many scripts, and the addresses and numbers that are reserved for examples.
//!
//! Nobody real: common names in chance pairs, emails at domains of RFC 2606, phones that the North
//! American and British authorities keep for drama, networks of RFC 5737.

use crate::demo::chance::Chance;
use crate::domain::contact::Address;
use crate::domain::user::Names;

/// Names that go together: as they are written, and as a login spells them.
struct Culture {
    firsts: &'static [(&'static str, char)],
    lasts: &'static [(&'static str, &'static str)],
}

#[rustfmt::skip]
const CULTURES: &[Culture] = &[
    Culture { // English, with the apostrophe and the hyphen
        firsts: &[("Chloe", 'c'), ("Marcus", 'm'), ("Siobhan", 's'), ("Oliver", 'o'), ("Grace", 'g'), ("Theo", 't')],
        lasts: &[("O'Brannigan", "obrannigan"), ("Hale-Whitby", "halewhitby"), ("Penrose", "penrose"), ("Ashdown", "ashdown"), ("Fairley", "fairley"), ("D'Arcy", "darcy")],
    },
    Culture { // letters with marks, some of them composed of two characters
        firsts: &[("Zoe\u{308}", 'z'), ("Jürgen", 'j'), ("Łucja", 'l'), ("Bjørn", 'b'), ("Ame\u{301}lie", 'a'), ("Şebnem", 's')],
        lasts: &[("Müller", "mueller"), ("Nu\u{301}ñez", "nunez"), ("Dvořák", "dvorak"), ("Åkesson", "akesson"), ("Łęcki", "lecki"), ("Straße", "strasse")],
    },
    Culture { // Vietnamese, marks upon marks
        firsts: &[("Thảo", 't'), ("Quốc", 'q'), ("Huye\u{302}\u{300}n", 'h')],
        lasts: &[("Nguyễn", "nguyen"), ("Trần", "tran"), ("Pha\u{323}m", "pham")],
    },
    Culture { // Arabic, from right to left
        firsts: &[("ليلى", 'l'), ("يوسف", 'y'), ("مريم", 'm')],
        lasts: &[("الحداد", "alhaddad"), ("منصور", "mansour"), ("القاسم", "alqasim")],
    },
    Culture { // Hebrew, from right to left
        firsts: &[("נועה", 'n'), ("דוד", 'd')],
        lasts: &[("לוי", "levi"), ("פרידמן", "friedman")],
    },
    Culture { // Han, two columns a character
        firsts: &[("秀英", 'x'), ("志明", 'z'), ("美玲", 'm')],
        lasts: &[("陈", "chen"), ("欧阳", "ouyang"), ("林", "lin")],
    },
    Culture { // Kana and kanji
        firsts: &[("さくら", 's'), ("ケンタ", 'k'), ("葵", 'a')],
        lasts: &[("佐藤", "sato"), ("ワタナベ", "watanabe"), ("高橋", "takahashi")],
    },
    Culture { // Hangul, composed and in jamo
        firsts: &[("서연", 's'), ("민준", 'm')],
        lasts: &[("김", "kim"), ("\u{1112}\u{1161}\u{11ab}", "han")],
    },
    Culture { // Cyrillic
        firsts: &[("Ольга", 'o'), ("Дмитро", 'd'), ("Јелена", 'j')],
        lasts: &[("Шевчук", "shevchuk"), ("Петровић", "petrovic"), ("Зайцева", "zaitseva")],
    },
    Culture { // Greek
        firsts: &[("Ελένη", 'e'), ("Νίκος", 'n')],
        lasts: &[("Παπαδάκης", "papadakis"), ("Ιωάννου", "ioannou")],
    },
    Culture { // Devanagari, clusters of several characters
        firsts: &[("प्रिया", 'p'), ("अर्जुन", 'a')],
        lasts: &[("शर्मा", "sharma"), ("कृष्णन", "krishnan")],
    },
    Culture { // Thai, marks above and below
        firsts: &[("สุดา", 's'), ("กิตติ", 'k')],
        lasts: &[("ชัยวัฒน์", "chaiwat"), ("ศรีสุข", "srisuk")],
    },
];

/// A name, and the login that goes with it.
pub(super) fn name(chance: &mut Chance) -> (Names, String) {
    // Half the people have names that every terminal draws, as in most banks.
    let culture = if chance.percent(50) { &CULTURES[0] } else { chance.one(CULTURES) };
    let (first, initial) = *chance.one(culture.firsts);
    let (last, spelled) = *chance.one(culture.lasts);
    let title = if chance.percent(20) { *chance.one(&["Ms", "Mr", "Dr", "Mx"]) } else { "" };
    let middle = if chance.percent(15) { chance.one(culture.firsts).0 } else { "" };
    let names = Names { title: title.into(), first: first.into(), middle: middle.into(), last: last.into() };
    (names, format!("{initial}.{spelled}"))
}

/// An email of `local` at a domain of RFC 2606.
pub(super) fn email(chance: &mut Chance, local: &str) -> String {
    let domain = chance.one(&["example.com", "example.net", "example.org", "mail.example", "post.example"]);
    format!("{local}@{domain}")
}

/// A phone of the ranges kept for drama: 555-0100 to 0199 of an area, or 07700 900000 to 900999.
pub(super) fn phone(chance: &mut Chance) -> String {
    if chance.percent(60) {
        let area = *chance.one(&[202, 303, 404, 505, 617]);
        format!("+1{area}55501{:02}", chance.below(100))
    } else {
        format!("+447700900{:03}", chance.below(1000))
    }
}

/// An address of the networks that documents use (RFC 5737).
pub(super) fn ip(chance: &mut Chance) -> String {
    let network = chance.one(&["192.0.2", "198.51.100"]);
    format!("{network}.{}", 1 + chance.below(254))
}

/// A residential address in a town that is on no map.
pub(super) fn address(chance: &mut Chance) -> Address {
    let (city, region, postcode, country) = *chance.one(&[
        ("Port Ellery", "Norland", "NL-1040", "Exampleland"),
        ("Königsmoor-Süd", "Ostmark", "00417", "Exampleland"),
        ("Saint-Ouvrard", "Val d'Yrelle", "F-00290", "Exampleland"),
        ("東浜町", "北海", "000-0012", "Exampleland"),
    ]);
    let street = chance.one(&["Harbour Row", "Mill Lane", "Lindenallee", "Rue de l'Écluse", "Quay Street"]);
    Address {
        lines: format!("{} {street}", 1 + chance.below(180)),
        city: city.into(),
        region: region.into(),
        postcode: postcode.into(),
        country: country.into(),
    }
}

/// A business that does not exist.
pub(super) fn business(chance: &mut Chance) -> String {
    let what =
        chance.one(&["Lantern", "Northmere", "Cobble & Sons", "Größte Wurst", "三日月", "Quillfeather"]);
    let form = chance.one(&["Example Ltd", "Example GmbH", "Example Bakery", "Example Logistics"]);
    format!("{what} {form}")
}
