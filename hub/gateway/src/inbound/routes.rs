//! Every route in one table: what it is, who may call it, what it takes, and how it can fail. The router, the
//! authorisation, the OpenAPI document and the tests all read this and nothing else.

use axum::http::Method;

/// What a route does; `dispatch` has an arm for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    PostDocument,
    PostMessage,
    GetMessage,
    RetryMessage,
    CancelMessage,
    GetInbox,
    AckDelivery,
    EnteredDelivery,
    PostConsent,
    GetConsent,
    ConfirmConsent,
    ListWaiting,
    WithdrawConsent,
    WithdrawParticipant,
    EraseParticipant,
    GetErasure,
    LinkParticipant,
    ProtectPerson,
    LookUpParticipant,
    ListDisclosures,
    ExportParticipant,
    PartyAlerts,
    ListParties,
    PutParty,
    ImportParties,
    LookUpParty,
    PauseParty,
    ResumeParty,
    TestParty,
    NewKey,
    ListKeys,
    RevokeKeys,
    SuspendParty,
    UnsuspendParty,
    ListMessages,
    ListAlerts,
    ListFetched,
    ListAudit,
    AuditCheckpoint,
    AuditTile,
    GetKeyRing,
    RotateKey,
    RetireKey,
    GetClock,
    AcceptClock,
    ResetAdapter,
    OpenApi,
    Healthz,
    Readyz,
    Metrics,
}

/// How many there are of a list in one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// Where the caller does not say.
    pub(crate) usual: usize,
    /// At the most.
    pub(crate) most: usize,
}

impl Op {
    /// How many of its list there are in one answer.
    pub(crate) const fn page(self) -> Page {
        let (usual, most) = match self {
            Self::GetInbox => (50, 200),
            Self::ListAudit => (100, 1000),
            Self::ListWaiting => (100, 500),
            _ => (50, 500),
        };
        Page { usual, most }
    }
}

/// Who may call a route. What depends on a thing's own parties is looked at where the thing is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone, without a key.
    Anyone,
    /// Any party, and the operator.
    AnyCaller,
    /// The party of the path, and the operator.
    PartyInPath,
    /// The operator.
    Operator,
    /// The operator, and whoever has the key for watching or is let in by configuration.
    OperatorOrWatcher,
}

/// What a route takes as its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Nothing; a body is read and passed over.
    Nothing,
    /// A native document of any media type.
    Document,
    /// JSON, by the name of its schema.
    Json(&'static str),
    /// JSON that may be left out.
    MaybeJson(&'static str),
}

/// A route.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) op: Op,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) takes: Takes,
    pub(crate) query: &'static [&'static str],
    pub(crate) success: &'static [(u16, &'static str)],
    pub(crate) errors: &'static [&'static str],
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const INPUT: &[&str] = &[
    "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1006", "BL-1007", "BL-1103", "BL-1104", "BL-1106",
    "BL-1108", "BL-1132", "BL-1133", "BL-1160", "BL-4030",
];
const READ: &[&str] = &["BL-1004", "BL-1107"];
const QUERY: &[&str] = &["BL-1003", "BL-1004", "BL-1005", "BL-1104"];
const REGISTER: &[&str] = &[
    "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1103", "BL-1104", "BL-1107", "BL-1108", "BL-2010",
    "BL-2011",
];
const CONFIRM: &[&str] = &[
    "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1103", "BL-1104", "BL-1107", "BL-2020", "BL-5021",
];
const CONSENT: &[&str] = &[
    "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1103", "BL-1104", "BL-1107", "BL-1108", "BL-5021",
];

#[expect(
    clippy::too_many_arguments,
    reason = "a row of the table below, whose columns have an order"
)]
const fn route(
    op: Op,
    method: Method,
    path: &'static str,
    access: Access,
    takes: Takes,
    query: &'static [&'static str],
    success: &'static [(u16, &'static str)],
    errors: &'static [&'static str],
    id: &'static str,
    summary: &'static str,
) -> Route {
    Route {
        op,
        method,
        path,
        access,
        takes,
        query,
        success,
        errors,
        id,
        summary,
    }
}

