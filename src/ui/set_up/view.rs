//! The two screens of what is set first, on any terminal: where the QR code does not fit, the key alone is shown.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Style};

use super::{Focus, Picture, Rule, SetUp, Stage};
use crate::base::secret::Secret;
use crate::base::text::width;
use crate::base::time::Timestamp;
use crate::ui::look::Look;
use crate::ui::parts::field::Field;
use crate::ui::parts::ink::{boxed, cells, centred, fill, put, put_right, wrap};
use crate::ui::theme::{self, Theme};

/// Columns of the text beside a QR code.
const TEXT_COLUMNS: u16 = 34;

/// White on black whatever the theme: many apps do not read an inverted code.
const QR: Style = Style::new().fg(Color::White).bg(Color::Black);

/// The words at the foot of each of these windows.
const LEAVES: &str = "Ctrl-c twice signs out";

impl SetUp {
    /// Draws it as it is at `now`; where the terminal's own cursor belongs comes back.
    pub fn view(&self, buffer: &mut Buffer, now: Timestamp) -> Option<Position> {
        let whole = buffer.area;
        fill(buffer, (0, 0), whole.width, "", theme::PLAIN);
        put(buffer, (1, 0), 2, "WR", theme::STRONG);
        let badge = format!(" {} ", self.environment.word());
        let x = 6 + put(buffer, (5, 0), 8, &badge, theme::badge(self.environment));
        let clock = put_right(buffer, (whole.width.saturating_sub(2), 0), &now.clock_utc(), theme::PLAIN);
        put(buffer, (x, 0), clock.saturating_sub(x + 1), &format!("| {}", self.login), theme::PLAIN);
        let below = Rect { y: 1, height: whole.height.saturating_sub(1), ..whole };
        match &self.stage {
            Stage::Nothing => None,
            Stage::Password { new, again, focus, rules } => {
                Some(self.password(buffer, below, (new, again, *focus), rules))
            }
            Stage::Factor { picture, code } => Some(self.factor(buffer, below, picture, code)),
            Stage::Codes(codes) => Some(self.codes(buffer, below, codes)),
        }
    }

    const fn theme(&self) -> Theme {
        Theme { ascii: self.ascii_borders, look: Look::Terminal }
    }

    /// What is told below everything else: that it is being set, why not, or how to leave.
    fn news(&self) -> (String, Style) {
        if self.is_leaving {
            return ("press it again to sign out; nothing more is set then".to_owned(), theme::WARNING);
        }
        if self.waits {
            return ("setting it ..".to_owned(), theme::DIM);
        }
        (self.refused.as_ref().map_or_else(String::new, |why| format!("not set: {why}")), theme::ALARM)
    }

    fn password(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        (new, again, focus): (&Field, &Field, Focus),
        rules: &[Rule],
    ) -> Position {
        let height = cells(rules.len()) + 11;
        let inside = boxed(buffer, centred(area, 64, height), self.theme(), "New password", LEAVES);
        let mut pen = Pen { buffer, inside, y: inside.y };
        pen.text("Your password is due. Set a new one; then the console opens.", theme::PLAIN);
        pen.blank();
        let first = pen.field("New password:", new);
        let second = pen.field("Once more:", again);
        pen.blank();
        for rule in rules {
            // A sign and a word, never colour alone.
            let sign = match rule.is_kept {
                Some(true) => "[x]",
                Some(false) => "[ ]",
                None => " - ",
            };
            pen.text(&format!("{sign} {}", rule.words), theme::PLAIN);
        }
        pen.blank();
        let (news, style) = self.news();
        pen.text(&news, style);
        if focus == Focus::New { first } else { second }
    }

    fn factor(&self, buffer: &mut Buffer, area: Rect, picture: &Picture, code: &Field) -> Position {
        let qr = picture.qr.expose();
        let qr_columns = cells(qr.iter().map(|line| width(line)).max().unwrap_or(0));
        let fits =
            !qr.is_empty() && area.height >= cells(qr.len()) && area.width >= qr_columns + TEXT_COLUMNS + 3;
        let inside = if fits {
            for (y, line) in (area.y..).zip(qr) {
                put(buffer, (1, y), qr_columns, line, QR);
            }
            let x = qr_columns + 3;
            Rect { x, y: area.y, width: area.width - x, height: area.height }
        } else {
            boxed(buffer, centred(area, 64, 16), self.theme(), "Second factor", LEAVES)
        };
        let mut pen = Pen { buffer, inside, y: inside.y };
        if fits {
            pen.text("SECOND FACTOR", theme::STRONG);
            pen.text("Scan this with an authenticator app, or type the key into it:", theme::PLAIN);
        } else {
            pen.text("Type this key into an authenticator app (time based):", theme::PLAIN);
        }
        pen.text(picture.manual.expose(), theme::STRONG);
        pen.blank();
        pen.text("Then type the six digits that the app shows:", theme::PLAIN);
        let cursor = pen.field("Code:", code);
        pen.blank();
        if !fits && !qr.is_empty() {
            let rows = cells(qr.len()) + 1;
            let columns = qr_columns + TEXT_COLUMNS + 3;
            pen.text(&format!("A terminal of {columns}x{rows} shows a QR code as well."), theme::DIM);
        }
        if fits {
            pen.text(LEAVES, theme::DIM);
        }
        let (news, style) = self.news();
        pen.text(&news, style);
        cursor
    }

    fn codes(&self, buffer: &mut Buffer, area: Rect, codes: &[Secret<String>]) -> Position {
        let inside = boxed(buffer, centred(area, 64, 16), self.theme(), "Backup codes", "");
        let mut pen = Pen { buffer, inside, y: inside.y };
        pen.text("The second factor is set up.", theme::PLAIN);
        pen.text(
            "Keep these codes where the telephone is not: each signs in once in its place. They are not shown again.",
            theme::PLAIN,
        );
        pen.blank();
        for pair in codes.chunks(2) {
            let line: Vec<&str> = pair.iter().map(|code| code.expose().as_str()).collect();
            pen.text(&line.join("      "), theme::STRONG);
        }
        pen.blank();
        let (news, style) = self.news();
        let last = pen.text("Enter: I have written them down, go on.", theme::PLAIN);
        if self.is_leaving {
            pen.text(&news, style);
        }
        last
    }
}

/// Writes one line below the other.
struct Pen<'b> {
    buffer: &'b mut Buffer,
    inside: Rect,
    y: u16,
}

impl Pen<'_> {
    fn blank(&mut self) {
        self.y += 1;
    }

    fn text(&mut self, text: &str, style: Style) -> Position {
        let at = Position::new(self.inside.x, self.y);
        for line in wrap(text, usize::from(self.inside.width)) {
            if self.y < self.inside.bottom() {
                put(self.buffer, (self.inside.x, self.y), self.inside.width, &line, style);
            }
            self.y += 1;
        }
        at
    }

    /// A field behind its name; where its cursor is comes back.
    fn field(&mut self, name: &str, field: &Field) -> Position {
        let (x, y) = (self.inside.x, self.y);
        self.y += 1;
        if y >= self.inside.bottom() {
            return Position::new(x, self.inside.bottom().saturating_sub(1));
        }
        put(self.buffer, (x, y), 14, name, theme::STRONG);
        let columns = self.inside.width.saturating_sub(15);
        field.draw(self.buffer, Rect { x: x + 14, y, width: columns, height: 1 }, theme::WRONG)
    }
}
