//! A client's certificate: its subject, the authorities that vouch for it, and its end.

mod trust;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bindeledd_core::OrgNumber;
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};
use x509_parser::oid_registry::{OID_X509_COMMON_NAME, OID_X509_SERIALNUMBER, Oid};
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};
use x509_parser::revocation_list::CertificateRevocationList;

pub(crate) use trust::{Authority, CurrentTrust, Trust};

/// Object identifier of `organizationIdentifier`, for which x509-parser has no name.
const ORGANISATION_IDENTIFIER: &[u64] = &[2, 5, 4, 97];
/// Prefix of a Norwegian organisation number in a certificate's `organizationIdentifier`; it names the national register.
const NORWEGIAN: &str = "NTRNO-";
/// Time for which the verdict of an authority about a certificate is reused, if neither of the two has changed.
const VOUCHED_FOR: SignedDuration = SignedDuration::from_secs(30);

/// The value of one attribute of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attribute<T> {
    /// The subject does not have the attribute.
    Nothing,
    /// The subject has the attribute once, with this value.
    One(T),
    /// The attribute occurs more than once, or can not be read. It could name more than one party.
    Unclear,
}

impl<T> Attribute<T> {
    fn and_then<R>(self, read: impl FnOnce(T) -> Attribute<R>) -> Attribute<R> {
        match self {
            Self::Nothing => Attribute::Nothing,
            Self::One(value) => read(value),
            Self::Unclear => Attribute::Unclear,
        }
    }
}

/// The client certificate of a connection, which TLS has accepted.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) sha256: [u8; 32],
    pub(crate) org_number: Attribute<String>,
    pub(crate) common_name: Attribute<String>,
    chain: Vec<CertificateDer<'static>>,
    /// Start and end of the certificate's own validity.
    times: (Timestamp, Timestamp),
    trust: Arc<CurrentTrust>,
    looked: Mutex<Option<Looked>>,
}

/// The result of the last check of a certificate.
#[derive(Debug, Clone)]
struct Looked {
    trust: Arc<Trust>,
    at: Timestamp,
    by: Vec<PathBuf>,
}

/// Reason why a certificate that TLS accepted is refused now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotGood {
    /// The certificate has expired, or is not yet valid.
    Time,
    /// The certificate was revoked, or no authority that is configured now vouches for it.
    Authority,
}

impl Shown {
    /// Reads a certificate chain, in which the caller's own certificate comes first.
    pub(crate) fn of(chain: &[CertificateDer<'static>], trust: Arc<CurrentTrust>) -> Option<Self> {
        let certificate = chain.first()?;
        let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
        let (subject, validity) = (parsed.subject(), parsed.validity());
        let at = |time: x509_parser::time::ASN1Time| Timestamp::from_second(time.timestamp()).ok();
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, certificate).as_ref());
        Some(Self {
            sha256,
            org_number: org_number(subject),
            common_name: attribute(subject, &OID_X509_COMMON_NAME),
            times: (at(validity.not_before)?, at(validity.not_after)?),
            chain: chain.to_vec(),
            trust,
            looked: Mutex::default(),
        })
    }

    /// Returns the files of the authorities that vouch for the certificate now, by the hub's clock and the current configuration.
    pub(crate) fn vouched_for(&self, now: Timestamp) -> Result<Vec<PathBuf>, NotGood> {
        if now < self.times.0 || now > self.times.1 {
            return Err(NotGood::Time);
        }
        let trust = self.trust.now();
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let still =
            |looked: &Looked| Arc::ptr_eq(&looked.trust, &trust) && now >= looked.at && now < looked.at + VOUCHED_FOR;
        let by = match looked.as_ref().filter(|looked| still(looked)) {
            Some(looked) => looked.by.clone(),
            None => {
                let by = trust.vouch_for(&self.chain, now);
                *looked = Some(Looked {
                    trust,
                    at: now,
                    by: by.clone(),
                });
                by
            }
        };
        if by.is_empty() { Err(NotGood::Authority) } else { Ok(by) }
    }
}

/// Returns the value of an attribute. Two values could name two parties, so they are unclear, as an unreadable value is.
fn attribute(subject: &X509Name<'_>, kind: &Oid<'_>) -> Attribute<String> {
    let mut values = subject.iter_by_oid(kind);
    match (values.next(), values.next()) {
        (None, _) => Attribute::Nothing,
        (Some(value), None) => value
            .as_str()
            .map_or(Attribute::Unclear, |text| Attribute::One(text.to_owned())),
        (Some(_), Some(_)) => Attribute::Unclear,
    }
}

/// Returns the organisation number of a subject. Certificates have the number in `organizationIdentifier`; older ones have it in
/// `serialNumber`. If the first attribute holds something else, the second is not used.
fn org_number(subject: &X509Name<'_>) -> Attribute<String> {
    let nine = |text: &str| text.len() == 9 && text.bytes().all(|b| b.is_ascii_digit());
    let Ok(identifier) = Oid::from(ORGANISATION_IDENTIFIER) else {
        return Attribute::Unclear;
    };
    let serial = attribute(subject, &OID_X509_SERIALNUMBER);
    match attribute(subject, &identifier) {
        Attribute::Nothing => serial.and_then(|raw| {
            if nine(&raw) {
                Attribute::One(raw)
            } else {
                Attribute::Nothing
            }
        }),
        Attribute::Unclear => Attribute::Unclear,
        Attribute::One(raw) => {
            let Some(number) = raw.strip_prefix(NORWEGIAN).filter(|number| nine(number)) else {
                return Attribute::Nothing;
            };
            match serial {
                Attribute::One(other) if other != number && OrgNumber::parse(&other).is_ok() => Attribute::Unclear,
                Attribute::One(_) | Attribute::Nothing | Attribute::Unclear => Attribute::One(number.to_owned()),
            }
        }
    }
}

