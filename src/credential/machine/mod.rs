//! The pure machine of one connection's sign-in: every method goes through it.
//!
//! The library keeps no proof per user and counts only some answers, so both are
//! here: a proof belongs to one name and is gone when the name changes, and
//! six guesses are answered whatever they are.
//!
//! What an outsider may learn, by design: that a password is right (by being asked
//! for the code; only who has it sees that), or that a key is (in the same
//! way). Everything else is one answer, after the same steps in the same order: an unknown name, a
//! wrong password, a right one of a locked account, an account without password,
//! a key of somebody else. A wrong password is never followed by a question for a code: asking
//! everybody would count wrong codes on accounts whose password nobody knows.
//!
//! [`Step`]s say what to do; the driver does it and calls the method that the step
//! names, until [`Step::Answer`]:
//!
//! ```text
//! let mut step = sign_in.attempt(name, attempt);
//! loop {
//!     step = match step {
//!         Step::LookUp { login } => sign_in.found(load(login).await, clock.now()),
//!         Step::VerifyPassword { password, hash } => sign_in.verified(arenas.verify(source, password, hash).await),
//!         Step::Spend { user, used } => { let (first, account) = spend(user, used).await; sign_in.spent(first, account) }
//!         Step::CheckToken(hash) => sign_in.token_checked(is_live(hash).await),
//!         Step::Record(event) => sign_in.recorded(record(event).await),
//!         Step::Answer(answer) => return answer,
//!     }
//! }
//! ```
//!
//! A fault of the store in between ends the connection; nothing is decided without it.

mod decide;
mod doors;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod world;

use crate::base::ids::UserId;
use crate::base::limits::{GUESSES_PER_CONNECTION, LOGIN_BYTES_MAX};
use crate::base::secret::Secret;
use crate::base::text::folded;
use crate::credential::account::ShownKey;
use crate::credential::step::{Answer, Attempt, Entry, Event, Guess, Method, Prompt, Step, Way};
use crate::credential::token::TokenHash;

const FIRST: &[Method] = &[Method::PublicKey, Method::Password];
const FIRST_AND_NOTICE: &[Method] = &[Method::PublicKey, Method::KeyboardInteractive, Method::Password];
const KEY_AND_QUESTIONS: &[Method] = &[Method::PublicKey, Method::KeyboardInteractive];
const QUESTIONS: &[Method] = &[Method::KeyboardInteractive];

const CODE: &[Prompt] = &[Prompt { text: "Code: ", echo: false }];

/// The sign-in of one connection. Made at the start of the connection, dropped after [`Answer::Accept`].
#[derive(Debug, Default)]
pub struct SignIn {
    /// The folded name of the last attempt.
    name: Option<String>,
    /// The first factor that `name` has proved.
    proved: Option<Proved>,
    /// What the open prompt asks.
    asked: Asked,
    /// What the driver is at.
    awaited: Awaited,
    /// Credentials looked at, and idle requests, over all names.
    guesses: u32,
    probed: bool,
    /// A sentence about a key that cannot be used, for the next chance to show one.
    notice: Option<&'static str>,
    /// Why `name`, who has proved everything, cannot enter.
    farewell: Option<String>,
    /// The key that came before a token.
    noted_key: Option<ShownKey>,
    over: bool,
}

/// A proved first factor, with the evidence, which must still be there when the code is checked.
#[derive(Clone, Debug)]
struct Proved {
    user: UserId,
    by: Evidence,
}

#[derive(Clone, Debug)]
enum Evidence {
    Key(ShownKey),
    PasswordHash(String),
}

impl Evidence {
    const fn guess(&self) -> Guess {
        match self {
            Self::Key(_) => Guess::CodeBehindKey,
            Self::PasswordHash(_) => Guess::Code,
        }
    }

    fn way(&self) -> Way {
        match self {
            Self::Key(key) => Way::Key(key.clone()),
            Self::PasswordHash(_) => Way::Password,
        }
    }
}

#[derive(Debug, Default)]
enum Asked {
    #[default]
    Nothing,
    Code,
    Token,
    Username,
    /// Something was shown; the empty response to it is refused.
    Notice,
    /// Something was shown; the connection ends with the response.
    Farewell,
}

#[derive(Debug, Default)]
enum Awaited {
    #[default]
    Nothing,
    Account(Claim),
    Verified {
        user: Option<UserId>,
        hash: Option<String>,
    },
    Spent(Proved),
    Token(TokenHash),
    Refusal,
    PasswordProved(Proved),
    TurnedAway {
        why: String,
        in_prompt: bool,
    },
    Entry(Entry),
    Forgotten,
}

#[derive(Debug)]
enum Claim {
    Key(ShownKey),
    Password(Secret<String>),
    Code(Secret<String>),
}

impl SignIn {
    /// A connection of which nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the name at hand has proved its first factor: the deadline moves once.
    pub const fn has_proved(&self) -> bool {
        self.proved.is_some()
    }

