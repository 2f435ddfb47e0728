//! The sources of the master key, and of the next master key: a file, a variable of the environment, or a credential of
//! systemd.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use bindeledd_core::encoding::without_mark;
use bindeledd_engine::ports::{MasterKey, MasterKeys, Switched};
use bindeledd_files::Access;
use bindeledd_store::master_key_id;
use bindeledd_texts::cli::config::Shape;
use bindeledd_texts::cli::setup::Setup;
use bindeledd_texts::problem::{Detail, Next};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::config::{Configuration, Problem, no_key, read_32_bytes};

/// Variable with the folder where systemd puts a service's credentials.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
const CODE: &str = "BL-6004";

/// A source of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file that only the hub may read.
    File(PathBuf),
    /// A variable, with its name.
    Environment(String),
    /// A credential, with its name.
    Credential(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Credential(name) => write!(f, "systemd credential {name}"),
        }
    }
}

/// Function that reads a variable of the environment.
type Variables = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The configured sources.
pub(crate) struct Sources {
    current: Source,
    next: Option<Source>,
    variable: Variables,
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources")
            .field("current", &self.current)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl Sources {
    /// Returns the sources of the configuration. The rules of the configuration ensure that there is exactly one for
    /// the current key.
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let settings = &configuration.settings.master_key;
        let named = |variable: &str, credential: &str| match (variable.trim(), credential.trim()) {
            ("", "") => None,
            ("", credential) => Some(Source::Credential(credential.to_owned())),
            (variable, _) => Some(Source::Environment(variable.to_owned())),
        };
        let file = || Source::File(configuration.master_key_file());
        let variables = configuration.variables.clone();
        Self {
            current: named(&settings.environment, &settings.credential).unwrap_or_else(file),
            next: named(&settings.next_environment, &settings.next_credential),
            variable: Box::new(move |name| match &variables {
                Some(variables) => variables.get(name).cloned(),
                None => crate::config::variable(name),
            }),
        }
    }

    /// Reads the key that opens the store.
    pub(crate) fn read(&self) -> Result<MasterKey, Box<Problem>> {
        self.read_from(&self.current)
    }

    fn read_from(&self, source: &Source) -> Result<MasterKey, Box<Problem>> {
        let wrong = |key: &str, what: Setup, fix: Setup| Err(Box::new(Problem::of(CODE, key, what, fix)));
        match source {
            Source::File(path) => key_in_file("master_key.file", path, 0o077),
            Source::Environment(name) => match (self.variable)(name) {
                None => wrong(
                    "master_key.environment",
                    Setup::NoVariable { name: name.clone() },
                    Setup::SetVariable,
                ),
                Some(text) => read_32_bytes(&text).map(MasterKey::new).ok_or_else(|| {
                    let what = Setup::VariableOther { name: name.clone() };
                    let fix = Setup::GiveOwnKey;
                    Box::new(Problem::of(CODE, "master_key.environment", what, fix))
                }),
            },
            Source::Credential(name) => match (self.variable)(CREDENTIALS) {
                None => wrong(
                    "master_key.credential",
                    Setup::NoCredentials {
                        variable: CREDENTIALS.to_owned(),
                    },
                    Setup::LoadCredential,
                ),
                // systemd shows the access list of the service's user as the group's permissions.
                Some(dir) => key_in_file("master_key.credential", &Path::new(&dir).join(name), 0o007),
            },
        }
    }

    /// Returns the problems of the source; empty if the source has a valid key.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.read().err().map(|problem| *problem).into_iter().collect()
    }

    /// Returns the path of a file's next key, until it replaces the old one.
    fn beside(path: &Path, ending: &str) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    }
}

impl MasterKeys for Sources {
    fn source(&self) -> String {
        self.current.to_string()
    }

    fn current(&self) -> Result<MasterKey, Detail> {
        self.read().map_err(|problem| told(*problem))
    }

    fn next(&self) -> Result<MasterKey, Detail> {
        let Source::File(path) = &self.current else {
            let Some(next) = &self.next else {
                return Err(Detail::NoNextKey);
            };
            let (current, next) = (self.current()?, self.read_from(next).map_err(|problem| told(*problem))?);
            if current.reveal() == next.reveal() {
                return Err(Detail::SameNextKey);
            }
            return Ok(next);
        };
        let beside = Self::beside(path, ".next");
        // An interrupted change left this key. The store may already open with it.
        if beside.exists() {
            return key_in_file("master_key.file", &beside, 0o077).map_err(|problem| told(*problem));
        }
        let mut bytes = [0; 32];
        let random = SystemRandom::new().fill(&mut bytes);
        random.map_err(|_| Detail::NoKeyRandomness)?;
        let key = MasterKey::new(bytes);
        bytes.fill(0);
        write(&beside, &key).map_err(|error| cannot(&beside, &error))?;
        Ok(key)
    }

