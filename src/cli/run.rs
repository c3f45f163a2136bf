//! One command from its words to its exit code.

use crate::cli::command::{Asked, Catalog, Command, Shape};
use crate::cli::ends::Ends;
use crate::cli::print::Printer;
use crate::cli::stop::Stop;
use crate::cli::understand;
use crate::cli::unsaid::Unsaid;
use crate::cli::words::Place;
use crate::cli::{
    acting, audit, catalog, exit, export, groups, import, jobs, records, roles, sessions, undo, users_list,
    users_show, whoami, why,
};
use crate::domain::operator::Actor;
use crate::protocol::{Query, Reply};
use crate::service::Service;

/// What a command works with.
#[derive(Debug)]
pub(super) struct Call<'c, E> {
    service: &'c Service,
    /// Who asks; a proved code is noted here.
    pub(super) actor: &'c mut Actor,
    /// Where the answer goes.
    pub(super) print: Printer<'c, E>,
    /// From where the words came.
    pub(super) place: Place,
}

impl<'c, E: Ends> Call<'c, E> {
    pub(super) const fn service(&self) -> &'c Service {
        self.service
    }

    pub(super) async fn ask(&self, query: Query) -> Reply {
        self.service.ask(self.actor, query).await
    }
}

/// Understands `words` and carries them out for `actor`; the exit code. `words` do not hold the name of the program.
pub async fn run(
    service: &Service,
    actor: &mut Actor,
    words: &[String],
    ends: &mut impl Ends,
    place: Place,
) -> u8 {
    match understand::understand(words, place) {
        Ok(line) => match line.command {
            Command::Asked(asked) => carry_out(service, actor, asked, ends, place).await,
            Command::Console { .. }
            | Command::Serve { .. }
            | Command::Demo { .. }
            | Command::Init(_)
            | Command::OperatorsAdd(_)
            | Command::Running(_)
            | Command::Keys(_) => stopped(ends, Stop::usage("this command runs on this machine only")).await,
        },
        Err(unsaid) => say(&unsaid, ends).await,
    }
}

/// Says what is said of words that are no command; the exit code.
pub async fn say(unsaid: &Unsaid, ends: &mut impl Ends) -> u8 {
    let mut print = Printer::new(ends);
    let said = if unsaid.exit == exit::DONE {
        print.page(&unsaid.text).await
    } else {
        print.talk_page(&unsaid.text).await
    };
    said.map_or(exit::FAILED, |()| unsaid.exit)
}

/// Carries out what is asked of the service; the exit code.
pub async fn carry_out(
    service: &Service,
    actor: &mut Actor,
    asked: Asked,
    ends: &mut impl Ends,
    place: Place,
) -> u8 {
    let mut call = Call { service, actor, print: Printer::new(ends), place };
    match answered(&mut call, asked).await {
        Ok(code) => code,
        Err(stop) => say_why(&mut call.print, stop).await,
    }
}

/// Lists what the program knows, which needs no store; the exit code.
pub async fn catalog(what: Catalog, shape: Shape, ends: &mut impl Ends) -> u8 {
    let mut print = Printer::new(ends);
    match listed(&mut print, what, shape).await {
        Ok(code) => code,
        Err(stop) => say_why(&mut print, stop).await,
    }
}

/// Says why a command stopped; the exit code.
pub async fn stopped(ends: &mut impl Ends, stop: Stop) -> u8 {
    say_why(&mut Printer::new(ends), stop).await
}

async fn answered<E: Ends>(call: &mut Call<'_, E>, asked: Asked) -> Result<u8, Stop> {
    match asked {
        Asked::WhoAmI(shape) => whoami::whoami(call, shape).await,
        Asked::UsersList(list) => users_list::list(call, &list).await,
        Asked::UsersShow(named, shape) => users_show::show(call, named, shape).await,
        Asked::HistoryList(pages, named) => records::history(call, pages, named).await,
        Asked::NotesList(pages, named) => records::notes(call, pages, named).await,
        Asked::ImportUsers(asked) => import::users(call, asked).await,
        Asked::ExportUsers(asked) => export::users(call, asked).await,
        Asked::ExportAudit(asked) => Box::pin(export::audit(call, asked)).await,
        Asked::AuditList(filter, pages) => Box::pin(audit::list(call, &filter, pages)).await,
        Asked::AuditShow(seq, shape) => audit::show(call, seq, shape).await,
        Asked::AuditFollow { filter, from, shape } => {
            Box::pin(audit::follow(call, &filter, from, shape)).await
        }
        Asked::AuditVerify { head, shape } => audit::verify(call, head, shape).await,
        Asked::AuditHead => audit::head(call).await,
        Asked::RolesList(shape) => roles::list(call, shape).await,
        Asked::RolesShow(named, shape) => roles::show(call, named, shape).await,
        Asked::GroupsList(shape) => groups::list(call, shape).await,
        Asked::GroupsShow(named, shape) => groups::show(call, named, shape).await,
        Asked::SessionsList(pages) => sessions::list(call, pages).await,
        Asked::SessionsShow(session, shape) => sessions::show(call, session, shape).await,
        Asked::JobsList(shape) => jobs::list(call, shape).await,
        Asked::JobsShow(job, shape) => jobs::show(call, job, shape).await,
        Asked::JobsSteer(job, steer, shape) => jobs::steer(call, job, steer, shape).await,
        Asked::Why(asked) => why::why(call, asked).await,
        Asked::Catalog(what, shape) => listed(&mut call.print, what, shape).await,
        Asked::Act(act) => acting::act(call, act).await,
        Asked::Undo(asked) => undo::undo(call, asked).await,
    }
}

async fn listed<E: Ends>(print: &mut Printer<'_, E>, what: Catalog, shape: Shape) -> Result<u8, Stop> {
    for entry in catalog::entries(what) {
        match shape {
            Shape::Json => print.json(&entry.json).await?,
            Shape::Text => print.line(&entry.text).await?,
        }
    }
    Ok(exit::DONE)
}

async fn say_why<E: Ends>(print: &mut Printer<'_, E>, stop: Stop) -> u8 {
    if !stop.text.is_empty() {
        // Standard error may be gone as well; the code is all that is left then.
        let _ = print.talk(&format!("wardroom: {}", stop.text)).await;
    }
    stop.exit
}
