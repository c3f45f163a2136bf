//! An action on one target or several: asked for where it must be, and one result line each.

use crate::actions::form::{Answers, FieldKind, REASON};
use crate::actions::proof::{self, Proof};
use crate::actions::request::{Beside, Request, Run, ShownFact, Target};
use crate::actions::spec::Risk;
use crate::actions::undo;
use crate::base::limits;
use crate::base::secret::Secret;
use crate::cli::action_words::flag_of;
use crate::cli::command::{Act, Shape};
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::new_password;
use crate::cli::outcome::{End, Outcome, plan};
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::words::Place;
use crate::domain::target::TargetKind;
use crate::protocol::{Answer, Receipt, TargetName};

pub(super) async fn act<E: Ends>(call: &mut Call<'_, E>, mut act: Act) -> Result<u8, Stop> {
    if act.with.run == Run::Dry {
        // What is only looked at needs no reason yet.
        let unwritten = || "(not written yet)".to_owned();
        act.with.answers.entry(REASON.name.to_owned()).or_insert_with(unwritten);
    }
    check_form(&act)?;
    let from_input = act.targets.iter().any(|target| target == "-");
    act.targets =
        if act.spec.is_own() { vec![call.actor.login.clone()] } else { expanded(call, &act.targets).await? };
    let consent = consent(call, &act, from_input)?;
    let several = act.targets.len() > 1 || from_input;
    let mut codes = Vec::with_capacity(act.targets.len());
    let password = match act.with.run {
        Run::Real => new_password::read(call, &act, from_input).await?,
        Run::Dry => None,
    };
    let proof =
        if act.with.run == Run::Real { prove(call, &mut act, consent).await? } else { Proof::Nothing };
    for target in &act.targets {
        let end = one(call, (&act, password.as_ref()), target, consent, proof).await?;
        let outcome = Outcome { action: code_of(&act), target: target.clone(), run: act.with.run, end };
        tell(call, &outcome, act.with.shape, several).await?;
        codes.push(outcome.exit());
    }
    if several {
        let done = codes.iter().map(|code| usize::from(*code == exit::DONE)).sum::<usize>();
        call.print.talk(&format!("{done} of {} done", codes.len())).await?;
    }
    Ok(exit::of_all(&codes))
}

/// How consent is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Consent {
    /// It is: `--yes`, or none is needed.
    Given,
    /// A person at the terminal is asked, target by target.
    Asked,
}

fn check_form(act: &Act) -> Result<(), Stop> {
    let form = if act.undoes.is_some() { undo::form(act.spec) } else { act.spec.form };
    Answers::check(form, &act.with.answers).map(|_| ()).map_err(|fault| {
        let field = form.iter().find(|field| field.name == fault.field);
        let hint = field.map(|field| format!(" (`--{} {}`)", flag_of(field), value_name(field.kind)));
        Stop::usage(format!("{fault}{}", hint.unwrap_or_default()))
    })
}

const fn value_name(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Line { .. } | FieldKind::Text { .. } => "TEXT",
        FieldKind::When => "TIME",
        FieldKind::People => "LOGIN;..",
        FieldKind::Choice(_) | FieldKind::Masked => "WORD",
        FieldKind::Picked(_) => "NAMES",
        FieldKind::NewPassword | FieldKind::File => "FILE",
    }
}

