//! What the store gives out about one participant: disclosures, and everything for the participant's own right of access.

use async_trait::async_trait;
use bindeledd_core::alert::Alert;
use bindeledd_core::consent::Consent;
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::{
    AccessReason, CategorySet, DeliveryId, Message, MessageId, NationalId, Opened, ParticipantRef, PartyId, Purpose,
    SubjectAccess,
};
use jiff::Timestamp;

use super::audit::AuditRow;
use super::error::StoreError;
use super::views::MessageView;
use bindeledd_core::audit::Actor;

/// Which disclosures to list. Newest first.
#[derive(Debug, Clone)]
pub struct DisclosureFilter {
    /// About this participant.
    pub participant: ParticipantRef,
    /// That this party sent or received; every one where it is none.
    pub party: Option<PartyId>,
    /// Whose delivery was made before this one.
    pub before: Option<DeliveryId>,
    /// At most so many.
    pub limit: usize,
}

/// Everything that the hub holds about a participant, under the access that opened it. It can not be printed.
pub struct SubjectExport {
    /// The access, which names the audit row that was written before anything was opened.
    pub access: SubjectAccess,
    /// Who the participant is.
    pub national_id: Opened<NationalId>,
    /// Their other numbers, such as a D-number from before.
    pub other_numbers: Vec<Opened<NationalId>>,
    /// Whether the person is under address protection.
    pub protected: bool,
    /// Every consent, newest first.
    pub consents: Vec<Consent>,
    /// Every withdrawal, oldest first.
    pub withdrawals: Vec<WithdrawalOnFile>,
    /// Every message, oldest first.
    pub messages: Vec<HeldMessage>,
    /// Every disclosure, newest first.
    pub disclosures: Vec<Disclosure>,
    /// Every alert about the person, newest first.
    pub alerts: Vec<Alert>,
    /// The audit rows that name the pseudonym, or one that was joined to it, oldest first; the last is that of this very access.
    pub audit: Vec<AuditRow>,
}

/// A message that the hub holds, whole. It can not be printed.
pub struct HeldMessage {
    /// Its states.
    pub view: MessageView,
    /// What for.
    pub purpose: Purpose,
    /// Its subject.
    pub needs: CategorySet,
    /// When its deliveries expire.
    pub expires_at: Timestamp,
    /// The sender's own reference.
    pub reference: String,
    /// Its conversation.
    pub conversation: String,
    /// The message that it answers.
    pub in_reply_to: Option<MessageId>,
    /// The message that it corrects.
    pub corrects: Option<MessageId>,
    /// The messages that correct it, oldest first.
    pub corrected_by: Vec<MessageId>,
    /// Its content; none where its retention is over.
    pub content: Option<Opened<Message>>,
}

/// What was taken back, as it was said. What it leaves open is anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalOnFile {
    /// When.
    pub made_at: Timestamp,
    /// It touches what was given until then.
    pub given_until: Timestamp,
    /// Everything to and from this party.
    pub party: Option<PartyId>,
    /// What this party sends.
    pub from: Option<PartyId>,
    /// What this party receives.
    pub to: Option<PartyId>,
    /// For this purpose.
    pub purpose: Option<Purpose>,
    /// These categories.
    pub categories: CategorySet,
}

/// A participant's rights of access.
#[async_trait]
pub trait Rights: Send + Sync {
    /// Disclosures about a participant that may have left, newest first. `None` where there is no such participant, or the party of the
    /// filter has no part in anything about them.
    async fn disclosures(&self, filter: &DisclosureFilter) -> Result<Option<Vec<Disclosure>>, StoreError>;
    /// Everything that the hub holds about a participant, content too, for the participant's own right. Committed before
    /// anything is opened: the audit row that says who gave it out and why.
    async fn export(
        &self,
        participant: ParticipantRef,
        reason: &AccessReason,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<SubjectExport>, StoreError>;
}
