//! The fields of a document that a person enters in a form of the receiver's: its part `tilManuellRegistrering`
//! (`docs/writing-an-adapter.md`).

use serde_json::Value;

/// Name of the part.
const PART: &str = "tilManuellRegistrering";
/// Steps and fields that a page shows at most.
const AT_MOST: usize = 60;

/// A document that a person enters, field by field. The type has no `Debug`, so that logs can not contain it.
#[derive(PartialEq, Eq)]
pub struct EntryText {
    /// Title.
    pub title: String,
    /// Steps, in order.
    pub steps: Vec<String>,
    /// Fields of the form, in its order: the name of each, and the value to enter.
    pub fields: Vec<(String, String)>,
    /// Things that the form has no field for, to be told to the receiver in another way.
    pub to_tell: Vec<(String, String)>,
}

impl EntryText {
    /// Reads the part out of a document; `None` for a document without it. An unknown member does not matter, and a member
    /// of another type is not there: the document itself was released, whatever its adapter wrote.
    #[must_use]
    pub fn parse(document: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(document).ok()?;
        let part = document.get(PART)?.as_object()?;
        let texts = |name: &str| {
            part.get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .take(AT_MOST)
        };
        let pairs = |name: &str| {
            let pairs = texts(name).filter_map(|pair| {
                let text = |of: &str| Some(pair.get(of)?.as_str()?.to_owned());
                Some((text("felt")?, text("verdi")?))
            });
            pairs.collect()
        };
        Some(Self {
            title: part.get("tittel")?.as_str()?.to_owned(),
            steps: texts("steg").filter_map(Value::as_str).map(str::to_owned).collect(),
            fields: pairs("felter"),
            to_tell: pairs("tilVeilederen"),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::json;

    use super::*;

    #[test]
    fn the_fields_stand_in_the_order_of_the_form() {
        let document = json!({"nav": {"type": "Forslag"}, "tilManuellRegistrering": {
            "tittel": "Forslag om avslutning", "steg": ["Velg «Avslutt deltakelse».", 7],
            "felter": [{"felt": "Årsak", "verdi": "Fått jobb"}, {"felt": "Begrunnelse"},
                {"felt": "Begrunnelse", "verdi": "Begynner 1. desember.\nHel stilling."}],
            "tilVeilederen": [{"felt": "Sted", "verdi": "Havna"}], "nytt": true,
        }});
        let text = EntryText::parse(document.to_string().as_bytes()).unwrap();
        assert_eq!(text.title, "Forslag om avslutning");
        assert_eq!(text.steps, ["Velg «Avslutt deltakelse»."]);
        let pair = |field: &str, value: &str| (field.to_owned(), value.to_owned());
        let grounds = pair("Begrunnelse", "Begynner 1. desember.\nHel stilling.");
        assert_eq!(text.fields, [pair("Årsak", "Fått jobb"), grounds]);
        assert_eq!(text.to_tell, [pair("Sted", "Havna")]);
        for other in [
            &b"<html>"[..],
            b"{}",
            b"[]",
            b"{\"tilManuellRegistrering\":{\"steg\":[]}}",
        ] {
            assert!(EntryText::parse(other).is_none());
        }
    }
    /// Nav's adapter writes the part in each of its documents, and a proposal has its grounds among the fields.
    #[test]
    fn the_documents_for_nav_have_their_fields() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/nav-measure/fixtures");
        let mut seen = 0;
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let text = EntryText::parse(&fs::read(&path).unwrap()).unwrap_or_else(|| panic!("{}", path.display()));
            assert!(!text.title.is_empty() && !text.steps.is_empty(), "{}", path.display());
            if path.ends_with("measure-end-proposed.json") {
                let names: Vec<_> = text.fields.iter().map(|(name, _)| name.as_str()).collect();
                assert_eq!(names, ["Årsak", "Sluttdato", "Begrunnelse"]);
            }
            seen += 1;
        }
        assert!(seen > 10, "{seen}");
    }
}