    fn switch(&self, next: &MasterKey) -> Result<Switched, Detail> {
        let Source::File(path) = &self.current else {
            let what = Next::PutNewKey {
                source: self.current.to_string(),
            };
            return Ok(Switched::ByHand { what });
        };
        let current = self.current()?;
        let id = master_key_id(&current).map_err(|error| Detail::Told {
            text: error.words().into(),
        })?;
        let earlier = Self::beside(path, &format!(".{id}"));
        if current.reveal() != next.reveal() {
            write(&earlier, &current).map_err(|error| cannot(&earlier, &error))?;
            let beside = Self::beside(path, ".next");
            bindeledd_files::rename(&beside, path).map_err(|error| cannot(path, &error))?;
        }
        Ok(Switched::Done {
            earlier: earlier.display().to_string(),
        })
    }
}

fn cannot(path: &Path, error: &io::Error) -> Detail {
    Detail::KeyNotWritten {
        file: path.display().to_string(),
        why: error.kind().to_string(),
    }
}

/// Returns a problem of the configuration as the detail of another problem.
fn told(problem: Problem) -> Detail {
    Detail::Told { text: problem.into() }
}

fn write(path: &Path, key: &MasterKey) -> io::Result<()> {
    let text: String = key.reveal().iter().map(|byte| format!("{byte:02x}")).collect();
    bindeledd_files::replace(path, format!("{text}\n").as_bytes(), Access::Private)
}

