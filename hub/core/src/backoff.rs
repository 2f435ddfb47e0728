//! Wait before the next attempt.

use std::time::Duration;

/// Returns the wait before attempt number `attempts + 1`. The wait doubles from one second to ten
/// minutes. A random part of up to half is subtracted, so that deliveries that failed together do
/// not all return together. A receiver may ask for a longer wait, up to an hour.
#[must_use]
pub fn wait(attempts: u32, random: u64, asked_for: Option<u32>) -> Duration {
    let ceiling_ms = 1000_u64
        .saturating_mul(1 << attempts.saturating_sub(1).min(10))
        .min(600_000);
    let ms = ceiling_ms / 2 + random % (ceiling_ms / 2 + 1);
    let asked_ms = u64::from(asked_for.unwrap_or(0).min(3600)) * 1000;
    Duration::from_millis(ms.max(asked_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_stays_within_its_bounds() {
        for random in [0, 1, 499, 500, u64::MAX] {
            assert!((500..=1000).contains(&wait(1, random, None).as_millis()));
            assert!((4000..=8000).contains(&wait(4, random, None).as_millis()));
            assert!((300_000..=600_000).contains(&wait(u32::MAX, random, None).as_millis()));
        }
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_ever() {
        assert_eq!(wait(1, 0, Some(30)), Duration::from_secs(30));
        assert_eq!(wait(1, 0, Some(u32::MAX)), Duration::from_secs(3600));
    }
}
