//! What a message may name to one receiver: ids and conversations of exchanges that the receiver is part of, and no others.

use bindeledd_catalogue::{Conversation, Kind, Message, MessageId};

/// What a message refers to, as one receiver stands to it. A party is part of what it sent and of what may have come to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refers {
    /// Whether the receiver is part of what the message answers; none where the hub knows no such message. What the sender wrote
    /// is then its own word.
    pub replied: Option<bool>,
    /// The same of what it supersedes.
    pub superseded: Option<bool>,
    /// Who the conversation's name is from.
    pub conversation: Named,
    /// The first message of the conversation that the receiver is part of, this one included.
    pub first: MessageId,
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
    // A correction without what it corrects is none; what stands there is its sender's own reference.
    if refers.superseded == Some(false) && message.draft.kind() != Kind::Correction {
        message.draft.supersedes = None;
    }
    if refers.conversation == Named::BetweenOthers {
        message.draft.conversation = Conversation::parse(&refers.first.to_string());
    }
    message
}
