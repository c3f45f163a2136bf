//! Arenas: as many password hashes at once as there is memory set aside, and a short fair queue before them.
//!
//! Memory is taken once, at start: no flood of sign-ins makes the process grow.
//! Beyond the queue the answer is [`Busy`] at once, without any work.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::base::fault::Fault;
use crate::base::limits::HASHES_WAITING_MAX;
use crate::base::secret::Secret;
use crate::credential::argon::{Arena, SALT_BYTES};
use crate::credential::fair_queue::FairQueue;
use crate::credential::source::Source;

/// Too many hashes wait. Answered to a client as any refusal, and counted nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// The threads that hash, one arena each. Dropping it ends them after the hash at hand.
#[derive(Debug)]
pub struct Arenas {
    shared: Arc<Shared>,
}

type Job = Box<dyn FnOnce(&mut Arena) + Send>;

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    queue: FairQueue<Job>,
    idle: usize,
    closed: bool,
}

impl Arenas {
    /// Takes the memory of `count` arenas (at least one) and starts their threads.
    ///
    /// A fault when the system gives no thread.
    pub fn start(count: usize) -> Result<Self, Fault> {
        let state = State { queue: FairQueue::new(), idle: 0, closed: false };
        let arenas = Self { shared: Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() }) };
        for number in 0..count.max(1) {
            let (shared, mut arena) = (Arc::clone(&arenas.shared), Arena::new());
            let thread = std::thread::Builder::new().name(format!("hash-{number}"));
            thread
                .spawn(move || shared.work(&mut arena))
                .map_err(|error| Fault::machine(format!("starting the thread of an arena: {error}")))?;
        }
        Ok(arenas)
    }

    /// Whether `password` matches `hash`; without a hash no, after equal work.
    pub async fn verify(
        &self,
        source: Source,
        password: Secret<String>,
        hash: Option<String>,
    ) -> Result<bool, Busy> {
        self.run(source, move |arena| arena.verify(&password, hash.as_deref())).await
    }

    /// Whether `password` matches one of `hashes`: the rule against old passwords.
    pub async fn matches_any(
        &self,
        source: Source,
        password: Secret<String>,
        hashes: Vec<String>,
    ) -> Result<bool, Busy> {
        self.run(source, move |arena| hashes.iter().any(|hash| arena.verify(&password, Some(hash)))).await
    }

    /// The hash of a new password, with a salt fresh from the system.
    pub async fn hash(
        &self,
        source: Source,
        password: Secret<String>,
        salt: [u8; SALT_BYTES],
    ) -> Result<String, Busy> {
        self.run(source, move |arena| arena.hash(&password, salt)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        source: Source,
        work: impl FnOnce(&mut Arena) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (tell, told) = oneshot::channel();
        self.shared.enqueue(
            source,
            Box::new(move |arena| {
                // Nobody waits for the answer any more: the client hung up.
                if !tell.is_closed() {
                    tell.send(work(arena)).ok();
                }
            }),
        );
        // A job without room was dropped, and its sender with it.
        told.await.map_err(|_| Busy)
    }
}

impl Drop for Arenas {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn enqueue(&self, source: Source, job: Job) {
        let mut state = self.lock();
        // An idle thread takes its job in a moment, so that one does not wait.
        let most = HASHES_WAITING_MAX + state.idle;
        let without_room = state.queue.push(source, job, most);
        drop(state);
        self.changed.notify_one();
        drop(without_room);
    }

