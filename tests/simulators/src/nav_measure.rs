//! Nav's own system for the measures: one pending proposal of each type for a participant, activity cards with their
//! receipts, dialog messages, and participants' status.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Problem;
use crate::hub::{Hub, sent};
use crate::judged::{Answer, FollowUp, Judged, Taken};
use crate::serve::Incoming;

/// Nav's system.
#[derive(Debug, Default)]
pub(crate) struct NavSystem {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    proposals: Vec<Proposal>,
    participants: Vec<Value>,
    /// Counter for the ids of the system's own messages.
    sent: u64,
}

/// A proposal in Nav's system.
#[derive(Debug, Clone)]
struct Proposal {
    person: String,
    document: Value,
}

/// Returns the current time without a zone, as Nav writes it.
fn now() -> String {
    let mut text = crate::clock::timestamp().to_string();
    text.truncate("2026-12-01T09:00:00".len());
    text
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

impl Proposal {
    fn id(&self) -> &str {
        text(&self.document, "id").unwrap_or_default()
    }

    fn change(&self) -> &str {
        self.document["endring"]["type"].as_str().unwrap_or_default()
    }

    fn status(&self) -> &str {
        self.document["status"]["type"].as_str().unwrap_or_default()
    }

    fn waits(&self) -> bool {
        self.status() == "VenterPaSvar"
    }
}

/// Returns the members that a change of this type must have.
fn change_members(change: &str) -> Option<&'static [&'static str]> {
    Some(match change {
        "AvsluttDeltakelse" | "EndreAvslutning" | "FjernOppstartsdato" => &[],
        "IkkeAktuell" | "Sluttarsak" => &["aarsak"],
        "ForlengDeltakelse" | "Sluttdato" => &["sluttdato"],
        "Deltakelsesmengde" => &["deltakelsesprosent"],
        "Startdato" | "LeggTilOppstartsdato" => &["startdato"],
        _ => return None,
    })
}

/// Returns the part that a document lacks, by Nav's schemas and classes.
fn problem(wrapping: &Value) -> Option<String> {
    let demand = |value: &Value, names: &[&str]| {
        let missing = names.iter().find(|name| value.get(**name).is_none());
        missing.map(|name| (*name).to_owned())
    };
    if wrapping["format"] != "bindeledd/nav/1" {
        return Some("format".into());
    }
    let person = &wrapping["deltaker"]["personIdent"];
    if person.as_str().is_none_or(|id| id.len() != 11) {
        return Some("deltaker.personIdent".into());
    }
    let nav = &wrapping["nav"];
    match wrapping["form"].as_str() {
        Some("Forslag" | "EndringFraArrangor") if nav["status"]["type"] != "Tilbakekalt" => {
            let change = &nav["endring"];
            demand(nav, &["type", "id", "opprettet", "endring"]).or_else(|| match change["type"].as_str() {
                Some(kind) => change_members(kind).map_or_else(|| Some("endring.type".into()), |m| demand(change, m)),
                None => Some("endring.type".into()),
            })
        }
        Some("Forslag") => demand(nav, &["id", "status"]),
        Some("Vurdering") => demand(nav, &["id", "opprettet", "vurderingstype"]),
        Some("Aktivitetskort") => {
            let card = &nav["aktivitetskort"];
            let outer = [
                "messageId",
                "source",
                "aktivitetskortType",
                "aktivitetskort",
                "actionType",
            ];
            let inner = [
                "id",
                "personIdent",
                "tittel",
                "aktivitetStatus",
                "endretAv",
                "endretTidspunkt",
                "avtaltMedNav",
            ];
            let equal = (card["id"] == nav["messageId"]).then(|| "MESSAGEID_LIK_AKTIVITETSID".to_owned());
            demand(nav, &outer).or_else(|| demand(card, &inner)).or(equal)
        }
        Some("Dialogmelding") => demand(
            nav,
            &[
                "version",
                "id",
                "type",
                "receivedAt",
                "patientIdent",
                "sender",
                "conversationReference",
                "message",
                "numberOfAttachments",
            ],
        ),
        _ => Some("form".into()),
    }
}

