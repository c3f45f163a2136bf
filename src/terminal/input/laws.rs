//! What holds for any input: no panic, bounded memory, no difference by cuts, and keys work again.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;

use super::{Decoder, State};
use crate::base::limits;

/// Bytes that begin, continue and end things, more often than chance would send them.
fn garbage() -> impl Strategy<Value = Vec<u8>> {
    let pieces: &[&[u8]] = &[
        b"\x1b",
        b"\x1b[",
        b"\x1bO",
        b"\x1b]",
        b"\x1bP",
        b"\x1b[200~",
        b"\x1b[201~",
        b"\x1b[M",
        b"\x1b[<",
        b"\x1b[[",
        b"\x1b\\",
        b"\x07",
        b";",
        b":",
        b"1",
        b"27;5;",
        b"u",
        b"~",
        b"A",
        b"\xc3",
        b"\xe2\x82",
        b"\xff",
        b"\r",
        b"j",
    ];
    let piece = prop_oneof![
        3 => proptest::sample::select(pieces.to_vec()).prop_map(<[u8]>::to_vec),
        1 => proptest::collection::vec(any::<u8>(), 0..8),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn fed(chunks: &[&[u8]]) -> (Decoder, Vec<Event>) {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    for chunk in chunks {
        decoder.feed(chunk, &mut out);
        assert_bounded(&decoder);
    }
    (decoder, out)
}

fn assert_bounded(decoder: &Decoder) {
    assert!(decoder.sequence.len() <= limits::SEQUENCE_BYTES_MAX);
    if let State::Paste(paste) = &decoder.state {
        assert!(paste.kept() <= limits::PASTE_BYTES_MAX + 4);
    }
}

/// After the timer a plain key comes through as itself.
fn assert_recovers(decoder: &mut Decoder) {
    let mut out = Vec::new();
    decoder.flush(&mut out);
    decoder.feed(b"k", &mut out);
    let key = Event::Key(KeyEvent::new(KeyCode::Char('k'), KeyModifiers::NONE));
    assert_eq!(out.last(), Some(&key), "{out:?}");
}

proptest! {
    #[test]
    fn cuts_make_no_difference_and_keys_work_again(bytes in garbage(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let (mut decoder, whole) = fed(&[&bytes]);
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let chunks: Vec<&[u8]> = places.windows(2).map(|ends| &bytes[ends[0]..ends[1]]).collect();
        let (mut other, parts) = fed(&chunks);
        prop_assert_eq!(&whole, &parts);
        prop_assert!(whole.len() <= bytes.len());
        prop_assert_eq!(decoder.waiting(), other.waiting());
        assert_recovers(&mut decoder);
        assert_recovers(&mut other);
    }
}

#[test]
fn a_flood_of_random_bytes_neither_panics_nor_grows() {
    // Xorshift with a fixed seed: the same flood on every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    let alphabet = b"\x1b\x1b\x1b[[]OP_^XM<?;:0123456789~uAmR$c\x07\\\r\x00\x7f\x80\x9b\xc3\xe2\xf0\xff ";
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    for round in 0..200_000_u32 {
        let byte = if next() < 200 { alphabet[usize::from(next()) % alphabet.len()] } else { next() };
        decoder.feed(&[byte], &mut out);
        assert_bounded(&decoder);
        assert!(out.len() <= 3, "{out:?}");
        out.clear();
        if round % 997 == 0 {
            assert_recovers(&mut decoder);
        }
    }
}

#[test]
fn an_answer_without_an_end_gives_the_keys_back_at_its_limit() {
    for begin in [&b"\x1b]"[..], b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bX"] {
        let (mut decoder, out) = fed(&[begin, &[b'x'; limits::STRING_BYTES_MAX]]);
        assert_eq!(out, [], "swallowed up to the limit");
        let mut out = Vec::new();
        decoder.feed(b"k", &mut out);
        assert_eq!(out, [Event::Key(KeyCode::Char('k').into())]);
    }
}

#[test]
fn a_sequence_without_an_end_gives_the_keys_back_at_its_limit() {
    let (mut decoder, out) = fed(&[b"\x1b[", &[b'1'; limits::STRING_BYTES_MAX]]);
    assert_eq!(out, []);
    let mut out = Vec::new();
    decoder.feed(b"k", &mut out);
    assert_eq!(out, [Event::Key(KeyCode::Char('k').into())]);

    let (_, out) = fed(&[b"\x1b[", &[b'1'; limits::SEQUENCE_BYTES_MAX], b"Ak"]);
    assert_eq!(out, [Event::Key(KeyCode::Char('k').into())], "too long to be understood");
}

#[test]
fn pasted_text_beyond_the_limit_is_dropped_at_a_whole_character() {
    let max = limits::PASTE_BYTES_MAX;
    for (text, kept) in [("x".repeat(max), max), ("x".repeat(1 << 20), max), ("金".repeat(max), max / 3 * 3)]
    {
        let (_, out) = fed(&[b"\x1b[200~", text.as_bytes(), b"\x1b[201~k"]);
        assert_eq!(out, [Event::Paste(text[..kept].to_owned()), Event::Key(KeyCode::Char('k').into())]);
    }
    let (_, out) = fed(&[b"\x1b[200~", &[0xff; limits::PASTE_BYTES_MAX], b"\x1b[201~"]);
    assert!(
        matches!(&out[..], [Event::Paste(text)] if text.len() <= max && text.chars().all(|c| c == '\u{fffd}'))
    );
}
