//! Data about one participant that the store gives out: disclosures, and the copy for the participant's right of
//! access.

use async_trait::async_trait;
use bindeledd_core::alert::Alert;
use bindeledd_core::audit::Actor;
use bindeledd_core::consent::Consent;
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::opening::Look;
use bindeledd_core::request::ConsentRequest;
use bindeledd_core::{
    AccessReason, CategorySet, ContentAccess, DeliveryId, Message, MessageId, NationalId, Opened, ParticipantRef,
    PartyId, Purpose,
};
use jiff::Timestamp;

use super::audit::AuditRow;
use super::error::StoreError;
use super::message_view::MessageView;

/// Selects the disclosures to list, newest first.
#[derive(Debug, Clone)]
pub struct DisclosureFilter {
    /// Pseudonym of the participant.
    pub participant: ParticipantRef,
    /// Party that sent or received the data; `None` for every party.
    pub party: Option<PartyId>,
    /// Last delivery of the page before. Only older deliveries are listed.
    pub before: Option<DeliveryId>,
    /// Maximum number of disclosures to list.
    pub limit: usize,
}

/// All data that the hub holds about a participant, and the access that opened it. The type has no `Debug`, so that
/// logs can not contain the data.
pub struct SubjectExport {
    /// Pseudonym of the participant.
    pub participant: ParticipantRef,
    /// Access that opened the data. Its audit row was written before.
    pub access: ContentAccess,
    /// National id of the participant.
    pub national_id: Opened<NationalId>,
    /// Other national ids of the participant, such as an earlier D-number.
    pub other_numbers: Vec<Opened<NationalId>>,
    /// Whether the person is under address protection.
    pub protected: bool,
    /// Every consent, newest first.
    pub consents: Vec<Consent>,
    /// Every withdrawal, oldest first.
    pub withdrawals: Vec<WithdrawalOnFile>,
    /// Every question that a party sent to the participant's own page, newest first.
    pub requests: Vec<ConsentRequest>,
    /// Every message, oldest first.
    pub messages: Vec<HeldMessage>,
    /// Every disclosure, newest first.
    pub disclosures: Vec<Disclosure>,
    /// Every alert about the person, newest first.
    pub alerts: Vec<Alert>,
    /// Every look at content about the person, newest first. The first is this one.
    pub looks: Vec<Look>,
    /// Audit rows that name the participant's pseudonym or a pseudonym that was joined to it, oldest first. The last is
    /// the row of this access.
    pub audit: Vec<AuditRow>,
}

/// A whole message in the hub. The type has no `Debug`, so that logs can not contain the content.
pub struct HeldMessage {
    /// States of the message and its deliveries.
    pub view: MessageView,
    /// Purpose.
    pub purpose: Purpose,
    /// Categories that the message needs.
    pub needs: CategorySet,
    /// Time when the message's deliveries expire.
    pub expires_at: Timestamp,
    /// Reference of the sender.
    pub reference: String,
    /// Conversation.
    pub conversation: String,
    /// Message that this message answers.
    pub in_reply_to: Option<MessageId>,
    /// Message that this message corrects.
    pub corrects: Option<MessageId>,
    /// Messages that correct this message, oldest first.
    pub corrected_by: Vec<MessageId>,
    /// Content of the message; `None` if its retention is over.
    pub content: Option<Opened<Message>>,
}

/// A withdrawal on file: its scope and its limits in time. A field that is `None` matches everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalOnFile {
    /// Time of the withdrawal.
    pub made_at: Timestamp,
    /// Latest date of a consent whose grants the withdrawal ends.
    pub given_until: Timestamp,
    /// Party that is the sender or the receiver of the grants.
    pub party: Option<PartyId>,
    /// Sender of the grants.
    pub from: Option<PartyId>,
    /// Receiver of the grants.
    pub to: Option<PartyId>,
    /// Purpose of the grants.
    pub purpose: Option<Purpose>,
    /// Categories that are withdrawn.
    pub categories: CategorySet,
}

/// A participant's rights of access.
#[async_trait]
pub trait Rights: Send + Sync {
    /// Returns disclosures about a participant, newest first. `None` if there is no such participant, or if the party
    /// of the filter has no part in any exchange about the participant.
    async fn disclosures(&self, filter: &DisclosureFilter) -> Result<Option<Vec<Disclosure>>, StoreError>;
    /// Returns all data that the hub holds about a participant, with content, for their right of access. The audit row
    /// with the actor and the reason is committed before any content is opened.
    async fn export(
        &self,
        participant: ParticipantRef,
        reason: &AccessReason,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<SubjectExport>, StoreError>;
}
