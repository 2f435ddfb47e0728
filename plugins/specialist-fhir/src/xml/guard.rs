//! Checks an XML document before it is parsed, in one pass without recursion.

use crate::json::MAX_DEPTH;
use crate::refusal::{Refused, refuse};

/// Maximum number of elements and texts. A guest's allocator never frees memory, and each element or text costs about a hundred
/// bytes in the parser and the JSON.
pub(super) const MAX_NODES: u32 = 50_000;
/// Maximum number of attributes, which cost memory too. FHIR has about one attribute for each element.
const MAX_ALL_ATTRIBUTES: usize = 60_000;
/// Maximum number of characters that can start a tag (`<`, two for an element with content) or an attribute value (`=`).
const MAX_MARKS: usize = 120_000;
/// Maximum number of attributes of an element, since the parser compares each attribute with the others. FHIR has three.
const MAX_ATTRIBUTES: usize = 20;
/// Maximum number of namespace declarations. For each element with a new declaration, the parser copies all declarations in force.
const MAX_NAMESPACES: usize = 1_000;

/// Refuses a document that is nested too deep, has too many attributes or namespaces, or has a document type
/// declaration.
pub(super) fn check(text: &str) -> Result<(), Refused> {
    if text.matches("xmlns").take(MAX_NAMESPACES + 1).count() > MAX_NAMESPACES {
        return Err(too_large());
    }
    // The parser reserves a node for each `<` and an attribute for each `=`, wherever these characters occur.
    let count = |mark: u8| text.bytes().filter(|byte| *byte == mark).count();
    if count(b'<') > MAX_MARKS || count(b'=') > MAX_MARKS {
        return Err(too_large());
    }
    let (mut depth, mut attributes, mut at) = (0_usize, 0_usize, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found;
        let rest = &text[start..];
        let end = |mark: &str| rest.find(mark).map(|at| at + mark.len());
        let length = if rest.starts_with("<!--") {
            end("-->")
        } else if rest.starts_with("<![CDATA[") {
            end("]]>")
        } else if rest.starts_with("<?") {
            end("?>")
        } else if rest.starts_with("<!") {
            return Err(refuse(
                "doctype",
                "Dokumentet har en DOCTYPE. Den kan vise til noe utenfor dokumentet og er ikke tillatt i FHIR. Send \
                 dokumentet uten.",
            ));
        } else {
            let tag = tag(rest, &mut depth)?;
            attributes += tag.map_or(0, |tag| tag.attributes);
            if attributes > MAX_ALL_ATTRIBUTES {
                return Err(too_large());
            }
            tag.map(|tag| tag.length)
        };
        // A truncated document ends the check here. The parser finds the same fault and names its position.
        let Some(length) = length else { break };
        at = start + length;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Tag {
    length: usize,
    attributes: usize,
}

/// Reads the tag at the beginning of `rest` and updates `depth`; `None` if the tag is not closed.
fn tag(rest: &str, depth: &mut usize) -> Result<Option<Tag>, Refused> {
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
                    return Err(too_large());
                }
            }
            (None, b'>') => {
                match (bytes[1], bytes[at - 1]) {
                    (b'/', _) => *depth = depth.saturating_sub(1),
                    (_, b'/') => {}
                    _ => *depth += 1,
                }
                if *depth > MAX_DEPTH {
                    return Err(refuse(
                        "too-deep",
                        "Dokumentet er nøstet for dypt til å være en melding.",
                    ));
                }
                return Ok(Some(Tag {
                    length: at + 1,
                    attributes,
                }));
            }
            (None, _) => {}
        }
    }
    Ok(None)
}

pub(super) fn too_large() -> Refused {
    refuse("too-large", "Dokumentet har for mange elementer til å være en melding.")
}
