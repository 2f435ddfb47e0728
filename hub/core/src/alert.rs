//! Alerts as data: the event that an operator or a party should look at, its urgency, and the action to take.

use jiff::{SignedDuration, Timestamp};

use bindeledd_catalogue::{Body, Kind, MessageId, PartyId};

use crate::consent::Ledger;
use crate::decide::decide;
use crate::id::{AlertId, DeliveryId, ParticipantRef};

/// The event that an alert reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// A measure ends because of treatment or illness, and no dialogue about it took place. The hub exists to prevent
    /// this mistake.
    EndingWithoutDialogue,
    /// A receipt did not come in time.
    ReceiptOverdue,
    /// A receipt refers to nothing that was sent to its sender, or has an unknown status.
    StrangeReceipt,
    /// An adapter failed so often that it was set aside.
    AdapterQuarantined,
    /// A delivery ended otherwise than delivered, and its sender should know.
    DeliveryFailed,
    /// A fetched item can not be read, or an item could not be fetched for a long time.
    ItemSetAside,
    /// A certificate of the hub expires within 30 days.
    CertificateExpiring,
    /// A certificate of the hub expires within 7 days, or has expired.
    CertificateAlmostExpired,
    /// An issuer of tokens refuses the hub itself.
    CredentialRefused,
    /// Deliveries have waited long for a party that neither fetches nor answers.
    EndpointSilent,
    /// Deliveries between two parties are blocked for one reason again and again.
    RepeatedBlocks,
    /// The second place of the audit log could not be written for a while.
    CheckpointBehind,
    /// A reader holds an old snapshot of the store, so that the store's log grows or erased data
    /// stays on the disk.
    StoreHeld,
    /// The machine's clock is wrong, so that nothing is released, expired or deleted.
    ClockWrong,
    /// The audit log differs from the log that the hub wrote. Releases and witnessing have stopped.
    AuditMismatch,
    /// A participant's consents differ from the registered ones. Nothing about that participant is released.
    LedgerMismatch,
    /// A system other than the expected one answers at an address.
    StrangeAnswer,
    /// The second place would be restored from the same snapshot as the data, so that both would
    /// be rolled back together.
    SecondPlaceNear,
    /// A person took a document long ago, and has not confirmed that it is entered or handed over.
    WithPersonLong,
    /// An urgent message is blocked. No receiver gets it unless its sender calls the receiver.
    UrgentBlocked,
    /// A message is blocked because its sender's side has not confirmed the grant. The alert lasts
    /// until the grant is confirmed or the block ends otherwise.
    GrantAwaits,
}

