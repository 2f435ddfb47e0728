//! Mail that tells a party of waiting documents: its address, and its pace. [`person`] has the mails to the persons of a
//! mailbox.

pub mod person;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::id::DeliveryId;

/// An address for notices: `name@host.example`, ASCII, at most 254 characters. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Parses an address. Stricter than the standard: no quoting, no comments, no numeric host.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let (local, host) = raw.rsplit_once('@')?;
        let in_local = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
        let atom = |part: &str| !part.is_empty() && part.bytes().all(in_local);
        let in_label = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let label = |part: &str| {
            (1..=63).contains(&part.len())
                && part.bytes().all(in_label)
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        let whole = raw.len() <= 254 && local.len() <= 64 && host.contains('.');
        (whole && local.split('.').all(atom) && host.split('.').all(label)).then(|| Self(raw.to_owned()))
    }

    /// Returns the address, for sending to it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

/// The last mail to a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastMail {
    /// Newest delivery that waited at the time of the mail.
    pub of: DeliveryId,
    /// Time of the mail.
    pub at: Timestamp,
}

/// Pace of the mails to a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Time between two mails about new documents. One mail covers all documents of that time, so
    /// that the number of mails does not reveal the number of messages.
    pub gather: Duration,
    /// Time until a reminder of documents that still wait.
    pub again: Duration,
}

/// Returns whether a mail is due now. `newest` is the newest delivery that waits for the party.
#[must_use]
pub fn is_due(newest: Option<DeliveryId>, last: Option<LastMail>, pace: Pace, now: Timestamp) -> bool {
    match (newest, last) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(newest), Some(last)) => {
            let wait = if newest > last.of { pace.gather } else { pace.again };
            last.at.checked_add(wait).is_ok_and(|then| then <= now)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn delivery(n: u128) -> DeliveryId {
        DeliveryId(Uuid::from_u128(n))
    }

    #[test]
    fn a_party_is_told_once_of_what_waits_and_again_of_what_is_new_or_still_there() {
        let at = |seconds: i64| Timestamp::from_second(seconds).unwrap();
        let pace = Pace {
            gather: Duration::from_secs(60),
            again: Duration::from_secs(3600),
        };
        let sent = |of: u128| {
            Some(LastMail {
                of: delivery(of),
                at: at(1000),
            })
        };
        let due = |newest: Option<u128>, sent, now: i64| is_due(newest.map(delivery), sent, pace, at(now));
        assert!(!due(None, None, 5000));
        assert!(!due(None, sent(1), 50_000), "what was fetched is not told of again");
        assert!(due(Some(1), None, 1000));
        assert!(!due(Some(1), sent(1), 1000) && !due(Some(1), sent(1), 4599));
        assert!(due(Some(1), sent(1), 4600), "it still lies there");
        assert!(!due(Some(2), sent(1), 1059), "what is new is gathered");
        assert!(due(Some(2), sent(1), 1060));
        assert!(!due(Some(1), sent(2), 1060), "an older one is not new");
    }

    #[test]
    fn an_address_is_plain_and_never_printed() {
        for good in ["post@nordvik.example", "a.b+c@x-y.co.example", "o'hara@n.example"] {
            assert_eq!(EmailAddress::parse(good).unwrap().reveal(), good);
        }
        let long = format!("{}@nordvik.example", "a".repeat(65));
        for wrong in [
            "",
            "post",
            "@nordvik.example",
            "post@",
            "post@localhost",
            "post@.example",
            "post@nordvik..example",
            "po st@nordvik.example",
            "post@nordvik.example\r\nBcc: x@y.example",
            "Post <post@nordvik.example>",
            "a@b@nordvik.example",
            ".post@nordvik.example",
            "pøst@nordvik.example",
            "post@-nordvik.example",
            "\"a b\"@nordvik.example",
            &long,
        ] {
            assert_eq!(EmailAddress::parse(wrong), None, "{wrong}");
        }
        let address = EmailAddress::parse("post@nordvik.example").unwrap();
        assert_eq!(format!("{address:?}"), "EmailAddress(…)");
    }
}
