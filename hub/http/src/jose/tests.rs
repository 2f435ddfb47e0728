use jsonwebtoken::EncodingKey;
use serde_json::json;

use super::*;

fn ec_pem(algorithm: &'static rcgen::SignatureAlgorithm) -> (String, Vec<u8>) {
    use rcgen::PublicKeyData as _;
    let pair = rcgen::KeyPair::generate_for(algorithm).unwrap();
    (pair.serialize_pem(), pair.der_bytes().to_vec())
}

#[test]
fn what_is_signed_is_verified_and_nothing_else_is() {
    for (curve, algorithm) in [
        (&rcgen::PKCS_ECDSA_P256_SHA256, Algorithm::ES256),
        (&rcgen::PKCS_ECDSA_P384_SHA384, Algorithm::ES384),
    ] {
        let (pem, point) = ec_pem(curve);
        let key = SigningKey::parse(pem.as_bytes(), None, Some("k1")).unwrap();
        assert_eq!(key.algorithm, algorithm);
        let token = key.sign("JWT", &json!({"sub": "a"})).unwrap();
        let public = DecodingKey::from_ec_der(&point);
        assert_eq!(header(&token).unwrap().kid.as_deref(), Some("k1"));
        let claims: Value = verified(&token, &public, algorithm).unwrap();
        assert_eq!(claims["sub"], "a");
        let other = DecodingKey::from_ec_der(&ec_pem(curve).1);
        assert!(verified::<Value>(&token, &other, algorithm).is_none());
        let (head, rest) = token.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let forged = sha_free_claims();
        assert!(verified::<Value>(&format!("{head}.{forged}.{signature}"), &public, algorithm).is_none());
    }
}

fn sha_free_claims() -> String {
    URL_SAFE_NO_PAD.encode(r#"{"sub":"b"}"#)
}

#[test]
fn a_token_that_says_a_thing_twice_says_nothing() {
    struct Twice;
    impl serde::Serialize for Twice {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeMap as _;
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("sub", "a")?;
            map.serialize_entry("sub", "b")?;
            map.end()
        }
    }
    let (pem, point) = ec_pem(&rcgen::PKCS_ECDSA_P256_SHA256);
    let key = SigningKey::parse(pem.as_bytes(), None, None).unwrap();
    let token = key.sign("JWT", &Twice).unwrap();
    let public = DecodingKey::from_ec_der(&point);
    assert!(verified::<Value>(&token, &public, key.algorithm).is_none());
    assert!(unverified(&token).is_none());
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","typ":"JWT","x":1,"x":2}"#);
    assert!(header(&format!("{head}.{}.", sha_free_claims())).is_none());
}

#[test]
fn a_public_key_taken_as_a_shared_secret_verifies_nothing() {
    let (_, point) = ec_pem(&rcgen::PKCS_ECDSA_P256_SHA256);
    for name in ["none", "HS256", "HS512", "EdDSA", "es256", ""] {
        assert!(algorithm(name).is_none(), "{name}");
    }
    // The token is signed with a shared secret; the provider has no signer or verifier for these.
    ring_provider::install();
    let secret = EncodingKey::from_secret(&point);
    assert!(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &json!({}), &secret).is_err());
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", sha_free_claims());
    assert!(header(&unsigned).is_none());
}

#[test]
fn a_key_that_can_not_be_used_says_why_and_never_what_it_is() {
    assert_eq!(SigningKey::parse(b"no pem", None, None).unwrap_err(), KeyError::Form);
    let sec1 = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
    assert_eq!(
        SigningKey::parse(sec1.as_bytes(), None, None).unwrap_err(),
        KeyError::Sec1
    );
    let (pem, _) = ec_pem(&rcgen::PKCS_ECDSA_P256_SHA256);
    for wrong in ["RS256", "ES384", "HS256", "none"] {
        let error = SigningKey::parse(pem.as_bytes(), Some(wrong), None).unwrap_err();
        assert_eq!(error, KeyError::Algorithm, "{wrong}");
    }
    assert_eq!(
        SigningKey::parse(b"{\"kty\":\"RSA\"}", None, None).unwrap_err(),
        KeyError::Kind
    );
    let key = SigningKey::parse(pem.as_bytes(), None, None).unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey(ES256, …)");
}

#[test]
fn a_proof_of_possession_shows_the_public_key_alone() {
    let key = PossessionKey::generate().unwrap();
    let proof = key.sign(&json!({"jti": "1"})).unwrap();
    let header = header(&proof).unwrap();
    assert_eq!(header.typ.as_deref(), Some("dpop+jwt"));
    let jwk = header.jwk.unwrap();
    assert_eq!(thumbprint(&jwk), key.thumbprint());
    assert!(serde_json::to_value(&jwk).unwrap().get("d").is_none());
    let public = DecodingKey::from_jwk(&jwk).unwrap();
    assert!(verified::<Value>(&proof, &public, Algorithm::ES256).is_some());
}
