//! The names that a message may carry to one receiver: ids and conversations of exchanges that
//! include the receiver, and no others.

use bindeledd_catalogue::{Conversation, Corrects, Kind, Message, MessageId, is_same_id};

use crate::decide::Reason;

/// The references of a message, as far as they concern one receiver. A party is part of every
/// message that it sent or may have got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refers {
    /// Whether the receiver is part of the message that this one answers. `None` if the hub knows
    /// no such message: the reference then stays as the sender wrote it.
    pub replied: Option<bool>,
    /// Message that this message supersedes; `None` if the receiver was sent no such message.
    pub superseded: Option<Superseded>,
    /// Origin of the conversation's name.
    pub conversation: Named,
    /// First message of the conversation that includes the receiver. It may be this message itself.
    pub first: MessageId,
}

/// The superseded message. It has the same sender and participant, and was sent to the receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superseded {
    /// Reference to the message.
    pub corrects: Corrects,
    /// Conversation of the superseded message. A correction stays in it.
    pub conversation: Option<Conversation>,
}

/// Origin of a conversation's name, as far as it concerns one receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// The sender of this message gave the name, or the name comes from another message that
    /// includes the receiver.
    ToReceiver,
    /// Another party gave the conversation its name, in an exchange that does not include the receiver.
    BetweenOthers,
}

/// The first message of a conversation, compared with a later message to a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Began {
    /// The later message is itself the first one, or no message of the conversation is on file.
    Here,
    /// The same party sent the first message.
    BySender,
    /// Another party sent the first message.
    ByOther {
        /// Whether the receiver is part of the first message.
        receiver_is_part: bool,
    },
}

impl Began {
    /// Returns the origin of the conversation's name. A message that begins a conversation has the
    /// name from its sender, or from the message that it answers.
    #[must_use]
    pub const fn named(self, replied: Option<bool>) -> Named {
        let is_known = match (self, replied) {
            (Self::BySender, _) => true,
            (Self::ByOther { receiver_is_part }, _) => receiver_is_part,
            (Self::Here, Some(is_part)) => is_part,
            (Self::Here, None) => true,
        };
        match is_known {
            true => Named::ToReceiver,
            false => Named::BetweenOthers,
        }
    }
}

/// Spells a conversation's name as its receiver first saw it. The receiver's system may know no other spelling of
/// the same UUID.
pub fn spell_conversation(message: &mut Message, first_seen: &str) {
    let named = message.draft.conversation.as_ref().map(Conversation::as_str);
    if named.is_some_and(|named| named != first_seen && is_same_id(named, first_seen)) {
        message.draft.conversation = Conversation::parse(first_seen);
    }
}

/// Returns a message with only the names that its receiver may know. References to exchanges
/// without the receiver are left out. A conversation that others named gets the id of its first
/// message that includes the receiver.
#[must_use]
pub fn as_known(mut message: Message, refers: &Refers) -> Message {
    if refers.replied == Some(false) {
        message.draft.in_reply_to = None;
    }
    match &refers.superseded {
        Some(superseded) => {
            message.corrects = Some(superseded.corrects.clone());
            if message.draft.kind() == Kind::Correction {
                message.draft.conversation.clone_from(&superseded.conversation);
            }
        }
        // A correction without a reference to its original is never sent: see [`may_leave`].
        None if message.draft.kind() == Kind::Correction => {}
        None => message.draft.supersedes = None,
    }
    if refers.conversation == Named::BetweenOthers {
        message.draft.conversation = Conversation::parse(&refers.first.to_string());
    }
    message
}

