//! Mail that tells parties, and the persons of their mailboxes, of waiting documents. A mail goes only to a party that
//! fetches and has an address for such mail, and to its persons. `core::notice::person` decides who is told. The party's
//! own address is told of everything that no person is told of.
//!
//! A mail has no content: no sender, participant, kind or number. The store records a mail after the mail server took
//! it. A mail that a stop interrupts is sent after the next start; after a crash it may be sent twice.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::notice::person::{MailedPerson, is_due_to_person, told};
use bindeledd_core::notice::{EmailAddress, is_due};
use bindeledd_core::{AccountId, DeliveryId, PartyId, backoff, party_texts};
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
/// Number of refused mails to a person after which the party's own address is told as well.
const REFUSED_OFTEN: u32 = 10;
/// Time that a mail under way gets when the hub stops.
const AT_THE_END: Duration = Duration::from_secs(5);

/// The one who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Recipient {
    Party(PartyId),
    Person(AccountId),
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(party) => write!(f, "party:{party}"),
            Self::Person(person) => write!(f, "person:{person}"),
        }
    }
}

/// The failed mails to one recipient.
#[derive(Default)]
struct Failing {
    times: u32,
    /// Mails that the server refused.
    refused: u32,
    not_before: Timestamp,
}

/// Failed mails by recipient, so that an address that the mail server refuses blocks no other.
type FailingMails = HashMap<Recipient, Failing>;

struct Due {
    recipient: Recipient,
    to: EmailAddress,
    /// Newest delivery; `None` if the mail tells of a hand-over alone.
    newest: Option<DeliveryId>,
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

async fn round(inner: &Arc<Inner>, settings: &MailSettings, failing: &mut FailingMails) -> Result<(), StoreError> {
    let mut waiting = due(inner, settings, failing).await?.into_iter();
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() < AT_ONCE
            && let Some(due) = waiting.next()
        {
            let (inner, settings) = (Arc::clone(inner), settings.clone());
            under_way.spawn(async move {
                let sent = tell(&inner, &settings, &due).await;
                (due.recipient, sent)
            });
        }
        match under_way.join_next().await {
            None => return Ok(()),
            Some(Ok((recipient, Ok(sent)))) => settle(inner, failing, recipient, sent),
            Some(Ok((_, Err(error)))) => return Err(error),
            Some(Err(died)) => tracing::error!(%died, "a mail was not sent"),
        }
    }
}

/// Returns the mails that are due now.
async fn due(inner: &Inner, settings: &MailSettings, failing: &FailingMails) -> Result<Vec<Due>, StoreError> {
    let (directory, now) = (inner.directory(), inner.clock.now());
    let is_put_off = |recipient: &Recipient| failing.get(recipient).is_some_and(|f| f.not_before > now);
    let persons = inner.store.mailed_persons().await?;
    let mut due = Vec::new();
    // What persons are told of, by party. The party's own address is told of the rest.
    let mut rest = HashMap::new();
    let mut alone = Vec::new();
    for party in directory.iter().filter(|party| party.fetches() && !party.is_held()) {
        if !persons.iter().any(|person| person.is_reached(&party.id)) {
            alone.push(party.id.clone());
            continue;
        }
        let told = told(&party.id, &inner.store.waiting_in(&party.id, now).await?, &persons);
        let mut untold = told.rest;
        for (person, news) in told.persons {
            let recipient = Recipient::Person(person);
            // Nobody is told of what goes to an address that the mail server does not take.
            if failing.get(&recipient).is_some_and(|f| f.refused >= REFUSED_OFTEN) {
                untold = untold.max(news.newest);
            }
            let found = persons.iter().find(|one| one.account.id == person);
            if let Some(MailedPerson { mail, .. }) = found
                && let Some(to) = &mail.email
                && is_due_to_person(news, mail.last, settings.pace, now)
                && !is_put_off(&recipient)
            {
                due.push(Due {
                    recipient,
                    to: to.clone(),
                    newest: news.newest,
                });
            }
        }
        rest.insert(party.id.clone(), untold);
    }
    let may_be_told = |id: &PartyId| {
        let is_told = directory.get(id).is_some_and(|party| party.is_told_by_mail());
        is_told && !is_put_off(&Recipient::Party(id.clone()))
    };
    let with_rest = rest.iter().filter(|(_, newest)| newest.is_some());
    let parties: Vec<PartyId> = with_rest
        .map(|(party, _)| party.clone())
        .chain(alone)
        .filter(may_be_told)
        .collect();
    if parties.is_empty() {
        return Ok(due);
    }
    for found in inner.store.mail_status(&parties).await? {
        let newest = rest.get(&found.party).copied().unwrap_or(found.newest);
        let party = directory.get(&found.party);
        if is_due(newest, found.last_mail, settings.pace, now)
            && let Some(notify) = party.and_then(|party| party.notify.as_ref())
        {
            due.push(Due {
                to: notify.email.clone(),
                recipient: Recipient::Party(found.party),
                newest,
            });
        }
    }
    Ok(due)
}

