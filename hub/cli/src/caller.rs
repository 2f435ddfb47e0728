//! Calls to a running hub over its HTTP API, as an operator or a party.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::encoding::without_mark;
use bindeledd_core::json;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::outbound::Outbound;
use bindeledd_texts::{Lang, Said};
use clap::Args;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;

use crate::config::{Configuration, UNIX, environment_key};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::shared::Shared;

/// The hub to call, and the caller.
#[derive(Debug, Args)]
#[command(next_help_heading = "The hub")]
pub(crate) struct HubArguments {
    /// The hub's address, or unix: and the path of its socket [default: the operator's listener of the configuration,
    /// else the common one]
    #[arg(long, env = "BINDELEDD_URL", value_name = "URL")]
    url: Option<String>,
    /// The file with the caller's key; or put the key in BINDELEDD_KEY [default: the operator's key]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The PEM certificate that verifies the hub's certificate [default: the configured one, else the system's]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

pub(crate) struct Hub {
    client: Client,
    /// Address as the user wrote it.
    url: String,
    /// Part of a request's address before the path.
    base: String,
    key: String,
    /// Language that the hub is asked for.
    lang: Lang,
    runtime: tokio::runtime::Runtime,
}

/// Size in bytes above which a hub may refuse the caller while the body is still being sent.
const MAY_BE_CUT_OFF: usize = 64 * 1024;

/// Longest time of a call. A withdrawal waits for its drain, which takes some seconds at most.
const TIME_OUT: Duration = Duration::from_secs(60);

impl Hub {
    /// Finds the hub, the key and the certificate, from the arguments, the environment or the configuration.
    pub(crate) fn open(arguments: &HubArguments, shared: &Shared) -> Result<Self, Failure> {
        let complete = arguments.url.is_some() && (arguments.key_file.is_some() || environment_key().is_some());
        let configuration = if complete {
            shared.configuration_if_any().ok().flatten()
        } else {
            Some(shared.configuration()?)
        };
        let url = match (&arguments.url, &configuration) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, Some(configuration)) => configuration.own_url(),
            (None, None) => {
                return Err(Failure::new(Exit::Usage, "BL-6006", Common::NoHub).next(Common::NameUrl));
            }
        };
        let key = key(arguments, configuration.as_ref())?;
        let mut builder = Client::builder();
        let mut base = url.clone();
        if let Some(path) = url.strip_prefix(UNIX) {
            builder = builder.unix_socket(PathBuf::from(path));
            "http://localhost".clone_into(&mut base);
        }
        let client = builder
            .tls_backend_preconfigured(tls(arguments.ca.as_deref(), configuration.as_ref())?)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(TIME_OUT)
            .build()
            .map_err(|error| Failure::new(Exit::Failed, "BL-6006", Outbound::NoClient).because(error))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime =
            runtime.map_err(|error| Failure::new(Exit::Failed, "BL-6006", Common::NoRuntime).because(error))?;
        Ok(Self {
            client,
            url,
            base,
            key,
            lang: shared.lang,
            runtime,
        })
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value, Failure> {
        self.call(Method::GET, path, None, None)
    }

    /// Gets JSON of this media type.
    pub(crate) fn get_json_as(&self, path: &str, media_type: &str) -> Result<Value, Failure> {
        self.call(Method::GET, path, None, Some(media_type))
    }

    /// Gets bytes in this media type, which is not JSON.
    pub(crate) fn get_as(&self, path: &str, media_type: &str) -> Result<Vec<u8>, Failure> {
        let request = self.client.request(Method::GET, format!("{}{path}", self.base));
        let (status, bytes) = self.send(request.header("accept", media_type))?;
        if status.is_success() {
            return Ok(bytes);
        }
        match json::parse(&bytes) {
            Ok(problem) => Err(refused(status.as_u16(), &problem)),
            Err(_) => Err(self.strange(status.as_u16())),
        }
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call(
            Method::POST,
            path,
            Some(("application/json", body.to_string().into_bytes())),
            None,
        )
    }

