//! The answer of a mailbox's person to a delivery, for the party. It is accepted as a message of the party's system is.

use bindeledd_core::account::Account;
use bindeledd_core::follow_up::Answering;
use bindeledd_core::guard::{self, Finding};
use bindeledd_core::{
    Body, Conversation, DeliveryId, Draft, Message, MessageId, ParticipantRef, Party, PartyName, Recipients,
    SenderReference,
};
use bindeledd_texts::problem::Detail;
use uuid::Uuid;

use crate::accept::Source;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::letters::{ReadLetter, handler, mailbox_of};
use crate::ports::{AnsweredBefore, LetterContent, NotShown};

/// An answer as a person wrote it. `Debug` prints none of its text.
#[derive(Debug, Clone)]
pub struct WrittenReply {
    /// Delivery that it answers.
    pub delivery: DeliveryId,
    /// Reference of the answer. A second click has the same one.
    pub reference: Uuid,
    /// Content.
    pub body: Body,
    /// Whether the person has seen the findings of the guard, and sends it all the same.
    pub is_sure: bool,
}

/// Reason why an answer is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotReplied {
    /// The delivery is not shown to the person.
    NotShown(NotShown),
    /// The delivery asks for no answer of this kind.
    NoAnswer,
    /// Somebody else of the party was first.
    Before(AnsweredBefore),
    /// The party has sent something else under this reference. Nothing is sent, and the person may send the form again.
    ReferenceTaken,
    /// The guard found something in the texts.
    Found(Vec<Finding>),
}

impl Engine {
    /// Sends an answer to a delivery. The hub decides anew about the delivery first, as for a reading. Of two persons who
    /// answer, the second is told who was first.
    ///
    /// # Errors
    /// As [`Engine::read_letter`] and [`Engine::accept_message`].
    pub async fn reply(
        &self,
        written: &WrittenReply,
        by: &Account,
    ) -> Result<Result<MessageId, NotReplied>, EngineError> {
        let (inner, party) = (&self.inner, mailbox_of(by)?);
        let letter = match self.letter_again(written.delivery, by).await? {
            Ok(ReadLetter { letter, .. }) => letter,
            Err(why) => return Ok(Err(NotReplied::NotShown(why))),
        };
        let LetterContent::Message(part) = &letter.content else {
            return Ok(Err(NotReplied::NoAnswer));
        };
        if letter.view.kind.answer() != Some(written.body.kind()) {
            return Ok(Err(NotReplied::NoAnswer));
        }
        let known = inner.party(party)?;
        let mut draft = draft(part.content(), written, (by, known.as_ref()), self.now())?;
        let found = guard::of_draft(&draft);
        if !found.is_empty() && !written.is_sure {
            return Ok(Err(NotReplied::Found(found)));
        }
        let answering = Answering {
            person: by.id,
            reference: written.reference,
            at: self.now(),
        };
        match inner.store.begin_answer(written.delivery, &answering).await? {
            // A second click makes the same message, and gets the first answer.
            Ok(began) => draft.sent_at = began,
            Err(before) => return Ok(Err(NotReplied::Before(before))),
        }
        match inner.accept(&known, vec![draft], Source::default(), self.now()).await {
            Ok(accepted) => accepted.first().map(|sent| Ok(sent.id)).ok_or(EngineError::NotFound {
                what: Detail::NotHandedOver,
            }),
            Err(EngineError::ReferenceTaken { earlier }) => {
                // The row of the first text has its person, and stays.
                inner.store.drop_answer(written.delivery, written.reference).await?;
                let sent = match self.letter_again(written.delivery, by).await? {
                    Ok(ReadLetter { letter, .. }) => letter.view.reply,
                    Err(_) => None,
                };
                let first = sent.filter(|reply| reply.message == earlier);
                // The same form with another text: the first text was sent. Else another message has the reference.
                Ok(Err(first.map_or(NotReplied::ReferenceTaken, |reply| {
                    NotReplied::Before(AnsweredBefore {
                        by: Some(by.id),
                        at: reply.at,
                    })
                })))
            }
            Err(EngineError::FreeText { flags, .. }) => {
                inner.store.drop_answer(written.delivery, written.reference).await?;
                Ok(Err(NotReplied::Found(flags)))
            }
            Err(error) => {
                // Whatever of it may be on disk, the same reference finds again.
                inner.store.drop_answer(written.delivery, written.reference).await?;
                Err(error)
            }
        }
    }

    /// Returns whether a person follows a participant up now, in the mailbox of the person's party.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn follows_up(&self, participant: ParticipantRef, by: &Account) -> Result<bool, EngineError> {
        let (party, now) = (mailbox_of(by)?, self.now());
        let rows = self.inner.store.follow_ups(party, now).await?;
        let mut own = rows.iter().filter(|row| row.person == by.id);
        Ok(own.any(|row| row.participant == participant))
    }
}

/// Makes the message of an answer, as the party's system would have sent it.
fn draft(
    question: &Message,
    written: &WrittenReply,
    (by, party): (&Account, &Party),
    now: jiff::Timestamp,
) -> Result<Draft, EngineError> {
    let not_there = || EngineError::NotFound {
        what: Detail::NotHandedOver,
    };
    Ok(Draft {
        sender_reference: SenderReference::parse(&written.reference.to_string()).ok_or_else(not_there)?,
        conversation: None,
        in_reply_to: Conversation::parse(&question.id.to_string()),
        supersedes: None,
        participant: question.draft.participant.clone(),
        handler: Some(handler(by, party)),
        to: Recipients::Parties(vec![PartyName::Id(question.from.clone())]),
        purpose: question.draft.purpose,
        sent_at: now,
        expires_at: None,
        body: written.body.clone(),
    })
}
