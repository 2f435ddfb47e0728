//! Usable and unusable credentials, and files that change while the hub runs.

use super::*;

/// Makes a credential with a client certificate.
pub(super) fn showing(certificate: &str, key: &str) -> Credential {
    Credential {
        certificate: Some(ClientCertificate {
            certificate: Source::held(certificate),
            key: Source::held(key),
        }),
        ..Credential::default()
    }
}

#[test]
fn a_courier_says_which_credential_can_not_be_used() {
    let bad = |credential| {
        let mut options = CourierOptions {
            allow_http_loopback: true,
            system_roots: false,
            ..CourierOptions::default()
        };
        options.credentials.insert("dps".into(), credential);
        HttpCourier::new(options, surroundings()).unwrap_err().to_string()
    };
    let carrying = |kind| Credential {
        kind,
        ..Credential::default()
    };
    let (one, other) = (identity(), identity());
    let missing = Source::File("/nowhere/dps.token".into());
    for credential in [
        showing(&one.certificate, &other.key),
        showing("", ""),
        carrying(CredentialKind::Bearer(Source::held("a\nb"))),
        carrying(CredentialKind::Bearer(missing)),
        carrying(CredentialKind::Tokens(Box::new(tokens::source(
            "ftp://issuer.example",
            "no key",
        )))),
        carrying(CredentialKind::Tokens(Box::new(tokens::source(
            "https://issuer.example",
            "no key",
        )))),
        carrying(CredentialKind::Tokens(Box::new(tokens::source(
            "http://issuer.example",
            &one.key,
        )))),
    ] {
        let text = bad(credential);
        assert!(text.contains("`dps`") && !text.contains("no key"), "{text}");
    }
    let nothing = CourierOptions {
        system_roots: false,
        ..CourierOptions::default()
    };
    assert!(matches!(
        HttpCourier::new(nothing, surroundings()),
        Err(CourierError::NoRoots)
    ));
    let unreadable = CourierOptions {
        extra_roots: vec![b"no pem".to_vec()],
        ..CourierOptions::default()
    };
    assert!(matches!(
        HttpCourier::new(unreadable, surroundings()),
        Err(CourierError::Roots(_))
    ));
}

#[tokio::test]
async fn changed_files_are_taken_into_use_without_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (identity(), identity());
    let files = old.write(folder.path());
    let (takes_old, takes_new) = (receiver(Some(&old)), receiver(Some(&new)));
    let token = folder.path().join("token");
    std::fs::write(&token, "first").unwrap();
    let clock = Arc::new(Shifted::default());
    let mut options = CourierOptions {
        system_roots: false,
        ..CourierOptions::default()
    };
    for receiver in [&takes_old, &takes_new] {
        options
            .extra_roots
            .push(receiver.identity.certificate.clone().into_bytes());
    }
    let credential = Credential {
        kind: CredentialKind::Bearer(Source::File(token.clone())),
        certificate: Some(ClientCertificate {
            certificate: Source::File(files.certificate.clone()),
            key: Source::File(files.key.clone()),
        }),
        roots: Vec::new(),
    };
    options.credentials.insert("dps".into(), credential);
    let around = Surroundings {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..surroundings()
    };
    let courier = HttpCourier::new(options, around).unwrap();
    let goes = async |to: &Receiver| {
        let sent = send(&courier, &at(to.address), &endpoint(Some("dps"), 5), post("/in")).await;
        sent.0.is_ok()
    };
    assert!(goes(&takes_old).await && !goes(&takes_new).await);
    std::fs::write(&files.certificate, &new.certificate).unwrap();
    clock.forward(4);
    assert!(goes(&takes_old).await, "half a change leaves the old in place");
    new.write(folder.path());
    std::fs::write(&token, "second\n").unwrap();
    assert!(!goes(&takes_new).await, "the files are not looked at for each request");
    clock.forward(4);
    assert!(goes(&takes_new).await, "the new pair is in use");
    let arrivals = takes_new.arrivals.lock().unwrap();
    assert_eq!(arrivals[0].1["authorization"], "Bearer second");
}
