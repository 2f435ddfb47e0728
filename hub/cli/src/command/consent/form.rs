//! `bindeledd consent form`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bindeledd_consent_document::{ConsentDocument, DocumentStatus, offline_party, read_consent};
use bindeledd_core::form::{Form, Language, Line, TEXT_VERSION, form, to_page, to_text};
use bindeledd_core::{InputCode, PartyId, PartyName};
use bindeledd_files::Access;
use bindeledd_texts::Text as _;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::consent::Consent;
use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::caller::{Hub, HubArguments};
use crate::command::{cannot_make, party_name, read_file, refused_input};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Print the page that a participant reads and signs, from the grants of a consent: before its registration from a
/// file, or afterwards by its id. Parties appear with their public labels.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd consent form --consent consent.json --party nordvik-aft=\"Nordvik Vekst\" \\\n    \
    --party fjellvik=\"Fjellvik legekontor\" --contact \"telefon 70 00 00 00\" --language nn\n  \
    bindeledd consent form --consent 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01 --html samtykke.html\n\n\
    Without a hub, name every party with --party; otherwise the labels come from the hub's directory. Register a signed consent\n\
    with the text version at the end of the page."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// A consent: a file with the project's JSON or a FHIR R4 Consent (- for standard input), or the id of a registered
    /// consent
    #[arg(long, value_name = "FILE|ID")]
    consent: PathBuf,
    /// The page's language: nb, nn or en
    #[arg(long, value_parser = language, default_value = "nb", value_name = "LANGUAGE")]
    language: Language,
    /// The label of a party on the page; the label must not reveal an illness
    #[arg(long = "party", value_parser = labelled, value_name = "PARTY=LABEL")]
    parties: Vec<(PartyName, String)>,
    /// The contact of the controller, such as "telefon 70 00 00 00" [default: the number in the hub's directory]
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,
    /// State that signing lifts the senders' duty of secrecy for the listed data; without this option the page states
    /// that signing does not lift it
    #[arg(long)]
    lifts_secrecy: bool,
    /// Write the page as HTML into this new file, which only its owner may read
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

fn language(raw: &str) -> Result<Language, String> {
    Language::parse(raw).ok_or_else(|| "write nb, nn or en".into())
}

fn labelled(raw: &str) -> Result<(PartyName, String), String> {
    let parts = raw
        .split_once('=')
        .map(|(party, label)| (party_name(party), label.trim()));
    match parts {
        Some((Ok(party), label)) if !label.is_empty() => Ok((party, label.to_owned())),
        _ => Err(
            "write a party and how it is named: fjellvik=\"Fjellvik legekontor\", her:8094866=\"Legekontoret\"".into(),
        ),
    }
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let mut hub = Asked {
        arguments,
        shared,
        hub: None,
    };
    let document = hub.document()?;
    if document.status != DocumentStatus::Active {
        let what = Consent::TakenBack;
        return Err(Failure::new(Exit::Refused, "BL-1108", what).next(Consent::MakeAnother));
    }
    let labels = hub.labels(&document)?;
    let offline = |name: &PartyName| Some(offline_party(name));
    // Every name has an offline id, so that this always succeeds.
    let resolved = document
        .resolve(offline)
        .map_err(|u| Failure::new(Exit::Failed, "BL-1104", u.path))?;
    let label = |id: &PartyId| labels.names.get(id).cloned().unwrap_or_else(|| id.to_string());
    let about = Form {
        grants: &resolved.grants,
        period: document.period,
        controller: &resolved.controller,
        contact: arguments.contact.as_deref().or(labels.contact.as_deref()),
        lifts_secrecy: arguments.lifts_secrecy,
        label: &label,
    };
    let lines = form(&about, arguments.language);
    if let Some(file) = &arguments.html {
        write_new(file, &to_page(&lines, arguments.language))?;
    }
    let text = to_text(&lines);
    let answer = json!({
        "language": arguments.language.code(), "textVersion": TEXT_VERSION, "text": text,
        "lines": lines.iter().map(line).collect::<Vec<_>>(),
        "file": arguments.html.as_ref().map(|file| file.display().to_string()),
    });
    output.result(&answer, || match &arguments.html {
        Some(file) => {
            let written = Consent::FormWritten {
                file: file.display().to_string(),
                version: TEXT_VERSION.to_string(),
            };
            written.text(output.lang())
        }
        None => text,
    });
    Ok(Exit::Done)
}

