//! Messages that persons write in a mailbox: the participants and receivers to choose from, the look at the message before
//! it is sent, the sending, and what was begun and not sent.

use bindeledd_core::account::Account;
use bindeledd_core::compose::{Gets, Receiver, Typed, marks, may_propose_meeting, receivers};
use bindeledd_core::follow_up::sees_content;
use bindeledd_core::guard::{self, Finding, What};
use bindeledd_core::{
    Blocked, Body, CategorySet, Conversation, DeliveryId, Draft, Kind, Message, MessageId, Participant, ParticipantRef,
    Party, PartyId, PartyName, PersonName, Purpose, Recipients, SenderReference, UnsentId, decide,
};
use bindeledd_texts::problem::Detail;

use crate::accept::Source;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::letters::{ReadLetter, handler, mailbox_of};
use crate::ports::{AcceptedMessage, Followed, LetterContent, Saved, Unsent, WrittenBy};
use crate::settings::FreeText;

/// A message as a person wrote it. `Debug` prints none of its text.
#[derive(Debug, Clone)]
pub struct Written {
    /// Id that the message had before it is sent.
    pub id: UnsentId,
    /// Participant.
    pub participant: ParticipantRef,
    /// Receivers.
    pub to: Vec<PartyId>,
    /// Content.
    pub body: Body,
    /// Delivery with the question, for a meeting that is proposed instead of an answer.
    pub instead_of: Option<DeliveryId>,
}

/// A written message before it is sent: what each receiver would get, and what the guard found.
#[derive(Debug, Clone)]
pub struct LookedOver {
    /// Each receiver, with the categories that it would not get, or the reason why it would get nothing.
    pub to: Vec<(PartyId, Result<CategorySet, Blocked>)>,
    /// Findings in the free texts.
    pub found: Vec<Finding>,
    /// Whether the hub takes the message with these findings.
    pub is_taken: bool,
}

