//! A mail server that keeps every mail. It speaks SMTP with STARTTLS, which it requires if it has a certificate.
//!
//! It enforces RFC 5321's order of commands. Of a mail, it knows only head and body.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::Problem;
use crate::arrivals::{Answered, Arrival, sha256};
use crate::behaviour::Mode;
use crate::state::Shared;

/// Maximum length of a line, and maximum size of a mail, in bytes.
const LARGEST: u64 = 1024 * 1024;
/// Beginning of the addresses that this server never knows.
const UNKNOWN: &str = "ukjent";

/// A mail server that can stop and start again.
pub(crate) struct MailServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    tls: Option<TlsAcceptor>,
    up: Mutex<Option<AbortHandle>>,
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}
type Stream = BufStream<Box<dyn Wire>>;

impl MailServer {
    pub(crate) async fn start(
        address: SocketAddr,
        shared: Arc<Shared>,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> Result<Self, Problem> {
        let listener = bind(address).await?;
        let server = Self {
            address: listener.local_addr().map_err(|e| Problem::new(e.to_string()))?,
            shared,
            tls: tls.map(TlsAcceptor::from),
            up: Mutex::new(None),
        };
        server.serve(listener);
        Ok(server)
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    fn up(&self) -> std::sync::MutexGuard<'_, Option<AbortHandle>> {
        self.up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, listener: TcpListener) {
        let (shared, tls) = (Arc::clone(&self.shared), self.tls.clone());
        let accepting = tokio::spawn(async move {
            // Connections end with the listener, since they are tasks of this task.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (shared, tls) = (Arc::clone(&shared), tls.clone());
                // The result is ignored, since the stored mails show how a session ended.
                connections.spawn(async move { Session::new(shared, tls, stream).run().await.is_ok() });
                while connections.try_join_next().is_some() {}
            }
        });
        *self.up() = Some(accepting.abort_handle());
    }

    /// Stops listening and closes every connection.
    pub(crate) fn go_down(&self) {
        if let Some(accepting) = self.up().take() {
            accepting.abort();
        }
    }

    /// Listens again on the same port, which the old listener may hold for a moment.
    pub(crate) async fn come_up(&self) -> Result<(), Problem> {
        if self.up().is_some() {
            return Ok(());
        }
        let mut tries = 0;
        loop {
            match bind(self.address).await {
                Ok(listener) => {
                    self.serve(listener);
                    return Ok(());
                }
                Err(problem) if tries >= 100 => return Err(problem),
                Err(_) => tries += 1,
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Problem> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|e| Problem::new(format!("cannot listen on {address}: {e}")))
}

/// One conversation with a client.
struct Session {
    shared: Arc<Shared>,
    tls: Option<TlsAcceptor>,
    stream: Stream,
    secure: bool,
    user: bool,
    to: Option<String>,
    mode: Mode,
}

/// The session has ended.
struct Over;

type Step = Result<(), Over>;

impl Session {
    fn new(shared: Arc<Shared>, tls: Option<TlsAcceptor>, stream: TcpStream) -> Self {
        Self {
            shared,
            tls,
            stream: BufStream::new(Box::new(stream)),
            secure: false,
            user: false,
            to: None,
            mode: Mode::Ok,
        }
    }

    async fn run(mut self) -> Step {
        self.say("220 smtp.example ESMTP").await?;
        loop {
            let line = self.line().await?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => self.greet().await?,
                "STARTTLS" if self.tls.is_some() && !self.secure => self = self.secured().await?,
                "AUTH" if self.secure => {
                    self.user = true;
                    self.say("235 2.7.0 welcome").await?;
                }
                "MAIL" if self.tls.is_some() && !self.secure => self.say("530 5.7.0 STARTTLS first").await?,
                "MAIL" => {
                    self.to = None;
                    self.say("250 2.1.0 ok").await?;
                }
                "RCPT" => self.recipient(&line).await?,
                "DATA" if self.to.is_some() => self.data().await?,
                "NOOP" | "RSET" => self.say("250 2.0.0 ok").await?,
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    return Ok(());
                }
                _ => self.say("503 5.5.1 not now").await?,
            }
        }
    }

