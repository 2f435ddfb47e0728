//! `bindeledd init`

use std::fs;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use bindeledd_core::AdapterId;
use bindeledd_files::Access;
use bindeledd_host::{Host, HostOptions, Limits, Sha256};
use bindeledd_http::{format_key, read_key};
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::config::Shape;
use bindeledd_texts::cli::setup::Setup;
use bindeledd_texts::{Lang, Text as _, near_next};
use clap::Args;
use rcgen::{CertificateParams, KeyPair};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::json;

use crate::adapter::{folder_beside_the_binary, host_failure};
use crate::config::{Configuration, DEFAULT_TOML, FILE_NAME, read_32_bytes};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Make a complete hub in a folder: bindeledd.toml with every key commented, keys, a self-signed certificate for
/// localhost, and the adapters, pinned by digest. Existing files are kept, and named. Files that a stop left
/// incomplete are completed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd init hub --second-place /mnt/other-disk/bindeledd\n  \
    bindeledd serve --config hub/bindeledd.toml"
)]
pub(crate) struct Arguments {
    /// The folder
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The folder with the adapters [default: target/plugins of the build of this program]
    #[arg(long, value_name = "DIR")]
    plugins: Option<PathBuf>,
    /// The second place: a folder on another disk or machine, for the audit log's newest checkpoint and the journal of
    /// withdrawals [default: asked for on a terminal, else second-place in the hub's folder]
    #[arg(long, value_name = "DIR")]
    second_place: Option<PathBuf>,
}

/// The files that were made, and those that existed.
#[derive(Default)]
struct Report {
    made: Vec<String>,
    kept: Vec<String>,
    /// Existing files that a stop or a full disk left empty, and that are now complete.
    completed: Vec<String>,
    notes: Vec<Setup>,
}

pub(crate) fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let dir = &arguments.dir;
    let from = source_of_adapters(arguments)?;
    let mut report = Report::default();
    let file = dir.join(FILE_NAME);
    let had_file = is_whole(&file);
    let second_place = second_place(arguments, &file, had_file, output, &mut report)?;
    folder(dir, Access::Open)?;
    folder(&dir.join("data"), Access::Private)?;
    keys(dir, &mut report)?;
    certificate(dir, &mut report)?;
    let adapters = adapters(from.as_deref(), dir, had_file, &mut report)?;
    report.file(
        &file,
        &configuration_text(&adapters, second_place.as_deref()),
        Access::Open,
    )?;
    if had_file && !adapters.is_empty() {
        let file = file.display().to_string();
        report.notes.push(Setup::AddAdapters { file });
    }
    report.notes.push(Setup::SelfSigned);
    report.notes.push(Setup::KeepMasterKey);
    let near = Configuration::load(Some(&file), None)
        .ok()
        .and_then(|configuration| configuration.second_place_is_near());
    let lang = output.lang();
    if let Some(near) = near {
        let (near, next) = (near.words(), near_next(lang).to_owned());
        report.notes.push(Setup::Warning { near, next });
    }
    let notes: Vec<_> = report.notes.iter().map(|note| note.text(lang)).collect();
    let next = format!("bindeledd serve --config {}", file.display());
    let json = json!({
        "dir": dir.display().to_string(), "made": report.made, "kept": report.kept, "completed": report.completed,
        "notes": notes, "secondPlaceIsNear": near.is_some(), "next": next,
    });
    output.result(&json, || {
        let file = |named: fn(String) -> Setup| move |file: &String| named(file.clone()).text(lang);
        let made = report.made.iter().map(file(|file| Setup::Made { file }));
        let completed = report.completed.iter().map(file(|file| Setup::Completed { file }));
        let kept = report.kept.iter().map(file(|file| Setup::Kept { file }));
        let notes = notes.iter().map(file(|note| Setup::Note { note }));
        let lines: Vec<_> = made.chain(completed).chain(kept).chain(notes).collect();
        let next = Common::NextStep { next: next.clone() };
        format!("{}\n{}", lines.join("\n"), next.text(lang))
    });
    Ok(Exit::Done)
}

