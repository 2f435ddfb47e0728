//! Checks a document before it is parsed, in one pass without recursion. A hostile document can thus not use up a guest's 64 KB of
//! stack, or make the parser's work grow faster than the document.

use std::ops::Range;

/// Maximum depth of nested elements; real documents have some twenty levels.
const MAX_DEPTH: usize = 100;
/// Maximum number of attributes of an element, since the parser compares each attribute with the others.
const MAX_ATTRIBUTES: usize = 100;
/// Maximum number of namespace declarations. For each element with a new declaration, the parser copies all declarations in force.
const MAX_NAMESPACES: usize = 1_000;
/// Maximum number of characters in a document that can start a tag (`<`) or an attribute value (`=`). The parser reserves a node
/// or attribute for each, so that this bounds its memory.
const MAX_MARKS: usize = 200_000;
/// Maximum number of elements and texts; a real document has a few hundred.
pub(crate) const MAX_NODES: u32 = 50_000;

/// The result of the check. Only the parser decides whether the document is well formed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Position of a document type declaration.
    pub(crate) doctype: Option<Range<usize>>,
}

/// A limit that a document exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TooMuch {
    Depth,
    Attributes,
    Namespaces,
}

pub(crate) fn look_over(text: &str) -> Result<Seen, TooMuch> {
    if text.matches("xmlns").take(MAX_NAMESPACES + 1).count() > MAX_NAMESPACES {
        return Err(TooMuch::Namespaces);
    }
    let count = |mark: u8| text.bytes().filter(|byte| *byte == mark).count();
    if count(b'<') > MAX_MARKS || count(b'=') > MAX_MARKS {
        return Err(TooMuch::Attributes);
    }
    let mut seen = Seen { doctype: None };
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found;
        let rest = &text[start..];
        // A truncated document ends the check here. The parser finds the same fault and names its position.
        let Some(length) = (if rest.starts_with("<!--") {
            end_of(rest, "-->")
        } else if rest.starts_with("<![CDATA[") {
            end_of(rest, "]]>")
        } else if rest.starts_with("<?") {
            end_of(rest, "?>")
        } else if rest.starts_with("<!") {
            let length = doctype_length(rest);
            seen.doctype = seen.doctype.or_else(|| length.map(|length| start..start + length));
            length
        } else {
            let tag = tag(rest)?;
            if let Some(tag) = &tag {
                match tag.kind {
                    Kind::Open => depth += 1,
                    Kind::Close => depth = depth.saturating_sub(1),
                    Kind::Empty => {}
                }
                if depth > MAX_DEPTH {
                    return Err(TooMuch::Depth);
                }
            }
            tag.map(|tag| tag.length)
        }) else {
            break;
        };
        at = start + length;
    }
    Ok(seen)
}

fn end_of(rest: &str, mark: &str) -> Option<usize> {
    rest.find(mark).map(|at| at + mark.len())
}

enum Kind {
    Open,
    Close,
    Empty,
}

struct Tag {
    kind: Kind,
    length: usize,
}

/// Reads the tag at the beginning of `rest`; `None` if the tag is not closed.
fn tag(rest: &str) -> Result<Option<Tag>, TooMuch> {
    let bytes = rest.as_bytes();
    let (mut quote, mut attributes) = (None, 0);
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match (quote, byte) {
            (Some(open), _) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'=') => {
                attributes += 1;
                if attributes > MAX_ATTRIBUTES {
                    return Err(TooMuch::Attributes);
                }
            }
            (None, b'>') => {
                let kind = match (bytes[1], bytes[at - 1]) {
                    (b'/', _) => Kind::Close,
                    (_, b'/') => Kind::Empty,
                    _ => Kind::Open,
                };
                return Ok(Some(Tag { kind, length: at + 1 }));
            }
            (None, _) => {}
        }
    }
    Ok(None)
}

/// Returns the length of the declaration at the beginning of `rest`, including its internal subset.
fn doctype_length(rest: &str) -> Option<usize> {
    let (mut quote, mut subset) = (None, 0_usize);
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => subset += 1,
            (None, b']') => subset = subset.saturating_sub(1),
            (None, b'>') if subset == 0 => return Some(at + 1),
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_document_passes() {
        let text = "<?xml version='1.0'?><!-- <a> --><a b='>'><![CDATA[<c><d>]]><e f=\"/>\"/></a>";
        assert_eq!(look_over(text), Ok(Seen { doctype: None }));
    }

    #[test]
    fn a_document_type_is_found_with_its_subset() {
        let text = "<!DOCTYPE a [<!ENTITY x \"]>\">]><a>&x;</a>";
        let seen = look_over(text).unwrap();
        assert_eq!(&text[seen.doctype.unwrap()], "<!DOCTYPE a [<!ENTITY x \"]>\">]>");
    }

    #[test]
    fn what_would_cost_too_much_is_refused() {
        let nested = |depth: usize| "<a>".repeat(depth);
        assert_eq!(look_over(&nested(100)), Ok(Seen { doctype: None }));
        assert_eq!(look_over(&nested(101)), Err(TooMuch::Depth));
        assert_eq!(
            look_over(&format!("<a {}/>", "b='' ".repeat(101))),
            Err(TooMuch::Attributes)
        );
        assert_eq!(look_over(&"=".repeat(MAX_MARKS + 1)), Err(TooMuch::Attributes));
        assert_eq!(look_over(&"<a xmlns='x'/>".repeat(1_001)), Err(TooMuch::Namespaces));
    }

    #[test]
    fn what_is_cut_off_ends_the_look() {
        for text in ["<", "<a", "<a b='", "<!--", "<![CDATA[", "<?xml", "<!DOCTYPE a [", "</"] {
            assert_eq!(look_over(text), Ok(Seen { doctype: None }), "{text}");
        }
    }
}
