//! What a message may name to one receiver: ids and conversations of exchanges that the receiver is part of, and no others.

use bindeledd_catalogue::{Conversation, Corrects, Kind, Message, MessageId, is_same_id};

use crate::decide::Reason;

/// What a message refers to, as one receiver stands to it. A party is part of what it sent and of what may have come to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refers {
    /// Whether the receiver is part of what the message answers; none where the hub knows no such message. What the sender wrote
    /// is then its own word.
    pub replied: Option<bool>,
    /// What it supersedes; none where nothing that the receiver was sent is superseded.
    pub superseded: Option<Superseded>,
    /// Who the conversation's name is from.
    pub conversation: Named,
    /// The first message of the conversation that the receiver is part of, this one included.
    pub first: MessageId,
}

/// What a message supersedes: of the same sender, about the same participant, and the receiver was sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superseded {
    /// The message.
    pub corrects: Corrects,
    /// The conversation that it is in, which a correction goes on with.
    pub conversation: Option<Conversation>,
}

/// Who named a conversation, as one receiver stands to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// This message's own sender did, or somebody in a message that the receiver is part of.
    ToReceiver,
    /// Somebody else did, in an exchange between others.
    BetweenOthers,
}

/// The first message of a conversation, beside a later one of it that goes to a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Began {
    /// It is that message itself, or nothing of the conversation is on file.
    Here,
    /// The same party sent it.
    BySender,
    /// Another party did.
    ByOther {
        /// Whether the receiver is part of it.
        receiver_is_part: bool,
    },
}

impl Began {
    /// From whom the receiver would get the conversation's name. A message that begins one has it from its sender, or from what it
    /// answers.
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

/// Has a conversation the name by which its receiver first saw it: its system may know no other spelling of the same UUID.
pub fn spell_conversation(message: &mut Message, first_seen: &str) {
    let named = message.draft.conversation.as_ref().map(Conversation::as_str);
    if named.is_some_and(|named| named != first_seen && is_same_id(named, first_seen)) {
        message.draft.conversation = Conversation::parse(first_seen);
    }
}

/// A message as its receiver may know it: what it names of exchanges between others is left out, and a conversation that others
/// named has the id of the first message that the receiver is part of for its name.
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
        // A correction without what it corrects is none, and does not leave: see [`may_leave`].
        None if message.draft.kind() == Kind::Correction => {}
        None => message.draft.supersedes = None,
    }
    if refers.conversation == Named::BetweenOthers {
        message.draft.conversation = Conversation::parse(&refers.first.to_string());
    }
    message
}

/// Whether a message that was made [`as_known`] may leave at all.
///
/// # Errors
/// [`Reason::CorrectsNothing`] for a correction of what the receiver was never sent: it would take that for another message.
pub fn may_leave(message: &Message) -> Result<(), Reason> {
    match (message.draft.kind(), &message.corrects) {
        (Kind::Correction, None) => Err(Reason::CorrectsNothing),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::message;

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