    /// Takes what a client sends under `name`. Whatever was under way is given up.
    pub fn attempt(&mut self, name: &str, attempt: Attempt) -> Step {
        self.awaited = Awaited::Nothing;
        if self.over || self.guesses >= GUESSES_PER_CONNECTION {
            return self.hang_up();
        }
        // An empty name is nobody's, and so is one that is longer than any login.
        let name = if name.len() <= LOGIN_BYTES_MAX { folded(name) } else { String::new() };
        if self.name.as_ref() != Some(&name) {
            self.forget_name();
        }
        let asked = std::mem::take(&mut self.asked);
        if matches!(attempt, Attempt::Probe) && !self.probed {
            self.probed = true;
            self.name = Some(name);
            return Step::Answer(Answer::Reject { methods: self.methods() });
        }
        let door = Door::of(&name);
        self.name = Some(name);
        match door {
            Door::Console => self.at_console(attempt, &asked),
            Door::Join => self.at_join(attempt, &asked),
            Door::Forgot => self.at_forgot(attempt, &asked),
        }
    }

    fn at_console(&mut self, attempt: Attempt, asked: &Asked) -> Step {
        match attempt {
            Attempt::Offer(key) => match key.unusable() {
                Some(notice) => self.refuse_key(notice),
                None => Step::Answer(Answer::ShowProof),
            },
            Attempt::Key(key) => match key.unusable() {
                Some(notice) => self.refuse_key(notice),
                None => self.claim(Claim::Key(key)),
            },
            Attempt::Password(password) => self.claim(Claim::Password(password)),
            Attempt::Begin => self.begin(),
            Attempt::Responses(responses) => match (asked, single(responses)) {
                (Asked::Code, Some(code)) => self.claim(Claim::Code(code)),
                (Asked::Farewell, _) => self.hang_up(),
                (Asked::Notice, _) => self.refuse(),
                (Asked::Code | Asked::Nothing | Asked::Token | Asked::Username, _) => self.refuse_idle(),
            },
            Attempt::Probe => self.refuse_idle(),
        }
    }

    fn begin(&mut self) -> Step {
        if let Some(why) = self.farewell.take() {
            return self.farewell(why);
        }
        let notice = self.notice.take();
        if self.proved.is_some() {
            self.asked = Asked::Code;
            return prompt(notice.unwrap_or_default(), CODE);
        }
        match notice {
            Some(notice) => {
                self.guesses += 1;
                self.asked = Asked::Notice;
                prompt(notice, &[])
            }
            None => self.refuse_idle(),
        }
    }

    fn farewell(&mut self, why: String) -> Step {
        self.asked = Asked::Farewell;
        Step::Answer(Answer::Prompt { instructions: why, prompts: &[] })
    }

    /// Something is to be looked at, which is a guess whatever comes of it.
    fn claim(&mut self, claim: Claim) -> Step {
        self.guesses += 1;
        match claim {
            // A new first factor is proved anew, or not at all.
            Claim::Key(_) | Claim::Password(_) => {
                self.proved = None;
                self.farewell = None;
            }
            Claim::Code(_) => {}
        }
        self.awaited = Awaited::Account(claim);
        Step::LookUp { login: self.login() }
    }

    fn refuse_key(&mut self, notice: &'static str) -> Step {
        self.notice = Some(notice);
        self.refuse_idle()
    }

    /// A request that looks at nothing costs a guess as well, or a client could go on for ever.
    fn refuse_idle(&mut self) -> Step {
        self.guesses += 1;
        self.refuse()
    }

    fn refuse(&mut self) -> Step {
        if self.guesses >= GUESSES_PER_CONNECTION {
            return self.hang_up();
        }
        Step::Answer(Answer::Reject { methods: self.methods() })
    }

    fn fail(&mut self, user: Option<UserId>, guess: Guess) -> Step {
        self.awaited = Awaited::Refusal;
        Step::Record(Event::Failed { login: self.login(), user, guess })
    }

    fn hang_up(&mut self) -> Step {
        *self = Self { over: true, guesses: self.guesses, ..Self::default() };
        Step::Answer(Answer::HangUp)
    }

    /// A proof belongs to one name: gone with it, while guesses stay counted.
    fn forget_name(&mut self) {
        *self = Self { guesses: self.guesses, probed: self.probed, ..Self::default() };
    }

    fn login(&self) -> String {
        self.name.clone().unwrap_or_default()
    }

    fn methods(&self) -> &'static [Method] {
        match self.name.as_deref().map_or(Door::Console, Door::of) {
            Door::Console if self.proved.is_some() || self.farewell.is_some() => QUESTIONS,
            Door::Console if self.notice.is_some() => FIRST_AND_NOTICE,
            Door::Console => FIRST,
            Door::Join if self.noted_key.is_none() => KEY_AND_QUESTIONS,
            Door::Join | Door::Forgot => QUESTIONS,
        }
    }
}

/// Where a user name leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Console,
    Join,
    Forgot,
}

impl Door {
    fn of(name: &str) -> Self {
        match name {
            "join" => Self::Join,
            "forgot" => Self::Forgot,
            _any_other => Self::Console,
        }
    }
}

fn single(responses: Vec<Secret<String>>) -> Option<Secret<String>> {
    let [response]: [_; 1] = responses.try_into().ok()?;
    Some(response)
}

fn prompt(instructions: &str, prompts: &'static [Prompt]) -> Step {
    Step::Answer(Answer::Prompt { instructions: instructions.to_owned(), prompts })
}
