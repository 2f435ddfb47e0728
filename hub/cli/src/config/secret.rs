//! Files that hold a secret: the shape of each, and what is wrong where a file does not have it.

use std::path::Path;

use bindeledd_core::encoding::without_mark;

use super::problem::Problem;

/// The code of a secret that does not have its shape.
const NO_KEY: &str = "BL-6020";

/// The shape of the operator's key, in words.
pub(crate) const OPERATOR_KEY: &str = "a key of the hub's: `blk_` and 43 characters";

/// The shape of the key for watching, in words.
pub(crate) const WATCHER_KEY: &str = "a key of 32 characters or more on one line";

/// The 32 bytes of 64 hexadecimal digits.
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

/// A file that holds no key of the shape that it is to have. What it holds is not repeated.
pub(crate) fn no_key(key: &str, file: &Path, shape: &str) -> Problem {
    let what = if is_empty(file) {
        format!("{} is empty", file.display())
    } else {
        format!("{} does not hold {shape}", file.display())
    };
    Problem::of(NO_KEY, key, what, "see docs/errors/BL-6020.md")
}

/// Whether a file holds nothing.
pub(crate) fn is_empty(file: &Path) -> bool {
    std::fs::read(file).is_ok_and(|bytes| without_mark(&bytes).trim_ascii().is_empty())
}
