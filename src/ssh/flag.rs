//! A flag that is raised once, and how to wait for it.

use std::future::pending;

use tokio::sync::watch;

/// Ends when nobody can raise `flag` any more.
pub(super) async fn abandoned(mut flag: watch::Receiver<bool>) {
    while flag.changed().await.is_ok() {}
}

/// Ends when `flag` is true; never when nobody can raise it any more.
pub(super) async fn raised(mut flag: watch::Receiver<bool>) {
    if flag.wait_for(|raised| *raised).await.is_err() {
        pending::<()>().await;
    }
}