use Access::{AnyCaller, Anyone, Operator, OperatorOrWatcher, PartyInPath};
use Takes::{Document, Json, MaybeJson, Nothing};

/// Every route.
#[rustfmt::skip]
pub(crate) static ROUTES: [Route; 50] = [
    route(Op::PostDocument, POST, "/v1/parties/{party}/documents", PartyInPath, Document, &[], &[(202, "DocumentAnswer")],
        &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1006", "BL-1007", "BL-1103", "BL-1104", "BL-1106", "BL-1108",
          "BL-1132", "BL-1133", "BL-1160", "BL-3001", "BL-3002", "BL-3003", "BL-3004", "BL-3005", "BL-3006", "BL-3020", "BL-3030",
          "BL-3101",
          "BL-4030"],
        "postDocument", "Send a document in the party's own format"),
    route(Op::PostMessage, POST, "/v1/messages", AnyCaller, Json("MessageDraft"), &["from"], &[(202, "DocumentAnswer")], INPUT,
        "postMessage", "Send a message in the project's own JSON"),
    route(Op::GetMessage, GET, "/v1/messages/{id}", AnyCaller, Nothing, &[], &[(200, "Message")], READ,
        "getMessage", "A message's deliveries, their states and reasons; never content"),
    route(Op::RetryMessage, POST, "/v1/messages/{id}/retry", AnyCaller, Nothing, &[], &[(200, "Deliveries")], READ,
        "retryMessage", "Send once more what ended otherwise than delivered, decided anew"),
    route(Op::CancelMessage, POST, "/v1/messages/{id}/cancel", AnyCaller, Nothing, &[], &[(200, "Deliveries")], READ,
        "cancelMessage", "Cancel the deliveries that wait"),
    route(Op::GetInbox, GET, "/v1/parties/{party}/inbox", PartyInPath, Nothing, &["limit"], &[(200, "Inbox")],
        &["BL-1003", "BL-1004", "BL-1107", "BL-1108", "BL-4030"],
        "getInbox", "Fetch what lies in the inbox, as much as an answer holds; each item stays until it is acknowledged"),
    route(Op::AckDelivery, POST, "/v1/parties/{party}/inbox/{delivery}/ack", PartyInPath, Nothing, &[],
        &[(204, ""), (200, "WithPerson")], &["BL-1107", "BL-4007"], "acknowledgeDelivery",
        "Say that an item of the inbox has been taken over; 200 where it is with a person who still has to enter it or hand it over"),
    route(Op::EnteredDelivery, POST, "/v1/parties/{party}/inbox/{delivery}/entered", PartyInPath, MaybeJson("ByHand"), &[],
        &[(204, "")], &["BL-1001", "BL-1003", "BL-1004", "BL-1005", "BL-1107", "BL-4033"], "enteredDelivery",
        "Say what became of what a person took out of the inbox: entered, posted or handed over, so that it is delivered, or not possible"),
    route(Op::PostConsent, POST, "/v1/consents", AnyCaller, Json("Consent"), &[], &[(201, "ConsentAnswer"), (200, "ConsentAnswer")],
        REGISTER, "registerConsent", "Register a consent: the project's JSON, or a FHIR R4 Consent as application/fhir+json"),
    route(Op::GetConsent, GET, "/v1/consents/{id}", AnyCaller, Nothing, &[], &[(200, "ConsentAnswer")], READ,
        "getConsent", "A consent, as JSON or by Accept as a FHIR R4 Consent; a party of it sees the grants that name it"),
    route(Op::ConfirmConsent, POST, "/v1/consents/{id}/confirm", AnyCaller, MaybeJson("Confirmation"), &[],
        &[(200, "Confirmed")], CONFIRM, "confirmConsent",
        "Confirm grants that another party registered: as their sender, as a registrar whom the sender trusts, or as the operator with evidence"),
    route(Op::ListWaiting, GET, "/v1/grants/waiting", AnyCaller, Nothing, &["limit"], &[(200, "WaitingGrants")], &["BL-1003", "BL-1004"],
        "listWaitingGrants", "The grants that wait for a confirmation, and how each can get it: of what a party sends or has registered; all for the operator"),
    route(Op::WithdrawConsent, POST, "/v1/consents/{id}/withdraw", AnyCaller, MaybeJson("Withdrawal"), &[],
        &[(200, "WithdrawalAnswer")], CONSENT,
        "withdrawConsent", "Withdraw; answered when nothing under it can begin to leave any more"),
    route(Op::WithdrawParticipant, POST, "/v1/admin/participants/{ref}/withdraw", Operator, MaybeJson("Withdrawal"), &[],
        &[(200, "WithdrawalAnswer")], CONSENT, "withdrawForParticipant",
        "Withdraw on a participant's behalf, from every consent at once; answered when nothing under them can begin to leave any more"),
    route(Op::EraseParticipant, POST, "/v1/admin/participants/{ref}/erase", Operator, Nothing, &[],
        &[(200, "ErasureAnswer"), (202, "ErasureAnswer")], READ, "eraseParticipant",
        "Destroy a participant's key and what tells of them; says who has what beyond the hub's reach; 202 while it has not left the disk"),
    route(Op::GetErasure, GET, "/v1/admin/participants/{ref}/erasure", Operator, Nothing, &[], &[(200, "Erasure")],
        READ, "getErasure", "When a participant was erased, and whether what was destroyed has left the disk"),
    route(Op::LinkParticipant, POST, "/v1/admin/participants/{ref}/link", Operator, Json("NationalId"), &[],
        &[(200, "LinkAnswer")], CONSENT, "linkParticipant", "Link another number to a participant, such as the one that followed a D-number"),
    route(Op::ProtectPerson, POST, "/v1/admin/participants/protect", Operator, Json("Protection"), &[],
        &[(200, "ProtectionAnswer")], CONSENT, "protectPerson",
        "Set or lift address protection (kode 6, 7): nothing is carried for a protected person"),
    route(Op::LookUpParticipant, POST, "/v1/admin/participants/lookup", Operator, Json("ParticipantLookup"), &[],
        &[(200, "ParticipantRef")], &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107"],
        "lookUpParticipant", "The pseudonym of a person, by the national identity number: in the body, never in an address"),
    route(Op::ListDisclosures, GET, "/v1/participants/{ref}/disclosures", AnyCaller, Nothing, &["before", "limit", "language"],
        &[(200, "Disclosures")], &["BL-1003", "BL-1004", "BL-1005", "BL-1107"],
        "listDisclosures", "Who got what about a participant, newest first; a party sees what it sent or received"),
    route(Op::ExportParticipant, POST, "/v1/participants/{ref}/export", Operator, Json("ExportRequest"), &[],
        &[(200, "ParticipantExport")], &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107"],
        "exportParticipant", "Everything that the hub holds about a participant, content too, for the participant's own right"),
    route(Op::PartyAlerts, GET, "/v1/parties/{party}/alerts", PartyInPath, Nothing, &["kind", "limit", "before"], &[(200, "Alerts")], QUERY,
        "listPartyAlerts", "The alerts that the party may see, newest first; one an episode, with how often"),
    route(Op::ListParties, GET, "/v1/admin/parties", Operator, Nothing, &[], &[(200, "Parties")], &[],
        "listParties", "Every party"),
    route(Op::PutParty, POST, "/v1/admin/parties", Operator, Json("Party"), &[], &[(201, "Party"), (200, "Party")],
        CONSENT, "putParty", "Add a party, or change it"),
    route(Op::ImportParties, POST, "/v1/admin/parties/import", Operator, Json("Import"), &[], &[(200, "ImportAnswer")],
        &["BL-1001", "BL-1003", "BL-1004", "BL-1005"],
        "importParties", "Add or change many parties: all of them, or none, or only to see what would become of each"),
    route(Op::LookUpParty, GET, "/v1/directory/{name}", AnyCaller, Nothing, &[], &[(200, "PublicParty")], READ,
        "lookUpParty", "Look a party up by its id, org:<number> or her:<id>"),
    route(Op::PauseParty, POST, "/v1/admin/parties/{id}/pause", Operator, Nothing, &[], &[(200, "Party")], &["BL-1107"],
        "pauseParty", "Pause a party's endpoint: what is for it waits"),
    route(Op::ResumeParty, POST, "/v1/admin/parties/{id}/resume", Operator, Nothing, &[], &[(200, "Party")], &["BL-1107"],
        "resumeParty", "Resume a party's endpoint"),
    route(Op::TestParty, POST, "/v1/admin/parties/{id}/test", Operator, Nothing, &[], &[(200, "PartyTest")],
        &["BL-1107", "BL-3001"], "testParty", "Look whether the hub could deliver to a party now"),
    route(Op::NewKey, POST, "/v1/admin/parties/{id}/keys", Operator, Nothing, &[], &[(201, "Key")], &["BL-1107"],
        "newKey", "Make a new key for a party; it is shown this once, and older ones stay until they are revoked"),
    route(Op::ListKeys, GET, "/v1/admin/parties/{id}/keys", Operator, Nothing, &[], &[(200, "Keys")], &["BL-1107"],
        "listKeys", "A party's keys by their ids, with when each was made and, since the hub started, last used; never a key"),
    route(Op::RevokeKeys, POST, "/v1/admin/parties/{id}/keys/revoke", Operator, Json("Revocation"), &[],
        &[(200, "RevocationAnswer")], &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107"],
        "revokeKeys", "Revoke keys of a party by their ids, or all; from the answer on they are nobody's"),
    route(Op::SuspendParty, POST, "/v1/admin/parties/{id}/suspend", Operator, Nothing, &[], &[(200, "Party")], &["BL-1107"],
        "suspendParty", "Suspend a party: its keys, tokens and certificates are refused and nothing is delivered to it"),
    route(Op::UnsuspendParty, POST, "/v1/admin/parties/{id}/unsuspend", Operator, Nothing, &[], &[(200, "Party")], &["BL-1107"],
        "unsuspendParty", "Lift a party's suspension: it is let in again, and what waited for it goes"),
    route(Op::ListMessages, GET, "/v1/admin/messages", Operator, Nothing,
        &["party", "state", "kind", "participant", "limit", "before"], &[(200, "Messages")], QUERY,
        "listMessages", "Messages, newest first"),
    route(Op::ListAlerts, GET, "/v1/admin/alerts", Operator, Nothing, &["kind", "limit", "before"], &[(200, "Alerts")], QUERY,
        "listAlerts", "Alerts, newest first; one an episode, with how often"),
    route(Op::ListFetched, GET, "/v1/admin/fetched", Operator, Nothing, &["limit"], &[(200, "Fetched")], QUERY,
        "listFetched", "What was fetched from an inbox and set aside, newest first, and why"),
    route(Op::ListAudit, GET, "/v1/admin/audit", Operator, Nothing, &["from", "limit"], &[(200, "Audit")], QUERY,
        "listAudit", "Rows of the audit log"),
    route(Op::AuditCheckpoint, GET, "/v1/admin/audit/checkpoint", Operator, Nothing, &[], &[(200, "")], &["BL-5020"],
        "getAuditCheckpoint", "A signed checkpoint of the audit log (C2SP tlog-checkpoint)"),
    route(Op::AuditTile, GET, "/v1/admin/audit/tile/{*tile}", Operator, Nothing, &[], &[(200, "")], &["BL-1107"],
        "getAuditTile", "A tile of the audit log (C2SP tlog-tiles): hashes, or entries under `entries`"),
    route(Op::GetKeyRing, GET, "/v1/admin/key", Operator, Nothing, &[], &[(200, "KeyRing")], &[],
        "getKeyRing", "The ids of the master keys that the store opens with, and how far a change is; never a key"),
    route(Op::RotateKey, POST, "/v1/admin/key/rotate", Operator, MaybeJson("Rotation"), &[], &[(200, "KeyRing")],
        &["BL-1001", "BL-1003", "BL-1004", "BL-6017"],
        "rotateKey", "Change to the next master key, without a stop; the old one opens the store until it is retired"),
    route(Op::RetireKey, POST, "/v1/admin/key/retire", Operator, Nothing, &[], &[(200, "KeyRing")], &["BL-6017"],
        "retireKey", "Let the store open with the newest master key alone"),
    route(Op::GetClock, GET, "/v1/admin/clock", Operator, Nothing, &[], &[(200, "Clock")], &[],
        "getClock", "How the machine's clock is, held against the hub's own log and against a clock that nobody sets"),
    route(Op::AcceptClock, POST, "/v1/admin/clock/accept", Operator, Json("ClockAcceptance"), &[], &[(200, "Clock")],
        &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1108"],
        "acceptClock", "Say that the machine's clock is right as it is, as after a long stop"),
    route(Op::ResetAdapter, POST, "/v1/admin/adapters/{id}/reset", Operator, Nothing, &[], &[(200, "AdapterReset")], &["BL-1107"],
        "resetAdapter", "Take an adapter back that was set aside, and whoever rests because of it"),
    route(Op::OpenApi, GET, "/v1/openapi.json", Anyone, Nothing, &[], &[(200, "")], &[], "getOpenApi", "This document"),
    route(Op::Healthz, GET, "/healthz", Anyone, Nothing, &[], &[(200, "")], &[], "healthz", "Whether the hub runs"),
    route(Op::Readyz, GET, "/readyz", Anyone, Nothing, &[], &[(200, "")], &["BL-1131", "BL-4030", "BL-5020"],
        "readyz", "Whether the hub can take documents now"),
    route(Op::Metrics, GET, "/metrics", OperatorOrWatcher, Nothing, &[], &[(200, "")], &[],
        "metrics", "Figures for Prometheus, without personal data"),
];

