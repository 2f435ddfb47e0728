//! What a certificate says: whose it is, and until when it is good.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_parser::oid_registry::{OID_X509_COMMON_NAME, OID_X509_SERIALNUMBER, Oid};
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

/// `organizationIdentifier`, which x509-parser has no name for.
const ORGANISATION_IDENTIFIER: &[u64] = &[2, 5, 4, 97];
/// The register of organisations before a Norwegian number, in `organizationIdentifier`.
const NORWEGIAN: &str = "NTRNO-";

/// The certificate that a connection showed, after TLS found it good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) sha256: [u8; 32],
    pub(crate) org_number: Option<String>,
    pub(crate) common_name: Option<String>,
}

impl Shown {
    pub(crate) fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
        let subject = parsed.subject();
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, certificate).as_ref());
        Some(Self {
            sha256,
            org_number: org_number(subject),
            common_name: only(subject, &OID_X509_COMMON_NAME),
        })
    }
}

/// The one value of an attribute; two of them could name two parties, so they name none.
fn only(subject: &X509Name<'_>, kind: &Oid<'_>) -> Option<String> {
    let mut values = subject.iter_by_oid(kind);
    let value = values.next()?.as_str().ok()?.to_owned();
    values.next().is_none().then_some(value)
}

fn org_number(subject: &X509Name<'_>) -> Option<String> {
    let nine = |text: &str| text.len() == 9 && text.bytes().all(|b| b.is_ascii_digit());
    let identifier = Oid::from(ORGANISATION_IDENTIFIER).ok()?;
    let raw = match only(subject, &identifier) {
        Some(raw) => raw.strip_prefix(NORWEGIAN)?.to_owned(),
        None => only(subject, &OID_X509_SERIALNUMBER)?,
    };
    nine(&raw).then_some(raw)
}

/// Until when the first certificate of a PEM file is good.
#[must_use]
pub fn good_until(pem: &[u8]) -> Option<Timestamp> {
    let certificate = CertificateDer::from_pem_slice(pem).ok()?;
    let (_, parsed) = X509Certificate::from_der(&certificate).ok()?;
    Timestamp::from_second(parsed.validity().not_after.timestamp()).ok()
}

/// How many days before its end a certificate is told about, and when it has ended.
const TOLD_AT: [i64; 3] = [0, 7, 30];

/// The mark that a certificate has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// At most so many days are left: 30, 7, or 0.
    pub days: i64,
    /// When that mark was reached.
    pub since: Timestamp,
}

/// Which mark a certificate that is good until `until` has come to by `now`: the tightest one.
#[must_use]
pub fn due(until: Timestamp, now: Timestamp) -> Option<Due> {
    TOLD_AT.into_iter().find_map(|days| {
        let since = until.checked_sub(jiff::SignedDuration::from_hours(24 * days)).ok()?;
        (now >= since).then_some(Due { days, since })
    })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn shown(set: impl FnOnce(&mut rcgen::DistinguishedName)) -> Shown {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        set(&mut params.distinguished_name);
        let key = rcgen::KeyPair::generate().unwrap();
        Shown::of(params.self_signed(&key).unwrap().der()).unwrap()
    }

    #[test]
    fn an_organisation_number_is_read_from_either_attribute_and_from_no_other_form() {
        let identifier = |value: &str| {
            let value = value.to_owned();
            shown(|n| n.push(rcgen::DnType::CustomDnType(ORGANISATION_IDENTIFIER.to_vec()), value)).org_number
        };
        let serial = |value: &str| {
            let value = value.to_owned();
            shown(|n| n.push(rcgen::DnType::CustomDnType(vec![2, 5, 4, 5]), value)).org_number
        };
        assert_eq!(identifier("NTRNO-915933149").as_deref(), Some("915933149"));
        assert_eq!(serial("915933149").as_deref(), Some("915933149"));
        for foreign in ["NTRSE-915933149", "915933149", "NTRNO-91593314", "NTRNO-915933149x", ""] {
            assert_eq!(identifier(foreign), None, "{foreign}");
        }
        assert_eq!(serial("UN:NO-9578-4050-1"), None);
    }

    #[test]
    fn a_certificate_is_told_about_at_thirty_days_at_seven_and_at_its_end() {
        let until: Timestamp = "2026-12-31T12:00:00Z".parse().unwrap();
        let at = |days: i64, seconds: i64| {
            let now = until - SignedDuration::from_hours(24 * days) + SignedDuration::from_secs(seconds);
            due(until, now).map(|due| due.days)
        };
        assert_eq!((at(30, -1), at(30, 0), at(29, 0)), (None, Some(30), Some(30)));
        assert_eq!((at(7, -1), at(7, 0), at(1, 0)), (Some(30), Some(7), Some(7)));
        assert_eq!((at(0, -1), at(0, 0), at(-400, 0)), (Some(7), Some(0), Some(0)));
        assert_eq!(due(until, until).unwrap().since, until);
    }

    #[test]
    fn the_end_of_a_certificate_is_read_from_its_file() {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2031, 2, 3);
        let pem = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem();
        assert_eq!(good_until(pem.as_bytes()).unwrap().to_string(), "2031-02-03T00:00:00Z");
        assert_eq!(good_until(b"no pem"), None);
    }
}
