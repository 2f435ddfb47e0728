//! `bindeledd party print`

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_core::AccessReason;
use bindeledd_core::time::local_date;
use bindeledd_engine::ports::Clock as _;
use bindeledd_files::Access;
use bindeledd_texts::Text as _;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::party::Party;
use clap::Args;
use serde_json::{Value, json};

use crate::caller::{Hub, HubArguments};
use crate::command::{cannot_make, cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;
use crate::world::SystemClock;

/// Fetch the documents in a party's inbox into files, to be printed, and tell the hub that a person has them.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd party print fontenehuset-nordvik --out post --reason \"printed and posted for the party\"\n\n\
    Each document becomes a file, named by the day and its delivery, that only its owner may read. No file is ever\n\
    overwritten. A document leaves the inbox once its file is on disk, so that an interrupted one comes once more.\n\
    Then only the files hold the documents: print them, post them or enter their content, and remove them. The receiver has\n\
    nothing before that, so that each is with-a-person until you report it with `bindeledd party entered`."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The party: its id, org:<number> or her:<id>
    #[arg(value_parser = crate::command::party_name)]
    party: bindeledd_core::PartyName,
    /// The folder for the files; made if it is missing
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// The reason, in one line: the case, never the person. The operator's key needs it, and the participants are told it
    #[arg(long, value_parser = crate::command::access_reason, value_name = "TEXT")]
    reason: Option<AccessReason>,
}

/// Number of documents in one request.
const AT_A_TIME: usize = 50;

/// A document that was written to disk.
struct Printed {
    delivery: String,
    file: PathBuf,
    /// Whether a person still has to enter the document or hand it over.
    with_person: bool,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let party = arguments.party.to_string();
    let mut printed = Vec::new();
    let fetched = fetch_all(&hub, &party, arguments, &mut printed);
    // Written files are reported even if something failed after them.
    if fetched.is_ok() || !printed.is_empty() {
        tell(&printed, &party, output);
    }
    fetched.map(|()| Exit::Done)
}

/// Fetches documents until there are no more. The next document of a conversation comes only after the one before was
/// handed over.
fn fetch_all(hub: &Hub, party: &str, arguments: &Arguments, printed: &mut Vec<Printed>) -> Result<(), Failure> {
    let out = &arguments.out;
    loop {
        let answer = match &arguments.reason {
            Some(reason) => hub.post(
                &format!("/v1/admin/parties/{party}/inbox"),
                &json!({ "reason": reason.as_str() }),
            )?,
            None => hub.get(&format!("/v1/parties/{party}/inbox?limit={AT_A_TIME}"))?,
        };
        let items = rows(&answer, "items");
        if items.is_empty() {
            return Ok(());
        }
        make_folder(out)?;
        for item in items {
            let delivery = cell(item, "delivery");
            let file = write(out, &delivery, item)?;
            let taken = hub.post(&format!("/v1/parties/{party}/inbox/{delivery}/ack"), &json!({}))?;
            printed.push(Printed {
                delivery,
                file,
                with_person: cell(&taken, "state") == "with-a-person",
            });
        }
    }
}

fn tell(printed: &[Printed], party: &str, output: Output) {
    let files: Vec<_> = printed
        .iter()
        .map(|p| {
            let state = if p.with_person { "with-a-person" } else { "delivered" };
            json!({"delivery": p.delivery, "file": p.file.display().to_string(), "state": state})
        })
        .collect();
    output.result(&json!({ "party": party, "printed": files }), || {
        if printed.is_empty() {
            let party = party.to_owned();
            return Party::NothingWaits { party }.text(output.lang());
        }
        let mut lines: Vec<_> = printed.iter().map(|p| p.file.display().to_string()).collect();
        let with_person: Vec<_> = printed.iter().filter(|p| p.with_person).map(|p| &*p.delivery).collect();
        if !with_person.is_empty() {
            let not_yet = Party::NotYet {
                party: party.to_owned(),
                deliveries: with_person.join(" "),
            };
            lines.push(not_yet.text(output.lang()));
        }
        lines.join("\n")
    });
}

fn make_folder(out: &Path) -> Result<(), Failure> {
    bindeledd_files::folder(out, Access::Private).map_err(|error| unwritten(out, error))
}

