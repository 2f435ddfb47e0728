//! The configuration, read once: from `config/default.toml`, then the file, then the environment.
//!
//! Owns: the keys and their allowed values. `config/default.toml` *is* the list of keys and their types. [`rules`]
//! holds ranges, and the rules between keys. All problems are reported together. Start at [`Configuration::load`].

mod alerts;
mod console_issuers;
mod layers;
mod listen;
mod mail;
mod master;
mod part;
mod parts;
mod problem;
mod rules;
mod secret;
mod settings;
mod values;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use bindeledd_core::encoding;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::config::Config;
use bindeledd_texts::{Lang, Said};
use bindeledd_watch::{Near, near};

pub(crate) use console_issuers::{PARTICIPANTS, auth_minutes};
pub(crate) use layers::DEFAULT_TOML;
pub(crate) use listen::{OperatorAddress, UNIX};
pub(crate) use problem::Problem;
pub(crate) use secret::{OPERATOR_KEY, WATCHER_KEY, is_empty, no_key, read_32_bytes};
pub(crate) use settings::{
    AlertTarget, AlertTargetKind, Client, ConsoleIssuer, Credential, CredentialKind, Dpop, FreeText, LogFormat,
    MailSecurity, PartyBy, PushedSeverity, Settings,
};
pub(crate) use values::{Leaf, Origin};

use crate::failure::Failure;

/// Name of the configuration file, if none is given.
pub(crate) const FILE_NAME: &str = "bindeledd.toml";

/// A configuration that was read and whose values are valid. [`Self::file_problems`] checks the files that it names.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// Path of the configuration file.
    pub(crate) file: PathBuf,
    pub(crate) settings: Settings,
    /// Every value with its origin.
    pub(crate) leaves: Vec<Leaf>,
    base: PathBuf,
    /// Replacement for the environment in tests.
    pub(crate) variables: Option<HashMap<String, String>>,
}

impl Configuration {
    /// Reads the configuration. `variables` replace the environment in tests.
    pub(crate) fn load(file: Option<&Path>, variables: Option<HashMap<String, String>>) -> Result<Self, Failure> {
        let file = file.map_or_else(|| PathBuf::from(FILE_NAME), Path::to_path_buf);
        let bytes = std::fs::read(&file).map_err(|error| unreadable_file(&file, error))?;
        let text = encoding::text(&bytes)
            .map_err(|found| unreadable_file(&file, std::io::Error::new(std::io::ErrorKind::InvalidData, found)))?;
        let all = |problems: Vec<Problem>| problem::failure(&file, &problems);
        let tree = layers::read(&file, text, variables.clone()).map_err(|problem| all(vec![*problem]))?;
        let leaves = rules::typed(tree).map_err(all)?;
        let settings = settings::of(&leaves).map_err(|problem| all(vec![*problem]))?;
        let base = file
            .parent()
            .filter(|dir| !dir.as_os_str().is_empty())
            .map_or_else(|| ".".into(), Path::to_path_buf);
        Ok(Self {
            file,
            settings,
            leaves,
            base,
            variables,
        })
    }

    /// Returns the language that a configuration file sets. The file's other values may be invalid, so that their
    /// problems are told in this language. `None` if there is no such value.
    pub(crate) fn language(file: Option<&Path>) -> Option<Lang> {
        let file = file.unwrap_or_else(|| Path::new(FILE_NAME));
        let bytes = std::fs::read(file).ok()?;
        let tree = layers::read(file, encoding::text(&bytes).ok()?, None).ok()?;
        let language = tree.leaves.into_iter().find(|leaf| leaf.key == "hub.language")?;
        Lang::parse(&language.value.to_string())
    }

    /// Resolves a path in the configuration, relative to the configuration file's folder.
    pub(crate) fn path(&self, raw: &str) -> PathBuf {
        self.base.join(raw)
    }