/// Returns whether a message from [`as_known`] may be sent at all.
///
/// # Errors
/// [`Reason::CorrectsNothing`] for a correction of a message that the receiver was never sent. The
/// receiver would apply the correction to another message.
pub fn may_leave(message: &Message) -> Result<(), Reason> {
    match (message.draft.kind(), &message.corrects) {
        (Kind::Correction, None) => Err(Reason::CorrectsNothing),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::{Draft, SenderReference};
    use serde_json::json;

    use super::*;
    use crate::testing::{at, message, message_id};

    #[test]
    fn a_name_is_the_receivers_where_its_sender_or_something_that_it_knows_has_it() {
        let by_other = |receiver_is_part| Began::ByOther { receiver_is_part };
        for (began, replied, expected) in [
            (Began::Here, None, Named::ToReceiver),
            (Began::Here, Some(true), Named::ToReceiver),
            (Began::Here, Some(false), Named::BetweenOthers),
            (Began::BySender, Some(false), Named::ToReceiver),
            (Began::BySender, None, Named::ToReceiver),
            (by_other(true), Some(false), Named::ToReceiver),
            (by_other(false), Some(true), Named::BetweenOthers),
            (by_other(false), None, Named::BetweenOthers),
        ] {
            assert_eq!(began.named(replied), expected, "{began:?} {replied:?}");
        }
    }

    #[test]
    fn a_correction_stays_in_the_conversation_of_its_original_and_names_nothing_that_the_receiver_lacks() {
        let draft = |kind: &str, body: serde_json::Value| {
            let draft = json!({
                "kind": kind, "senderReference": "r2", "participant": {"nationalId": "15720255178"}, "to": ["legen"],
                "conversation": "own", "supersedes": "r1", "sentAt": "2026-12-01T08:00:00Z",
                "purpose": "work-oriented-followup", "body": body,
            });
            let mut message = message(2, "progress-update", &json!({"status": "DELTAR"}));
            message.draft = Draft::from_json(draft).unwrap();
            message
        };
        let correction = || {
            let body = json!({"action": "sent-by-mistake", "correctedKind": "progress-update"});
            draft("correction", body)
        };
        let whole = || draft("progress-update", json!({"status": "DELTAR"}));
        let corrects = Corrects {
            id: message_id(1),
            reference: SenderReference::parse("r1").unwrap(),
            sent_at: at(1),
        };
        let refers = |superseded| Refers {
            replied: None,
            superseded,
            conversation: Named::ToReceiver,
            first: message_id(2),
        };
        let known = || {
            refers(Some(Superseded {
                corrects: corrects.clone(),
                conversation: Conversation::parse("original"),
            }))
        };
        let conversation = |message: &Message| message.draft.conversation.as_ref().map(|c| c.as_str().to_owned());
        let corrected = as_known(correction(), &known());
        assert_eq!(conversation(&corrected).as_deref(), Some("original"));
        assert_eq!(corrected.corrects, Some(corrects.clone()));
        assert_eq!(may_leave(&corrected), Ok(()));
        // A whole message that replaces another one keeps its own conversation.
        let replacing = as_known(whole(), &known());
        assert_eq!(conversation(&replacing).as_deref(), Some("own"));
        assert_eq!(replacing.corrects, Some(corrects.clone()));
        let alone = as_known(whole(), &refers(None));
        assert!(alone.draft.supersedes.is_none() && may_leave(&alone) == Ok(()));
        let nothing = as_known(correction(), &refers(None));
        assert_eq!(may_leave(&nothing), Err(Reason::CorrectsNothing));
    }

    #[test]
    fn a_conversation_is_spelt_as_its_receiver_first_saw_it() {
        let spelt = |named: Option<&str>, first_seen: &str| {
            let mut message = message(1, "progress-update", &json!({"status": "DELTAR"}));
            message.draft.conversation = named.and_then(Conversation::parse);
            spell_conversation(&mut message, first_seen);
            message.draft.conversation.map(|c| c.as_str().to_owned())
        };
        let (small, large) = (
            "0191a3c4-0000-7000-8000-00000000000a",
            "0191A3C4-0000-7000-8000-00000000000A",
        );
        assert_eq!(spelt(Some(small), large).as_deref(), Some(large));
        assert_eq!(spelt(Some(small), small).as_deref(), Some(small));
        assert_eq!(spelt(Some("samtale-1"), "SAMTALE-1").as_deref(), Some("samtale-1"));
        assert_eq!(spelt(None, large), None);
    }
}
