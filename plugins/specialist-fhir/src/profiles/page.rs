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
             and [XML](examples/{code}.xml).\n\n| field | in Norwegian | | place |\n|---|---|---|---|\n",
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

The FHIR of the adapter `specialist-fhir`, made from its own tables: a profile and an example of every kind, the extensions,
code systems and value sets. `plugins/specialist-fhir/README.md` explains sending and receiving.

- `StructureDefinition/`: a profile of each kind, and the extensions.
- `CodeSystem/`, `ValueSet/`: the codes. `message-kind` names the kinds and the parts of messages, `data-category` the
  subjects of a message (in `meta.security`). The others have the code lists of the fields.
- `examples/`: the hub's own documents, a Bundle of type `message` for each kind, in JSON and in XML.
- `disclosures/`: the disclosures about a participant, with an AuditEvent for each delivery that may have left. The hub itself
  returns them (`GET /v1/participants/{ref}/disclosures` as `application/fhir+json`), after IHE BALP's \"Privacy Disclosure\": the
  participant is a pseudonym, the categories are `securityLabel`, the grants follow their consents.

Three validators that share no code, including HAPI's, accept all of it, and every example by its profile.
";

const CORRECTION: &str = " It has no resource of its own: it is the resource of the corrected kind, with `correction` beside that kind
in its category (of a Task: code). With corrected content it corrects; with the status `entered-in-error` it takes back a
message that was sent by mistake. The extension [`supersedes`](StructureDefinition/supersedes.json) names the corrected
message, and so does the [Provenance](StructureDefinition/correction.json) of the MessageHeader: activity
`correct-message` or `retract-message`, and an entity `revision`. A resource that is sent again with its identifier,
corrected or in error, is read as a correction of the earlier message. Examples in
[JSON](examples/correction.json) and [XML](examples/correction.xml).
";