/// Reads a file of revocation lists: one or several in PEM, or one in DER.
pub(crate) fn revocation_lists(bytes: &[u8]) -> Option<Vec<CertificateRevocationListDer<'static>>> {
    let found: Vec<_> = if bytes.starts_with(b"-----") {
        CertificateRevocationListDer::pem_slice_iter(bytes)
            .collect::<Result<_, _>>()
            .ok()?
    } else {
        vec![CertificateRevocationListDer::from(bytes.to_vec())]
    };
    let read = |list: &CertificateRevocationListDer<'_>| CertificateRevocationList::from_der(list.as_ref()).is_ok();
    (!found.is_empty() && found.iter().all(read)).then_some(found)
}

/// Returns the time at which the first revocation list of a file expires, or `None` if the file holds no such list.
#[must_use]
pub fn revocations_good_until(bytes: &[u8]) -> Option<Timestamp> {
    let lists = revocation_lists(bytes)?;
    let ends = lists.iter().filter_map(|list| {
        let (_, parsed) = CertificateRevocationList::from_der(list.as_ref()).ok()?;
        Timestamp::from_second(parsed.next_update()?.timestamp()).ok()
    });
    // A revocation list without a `nextUpdate` is valid until it is replaced.
    Some(ends.min().unwrap_or(Timestamp::MAX))
}

/// Returns the time at which the first certificate of a PEM file expires.
#[must_use]
pub fn good_until(pem: &[u8]) -> Option<Timestamp> {
    let certificate = CertificateDer::from_pem_slice(pem).ok()?;
    let (_, parsed) = X509Certificate::from_der(&certificate).ok()?;
    Timestamp::from_second(parsed.validity().not_after.timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(set: impl FnOnce(&mut rcgen::DistinguishedName)) -> Shown {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        set(&mut params.distinguished_name);
        let key = rcgen::KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().clone();
        Shown::of(&[der], Arc::new(CurrentTrust::new(Arc::new(Trust::new(Vec::new()))))).unwrap()
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
        let own = Attribute::One("915933149".to_owned());
        assert_eq!(identifier("NTRNO-915933149"), own);
        assert_eq!(serial("915933149"), own);
        for foreign in ["NTRSE-915933149", "915933149", "NTRNO-91593314", "NTRNO-915933149x", ""] {
            assert_eq!(identifier(foreign), Attribute::Nothing, "{foreign}");
        }
        assert_eq!(serial("UN:NO-9578-4050-1"), Attribute::Nothing);
    }

    #[test]
    fn two_organisations_in_a_certificate_are_none_and_never_that_of_another_attribute() {
        let of = |identifiers: &[&str], serials: &[&str]| {
            shown(|n| {
                let identifier = rcgen::DnType::CustomDnType(ORGANISATION_IDENTIFIER.to_vec());
                let serial = rcgen::DnType::CustomDnType(vec![2, 5, 4, 5]);
                for (kind, values) in [(identifier, identifiers), (serial, serials)] {
                    for value in values {
                        n.push(kind.clone(), (*value).to_owned());
                    }
                }
            })
            .org_number
        };
        assert_eq!(
            of(&["NTRNO-915933149"], &["915933149"]),
            Attribute::One("915933149".to_owned())
        );
        assert_eq!(of(&["NTRNO-915933149"], &["974760673"]), Attribute::Unclear);
        assert_eq!(
            of(&["NTRNO-915933149"], &["4711"]),
            Attribute::One("915933149".to_owned())
        );
        assert_eq!(of(&["NTRSE-915933149"], &["915933149"]), Attribute::Nothing);
    }

    #[test]
    fn an_identifier_that_stands_twice_gives_no_way_to_either_or_to_the_serial_number() {
        for serial in ["974760673", "915933149", "4711"] {
            let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            params.distinguished_name = rcgen::DistinguishedName::new();
            let mut push = |kind: &[u64], value: &str| {
                let kind = rcgen::DnType::CustomDnType(kind.to_vec());
                params.distinguished_name.push(kind, value.to_owned());
            };
            push(ORGANISATION_IDENTIFIER, "NTRNO-915933149");
            push(&[2, 5, 4, 98], "NTRNO-974760673");
            push(&[2, 5, 4, 5], serial);
            let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            // The maker keeps one value of a kind, so a kind beside it becomes the same by its last byte.
            let mut der = made.der().to_vec();
            for at in 0..der.len() - 3 {
                if der[at..at + 3] == [0x55, 0x04, 98] {
                    der[at + 2] = 97;
                }
            }
            let trust = Arc::new(CurrentTrust::new(Arc::new(Trust::new(Vec::new()))));
            let shown = Shown::of(&[der.into()], trust).unwrap();
            assert_eq!(shown.org_number, Attribute::Unclear, "{serial}");
        }
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
