//! Writes an AppRec, the receipt that a GP's system understands.

use bindeledd_sdk::catalogue::{Category, time};
use bindeledd_sdk::{Context, Outcome, Request};

use crate::document::{APPREC_1_0, APPREC_1_1};
use crate::head::{Side, Unit};
use crate::inbox;
use crate::origin::Origin;
use crate::receipt_codes::{Fault, Status};
use crate::transport;
use crate::xml::Writer;

/// Makes the AppRec after acceptance, from the real outcome; `None` if the sender did not ask for a receipt.
pub(crate) fn acknowledge(outcome: &Outcome, origin: &serde_json::Value, context: &Context) -> Option<Request> {
    let origin: Origin = serde_json::from_value(origin.clone()).ok()?;
    let always = context
        .settings
        .get("alwaysAcknowledge")
        .and_then(serde_json::Value::as_bool)
        == Some(true);
    if !always && !origin.asked() {
        return None;
    }
    if let Some(why) = &outcome.refused {
        return compose(&origin, Status::Refused, &[fault(why)], context);
    }
    let mut faults = Vec::new();
    // A sender learns which categories its own message would need, but not which consents exist.
    let needed = needed(outcome);
    let status = if outcome.all_blocked() {
        faults.push(fault(&format!(
            "Meldingen er ikke sendt videre fordi samtykke mangler.{needed} Snakk med pasienten om samtykke, og send på nytt."
        )));
        Status::Refused
    } else {
        if outcome.some_blocked() {
            faults.push(fault(&format!(
                "Meldingen er ikke sendt til alle mottakere fordi samtykke mangler.{needed}"
            )));
        }
        if origin.attachments > 0 {
            faults.push(fault(
                "Vedlegg formidles ikke og er utelatt. Teksten i meldingen er sendt videre.",
            ));
        }
        faults.extend(origin.not_understood.iter().map(|what| fault(what)));
        for remark in outcome.remarks() {
            faults.push(fault(&format!(
                "{remark} Meldingen er sendt videre, men slikt hører ikke hjemme i teksten."
            )));
        }
        if faults.is_empty() { Status::Ok } else { Status::Partial }
    };
    if status == Status::Ok && origin.faults_only() && !always {
        return None;
    }
    compose(&origin, status, &faults, context)
}

fn fault(text: &str) -> Fault {
    Fault {
        code: "X99",
        text: text.to_owned(),
    }
}

/// Writes the categories that a consent would have to cover, as a sentence to append.
fn needed(outcome: &Outcome) -> String {
    let names: Vec<_> = outcome.would_need().iter().map(Category::norwegian).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" Det trengs samtykke til: {}.", names.join(", "))
    }
}

/// Makes the AppRec for a document that was refused when it was read. Every sender that did not decline receipts gets it.
/// Otherwise a sender that never asks for receipts would believe that its message arrived.
pub(crate) fn answer(origin: &Origin, status: Status, faults: &[Fault], context: &Context) -> Option<Request> {
    if origin.declined() {
        None
    } else {
        compose(origin, status, faults, context)
    }
}

/// Makes the AppRec; `None` if the message or its sender has no id.
fn compose(origin: &Origin, status: Status, faults: &[Fault], context: &Context) -> Option<Request> {
    if let Some(id) = &origin.item
        && let Some(request) = inbox::receipt_for(id, status, faults, context)
    {
        return Some(request);
    }
    let addressable = origin.sender.units.iter().any(Unit::is_known);
    if origin.msg_id.is_empty() || !addressable {
        return None;
    }
    Some(transport::post(&write(origin, status, faults, context), context))
}

