//! References as R4 defines them: addresses on a server, URNs, and references relative to their own entry.

/// The target to which a reference points.
pub(crate) struct Url<'r> {
    /// `fullUrl` of an entry, in the form of [`canonical`].
    pub(crate) full_url: String,
    /// Version, if the reference names one.
    pub(crate) version: Option<&'r str>,
}

/// Reads a reference in an entry whose `fullUrl` is `holder`; `None` if the reference can not denote an entry.
pub(crate) fn parse<'r>(reference: &'r str, holder: Option<&str>) -> Option<Url<'r>> {
    let (of, version) = match reference.split_once("/_history/") {
        Some((of, version)) => (of, Some(version)),
        None => (reference, None),
    };
    let full_url = if is_absolute(of) {
        canonical(of)
    } else {
        let (resource_type, id) = of.split_once('/')?;
        if !is_type(resource_type) || !is_id(id) {
            return None;
        }
        canonical(&format!("{}{of}", root(holder?)?))
    };
    Some(Url { full_url, version })
}

/// Returns the canonical spelling of a URL: scheme, host and UUIDs ignore case.
pub(crate) fn canonical(raw: &str) -> String {
    let raw = raw.trim();
    let Some((scheme, rest)) = raw.split_once(':') else {
        return raw.to_owned();
    };
    let scheme = scheme.to_ascii_lowercase();
    if scheme == "urn" {
        let is_uuid = rest.get(..5).is_some_and(|kind| kind.eq_ignore_ascii_case("uuid:"));
        let rest = if is_uuid {
            rest.to_ascii_lowercase()
        } else {
            rest.to_owned()
        };
        return format!("{scheme}:{rest}");
    }
    let Some(rest) = rest.strip_prefix("//") else {
        return format!("{scheme}:{rest}");
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{scheme}://{}{path}", host.to_ascii_lowercase())
}

/// Returns the part of a resource's address before its type and id.
fn root(full_url: &str) -> Option<&str> {
    if !full_url.starts_with("http://") && !full_url.starts_with("https://") {
        return None;
    }
    let (rest, id) = full_url.rsplit_once('/')?;
    let (before, resource_type) = rest.rsplit_once('/')?;
    (is_id(id) && is_type(resource_type)).then(|| &full_url[..=before.len()])
}

fn is_absolute(reference: &str) -> bool {
    let scheme = reference.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

fn is_type(raw: &str) -> bool {
    raw.starts_with(|c: char| c.is_ascii_uppercase()) && raw.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Returns true for an id that FHIR allows.
pub(crate) fn is_id(raw: &str) -> bool {
    (1..=64).contains(&raw.len())
        && raw
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

/// Returns the id of a resource elsewhere, from a reference: a UUID bare, any other id unchanged, without a version.
pub(crate) fn id_of(reference: &str) -> Option<String> {
    let of = reference
        .split_once("/_history/")
        .map_or(reference, |(of, _)| of)
        .trim();
    if of.is_empty() || of.starts_with('#') {
        return None;
    }
    Some(bare(of))
}

/// Removes `urn:uuid:` from an id, even if no UUID follows.
pub(crate) fn bare(raw: &str) -> String {
    let raw = raw.trim();
    let after = raw
        .split_at_checked(9)
        .filter(|(start, _)| start.eq_ignore_ascii_case("urn:uuid:"));
    uuid(raw).unwrap_or_else(|| after.map_or(raw, |(_, id)| id).to_owned())
}

/// Returns true for a URI that R4 allows: an address with a host, or a URN of a namespace.
pub(crate) fn is_uri(raw: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    if !raw.bytes().all(legal) {
        return false;
    }
    let address = raw.strip_prefix("https://").or_else(|| raw.strip_prefix("http://"));
    if let Some(address) = address {
        return address.starts_with(|c: char| c.is_ascii_alphanumeric());
    }
    let Some((namespace, name)) = raw.strip_prefix("urn:").and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    match namespace {
        "uuid" => uuid(raw).is_some_and(|id| id == name),
        "oid" => {
            name.starts_with(['0', '1', '2'])
                && name
                    .split('.')
                    .all(|arc| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()))
        }
        _ => {
            namespace.len() >= 2
                && namespace.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !name.is_empty()
        }
    }
}

/// Returns the UUID in an id, without braces and `urn:uuid:`. Its case stays, since a sender gets its id back as it
/// wrote it.
pub(crate) fn uuid(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let bare = match raw.get(..9) {
        Some(start) if start.eq_ignore_ascii_case("urn:uuid:") => &raw[9..],
        _ => raw,
    };
    let bare = bare.strip_prefix('{').and_then(|b| b.strip_suffix('}')).unwrap_or(bare);
    let is_uuid = bare.len() == 36
        && bare.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        });
    is_uuid.then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(reference: &str, holder: &str) -> Option<(String, Option<String>)> {
        parse(reference, Some(holder)).map(|url| (url.full_url, url.version.map(ToOwned::to_owned)))
    }

    #[test]
    fn a_relative_reference_begins_at_the_root_of_its_own_entry() {
        let holder = "https://b.example/fhir/Communication/9";
        for (reference, wanted) in [
            ("Patient/1", Some(("https://b.example/fhir/Patient/1", None))),
            (
                "Patient/1/_history/2",
                Some(("https://b.example/fhir/Patient/1", Some("2"))),
            ),
            (
                "https://a.example/Patient/1",
                Some(("https://a.example/Patient/1", None)),
            ),
            (
                "HTTPS://A.example/Patient/1/_history/7",
                Some(("https://a.example/Patient/1", Some("7"))),
            ),
            ("URN:uuid:AB", Some(("urn:uuid:ab", None))),
            ("urn:oid:1.2.3", Some(("urn:oid:1.2.3", None))),
            ("Patient?identifier=1", None),
            ("/Patient/1", None),
            ("../Patient/1", None),
            ("Patient/1/2", None),
            ("patient/1", None),
            ("1", None),
            ("", None),
        ] {
            let wanted = wanted.map(|(url, version)| (url.to_owned(), version.map(ToOwned::to_owned)));
            assert_eq!(full(reference, holder), wanted, "{reference}");
        }
        for holder in [
            "urn:uuid:33333333-0000-4000-8000-00000000000b",
            "urn:oid:1.2",
            "https://b.example",
            "Communication/9",
            "",
            "https://b.example/fhir/communication/9",
        ] {
            assert_eq!(full("Patient/1", holder), None, "{holder}");
        }
        assert_eq!(
            full("Patient/1", "http://b.example/Patient/2").unwrap().0,
            "http://b.example/Patient/1"
        );
        assert!(parse("Patient/1", None).is_none());
    }

    #[test]
    fn a_uuid_is_kept_bare() {
        let kept = Some("2222abcd-0000-4000-8000-00000000000a".to_owned());
        for raw in [
            "urn:uuid:2222ABCD-0000-4000-8000-00000000000A",
            "URN:UUID:2222abcd-0000-4000-8000-00000000000a",
            "{2222ABCD-0000-4000-8000-00000000000a}",
            " 2222abcd-0000-4000-8000-00000000000a ",
        ] {
            assert_eq!(uuid(raw).map(|id| id.to_ascii_lowercase()), kept, "{raw}");
        }
        assert_eq!(uuid("2222abcd"), None);
        assert_eq!(uuid("urn:oid:2222abcd-0000-4000-8000-00000000000a"), None);
    }
}
