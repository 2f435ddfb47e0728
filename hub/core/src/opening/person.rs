//! The rules about persons: somebody who may ask, and a second person who may answer.

use bindeledd_catalogue::MessageId;
use jiff::{SignedDuration, Timestamp};

use super::Opening;
use crate::PartyId;
use crate::account::{Account, Act};
use crate::audit::Actor;

/// Most requests of one person that are not over.
pub const OPEN_AT_MOST: usize = 5;
/// Age of an account from which its person may answer for somebody else's party.
pub const OTHERS_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The last time when somebody else could choose an account's password: the account was made, or was reset. That
/// somebody could sign in as the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrusted {
    /// Time.
    pub at: Timestamp,
    /// Actor that made or reset the account.
    pub by: Actor,
}

/// The second person, by the ground on which they may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondPerson {
    /// A person of the party that sent the message, which is the controller of its content.
    OfSender,
    /// Another person of the console, with an account of some age.
    OfConsole,
}

impl SecondPerson {
    /// Returns the code in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OfSender => "sender",
            Self::OfConsole => "console",
        }
    }
}

/// Reason why a person can not ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAsked {
    /// The person has no role for it.
    NoRight,
    /// The person has so many requests that are not over.
    TooMany,
}

/// Reason why a person can not answer a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDecided {
    /// The person has no role for it, or is of another party than the sender.
    NoRight,
    /// The request is the person's own.
    Own,
    /// The person who asked made or reset the account.
    MadeByAsker,
    /// The account is too young.
    Young,
}

/// Decides whether a person may ask for a message. `earlier` has the person's requests as they are now. A request for the
/// same message that is not over is the answer to a further one.
///
/// # Errors
/// [`NotAsked`], with the rule.
pub fn may_ask<'a>(
    account: &Account,
    message: MessageId,
    earlier: &'a [Opening],
) -> Result<Option<&'a Opening>, NotAsked> {
    if !account.may(Act::AskToOpen) {
        return Err(NotAsked::NoRight);
    }
    let open = || earlier.iter().filter(|opening| !opening.state.is_over());
    if let Some(same) = open().find(|opening| opening.message == message) {
        return Ok(Some(same));
    }
    if open().count() >= OPEN_AT_MOST {
        return Err(NotAsked::TooMany);
    }
    Ok(None)
}

