//! Callers that show a certificate: of the right authority and not, in its time and not, somebody's and nobody's.

use std::sync::Arc;

use bindeledd_core::{OrgNumber, PartyName};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use serde_json::Value;

use crate::inbound::{CertificateClient, KnownBy};
use crate::testing::{GP, Hub, Now, OPERATOR, PROVIDER, PROVIDER_ORG, client_showing, key_of};

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

    fn named(&self, name: &str) -> Shown {
        self.gives(|params| params.distinguished_name.push(DnType::CommonName, name))
    }
}

fn is(known_by: KnownBy, party: &str) -> CertificateClient {
    CertificateClient {
        known_by,
        party: PartyName::parse(party).unwrap(),
    }
}

/// What `path` answers a connection with this certificate; nothing where there is no connection.
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
        // Nobody's certificate is the operator's.
        assert_eq!(asks(&hub, shown, "/v1/admin/parties", None).await.unwrap().0, 403);
    }
    for shown in [&nobody, &authority.named("gone.example")] {
        let (status, problem) = asks(&hub, shown, &inbox(GP), None).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (401, Some("BL-1114")));
        assert!(problem["whatToDo"].as_str().unwrap().contains("operator"));
    }
    // Suspended, it is let in by none of its certificates.
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
    // What the headers say decides: a key is whose it is, and one that nobody has is nobody's.
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
    // Nobody has to show a certificate.
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
    // Each is known by its very digest, so that nothing but TLS keeps it out.
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
    // Without authorities no certificate is asked for, and one that a caller would show is nothing.
    let hub = Hub::with(|o| o.certificates = clients.to_vec()).await;
    assert_eq!(asks(&hub, &good, &inbox(GP), None).await.unwrap().0, 401);
}
