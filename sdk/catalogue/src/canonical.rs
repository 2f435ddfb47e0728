//! The canonical spelling of ids that are UUIDs, so that two spellings of one id compare equal.

use std::borrow::Cow;

use uuid::Uuid;

/// Length of a UUID with hyphens, in characters.
const HYPHENATED: usize = 36;

/// Returns the canonical form of an id, under which the hub stores the id and looks it up. A UUID gets small letters and hyphens,
/// and loses braces and `urn:uuid:`. The same holds for a UUID inside an id, as in `system|UUID` or `UUID#2`. Any other text stays
/// unchanged.
///
/// The canonical form is only for comparisons. A system gets its own id back in its own spelling.
#[must_use]
pub fn canonical_id(raw: &str) -> Cow<'_, str> {
    let raw = raw.trim();
    if let Some(uuid) = whole(raw) {
        let canonical = uuid.hyphenated().to_string();
        return if canonical == raw {
            Cow::Borrowed(raw)
        } else {
            Cow::Owned(canonical)
        };
    }
    with_parts(raw)
}

/// Returns true if both ids have the same canonical form.
#[must_use]
pub fn is_same_id(one: &str, other: &str) -> bool {
    canonical_id(one) == canonical_id(other)
}

/// Reads an id that consists of a UUID only, in any spelling that systems use.
fn whole(raw: &str) -> Option<Uuid> {
    let bare = without_urn(raw);
    let bare = unbraced(bare).unwrap_or(bare);
    // Only these two lengths are accepted, since no system uses the library's other spellings.
    matches!(bare.len(), 32 | HYPHENATED)
        .then(|| Uuid::try_parse(bare).ok())
        .flatten()
}

fn without_urn(raw: &str) -> &str {
    const URN: &str = "urn:uuid:";
    match raw.get(..URN.len()) {
        Some(start) if start.eq_ignore_ascii_case(URN) => &raw[URN.len()..],
        Some(_) | None => raw,
    }
}

fn unbraced(raw: &str) -> Option<&str> {
    [('{', '}'), ('(', ')')]
        .into_iter()
        .find_map(|(open, close)| raw.strip_prefix(open)?.strip_suffix(close))
}

/// Rewrites UUIDs that are parts of an id.
fn with_parts(raw: &str) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let joins = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
    let mut out = String::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(part) = bytes.get(at..at + HYPHENATED) {
        let ends = at + HYPHENATED;
        let alone = !at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_some_and(joins)
            && !bytes.get(ends).is_some_and(joins);
        if !alone || !is_hyphenated(part) {
            at += 1;
            continue;
        }
        let before = &raw[done..at];
        let (before, braced) = match (before.strip_suffix('{'), bytes.get(ends)) {
            (Some(before), Some(b'}')) => (before, true),
            _ => (before, false),
        };
        out.push_str(without_urn_at_end(before));
        out.push_str(&raw[at..ends].to_ascii_lowercase());
        done = ends + usize::from(braced);
        at = done;
    }
    if done == 0 {
        return Cow::Borrowed(raw);
    }
    out.push_str(&raw[done..]);
    if out == raw {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(out)
    }
}

fn without_urn_at_end(before: &str) -> &str {
    let start = before.len().saturating_sub("urn:uuid:".len());
    match before.get(start..) {
        Some(end) if end.eq_ignore_ascii_case("urn:uuid:") => &before[..start],
        Some(_) | None => before,
    }
}

fn is_hyphenated(part: &[u8]) -> bool {
    part.iter().enumerate().all(|(i, b)| match i {
        8 | 13 | 18 | 23 => *b == b'-',
        _ => b.is_ascii_hexdigit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "5b1f0c52-1111-4a00-8000-00000000007a";

    #[test]
    fn every_spelling_of_a_uuid_is_one_id() {
        for spelling in [
            "5b1f0c52-1111-4a00-8000-00000000007a",
            "5B1F0C52-1111-4A00-8000-00000000007A",
            "5b1F0c52-1111-4A00-8000-00000000007a",
            "{5B1F0C52-1111-4A00-8000-00000000007A}",
            "(5b1f0c52-1111-4a00-8000-00000000007a)",
            "urn:uuid:5b1f0c52-1111-4a00-8000-00000000007a",
            "URN:UUID:5B1F0C52-1111-4A00-8000-00000000007A",
            "urn:uuid:{5B1F0C52-1111-4A00-8000-00000000007A}",
            "5b1f0c5211114a00800000000000007a",
            "5B1F0C5211114A00800000000000007A",
            "\n\t {5b1f0c52-1111-4a00-8000-00000000007a} \r\n",
        ] {
            assert_eq!(canonical_id(spelling), ID, "{spelling}");
            assert!(is_same_id(spelling, ID));
        }
    }

    #[test]
    fn a_uuid_inside_an_id_has_one_spelling_too() {
        for (raw, canonical) in [
            ("5B1F0C52-1111-4A00-8000-00000000007A#2", format!("{ID}#2")),
            ("{5B1F0C52-1111-4A00-8000-00000000007A}#2", format!("{ID}#2")),
            (
                "https://Sak.example/Id|5B1F0C52-1111-4A00-8000-00000000007A",
                format!("https://Sak.example/Id|{ID}"),
            ),
            (
                "Communication/5B1F0C52-1111-4A00-8000-00000000007A/_history/A1",
                format!("Communication/{ID}/_history/A1"),
            ),
            ("x|urn:uuid:5B1F0C52-1111-4A00-8000-00000000007A", format!("x|{ID}")),
            (
                "deltaker:5B1F0C52-1111-4A00-8000-00000000007A:5B1F0C52-1111-4A00-8000-00000000007B",
                "deltaker:5b1f0c52-1111-4a00-8000-00000000007a:5b1f0c52-1111-4a00-8000-00000000007b".into(),
            ),
        ] {
            assert_eq!(canonical_id(raw), canonical, "{raw}");
        }
    }

    #[test]
    fn what_is_no_uuid_stands_as_it_is() {
        for raw in [
            "",
            "A-1",
            "SAK-2026/17",
            "{A}",
            "urn:oid:2.16.578.1",
            "urn:uuid:",
            "5B1F0C52-1111-4A00-8000-00000000007",
            "5B1F0C52-1111-4A00-8000-00000000007AB",
            "X5B1F0C52-1111-4A00-8000-00000000007A",
            "5B1F0C52_1111_4A00_8000_00000000007A",
            "5B1F0C52-1111-4A00-8000-00000000007Å",
            "ÆØÅ{5B1F0C52-1111",
            "5B1F0C52-1111-4A00-8000-00000000007G",
        ] {
            assert_eq!(canonical_id(raw), raw);
        }
        assert!(!is_same_id("Sak-1", "sak-1"));
    }

    #[test]
    fn the_canonical_form_is_its_own() {
        for raw in [ID, "{5B1F0C52-1111-4A00-8000-00000000007A}#2", "Sak|1", " x "] {
            let once = canonical_id(raw).into_owned();
            assert_eq!(canonical_id(&once), once);
        }
    }
}
