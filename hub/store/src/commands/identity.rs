//! The digests of identities at issuers, and their removal.

use bindeledd_core::AccountId;
use bindeledd_engine::ports::{Identity, IssuerSession};

use crate::conn::codec::Key;
use crate::conn::{Db, Tx};
use crate::fault::Fault;

/// Returns the digest of an identity. The claim is a part of it: equal values of two claims are two persons.
pub(super) fn digest(db: &Db<'_>, identity: &Identity) -> [u8; 32] {
    let parts = [&identity.issuer, &identity.claim, &identity.value].map(|part| part.as_bytes());
    db.vault.digest("identity", &parts)
}

/// Returns the digests of a session at an issuer: of its person and of its id.
pub(super) fn of_session(db: &Db<'_>, at: &IssuerSession) -> (Option<[u8; 32]>, Option<[u8; 32]>) {
    let digest = |domain, value: &Option<String>| {
        let value = value.as_ref()?;
        Some(db.vault.digest(domain, &[at.issuer.as_bytes(), value.as_bytes()]))
    };
    (
        digest("issuer-subject", &at.subject),
        digest("issuer-session", &at.session),
    )
}

/// Removes the identities of an account. Returns whether there was one.
pub(super) fn remove(tx: &Tx<'_>, id: AccountId) -> Result<bool, Fault> {
    Ok(tx.run("DELETE FROM account_identity WHERE account = ?1", [id.key()])? > 0)
}