    /// Returns the folder for everything that the hub writes.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path(&self.settings.hub.data_dir)
    }

    /// Returns the store's file.
    pub(crate) fn store_file(&self) -> PathBuf {
        self.data_dir().join(&self.settings.store.path)
    }

    /// Returns the file of the master key. It exists only if the key comes from a file.
    pub(crate) fn master_key_file(&self) -> PathBuf {
        self.data_dir().join(&self.settings.master_key.file)
    }

    /// Returns the file of the key that signs the audit log's checkpoints.
    pub(crate) fn audit_key_file(&self) -> PathBuf {
        self.data_dir().join(&self.settings.audit.key_file)
    }

    /// Returns the second place: the file of the audit log's newest checkpoint.
    pub(crate) fn checkpoint_file(&self) -> PathBuf {
        self.path(&self.settings.audit.checkpoint_file)
    }

    /// Returns the file of the operator's key.
    pub(crate) fn operator_key_file(&self) -> PathBuf {
        self.data_dir().join("operator.key")
    }

    /// Returns the address of the operator's own listener; `None` if there is no such listener. A Unix socket has its
    /// full path.
    pub(crate) fn operator_address(&self) -> Option<OperatorAddress> {
        let address = OperatorAddress::parse(&self.settings.operator_listen.address)?;
        Some(match address {
            OperatorAddress::SocketFile(path) => OperatorAddress::SocketFile(self.base.join(path)),
            OperatorAddress::Address(_) => address,
        })
    }

    /// Returns the address of the console's own listener; `None` if the pages are on every listener.
    pub(crate) fn console_address(&self) -> Option<SocketAddr> {
        self.settings.console.address.trim().parse().ok()
    }

    /// Returns the console's address in a browser, without a path; `None` if the hub serves no console.
    pub(crate) fn console_url(&self) -> Option<String> {
        let console = &self.settings.console;
        console.enabled.then(|| match console.url.trim() {
            "" => self.url_of(self.console_address().unwrap_or(self.settings.listen.address)),
            url => url.trim_end_matches('/').to_owned(),
        })
    }

    /// Returns the file of the link for the first administrator.
    pub(crate) fn first_administrator_file(&self) -> PathBuf {
        self.data_dir().join("first-administrator.link")
    }

    /// Returns the address by which this machine can call the hub.
    pub(crate) fn own_url(&self) -> String {
        match self.operator_address() {
            Some(OperatorAddress::SocketFile(path)) => format!("{UNIX}{}", path.display()),
            Some(OperatorAddress::Address(address)) => self.url_of(address),
            None => self.url_of(self.settings.listen.address),
        }
    }

    /// Returns the URL of a listener, as this machine can call it.
    fn url_of(&self, mut address: SocketAddr) -> String {
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        let scheme = if self.settings.listen.allow_http {
            "http"
        } else {
            "https"
        };
        format!("{scheme}://{address}")
    }

    /// Returns the reason why the second place is too near the data folder; `None` if it is far enough.
    pub(crate) fn second_place_is_near(&self) -> Option<Near> {
        near(&self.data_dir(), &self.checkpoint_file())
    }

    /// Returns all of `problems` as one failure.
    pub(crate) fn failure(&self, problems: &[Problem]) -> Failure {
        problem::failure(&self.file, problems)
    }
}

/// Returns the caller's key from the environment, if it is set. The key is no argument, since every user of the machine
/// can see arguments.
pub(crate) fn environment_key() -> Option<String> {
    variable("BINDELEDD_KEY")
        .map(|key| key.trim().to_owned())
        .filter(|key| !key.is_empty())
}

/// Reads a variable of the environment.
pub(crate) fn variable(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is configuration, where the environment is read"
    )]
    std::env::var(name).ok()
}

fn unreadable_file(file: &Path, error: std::io::Error) -> Failure {
    let fix: Said = match error.kind() {
        std::io::ErrorKind::NotFound => Config::MakeOne.into(),
        std::io::ErrorKind::InvalidData => Common::SaveAsUtf8.into(),
        _ => Config::LetUserRead.into(),
    };
    Failure::configuration(
        "BL-6001",
        Config::Unreadable {
            file: file.display().to_string(),
        },
        fix,
    )
    .because(error)
}

#[cfg(test)]
mod tests;
