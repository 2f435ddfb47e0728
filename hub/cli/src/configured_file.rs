//! Reads whole files that the configuration names.

use std::path::Path;

use bindeledd_core::encoding;
use bindeledd_texts::cli::setup::Setup;

use crate::failure::Failure;

/// Reads the bytes of a file.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| unreadable(file, error))
}

/// Reads the text of a file, without its byte order mark.
pub(crate) fn text(file: &Path) -> Result<String, Failure> {
    let found = bytes(file)?;
    let text = encoding::text(&found).map(str::to_owned);
    text.map_err(|found| unreadable(file, std::io::Error::new(std::io::ErrorKind::InvalidData, found)))
}

fn unreadable(file: &Path, error: std::io::Error) -> Failure {
    Failure::configuration(
        "BL-6004",
        Setup::CanNotReadFile {
            file: file.display().to_string(),
        },
        Setup::RunCheck,
    )
    .because(error)
}
