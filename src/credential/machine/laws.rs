//! Laws of the machine over random attempts, kept by a second, simpler account of what was proved.

use proptest::prelude::*;

use super::SignIn;
use super::world::{PASSWORD, World, key, password, respond};
use crate::base::ids::UserId;
use crate::credential::account::{MayEnter, SecondFactor};
use crate::credential::step::{Answer, Attempt, Entry};

const NAMES: [&str; 7] = ["ann", "ANN", "bob", "cat", "dan", "nobody", "join"];

#[derive(Clone, Copy, Debug)]
enum Move {
    Probe,
    Offer(u8),
    Key(u8),
    RightPassword,
    WrongPassword,
    Begin,
    CodeOf(&'static str),
    WrongCode,
    Empty,
}

fn moves() -> impl Strategy<Value = Vec<(&'static str, Move)>> {
    let one = prop_oneof![
        1 => Just(Move::Probe),
        1 => (1_u8..5).prop_map(Move::Offer),
        4 => (1_u8..5).prop_map(Move::Key),
        4 => Just(Move::RightPassword),
        1 => Just(Move::WrongPassword),
        6 => Just(Move::Begin),
        6 => proptest::sample::select(&NAMES[..]).prop_map(Move::CodeOf),
        1 => Just(Move::WrongCode),
        1 => Just(Move::Empty),
    ];
    proptest::collection::vec((proptest::sample::select(&NAMES[..]), one), 1..24)
}

/// `ann` (1) needs a code, the key of `bob` (2) is trusted, `cat` (3) is exempt, `dan` (4) barred.
fn world() -> World {
    let mut world = World::new();
    world.add("bob", 2).keys[0].trusted = true;
    world.add("cat", 3).second_factor = SecondFactor::Exempt;
    world.add("dan", 4).may_enter = MayEnter::No("locked".to_owned());
    world
}

fn attempt_of(world: &World, one: Move) -> Attempt {
    match one {
        Move::Probe => Attempt::Probe,
        Move::Offer(number) => Attempt::Offer(key(number)),
        Move::Key(number) => Attempt::Key(key(number)),
        Move::RightPassword => password(PASSWORD),
        Move::WrongPassword => password("tall ship 42"),
        Move::Begin => Attempt::Begin,
        Move::CodeOf(name) => respond(&world.code(&name.to_lowercase())),
        Move::WrongCode => respond("00000"),
        Move::Empty => Attempt::Responses(Vec::new()),
    }
}

/// What the moves under the present name, since it was last changed to, have proved.
#[derive(Default)]
struct Ledger {
    name: String,
    key: bool,
    password: bool,
    code: bool,
}

impl Ledger {
    fn note(&mut self, name: &str, one: Move) {
        let name = name.to_lowercase();
        if self.name != name {
            *self = Self { name, ..Self::default() };
        }
        let number = match self.name.as_str() {
            "ann" => 1,
            "bob" => 2,
            "cat" => 3,
            _nobody => 0,
        };
        match one {
            Move::Key(shown) => self.key |= shown == number,
            Move::RightPassword => self.password |= number > 0,
            Move::CodeOf(whose) => {
                self.code |= whose.to_lowercase() == self.name && (self.key || self.password);
            }
            Move::Probe
            | Move::Offer(_)
            | Move::WrongPassword
            | Move::Begin
            | Move::WrongCode
            | Move::Empty => {}
        }
    }

    fn may_enter(&self, user: UserId) -> bool {
        match (self.name.as_str(), user) {
            ("ann", UserId(1)) => (self.key || self.password) && self.code,
            ("bob", UserId(2)) => self.key || (self.password && self.code),
            ("cat", UserId(3)) => self.key || self.password,
            (_, _) => false,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nobody_enters_without_both_proofs_by_that_name_on_that_connection(moves in moves()) {
        let (mut world, mut sign_in, mut ledger) = (world(), SignIn::new(), Ledger::default());
        for (name, one) in moves {
            ledger.note(name, one);
            let attempt = attempt_of(&world, one);
            match world.attempt(&mut sign_in, name, attempt) {
                Answer::Accept(Entry::Console { user, .. }) => {
                    prop_assert!(ledger.may_enter(user), "{user} as {name}");
                    return Ok(());
                }
                Answer::Accept(entry) => prop_assert!(false, "{entry:?} without a token"),
                Answer::HangUp => return Ok(()),
                Answer::ShowProof | Answer::Partial { .. } | Answer::Prompt { .. } | Answer::Reject { .. } => {}
            }
        }
    }

    #[test]
    fn at_most_six_guesses_are_looked_at_and_at_most_six_refusals_given(moves in moves()) {
        let (mut world, mut sign_in) = (world(), SignIn::new());
        let (mut looked_at, mut refused, mut over) = (0, 0, false);
        for (place, (name, one)) in moves.into_iter().enumerate() {
            let attempt = attempt_of(&world, one);
            let answer = world.attempt(&mut sign_in, name, attempt);
            looked_at += u32::from(!world.steps.is_empty());
            // The first probe is free.
            refused += u32::from(matches!(answer, Answer::Reject { .. }) && !(place == 0 && matches!(one, Move::Probe)));
            prop_assert!(!over || answer == Answer::HangUp, "after the end: {answer:?}");
            over |= matches!(answer, Answer::HangUp | Answer::Accept(_));
        }
        prop_assert!(looked_at <= 6, "{looked_at} looked at");
        prop_assert!(refused <= 6, "{refused} refused");
    }
}