/// Decides whether a person may answer a request about a message of `sender`.
///
/// # Errors
/// [`NotDecided`], with the rule.
pub fn may_decide(
    opening: &Opening,
    sender: &PartyId,
    (account, entrusted): (&Account, &Entrusted),
    now: Timestamp,
) -> Result<SecondPerson, NotDecided> {
    if account.id == opening.asked_by {
        return Err(NotDecided::Own);
    }
    let of_sender = account.may(Act::ApproveForSender) && account.party.as_ref() == Some(sender);
    let second = match (of_sender, account.may(Act::ApproveOpening)) {
        (true, _) => SecondPerson::OfSender,
        (false, true) => SecondPerson::OfConsole,
        (false, false) => return Err(NotDecided::NoRight),
    };
    // The asker could sign in as this person.
    let asker = Actor::Person(opening.asked_by);
    if account.made_by == asker || entrusted.by == asker {
        return Err(NotDecided::MadeByAsker);
    }
    let is_young = now.duration_since(entrusted.at) < OTHERS_AGE;
    match second {
        SecondPerson::OfConsole if is_young => Err(NotDecided::Young),
        SecondPerson::OfConsole | SecondPerson::OfSender => Ok(second),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::account::{DisplayName, LoginName, Role, Roles, SecondFactor};
    use crate::id::{AccountId, OpeningId};
    use crate::opening::OpeningState;
    use crate::rights::AccessReason;

    const DAY: i64 = 24 * 3600;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    fn party(raw: &str) -> PartyId {
        PartyId::parse(raw).unwrap()
    }

    fn account(n: u128, role: Role, of: Option<&PartyId>, made_by: Actor) -> Account {
        Account {
            id: AccountId(Uuid::from_u128(n)),
            login: LoginName::parse(&format!("person{n}")).unwrap(),
            name: DisplayName::parse("Kari").unwrap(),
            roles: Roles::of(&[role], of).unwrap(),
            party: of.cloned(),
            made_at: at(0),
            made_by,
            disabled_at: None,
            password_set_at: None,
            second_factor: SecondFactor::Totp,
        }
    }

    fn opening(n: u128, message: u128, by: u128) -> Opening {
        Opening {
            id: OpeningId(Uuid::from_u128(n)),
            message: MessageId(Uuid::from_u128(message)),
            asked_by: AccountId(Uuid::from_u128(by)),
            asked_at: at(0),
            reason: AccessReason::parse("sak 17").unwrap(),
            state: OpeningState::asked(at(0)),
        }
    }

    fn decided(account: &Account, entrusted: (i64, Actor), now: i64) -> Result<SecondPerson, NotDecided> {
        let entrusted = Entrusted {
            at: at(entrusted.0),
            by: entrusted.1,
        };
        may_decide(&opening(1, 1, 1), &party("nordvik"), (account, &entrusted), at(now))
    }

    #[test]
    fn a_second_person_is_somebody_whom_the_first_does_not_hold() {
        let asker = || Actor::Person(AccountId(Uuid::from_u128(1)));
        let (made, old) = ((0, Actor::Operator), 7 * DAY);
        let own = account(1, Role::Operator, None, Actor::Operator);
        assert_eq!(decided(&own, made.clone(), old), Err(NotDecided::Own));
        for role in [Role::Operator, Role::Auditor, Role::Administrator] {
            let other = account(2, role, None, Actor::Operator);
            assert_eq!(
                decided(&other, made.clone(), old),
                Ok(SecondPerson::OfConsole),
                "{role}"
            );
            assert_eq!(decided(&other, made.clone(), old - 1), Err(NotDecided::Young), "{role}");
            // A reset counts as a making.
            assert_eq!(decided(&other, (DAY, Actor::Operator), old), Err(NotDecided::Young));
            assert_eq!(decided(&other, (0, asker()), old), Err(NotDecided::MadeByAsker));
            let made_by_asker = account(2, role, None, asker());
            assert_eq!(decided(&made_by_asker, made.clone(), old), Err(NotDecided::MadeByAsker));
            let disabled = Account {
                disabled_at: Some(at(0)),
                ..other
            };
            assert_eq!(decided(&disabled, made.clone(), old), Err(NotDecided::NoRight));
        }
        let viewer = account(2, Role::Viewer, None, Actor::Operator);
        assert_eq!(decided(&viewer, made, old), Err(NotDecided::NoRight));
    }

    #[test]
    fn the_sender_answers_for_its_own_messages_and_no_other_party_does() {
        let asker = || Actor::Person(AccountId(Uuid::from_u128(1)));
        for role in [Role::MailboxUser, Role::TeamLeader] {
            let own = account(2, role, Some(&party("nordvik")), Actor::Operator);
            let made = (0, Actor::Operator);
            assert_eq!(decided(&own, made.clone(), 1), Ok(SecondPerson::OfSender), "at once");
            assert_eq!(decided(&own, (0, asker()), 1), Err(NotDecided::MadeByAsker));
            let other = account(2, role, Some(&party("havna")), Actor::Operator);
            assert_eq!(decided(&other, made, 9 * DAY), Err(NotDecided::NoRight));
        }
    }

    #[test]
    fn one_request_a_message_and_five_a_person() {
        let asker = account(1, Role::Operator, None, Actor::Operator);
        let message = |n| MessageId(Uuid::from_u128(n));
        let mut earlier: Vec<_> = (1..=4).map(|n| opening(n, n, 1)).collect();
        assert_eq!(may_ask(&asker, message(3), &earlier), Ok(Some(&earlier[2])));
        assert_eq!(may_ask(&asker, message(9), &earlier), Ok(None));
        earlier.push(opening(5, 5, 1));
        assert_eq!(may_ask(&asker, message(9), &earlier), Err(NotAsked::TooMany));
        assert_eq!(may_ask(&asker, message(5), &earlier), Ok(Some(&earlier[4])));
        earlier[4].state = OpeningState::Ended { at: at(1) };
        assert_eq!(may_ask(&asker, message(5), &earlier), Ok(None), "asked anew");
        let viewer = account(1, Role::Viewer, None, Actor::Operator);
        assert_eq!(may_ask(&viewer, message(9), &[]), Err(NotAsked::NoRight));
    }
}
