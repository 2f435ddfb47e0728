//! Answers about one participant: disclosures, and the export of everything that the hub holds.

use bindeledd_core::disclosure::{Disclosure, PublicParty, UsedGrant};
use bindeledd_core::form::{Language, to_text};
use bindeledd_core::opening::{Look, LookWay};
use bindeledd_core::request::{ConsentRequest, RequestState};
use bindeledd_core::{PartyId, time};
use bindeledd_engine::ports::{HeldMessage, SubjectExport, WithdrawalOnFile};
use bindeledd_texts::Lang;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::consent::BasisJson;
use super::{AlertJson, AuditRowJson, ConsentJson, MessageJson, Viewer, codes};

/// The name of the export's schema.
const EXPORT_SCHEMA: &str = "bindeledd/participant-export/1";

/// Page of disclosures about one participant.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Disclosures")]
pub(crate) struct DisclosuresJson<'a> {
    /// Disclosures, newest first.
    pub(crate) disclosures: Vec<DisclosureJson<'a>>,
    /// Looks at content outside of its way to a receiver, newest first. The first page for the operator has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) looks: Option<Vec<LookJson>>,
}

/// Look: somebody saw content outside of its way to a receiver.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Look")]
pub(crate) struct LookJson {
    /// Time.
    #[schemars(schema_with = "codes::time")]
    at: String,
    /// Way: break-glass, the operator's look into an inbox, or a copy for the participant.
    #[schemars(extend("enum" = LookWay::ALL.map(LookWay::code)))]
    way: &'static str,
    /// Roles of the one who looked, `operator-key`, or `participant` for the participant.
    looked_as: String,
    /// Id of the message; absent for everything about the participant.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Reason.
    reason: String,
}

impl LookJson {
    pub(crate) fn of(look: &Look) -> Self {
        Self {
            at: time::local_rfc3339(look.at),
            way: look.way.code(),
            looked_as: look.by.code(),
            message: look.message.map(|message| message.to_string()),
            reason: look.reason.as_str().to_owned(),
        }
    }
}

/// Disclosure: one delivery that may have left the hub, with the grants that permitted it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Disclosure")]
pub(crate) struct DisclosureJson<'a> {
    /// Id of the delivery.
    delivery: String,
    /// Id of the message.
    message: String,
    /// Kind of message.
    #[schemars(schema_with = "codes::kind")]
    kind: &'static str,
    /// Id of the sender.
    from: &'a str,
    /// Id of the receiver.
    to: &'a str,
    /// Purpose of the exchange.
    purpose: &'static str,
    /// Data categories that the receiver got.
    #[schemars(schema_with = "codes::categories")]
    categories: Vec<&'static str>,
    /// State of the delivery.
    #[schemars(schema_with = "codes::state")]
    state: &'static str,
    /// Time at which it first began to leave the hub.
    #[schemars(schema_with = "codes::time")]
    first: String,
    /// Time at which it last began to leave the hub.
    #[schemars(schema_with = "codes::time")]
    last: String,
    /// Number of times that it began to leave the hub.
    times: u32,
    /// Grants that permitted it.
    grants: Vec<UsedGrantJson<'a>>,
    /// Data categories that the hub left out; not told to the receiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "codes::categories")]
    withheld: Option<Vec<&'static str>>,
    /// Id of the message that this one corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrects: Option<String>,
    /// Correction of this message.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrected: Option<CorrectedJson>,
}

/// Grant that permitted a disclosure.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct UsedGrantJson<'a> {
    /// Id of the consent.
    consent: String,
    /// Version of the consent.
    version: u32,
    /// Place of the grant in the consent, from 0.
    index: u16,
    /// Legal basis: the consent, or a duty by law with its reference.
    basis: BasisJson<'a>,
    /// Time at which the consent was given.
    #[schemars(schema_with = "codes::time")]
    given_at: String,
}

/// Correction of a message.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct CorrectedJson {
    /// Id of the correcting message.
    by: String,
    /// True if the correction reached the same receiver.
    reached: bool,
}

impl<'a> DisclosureJson<'a> {
    /// A disclosure as `viewer` may see it. Its receiver does not learn what was left out of it, nor that something was corrected
    /// elsewhere.
    pub(crate) fn of(disclosure: &'a Disclosure, viewer: &Viewer) -> Self {
        let is_receiver = matches!(viewer, Viewer::Receiver(_));
        let corrected = disclosure.corrected.filter(|c| c.reached || !is_receiver);
        Self {
            delivery: disclosure.delivery.to_string(),
            message: disclosure.message.to_string(),
            kind: disclosure.kind.code(),
            from: disclosure.from.as_str(),
            to: disclosure.to.as_str(),
            purpose: disclosure.purpose.code(),
            categories: disclosure.categories.codes(),
            state: disclosure.state.name(),
            first: disclosure.first.to_string(),
            last: disclosure.last.to_string(),
            times: disclosure.times,
            grants: disclosure.grants.iter().map(UsedGrantJson::of).collect(),
            withheld: (!is_receiver).then(|| disclosure.withheld.codes()),
            corrects: disclosure.corrects.map(|id| id.to_string()),
            corrected: corrected.map(|c| CorrectedJson {
                by: c.by.to_string(),
                reached: c.reached,
            }),
        }
    }
}

impl<'a> UsedGrantJson<'a> {
    fn of(used: &'a UsedGrant) -> Self {
        Self {
            consent: used.grant.consent.to_string(),
            version: used.grant.version,
            index: used.grant.index,
            basis: BasisJson::of(&used.basis),
            given_at: time::local_rfc3339(used.given_at),
        }
    }
}

