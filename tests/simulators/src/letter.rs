//! Reads the hub's documents as a record system does, by the head of a MsgHead or an AppRec.

use roxmltree::{Document, Node, ParsingOptions};

/// Sender or receiver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Side {
    pub(crate) name: String,
    pub(crate) her: Option<u32>,
    pub(crate) org: Option<String>,
}

/// The parts of a document that a record system keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) is_app_rec: bool,
    pub(crate) msg_id: String,
    pub(crate) type_code: String,
    pub(crate) type_text: String,
    pub(crate) gen_date: String,
    pub(crate) ack: Option<String>,
    pub(crate) conversation: Option<String>,
    /// Status, if the document is a receipt.
    pub(crate) status: Option<String>,
    /// Id of the message to which a receipt refers.
    pub(crate) refers_to: Option<String>,
    pub(crate) sender: Side,
    pub(crate) receiver: Side,
    /// National id, given name, family name.
    pub(crate) patient: Option<(String, String, String)>,
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| n.is_element() && n.tag_name().name() == name)
}

fn text(node: Node<'_, '_>, name: &str) -> Option<String> {
    child(node, name)
        .and_then(|n| n.text())
        .map(|t| t.trim().to_owned())
        .filter(|t| !t.is_empty())
}

fn code(node: Node<'_, '_>, name: &str) -> Option<String> {
    child(node, name)
        .and_then(|n| n.attribute("V"))
        .map(|v| v.trim().to_owned())
}

impl Letter {
    /// Reads a document. The error is the transport's reason to refuse it.
    pub(crate) fn read(xml: &str) -> Result<Self, String> {
        let options = ParsingOptions {
            allow_dtd: false,
            ..ParsingOptions::default()
        };
        let document =
            Document::parse_with_options(xml, options).map_err(|e| format!("BusinessDocument is not XML: {e}"))?;
        let root = document.root_element();
        match (root.tag_name().namespace().unwrap_or_default(), root.tag_name().name()) {
            ("http://www.kith.no/xmlstds/msghead/2006-05-24", "MsgHead") => Self::msg_head(root),
            (
                "http://www.kith.no/xmlstds/apprec/2004-11-21" | "http://www.kith.no/xmlstds/apprec/2012-02-15",
                "AppRec",
            ) => Self::app_rec(root),
            (_, name) => Err(format!("BusinessDocument is neither a MsgHead nor an AppRec: {name}")),
        }
    }

    fn msg_head(root: Node<'_, '_>) -> Result<Self, String> {
        let info = child(root, "MsgInfo").ok_or("MsgInfo is missing")?;
        let side = |name| {
            child(info, name)
                .and_then(|s| child(s, "Organisation"))
                .map(organisation)
                .unwrap_or_default()
        };
        let (sender, receiver) = (side("Sender"), side("Receiver"));
        let letter = Self {
            is_app_rec: false,
            msg_id: text(info, "MsgId").ok_or("MsgId is missing")?,
            type_code: code(info, "Type").ok_or("Type is missing")?,
            type_text: child(info, "Type")
                .and_then(|t| t.attribute("DN"))
                .unwrap_or_default()
                .to_owned(),
            gen_date: text(info, "GenDate").ok_or("GenDate is missing")?,
            ack: code(info, "Ack"),
            conversation: child(info, "ConversationRef").and_then(|c| text(c, "RefToConversation")),
            status: None,
            refers_to: child(info, "ConversationRef").and_then(|c| text(c, "RefToParent")),
            sender,
            receiver,
            patient: child(info, "Patient").map(patient),
        };
        letter.addressed()
    }

    fn app_rec(root: Node<'_, '_>) -> Result<Self, String> {
        let side = |name| {
            child(root, name)
                .and_then(|s| child(s, "HCP"))
                .and_then(|h| child(h, "Inst"))
                .map(institution)
        };
        let original = child(root, "OriginalMsgId").ok_or("OriginalMsgId is missing")?;
        let letter = Self {
            is_app_rec: true,
            msg_id: text(root, "Id").ok_or("Id is missing")?,
            type_code: "APPREC".into(),
            type_text: "Applikasjonskvittering".into(),
            gen_date: text(root, "GenDate").ok_or("GenDate is missing")?,
            status: Some(code(root, "Status").ok_or("Status is missing")?),
            refers_to: Some(text(original, "Id").ok_or("OriginalMsgId has no Id")?),
            sender: side("Sender").unwrap_or_default(),
            receiver: side("Receiver").unwrap_or_default(),
            ..Self::default()
        };
        letter.addressed()
    }

    /// Requires HER-ids, since Meldingstjener identifies sender and receiver only by them.
    fn addressed(self) -> Result<Self, String> {
        match (self.sender.her, self.receiver.her) {
            (None, _) => Err("The sender has no HER-id".into()),
            (_, None) => Err("The receiver has no HER-id".into()),
            (Some(_), Some(_)) => Ok(self),
        }
    }
}

/// Returns the innermost level's HER-id, and the outermost organisation number.
fn organisation(outer: Node<'_, '_>) -> Side {
    let mut side = Side::default();
    let mut level = Some(outer);
    while let Some(node) = level {
        if let Some(name) = text(node, "OrganisationName") {
            side.name = name;
        }
        for ident in node.children().filter(|n| n.tag_name().name() == "Ident") {
            match (code(ident, "TypeId").as_deref(), text(ident, "Id")) {
                (Some("HER"), Some(id)) => side.her = id.parse().ok().or(side.her),
                (Some("ENH"), Some(id)) if side.org.is_none() => side.org = Some(id),
                _ => {}
            }
        }
        level = child(node, "Organisation");
    }
    side
}

fn institution(inst: Node<'_, '_>) -> Side {
    let mut side = Side {
        name: text(inst, "Name").unwrap_or_default(),
        ..Side::default()
    };
    let mut take = |kind: Option<String>, id: Option<String>| match (kind.as_deref(), id) {
        (Some("HER"), Some(id)) => side.her = id.parse().ok().or(side.her),
        (Some("ENH"), Some(id)) if side.org.is_none() => side.org = Some(id),
        _ => {}
    };
    for node in [Some(inst), child(inst, "Dept")].into_iter().flatten() {
        take(code(node, "TypeId"), text(node, "Id"));
        for other in node.children().filter(|n| n.tag_name().name() == "AdditionalId") {
            take(code(other, "Type"), text(other, "Id"));
        }
    }
    side
}

fn patient(node: Node<'_, '_>) -> (String, String, String) {
    let ident = child(node, "Ident").and_then(|i| text(i, "Id")).unwrap_or_default();
    (
        ident,
        text(node, "GivenName").unwrap_or_default(),
        text(node, "FamilyName").unwrap_or_default(),
    )
}
