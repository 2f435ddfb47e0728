//! Rules for the values that an adapter returns. The hub refuses a value that breaks them. The SDK turns it into a
//! refusal first, so that a sender's mistake counts as the sender's error, and never as the adapter's.

use crate::message::{Draft, Handler};

use super::reading::{Reading, Receipt};
use super::request::Refusal;

/// Largest JSON of an adapter, in bytes. The parsed tree takes many times as much memory.
pub const MAX_JSON_BYTES: usize = 2 * 1024 * 1024;
/// Largest number of messages in one document.
pub const MAX_MESSAGES: usize = 100;
/// Largest number of entries in any list.
pub const MAX_LIST: usize = 100;
/// Longest id from another system, in bytes.
pub const MAX_VALUE_BYTES: usize = 500;
/// Longest text for a person, in characters.
pub const MAX_TEXT_CHARS: usize = 4_000;

/// Returns true if the text can be an id from another system.
#[must_use]
pub fn is_value(raw: &str) -> bool {
    (1..=MAX_VALUE_BYTES).contains(&raw.len()) && !raw.chars().any(char::is_control)
}

/// Returns true if the text can be shown to a person.
#[must_use]
pub fn is_text(raw: &str) -> bool {
    !raw.chars().any(is_unseen) && (raw.len() <= MAX_TEXT_CHARS || raw.chars().count() <= MAX_TEXT_CHARS)
}

fn is_unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
}

/// Makes a text fit to show to a person: replaces control characters by spaces, and cuts it to [`MAX_TEXT_CHARS`].
#[must_use]
pub fn plain_text(raw: String) -> String {
    if is_text(&raw) {
        return raw;
    }
    let seen = raw.chars().map(|c| if is_unseen(c) { ' ' } else { c });
    seen.take(MAX_TEXT_CHARS).collect()
}

impl Reading {
    /// Cuts and cleans texts. A reading with a value that the hub takes from no adapter becomes a refusal with a code.
    #[must_use]
    pub fn held_to_the_rules(self) -> Self {
        match self {
            Self::Messages { messages, .. } if messages.len() > MAX_MESSAGES => {
                let text = format!("Dokumentet har flere enn {MAX_MESSAGES} meldinger. Send dem i flere dokumenter.");
                Self::Refused(Refusal::new("too-many", text))
            }
            Self::Messages { messages, .. } if !messages.iter().all(is_whole) => {
                let text = "Et felt i dokumentet mangler eller har en verdi som ikke kan brukes: et navn på mer enn 200 tegn, \
                            tegn som ikke kan vises, eller en melding der noe som må være med, er utelatt.";
                Self::Refused(Refusal::new("invalid", text))
            }
            Self::Messages {
                messages,
                mut left_out,
                origin,
                wants_receipt,
            } => {
                let more = left_out.len().saturating_sub(MAX_LIST);
                if more > 0 {
                    left_out.truncate(MAX_LIST - 1);
                    left_out.push(format!("I tillegg er {} andre ting ikke tatt med.", more + 1));
                }
                Self::Messages {
                    messages,
                    left_out: left_out.into_iter().map(plain_text).collect(),
                    origin,
                    wants_receipt,
                }
            }
            Self::Receipt(receipt) if !is_value(&receipt.refers_to) => {
                let text = "Kvitteringen sier ikke hvilken melding den gjelder, med en id på 1 til 500 synlige tegn.";
                Self::Refused(Refusal::new("invalid", text))
            }
            Self::Receipt(receipt) => Self::Receipt(receipt.held_to_the_rules()),
            Self::Nothing(why) => Self::Nothing(plain_text(why)),
            Self::Refused(refusal) => Self::Refused(Refusal {
                text: plain_text(refusal.text),
                ..refusal
            }),
        }
    }
}

impl Receipt {
    /// Cleans the receipt's texts, and cuts its lists to the number that the hub takes.
    #[must_use]
    pub fn held_to_the_rules(mut self) -> Self {
        self.errors.truncate(MAX_LIST);
        for error in &mut self.errors {
            error.code = plain_text(std::mem::take(&mut error.code));
            error.text = plain_text(std::mem::take(&mut error.text));
        }
        self
    }
}

