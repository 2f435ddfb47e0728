//! Sends the doctor's letters to the hub.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::mime::{self, Charset};
use super::write::{Attachment, Content, Draft};
use super::{GpSystem, Queued, new_id};
use crate::Problem;
use crate::hub::{Hub, sent};
use crate::letter::Side;

/// An order to send something.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Order {
    what: What,
    /// MsgId of the answered letter, or `last`.
    in_reply_to: Option<String>,
    #[serde(default)]
    text: String,
    /// Answer to an invitation, by kodeverk 8126: 1 yes, 2 another time, 3 no.
    #[serde(default = "Order::yes")]
    meeting_answer: u8,
    /// Patient; by default that of the answered letter.
    patient: Option<Patient>,
    /// Receiver; by default, the sender of the answered letter.
    to: Option<To>,
    msg_id: Option<String>,
    #[serde(default)]
    attachments: Vec<Attachment>,
    #[serde(default)]
    charset: Charset,
    #[serde(default)]
    wrapped: bool,
    #[serde(default)]
    via: Via,
    /// HER-id that the transport names as the sender of a queued letter; by default this GP's.
    sender_her_id: Option<u32>,
    /// For `raw`: the unchanged document in base64, and its media type.
    base64: Option<String>,
    media_type: Option<String>,
}

impl Order {
    const fn yes() -> u8 {
        1
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Answer,
    MeetingAnswer,
    Note,
    Question,
    Referral,
    Raw,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Via {
    /// The letter is posted to the hub's own address.
    #[default]
    Post,
    /// The letter is put into Meldingstjener, where the hub fetches it.
    Queue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Patient {
    national_id: String,
    given_name: String,
    family_name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct To {
    #[serde(default)]
    name: String,
    her_id: Option<u32>,
    org_number: Option<String>,
}

impl GpSystem {
    pub(crate) async fn send(&self, order: Value, hub: &Arc<Hub>) -> Result<Value, Problem> {
        let order: Order = serde_json::from_value(order).map_err(|e| Problem::new(e.to_string()))?;
        if order.via == Via::Queue {
            return Err(Problem::new("what is queued is not sent"));
        }
        if order.what == What::Raw {
            let base64 = order
                .base64
                .as_deref()
                .ok_or_else(|| Problem::new("`raw` needs `base64`"))?;
            let bytes = mime::decode(base64).ok_or_else(|| Problem::new("`base64` is not base64"))?;
            let media_type = order.media_type.as_deref().unwrap_or("application/xml");
            let said = hub.document(json!({"document": "raw"}), media_type, bytes).await?;
            return Ok(sent("", &said));
        }
        let charset = order.charset;
        let draft = self.draft(order)?;
        let document = draft.write(&self.gp);
        let media_type = format!("application/xml; charset={}", charset.name());
        let said = hub
            .document(json!({"document": draft.msg_id}), &media_type, document)
            .await?;
        Ok(sent(&draft.msg_id, &said))
    }

    /// Puts an item into Meldingstjener, where the hub fetches it.
    pub(crate) fn queue(&self, order: Value) -> Result<Value, Problem> {
        let order: Order = serde_json::from_value(order).map_err(|e| Problem::new(e.to_string()))?;
        let sender_her = order.sender_her_id.unwrap_or(self.gp.her_id);
        let no_receiver = || Problem::new("a queue is found by a HER-id");
        let (receiver_her, msg_id, document) = if order.what == What::Raw {
            let receiver = order.to.and_then(|to| to.her_id).ok_or_else(no_receiver)?;
            let bytes = order.base64.as_deref().and_then(mime::decode);
            let bytes = bytes.ok_or_else(|| Problem::new("`raw` needs `base64`"))?;
            (receiver, String::new(), bytes)
        } else {
            let draft = self.draft(order)?;
            let receiver = draft.receiver.her.ok_or_else(no_receiver)?;
            let document = draft.write(&self.gp);
            (receiver, draft.msg_id, document)
        };
        let id = new_id();
        self.enqueue(Queued {
            id: id.clone(),
            receiver_her,
            sender_her,
            msg_id: msg_id.clone(),
            gen_date: crate::clock::timestamp().to_string(),
            is_app_rec: false,
            document,
            read: false,
        });
        Ok(json!({"id": msg_id, "queued": id}))
    }

    fn draft(&self, order: Order) -> Result<Draft, Problem> {
        let answered = match order.in_reply_to.as_deref() {
            None => None,
            Some(msg_id) => {
                let found = self.find(msg_id);
                Some(found.ok_or_else(|| Problem::new(format!("no letter with MsgId {msg_id} was taken here")))?)
            }
        };
        let patient = match (order.patient, &answered) {
            (Some(patient), _) => Some((patient.national_id, patient.given_name, patient.family_name)),
            (None, Some(letter)) => letter.patient.clone(),
            (None, None) => None,
        };
        let receiver = match (order.to, &answered) {
            (Some(to), _) => Some(Side {
                name: to.name,
                her: to.her_id,
                org: to.org_number,
            }),
            (None, Some(letter)) => Some(letter.sender.clone()),
            (None, None) => None,
        };
        let content = match order.what {
            What::Answer => Content::Answer(order.text),
            What::MeetingAnswer => Content::MeetingAnswer(order.meeting_answer, order.text),
            What::Note => Content::Note(order.text),
            What::Question => Content::Question(order.text),
            What::Referral | What::Raw => Content::Referral(order.text),
        };
        Ok(Draft {
            msg_id: order.msg_id.unwrap_or_else(new_id),
            content,
            patient: patient.ok_or_else(|| Problem::new("`patient` is missing, and no letter is answered"))?,
            receiver: receiver.ok_or_else(|| Problem::new("`to` is missing, and no letter is answered"))?,
            reference: answered.map(|letter| {
                let conversation = letter.conversation.clone().unwrap_or_else(|| letter.msg_id.clone());
                (letter.msg_id.clone(), conversation)
            }),
            attachments: order.attachments,
            charset: order.charset,
            wrapped: order.wrapped,
        })
    }
}
