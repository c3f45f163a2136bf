//! Delivery: whatever waits in the outbox is filled in, carried out, and settled.
//!
//! It runs beside the sessions of whoever stays (a server, a local console), wakes with commits and with the time of
//! the next try, and may be stopped or killed at any moment: a message that was not settled is tried again.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::base::fault::Fault;
use crate::base::limits::{DELIVERY_FINISH_S, OUTBOX_CARRIED_MAX, OUTBOX_RETRY_MS, OUTBOX_SETTLE_MS};
use crate::outbound::{Carrier, Mail, Templates, Undelivered};
use crate::service::Service;
use crate::store::{Due, Event, Recorded, Settled, Store, Waiting};

/// Delivery under way; it ends when this is dropped.
#[derive(Debug)]
pub struct Delivery {
    task: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Delivery {
    /// Ends it. What is being carried is settled first, or it would go out a second time; but nobody waits longer for
    /// that than a stop may take.
    pub async fn finish(mut self) {
        self.stop.send_replace(true);
        let patience = Duration::from_secs(DELIVERY_FINISH_S);
        if tokio::time::timeout(patience, &mut self.task).await.is_err() {
            tracing::warn!("a message was on its way when delivery stopped; it is tried again later");
            self.task.abort();
            // The store closes only when nobody holds it any more. That it was aborted is what was wanted.
            let _ = (&mut self.task).await;
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Service {
    /// Starts to deliver what waits: for whoever stays, once.
    pub fn deliver(&self, templates: Templates, carrier: Carrier) -> Delivery {
        let deliverer = Deliverer { store: self.store.clone(), templates: Arc::new(templates), carrier };
        let (stop, stopped) = watch::channel(false);
        Delivery { task: tokio::spawn(deliverer.run(stopped)), stop }
    }
}

struct Deliverer {
    store: Store,
    templates: Arc<Templates>,
    carrier: Carrier,
}

impl Deliverer {
    async fn run(self, mut stopped: watch::Receiver<bool>) {
        let mut committed = self.store.committed();
        while !*stopped.borrow() {
            committed.mark_unchanged();
            let wait = match self.turn().await {
                Ok(Due { now: true, .. }) => continue,
                Ok(Due { next, .. }) => next.map(|at| {
                    let ms = at.0.saturating_sub(self.store.clock().now().0);
                    Duration::from_millis(u64::try_from(ms).unwrap_or(0).max(OUTBOX_SETTLE_MS))
                }),
                Err(fault) => {
                    tracing::error!(%fault, "messages stand still; the next try comes by itself");
                    Some(Duration::from_millis(OUTBOX_RETRY_MS))
                }
            };
            let next_try = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                changed = committed.changed() => if changed.is_err() { return },
                () = next_try => {}
                // Also where whoever could stop it is gone.
                _ = stopped.changed() => return,
            }
            tokio::time::sleep(Duration::from_millis(OUTBOX_SETTLE_MS)).await;
        }
    }

    /// Delivers what is due, a piece of it; what waits after that.
    async fn turn(&self) -> Result<Due, Fault> {
        let due = self.store.messages_due().await?;
        if !due.now {
            return Ok(due);
        }
        let Recorded::Messages(taken) = self.store.record(Event::MessagesTaken).await? else {
            return Err(Fault::machine("messages were taken up and none came back"));
        };
        let settled = stream::iter(taken)
            .map(|message| self.settled(message))
            .buffer_unordered(OUTBOX_CARRIED_MAX)
            .collect::<Vec<Settled>>()
            .await;
        for Settled { id, failed, lasts } in &settled {
            match failed {
                Some(why) if *lasts => tracing::error!(message = id, why, "a message was given up"),
                Some(why) => tracing::warn!(message = id, why, "a message did not leave; it is tried again"),
                None => tracing::debug!(message = id, "a message left"),
            }
        }
        self.store.record(Event::MessagesSettled(settled)).await?;
        self.store.messages_due().await
    }

    async fn settled(&self, message: Waiting) -> Settled {
        let id = message.id;
        let carried = match self.mail(message) {
            Ok(mail) => self.carrier.carry(&mail).await,
            Err(undelivered) => Err(undelivered),
        };
        match carried {
            Ok(()) => Settled { id, failed: None, lasts: false },
            Err(Undelivered { text, lasts }) => Settled { id, failed: Some(text), lasts },
        }
    }

    fn mail(&self, message: Waiting) -> Result<Mail, Undelivered> {
        let filled = self.templates.fill(&message.template, &message.values);
        let (subject, body) = filled.map_err(Undelivered::lasting)?;
        let Waiting { message_id, recipient, made_at, .. } = message;
        Ok(Mail { id: message_id, to: recipient, subject, body, made_at })
    }
}
