//! The feed of topics: pages learn from it that something of a topic changed, never what.
//!
//! The store reports the topics of each commit, and the engine gathers them for a second. A change that nobody listens
//! to costs one look at a counter. A listener that was late misses no topic, since each topic has the tick of its newest
//! change.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bindeledd_core::PartyId;
use bindeledd_core::audit::AuditAction;
use tokio::sync::{Notify, watch};

use super::world::Clock;

/// Maximum number of parties that the feed tells apart. With more, it reports a change of every party.
const PARTIES: usize = 4096;

macro_rules! subjects {
    ($($name:ident = $bit:literal $text:literal: $meaning:literal;)*) => {
        /// The subject of a topic.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Subject {
            $(#[doc = $meaning] $name,)*
        }

        impl Subject {
            /// Every subject.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            const fn bit(self) -> u8 {
                match self {
                    $(Self::$name => 1 << $bit,)*
                }
            }

            /// Returns the name of the topic.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

subjects! {
    Now = 0 "now": "The state of the hub as a whole.";
    Messages = 1 "messages": "Messages and their deliveries.";
    Parties = 2 "parties": "The parties: their endpoints, pauses and keys.";
    Consents = 3 "consents": "Consents and withdrawals.";
    Log = 4 "log": "The audit log.";
    Runs = 5 "runs": "Runs of retries.";
    Sessions = 6 "sessions": "Accounts and sessions of persons.";
}

/// A topic of the feed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Everything about a subject.
    Of(Subject),
    /// One party, and the deliveries to it.
    Party(PartyId),
}

impl Topic {
    /// Reads the name of a topic.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("party", id)) => PartyId::parse(id).ok().map(Self::Party),
            Some(_) => None,
            None => Subject::ALL.iter().find(|s| s.name() == text).map(|s| Self::Of(*s)),
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(subject) => f.write_str(subject.name()),
            Self::Party(id) => write!(f, "party:{id}"),
        }
    }
}

/// A set of subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subjects(u8);

impl Subjects {
    /// Returns the subjects that an audit row with this action changes.
    #[must_use]
    pub const fn of(action: AuditAction) -> Self {
        let all = Self(0).and(Subject::Now).and(Subject::Log);
        match action {
            AuditAction::SessionEnded
            | AuditAction::UserDisabled
            | AuditAction::UserRoles
            | AuditAction::UserPassword
            | AuditAction::UserSecondFactor => all.and(Subject::Sessions),
            AuditAction::PartyChanged
            | AuditAction::PartyRolledBack
            | AuditAction::PartyPaused
            | AuditAction::PartyResumed
            | AuditAction::PartySuspended
            | AuditAction::PartyUnsuspended
            | AuditAction::KeyAdded
            | AuditAction::KeyRevoked
            | AuditAction::AdapterSetAside
            | AuditAction::AdapterReset
            | AuditAction::AdapterInstalled
            | AuditAction::AdapterUsed
            | AuditAction::AdapterRolledBack
            | AuditAction::AdapterRemoved
            | AuditAction::AdapterShadowed
            | AuditAction::AdapterShadowEnded
            | AuditAction::AdapterNotLoaded => all.and(Subject::Parties),
            AuditAction::ConsentRegistered
            | AuditAction::ConsentConfirmed
            | AuditAction::ConsentWithdrawn
            | AuditAction::WithdrawalReplayed
            | AuditAction::Protected
            | AuditAction::ProtectionLifted
            | AuditAction::Joined
            | AuditAction::Erased => all.and(Subject::Consents),
            // Every other row is news for the first page and for the log.
            _ => all,
        }
    }

    /// Adds a subject.
    #[must_use]
    pub const fn and(self, subject: Subject) -> Self {
        Self(self.0 | subject.bit())
    }

    /// Returns the subjects of both sets.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn has(self, subject: Subject) -> bool {
        self.0 & subject.bit() != 0
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The state that listeners wait on.
#[derive(Debug, Clone, Copy, Default)]
struct Tick {
    number: u64,
    is_over: bool,
}

/// Changes since the newest tick, and the tick of each topic's newest change.
#[derive(Debug, Default)]
struct Changes {
    gathered: Subjects,
    gathered_parties: HashSet<PartyId>,
    newest: HashMap<Topic, u64>,
    /// Tick of the newest change that may concern any party.
    any_party: u64,
}

/// The feed of topics.
#[derive(Debug)]
pub struct Feed {
    changes: Mutex<Changes>,
    ticks: watch::Sender<Tick>,
    dirty: Notify,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            changes: Mutex::default(),
            ticks: watch::channel(Tick::default()).0,
            dirty: Notify::new(),
        }
    }
}

