//! `undo`: the other direction of an action, asked for as the action itself was.

use crate::actions::request::{Request, Target};
use crate::actions::undo;
use crate::cli::acting;
use crate::cli::command::{Act, Undo};
use crate::cli::ends::Ends;
use crate::cli::outcome::{End, Outcome};
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::protocol::{Query, Reply};

pub(super) async fn undo<E: Ends>(call: &mut Call<'_, E>, asked: Undo) -> Result<u8, Stop> {
    let Undo { audit, with } = asked;
    let reply = call.ask(Query::Undoable { audit }).await;
    let Reply::Undoable(found) = reply else { return Err(Stop::instead(&reply)) };
    if let Some(found) = found {
        let is_nameless = found.user.as_ref().is_some_and(|user| user.login.is_none());
        let target = if is_nameless { found.target.id.to_string() } else { found.target.name.clone() };
        let act = Act { spec: found.spec, targets: vec![target], undoes: Some(found.audit), with };
        return acting::act(call, act).await;
    }
    // The request itself says why not, and its refusal is in the audit.
    let request = Request {
        code: undo::CODE,
        actor: call.actor.clone(),
        target: Target::Done { audit },
        answers: with.answers,
        import: None,
        shown: Vec::new(),
        confirmed: with.confirmed,
        run: with.run,
    };
    let end = End::Answered(call.service().execute(request).await);
    let target = audit.map_or_else(|| "last action".to_owned(), |audit| format!("audit {audit}"));
    let outcome = Outcome { action: undo::CODE, target, run: with.run, end };
    acting::tell(call, &outcome, with.shape, false).await?;
    Ok(outcome.exit())
}
