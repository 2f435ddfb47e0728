//! Connections, certificates and tokens.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bindeledd_e2e::{World, built_binary, strength};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The behaviour of an attacker on a connection.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Sends nothing at all.
    Idle,
    /// Sends half a handshake.
    HalfHandshake,
    /// Completes the handshake, and then sends an endless head, one byte at a time.
    SlowHead,
    /// Opens HTTP/2 without a request, and keeps it alive with pings.
    NoStreams,
}

const WAYS: [Way; 4] = [Way::Idle, Way::HalfHandshake, Way::SlowHead, Way::NoStreams];

/// A hub's address, reachable from any address of this machine.
#[derive(Clone)]
struct Target {
    hub: SocketAddr,
    http1: TlsConnector,
    http2: TlsConnector,
}

impl Target {
    fn of(world: &World) -> Self {
        let port = world.hub.address().rsplit(':').next().unwrap().parse().unwrap();
        let mut roots = rustls::RootCertStore::empty();
        let certificate = CertificateDer::from_pem_file(world.hub.dir().join("tls/hub.crt")).unwrap();
        roots.add(certificate).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let with = |protocol: &[u8]| {
            let mut config = config.clone();
            config.alpn_protocols = vec![protocol.to_vec()];
            TlsConnector::from(Arc::new(config))
        };
        Self {
            hub: SocketAddr::from(([127, 0, 0, 1], port)),
            http1: with(b"http/1.1"),
            http2: with(b"h2"),
        }
    }

    async fn tcp(&self, from: Ipv4Addr) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        socket.connect(self.hub).await
    }

    async fn tls(&self, from: Ipv4Addr, http2: bool) -> io::Result<TlsStream<TcpStream>> {
        let tcp = self.tcp(from).await?;
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let connector = if http2 { &self.http2 } else { &self.http1 };
        connector.connect(name, tcp).await
    }

    /// Opens a connection and holds it until the hub closes it.
    async fn lie(&self, from: Ipv4Addr, way: Way, open: &AtomicUsize) -> io::Result<()> {
        let _open = Open::count(open);
        let mut buffer = [0; 4096];
        match way {
            Way::Idle => {
                let mut tcp = self.tcp(from).await?;
                while tcp.read(&mut buffer).await? > 0 {}
            }
            Way::HalfHandshake => {
                let mut tcp = self.tcp(from).await?;
                // The client announces a TLS record of 512 bytes, and sends six bytes.
                tcp.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])
                    .await?;
                while tcp.read(&mut buffer).await? > 0 {}
            }
            Way::SlowHead => {
                let mut tls = self.tls(from, false).await?;
                tls.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: ")
                    .await?;
                loop {
                    tls.write_all(b"a").await?;
                    tls.flush().await?;
                    if let Ok(read) = tokio::time::timeout(Duration::from_secs(1), tls.read(&mut buffer)).await
                        && read? == 0
                    {
                        return Ok(());
                    }
                }
            }
            Way::NoStreams => {
                let mut tls = self.tls(from, true).await?;
                tls.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
                    .await?;
                loop {
                    tls.write_all(b"\0\0\x08\x06\0\0\0\0\0pingping").await?;
                    tls.flush().await?;
                    if let Ok(read) = tokio::time::timeout(Duration::from_secs(1), tls.read(&mut buffer)).await
                        && read? == 0
                    {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }
}

struct Open<'a>(&'a AtomicUsize);

impl<'a> Open<'a> {
    fn count(open: &'a AtomicUsize) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        Self(open)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Attackers that hold connections, and open a new one for each that is closed.
struct Siege {
    stop: Arc<AtomicBool>,
    made: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
}

impl Siege {
    /// Starts `many` attackers; the `n`th connects from `from(n)`. Each pauses briefly after its connection was closed.
    async fn lay(target: &Target, many: usize, from: impl Fn(usize) -> Ipv4Addr) -> Self {
        let siege = Self {
            stop: Arc::default(),
            made: Arc::default(),
            open: Arc::default(),
        };
        for n in 0..many {
            let (target, stop) = (target.clone(), Arc::clone(&siege.stop));
            let (made, open) = (Arc::clone(&siege.made), Arc::clone(&siege.open));
            let (address, way) = (from(n), WAYS[n % WAYS.len()]);
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    made.fetch_add(1, Ordering::SeqCst);
                    // The hub closes the connection, as it should.
                    let _ = target.lie(address, way, &open).await;
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            });
        }
        let made = Arc::clone(&siege.made);
        let all = bindeledd_e2e::eventually(Duration::from_secs(60), || async {
            (made.load(Ordering::SeqCst) >= many).then_some(())
        });
        all.await.unwrap();
        siege
    }
}

