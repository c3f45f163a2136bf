//! Tests of the machine, rule by rule.

use super::world::{PASSWORD, World, key, password, respond};
use super::{CODE, FIRST, FIRST_AND_NOTICE, KEY_AND_QUESTIONS, QUESTIONS, SignIn};
use crate::base::ids::UserId;
use crate::credential::account::{Certificate, KeyKind, MayEnter, Owes, SecondFactor, ShownKey, Trust};
use crate::credential::backup_code;
use crate::credential::step::{Answer, Attempt, Entry, Event, Guess, Way};
use crate::credential::token::Token;

const REJECT: Answer = Answer::Reject { methods: FIRST };
const REJECT_CODE: Answer = Answer::Reject { methods: QUESTIONS };
const PARTIAL: Answer = Answer::Partial { methods: QUESTIONS };

fn ask_code() -> Answer {
    Answer::Prompt { instructions: String::new(), prompts: CODE }
}

fn shown(instructions: &str) -> Answer {
    Answer::Prompt { instructions: instructions.to_owned(), prompts: &[] }
}

/// One connection to a world.
struct Talk<'a>(&'a mut World, SignIn);

impl<'a> Talk<'a> {
    fn to(world: &'a mut World) -> Self {
        Self(world, SignIn::new())
    }

    fn says(&mut self, name: &str, attempt: Attempt) -> Answer {
        self.0.attempt(&mut self.1, name, attempt)
    }

    fn code(&mut self, name: &str, code: &str) -> Answer {
        let answer = self.says(name, Attempt::Begin);
        if answer == ask_code() { self.says(name, respond(code)) } else { answer }
    }

    fn right_code(&mut self, name: &str) -> Answer {
        let code = self.0.code(&name.to_lowercase());
        self.code(name, &code)
    }
}

fn enters(answer: &Answer) -> bool {
    matches!(answer, Answer::Accept(Entry::Console { .. }))
}

#[test]
fn a_key_or_a_password_and_then_the_code_sign_in() {
    for (first, way) in [(Attempt::Key(key(1)), Way::Key(key(1))), (password(PASSWORD), Way::Password)] {
        let mut world = World::new();
        let mut talk = Talk::to(&mut world);
        assert_eq!(talk.says("ann", Attempt::Probe), REJECT);
        assert_eq!(talk.says("ann", first), PARTIAL);
        assert!(talk.1.has_proved());
        let entry = Entry::Console { user: UserId(1), way: way.clone(), code_proved: true };
        assert_eq!(talk.right_code("Ann"), Answer::Accept(entry));
        assert_eq!(world.events.last(), Some(&Event::Succeeded { user: UserId(1), way }));
    }
}

#[test]
fn a_key_or_a_password_alone_does_not() {
    let mut world = World::new();
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.right_code("ann"), REJECT);
    assert_eq!(talk.says("ann", Attempt::Key(key(1))), PARTIAL);
    assert_eq!(talk.says("ann", Attempt::Key(key(2))), REJECT);
    assert_eq!(talk.right_code("ann"), REJECT, "the proof went with the next key");
    assert_eq!(talk.says("ann", password("tall ship 42")), REJECT);
}

#[test]
fn a_trusted_key_and_an_exempt_operator_need_no_code() {
    let mut world = World::new();
    world.ann().keys[0].trusted = true;
    assert!(enters(&Talk::to(&mut world).says("ann", Attempt::Key(key(1)))));

    let mut world = World::new();
    world.ann().second_factor = SecondFactor::Exempt;
    assert!(enters(&Talk::to(&mut world).says("ann", Attempt::Key(key(1)))));
    assert!(enters(&Talk::to(&mut world).says("ann", password(PASSWORD))));
    assert_eq!(Talk::to(&mut world).says("ann", Attempt::Key(key(2))), REJECT);
}

#[test]
fn a_certificate_is_worth_what_its_authority_says() {
    let certified = |certificate| Attempt::Key(ShownKey { certificate, ..key(9) });
    let mut world = World::new();
    assert!(enters(&Talk::to(&mut world).says("ann", certified(Certificate::Valid(Trust::WithoutCode)))));
    assert_eq!(Talk::to(&mut world).says("ann", certified(Certificate::Valid(Trust::WithCode))), PARTIAL);
    assert_eq!(Talk::to(&mut world).says("ann", certified(Certificate::Invalid)), REJECT);
    assert_eq!(
        Talk::to(&mut world).says("nobody", certified(Certificate::Valid(Trust::WithoutCode))),
        REJECT
    );
    let registered_but_invalid = Attempt::Key(ShownKey { certificate: Certificate::Invalid, ..key(1) });
    assert_eq!(Talk::to(&mut world).says("ann", registered_but_invalid), REJECT);
}

