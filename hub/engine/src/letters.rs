//! The mailbox of a party, for its persons: deliveries as letters, and the persons who follow participants up. A letter is
//! released as a document of an inbox is, and the decision is taken anew at each reading.

use bindeledd_core::account::{Account, Act, Acting};
use bindeledd_core::delivery::{ByHand, State, Taker};
use bindeledd_core::follow_up::{Change, FollowUp, NotChanged, leads, sees_content};
use bindeledd_core::{DeliveryId, Handler, ParticipantRef, Party, PartyId};
use bindeledd_texts::problem::Detail;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::inbox::Leave;
use crate::ports::{
    BEGIN_WITHIN, Followed, Letter, LetterContent, LetterView, MailboxReader, NotShown, Occasion, Start, Taken,
};

/// Deliveries and participants that a mailbox lists at most, of each sort.
const AT_MOST: usize = 200;
/// Largest number of deliveries that the menu counts.
pub const WAITING_AT_MOST: usize = 99;

/// A delivery in a mailbox, with the persons who follow its participant up.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Delivery.
    pub view: LetterView,
    /// Persons who follow the participant up.
    pub followed_by: Vec<FollowUp>,
    /// Whether the person who asks may read it.
    pub may_read: bool,
}

/// The deliveries that a person sees in a mailbox.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LettersListed {
    /// Deliveries.
    pub all: Vec<Listed>,
    /// Whether more await a person than these.
    pub has_more_open: bool,
    /// Whether more have been read than these.
    pub has_more_read: bool,
}

/// A letter, with the permission to send it in the response.
pub struct ReadLetter {
    /// Letter.
    pub letter: Letter,
    /// Permission.
    pub leave: Leave,
}