/// Makes the export of everything that the hub holds about a participant.
pub(crate) fn export_json(
    export: &SubjectExport,
    made_at: Timestamp,
    party: &dyn Fn(&PartyId) -> PublicParty,
) -> Value {
    let access = &export.access;
    let disclosed = |d| DisclosureJson::of(d, &Viewer::Participant);
    json!({
        "schema": EXPORT_SCHEMA,
        "madeAt": time::local_rfc3339(made_at),
        "access": {
            "participant": export.participant.to_string(), "reason": access.reason().as_str(),
            "auditRow": access.audit_row().get(),
        },
        "identity": {
            "nationalId": export.national_id.content().reveal(),
            "otherNumbers": export.other_numbers.iter().map(|number| number.content().reveal()).collect::<Vec<_>>(),
        },
        "addressProtected": export.protected,
        "parties": parties(export, party),
        "consents": export.consents.iter().map(|c| json!(ConsentJson::of(c, None))).collect::<Vec<_>>(),
        "withdrawals": export.withdrawals.iter().map(withdrawal_json).collect::<Vec<_>>(),
        "requests": export.requests.iter().map(request_json).collect::<Vec<_>>(),
        "messages": export.messages.iter().map(message_json).collect::<Vec<_>>(),
        "disclosures": export.disclosures.iter().map(disclosed).collect::<Vec<_>>(),
        // Texts for participants are Norwegian.
        "looks": export.looks.iter().map(LookJson::of).collect::<Vec<_>>(),
        "alerts": export.alerts.iter().map(|a| AlertJson::of(a, true, Lang::Bokmal)).collect::<Vec<_>>(),
        "audit": export.audit.iter().map(AuditRowJson::of).collect::<Vec<_>>(),
    })
}

/// Returns the public part of each party that the export names.
fn parties(export: &SubjectExport, party: &dyn Fn(&PartyId) -> PublicParty) -> Value {
    let mut ids: Vec<&PartyId> = Vec::new();
    for consent in &export.consents {
        ids.extend([&consent.controller, &consent.registrar]);
        ids.extend(consent.grants.iter().flat_map(|g| [&g.from, &g.to]));
    }
    for request in &export.requests {
        ids.push(&request.party);
        ids.extend(request.asked.grants.iter().flat_map(|g| [&g.from, &g.to]));
    }
    for message in &export.messages {
        ids.push(&message.view.from);
        ids.extend(message.view.deliveries.iter().filter_map(|d| match &d.to {
            bindeledd_core::Target::Party(to) => Some(to),
            bindeledd_core::Target::Circle => None,
        }));
    }
    let named = ids.into_iter().map(|id| {
        let known = party(id);
        let mut json = json!({ "name": known.name });
        if let Some(phone) = known.phone {
            json["phone"] = phone.into();
        }
        (id.to_string(), json)
    });
    Value::Object(named.collect::<Map<_, _>>())
}

fn withdrawal_json(withdrawal: &WithdrawalOnFile) -> Value {
    let mut json = json!({
        "madeAt": time::local_rfc3339(withdrawal.made_at), "givenUntil": time::local_rfc3339(withdrawal.given_until),
        "categories": withdrawal.categories.codes(),
    });
    let said = [
        ("party", &withdrawal.party),
        ("from", &withdrawal.from),
        ("to", &withdrawal.to),
    ];
    for (name, party) in said {
        if let Some(party) = party {
            json[name] = party.as_str().into();
        }
    }
    if let Some(purpose) = withdrawal.purpose {
        json["purpose"] = purpose.code().into();
    }
    json
}

/// Writes a question to the participant, with its text in the first language of the hub.
fn request_json(request: &ConsentRequest) -> Value {
    let asked = &request.asked;
    let grants = asked.grants.iter().map(|grant| {
        json!({
            "from": grant.from.as_str(), "to": grant.to.as_str(), "purpose": grant.purpose.code(),
            "categories": grant.categories.codes(),
        })
    });
    let mut period = json!({ "start": asked.period.start.to_string() });
    if let Some(end) = asked.period.end {
        period["end"] = end.to_string().into();
    }
    let text = asked.text(Language::Bokmal).map(|text| to_text(&text.lines));
    let mut json = json!({
        "id": request.id.to_string(), "party": request.party.as_str(), "sentAt": time::local_rfc3339(request.sent_at),
        "state": request.state.code(), "textVersion": asked.text_version, "period": period,
        "grants": grants.collect::<Vec<_>>(), "text": text.unwrap_or_default(),
    });
    let (name, at) = match request.state {
        RequestState::Waiting { until } => ("until", Some(until)),
        over => ("endedAt", over.ended_at()),
    };
    if let Some(at) = at {
        json[name] = time::local_rfc3339(at).into();
    }
    json
}

fn message_json(message: &HeldMessage) -> Value {
    let mut json = MessageJson::of(&message.view, &Viewer::Participant).map_or(Value::Null, |view| json!(view));
    let mut set = |name: &str, value: Value| json[name] = value;
    set("purpose", message.purpose.code().into());
    set("categories", message.needs.codes().into());
    set("expiresAt", message.expires_at.to_string().into());
    set("senderReference", message.reference.as_str().into());
    set("conversation", message.conversation.as_str().into());
    if let Some(answered) = message.in_reply_to {
        set("inReplyTo", answered.to_string().into());
    }
    if let Some(corrected) = message.corrects {
        set("corrects", corrected.to_string().into());
    }
    let corrected_by: Vec<_> = message.corrected_by.iter().map(ToString::to_string).collect();
    set("correctedBy", corrected_by.into());
    match &message.content {
        Some(content) => set("content", content.content().to_json()),
        None => set(
            "contentRemoved",
            "its retention is over; the hub has it no longer".into(),
        ),
    }
    json
}
