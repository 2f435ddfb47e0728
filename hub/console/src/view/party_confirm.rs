//! The page that confirms an act on a party: its consequence in figures, and the reason.

use jiff::Timestamp;

use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::party_confirm as text;
use crate::write::Write;

/// The confirmation of an act.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id of the party.
    pub id: Text,
    /// Name as others may see it.
    pub name: Text,
    /// Act, with its figures.
    pub act: Act,
    /// Reason, as it was typed.
    pub why: String,
    /// End of a pause, as it was typed. `None` if the act has no end.
    pub until: Option<String>,
    /// Value that the form posts back once: a second click does nothing more.
    pub once: String,
    /// Faults of the form.
    pub errors: Errors,
}

/// An act on a party, with the figures of its consequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Pauses the party's endpoint.
    Pause {
        /// Deliveries that wait.
        waiting: u64,
    },
    /// Resumes the party's endpoint.
    Resume {
        /// Deliveries that wait.
        waiting: u64,
    },
    /// Suspends the party.
    Suspend {
        /// Deliveries that wait.
        waiting: u64,
        /// API keys of the party.
        keys: u64,
    },
    /// Lifts the suspension.
    Unsuspend {
        /// Deliveries that wait.
        waiting: u64,
    },
    /// Revokes one key.
    RevokeKey {
        /// Public id of the key.
        key: Text,
        /// Time when it was made.
        added_at: Timestamp,
        /// Keys that are left.
        left: u64,
    },
    /// Revokes every key.
    RevokeAll {
        /// API keys of the party.
        keys: u64,
    },
    /// Makes a new key.
    NewKey {
        /// API keys of the party.
        keys: u64,
    },
}

impl Act {
    fn heading(&self, text: &text::Texts, name: &str) -> String {
        let heading = match self {
            Self::Pause { .. } => text.pause,
            Self::Resume { .. } => text.resume,
            Self::Suspend { .. } => text.suspend,
            Self::Unsuspend { .. } => text.unsuspend,
            Self::RevokeKey { .. } => text.revoke_key,
            Self::RevokeAll { .. } => text.revoke_all,
            Self::NewKey { .. } => text.new_key,
        };
        heading(name)
    }

    const fn what(&self, text: &text::Texts) -> &'static str {
        match self {
            Self::Pause { .. } => text.pause_what,
            Self::Resume { .. } => text.resume_what,
            Self::Suspend { .. } => text.suspend_what,
            Self::Unsuspend { .. } => text.unsuspend_what,
            Self::RevokeKey { .. } => text.revoke_what,
            Self::RevokeAll { .. } => text.revoke_all_what,
            Self::NewKey { .. } => text.new_key_what,
        }
    }

    /// Returns the figures of the consequence, a sentence each.
    fn figures(&self, text: &text::Texts, write: Write) -> Vec<String> {
        let waits = |n: u64| (text.waits)(n, &write.number(n));
        let has_keys = |n: u64| (text.has_keys)(n, &write.number(n));
        match self {
            Self::Pause { waiting } | Self::Resume { waiting } | Self::Unsuspend { waiting } => vec![waits(*waiting)],
            Self::Suspend { waiting, keys } => vec![waits(*waiting), has_keys(*keys)],
            Self::RevokeKey { left, .. } => vec![(text.keys_left)(*left, &write.number(*left))],
            Self::RevokeAll { keys } | Self::NewKey { keys } => vec![has_keys(*keys)],
        }
    }

    fn button(&self, text: &text::Texts, write: Write) -> String {
        match self {
            Self::Pause { .. } => text.do_pause.to_owned(),
            Self::Resume { .. } => text.do_resume.to_owned(),
            Self::Suspend { .. } => text.do_suspend.to_owned(),
            Self::Unsuspend { .. } => text.do_unsuspend.to_owned(),
            Self::RevokeKey { .. } => text.do_revoke.to_owned(),
            Self::RevokeAll { keys } => (text.do_revoke_all)(&write.number(*keys)),
            Self::NewKey { .. } => text.do_new_key.to_owned(),
        }
    }

    const fn is_danger(&self) -> bool {
        matches!(
            self,
            Self::Suspend { .. } | Self::RevokeKey { .. } | Self::RevokeAll { .. }
        )
    }

    /// Returns the page to which the form posts, below the party's own.
    fn path(&self) -> String {
        match self {
            Self::Pause { .. } => "pause".to_owned(),
            Self::Resume { .. } => "resume".to_owned(),
            Self::Suspend { .. } => "suspend".to_owned(),
            Self::Unsuspend { .. } => "unsuspend".to_owned(),
            Self::RevokeKey { key, .. } => format!("keys/{}/revoke", address::segment(key.as_str())),
            Self::RevokeAll { .. } => "keys/revoke".to_owned(),
            Self::NewKey { .. } => "keys/new".to_owned(),
        }
    }

    /// Returns the key that the act is about.
    const fn key(&self) -> Option<(&Text, Timestamp)> {
        match self {
            Self::RevokeKey { key, added_at, .. } => Some((key, *added_at)),
            _ => None,
        }
    }
}

impl View {
    fn action(&self) -> String {
        address::of_party(self.id.as_str(), &self.act.path())
    }

    fn back(&self) -> String {
        address::party(self.id.as_str())
    }
}

page!("party_confirm.html");