#[test]
fn without_a_second_factor_nobody_enters_unless_it_is_due_at_this_sign_in() {
    let mut world = World::new();
    world.ann().second_factor = SecondFactor::Missing;
    assert_eq!(Talk::to(&mut world).says("ann", password(PASSWORD)), REJECT);
    assert_eq!(Talk::to(&mut world).says("ann", Attempt::Key(key(1))), REJECT);

    world.ann().second_factor = SecondFactor::Due;
    world.ann().may_enter = MayEnter::OwingPassword;
    assert_eq!(world.ann().owes(), Owes { password: true, second_factor: true });
    let answer = Talk::to(&mut world).says("ann", password(PASSWORD));
    assert_eq!(
        answer,
        Answer::Accept(Entry::Console { user: UserId(1), way: Way::Password, code_proved: false })
    );
}

#[test]
fn a_proof_is_gone_when_the_name_changes_and_guesses_stay_counted() {
    let mut world = World::new();
    world.add("bob", 2);
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("ann", Attempt::Key(key(1))), PARTIAL);
    assert_eq!(talk.right_code("bob"), REJECT);
    assert_eq!(talk.right_code("ann"), REJECT, "also for the first name again");
    assert_eq!(talk.says("ann", Attempt::Key(key(1))), PARTIAL);
    assert_eq!(talk.says("bob", Attempt::Key(key(1))), REJECT);
    assert_eq!(talk.says("bob", password("x")), Answer::HangUp);
}

#[test]
fn the_prompt_of_one_name_is_not_answered_by_another() {
    let mut world = World::new();
    world.add("bob", 2);
    let mut talk = Talk::to(&mut world);
    talk.says("ann", Attempt::Key(key(1)));
    assert_eq!(talk.says("ann", Attempt::Begin), ask_code());
    let code = talk.0.code("bob");
    assert_eq!(talk.says("bob", respond(&code)), REJECT);
}

#[test]
fn six_guesses_are_answered_and_the_first_probe_is_free() {
    let mut world = World::new();
    world.ann().threshold = 99;
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("ann", Attempt::Probe), REJECT);
    assert_eq!(talk.says("ann", Attempt::Key(key(9))), REJECT);
    assert_eq!(talk.says("bob", password("1")), REJECT);
    assert_eq!(talk.says("ann", Attempt::Probe), REJECT);
    assert_eq!(talk.says("ann", Attempt::Key(key(1))), PARTIAL);
    assert_eq!(talk.code("ann", "000000"), REJECT_CODE);
    assert_eq!(talk.code("ann", "000000"), Answer::HangUp);
    assert_eq!(talk.right_code("ann"), Answer::HangUp);
}

#[test]
fn the_sixth_guess_may_be_right() {
    let mut world = World::new();
    let mut talk = Talk::to(&mut world);
    (0..4).for_each(|_| assert_eq!(talk.says("ann", Attempt::Key(key(9))), REJECT));
    assert_eq!(talk.says("ann", Attempt::Key(key(1))), PARTIAL);
    assert!(enters(&talk.right_code("ann")));
}

#[test]
fn an_offered_key_says_nothing_about_whether_it_is_registered() {
    let mut world = World::new();
    for (name, number) in [("ann", 1), ("ann", 2), ("nobody", 1)] {
        assert_eq!(Talk::to(&mut world).says(name, Attempt::Offer(key(number))), Answer::ShowProof);
    }
}

#[test]
fn security_keys_and_short_rsa_keys_are_refused_with_a_sentence() {
    for (kind, word) in [(KeyKind::Security, "sk-"), (KeyKind::Rsa(1024), "2048")] {
        for attempt in
            [Attempt::Offer(ShownKey { kind, ..key(1) }), Attempt::Key(ShownKey { kind, ..key(1) })]
        {
            let mut world = World::new();
            let mut talk = Talk::to(&mut world);
            assert_eq!(talk.says("ann", attempt), Answer::Reject { methods: FIRST_AND_NOTICE });
            let Answer::Prompt { instructions, prompts: &[] } = talk.says("ann", Attempt::Begin) else {
                panic!("the sentence is shown");
            };
            assert!(instructions.contains(word));
            assert_eq!(talk.says("ann", Attempt::Responses(Vec::new())), REJECT);
        }
    }
    let rsa = Attempt::Key(ShownKey { kind: KeyKind::Rsa(2048), ..key(1) });
    assert_eq!(Talk::to(&mut World::new()).says("ann", rsa), PARTIAL);
}

