//! Writes a record system's documents: AppRec, and Dialogmelding 1.0 in a MsgHead.

use std::fmt::Write as _;

use super::mime::Charset;
use super::new_id;
use super::receipts::Receipt;
use crate::clock::timestamp;
use crate::letter::{Letter, Side};
use crate::options::Gp;

/// Escapes a text for XML.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// Returns the current Norwegian time with its zone, to the second, as record systems write it.
fn now() -> String {
    let oslo = jiff::tz::TimeZone::get("Europe/Oslo").unwrap_or(jiff::tz::TimeZone::UTC);
    timestamp().to_zoned(oslo).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Makes the receipt for a letter.
pub(super) fn app_rec(gp: &Gp, letter: &Letter, receipt: &Receipt) -> String {
    let (namespace, version) = if gp.app_rec_1_0 {
        ("http://www.kith.no/xmlstds/apprec/2004-11-21", "1.0 2004-11-21")
    } else {
        ("http://www.kith.no/xmlstds/apprec/2012-02-15", "v1.1 2012-02-15")
    };
    let (code, text) = receipt.code();
    let mut errors = String::new();
    for error in &receipt.errors {
        let (code, text) = (escape(&error.code), escape(&error.text));
        let _ = write!(
            errors,
            r#"<Error V="{code}" S="2.16.578.1.12.4.1.1.8221" DN="{text}"/>"#
        );
    }
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<AppRec xmlns="{namespace}"><MsgType V="APPREC" DN="Applikasjonskvittering"/><MIGversion>{version}</MIGversion><SoftwareName>Journalsimulator</SoftwareName><GenDate>{now}</GenDate><Id>{id}</Id><Sender><HCP><Inst><Name>{name}</Name><Id>{her}</Id><TypeId V="HER" DN="HER-id"/></Inst></HCP></Sender><Receiver><HCP><Inst><Name>{to_name}</Name><Id>{to}</Id><TypeId V="HER" DN="HER-id"/></Inst></HCP></Receiver><Status V="{code}" DN="{text}"/>{errors}<OriginalMsgId><MsgType V="{type_code}" DN="{type_text}"/><IssueDate>{issued}</IssueDate><Id>{original}</Id></OriginalMsgId></AppRec>"#,
        now = now(),
        id = new_id(),
        name = escape(&gp.name),
        her = gp.her_id,
        to_name = escape(&letter.sender.name),
        to = letter.sender.her.unwrap_or_default(),
        type_code = escape(&letter.type_code),
        type_text = escape(&letter.type_text),
        issued = escape(&letter.gen_date),
        original = escape(receipt.msg_id(letter)),
    )
}

/// The content of a letter from the GP.
pub(super) enum Content {
    /// An answer to a request: code 5 of kodeverk 9069.
    Answer(String),
    /// An answer to an invitation, with its code of kodeverk 8126.
    MeetingAnswer(u8, String),
    /// A note on another subject: code 2 of kodeverk 8128.
    Note(String),
    /// A question: code 99 of kodeverk 9153.
    Question(String),
    /// A referral, which is a whole clinical document.
    Referral(String),
}

/// An attachment.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Attachment {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) base64: String,
}

/// A letter from the GP.
pub(super) struct Draft {
    pub(super) msg_id: String,
    pub(super) content: Content,
    /// The patient's national id, given name and family name.
    pub(super) patient: (String, String, String),
    pub(super) receiver: Side,
    /// `RefToParent` and `RefToConversation`.
    pub(super) reference: Option<(String, String)>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) charset: Charset,
    /// True if Nav's `EI_fellesformat` wraps the letter.
    pub(super) wrapped: bool,
}

impl Content {
    fn type_element(&self) -> &'static str {
        match self {
            Self::Answer(_) | Self::MeetingAnswer(..) => r#"<Type V="DIALOG_SVAR" DN="Svar på forespørsel"/>"#,
            Self::Note(_) => r#"<Type V="DIALOG_NOTAT" DN="Notat"/>"#,
            Self::Question(_) => r#"<Type V="DIALOG_FORESPORSEL" DN="Forespørsel"/>"#,
            Self::Referral(_) => r#"<Type V="HENVISNING" DN="Henvisning"/>"#,
        }
    }

    fn body(&self) -> String {
        const DIALOG: &str = "http://www.kith.no/xmlstds/dialog/2006-10-11";
        let note = |system: &str, code: u8, name: &str, text: &str| {
            let (text, id) = (escape(text), new_id());
            format!(
                r#"<Dialogmelding xmlns="{DIALOG}"><Notat><TemaKodet V="{code}" S="2.16.578.1.12.4.1.1.{system}" DN="{name}"/><TekstNotatInnhold>{text}</TekstNotatInnhold><DokIdNotat>{id}</DokIdNotat></Notat></Dialogmelding>"#
            )
        };
        match self {
            Self::Answer(text) => note("9069", 5, "Svar på forespørsel", text),
            Self::MeetingAnswer(code, text) => {
                let name = match code {
                    1 => "Ja, jeg kommer",
                    2 => "Jeg ønsker nytt møtetidspunkt",
                    _ => "Nei, jeg kan ikke komme",
                };
                note("8126", *code, name, text)
            }
            Self::Note(text) => note("8128", 2, "Annen henvendelse", text),
            Self::Question(text) => format!(
                r#"<Dialogmelding xmlns="{DIALOG}"><Foresporsel><TypeForesp V="99" S="2.16.578.1.12.4.1.1.9153" DN="Annen henvendelse"/><Sporsmal>{}</Sporsmal><DokIdForesp>{}</DokIdForesp></Foresporsel></Dialogmelding>"#,
                escape(text),
                new_id()
            ),
            Self::Referral(text) => format!(
                r#"<Henvisning xmlns="http://www.kith.no/xmlstds/henvisning/2012-02-15"><InfHenvist>{}</InfHenvist></Henvisning>"#,
                escape(text)
            ),
        }
    }
}