impl Engine {
    /// Returns the deliveries in the mailbox of a person's party: those about participants whom the person follows up,
    /// and for a team leader those of the whole unit.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn letters(&self, by: &Account) -> Result<LettersListed, EngineError> {
        let (inner, of) = (&self.inner, reader(by)?);
        let (known, now) = (inner.party(&of.party)?, inner.clock.now());
        if !known.fetches() {
            return Ok(LettersListed::default());
        }
        let found = inner.store.letters(&of, now, AT_MOST).await?;
        let followed = inner.store.follow_ups(&of.party, now).await?;
        let directory = self.directory();
        let listed = found.views.into_iter().filter_map(|mut view| {
            // A party that is paused or suspended gets nothing new.
            if known.is_held() && matches!(view.state, State::Waiting(_)) {
                return None;
            }
            let rows: Vec<_> = followed
                .iter()
                .filter(|row| row.participant == view.participant)
                .copied()
                .collect();
            let may_read = sees_content(by, &of.party, &rows, now);
            if let (Some(call), Some(sender)) = (
                &mut view.urgent,
                view.from.as_ref().and_then(|from| directory.get(from)),
            ) {
                let handler = call.handler.as_ref();
                call.handler = handler.map(|handler| sender.handler_as_others_see_it(handler));
            }
            (may_read || of.leads).then_some(Listed {
                view,
                followed_by: rows,
                may_read,
            })
        });
        Ok(LettersListed {
            all: listed.collect(),
            has_more_open: found.has_more_open,
            has_more_read: found.has_more_read,
        })
    }

    /// Returns the number of deliveries that await a person: those that the person may open and has to, and for a team
    /// leader also those about participants whom nobody follows up. It stops at [`WAITING_AT_MOST`].
    ///
    /// # Errors
    /// As [`Self::letters`].
    pub async fn letters_waiting(&self, by: &Account) -> Result<usize, EngineError> {
        let (inner, of) = (&self.inner, reader(by)?);
        let known = inner.party(&of.party)?;
        if !known.fetches() {
            return Ok(0);
        }
        let (with_waiting, now) = (!known.is_held(), inner.clock.now());
        Ok(inner
            .store
            .letters_waiting(&of, with_waiting, now, WAITING_AT_MOST)
            .await?)
    }

    /// Opens a delivery for a person who follows its participant up. A delivery that waits is handed over first, as to a
    /// system that fetches. The reading is in the audit log with the person, and acknowledges the delivery.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; while the clock is wrong; when the store fails.
    pub async fn read_letter(
        &self,
        delivery: DeliveryId,
        by: &Account,
    ) -> Result<Result<ReadLetter, NotShown>, EngineError> {
        self.letter(delivery, (by, Occasion::Opened)).await
    }

    /// Opens a delivery once more for a person who goes on with its page: posts its form, or gets the form back. The hub
    /// decides anew. Only a person who never opened it has a row in the audit log.
    ///
    /// # Errors
    /// As [`Engine::read_letter`].
    pub async fn letter_again(
        &self,
        delivery: DeliveryId,
        by: &Account,
    ) -> Result<Result<ReadLetter, NotShown>, EngineError> {
        self.letter(delivery, (by, Occasion::GoesOn)).await
    }

    async fn letter(
        &self,
        delivery: DeliveryId,
        (by, occasion): (&Account, Occasion),
    ) -> Result<Result<ReadLetter, NotShown>, EngineError> {
        let (inner, party) = (&self.inner, mailbox_of(by)?);
        let known = inner.party(party)?;
        inner.clock_is_right()?;
        let state = inner
            .store
            .letter_state(party, delivery, by.id, inner.clock.now())
            .await?;
        let waits = match state {
            None => return Ok(Err(NotShown::Unknown)),
            Some(state) => matches!(state, State::Waiting(_)),
        };
        if known.suspended || waits && (known.is_held() || !known.fetches()) {
            return Ok(Err(NotShown::NotNow));
        }
        if waits {
            // The reading below makes a permission of its own.
            drop(inner.release_to_inbox(&known, delivery).await?);
        }
        let entered = inner.starting.enter(delivery, Start::new(&inner.clock, BEGIN_WITHIN));
        // A suspension waits for what has entered, so that its answer is true for this reading as well.
        if inner.party(party)?.suspended {
            return Ok(Err(NotShown::NotNow));
        }
        let taken = Taken {
            party: party.clone(),
            by: Acting::Person(by).actor(),
            taker: Taker::Receiver,
            entered_by_hand: inner.adapters.entered_by_hand(),
            adapter: known.endpoint.as_ref().map(|endpoint| endpoint.adapter.clone()),
        };
        let now = inner.clock.now();
        let read = inner
            .store
            .read_letter(delivery, (by.id, occasion), &taken, now)
            .await?;
        Ok(read.map(|letter| ReadLetter {
            letter: self.signed(letter),
            leave: Leave::of(entered),
        }))
    }

    /// Shows the sender's contact person as others may see them.
    fn signed(&self, mut letter: Letter) -> Letter {
        let directory = self.directory();
        if let LetterContent::Message(part) = letter.content {
            let sender = directory.get(&part.content().from).cloned();
            letter.content = LetterContent::Message(match sender {
                Some(sender) => Box::new(part.signed_by(&sender)),
                None => part,
            });
        }
        letter
    }

    /// Records that a person entered a delivery by hand, or could not. `false` if the delivery is not with a person.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] if the person does not follow the participant up; as [`Engine::by_hand`].
    pub async fn enter_letter(&self, delivery: DeliveryId, said: ByHand, by: &Account) -> Result<bool, EngineError> {
        let (inner, party) = (&self.inner, mailbox_of(by)?);
        let state = inner
            .store
            .letter_state(party, delivery, by.id, inner.clock.now())
            .await?;
        if state.is_none() {
            return Err(EngineError::NotFound {
                what: Detail::NotHandedOver,
            });
        }
        self.by_hand(party, delivery, said, Acting::Person(by)).await
    }

    /// Returns the participants in the mailbox of a person's party: those whom the person follows up, and for a team
    /// leader every one. The flag tells whether there are more.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn followed(&self, by: &Account) -> Result<(Vec<Followed>, bool), EngineError> {
        Ok(self.inner.store.followed(&reader(by)?, self.now(), AT_MOST).await?)
    }

    /// Returns one participant in the mailbox of a person's party, if the person follows them up, or leads the team.
    ///
    /// # Errors
    /// As [`Self::followed`].
    pub async fn followed_one(
        &self,
        participant: ParticipantRef,
        by: &Account,
    ) -> Result<Option<Followed>, EngineError> {
        let (of, now) = (reader(by)?, self.now());
        let found = self.inner.store.followed_one(&of.party, participant, now).await?;
        Ok(found.filter(|followed| of.leads || sees_content(by, &of.party, &followed.by, now)))
    }

    /// Changes the persons who follow a participant up in the mailbox of a person's party. `false` if everything was so
    /// already.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn change_follow_up(
        &self,
        participant: ParticipantRef,
        change: Change,
        by: &Account,
    ) -> Result<Result<bool, NotChanged>, EngineError> {
        let party = mailbox_of(by)?;
        let store = &self.inner.store;
        Ok(store
            .change_follow_up(party, participant, change, by.id, self.now())
            .await?)
    }
}

/// Returns a person of a mailbox as the reader of its lists.
fn reader(by: &Account) -> Result<MailboxReader, EngineError> {
    let party = mailbox_of(by)?;
    Ok(MailboxReader {
        party: party.clone(),
        person: by.id,
        leads: leads(by, party),
    })
}

/// Returns the party whose mailbox a person uses.
pub(crate) fn mailbox_of(by: &Account) -> Result<&PartyId, EngineError> {
    let party = by.party.as_ref().filter(|_| by.may(Act::UseMailbox));
    party.ok_or(EngineError::NotAllowed {
        what: Detail::NoMailbox,
    })
}

/// Returns a person of a mailbox as the contact person of the messages that the person writes.
pub(crate) fn handler(by: &Account, party: &Party) -> Handler {
    Handler {
        name: by.name.as_str().to_owned(),
        role: None,
        unit: None,
        phone: party.phone.clone(),
    }
}
