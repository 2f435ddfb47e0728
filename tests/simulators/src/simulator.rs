//! One simulator: its two ports, and the handling of requests between them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;

use crate::arrivals::{Answered, Arrival, Arrivals, Record, sha256};
use crate::behaviour::{Behaviour, Mode};
use crate::clock::Clock;
use crate::data_port::{Data, Inner};
use crate::hub::Hub;
use crate::judged::{Answer, Judged};
use crate::options::{Kind, Options};
use crate::serve::{Incoming, Listening, respond, unanswered};
use crate::smtp::MailServer;
use crate::state::Shared;
use crate::system::System;
use crate::{Problem, control, nav};

/// Maximum size of a body, in bytes; it is Meldingstjener's own limit.
const LARGEST: usize = 35 * 1024 * 1024;

/// A running simulator. It stops when it is dropped.
pub struct Simulator {
    inner: Arc<Inner>,
    control: Listening,
    polling: Option<tokio::task::JoinHandle<()>>,
}

impl Simulator {
    /// Starts a simulator, and returns once it listens.
    ///
    /// # Errors
    /// An address is taken, or a file can not be read.
    pub async fn start(options: Options) -> Result<Self, Problem> {
        let hub = options.hub.map(Hub::new).transpose()?.map(Arc::new);
        let shared = Arc::new(Shared {
            kind: options.kind.name(),
            system: System::new(&options.kind)?,
            arrivals: Arrivals::new(options.record),
            behaviour: Behaviour::new(),
            clock: Clock::start(),
            hub: hub.clone(),
            record: options.record,
        });
        let (data, polling) = match (&options.kind, hub) {
            (Kind::Nav { poll_ms }, Some(hub)) => {
                let every = Duration::from_millis((*poll_ms).max(1));
                (None, Some(tokio::spawn(nav::poll(shared.clone(), hub, every))))
            }
            (Kind::Nav { .. }, None) => return Err(Problem::new("a party that fetches must know its hub")),
            (Kind::Smtp, _) => {
                let tls = options.tls.as_ref().map(crate::TlsFiles::server).transpose()?;
                let server = MailServer::start(options.listen, shared.clone(), tls).await?;
                (Some(Data::Mail(server)), None)
            }
            (Kind::Gp(_) | Kind::Provider | Kind::Specialist | Kind::NavMeasure, _) => {
                let router = Router::new().fallback(take).with_state(shared.clone());
                let tls = options.tls.as_ref().map(crate::TlsFiles::server).transpose()?;
                (Some(Data::Http(Listening::start(options.listen, router, tls)?)), None)
            }
        };
        let inner = Arc::new(Inner { shared, data });
        let control = Listening::start(options.control, control::router(inner.clone()), None)?;
        Ok(Self {
            inner,
            control,
            polling,
        })
    }

    /// Returns the address for the hub; `None` for a party that fetches.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.inner.address()
    }

    /// Returns the address for orders.
    #[must_use]
    pub fn control(&self) -> SocketAddr {
        self.control.address()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(polling) = &self.polling {
            polling.abort();
        }
        if let Some(data) = &self.inner.data {
            data.go_down();
        }
        self.control.go_down();
    }
}

/// Handles a request from the hub.
async fn take(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let Some(incoming) = Incoming::read(request, LARGEST).await else {
        return respond(Answer::empty(413));
    };
    if let Some(stream) = shared.system.stream(&incoming) {
        return stream;
    }
    let judged = shared.system.judge(&incoming);
    let mode = shared.behaviour.next();
    let well = judged.answer.status < 300;
    let (answer, taken, wait) = match mode {
        Mode::Ok => (None, well, Duration::ZERO),
        Mode::Slow { ms } => (None, well, Duration::from_millis(ms)),
        Mode::Status { status } => (Some(Instead::Answer(Answer::empty(status))), false, Duration::ZERO),
        Mode::Garbage => (Some(Instead::Answer(garbage())), false, Duration::ZERO),
        Mode::Page { status } => (Some(Instead::Answer(page(status))), false, Duration::ZERO),
        Mode::Empty { status } => (Some(Instead::Answer(Answer::empty(status))), false, Duration::ZERO),
        Mode::Refuse => (Some(Instead::Answer(shared.system.refusal())), false, Duration::ZERO),
        Mode::LostAnswer => (Some(Instead::Close), well, Duration::ZERO),
        Mode::Hang => (Some(Instead::Hang), false, Duration::ZERO),
        // The listener is closed; this request had already begun.
        Mode::Down => (Some(Instead::Close), false, Duration::ZERO),
    };
    let Judged {
        answer: own,
        ids,
        document,
        arrives,
        follow_up,
    } = judged;
    let answered = match &answer {
        None => Answered::Status(own.status),
        Some(Instead::Answer(answer)) => Answered::Status(answer.status),
        Some(Instead::Close | Instead::Hang) => Answered::Never,
    };
    if arrives {
        note(&shared, incoming, ids, document, answered, taken);
    }
    if taken && let Some(follow_up) = follow_up {
        shared.system.follow_up(follow_up, shared.hub.as_ref());
    }
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    match answer {
        None => respond(own),
        Some(Instead::Answer(answer)) => respond(answer),
        Some(Instead::Close) => unanswered(),
        Some(Instead::Hang) => std::future::pending().await,
    }
}

/// A replacement for the system's own answer.
enum Instead {
    Answer(Answer),
    Close,
    Hang,
}

fn note(
    shared: &Shared,
    incoming: Incoming,
    ids: Vec<(&'static str, String)>,
    document: Option<String>,
    answered: Answered,
    taken: bool,
) {
    let headers = if shared.record == Record::Full {
        let text = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
            // A key is secret, even in a test, so that the record shows only its presence.
            let shown = if name == "authorization" {
                "(present)".into()
            } else {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            (name.as_str().to_owned(), shown)
        };
        incoming.headers.iter().map(text).collect()
    } else {
        Vec::new()
    };
    shared.arrivals.note(Arrival {
        at: shared.clock.now(),
        method: incoming.method.as_str().to_owned(),
        path: incoming.path,
        headers,
        size: incoming.body.len(),
        sha256: sha256(&incoming.body),
        body: incoming.body,
        ids,
        document,
        answered,
        taken,
    });
}

fn garbage() -> Answer {
    let mut body = b"\x00\xff\xfe<<{\"id\": ".to_vec();
    body.extend((0..=255_u8).rev());
    Answer {
        status: 200,
        media_type: "application/x-garbage",
        body,
    }
}

/// Makes a page for people, as a portal or a proxy would show.
fn page(status: u16) -> Answer {
    Answer {
        status,
        media_type: "text/html; charset=utf-8",
        body: b"<!DOCTYPE html><html><title>Logg inn</title><p>Logg inn for \xc3\xa5 bruke nettet.</p></html>".to_vec(),
    }
}