    fn work(&self, arena: &mut Arena) {
        while let Some(job) = self.next() {
            job(arena);
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        state.idle += 1;
        let job = loop {
            if state.closed {
                break None;
            }
            if let Some(job) = state.queue.pop() {
                break Some(job);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        state.idle -= 1;
        job
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code of ours panics while it holds the lock; if it did, the queue would still be whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.lock();
        write!(f, "Shared({} idle, {} waiting)", state.idle, state.queue.len())
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn source(number: u8) -> Source {
        Source::of([192, 0, 2, number].into())
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    /// Polls once, which enqueues, without waiting for the answer.
    fn begin<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    type Held = Pin<Box<dyn Future<Output = Result<(), Busy>>>>;

    /// Occupies one arena until the sender is used or dropped.
    fn hold(arenas: &'static Arenas) -> (Held, Sender<()>) {
        let (begun, seen) = channel();
        let (release, released): (Sender<()>, Receiver<()>) = channel();
        let mut held: Held = Box::pin(arenas.run(source(9), move |_| {
            begun.send(()).unwrap();
            released.recv().ok();
        }));
        assert!(begin(held.as_mut()).is_pending());
        seen.recv().unwrap();
        (held, release)
    }

    /// For tests that hold an arena in one future while others wait.
    fn forever(count: usize) -> &'static Arenas {
        Box::leak(Box::new(Arenas::start(count).unwrap()))
    }

    #[tokio::test]
    async fn a_new_password_is_hashed_verified_and_known_again_among_old_ones() {
        let arenas = Arenas::start(2).unwrap();
        let hash = arenas.hash(source(1), secret("tall ship 41"), [7; SALT_BYTES]).await.unwrap();
        let verify = |text, hash| arenas.verify(source(1), secret(text), hash);
        assert_eq!(verify("tall ship 41", Some(hash.clone())).await, Ok(true));
        assert_eq!(verify("tall ship 42", Some(hash.clone())).await, Ok(false));
        assert_eq!(verify("tall ship 41", None).await, Ok(false));
        let old = vec!["no hash".to_owned(), hash];
        assert_eq!(arenas.matches_any(source(1), secret("tall ship 41"), old.clone()).await, Ok(true));
        assert_eq!(arenas.matches_any(source(1), secret("tall ship 43"), old).await, Ok(false));
    }

    #[tokio::test]
    async fn eight_wait_the_ninth_is_refused_at_once_and_sources_take_turns() {
        let arenas = forever(1);
        let (held, release) = hold(arenas);
        let (done, order) = channel();
        let mut waiting: Vec<_> = (0..8)
            .map(|_| {
                let done = done.clone();
                Box::pin(arenas.run(source(1), move |_| done.send(1).unwrap()))
            })
            .collect();
        assert!(waiting.iter_mut().all(|one| begin(one.as_mut()).is_pending()));
        assert_eq!(arenas.run(source(1), |_| ()).await, Err(Busy));

        let mut other = pin!(arenas.run(source(2), move |_| done.send(2).unwrap()));
        assert!(begin(other.as_mut()).is_pending(), "another source still gets in");
        assert_eq!(waiting.pop().unwrap().await, Err(Busy), "at the cost of the newest of the full one");

        release.send(()).unwrap();
        held.await.unwrap();
        for one in waiting {
            one.await.unwrap();
        }
        other.await.unwrap();
        assert_eq!(order.try_iter().collect::<Vec<_>>(), [1, 2, 1, 1, 1, 1, 1, 1]);
    }

    #[tokio::test]
    async fn as_many_work_at_once_as_there_are_arenas() {
        let arenas = forever(2);
        let (first, release_first) = hold(arenas);
        // Would wait for ever if the second arena were not free.
        let (second, release_second) = hold(arenas);
        drop((release_first, release_second));
        assert_eq!((first.await, second.await), (Ok(()), Ok(())));
    }

    #[tokio::test]
    async fn nothing_is_hashed_for_a_client_that_is_gone() {
        let arenas = forever(1);
        let (held, release) = hold(arenas);
        let (done, seen) = channel();
        {
            let mut gone = pin!(arenas.run(source(1), move |_| done.send(()).unwrap()));
            assert!(begin(gone.as_mut()).is_pending());
        }
        drop(release);
        held.await.unwrap();
        arenas.run(source(1), |_| ()).await.unwrap();
        assert!(seen.try_recv().is_err());
    }
}
