//! Answers: those that senders got, stored for repetitions, and those to senders' systems that are still to be built.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::Cause;
use bindeledd_core::guard::{Finding, What};
use bindeledd_core::{CategorySet, DeliveryId, Kind, MessageId, ParticipantRef, PartyId, Target};
use bindeledd_engine::ports::{AcceptedDelivery, AcceptedMessage, BuiltAnswer, Origin, PendingAnswer};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::Detail;
use crate::commands::{control, fetched, participant};
use crate::conn::codec::{Key, limit};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::SealedAt;

/// An accepted message in its stored form: ids, states and codes, no personal data.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    kind: String,
    deliveries: Vec<KeptDelivery>,
    /// Findings of the guard, each with its field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flags: Vec<(String, String)>,
    #[serde(default)]
    repeated: bool,
}

#[derive(Serialize, Deserialize)]
struct KeptDelivery {
    id: String,
    to: Option<String>,
    waits: bool,
    withheld: u8,
    cause: Option<(String, String)>,
}

fn kept(message: &AcceptedMessage) -> Kept {
    let deliveries = message.deliveries.iter().map(|d| KeptDelivery {
        id: d.id.to_string(),
        to: match &d.to {
            Target::Party(party) => Some(party.to_string()),
            Target::Circle => None,
        },
        waits: d.state == "waiting",
        withheld: d.withheld.bits(),
        cause: d.cause.as_ref().map(|c| (c.code.clone(), c.text.clone())),
    });
    Kept {
        id: message.id.to_string(),
        kind: message.kind.code().to_owned(),
        deliveries: deliveries.collect(),
        flags: kept_flags(&message.flags),
        repeated: message.repeated,
    }
}

fn kept_flags(flags: &[Finding]) -> Vec<(String, String)> {
    let kept = |f: &Finding| (f.what.code().to_owned(), f.path.clone());
    flags.iter().map(kept).collect()
}

fn found(kept: Vec<(String, String)>) -> Option<Vec<Finding>> {
    let finding = |(what, path): (String, String)| {
        Some(Finding {
            path,
            what: What::parse(&what)?,
        })
    };
    kept.into_iter().map(finding).collect()
}

/// Formats the findings of the guard for a message's row; `None` if there are none.
pub(crate) fn write_flags(flags: &[Finding]) -> Result<Option<String>, Fault> {
    if flags.is_empty() {
        return Ok(None);
    }
    let written = serde_json::to_string(&kept_flags(flags));
    written.map(Some).map_err(|_| damaged("flags can not be written"))
}

pub(crate) fn read_flags(raw: Option<&str>) -> Result<Vec<Finding>, Fault> {
    let Some(raw) = raw else { return Ok(Vec::new()) };
    let kept = serde_json::from_str(raw).ok();
    kept.and_then(found).ok_or_else(|| damaged("flags can not be read"))
}

impl Kept {
    fn message(self) -> Option<AcceptedMessage> {
        let deliveries = self.deliveries.into_iter().map(|d| {
            Some(AcceptedDelivery {
                id: DeliveryId::parse(&d.id)?,
                to: match d.to {
                    Some(party) => Target::Party(PartyId::parse(&party).ok()?),
                    None => Target::Circle,
                },
                state: if d.waits { "waiting" } else { "blocked" },
                withheld: CategorySet::from_bits(d.withheld)?,
                cause: d.cause.map(|(code, text)| Cause { code, text }),
            })
        });
        Some(AcceptedMessage {
            id: MessageId(uuid::Uuid::try_parse(&self.id).ok()?),
            kind: Kind::parse(&self.kind)?,
            deliveries: deliveries.collect::<Option<_>>()?,
            flags: found(self.flags)?,
            repeated: self.repeated,
        })
    }
}

fn unreadable() -> Fault {
    damaged("an answer can not be read")
}

pub(crate) fn write_message(message: &AcceptedMessage) -> Result<String, Fault> {
    serde_json::to_string(&kept(message)).map_err(|_| damaged("an answer can not be written"))
}

pub(crate) fn read_message(raw: &str) -> Result<AcceptedMessage, Fault> {
    let kept: Kept = serde_json::from_str(raw).map_err(|_| unreadable())?;
    kept.message().ok_or_else(unreadable)
}

/// Records that the sender's system waits for an answer. Returns the row number.
pub(crate) fn put_pending(
    tx: &Tx<'_>,
    sender: &PartyId,
    origin: &Origin,
    participant: ParticipantRef,
    messages: &[AcceptedMessage],
) -> Result<Option<i64>, Fault> {
    let Some(about) = messages.first().map(|m| m.id) else {
        return Ok(None);
    };
    let kept: Vec<_> = messages.iter().map(kept).collect();
    let answer = serde_json::to_string(&kept).map_err(|_| damaged("an answer can not be written"))?;
    let key = participant::key(tx, participant)?;
    let origin_json = origin.origin.to_string();
    let place = SealedAt("pending_answer.origin", about.0.as_bytes());
    let sealed = tx.vault.seal(&key, place, origin_json.as_bytes())?;
    let sql =
        "INSERT INTO pending_answer (sender, adapter, about, origin, answer) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
    let adapter = origin.adapter.as_str();
    let values = params![sender.as_str(), adapter, about.key(), sealed, answer];
    tx.one(sql, values, |row| row.get(0))
}

/// Returns answers that are still to be built, oldest first.
pub(crate) fn pending(db: &Db<'_>, at_most: usize) -> Result<Vec<PendingAnswer>, Fault> {
    let sql = "SELECT p.id, p.sender, p.adapter, p.about, p.origin, p.answer, m.participant
        FROM pending_answer p CROSS JOIN message m ON m.id = p.about ORDER BY p.id LIMIT ?1";
    db.all(sql, [limit(at_most)], |row| {
        let about: MessageId = row.id("about")?;
        let key = participant::key(db, row.id("participant")?)?;
        let place = SealedAt("pending_answer.origin", about.0.as_bytes());
        let origin = db.vault.open(&key, place, row.bytes("origin")?)?;
        let kept: Vec<Kept> =
            serde_json::from_str(row.get::<&str>("answer").unwrap_or_default()).map_err(|_| unreadable())?;
        let messages: Option<Vec<_>> = kept.into_iter().map(Kept::message).collect();
        Ok(PendingAnswer {
            id: row.get("id")?,
            sender: row.party("sender")?,
            origin: Origin {
                adapter: row.adapter("adapter")?,
                origin: serde_json::from_slice(&origin).map_err(|_| unreadable())?,
            },
            about,
            messages: messages.ok_or_else(unreadable)?,
        })
    })
}

/// Queues an answer, or records the reason why there is none. A repetition changes nothing.
pub(crate) fn put(
    tx: &Tx<'_>,
    pending: i64,
    answer: &BuiltAnswer,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), Fault> {
    let sql = "DELETE FROM pending_answer WHERE id = ?1 RETURNING about";
    let Some(about) = tx.one(sql, [pending], |row| row.id::<MessageId>(0))? else {
        return Ok(());
    };
    let queued = match answer {
        BuiltAnswer::Ready(ready) => {
            let (notice, frozen) = &**ready;
            Some(control::queue(tx, notice, frozen, expires_at, now)?)
        }
        BuiltAnswer::Nothing => None,
        BuiltAnswer::NotGiven { code } => {
            let detail = Detail::new().text("code", code).id("message", about);
            tx.audit(now, AuditAction::AnswerNotGiven, &Actor::Hub, detail)?;
            None
        }
    };
    fetched::answer_queued(tx, pending, queued)
}
