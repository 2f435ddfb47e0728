//! The body of a message: fields read by their kind's entry in the catalogue, and the categories that each field needs.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::category::{Category, CategorySet};
use crate::error::{InputCode, InputError};
use crate::field::{self, FieldSpec};
use crate::field_reading;
use crate::kind::Kind;
use crate::time;

/// A body that obeys its kind's entry in the catalogue. It has all required fields and no unknown ones, and every value has its
/// type and canonical form. [`Body::keep`] may remove required fields; [`Body::is_complete`] tells whether it has.
#[derive(Clone, PartialEq)]
pub struct Body {
    kind: Kind,
    fields: Map<String, Value>,
}

/// The categories that one field of a body needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldNeed {
    /// Name of the field; for a corrected body, the name of the field inside it.
    pub field: &'static str,
    /// True if the field lies inside `corrected`.
    pub inside_corrected: bool,
    /// Categories that must all be granted.
    pub needs: CategorySet,
    /// True if the message has no meaning without the field.
    pub required: bool,
}

impl Body {
    /// Reads the body of a message of `kind`.
    ///
    /// # Errors
    /// The first field that is missing, unknown or not of its type, with its path under `body`.
    pub fn parse(kind: Kind, raw: Value) -> Result<Self, InputError> {
        let Value::Object(raw) = raw else {
            return Err(InputError::new(InputCode::Invalid, "body", "an object"));
        };
        let fields = field_reading::read_record(kind.spec().fields, raw, "body")?;
        let body = Self { kind, fields };
        body.check_across_fields("body")?;
        if let Some(corrected) = body.corrected_body() {
            corrected.check_across_fields("body.corrected")?;
        }
        Ok(body)
    }

    /// Makes the body that tells a party of a withdrawal: a time, the withdrawn categories and fixed words. The hub
    /// sends it to every party that received something under the consent. `None` if there is no category.
    #[must_use]
    pub fn consent_withdrawn(at: Timestamp, categories: CategorySet) -> Option<Self> {
        let raw = json!({
            "withdrawnAt": time::local_rfc3339(at), "categories": categories.codes(), "meaning": "no-further-sharing",
        });
        Self::parse(Kind::ConsentWithdrawn, raw).ok()
    }

    /// Reads a body that a hub has minimised: it may lack required fields. Fields of a newer hub are ignored.
    ///
    /// # Errors
    /// A known field that is not of its type.
    pub fn parse_minimised(kind: Kind, raw: Value) -> Result<Self, InputError> {
        let Value::Object(raw) = raw else {
            return Err(InputError::new(InputCode::Invalid, "body", "an object"));
        };
        Ok(Self {
            kind,
            fields: field_reading::read_minimised(kind.spec().fields, raw, "body")?,
        })
    }

    /// Checks the rules that involve more than one field.
    fn check_across_fields(&self, path: &str) -> Result<(), InputError> {
        let invalid =
            |field: &str, expected: &str| Err(InputError::new(InputCode::Invalid, field::join(path, field), expected));
        if self.get("reasonText").is_some() && self.text("reason") != Some("ANNET") {
            return invalid("reasonText", "nothing: Nav takes own words with the reason ANNET only");
        }
        if self.kind == Kind::Correction {
            match (self.text("action"), self.get("corrected").is_some()) {
                (Some("corrected"), false) => return invalid("corrected", "the whole corrected body"),
                (Some("sent-by-mistake"), true) => {
                    return invalid("corrected", "nothing: what was sent by mistake has no right content");
                }
                _ => {}
            }
        }
        for (from, until) in [("from", "until"), ("measureFrom", "measureUntil")] {
            if let (Some(from), Some(until_value)) = (self.text(from), self.text(until)) {
                // Days in ISO form sort correctly as text.
                if until_value < from {
                    return invalid(until, "a day that is not before the first one");
                }
            }
        }
        Ok(())
    }

    /// Returns the message kind of the body.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the fields in canonical form.
    #[must_use]
    pub const fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// Returns one field's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// Returns one field that is text, a day, an instant or a code.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// Returns the categories that a question or an answer is about; empty for other kinds.
    #[must_use]
    pub fn about(&self) -> CategorySet {
        let codes = self.get("about").and_then(Value::as_array).into_iter().flatten();
        codes.filter_map(|c| c.as_str().and_then(Category::parse)).collect()
    }

    /// Returns the needs of each present field, in the order of the catalogue.
    #[must_use]
    pub fn needs(&self) -> Vec<FieldNeed> {
        self.kind
            .spec()
            .fields
            .iter()
            .flat_map(|spec| self.field_needs(spec))
            .collect()
    }

    /// Returns all categories that the whole body needs.
    #[must_use]
    pub fn all_needs(&self) -> CategorySet {
        self.needs()
            .iter()
            .fold(CategorySet::EMPTY, |set, need| set.union(need.needs))
    }

