//! The stream of topics over a socket, and the regions of pages.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::alert::AlertKind;
use bindeledd_engine::ports::Actor;
use bindeledd_http::{Server, ServerOptions};
use bindeledd_test_engine::{GP, MAILBOX, PROVIDER, progress, question};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::TcpStream;

use super::browser::Console;
use crate::session::SESSION;
use crate::streams::OF_SESSION;

/// A stream that a browser has opened.
struct Stream {
    lines: Lines<BufReader<TcpStream>>,
    status: String,
}

impl Stream {
    async fn open(server: SocketAddr, token: &str, topics: &str) -> Self {
        let mut socket = TcpStream::connect(server).await.unwrap();
        let head = format!(
            "GET {}?topics={topics} HTTP/1.1\r\nhost: hub.example\r\ncookie: {SESSION}={token}\r\nconnection: close\r\n\r\n",
            address::STREAM
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut lines = BufReader::new(socket).lines();
        let status = lines.next_line().await.unwrap().unwrap();
        Self { lines, status }
    }

    /// Reads until a line begins with this text. The hub's time passes meanwhile. `None` if the stream ends before.
    async fn until(&mut self, console: &Console, begin: &str) -> Option<String> {
        for _ in 0..2_000 {
            match tokio::time::timeout(Duration::from_millis(10), self.lines.next_line()).await {
                Ok(Ok(Some(line))) if line.starts_with(begin) => return Some(line),
                Ok(Ok(Some(_))) => {}
                Ok(Ok(None) | Err(_)) => return None,
                Err(_) => console.advance(Duration::from_secs(1)),
            }
        }
        panic!("the stream says no {begin} in time")
    }
}

fn serve(console: &Console) -> Server {
    let options = ServerOptions::new(SocketAddr::from(([127, 0, 0, 1], 0)), None);
    Server::start(console.router(), &options).unwrap()
}

#[tokio::test]
async fn the_stream_tells_topics_and_never_what_changed() {
    let console = Console::new().await;
    let browser = console.signed_in("kari", &[Role::Viewer]).await;
    let server = serve(&console);
    let topics = format!("messages,party:{GP},sessions,strange");
    let mut stream = Stream::open(server.address, &browser.cookies[SESSION], &topics).await;
    assert!(stream.status.starts_with("HTTP/1.1 200"), "{}", stream.status);
    let head = stream.until(&console, "content-type").await.unwrap();
    assert_eq!(head, "content-type: text/event-stream");
    // A page may be older than its stream.
    let first = stream.until(&console, "data: ").await.unwrap();
    assert_eq!(first, format!("data: messages party:{GP}"));
    let delivery = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(delivery, "delivered").await;
    let told = stream.until(&console, "data: ").await.unwrap();
    assert_eq!(told, format!("data: messages party:{GP}"));
    // A stream without news stands.
    assert!(stream.until(&console, ":").await.is_some());
}

#[tokio::test]
async fn a_session_that_ends_ends_its_stream() {
    let console = Console::new().await;
    let (kari, token, _) = console.signed("kari", &[Role::Operator]).await;
    let server = serve(&console);
    let mut stream = Stream::open(server.address, &token, "now").await;
    stream.until(&console, "data: now").await.unwrap();
    let ended = console
        .accounts
        .sign_out_everywhere(kari, &Actor::Operator, console.now())
        .await;
    assert_eq!(ended.unwrap(), 1);
    assert_eq!(stream.until(&console, "event: ended").await.unwrap(), "event: ended");
    assert_eq!(stream.until(&console, "event:").await, None);
}

#[tokio::test]
async fn a_stream_ends_when_the_hub_stops() {
    let console = Console::new().await;
    let browser = console.signed_in("kari", &[Role::Viewer]).await;
    let server = serve(&console);
    let mut stream = Stream::open(server.address, &browser.cookies[SESSION], "now").await;
    stream.until(&console, "data: now").await.unwrap();
    console.test.engine().close_feed();
    let deadline = Duration::from_secs(20);
    tokio::time::timeout(deadline, server.stop(deadline)).await.unwrap();
    assert_eq!(stream.until(&console, "data: ").await, None);
}

#[tokio::test]
async fn a_stream_needs_a_session_a_topic_and_a_place() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    assert_eq!(browser.get(address::STREAM).await.status, StatusCode::NOT_FOUND);
    let only = format!("{}?topics=sessions", address::STREAM);
    assert_eq!(browser.get(&only).await.status, StatusCode::NOT_FOUND);
    let server = serve(&console);
    let stranger = Stream::open(server.address, "x", "now").await;
    assert!(stranger.status.starts_with("HTTP/1.1 303"), "{}", stranger.status);
    let mut streams = Vec::new();
    for _ in 0..=OF_SESSION {
        streams.push(Stream::open(server.address, &browser.cookies[SESSION], "now").await);
    }
    let last = streams.pop().unwrap();
    assert!(last.status.starts_with("HTTP/1.1 503"), "{}", last.status);
    assert!(streams.iter().all(|stream| stream.status.starts_with("HTTP/1.1 200")));
}

