//! Refusing a document, with the receipt that tells its sender why.

use bindeledd_sdk::{Context, Reading, Refusal};

use crate::apprec;
use crate::origin::Origin;
use crate::receipt_codes::{Fault, Status};
use crate::why::Why;

impl Why {
    /// Makes the reading that refuses the document. It includes a receipt for the sender's system if the document has the ids that
    /// a receipt needs.
    pub(crate) fn refuse(self, origin: Option<&Origin>, context: &Context) -> Reading {
        let error = Fault {
            code: self.receipt_code(),
            text: self.text(),
        };
        let answer = origin.and_then(|origin| apprec::answer(origin, Status::Refused, &[error], context));
        Reading::Refused(Refusal {
            answer,
            ..Refusal::new(self.code(), self.text())
        })
    }
}
