//! Data about one participant that the store gives out: disclosures, and the copy for the participant's right of
//! access.

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

/// A filter of disclosures. They are listed newest first.
#[derive(Debug, Clone)]
pub struct DisclosureFilter {
    /// Pseudonym of the participant.
    pub participant: ParticipantRef,
    /// Party that sent or received them; `None` for every party.
    pub party: Option<PartyId>,
    /// Last delivery of the page before: only older ones are listed.
    pub before: Option<DeliveryId>,
    /// Most disclosures to list.
    pub limit: usize,
}

/// All data that the hub holds about a participant, under the access that opened it. It has no `Debug`.
pub struct SubjectExport {
    /// Access, which names the audit row that was written before anything was opened.
    pub access: SubjectAccess,
    /// National id of the participant.
    pub national_id: Opened<NationalId>,
    /// Other numbers, such as an earlier D-number.
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
    /// Audit rows that name the pseudonym, or one that was joined to it, oldest first. The last is the row of this
    /// access.
    pub audit: Vec<AuditRow>,
}

/// A whole message in the hub. It has no `Debug`.
pub struct HeldMessage {
    /// States of the message.
    pub view: MessageView,
    /// Purpose.
    pub purpose: Purpose,
    /// Categories that it needs.
    pub needs: CategorySet,
    /// Time when its deliveries expire.
    pub expires_at: Timestamp,
    /// Reference of the sender.
    pub reference: String,
    /// Conversation.
    pub conversation: String,
    /// Message that it answers.
    pub in_reply_to: Option<MessageId>,
    /// Message that it corrects.
    pub corrects: Option<MessageId>,
    /// Messages that correct it, oldest first.
    pub corrected_by: Vec<MessageId>,
    /// Content; `None` if its retention is over.
    pub content: Option<Opened<Message>>,
}

/// A withdrawal on file, as it was said. A field that is `None` matches everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalOnFile {
    /// Time of the withdrawal.
    pub made_at: Timestamp,
    /// Latest date of the consents that it ends.
    pub given_until: Timestamp,
    /// Party that is the sender or the receiver.
    pub party: Option<PartyId>,
    /// Sender.
    pub from: Option<PartyId>,
    /// Receiver.
    pub to: Option<PartyId>,
    /// Purpose.
    pub purpose: Option<Purpose>,
    /// Categories.
    pub categories: CategorySet,
}

/// A participant's rights of access.
#[async_trait]
pub trait Rights: Send + Sync {
    /// Returns disclosures about a participant that may have left, newest first. `None` if there is no such
    /// participant, or where the party of the filter has no part in anything about them.
    async fn disclosures(&self, filter: &DisclosureFilter) -> Result<Option<Vec<Disclosure>>, StoreError>;
    /// Returns all data that the hub holds about a participant, with content, for their right of access. The audit row
    /// with the actor and the reason is committed before anything is opened.
    async fn export(
        &self,
        participant: ParticipantRef,
        reason: &AccessReason,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<SubjectExport>, StoreError>;
}
