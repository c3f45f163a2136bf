//! Every sequence that terminals send, against the event it is; each cut everywhere.

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::Decoder;

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const ALT: KeyModifiers = KeyModifiers::ALT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

fn key(code: KeyCode, modifiers: KeyModifiers) -> Vec<Event> {
    vec![Event::Key(KeyEvent::new(code, modifiers))]
}

fn character(character: char, modifiers: KeyModifiers) -> Vec<Event> {
    key(KeyCode::Char(character), modifiers)
}

fn function(number: u8) -> Vec<Event> {
    key(KeyCode::F(number), NONE)
}

fn mouse(kind: MouseEventKind, column: u16, row: u16, modifiers: KeyModifiers) -> Vec<Event> {
    vec![Event::Mouse(MouseEvent { kind, column, row, modifiers })]
}

fn paste(text: &str) -> Vec<Event> {
    vec![Event::Paste(text.to_owned())]
}

fn both(first: Vec<Event>, second: Vec<Event>) -> Vec<Event> {
    [first, second].concat()
}

fn characters() -> Vec<(&'static [u8], Vec<Event>)> {
    vec![
        (b"a", character('a', NONE)),
        (b"A", character('A', SHIFT)),
        (b"?", character('?', NONE)),
        ("é".as_bytes(), character('é', NONE)),
        ("金".as_bytes(), character('金', NONE)),
        ("🦀".as_bytes(), character('🦀', NONE)),
        (b"\xff", character('\u{fffd}', NONE)),
        (b"\xc3a", both(character('\u{fffd}', NONE), character('a', NONE))),
        (b"\xe2\x82\xc3\xa9", both(character('\u{fffd}', NONE), character('é', NONE))),
        (b"\xc2\x9b", character('\u{fffd}', NONE)),
        (b"\r", key(KeyCode::Enter, NONE)),
        (b"\n", character('j', CTRL)),
        (b"\t", key(KeyCode::Tab, NONE)),
        (b"\x7f", key(KeyCode::Backspace, NONE)),
        (b"\x08", key(KeyCode::Backspace, NONE)),
        (b"\0", character(' ', CTRL)),
        (b"\x03", character('c', CTRL)),
        (b"\x1f", character('7', CTRL)),
        (b"\x1b", key(KeyCode::Esc, NONE)),
        (b"\x1b\x1b", both(key(KeyCode::Esc, NONE), key(KeyCode::Esc, NONE))),
        (b"\x1b\x1b[A", both(key(KeyCode::Esc, NONE), key(KeyCode::Up, NONE))),
        (b"\x1bx", character('x', ALT)),
        (b"\x1b\xc3\xa9", character('é', ALT)),
        (b"\x1b\r", key(KeyCode::Enter, ALT)),
        (b"\x1b\x7f", key(KeyCode::Backspace, ALT)),
        (b"\x1b[", character('[', ALT)),
        (b"\x1bO", character('O', ALT | SHIFT)),
        (b"\x1b]", character(']', ALT)),
        (b"\x1b[\r", both(character('[', ALT), key(KeyCode::Enter, NONE))),
        (b"\x1b]\r", both(character(']', ALT), key(KeyCode::Enter, NONE))),
    ]
}

fn keys() -> Vec<(&'static [u8], Vec<Event>)> {
    vec![
        (b"\x1b[A", key(KeyCode::Up, NONE)),
        (b"\x1b[D", key(KeyCode::Left, NONE)),
        (b"\x1b[1;5A", key(KeyCode::Up, CTRL)),
        (b"\x1b[1;2C", key(KeyCode::Right, SHIFT)),
        (b"\x1b[a", key(KeyCode::Up, SHIFT)),
        (b"\x1b[H", key(KeyCode::Home, NONE)),
        (b"\x1b[F", key(KeyCode::End, NONE)),
        (b"\x1b[1~", key(KeyCode::Home, NONE)),
        (b"\x1b[2~", key(KeyCode::Insert, NONE)),
        (b"\x1b[3~", key(KeyCode::Delete, NONE)),
        (b"\x1b[3;5~", key(KeyCode::Delete, CTRL)),
        (b"\x1b[4~", key(KeyCode::End, NONE)),
        (b"\x1b[5~", key(KeyCode::PageUp, NONE)),
        (b"\x1b[6~", key(KeyCode::PageDown, NONE)),
        (b"\x1b[7~", key(KeyCode::Home, NONE)),
        (b"\x1b[8~", key(KeyCode::End, NONE)),
        (b"\x1b[11~", function(1)),
        (b"\x1b[15~", function(5)),
        (b"\x1b[17~", function(6)),
        (b"\x1b[21~", function(10)),
        (b"\x1b[24~", function(12)),
        (b"\x1b[Z", key(KeyCode::BackTab, SHIFT)),
        (b"\x1bOA", key(KeyCode::Up, NONE)),
        (b"\x1bOH", key(KeyCode::Home, NONE)),
        (b"\x1bOP", function(1)),
        (b"\x1bO5P", key(KeyCode::F(1), CTRL)),
        (b"\x1bOM", key(KeyCode::Enter, NONE)),
        (b"\x1bOp", character('0', NONE)),
        (b"\x1bOk", character('+', NONE)),
        (b"\x1b[[A", function(1)),
        (b"\x1b[[E", function(5)),
        (b"\x1b[97;5u", character('a', CTRL)),
        (b"\x1b[97:65;2u", character('A', SHIFT)),
        (b"\x1b[97;2u", character('A', SHIFT)),
        (b"\x1b[49:33;2u", character('!', NONE)),
        (b"\x1b[27u", key(KeyCode::Esc, NONE)),
        (b"\x1b[13;5u", key(KeyCode::Enter, CTRL)),
        (b"\x1b[9;2u", key(KeyCode::BackTab, SHIFT)),
        (b"\x1b[57399u", character('0', NONE)),
        (b"\x1b[97;1:3u", vec![]),
        (b"\x1b[1;1:3A", vec![]),
        (b"\x1b[57441;2u", vec![]),
        (b"\x1b[55296u", vec![]),
        (b"\x1b[27;5;105~", character('i', CTRL)),
        (b"\x1b[27;5;13~", key(KeyCode::Enter, CTRL)),
    ]
}