/// The targets, `-` replaced by the lines of standard input.
async fn expanded<E: Ends>(call: &mut Call<'_, E>, typed: &[String]) -> Result<Vec<String>, Stop> {
    let mut targets = Vec::new();
    for target in typed {
        if target == "-" {
            let whole = call.print.whole_input(limits::SMALL_FILE_BYTES_MAX).await?;
            let lines = String::from_utf8(whole).map_err(|_| Stop::usage("standard input: is not UTF-8"))?;
            targets.extend(lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
        } else {
            targets.push(target.clone());
        }
    }
    match targets.len() {
        0 => Err(Stop::usage("standard input: wanted a target per line, got none")),
        many if many > limits::TARGETS_MAX => {
            Err(Stop::usage(format!("at most {} targets at once, got {many}", limits::TARGETS_MAX)))
        }
        _ => Ok(targets),
    }
}

fn consent<E: Ends>(call: &Call<'_, E>, act: &Act, from_input: bool) -> Result<Consent, Stop> {
    if act.with.agreed || act.with.run == Run::Dry || act.spec.risk == Risk::L1 {
        return Ok(Consent::Given);
    }
    if call.place == Place::Here && call.print.terminals().person && !from_input {
        return Ok(Consent::Asked);
    }
    let (code, level) = (code_of(act), act.spec.risk.word());
    Err(Stop::usage(format!("{code} is of level {level} and nobody can be asked here: give `--yes`")))
}

/// Proves what can be proved once for all targets; what is left is asked for each.
async fn prove<E: Ends>(call: &mut Call<'_, E>, act: &mut Act, consent: Consent) -> Result<Proof, Stop> {
    let (code, level) = (code_of(act), act.spec.risk.word());
    match proof::wanted(act.spec, call.actor, call.service().now()) {
        // What is given may raise the risk above what is declared: a code that came with it is proved all the same.
        Proof::Nothing if proof::by_risk(Risk::L3, call.actor, call.service().now()) == Proof::Code => {
            if let Some(secret) = act.with.code.take() {
                call.service().prove_code(call.actor, secret).await?;
            }
            Ok(Proof::Nothing)
        }
        Proof::Nothing => Ok(Proof::Nothing),
        Proof::Code => {
            let Some(secret) = act.with.code.take() else {
                return Err(Stop::usage(format!(
                    "{code} is of level {level}: give a fresh code, `--code 123456`"
                )));
            };
            call.service().prove_code(call.actor, secret).await?;
            Ok(Proof::Nothing)
        }
        Proof::Typed => {
            let count = act.targets.len().to_string();
            let (whose, wanted) = match act.spec.target_kind() {
                _ if count != "1" => ("their number", count.as_str()),
                Some(TargetKind::User) | None => ("the login", "LOGIN"),
                Some(TargetKind::Group | TargetKind::Role | TargetKind::Organisation) => ("the name", "NAME"),
            };
            let missing = act.with.confirmed.is_empty() && consent == Consent::Given;
            let miscounted = !act.with.confirmed.is_empty() && count != "1" && act.with.confirmed != count;
            if missing || miscounted {
                return Err(Stop::usage(format!(
                    "{code} is of level {level}: give {whose}, `--confirm {wanted}`"
                )));
            }
            Ok(Proof::Typed)
        }
    }
}

async fn one<E: Ends>(
    call: &mut Call<'_, E>,
    (act, password): (&Act, Option<&Secret<String>>),
    typed: &str,
    consent: Consent,
    proof: Proof,
) -> Result<End, Stop> {
    let named = Target::Named(typed.to_owned());
    // The number of several stands for each login, which is known only by looking.
    let counted = proof == Proof::Typed && act.targets.len() > 1;
    if consent == Consent::Given && !counted {
        let run = act.with.run;
        let request = request(call, act, named, Vec::new(), run);
        return Ok(End::Answered(executed(call, request, password).await));
    }
    let dry = call.service().execute(request(call, act, named, Vec::new(), Run::Dry)).await;
    let Answer::Done(receipt) = dry else { return Ok(End::Answered(dry)) };
    // What is to be made has no version yet: its name stands for it.
    let (called, name, seen) = match receipt.target.clone() {
        Some(TargetName { id, name, called, version }) => (called, name, Target::Seen { id, version }),
        None if act.spec.makes().is_some() => {
            (typed.to_owned(), typed.to_owned(), Target::Named(typed.to_owned()))
        }
        None => return Err(Stop::failed(format!("{}: the answer names no target", act.spec.code))),
    };
    if consent == Consent::Asked && !agreed(call, act, &called, &receipt).await? {
        return Ok(End::NotConfirmed);
    }
    let mut act = act.clone();
    if counted && !act.with.confirmed.is_empty() {
        act.with.confirmed.clone_from(&name);
    } else if proof == Proof::Typed && act.with.confirmed.is_empty() {
        let question = format!("Type `{name}` to confirm: ");
        act.with.confirmed = call.print.ask(&question).await?;
    }
    // What was shown is what was agreed to: another version or impact meanwhile is refused.
    let request = request(call, &act, seen, receipt.shown, Run::Real);
    Ok(End::Answered(executed(call, request, password).await))
}

async fn executed<E: Ends>(
    call: &Call<'_, E>,
    mut request: Request,
    password: Option<&Secret<String>>,
) -> Answer {
    match password {
        Some(password) => {
            let beside = Beside { code: None, password: Some(password.clone()) };
            call.service().execute_proved(&mut request, beside).await
        }
        None => call.service().execute(request).await,
    }
}

/// Shows whom and what to the person at the terminal, and asks.
async fn agreed<E: Ends>(
    call: &mut Call<'_, E>,
    act: &Act,
    called: &str,
    receipt: &Receipt,
) -> Result<bool, Stop> {
    let undo = if act.undoes.is_some() { "Undo: " } else { "" };
    let title = format!("{undo}{}", act.spec.title);
    call.print.talk(&format!("{title}: {called}: {}", plan(receipt))).await?;
    let answer = call.print.ask(&format!("{title}? [y/N] ")).await?;
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

fn request<E: Ends>(
    call: &Call<'_, E>,
    act: &Act,
    target: Target,
    shown: Vec<ShownFact>,
    run: Run,
) -> Request {
    let target = match act.undoes {
        Some(audit) => Target::Done { audit: Some(audit) },
        None => target,
    };
    Request {
        code: code_of(act),
        actor: call.actor.clone(),
        target,
        answers: act.with.answers.clone(),
        password_hash: None,
        import: None,
        shown,
        outside: Vec::new(),
        confirmed: act.with.confirmed.clone(),
        run,
    }
}

const fn code_of(act: &Act) -> &'static str {
    if act.undoes.is_some() { undo::CODE } else { act.spec.code }
}

pub(super) async fn tell<E: Ends>(
    call: &mut Call<'_, E>,
    outcome: &Outcome,
    shape: Shape,
    several: bool,
) -> Result<(), Stop> {
    let done = outcome.exit() == exit::DONE;
    if shape == Shape::Json {
        call.print.json(&outcome.json()).await?;
    }
    if let (Some(values), Shape::Text) = (outcome.revealed(), shape) {
        for value in values.expose().iter().filter(|value| !value.is_empty()) {
            call.print.line(value).await?;
        }
        return call.print.talk(&outcome.line()).await;
    }
    match shape {
        Shape::Text if done || several => call.print.line(&outcome.line()).await,
        Shape::Text | Shape::Json if !done => call.print.talk(&format!("wardroom: {}", outcome.line())).await,
        Shape::Text | Shape::Json => Ok(()),
    }
}
