//! Checks of the files that a configuration names: they exist, can be read, are closed to other users if they hold
//! secrets, and have the right form.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use bindeledd_core::encoding::{self, without_mark};
use bindeledd_gateway::outbound::is_webhook_secret;
use bindeledd_http::certificate::revocations_good_until;
use bindeledd_http::jose::check_signing_key;
use bindeledd_http::{read_key, read_watcher_key};
use bindeledd_texts::cli::config::Shape;
use bindeledd_texts::cli::setup::Setup;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::{
    AlertTarget, Configuration, ConsoleIssuer, Credential, OPERATOR_KEY, Problem, WATCHER_KEY, is_empty, no_key,
    read_32_bytes,
};
use crate::master::Sources;

const MISSING: &str = "BL-6004";
impl Configuration {
    /// Returns the problems of the files that the configuration names: files that are missing, readable by others, or
    /// of another form.
    pub(crate) fn file_problems(&self) -> Vec<Problem> {
        problems(self)
    }
}

fn problems(configuration: &Configuration) -> Vec<Problem> {
    let settings = &configuration.settings;
    let mut problems = Vec::new();
    let mut add = |problem: Option<Problem>| problems.extend(problem);
    let sources = Sources::of(configuration);
    for problem in sources.problems() {
        add(Some(problem));
    }
    add(left_over(configuration));
    let operator_key = configuration.operator_key_file();
    add(secret("hub.data_dir", &operator_key, Setup::InitMakesKey).or_else(|| {
        let text = text_of(&operator_key);
        read_key(text.trim())
            .is_none()
            .then(|| no_key("hub.data_dir", &operator_key, OPERATOR_KEY))
    }));
    let audit_key = configuration.audit_key_file();
    // If the key is missing, the first start makes it.
    if audit_key.exists() {
        add(secret("audit.key_file", &audit_key, Setup::InitMakesKey).or_else(|| {
            let text = text_of(&audit_key);
            let problem = || no_key("audit.key_file", &audit_key, Shape::Digits);
            read_32_bytes(&text).is_none().then(problem)
        }));
    }
    if configuration.checkpoint_file().starts_with(configuration.data_dir()) {
        let what = Setup::SecondInData;
        let fix = Setup::NameElsewhere;
        add(Some(Problem::of("BL-6003", "audit.checkpoint_file", what, fix)));
    }
    if !settings.listen.allow_http {
        let (certificate, key) = (
            configuration.path(&settings.listen.tls_certificate),
            configuration.path(&settings.listen.tls_key),
        );
        add(certificates("listen.tls_certificate", &certificate));
        add(secret("listen.tls_key", &key, Setup::InitMakesLocal));
        add(private_key("listen.tls_key", &key));
    }
    for file in &settings.outbound.ca_files {
        add(certificates("outbound.ca_files", &configuration.path(file)));
    }
    if !settings.mail.password_file.is_empty() {
        let file = configuration.path(&settings.mail.password_file);
        add(secret("mail.password_file", &file, Setup::PutPassword));
    }
    for file in &settings.listen.client_ca_files {
        add(certificates("listen.client_ca_files", &configuration.path(file)));
    }
    for file in &settings.listen.client_crl_files {
        add(revocations(&configuration.path(file)));
    }
    if !settings.listen.metrics_key_file.is_empty() {
        let file = configuration.path(&settings.listen.metrics_key_file);
        let key = "listen.metrics_key_file";
        add(secret(key, &file, Setup::PutRandomKey).or_else(|| {
            let text = text_of(&file);
            let problem = || no_key(key, &file, WATCHER_KEY);
            read_watcher_key(text.trim()).is_none().then(problem)
        }));
    }
    problems.extend(of_named(configuration));
    problems.dedup();
    problems
}

/// Returns the problems of the files that credentials, issuers of the console and targets of alerts name.
fn of_named(configuration: &Configuration) -> Vec<Problem> {
    let settings = &configuration.settings;
    let mut problems = Vec::new();
    for (name, credential) in &settings.credentials {
        problems.extend(of_credential(configuration, name, credential));
    }
    for (name, issuer) in &settings.console_issuers {
        problems.extend(of_console_issuer(configuration, name, issuer));
    }
    for (name, target) in &settings.alert_targets {
        problems.extend(of_target(configuration, name, target));
    }
    problems
}

fn of_credential(configuration: &Configuration, name: &str, credential: &Credential) -> Vec<Problem> {
    let mut problems = Vec::new();
    let key_of = |part: &str| format!("credentials.{name}.{part}");
    let path = |raw: &Option<String>| raw.as_deref().map(|raw| configuration.path(raw));
    for (part, file) in [
        ("token_file", &credential.token_file),
        ("secret_file", &credential.secret_file),
        ("signing_key", &credential.signing_key),
        ("key", &credential.key),
    ] {
        problems.extend(path(file).and_then(|file| secret(&key_of(part), &file, Setup::PutSecret)));
    }
    if let Some(file) = path(&credential.certificate) {
        problems.extend(certificates(&key_of("certificate"), &file));
    }
    if let Some(file) = path(&credential.key) {
        problems.extend(private_key(&key_of("key"), &file));
    }
    problems.extend(path(&credential.signing_key).and_then(|file| {
        let algorithm = credential.algorithm.as_deref();
        signing_key(&key_of("signing_key"), &file, algorithm)
    }));
    problems
}