    async fn line(&mut self) -> Result<String, Over> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.stream).take(LARGEST);
        let read = bounded.read_until(b'\n', &mut line).await.map_err(|_| Over)?;
        if read == 0 || !line.ends_with(b"\n") {
            return Err(Over);
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    async fn say(&mut self, line: &str) -> Step {
        let bytes = format!("{line}\r\n");
        self.stream.write_all(bytes.as_bytes()).await.map_err(|_| Over)?;
        self.stream.flush().await.map_err(|_| Over)
    }

    async fn greet(&mut self) -> Step {
        self.say("250-smtp.example").await?;
        if self.tls.is_some() {
            self.say(if self.secure {
                "250-AUTH PLAIN LOGIN"
            } else {
                "250-STARTTLS"
            })
            .await?;
        }
        self.say("250 8BITMIME").await
    }

    async fn secured(mut self) -> Result<Self, Over> {
        self.say("220 2.0.0 go ahead").await?;
        let acceptor = self.tls.clone().ok_or(Over)?;
        let secured = acceptor.accept(self.stream.into_inner()).await.map_err(|_| Over)?;
        Ok(Self {
            stream: BufStream::new(Box::new(secured)),
            secure: true,
            ..self
        })
    }

    /// Applies the ordered behaviour, once for each mail.
    async fn recipient(&mut self, line: &str) -> Step {
        let address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        if address.starts_with(UNKNOWN) {
            // Real servers repeat the address in this answer, too.
            return self.say(&format!("550 5.1.1 <{address}>: no such mailbox")).await;
        }
        self.mode = self.shared.behaviour.next();
        match self.mode.clone() {
            Mode::Ok | Mode::LostAnswer => {}
            Mode::Slow { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
            Mode::Status { status } => return self.say(&format!("{status} <{address}>: not now")).await,
            Mode::Refuse => return self.say(&format!("554 5.7.1 <{address}>: refused")).await,
            Mode::Garbage | Mode::Page { .. } | Mode::Empty { .. } => return self.say("\u{1}<<?").await,
            Mode::Hang => std::future::pending().await,
            Mode::Down => return Err(Over),
        }
        self.to = Some(address);
        self.say("250 2.1.5 ok").await
    }

    async fn data(&mut self) -> Step {
        self.say("354 end with a dot").await?;
        let mut mail = String::new();
        loop {
            let line = self.line().await?;
            if line == "." {
                break;
            }
            mail.push_str(line.strip_prefix('.').unwrap_or(&line));
            mail.push_str("\r\n");
        }
        let lost = self.mode == Mode::LostAnswer;
        self.keep(mail, if lost { Answered::Never } else { Answered::Status(250) });
        if lost {
            return Err(Over);
        }
        self.say("250 2.0.0 kept").await
    }

    fn keep(&mut self, mail: String, answered: Answered) {
        let (head, body) = mail.split_once("\r\n\r\n").unwrap_or((&mail, ""));
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.lines() {
            match (line.split_once(':'), headers.last_mut()) {
                (_, Some((_, value))) if line.starts_with([' ', '\t']) => value.push_str(line),
                (Some((name, value)), _) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
                (None, _) => {}
            }
        }
        let id = headers
            .iter()
            .find(|(name, _)| name == "message-id")
            .map(|(_, id)| id.clone());
        let quoted = headers
            .iter()
            .any(|(n, v)| n == "content-transfer-encoding" && v == "quoted-printable");
        // A password is secret, even in a test, so that the record shows only its presence.
        headers.push(("x-user".into(), if self.user { "(present)" } else { "(none)" }.into()));
        headers.push(("x-tls".into(), self.secure.to_string()));
        self.shared.arrivals.note(Arrival {
            at: self.shared.clock.now(),
            method: "MAIL".into(),
            path: self.to.take().unwrap_or_default(),
            headers,
            size: mail.len(),
            sha256: sha256(mail.as_bytes()),
            document: Some(if quoted { unquoted(body) } else { body.to_owned() }),
            body: Bytes::from(mail.clone()),
            ids: id.map(|id| ("message-id", id)).into_iter().collect(),
            answered,
            taken: true,
        });
    }
}

/// Decodes a quoted-printable text.
fn unquoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut parts = joined.split('=');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        match part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
            }
            None => bytes.extend_from_slice(part.as_bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_is_read() {
        assert_eq!(unquoted("P=C3=A5 dere=\r\n alle =3D 1\r\n"), "På dere alle = 1\r\n");
    }
}
