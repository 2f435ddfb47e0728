//! The free-text guard: it finds diagnosis codes and other people's national identity numbers in the texts of a message.
//!
//! The guard is pure and uses the catalogue's tables, so that it also covers kinds and text fields that are added later. It warns
//! senders, and guarantees nothing. Words for an illness are left to the consent's categories and to people. A code without a hint
//! beside it passes, since "B21" is far more often a room.
//!
//! The participant's own number is not a finding. Every receiver has it in the envelope, and many record systems put it at the
//! start of a text. Senders would soon switch off a guard that stopped such texts.

mod diagnosis;
mod identity;
mod words;

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::body::Body;
use crate::field::{FieldSpec, FieldType};
use crate::identifier::NationalId;
use crate::kind::Kind;
use crate::message::Draft;

/// Sort of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A text that looks like a code of ICD-10 or ICPC-2.
    DiagnosisCode,
    /// A fødselsnummer, D-number or H-number of somebody other than the participant.
    IdentityNumber,
}

impl What {
    /// All sorts of findings.
    pub const ALL: [Self; 2] = [Self::DiagnosisCode, Self::IdentityNumber];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DiagnosisCode => "diagnosis-code",
            Self::IdentityNumber => "identity-number",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == code)
    }

    /// Describes the sort in plain Norwegian.
    #[must_use]
    pub const fn norwegian(self) -> &'static str {
        match self {
            Self::DiagnosisCode => "noe som ligner en diagnosekode",
            Self::IdentityNumber => "et fødselsnummer eller D-nummer som ikke er deltakerens",
        }
    }
}

/// One finding in one field: its path and sort, never the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path of the field from the message's root, such as `body.needs[1].need`.
    pub path: String,
    /// Sort of the finding.
    pub what: What,
}

/// Checks every free text of a message: its body, and the names in its envelope.
#[must_use]
pub fn of_draft(draft: &Draft) -> Vec<Finding> {
    let mut found = of_body(&draft.body, Some(&draft.participant.national_id));
    let root = TextPosition::root("participant");
    let mut look = Look {
        own: Some(&draft.participant.national_id),
        found: &mut found,
    };
    if let Some(name) = &draft.participant.name {
        look.at(&name.0, &root.field("name"));
    }
    if let Some(handler) = &draft.handler {
        let root = TextPosition::root("handler");
        look.at(&handler.name, &root.field("name"));
        for (field, text) in [
            ("role", &handler.role),
            ("unit", &handler.unit),
            ("phone", &handler.phone),
        ] {
            if let Some(text) = text {
                look.at(text, &root.field(field));
            }
        }
    }
    found
}

/// Checks every free text of a body. `own` is the participant's number, which is no finding.
#[must_use]
pub fn of_body(body: &Body, own: Option<&NationalId>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut look = Look { own, found: &mut found };
    look.record(body.kind().spec().fields, body.fields(), &TextPosition::root("body"));
    found
}

/// Checks one text, such as a field that somebody fills in. `own` is the participant's number, which is no finding.
#[must_use]
pub fn of_text(text: &str, own: Option<&NationalId>) -> Vec<What> {
    let (mut code, mut number) = (false, false);
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !bytes[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let end = i + bytes[i..].iter().take_while(|b| b.is_ascii_digit()).count();
        code = code || diagnosis::is_at(text, i, end);
        number = number || identity::is_at(text, i, own);
        i = end;
    }
    let found = [(code, What::DiagnosisCode), (number, What::IdentityNumber)];
    found.into_iter().filter_map(|(is, what)| is.then_some(what)).collect()
}

/// Returns whether a text has an identity number of anybody.
#[must_use]
pub fn has_identity_number(text: &str) -> bool {
    let begins_run = |start: usize| !text[..start].ends_with(|before: char| before.is_ascii_digit());
    text.char_indices()
        .any(|(start, _)| begins_run(start) && identity::is_at(text, start, None))
}

