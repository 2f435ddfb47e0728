//! Reads a document that came from a GP's system.

use std::borrow::Cow;

use bindeledd_sdk::catalogue::{
    Conversation, Draft, Handler, Kind, Participant, Purpose, Recipients, SenderReference, Supersedes, is_same_id, time,
};
use bindeledd_sdk::{Context, Document, Reading};
use roxmltree::{Node, ParsingOptions};

use crate::dialog::{self, Contact, Part};
use crate::document::{MSGHEAD_VERSION, Version, What, by_type, payload, what};
use crate::head::Head;
use crate::origin::Origin;
use crate::text::one_line;
use crate::why::Why;
use crate::xml::{attribute, child, child_text, children};
use crate::{bytes, guard, receipt};

/// Maximum number of documents inside a message, attachments included.
const MAX_DOCUMENTS: usize = 100;

pub(crate) fn read(document: Document<'_>, context: &Context) -> Reading {
    if document.body.len() > bytes::MAX_BYTES {
        return Why::TooLarge.refuse(None, context);
    }
    let Some(text) = bytes::decode(document.body, document.media_type) else {
        return Why::Encoding.refuse(None, context);
    };
    let seen = match guard::look_over(&text) {
        Ok(seen) => seen,
        Err(limit) => return Why::TooMuch(limit).refuse(None, context),
    };
    let text = match seen.doctype.clone() {
        None => text,
        // Without its document type declaration, the document may still show where the refusal must be sent.
        Some(doctype) => Cow::Owned([&text[..doctype.start], &text[doctype.end..]].concat()),
    };
    let options = ParsingOptions {
        nodes_limit: guard::MAX_NODES,
        ..ParsingOptions::default()
    };
    // White space and byte order marks: a system may have put a mark before an existing one.
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let parsed = roxmltree::Document::parse_with_options(text, options);
    match (parsed, seen.doctype.is_some()) {
        (Ok(parsed), false) => read_payload(payload(parsed.root_element()), context),
        (Ok(parsed), true) => {
            let origin = Origin::of(&Head::read(payload(parsed.root_element())), context);
            Why::Doctype.refuse(origin.as_ref(), context)
        }
        (Err(_), true) => Why::Doctype.refuse(None, context),
        (Err(roxmltree::Error::NodesLimitReached), false) => Why::TooMany.refuse(None, context),
        (Err(error), false) => {
            let place = error.pos();
            Why::NotXml {
                line: place.row,
                column: place.col,
            }
            .refuse(None, context)
        }
    }
}

fn read_payload(root: Node<'_, '_>, context: &Context) -> Reading {
    match what(root) {
        What::MsgHead => read_message(root, context),
        What::AppRec => receipt::read(root, context),
        other => why_not(other).refuse(None, context),
    }
}

/// Returns the reason to refuse an element that the hub does not forward.
const fn why_not(what: What) -> Why {
    match what {
        What::Record => Why::Record,
        What::Prescription => Why::Prescription,
        What::OtherVersion => Why::Version,
        // A bare Dialogmelding names no sender, and an attachment alone has no text.
        What::MsgHead | What::Dialog(_) | What::AppRec | What::Attachment | What::Unknown => Why::UnknownDocument,
    }
}

fn read_message(root: Node<'_, '_>, context: &Context) -> Reading {
    let head = Head::read(root);
    let mut origin = Origin::of(&head, context);
    match read_content(root, &head, &mut origin, context) {
        Ok(Content::Messages(messages, left_out)) => Reading::Messages {
            messages,
            left_out,
            wants_receipt: origin.as_ref().is_some_and(Origin::asked),
            origin: origin.map(|origin| origin.to_json()).unwrap_or_default(),
        },
        Ok(Content::Receipt(reading)) => reading,
        Err(why) => why.refuse(origin.as_ref(), context),
    }
}

enum Content {
    Messages(Vec<Draft>, Vec<String>),
    Receipt(Reading),
}

