//! Reads a document: determines its type, and finds the messages in it.

use bindeledd_sdk::catalogue::encoding::without_mark;
use bindeledd_sdk::catalogue::{Draft, Kind, SenderReference, time};
use bindeledd_sdk::{Context, Document, Reading};
use serde_json::Value;

use crate::document::{Whole, left_over};
use crate::element::{Element, Marks, sayable};
use crate::envelope::{self, Cover};
use crate::kinds::{self, Focus, Shape};
use crate::provenance;
use crate::refusal::{Refused, refuse};
use crate::{codes, guard, json, medcom, modifiers, respond, xml};

/// Reads a document.
pub(crate) fn read(document: &Document<'_>, context: &Context) -> Reading {
    parse(document)
        .and_then(|value| read_value(&value, context))
        .unwrap_or_else(|refused| Reading::Refused(*refused))
}

/// Parses the document from either of FHIR's syntaxes into JSON. The content counts more than the declared media type.
fn parse(document: &Document<'_>) -> Result<Value, Refused> {
    let media_type = document.media_type.to_ascii_lowercase();
    let version = media_type
        .split(';')
        .filter_map(|p| p.split_once('='))
        .find_map(|(name, value)| name.trim().eq_ignore_ascii_case("fhirversion").then(|| value.trim()));
    if version.is_some_and(|v| !v.trim_matches('"').starts_with("4.0")) {
        return Err(refuse(
            "version",
            "Bindeledd leser FHIR R4 (4.0). Send meldingen i den versjonen.",
        ));
    }
    // XML in an encoding other than UTF-8 does not look like XML. The declared media type then decides the text of the refusal.
    let essence = media_type.split(';').next().unwrap_or_default();
    let said_xml = essence.to_ascii_lowercase().contains("xml");
    let looks_like_json = without_mark(document.body).trim_ascii_start().starts_with(b"{");
    if xml::is_xml(document.body) || (said_xml && !looks_like_json) {
        xml::parse(document.body)
    } else {
        json::parse(document.body)
    }
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
            let whole = Whole::single(root, context);
            let (shape, corrects) = shape_of(root, None)?;
            let focus = focus_on(&whole, root, shape, corrects, &Cover::default());
            guard::check(value)?;
            let draft = envelope::draft(&focus, shape, Cover::default());
            let draft = draft.map_err(|refused| whole.doubt().unwrap_or(refused))?;
            whole.settled()?;
            modifiers::check(value, &marks)?;
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

/// Refuses a resource that is not a message, and names the right channel for it.
fn check_type(resource_type: &str) -> Result<(), Refused> {
    let no = |code: &str, text: &str| Err(refuse(code, text));
    match resource_type {
        "CarePlan" | "Communication" | "Observation" | "Task" => Ok(()),
        record if guard::is_record(record) => Err(guard::record()),
        "Goal" => no(
            "kind",
            "Et mål (Goal) alene er ingen melding. Send det sammen med planen (CarePlan) som viser til det, i én Bundle.",
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
                "Ressurstypen {} er ikke en koordineringsmelding. Send Communication, Task, CarePlan eller Observation, eller \
                 en Bundle av typen message.",
                sayable(other)
            ),
        )),
    }
}

fn read_bundle(bundle: Element<'_>, marks: &Marks, context: &Context) -> Result<Reading, Refused> {
    let whole = Whole::bundle(bundle, context);
    if let Some(stamp) = bundle.peek("timestamp")
        && stamp.value().as_str().and_then(time::parse_instant).is_some()
    {
        stamp.mark();
    }
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
            let receipt = respond::receipt(&whole, header);
            whole.settled()?;
            if let Some(receipt) = receipt {
                let id = &receipt.refers_to;
                if !(1..=200).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_graphic()) {
                    return Err(refuse(
                        "reference",
                        "MessageHeader.response.identifier må være id-en til meldingen som besvares: 1 til 200 synlige tegn.",
                    ));
                }
                return Ok(Reading::Receipt(receipt));
            }
            read_message(whole, header, bundle, marks).map_err(|mut refusal| {
                refusal.answer = respond::answer_to_refused(header, &refusal, context);
                refusal
            })
        }
        Some("collection") => {
            let cover = Cover {
                bundle: Some(bundle),
                ..Cover::default()
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

/// Finds the messages of a collection: every Communication, Task and CarePlan, or the Observations if there is nothing
/// else.
fn collected<'a>(whole: &Whole<'a>) -> Vec<Element<'a>> {
    let of = |types: &[&str]| {
        whole
            .resources()
            .filter(|r| types.contains(&r.resource_type()))
            .map(Element::mark)
            .collect()
    };
    let foci: Vec<_> = of(&["Communication", "Task", "CarePlan"]);
    if foci.is_empty() { of(&["Observation"]) } else { foci }
}