/// Reads a key file. `shut` are the permission bits that must not be set.
fn key_in_file(key: &str, path: &Path, shut: u32) -> Result<MasterKey, Box<Problem>> {
    let wrong = |what: Setup, fix: Setup| Box::new(Problem::of(CODE, key, what, fix));
    let file = || path.display().to_string();
    let bytes = fs::read(path).map_err(|error| {
        let what = Setup::CanNotRead {
            file: file(),
            why: error.kind().to_string(),
        };
        wrong(what, Setup::InitMakesKey)
    })?;
    let text = String::from_utf8_lossy(without_mark(&bytes));
    let mode = fs::metadata(path).map_or(0, |meta| meta.permissions().mode() & 0o777);
    if mode & shut != 0 {
        let what = Setup::ReadByOthers {
            file: file(),
            mode: format!("{mode:04o}"),
        };
        return Err(wrong(what, Setup::Chmod { file: file() }));
    }
    read_32_bytes(&text)
        .map(MasterKey::new)
        .ok_or_else(|| Box::new(no_key(key, path, Shape::Digits)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::config::FILE_NAME;

    const OLD: &str = "0101010101010101010101010101010101010101010101010101010101010101";
    const NEW: &str = "0202020202020202020202020202020202020202020202020202020202020202";

    fn sources(dir: &Path, text: &str, variables: &[(&str, &str)]) -> Sources {
        fs::write(
            dir.join(FILE_NAME),
            format!("[hub]\ndata_dir = \".\"\n[master_key]\n{text}\n"),
        )
        .unwrap();
        let variables: HashMap<_, _> = variables.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Sources::of(&Configuration::load(Some(&dir.join(FILE_NAME)), Some(variables)).unwrap())
    }

    fn put(path: &Path, text: &str, mode: u32) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn first(key: &MasterKey) -> u8 {
        key.reveal()[0]
    }

    #[test]
    fn a_key_comes_from_the_one_source_that_is_named() {
        let dir = tempfile::tempdir().unwrap();
        put(&dir.path().join("vault.key"), OLD, 0o600);
        let file = sources(dir.path(), "file = \"vault.key\"", &[]);
        assert_eq!(first(&file.read().unwrap()), 1);
        assert!(file.source().starts_with("file ") && file.source().ends_with("vault.key"));
        let variable = sources(dir.path(), "environment = \"HUB_KEY\"", &[("HUB_KEY", NEW)]);
        assert_eq!(
            (first(&variable.read().unwrap()), variable.source().as_str()),
            (2, "environment HUB_KEY")
        );
        let credentials = dir.path().join("credentials");
        fs::create_dir(&credentials).unwrap();
        put(&credentials.join("hub"), NEW, 0o440);
        let there = [("CREDENTIALS_DIRECTORY", credentials.to_str().unwrap())];
        let credential = sources(dir.path(), "credential = \"hub\"", &there);
        assert_eq!(
            (first(&credential.read().unwrap()), credential.source().as_str()),
            (2, "systemd credential hub")
        );
        for (text, variables, told) in [
            ("environment = \"HUB_KEY\"", &[][..], "no variable HUB_KEY"),
            (
                "environment = \"HUB_KEY\"",
                &[("HUB_KEY", "0101")][..],
                "64 hexadecimal digits",
            ),
            ("credential = \"hub\"", &[][..], "LoadCredential="),
            ("credential = \"other\"", &there[..], "can not be read"),
        ] {
            let problem = sources(dir.path(), text, variables).read().unwrap_err().to_string();
            assert!(problem.contains(told) && !problem.contains("0101"), "{problem}");
        }
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_from_a_file_and_from_a_credential() {
        let dir = tempfile::tempdir().unwrap();
        let here = [("CREDENTIALS_DIRECTORY", dir.path().to_str().unwrap())];
        let credential = sources(dir.path(), "credential = \"hub\"", &here);
        let file = sources(dir.path(), "file = \"hub\"", &[]);
        for (mode, in_file, in_credential) in [
            (0o600, true, true),
            (0o400, true, true),
            (0o440, false, true),
            (0o620, false, true),
            (0o604, false, false),
        ] {
            put(&dir.path().join("hub"), OLD, mode);
            assert_eq!(file.read().is_ok(), in_file, "{mode:o}");
            assert_eq!(credential.read().is_ok(), in_credential, "{mode:o}");
        }
        assert!(file.problems()[0].to_string().contains("chmod 600"));
    }

    #[test]
    fn a_files_next_key_is_the_same_after_a_stop_and_takes_the_old_ones_place() {
        let dir = tempfile::tempdir().unwrap();
        let key = dir.path().join("master.key");
        put(&key, OLD, 0o600);
        let sources = || sources(dir.path(), "", &[]);
        // An interrupted write leaves no incomplete key.
        put(&dir.path().join("master.key.next.new"), "02", 0o600);
        let next = sources().next().unwrap();
        assert_eq!(sources().next().unwrap().reveal(), next.reveal());
        assert_eq!(first(&sources().current().unwrap()), 1, "not before the switch");
        let Switched::Done { earlier } = sources().switch(&next).unwrap() else {
            panic!("a file is the hub's to change");
        };
        assert_eq!(sources().current().unwrap().reveal(), next.reveal());
        assert_eq!(fs::read_to_string(&earlier).unwrap().trim(), OLD);
        for file in [&key, &PathBuf::from(&earlier)] {
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(!dir.path().join("master.key.next").exists());
        // The next change makes another key, and also keeps the key in between.
        let third = sources().next().unwrap();
        assert_ne!(third.reveal(), next.reveal());
        sources().switch(&third).unwrap();
        assert_eq!(fs::read_to_string(&earlier).unwrap().trim(), OLD);
    }

    #[test]
    fn who_supplies_the_key_supplies_the_next_one_as_well() {
        let dir = tempfile::tempdir().unwrap();
        let text = "environment = \"HUB_KEY\"\nnext_environment = \"HUB_KEY_NEXT\"";
        let both = sources(dir.path(), text, &[("HUB_KEY", OLD), ("HUB_KEY_NEXT", NEW)]);
        let next = both.next().unwrap();
        assert_eq!(first(&next), 2);
        assert!(matches!(both.switch(&next), Ok(Switched::ByHand { .. })));
        assert!(
            sources(dir.path(), text, &[("HUB_KEY", OLD), ("HUB_KEY_NEXT", OLD)])
                .next()
                .is_err()
        );
        assert!(sources(dir.path(), text, &[("HUB_KEY", OLD)]).next().is_err());
        assert!(
            sources(dir.path(), "environment = \"HUB_KEY\"", &[("HUB_KEY", OLD)])
                .next()
                .is_err()
        );
        let shown = format!("{both:?}");
        assert!(!shown.contains("0101") && !shown.contains("0202"), "{shown}");
    }
}
