//! The golden catalogue: every declaration, and its verdict for every status and operator.
//!
//! A change of policy is a difference in `snapshots/` that somebody reviews.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wardroom::actions::request::{Request, Run};
use wardroom::actions::spec::{Bulk, Needs, Spec, Subject, Undo};
use wardroom::actions::{self};
use wardroom::authz::refusal::Refusal;
use wardroom::domain::import::ImportStep;
use wardroom::domain::level::Level;
use wardroom::domain::status::Status;
use wardroom::domain::target::{TargetId, TargetKind};
use wardroom::protocol::{Answer, Query, Reply};

use crate::doors::{OPERATORS, offered, world};
use crate::world::{Someone, World, admin, staff};

#[test]
fn the_catalogue_is_the_one_that_was_reviewed() {
    let world = world();
    world.add(admin("master-2", Level::Master));
    world.add(admin("global-2", Level::Global));
    world.add(admin("organisation-2", Level::Organisation));
    world.add(admin("user-2", Level::User));
    world.add(staff("desk-2", &["desk"]));
    world.add(Someone { organisation: "cards", ..staff("far.away", &[]) });
    world.group("branch", Some("retail"), None, &["card.transfer"]);
    world.group("bosses", Some("retail"), None, &[]);
    world.group("compliance", None, None, &[]);
    world.add(Someone { group: Some("bosses"), ..admin("boss", Level::Global) });
    world.role("cashier", Some("retail"), &["user.view"]);
    world.role("auditor", None, &["user.view"]);
    world.add(Someone { roles: &["cashier"], ..admin("cashier", Level::Global) });
    let mut text = String::new();
    for spec in actions::ALL {
        declaration(&mut text, spec);
        match &spec.subject {
            Subject::User(_) => verdicts(&mut text, &world, spec),
            Subject::New(_) => on_making(&mut text, &world, spec),
            Subject::Group(_) => {
                on_structure(&mut text, &world, spec, TargetKind::Group, &["branch", "bosses", "compliance"]);
            }
            Subject::Role(_) => {
                on_structure(&mut text, &world, spec, TargetKind::Role, &["desk", "cashier", "auditor"]);
            }
            Subject::Organisation(_) => {}
            Subject::Own(_) => on_nothing_named(&mut text, &world, (spec, "oneself")),
            Subject::Directory(_) => on_nothing_named(&mut text, &world, (spec, "directory")),
        }
        text.push('\n');
    }
    insta::assert_snapshot!("catalogue", text);
}

fn declaration(text: &mut String, spec: &Spec) {
    let right = match spec.right {
        Needs::Right(right) => right.code(),
        Needs::Own => "-",
    };
    let (bulk, undo) = (spec.bulk == Bulk::Yes, spec.undo != Undo::No);
    writeln!(text, "{}  [{}] {}", spec.code, spec.letter, spec.title).unwrap();
    writeln!(text, "  {}", spec.help).unwrap();
    let risk = spec.risk.word();
    writeln!(text, "  on {}, right {right}, {risk}, bulk {bulk}, undo {undo}", spec.on()).unwrap();
    for field in spec.form {
        let must = if field.required { "required" } else { "optional" };
        writeln!(text, "  asks {} ({}, {must})", field.name, field.kind.word()).unwrap();
    }
    writeln!(text, "  facts {:?}, history {}", spec.facts, spec.history.unwrap_or("-")).unwrap();
    for notice in spec.notices {
        writeln!(text, "  tells {:?} by {}", notice.to, notice.template).unwrap();
    }
}

/// Status by operator on a customer, then operator by operator; refusals as a number with its words below.
fn verdicts(text: &mut String, world: &World, spec: &Spec) {
    let mut refusals = Legend::default();
    let target = world.id("c.kim");
    heading(text, "customer is");
    for status in Status::ALL {
        world.put_into(target, status);
        row(text, status.word(), |operator| refusals.mark(offered(world, operator, target, spec)));
    }
    world.put_into(target, Status::Active);
    heading(text, "ACTIVE target is");
    for login in ["master-2", "global-2", "organisation-2", "user-2", "desk-2", "c.kim", "far.away"] {
        let target = world.id(login);
        row(text, login, |operator| refusals.mark(offered(world, operator, target, spec)));
    }
    row(text, "oneself", |operator| refusals.mark(offered(world, operator, world.id(operator), spec)));
    refusals.tell(text);
}

fn on_nothing_named(text: &mut String, world: &World, (spec, upon): (&Spec, &str)) {
    let mut refusals = Legend::default();
    heading(text, "");
    row(text, upon, |operator| {
        let request =
            Request { run: Run::Dry, import: Some(ImportStep::Begin), ..world.import_request(operator) };
        match world.execute(Request { code: spec.code, ..request }) {
            Answer::Done(_) => refusals.mark(None),
            Answer::Refused(refusal) => refusals.mark(Some(refusal)),
            other => panic!("{other:?}"),
        }
    });
    refusals.tell(text);
}

/// Groups or roles: of `retail`, one that an administrator has, and one of the institution.
fn on_structure(text: &mut String, world: &World, spec: &Spec, kind: TargetKind, names: &[&str]) {
    let mut refusals = Legend::default();
    heading(text, kind.word());
    for &name in names {
        let sql = format!("SELECT id FROM {}s WHERE name = '{name}'", kind.word());
        let id = TargetId::of(kind, world.value(&sql).parse().unwrap());
        row(text, name, |operator| match world.ask(operator, Query::Menu { id }) {
            Reply::Menu(offers) => refusals.mark(
                offers.into_iter().find(|offer| offer.spec.code == spec.code).and_then(|offer| offer.refusal),
            ),
            Reply::Refused(refusal) => refusals.mark(Some(refusal)),
            other => panic!("{other:?}"),
        });
    }
    refusals.tell(text);
}

/// What is made stands nowhere yet: only who asks counts.
fn on_making(text: &mut String, world: &World, spec: &Spec) {
    let mut refusals = Legend::default();
    heading(text, "");
    row(text, "something new", |operator| match world.ask(operator, Query::Making { code: spec.code }) {
        Reply::Menu(offers) => refusals.mark(offers.into_iter().find_map(|offer| offer.refusal)),
        other => panic!("{other:?}"),
    });
    refusals.tell(text);
}

fn heading(text: &mut String, what: &str) {
    row(text, what, str::to_owned);
}

fn row(text: &mut String, first: &str, mut cell: impl FnMut(&str) -> String) {
    write!(text, "  {first:<22}").unwrap();
    for operator in OPERATORS {
        write!(text, " {:<13}", cell(operator)).unwrap();
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
}

/// Refusals in the order in which they are first met, each written out once.
#[derive(Default)]
struct Legend(BTreeMap<String, usize>);

impl Legend {
    fn mark(&mut self, refusal: Option<Refusal>) -> String {
        let Some(refusal) = refusal else { return "yes".to_owned() };
        let mut words = format!("{}: {}", refusal.rule.word(), refusal.text);
        if !refusal.satisfied_by.is_empty() {
            write!(words, " -> {}", refusal.satisfied_by).unwrap();
        }
        let next = self.0.len() + 1;
        let number = *self.0.entry(words).or_insert(next);
        format!("{} {number}", refusal.rule.word())
    }

    fn tell(&self, text: &mut String) {
        let mut refusals: Vec<_> = self.0.iter().collect();
        refusals.sort_by_key(|(_, number)| **number);
        for (words, number) in refusals {
            writeln!(text, "  {number} {words}").unwrap();
        }
    }
}