fn write(origin: &Origin, status: Status, faults: &[Fault], context: &Context) -> String {
    let (namespace, version) = if origin.is_1_1() {
        (APPREC_1_1, "v1.1 2012-02-15")
    } else {
        (APPREC_1_0, "1.0 2004-11-21")
    };
    let mut w = Writer::new();
    w.element("AppRec", &[("xmlns", namespace)], |w| {
        w.empty("MsgType", &[("V", "APPREC"), ("DN", "Applikasjonskvittering")]);
        w.text("MIGversion", version);
        w.text("SoftwareName", "Bindeledd");
        w.text("GenDate", &time::local_rfc3339(context.now));
        w.text("Id", &context.uuid("apprec").to_string());
        w.element("Sender", &[], |w| side(w, &us(origin, context)));
        w.element("Receiver", &[], |w| side(w, &origin.sender));
        let (code, text) = status.code();
        w.empty("Status", &[("V", code), ("DN", text)]);
        for fault in faults {
            w.empty(
                "Error",
                &[
                    ("V", fault.code),
                    ("S", "2.16.578.1.12.4.1.1.8221"),
                    ("DN", &fault.text),
                ],
            );
        }
        w.element("OriginalMsgId", &[], |w| {
            w.empty("MsgType", &[("V", &origin.type_code), ("DN", &origin.type_text)]);
            w.text("IssueDate", &origin.gen_date);
            w.text("Id", &origin.msg_id);
        });
    });
    w.finish()
}

/// Returns the answering side: the message's receiver, or the endpoint itself if the message names none.
fn us(origin: &Origin, context: &Context) -> Side {
    if origin.receiver.units.iter().any(Unit::is_known) {
        return origin.receiver.clone();
    }
    let own = Unit {
        name: context.endpoint.name.clone(),
        her: context.endpoint.her_id.map(|her| her.to_string()),
        org: context.endpoint.org_number.clone(),
        ..Unit::default()
    };
    Side {
        units: vec![own],
        person: None,
    }
}

/// Writes one side. The outermost level is the institution, the innermost its department.
fn side(w: &mut Writer, side: &Side) {
    let levels: Vec<&Unit> = side.units.iter().filter(|unit| unit.is_known()).collect();
    w.element("HCP", &[], |w| {
        w.element("Inst", &[], |w| {
            if let Some(institution) = levels.first() {
                named(w, &institution.name, &institution.ids(), |w| {
                    if let [_, .., department] = levels.as_slice() {
                        w.element("Dept", &[], |w| named(w, &department.name, &department.ids(), |_| {}));
                    }
                });
            }
            if let Some(person) = &side.person {
                let ids = [("HPR", "HPR-nummer", &person.hpr), ("HER", "HER-id", &person.her)];
                let ids: Vec<_> = ids
                    .into_iter()
                    .filter_map(|(v, dn, id)| Some((v, dn, id.as_deref()?)))
                    .collect();
                w.element("HCPerson", &[], |w| named(w, &person.name, &ids, |_| {}));
            }
        });
    });
}

type Id<'a> = (&'static str, &'static str, &'a str);

/// Writes name, first id, the elements of `between`, and further ids, in the order of the schema.
fn named(w: &mut Writer, name: &str, ids: &[Id<'_>], between: impl FnOnce(&mut Writer)) {
    if !name.is_empty() {
        w.text("Name", name);
    }
    let mut ids = ids.iter();
    if let Some((kind, text, id)) = ids.next() {
        w.text("Id", id);
        w.empty("TypeId", &[("V", kind), ("DN", text)]);
    }
    between(w);
    for (kind, text, id) in ids {
        w.element("AdditionalId", &[], |w| {
            w.text("Id", id);
            w.empty("Type", &[("V", kind), ("DN", text)]);
        });
    }
}

impl Unit {
    fn is_known(&self) -> bool {
        self.her.is_some() || self.org.is_some()
    }

    fn ids(&self) -> Vec<Id<'_>> {
        let ids = [
            ("HER", "HER-id", &self.her),
            ("ENH", "Organisasjonsnummeret i Enhetsregisteret", &self.org),
        ];
        ids.into_iter()
            .filter_map(|(kind, text, id)| Some((kind, text, id.as_deref()?)))
            .collect()
    }
}
