//! `why`: whether an action is allowed, or the rule that refuses and what would satisfy it, with every reason.

use serde_json::{Value, json};

use crate::actions::Spec;
use crate::actions::spec::{Needs, Subject};
use crate::actions::walk::{Finding, Step};
use crate::authz::refusal::Refusal;
use crate::cli::command::{Shape, Why};
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::run::Call;
use crate::cli::stop::{Stop, with_hint};
use crate::protocol::{About, Explained, Query, Reply};

pub(super) async fn why<E: Ends>(call: &mut Call<'_, E>, asked: Why) -> Result<u8, Stop> {
    let about = about(asked.spec, asked.target)?;
    let query = Query::Why { code: asked.spec.code, about, operator: asked.operator };
    let reply = call.ask(query).await;
    let Reply::Why(explained) = reply else { return Err(Stop::instead(&reply)) };
    match asked.shape {
        Shape::Json => call.print.json(&value(&explained)).await?,
        Shape::Text => {
            call.print.line(&line(&explained)).await?;
            for (name, value) in explained.reasons() {
                call.print.line(&format!("  {name:<15}{value}")).await?;
            }
        }
    }
    Ok(explained.refusal.as_ref().map_or(exit::DONE, exit::of_refusal))
}

/// What the question is about, as far as the action has a target.
fn about(spec: &Spec, target: Option<String>) -> Result<About, Stop> {
    match (&spec.subject, target) {
        (Subject::Directory(_) | Subject::Own(_), None) => Ok(About::Nothing),
        (Subject::Directory(_) | Subject::Own(_), Some(_)) => {
            Err(Stop::usage(format!("why: `{}` has no target", spec.code)))
        }
        (Subject::New(_), named) => Ok(named.map_or(About::Nothing, About::Named)),
        (Subject::User(_) | Subject::Group(_) | Subject::Role(_) | Subject::Organisation(_), Some(named)) => {
            Ok(About::Named(named))
        }
        (Subject::User(_), None) => {
            Err(Stop::usage(format!("why: `{}` wants a target: LOGIN, ID or TYPE:ID", spec.code)))
        }
        (Subject::Group(_) | Subject::Role(_) | Subject::Organisation(_), None) => {
            Err(Stop::usage(format!("why: `{}` wants a target: NAME or ID", spec.code)))
        }
    }
}

fn value(explained: &Explained) -> Value {
    let Explained { spec, refusal, chain, right, able, .. } = explained;
    let right_code = match spec.right {
        Needs::Right(right) => Some(right.code()),
        Needs::Own => None,
    };
    json!({
        "allowed": refusal.is_none(),
        "rule": refusal.as_ref().map(|refusal| refusal.rule.word()),
        "text": refusal.as_ref().map_or_else(|| allowed(spec), |refusal| refusal.text.clone()),
        "satisfied_by": refusal.as_ref().map(|refusal| refusal.satisfied_by.as_str()).filter(|text| !text.is_empty()),
        "chain": chain.iter().map(step).collect::<Vec<Value>>(),
        "right": right_code,
        "right_from": right,
        "able": able.as_ref().map(|able| json!({
            "count": able.count, "more": able.is_more, "logins": able.logins,
        })),
    })
}

fn step(step: &Step) -> Value {
    let (result, text) = match &step.finding {
        Finding::Holds(text) => ("passed", Some(text.as_str())),
        Finding::Fails(Refusal { text, .. }) => ("failed", Some(text.as_str())),
        Finding::NotAsked(text) => ("no_question", Some(*text)),
        Finding::NotReached => ("not_reached", None),
    };
    json!({ "rule": step.rule.word(), "result": result, "text": text })
}

fn line(explained: &Explained) -> String {
    explained.refusal.as_ref().map_or_else(
        || allowed(explained.spec),
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
    use crate::authz::refusal::Rule;

    #[test]
    fn the_answer_has_its_four_fields_first_and_then_the_reasons() {
        let spec = actions::ALL[0];
        let refusal = Refusal::new(Rule::TakingOver, "it would", "somebody");
        let mut explained = Explained {
            spec,
            operator: None,
            target: None,
            refusal: Some(refusal.clone()),
            chain: vec![
                Step { rule: Rule::TakingOver, finding: Finding::Fails(refusal) },
                Step { rule: Rule::Kind, finding: Finding::NotReached },
            ],
            right: Vec::new(),
            able: None,
        };
        let told = value(&explained);
        let names: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = ["allowed", "rule", "text", "satisfied_by", "chain", "right", "right_from", "able"];
        assert_eq!(names, expected);
        assert_eq!((&told["allowed"], &told["rule"]), (&json!(false), &json!("taking_over")));
        assert_eq!(
            told["chain"][0],
            json!({ "rule": "taking_over", "result": "failed", "text": "it would" })
        );
        assert_eq!(told["chain"][1], json!({ "rule": "kind", "result": "not_reached", "text": null }));
        assert_eq!(line(&explained), "refused by taking_over: it would (somebody)");
        explained.refusal = None;
        assert_eq!((&value(&explained)["allowed"], &value(&explained)["rule"]), (&json!(true), &Value::Null));
    }
}
