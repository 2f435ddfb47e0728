//! The address for mails to a person of a mailbox, and whether the person wants them.

use bindeledd_core::AccountId;
use bindeledd_core::account::Account;
use bindeledd_core::audit::Actor;
use bindeledd_core::notice::person::PersonMail;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::letters::mailbox_of;
use crate::ports::{Changed, PersonMailChange};

impl Engine {
    /// Returns whether the hub sends mails.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.inner.mail.is_some()
    }

    /// Returns the mails to a person.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn person_mail(&self, person: AccountId) -> Result<PersonMail, EngineError> {
        Ok(self.inner.store.person_mail(person).await?)
    }

    /// Changes the mails to a person. `false` if there is no such account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn set_person_mail(
        &self,
        person: AccountId,
        change: &PersonMailChange,
        by: &Actor,
    ) -> Result<bool, EngineError> {
        let changed = self.inner.store.set_person_mail(person, change, by, self.now()).await?;
        Ok(changed == Changed::Done)
    }

    /// Records that a person has opened the mailbox, so that the next news is mailed.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn mailbox_opened(&self, by: &Account) -> Result<(), EngineError> {
        mailbox_of(by)?;
        Ok(self.inner.store.person_looked(by.id, self.now()).await?)
    }
}
