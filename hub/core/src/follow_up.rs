//! Persons of a party's mailbox who follow participants up, and their rights.
//!
//! A participant has one contact person in a party's mailbox at most. Others may stand in for that person until a time.
//! Content is for these persons alone: [`sees_content`]. A team leader sees names and deadlines of the whole unit.
//! [`plan`] decides about every change.

use bindeledd_catalogue::{Category, CategorySet, PartyId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::account::{Account, Act};
use crate::audit::AuditAction;
use crate::consent::Ledger;
use crate::decide::decide;
use crate::id::{AccountId, ParticipantRef};

/// Longest time that somebody stands in for a contact person.
pub const STAND_IN_LONGEST: SignedDuration = SignedDuration::from_hours(24 * 180);

/// A person who follows a participant up in a party's mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowUp {
    /// Participant.
    pub participant: ParticipantRef,
    /// Person.
    pub person: AccountId,
    /// Part that the person has.
    pub part: Part,
    /// Time since when the person has it.
    pub since: Timestamp,
    /// Person who gave it.
    pub by: AccountId,
}

/// The part that a person has in following a participant up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The contact person.
    Contact,
    /// Stands in for the contact person.
    StandIn {
        /// Time at which this ends by itself.
        until: Timestamp,
    },
}

impl Part {
    /// Returns the end that time alone brings.
    #[must_use]
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Contact => None,
            Self::StandIn { until } => Some(until),
        }
    }
}

impl FollowUp {
    /// Returns whether the person still has this part at a time.
    #[must_use]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.part.until().is_none_or(|until| now < until)
    }

    /// Returns whether this is the contact person.
    #[must_use]
    pub const fn is_contact(&self) -> bool {
        matches!(self.part, Part::Contact)
    }
}

/// A change of the persons who follow a participant up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A person becomes the contact person, in place of the one that the asker saw.
    Give {
        /// New contact person.
        to: AccountId,
        /// Contact person that the asker saw; `None` if the asker saw none.
        seen: Option<AccountId>,
    },
    /// A person stands in until a time.
    StandIn {
        /// Person.
        person: AccountId,
        /// End.
        until: Timestamp,
    },
    /// A person no longer follows the participant up.
    End {
        /// Person.
        person: AccountId,
    },
}

impl Change {
    /// Returns the person whom the change is about.
    #[must_use]
    pub const fn person(self) -> AccountId {
        match self {
            Self::Give { to: person, .. } | Self::StandIn { person, .. } | Self::End { person } => person,
        }
    }
}

/// The rows that a change removes and writes, with the action of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Persons who no longer follow the participant up.
    pub ends: Vec<AccountId>,
    /// Person who begins.
    pub begins: Option<FollowUp>,
    /// Action.
    pub action: AuditAction,
}

/// Reason why a change is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotChanged {
    /// The asker may not change this.
    NoRight,
    /// The person does not use this mailbox, or the account is disabled.
    NotHere,
    /// The end of a stand-in lies in the past, or too far ahead.
    Until,
    /// The person is the contact person, and can not stand in for oneself.
    IsContact,
    /// Somebody else changed the contact person first.
    SomebodyFirst,
    /// The mailbox has no such participant.
    Unknown,
}

/// Time after which an answer that a person began, and that never became a message, holds up nobody.
pub const ANSWER_LAPSES: SignedDuration = SignedDuration::from_mins(2);

/// A person's answer to a delivery, for the party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answering {
    /// Person.
    pub person: AccountId,
    /// Reference of the answer. A second click has the same one.
    pub reference: Uuid,
    /// Time at which it began.
    pub at: Timestamp,
}

/// Returns whether an answer may go on: nobody else of the party has answered, or begun to. `is_sent` tells whether a
/// message of the party answers the delivery already.
#[must_use]
pub fn may_answer(new: &Answering, earlier: Option<&Answering>, is_sent: bool) -> bool {
    match earlier {
        Some(earlier) if earlier.reference == new.reference => earlier.person == new.person,
        Some(earlier) => !is_sent && new.at.duration_since(earlier.at) >= ANSWER_LAPSES,
        None => !is_sent,
    }
}

