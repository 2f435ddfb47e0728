//! The receipts that the record system sends.

use serde::{Deserialize, Serialize};

use crate::letter::Letter;

/// Plan for receipts, which holds until the next plan or for a number of letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct ReceiptPlan {
    status: Status,
    /// Delay of the receipt, in milliseconds.
    pub(super) delay_ms: u64,
    errors: Vec<Fault>,
    /// Channel on which the receipt goes to the hub.
    pub(super) via: Via,
    /// Number of letters that the plan is for. Afterwards receipts are OK and immediate again.
    pub(super) times: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Ok,
    Refused,
    Partial,
    /// A status that kodeverk 8258 does not have.
    Unknown,
    /// No receipt at all.
    None,
    /// A receipt for a message that nobody sent.
    WrongMsgId,
}

/// Channel on which a receipt goes to the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Via {
    /// The receipt is posted to the hub's own address.
    Post,
    /// The receipt is put into Meldingstjener, where the hub fetches it.
    Queue,
    /// The receipt is only in Meldingstjener's answer to a status request.
    Status,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    pub(super) code: String,
    pub(super) text: String,
}

/// One receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Receipt {
    status: Status,
    pub(super) errors: Vec<Fault>,
}

impl Default for ReceiptPlan {
    fn default() -> Self {
        Self {
            status: Status::Ok,
            delay_ms: 0,
            errors: Vec::new(),
            via: Via::Post,
            times: None,
        }
    }
}

impl ReceiptPlan {
    /// Returns the receipt for a letter with this wish: `J` always, `F` only for errors.
    pub(super) fn receipt(&self, ack: Option<&str>) -> Option<Receipt> {
        let asked = match (ack, self.status) {
            (_, Status::None) => false,
            (Some("J"), _) => true,
            (Some("F"), status) => status != Status::Ok,
            _ => false,
        };
        let errors = match self.status {
            Status::Refused | Status::Partial if self.errors.is_empty() => {
                vec![Fault {
                    code: "E21".into(),
                    text: "Mottaker finnes ikke".into(),
                }]
            }
            _ => self.errors.clone(),
        };
        asked.then_some(Receipt {
            status: self.status,
            errors,
        })
    }
}

impl Receipt {
    /// Returns the status as a code of kodeverk 8258, or as a code that it does not have.
    pub(super) const fn code(&self) -> (&'static str, &'static str) {
        match self.status {
            Status::Ok | Status::WrongMsgId | Status::None => ("1", "OK"),
            Status::Refused => ("2", "Avvist"),
            Status::Partial => ("3", "OK, feil i delmelding"),
            Status::Unknown => ("7", "Til vurdering"),
        }
    }

    pub(super) const fn status_code(&self) -> &'static str {
        self.code().0
    }

    /// Returns the status in Meldingstjener's API; `None` for the unknown status, which the API lacks.
    pub(super) const fn api_status(&self) -> Option<&'static str> {
        match self.status {
            Status::Ok => Some("Ok"),
            Status::Refused => Some("Rejected"),
            Status::Partial => Some("OkErrorInMessagePart"),
            Status::Unknown | Status::None | Status::WrongMsgId => None,
        }
    }

    /// Returns the id of the message that the receipt names.
    pub(super) fn msg_id<'a>(&self, letter: &'a Letter) -> &'a str {
        if self.status == Status::WrongMsgId {
            "00000000-0000-4000-8000-00000000dead"
        } else {
            &letter.msg_id
        }
    }
}
