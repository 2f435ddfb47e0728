//! `bindeledd key …`

mod retire;
mod rotate;
mod show;

use bindeledd_texts::cli::hub::{Hub as HubText, Together};
use bindeledd_texts::{Lang, Text as _};
use clap::Subcommand;
use serde_json::Value;

use super::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// `bindeledd key`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show which master key opens the store, by its id
    Show(show::Arguments),
    /// Change to a new master key while the hub runs
    Rotate(rotate::Arguments),
    /// Make the new master key the only one that opens the store
    Retire(retire::Arguments),
}

impl Command {
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Show(arguments) => show::run(&arguments, shared, output),
            Self::Rotate(arguments) => rotate::run(&arguments, shared, output),
            Self::Retire(arguments) => retire::run(&arguments, shared, output),
        }
    }
}

/// Returns a text about the key ring.
fn told(ring: &Value, lang: Lang) -> String {
    let masters: Vec<_> = rows(ring, "masters").iter().filter_map(Value::as_str).collect();
    let left = match cell(ring, "toRewrap").as_str() {
        "0" | "" => String::new(),
        left => format!("\n{}", HubText::KeysLeft { left: left.to_owned() }.text(lang)),
    };
    let ring = HubText::KeyRing {
        source: cell(ring, "source"),
        masters: Together::of(&masters),
        wrapping: cell(ring, "wrapping"),
    };
    ring.text(lang) + &left
}