/// Returns whether a person uses this party's mailbox.
fn is_here(account: &Account, party: &PartyId) -> bool {
    account.may(Act::UseMailbox) && account.party.as_ref() == Some(party)
}

/// Returns whether a person leads the team of this party's mailbox.
#[must_use]
pub fn leads(account: &Account, party: &PartyId) -> bool {
    account.may(Act::LeadTeam) && account.party.as_ref() == Some(party)
}

/// Returns whether a person may see content about a participant in a party's mailbox. `rows` are those of the
/// participant in this mailbox. A team leader without a row may not.
#[must_use]
pub fn sees_content(account: &Account, party: &PartyId, rows: &[FollowUp], now: Timestamp) -> bool {
    let mut own = rows.iter().filter(|row| row.person == account.id);
    is_here(account, party) && own.any(|row| row.holds_at(now))
}

/// Returns whether a grant from a party or to it is in force, so that the party's mailbox has the participant. Nobody
/// has a participant under address protection.
#[must_use]
pub fn is_of_party(ledger: &Ledger, party: &PartyId, now: Timestamp) -> bool {
    let all = CategorySet::of(&Category::ALL);
    ledger.grants.iter().map(|on_file| &on_file.grant).any(|grant| {
        let is_own = grant.from == *party || grant.to == *party;
        let decided = || decide(ledger, &grant.from, &grant.to, grant.purpose, all, now);
        is_own && !decided().permitted().is_empty()
    })
}

/// Decides about a change. `rows` are those of the participant in this mailbox, and `person` is the account of the
/// change's person. `None` if everything is so already.
///
/// # Errors
/// [`NotChanged`], with the rule that the change breaks.
pub fn plan(
    change: Change,
    (by, person): (&Account, Option<&Account>),
    (party, participant): (&PartyId, ParticipantRef),
    rows: &[FollowUp],
    now: Timestamp,
) -> Result<Option<Planned>, NotChanged> {
    let contact = rows.iter().find(|row| row.is_contact()).map(|row| row.person);
    let leads = leads(by, party);
    let is_own = is_here(by, party) && contact == Some(by.id);
    let ends_own = matches!(change, Change::End { person } if person == by.id && contact != Some(by.id));
    let may = match change {
        Change::Give { .. } | Change::StandIn { .. } => leads || is_own,
        // A contact person may hand over, and does not leave a participant to nobody.
        Change::End { person } if contact == Some(person) => leads,
        Change::End { .. } => leads || is_own || (ends_own && is_here(by, party)),
    };
    if !may {
        return Err(NotChanged::NoRight);
    }
    if !matches!(change, Change::End { .. }) && person.is_none_or(|person| !is_here(person, party)) {
        return Err(NotChanged::NotHere);
    }
    let past = rows.iter().filter(|row| !row.holds_at(now)).map(|row| row.person);
    let begins = |person, part| FollowUp {
        participant,
        person,
        part,
        since: now,
        by: by.id,
    };
    match change {
        Change::Give { to, .. } if contact == Some(to) => Ok(None),
        Change::Give { seen, .. } if contact != seen => Err(NotChanged::SomebodyFirst),
        Change::Give { to, .. } => Ok(Some(Planned {
            // Those who stood in did so for the former contact person.
            ends: rows.iter().map(|row| row.person).collect(),
            begins: Some(begins(to, Part::Contact)),
            action: match contact {
                Some(_) => AuditAction::FollowUpHandedOver,
                None => AuditAction::FollowUpGiven,
            },
        })),
        Change::StandIn { person, .. } if contact == Some(person) => Err(NotChanged::IsContact),
        Change::StandIn { until, .. } if until <= now || until.duration_since(now) > STAND_IN_LONGEST => {
            Err(NotChanged::Until)
        }
        Change::StandIn { person, until } => {
            let part = Part::StandIn { until };
            if rows.iter().any(|row| row.person == person && row.part == part) {
                return Ok(None);
            }
            let mut ends: Vec<_> = past.filter(|past| *past != person).collect();
            ends.extend(rows.iter().map(|row| row.person).filter(|held| *held == person));
            Ok(Some(Planned {
                ends,
                begins: Some(begins(person, part)),
                action: AuditAction::FollowUpStandIn,
            }))
        }
        Change::End { person } if rows.iter().all(|row| row.person != person) => Ok(None),
        Change::End { person } => {
            let mut ends: Vec<_> = past.filter(|past| *past != person).collect();
            ends.push(person);
            Ok(Some(Planned {
                ends,
                begins: None,
                action: AuditAction::FollowUpEnded,
            }))
        }
    }
}