impl NavSystem {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn judge(&self, incoming: &Incoming) -> Judged {
        if incoming.method == "GET" {
            return Judged::question(self.participant(&incoming.path));
        }
        if incoming.method != "POST" {
            return Judged::question(Answer::empty(405));
        }
        let wrapping: Value = serde_json::from_slice(&incoming.body).unwrap_or_default();
        let id = text(&wrapping, "id").map(|id| ("id", id.to_owned()));
        let ids = id.into_iter().collect();
        if let Some(place) = problem(&wrapping) {
            return Judged::arrival(Answer::json(422, &json!({"kode": "UGYLDIG", "felt": place})), ids);
        }
        let nav = &wrapping["nav"];
        let named = text(nav, "id").unwrap_or_default().to_owned();
        let (answer, taken) = match wrapping["form"].as_str() {
            Some("Forslag") if nav["status"]["type"] == "Tilbakekalt" => (
                json!({"type": "Forslag", "id": named, "status": nav["status"]}),
                Some(Taken::Withdrawal { id: named }),
            ),
            Some("Forslag") => {
                let person = wrapping["deltaker"]["personIdent"].as_str().unwrap_or_default();
                // A repeated proposal is answered with its present status.
                let known = self.state().proposals.iter().find(|p| p.id() == named).cloned();
                let status = known.as_ref().map_or(&nav["status"], |known| &known.document["status"]);
                let taken = Taken::Proposal {
                    person: person.to_owned(),
                    document: nav.clone(),
                };
                (
                    json!({"type": "Forslag", "id": named, "status": status}),
                    known.is_none().then_some(taken),
                )
            }
            Some("Aktivitetskort") => {
                let id = text(&nav["aktivitetskort"], "id").unwrap_or_default().to_owned();
                let message = text(nav, "messageId").unwrap_or_default().to_owned();
                (Value::Null, Some(Taken::Card { id, message }))
            }
            _ => (json!({"kvittering": {"gjelder": named, "status": "mottatt"}}), None),
        };
        let answer = if answer.is_null() {
            Answer::empty(202)
        } else {
            Answer::json(200, &answer)
        };
        Judged {
            follow_up: taken.map(|taken| FollowUp::Nav(Box::new(taken))),
            document: Some(nav.to_string()),
            ..Judged::arrival(answer, ids)
        }
    }

    fn participant(&self, path: &str) -> Answer {
        let id = path.strip_prefix("/deltakere/").unwrap_or_default();
        let state = self.state();
        let found = state.participants.iter().rev().find(|p| p["id"] == id);
        found.map_or_else(|| Answer::empty(404), |participant| Answer::json(200, participant))
    }

    /// Stores a taken document. Tells the hub the result, and also the result of a proposal that this one replaced.
    pub(crate) fn took(&self, taken: Taken, hub: Option<&Arc<Hub>>) {
        let answers = match taken {
            Taken::Proposal { person, document } => self.keep(Proposal { person, document }),
            Taken::Withdrawal { id } => {
                let withdrawn = json!({"type": "Tilbakekalt", "tilbakekalt": now()});
                self.decide(&id, withdrawn).into_iter().collect()
            }
            Taken::Card { id, message } => vec![json!({
                "aktivitetId": id, "meldingId": message, "behandlingstype": "UPSERT_AKTIVITETSKORT_V1",
                "suksess": true, "behandlingsStatus": null, "behandlet": now(),
            })],
        };
        let Some(hub) = hub.cloned() else { return };
        tokio::spawn(async move {
            for answer in answers {
                let what = json!({"answer": answer["status"]["type"], "for": answer["id"]});
                hub.document_until_answered(what, "application/json", answer.to_string().into_bytes())
                    .await;
            }
        });
    }

    /// Stores a proposal. It replaces the waiting proposal of the same type, which is returned with its new status.
    fn keep(&self, proposal: Proposal) -> Vec<Value> {
        let mut state = self.state();
        let status = json!({"type": "Erstattet", "erstattetMedForslagId": proposal.id(), "erstattet": now()});
        let same =
            |old: &&mut Proposal| old.waits() && old.person == proposal.person && old.change() == proposal.change();
        let replaced: Vec<Value> = state
            .proposals
            .iter_mut()
            .filter(same)
            .map(|old| {
                old.document["status"] = status.clone();
                old.document.clone()
            })
            .collect();
        state.proposals.push(proposal);
        replaced
    }

    /// Decides a waiting proposal, and returns the answer; `None` if the proposal no longer waits.
    fn decide(&self, id: &str, status: Value) -> Option<Value> {
        let mut state = self.state();
        let proposal = state.proposals.iter_mut().find(|p| p.waits() && p.id() == id)?;
        proposal.document["status"] = status;
        Some(proposal.document.clone())
    }

    pub(crate) fn proposals(&self) -> Value {
        let state = self.state();
        let each = state
            .proposals
            .iter()
            .map(|p| json!({"id": p.id(), "person": p.person, "type": p.change(), "status": p.status()}));
        json!({ "proposals": each.collect::<Vec<_>>() })
    }