    pub(crate) fn post_bytes(&self, path: &str, media_type: &str, body: Vec<u8>) -> Result<Value, Failure> {
        self.call(Method::POST, path, Some((media_type, body)), None)
    }

    fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
        accept: Option<&str>,
    ) -> Result<Value, Failure> {
        let asked = method.clone();
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(media_type) = accept {
            request = request.header("accept", media_type);
        }
        let is_large = body.as_ref().is_some_and(|(_, bytes)| bytes.len() > MAY_BE_CUT_OFF);
        if let Some((media_type, bytes)) = body {
            request = request.header("content-type", media_type).body(bytes);
        }
        let (status, bytes) = match self.send(request) {
            // A hub that refuses the caller stops reading, and its answer may be lost. A second request without a body
            // gets the answer.
            Err(_) if is_large && let Some(refusal) = self.refusal(&asked, path) => refusal,
            answer => answer?,
        };
        let value = if bytes.is_empty() {
            Ok(Value::Null)
        } else {
            json::parse(&bytes)
        };
        match value {
            Ok(value) if status.is_success() => Ok(value),
            Ok(problem) => Err(refused(status.as_u16(), &problem)),
            Err(_) => Err(self.strange(status.as_u16())),
        }
    }

    /// Asks the hub why it refuses this caller now; `None` if the hub does not refuse the caller.
    fn refusal(&self, method: &Method, path: &str) -> Option<(StatusCode, Vec<u8>)> {
        let request = self.client.request(method.clone(), format!("{}{path}", self.base));
        let (status, bytes) = self.send(request).ok()?;
        let refused = matches!(status.as_u16(), 401 | 403 | 404 | 429 | 503);
        refused.then_some((status, bytes))
    }

    fn send(&self, request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), Failure> {
        self.runtime.block_on(async {
            let request = request.header("accept-language", self.lang.tag());
            let response = request.bearer_auth(&self.key).send().await;
            let response = response.map_err(|error| self.unreachable(error))?;
            let status = response.status();
            let bytes = response.bytes().await.map_err(|error| self.unreachable(error))?;
            Ok((status, bytes.to_vec()))
        })
    }

    fn unreachable(&self, error: reqwest::Error) -> Failure {
        let url = self.url.clone();
        let (what, next) = match NoAnswer::of(&error) {
            NoAnswer::Certificate => (Common::NotTrusted { url }, Common::NameCa),
            NoAnswer::Late => (Common::Late { url }, Common::MaybeDone),
            NoAnswer::BrokenOff => (Common::BrokenOff { url }, Common::MaybeDone),
            NoAnswer::Nobody => (Common::Nobody { url }, Common::StartIt),
        };
        Failure::new(Exit::Unreachable, "BL-6006", what)
            .next(next)
            .because(error.without_url())
    }

    fn strange(&self, status: u16) -> Failure {
        let what = Common::Strange {
            url: self.url.clone(),
            status: status.into(),
        };
        Failure::new(Exit::Unreachable, "BL-6010", what).next(Common::CheckUrlAndProxy)
    }
}

/// Returns the failure for a problem that the hub reported, with the hub's text.
fn refused(status: u16, problem: &Value) -> Failure {
    let text = |name: &str| problem.get(name).and_then(Value::as_str);
    let exit = if status < 500 { Exit::Refused } else { Exit::Failed };
    let what: Said = match (text("detail").or_else(|| text("title")), text("reasonCode")) {
        (Some(what), Some(code)) => format!("{what} ({code})").into(),
        (Some(what), None) => what.to_owned().into(),
        (None, _) => Common::Refused.into(),
    };
    let mut failure = Failure::new(exit, text("code").unwrap_or("BL-6010"), what);
    if let Some(path) = text("path") {
        failure = failure.at(path);
    }
    match (text("whatToDo"), text("expected")) {
        (_, Some(expected)) => failure.next(Common::Write {
            expected: expected.to_owned(),
        }),
        (Some(next), None) => failure.next(next.to_owned()),
        (None, None) => failure,
    }
}