/// Returns the problem of a key that signs nothing. An unreadable file is reported elsewhere.
fn signing_key(key: &str, file: &Path, algorithm: Option<&str>) -> Option<Problem> {
    let error = check_signing_key(without_mark(&std::fs::read(file).ok()?), algorithm).err()?;
    Some(Problem::of(MISSING, key, error.words(), Setup::PutRegisteredKey))
}

fn of_console_issuer(configuration: &Configuration, name: &str, issuer: &ConsoleIssuer) -> Vec<Problem> {
    let key_of = |part: &str| format!("console_issuers.{name}.{part}");
    let path = |raw: &Option<String>| raw.as_deref().map(|raw| configuration.path(raw));
    let mut problems = Vec::new();
    for (part, file) in [
        ("secret_file", &issuer.secret_file),
        ("signing_key", &issuer.signing_key),
    ] {
        problems.extend(path(file).and_then(|file| secret(&key_of(part), &file, Setup::PutSecret)));
    }
    problems.extend(
        path(&issuer.signing_key)
            .and_then(|file| signing_key(&key_of("signing_key"), &file, issuer.algorithm.as_deref())),
    );
    problems
}

fn of_target(configuration: &Configuration, name: &str, target: &AlertTarget) -> Option<Problem> {
    let key = format!("alert_targets.{name}.secret_file");
    let file = configuration.path(target.secret_file.as_deref()?);
    let problem = || no_key(&key, &file, Shape::WebhookSecrets);
    secret(&key, &file, Setup::SeeOperating).or_else(|| (!is_webhook_secret(&text_of(&file))).then(problem))
}

/// Reports a key file beside another source of the master key, since it is not known which of the two opens the store.
fn left_over(configuration: &Configuration) -> Option<Problem> {
    let settings = &configuration.settings.master_key;
    let from_elsewhere = !settings.environment.trim().is_empty() || !settings.credential.trim().is_empty();
    let file = configuration.master_key_file();
    if !from_elsewhere || !file.exists() {
        return None;
    }
    let what = Setup::LeftOver {
        file: file.display().to_string(),
    };
    let fix = Setup::MoveLeftOver;
    Some(Problem::of("BL-6015", "master_key.file", what, fix))
}

/// Returns a file's text without its byte order mark; empty if the file is no text.
fn text_of(file: &Path) -> String {
    let bytes = std::fs::read(file).unwrap_or_default();
    encoding::text(&bytes).unwrap_or_default().to_owned()
}

/// Returns the fault in a secret file's permissions.
fn private_mode_problem(file: &Path) -> Option<Setup> {
    let mode = std::fs::metadata(file).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| Setup::ReadByOthers {
        file: file.display().to_string(),
        mode: format!("{mode:04o}"),
    })
}

fn secret(key: &str, file: &Path, how_to_make: Setup) -> Option<Problem> {
    if let Err(error) = std::fs::File::open(file) {
        return Some(Problem::of(MISSING, key, cannot_read(file, &error), how_to_make));
    }
    if let Some(what) = private_mode_problem(file) {
        let fix = Setup::Chmod {
            file: file.display().to_string(),
        };
        return Some(Problem::of(MISSING, key, what, fix));
    }
    is_empty(file).then(|| no_key(key, file, Shape::Secret))
}

fn certificates(key: &str, file: &Path) -> Option<Problem> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            return Some(Problem::of(MISSING, key, cannot_read(file, &error), Setup::NamePem));
        }
    };
    let count = CertificateDer::pem_slice_iter(without_mark(&bytes))
        .filter(Result::is_ok)
        .count();
    (count == 0).then(|| {
        let what = Setup::NoCertificate {
            file: file.display().to_string(),
        };
        Problem::of(MISSING, key, what, Setup::NameCertificate)
    })
}

fn revocations(file: &Path) -> Option<Problem> {
    let key = "listen.client_crl_files";
    match std::fs::read(file) {
        Err(error) => Some(Problem::of(MISSING, key, cannot_read(file, &error), Setup::PutList)),
        Ok(bytes) => revocations_good_until(&bytes).is_none().then(|| {
            let what = Setup::NoList {
                file: file.display().to_string(),
            };
            Problem::of(MISSING, key, what, Setup::PutCrl)
        }),
    }
}

fn private_key(key: &str, file: &Path) -> Option<Problem> {
    let bytes = std::fs::read(file).ok()?;
    PrivateKeyDer::from_pem_slice(without_mark(&bytes)).is_err().then(|| {
        let what = Setup::NoPrivateKey {
            file: file.display().to_string(),
        };
        Problem::of(MISSING, key, what, Setup::NamePrivateKey)
    })
}

fn cannot_read(file: &Path, error: &std::io::Error) -> Setup {
    Setup::CanNotRead {
        file: file.display().to_string(),
        why: error.kind().to_string(),
    }
}
