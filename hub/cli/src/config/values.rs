//! One value of a configuration: its key, its text, and its origin.

use std::fmt;
use std::path::PathBuf;

use bindeledd_texts::cli::config::Config;
use config::ValueKind;

/// Where the value of a key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `config/default.toml`.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// The environment, with the name of the variable.
    Environment(String),
}

impl Origin {
    /// Returns the origin in words.
    pub(crate) fn said(&self) -> Config {
        match self {
            Self::Default => Config::FromDefault,
            Self::File(path) => Config::FromFile {
                file: path.display().to_string(),
            },
            Self::Environment(variable) => Config::FromEnvironment {
                variable: variable.clone(),
            },
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}

/// One value with its dotted key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leaf {
    /// Key, such as `store.retention_days`.
    pub(crate) key: String,
    pub(crate) value: ValueKind,
    pub(crate) origin: Origin,
}

/// Every value, and every section, because an empty section has no values.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) leaves: Vec<Leaf>,
    pub(super) sections: Vec<(String, Origin)>,
}

/// Returns the value if it is a text; `None` for any other type.
pub(super) fn text(leaf: &Leaf) -> Option<&str> {
    match &leaf.value {
        ValueKind::String(text) => Some(text),
        ValueKind::Nil
        | ValueKind::Boolean(_)
        | ValueKind::I64(_)
        | ValueKind::I128(_)
        | ValueKind::U64(_)
        | ValueKind::U128(_)
        | ValueKind::Float(_)
        | ValueKind::Table(_)
        | ValueKind::Array(_) => None,
    }
}

/// Returns the texts of a list.
pub(super) fn texts<'a>(leaves: &'a [Leaf], key: &str) -> Vec<&'a str> {
    let value = leaves.iter().find(|leaf| leaf.key == key).map(|leaf| &leaf.value);
    let Some(ValueKind::Array(items)) = value else {
        return Vec::new();
    };
    let texts = items.iter().filter_map(|item| match &item.kind {
        ValueKind::String(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}
