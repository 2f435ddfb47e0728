//! From bytes to a reading: which sort of document it is, and which messages are in it.

use bindeledd_sdk::catalogue::{Draft, Kind, SenderReference};
use bindeledd_sdk::{Context, Document, Reading};
use serde_json::Value;

use crate::document::{Whole, left_over};
use crate::element::{Element, Marks, sayable};
use crate::envelope::{self, Cover};
use crate::kinds::{self, Focus, Shape};
use crate::refusal::{Refused, refuse};
use crate::{codes, guard, json, respond};

/// Reads a document.
pub(crate) fn read(document: &Document<'_>, context: &Context) -> Reading {
    read_json(document)
        .and_then(|value| read_value(&value, context))
        .unwrap_or_else(|refused| Reading::Refused(*refused))
}

fn read_json(document: &Document<'_>) -> Result<Value, Refused> {
    let media_type = document.media_type.to_ascii_lowercase();
    let first = document
        .body
        .iter()
        .find(|b| !b.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(b));
    if media_type.split(';').next().is_some_and(|t| t.contains("xml")) || first == Some(&b'<') {
        return Err(refuse(
            "xml",
            "FHIR som XML leses ikke ennå. Send det samme som JSON, med application/fhir+json.",
        ));
    }
    let version = media_type
        .split(';')
        .find_map(|p| p.trim().strip_prefix("fhirversion="));
    if version.is_some_and(|v| !v.trim_matches('"').starts_with("4.0")) {
        return Err(refuse(
            "version",
            "Bindeledd leser FHIR R4 (4.0). Send meldingen i den versjonen.",
        ));
    }
    json::parse(document.body)
}

fn read_value(value: &Value, context: &Context) -> Result<Reading, Refused> {
    let marks = Marks::default();
    let root = Element::root(value, &marks);
    match root.resource_type() {
        "" => Err(refuse(
            "json",
            "Dokumentet er ikke en FHIR-ressurs: resourceType mangler.",
        )),
        "Bundle" => read_bundle(root, &marks, context),
        resource_type => {
            check_type(resource_type)?;
            let whole = Whole::single(context);
            let focus = Focus {
                whole: &whole,
                resource: root,
            };
            let shape = shape_of(&focus, None)?;
            guard::check(value)?;
            let draft = envelope::draft(&focus, shape, Cover::default())?;
            let mut left_out = whole.into_notes();
            left_out.extend(left_over(value, &marks));
            Ok(Reading::Messages {
                messages: vec![draft],
                left_out,
                origin: Value::Null,
                wants_receipt: false,
            })
        }
    }
}

/// Says of a resource that is no message why not, and where it belongs.
fn check_type(resource_type: &str) -> Result<(), Refused> {
    let no = |code: &str, text: &str| Err(refuse(code, text));
    match resource_type {
        "Communication" | "Task" | "Observation" => Ok(()),
        record if guard::is_record(record) => Err(guard::record()),
        "CarePlan" | "Goal" => no(
            "kind",
            "FHIR-adapteren formidler ikke mål og plan (CarePlan, Goal) ennå.",
        ),
        "Consent" => no(
            "resource-type",
            "Et samtykke er ikke en melding. Registrer det i Bindeledds samtykketjeneste.",
        ),
        "MessageHeader" => no(
            "resource-type",
            "En MessageHeader alene er ingen melding. Send hele Bundle-en.",
        ),
        other => Err(refuse(
            "resource-type",
            format!(
                "Ressurstypen {} er ikke en koordineringsmelding. Send Communication, Task eller Observation, eller en \
                 Bundle av typen message.",
                sayable(other)
            ),
        )),
    }
}

fn read_bundle(bundle: Element<'_>, marks: &Marks, context: &Context) -> Result<Reading, Refused> {
    let whole = Whole::bundle(bundle, context);
    bundle.text("timestamp");
    match bundle.text("type") {
        Some("message") => {
            let header = whole
                .resources()
                .next()
                .filter(|r| r.resource_type() == "MessageHeader")
                .ok_or_else(|| {
                    refuse(
                        "bundle",
                        "Den første ressursen i en Bundle av typen message må være MessageHeader.",
                    )
                })?;
            let header = header.mark();
            if let Some(receipt) = respond::receipt(&whole, header) {
                return Ok(Reading::Receipt(receipt));
            }
            let cover = Cover {
                header: Some(header),
                bundle: Some(bundle),
            };
            read_message(whole, cover, marks).map_err(|mut refusal| {
                refusal.answer = respond::answer_to_refused(header, &refusal, context);
                refusal
            })
        }
        Some("collection") => {
            let cover = Cover {
                header: None,
                bundle: Some(bundle),
            };
            let foci = collected(&whole);
            read_foci(whole, &foci, None, cover, marks)
        }
        Some("document") => Err(guard::record()),
        _ => Err(refuse(
            "bundle",
            "Bundle.type må være message (eller collection). Andre typer er oppdrag til en FHIR-tjener, ikke meldinger.",
        )),
    }
}

/// In a collection every Communication and Task is a message; observations are when nothing else is.
fn collected<'a>(whole: &Whole<'a>) -> Vec<Element<'a>> {
    let of = |types: &[&str]| {
        whole
            .resources()
            .filter(|r| types.contains(&r.resource_type()))
            .map(Element::mark)
            .collect()
    };
    let foci: Vec<_> = of(&["Communication", "Task"]);
    if foci.is_empty() { of(&["Observation"]) } else { foci }
}

