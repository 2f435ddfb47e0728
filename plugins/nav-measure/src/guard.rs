//! Refuses a diagnosis anywhere in a document, found by a field's name or by a code system.

use serde_json::Value;

use crate::refuse::Problem;

/// Checks a whole document.
pub(crate) fn no_diagnosis(document: &Value) -> Result<(), Problem> {
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if members.iter().any(|(name, value)| !value.is_null() && names_one(name)) {
                    return Err(diagnosis());
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            Value::String(text) if is_system(text) => return Err(diagnosis()),
            _ => {}
        }
    }
    Ok(())
}

fn diagnosis() -> Problem {
    Problem::new(
        "diagnosis",
        "Dokumentet har en diagnose. Bindeledd formidler aldri diagnoser. Ta den ut, og si heller hva deltakeren får til, \
         og hva som må til.",
    )
}

fn squeezed(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

fn names_one(name: &str) -> bool {
    let name = squeezed(name);
    name.contains("diagnos") || name == "icd" || ["icd1", "icpc", "dsm"].iter().any(|start| name.starts_with(start))
}

/// Returns true for a code system of diagnoses, by its name or its number in the national code register.
fn is_system(text: &str) -> bool {
    text.len() <= 60
        && (matches!(squeezed(text).as_str(), "icd10" | "icd11" | "icpc2" | "icpc" | "dsm5")
            || ["2.16.578.1.12.4.1.1.7110", "2.16.578.1.12.4.1.1.7170"]
                .iter()
                .any(|oid| text.ends_with(oid)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_diagnosis_is_found_wherever_it_stands() {
        for document in [
            json!({"diagnose": "x"}),
            json!({"a": [{"ICPC-2": "P76"}]}),
            json!({"system": "ICD-10"}),
            json!([{"oid": "urn:oid:2.16.578.1.12.4.1.1.7110"}]),
        ] {
            assert!(no_diagnosis(&document).is_err(), "{document}");
        }
        assert_eq!(no_diagnosis(&json!({"diagnose": null, "type": "SYK"})), Ok(()));
    }
}
