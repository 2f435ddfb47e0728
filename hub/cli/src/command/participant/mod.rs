//! `bindeledd participant …`

mod code;
mod disclosures;
mod erase;
mod erasure;
mod export;
mod link;
mod protect;
mod withdraw;

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bindeledd_core::form::Language;
use bindeledd_files::Access;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::participant::Participant;
use clap::{Args, Subcommand};
use serde_json::json;
use uuid::Uuid;

use super::{cannot_make, read_text, uuid};
use crate::caller::Hub;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// `bindeledd participant`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the disclosures about a participant: who got what, when, why and under which grants
    Disclosures(disclosures::Arguments),
    /// Make a one-time code for a participant's own page
    Code(code::Arguments),
    /// Write all data about a participant into files, to hand over
    Export(export::Arguments),
    /// Withdraw all consents of a participant, or a part of them, on their behalf
    Withdraw(withdraw::Arguments),
    /// Destroy a participant's key, and the data about them
    Erase(erase::Arguments),
    /// Show whether the destroyed data of an erasure has left the disk
    Erasure(erasure::Arguments),
    /// Link another number to a participant, such as the national identity number that followed a D-number
    Link(link::Arguments),
    /// Set or lift address protection for a person
    Protect(protect::Arguments),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Disclosures(arguments) => disclosures::run(&arguments, shared, output),
            Self::Code(arguments) => code::run(&arguments, shared, output),
            Self::Export(arguments) => export::run(&arguments, shared, output),
            Self::Withdraw(arguments) => withdraw::run(&arguments, shared, output),
            Self::Erase(arguments) => erase::run(&arguments, shared, output),
            Self::Erasure(arguments) => erasure::run(&arguments, shared, output),
            Self::Link(arguments) => link::run(&arguments, shared, output),
            Self::Protect(arguments) => protect::run(&arguments, shared, output),
        }
    }
}

/// The participant of a command.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Who {
    /// The participant's pseudonym
    #[arg(value_parser = uuid, value_name = "REF")]
    participant: Option<Uuid>,
    /// A file with the national identity number, or - for standard input; an argument would show in the process list
    #[arg(long, value_name = "FILE")]
    national_id_file: Option<PathBuf>,
}

impl Who {
    /// Returns the pseudonym: the given one, or the pseudonym that the hub finds for the number.
    pub(crate) fn find(&self, hub: &Hub) -> Result<Uuid, Failure> {
        let file = match (&self.participant, &self.national_id_file) {
            (Some(participant), _) => return Ok(*participant),
            (None, Some(file)) => file,
            (None, None) => {
                return Err(Failure::new(Exit::Usage, "BL-1002", Participant::NoneNamed).next(Participant::NameOne));
            }
        };
        let answer = hub.post(
            "/v1/admin/participants/lookup",
            &json!({ "nationalId": number_in(file)? }),
        )?;
        let found = answer
            .get("ref")
            .and_then(|r| r.as_str())
            .and_then(|r| Uuid::try_parse(r).ok());
        found.ok_or_else(|| Failure::new(Exit::Failed, "BL-6010", Participant::NoneInAnswer).next(Common::CheckUrl))
    }
}

/// Reads the number from a file; `-` is standard input.
fn number_in(file: &Path) -> Result<String, Failure> {
    let number = read_text(file)?;
    Ok(number.chars().filter(|c| !c.is_whitespace()).collect())
}

/// Parses the code of a language.
fn language(raw: &str) -> Result<Language, String> {
    Language::parse(raw).ok_or_else(|| format!("write one of {}", Language::ALL.map(Language::code).join(", ")))
}

/// Refuses to overwrite an existing file, before the hub is called.
fn is_free(file: &Path) -> Result<(), Failure> {
    match file.symlink_metadata() {
        Ok(_) => Err(taken(file)),
        Err(_) => Ok(()),
    }
}

fn taken(file: &Path) -> Failure {
    let file = file.display().to_string();
    Failure::new(Exit::Failed, "BL-6008", Common::FileThere { file }).next(Common::OtherFile)
}

/// Writes a new file that only its owner may read.
fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let unwritten = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => taken(file),
        _ => cannot_make(file, Common::LookAtFolder, error),
    };
    bindeledd_files::create(file, bytes, Access::Private).map_err(unwritten)
}

/// Makes a folder that only its owner may read. An existing folder is used as it is.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    let made = bindeledd_files::folder(folder, Access::Private);
    made.and_then(|()| File::open(folder).map(|_| ()))
        .map_err(|error| cannot_make(folder, Common::CheckFolder, error))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_written_is_its_owners_and_nothing_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        make_folder(&folder).unwrap();
        let file = folder.join("export.json");
        is_free(&file).unwrap();
        write(&file, b"first").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
        assert!(
            is_free(&file)
                .unwrap_err()
                .text(bindeledd_texts::Lang::English)
                .contains("is not written over")
        );
        assert!(
            write(&file, b"second")
                .unwrap_err()
                .text(bindeledd_texts::Lang::English)
                .contains("is not written over")
        );
        assert_eq!(std::fs::read(&file).unwrap(), b"first");
        // A link to a missing file counts as an existing file.
        let link = folder.join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        assert!(is_free(&link).is_err() && write(&link, b"x").is_err());
        assert!(make_folder(&file).is_err());
    }
}
