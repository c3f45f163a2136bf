//! What is set before the console opens: the screens of a new password and of a second factor.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use wardroom::base::secret::Secret;
use wardroom::base::time::Timestamp;
use wardroom::credential::qr::{self, Glyphs};
use wardroom::credential::totp::Seed;
use wardroom::ui::Environment;
use wardroom::ui::set_up::{Picture, Rule, SetUp, Told, Want};

fn set_up() -> SetUp {
    SetUp::new("t.novak".to_owned(), Environment::Prod, false)
}

fn press(machine: &mut SetUp, text: &str) -> Option<Want> {
    text.chars().fold(None, |_, character| key(machine, KeyCode::Char(character)))
}

fn key(machine: &mut SetUp, code: KeyCode) -> Option<Want> {
    machine.key(KeyEvent::new(code, KeyModifiers::NONE))
}

fn screen(machine: &SetUp, (columns, rows): (u16, u16)) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    machine.view(&mut buffer, Timestamp::parse("2026-05-14T09:41:57Z").unwrap());
    let row = |y| (0..columns).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..rows).map(row).collect::<Vec<_>>().join("\n")
}

fn rules(kept: bool) -> Vec<Rule> {
    let rule = |words: &str, is_kept| Rule { words: words.to_owned(), is_kept };
    vec![rule("12 to 128 characters", Some(kept)), rule("none of your last passwords", None)]
}

fn picture() -> Picture {
    let seed = Seed::new([7; 20]);
    let line = seed.expose().otpauth("wardroom", "t.novak");
    let lines = qr::lines(line.expose(), Glyphs::HalfBlocks).unwrap();
    Picture { manual: seed.expose().base32(), qr: Secret::new(lines) }
}

#[test]
fn a_new_password_is_typed_twice_and_never_shown() {
    let mut machine = set_up();
    machine.told(Told::OwesPassword(rules(false)));
    let wanted = press(&mut machine, "two tall ships");
    assert!(matches!(wanted, Some(Want::Judge(typed)) if typed.expose() == "two tall ships"));
    machine.told(Told::Judged(rules(true)));
    assert!(key(&mut machine, KeyCode::Enter).is_none(), "the second field first");
    press(&mut machine, "two small ships");
    assert!(key(&mut machine, KeyCode::Enter).is_none());
    let shown = screen(&machine, (80, 24));
    assert!(shown.contains("not set: the two are not the same") && !shown.contains("ships"), "{shown}");
    insta::assert_snapshot!("new_password", shown);
    press(&mut machine, "two tall ships");
    let wanted = key(&mut machine, KeyCode::Enter);
    assert!(matches!(wanted, Some(Want::Password(typed)) if typed.expose() == "two tall ships"));
    assert!(press(&mut machine, "more").is_none() && key(&mut machine, KeyCode::Enter).is_none());
    assert!(screen(&machine, (80, 24)).contains("setting it .."));
    machine.told(Told::Refused("must not be one of the last 5 passwords".to_owned()));
    assert!(screen(&machine, (80, 24)).contains("not set: must not be one of the last 5 passwords"));
}

#[test]
fn a_second_factor_is_scanned_or_typed_on_a_terminal_of_80_by_24_and_typed_on_a_smaller_one() {
    let mut machine = set_up();
    machine.told(Told::OwesFactor(picture()));
    press(&mut machine, "123 456");
    insta::assert_snapshot!("second_factor", screen(&machine, (80, 24)));
    let small = screen(&machine, (60, 16));
    assert!(!small.contains('█') && small.contains("123 456"), "{small}");
    insta::assert_snapshot!("second_factor_small", small);
    let whole = picture().manual.expose().clone();
    let words = |shown: &str| whole.split(' ').all(|word| shown.contains(word));
    assert!(words(&small) && words(&screen(&machine, (80, 24))));
    assert!(
        matches!(key(&mut machine, KeyCode::Enter), Some(Want::Code(code)) if code.expose() == "123 456")
    );
    let codes = (0..10).map(|number| Secret::new(format!("abcd-efgh-jkmn-pqr{number}"))).collect();
    machine.told(Told::Codes(codes));
    insta::assert_snapshot!("backup_codes", screen(&machine, (80, 24)));
    let small = screen(&machine, (60, 16));
    assert!(small.contains("pqr0") && small.contains("pqr9") && small.contains("Enter:"), "{small}");
    assert!(matches!(key(&mut machine, KeyCode::Enter), Some(Want::GoOn)));
}

#[test]
fn leaving_takes_the_key_twice() {
    let mut machine = set_up();
    machine.told(Told::OwesFactor(picture()));
    assert!(key(&mut machine, KeyCode::Esc).is_none());
    assert!(screen(&machine, (80, 24)).contains("press it again to sign out"));
    press(&mut machine, "1");
    assert!(key(&mut machine, KeyCode::Esc).is_none());
    assert!(matches!(key(&mut machine, KeyCode::Esc), Some(Want::Quit)));
}
