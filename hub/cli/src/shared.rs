//! The arguments of every command.

use std::path::{Path, PathBuf};

use bindeledd_texts::Lang;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::config::Configuration;
use crate::failure::Failure;

/// The arguments of every command.
#[derive(Debug, Args)]
pub(crate) struct Shared {
    /// The configuration file [default: bindeledd.toml in this folder]
    #[arg(long, global = true, env = "BINDELEDD_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print the result or the problem as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The language of results and errors, before the command [default: `hub.language` of the configuration]
    #[arg(long, env = "BINDELEDD_LANGUAGE", value_name = "LANGUAGE", value_parser = language())]
    language: Option<Lang>,
    /// The language of texts, once it is known.
    #[arg(skip = Lang::English)]
    pub(crate) lang: Lang,
}

/// Parses a language.
fn language() -> impl TypedValueParser<Value = Lang> {
    PossibleValuesParser::new(["en", "nb"]).map(|tag| Lang::parse(&tag).unwrap_or(Lang::English))
}

impl Shared {
    /// Finds the language of texts: as asked for, else that of the configuration. Its other values may be invalid.
    pub(crate) fn find_language(&mut self) {
        let configured = || Configuration::language(self.config.as_deref());
        self.lang = self.language.or_else(configured).unwrap_or(Lang::English);
    }

    /// Returns the configuration, for a command that needs one.
    pub(crate) fn configuration(&self) -> Result<Configuration, Failure> {
        Configuration::load(self.config.as_deref(), None)
    }

    /// Returns the configuration, if there is one. A missing file is a failure only if the caller named it; an invalid
    /// file is always a failure.
    pub(crate) fn configuration_if_any(&self) -> Result<Option<Configuration>, Failure> {
        if self.config.is_none() && !Path::new(crate::config::FILE_NAME).exists() {
            return Ok(None);
        }
        self.configuration().map(Some)
    }
}