fn read_message<'a>(
    whole: Whole<'a>,
    header: Element<'a>,
    bundle: Element<'a>,
    marks: &Marks,
) -> Result<Reading, Refused> {
    let event = event(header)?;
    let trail = provenance::trail(&whole, header)?;
    for understood in ["sender", "source", "definition"] {
        header.peek(understood).map(Element::mark_all);
    }
    for destination in header.items("destination") {
        destination.mark_all();
    }
    let mut foci = Vec::new();
    for reference in header.items("focus") {
        let target = whole.target(reference, header).ok_or_else(|| {
            let missing = "MessageHeader.focus viser til en ressurs som ikke er med i Bundle-en. Bindeledd henter ingenting \
                selv. En relativ referanse gjelder bare den adressen (fullUrl) som dens egen ressurs er på.";
            whole.doubt().unwrap_or_else(|| refuse("reference", missing))
        })?;
        reference.mark_all();
        foci.push(target);
    }
    let (kind, in_thread) = match event {
        Event::Kind(kind) => (kind, false),
        Event::CareCommunication => (medcom::kind(&trail), true),
    };
    let cover = Cover {
        header: Some(header),
        bundle: Some(bundle),
        trail: Some(&trail),
        in_thread,
    };
    read_foci(whole, &foci, Some(kind), cover, marks)
}

/// The event that a message header names: a kind, or `MedCom`'s care communication.
enum Event {
    Kind(Kind),
    CareCommunication,
}

/// Reads the event of a message header.
fn event(header: Element<'_>) -> Result<Event, Refused> {
    let unknown = || kinds::unknown_kind("MessageHeader.eventCoding");
    let system =
        |coding: Element<'_>| coding.value().get("system").and_then(Value::as_str) == Some(codes::MEDCOM_EVENTS);
    let code = match (header.get("eventCoding"), header.text("eventUri")) {
        (Some(coding), _) if system(coding) => {
            let is_care = coding.mark_all().text("code") == Some(medcom::EVENT);
            return if is_care {
                Ok(Event::CareCommunication)
            } else {
                Err(unknown())
            };
        }
        (Some(coding), _) if coding.value().get("system").and_then(Value::as_str) == Some(codes::KIND) => {
            coding.mark_all().text("code")
        }
        (None, Some(uri)) => uri.strip_prefix(codes::KIND).and_then(|rest| rest.strip_prefix('#')),
        _ => None,
    };
    code.and_then(Kind::parse).map(Event::Kind).ok_or_else(unknown)
}

fn read_foci<'a>(
    whole: Whole<'a>,
    foci: &[Element<'a>],
    event: Option<Kind>,
    cover: Cover<'_>,
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
        shapes.push(shape_of(*resource, event.map(|kind| (kind, alone, cover.in_thread)))?);
    }
    let is_event = |(shape, corrects): &(&Shape, bool)| {
        event.is_none_or(|kind| shape.kind == kind || (*corrects && kind == Kind::Correction))
    };
    if !shapes.iter().any(is_event) {
        return Err(contradiction());
    }
    guard::check(bundle.value())?;
    let mut messages: Vec<Draft> = Vec::new();
    for (resource, (shape, corrects)) in foci.iter().zip(shapes) {
        if resource.resource_type() == "Observation" && is_part_of_another(*resource, foci, &whole) {
            continue;
        }
        let focus = focus_on(&whole, *resource, shape, corrects, &cover);
        let draft = envelope::draft(&focus, shape, cover);
        let draft = draft.map_err(|refused| whole.doubt().unwrap_or(refused))?;
        messages.push(with_own_reference(draft, &messages));
    }
    whole.settled()?;
    modifiers::check(bundle.value(), marks)?;
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

/// Returns true if another message refers to the observation, so that it is not a message itself.
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

/// Gives each message that shares the document's id a number in its reference.
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

fn focus_on<'a>(
    whole: &'a Whole<'a>,
    resource: Element<'a>,
    shape: &Shape,
    corrects: bool,
    cover: &Cover<'a>,
) -> Focus<'a> {
    let own_parts = cover.trail.filter(|_| cover.in_thread).map(|t| t.own_parts.as_slice());
    Focus {
        whole,
        resource,
        kind: shape.kind,
        corrects,
        in_thread: cover.in_thread,
        own_parts: own_parts.filter(|own| !own.is_empty()),
    }
}

/// Chooses the shape from the resource, else from the header, and determines whether the message is a correction. `event` has two
/// flags: the resource is the only one and must agree; the event alone decides the kind.
fn shape_of(resource: Element<'_>, event: Option<(Kind, bool, bool)>) -> Result<(&'static Shape, bool), Refused> {
    if let Some((kind, _, true)) = event {
        return Ok((kinds::shape(kind)?, false));
    }
    let (kind, corrects) = match (kinds::said_kind(resource)?, event) {
        (Some(said), Some((Kind::Correction, ..))) => (said.kind, true),
        (Some(said), Some((event, true, _))) if said.kind != event => return Err(contradiction()),
        (Some(said), _) => (said.kind, said.corrects),
        (None, Some((event, ..))) => (event, false),
        (None, None) => {
            return Err(kinds::unknown_kind(match resource.resource_type() {
                "Communication" => "Communication.category",
                "CarePlan" => "CarePlan.category",
                "Task" => "Task.code",
                _ => "Observation.code",
            }));
        }
    };
    let shape = kinds::shape(kind)?;
    let by_itself = kind == Kind::FunctionUpdate && resource.resource_type() == "Observation";
    if shape.layout.resource == resource.resource_type() || by_itself {
        return Ok((shape, corrects));
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
