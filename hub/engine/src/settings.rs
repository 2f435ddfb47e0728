//! The engine's settings.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::alert::{PushRule, Severity};
use bindeledd_core::notice::Pace;

use crate::ports::{Mailer, Pusher};

/// Settings of the operator.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The hub's name, as receivers see it.
    pub hub_name: String,
    /// Time until a delivery expires, if its message sets none.
    pub expire: Duration,
    /// Time for which a release is valid before its sending must begin; at most a second.
    pub release: Duration,
    /// Treatment of a message with a finding of the guard in its free texts.
    pub free_text: FreeText,
    /// Size in bytes at which the answer to an inbox request takes no further document.
    pub answer_bytes: usize,
    /// Whether persons may open the content of a message, with a second person's approval.
    pub break_glass: bool,
}

/// Treatment of a message with a finding of the guard in its free texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FreeText {
    /// The message is accepted, and its sender learns of the fields and findings.
    #[default]
    Flag,
    /// The message is refused, and its sender learns of the fields and findings.
    Refuse,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hub_name: "Bindeledd".into(),
            expire: Duration::from_secs(14 * 24 * 3600),
            release: Duration::from_secs(1),
            free_text: FreeText::Flag,
            answer_bytes: 16 * 1024 * 1024,
            break_glass: false,
        }
    }
}

/// Settings of the mails to parties and to the persons of mailboxes.
#[derive(Clone)]
pub struct MailSettings {
    /// The mail server.
    pub mailer: Arc<dyn Mailer>,
    /// Pace of the mails to one party, or one person.
    pub pace: Pace,
    /// Place where receivers find their documents, as a description or an address. It becomes a line of the mail.
    pub where_to_look: Option<String>,
    /// Address of the mailboxes in a browser, for mails to persons; `None` if the hub serves no pages.
    pub mailbox: Option<String>,
}

/// Settings of the pushes of alerts.
#[derive(Clone)]
pub struct PushSettings {
    /// Targets.
    pub targets: Vec<PushTarget>,
    /// Rule about the times of pushes.
    pub rule: PushRule,
    /// Beginning of the address of an alert for a person. The alert's id follows it.
    pub link: Option<String>,
}

/// A target of pushes.
#[derive(Clone)]
pub struct PushTarget {
    /// Name in configuration.
    pub name: String,
    /// Lowest urgency that is pushed to the target.
    pub least: Severity,
    /// Pusher to the target.
    pub pusher: Arc<dyn Pusher>,
}
