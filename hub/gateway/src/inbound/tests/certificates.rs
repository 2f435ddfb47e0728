//! Callers that show a certificate: trusted or not, valid or expired, of a known party or of none.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::{OrgNumber, PartyName};
use bindeledd_engine::ports::Clock as _;
use bindeledd_http::server::TlsFiles;
use bindeledd_http::{CertificateClient, KnownBy};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use serde_json::Value;

use crate::testing::{GP, Hub, Now, OPERATOR, PROVIDER, PROVIDER_ORG, Shifted, client_showing, key_of};

/// Returns the date this many days from now.
fn day(days: i64) -> (i32, u8, u8) {
    let day = (Now.now() + jiff::SignedDuration::from_hours(24 * days)).to_zoned(jiff::tz::TimeZone::UTC);
    (day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs())
}

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

struct Shown {
    pem: String,
    key: String,
    sha256: [u8; 32],
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    fn gives(&self, set: impl FnOnce(&mut CertificateParams)) -> Shown {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
        set(&mut params);
        let key = KeyPair::generate().unwrap();
        let made = params.signed_by(&key, &self.issuer).unwrap();
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, made.der()).as_ref());
        Shown {
            pem: made.pem(),
            key: key.serialize_pem(),
            sha256,
        }
    }

    /// Makes a revocation list that expires this many days from now.
    fn revokes(&self, days: i64, serials: &[u64]) -> String {
        let at = |days: i64| {
            let (year, month, day) = day(days);
            date_time_ymd(year, month, day)
        };
        let revoked = serials.iter().map(|serial| rcgen::RevokedCertParams {
            serial_number: rcgen::SerialNumber::from(*serial),
            revocation_time: at(-2),
            reason_code: None,
            invalidity_date: None,
        });
        let params = rcgen::CertificateRevocationListParams {
            this_update: at(-10),
            next_update: at(days),
            crl_number: rcgen::SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect(),
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }

    fn named(&self, name: &str) -> Shown {
        self.gives(|params| params.distinguished_name.push(DnType::CommonName, name))
    }
}

fn is(known_by: KnownBy, party: &str) -> CertificateClient {
    CertificateClient {
        known_by,
        party: PartyName::parse(party).unwrap(),
        authority: None,
    }
}

/// Returns the answer of `path` over a connection with this certificate; `None` if the connection fails.
async fn asks(hub: &Hub, shown: &Shown, path: &str, key: Option<&str>) -> Option<(u16, Value)> {
    let http = client_showing(&hub.certificate, Some((&shown.pem, &shown.key)));
    let mut request = http.get(format!("{}{path}", hub.base));
    if let Some(key) = key {
        request = request.header("authorization", key);
    }
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    Some((
        status,
        serde_json::from_slice(&response.bytes().await.ok()?).unwrap_or(Value::Null),
    ))
}

fn inbox(party: &str) -> String {
    format!("/v1/parties/{party}/inbox")
}

