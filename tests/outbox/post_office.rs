//! A world whose messages are delivered, and what its outbox says.

use std::time::{Duration, Instant};

use wardroom::actions::user;
use wardroom::outbound::mail::Sender;
use wardroom::outbound::{Carrier, Security, SmtpSettings, Templates};
use wardroom::protocol::Answer;

use crate::world::{CUSTOMER, World};

/// Longest wait for what comes by itself.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn sender() -> Sender {
    Sender::parse("Bank <no-reply@bank.example>").unwrap()
}

/// A world with one customer.
pub(crate) fn world() -> World {
    let world = World::new();
    world.add(CUSTOMER);
    world
}

/// Locks the customer: a message waits.
pub(crate) fn lock(world: &World) {
    let answer = world.execute(world.request("master", user::lock::SPEC.code, CUSTOMER.login));
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
}

/// A server on this machine without TLS, which has a second for a message.
pub(crate) fn plain(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        credentials: None,
        patience: Duration::from_secs(1),
        trusted: None,
    }
}

/// Delivers until `sql` selects `wanted`.
pub(crate) fn delivered_until(world: &World, carrier: impl FnOnce() -> Carrier, sql: &str, wanted: &str) {
    world.wait(async {
        let delivery = world.service().deliver(Templates::read(None).unwrap(), carrier());
        let begun = Instant::now();
        while world.value(sql) != wanted {
            assert!(begun.elapsed() < PATIENCE, "never `{wanted}`: {}", world.value(ALL));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        delivery.finish().await;
    });
}

/// Everything that the outbox says of its messages.
pub(crate) const ALL: &str =
    "SELECT group_concat(state || ' ' || tries || ' ' || error || ' ' || body, '; ') FROM outbox";
