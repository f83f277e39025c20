//! Waiting, in the browser.

use std::time::Duration;

/// Waits; the server, which has nobody to wait for, goes on at once.
pub async fn pause(length: Duration) {
    #[cfg(feature = "hydrate")]
    gloo_timers::future::sleep(length).await;
    #[cfg(not(feature = "hydrate"))]
    let _ = length;
}
