//! What a session has asked and not been answered yet; a newer search makes an older one worthless.

use tokio::task::{AbortHandle, JoinSet};

use crate::actions::request::{Beside, Request};
use crate::base::ids::JobId;
use crate::base::limits;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::domain::job::Steer;
use crate::domain::operator::Actor;
use crate::protocol::{Query, Returned, Trouble};
use crate::service::prove::Resume;
use crate::service::{GoesOn, Service};

/// What comes back to the loop.
#[derive(Debug)]
pub(super) enum Back {
    /// For the console.
    Returned(Returned),
    /// Whether what was typed resumes a locked screen; the actor with the time of the code.
    Proved(Result<Actor, Trouble>),
    /// Whether the session may go on.
    Standing(GoesOn),
    /// What would resume a screen that is to be locked.
    Resumes(Resume),
    /// Until when the key of this session is trusted.
    Trusted(Result<Timestamp, Trouble>),
}

/// Everything under way.
#[derive(Debug)]
pub(super) struct Answers {
    service: Service,
    running: JoinSet<Back>,
    page: Newest,
    count: Newest,
}

/// Of one kind of search, the one that is wanted and the one under way.
#[derive(Debug, Default)]
struct Newest {
    /// Not asked before the session has obeyed what was typed: of a hundred keys, the last one's search counts.
    wanted: Option<(Actor, Query)>,
    running: Option<AbortHandle>,
}

impl Newest {
    fn follow(&mut self, handle: AbortHandle) {
        if let Some(older) = self.running.replace(handle) {
            older.abort();
        }
    }
}

impl Answers {
    pub(super) fn new(service: &Service) -> Self {
        Self {
            service: service.clone(),
            running: JoinSet::new(),
            page: Newest::default(),
            count: Newest::default(),
        }
    }

    /// Whether there is room for more: the loop takes no keys while there is none.
    pub(super) fn has_room(&self) -> bool {
        self.running.len() < limits::ASKED_MAX
    }

    /// Asks; an older page or count of the same session is dropped.
    pub(super) fn ask(&mut self, actor: &Actor, query: Query) {
        let wanted = (actor.clone(), query);
        if matches!(wanted.1, Query::Users { .. }) {
            self.page.wanted = Some(wanted);
        } else if matches!(wanted.1, Query::Count { .. }) {
            self.count.wanted = Some(wanted);
        } else {
            self.spawn(wanted);
        }
    }

    fn spawn(&mut self, (actor, query): (Actor, Query)) -> AbortHandle {
        let service = self.service.clone();
        self.running.spawn(async move {
            let reply = service.ask(&actor, query.clone()).await;
            Back::Returned(Returned::Reply(Box::new(query), reply))
        })
    }

    fn start_wanted(&mut self) {
        if let Some(wanted) = self.page.wanted.take() {
            let handle = self.spawn(wanted);
            self.page.follow(handle);
        }
        if let Some(wanted) = self.count.wanted.take() {
            let handle = self.spawn(wanted);
            self.count.follow(handle);
        }
    }

    /// Executes; never dropped: what was sent is answered.
    pub(super) fn execute(&mut self, actor: &Actor, mut request: Request) {
        request.actor = actor.clone();
        let service = self.service.clone();
        self.running.spawn(async move {
            let answer = service.execute(request.clone()).await;
            Back::Returned(Returned::Answer(Box::new(request), answer))
        });
    }

    /// Proves a code, hashes a password and executes then; never dropped either.
    pub(super) fn execute_proved(&mut self, actor: &Actor, mut request: Request, beside: Beside) {
        request.actor = actor.clone();
        let service = self.service.clone();
        self.running.spawn(async move {
            let answer = service.execute_proved(&mut request, beside).await;
            Back::Returned(Returned::Answer(Box::new(request), answer))
        });
    }

    /// Says something to a job.
    pub(super) fn steer(&mut self, actor: &Actor, job: JobId, steer: Steer) {
        let (service, actor) = (self.service.clone(), actor.clone());
        self.running.spawn(async move {
            Back::Returned(Returned::Steered(job, service.steer(&actor, job, steer).await))
        });
    }

    /// Proves what was typed on a locked screen.
    pub(super) fn prove(&mut self, actor: &Actor, how: Resume, typed: Secret<String>) {
        let (service, mut actor) = (self.service.clone(), actor.clone());
        self.running.spawn(async move {
            let proved = match how {
                Resume::Code => service.prove_code(&mut actor, typed).await,
                Resume::Password => service.prove_password(&actor, typed).await,
                Resume::Nothing => Ok(()),
            };
            Back::Proved(proved.map(|()| actor))
        });
    }

    /// Looks what would resume the screen.
    pub(super) fn look_what_resumes(&mut self, actor: &Actor) {
        let (service, actor) = (self.service.clone(), actor.clone());
        self.running.spawn(async move {
            Back::Resumes(service.resumes(&actor).await.unwrap_or_else(|fault| {
                tracing::error!(%fault, "cannot tell what resumes a screen; the session ends instead");
                Resume::Nothing
            }))
        });
    }

    /// Trusts the key of this session.
    pub(super) fn trust_key(&mut self, actor: &Actor) {
        let (service, actor) = (self.service.clone(), actor.clone());
        self.running.spawn(async move { Back::Trusted(service.trust_key(&actor).await) });
    }

    /// Looks whether the session may go on: after something was committed, and when its operator's time has come.
    pub(super) fn look_at_standing(&mut self, actor: &Actor) {
        let (service, actor) = (self.service.clone(), actor.clone());
        self.running.spawn(async move { Back::Standing(service.may_go_on(&actor).await) });
    }

    /// The next that comes back. Waits for ever while nothing is under way.
    pub(super) async fn next(&mut self) -> Back {
        self.start_wanted();
        loop {
            match self.running.join_next().await {
                Some(Ok(back)) => return back,
                // A dropped search. A panic in a task is a bug of this session: it ends here.
                Some(Err(error)) if error.is_cancelled() => {}
                Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
                None => std::future::pending().await,
            }
        }
    }
}
