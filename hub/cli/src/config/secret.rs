//! Files that hold a secret: their forms, and the problem of a file with another form.

use std::path::Path;

use bindeledd_core::encoding::without_mark;

use super::problem::Problem;

/// Code of a secret in a wrong form.
const NO_KEY: &str = "BL-6020";

/// Form of the operator's key, in words.
pub(crate) const OPERATOR_KEY: &str = "a key of the hub's: `blk_` and 43 characters";

/// Form of the watcher's key, in words.
pub(crate) const WATCHER_KEY: &str = "a key of 32 characters or more on one line";

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
pub(crate) fn no_key(key: &str, file: &Path, shape: &str) -> Problem {
    let what = if is_empty(file) {
        format!("{} is empty", file.display())
    } else {
        format!("{} does not hold {shape}", file.display())
    };
    Problem::of(NO_KEY, key, what, "see docs/errors/BL-6020.md")
}

/// Returns whether a file is empty.
pub(crate) fn is_empty(file: &Path) -> bool {
    std::fs::read(file).is_ok_and(|bytes| without_mark(&bytes).trim_ascii().is_empty())
}
