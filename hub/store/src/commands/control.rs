//! Control notices: the hub's own deliveries.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::{State, Waiting};
use bindeledd_core::{AdapterId, CategorySet, ControlNotice, DeliveryId, Target};
use bindeledd_engine::ports::Frozen;
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::delivery::{self, New};
use crate::conn::Tx;
use crate::conn::codec::Key;
use crate::fault::Fault;
use crate::sealing::frozen;

/// Queues a control notice. A notice belongs to no conversation, and waits for no other delivery.
pub(crate) fn queue(
    tx: &Tx<'_>,
    notice: &ControlNotice,
    document: &Frozen,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<DeliveryId, Fault> {
    let id: DeliveryId = tx.new_id(now);
    let participant = match notice.about() {
        Some(about) => tx.one("SELECT participant FROM message WHERE id = ?1", [about.key()], |row| {
            row.id(0)
        })?,
        None => None,
    };
    let to = Target::Party(notice.receiver().clone());
    let row = New {
        id,
        message: None,
        about: notice.about(),
        sender: None,
        to: &to,
        participant,
        conversation: None,
        state: &State::Waiting(Waiting { attempts: 0, due: now }),
        expires_at,
        permitted: CategorySet::EMPTY,
        withheld: CategorySet::EMPTY,
        cause: None,
    };
    delivery::insert(tx, row, now)?;
    frozen::put(tx, id, notice.receiver(), participant, document)?;
    let detail = Detail::new()
        .id("delivery", id)
        .id_or_none("message", notice.about())
        .id("to", notice.receiver())
        .id_or_none("adapter", document.adapter.as_ref().map(AdapterId::as_str));
    tx.audit(now, AuditAction::NoticeQueued, &Actor::Hub, detail)?;
    Ok(id)
}