impl Feed {
    /// Returns whether anybody listens.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.ticks.receiver_count() > 0
    }

    /// Reports changes. Does nothing if nobody listens.
    pub fn changed(&self, subjects: Subjects, parties: Vec<PartyId>) {
        if !self.is_heard() || (subjects.is_empty() && parties.is_empty()) {
            return;
        }
        let mut changes = self.changes();
        changes.gathered = changes.gathered.with(subjects);
        if changes.gathered_parties.len() < PARTIES {
            changes.gathered_parties.extend(parties);
        }
        drop(changes);
        self.dirty.notify_one();
    }

    /// Returns the number of the newest tick. Everything that a tick has told was committed before it.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.ticks.borrow().number
    }

    /// Begins to listen. Nothing was gathered while nobody listened, so that the first listener makes a tick.
    fn subscribe(&self) -> watch::Receiver<Tick> {
        let is_first = !self.is_heard();
        let mut ticks = self.ticks.subscribe();
        if is_first {
            self.ticks.send_modify(|tick| tick.number += 1);
        }
        ticks.borrow_and_update();
        ticks
    }

    /// Ends every listener, and each one to come.
    pub fn close(&self) {
        self.ticks.send_modify(|tick| tick.is_over = true);
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a change was reported.
    pub(crate) async fn dirty(&self) {
        self.dirty.notified().await;
    }

    /// Tells the gathered changes to the listeners.
    pub(crate) fn publish(&self) {
        let mut changes = self.changes();
        if changes.gathered.is_empty() && changes.gathered_parties.is_empty() {
            return;
        }
        let number = self.tick() + 1;
        let (subjects, parties) = (
            std::mem::take(&mut changes.gathered),
            std::mem::take(&mut changes.gathered_parties),
        );
        for subject in Subject::ALL.iter().filter(|subject| subjects.has(**subject)) {
            changes.newest.insert(Topic::Of(*subject), number);
        }
        if parties.len() >= PARTIES || changes.newest.len() + parties.len() > 2 * PARTIES {
            changes.newest.retain(|topic, _| matches!(topic, Topic::Of(_)));
            changes.any_party = number;
        } else {
            let parties = parties.into_iter().map(|party| (Topic::Party(party), number));
            changes.newest.extend(parties);
        }
        drop(changes);
        self.ticks.send_modify(|tick| tick.number = number);
    }

    /// Returns the topics that changed after a tick.
    fn since(&self, topics: &[Topic], seen: u64) -> Vec<Topic> {
        let changes = self.changes();
        let is_newer = |topic: &&Topic| {
            let any = match topic {
                Topic::Party(_) => changes.any_party,
                Topic::Of(_) => 0,
            };
            changes.newest.get(*topic).copied().unwrap_or(0).max(any) > seen
        };
        topics.iter().filter(is_newer).cloned().collect()
    }
}

/// The outcome of listening for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// These topics have changed.
    Changed(Vec<Topic>),
    /// None of the topics has changed for the whole time.
    Nothing,
    /// The feed is closed.
    Closed,
}

/// A listener to some topics of the feed.
pub struct Listener {
    feed: Arc<Feed>,
    clock: Arc<dyn Clock>,
    ticks: watch::Receiver<Tick>,
    topics: Vec<Topic>,
    seen: u64,
}

impl Listener {
    pub(crate) fn new(feed: Arc<Feed>, clock: Arc<dyn Clock>, topics: Vec<Topic>) -> Self {
        let ticks = feed.subscribe();
        let seen = ticks.borrow().number;
        Self {
            feed,
            clock,
            ticks,
            topics,
            seen,
        }
    }

    /// Waits until one of the topics has changed, for this time at most.
    pub async fn next(&mut self, at_most: Duration) -> Heard {
        let Self {
            feed,
            clock,
            ticks,
            topics,
            seen,
        } = self;
        let heard = async {
            loop {
                let tick = *ticks.borrow_and_update();
                if tick.is_over {
                    return Heard::Closed;
                }
                let changed = feed.since(topics, *seen);
                *seen = tick.number;
                if !changed.is_empty() {
                    return Heard::Changed(changed);
                }
                if ticks.changed().await.is_err() {
                    return Heard::Closed;
                }
            }
        };
        tokio::select! {
            biased;
            heard = heard => heard,
            () = clock.sleep(at_most) => Heard::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(names: &str) -> Vec<Topic> {
        names.split(' ').map(|name| Topic::parse(name).unwrap()).collect()
    }

    fn party(id: &str) -> PartyId {
        PartyId::parse(id).unwrap()
    }

    #[test]
    fn a_topic_is_known_by_its_name() {
        for name in ["now", "messages", "runs", "party:nordvik-aft"] {
            assert_eq!(Topic::parse(name).unwrap().to_string(), name);
        }
        for name in ["", "party", "party:", "party:A B", "nu", "message:1"] {
            assert_eq!(Topic::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_change_is_told_to_those_who_listen_to_its_topic() {
        let feed = Feed::default();
        feed.changed(Subjects::default().and(Subject::Messages), Vec::new());
        let ticks = feed.ticks.subscribe();
        let all = topics("now messages party:nordvik party:havna");
        feed.publish();
        assert!(feed.since(&all, 0).is_empty(), "nobody listened");
        feed.changed(Subjects::of(AuditAction::Delivered), vec![party("nordvik")]);
        assert!(feed.since(&all, 0).is_empty(), "it is gathered first");
        feed.publish();
        assert_eq!(feed.since(&all, 0), topics("now party:nordvik"));
        assert!(feed.since(&all, 1).is_empty());
        drop(ticks);
    }

    #[test]
    fn more_parties_than_the_feed_can_tell_apart_are_every_party() {
        let feed = Feed::default();
        let _ticks = feed.ticks.subscribe();
        for n in 0..PARTIES + 10 {
            feed.changed(Subjects::default(), vec![party(&format!("p{n}"))]);
        }
        feed.publish();
        assert_eq!(feed.since(&topics("party:other now"), 0), topics("party:other"));
        assert!(feed.changes().newest.len() <= 2 * PARTIES);
    }
}