impl Route {
    /// The codes that every route of its access may answer with, beside its own.
    pub(crate) fn all_errors(&self) -> Vec<&'static str> {
        let mut errors = self.errors.to_vec();
        match self.access {
            Anyone => {}
            AnyCaller => errors.extend(["BL-1101"]),
            PartyInPath | Operator => errors.extend(["BL-1101", "BL-1102"]),
            OperatorOrWatcher => errors.extend(["BL-1101", "BL-1102"]),
        }
        if self.access != Anyone {
            errors.push("BL-1120");
        }
        if !matches!(self.op, Op::Healthz | Op::OpenApi | Op::Readyz | Op::Metrics) {
            errors.extend([
                "BL-1102", "BL-6022", "BL-1109", "BL-1110", "BL-1111", "BL-5001", "BL-5002", "BL-5003", "BL-5034",
                "BL-5035", "BL-5036",
            ]);
        }
        if matches!(self.takes, Document | Json(_) | MaybeJson(_)) {
            errors.extend(["BL-1103", "BL-1112"]);
        }
        // A query that is not the route's, and a path that names nothing.
        errors.extend(["BL-1003", "BL-1004"]);
        if self.parameters().next().is_some() {
            errors.push("BL-1107");
        }
        if !matches!(self.access, Anyone | OperatorOrWatcher) {
            errors.push("BL-1130");
        }
        errors.push("BL-1105");
        errors.sort_unstable();
        errors.dedup();
        errors
    }

    /// Its path as OpenAPI has it, which knows no name that stands for several parts.
    pub(crate) fn documented_path(&self) -> String {
        self.path.replace("{*", "{")
    }

    /// The names in its path.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(|name| name.trim_start_matches('*'))
    }
}