    fn field_needs(&self, spec: &'static FieldSpec) -> Vec<FieldNeed> {
        let Some(value) = self.get(spec.name) else {
            return Vec::new();
        };
        if self.kind == Kind::Correction {
            return self.correction_needs(spec);
        }
        if self.kind.spec().by_hub {
            return vec![FieldNeed {
                field: spec.name,
                inside_corrected: false,
                needs: CategorySet::EMPTY,
                required: spec.required,
            }];
        }
        let needs = CategorySet::of(&[spec.category])
            .union(spec.ty.value_needs(value))
            .union(self.about())
            .union(self.needs_of_own_words(spec));
        vec![FieldNeed {
            field: spec.name,
            inside_corrected: false,
            needs,
            required: spec.required,
        }]
    }

    /// Gives a field of own words the needs of the reason or outcome beside it, since the words probably explain that value.
    fn needs_of_own_words(&self, spec: &FieldSpec) -> CategorySet {
        if !matches!(spec.name, "why" | "reasonText") {
            return CategorySet::EMPTY;
        }
        let beside = self
            .kind
            .spec()
            .fields
            .iter()
            .filter(|f| matches!(f.name, "reason" | "outcome"));
        beside
            .filter_map(|f| self.get(f.name).map(|v| f.ty.value_needs(v)))
            .fold(CategorySet::EMPTY, CategorySet::union)
    }

    /// Returns the needs of a field of a correction. The correction's own fields need the category of the corrected kind. Fields
    /// of the corrected body need the same categories as in the corrected message.
    fn correction_needs(&self, spec: &'static FieldSpec) -> Vec<FieldNeed> {
        let Some(kind) = self.corrected_kind() else {
            return Vec::new();
        };
        if spec.name == "corrected" {
            let inner = self.corrected_body().map(|body| body.needs()).unwrap_or_default();
            return inner
                .into_iter()
                .map(|need| FieldNeed {
                    inside_corrected: true,
                    required: false,
                    ..need
                })
                .collect();
        }
        let needs = CategorySet::of(&[kind.spec().category]);
        vec![FieldNeed {
            field: spec.name,
            inside_corrected: false,
            needs,
            required: spec.required,
        }]
    }

    /// Returns the kind of the message that a correction corrects.
    #[must_use]
    pub fn corrected_kind(&self) -> Option<Kind> {
        self.text("correctedKind").and_then(Kind::parse)
    }

    /// Returns the corrected body of a correction.
    #[must_use]
    pub fn corrected_body(&self) -> Option<Self> {
        match (self.corrected_kind(), self.get("corrected")) {
            (Some(kind), Some(Value::Object(fields))) => Some(Self {
                kind,
                fields: fields.clone(),
            }),
            _ => None,
        }
    }

    /// Returns the body with only those fields whose needs are all `permitted`. The consent decision decides on `permitted`; this
    /// function only removes fields.
    #[must_use]
    pub fn keep(&self, permitted: CategorySet) -> Self {
        let mut fields = Map::new();
        for need in self.needs().iter().filter(|need| need.needs.is_subset(permitted)) {
            if need.inside_corrected {
                let inner = self.fields.get("corrected").and_then(|c| c.get(need.field));
                if let (Some(value), Value::Object(kept)) = (
                    inner,
                    fields.entry("corrected").or_insert_with(|| Value::Object(Map::new())),
                ) {
                    kept.insert(need.field.to_owned(), value.clone());
                }
            } else if let Some(value) = self.fields.get(need.field) {
                fields.insert(need.field.to_owned(), value.clone());
            }
        }
        // A corrected body can not be interpreted without its kind.
        if !fields.contains_key("correctedKind") {
            fields.remove("corrected");
        }
        Self {
            kind: self.kind,
            fields,
        }
    }

