//! `bindeledd consent confirm`

use std::path::PathBuf;

use bindeledd_core::PartyName;
use bindeledd_host::Sha256;
use bindeledd_texts::cli::consent::Consent;
use clap::Args;
use serde_json::{Map, Value, json};

use super::Named;
use crate::caller::Hub;
use crate::command::{cell, party_name, read_file, slug};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Confirm grants that another party registered. With --key-file the caller is the sender of the grants, or a
/// registrar that it trusts. Else the operator confirms for a party that can not call, with evidence of its word. The
/// hub stores the place of the evidence, never its content.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    bindeledd consent confirm 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01 --key-file fjellvik.key\n  \
    bindeledd consent confirm 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01 --for fjellvik-legekontor \\\n    \
    --evidence-type agreement --evidence \"archive 2026/114\" --evidence-file agreement.pdf")]
pub(crate) struct Arguments {
    #[command(flatten)]
    named: Named,
    /// The sender of the grants to confirm [default: the caller]
    #[arg(long = "for", value_parser = party_name, value_name = "PARTY")]
    sender: Option<PartyName>,
    /// Only grants to this party
    #[arg(long, value_parser = party_name, value_name = "PARTY")]
    to: Option<PartyName>,
    /// The type of the evidence, such as agreement, letter or phone-call
    #[arg(long, value_parser = slug, requires = "evidence", value_name = "TYPE")]
    evidence_type: Option<String>,
    /// The place of the evidence, such as a case number in an archive
    #[arg(long, requires = "evidence_type", value_name = "REFERENCE")]
    evidence: Option<String>,
    /// The file with the evidence; only its digest is sent
    #[arg(long, requires = "evidence", value_name = "FILE")]
    evidence_file: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let path = format!("/v1/consents/{}/confirm", arguments.named.consent);
    let answer = Hub::open(&arguments.named.hub, shared)?.post(&path, &arguments.to_json()?)?;
    let text = match cell(&answer, "confirmed").as_str() {
        "0" => Consent::NothingOfIt,
        grants => Consent::Confirmed {
            grants: grants.to_owned(),
        },
    };
    output.told(&answer, &text);
    Ok(Exit::Done)
}

impl Arguments {
    fn to_json(&self) -> Result<Value, Failure> {
        let mut asked = Map::new();
        for (name, party) in [("from", &self.sender), ("to", &self.to)] {
            if let Some(party) = party {
                asked.insert(name.to_owned(), party.to_string().into());
            }
        }
        if let (Some(kind), Some(reference)) = (&self.evidence_type, &self.evidence) {
            let mut evidence = json!({ "type": kind, "reference": reference });
            if let Some(file) = &self.evidence_file {
                evidence["sha256"] = Sha256::of(&read_file(file)?).to_string().into();
            }
            asked.insert("evidence".to_owned(), evidence);
        }
        Ok(Value::Object(asked))
    }
}
