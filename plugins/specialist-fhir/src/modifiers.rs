//! Modifier elements can change the meaning of their resource. A document is refused if one of its used resources has a modifier
//! that was not understood, as for `modifierExtension`.

use serde_json::Value;

use crate::element::Marks;
use crate::refusal::{Refused, refuse};

/// One modifier element of R4.
struct Modifier {
    resource: &'static str,
    /// Path of elements that leads to the modifier.
    path: &'static [&'static str],
    /// Returns true if the value does not change the meaning of the resource.
    is_harmless: fn(&Value) -> bool,
}

/// R4's modifiers in the resources that a message may refer to, except those that every reader of a kind checks.
const MODIFIERS: [Modifier; 23] = [
    modifier("CarePlan", &["status"], |v| is_one_of(v, &["active"])),
    modifier("CarePlan", &["intent"], |v| is_one_of(v, &["plan", "order"])),
    modifier("CarePlan", &["activity", "detail", "doNotPerform"], is_false),
    modifier("CareTeam", &["status"], |v| is_one_of(v, &["active"])),
    modifier("Communication", &["status"], |v| {
        is_one_of(v, &["completed", "in-progress", "unknown"])
    }),
    modifier("Device", &["status"], |v| is_one_of(v, &["active"])),
    modifier("Endpoint", &["status"], |v| is_one_of(v, &["active"])),
    modifier("Goal", &["lifecycleStatus"], |v| {
        is_one_of(v, &["planned", "accepted", "active"])
    }),
    modifier("Group", &["actual"], is_true),
    modifier("HealthcareService", &["active"], is_true),
    modifier("Location", &["status"], |v| is_one_of(v, &["active"])),
    modifier("Observation", &["status"], |v| is_one_of(v, &["final"])),
    modifier("Organization", &["active"], is_true),
    modifier("Patient", &["active"], is_true),
    modifier("Patient", &["deceasedBoolean"], is_false),
    modifier("Patient", &["deceasedDateTime"], |_| false),
    modifier("Patient", &["link", "type"], |v| {
        is_one_of(v, &["refer", "replaces", "seealso"])
    }),
    modifier("Person", &["active"], is_true),
    // R4 does not define these elements as modifiers, but they have the same effect.
    modifier("Practitioner", &["active"], is_true),
    modifier("PractitionerRole", &["active"], is_true),
    modifier("RelatedPerson", &["active"], is_true),
    modifier("Task", &["status"], |v| !is_one_of(v, &["entered-in-error"])),
    modifier("Task", &["intent"], |v| !is_one_of(v, &["unknown", "option"])),
];

const fn modifier(resource: &'static str, path: &'static [&'static str], is_harmless: fn(&Value) -> bool) -> Modifier {
    Modifier {
        resource,
        path,
        is_harmless,
    }
}

fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true)
}

fn is_false(value: &Value) -> bool {
    value.as_bool() == Some(false)
}

fn is_one_of(value: &Value, known: &[&str]) -> bool {
    value.as_str().is_some_and(|value| known.contains(&value))
}

/// Refuses a document with a used resource that has an unread modifier element.
pub(crate) fn check(document: &Value, marks: &Marks) -> Result<(), Refused> {
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                let resource = value.get("resourceType").and_then(Value::as_str);
                if let Some(resource) = resource.filter(|_| marks.is_marked(value)) {
                    for modifier in MODIFIERS.iter().filter(|m| m.resource == resource) {
                        modifier.check(value, modifier.path, marks)?;
                    }
                }
                open.extend(members.values());
            }
            _ => {}
        }
    }
    Ok(())
}

impl Modifier {
    fn check(&self, value: &Value, path: &[&str], marks: &Marks) -> Result<(), Refused> {
        match (value, path) {
            (Value::Array(items), _) => items.iter().try_for_each(|item| self.check(item, path, marks)),
            (Value::Object(members), [name, rest @ ..]) => match members.get(*name) {
                // An element that was left out as a whole changes no meaning. A link counts as a whole, however much of it was
                // read.
                Some(inner) if !rest.is_empty() && (self.resource == "Patient" || is_used(inner, marks)) => {
                    self.check(inner, rest, marks)
                }
                Some(inner) if rest.is_empty() && !marks.is_marked(inner) && !inner.is_null() => {
                    if (self.is_harmless)(inner) {
                        Ok(())
                    } else {
                        Err(self.refusal())
                    }
                }
                // A link without a type may mean that somebody else's record is the valid one.
                None if rest.is_empty() && self.path.len() > 1 && self.resource == "Patient" => Err(self.refusal()),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn refusal(&self) -> Refused {
        let place = format!("{}.{}", self.resource, self.path.join("."));
        let place = place
            .replace("deceasedBoolean", "deceased[x]")
            .replace("deceasedDateTime", "deceased[x]");
        refuse(
            "modifier-element",
            format!(
                "En ressurs som meldingen viser til, har {place}, som sier at den ikke lenger gjelder eller gjelder noe annet. \
                 Send meldingen med det som gjelder nå."
            ),
        )
    }
}

/// Returns true if any part of the value was read.
fn is_used(value: &Value, marks: &Marks) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| marks.is_marked(item)),
        value => marks.is_marked(value),
    }
}
