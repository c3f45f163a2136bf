//! Key names: the numbers and letters of terminals against crossterm's words.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The key Esc.
pub(super) fn escape() -> Event {
    event(KeyCode::Esc, KeyModifiers::NONE, false)
}

/// A key that is pressed, or held down.
pub(super) fn event(code: KeyCode, modifiers: KeyModifiers, again: bool) -> Event {
    let kind = if again { KeyEventKind::Repeat } else { KeyEventKind::Press };
    Event::Key(KeyEvent::new_with_kind(code, modifiers, kind))
}

/// A character; Shift is told for capitals, as crossterm does.
pub(super) fn of_character(character: char, modifiers: KeyModifiers) -> Event {
    event(KeyCode::Char(character), with_shift(character, modifiers), false)
}

/// `ESC [ [ A` to `E`: F1 to F5 of the Linux console.
pub(super) fn of_console(last: u8) -> Option<Event> {
    let number = matches!(last, b'A'..=b'E').then(|| last - b'A' + 1)?;
    Some(event(KeyCode::F(number), KeyModifiers::NONE, false))
}

/// `ESC O last`: arrows and the number pad of application mode, F1 to F4; old xterms put modifiers before `last`.
pub(super) fn of_shift3(parameters: &[u8], last: u8) -> Option<Event> {
    let digits = parameters.rsplit(|&byte| byte == b';').next().unwrap_or_default();
    let number = std::str::from_utf8(digits).ok()?.parse().unwrap_or(1);
    let modifiers = modifiers_of(number);
    let code = match last {
        b'a'..=b'd' => {
            let code = code_of_letter(last.to_ascii_uppercase())?;
            return Some(event(code, modifiers | KeyModifiers::CONTROL, false)); // rxvt
        }
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b'X' => KeyCode::Char('='),
        // The number pad sends its characters 64 higher: `*` to `9`.
        b'j'..=b'y' => KeyCode::Char(char::from(last - 64)),
        _ => code_of_letter(last)?,
    };
    Some(event(code, modifiers, false))
}

/// The last letter of a control sequence without a number of its own.
pub(super) fn code_of_letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'R' => KeyCode::F(3),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

/// The number before `~`: DEC's keyboard (VT220), with the holes it has.
pub(super) fn code_of_number(number: u32) -> Option<KeyCode> {
    let function = |first: u32| u8::try_from(number - first).ok().map(|offset| KeyCode::F(offset + 1));
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function(11),
        17..=21 => function(12),
        23..=26 => function(13),
        28..=29 => function(14),
        31..=34 => function(15),
        _ => None,
    }
}

/// A key told by its Unicode value, with the character that Shift makes of it where that is told.
pub(super) fn of_code_point(
    number: u32,
    shifted: Option<u32>,
    modifiers: KeyModifiers,
    again: bool,
) -> Option<Event> {
    let shift = modifiers.contains(KeyModifiers::SHIFT);
    let code = match number {
        0x08 | 0x7f => KeyCode::Backspace,
        0x09 if shift => KeyCode::BackTab,
        0x09 => KeyCode::Tab,
        0x0d => KeyCode::Enter,
        0x1b => KeyCode::Esc,
        0xe000..=0xf8ff => code_of_kitty(number)?,
        _ => KeyCode::Char(char::from_u32(number).filter(|character| !character.is_control())?),
    };
    let KeyCode::Char(plain) = code else { return Some(event(code, modifiers, again)) };
    let mut upper = plain.to_uppercase();
    let character = match (shift, shifted.and_then(char::from_u32), upper.next(), upper.next()) {
        (true, Some(told), ..) if !told.is_control() => told,
        (true, None, Some(capital), None) => capital,
        _ => plain,
    };
    // The shifted character says all that Shift says, but for capitals (see `of_character`).
    let modifiers =
        if character == plain { modifiers } else { with_shift(character, modifiers - KeyModifiers::SHIFT) };
    Some(event(KeyCode::Char(character), modifiers, again))
}

/// The modifier number of xterm and kitty: one more than a set of bits.
pub(super) fn modifiers_of(number: u32) -> KeyModifiers {
    let bits = number.saturating_sub(1);
    let all = [
        KeyModifiers::SHIFT,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL,
        KeyModifiers::SUPER,
        KeyModifiers::HYPER,
        KeyModifiers::META,
    ];
    let set = all.into_iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
    set.fold(KeyModifiers::NONE, |sum, (_, modifier)| sum | modifier)
}

/// Keys that kitty numbers in Unicode's private area; bare modifiers and media keys are no input.
fn code_of_kitty(number: u32) -> Option<KeyCode> {
    const PAD: &[u8] = b"0123456789./*-+";
    Some(match number {
        57376..=57398 => KeyCode::F(u8::try_from(number - 57376).ok()? + 13),
        57399..=57413 => KeyCode::Char(char::from(PAD[usize::try_from(number - 57399).ok()?])),
        57414 => KeyCode::Enter,
        57415 => KeyCode::Char('='),
        57416 => KeyCode::Char(','),
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57425 => KeyCode::Insert,
        57426 => KeyCode::Delete,
        57427 => KeyCode::KeypadBegin,
        _ => return None,
    })
}

fn with_shift(character: char, modifiers: KeyModifiers) -> KeyModifiers {
    if character.is_uppercase() { modifiers | KeyModifiers::SHIFT } else { modifiers }
}
