//! A walk through a real store: each try goes through the real gate, and what it changed is judged by the model.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rusqlite::Connection;
use wardroom::actions;
use wardroom::actions::Spec;
use wardroom::actions::request::{Request, Run, Target};
use wardroom::authz::refusal::{Refusal, Rule};
use wardroom::base::ids::UserId;
use wardroom::base::time::Timestamp;
use wardroom::directory::filter::Filter;
use wardroom::directory::sort::{From, Sort};
use wardroom::domain::operator::{Actor, Via};
use wardroom::protocol::{About, Answer, Query, Reply};
use wardroom::service::Service;

use crate::chance::Chance;
use crate::judge::{self, Step};
use crate::model::{State, bit};
use crate::people;
use crate::steps::{Try, draw};
use crate::world::World;

/// Done steps that are told when something is wrong.
const TOLD: usize = 12;

pub(crate) struct Play {
    world: World,
    sql: Connection,
    state: State,
    chance: Chance,
    seed: u64,
    number: usize,
    told: VecDeque<String>,
    /// Who did something last.
    last: Option<i64>,
    /// How often each action was done.
    pub(crate) done: BTreeMap<&'static str, usize>,
}

impl Play {
    pub(crate) fn new(seed: u64) -> Self {
        let world = World::in_memory();
        people::population(&world);
        let sql = world.sql();
        let state = State::load(&sql).unwrap();
        judge::state(&state, world.clock.now().0).unwrap();
        let (chance, done) = (Chance::of(seed + 1), BTreeMap::new());
        Self { world, sql, state, chance, seed, number: 0, told: VecDeque::new(), last: None, done }
    }

    /// One try, and everything that must hold afterwards.
    pub(crate) fn step(&mut self) {
        self.number += 1;
        if self.number.is_multiple_of(60) {
            people::heal(&self.sql, &mut self.chance);
            self.state = State::load(&self.sql).unwrap();
        }
        if self.chance.one_in(15) {
            let hours = i64::try_from(self.chance.below(9)).unwrap();
            self.world.clock.set(self.world.clock.now().plus_seconds(1 + hours * 1800));
        }
        let now = self.world.clock.now();
        let tried = draw(&mut self.chance, &self.state, (now.0, self.number), self.last);
        let why = actions::find(tried.code).map(|spec| self.explained(spec, &tried));
        let request = request(&self.state, &tried);
        let answer = self.world.wait(self.world.service().execute(request));
        if let Some(why) = why {
            let agreed = agrees(why.as_ref(), &answer);
            self.hold(agreed, &tried);
        }
        match answer {
            Answer::Done(_) => self.judged(&tried, now),
            Answer::Refused(_) | Answer::Stale(_) => {}
            other => self.hold(Err(format!("neither done nor refused: {other:?}")), &tried),
        }
        if self.number.is_multiple_of(50) {
            let seen = self.sight(now.0);
            self.hold(seen, &tried);
        }
    }

    fn judged(&mut self, tried: &Try, now: Timestamp) {
        let after = State::load(&self.sql).unwrap();
        *self.done.entry(tried.code).or_default() += 1;
        self.last = Some(tried.operator);
        self.told.push_back(tried.told(&self.state));
        if self.told.len() > TOLD {
            self.told.pop_front();
        }
        let step = Step {
            operator: tried.operator,
            code: tried.code,
            before: &self.state,
            after: &after,
            now: now.0,
        };
        let judged = step.judge();
        self.hold(judged, tried);
        self.state = after;
    }

    /// Fails with the seed and the last steps where something does not hold.
    fn hold(&self, holds: Result<(), String>, tried: &Try) {
        if let Err(what) = holds {
            let told: Vec<&str> = self.told.iter().map(String::as_str).collect();
            panic!(
                "seed {}, step {}: {what}\n  {}\n  last done:\n  {}",
                self.seed,
                self.number,
                tried.told(&self.state),
                told.join("\n  ")
            );
        }
    }

    /// What the explainer says beforehand, where it is asked without what is filled in.
    fn explained(&self, spec: &Spec, tried: &Try) -> Option<Refusal> {
        let about = if spec.makes().is_some() { About::Nothing } else { About::Named(tried.target.clone()) };
        let query = Query::Why { code: spec.code, about, operator: None };
        let actor = actor(&self.state, tried.operator);
        match self.world.wait(self.world.service().ask(&actor, query)) {
            Reply::Why(explained) => explained.refusal,
            Reply::Refused(refusal) => Some(refusal),
            other => panic!("no reasons: {other:?}"),
        }
    }

