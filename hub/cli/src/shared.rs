//! The arguments of every command.

use std::path::{Path, PathBuf};

use clap::Args;

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
}

impl Shared {
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
