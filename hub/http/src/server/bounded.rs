//! Connections that hold a place, and lose it when they are idle for too long.

use std::future::Future as _;
use std::future::{Ready, ready};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep};

use super::carried::Carried;
use super::link::{Link, ListenerRole, Patience};
use super::places::{Bounds, Places};
use super::proxies::{self, TrustedProxy};
use crate::network::network;

/// A socket, and the address at its other end.
pub(super) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {
    /// The peer's address; `None` for a Unix socket.
    fn other_end(&self) -> io::Result<Option<IpAddr>>;
}

impl Socket for TcpStream {
    fn other_end(&self) -> io::Result<Option<IpAddr>> {
        // Without `TCP_NODELAY` an answer may wait for the acknowledgement of the previous one. A failure to set it is harmless.
        let _ = self.set_nodelay(true);
        self.peer_addr().map(|address| Some(address.ip()))
    }
}

impl Socket for UnixStream {
    fn other_end(&self) -> io::Result<Option<IpAddr>> {
        Ok(None)
    }
}

/// Accepts connections within the limits on places.
#[derive(Debug, Clone)]
pub(super) struct Bounded {
    places: Arc<Places>,
    role: ListenerRole,
    patience: Patience,
    proxies: Arc<[TrustedProxy]>,
}

impl Bounded {
    pub(super) fn new(bounds: Bounds, role: ListenerRole, patience: Patience, proxies: Arc<[TrustedProxy]>) -> Self {
        Self {
            places: Arc::new(Places::new(bounds)),
            role,
            patience,
            proxies,
        }
    }

    fn take<T: Socket>(&self, stream: T) -> io::Result<Connection<T>> {
        let now = Instant::now();
        let from = stream.other_end()?;
        let proxy = from.is_some_and(|from| proxies::any(&self.proxies, from));
        let network = network(from.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let Some((place, close)) = self.places.enter(network, proxy, now) else {
            return Err(io::Error::other("too many connections"));
        };
        let held = (Arc::clone(&self.places), place);
        let link = Link::new(from, self.role, Arc::clone(&self.proxies), self.patience, held, now);
        let timer = Box::pin(tokio::time::sleep_until(now + self.patience.first_request));
        Ok(Connection {
            stream,
            link: Arc::new(link),
            timer,
            close,
            closed: false,
            stuck_since: None,
        })
    }
}

impl<T: Socket, S> Accept<T, S> for Bounded {
    type Stream = Connection<T>;
    type Service = Carried<S>;
    type Future = Ready<io::Result<(Connection<T>, Carried<S>)>>;

    fn accept(&self, stream: T, service: S) -> Self::Future {
        ready(self.take(stream).map(|connection| {
            let link = Arc::clone(&connection.link);
            (connection, Carried::new(service, link))
        }))
    }
}

/// Interval at which a waiting connection checks its deadline.
const LOOK: Duration = Duration::from_secs(5);

/// A connection that holds one of the bounded places.
#[derive(Debug)]
pub(super) struct Connection<T> {
    stream: T,
    link: Arc<Link>,
    timer: Pin<Box<Sleep>>,
    close: oneshot::Receiver<()>,
    /// True if another connection has taken the place.
    closed: bool,
    /// Time since which the socket accepts no bytes to write.
    stuck_since: Option<Instant>,
}

impl<T> Drop for Connection<T> {
    fn drop(&mut self) {
        self.link.leave();
    }
}

impl<T> Connection<T> {
    /// Ends the connection if its place was taken or a timeout is over. A step that moved bytes is checked too, since bytes alone
    /// do not keep a connection open.
    fn watch<R>(&mut self, cx: &mut Context<'_>, step: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        if step.is_ready() {
            let due = self.timer.deadline() <= Instant::now();
            return if due && self.is_over() { over() } else { step };
        }
        self.closed = self.closed || Pin::new(&mut self.close).poll(cx).is_ready();
        if self.closed {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        while self.timer.as_mut().poll(cx).is_ready() {
            if self.is_over() {
                return over();
            }
        }
        Poll::Pending
    }

    /// Returns whether a timeout is over. If not, sets the timer for the next check.
    fn is_over(&mut self) -> bool {
        let now = Instant::now();
        let stuck = self.stuck_since.map(|since| since + self.link.patience.write);
        let end = [self.link.ends_at(), stuck].into_iter().flatten().min();
        let next = now + LOOK.min(self.link.patience.answer);
        self.timer.as_mut().reset(end.map_or(next, |end| end.min(next)));
        end.is_some_and(|end| end <= now)
    }

    fn watch_write<R>(&mut self, cx: &mut Context<'_>, step: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        match (&step, self.stuck_since) {
            (Poll::Ready(_), _) => self.stuck_since = None,
            (Poll::Pending, Some(_)) => {}
            (Poll::Pending, None) => {
                let now = Instant::now();
                self.stuck_since = Some(now);
                let look = now + self.link.patience.write;
                if look < self.timer.deadline() {
                    self.timer.as_mut().reset(look);
                }
            }
        }
        self.watch(cx, step)
    }
}

fn over<R>() -> Poll<io::Result<R>> {
    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
}

impl<T: Socket> AsyncRead for Connection<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let step = Pin::new(&mut this.stream).poll_read(cx, buf);
        this.watch(cx, step)
    }
}

impl<T: Socket> AsyncWrite for Connection<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let step = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.watch_write(cx, step)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let step = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.watch_write(cx, step)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
