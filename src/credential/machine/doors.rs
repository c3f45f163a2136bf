//! The two doors without an account of one's own: `join@` with a token, `forgot@` with a name.

use super::{Asked, Awaited, QUESTIONS, SignIn, prompt, single};
use crate::base::limits::LOGIN_BYTES_MAX;
use crate::base::text::folded;
use crate::credential::account::{Certificate, ShownKey};
use crate::credential::step::{Answer, Attempt, Entry, Event, Guess, Prompt, Step};
use crate::credential::token::Token;

const TOKEN: &[Prompt] = &[Prompt { text: "Token: ", echo: false }];
const USERNAME: &[Prompt] = &[Prompt { text: "Username: ", echo: true }];

/// The same for every name, whether or not it is somebody's.
const LINK_IS_ON_ITS_WAY: &str = "if there is such an operator with an email address, a reset link is on its way; use it with the user name `join`";

impl SignIn {
    /// A key that is shown is noted, to be kept later; then the token decides.
    pub(super) fn at_join(&mut self, attempt: Attempt, asked: &Asked) -> Step {
        match attempt {
            Attempt::Offer(key) => match key.unusable() {
                Some(notice) => self.refuse_key(notice),
                None => Step::Answer(Answer::ShowProof),
            },
            Attempt::Key(key) => self.note(key),
            Attempt::Begin => {
                self.asked = Asked::Token;
                prompt(self.notice.take().unwrap_or_default(), TOKEN)
            }
            Attempt::Responses(responses) => match (asked, single(responses)) {
                (Asked::Token, Some(text)) => {
                    self.guesses += 1;
                    match Token::parse(text.expose()) {
                        Some(token) => {
                            self.awaited = Awaited::Token(token.hash());
                            Step::CheckToken(token.hash())
                        }
                        None => self.fail(None, Guess::Token),
                    }
                }
                (_, _) => self.refuse_idle(),
            },
            Attempt::Probe | Attempt::Password(_) => self.refuse_idle(),
        }
    }

    fn note(&mut self, key: ShownKey) -> Step {
        if let Some(notice) = key.unusable() {
            return self.refuse_key(notice);
        }
        // One key only, and none that lives by a certificate.
        if self.noted_key.is_some() || key.certificate != Certificate::None {
            return self.refuse_idle();
        }
        self.noted_key = Some(key);
        Step::Answer(Answer::Partial { methods: QUESTIONS })
    }

    /// The driver's answer to [`Step::CheckToken`]: whether there is a live invite or reset token.
    pub fn token_checked(&mut self, live: bool) -> Step {
        let Awaited::Token(token) = std::mem::take(&mut self.awaited) else {
            return self.hang_up();
        };
        if !live {
            return self.fail(None, Guess::Token);
        }
        let key = self.noted_key.take();
        self.over = true;
        Step::Answer(Answer::Accept(Entry::Join { token, key }))
    }

    /// Asks for a name, and says the same to every name.
    pub(super) fn at_forgot(&mut self, attempt: Attempt, asked: &Asked) -> Step {
        match attempt {
            Attempt::Begin => {
                self.asked = Asked::Username;
                prompt("", USERNAME)
            }
            Attempt::Responses(responses) => match (asked, single(responses)) {
                (Asked::Username, Some(name)) if name.expose().len() <= LOGIN_BYTES_MAX => {
                    self.guesses += 1;
                    self.awaited = Awaited::Forgotten;
                    Step::Record(Event::Forgotten { login: folded(name.expose().trim()) })
                }
                (Asked::Farewell, _) => self.hang_up(),
                (_, _) => self.refuse_idle(),
            },
            Attempt::Probe | Attempt::Offer(_) | Attempt::Key(_) | Attempt::Password(_) => self.refuse_idle(),
        }
    }

    pub(super) fn link_is_on_its_way(&mut self) -> Step {
        self.farewell(LINK_IS_ON_ITS_WAY.to_owned())
    }
}