/// Urgency of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// An operator has to act today.
    Now,
    /// The alert can wait for a working day.
    CanWait,
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 21] = [
        Self::EndingWithoutDialogue,
        Self::ReceiptOverdue,
        Self::StrangeReceipt,
        Self::AdapterQuarantined,
        Self::DeliveryFailed,
        Self::ItemSetAside,
        Self::CertificateExpiring,
        Self::CertificateAlmostExpired,
        Self::CredentialRefused,
        Self::EndpointSilent,
        Self::RepeatedBlocks,
        Self::CheckpointBehind,
        Self::StoreHeld,
        Self::ClockWrong,
        Self::AuditMismatch,
        Self::LedgerMismatch,
        Self::StrangeAnswer,
        Self::SecondPlaceNear,
        Self::WithPersonLong,
        Self::UrgentBlocked,
        Self::GrantAwaits,
    ];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EndingWithoutDialogue => "ending-without-dialogue",
            Self::ReceiptOverdue => "receipt-overdue",
            Self::StrangeReceipt => "strange-receipt",
            Self::AdapterQuarantined => "adapter-quarantined",
            Self::DeliveryFailed => "delivery-failed",
            Self::ItemSetAside => "item-set-aside",
            Self::CertificateExpiring => "certificate-expiring",
            Self::CertificateAlmostExpired => "certificate-almost-expired",
            Self::CredentialRefused => "credential-refused",
            Self::EndpointSilent => "endpoint-silent",
            Self::RepeatedBlocks => "repeated-blocks",
            Self::CheckpointBehind => "checkpoint-behind",
            Self::StoreHeld => "store-held",
            Self::ClockWrong => "clock-wrong",
            Self::AuditMismatch => "audit-mismatch",
            Self::LedgerMismatch => "ledger-mismatch",
            Self::StrangeAnswer => "strange-answer",
            Self::SecondPlaceNear => "second-place-near",
            Self::WithPersonLong => "with-a-person-long",
            Self::UrgentBlocked => "urgent-blocked",
            Self::GrantAwaits => "grant-awaits-confirmation",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }

    /// Returns the urgency.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::EndingWithoutDialogue
            | Self::AdapterQuarantined
            | Self::CertificateAlmostExpired
            | Self::CredentialRefused
            | Self::CheckpointBehind
            | Self::StoreHeld
            | Self::ClockWrong
            | Self::AuditMismatch
            | Self::LedgerMismatch
            | Self::StrangeAnswer
            | Self::UrgentBlocked
            | Self::GrantAwaits => Severity::Now,
            Self::ReceiptOverdue
            | Self::StrangeReceipt
            | Self::DeliveryFailed
            | Self::ItemSetAside
            | Self::CertificateExpiring
            | Self::EndpointSilent
            | Self::RepeatedBlocks
            | Self::SecondPlaceNear
            | Self::WithPersonLong => Severity::CanWait,
        }
    }

    /// Returns the text of the event, in plain Norwegian.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::EndingWithoutDialogue => {
                "Tiltaket avsluttes på grunn av behandling, uten at partene har snakket sammen."
            }
            Self::ReceiptOverdue => "Kvitteringen fra mottakeren har ikke kommet i tide.",
            Self::StrangeReceipt => "Det kom en kvittering som ikke kan knyttes til noe som er sendt.",
            Self::AdapterQuarantined => "En adapter har feilet gjentatte ganger og er satt til side.",
            Self::DeliveryFailed => "En leveranse kom ikke frem.",
            Self::ItemSetAside => "Noe som ble hentet fra en innboks, kunne ikke tas imot og er lagt til side.",
            Self::CertificateExpiring => "Et av sertifikatene til knutepunktet går ut om 30 dager eller mindre.",
            Self::CertificateAlmostExpired => {
                "Et av sertifikatene til knutepunktet går ut innen en uke, eller er gått ut."
            }
            Self::CredentialRefused => {
                "En utsteder av adgangstegn avviser knutepunktet, så leveransene som trenger det, venter."
            }
            Self::EndpointSilent => "En mottaker har lenge ikke tatt imot noe, og meldinger venter.",
            Self::RepeatedBlocks => {
                "Meldinger fra samme avsender til samme mottaker stanses gang på gang av samme grunn."
            }
            Self::CheckpointBehind => {
                "Sporet av loggen kan ikke skrives på det andre stedet. Tilbaketrekking av samtykke kan ikke besvares imens."
            }
            Self::StoreHeld => {
                "Noe har lenge holdt lageret åpent for lesing. Det som er slettet, ligger fortsatt på disken, eller disken fylles."
            }
            Self::ClockWrong => "Klokken på maskinen går feil. Ingenting leveres ut, utløper eller slettes imens.",
            Self::LedgerMismatch => {
                "Samtykkene som er lagret for en deltaker, er ikke de som ble registrert. Ingenting sendes om deltakeren imens."
            }
            Self::AuditMismatch => "Loggen er ikke slik knutepunktet skrev den. Ingenting sendes ut imens.",
            Self::StrangeAnswer => {
                "Noe annet enn mottakerens system svarer på adressen, for eksempel en nettside eller et tomt svar. Det teller ikke, og meldinger venter."
            }
            Self::SecondPlaceNear => {
                "Det andre stedet ligger sammen med dataene. Legges begge tilbake fra en kopi, merkes det ikke at tilbaketrekkinger er borte."
            }
            Self::WithPersonLong => {
                "En person har lenge hatt noe som skal føres inn eller gis videre, og har ikke sagt at det er gjort."
            }
            Self::UrgentBlocked => {
                "Noe som haster, er stanset: ingen samtykker dekker det, og mottakeren har ikke fått det."
            }
            Self::GrantAwaits => {
                "En melding er stanset fordi avsenderen ikke har bekreftet en tillatelse som en annen har registrert."
            }
        }
    }

    /// Returns the action to take, in plain Norwegian.
    #[must_use]
    pub const fn what_to_do(self) -> &'static str {
        match self {
            Self::EndingWithoutDialogue => {
                "Ta kontakt før avslutningen: vurder pause, færre dager, forlengelse eller et møte med behandleren."
            }
            Self::ReceiptOverdue => "Ring mottakeren og spør om meldingen er kommet frem. Send den eventuelt på nytt.",
            Self::StrangeReceipt => "Se etter om mottakeren kvitterer med riktig meldings-id.",
            Self::AdapterQuarantined => "Se feilkoden, rett eller rull tilbake adapteren, og ta den i bruk igjen.",
            Self::DeliveryFailed => "Se årsaken på leveransen, rett den, og send på nytt.",
            Self::ItemSetAside => {
                "Se årsaken, og ta kontakt med avsenderen: avsenderens system har fått beskjed om at meldingen ikke er mottatt."
            }
            Self::CertificateExpiring | Self::CertificateAlmostExpired => {
                "Bestill et nytt sertifikat og legg det der det gamle ligger. Det tas i bruk uten omstart."
            }
            Self::CredentialRefused => {
                "Se etter om klient-id, omfang og nøkkel er riktig registrert hos utstederen. Det prøves igjen av seg selv."
            }
            Self::EndpointSilent => {
                "Ring mottakeren: er systemet nede, eller er det ingen som ser i innboksen? Det som venter, sendes av seg selv når mottakeren svarer."
            }
            Self::RepeatedBlocks => {
                "Se koden. Mangler samtykket en mottaker eller en kategori, kan deltakeren gi et nytt; ellers bør avsenderen slutte å sende dette."
            }
            Self::CheckpointBehind => {
                "Se etter om disken eller stedet i [audit] checkpoint_file er borte, full eller uten skriverett. Det prøves igjen av seg selv."
            }
            Self::StoreHeld => {
                "Se koden. Finn sikkerhetskopien eller skallet som har lageret åpent, og avslutt det. Det prøves igjen av seg selv."
            }
            Self::ClockWrong => {
                "Still klokken på maskinen; da går alt videre av seg selv. Er klokken riktig, som etter en lang stans: `bindeledd clock accept`."
            }
            Self::LedgerMismatch => {
                "Noen eller noe har endret databasen. Behandle det som et brudd, og følg siden om BL-5021."
            }
            Self::AuditMismatch => {
                "Noen eller noe har endret databasen. Behandle det som et brudd: ta kopi, kjør `bindeledd audit verify`, og følg siden om BL-5020."
            }
            Self::StrangeAnswer => {
                "Se etter om en mellomtjener, en brannmur eller en innloggingsside svarer i stedet for systemet, og om adressen er riktig. Det prøves igjen av seg selv."
            }
            Self::SecondPlaceNear => {
                "Velg en mappe på en annen disk eller maskin i [audit] checkpoint_file, og flytt filene dit mens knutepunktet er stanset."
            }
            Self::WithPersonLong => {
                "Spør den som har det. Er det gjort, si fra med `bindeledd party entered`; går det ikke, si fra med `--how not-possible`."
            }
            Self::UrgentBlocked => {
                "Ring i dag: spør deltakeren om et samtykke som dekker det, og snakk med mottakeren på en annen måte i mellomtiden."
            }
            Self::GrantAwaits => {
                "Avsenderen bekrefter selv, eller driften bekrefter for den med et bevis: `bindeledd consent waiting` viser hva som venter. Send så meldingen på nytt."
            }
        }
    }
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Id of the alert.
    pub id: AlertId,
    /// Kind of event that the alert reports.
    pub kind: AlertKind,
    /// Time when the alert was raised.
    pub raised_at: Timestamp,
    /// Participant that the alert concerns.
    pub participant: Option<ParticipantRef>,
    /// Message that the alert concerns.
    pub message: Option<MessageId>,
    /// Delivery that the alert concerns.
    pub delivery: Option<DeliveryId>,
    /// Party that the alert concerns.
    pub party: Option<PartyId>,
    /// Code of the cause, such as `BL-4003`.
    pub code: Option<String>,
    /// Number of times that the event was found in this episode.
    pub times: u32,
    /// Time when the event was last found.
    pub last_at: Timestamp,
    /// Time when the alert ended. Only an alert of a lasting condition has an end.
    pub ended_at: Option<Timestamp>,
}