#[test]
fn unknown_locked_and_key_only_accounts_answer_alike_after_the_same_steps() {
    let mut world = World::new();
    world.add("locked", 2).may_enter = MayEnter::No("locked".to_owned());
    world.add("auto", 3).may_enter = MayEnter::ByKeyOnly;
    world.add("keyonly", 4).password_hash = None;
    world.add("bare", 5).second_factor = SecondFactor::Missing;
    for wrong in ["tall ship 42", ""] {
        for name in ["ann", "nobody", "locked", "auto", "keyonly", "bare", "", &"x".repeat(300)] {
            assert_eq!(Talk::to(&mut world).says(name, password(wrong)), REJECT, "{name}");
            assert_eq!(world.steps, ["look up", "verify", "record"], "{name}");
        }
    }
    for name in ["auto", "bare"] {
        assert_eq!(Talk::to(&mut world).says(name, password(PASSWORD)), REJECT, "{name}");
        assert_eq!(world.steps, ["look up", "verify", "record"], "{name}");
    }
}

#[test]
fn six_wrong_guesses_lock_the_password_and_a_key_with_its_code_still_enters() {
    let mut world = World::new();
    for name in ["ann", "ANN", "Ann", "ann", "aNN"] {
        assert_eq!(Talk::to(&mut world).says(name, password("wrong wrong wrong")), REJECT);
    }
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("ann", password(PASSWORD)), PARTIAL, "five are not six");
    assert_eq!(talk.code("ann", "000000"), REJECT_CODE);
    assert_eq!(world.ann().may_enter, MayEnter::ByKeyOnly);
    assert_eq!(Talk::to(&mut world).says("ann", password(PASSWORD)), REJECT);

    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("ann", Attempt::Key(key(1))), PARTIAL);
    assert!(enters(&talk.right_code("ann")));
    assert_eq!(Talk::to(&mut world).says("ann", password(PASSWORD)), REJECT, "and the lock stays");
}

#[test]
fn a_password_proved_before_the_lock_does_not_enter_after_it() {
    let mut world = World::new();
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("ann", password(PASSWORD)), PARTIAL);
    talk.0.ann().wrong.open = 6;
    assert_eq!(talk.right_code("ann"), REJECT_CODE);
}

#[test]
fn wrong_codes_behind_a_key_count_apart_and_close_that_way_too() {
    let mut world = World::new();
    for _ in 0..2 {
        let mut talk = Talk::to(&mut world);
        assert_eq!(talk.says("ann", Attempt::Key(key(1))), PARTIAL);
        (0..3).for_each(|_| assert_eq!(talk.code("ann", "000000"), REJECT_CODE));
    }
    assert_eq!((world.ann().wrong.open, world.ann().wrong.behind_key), (0, 6));
    assert_eq!(Talk::to(&mut world).says("ann", Attempt::Key(key(1))), REJECT);
    world.ann().keys[0].trusted = true;
    assert_eq!(Talk::to(&mut world).says("ann", Attempt::Key(key(1))), REJECT);
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("ann", password(PASSWORD)), PARTIAL);
    assert!(enters(&talk.right_code("ann")));
}

#[test]
fn a_code_works_once_over_all_connections_and_a_backup_code_too() {
    let mut world = World::new();
    let (codes, stored) = backup_code::fresh_set(&[[3; 10]; 10]);
    if let SecondFactor::Set { backup_codes, .. } = &mut world.ann().second_factor {
        *backup_codes = stored[..1].to_vec();
    }
    for code in [world.code("ann"), codes[0].expose().clone()] {
        let mut talk = Talk::to(&mut world);
        talk.says("ann", Attempt::Key(key(1)));
        assert!(enters(&talk.code("ann", &code)), "{code}");
        let mut talk = Talk::to(&mut world);
        talk.says("ann", Attempt::Key(key(1)));
        assert_eq!(talk.code("ann", &code), REJECT_CODE, "{code}");
    }
}