/// Reason why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoAnswer {
    /// One side does not trust the certificate of the other.
    Certificate,
    /// The answer did not come in time.
    Late,
    /// The connection broke off after the request may have been sent.
    BrokenOff,
    /// No server was reached.
    Nobody,
}

impl NoAnswer {
    fn of(error: &reqwest::Error) -> Self {
        if causes(error).any(is_about_a_certificate) {
            Self::Certificate
        } else if error.is_timeout() {
            Self::Late
        } else if !error.is_connect() && !error.is_builder() {
            Self::BrokenOff
        } else {
            Self::Nobody
        }
    }
}

/// Returns an error and its causes. An I/O error contains its cause, and does not return it as its source.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |cause| {
        let inside = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        inside
            .map(|inside| -> &(dyn std::error::Error + 'static) { inside })
            .or_else(|| cause.source())
    })
}

fn is_about_a_certificate(cause: &(dyn std::error::Error + 'static)) -> bool {
    use rustls::{AlertDescription as Alert, Error};
    match cause.downcast_ref::<Error>() {
        Some(Error::InvalidCertificate(_) | Error::NoCertificatesPresented) => true,
        Some(Error::AlertReceived(alert)) => matches!(
            alert,
            Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::CertificateRequired
        ),
        Some(_) | None => false,
    }
}

fn key(arguments: &HubArguments, configuration: Option<&Configuration>) -> Result<String, Failure> {
    let from_file = |file: &Path| {
        std::fs::read(file)
            .map(|bytes| String::from_utf8_lossy(without_mark(&bytes)).trim().to_owned())
            .map_err(|error| {
                Failure::configuration(
                    "BL-6004",
                    Common::KeyUnreadable {
                        file: file.display().to_string(),
                    },
                    Common::NameKeyFile,
                )
                .because(error)
            })
    };
    let key = match (&arguments.key_file, environment_key(), configuration) {
        (Some(file), ..) => from_file(file)?,
        (None, Some(key), _) => key,
        (None, None, Some(configuration)) => from_file(&configuration.operator_key_file())?,
        (None, None, None) => String::new(),
    };
    // A key that is not allowed in a header is no key.
    if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Failure::configuration("BL-6004", Common::NoKey, Common::NameKey));
    }
    Ok(key)
}

fn tls(ca: Option<&Path>, configuration: Option<&Configuration>) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore::empty();
    let configured = configuration
        .map(|c| c.path(&c.settings.listen.tls_certificate))
        .filter(|file| file.exists());
    match ca.map(Path::to_path_buf).or(configured) {
        Some(file) => {
            let bytes = std::fs::read(&file).map_err(|error| bad_ca(&file).because(error))?;
            let parsed: Vec<_> = CertificateDer::pem_slice_iter(without_mark(&bytes))
                .filter_map(Result::ok)
                .collect();
            let (added, _) = roots.add_parsable_certificates(parsed);
            if added == 0 {
                return Err(bad_ca(&file));
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(Exit::Failed, "BL-6006", Common::NoTls).because(error))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn bad_ca(file: &Path) -> Failure {
    let file = file.display().to_string();
    Failure::configuration("BL-6004", Common::NoCertificate { file }, Common::NamePem)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_certificate_is_found_inside_an_io_error() {
        let refused = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, refused));
        assert!(causes(&wrapped).any(is_about_a_certificate));
        let other = io::Error::other(rustls::Error::HandshakeNotComplete);
        assert!(!causes(&other).any(is_about_a_certificate));
        assert!(!causes(&io::Error::other("a certificate in words alone")).any(is_about_a_certificate));
    }
}