#[tokio::test]
async fn persons_with_the_same_roles_share_the_regions_of_a_page() {
    let console = Console::new().await;
    let mut kari = console.signed_in("kari", &[Role::Viewer]).await;
    let mut ola = console.signed_in("ola", &[Role::Viewer]).await;
    let regions = format!("{}?region=1", address::NOW);
    let first = kari.get(&regions).await;
    assert_eq!(first.status, StatusCode::OK);
    assert!(first.html.contains("id=\"regnskap\"") && first.html.contains("0 leveranser i dag"));
    for own in ["<html", "name=\"csrf\"", "Nordmann", "Logg ut"] {
        assert!(!first.html.contains(own), "{own}");
    }
    let delivery = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(delivery, "delivered").await;
    assert_eq!(ola.get(&regions).await.html, first.html, "no second has passed");
    let mut english = ola.clone();
    english.language = "en";
    assert!(english.get(&regions).await.html.contains("1 deliveries today"));
    console.advance(Duration::from_secs(2));
    assert!(ola.get(&regions).await.html.contains("1 leveranser i dag"));
    // A page that is opened is never a copy.
    assert!(
        kari.get(address::NOW)
            .await
            .html
            .contains("data-stream=\"/console/live\"")
    );
}

#[tokio::test]
async fn regions_that_refresh_do_not_prolong_a_session() {
    let console = Console::new().await;
    let (kari, token, _) = console.signed("kari", &[Role::Viewer]).await;
    let mut browser = console.browser();
    browser.cookies.insert(SESSION.to_owned(), token);
    let seen = async || console.accounts.sessions(kari).await.unwrap()[0].seen_at;
    let before = seen().await;
    console.advance(Duration::from_secs(600));
    browser.get(&format!("{}?region=1", address::NOW)).await;
    assert_eq!(seen().await, before);
    browser.get(address::NOW).await;
    assert!(seen().await > before);
}