    pub(crate) async fn send(&self, order: Value, hub: &Arc<Hub>) -> Result<Value, Problem> {
        let order: Order = serde_json::from_value(order).map_err(|e| Problem::new(e.to_string()))?;
        let (id, document) = self.ordered(order)?;
        let bytes = document.to_string().into_bytes();
        let said = hub.document(json!({"document": id}), "application/json", bytes).await?;
        Ok(sent(&id, &said))
    }

    fn ordered(&self, order: Order) -> Result<(String, Value), Problem> {
        Ok(match order {
            Order::Approve { id } => {
                let by = json!({"id": OFFICE, "enhetId": OFFICE});
                self.answered(id, json!({"type": "Godkjent", "godkjentAv": by, "godkjent": now()}))?
            }
            Order::Reject { id, why } => {
                let by = json!({"id": OFFICE, "enhetId": OFFICE});
                self.answered(
                    id,
                    json!({"type": "Avvist", "avvistAv": by, "avvist": now(), "begrunnelseFraNav": why}),
                )?
            }
            Order::Withdraw { id } => self.answered(id, json!({"type": "Tilbakekalt", "tilbakekalt": now()}))?,
            Order::Status(status) => self.status(status),
            Order::Question(dialog) => self.dialog("PATIENT_REQUEST", dialog),
            Order::Answer(dialog) => self.dialog("NAV_MESSAGE", dialog),
            Order::Document { document } => (String::new(), document),
        })
    }

    fn answered(&self, id: Option<String>, status: Value) -> Result<(String, Value), Problem> {
        let newest = || {
            let state = self.state();
            let waiting = state.proposals.iter().rev().find(|p| p.waits());
            waiting.map(|p| p.id().to_owned())
        };
        let id = id
            .or_else(newest)
            .ok_or_else(|| Problem::new("no proposal waits for an answer"))?;
        let document = self
            .decide(&id, status)
            .ok_or_else(|| Problem::new(format!("no proposal {id} waits for an answer")))?;
        Ok((id, document))
    }

    fn number(&self) -> u64 {
        let mut state = self.state();
        state.sent += 1;
        state.sent
    }

    fn status(&self, order: Status) -> (String, Value) {
        let number = self.number();
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let mut document = json!({
            "id": id, "gjennomforingId": OFFICE, "personIdent": order.person, "startDato": "2026-02-25",
            "sluttDato": order.ended,
            "status": {"type": order.status, "tekst": order.status, "aarsak": null, "opprettetTidspunkt": now()},
            "registrertTidspunkt": now(), "endretTidspunkt": now(), "kilde": "KOMET", "deltakelsesmengder": [],
        });
        if let Some(reason) = order.reason {
            document["status"]["aarsak"] = json!({"type": reason});
        }
        if let Some(percent) = order.percent {
            document["deltakelsesmengder"] =
                json!([{"deltakelsesprosent": percent, "dagerPerUke": null, "gyldigFraDato": "2026-02-25"}]);
        }
        self.state().participants.push(document.clone());
        (id, document)
    }

    fn dialog(&self, kind: &str, order: Dialog) -> (String, Value) {
        let id = format!("dialog-{}", self.number());
        let reference = order
            .in_reply_to
            .map(|parent| json!({"parentMessageId": parent, "conversationId": parent}));
        let document = json!({
            "version": 1, "id": id, "patientIdent": order.person, "providerId": order.to.unwrap_or_default(),
            "conversationReference": reference, "type": kind, "message": order.text, "attachment": null,
        });
        (id, document)
    }
}

/// The office that every answer names.
const OFFICE: &str = "11111111-1111-4111-8111-111111111111";

/// An order to send something.
#[derive(Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
enum Order {
    Approve { id: Option<String> },
    Reject { id: Option<String>, why: String },
    Withdraw { id: Option<String> },
    Status(Status),
    Question(Dialog),
    Answer(Dialog),
    Document { document: Value },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Status {
    person: String,
    status: String,
    reason: Option<String>,
    ended: Option<String>,
    percent: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Dialog {
    person: String,
    text: String,
    /// Provider's organisation number, or its name in the hub.
    to: Option<String>,
    in_reply_to: Option<String>,
}

/// Makes Nav's permanent refusal.
pub(crate) fn refusal() -> Answer {
    Answer::json(422, &json!({"kode": "DELTAKER_IKKE_FUNNET"}))
}
