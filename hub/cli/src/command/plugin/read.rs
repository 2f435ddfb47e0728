//! `bindeledd plugin read`

use std::path::PathBuf;

use bindeledd_core::Draft;
use bindeledd_core::contract::{Document, Reading, Refusal};
use bindeledd_engine::ports::{AdapterFault, Adapters as _};
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::message::Message;
use bindeledd_texts::cli::plugin::Plugin;
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use serde_json::{Value, json};

use super::{context, request_json, wait};
use crate::adapter::{self, fault_exit, media_type_of};
use crate::command::read_file;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Let an adapter read a document as the hub would, and show its messages or its receipt. Nothing is sent.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd plugin read gp-dialogmelding notat.xml\n  \
    bindeledd plugin read ./my-adapter.wasm notat.xml --context context.json --json\n\n\
    The exit code is 0 if it was read, 3 if the adapter refuses the document, and 4 if the adapter failed.")]
pub(crate) struct Arguments {
    /// The adapter: a .wasm file, or its name
    adapter: String,
    /// The document; - for standard input
    file: PathBuf,
    /// Media type of the document [default: by content and name]
    #[arg(long, value_name = "TYPE")]
    media_type: Option<String>,
    /// The context of the call as JSON [default: an example with synthetic identities]
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let body = read_file(&arguments.file)?;
    let context = context(arguments.context.as_deref())?;
    let loaded = adapter::load(&arguments.adapter, shared)?;
    let media_type = arguments
        .media_type
        .as_deref()
        .unwrap_or_else(|| media_type_of(&arguments.file, &body));
    let document = Document {
        media_type,
        body: &body,
    };
    let reading = wait(loaded.host.read(&loaded.id, document, &context))?;
    let (exit, answer) = match &reading {
        Ok(reading) => (
            if matches!(reading, Reading::Refused(_)) {
                Exit::Refused
            } else {
                Exit::Done
            },
            to_json(reading),
        ),
        Err(fault) => (fault_exit(fault), fault_json(fault, output.lang())),
    };
    output.result(&answer, || human(&reading, output.lang()));
    Ok(exit)
}

/// Returns an answer in which every key exists, so that a caller need not check for keys.
fn answer(outcome: Option<&str>) -> Value {
    json!({ "outcome": outcome, "messages": [], "receipt": null, "leftOut": [], "problem": null })
}

fn to_json(reading: &Reading) -> Value {
    match reading {
        Reading::Messages { messages, left_out, .. } => {
            let mut json = answer(Some("messages"));
            json["messages"] = messages.iter().map(Draft::to_json).collect();
            json["leftOut"] = json!(left_out);
            json
        }
        Reading::Receipt(receipt) => {
            let mut json = answer(Some("receipt"));
            json["receipt"] = json!(receipt);
            json
        }
        Reading::Nothing(why) => {
            let mut json = answer(Some("nothing"));
            json["nothing"] = json!(why);
            json
        }
        Reading::Refused(refusal) => {
            let mut json = answer(Some("refused"));
            json["problem"] = json!({ "code": refusal.code, "text": refusal.text });
            // This is the negative receipt, or null if the format has none.
            json["answer"] = refusal.answer.as_ref().map(request_json).unwrap_or_default();
            json
        }
    }
}

fn fault_json(fault: &AdapterFault, lang: Lang) -> Value {
    let mut json = answer(None);
    json["problem"] = json!({ "code": fault.code(), "text": fault.detail().text(lang) });
    json
}

fn human(reading: &Result<Reading, AdapterFault>, lang: Lang) -> String {
    match reading {
        Ok(Reading::Messages { messages, left_out, .. }) => {
            let messages = messages.iter().map(|message| format!("{:#}", message.to_json()));
            let left_out = left_out
                .iter()
                .map(|what| Message::LeftOut { what: what.to_string() }.text(lang));
            messages.chain(left_out).collect::<Vec<_>>().join("\n")
        }
        Ok(Reading::Receipt(receipt)) => {
            let errors = receipt
                .errors
                .iter()
                .map(|error| format!("\n  {} {}", error.code, error.text));
            let status = json!(receipt.status).as_str().unwrap_or_default().to_owned();
            let message = receipt.refers_to.to_string();
            Message::Receipt { status, message }.text(lang) + &errors.collect::<String>()
        }
        Ok(Reading::Nothing(why)) => Message::NothingToMove { why: why.to_string() }.text(lang),
        Ok(Reading::Refused(refusal)) => refused(refusal).text(lang),
        Err(fault) => {
            let code = fault.code().to_owned();
            let what = fault.detail().text(lang);
            let page = Common::Page { code: code.clone() };
            format!("{}\n  {}", Common::Error { code, what }.text(lang), page.text(lang))
        }
    }
}

/// Returns a refusal in words.
pub(super) fn refused(refusal: &Refusal) -> Plugin {
    Plugin::Refused {
        code: refusal.code.clone(),
        text: refusal.text.clone(),
    }
}
