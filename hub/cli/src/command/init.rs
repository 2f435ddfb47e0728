//! `bindeledd init`

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use bindeledd_core::AdapterId;
use bindeledd_gateway::inbound::format_key;
use bindeledd_host::Sha256;
use clap::Args;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::json;

use crate::adapter::folder_beside_the_binary;
use crate::config::{DEFAULT_TOML, FILE_NAME};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Make a complete hub in a folder: bindeledd.toml with every key commented, keys, a self-signed certificate for localhost,
/// and the adapters, pinned by digest. What is there already is left as it is, and named.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd init hub\n  bindeledd serve --config hub/bindeledd.toml")]
pub(crate) struct Arguments {
    /// The folder
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The folder with the adapters [default: target/plugins of the build that this program is from]
    #[arg(long, value_name = "DIR")]
    plugins: Option<PathBuf>,
}

/// What was made and what was there.
#[derive(Default)]
struct Report {
    made: Vec<String>,
    kept: Vec<String>,
    notes: Vec<String>,
}

/// What permits the owner alone.
const SECRET: u32 = 0o600;
const OPEN: u32 = 0o644;

pub(crate) fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let dir = &arguments.dir;
    let from = source_of_adapters(arguments)?;
    let mut report = Report::default();
    folder(dir, 0o755)?;
    folder(&dir.join("data"), 0o700)?;
    let master = dir.join("data/master.key");
    if !master.exists() && dir.join("data/hub.sqlite").exists() {
        let what = format!("{} has a store and no master.key", dir.display());
        let next = "restore data/master.key from its backup: another key can not open what is there";
        return Err(Failure::new(Exit::Failed, "BL-6008", what).next(next));
    }
    report.file(&master, &format!("{}\n", hexadecimal(&random()?)), SECRET)?;
    report.file(
        &dir.join("data/operator.key"),
        &format!("{}\n", format_key(&random()?)),
        SECRET,
    )?;
    report.file(
        &dir.join("data/audit.key"),
        &format!("{}\n", hexadecimal(&random()?)),
        SECRET,
    )?;
    certificate(dir, &mut report)?;
    let adapters = adapters(from.as_deref(), dir, &mut report)?;
    let file = dir.join(FILE_NAME);
    let had_file = file.exists();
    report.file(&file, &configuration_text(&adapters), OPEN)?;
    if had_file && !adapters.is_empty() {
        report.notes.push(format!(
            "{} was there: add adapters to it with `bindeledd plugin install`",
            file.display()
        ));
    }
    report.notes.push(
        "the certificate is self-signed and for localhost: replace tls/hub.crt and tls/hub.key before others call"
            .into(),
    );
    report
        .notes
        .push("keep a copy of data/master.key elsewhere: without it nobody can open what the hub has sealed".into());
    let next = format!("bindeledd serve --config {}", file.display());
    let json = json!({ "dir": dir.display().to_string(), "made": report.made, "kept": report.kept, "notes": report.notes, "next": next });
    output.result(&json, || {
        let list =
            |word: &str, items: &[String]| items.iter().map(|item| format!("{word} {item}\n")).collect::<String>();
        let (made, kept) = (list("made  ", &report.made), list("kept  ", &report.kept));
        format!("{made}{kept}{}next: {next}", list("note: ", &report.notes))
    });
    Ok(Exit::Done)
}

impl Report {
    /// Makes a file, unless there is one.
    fn file(&mut self, path: &Path, text: &str, mode: u32) -> Result<(), Failure> {
        if path.exists() {
            self.kept.push(path.display().to_string());
            return Ok(());
        }
        let written = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        written.map_err(|error| cannot_make(path, error))?;
        self.made.push(path.display().to_string());
        Ok(())
    }
}

fn folder(path: &Path, mode: u32) -> Result<(), Failure> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(path)
        .map_err(|error| cannot_make(path, error))
}

fn cannot_make(path: &Path, error: std::io::Error) -> Failure {
    Failure::new(Exit::Failed, "BL-6008", format!("{} can not be made", path.display()))
        .next("name a folder that you may write to")
        .because(error)
}

fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| {
        Failure::new(
            Exit::Failed,
            "BL-6008",
            "the system gives no randomness to make keys of",
        )
        .next("look at /dev/urandom")
    })?;
    Ok(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn certificate(dir: &Path, report: &mut Report) -> Result<(), Failure> {
    folder(&dir.join("tls"), 0o755)?;
    let (certificate, key) = (dir.join("tls/hub.crt"), dir.join("tls/hub.key"));
    if certificate.exists() != key.exists() {
        let (there, missing) = if key.exists() {
            (&key, &certificate)
        } else {
            (&certificate, &key)
        };
        let what = format!("{} is there and {} is not", there.display(), missing.display());
        let next = "put the other half of the pair there, or move this one away to have a new pair made";
        return Err(Failure::new(Exit::Failed, "BL-6008", what).next(next));
    }
    let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| {
        Failure::new(Exit::Failed, "BL-6008", "the certificate can not be made")
            .next("report it")
            .because(error)
    })?;
    report.file(&certificate, &made.cert.pem(), OPEN)?;
    report.file(&key, &made.signing_key.serialize_pem(), SECRET)
}

/// Where adapters are copied from: looked at first, so that a misspelt folder leaves nothing half made.
fn source_of_adapters(arguments: &Arguments) -> Result<Option<PathBuf>, Failure> {
    match &arguments.plugins {
        Some(from) if !from.is_dir() => {
            let what = format!("there is no folder {}", from.display());
            Err(Failure::new(Exit::Failed, "BL-6009", what).next("name the folder with the adapters' .wasm files"))
        }
        Some(from) => Ok(Some(from.clone())),
        None => Ok(folder_beside_the_binary()),
    }
}

/// Copies the adapters and gives each with its digest, as it is in the hub's folder.
fn adapters(from: Option<&Path>, dir: &Path, report: &mut Report) -> Result<Vec<(AdapterId, Sha256)>, Failure> {
    let to = dir.join("plugins");
    folder(&to, 0o755)?;
    let mut ids = from.map(components).unwrap_or_default();
    for (id, source) in &ids {
        let path = to.join(format!("{id}.wasm"));
        if path.exists() {
            report.kept.push(path.display().to_string());
        } else {
            fs::copy(source, &path).map_err(|error| cannot_make(&path, error))?;
            report.made.push(path.display().to_string());
        }
    }
    ids = components(&to);
    if ids.is_empty() {
        report.notes.push(
            "no adapters were found: build them with `cargo xtask build`, then `bindeledd plugin install <file>`"
                .into(),
        );
    }
    let pin = |(id, path): (AdapterId, PathBuf)| {
        let bytes = fs::read(&path).map_err(|error| {
            Failure::new(Exit::Failed, "BL-6009", format!("{} can not be read", path.display())).because(error)
        })?;
        Ok((id, Sha256::of(&bytes)))
    };
    ids.into_iter().map(pin).collect()
}

/// The components in a folder, by id.
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

/// `default.toml` with every value commented out, so that the file shows what the operator changed, and the adapters pinned.
fn configuration_text(adapters: &[(AdapterId, Sha256)]) -> String {
    let mut text = String::from(
        "# The configuration of this hub. Every key is here with its default and why; take the # away to change one.\n\
         # `bindeledd config show` prints every value and where it came from, `bindeledd check` what is wrong.\n",
    );
    // What comes before the first empty line speaks of default.toml itself.
    let body = DEFAULT_TOML.split_once("\n\n").map_or(DEFAULT_TOML, |(_, body)| body);
    text.push('\n');
    for line in body.lines() {
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

/// The section that pins an adapter.
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
            },
            Output::new(true),
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
                .text()
                .contains("restore data/master.key")
        );
        fs::remove_file(dir.path().join("data/hub.sqlite")).unwrap();
        fs::remove_file(dir.path().join("tls/hub.key")).unwrap();
        assert!(
            init(dir.path(), plugins.path())
                .unwrap_err()
                .text()
                .contains("hub.key is not")
        );
    }
}