/// The way in which a delivery came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDelivered {
    /// The delivery was not handed over before it expired.
    Expired,
    /// The delivery can not be written or sent.
    Failed,
    /// The receiver's system refused the delivery when it was sent.
    Refused,
    /// The receiver refused the delivery in a receipt.
    RefusedByReceipt,
    /// The delivery is a receipt of the hub itself, and the other side refused it in a receipt.
    OwnReceiptRefused,
    /// No receipt came in time.
    Overdue,
    /// The person who took the delivery could not enter it or hand it over.
    NotByHand,
    /// No grant covers the delivery any longer.
    Uncovered,
    /// The participant was erased.
    Erased,
}

impl NotDelivered {
    /// Every way.
    pub const ALL: [Self; 9] = [
        Self::Expired,
        Self::Failed,
        Self::Refused,
        Self::RefusedByReceipt,
        Self::OwnReceiptRefused,
        Self::Overdue,
        Self::NotByHand,
        Self::Uncovered,
        Self::Erased,
    ];

    /// Returns the alert for the operator and the message's sender. `None` if neither can act on
    /// the failure, or if one of them asked for it.
    #[must_use]
    pub const fn alert(self) -> Option<AlertKind> {
        match self {
            Self::Expired | Self::Failed | Self::Refused | Self::RefusedByReceipt | Self::NotByHand => {
                Some(AlertKind::DeliveryFailed)
            }
            Self::Overdue => Some(AlertKind::ReceiptOverdue),
            Self::OwnReceiptRefused | Self::Uncovered | Self::Erased => None,
        }
    }
}