fn read_message<'a>(whole: Whole<'a>, cover: Cover<'a>, marks: &Marks) -> Result<Reading, Refused> {
    let Some(header) = cover.header else {
        return Err(kinds::unknown_kind("MessageHeader"));
    };
    let event = event(header)?;
    // Refuses at once what no focus could make right.
    kinds::shape(event)?;
    for understood in ["sender", "source", "definition"] {
        header.peek(understood).map(Element::mark_all);
    }
    for destination in header.items("destination") {
        destination.mark_all();
    }
    let mut foci = Vec::new();
    for reference in header.items("focus") {
        let target = whole.target(reference, header).ok_or_else(|| {
            refuse(
                "reference",
                "MessageHeader.focus viser til en ressurs som ikke er med i Bundle-en. Bindeledd henter ingenting selv.",
            )
        })?;
        reference.mark_all();
        foci.push(target);
    }
    read_foci(whole, &foci, Some(event), cover, marks)
}

/// The kind that the header says.
pub(crate) fn event(header: Element<'_>) -> Result<Kind, Refused> {
    let unknown = || kinds::unknown_kind("MessageHeader.eventCoding");
    let code = match (header.get("eventCoding"), header.text("eventUri")) {
        (Some(coding), _) if coding.value().get("system").and_then(Value::as_str) == Some(codes::KIND) => {
            coding.mark_all().text("code")
        }
        (None, Some(uri)) => uri.strip_prefix(codes::KIND).and_then(|rest| rest.strip_prefix('#')),
        _ => None,
    };
    code.and_then(Kind::parse).ok_or_else(unknown)
}

fn read_foci<'a>(
    whole: Whole<'a>,
    foci: &[Element<'a>],
    event: Option<Kind>,
    cover: Cover<'a>,
    marks: &Marks,
) -> Result<Reading, Refused> {
    if foci.is_empty() {
        return Err(refuse(
            "bundle",
            "Bundle-en har ingen melding: MessageHeader.focus må vise til den.",
        ));
    }
    let Some(bundle) = cover.bundle else {
        return Err(kinds::unknown_kind("Bundle"));
    };
    let mut shapes = Vec::new();
    for resource in foci {
        check_type(resource.resource_type())?;
        let alone = foci.len() == 1;
        shapes.push(shape_of(
            &Focus {
                whole: &whole,
                resource: *resource,
            },
            event.map(|kind| (kind, alone)),
        )?);
    }
    if event.is_some_and(|kind| shapes.iter().all(|s| s.kind != kind)) {
        return Err(contradiction());
    }
    guard::check(bundle.value())?;
    let mut messages: Vec<Draft> = Vec::new();
    for (resource, shape) in foci.iter().zip(shapes) {
        if resource.resource_type() == "Observation" && is_part_of_another(*resource, foci, &whole) {
            continue;
        }
        let draft = envelope::draft(
            &Focus {
                whole: &whole,
                resource: *resource,
            },
            shape,
            cover,
        )?;
        messages.push(with_own_reference(draft, &messages));
    }
    cover.reference();
    let origin = cover.header.map_or(Value::Null, respond::origin);
    let wants_receipt = respond::wanted(whole.context) && !origin.is_null();
    let mut left_out = whole.into_notes();
    left_out.extend(left_over(bundle.value(), marks));
    Ok(Reading::Messages {
        messages,
        left_out,
        origin,
        wants_receipt,
    })
}

/// Whether an observation is what another focus refers to: then it is no message of its own.
fn is_part_of_another<'a>(observation: Element<'a>, foci: &[Element<'a>], whole: &Whole<'a>) -> bool {
    let refers = |focus: &Element<'a>| {
        focus
            .items("payload")
            .iter()
            .filter_map(|p| p.peek("contentReference"))
            .any(|reference| {
                whole
                    .target(reference, *focus)
                    .is_some_and(|t| std::ptr::eq(t.value(), observation.value()))
            })
    };
    foci.iter().any(refers)
}

/// Several messages of one document may have only the document's id: then each gets its number too.
fn with_own_reference(mut draft: Draft, earlier: &[Draft]) -> Draft {
    let taken = |reference: &SenderReference| earlier.iter().any(|d| d.sender_reference == *reference);
    if taken(&draft.sender_reference) {
        let numbered = format!("{}#{}", draft.sender_reference.as_str(), earlier.len() + 1);
        if let Some(reference) = SenderReference::parse(&numbered) {
            draft.sender_reference = reference;
        }
    }
    draft
}

fn contradiction() -> Refused {
    refuse(
        "kind",
        "MessageHeader.eventCoding og ressursen sier ikke samme meldingstype. Oppgi den samme begge steder.",
    )
}

/// The shape of what the resource says that it is, or else of what the header says. `event` comes with whether the
/// resource is the only one, which then has to agree.
fn shape_of(focus: &Focus<'_>, event: Option<(Kind, bool)>) -> Result<&'static Shape, Refused> {
    let resource = focus.resource;
    let said = kinds::said_kind(resource)?;
    let kind = match (said, event) {
        (Some(said), Some((event, true))) if said != event => return Err(contradiction()),
        (Some(said), _) => said,
        (None, Some((event, _))) => event,
        (None, None) => {
            return Err(kinds::unknown_kind(match resource.resource_type() {
                "Communication" => "Communication.category",
                "Task" => "Task.code",
                _ => "Observation.code",
            }));
        }
    };
    let shape = kinds::shape(kind)?;
    let by_itself = kind == Kind::FunctionUpdate && resource.resource_type() == "Observation";
    if shape.layout.resource == resource.resource_type() || by_itself {
        return Ok(shape);
    }
    Err(refuse(
        "kind",
        format!(
            "«{}» skal stå i ressursen {}.",
            kind.spec().title,
            shape.layout.resource
        ),
    ))
}
