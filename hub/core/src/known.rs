//! What a message may name to one receiver: ids and conversations of exchanges that the receiver is part of, and no others.

use bindeledd_catalogue::{Conversation, Corrects, Kind, Message, MessageId};

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