/// Decides about the person who registered a consent of a participant for this party: the contact person, if there is none
/// yet. Somebody has to go on, and the person has met the participant. `None` if somebody is the contact person, or if the
/// person does not use this mailbox.
#[must_use]
pub fn begin(
    by: &Account,
    (party, participant): (&PartyId, ParticipantRef),
    rows: &[FollowUp],
    now: Timestamp,
) -> Option<Planned> {
    if !is_here(by, party) || rows.iter().any(FollowUp::is_contact) {
        return None;
    }
    let own = rows.iter().filter(|row| row.person == by.id);
    Some(Planned {
        ends: own.map(|row| row.person).collect(),
        begins: Some(FollowUp {
            participant,
            person: by.id,
            part: Part::Contact,
            since: now,
            by: by.id,
        }),
        action: AuditAction::FollowUpGiven,
    })
}

/// Returns the persons who are told of a change: those who followed the participant up before, and the one who begins. The
/// person who made the change knows of it. Nobody is told that a person merely ended.
#[must_use]
pub fn told(rows: &[FollowUp], planned: &Planned, now: Timestamp) -> Vec<AccountId> {
    let Some(begins) = &planned.begins else {
        return Vec::new();
    };
    let before = rows.iter().filter(|row| row.holds_at(now)).map(|row| row.person);
    let mut all: Vec<_> = before.chain([begins.person]).filter(|one| *one != begins.by).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{DisplayName, LoginName, Role, Roles, SecondFactor};
    use crate::audit::Actor;

    const KARI: ParticipantRef = ParticipantRef(Uuid::from_u128(99));

    fn party() -> PartyId {
        PartyId::parse("nordvik").unwrap()
    }

    fn account(number: u128, role: Role, party: &str) -> Account {
        let party = role.is_of_mailbox().then(|| PartyId::parse(party).unwrap());
        Account {
            id: AccountId(Uuid::from_u128(number)),
            login: LoginName::parse("kari").unwrap(),
            name: DisplayName::parse("Kari").unwrap(),
            roles: Roles::of(&[role], party.as_ref()).unwrap(),
            party,
            made_at: Timestamp::UNIX_EPOCH,
            made_by: Actor::Operator,
            disabled_at: None,
            password_set_at: None,
            second_factor: SecondFactor::Totp,
        }
    }

    fn user(number: u128) -> Account {
        account(number, Role::MailboxUser, "nordvik")
    }

    fn leader() -> Account {
        account(9, Role::TeamLeader, "nordvik")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn row(number: u128, part: Part) -> FollowUp {
        FollowUp {
            participant: KARI,
            person: AccountId(Uuid::from_u128(number)),
            part,
            since: at(0),
            by: leader().id,
        }
    }

    fn decided(
        change: Change,
        by: &Account,
        person: &Account,
        rows: &[FollowUp],
    ) -> Result<Option<Planned>, NotChanged> {
        plan(change, (by, Some(person)), (&party(), KARI), rows, at(100))
    }

    fn give(to: &Account, seen: Option<&Account>) -> Change {
        Change::Give {
            to: to.id,
            seen: seen.map(|account| account.id),
        }
    }

    #[test]
    fn content_is_for_those_who_follow_up_and_for_no_leader_without_a_row() {
        let until = Part::StandIn { until: at(50) };
        let rows = [row(1, Part::Contact), row(2, until)];
        let sees = |account: &Account, second| sees_content(account, &party(), &rows, at(second));
        assert!(sees(&user(1), 0) && sees(&user(1), 1000));
        assert!(sees(&user(2), 49) && !sees(&user(2), 50), "the end is exclusive");
        assert!(!sees(&user(3), 0) && !sees(&leader(), 0));
        let mut leader = leader();
        leader.id = AccountId(Uuid::from_u128(1));
        assert!(sees(&leader, 0), "a leader who is the contact person");
        // The same person with another party's mailbox, with a role of the console, and with a disabled account.
        assert!(!sees(&account(1, Role::MailboxUser, "fjellvik"), 0));
        assert!(!sees(&account(1, Role::Operator, ""), 0));
        let mut disabled = user(1);
        disabled.disabled_at = Some(at(0));
        assert!(!sees(&disabled, 0));
    }

    #[test]
    fn a_leader_gives_and_the_contact_person_hands_over() {
        let given = decided(give(&user(1), None), &leader(), &user(1), &[])
            .unwrap()
            .unwrap();
        assert_eq!(given.action, AuditAction::FollowUpGiven);
        assert_eq!(given.begins.unwrap().part, Part::Contact);
        let rows = [row(1, Part::Contact), row(3, Part::StandIn { until: at(200) })];
        let handed = decided(give(&user(2), Some(&user(1))), &user(1), &user(2), &rows)
            .unwrap()
            .unwrap();
        assert_eq!(handed.action, AuditAction::FollowUpHandedOver);
        assert_eq!(
            handed.ends,
            [user(1).id, user(3).id],
            "who stood in did so for the former one"
        );
        assert_eq!(decided(give(&user(1), None), &leader(), &user(1), &rows), Ok(None));
        for by in [user(2), user(3), account(9, Role::TeamLeader, "fjellvik")] {
            let refused = decided(give(&user(2), Some(&user(1))), &by, &user(2), &rows);
            assert_eq!(refused, Err(NotChanged::NoRight));
        }
        assert_eq!(
            decided(give(&user(2), None), &leader(), &user(2), &rows),
            Err(NotChanged::SomebodyFirst)
        );
        let other = account(5, Role::MailboxUser, "fjellvik");
        assert_eq!(
            decided(give(&other, None), &leader(), &other, &[]),
            Err(NotChanged::NotHere)
        );
    }

    #[test]
    fn those_who_followed_up_and_the_one_who_begins_are_told() {
        let past = Part::StandIn { until: at(50) };
        let rows = [
            row(1, Part::Contact),
            row(3, Part::StandIn { until: at(200) }),
            row(4, past),
        ];
        let told_of = |change, by: &Account, person: &Account| {
            let planned = decided(change, by, person, &rows).unwrap().unwrap();
            told(&rows, &planned, at(100))
        };
        let ids = |numbers: &[u128]| numbers.iter().map(|n| user(*n).id).collect::<Vec<_>>();
        assert_eq!(
            told_of(give(&user(2), Some(&user(1))), &user(1), &user(2)),
            ids(&[2, 3])
        );
        assert_eq!(
            told_of(give(&user(2), Some(&user(1))), &leader(), &user(2)),
            ids(&[1, 2, 3])
        );
        assert_eq!(
            told_of(Change::End { person: user(3).id }, &leader(), &user(3)),
            ids(&[])
        );
    }

    #[test]
    fn one_person_answers_for_the_party() {
        let answering = |person, reference, second| Answering {
            person: AccountId(Uuid::from_u128(person)),
            reference: Uuid::from_u128(reference),
            at: at(second),
        };
        let first = answering(1, 10, 100);
        assert!(may_answer(&first, None, false) && !may_answer(&first, None, true));
        // A second click, also after the answer was sent.
        assert!(may_answer(&answering(1, 10, 101), Some(&first), true));
        let second = |seconds: i64| answering(2, 20, 100 + seconds);
        assert!(!may_answer(&second(1), Some(&first), false) && !may_answer(&second(119), Some(&first), false));
        assert!(
            may_answer(&second(120), Some(&first), false),
            "the first one came to nothing"
        );
        assert!(!may_answer(&second(120), Some(&first), true));
        assert!(
            !may_answer(&answering(2, 10, 300), Some(&first), true),
            "another person's reference"
        );
    }

    #[test]
    fn a_stand_in_has_an_end_that_is_not_far_away() {
        let rows = [row(1, Part::Contact), row(4, Part::StandIn { until: at(60) })];
        let stand_in = |person: &Account, until| Change::StandIn {
            person: person.id,
            until,
        };
        let begun = decided(stand_in(&user(2), at(200)), &user(1), &user(2), &rows)
            .unwrap()
            .unwrap();
        assert_eq!(begun.ends, [user(4).id], "the row whose time is over leaves");
        assert_eq!(begun.begins.unwrap().part, Part::StandIn { until: at(200) });
        let far = at(101) + STAND_IN_LONGEST;
        for until in [at(100), at(1), far] {
            let refused = decided(stand_in(&user(2), until), &leader(), &user(2), &rows);
            assert_eq!(refused, Err(NotChanged::Until));
        }
        assert_eq!(
            decided(stand_in(&user(1), at(200)), &leader(), &user(1), &rows),
            Err(NotChanged::IsContact)
        );
        let again = [row(1, Part::Contact), row(2, Part::StandIn { until: at(200) })];
        assert_eq!(
            decided(stand_in(&user(2), at(200)), &user(1), &user(2), &again),
            Ok(None)
        );
    }

    #[test]
    fn nobody_but_a_leader_leaves_a_participant_to_nobody() {
        let rows = [row(1, Part::Contact), row(2, Part::StandIn { until: at(200) })];
        let end = |person: &Account| Change::End { person: person.id };
        assert_eq!(
            decided(end(&user(1)), &user(1), &user(1), &rows),
            Err(NotChanged::NoRight)
        );
        assert!(decided(end(&user(1)), &leader(), &user(1), &rows).unwrap().is_some());
        // A stand-in is ended by the contact person, by the leader, and by oneself.
        for by in [user(1), leader(), user(2)] {
            let ended = decided(end(&user(2)), &by, &user(2), &rows).unwrap().unwrap();
            assert_eq!((ended.ends, ended.begins), (vec![user(2).id], None));
        }
        assert_eq!(
            decided(end(&user(2)), &user(3), &user(2), &rows),
            Err(NotChanged::NoRight)
        );
        assert_eq!(decided(end(&user(5)), &leader(), &user(5), &rows), Ok(None));
    }

    #[test]
    fn the_person_who_registers_becomes_the_contact_person_of_nobody_elses_participant() {
        let begun = |by: &Account, rows: &[FollowUp]| begin(by, (&party(), KARI), rows, at(100));
        let planned = begun(&user(1), &[]).unwrap();
        let begins = planned.begins.unwrap();
        assert_eq!(
            (begins.person, begins.part, begins.by),
            (user(1).id, Part::Contact, user(1).id)
        );
        assert_eq!((planned.ends, planned.action), (Vec::new(), AuditAction::FollowUpGiven));
        assert_eq!(begun(&user(1), &[row(2, Part::Contact)]), None);
        assert_eq!(begun(&user(1), &[row(1, Part::Contact)]), None);
        // A stand-in of nobody becomes the contact person; another stand-in stays.
        let stand_in = Part::StandIn { until: at(200) };
        let planned = begun(&user(1), &[row(1, stand_in), row(2, stand_in)]).unwrap();
        assert_eq!(planned.ends, [user(1).id]);
        let elsewhere = account(1, Role::MailboxUser, "fjellvik");
        assert_eq!(begun(&elsewhere, &[]), None);
    }
}
