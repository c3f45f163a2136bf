//! An action's form as questions, one a line, and the same confirmation as everywhere: what follows, the login, a code.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::actions::form::{Answers, Field, FieldFault, FieldKind, Initial};
use crate::actions::proof::{self, Proof};
use crate::actions::request::{Request, Run, Target};
use crate::actions::{self, Spec};
use crate::base::ids::UserId;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::domain::masked::MaskedField;
use crate::domain::operator::Actor;
use crate::domain::target::{TargetId, TargetKind};
use crate::domain::user::User;
use crate::protocol::{Query, Receipt, TargetName};
use crate::ui::judging::Judging;

/// A form that is being filled in.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) spec: &'static Spec,
    /// The audit entry of what is taken back, where this is an undo.
    undoes: Option<i64>,
    /// Upon whom or what; of something new its name follows from the first question.
    pub(super) target: Upon,
    /// Whom or what, for people.
    pub(super) called: String,
    pub(super) fields: Vec<&'static Field>,
    /// What stands in the record, by field.
    initial: BTreeMap<&'static str, String>,
    /// Names of masked fields that there are.
    masked: Vec<String>,
    answers: BTreeMap<String, String>,
    /// Lines of a text, until a single dot ends it.
    lines: Vec<String>,
    pub(super) step: Step,
    pub(super) receipt: Option<Receipt>,
    confirmed: String,
    /// Of a set, what it would come to.
    pub(super) judging: Option<Judging>,
    /// Of a set, how many are acted upon: typed to confirm.
    pub(super) number: String,
}

/// Upon what.
#[derive(Clone, Debug)]
pub(super) enum Upon {
    /// Something that is there: as it was seen, and the name that is typed to confirm.
    Seen(Target, String),
    /// Something to be made, and its name.
    New(String),
    /// Marked users.
    Set(Arc<Vec<UserId>>),
}

/// What is asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// What the new thing is to be called.
    Name,
    /// A field of the form.
    Field(usize),
    /// Nothing: what it would do is looked up.
    Looking,
    /// Yes or no.
    Agree,
    /// The login, or the name.
    Login,
    /// A code of the second factor.
    Code,
    /// Nothing: it is carried out.
    Running,
}

/// What came of a line.
#[derive(Debug)]
pub(super) enum Turn {
    /// The next question, after these lines.
    Ask(Vec<String>),
    /// Carry this out, or try it dry.
    Send(Box<Request>, Option<Secret<String>>),
    /// Ask what would become of each of a set.
    Judge(Query),
    /// It was given up.
    Leave,
}

impl Form {
    /// A form of `spec` upon what is there: as it was seen, what is typed to confirm, and what it is called.
    pub(super) fn upon(spec: &'static Spec, target: (Target, String), called: String) -> Self {
        Self::new(spec, spec.form, Upon::Seen(target.0, target.1), called)
    }

    /// A form of `spec` upon `user`, which begins with what stands in the record.
    pub(super) fn upon_user(spec: &'static Spec, user: &User) -> Self {
        let seen = Target::Seen { id: TargetId::User(user.id), version: user.version };
        let mut form = Self::upon(spec, (seen, user.login_shown().to_owned()), user.called());
        let initial = |field: &&'static Field| Some((field.name, field.initial.of(user)?));
        form.initial = form.fields.iter().filter_map(initial).collect();
        form.masked = MaskedField::of(user).iter().map(|field| field.name().into_owned()).collect();
        form
    }

    /// A form of `spec`, which makes something new.
    pub(super) fn of_new(spec: &'static Spec, name: String) -> Self {
        let called = spec.title.to_owned();
        let step = if name.is_empty() { Step::Name } else { Step::Field(0) };
        Self { step, ..Self::new(spec, spec.form, Upon::New(name), called) }
    }

    /// The form by which what `spec` did is taken back.
    pub(super) fn of_undo(spec: &'static Spec, audit: i64, upon: TargetName) -> Self {
        let target = Upon::Seen(Target::Done { audit: Some(audit) }, upon.name);
        Self { undoes: Some(audit), ..Self::new(spec, actions::undo::form(spec), target, upon.called) }
    }

    pub(super) fn new(spec: &'static Spec, form: &'static [Field], target: Upon, called: String) -> Self {
        Self {
            spec,
            undoes: None,
            target,
            called,
            // A password would be echoed and scrolled back to: it is set on a screen or from a file.
            fields: form.iter().filter(|field| field.kind != FieldKind::NewPassword).collect(),
            initial: BTreeMap::new(),
            masked: Vec::new(),
            answers: BTreeMap::new(),
            lines: Vec::new(),
            step: Step::Field(0),
            receipt: None,
            confirmed: String::new(),
            judging: None,
            number: String::new(),
        }
    }

    /// What it is called: `Lock`, `Undo: Lock`.
    pub(super) fn title(&self) -> String {
        let undo = if self.undoes.is_some() { "Undo: " } else { "" };
        format!("{undo}{}", self.spec.title)
    }

