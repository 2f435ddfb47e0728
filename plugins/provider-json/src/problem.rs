//! Faults of documents in Norwegian, with their position and never with their content.

use bindeledd_sdk::Refusal;
use bindeledd_sdk::catalogue::{FieldSpec, FieldType, InputCode, InputError, Kind};

use crate::field_path::FieldPath;
use crate::names::{self, Name};

/// The reason why a document is refused.
#[derive(Debug)]
pub(crate) struct Problem {
    code: &'static str,
    text: String,
}

impl Problem {
    pub(crate) fn unreadable(text: String) -> Self {
        Self {
            code: "unreadable",
            text,
        }
    }

    pub(crate) fn missing(place: &FieldPath<'_>, expected: &str) -> Self {
        Self {
            code: "missing",
            text: format!("Feltet {place} mangler: ventet {expected}."),
        }
    }

    pub(crate) fn invalid(place: &FieldPath<'_>, expected: &str) -> Self {
        Self {
            code: "invalid",
            text: format!("Feltet {place} er ikke riktig: ventet {expected}."),
        }
    }

    pub(crate) fn unknown_code(place: &FieldPath<'_>, expected: &str) -> Self {
        Self {
            code: "unknown-code",
            text: format!("Feltet {place} har en ukjent kode: ventet {expected}."),
        }
    }

    pub(crate) fn diagnosis(place: &FieldPath<'_>) -> Self {
        let text = format!(
            "Feltet {place} er en diagnose. Samarbeidsmeldinger har aldri diagnoser. Ta feltet bort, og si heller hva \
             deltakeren får til, og hva som må til."
        );
        Self {
            code: "diagnosis",
            text,
        }
    }

    /// Describes a fault that the catalogue found, in this format's names.
    pub(crate) fn from_catalogue(kind: Kind, corrected: Option<Kind>, error: &InputError) -> Self {
        let path = error
            .path
            .strip_prefix("body")
            .unwrap_or(&error.path)
            .trim_start_matches('.');
        let (place, ty) = translate(kind, corrected, path);
        let root = FieldPath::root("innhold");
        let segments = [place.as_str()];
        let place = if place.is_empty() { root } else { root.path(&segments) };
        let expected = across_fields(&error.expected)
            .map_or_else(|| ty.map_or_else(|| "et objekt".into(), names::expected), str::to_owned);
        match error.code {
            InputCode::Missing => Self::missing(&place, &expected),
            InputCode::UnknownCode => Self::unknown_code(&place, &expected),
            InputCode::Unreadable | InputCode::Unknown | InputCode::Invalid | InputCode::Forbidden => {
                Self::invalid(&place, &expected)
            }
        }
    }

    pub(crate) fn into_refusal(self) -> Refusal {
        Refusal::new(self.code, self.text)
    }
}

/// Describes the rules that involve more than one field.
fn across_fields(expected: &str) -> Option<&'static str> {
    if expected.starts_with("nothing: Nav takes own words") {
        Some("ingenting, for egne ord står bare sammen med årsaken ANNET")
    } else if expected.starts_with("nothing: what was sent by mistake") {
        Some("ingenting, for en feilsendt melding har ikke noe riktig innhold")
    } else if expected.starts_with("a day that is not before") {
        Some("en dato som ikke er før den første")
    } else {
        None
    }
}

/// Translates a path of the catalogue into native names, and returns the type of the value there.
fn translate(kind: Kind, corrected: Option<Kind>, path: &str) -> (String, Option<&'static FieldType>) {
    let mut specs: &'static [FieldSpec] = kind.spec().fields;
    let mut all: &'static [Name] = names::of_kind(kind);
    let mut native = Vec::new();
    let mut ty = None;
    for segment in path.split('.') {
        let (field, index) = segment.split_at(segment.find('[').unwrap_or(segment.len()));
        let Some((spec, name)) = specs.iter().zip(all).find(|(spec, _)| spec.name == field) else {
            break;
        };
        native.push(format!("{}{index}", name.path.join(".")));
        let here = match &spec.ty {
            FieldType::List { of, .. } if !index.is_empty() => of,
            other => other,
        };
        ty = Some(here);
        (specs, all) = match (here, corrected) {
            (FieldType::Record(fields), _) => (*fields, name.inner),
            (FieldType::CorrectedBody, Some(kind)) => (kind.spec().fields, names::of_kind(kind)),
            _ => break,
        };
    }
    (native.join("."), ty)
}
