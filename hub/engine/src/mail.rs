//! Mail that tells parties of waiting documents. A mail goes only to a party that fetches and has an address for such
//! mail.
//!
//! A mail has no content: no sender, participant, kind or number. The store records a mail after the mail server took
//! it. A mail that a stop interrupts is sent after the next start; after a crash it may be sent twice.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::notice::{EmailAddress, is_due};
use bindeledd_core::{DeliveryId, Party, PartyId, backoff, party_texts};
use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::inner::Inner;
use crate::ports::{Mail, MailError, StoreError};
use crate::settings::MailSettings;

/// Time between two searches for due mails.
const EVERY: Duration = Duration::from_secs(1);
/// Maximum number of mails under way at the same time, so that one slow address does not block the others.
const AT_ONCE: usize = 4;
/// Longest time that the sending of one mail may take.
const AT_MOST: Duration = Duration::from_secs(60);
/// Time that a mail under way gets when the hub stops.
const AT_THE_END: Duration = Duration::from_secs(5);

/// The failed mails to one party.
#[derive(Default)]
struct Failing {
    times: u32,
    not_before: Timestamp,
}

struct Due {
    party: PartyId,
    to: EmailAddress,
    newest: DeliveryId,
}

pub(crate) async fn run(inner: Arc<Inner>) {
    let Some(settings) = inner.mail.clone() else { return };
    let mut stop = inner.stop.subscribe();
    let mut failing = HashMap::new();
    loop {
        tokio::select! {
            () = inner.clock.sleep(EVERY) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        let mut stop = inner.stop.subscribe();
        let until_the_end = async {
            // `inner` holds the sender of this channel, so that only a stop ends the wait.
            let _ = stop.wait_for(|stopped| *stopped).await;
            tokio::time::sleep(AT_THE_END).await;
        };
        tokio::select! {
            sent = round(&inner, &settings, &mut failing) => if let Err(error) = sent {
                tracing::warn!(%error, "the store did not answer; mails are tried again");
            },
            () = until_the_end => return,
        }
    }
}

async fn round(
    inner: &Arc<Inner>,
    settings: &MailSettings,
    failing: &mut HashMap<PartyId, Failing>,
) -> Result<(), StoreError> {
    let mut waiting = due(inner, settings, failing).await?.into_iter();
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() < AT_ONCE
            && let Some(due) = waiting.next()
        {
            let (inner, settings) = (Arc::clone(inner), settings.clone());
            under_way.spawn(async move {
                let sent = tell(&inner, &settings, &due).await;
                (due.party, sent)
            });
        }
        match under_way.join_next().await {
            None => return Ok(()),
            Some(Ok((party, Ok(sent)))) => settle(inner, failing, party, sent),
            Some(Ok((_, Err(error)))) => return Err(error),
            Some(Err(died)) => tracing::error!(%died, "a mail was not sent"),
        }
    }
}

/// Returns the mails that are due now.
async fn due(
    inner: &Inner,
    settings: &MailSettings,
    failing: &HashMap<PartyId, Failing>,
) -> Result<Vec<Due>, StoreError> {
    let (directory, now) = (inner.directory(), inner.clock.now());
    let may_be_told = |party: &Party| {
        let put_off = failing.get(&party.id).is_some_and(|f| f.not_before > now);
        party.is_told_by_mail() && !party.is_held() && !put_off
    };
    let parties: Vec<PartyId> = directory
        .iter()
        .filter(|p| may_be_told(p))
        .map(|p| p.id.clone())
        .collect();
    if parties.is_empty() {
        return Ok(Vec::new());
    }
    let found = inner.store.mail_status(&parties).await?.into_iter();
    let due = found.filter(|n| is_due(n.newest, n.last_mail, settings.pace, now));
    Ok(due
        .filter_map(|n| {
            let to = directory.get(&n.party)?.notify.as_ref()?.email.clone();
            Some(Due {
                party: n.party,
                to,
                newest: n.newest?,
            })
        })
        .collect())
}

/// Sends one mail, and records that it was sent.
async fn tell(inner: &Inner, settings: &MailSettings, due: &Due) -> Result<Result<(), MailError>, StoreError> {
    let now = inner.clock.now();
    let mail = Mail {
        to: due.to.clone(),
        subject: party_texts::mail_subject(&inner.settings.hub_name),
        text: party_texts::mail(&inner.settings.hub_name, settings.where_to_look.as_deref()),
        id: inner.entropy.uuid_v4(),
        at: now,
    };
    let sent = tokio::time::timeout(AT_MOST, settings.mailer.send(&mail)).await;
    if let Err(error) = sent.unwrap_or(Err(MailError::Away("it did not answer in time"))) {
        return Ok(Err(error));
    }
    // A mail must not be sent twice only because the store could not be reached for a moment.
    let mut attempts = 0;
    while let Err(error) = inner.store.record_mail_sent(&due.party, due.newest, now).await {
        attempts += 1;
        if inner.stopping() {
            return Err(error);
        }
        tokio::time::sleep(backoff::wait(attempts, inner.entropy.number(), None)).await;
    }
    Ok(Ok(()))
}

fn settle(inner: &Inner, failing: &mut HashMap<PartyId, Failing>, party: PartyId, sent: Result<(), MailError>) {
    match sent {
        Ok(()) => {
            failing.remove(&party);
        }
        Err(error) => {
            let failure = failing.entry(party.clone()).or_default();
            failure.times = failure.times.saturating_add(1);
            let wait = backoff::wait(failure.times, inner.entropy.number(), None);
            failure.not_before = inner.after(inner.clock.now(), wait);
            tracing::warn!(code = "BL-4020", %party, %error, attempts = failure.times, "a mail was not sent; it is tried again");
        }
    }
}
