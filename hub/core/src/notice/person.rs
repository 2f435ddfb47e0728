//! Mail to the persons of a mailbox: who is told of the things that wait, and the pace.
//!
//! A person is told of deliveries about the participants whom the person follows up. If nobody follows a participant up, the
//! team leaders are told. The party's own address is told of everything that no person is told of.

use std::collections::BTreeMap;

use bindeledd_catalogue::PartyId;
use jiff::Timestamp;

use super::{EmailAddress, Pace};
use crate::account::{Account, Act};
use crate::follow_up::{FollowUp, leads};
use crate::id::{AccountId, DeliveryId, ParticipantRef};

/// The mails to a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonMail {
    /// Address of the person.
    pub email: Option<EmailAddress>,
    /// Whether the person has switched the mails off.
    pub is_off: bool,
    /// Last mail to this address.
    pub last: Option<LastPersonMail>,
}

/// The last mail to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastPersonMail {
    /// Newest delivery that waited at the time of the mail; `None` if it told of a hand-over alone.
    pub of: Option<DeliveryId>,
    /// Time of the mail.
    pub at: Timestamp,
    /// Time when the person opened the mailbox first after the mail.
    pub looked_at: Option<Timestamp>,
}

/// A person of a mailbox, with the mails to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedPerson {
    /// Account.
    pub account: Account,
    /// Mails.
    pub mail: PersonMail,
}

impl MailedPerson {
    /// Returns whether mail reaches the person in a party's mailbox.
    #[must_use]
    pub fn is_reached(&self, party: &PartyId) -> bool {
        let is_here = self.account.may(Act::UseMailbox) && self.account.party.as_ref() == Some(party);
        is_here && self.mail.email.is_some() && !self.mail.is_off
    }
}

/// The things that wait in a party's mailbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitingIn {
    /// The newest waiting delivery about each participant.
    pub newest: Vec<(Option<ParticipantRef>, DeliveryId)>,
    /// Persons who follow participants up now.
    pub follow_ups: Vec<FollowUp>,
    /// Persons who have not seen a hand-over, or a participant's answer to a request, each with the time of the newest.
    pub unseen: Vec<(AccountId, Timestamp)>,
}

/// The news for one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct News {
    /// Newest delivery that waits for the person.
    pub newest: Option<DeliveryId>,
    /// Time of the newest hand-over, or answer to a request, that the person has not seen.
    pub handed_over: Option<Timestamp>,
}

/// The news of a mailbox, by the one who is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// News for each person.
    pub persons: BTreeMap<AccountId, News>,
    /// Newest delivery of those that no person is told of. The party's own address is told of it.
    pub rest: Option<DeliveryId>,
}

/// Finds who is told of the things that wait in a party's mailbox.
#[must_use]
pub fn told(party: &PartyId, waiting: &WaitingIn, persons: &[MailedPerson]) -> Told {
    let reached: Vec<&Account> = persons
        .iter()
        .filter(|person| person.is_reached(party))
        .map(|person| &person.account)
        .collect();
    let mut told = Told::default();
    for (participant, newest) in &waiting.newest {
        let rows = waiting.follow_ups.iter();
        let holders: Vec<_> = rows.filter(|row| Some(row.participant) == *participant).collect();
        let is_told = |account: &Account| match holders.is_empty() {
            true => leads(account, party),
            false => holders.iter().any(|row| row.person == account.id),
        };
        let mut is_rest = true;
        for account in reached.iter().filter(|account| is_told(account)) {
            let news = told.persons.entry(account.id).or_default();
            news.newest = news.newest.max(Some(*newest));
            is_rest = false;
        }
        if is_rest {
            told.rest = told.rest.max(Some(*newest));
        }
    }
    for (person, at) in &waiting.unseen {
        if reached.iter().any(|account| account.id == *person) {
            let news = told.persons.entry(*person).or_default();
            news.handed_over = news.handed_over.max(Some(*at));
        }
    }
    told
}

