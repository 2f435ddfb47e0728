//! `bindeledd plugin write`

use std::path::{Path, PathBuf};

use bindeledd_core::consent::{Basis, Grant, GrantOnFile, Ledger, Moment, Period};
use bindeledd_core::contract::{Context, Refusal, Request};
use bindeledd_core::{
    AdapterId, Category, CategorySet, ConsentId, Corrects, Draft, Kind, Message, MessageId, Minimised, ParticipantRef,
    PartyId, PartyName, Recipients, WithdrawalNotice, Withdrawn, decide,
};
use bindeledd_engine::ports::{AdapterFault, Adapters as _};
use bindeledd_host::Host;
use bindeledd_texts::cli::consent::reason;
use bindeledd_texts::cli::plugin::Plugin;
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::read::refused;
use super::{context, request_json, wait};
use crate::adapter::{self, fault_exit};
use crate::command::{read_file, refused_input};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Let an adapter write a message for the party of the context, as the hub would with every category granted, and show
/// the request. Nothing is sent.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd plugin write gp-dialogmelding question.json\n  \
    bindeledd plugin write gp-dialogmelding question.json --document > question.xml\n\n\
    A message without id and sender gets fixed ones. The exit code is 3 if the adapter refuses it, and 4 if the adapter failed.")]
pub(crate) struct Arguments {
    /// The adapter: a .wasm file, or its name
    adapter: String,
    /// The message as JSON (bindeledd/message/1); - for standard input
    message: PathBuf,
    /// The context of the call as JSON [default: an example with synthetic identities]
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// Print only the request's body, unchanged
    #[arg(long, conflicts_with = "document")]
    body: bool,
    /// Print the document inside the body, which a transport wrapped as base64 in `businessDocument`
    #[arg(long)]
    document: bool,
}

/// Id and sender for a message without them.
const EXAMPLE_ID: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
const EXAMPLE_SENDER: &str = "nordvik-aft";

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let context = context(arguments.context.as_deref())?;
    let bytes = read_file(&arguments.message)?;
    let loaded = adapter::load(&arguments.adapter, shared)?;
    match write(&loaded.host, &loaded.id, (&arguments.message, &bytes), &context)? {
        Ok(Ok(request)) => {
            show(&request, arguments, output);
            Ok(Exit::Done)
        }
        Ok(Err(refusal)) => {
            let json = json!({ "problem": { "code": refusal.code, "text": refusal.text } });
            output.told(&json, &refused(&refusal));
            Ok(Exit::Refused)
        }
        Err(fault) => Err(Failure::new(fault_exit(&fault), fault.code(), fault.detail())),
    }
}

/// The answer of a version to a message.
type Written = Result<Result<Request, Refusal>, AdapterFault>;

/// Lets an adapter write a message, as the hub would with every category granted.
pub(super) fn write(
    host: &Host,
    id: &AdapterId,
    (path, bytes): (&Path, &[u8]),
    context: &Context,
) -> Result<Written, Failure> {
    match notice(bytes)? {
        Some(notice) => wait(host.write_notice(id, &notice, context)),
        None => {
            let minimised = granted(&message(path, bytes)?, context)?;
            wait(host.write(id, &minimised, context))
        }
    }
}

/// Returns the withdrawal notice; `None` if the message is of another kind. The hub makes such a notice from the same
/// ids, time and categories.
fn notice(bytes: &[u8]) -> Result<Option<WithdrawalNotice>, Failure> {
    let Ok(message) = Message::parse(bytes) else {
        return Ok(None);
    };
    if message.draft.kind() != Kind::ConsentWithdrawn {
        return Ok(None);
    }
    let body = &message.draft.body;
    let codes = body.get("categories").and_then(Value::as_array).into_iter().flatten();
    let to = match &message.draft.to {
        Recipients::Parties(parties) => parties.first(),
        Recipients::Circle => None,
    };
    let withdrawn = match to {
        Some(PartyName::Id(to)) => Some(Withdrawn {
            id: message.id,
            participant: message.draft.participant.national_id.clone(),
            from: message.from.clone(),
            to: to.clone(),
            purpose: message.draft.purpose,
            at: message.draft.sent_at,
            categories: codes.filter_map(|c| c.as_str().and_then(Category::parse)).collect(),
        }),
        Some(PartyName::Org(_) | PartyName::Her(_)) | None => None,
    };
    let notice = withdrawn
        .and_then(WithdrawalNotice::new)
        .ok_or_else(|| Failure::new(Exit::Refused, "BL-1004", Plugin::NoReceiver).next(Plugin::NameReceiver))?;
    Ok(Some(notice))
}

