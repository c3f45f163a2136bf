//! Mouse reports in their three encodings.
//!
//! The console asks for none unless the operator turns the mouse on, but a
//! report left over from another program must not be typed as text.

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// `CSI M` and three bytes, each 32 more than what it says (X10, and xterm's mode 1000).
pub(super) fn event_of_x10(button: u8, column: u8, row: u8) -> Option<Event> {
    event(u32::from(button).checked_sub(32)?, coordinate(column)?, coordinate(row)?)
}

/// `CSI button ; column ; row M` (urxvt, mode 1015): the button is 32 more than what it says.
pub(super) fn event_of_urxvt(button: u32, column: u32, row: u32) -> Option<Event> {
    event(button.checked_sub(32)?, column, row)
}

/// `CSI < button ; column ; row`, then `M` or, for a release, `m` (SGR, mode 1006).
pub(super) fn event_of_sgr(button: u32, column: u32, row: u32, last: u8) -> Option<Event> {
    let mut event = event(button, column, row)?;
    if let Event::Mouse(mouse) = &mut event
        && let MouseEventKind::Down(which) = mouse.kind
        && last == b'm'
    {
        mouse.kind = MouseEventKind::Up(which);
    }
    Some(event)
}

fn coordinate(byte: u8) -> Option<u32> {
    u32::from(byte).checked_sub(32)
}

/// `button` holds, from its lowest bit: button (2), Shift, Alt, Ctrl, motion, button (2). Places count from 1.
fn event(button: u32, column: u32, row: u32) -> Option<Event> {
    let moving = button & 32 != 0;
    let kind = match ((button & 3) | ((button & 0xc0) >> 4), moving) {
        (0, false) => MouseEventKind::Down(MouseButton::Left),
        (1, false) => MouseEventKind::Down(MouseButton::Middle),
        (2, false) => MouseEventKind::Down(MouseButton::Right),
        (0, true) => MouseEventKind::Drag(MouseButton::Left),
        (1, true) => MouseEventKind::Drag(MouseButton::Middle),
        (2, true) => MouseEventKind::Drag(MouseButton::Right),
        (3, false) => MouseEventKind::Up(MouseButton::Left),
        (3, true) => MouseEventKind::Moved,
        (4, false) => MouseEventKind::ScrollUp,
        (5, false) => MouseEventKind::ScrollDown,
        (6, false) => MouseEventKind::ScrollLeft,
        (7, false) => MouseEventKind::ScrollRight,
        _ => return None,
    };
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::SHIFT, button & 4 != 0);
    modifiers.set(KeyModifiers::ALT, button & 8 != 0);
    modifiers.set(KeyModifiers::CONTROL, button & 16 != 0);
    let place = |number: u32| u16::try_from(number.checked_sub(1)?).ok();
    Some(Event::Mouse(MouseEvent { kind, column: place(column)?, row: place(row)?, modifiers }))
}