/// Returns the names of the findings' fields in plain Norwegian, each once, as the sender's prose names them.
#[must_use]
pub fn labels(kind: Kind, findings: &[Finding]) -> Vec<&'static str> {
    let mut labels: Vec<&'static str> = Vec::new();
    for finding in findings {
        let label = label(kind, &finding.path);
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

/// Writes the findings as a Norwegian sentence for the sender; empty without findings. It names fields, never their
/// content.
#[must_use]
pub fn sentence(kind: Kind, findings: &[Finding]) -> String {
    let mut text = String::new();
    for what in What::ALL {
        let of: Vec<_> = findings.iter().filter(|f| f.what == what).cloned().collect();
        let names: Vec<_> = labels(kind, &of).into_iter().map(|l| format!("«{l}»")).collect();
        let Some((last, rest)) = names.split_last() else {
            continue;
        };
        let fields = match rest {
            [] => format!("Feltet {last}"),
            rest => format!("Feltene {} og {last}", rest.join(", ")),
        };
        let gap = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{gap}{fields} har {}.", what.norwegian());
    }
    text
}

/// Returns the Norwegian name of the field at a path: the innermost field that has a name.
fn label(kind: Kind, path: &str) -> &'static str {
    let mut steps = path.split('.').map(|step| step.split('[').next().unwrap_or(step));
    match steps.next() {
        Some("handler") => return "Kontaktperson",
        Some("participant") => return "Deltakerens navn",
        _ => {}
    }
    let mut fields = kind.spec().fields;
    let mut label = "Innhold";
    let mut named = steps.clone();
    // The path does not tell the kind of a corrected body, so that the first kind with such a field gives the name.
    if kind == Kind::Correction && named.next() == Some("corrected") {
        let inner = named.next().unwrap_or_default();
        let of = Kind::ALL.into_iter().filter(|k| *k != Kind::Correction);
        let mut found = of.filter_map(|k| k.spec().fields.iter().find(|f| f.name == inner));
        return found.next().map_or("Rettet innhold", |f| f.label);
    }
    for step in steps {
        let Some(spec) = fields.iter().find(|f| f.name == step) else {
            break;
        };
        label = spec.label;
        fields = inner_fields(&spec.ty);
    }
    label
}

fn inner_fields(ty: &FieldType) -> &'static [FieldSpec] {
    match ty {
        FieldType::Record(fields) => fields,
        FieldType::List { of, .. } => inner_fields(of),
        FieldType::Text { .. }
        | FieldType::Date
        | FieldType::Instant
        | FieldType::Code(_)
        | FieldType::Integer { .. }
        | FieldType::Number { .. }
        | FieldType::About
        | FieldType::CorrectedKind
        | FieldType::CorrectedBody => &[],
    }
}

/// Position of a text in a message. The path is written out only for a finding.
struct TextPosition<'a> {
    within: Option<&'a Self>,
    name: &'a str,
    index: Option<usize>,
}

impl<'a> TextPosition<'a> {
    const fn root(name: &'a str) -> Self {
        Self {
            within: None,
            name,
            index: None,
        }
    }

    const fn field(&'a self, name: &'a str) -> Self {
        Self {
            within: Some(self),
            name,
            index: None,
        }
    }

    const fn item(&'a self, index: usize) -> Self {
        Self {
            within: Some(self),
            name: "",
            index: Some(index),
        }
    }

    fn path(&self) -> String {
        let before = self.within.map(Self::path);
        match (before, self.index) {
            (None, _) => self.name.to_owned(),
            (Some(before), Some(index)) => format!("{before}[{index}]"),
            (Some(before), None) => format!("{before}.{}", self.name),
        }
    }
}

struct Look<'a> {
    own: Option<&'a NationalId>,
    found: &'a mut Vec<Finding>,
}

impl Look<'_> {
    fn record(&mut self, specs: &'static [FieldSpec], fields: &Map<String, Value>, position: &TextPosition<'_>) {
        for spec in specs {
            if let Some(value) = fields.get(spec.name) {
                self.value(&spec.ty, value, fields, &position.field(spec.name));
            }
        }
    }

    fn value(&mut self, ty: &FieldType, value: &Value, beside: &Map<String, Value>, position: &TextPosition<'_>) {
        match (ty, value) {
            (FieldType::Text { .. }, Value::String(text)) => self.at(text, position),
            (FieldType::List { of, .. }, Value::Array(items)) => {
                for (i, item) in items.iter().enumerate() {
                    self.value(of, item, beside, &position.item(i));
                }
            }
            (FieldType::Record(specs), Value::Object(fields)) => self.record(specs, fields, position),
            (FieldType::CorrectedBody, Value::Object(fields)) => {
                let kind = beside
                    .get("correctedKind")
                    .and_then(Value::as_str)
                    .and_then(Kind::parse);
                if let Some(kind) = kind {
                    self.record(kind.spec().fields, fields, position);
                }
            }
            // Closed lists, days and numbers can not hold free text. A value with a type other than the field's was refused
            // earlier.
            (
                FieldType::Text { .. }
                | FieldType::List { .. }
                | FieldType::Record(_)
                | FieldType::CorrectedBody
                | FieldType::Date
                | FieldType::Instant
                | FieldType::Code(_)
                | FieldType::Integer { .. }
                | FieldType::Number { .. }
                | FieldType::About
                | FieldType::CorrectedKind,
                _,
            ) => {}
        }
    }

    fn at(&mut self, text: &str, position: &TextPosition<'_>) {
        for what in of_text(text, self.own) {
            self.found.push(Finding {
                path: position.path(),
                what,
            });
        }
    }
}