fn read_content(
    root: Node<'_, '_>,
    head: &Head,
    origin: &mut Option<Origin>,
    context: &Context,
) -> Result<Content, Why> {
    if head
        .version
        .as_deref()
        .is_some_and(|version| version != MSGHEAD_VERSION)
    {
        return Err(Why::Version);
    }
    refuse_by_type(head)?;
    let mut found = Found::default();
    found.collect(root, head)?;
    if let Some(apprec) = found.apprec {
        return Ok(Content::Receipt(receipt::read(apprec, context)));
    }
    if let (Some(origin), Some((_, version, _))) = (origin.as_mut(), found.dialogs.first()) {
        origin.dialog = version.code().into();
        origin.attachments = found.attachments;
    }
    let msg_id = head.msg_id.as_deref().ok_or(Why::MsgIdMissing)?;
    let to = Recipients::Parties(vec![head.to()?]);
    let mut messages = Vec::new();
    let mut not_understood = Vec::new();
    for (dialog, _, head) in &found.dialogs {
        let participant = head.participant()?;
        if head
            .gen_date
            .as_deref()
            .is_some_and(|raw| time::parse_instant(raw).is_none())
        {
            let text = "Tidspunktet i GenDate er ikke forstått. Tiden da meldingen kom inn, er brukt i stedet.";
            not_understood.push(text.to_owned());
        }
        for part in dialog::parts(*dialog)? {
            found.left_out.extend(part.left_out.iter().cloned());
            not_understood.extend(part.not_understood.iter().cloned());
            let reference = if messages.is_empty() {
                msg_id.into()
            } else {
                format!("{msg_id}#{}", messages.len() + 1)
            };
            let envelope = Envelope {
                reference,
                msg_id,
                to: &to,
                participant: &participant,
                head,
            };
            messages.push(envelope.draft(part, context)?);
        }
    }
    not_understood.dedup();
    if let Some(origin) = origin {
        origin.not_understood.clone_from(&not_understood);
    }
    found.left_out.extend(not_understood);
    let about_one = messages
        .windows(2)
        .all(|pair| pair[0].participant.national_id == pair[1].participant.national_id);
    match (messages.is_empty(), about_one) {
        (false, true) => Ok(Content::Messages(messages, found.left_out)),
        (false, false) => Err(Why::PatientsDiffer),
        (true, _) => Err(Why::UnknownDocument),
    }
}

/// Refuses a message whose type names a record or a prescription, without looking at the content.
fn refuse_by_type(head: &Head) -> Result<(), Why> {
    match by_type(&head.type_code) {
        known @ (What::Record | What::Prescription) => Err(why_not(known)),
        _ => Ok(()),
    }
}

/// The contents found in a message's documents.
#[derive(Default)]
struct Found<'a, 'i> {
    dialogs: Vec<(Node<'a, 'i>, Version, Head)>,
    apprec: Option<Node<'a, 'i>>,
    left_out: Vec<String>,
    attachments: usize,
}

impl<'a, 'i> Found<'a, 'i> {
    /// Collects a message's documents, and those of messages inside it, without recursion.
    fn collect(&mut self, root: Node<'a, 'i>, head: &Head) -> Result<(), Why> {
        let mut heads = vec![(root, head.clone())];
        let mut documents = 0;
        while let Some((root, head)) = heads.pop() {
            for document in children(root, "Document").filter_map(|document| child(document, "RefDoc")) {
                documents += 1;
                if documents > MAX_DOCUMENTS {
                    return Err(Why::TooMany);
                }
                let contents = child(document, "Content")
                    .into_iter()
                    .flat_map(|c| c.children().filter(Node::is_element));
                let contents: Vec<_> = contents.map(|content| (content, what(content))).collect();
                if is_attachment(document, &contents) {
                    self.attachment(document);
                    continue;
                }
                for (content, what) in contents {
                    match what {
                        What::Dialog(version) => self.dialogs.push((content, version, head.clone())),
                        What::AppRec => self.apprec = Some(content),
                        What::MsgHead => {
                            let inner = Head::read(content);
                            refuse_by_type(&inner)?;
                            heads.push((content, inner.inside(&head)?));
                        }
                        other => return Err(why_not(other)),
                    }
                }
            }
        }
        Ok(())
    }

