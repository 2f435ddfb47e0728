//! The layers of a configuration: defaults, file and environment. The `config` crate merges them, and remembers the
//! origin of each value.

use std::collections::HashMap;
use std::path::Path;

use bindeledd_texts::cli::config::Config as Words;
use config::{Config, ConfigError, Environment, File, FileFormat, Source, Value, ValueKind};

use super::problem::Problem;
use super::values::{Leaf, Origin, Tree};

/// The file that every default comes from.
pub(crate) const DEFAULT_TOML: &str = include_str!("../../../../config/default.toml");

const PREFIX: &str = "BINDELEDD";
const SEPARATOR: &str = "__";

/// Reads the three layers. `variables` replace the environment in tests.
pub(super) fn read(file: &Path, text: &str, variables: Option<HashMap<String, String>>) -> Result<Tree, Box<Problem>> {
    let environment = Environment::with_prefix(PREFIX)
        .prefix_separator(SEPARATOR)
        .separator(SEPARATOR)
        .source(variables);
    // The texts are parsed one by one, so that a parse error names its own file.
    let of_file = File::from_str(text, FileFormat::Toml)
        .collect()
        .map_err(|error| not_toml(file, &error))?;
    let mut tree = Tree::default();
    for (name, value) in of_file {
        flatten(&mut tree, name, value, &|_| Origin::File(file.to_path_buf()));
    }
    let from_file = tree;
    let layered = Config::builder()
        .add_source(File::from_str(DEFAULT_TOML, FileFormat::Toml))
        .add_source(File::from_str(text, FileFormat::Toml))
        .add_source(environment)
        .build()
        .and_then(|layered| layered.collect())
        .map_err(|error| not_toml(file, &error))?;
    let mut tree = Tree {
        leaves: Vec::new(),
        sections: from_file.sections,
    };
    let in_file = |key: &str| from_file.leaves.iter().any(|leaf| leaf.key == key);
    for (name, value) in layered {
        flatten(&mut tree, name, value, &|key| {
            if in_file(key) {
                Origin::File(file.to_path_buf())
            } else {
                Origin::Default
            }
        });
    }
    tree.leaves.sort_by(|a, b| a.key.cmp(&b.key));
    tree.sections.sort_by(|a, b| a.0.cmp(&b.0));
    tree.sections.dedup_by(|a, b| a.0 == b.0);
    Ok(tree)
}

/// Returns the keys of `config/default.toml` with their defaults, which determine their types.
pub(super) fn defaults() -> Vec<Leaf> {
    let mut tree = Tree::default();
    // The text is part of the program and has a test, so that it always parses.
    for (name, value) in File::from_str(DEFAULT_TOML, FileFormat::Toml)
        .collect()
        .unwrap_or_default()
    {
        flatten(&mut tree, name, value, &|_| Origin::Default);
    }
    tree.leaves.sort_by(|a, b| a.key.cmp(&b.key));
    tree.leaves
}

fn flatten(tree: &mut Tree, key: String, value: Value, origin_of: &dyn Fn(&str) -> Origin) {
    let from_environment = value.origin() == Some("the environment");
    let origin = if from_environment {
        Origin::Environment(variable(&key))
    } else {
        origin_of(&key)
    };
    match value.kind {
        ValueKind::Table(table) => {
            tree.sections.push((key.clone(), origin));
            for (name, value) in table {
                flatten(tree, format!("{key}.{name}"), value, origin_of);
            }
        }
        kind => tree.leaves.push(Leaf {
            key,
            value: kind,
            origin,
        }),
    }
}

/// Returns the variable that sets a key.
fn variable(key: &str) -> String {
    format!("{PREFIX}{SEPARATOR}{}", key.replace('.', SEPARATOR).to_uppercase())
}

fn not_toml(file: &Path, error: &ConfigError) -> Box<Problem> {
    let cause = match error {
        ConfigError::FileParse { cause, .. } => cause.to_string(),
        other => other.to_string(),
    };
    // The parser's message includes a drawing of the line. Only its first line has the line number and the column.
    let place = cause.lines().next().unwrap_or("").trim().to_owned();
    let reason = cause
        .lines()
        .last()
        .filter(|last| *last != place)
        .unwrap_or("")
        .trim()
        .to_owned();
    let separator = if reason.is_empty() { "" } else { ": " };
    let what = Words::NotToml {
        place: format!("{place}{separator}{reason}"),
    };
    let fix = Words::SeeInit;
    Box::new(Problem::of("BL-6001", "", what, fix).from(Origin::File(file.to_path_buf())))
}
