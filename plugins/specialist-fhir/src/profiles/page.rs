//! The page that introduces the published artifacts.

use bindeledd_sdk::catalogue::Kind;
use std::fmt::Write as _;

use crate::codes;
use crate::kinds::SHAPES;
use crate::kinds::mapping::{At, FieldMapping};

pub(super) fn page() -> String {
    let mut out = String::from(HEAD);
    for shape in &SHAPES {
        let spec = shape.kind.spec();
        let (code, resource) = (spec.code, shape.layout.resource);
        write!(
            out,
            "\n## {code}: {}\n\n{} A [{resource}](StructureDefinition/{}.json); examples in [JSON](examples/{code}.json) \
             and [XML](examples/{code}.xml).\n\n| field | in Norwegian | | where |\n|---|---|---|---|\n",
            spec.title,
            spec.purpose,
            codes::profile_name(shape.kind)
        )
        .unwrap();
        for mapping in shape.mappings {
            let field = spec.fields.iter().find(|f| f.name == mapping.field).unwrap();
            let must = if field.required { "required" } else { "" };
            writeln!(
                out,
                "| `{}` | {} | {must} | {} |",
                field.name,
                field.label,
                where_it_stands(resource, mapping)
            )
            .unwrap();
        }
    }
    let spec = Kind::Correction.spec();
    write!(
        out,
        "\n## {}: {}\n\n{}{CORRECTION}",
        spec.code, spec.title, spec.purpose
    )
    .unwrap();
    out
}

fn where_it_stands(resource: &str, mapping: &FieldMapping) -> String {
    match &mapping.at {
        At::Payload => format!("`{resource}.payload.contentString`"),
        At::Concept(element) => format!("`{resource}.{element}`"),
        At::Extension(name) => format!("extension [`{name}`](StructureDefinition/{name}.json)"),
        At::PeriodOf(name, end) => format!("extension [`{name}`](StructureDefinition/{name}.json), `{end}`"),
        At::Item(list, code) => format!("`{resource}.{list}` of type `{code}`"),
        At::ItemPeriod(code, end) => format!("`{resource}.input` of type `{code}`, `{end}`"),
        At::Element(path) => format!("`{resource}.{path}`"),
        At::Note => format!("`{resource}.note.text`"),
        At::Location => format!("`{resource}.location.display`"),
        At::Own(path, words) if *words == format!("{resource}.{path}") => format!("`{words}`"),
        At::Own(path, words) => format!("`{resource}.{path}`: {words}"),
    }
}

const HEAD: &str = "# Coordination messages in FHIR R4

What the adapter `specialist-fhir` reads and writes, made from its own tables: a profile and an example of every kind, the
extensions, code systems and value sets. How to send and receive is in `plugins/specialist-fhir/README.md`.

- `StructureDefinition/`: a profile of each kind, and the extensions.
- `CodeSystem/`, `ValueSet/`: the codes. `message-kind` names the kinds and the parts of messages, `data-category` what a
  message tells about (in `meta.security`), the others hold the lists of the fields.
- `examples/`: what the hub sends, a Bundle of type `message` for each kind, in JSON and in XML.
- `disclosures/`: who got what about a participant, an AuditEvent for each delivery that may have left. The hub itself gives
  them out (`GET /v1/participants/{ref}/disclosures` as `application/fhir+json`), after IHE BALP's \"Privacy Disclosure\": the
  participant is a pseudonym, the categories are `securityLabel`, the grants stand behind their consents.

All of it is valid by three validators that share no code, HAPI's among them, and every example by its profile.
";

const CORRECTION: &str = " It has no resource of its own: it is the resource of the kind that it corrects, whose category (of
a Task: code) says `correction` beside that kind. With its right content it corrects; with the status `entered-in-error`
it takes back what was sent by mistake. Which message it corrects stands in the extension
[`supersedes`](StructureDefinition/supersedes.json) and in the [Provenance](StructureDefinition/correction.json) of the
MessageHeader: activity `correct-message` or `retract-message`, and an entity `revision`. A resource that is sent anew with
the identifier that it had, corrected or in error, is read as a correction of what was sent under it. Examples in
[JSON](examples/correction.json) and [XML](examples/correction.xml).
";
