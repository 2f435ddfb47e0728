//! Reads JSON objects strictly, field by field. A field that no code reads is refused.
//!
//! Owns: the reading of requests and consent documents, with the path of every fault. Never knows the meaning of a
//! field. Start at [`Fields`].

use bindeledd_core::{InputCode, InputError, hidden_character, json};
use serde_json::{Map, Value};

/// Reads JSON bytes.
///
/// # Errors
/// An error for bytes that are no JSON, and for JSON with a name twice in one object.
pub fn parse(bytes: &[u8]) -> Result<Value, InputError> {
    Ok(json::parse(bytes)?)
}

/// Maximum number of characters of a text.
pub const LONGEST_TEXT: usize = 500;
/// Maximum number of values of a list.
pub const LONGEST_LIST: usize = 200;

/// Returns whether a text is a line of 1 to 500 characters without a hidden one.
#[must_use]
pub fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT && hidden_character(text).is_none()
}

/// An object whose fields are taken one by one. A field that is not taken is refused at the end.
#[derive(Debug)]
pub struct Fields {
    path: String,
    map: Map<String, Value>,
}

impl Fields {
    /// Returns the fields of the object at `path`; an empty path means the document's root.
    ///
    /// # Errors
    /// An error for a value that is no object.
    pub fn of(value: Value, path: impl Into<String>) -> Result<Self, InputError> {
        let path = path.into();
        match value {
            Value::Object(map) => Ok(Self { path, map }),
            _ => Err(InputError::new(InputCode::Invalid, path, "an object")),
        }
    }

    /// Returns the path of a field of this object.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// Makes an error about a field of this object.
    #[must_use]
    pub fn error(&self, code: InputCode, name: &str, expected: impl Into<String>) -> InputError {
        InputError::new(code, self.path(name), expected)
    }

    /// Returns whether a field exists.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// Takes a field with any value.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name)
    }

    /// Takes a text of 1 to 500 characters, on one line and without characters that change the direction of text.
    ///
    /// # Errors
    /// An error for any other value, and for a text that is empty, too long or contains hidden characters.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, InputError> {
        match self.map.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) if hidden_character(&text).is_some() => {
                let expected =
                    "a text on one line, without control characters, marks of direction or characters without width";
                Err(self.error(InputCode::Invalid, name, expected))
            }
            Some(Value::String(text)) if is_line(&text) => Ok(Some(text)),
            Some(_) => Err(self.error(InputCode::Invalid, name, "a text of 1 to 500 characters")),
        }
    }

    /// Takes a required text.
    ///
    /// # Errors
    /// As for [`Self::text`]; also an error if the field is missing.
    pub fn need_text(&mut self, name: &str, expected: &str) -> Result<String, InputError> {
        self.text(name)?
            .ok_or_else(|| self.error(InputCode::Missing, name, expected))
    }

    /// Takes a required text, parsed by `read`.
    ///
    /// # Errors
    /// As for [`Self::need_text`]; also an error if `read` returns `None`.
    pub fn need_read<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, InputError> {
        let text = self.need_text(name, expected)?;
        read(&text).ok_or_else(|| self.error(InputCode::Invalid, name, expected))
    }

    /// Takes an optional text, parsed by `read`.
    ///
    /// # Errors
    /// As for [`Self::need_read`], except for a missing field.
    pub fn read<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, InputError> {
        if self.has(name) {
            self.need_read(name, expected, read).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Takes an optional flag.
    ///
    /// # Errors
    /// An error for any other value.
    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, InputError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.error(InputCode::Invalid, name, "true or false")),
        }
    }

    /// Takes an object.
    ///
    /// # Errors
    /// An error for any other value.
    pub fn object(&mut self, name: &str) -> Result<Option<Self>, InputError> {
        let path = self.path(name);
        self.map.remove(name).map(|value| Self::of(value, path)).transpose()
    }

    /// Takes a required object.
    ///
    /// # Errors
    /// An error for any other value, and for a missing field.
    pub fn need_object(&mut self, name: &str, expected: &str) -> Result<Self, InputError> {
        self.object(name)?
            .ok_or_else(|| self.error(InputCode::Missing, name, expected))
    }

    /// Takes a list of 1 to 200 values, with their paths.
    ///
    /// # Errors
    /// An error for any other value, a missing field, or a list of another length.
    pub fn list(&mut self, name: &str, expected: &str) -> Result<Vec<(String, Value)>, InputError> {
        let path = self.path(name);
        match self.map.remove(name) {
            None => Err(self.error(InputCode::Missing, name, expected)),
            Some(Value::Array(items)) if (1..=LONGEST_LIST).contains(&items.len()) => Ok(items
                .into_iter()
                .enumerate()
                .map(|(i, item)| (format!("{path}[{i}]"), item))
                .collect()),
            Some(_) => Err(self.error(InputCode::Invalid, name, expected)),
        }
    }

    /// Takes a list with exactly one object.
    ///
    /// # Errors
    /// An error for any other value, a missing field, or a list of another length.
    pub fn only(&mut self, name: &str, expected: &str) -> Result<Self, InputError> {
        let mut items = self.list(name, expected)?;
        match items.pop() {
            Some((path, item)) if items.is_empty() => Self::of(item, path),
            _ => Err(self.error(InputCode::Invalid, name, expected)),
        }
    }

    /// Refuses the fields that were not taken. The error repeats a field's name only if it looks like a name, not like
    /// content.
    ///
    /// # Errors
    /// An error about the first field that was not taken.
    pub fn finish(self, known: &str) -> Result<(), InputError> {
        match self.map.keys().next() {
            None => Ok(()),
            Some(name) => {
                let plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
                let name = if plain { name.as_str() } else { "?" };
                Err(self.error(InputCode::Unknown, name, known))
            }
        }
    }
}