#[tokio::test]
async fn a_certificate_is_the_party_that_configuration_says() {
    let authority = Authority::new();
    let pinned = authority.named("whatever");
    let of_org = authority.gives(|params| {
        let number = format!("NTRNO-{PROVIDER_ORG}");
        params
            .distinguished_name
            .push(DnType::CustomDnType(vec![2, 5, 4, 97]), number);
    });
    let by_name = authority.named("epj.legen.example");
    let nobody = authority.named("nobody.example");
    let clients = vec![
        is(KnownBy::Sha256(pinned.sha256), GP),
        is(
            KnownBy::OrgNumber(OrgNumber::parse(PROVIDER_ORG).unwrap()),
            &format!("org:{PROVIDER_ORG}"),
        ),
        is(KnownBy::CommonName("EPJ.legen.example".into()), GP),
        is(KnownBy::CommonName("gone.example".into()), "not-a-party-here"),
    ];
    let hub = Hub::at(Arc::new(Now), &[&authority.pem], |o| o.certificates = clients).await;
    for (shown, party, other) in [
        (&pinned, GP, PROVIDER),
        (&by_name, GP, PROVIDER),
        (&of_org, PROVIDER, GP),
    ] {
        assert_eq!(asks(&hub, shown, &inbox(party), None).await.unwrap().0, 200, "{party}");
        let (status, problem) = asks(&hub, shown, &inbox(other), None).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (403, Some("BL-1102")), "{other}");
        // No certificate identifies the operator.
        assert_eq!(asks(&hub, shown, "/v1/admin/parties", None).await.unwrap().0, 403);
    }
    for shown in [&nobody, &authority.named("gone.example")] {
        let (status, problem) = asks(&hub, shown, &inbox(GP), None).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (401, Some("BL-1114")));
        assert!(problem["whatToDo"].as_str().unwrap().contains("operator"));
    }
    // A suspended party is refused with every one of its certificates.
    let act = async |action: &str| {
        let path = format!("/v1/admin/parties/{GP}/{action}");
        assert_eq!(hub.ask("POST", &path, Some(OPERATOR), &Value::Null).await.0, 200);
    };
    act("suspend").await;
    for shown in [&pinned, &by_name] {
        let (status, problem) = asks(&hub, shown, &inbox(GP), None).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (403, Some("BL-6022")));
    }
    act("unsuspend").await;
    // The headers decide over the certificate: a valid key identifies its owner, and an unknown key identifies nobody.
    let (of_provider, wrong) = (format!("Bearer {}", key_of(PROVIDER)), "Bearer blk_wrong".to_owned());
    assert_eq!(
        asks(&hub, &pinned, &inbox(PROVIDER), Some(&of_provider))
            .await
            .unwrap()
            .0,
        200
    );
    assert_eq!(
        asks(&hub, &pinned, &inbox(GP), Some(&of_provider)).await.unwrap().0,
        403
    );
    assert_eq!(asks(&hub, &pinned, &inbox(GP), Some(&wrong)).await.unwrap().0, 401);
    // A certificate is optional.
    assert_eq!(hub.ask("GET", &inbox(GP), Some(&key_of(GP)), &Value::Null).await.0, 200);
    assert_eq!(
        hub.ask("GET", "/v1/admin/parties", Some(OPERATOR), &Value::Null)
            .await
            .0,
        200
    );
    assert_eq!(hub.ask("GET", &inbox(GP), None, &Value::Null).await.0, 401);
}

#[tokio::test]
async fn a_certificate_that_is_not_good_gets_no_connection() {
    let (authority, other) = (Authority::new(), Authority::new());
    let named = |params: &mut CertificateParams| params.distinguished_name.push(DnType::CommonName, "gp");
    let expired = authority.gives(|params| {
        named(params);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    });
    let early = authority.gives(|params| {
        named(params);
        params.not_before = date_time_ymd(2300, 1, 1);
        params.not_after = date_time_ymd(2301, 1, 1);
    });
    let for_servers = authority.gives(|params| {
        named(params);
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    });
    let foreign = other.named("gp");
    let good = authority.named("gp");
    // Each certificate is configured by its digest, so that only TLS can refuse it.
    let clients = [&expired, &early, &for_servers, &foreign, &good].map(|s| is(KnownBy::Sha256(s.sha256), GP));
    let hub = Hub::at(Arc::new(Now), &[&authority.pem], |o| o.certificates = clients.to_vec()).await;
    for (what, shown) in [
        ("expired", &expired),
        ("not yet good", &early),
        ("for servers", &for_servers),
        ("of another authority", &foreign),
    ] {
        assert_eq!(asks(&hub, shown, &inbox(GP), None).await, None, "{what}");
    }
    assert_eq!(asks(&hub, &good, &inbox(GP), None).await.unwrap().0, 200);
    // Without authorities the server asks for no certificate, and ignores one that a caller would show.
    let hub = Hub::with(|o| o.certificates = clients.to_vec()).await;
    assert_eq!(asks(&hub, &good, &inbox(GP), None).await.unwrap().0, 401);
}

/// A client that keeps its connection open.
struct Keeps(reqwest::Client);