/// Returns whether a mail to a person is due now. One mail covers everything until the person opens the mailbox. It is
/// repeated for the things that still wait after the time of `pace`.
#[must_use]
pub fn is_due_to_person(news: News, last: Option<LastPersonMail>, pace: Pace, now: Timestamp) -> bool {
    if news == News::default() {
        return false;
    }
    let Some(last) = last else {
        return true;
    };
    let is_new = news.newest > last.of || news.handed_over > Some(last.at);
    let wait = match is_new && last.looked_at.is_some() {
        true => pace.gather,
        false => pace.again,
    };
    last.at.checked_add(wait).is_ok_and(|then| then <= now)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;
    use crate::account::{DisplayName, LoginName, Role, Roles, SecondFactor};
    use crate::audit::Actor;
    use crate::follow_up::Part;

    const KARI: ParticipantRef = ParticipantRef(Uuid::from_u128(90));
    const OLA: ParticipantRef = ParticipantRef(Uuid::from_u128(91));

    fn party() -> PartyId {
        PartyId::parse("nordvik").unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn delivery(n: u128) -> DeliveryId {
        DeliveryId(Uuid::from_u128(n))
    }

    fn person(n: u128, role: Role) -> MailedPerson {
        MailedPerson {
            account: Account {
                id: AccountId(Uuid::from_u128(n)),
                login: LoginName::parse("kari").unwrap(),
                name: DisplayName::parse("Kari").unwrap(),
                roles: Roles::of(&[role], Some(&party())).unwrap(),
                party: Some(party()),
                made_at: Timestamp::UNIX_EPOCH,
                made_by: Actor::Operator,
                disabled_at: None,
                password_set_at: None,
                second_factor: SecondFactor::Totp,
            },
            mail: PersonMail {
                email: EmailAddress::parse("blid@fontenehuset.example"),
                ..PersonMail::default()
            },
        }
    }

    fn row(participant: ParticipantRef, n: u128) -> FollowUp {
        FollowUp {
            participant,
            person: AccountId(Uuid::from_u128(n)),
            part: Part::Contact,
            since: at(0),
            by: AccountId(Uuid::from_u128(9)),
        }
    }

    fn waiting(follow_ups: Vec<FollowUp>) -> WaitingIn {
        WaitingIn {
            newest: vec![(Some(KARI), delivery(5)), (Some(OLA), delivery(7))],
            follow_ups,
            unseen: Vec::new(),
        }
    }

    fn persons() -> Vec<MailedPerson> {
        vec![
            person(1, Role::MailboxUser),
            person(2, Role::MailboxUser),
            person(9, Role::TeamLeader),
        ]
    }

    fn newest(told: &Told, n: u128) -> Option<DeliveryId> {
        told.persons
            .get(&AccountId(Uuid::from_u128(n)))
            .and_then(|news| news.newest)
    }

    #[test]
    fn those_who_follow_up_are_told_and_else_the_leaders() {
        let found = told(&party(), &waiting(vec![row(KARI, 1)]), &persons());
        assert_eq!(newest(&found, 1), Some(delivery(5)));
        assert_eq!(newest(&found, 2), None);
        assert_eq!(newest(&found, 9), Some(delivery(7)), "nobody follows Ola up");
        assert_eq!(found.rest, None);
    }

    #[test]
    fn the_party_is_told_of_what_no_person_is_told_of() {
        let mut all = persons();
        all[0].mail.is_off = true;
        all[2].account.disabled_at = Some(at(0));
        let found = told(&party(), &waiting(vec![row(KARI, 1), row(OLA, 2)]), &all);
        assert_eq!((newest(&found, 2), found.rest), (Some(delivery(7)), Some(delivery(5))));
        let nobody = told(&party(), &waiting(Vec::new()), &all);
        assert_eq!((nobody.persons.len(), nobody.rest), (0, Some(delivery(7))));
        let elsewhere = PartyId::parse("fjellvik").unwrap();
        let found = told(&elsewhere, &waiting(vec![row(KARI, 1)]), &persons());
        assert_eq!((found.persons.len(), found.rest), (0, Some(delivery(7))));
    }

    #[test]
    fn a_hand_over_is_news_for_those_who_have_not_seen_it() {
        let mut waiting = waiting(vec![row(KARI, 1), row(OLA, 1)]);
        waiting.unseen = vec![(AccountId(Uuid::from_u128(2)), at(40))];
        let found = told(&party(), &waiting, &persons());
        let news = found.persons[&AccountId(Uuid::from_u128(2))];
        assert_eq!((news.newest, news.handed_over), (None, Some(at(40))));
    }

    #[test]
    fn a_person_is_told_once_until_the_mailbox_was_opened_or_a_day_has_passed() {
        let pace = Pace {
            gather: Duration::from_secs(60),
            again: Duration::from_secs(3600),
        };
        let news = |n: u128| News {
            newest: Some(delivery(n)),
            handed_over: None,
        };
        let last = |of: u128, looked: Option<i64>| {
            Some(LastPersonMail {
                of: Some(delivery(of)),
                at: at(1000),
                looked_at: looked.map(at),
            })
        };
        let due = |news, last, now| is_due_to_person(news, last, pace, at(now));
        assert!(!due(News::default(), None, 5000) && due(news(1), None, 5000));
        assert!(!due(news(2), last(1, None), 4599), "the person has not looked");
        assert!(due(news(2), last(1, None), 4600) && due(news(1), last(1, None), 4600));
        assert!(!due(news(2), last(1, Some(1010)), 1059), "what is new is gathered");
        assert!(due(news(2), last(1, Some(1010)), 1060));
        assert!(!due(news(1), last(1, Some(1010)), 4599), "nothing is new");
        let handed_over = News {
            newest: None,
            handed_over: Some(at(1020)),
        };
        assert!(due(handed_over, last(1, Some(1010)), 1080) && !due(handed_over, last(1, None), 1080));
    }
}