    /// Whether what is typed is nobody's to see.
    pub(super) fn is_secret(&self) -> bool {
        self.step == Step::Code
    }

    /// What it does, in a sentence or two.
    pub(super) fn what(&self) -> String {
        match self.undoes {
            None => self.spec.help.to_owned(),
            Some(audit) => {
                format!("Takes back what you did (audit {audit}), with a new entry in history and audit.")
            }
        }
    }

    /// The question, in one or a few lines.
    pub(super) fn question(&self) -> Vec<String> {
        match self.step {
            Step::Name => vec!["Name of the new one:".to_owned()],
            Step::Field(at) => self.fields.get(at).map_or_else(Vec::new, |field| self.asks(field)),
            Step::Agree => vec![format!("{} {}? y or n:", self.title(), self.called)],
            Step::Login => {
                let (word, name) = (self.by(), self.name());
                vec![format!("To confirm type the {word} {name} exactly, or a single dot to cancel:")]
            }
            Step::Code => {
                vec!["Code of your second factor, six digits, or a single dot to cancel:".to_owned()]
            }
            Step::Looking | Step::Running => Vec::new(),
        }
    }

    fn by(&self) -> &'static str {
        if matches!(self.target, Upon::Set(_)) {
            return "number";
        }
        self.spec.target_kind().map_or("name", TargetKind::by)
    }

    fn name(&self) -> &str {
        match &self.target {
            Upon::Seen(_, name) | Upon::New(name) => name,
            Upon::Set(_) => &self.number,
        }
    }

    fn asks(&self, field: &Field) -> Vec<String> {
        if !self.lines.is_empty() {
            return vec![format!("{}, further lines; a single dot ends it:", field.label)];
        }
        let mut wants = Vec::new();
        match field.kind {
            FieldKind::Line { chars_min, .. } if chars_min > 1 => {
                wants.push(format!("{chars_min} or more characters"));
            }
            FieldKind::Text { .. } => wants.push("a single dot ends it".to_owned()),
            FieldKind::When => wants.push("such as 2026-05-14 18:00, fri 18:00, +2h; UTC".to_owned()),
            FieldKind::People => wants.push("logins or ids, with ; between".to_owned()),
            FieldKind::Picked(pick) if pick.takes_many() => wants.push("names, with ; between".to_owned()),
            FieldKind::Picked(pick) => wants.push(format!("the name of a {}", pick.noun())),
            FieldKind::Line { .. }
            | FieldKind::Choice(_)
            | FieldKind::Masked
            | FieldKind::NewPassword
            | FieldKind::File => {}
        }
        let words = self.words(field);
        if !words.is_empty() {
            let numbered = words.iter().enumerate().map(|(at, word)| format!("{} {word}", at + 1));
            wants.push(numbered.collect::<Vec<_>>().join(", "));
        }
        match self.initial.get(field.name) {
            Some(initial) if initial.is_empty() => wants.push("empty so far; Enter leaves it".to_owned()),
            Some(initial) => {
                wants.push(format!("Enter keeps `{}`, a single - empties it", initial.replace('\n', "; ")));
            }
            None if field.required => wants.push("required".to_owned()),
            None => wants.push("Enter leaves it out".to_owned()),
        }
        vec![format!("{}, {}:", field.label, wants.join("; "))]
    }

    fn words(&self, field: &Field) -> Vec<String> {
        match field.kind {
            FieldKind::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            FieldKind::Masked => self.masked.clone(),
            FieldKind::Line { .. }
            | FieldKind::Text { .. }
            | FieldKind::When
            | FieldKind::People
            | FieldKind::Picked(_)
            | FieldKind::NewPassword
            | FieldKind::File => Vec::new(),
        }
    }

    /// Goes to the first question, or straight to looking what it would do.
    pub(super) fn begin(&mut self, actor: &Actor) -> Turn {
        if self.step == Step::Name || !self.fields.is_empty() {
            Turn::Ask(Vec::new())
        } else {
            self.look(actor)
        }
    }

    /// Takes a line as the answer to what was asked.
    pub(super) fn line(&mut self, line: &str, actor: &Actor, now: Timestamp) -> Turn {
        let typed = line.trim();
        let is_text =
            matches!(self.step, Step::Field(at) if matches!(self.fields[at].kind, FieldKind::Text { .. }));
        let ends_text = is_text && !self.lines.is_empty();
        if typed == "." && !ends_text {
            return Turn::Leave;
        }
        match self.step {
            Step::Name if typed.is_empty() => Turn::Ask(vec!["it must have a name".to_owned()]),
            Step::Name => {
                self.target = Upon::New(typed.to_owned());
                self.step = Step::Field(0);
                if self.fields.is_empty() { self.look(actor) } else { Turn::Ask(Vec::new()) }
            }
            Step::Field(at) => self.fill(at, line, actor),
            Step::Agree => match typed.to_lowercase().as_str() {
                "y" | "yes" => self.prove(actor, now),
                "n" | "no" => Turn::Leave,
                _ => Turn::Ask(vec!["y does it, n leaves everything as it is".to_owned()]),
            },
            Step::Login if typed == self.name() => {
                typed.clone_into(&mut self.confirmed);
                self.prove(actor, now)
            }
            Step::Login => Turn::Ask(vec![format!("that is not the {}", self.by())]),
            Step::Code => self.act(Some(Secret::new(typed.to_owned())), actor),
            Step::Looking | Step::Running => Turn::Ask(Vec::new()),
        }
    }

    fn fill(&mut self, at: usize, line: &str, actor: &Actor) -> Turn {
        let field = self.fields[at];
        let typed = line.trim();
        if let FieldKind::Text { .. } = field.kind {
            let is_first = self.lines.is_empty();
            let ends = typed == "." || (typed.is_empty() && is_first);
            if !ends {
                // One dash alone empties what stands there; text has no other use for it as its only line.
                let empties = typed == "-" && is_first && self.initial.contains_key(field.name);
                if !empties {
                    self.lines.push(line.trim_end().to_owned());
                    return Turn::Ask(Vec::new());
                }
                self.answers.insert(field.name.to_owned(), String::new());
                return self.next(at, actor);
            }
            let text = std::mem::take(&mut self.lines).join("\n");
            if !text.is_empty() {
                self.answers.insert(field.name.to_owned(), text);
            }
            return self.next(at, actor);
        }
        let words = self.words(field);
        let numbered =
            typed.parse::<usize>().ok().and_then(|number| words.get(number.checked_sub(1)?).cloned());
        let begins_with_the_record = field.initial != Initial::Nothing;
        match typed {
            "" => {
                self.answers.remove(field.name);
            }
            "-" if begins_with_the_record => {
                self.answers.insert(field.name.to_owned(), String::new());
            }
            _ => {
                self.answers.insert(field.name.to_owned(), numbered.unwrap_or_else(|| typed.to_owned()));
            }
        }
        self.next(at, actor)
    }

    /// On to the next field, unless something is wrong with this one.
    fn next(&mut self, at: usize, actor: &Actor) -> Turn {
        let form = if self.undoes.is_some() { actions::undo::form(self.spec) } else { self.spec.form };
        let checked = match &self.target {
            Upon::Set(_) => Answers::check_of_set(form, &self.answers),
            Upon::Seen(..) | Upon::New(_) => Answers::check(form, &self.answers),
        };
        if let Err(fault) = checked
            && fault.field == self.fields[at].name
        {
            return Turn::Ask(vec![format!("{} {}", self.fields[at].label, fault.text)]);
        }
        if at + 1 < self.fields.len() {
            self.step = Step::Field(at + 1);
            return Turn::Ask(Vec::new());
        }
        self.look(actor)
    }

    fn look(&mut self, actor: &Actor) -> Turn {
        self.step = Step::Looking;
        if let Upon::Set(users) = &self.target {
            let judging = Judging::new((self.spec, None), self.answers.clone(), Arc::clone(users));
            let query = judging.query();
            self.judging = Some(judging);
            return Turn::Judge(query);
        }
        Turn::Send(Box::new(self.request(Run::Dry, actor)), None)
    }

    /// What it would do is known: the next question is whether to do it.
    pub(super) fn looked(&mut self, receipt: Receipt) {
        self.receipt = Some(receipt);
        let is_there = matches!(self.target, Upon::Seen(..));
        self.step = if proof::is_asked(self.spec) && is_there { Step::Login } else { Step::Agree };
    }

    fn prove(&mut self, actor: &Actor, now: Timestamp) -> Turn {
        if proof::wanted(self.spec, actor, now) == Proof::Code {
            self.step = Step::Code;
            return Turn::Ask(Vec::new());
        }
        self.act(None, actor)
    }

    fn act(&mut self, code: Option<Secret<String>>, actor: &Actor) -> Turn {
        self.step = Step::Running;
        Turn::Send(Box::new(self.request(Run::Real, actor)), code)
    }

    /// Something is wrong with a field: it is asked again.
    pub(super) fn again(&mut self, fault: &FieldFault) -> String {
        let at = self.fields.iter().position(|field| field.name == fault.field);
        self.step = Step::Field(at.unwrap_or(0));
        at.and_then(|at| self.fields.get(at))
            .map_or_else(|| fault.to_string(), |field| format!("{} {}", field.label, fault.text))
    }

    fn request(&self, run: Run, actor: &Actor) -> Request {
        let target = match &self.target {
            Upon::Seen(target, _) => target.clone(),
            Upon::New(name) => Target::Named(name.clone()),
            Upon::Set(_) => self.frozen(),
        };
        Request {
            code: if self.undoes.is_some() { actions::undo::CODE } else { self.spec.code },
            actor: actor.clone(),
            target,
            answers: self.answers.clone(),
            password_hash: None,
            import: None,
            shown: self.receipt.as_ref().map(|receipt| receipt.shown.clone()).unwrap_or_default(),
            outside: Vec::new(),
            confirmed: self.confirmed.clone(),
            run,
        }
    }
}