impl Keeps {
    fn new(hub: &Hub, shown: &Shown) -> Self {
        Self(client_showing(&hub.certificate, Some((&shown.pem, &shown.key))))
    }

    async fn asks(&self, hub: &Hub) -> (u16, String) {
        let response = self.0.get(format!("{}{}", hub.base, inbox(GP))).send().await.unwrap();
        let status = response.status().as_u16();
        let answer: Value = response.json().await.unwrap_or_default();
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    }

    async fn comes_to(&self, hub: &Hub, wanted: (u16, &str)) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
        loop {
            let (status, code) = self.asks(hub).await;
            if (status, code.as_str()) == wanted {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "{status} {code}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
}

const OVER: (u16, &str) = (401, "BL-1121");

#[tokio::test]
async fn a_certificate_that_expires_is_over_on_open_connections_too() {
    let (authority, clock) = (Authority::new(), Arc::new(Shifted::default()));
    let shown = authority.gives(|params| {
        let at = |(year, month, day)| date_time_ymd(year, month, day);
        params.not_before = at(day(-1));
        params.not_after = at(day(3));
    });
    let clients = vec![is(KnownBy::Sha256(shown.sha256), GP)];
    let hub = Hub::at(Arc::clone(&clock) as _, &[&authority.pem], |o| o.certificates = clients).await;
    let open = Keeps::new(&hub, &shown);
    assert_eq!(open.asks(&hub).await.0, 200);
    // The authorities' verdict is less than half a minute old; reusing it does not prolong the certificate.
    let (year, month, day) = day(3);
    let end = jiff::civil::date(year.try_into().unwrap(), month.cast_signed(), day.cast_signed());
    let end = end.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    clock.forward(end.as_second() - clock.now().as_second() - 20);
    assert_eq!(open.asks(&hub).await.0, 200);
    clock.forward(25);
    let (status, code) = open.asks(&hub).await;
    assert_eq!((status, code.as_str()), OVER);
    // By TLS's clock the certificate is still valid, so that a new connection succeeds; requests over it are refused.
    let (status, code) = Keeps::new(&hub, &shown).asks(&hub).await;
    assert_eq!((status, code.as_str()), OVER);
}

#[tokio::test]
async fn an_authority_that_is_taken_out_counts_for_open_connections_too() {
    let (authority, other) = (Authority::new(), Authority::new());
    let shown = authority.named("gp");
    let clients = vec![is(KnownBy::Sha256(shown.sha256), GP)];
    let hub = Hub::serving(
        Arc::new(Now),
        &[&authority.pem],
        |o| o.certificates = clients,
        |o| o.reload_every = Duration::from_millis(20),
    )
    .await;
    let open = Keeps::new(&hub, &shown);
    assert_eq!(open.asks(&hub).await.0, 200);
    std::fs::write(hub.folder.path().join("authority-0.pem"), &other.pem).unwrap();
    open.comes_to(&hub, OVER).await;
    std::fs::write(hub.folder.path().join("authority-0.pem"), &authority.pem).unwrap();
    open.comes_to(&hub, (200, "")).await;
}

#[tokio::test]
async fn what_is_revoked_is_refused_on_new_connections_and_on_open_ones() {
    let authority = Authority::new();
    let numbered = |serial: u64| authority.gives(|params| params.serial_number = Some(serial.into()));
    let (one, other) = (numbered(4711), numbered(4712));
    let clients = vec![
        is(KnownBy::Sha256(one.sha256), GP),
        is(KnownBy::Sha256(other.sha256), GP),
    ];
    let lists = tempfile::tempdir().unwrap();
    let list = lists.path().join("revoked.pem");
    std::fs::write(&list, authority.revokes(7, &[])).unwrap();
    let hub = Hub::serving(
        Arc::new(Now),
        &[&authority.pem],
        |o| o.certificates = clients,
        |o| {
            o.reload_every = Duration::from_millis(20);
            if let Some(TlsFiles { revoked, .. }) = &mut o.tls {
                revoked.push(list.clone());
            }
        },
    )
    .await;
    let (first, second) = (Keeps::new(&hub, &one), Keeps::new(&hub, &other));
    assert_eq!((first.asks(&hub).await.0, second.asks(&hub).await.0), (200, 200));
    std::fs::write(&list, authority.revokes(7, &[4711])).unwrap();
    first.comes_to(&hub, OVER).await;
    assert_eq!(second.asks(&hub).await.0, 200);
    assert_eq!(asks(&hub, &one, &inbox(GP), None).await, None, "no connection");
    // An expired revocation list vouches for nobody.
    std::fs::write(&list, authority.revokes(-1, &[])).unwrap();
    second.comes_to(&hub, OVER).await;
    assert_eq!(asks(&hub, &other, &inbox(GP), None).await, None);
}

#[tokio::test]
async fn a_session_is_not_resumed_where_certificates_are_asked_for() {
    use rustls::pki_types::pem::PemObject as _;
    let authority = Authority::new();
    let shown = authority.named("gp");
    let hub = Hub::at(Arc::new(Now), &[&authority.pem], |_| {}).await;
    let der = |pem: &str| rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(der(&hub.certificate)).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(shown.key.as_bytes()).unwrap();
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![der(&shown.pem)], key)
        .unwrap();
    // All connections share one session cache, as an attacker's client would.
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    for _ in 0..3 {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let port = hub.base.rsplit(':').next().unwrap();
        let tcp = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}"))
            .await
            .unwrap();
        let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
        let mut tls = connector.connect(name, tcp).await.unwrap();
        let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        tls.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = tls.read_to_end(&mut answer).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        assert_eq!(tls.get_ref().1.handshake_kind(), Some(rustls::HandshakeKind::Full));
    }
}

