//! Determines the type of a document from its root's namespace and name.

use roxmltree::Node;

pub(crate) const MSGHEAD: &str = "http://www.kith.no/xmlstds/msghead/2006-05-24";
pub(crate) const MSGHEAD_VERSION: &str = "v1.2 2006-05-24";
pub(crate) const DIALOG_1_0: &str = "http://www.kith.no/xmlstds/dialog/2006-10-11";
pub(crate) const DIALOG_1_1: &str = "http://www.kith.no/xmlstds/dialog/2013-01-23";
pub(crate) const APPREC_1_0: &str = "http://www.kith.no/xmlstds/apprec/2004-11-21";
pub(crate) const APPREC_1_1: &str = "http://www.kith.no/xmlstds/apprec/2012-02-15";
pub(crate) const COMPONENT: &str = "http://www.kith.no/xmlstds/felleskomponent1";

/// The type of an element, as this adapter distinguishes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    MsgHead,
    Dialog(Version),
    AppRec,
    Attachment,
    /// A whole clinical document: referral, discharge letter, journal extract, certificate, laboratory answer.
    Record,
    Prescription,
    /// A MsgHead, Dialogmelding or AppRec of an unknown version.
    OtherVersion,
    Unknown,
}

/// A version of Dialogmelding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V1_0,
    V1_1,
}

impl Version {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
        }
    }
}

/// Beginnings of the types and names of whole clinical documents, in capitals.
const RECORDS: [&str; 16] = [
    "HENV",
    "REFERRAL",
    "REF_",
    "EPIKRISE",
    "DIS",
    "JOURNAL",
    "SYK",
    "LEGE",
    "HELSEOPPLYSNINGER",
    "SVAR_",
    "LAB",
    "RTG",
    "PLO",
    "UTSKRIVNING",
    "TRYGD",
    "PASIENTLISTE",
];

const PRESCRIPTIONS: [&str; 6] = ["ERM", "ERESEPT", "RESEPT", "PRESCRIPTION", "M1", "M9"];

/// Returns the document type that a message's type code names. For other type codes, the content decides.
pub(crate) fn by_type(code: &str) -> What {
    let code = code.trim().to_uppercase();
    if code.is_empty() || code.starts_with("DIALOG") {
        What::Unknown
    } else if PRESCRIPTIONS.iter().any(|p| code.starts_with(p)) {
        What::Prescription
    } else if RECORDS.iter().any(|p| code.starts_with(p)) {
        What::Record
    } else {
        What::Unknown
    }
}

/// Returns the type of an element.
pub(crate) fn what(node: Node<'_, '_>) -> What {
    let namespace = node.tag_name().namespace().unwrap_or_default();
    let name = node.tag_name().name();
    match (namespace, name) {
        (MSGHEAD, "MsgHead") => What::MsgHead,
        (DIALOG_1_0, "Dialogmelding") => What::Dialog(Version::V1_0),
        (DIALOG_1_1, "Dialogmelding") => What::Dialog(Version::V1_1),
        (APPREC_1_0 | APPREC_1_1, "AppRec") => What::AppRec,
        (_, "Base64Container") => What::Attachment,
        (_, "MsgHead" | "Dialogmelding" | "AppRec") => What::OtherVersion,
        _ if namespace.contains("eresept") => What::Prescription,
        // A KITH namespace ends with the standard and its date.
        _ => match by_type(namespace.rsplit('/').nth(1).unwrap_or_default()) {
            What::Unknown => by_type(name),
            known => known,
        },
    }
}

/// Returns the document inside a transport's wrapping. `EI_fellesformat` has the document beside blocks of its own.
pub(crate) fn payload<'a, 'i>(root: Node<'a, 'i>) -> Node<'a, 'i> {
    if root.tag_name().name() != "EI_fellesformat" {
        return root;
    }
    let is_block = |n: &Node<'_, '_>| n.tag_name().name().ends_with("Blokk");
    root.children().find(|n| n.is_element() && !is_block(n)).unwrap_or(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(xml: &str) -> What {
        what(payload(roxmltree::Document::parse(xml).unwrap().root_element()))
    }

    #[test]
    fn documents_are_told_apart() {
        for (xml, expected) in [
            (
                "<MsgHead xmlns='http://www.kith.no/xmlstds/msghead/2006-05-24'/>",
                What::MsgHead,
            ),
            (
                "<MsgHead xmlns='http://www.kith.no/xmlstds/msghead/2005-11-22'/>",
                What::OtherVersion,
            ),
            ("<MsgHead/>", What::OtherVersion),
            (
                "<Epikrise xmlns='http://www.kith.no/xmlstds/epikrise/2012-02-15'/>",
                What::Record,
            ),
            (
                "<Melding xmlns='http://www.kith.no/xmlstds/henvisning/2017-11-30'/>",
                What::Record,
            ),
            (
                "<Resept xmlns='http://www.kith.no/xmlstds/eresept/m1/2013-10-08'/>",
                What::Prescription,
            ),
            (
                "<EI_fellesformat xmlns='x'><MottakenhetBlokk/><AppRec xmlns='http://www.kith.no/xmlstds/apprec/2012-02-15'/></EI_fellesformat>",
                What::AppRec,
            ),
            (
                "<EI_fellesformat xmlns='x'><MottakenhetBlokk/></EI_fellesformat>",
                What::Unknown,
            ),
            ("<html/>", What::Unknown),
        ] {
            assert_eq!(of(xml), expected, "{xml}");
        }
    }

    #[test]
    fn types_are_told_apart() {
        for (code, expected) in [
            ("HENVISNING", What::Record),
            ("REFERRAL_A", What::Record),
            ("EPIKRISE", What::Record),
            ("DIS", What::Record),
            ("ERM1", What::Prescription),
            ("SYKMELD", What::Record),
            ("DIALOG_NOTAT", What::Unknown),
            ("DIALOG_INNBYGGER_EKONTAKT", What::Unknown),
            ("", What::Unknown),
        ] {
            assert_eq!(by_type(code), expected, "{code}");
        }
    }
}