impl Draft {
    /// Writes the document in its character set.
    pub(super) fn write(&self, gp: &Gp) -> Vec<u8> {
        let head = self.msg_head(gp);
        let inside = if self.wrapped {
            let block = format!(
                r#"<MottakenhetBlokk partnerReferanse="{}" ebRole="Fastlege" ebService="HenvendelseFraLege" ebAction="Henvendelse"/>"#,
                gp.her_id
            );
            format!(r#"<EI_fellesformat xmlns="http://www.nav.no/xml/eiff/2/">{head}{block}</EI_fellesformat>"#)
        } else {
            head
        };
        let xml = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n{inside}", self.charset.name());
        self.charset.bytes(&xml)
    }

    fn msg_head(&self, gp: &Gp) -> String {
        let reference = self.reference.as_ref().map(|(parent, conversation)| {
            let (parent, conversation) = (escape(parent), escape(conversation));
            format!(
                "<ConversationRef><RefToParent>{parent}</RefToParent><RefToConversation>{conversation}</RefToConversation></ConversationRef>"
            )
        });
        let (number, given, family) = &self.patient;
        let kind = if number.as_bytes().first().is_some_and(|b| *b >= b'4') {
            r#"<TypeId V="DNR" S="2.16.578.1.12.4.1.1.8116" DN="D-nummer"/>"#
        } else {
            r#"<TypeId V="FNR" S="2.16.578.1.12.4.1.1.8116" DN="Fødselsnummer"/>"#
        };
        let today = now().chars().take(10).collect::<String>();
        format!(
            r#"<MsgHead xmlns="http://www.kith.no/xmlstds/msghead/2006-05-24"><MsgInfo>{of_type}<MIGversion>v1.2 2006-05-24</MIGversion><GenDate>{now}</GenDate><MsgId>{id}</MsgId><Ack V="J" DN="Ja"/>{reference}<Sender>{sender}</Sender><Receiver>{receiver}</Receiver><Patient><FamilyName>{family}</FamilyName><GivenName>{given}</GivenName><Ident><Id>{number}</Id>{kind}</Ident></Patient></MsgInfo><Document><RefDoc><IssueDate V="{today}"/><MsgType V="XML" DN="XML-instans"/><MimeType>text/xml</MimeType><Content>{content}</Content></RefDoc></Document>{attachments}</MsgHead>"#,
            of_type = self.content.type_element(),
            now = now(),
            id = escape(&self.msg_id),
            reference = reference.unwrap_or_default(),
            sender = sender(gp),
            receiver = receiver(&self.receiver),
            family = escape(family),
            given = escape(given),
            number = escape(number),
            content = self.content.body(),
            attachments = self.attachments.iter().map(attachment).collect::<String>(),
        )
    }
}

fn ident(kind: &str, name: &str, system: u16, id: &str) -> String {
    let id = escape(id);
    format!(r#"<Ident><Id>{id}</Id><TypeId V="{kind}" S="2.16.578.1.12.4.1.1.{system}" DN="{name}"/></Ident>"#)
}

fn sender(gp: &Gp) -> String {
    let (given, family, hpr) = &gp.doctor;
    format!(
        r#"<Organisation><OrganisationName>{name}</OrganisationName>{her}{org}<HealthcareProfessional><TypeHealthcareProfessional V="LE" DN="Lege"/><FamilyName>{family}</FamilyName><GivenName>{given}</GivenName>{hpr}</HealthcareProfessional></Organisation>"#,
        name = escape(&gp.name),
        her = ident("HER", "HER-id", 9051, &gp.her_id.to_string()),
        org = ident("ENH", "Organisasjonsnummeret i Enhetsregisteret", 9051, &gp.org_number),
        family = escape(family),
        given = escape(given),
        hpr = ident("HPR", "HPR-nummer", 8116, hpr),
    )
}

fn receiver(side: &Side) -> String {
    let her = side
        .her
        .map(|her| ident("HER", "HER-id", 9051, &her.to_string()))
        .unwrap_or_default();
    let org = side
        .org
        .as_deref()
        .map(|org| ident("ENH", "Organisasjonsnummeret i Enhetsregisteret", 9051, org));
    format!(
        "<Organisation><OrganisationName>{}</OrganisationName>{her}{}</Organisation>",
        escape(&side.name),
        org.unwrap_or_default()
    )
}

fn attachment(attachment: &Attachment) -> String {
    format!(
        r#"<Document><RefDoc><MsgType V="A" DN="Vedlegg"/><MimeType>{}</MimeType><Description>{}</Description><Content><Base64Container xmlns="http://www.kith.no/xmlstds/base64container">{}</Base64Container></Content></RefDoc></Document>"#,
        escape(&attachment.media_type),
        escape(&attachment.name),
        escape(&attachment.base64)
    )
}