/// Writes one document to a new file, and returns its path. If a file with the same bytes exists, it is the same
/// document: a stop prevented its acknowledgement.
fn write(out: &Path, delivery: &str, item: &Value) -> Result<PathBuf, Failure> {
    let bytes = document(item)?;
    let day = local_date(SystemClock.now());
    let ending = ending(&cell(item, "mediaType"));
    for n in 1_u32.. {
        let again = if n == 1 { String::new() } else { format!("-{n}") };
        let file = out.join(format!("{day}-{delivery}{again}.{ending}"));
        match bindeledd_files::create(&file, &bytes, Access::Private) {
            Ok(()) => return Ok(file),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if fs::read(&file).is_ok_and(|there| there == bytes) {
                    return Ok(file);
                }
            }
            Err(error) => return Err(unwritten(&file, error)),
        }
    }
    Err(strange())
}

/// Returns the bytes of an item: decoded from base64, or its JSON.
fn document(item: &Value) -> Result<Vec<u8>, Failure> {
    let document = item.get("document").ok_or_else(strange)?;
    let alone = document.as_object().filter(|object| object.len() == 1);
    match alone.and_then(|object| object.get("base64")?.as_str()) {
        Some(coded) => STANDARD.decode(coded).map_err(|_| strange()),
        None => Ok(format!("{document:#}\n").into_bytes()),
    }
}

/// Returns the file ending for a media type.
fn ending(media_type: &str) -> &'static str {
    let media = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match media.as_str() {
        "text/html" => "html",
        "text/plain" => "txt",
        media if media.ends_with("json") => "json",
        media if media.ends_with("xml") => "xml",
        _ => "bin",
    }
}

fn unwritten(path: &Path, error: std::io::Error) -> Failure {
    cannot_make(path, Party::LookAndRunAgain, error)
}

fn strange() -> Failure {
    Failure::new(Exit::Failed, "BL-6010", Party::NoInbox).next(Common::CheckUrl)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn item(text: &str) -> Value {
        json!({"delivery": "d", "mediaType": "text/plain; charset=utf-8", "document": {"base64": STANDARD.encode(text)}})
    }

    #[test]
    fn no_file_is_written_over_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("a/b");
        make_folder(&out).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&out), 0o700);
        let first = write(&out, "d-1", &item("brev")).unwrap();
        let name = first.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name.starts_with("20") && name.ends_with("-d-1.txt"), "{name}");
        assert_eq!(mode(&first), 0o600);
        assert_eq!(write(&out, "d-1", &item("brev")).unwrap(), first, "the same once more");
        let other = write(&out, "d-1", &item("et annet brev")).unwrap();
        assert!(other.to_string_lossy().ends_with("-d-1-2.txt"), "{}", other.display());
        assert_eq!(fs::read_to_string(&first).unwrap(), "brev");
        assert_eq!(fs::read_to_string(&other).unwrap(), "et annet brev");
    }

    #[test]
    fn what_can_not_be_written_is_told_and_what_is_no_inbox_too() {
        let dir = tempfile::tempdir().unwrap();
        let in_the_way = dir.path().join("file");
        fs::write(&in_the_way, "x").unwrap();
        assert_eq!(make_folder(&in_the_way).unwrap_err().exit(), Exit::Failed);
        assert!(
            make_folder(&in_the_way.join("under"))
                .unwrap_err()
                .text(bindeledd_texts::Lang::English)
                .contains("BL-6008")
        );
        assert!(write(&dir.path().join("nowhere"), "d", &item("x")).is_err());
        assert!(document(&json!({"document": {"base64": "%"}})).is_err() && document(&json!({})).is_err());
        assert_eq!(document(&json!({"document": {"a": 1}})).unwrap(), b"{\n  \"a\": 1\n}\n");
    }

    #[test]
    fn a_file_is_called_by_what_it_is() {
        let endings = [
            "text/html; charset=utf-8",
            "text/plain",
            "application/fhir+json",
            "application/xml",
            "a/b",
        ];
        assert_eq!(endings.map(ending), ["html", "txt", "json", "xml", "bin"]);
    }
}
