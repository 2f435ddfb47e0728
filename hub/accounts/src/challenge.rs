//! Sign-ins that await their second factor, in memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_core::AccountId;
use bindeledd_engine::ports::{IssuerSession, SecretHash, SecretsVersion};
use jiff::{SignedDuration, Timestamp};

use crate::secret::Challenge;

/// Time for showing the second factor.
const LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Most sign-ins that await their second factor. The oldest makes room for a further one.
const AT_MOST: usize = 1024;
/// Most of them of one account, so that one person makes nobody else begin anew.
const OF_ACCOUNT: usize = 16;
/// Most codes for one challenge.
const TRIES: u8 = 5;

/// The purpose of a challenge.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The person shows the second factor of the account.
    Show,
    /// The person enrols this secret.
    Enrol([u8; 20]),
}

#[derive(Clone)]
pub(crate) struct Waiting {
    pub(crate) account: AccountId,
    pub(crate) purpose: Purpose,
    /// Version of the secrets that the person was checked against. Another one ends the sign-in.
    pub(crate) version: SecretsVersion,
    /// Session at the issuer that named the person; none after a password.
    pub(crate) at_issuer: Option<IssuerSession>,
    began: Timestamp,
    tries: u8,
}

/// The challenges.
#[derive(Default)]
pub(crate) struct Challenges(Mutex<HashMap<SecretHash, Waiting>>);

impl Challenges {
    fn lock(&self) -> MutexGuard<'_, HashMap<SecretHash, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a challenge.
    pub(crate) fn put(
        &self,
        challenge: &Challenge,
        (account, version): (AccountId, SecretsVersion),
        (purpose, at_issuer): (Purpose, Option<IssuerSession>),
        now: Timestamp,
    ) {
        let mut all = self.lock();
        all.retain(|_, waiting| waiting.is_alive(now));
        let of_account = all.values().filter(|waiting| waiting.account == account).count();
        if of_account >= OF_ACCOUNT {
            remove_oldest(&mut all, |waiting| waiting.account == account);
        } else if all.len() >= AT_MOST {
            remove_oldest(&mut all, |_| true);
        }
        let waiting = Waiting {
            account,
            purpose,
            version,
            at_issuer,
            began: now,
            tries: 0,
        };
        all.insert(challenge.hash(), waiting);
    }

    /// Returns a challenge that still works, and counts no try.
    pub(crate) fn look(&self, challenge: &Challenge, now: Timestamp) -> Option<Waiting> {
        let all = self.lock();
        let waiting = all.get(&challenge.hash())?;
        (waiting.is_alive(now) && waiting.tries < TRIES).then(|| waiting.clone())
    }

    /// Counts a try of a challenge. `None` if the challenge was used, is over, or had its tries.
    pub(crate) fn attempt(&self, challenge: &Challenge, now: Timestamp) -> Option<Waiting> {
        let mut all = self.lock();
        let waiting = all.get_mut(&challenge.hash())?;
        if !waiting.is_alive(now) || waiting.tries >= TRIES {
            return None;
        }
        waiting.tries += 1;
        Some(waiting.clone())
    }

    /// Uses a challenge up. `false` if another call did so before.
    pub(crate) fn take(&self, challenge: &Challenge) -> bool {
        self.lock().remove(&challenge.hash()).is_some()
    }

    /// Removes the challenges of an account, whose password or right has changed.
    pub(crate) fn forget(&self, account: AccountId) {
        self.lock().retain(|_, waiting| waiting.account != account);
    }
}

fn remove_oldest(all: &mut HashMap<SecretHash, Waiting>, among: impl Fn(&Waiting) -> bool) {
    let those = all.iter().filter(|(_, waiting)| among(waiting));
    let oldest = those.min_by_key(|(_, waiting)| waiting.began).map(|(hash, _)| *hash);
    if let Some(hash) = oldest {
        all.remove(&hash);
    }
}

impl Waiting {
    fn is_alive(&self, now: Timestamp) -> bool {
        // A clock that was set back ends nothing early, and keeps nothing for longer than the difference.
        now.duration_since(self.began) < LIFE
    }
}
