//! `why`: whether an action is allowed, or the rule that refuses and what would satisfy it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::actions::Spec;
use crate::actions::spec::{Needs, Subject};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::rules;
use crate::authz::standing::Operator;
use crate::cli::command::{Shape, Why};
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::run::Call;
use crate::cli::stop::{Stop, with_hint};
use crate::cli::users_show::profile;
use crate::domain::operator::Actor;
use crate::domain::target::TargetKind;
use crate::protocol::{Query, Reply};

pub(super) async fn why<E: Ends>(call: &mut Call<'_, E>, asked: Why) -> Result<u8, Stop> {
    let judged = match asked.operator {
        None => call.actor.clone(),
        // Who asks must see the other operator, and below the target as well: otherwise this would tell what exists.
        Some(login) => {
            let other = profile(call, login).await?.user;
            Actor { operator: other.id, login: other.login_shown().to_owned(), ..call.actor.clone() }
        }
    };
    let refusal = match (&asked.spec.subject, asked.target) {
        (Subject::Directory(_), None) => on_directory(call, &judged, asked.spec).await?,
        (Subject::New(_), _) | (Subject::Own(_), None) => on_making(call, &judged, asked.spec).await?,
        (Subject::Directory(_) | Subject::Own(_), Some(_)) => {
            return Err(Stop::usage(format!("why: `{}` has no target", asked.spec.code)));
        }
        (Subject::User(_), Some(target)) => {
            on_target(call, &judged, asked.spec, (TargetKind::User, target)).await?
        }
        (Subject::Group(_), Some(target)) => {
            on_target(call, &judged, asked.spec, (TargetKind::Group, target)).await?
        }
        (Subject::Role(_), Some(target)) => {
            on_target(call, &judged, asked.spec, (TargetKind::Role, target)).await?
        }
        (Subject::Organisation(_), Some(target)) => {
            on_target(call, &judged, asked.spec, (TargetKind::Organisation, target)).await?
        }
        (Subject::User(_), None) => {
            return Err(Stop::usage(format!(
                "why: `{}` wants a target: LOGIN, ID or TYPE:ID",
                asked.spec.code
            )));
        }
        (Subject::Group(_) | Subject::Role(_) | Subject::Organisation(_), None) => {
            return Err(Stop::usage(format!("why: `{}` wants a target: NAME or ID", asked.spec.code)));
        }
    };
    match asked.shape {
        Shape::Json => call.print.json(&value(asked.spec, refusal.as_ref())).await?,
        Shape::Text => call.print.line(&line(asked.spec, refusal.as_ref())).await?,
    }
    Ok(refusal.as_ref().map_or(exit::DONE, exit::of_refusal))
}

async fn on_target<E: Ends>(
    call: &mut Call<'_, E>,
    judged: &Actor,
    spec: &'static Spec,
    (kind, named): (TargetKind, String),
) -> Result<Option<Refusal>, Stop> {
    let reply = call.ask(Query::Target { kind, named }).await;
    // That there is no such target is an answer to this question.
    if let Reply::Refused(refusal) = reply {
        return Ok(Some(refusal));
    }
    let Reply::Target(target) = reply else { return Err(Stop::instead(&reply)) };
    let reply = call.service().ask(judged, Query::Menu { id: target.id }).await;
    offered(spec, reply)
}

/// Whether something new may be made at all, where is asked by what is filled in; or something be done to oneself.
async fn on_making<E: Ends>(
    call: &Call<'_, E>,
    judged: &Actor,
    spec: &'static Spec,
) -> Result<Option<Refusal>, Stop> {
    offered(spec, call.service().ask(judged, Query::Making { code: spec.code }).await)
}

fn offered(spec: &'static Spec, reply: Reply) -> Result<Option<Refusal>, Stop> {
    if let Reply::Refused(refusal) = reply {
        return Ok(Some(refusal));
    }
    let Reply::Menu(offers) = reply else { return Err(Stop::instead(&reply)) };
    let offer = offers.into_iter().find(|offer| offer.spec.code == spec.code);
    Ok(offer.map_or_else(
        || Some(Refusal::new(Rule::Kind, format!("`{}` is not offered here", spec.code), "")),
        |offer| offer.refusal,
    ))
}

async fn on_directory<E: Ends>(
    call: &mut Call<'_, E>,
    judged: &Actor,
    spec: &'static Spec,
) -> Result<Option<Refusal>, Stop> {
    let reply = call.service().ask(judged, Query::Me).await;
    let Reply::Me(me) = reply else { return Err(Stop::instead(&reply)) };
    // Groups below decide about users only.
    let operator = Operator { standing: me.standing, groups_below: BTreeSet::new() };
    let verdict = rules::own_status(&operator).and_then(|()| match spec.right {
        Needs::Right(right) => rules::holds(&operator, right),
        Needs::Own => Ok(()),
    });
    Ok(verdict.err())
}

fn value(spec: &Spec, refusal: Option<&Refusal>) -> Value {
    json!({
        "allowed": refusal.is_none(),
        "rule": refusal.map(|refusal| refusal.rule.word()),
        "text": refusal.map_or_else(|| allowed(spec), |refusal| refusal.text.clone()),
        "satisfied_by": refusal.map(|refusal| refusal.satisfied_by.as_str()).filter(|text| !text.is_empty()),
    })
}

fn line(spec: &Spec, refusal: Option<&Refusal>) -> String {
    refusal.map_or_else(
        || allowed(spec),
        |refusal| {
            format!(
                "refused by {}: {}",
                refusal.rule.word(),
                with_hint(refusal.text.clone(), &refusal.satisfied_by)
            )
        },
    )
}

fn allowed(spec: &Spec) -> String {
    format!("{} is allowed", spec.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions;

    #[test]
    fn the_answer_has_the_four_fields() {
        let spec = actions::ALL[0];
        let refusal = Refusal::new(Rule::TakingOver, "it would", "somebody");
        let told = value(spec, Some(&refusal));
        let names: Vec<&String> = told.as_object().unwrap().keys().collect();
        assert_eq!(names, ["allowed", "rule", "text", "satisfied_by"]);
        assert_eq!((&told["allowed"], &told["rule"]), (&json!(false), &json!("taking_over")));
        assert_eq!((&value(spec, None)["allowed"], &value(spec, None)["rule"]), (&json!(true), &Value::Null));
        assert_eq!(line(spec, Some(&refusal)), "refused by taking_over: it would (somebody)");
    }
}