impl Drop for Siege {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

/// Sends a request over a new connection; `None` without an answer.
async fn asks(world: &World, key: &str, path: &str) -> Option<(u16, Value)> {
    let client = bindeledd_simulators::http_client(Some(&world.hub.dir().join("tls/hub.crt"))).ok()?;
    let request = client.get(format!("{}{path}", world.hub.address())).bearer_auth(key);
    let answer = tokio::time::timeout(Duration::from_secs(10), request.send())
        .await
        .ok()?
        .ok()?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await.ok()?;
    Some((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

fn operators_key(world: &World) -> String {
    let key = std::fs::read_to_string(world.hub.dir().join("data/operator.key")).unwrap();
    key.trim().to_owned()
}

/// Asks as a party and as the operator, each time over a new connection. A caller whose connection closes without an answer asks
/// again, `tries` times in all. Returns the number of answers, and the longest wait.
async fn answered(world: &World, party: &str, key: &str, times: usize, tries: usize) -> (usize, Duration) {
    let (mut answered, mut longest) = (0, Duration::ZERO);
    let operator = operators_key(world);
    for _ in 0..times {
        for (key, path) in [
            (key, format!("/v1/parties/{party}/inbox")),
            (operator.as_str(), "/v1/admin/parties".to_owned()),
        ] {
            let began = Instant::now();
            for _ in 0..tries {
                if asks(world, key, &path).await.is_some_and(|(status, _)| status == 200) {
                    answered += 1;
                    break;
                }
            }
            longest = longest.max(began.elapsed());
        }
    }
    (answered, longest)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_of_one_address_keep_nobody_out() {
    // At full strength the hub has its default limits, and the attackers open more connections than these allow. In the suite,
    // limits and attackers are fewer.
    let full = strength(0, 1) == 1;
    let mut extra = Vec::new();
    if !full {
        extra.push(("BINDELEDD__LIMITS__CONNECTIONS", "64".to_owned()));
        extra.push(("BINDELEDD__LIMITS__CONNECTIONS_PER_ADDRESS", "16".to_owned()));
    }
    let world = World::new(&extra).await;
    let key = world.provider("nordvik", None, json!({})).await;
    let target = Target::of(&world);
    let many = strength(80, 1500);
    // The attack comes from another address than the callers', and then from the same address, as behind a shared gateway.
    // Callers of the same address displace each other's newest connections, so that a caller may have to ask again.
    for (attacker, tries) in [(Ipv4Addr::new(127, 0, 0, 2), 1), (Ipv4Addr::LOCALHOST, 5)] {
        let siege = Siege::lay(&target, many, |_| attacker).await;
        let times = strength(3, 50);
        let (answers, longest) = answered(&world, "nordvik", &key, times, tries).await;
        println!(
            "{many} connections from {attacker} ({} open, {} made): {answers} of {} answered, the slowest in {} ms",
            siege.open.load(Ordering::SeqCst),
            siege.made.load(Ordering::SeqCst),
            2 * times,
            longest.as_millis(),
        );
        assert_eq!(answers, 2 * times, "{}", world.hub.log());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_of_many_addresses_leave_places_for_known_callers_and_the_operators_listener() {
    let full = strength(0, 1) == 1;
    let socket = tempfile::tempdir().unwrap();
    let socket = socket.path().join("operator.sock");
    let mut extra = Vec::new();
    if !full {
        extra.push(("BINDELEDD__LIMITS__CONNECTIONS", "64".to_owned()));
    }
    let mut world = World::new(&extra).await;
    let key = world.provider("nordvik", None, json!({})).await;
    assert_eq!(asks(&world, &key, "/v1/parties/nordvik/inbox").await.unwrap().0, 200);
    world.hub.kill();
    let address = format!("unix:{}", socket.display());
    world.hub.set("BINDELEDD__OPERATOR_LISTEN__ADDRESS", &address);
    world.hub.restart().await;
    // The parties' listener no longer serves the operator's routes.
    let operator = operators_key(&world);
    for (key, path) in [
        (operator.as_str(), "/v1/admin/parties"),
        (operator.as_str(), "/v1/parties/nordvik/inbox"),
        (operator.as_str(), "/metrics"),
        ("", "/metrics"),
        (key.as_str(), "/v1/admin/parties"),
    ] {
        let (status, answer) = asks(&world, key, path).await.unwrap();
        assert_eq!((status, answer["code"].as_str()), (403, Some("BL-1120")), "{path}");
    }
    assert_eq!(asks(&world, &key, "/v1/parties/nordvik/inbox").await.unwrap().0, 200);
    // The attack comes from many addresses that are all unknown to the hub.
    let target = Target::of(&world);
    let many = strength(120, 2000);
    let addresses = strength(60, 500);
    let siege = Siege::lay(&target, many, |n| {
        let (block, of_block) = (n % addresses / 250, n % addresses % 250);
        let octet = |n: usize| u8::try_from(n).unwrap();
        Ipv4Addr::new(127, 1, octet(block), octet(of_block + 1))
    })
    .await;
    let times = strength(3, 30);
    let mut answers = 0;
    for _ in 0..times {
        let answer = asks(&world, &key, "/v1/parties/nordvik/inbox").await;
        answers += usize::from(answer.is_some_and(|(status, _)| status == 200));
    }
    assert_eq!(answers, times, "a party that was there before: {}", world.hub.log());
    // The operator uses the command line over the socket, and Prometheus reads the socket without a key.
    let config = world.hub.dir().join("bindeledd.toml");
    let listed = Command::new(built_binary("bindeledd"))
        .args(["party", "list", "--config", config.to_str().unwrap()])
        .env("BINDELEDD__OPERATOR_LISTEN__ADDRESS", &address)
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    assert!(String::from_utf8_lossy(&listed.stdout).contains("nordvik"));
    let mut local = tokio::net::UnixStream::connect(&socket).await.unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n";
    local.write_all(request).await.unwrap();
    let mut figures = String::new();
    local.read_to_string(&mut figures).await.unwrap();
    assert!(
        figures.starts_with("HTTP/1.1 200") && figures.contains("bindeledd_deliveries"),
        "{figures}"
    );
    println!(
        "{many} connections from {addresses} addresses ({} made): the party was answered {answers} of {times} times",
        siege.made.load(Ordering::SeqCst)
    );
}

#[tokio::test]
async fn figures_are_shut_to_whoever_comes_through_a_proxy_on_this_machine() {
    let extra = [("BINDELEDD__LISTEN__METRICS_ON_LOOPBACK", "true".to_owned())];
    let mut world = World::new(&extra).await;
    let get = async |world: &World, header: Option<(&str, &str)>| {
        let mut request = world.hub.client.get(format!("{}/metrics", world.hub.address()));
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(get(&world, None).await, 200, "configuration opens them here");
    for header in [
        ("x-forwarded-for", "198.51.100.1"),
        ("forwarded", "for=198.51.100.1"),
        ("via", "1.1 proxy"),
    ] {
        assert_eq!(get(&world, Some(header)).await, 401, "{header:?}");
    }
    world.hub.kill();
    world.hub.set("BINDELEDD__LISTEN__METRICS_ON_LOOPBACK", "false");
    let watcher = "0123456789abcdef0123456789abcdef";
    let file = world.key_file("metrics.key", watcher);
    world.hub.set("BINDELEDD__LISTEN__METRICS_KEY_FILE", &file);
    world.hub.restart().await;
    assert_eq!(get(&world, None).await, 401, "nobody opened them");
    let bearer = format!("Bearer {watcher}");
    assert_eq!(get(&world, Some(("authorization", &bearer))).await, 200);
    assert_eq!(
        world.hub.call(Some(watcher), "GET", "/v1/admin/parties", None).await.0,
        401
    );
    assert_eq!(
        world.hub.call(None, "GET", "/metrics", None).await.0,
        200,
        "the operator"
    );
}