#[test]
fn a_barred_operator_learns_why_only_after_everything_is_proved() {
    let mut world = World::new();
    world.ann().may_enter = MayEnter::No("your account is locked; ask r.ito".to_owned());
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("ann", password(PASSWORD)), PARTIAL);
    assert_eq!(talk.code("ann", "000000"), REJECT_CODE);
    assert_eq!(talk.right_code("ann"), shown("your account is locked; ask r.ito"));
    assert_eq!(talk.says("ann", Attempt::Responses(Vec::new())), Answer::HangUp);
    assert_eq!(world.events.last(), Some(&Event::TurnedAway { user: UserId(1), way: Way::Password }));

    world.ann().keys[0].trusted = true;
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("ann", Attempt::Key(key(1))), REJECT_CODE);
    assert_eq!(talk.says("ann", Attempt::Begin), shown("your account is locked; ask r.ito"));
    assert_eq!(talk.says("ann", Attempt::Responses(Vec::new())), Answer::HangUp);
}

#[test]
fn what_was_taken_away_meanwhile_no_longer_holds() {
    let mut world = World::new();
    let mut talk = Talk::to(&mut world);
    talk.says("ann", Attempt::Key(key(1)));
    talk.0.ann().keys.clear();
    assert_eq!(talk.right_code("ann"), REJECT_CODE);
    talk.says("ann", password(PASSWORD));
    talk.0.ann().password_hash = Some(format!("new:{PASSWORD}"));
    assert_eq!(talk.right_code("ann"), REJECT_CODE);
}

#[test]
fn a_right_code_that_was_used_already_is_refused_and_counts_on_no_account() {
    let mut world = World::new();
    let mut talk = Talk::to(&mut world);
    talk.says("ann", Attempt::Key(key(1)));
    talk.0.outrun = true;
    assert_eq!(talk.right_code("ann"), REJECT_CODE);
    assert_eq!(world.ann().wrong.behind_key, 0);
    let mut later = Talk::to(&mut world);
    later.0.outrun = false;
    later.says("ann", Attempt::Key(key(1)));
    assert!(matches!(later.right_code("ann"), Answer::Accept(_)));
    let mut again = Talk::to(&mut world);
    again.says("ann", Attempt::Key(key(1)));
    assert_eq!(again.right_code("ann"), REJECT_CODE);
    assert_eq!(world.ann().wrong.behind_key, 0);
}

#[test]
fn a_name_that_became_somebody_elses_keeps_no_proof() {
    let mut world = World::new();
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("ann", password(PASSWORD)), PARTIAL);
    talk.0.ann().user = Some(UserId(9));
    assert_eq!(talk.right_code("ann"), REJECT_CODE);
}

#[test]
fn a_busy_server_refuses_alike_and_counts_nothing_on_the_account() {
    let mut world = World::new();
    world.busy = true;
    assert_eq!(Talk::to(&mut world).says("ann", password(PASSWORD)), REJECT);
    assert_eq!(world.events, []);
}

#[test]
fn join_notes_a_key_then_the_token_decides() {
    let mut world = World::new();
    let token = Token::new([5; 20]);
    world.live_token = Some(token.hash());
    let mut talk = Talk::to(&mut world);
    assert_eq!(talk.says("join", Attempt::Probe), Answer::Reject { methods: KEY_AND_QUESTIONS });
    assert_eq!(talk.says("join", Attempt::Offer(key(7))), Answer::ShowProof);
    assert_eq!(talk.says("join", Attempt::Key(key(7))), PARTIAL);
    talk.says("join", Attempt::Begin);
    assert_eq!(talk.says("join", respond("wrong")), REJECT_CODE);
    talk.says("join", Attempt::Begin);
    let entry = Entry::Join { token: token.hash(), key: Some(key(7)) };
    assert_eq!(talk.says("join", respond(token.shown().expose())), Answer::Accept(entry));
    let failed = Event::Failed { login: "join".to_owned(), user: None, guess: Guess::Token };
    assert_eq!(world.events, [failed]);
}

#[test]
fn forgot_says_the_same_to_every_name_and_ends() {
    let mut world = World::new();
    let answers: Vec<Answer> = ["ann", "nobody"]
        .into_iter()
        .map(|name| {
            let mut talk = Talk::to(&mut world);
            talk.says("forgot", Attempt::Begin);
            let answer = talk.says("forgot", respond(name));
            assert_eq!(talk.says("forgot", Attempt::Responses(Vec::new())), Answer::HangUp);
            answer
        })
        .collect();
    assert_eq!(answers[0], answers[1]);
    assert_eq!(world.events[0], Event::Forgotten { login: "ann".to_owned() });
}
