//! Sends mail by SMTP: notices that messages wait.
//!
//! Mail is sent only over TLS, from the first byte or by STARTTLS. Only to a mail server on this machine may mail go without TLS.
//! The texts of a server's answers are never logged, since they repeat addresses.

use std::error::Error as _;
use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bindeledd_engine::ports::{Mail, MailError, Mailer};
use bindeledd_texts::Said;
use bindeledd_texts::outbound::Outbound;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

/// Maximum time of one SMTP command.
const A_COMMAND: Duration = Duration::from_secs(20);

/// Security of the connection to a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS by STARTTLS, which the server must support.
    StartTls,
    /// No TLS, for a mail server on this machine.
    None,
}

/// Settings of a mailer.
#[derive(Debug, Clone)]
pub struct MailerOptions {
    /// The mail server's host name.
    pub host: String,
    /// The mail server's port.
    pub port: u16,
    /// Security of the connection.
    pub security: MailSecurity,
    /// Sender of the mails: an address, or a name with one.
    pub from: String,
    /// The hub's user at the mail server, and its password.
    pub login: Option<Login>,
    /// Certificate authorities in PEM that are trusted besides the system's.
    pub extra_roots: Vec<Vec<u8>>,
}

/// The hub's user at the mail server. `Debug` does not print the password.
#[derive(Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}

/// Reason why a mailer can not be made. `Display` is the English text.
#[derive(Debug)]
pub enum MailerError {
    /// The sender is not a valid address.
    From,
    /// The mail server is on the network, and the connection would not use TLS.
    Clear,
    /// The certificate authorities can not be used.
    Tls(lettre::transport::smtp::Error),
}

impl MailerError {
    /// Returns the reason in words.
    #[must_use]
    pub const fn words(&self) -> Outbound {
        match self {
            Self::From => Outbound::MailSender,
            Self::Clear => Outbound::MailInClear,
            Self::Tls(_) => Outbound::MailTls,
        }
    }

    /// Returns the cause in words.
    #[must_use]
    pub fn cause(&self) -> Option<Said> {
        self.source().map(Said::of_error)
    }
}

impl fmt::Display for MailerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}

impl std::error::Error for MailerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Tls(error) => Some(error),
            Self::From | Self::Clear => None,
        }
    }
}

/// Sends mail.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer").finish_non_exhaustive()
    }
}

/// Returns whether a host name denotes this machine without a lookup.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Returns whether the sender of mail is valid.
#[must_use]
pub fn is_sender(raw: &str) -> bool {
    raw.parse::<Mailbox>().is_ok()
}

impl SmtpMailer {
    /// Creates a mailer. It connects only when the first mail is sent.
    ///
    /// # Errors
    /// [`MailerError`].
    pub fn new(options: MailerOptions) -> Result<Self, MailerError> {
        let from: Mailbox = options.from.parse().map_err(|_| MailerError::From)?;
        let secured = || -> Result<TlsParameters, MailerError> {
            let mut tls = TlsParameters::builder(options.host.clone());
            for pem in &options.extra_roots {
                tls = tls.add_root_certificate(Certificate::from_pem(pem).map_err(MailerError::Tls)?);
            }
            tls.build().map_err(MailerError::Tls)
        };
        let tls = match options.security {
            MailSecurity::Tls => Tls::Wrapper(secured()?),
            MailSecurity::StartTls => Tls::Required(secured()?),
            MailSecurity::None if is_loopback(&options.host) => Tls::None,
            MailSecurity::None => return Err(MailerError::Clear),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&options.host)
            .port(options.port)
            .tls(tls)
            .timeout(Some(A_COMMAND))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        if let Some(Login { user, password }) = options.login {
            transport = transport.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: transport.build(),
            from,
        })
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let to: Address = mail
            .to
            .reveal()
            .parse()
            .map_err(|_| MailError::Unwritable("the address"))?;
        let header =
            |name: &'static str, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .date(SystemTime::from(mail.at))
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            // The header keeps absence replies and mailing lists from reacting to the mail.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|_| MailError::Unwritable("its parts"))
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        let sent = self.transport.send(message).await;
        sent.map(|_| ()).map_err(|error| match error.status() {
            Some(code) => MailError::Refused(code.into()),
            None if error.is_tls() => MailError::Away("TLS could not be agreed on"),
            None if error.is_timeout() => MailError::Away("it did not answer in time"),
            None if error.is_response() => MailError::Away("what answers is no mail server"),
            None if error.is_client() => MailError::Away("it does not offer what is needed"),
            None => MailError::Away("no connection"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bindeledd_core::notice::EmailAddress;

    fn options() -> MailerOptions {
        MailerOptions {
            host: "localhost".into(),
            port: 25,
            security: MailSecurity::None,
            from: "Bindeledd Æ <hub@nordvik.example>".into(),
            login: None,
            extra_roots: Vec::new(),
        }
    }

    fn mail(subject: &str) -> Mail {
        Mail {
            to: EmailAddress::parse("post@fontenehuset.example").unwrap(),
            subject: subject.into(),
            text: "Det ligger noe på dere.\n.\nHilsen".into(),
            id: uuid::Uuid::from_u128(7),
            at: "2026-12-01T08:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_mail_says_that_a_machine_wrote_it_and_nothing_slips_into_its_headers() {
        let mailer = SmtpMailer::new(options()).unwrap();
        let message = mailer
            .message(&mail("Noe venter\r\nBcc: andre@nordvik.example"))
            .unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        let (headers, body) = text.split_once("\r\n\r\n").unwrap();
        for line in [
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "To: post@fontenehuset.example",
            "Date: Tue, 01 Dec 2026 08:00:00 +0000",
            "Message-ID: <00000000-0000-0000-0000-000000000007@nordvik.example>",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(headers.lines().any(|l| l == line), "{line} is not in {headers}");
        }
        assert!(!headers.lines().any(|l| l.starts_with("Bcc")), "{headers}");
        assert!(body.is_ascii(), "{body}");
        let to: Vec<_> = message.envelope().to().iter().map(ToString::to_string).collect();
        assert_eq!(to, ["post@fontenehuset.example"]);
    }

    #[test]
    fn in_the_clear_is_for_this_machine_alone() {
        for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "mail.nordvik.example",
            "localhost.nordvik.example",
            "10.0.0.1",
            "0.0.0.0",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
            let made = SmtpMailer::new(MailerOptions {
                host: host.into(),
                ..options()
            });
            assert!(matches!(made, Err(MailerError::Clear)), "{host}");
        }
        assert!(is_sender("hub@nordvik.example") && is_sender("Bindeledd <hub@nordvik.example>"));
        assert!(!is_sender("Bindeledd") && !is_sender(""));
    }
}