    fn attachment(&mut self, document: Node<'_, '_>) {
        self.attachments += 1;
        let name = child_text(document, "Description").as_deref().and_then(one_line);
        let mime = child_text(document, "MimeType").as_deref().and_then(one_line);
        self.left_out.push(match (name, mime) {
            (Some(name), Some(mime)) => format!("Vedlegg: {name} ({mime})"),
            (Some(name), None) | (None, Some(name)) => format!("Vedlegg: {name}"),
            (None, None) => "Vedlegg uten navn".to_owned(),
        });
    }
}

/// Returns true if a document is an attachment: it is declared as one, or it is a file other than XML.
fn is_attachment(document: Node<'_, '_>, contents: &[(Node<'_, '_>, What)]) -> bool {
    let says_so = child(document, "MsgType")
        .and_then(|kind| attribute(kind, "V"))
        .is_some_and(|kind| kind.eq_ignore_ascii_case("A"));
    let is_file =
        child(document, "FileReference").is_some() || contents.iter().any(|(_, what)| *what == What::Attachment);
    says_so || is_file
}

/// The parts that all messages of one document share.
struct Envelope<'a> {
    reference: String,
    msg_id: &'a str,
    to: &'a Recipients,
    participant: &'a Participant,
    head: &'a Head,
}

impl Envelope<'_> {
    fn draft(self, part: Part, context: &Context) -> Result<Draft, Why> {
        // Some systems name a message as its own parent.
        let parent = self.head.parent.as_deref();
        let parent = parent.filter(|parent| !is_same_id(parent, self.msg_id));
        if part.body.kind().spec().by_hub {
            return Err(Why::ByHubOnly);
        }
        let corrects = part.body.kind() == Kind::Correction;
        let supersedes = parent.filter(|_| corrects).and_then(Supersedes::parse);
        if corrects && supersedes.is_none() {
            return Err(Why::CorrectsNothing);
        }
        Ok(Draft {
            sender_reference: SenderReference::parse(&self.reference).ok_or(Why::MsgIdWrong)?,
            conversation: self.head.conversation.as_deref().and_then(Conversation::parse),
            in_reply_to: parent.filter(|_| !corrects).and_then(Conversation::parse),
            supersedes,
            participant: self.participant.clone(),
            handler: handler(self.head, part.contact),
            to: self.to.clone(),
            purpose: Purpose::WorkOrientedFollowup,
            sent_at: part
                .times
                .sent
                .or_else(|| self.head.gen_date.as_deref().and_then(time::parse_instant))
                .unwrap_or(context.now),
            expires_at: part.times.expires,
            body: part.body,
        })
    }
}

/// Returns the contact person of the sender's organisation, else the one that the message names.
fn handler(head: &Head, contact: Contact) -> Option<Handler> {
    let named = match contact {
        Contact::Ours(handler) => return handler,
        Contact::Named(named) => named,
    };
    let unit = head.sender.unit();
    let unit_name = unit.map(|unit| unit.name.clone()).filter(|name| !name.is_empty());
    let unit_phone = unit.and_then(|unit| unit.phone.clone());
    let at_sender = head
        .sender
        .person
        .as_ref()
        .filter(|person| !person.name.is_empty())
        .map(|person| Handler {
            name: person.name.clone(),
            role: person.role.clone(),
            unit: None,
            phone: person.phone.clone().or(unit_phone),
        });
    at_sender.or(named).map(|handler| Handler {
        unit: unit_name,
        ..handler
    })
}
