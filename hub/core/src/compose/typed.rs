//! The values of a form as somebody typed them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// The values of a form, by the names of its inputs. An empty value is the same as none. `Debug` prints names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Typed(BTreeMap<String, String>);

/// Beginning of every input's name, so that a form may have other fields beside them.
const PREFIX: &str = "f.";
/// Largest number of values. The largest form of the catalogue has some 120.
const MOST: usize = 400;
/// Largest number of characters of a value. A longer one is cut, and is too long for every field in any case.
const LONGEST: usize = 8_000;
/// Rows of a list that count. No list of the catalogue has as many.
const ROWS_AT_MOST: usize = 100;
/// Largest number of characters of a name.
const LONGEST_NAME: usize = 80;

impl Typed {
    /// Takes the values of a posted form. Other fields of the form are left out.
    #[must_use]
    pub fn of<'a>(posted: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in posted {
            if name.starts_with(PREFIX) && name.len() <= LONGEST_NAME && typed.0.len() < MOST {
                typed.set(name, value.chars().take(LONGEST).collect());
            }
        }
        typed
    }

    /// Returns a value; `""` if nothing was typed.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Returns whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns every name with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn set(&mut self, name: &str, value: String) {
        if !value.is_empty() {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Returns whether an input, or one below it, has a value that is not blank.
    pub(super) fn has(&self, name: &str) -> bool {
        let of = |key: &str| key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let from = self.0.range(name.to_owned()..);
        from.take_while(|(key, _)| key.starts_with(name))
            .any(|(key, value)| of(key) && !value.trim().is_empty())
    }

    /// Returns the number of the last row of a list that has a value, from 1; 0 without such a row.
    pub(super) fn rows(&self, list: &str) -> usize {
        let row = |key: &str| {
            let rest = key.strip_prefix(list)?.strip_prefix('.')?;
            let row = rest.split('.').next()?.parse::<usize>().ok()?;
            (row < ROWS_AT_MOST).then_some(row)
        };
        let filled = self.0.iter().filter(|(_, value)| !value.trim().is_empty());
        filled.filter_map(|(key, _)| row(key)).max().map_or(0, |last| last + 1)
    }

    /// Writes the values as JSON, to be sealed.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let pairs = self.0.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    /// Reads the values from [`Typed::to_json`]; `None` for any other JSON.
    #[must_use]
    pub fn from_json(json: &Value) -> Option<Self> {
        let pairs = json
            .as_object()?
            .iter()
            .map(|(name, value)| Some((name.as_str(), value.as_str()?)));
        Some(Self::of(pairs.collect::<Option<Vec<_>>>()?))
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Returns the name of the input of a field of the body, or of a field below another input.
pub(super) fn name(within: Option<&str>, field: &str) -> String {
    match within {
        Some(within) => format!("{within}.{field}"),
        None => format!("{PREFIX}{field}"),
    }
}