fn others() -> Vec<(&'static [u8], Vec<Event>)> {
    let left = MouseButton::Left;
    vec![
        (b"\x1b[<0;10;5M", mouse(MouseEventKind::Down(left), 9, 4, NONE)),
        (b"\x1b[<0;10;5m", mouse(MouseEventKind::Up(left), 9, 4, NONE)),
        (b"\x1b[<65;1;1M", mouse(MouseEventKind::ScrollDown, 0, 0, NONE)),
        (b"\x1b[<48;300;2M", mouse(MouseEventKind::Drag(left), 299, 1, CTRL)),
        (b"\x1b[<0;0;0M", vec![]),
        (b"\x1b[<0;99999999999;1M", vec![]),
        (b"\x1b[M !!", mouse(MouseEventKind::Down(left), 0, 0, NONE)),
        (b"\x1b[M#\xff\xff", mouse(MouseEventKind::Up(left), 222, 222, NONE)),
        (b"\x1b[32;10;5M", mouse(MouseEventKind::Down(left), 9, 4, NONE)),
        (b"\x1b[I", vec![Event::FocusGained]),
        (b"\x1b[O", vec![Event::FocusLost]),
        (b"\x1b[200~a\tb\x1b[201~", paste("a\tb")),
        (b"\x1b[200~\x1b[201~", paste("")),
        (b"\x1b[200~\x1b[A\x1b[20\x1b[201~", paste("\x1b[A\x1b[20")),
        (b"\x1b[200~\xff\xc3\xa9\x1b[201~", paste("\u{fffd}é")),
        (b"\x1b[200~open", paste("open")),
        (b"\x1b[201~", vec![]),
        (b"\x1b[?62;22c", vec![]),
        (b"\x1b[>41;354;0c", vec![]),
        (b"\x1b[24;80R", vec![]),
        (b"\x1b[?2026;2$y", vec![]),
        (b"\x1b[?1u", vec![]),
        (b"\x1b[8;24;80t", vec![]),
        (b"\x1bP>|XTerm(370)\x1b\\", vec![]),
        (b"\x1b]11;rgb:0000/0000/0000\x07", vec![]),
        (b"\x1b]11;rgb:0000/0000/0000\x1b\\", vec![]),
        (b"\x1b_Gi=1;OK\x1b\\", vec![]),
        (b"\x1b^x\x1b\\", vec![]),
        (b"\x1bXx\x1b\\", vec![]),
        (b"\x1b]11;rgb", vec![]),
        (b"\x1b]11;rgb\x1b[A", key(KeyCode::Up, NONE)),
        (b"\x1b[1;5", vec![]),
        (b"\x1b[1;\xc3\xa9", character('é', NONE)),
    ]
}

fn decoded(chunks: &[&[u8]]) -> Vec<Event> {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    for chunk in chunks {
        decoder.feed(chunk, &mut out);
    }
    decoder.flush(&mut out);
    assert!(!decoder.waiting());
    out
}

#[test]
fn every_sequence_is_its_event_however_it_is_cut() {
    let all = [characters(), keys(), others()].concat();
    assert!(all.len() >= 44);
    for (bytes, expected) in all {
        let shown = bytes.escape_ascii();
        assert_eq!(decoded(&[bytes]), expected, "{shown}");
        for cut in 0..=bytes.len() {
            let (head, tail) = bytes.split_at(cut);
            assert_eq!(decoded(&[head, tail]), expected, "{shown} cut at {cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(decoded(&single), expected, "{shown} byte by byte");
    }
}

#[test]
fn a_key_held_down_is_told_as_repeated() {
    let expected = KeyEvent::new_with_kind(KeyCode::Up, NONE, KeyEventKind::Repeat);
    assert_eq!(decoded(&[b"\x1b[1;1:2A"]), [Event::Key(expected)]);
}

#[test]
fn the_timer_tells_escape_from_a_sequence_that_began() {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    decoder.feed(b"\x1b", &mut out);
    assert!(decoder.waiting() && out.is_empty());
    decoder.flush(&mut out);
    assert_eq!(out, key(KeyCode::Esc, NONE));

    out.clear();
    decoder.feed(b"\x1b[", &mut out);
    decoder.flush(&mut out);
    decoder.feed(b"j", &mut out);
    assert_eq!(out, both(character('[', ALT), character('j', NONE)), "Alt-[ eats no key");
}

#[test]
fn half_a_character_waits_for_its_other_half_without_a_timer() {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    decoder.feed(b"\xc3", &mut out);
    assert!(!decoder.waiting());
    decoder.flush(&mut out);
    decoder.feed(b"\xa9", &mut out);
    assert_eq!(out, character('é', NONE));
}

#[test]
fn a_stalled_paste_has_more_patience_than_a_key() {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    decoder.feed(b"\x1b", &mut out);
    let for_a_key = decoder.patience();
    decoder.feed(b"[200~q", &mut out);
    assert!(decoder.patience() > for_a_key);
}