/// Returns true if a draft obeys the rules that its types do not enforce.
fn is_whole(draft: &Draft) -> bool {
    let name = draft.participant.name.as_ref().map(|name| name.0.as_str());
    let handler = draft.handler.iter().flat_map(|handler| {
        let Handler {
            name,
            role,
            unit,
            phone,
        } = handler;
        [Some(name), role.as_ref(), unit.as_ref(), phone.as_ref()]
    });
    let names = handler.flatten().map(String::as_str).chain(name);
    names.into_iter().all(is_short) && draft.body.is_complete()
}

fn is_short(raw: &str) -> bool {
    let trimmed = raw.trim();
    !trimmed.is_empty() && trimmed.chars().count() <= 200 && !trimmed.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ReceiptError, ReceiptStatus};
    use crate::fixtures;
    use crate::kind::Kind;
    use serde_json::Value;

    fn code(reading: Reading) -> Option<String> {
        match reading.held_to_the_rules() {
            Reading::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }

    fn receipt(refers_to: &str, errors: Vec<ReceiptError>) -> Reading {
        Reading::Receipt(Receipt {
            status: ReceiptStatus::Refused,
            refers_to: refers_to.into(),
            scheme: "msgid".into(),
            errors,
        })
    }

    #[test]
    fn a_receipt_that_names_nothing_usable_is_its_senders_error() {
        for wrong in ["", "a\u{0}b", "a\nb", "a\u{85}", &"x".repeat(501)] {
            assert_eq!(
                code(receipt(wrong, Vec::new())).as_deref(),
                Some("invalid"),
                "{wrong:?}"
            );
        }
        assert_eq!(code(receipt(&"x".repeat(500), Vec::new())), None);
    }

    #[test]
    fn what_a_receiver_said_is_cut_and_cleaned() {
        let error = |code: &str, text: String| ReceiptError {
            code: code.into(),
            text,
        };
        let many = (0..300).map(|_| error("a\u{7}", "b\u{1b}[31m".repeat(2_000))).collect();
        let Reading::Receipt(held) = receipt("1", many).held_to_the_rules() else {
            unreachable!()
        };
        assert_eq!(held.errors.len(), MAX_LIST);
        assert!(held.errors.iter().all(|e| is_text(&e.code) && is_text(&e.text)));
        let Reading::Nothing(why) = Reading::Nothing("å".repeat(5_000)).held_to_the_rules() else {
            unreachable!()
        };
        assert_eq!(why.chars().count(), MAX_TEXT_CHARS);
    }

    #[test]
    fn a_draft_that_the_hub_would_not_take_is_refused() {
        let draft = fixtures::message(Kind::Answer).unwrap().draft;
        let of = |draft: Draft| Reading::Messages {
            messages: vec![draft],
            left_out: vec!["x\u{1}".repeat(3_000); 150],
            origin: Value::Null,
            wants_receipt: false,
        };
        let Reading::Messages { left_out, .. } = of(draft.clone()).held_to_the_rules() else {
            unreachable!()
        };
        assert!(left_out.len() == MAX_LIST && left_out.iter().all(|text| is_text(text)));
        for name in ["", " ", "a\u{0}", &"å".repeat(201)] {
            let mut wrong = draft.clone();
            wrong.handler = Some(Handler {
                name: name.into(),
                role: None,
                unit: None,
                phone: None,
            });
            assert!(Draft::from_json(wrong.to_json()).is_err(), "the hub refuses {name:?}");
            assert_eq!(code(of(wrong)).as_deref(), Some("invalid"), "{name:?}");
        }
        let many = Reading::Messages {
            messages: vec![draft; MAX_MESSAGES + 1],
            left_out: Vec::new(),
            origin: Value::Null,
            wants_receipt: false,
        };
        assert_eq!(code(many).as_deref(), Some("too-many"));
    }
}