fn message(path: &Path, bytes: &[u8]) -> Result<Message, Failure> {
    let refused = |error| refused_input(path, &error);
    let draft = Draft::parse(bytes).map_err(refused)?;
    // A message that a hub gave out may contain fields that the hub sets.
    let value = bindeledd_core::json::parse(bytes).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let wrong = |name: &str, expected: &str| {
        refused(bindeledd_core::InputError::new(
            bindeledd_core::InputCode::Invalid,
            name,
            expected,
        ))
    };
    let id = text("id")
        .map_or(Ok(EXAMPLE_ID), Uuid::try_parse)
        .map_err(|_| wrong("id", "a UUID"))?;
    let from = PartyId::parse(text("from").unwrap_or(EXAMPLE_SENDER)).map_err(|_| wrong("from", "a party's id"))?;
    let corrects = value.get("corrects").cloned().map(Corrects::from_json);
    let corrects = corrects.transpose().map_err(refused)?;
    Ok(Message {
        id: MessageId(id),
        from,
        corrects,
        draft,
    })
}

/// Returns the message as the context's party may have it under a consent to everything. A real decision is made for
/// this, since nothing else makes content for an adapter.
fn granted(message: &Message, context: &Context) -> Result<Minimised<Message>, Failure> {
    let receiver = PartyId::parse(&context.party.id).map_err(|error| {
        Failure::new(Exit::Refused, "BL-1004", Plugin::NoPartyId)
            .at("party.id")
            .next(Plugin::GiveId)
            .because(error)
    })?;
    let everything: CategorySet = Category::ALL.into_iter().collect();
    let period = Period {
        start: Moment::Instant(Timestamp::MIN),
        end: None,
    };
    let grant = Grant {
        from: message.from.clone(),
        to: receiver.clone(),
        purpose: message.draft.purpose,
        categories: everything,
        basis: Basis::Consent,
        period: None,
        confirmed: true,
    };
    let on_file = GrantOnFile {
        consent: ConsentId(Uuid::nil()),
        version: 1,
        index: 0,
        given_at: Timestamp::MIN,
        registered: 0,
        registrar: None,
        withdrawn: false,
        consent_period: period,
        grant,
    };
    let ledger = Ledger {
        grants: vec![on_file],
        ..Ledger::empty(ParticipantRef(Uuid::nil()))
    };
    let decision = decide(
        &ledger,
        &message.from,
        &receiver,
        message.draft.purpose,
        everything,
        context.now,
    );
    decision.minimise(message).map_err(|blocked| {
        Failure::new(Exit::Refused, blocked.reason.code(), reason(blocked.reason)).next(Plugin::GiveFields)
    })
}

fn show(request: &Request, arguments: &Arguments, output: Output) {
    if arguments.document {
        output.bytes(&inner_document(&request.body).unwrap_or_else(|| request.body.clone()));
    } else if arguments.body {
        output.bytes(&request.body);
    } else {
        output.json_value(&request_json(request));
    }
}

/// Returns the document in an envelope such as Meldingstjener's `{"businessDocument": "<base64>"}`.
fn inner_document(body: &[u8]) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let envelope = bindeledd_core::json::parse(body).ok()?;
    base64::engine::general_purpose::STANDARD
        .decode(envelope.get("businessDocument")?.as_str()?)
        .ok()
}
