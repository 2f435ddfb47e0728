//! The manifest of an adapter: data that its author writes as `adapter.toml`, and that the build puts into the component. A hub and
//! a registry read it there without compiling or running anything.
//!
//! Owns: the file `adapter.toml`, and the component's section [`SECTION`]. Never does: judging a component. Start at
//! [`of_project`] and [`section`].

mod project;

pub use bindeledd_catalogue::contract::{MANIFEST_SECTION as SECTION, Manifest};
pub use project::{FILE, Fault, of_project, parse};

/// Returns the custom section of a component that holds a manifest, to append to the component's bytes.
#[must_use]
pub fn section(manifest: &Manifest) -> Vec<u8> {
    // A manifest is texts and JSON values, which always serialise.
    let json = serde_json::to_vec(manifest).unwrap_or_default();
    custom_section(SECTION, &json)
}

/// Returns a custom section of WebAssembly: id 0, its size, its name with the name's size, its bytes.
#[must_use]
pub fn custom_section(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut named = leb128(name.len());
    named.extend_from_slice(name.as_bytes());
    let mut section = vec![0];
    section.extend(leb128(named.len() + bytes.len()));
    section.extend(named);
    section.extend_from_slice(bytes);
    section
}

/// Encodes an unsigned number as LEB128.
fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_has_the_sizes_of_its_parts() {
        assert_eq!(custom_section("a", b"bc"), [0, 4, 1, b'a', b'b', b'c']);
        let long = custom_section("n", &[7; 300]);
        assert_eq!(long[..4], [0, 0xae, 0x02, 1]);
        assert_eq!(long.len(), 3 + 302);
        assert_eq!(
            [leb128(0), leb128(127), leb128(128)],
            [vec![0], vec![127], vec![128, 1]]
        );
    }
}
