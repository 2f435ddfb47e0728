//! The configuration: read once, from `config/default.toml`, then the file, then the environment.
//!
//! Owns: which keys there are and what each may be. The list of keys and their types *is* `config/default.toml`; ranges and
//! what spans several keys stand in [`rules`]. Everything that is wrong is found at once.
//! Start at [`Configuration::load`].

mod layers;
mod listen;
mod mail;
mod master;
mod parts;
mod problem;
mod rules;
mod secret;
mod settings;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use bindeledd_core::encoding;
use bindeledd_watch::{Near, near};

pub(crate) use layers::Leaf;
pub(crate) use listen::{OperatorAddress, UNIX};
pub(crate) use problem::Problem;
pub(crate) use secret::{OPERATOR_KEY, WATCHER_KEY, is_empty, no_key, read_32_bytes};
pub(crate) use settings::{
    Client, Credential, CredentialKind, Dpop, FreeText, LogFormat, MailSecurity, PartyBy, Settings,
};

use crate::failure::Failure;

/// The file that every default comes from.
pub(crate) const DEFAULT_TOML: &str = include_str!("../../../../config/default.toml");

/// The name of the configuration file, where none is given.
pub(crate) const FILE_NAME: &str = "bindeledd.toml";

/// A configuration that was read and is right in itself; whether the files that it names are there is [`Self::file_problems`].
#[derive(Debug)]
pub(crate) struct Configuration {
    /// The file.
    pub(crate) file: PathBuf,
    /// The typed values.
    pub(crate) settings: Settings,
    /// Every value and where it came from.
    pub(crate) leaves: Vec<Leaf>,
    base: PathBuf,
    /// What stands in for the environment in tests.
    pub(crate) variables: Option<HashMap<String, String>>,
}

impl Configuration {
    /// Reads the configuration. `variables` stand in for the environment in tests.
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

    /// A path in the configuration, from the configuration file's folder.
    pub(crate) fn path(&self, raw: &str) -> PathBuf {
        self.base.join(raw)
    }

    /// The folder for everything that the hub writes.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path(&self.settings.hub.data_dir)
    }

    /// The store's file.
    pub(crate) fn store_file(&self) -> PathBuf {
        self.data_dir().join(&self.settings.store.path)
    }

    /// The file of the master key, where it comes from one.
    pub(crate) fn master_key_file(&self) -> PathBuf {
        self.data_dir().join(&self.settings.master_key.file)
    }

    /// The file of the key that signs the audit log's checkpoints.
    pub(crate) fn audit_key_file(&self) -> PathBuf {
        self.data_dir().join(&self.settings.audit.key_file)
    }

    /// The second place: where the audit log's newest checkpoint lies.
    pub(crate) fn checkpoint_file(&self) -> PathBuf {
        self.path(&self.settings.audit.checkpoint_file)
    }

    /// The file of the operator's key.
    pub(crate) fn operator_key_file(&self) -> PathBuf {
        self.data_dir().join("operator.key")
    }

    /// Where the operator's own listener is, if there is one; a Unix socket with its whole path.
    pub(crate) fn operator_address(&self) -> Option<OperatorAddress> {
        let address = OperatorAddress::parse(&self.settings.operator_listen.address)?;
        Some(match address {
            OperatorAddress::SocketFile(path) => OperatorAddress::SocketFile(self.base.join(path)),
            OperatorAddress::Address(_) => address,
        })
    }

    /// Where this hub can be called from this machine.
    pub(crate) fn own_url(&self) -> String {
        let mut address = match self.operator_address() {
            Some(OperatorAddress::SocketFile(path)) => return format!("{UNIX}{}", path.display()),
            Some(OperatorAddress::Address(address)) => address,
            None => self.settings.listen.address,
        };
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

    /// How the second place is too near the data folder; none where nothing speaks against it.
    pub(crate) fn second_place_is_near(&self) -> Option<Near> {
        near(&self.data_dir(), &self.checkpoint_file())
    }

    /// All of `problems` as one failure.
    pub(crate) fn failure(&self, problems: &[Problem]) -> Failure {
        problem::failure(&self.file, problems)
    }
}

/// The caller's key in the environment, where there is one. It is no argument, since every user of the machine sees those.
pub(crate) fn environment_key() -> Option<String> {
    variable("BINDELEDD_KEY")
        .map(|key| key.trim().to_owned())
        .filter(|key| !key.is_empty())
}

/// A variable of the environment.
pub(crate) fn variable(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is configuration, where the environment is read"
    )]
    std::env::var(name).ok()
}

fn unreadable_file(file: &Path, error: std::io::Error) -> Failure {
    let fix = match error.kind() {
        std::io::ErrorKind::NotFound => "make one with `bindeledd init`, or name it with --config or BINDELEDD_CONFIG",
        std::io::ErrorKind::InvalidData => "save it as text in UTF-8",
        _ => "let the user that runs bindeledd read it",
    };
    Failure::configuration(
        "BL-6001",
        format!("the configuration file {} can not be read", file.display()),
        fix,
    )
    .because(error)
}

#[cfg(test)]
mod tests;
