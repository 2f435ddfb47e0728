//! What is told about one participant: disclosures, and the bundle of everything.

use bindeledd_core::consent::Basis;
use bindeledd_core::disclosure::{Disclosure, PublicParty, UsedGrant};
use bindeledd_core::{PartyId, time};
use bindeledd_engine::ports::{HeldMessage, SubjectExport, WithdrawalOnFile};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{ConsentJson, MessageJson, Viewer, alert_json, audit_json};

/// The schema of the bundle.
const EXPORT_SCHEMA: &str = "bindeledd/participant-export/1";

/// A disclosure as `viewer` may see it: its receiver does not learn what was left out of what it got, nor that something was
/// corrected elsewhere.
pub(crate) fn disclosure_json(disclosure: &Disclosure, viewer: &Viewer) -> Value {
    let is_receiver = matches!(viewer, Viewer::Receiver(_));
    let mut json = json!({
        "delivery": disclosure.delivery.to_string(), "message": disclosure.message.to_string(),
        "kind": disclosure.kind.code(), "from": disclosure.from.as_str(), "to": disclosure.to.as_str(),
        "purpose": disclosure.purpose.code(), "categories": disclosure.categories.codes(),
        "state": disclosure.state.name(), "first": disclosure.first.to_string(), "last": disclosure.last.to_string(),
        "times": disclosure.times, "grants": disclosure.grants.iter().map(grant_json).collect::<Vec<_>>(),
    });
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            json[name] = value;
        }
    };
    set("withheld", (!is_receiver).then(|| disclosure.withheld.codes().into()));
    set("corrects", disclosure.corrects.map(|id| id.to_string().into()));
    let corrected = disclosure.corrected.filter(|c| c.reached || !is_receiver);
    set(
        "corrected",
        corrected.map(|c| json!({ "by": c.by.to_string(), "reached": c.reached })),
    );
    json
}

fn grant_json(used: &UsedGrant) -> Value {
    let basis = match &used.basis {
        Basis::Consent => "consent".into(),
        Basis::Duty { reference } => json!({ "duty": reference }),
    };
    json!({
        "consent": used.grant.consent.to_string(), "version": used.grant.version, "index": used.grant.index,
        "basis": basis, "givenAt": time::local_rfc3339(used.given_at),
    })
}

/// Everything that the hub holds about a participant.
pub(crate) fn export_json(
    export: &SubjectExport,
    made_at: Timestamp,
    party: &dyn Fn(&PartyId) -> PublicParty,
) -> Value {
    let access = &export.access;
    let disclosed = |d: &Disclosure| disclosure_json(d, &Viewer::Operator);
    json!({
        "schema": EXPORT_SCHEMA,
        "madeAt": time::local_rfc3339(made_at),
        "access": {
            "participant": access.participant().to_string(), "reason": access.reason().as_str(),
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
        "messages": export.messages.iter().map(message_json).collect::<Vec<_>>(),
        "disclosures": export.disclosures.iter().map(disclosed).collect::<Vec<_>>(),
        "alerts": export.alerts.iter().map(|a| alert_json(a, true)).collect::<Vec<_>>(),
        "audit": export.audit.iter().map(audit_json).collect::<Vec<_>>(),
    })
}

/// The parties that the bundle names, with what others may see of them.
fn parties(export: &SubjectExport, party: &dyn Fn(&PartyId) -> PublicParty) -> Value {
    let mut ids: Vec<&PartyId> = Vec::new();
    for consent in &export.consents {
        ids.extend([&consent.controller, &consent.registrar]);
        ids.extend(consent.grants.iter().flat_map(|g| [&g.from, &g.to]));
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

fn message_json(message: &HeldMessage) -> Value {
    let mut json = MessageJson::of(&message.view, &Viewer::Operator).map_or(Value::Null, |view| json!(view));
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