fn line(line: &Line) -> Value {
    let (role, words) = match line {
        Line::Title(words) => ("title", words),
        Line::Heading(words) => ("heading", words),
        Line::Text(words) => ("text", words),
        Line::Item(words) => ("item", words),
        Line::Choice(words) => ("choice", words),
        Line::Blank(words) => ("blank", words),
    };
    json!({ "role": role, "words": words })
}

/// The requests to a hub. The hub is called only if a value from it is needed.
struct Asked<'a> {
    arguments: &'a Arguments,
    shared: &'a Shared,
    hub: Option<Hub>,
}

struct Labels {
    names: BTreeMap<PartyId, String>,
    contact: Option<String>,
}

impl Asked<'_> {
    fn get(&mut self, path: &str) -> Result<Value, Failure> {
        let hub = match self.hub.take() {
            Some(hub) => hub,
            None => Hub::open(&self.arguments.hub, self.shared)?,
        };
        let answer = hub.get(path);
        self.hub = Some(hub);
        answer
    }

    fn document(&mut self) -> Result<ConsentDocument, Failure> {
        let named = &self.arguments.consent;
        let id = named.to_str().and_then(|raw| Uuid::try_parse(raw).ok());
        let Some(id) = id.filter(|_| !named.exists()) else {
            return read_consent(&read_file(named)?, None).map_err(|error| refused_input(named, &error));
        };
        let mut answer = self.get(&format!("/v1/consents/{id}"))?;
        // The answer is the document, with further fields from the hub.
        if let Some(map) = answer.as_object_mut() {
            for of_the_hub in ["registrar", "confirmations", "waiting"] {
                map.remove(of_the_hub);
            }
        }
        read_consent(answer.to_string().as_bytes(), None).map_err(|error| {
            Failure::new(Exit::Failed, "BL-6010", Consent::NotOne)
                .next(Common::CheckUrl)
                .because(error)
        })
    }

    /// Returns the label of every party in a document: from the arguments, or else from the hub's directory.
    fn labels(&mut self, document: &ConsentDocument) -> Result<Labels, Failure> {
        let grants = document.grants.iter().flat_map(|grant| [&grant.from, &grant.to]);
        let mut labels = Labels {
            names: BTreeMap::new(),
            contact: None,
        };
        for name in std::iter::once(&document.controller).chain(grants) {
            let id = offline_party(name);
            if labels.names.contains_key(&id) {
                continue;
            }
            let said = self.arguments.parties.iter().find(|(party, _)| party == name);
            let label = match said {
                Some((_, label)) => label.clone(),
                None => {
                    let missing = Consent::NameLabel {
                        party: name.to_string(),
                    };
                    let party = self.get(&format!("/v1/directory/{name}"));
                    let party = party.map_err(|failure| failure.at(name.to_string()).next(missing))?;
                    if *name == document.controller {
                        labels.contact = party.get("phone").and_then(Value::as_str).map(ToOwned::to_owned);
                    }
                    party.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
                }
            };
            if label.chars().any(char::is_control) || label.is_empty() {
                let what = Consent::BadLabel {
                    party: name.to_string(),
                };
                return Err(Failure::new(Exit::Refused, InputCode::Invalid.code(), what).at("--party"));
            }
            labels.names.insert(id, label);
        }
        Ok(labels)
    }
}

/// Writes the page into a new file that only its owner may read. The page names the parties around a person.
fn write_new(file: &Path, page: &str) -> Result<(), Failure> {
    bindeledd_files::create(file, page.as_bytes(), Access::Private)
        .map_err(|error| cannot_make(file, Consent::NewFile, error))
}