/// Writes a mail. It is the same for everything that may wait.
fn write(inner: &Inner, settings: &MailSettings, due: &Due) -> Mail {
    let hub = &inner.settings.hub_name;
    let (subject, text) = match due.recipient {
        Recipient::Party(_) => (
            party_texts::mail_subject(hub),
            party_texts::mail(hub, settings.where_to_look.as_deref()),
        ),
        Recipient::Person(_) => (
            party_texts::person_mail_subject(hub),
            party_texts::person_mail(hub, settings.mailbox.as_deref()),
        ),
    };
    Mail {
        to: due.to.clone(),
        subject,
        text,
        id: inner.entropy.uuid_v4(),
        at: inner.clock.now(),
    }
}

/// Sends one mail, and records that it was sent.
async fn tell(inner: &Inner, settings: &MailSettings, due: &Due) -> Result<Result<(), MailError>, StoreError> {
    let mail = write(inner, settings, due);
    let sent = tokio::time::timeout(AT_MOST, settings.mailer.send(&mail)).await;
    if let Err(error) = sent.unwrap_or(Err(MailError::Away("it did not answer in time"))) {
        return Ok(Err(error));
    }
    // A mail must not be sent twice only because the store could not be reached for a moment.
    let mut attempts = 0;
    while let Err(error) = record(inner, due, mail.at).await {
        attempts += 1;
        if inner.stopping() {
            return Err(error);
        }
        tokio::time::sleep(backoff::wait(attempts, inner.entropy.number(), None)).await;
    }
    Ok(Ok(()))
}

async fn record(inner: &Inner, due: &Due, at: Timestamp) -> Result<(), StoreError> {
    match (&due.recipient, due.newest) {
        (Recipient::Person(person), newest) => inner.store.record_person_mail(*person, &due.to, newest, at).await,
        (Recipient::Party(party), Some(newest)) => inner.store.record_mail_sent(party, newest, at).await,
        // A party is told of deliveries alone.
        (Recipient::Party(_), None) => Ok(()),
    }
}

fn settle(inner: &Inner, failing: &mut FailingMails, recipient: Recipient, sent: Result<(), MailError>) {
    match sent {
        Ok(()) => {
            failing.remove(&recipient);
        }
        Err(error) => {
            let failure = failing.entry(recipient.clone()).or_default();
            failure.times = failure.times.saturating_add(1);
            if matches!(error, MailError::Refused(_)) {
                failure.refused = failure.refused.saturating_add(1);
            }
            let wait = backoff::wait(failure.times, inner.entropy.number(), None);
            failure.not_before = inner.after(inner.clock.now(), wait);
            tracing::warn!(code = "BL-4020", to = %recipient, %error, attempts = failure.times, "a mail was not sent; it is tried again");
        }
    }
}