impl Engine {
    /// Returns the participants about whom a person may write for their party: those whom the person follows up, and whom
    /// active grants let the party tell something about.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn writable(&self, by: &Account) -> Result<Vec<Followed>, EngineError> {
        let (party, now) = (mailbox_of(by)?, self.now());
        let (mut all, _) = self.followed(by).await?;
        all.retain(|one| sees_content(by, party, &one.by, now));
        let among: Vec<_> = all.iter().map(|one| one.participant).collect();
        let writable = self.inner.store.writable(party, &among, now).await?;
        all.retain(|one| writable.contains(&one.participant));
        Ok(all)
    }

    /// Returns the parties that a person may write to about a participant, with what each would get of a message of this
    /// kind. It is empty for a participant who is unknown, protected or without a consent, and for one whom the person does
    /// not follow up: all of these look the same.
    ///
    /// # Errors
    /// As [`Self::writable`].
    pub async fn receivers_of(
        &self,
        by: &Account,
        participant: ParticipantRef,
        kind: Kind,
    ) -> Result<Vec<Receiver>, EngineError> {
        let party = mailbox_of(by)?;
        if !self.follows_up(participant, by).await? {
            return Ok(Vec::new());
        }
        let ledger = self.inner.store.ledger(participant).await?;
        Ok(receivers(&ledger, party, kind, self.now()))
    }

    /// Returns the participant and the party that a person may propose a meeting to, instead of answering a delivery. `None`
    /// if the delivery is not shown to the person, asks for no answer, or no grant lets the party get a proposal.
    ///
    /// # Errors
    /// As [`Engine::read_letter`].
    pub async fn meeting_instead_of(
        &self,
        delivery: DeliveryId,
        by: &Account,
    ) -> Result<Option<(ParticipantRef, PartyId)>, EngineError> {
        let Some((_, participant, to)) = self.question(delivery, by).await? else {
            return Ok(None);
        };
        let offered = self.receivers_of(by, participant, Kind::MeetingRequest).await?;
        let gets = |one: &Receiver| one.party == to && one.gets != Gets::Nothing;
        Ok(offered.iter().any(gets).then_some((participant, to)))
    }

    /// Returns the question of a delivery that a meeting may be proposed instead of, with its participant and its sender.
    async fn question(
        &self,
        delivery: DeliveryId,
        by: &Account,
    ) -> Result<Option<(MessageId, ParticipantRef, PartyId)>, EngineError> {
        let Ok(ReadLetter { letter, .. }) = self.letter_again(delivery, by).await? else {
            return Ok(None);
        };
        let LetterContent::Message(part) = &letter.content else {
            return Ok(None);
        };
        let question = part.content();
        let is_asked = may_propose_meeting(letter.view.kind);
        Ok(is_asked.then(|| (question.id, letter.view.participant, question.from.clone())))
    }

    /// Looks a written message over: what each receiver would get, and what the guard finds. Nothing is sent or written.
    ///
    /// # Errors
    /// As [`Self::writable`]; [`EngineError::NotFound`] for a participant whom the hub does not know.
    pub async fn look_over(&self, by: &Account, written: &Written) -> Result<LookedOver, EngineError> {
        let party = self.inner.party(mailbox_of(by)?)?;
        let draft = self.draft(by, &party, written).await?;
        let found = guard::of_draft(&draft);
        let ledger = self.inner.store.ledger(written.participant).await?;
        let message = Message {
            id: MessageId(written.id.0),
            from: party.id.clone(),
            corrects: None,
            draft,
        };
        let needs = message.draft.body.all_needs();
        let (now, purpose) = (self.now(), message.draft.purpose);
        let look = |to: &PartyId| {
            let decision = decide(&ledger, &party.id, to, purpose, needs, now);
            let kept = decision.minimise(&message).map(|kept| kept.withheld());
            (to.clone(), kept)
        };
        Ok(LookedOver {
            to: written.to.iter().map(look).collect(),
            is_taken: found.is_empty() || self.inner.settings.free_text == FreeText::Flag,
            found,
        })
    }

    /// Finds what the guard marks in a form that somebody fills in: the name of each input, and the sort. Nothing is written.
    ///
    /// # Errors
    /// As [`Self::writable`]; [`EngineError::NotFound`] for a participant whom the person does not follow up.
    pub async fn marks_of(
        &self,
        by: &Account,
        participant: ParticipantRef,
        (kind, typed): (Kind, &Typed),
    ) -> Result<Vec<(String, What)>, EngineError> {
        if !self.follows_up(participant, by).await? {
            return Err(EngineError::NotFound {
                what: Detail::NoParticipant,
            });
        }
        let own = self.inner.store.national_id(participant).await?;
        Ok(marks(kind, typed, own.as_ref()))
    }

    /// Sends a written message, with the person as the actor of the audit row. The same message again, from a second click
    /// or an older page, is the first one: nothing more is sent.
    ///
    /// # Errors
    /// As [`Self::accept_document`], and as [`Self::look_over`].
    pub async fn send_written(&self, by: &Account, written: &Written) -> Result<MessageId, EngineError> {
        let party = self.inner.party(mailbox_of(by)?)?;
        if party.suspended {
            return Err(EngineError::NotAllowed {
                what: Detail::Suspended,
            });
        }
        let draft = self.draft(by, &party, written).await?;
        let source = Source {
            written: Some(WrittenBy {
                account: by.id,
                unsent: written.id,
            }),
            ..Source::default()
        };
        match self.inner.accept(&party, vec![draft], source, self.now()).await {
            Ok(accepted) => {
                let sent: Option<&AcceptedMessage> = accepted.first();
                sent.map(|sent| sent.id).ok_or(EngineError::NotFound {
                    what: Detail::NoMessage,
                })
            }
            Err(EngineError::ReferenceTaken { earlier }) => Ok(earlier),
            Err(error) => Err(error),
        }
    }

    /// Makes the message that a person wrote, as the sender's system would have sent it.
    async fn draft(&self, by: &Account, party: &Party, written: &Written) -> Result<Draft, EngineError> {
        let unknown = || EngineError::NotFound {
            what: Detail::NoParticipant,
        };
        let now = self.now();
        let followed = self.followed_one(written.participant, by).await?;
        let followed = followed.filter(|one| sees_content(by, &party.id, &one.by, now));
        let followed = followed.ok_or_else(unknown)?;
        let national_id = self.inner.store.national_id(written.participant).await?;
        let national_id = national_id.ok_or_else(unknown)?;
        let in_reply_to = match written.instead_of {
            None => None,
            Some(delivery) => {
                let question = self.question(delivery, by).await?.filter(|(_, participant, from)| {
                    let is_meeting = written.body.kind() == Kind::MeetingRequest;
                    is_meeting && *participant == written.participant && written.to == [from.clone()]
                });
                let (id, ..) = question.ok_or_else(unknown)?;
                Conversation::parse(&id.to_string())
            }
        };
        let reference = SenderReference::parse(&written.id.reference()).ok_or(EngineError::NotFound {
            what: Detail::NoMessage,
        })?;
        Ok(Draft {
            sender_reference: reference,
            conversation: None,
            in_reply_to,
            supersedes: None,
            participant: Participant {
                national_id,
                name: followed.name.map(|name| PersonName(name.0)),
            },
            handler: Some(handler(by, party)),
            to: Recipients::Parties(written.to.iter().cloned().map(PartyName::Id).collect()),
            purpose: Purpose::WorkOrientedFollowup,
            sent_at: self.now(),
            expires_at: None,
            body: written.body.clone(),
        })
    }

    /// Saves an unsent message, or replaces what was saved of it. Only a message about a participant whom the party may
    /// write about is saved.
    ///
    /// # Errors
    /// As [`Self::writable`]; [`EngineError::NotFound`] for a participant whom the party may not write about.
    pub async fn save_unsent(&self, by: &Account, unsent: &Unsent) -> Result<Saved, EngineError> {
        if self.receivers_of(by, unsent.participant, unsent.kind).await?.is_empty() {
            return Err(EngineError::NotFound {
                what: Detail::NoParticipant,
            });
        }
        let unsent = Unsent {
            account: by.id,
            party: mailbox_of(by)?.clone(),
            ..unsent.clone()
        };
        Ok(self.inner.store.save_unsent(&unsent, self.now()).await?)
    }

    /// Returns an unsent message of a person.
    ///
    /// # Errors
    /// As [`Self::writable`].
    pub async fn unsent(&self, by: &Account, id: UnsentId) -> Result<Option<Unsent>, EngineError> {
        let party = mailbox_of(by)?;
        Ok(self.inner.store.unsent(id, (by.id, party)).await?)
    }

    /// Returns the unsent messages of a person, the last saved first.
    ///
    /// # Errors
    /// As [`Self::writable`].
    pub async fn all_unsent(&self, by: &Account) -> Result<Vec<Unsent>, EngineError> {
        let party = mailbox_of(by)?;
        Ok(self.inner.store.all_unsent((by.id, party)).await?)
    }

    /// Removes an unsent message of a person. Returns whether there was one.
    ///
    /// # Errors
    /// As [`Self::writable`].
    pub async fn discard_unsent(&self, by: &Account, id: UnsentId) -> Result<bool, EngineError> {
        mailbox_of(by)?;
        Ok(self.inner.store.discard_unsent(id, by.id).await?)
    }
}
