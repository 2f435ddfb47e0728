//! Files that hold a secret: their forms, and the problem of a file with another form.

use std::path::Path;

use bindeledd_core::encoding::without_mark;
use bindeledd_texts::cli::config::{Config, Shape};

use super::problem::Problem;

/// Code of a secret in a wrong form.
const NO_KEY: &str = "BL-6020";

/// Form of the operator's key, in words.
pub(crate) const OPERATOR_KEY: Shape = Shape::OperatorKey;

/// Form of the watcher's key, in words.
pub(crate) const WATCHER_KEY: Shape = Shape::WatcherKey;

/// Parses 32 bytes from 64 hexadecimal digits.
pub(crate) fn read_32_bytes(text: &str) -> Option<[u8; 32]> {
    let digits = text.trim().as_bytes();
    let mut bytes = [0; 32];
    let nibble = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

/// Returns the problem of a file without a key of the right form. Its content is not repeated.
pub(crate) fn no_key(key: &str, file: &Path, shape: Shape) -> Problem {
    let path = file.display().to_string();
    let what = if is_empty(file) {
        Config::FileEmpty { file: path }
    } else {
        Config::FileOther { file: path, shape }
    };
    Problem::of(NO_KEY, key, what, Config::SeeNoKey)
}

/// Returns whether a file is empty.
pub(crate) fn is_empty(file: &Path) -> bool {
    std::fs::read(file).is_ok_and(|bytes| without_mark(&bytes).trim_ascii().is_empty())
}