#[tokio::test]
async fn an_authority_vouches_for_those_whom_it_is_named_for_and_no_others() {
    let (own, other) = (Authority::new(), Authority::new());
    let org = |authority: &Authority, number: &str| {
        let number = format!("NTRNO-{number}");
        authority.gives(|params| {
            let kind = DnType::CustomDnType(vec![2, 5, 4, 97]);
            params.distinguished_name.push(kind, number);
        })
    };
    let (good, forged) = (org(&own, PROVIDER_ORG), org(&other, PROVIDER_ORG));
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, pem: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).unwrap();
        path
    };
    let (own_file, other_file) = (file("own.pem", &own.pem), file("other.pem", &other.pem));
    let number = KnownBy::OrgNumber(OrgNumber::parse(PROVIDER_ORG).unwrap());
    let clients = vec![CertificateClient {
        authority: Some(own_file.clone()),
        ..is(number, PROVIDER)
    }];
    let hub = Hub::serving(
        Arc::new(Now),
        &[],
        |o| o.certificates = clients,
        |o| {
            if let Some(tls) = &mut o.tls {
                tls.client_authorities = vec![own_file, other_file];
            }
        },
    )
    .await;
    assert_eq!(asks(&hub, &good, &inbox(PROVIDER), None).await.unwrap().0, 200);
    let (status, problem) = asks(&hub, &forged, &inbox(PROVIDER), None).await.unwrap();
    assert_eq!((status, problem["code"].as_str()), (401, Some("BL-1114")));
}

#[tokio::test]
async fn a_certificate_that_fits_two_parties_is_neither() {
    let authority = Authority::new();
    let both = authority.gives(|params| {
        let number = format!("NTRNO-{PROVIDER_ORG}");
        let kind = DnType::CustomDnType(vec![2, 5, 4, 97]);
        params.distinguished_name.push(kind, number);
        params.distinguished_name.push(DnType::CommonName, "epj.legen.example");
    });
    let number = KnownBy::OrgNumber(OrgNumber::parse(PROVIDER_ORG).unwrap());
    let name = KnownBy::CommonName("epj.legen.example".into());
    let clients = vec![is(number, PROVIDER), is(name, GP)];
    let hub = Hub::at(Arc::new(Now), &[&authority.pem], |o| o.certificates = clients).await;
    for party in [PROVIDER, GP] {
        let (status, problem) = asks(&hub, &both, &inbox(party), None).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (401, Some("BL-1122")), "{party}");
    }
}