    /// Lists, counts and single rows of somebody hold exactly what the model says is there for them.
    fn sight(&mut self, now: i64) -> Result<(), String> {
        let acting: Vec<i64> =
            self.state.people.iter().filter(|(_, one)| one.acts(now)).map(|(id, _)| *id).collect();
        let Some(id) = self.chance.of_list(&acting).copied() else { return Ok(()) };
        let (actor, own) = (actor(&self.state, id), &self.state.people[&id]);
        let (service, rights) = (self.world.service(), self.state.rights(own));
        let ask = |query| self.world.wait(service.ask(&actor, query));
        let list =
            Query::Users { filter: Filter::default(), sort: Sort::default(), from: From::Start, rows: 200 };
        if rights & bit("user.view") == 0 {
            return match ask(list) {
                Reply::Refused(refusal) if refusal.rule == Rule::Right => Ok(()),
                other => Err(format!("{} lists without user.view: {other:?}", own.login)),
            };
        }
        let expected: BTreeSet<i64> =
            self.state.people.keys().copied().filter(|other| self.state.sees(id, *other)).collect();
        let Reply::Users(page) = ask(list) else { return Err(format!("{} sees no list", own.login)) };
        let shown: BTreeSet<i64> = page.rows.iter().map(|row| row.id.0).collect();
        if shown != expected {
            return Err(format!("{} is shown {shown:?}, and {expected:?} are there", own.login));
        }
        match ask(Query::Count { filter: Filter::default() }) {
            Reply::Count { matching, visible, .. }
                if (matching, visible) == (expected.len() as u64, expected.len() as u64) => {}
            other => return Err(format!("{} is told {other:?} of {}", own.login, expected.len())),
        }
        for other in self.state.people.keys() {
            let there = matches!(ask(Query::UserById { user: UserId(*other) }), Reply::User(_));
            if there != expected.contains(other) {
                return Err(format!("U{other} by id is there for {}: {there}", own.login));
            }
        }
        let groups: BTreeSet<i64> = self
            .state
            .groups
            .keys()
            .copied()
            .filter(|group| own.group == Some(*group) || self.state.manages_group(own, *group))
            .collect();
        match ask(Query::Groups) {
            Reply::Groups(shown) if rights & bit("group.view") != 0 => {
                let shown: BTreeSet<i64> = shown.tree.iter().map(|group| group.id.0).collect();
                if shown == groups { Ok(()) } else { Err(format!("{} is shown groups {shown:?}", own.login)) }
            }
            Reply::Refused(_) if rights & bit("group.view") == 0 => Ok(()),
            other => Err(format!("{} asks for groups: {other:?}", own.login)),
        }
    }
}

/// The gate refuses what the explainer refuses, and beyond that only by what was filled in.
fn agrees(why: Option<&Refusal>, answer: &Answer) -> Result<(), String> {
    match (why, answer) {
        (None, Answer::Done(_) | Answer::Stale(_)) => Ok(()),
        (Some(why), Answer::Refused(gate)) if why == gate => Ok(()),
        (Some(why), Answer::Refused(gate)) if gate.rule == Rule::Giving && why.rule > Rule::Giving => Ok(()),
        (None, Answer::Refused(gate))
            if gate.rule > Rule::Right && gate.rule != Rule::TakingOver || gate.rule == Rule::Existence =>
        {
            Ok(())
        }
        (why, gate) => Err(format!("why says {why:?}, the gate {gate:?}")),
    }
}

fn actor(state: &State, operator: i64) -> Actor {
    Actor {
        operator: UserId(operator),
        login: state.people.get(&operator).map_or_else(String::new, |person| person.login.clone()),
        via: Via::Local,
        source: "test@here".to_owned(),
        proof: "local".to_owned(),
        session: None,
        code_at: None,
        has_second_factor: false,
    }
}

fn request(state: &State, tried: &Try) -> Request {
    let spec = actions::find(tried.code);
    let target = match spec {
        None => Target::Done { audit: None },
        Some(_) => Target::Named(tried.target.clone()),
    };
    Request {
        code: spec.map_or(actions::undo::CODE, |spec| spec.code),
        actor: actor(state, tried.operator),
        target,
        answers: tried.answers.clone(),
        password_hash: Some(wardroom::base::secret::Secret::new("made up".to_owned())),
        import: None,
        shown: Vec::new(),
        outside: Vec::new(),
        confirmed: tried.target.clone(),
        run: Run::Real,
    }
}

/// Several operators at once, each on a thread of its own, on one store: what is left holds, at every look.
pub(crate) fn at_once(seed: u64, threads: u64, steps: usize) {
    let world = World::in_memory();
    people::population(&world);
    let service: &Service = world.service();
    let (clock, sql) = (&world.clock, || world.sql());
    let done: usize = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..threads)
            .map(|thread| {
                let (service, sql, clock) = (service.clone(), sql(), clock.clone());
                scope.spawn(move || one_of_several(&service, &sql, &clock, (seed + thread, steps)))
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });
    assert!(done > steps / 4, "only {done} were allowed");
    world
        .sql()
        .execute(
            "UPDATE users SET locked_at = NULL, deactivated = 0, window_from = NULL WHERE login = 'master'",
            [],
        )
        .unwrap();
    world.assert_chain();
}

fn one_of_several(
    service: &Service,
    sql: &Connection,
    clock: &wardroom::base::time::Clock,
    (seed, steps): (u64, usize),
) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut chance = Chance::of(seed);
    let mut done = 0;
    for number in 0..steps {
        let state = snapshot(sql);
        let now = clock.now().0;
        if let Err(what) = judge::state(&state, now) {
            panic!("seed {seed}, step {number}: {what}");
        }
        // Names are of one thread each.
        let name = number + usize::try_from(seed).unwrap() * 1_000_000;
        let tried = draw(&mut chance, &state, (now, name), None);
        match runtime.block_on(service.execute(request(&state, &tried))) {
            Answer::Done(_) => done += 1,
            Answer::Refused(_) | Answer::Stale(_) | Answer::Form(_) => {}
            other => panic!("seed {seed}, step {number}: {other:?}"),
        }
    }
    done
}

/// Everything as of one moment: others write meanwhile.
fn snapshot(sql: &Connection) -> State {
    sql.execute_batch("BEGIN").unwrap();
    let state = State::load(sql);
    sql.execute_batch("COMMIT").unwrap();
    state.unwrap()
}