/// Length of an episode, from its first alert. A repeated event within an episode is counted on
/// that first alert, so that lists stay short. A lasting event raises a new alert once a day.
pub const EPISODE: SignedDuration = SignedDuration::from_hours(24);

impl Alert {
    /// Returns the key that alerts of one episode share: kind, party, code and viewers. The key of
    /// some kinds includes the participant, since somebody has to call about each participant.
    #[must_use]
    pub fn episode(&self, viewers: &[PartyId]) -> String {
        let mut parts = vec![self.kind.code().to_owned()];
        parts.push(self.party.as_ref().map(ToString::to_string).unwrap_or_default());
        parts.push(self.code.clone().unwrap_or_default());
        parts.extend(viewers.iter().map(ToString::to_string));
        if matches!(self.kind, AlertKind::EndingWithoutDialogue | AlertKind::UrgentBlocked) {
            parts.extend(self.participant.map(|participant| participant.to_string()));
        }
        parts.join(" ")
    }
}

/// The dialogue about a participant so far, reduced to the facts that [`ending_without_dialogue`]
/// needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dialogue {
    /// Time when the newest `treatment-status` was delivered.
    pub treatment_status: Option<Timestamp>,
    /// Time when the newest `answer` or `meeting-response` was delivered.
    pub talked: Option<Timestamp>,
}

/// Returns whether a message ends a measure because of treatment, or proposes to, although no
/// answer and no meeting response followed the `treatment-status`.
#[must_use]
pub fn ending_without_dialogue(body: &Body, so_far: Dialogue) -> bool {
    let talked_since = match (so_far.treatment_status, so_far.talked) {
        (Some(status), Some(talked)) => talked >= status,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    body.ends_because_of_treatment() && !talked_since
}

/// Returns whether a party may now send anything about the participant to anybody. A party without
/// such a grant has no measure to end, and an alert to it would reveal the participant.
#[must_use]
pub fn is_in_circle(ledger: &Ledger, from: &PartyId, now: Timestamp) -> bool {
    let own = ledger.grants.iter().map(|g| &g.grant).filter(|g| g.from == *from);
    let mut decided = own.map(|g| decide(ledger, from, &g.to, g.purpose, g.categories, now));
    decided.any(|decision| !decision.permitted().is_empty())
}

/// Returns whether a message of this kind counts as dialogue.
#[must_use]
pub const fn counts_as_dialogue(kind: Kind) -> bool {
    matches!(kind, Kind::Answer | Kind::MeetingResponse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_can_act_is_told_and_whoever_asked_for_it_is_not() {
        let told: Vec<_> = NotDelivered::ALL
            .into_iter()
            .filter_map(|how| Some((how, how.alert()?)))
            .collect();
        assert_eq!(
            told,
            [
                (NotDelivered::Expired, AlertKind::DeliveryFailed),
                (NotDelivered::Failed, AlertKind::DeliveryFailed),
                (NotDelivered::Refused, AlertKind::DeliveryFailed),
                (NotDelivered::RefusedByReceipt, AlertKind::DeliveryFailed),
                (NotDelivered::Overdue, AlertKind::ReceiptOverdue),
                (NotDelivered::NotByHand, AlertKind::DeliveryFailed),
            ]
        );
    }
}