/// Makes the master key, the operator's key and the audit log's key. A valid key is kept. An empty file gets a new
/// key, unless the store depends on the old one.
fn keys(dir: &Path, report: &mut Report) -> Result<(), Failure> {
    let has_store = dir.join("data/hub.sqlite").exists();
    let hex = |text: &str| read_32_bytes(text).is_some();
    // A store can be opened only with the key that it was made with, so that such a key is not made anew.
    for (name, next) in [("master.key", Setup::RestoreMaster), ("audit.key", Setup::RestoreAudit)] {
        let path = dir.join("data").join(name);
        if has_store && !is_whole(&path) {
            let what = Setup::StoreWithoutKey {
                dir: dir.display().to_string(),
                key: name.to_owned(),
            };
            return Err(Failure::new(Exit::Failed, "BL-6008", what).next(next));
        }
        report.secret(&path, &hexadecimal(&random()?), hex, Shape::Digits)?;
    }
    let operator = dir.join("data/operator.key");
    let is_key = |text: &str| read_key(text).is_some();
    report.secret(&operator, &format_key(&random()?), is_key, crate::config::OPERATOR_KEY)
}

/// Makes the folder of the second place, to test that it can be written. Returns its path for the configuration.
fn second_place(
    arguments: &Arguments,
    file: &Path,
    had_file: bool,
    output: Output,
    report: &mut Report,
) -> Result<Option<String>, Failure> {
    let asked = || {
        let somebody_is_there = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        (somebody_is_there && !output.is_json() && !had_file).then(|| ask_second_place(output.lang()))?
    };
    let Some(place) = arguments.second_place.clone().or_else(asked) else {
        return Ok(None);
    };
    if had_file {
        let file = file.display().to_string();
        report.notes.push(Setup::NameSecondPlace { file });
        return Ok(None);
    }
    let unusable = |what: fn(String) -> Setup| {
        let what = what(place.display().to_string());
        Failure::new(Exit::Failed, "BL-6008", what).next(Setup::NameOwnFolder)
    };
    let absolute =
        std::path::absolute(&place).map_err(|error| unusable(|path| Setup::NoFolder { path }).because(error))?;
    // A path that can not be written into the configuration is reported now, and not at the first start.
    let text = absolute.to_str().filter(|text| !text.contains(char::is_control));
    let text = text.ok_or_else(|| unusable(|path| Setup::BadName { path }))?;
    folder(&absolute, Access::Private)?;
    let probe = absolute.join(".bindeledd-init");
    bindeledd_files::replace(&probe, b"", Access::Private)
        .and_then(|()| fs::remove_file(&probe))
        .map_err(|error| unusable(|path| Setup::CanNotWrite { path }).because(error))?;
    Ok(Some(text.to_owned()))
}

/// Asks a person at the terminal. An empty answer is valid.
fn ask_second_place(lang: Lang) -> Option<PathBuf> {
    let mut terminal = std::io::stderr().lock();
    let question = Setup::AskSecondPlace.text(lang);
    write!(terminal, "{question}").and_then(|()| terminal.flush()).ok()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).ok()?;
    let line = line.trim();
    (!line.is_empty()).then(|| PathBuf::from(line))
}

