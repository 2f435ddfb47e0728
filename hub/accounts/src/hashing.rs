//! Hashes of passwords: Argon2id, with few at a time.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory of one hash, in KiB: 19 MiB. With two passes, these are the parameters that OWASP recommends.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at the same time.
const AT_ONCE: usize = 2;
/// Hashes that wait for their turn. A further one is refused.
const WAITING: usize = 32;
/// Longest wait for a turn.
const TURN: Duration = Duration::from_secs(10);
/// Longest text that is hashed, in bytes: four for each character of the longest password.
const LONGEST: usize = 4 * bindeledd_core::account::PASSWORD_LONGEST;

/// Reason why a hash was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HashError {
    /// Too many persons sign in at once.
    Busy,
    /// The hash can not be made or read.
    Failed,
}

/// The hashing of passwords.
#[derive(Clone)]
pub(crate) struct Hashing {
    turns: Arc<Semaphore>,
    line: Arc<Semaphore>,
}

impl Hashing {
    pub(crate) fn new() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            line: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
        }
    }

    /// Takes every place, as a crowd does.
    #[cfg(test)]
    pub(crate) async fn crowd(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.line).acquire_many_owned(34).await.unwrap()
    }

    /// Runs `work` on a thread for blocking work, in its turn. A caller who leaves does not free the turn: the work
    /// itself holds it.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Arc::clone(&self.line)
            .try_acquire_owned()
            .map_err(|_| HashError::Busy)?;
        let turn = tokio::time::timeout(TURN, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| HashError::Busy)?.map_err(|_| HashError::Failed)?;
        let held: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, turn);
        let done = tokio::task::spawn_blocking(move || {
            let _held = held;
            work()
        });
        done.await.unwrap_or(Err(HashError::Failed))
    }

    /// Makes the hash of a new password, in the PHC form.
    pub(crate) async fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String, HashError> {
        let password = password.to_owned();
        self.in_turn(move || {
            let salt = SaltString::encode_b64(&salt).map_err(|_| HashError::Failed)?;
            let hash = argon2()?.hash_password(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|_| HashError::Failed)
        })
        .await
    }

    /// Returns whether a typed password has this hash. Without a hash the same work is done, and the answer is no: so
    /// the time does not tell whether there is such an account.
    pub(crate) async fn is_right(&self, typed: &str, hash: Option<String>) -> Result<bool, HashError> {
        let fits = typed.len() <= LONGEST;
        let typed = if fits { typed.to_owned() } else { String::new() };
        self.in_turn(move || {
            let Some(hash) = hash else {
                let mut unused = [0; 32];
                argon2()?
                    .hash_password_into(typed.as_bytes(), &[0; 16], &mut unused)
                    .map_err(|_| HashError::Failed)?;
                return Ok(false);
            };
            // The parameters are those in the hash: a later hub may have others.
            let hash = PasswordHash::new(&hash).map_err(|_| HashError::Failed)?;
            match argon2()?.verify_password(typed.as_bytes(), &hash) {
                Ok(()) => Ok(fits),
                Err(argon2::password_hash::Error::Password) => Ok(false),
                Err(_) => Err(HashError::Failed),
            }
        })
        .await
    }
}

fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(|_| HashError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_opens_with_its_password_alone() {
        let hashing = Hashing::new();
        let hash = hashing.hash("et langt passord", [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let right = |typed: &'static str, hash: Option<String>| {
            let hashing = hashing.clone();
            async move { hashing.is_right(typed, hash).await }
        };
        assert_eq!(right("et langt passord", Some(hash.clone())).await, Ok(true));
        assert_eq!(right("et langt Passord", Some(hash.clone())).await, Ok(false));
        assert_eq!(right("", Some(hash)).await, Ok(false));
        assert_eq!(right("et langt passord", None).await, Ok(false));
        assert_eq!(right("x", Some("$argon2id$".into())).await, Err(HashError::Failed));
        // Another hash of the same password is another text.
        assert_ne!(hashing.hash("a", [1; 16]).await, hashing.hash("a", [2; 16]).await);
    }

    #[tokio::test]
    async fn a_text_that_is_too_long_is_never_right() {
        let hashing = Hashing::new();
        let hash = hashing.hash("", [7; 16]).await.unwrap();
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(hashing.is_right(&long, Some(hash)).await, Ok(false));
    }

    #[tokio::test]
    async fn a_crowd_is_refused_and_not_queued_without_end() {
        let hashing = Hashing::new();
        let full = hashing.crowd().await;
        assert_eq!(hashing.is_right("x", None).await, Err(HashError::Busy));
        drop(full);
        assert_eq!(hashing.is_right("x", None).await, Ok(false));
    }
}
