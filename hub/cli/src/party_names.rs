//! Parties without a hub. The same name in several documents has one id.

use bindeledd_consent_document::ConsentDocument;
use bindeledd_core::consent::Ledger;

/// Merges the ledgers of several consents. `None` if they are about different participants.
pub(crate) fn one_ledger(documents: &[ConsentDocument]) -> Option<Ledger> {
    let mut ledgers = documents.iter().map(|document| document.to_ledger().0);
    let mut all = ledgers.next()?;
    for ledger in ledgers {
        if ledger.participant != all.participant {
            return None;
        }
        all.protected |= ledger.protected;
        all.grants.extend(ledger.grants);
        all.withdrawals.extend(ledger.withdrawals);
    }
    Some(all)
}