/// Returns whether a file exists and is not empty. An unreadable file counts as complete.
fn is_whole(path: &Path) -> bool {
    match fs::read(path) {
        Ok(bytes) => !bytes.trim_ascii().is_empty(),
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

impl Report {
    /// Makes a file, unless it exists and is not empty.
    fn file(&mut self, path: &Path, text: &str, access: Access) -> Result<(), Failure> {
        self.bytes(path, text.as_bytes(), access)
    }

    fn bytes(&mut self, path: &Path, bytes: &[u8], access: Access) -> Result<(), Failure> {
        let failed = |error| cannot_make(path, error);
        let (list, written) = if is_whole(path) {
            (&mut self.kept, bindeledd_files::tidy(path))
        } else if path.exists() {
            (&mut self.completed, bindeledd_files::replace(path, bytes, access))
        } else {
            (&mut self.made, bindeledd_files::create(path, bytes, access))
        };
        written.map_err(failed)?;
        list.push(path.display().to_string());
        Ok(())
    }

    /// Makes a secret file. An existing secret must have the right form; an empty file counts as missing.
    fn secret(&mut self, path: &Path, text: &str, good: impl Fn(&str) -> bool, shape: Shape) -> Result<(), Failure> {
        if is_whole(path) {
            let there = fs::read_to_string(path).map_err(|error| cannot_make(path, error))?;
            if !good(there.trim()) {
                let what = Setup::HasOther {
                    file: path.display().to_string(),
                    shape,
                };
                let next = Setup::RestoreOrMove;
                return Err(Failure::new(Exit::Failed, "BL-6020", what).next(next));
            }
        }
        self.file(path, &format!("{text}\n"), Access::Private)
    }
}

fn folder(path: &Path, access: Access) -> Result<(), Failure> {
    bindeledd_files::folder(path, access).map_err(|error| cannot_make(path, error))
}

fn cannot_make(path: &Path, error: std::io::Error) -> Failure {
    super::cannot_make(path, Setup::NameWritable, error)
}

fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Failure::new(Exit::Failed, "BL-6008", Setup::NoRandomness).next(Setup::LookAtRandom))?;
    Ok(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes a certificate and its key, the key first. A certificate can be made for an existing key, but no key for an
/// existing certificate.
fn certificate(dir: &Path, report: &mut Report) -> Result<(), Failure> {
    folder(&dir.join("tls"), Access::Open)?;
    let (certificate, key) = (dir.join("tls/hub.crt"), dir.join("tls/hub.key"));
    if is_whole(&certificate) && !is_whole(&key) {
        let what = Setup::HalfPair {
            there: certificate.display().to_string(),
            missing: key.display().to_string(),
        };
        let next = Setup::OtherHalf;
        return Err(Failure::new(Exit::Failed, "BL-6008", what).next(next));
    }
    let failed = |error: rcgen::Error| {
        Failure::new(Exit::Failed, "BL-6008", Setup::NoCertificateMade)
            .next(Setup::MoveKeyAway)
            .because(error)
    };
    let key_pair = if is_whole(&key) {
        None
    } else {
        Some(KeyPair::generate().map_err(failed)?)
    };
    report.file(
        &key,
        &key_pair.as_ref().map(KeyPair::serialize_pem).unwrap_or_default(),
        Access::Private,
    )?;
    if is_whole(&certificate) {
        return report.file(&certificate, "", Access::Open);
    }
    let key_pair = match key_pair {
        Some(made) => made,
        None => {
            let pem = fs::read_to_string(&key).map_err(|error| cannot_make(&key, error))?;
            KeyPair::from_pem(&pem).map_err(failed)?
        }
    };
    let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
    let made = CertificateParams::new(names).and_then(|params| params.self_signed(&key_pair));
    report.file(&certificate, &made.map_err(failed)?.pem(), Access::Open)
}

/// Returns the folder from which adapters are copied. The folder is checked first, so that a misspelt name leaves
/// nothing half made.
fn source_of_adapters(arguments: &Arguments) -> Result<Option<PathBuf>, Failure> {
    match &arguments.plugins {
        Some(from) if !from.is_dir() => {
            let what = Setup::NoSuchFolder {
                path: from.display().to_string(),
            };
            Err(Failure::new(Exit::Failed, "BL-6009", what).next(Setup::NameAdapters))
        }
        Some(from) => Ok(Some(from.clone())),
        None => Ok(folder_beside_the_binary()),
    }
}

/// Copies the adapters, and returns each adapter with the digest of its file in the hub's folder. If a new
/// configuration will pin them, each file is complete.
fn adapters(
    from: Option<&Path>,
    dir: &Path,
    had_file: bool,
    report: &mut Report,
) -> Result<Vec<(AdapterId, Sha256)>, Failure> {
    let to = dir.join("plugins");
    folder(&to, Access::Open)?;
    let mut copied = Vec::new();
    for (id, source) in from.map(components).unwrap_or_default() {
        let bytes = read(&source)?;
        let path = to.join(format!("{id}.wasm"));
        let there = fs::read(&path).unwrap_or_default();
        // The file of an interrupted copy is a prefix of the adapter. No configuration has pinned it yet.
        let is_cut = !had_file && there.len() < bytes.len() && bytes.starts_with(&there) && path.exists();
        if is_cut {
            bindeledd_files::replace(&path, &bytes, Access::Open).map_err(|error| cannot_make(&path, error))?;
            report.completed.push(path.display().to_string());
        } else {
            report.bytes(&path, &bytes, Access::Open)?;
        }
        copied.push((id, Sha256::of(&bytes)));
    }
    let ids = components(&to);
    if ids.is_empty() {
        report.notes.push(Setup::NoAdapters);
    }
    let pin = |(id, path): (AdapterId, PathBuf)| {
        let pinned = (id, Sha256::of(&read(&path)?));
        if !had_file && !copied.contains(&pinned) {
            whole_adapter(&path)?;
        }
        Ok(pinned)
    };
    ids.into_iter().map(pin).collect()
}

/// Checks that an existing file is an adapter, before its digest is pinned.
fn whole_adapter(path: &Path) -> Result<(), Failure> {
    let limits = Limits {
        instances: 1,
        ..Limits::default()
    };
    let options = HostOptions {
        limits,
        ..HostOptions::default()
    };
    let host = Host::new(options).map_err(host_failure)?;
    let next = Setup::WholeAdapter;
    host.inspect(path)
        .map(|_| ())
        .map_err(|error| host_failure(error).next(next))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| {
        Failure::new(
            Exit::Failed,
            "BL-6009",
            Setup::CanNotReadFile {
                file: path.display().to_string(),
            },
        )
        .next(Setup::LetUserRead)
        .because(error)
    })
}

/// Returns the components in a folder, by id.
fn components(dir: &Path) -> Vec<(AdapterId, PathBuf)> {
    let entries = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut found: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .filter_map(|path| Some((AdapterId::parse(path.file_stem()?.to_str()?)?, path)))
        .collect();
    found.sort();
    found
}

/// Returns `default.toml` with every value commented out, so that the file shows the operator's changes, and with the
/// adapters pinned.
fn configuration_text(adapters: &[(AdapterId, Sha256)], second_place: Option<&str>) -> String {
    let mut text = String::from(
        "# The configuration of this hub. Every key is here with its default and the reason; remove the # to change one.\n\
         # `bindeledd config show` prints every value and its origin, and `bindeledd check` every problem.\n",
    );
    // The first paragraph describes default.toml itself, and is left out.
    let body = DEFAULT_TOML.split_once("\n\n").map_or(DEFAULT_TOML, |(_, body)| body);
    text.push('\n');
    for line in body.lines() {
        if let (Some(place), true) = (second_place, line.starts_with("checkpoint_file = ")) {
            text.push_str(&format!("checkpoint_file = {:?}\n", format!("{place}/checkpoint")));
            continue;
        }
        let sets_a_value = line.split_once(" = ").is_some_and(|_| !line.starts_with('#'));
        text.push_str(if sets_a_value { "#" } else { "" });
        text.push_str(line);
        text.push('\n');
        if line.starts_with("# sha256 = ") {
            for (id, sha256) in adapters {
                text.push_str(&adapter_section(id, &format!("plugins/{id}.wasm"), sha256));
            }
        }
    }
    text
}

/// Returns the section that pins an adapter.
pub(super) fn adapter_section(id: &AdapterId, path: &str, sha256: &Sha256) -> String {
    let id = id.as_str();
    let bare = id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let name = if bare { id.to_owned() } else { format!("\"{id}\"") };
    format!("\n[adapters.{name}]\npath = {path:?}\nsha256 = \"{sha256}\"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Configuration;
    use std::collections::HashMap;
    use std::os::unix::fs::PermissionsExt as _;

    fn init(dir: &Path, plugins: &Path) -> Result<Exit, Failure> {
        run(
            &Arguments {
                dir: dir.into(),
                plugins: Some(plugins.into()),
                second_place: None,
            },
            Output::new(true, Lang::English),
        )
    }

    fn plugins() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "gp-dialogmelding.wasm",
            "gp-dialogmelding@0.2.0.wasm",
            "README.md",
            "Not An Id.wasm",
        ] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        dir
    }

    #[test]
    fn what_init_makes_is_a_configuration_that_serve_can_use() {
        let (dir, plugins) = (tempfile::tempdir().unwrap(), plugins());
        let hub = dir.path().join("new/hub");
        init(&hub, plugins.path()).unwrap();
        let configuration = Configuration::load(Some(&hub.join(FILE_NAME)), Some(HashMap::new())).unwrap();
        assert_eq!(configuration.file_problems(), []);
        let adapters: Vec<_> = configuration.settings.adapters.iter().collect();
        assert_eq!(
            adapters.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(),
            ["gp-dialogmelding", "gp-dialogmelding@0.2.0"]
        );
        let bytes = fs::read(configuration.path(&adapters[0].1.path)).unwrap();
        assert_eq!(adapters[0].1.sha256, Sha256::of(&bytes).to_string());
        let mode = |name: &str| fs::metadata(hub.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("data"), 0o700);
        assert_eq!(
            (mode("data/master.key"), mode("data/operator.key"), mode("tls/hub.key")),
            (0o600, 0o600, 0o600)
        );
        let key = fs::read_to_string(hub.join("data/operator.key")).unwrap();
        assert!(key.starts_with("blk_") && key.trim().len() == 47, "{}", key.len());
    }

    #[test]
    fn a_second_init_changes_nothing() {
        let (dir, plugins) = (tempfile::tempdir().unwrap(), plugins());
        init(dir.path(), plugins.path()).unwrap();
        let names = [
            FILE_NAME,
            "data/master.key",
            "data/operator.key",
            "tls/hub.crt",
            "tls/hub.key",
            "plugins/gp-dialogmelding.wasm",
        ];
        let read = || names.map(|name| fs::read(dir.path().join(name)).unwrap());
        let before = read();
        fs::write(plugins.path().join("gp-dialogmelding.wasm"), "another").unwrap();
        init(dir.path(), plugins.path()).unwrap();
        assert!(before == read());
    }

    #[test]
    fn a_lost_master_key_is_not_replaced_and_half_a_certificate_is_not_completed() {
        let (dir, plugins) = (tempfile::tempdir().unwrap(), plugins());
        init(dir.path(), plugins.path()).unwrap();
        fs::write(dir.path().join("data/hub.sqlite"), "").unwrap();
        fs::remove_file(dir.path().join("data/master.key")).unwrap();
        assert!(
            init(dir.path(), plugins.path())
                .unwrap_err()
                .text(Lang::English)
                .contains("restore data/master.key")
        );
        fs::remove_file(dir.path().join("data/hub.sqlite")).unwrap();
        fs::remove_file(dir.path().join("tls/hub.key")).unwrap();
        assert!(
            init(dir.path(), plugins.path())
                .unwrap_err()
                .text(Lang::English)
                .contains("hub.key is not")
        );
    }

    #[test]
    fn what_a_stop_left_empty_or_cut_is_completed_and_what_is_no_key_is_refused() {
        let (dir, plugins) = (tempfile::tempdir().unwrap(), plugins());
        let hub = dir.path();
        // A full disk or a kill left empty files, before files were written atomically.
        for folder in ["data", "tls", "plugins"] {
            fs::create_dir(hub.join(folder)).unwrap();
        }
        for name in [
            "data/operator.key",
            "data/master.key",
            "data/audit.key",
            "tls/hub.key",
            FILE_NAME,
        ] {
            fs::write(hub.join(name), "").unwrap();
        }
        fs::write(hub.join("plugins/gp-dialogmelding.wasm"), "gp-dial").unwrap();
        init(hub, plugins.path()).unwrap();
        let configuration = Configuration::load(Some(&hub.join(FILE_NAME)), Some(HashMap::new())).unwrap();
        assert_eq!(configuration.file_problems(), []);
        let pinned = &configuration.settings.adapters["gp-dialogmelding"];
        assert_eq!(pinned.sha256, Sha256::of(b"gp-dialogmelding.wasm").to_string());
        assert_eq!(
            fs::read(hub.join("plugins/gp-dialogmelding.wasm")).unwrap(),
            b"gp-dialogmelding.wasm"
        );
        for (name, text) in [
            ("data/operator.key", "blk_abc"),
            ("data/master.key", "0102"),
            ("data/audit.key", "zz"),
        ] {
            let path = hub.join(name);
            let good = fs::read(&path).unwrap();
            fs::write(&path, text).unwrap();
            let told = init(hub, plugins.path()).unwrap_err().text(Lang::English);
            assert!(
                told.contains("BL-6020") && told.contains(name) && !told.contains(text),
                "{told}"
            );
            let problems = configuration.file_problems();
            assert!(problems.iter().any(|problem| problem.code == "BL-6020"), "{problems:?}");
            fs::write(&path, "").unwrap();
            let problems = configuration.file_problems();
            assert!(
                problems
                    .iter()
                    .any(|problem| problem.what.to_string().contains("is empty")),
                "{problems:?}"
            );
            fs::write(&path, good).unwrap();
        }
        // The key that a store was made with is not made anew.
        fs::write(hub.join("data/hub.sqlite"), "").unwrap();
        for name in ["data/master.key", "data/audit.key"] {
            let good = fs::read(hub.join(name)).unwrap();
            fs::write(hub.join(name), "").unwrap();
            let told = init(hub, plugins.path()).unwrap_err().text(Lang::English);
            assert!(told.contains("restore data/"), "{told}");
            assert_eq!(fs::read(hub.join(name)).unwrap(), b"");
            fs::write(hub.join(name), good).unwrap();
        }
    }

    #[test]
    fn a_file_that_is_no_adapter_is_never_pinned() {
        let (dir, plugins) = (tempfile::tempdir().unwrap(), plugins());
        fs::create_dir(dir.path().join("plugins")).unwrap();
        let cut = dir.path().join("plugins/of-my-own.wasm");
        fs::write(&cut, b"\0asm\x0d\0\x01\0half").unwrap();
        let told = init(dir.path(), plugins.path()).unwrap_err().text(Lang::English);
        assert!(
            told.contains("of-my-own.wasm") && told.contains("move the file away"),
            "{told}"
        );
        assert!(!dir.path().join(FILE_NAME).exists());
        fs::remove_file(&cut).unwrap();
        init(dir.path(), plugins.path()).unwrap();
    }

    #[test]
    fn a_key_without_its_certificate_gets_one() {
        let (dir, plugins) = (tempfile::tempdir().unwrap(), plugins());
        init(dir.path(), plugins.path()).unwrap();
        let key = fs::read(dir.path().join("tls/hub.key")).unwrap();
        fs::remove_file(dir.path().join("tls/hub.crt")).unwrap();
        init(dir.path(), plugins.path()).unwrap();
        assert_eq!(fs::read(dir.path().join("tls/hub.key")).unwrap(), key);
        let configuration = Configuration::load(Some(&dir.path().join(FILE_NAME)), Some(HashMap::new())).unwrap();
        assert_eq!(configuration.file_problems(), []);
    }

    #[test]
    fn the_second_place_that_is_named_is_made_and_configured() {
        let (dir, plugins) = (tempfile::tempdir().unwrap(), plugins());
        let (hub, place) = (dir.path().join("hub"), dir.path().join("an \"other\" disk"));
        let arguments = Arguments {
            dir: hub.clone(),
            plugins: Some(plugins.path().into()),
            second_place: Some(place.clone()),
        };
        run(&arguments, Output::new(true, Lang::English)).unwrap();
        let configuration = Configuration::load(Some(&hub.join(FILE_NAME)), Some(HashMap::new())).unwrap();
        assert_eq!(configuration.checkpoint_file(), place.join("checkpoint"));
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
        // A second place that can not be written is reported before anything is made.
        let arguments = Arguments {
            dir: dir.path().join("second"),
            second_place: Some(hub.join("data/operator.key/x")),
            ..arguments
        };
        assert!(run(&arguments, Output::new(true, Lang::English)).is_err());
        assert!(!dir.path().join("second").exists());
    }
}