    /// Returns true if every required field is present. A correction with new content must contain a complete body.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let corrects_nothing = self.kind == Kind::Correction
            && self.text("action") == Some("corrected")
            && !self.corrected_body().is_some_and(|body| body.is_complete());
        !corrects_nothing
            && self
                .kind
                .spec()
                .fields
                .iter()
                .all(|f| !f.required || self.fields.contains_key(f.name))
    }

    /// Returns true if the message gives treatment or illness as the reason for the measure's end.
    #[must_use]
    pub fn ends_because_of_treatment(&self) -> bool {
        if !matches!(self.kind, Kind::MeasureEndProposed | Kind::MeasureEnded) {
            return false;
        }
        let reason = self.text("reason");
        let words = [self.text("reasonText"), self.text("why")].into_iter().flatten();
        let mentions_treatment = words
            .map(str::to_lowercase)
            .any(|w| w.contains("behandling") || w.contains("syk"));
        matches!(reason, Some("SYK" | "TRENGER_ANNEN_STOTTE"))
            || self.text("outcome") == Some("treatment")
            || (reason == Some("ANNET") && mentions_treatment)
    }

    /// Returns true if the message is urgent, by its own kind's rule or by the rule of the message that it corrects.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        let mut rules = self.kind.spec().urgent_when.iter();
        rules.any(|(field, code)| self.text(field) == Some(*code))
            || self.corrected_body().is_some_and(|corrected| corrected.is_urgent())
    }

    /// Returns the fields as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::Object(self.fields.clone())
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // `Debug` prints only the names of the fields, since their values are about a person.
        f.debug_struct("Body")
            .field("kind", &self.kind)
            .field("fields", &self.fields.keys())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(categories: &[Category]) -> CategorySet {
        CategorySet::of(categories)
    }

    #[test]
    fn a_reason_that_tells_of_illness_needs_more_than_its_field() {
        let body = |reason: &str| {
            let raw = json!({"reason": reason, "proposedDate": "2026-12-01", "why": "Starter et annet løp."});
            Body::parse(Kind::MeasureEndProposed, raw).unwrap()
        };
        assert_eq!(body("FATT_JOBB").all_needs(), set(&[Category::Outcome]));
        let ill = body("SYK");
        assert_eq!(ill.all_needs(), set(&[Category::Outcome, Category::TreatmentStatus]));
        let kept = ill.keep(set(&[Category::Outcome]));
        assert!(!kept.is_complete());
        assert_eq!(kept.fields().keys().collect::<Vec<_>>(), ["proposedDate"]);
    }

    #[test]
    fn what_can_not_wait_is_urgent_and_so_is_its_correction() {
        let request = |urgency| json!({"what": "x", "urgency": urgency});
        let urgent = |kind, raw| Body::parse(kind, raw).unwrap().is_urgent();
        assert!(urgent(Kind::SupportRequest, request("today")));
        assert!(!urgent(Kind::SupportRequest, request("this-week")));
        assert!(!urgent(Kind::ProgressUpdate, json!({"status": "DELTAR"})));
        let corrected =
            |urgency| json!({"action": "corrected", "correctedKind": "support-request", "corrected": request(urgency)});
        assert!(urgent(Kind::Correction, corrected("today")));
        assert!(!urgent(Kind::Correction, corrected("can-wait")));
    }

    #[test]
    fn a_question_needs_what_it_is_about() {
        let body = Body::parse(Kind::Question, json!({"text": "Hva nå?", "about": ["function"]})).unwrap();
        assert_eq!(body.all_needs(), set(&[Category::Dialogue, Category::Function]));
        assert!(body.keep(set(&[Category::Dialogue])).fields().is_empty());
    }

    #[test]
    fn a_correction_needs_what_the_corrected_message_needed_field_by_field() {
        let raw = json!({"action": "corrected", "correctedKind": "start-meeting-summary", "corrected": {
            "goals": ["Fast jobb"], "adaptations": ["Rolig rom"]}});
        let body = Body::parse(Kind::Correction, raw).unwrap();
        let kept = body.keep(set(&[Category::Goals]));
        assert!(kept.is_complete());
        assert_eq!(kept.get("corrected"), Some(&json!({"goals": ["Fast jobb"]})));
        // The corrected body has lost its goals, and has no meaning without them.
        assert!(!body.keep(set(&[Category::Facilitation])).is_complete());
    }

    #[test]
    fn what_the_hub_makes_itself_needs_no_category_and_so_is_never_permitted() {
        let at = "2026-08-20T08:15:00.9Z".parse().unwrap();
        let body = Body::consent_withdrawn(at, set(&[Category::Goals, Category::Function])).unwrap();
        assert_eq!(body.all_needs(), CategorySet::EMPTY);
        assert!(body.is_complete());
        assert_eq!(
            body.to_json(),
            json!({"withdrawnAt": "2026-08-20T10:15:00+02:00", "categories": ["goals", "function"],
                   "meaning": "no-further-sharing"})
        );
        assert_eq!(Body::consent_withdrawn(at, CategorySet::EMPTY), None);
        let other =
            json!({"withdrawnAt": "2026-08-20T10:15:00+02:00", "categories": ["goals"], "meaning": "Kari vil ikke"});
        assert!(
            Body::parse(Kind::ConsentWithdrawn, other).is_err(),
            "no words but the fixed ones"
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let error = |kind, raw| Body::parse(kind, raw).unwrap_err().to_string();
        assert_eq!(
            error(Kind::MeetingRequest, json!({"proposedTimes": [{"start": "i morgen"}]})),
            "body.proposedTimes[0].start is not right: a point in time, such as 2026-12-01T09:00:00+01:00"
        );
        assert_eq!(
            error(
                Kind::Answer,
                json!({"text": "Ja", "about": ["dialogue"], "icd10": "F32"})
            ),
            "body.icd10 is not a known field: one of text, about"
        );
        assert_eq!(
            error(
                Kind::MeasureEnded,
                json!({"reason": "SYK", "reasonText": "x", "date": "2026-12-01"})
            ),
            "body.reasonText is not right: nothing: Nav takes own words with the reason ANNET only"
        );
    }
}