#[tokio::test]
async fn a_tab_that_refreshes_by_itself_takes_no_cookie_of_a_newer_session() {
    let console = Console::new().await;
    let (kari, token, _) = console.signed("kari", &[Role::Viewer]).await;
    let mut browser = console.browser();
    browser.cookies.insert(SESSION.to_owned(), token);
    let ended = console
        .accounts
        .sign_out_everywhere(kari, &Actor::Operator, console.now());
    assert_eq!(ended.await.unwrap(), 1);
    for path in [
        format!("{}?region=1", address::NOW),
        format!("{}?topics=now", address::STREAM),
    ] {
        let seen = browser.get(&path).await;
        assert!(seen.to().starts_with("/console/sign-in?over=1"), "{}", seen.to());
        // The person may have signed in again in another tab meanwhile.
        assert!(browser.cookies.contains_key(SESSION), "{path}");
    }
    browser.get(address::NOW).await;
    assert!(!browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn a_list_says_how_many_messages_are_new_and_does_not_jump() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    let delivery = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(delivery, "delivered").await;
    let page = browser.get(address::MESSAGES).await;
    let newest = page.between("data-newest=\"", "\"");
    assert!(!page.html.contains("vis den</a>"));
    console.advance(Duration::from_secs(2));
    for n in 2..4 {
        let delivery = console
            .test
            .deliver(&progress(&format!("r-{n}"), &format!("c-{n}"), GP))
            .await;
        console.test.until(delivery, "delivered").await;
    }
    let regions = browser
        .get(&format!("{}?region=1&newest={newest}", address::MESSAGES))
        .await;
    assert!(regions.html.contains(">2 nye, vis dem</a>"), "{}", regions.html);
    assert_eq!(
        regions.between("data-newest=\"", "\""),
        newest,
        "the page keeps its place"
    );
}

#[tokio::test]
async fn the_log_and_the_alerts_say_how_many_are_new_in_one_line() {
    let console = Console::new().await;
    let mut auditor = console.signed_in("kari", &[Role::Auditor]).await;
    let log = auditor.get(address::LOG).await;
    let alerts = auditor.get(address::HUB).await;
    let (row, alert) = (
        log.between("data-newest=\"", "\""),
        alerts.between("data-newest=\"", "\""),
    );
    console.advance(Duration::from_secs(2));
    for n in 0..6 {
        console.test.accept(&question(&format!("r-{n}"), MAILBOX)).await;
    }
    console.test.until_alert(AlertKind::RepeatedBlocks).await;
    console.advance(Duration::from_secs(2));
    let regions = auditor.get(&format!("{}?region=1&newest={row}", address::LOG)).await;
    assert!(
        regions.html.contains("nye rader") && regions.html.contains("href=\"/console/log\""),
        "{}",
        regions.html
    );
    assert!(
        !regions.html.contains("<table") && !regions.html.contains("<form"),
        "{}",
        regions.html
    );
    let of_action = format!("{}?region=1&newest={row}&action=alert-raised", address::LOG);
    let regions = auditor.get(&of_action).await;
    assert!(regions.html.contains(">1 ny rad, vis den</a>"), "{}", regions.html);
    let regions = auditor.get(&format!("{}?region=1&newest={alert}", address::HUB)).await;
    assert!(regions.html.contains(">1 nytt varsel, vis det</a>"), "{}", regions.html);
    assert!(
        !regions.html.contains("<form") && !regions.html.contains("<li"),
        "{}",
        regions.html
    );
    // An older page of a list does not refresh.
    let older = auditor.get(&format!("{}?before={row}", address::LOG)).await;
    assert!(!older.html.contains("data-newest"));
}

#[tokio::test]
async fn a_person_of_a_mailbox_hears_the_own_party_and_gets_the_own_inbox() {
    let console = Console::new().await;
    let by = Actor::Operator;
    let (_, mut leader) = console.of_days(9, "leder", &[Role::TeamLeader], &by).await;
    let (_, mut blid) = console.of_days(9, "blid", &[Role::MailboxUser], &by).await;
    let own = format!("party:{PROVIDER}");
    let page = leader.get(address::MAILBOX).await;
    assert!(page.html.contains(&format!("data-live=\"{own}\"")), "{}", page.html);
    for topics in ["now", "messages", "sessions", "party:fjellvik-legekontor"] {
        let refused = leader.get(&format!("{}?topics={topics}", address::STREAM)).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{topics}");
    }
    let server = serve(&console);
    let mut stream = Stream::open(server.address, &leader.cookies[SESSION], &format!("now,{own}")).await;
    assert!(stream.status.contains("200"), "{}", stream.status);
    assert_eq!(stream.until(&console, "data:").await.unwrap(), format!("data: {own}"));
    let regions = format!("{}?region=1", address::MAILBOX);
    assert!(leader.get(&regions).await.html.contains("<span id=\"venter\"></span>"));
    console.test.try_accept(GP, &question("q-1", PROVIDER)).await.unwrap();
    assert_eq!(stream.until(&console, "data:").await.unwrap(), format!("data: {own}"));
    let fresh = leader.get(&regions).await.html;
    assert!(
        fresh.contains("<span id=\"venter\"> <span class=\"count\">1"),
        "{fresh}"
    );
    assert!(
        !fresh.contains("<form") && !fresh.contains("Kari &#60;b&#62;Nordmann"),
        "{fresh}"
    );
    let of_blid = blid.get(&regions).await.html;
    assert!(
        of_blid.contains("<span id=\"venter\"></span>"),
        "not the leader's: {of_blid}"
    );
}
