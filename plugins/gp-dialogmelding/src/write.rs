//! Writes a message as MsgHead 1.2 with a Dialogmelding, in the order of the XSDs.

use bindeledd_sdk::catalogue::{Body, Draft, Kind, Message, NationalIdKind, PersonName, phone, time};
use bindeledd_sdk::{Context, Identity, Reference, Refusal, Request};

use crate::document::{COMPONENT, DIALOG_1_0, DIALOG_1_1, MSGHEAD, MSGHEAD_VERSION, Version};
use crate::frame;
use crate::transport;
use crate::xml::Writer;

const ORGANISATION_IDS: &str = "2.16.578.1.12.4.1.1.9051";
const PERSON_IDS: &str = "2.16.578.1.12.4.1.1.8116";

/// Makes the request that sends a message to a GP.
///
/// # Errors
/// The adapter does not send messages of this kind to GPs, or a HER-id is missing.
pub(crate) fn write(message: &Message, context: &Context) -> Result<Request, Refusal> {
    let draft = &message.draft;
    if !goes_to_gp(&draft.body) {
        return Err(Refusal::new(
            "kind",
            format!(
                "Meldingstypen «{}» sendes ikke til fastlege. Send et spørsmål eller en annen meldingstype i stedet.",
                draft.kind().spec().title
            ),
        ));
    }
    let missing = |whose: &str| {
        Refusal::new(
            "her-id",
            format!(
                "HER-id mangler for {whose}. Dialogmelding sendes bare mellom virksomheter med egen HER-id på Helsenettet. \
                 Legg inn HER-id, eller bruk postkassen i stedet."
            ),
        )
    };
    context
        .endpoint
        .her_id
        .ok_or_else(|| missing("avsenderen (endepunktet)"))?;
    context.party.her_id.ok_or_else(|| missing("mottakeren"))?;
    let msg_id = context.uuid("msgid").to_string();
    let mut request = transport::post(&document(message, &msg_id, context), context);
    request.references.push(Reference::new("msgid", msg_id));
    Ok(request)
}

/// Returns true if messages of this kind go to a GP. A correction goes to the receivers of the corrected message.
fn goes_to_gp(body: &Body) -> bool {
    body.kind().spec().to_gp && body.corrected_kind().is_none_or(|kind| kind.spec().to_gp)
}

/// The form of a message in Dialogmelding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Request,
    Answer,
    Note,
    /// The form for messages between health actors; version 1.1 has only this form.
    Professional,
}

impl Form {
    fn of(kind: Kind, version: Version, context: &Context) -> Self {
        let replies = context.references.in_reply_to.is_some();
        match (version, kind) {
            (Version::V1_1, _) => Self::Professional,
            (Version::V1_0, Kind::Question | Kind::MeetingRequest | Kind::StartMeeting) => Self::Request,
            (Version::V1_0, Kind::Answer | Kind::MeetingResponse) if replies => Self::Answer,
            (Version::V1_0, _) => Self::Note,
        }
    }

    const fn message_type(self) -> (&'static str, &'static str) {
        match self {
            Self::Request => ("DIALOG_FORESPORSEL", "Forespørsel"),
            Self::Answer => ("DIALOG_SVAR", "Svar på forespørsel"),
            Self::Note => ("DIALOG_NOTAT", "Notat"),
            Self::Professional => ("DIALOG_HELSEFAGLIG", "Helsefaglig dialog"),
        }
    }

    /// Returns code, code system and text of the theme. Codes of 9153 are for doctors and codes of 8125 for Nav, so that neither
    /// is written here.
    const fn theme(self) -> [(&'static str, &'static str); 3] {
        match self {
            Self::Request | Self::Note => [
                ("V", "99"),
                ("S", "2.16.578.1.12.4.1.1.9152"),
                ("DN", "Annen henvendelse"),
            ],
            Self::Answer => [
                ("V", "5"),
                ("S", "2.16.578.1.12.4.1.1.9069"),
                ("DN", "Svar på forespørsel"),
            ],
            Self::Professional => [
                ("V", "6"),
                ("S", "2.16.578.1.12.4.1.1.7322"),
                ("DN", "Henvendelse om pasient"),
            ],
        }
    }
}

fn document(message: &Message, msg_id: &str, context: &Context) -> String {
    let draft = &message.draft;
    let version = if context.setting("dialogmelding") == Some("1.1") {
        Version::V1_1
    } else {
        Version::V1_0
    };
    let form = Form::of(draft.kind(), version, context);
    let now = time::local_rfc3339(context.now);
    let mut w = Writer::new();
    w.element("MsgHead", &[("xmlns", MSGHEAD)], |w| {
        w.element("MsgInfo", &[], |w| {
            let (code, text) = form.message_type();
            w.empty("Type", &[("V", code), ("DN", text)]);
            w.text("MIGversion", MSGHEAD_VERSION);
            w.text("GenDate", &now);
            w.text("MsgId", msg_id);
            w.empty("Ack", &[("V", "J"), ("DN", "Ja")]);
            conversation(w, context);
            w.element("Sender", &[], |w| organisation(w, &context.endpoint));
            w.element("Receiver", &[], |w| organisation(w, &context.party));
            patient(w, draft);
        });
        w.element("Document", &[], |w| {
            w.element("RefDoc", &[], |w| {
                // The envelope has the present time; the content has the sender's time.
                w.empty("IssueDate", &[("V", &time::local_rfc3339(draft.sent_at))]);
                w.empty("MsgType", &[("V", "XML"), ("DN", "XML-instans")]);
                w.text("MimeType", "text/xml");
                w.element("Content", &[], |w| dialog(w, message, form, version, context));
            });
        });
    });
    w.finish()
}

/// Writes the answered or corrected message, and the first message of the conversation. The schema requires both.
fn conversation(w: &mut Writer, context: &Context) {
    let references = &context.references;
    let parent = references.supersedes.as_ref().or(references.in_reply_to.as_ref());
    let first = references.conversation.as_ref();
    if let (Some(parent), Some(first)) = (parent.or(first), first.or(parent)) {
        w.element("ConversationRef", &[], |w| {
            w.text("RefToParent", parent);
            w.text("RefToConversation", first);
        });
    }
}

/// Writes an organisation inside its parent organisation, for each level that has an id, since the schema requires one on each.
fn organisation(w: &mut Writer, identity: &Identity) {
    let mut levels = vec![identity];
    while let Some(above) = levels.last().and_then(|level| level.part_of.as_deref()) {
        levels.push(above);
    }
    levels.retain(|level| level.her_id.is_some() || level.org_number.is_some());
    level(w, &levels);
}

/// Writes the last level, and the levels before it as its content.
fn level(w: &mut Writer, levels: &[&Identity]) {
    let Some((identity, inside)) = levels.split_last() else {
        return;
    };
    w.element("Organisation", &[], |w| {
        w.text("OrganisationName", &identity.name);
        if let Some(her) = identity.her_id {
            ident(w, &her.to_string(), "HER", "HER-id", ORGANISATION_IDS);
        }
        if let Some(number) = &identity.org_number {
            ident(
                w,
                number,
                "ENH",
                "Organisasjonsnummeret i Enhetsregisteret",
                ORGANISATION_IDS,
            );
        }
        level(w, inside);
        if inside.is_empty() {
            professional(w, identity);
        }
    });
}

/// Writes the person at an organisation; the schema requires an id.
fn professional(w: &mut Writer, identity: &Identity) {
    let Some(person) = identity
        .person
        .as_ref()
        .filter(|p| p.hpr.is_some() || p.her_id.is_some())
    else {
        return;
    };
    w.element("HealthcareProfessional", &[], |w| {
        w.text("FamilyName", &person.family_name);
        w.text("GivenName", &person.given_name);
        if let Some(hpr) = &person.hpr {
            ident(w, hpr, "HPR", "HPR-nummer", PERSON_IDS);
        }
        if let Some(her) = person.her_id {
            ident(w, &her.to_string(), "HER", "HER-id", PERSON_IDS);
        }
    });
}

fn ident(w: &mut Writer, id: &str, kind: &str, text: &str, system: &str) {
    w.element("Ident", &[], |w| {
        w.text("Id", id);
        w.empty("TypeId", &[("V", kind), ("S", system), ("DN", text)]);
    });
}

fn patient(w: &mut Writer, draft: &Draft) {
    let participant = &draft.participant;
    w.element("Patient", &[], |w| {
        if let Some(PersonName(name)) = &participant.name {
            w.text("FamilyName", name);
        }
        let (kind, text) = match participant.national_id.kind() {
            NationalIdKind::Birth => ("FNR", "Fødselsnummer"),
            NationalIdKind::D => ("DNR", "D-nummer"),
        };
        ident(w, participant.national_id.reveal(), kind, text, PERSON_IDS);
    });
}

fn dialog(w: &mut Writer, message: &Message, form: Form, version: Version, context: &Context) {
    let draft = &message.draft;
    let namespace = match version {
        Version::V1_0 => DIALOG_1_0,
        Version::V1_1 => DIALOG_1_1,
    };
    let text = frame::write(message, context);
    let title = draft.kind().spec().title;
    w.element(
        "Dialogmelding",
        &[("xmlns", namespace), ("xmlns:fk1", COMPONENT)],
        |w| match form {
            Form::Request => w.element("Foresporsel", &[], |w| {
                w.empty("TypeForesp", &form.theme());
                w.text("Sporsmal", &text);
                contact(w, draft);
            }),
            Form::Answer | Form::Note | Form::Professional => w.element("Notat", &[], |w| {
                w.empty("TemaKodet", &form.theme());
                w.text("Tema", title);
                w.text("TekstNotatInnhold", &text);
                w.text("DatoNotat", &time::local_date(draft.sent_at).to_string());
                if form == Form::Professional && context.references == bindeledd_sdk::References::default() {
                    contact_at_receiver(w, &context.party);
                }
                contact(w, draft);
            }),
        },
    );
}

/// Writes the contact person as data. The name can not be split reliably, and the schemas require neither part. The whole name is
/// thus written in the part that readers look at first. A text that is not a telephone number is written only in the frame.
fn contact(w: &mut Writer, draft: &Draft) {
    let Some(handler) = &draft.handler else { return };
    w.element("RollerRelatertNotat", &[], |w| {
        w.element("Person", &[], |w| {
            w.text("FamilyName", &handler.name);
            if let Some(number) = handler.phone.as_deref().and_then(phone::parse) {
                w.element("TeleCom", &[], |w| {
                    w.empty("fk1:TeleAddress", &[("V", &format!("tel:{number}"))])
                });
            }
        });
    });
}

/// Names the person at the receiver in a first message between health actors: kodeverk 9034, code 24.
fn contact_at_receiver(w: &mut Writer, party: &Identity) {
    w.element("RollerRelatertNotat", &[], |w| {
        let role = [
            ("V", "24"),
            ("S", "2.16.578.1.12.4.1.1.9034"),
            ("DN", "Kontakt hos mottaker"),
        ];
        w.empty("RoleToPatient", &role);
        w.element("HealthcareProfessional", &[], |w| match &party.person {
            Some(person) => {
                w.text("FamilyName", &person.family_name);
                w.text("GivenName", &person.given_name);
            }
            None => {
                w.empty(
                    "TypeHealthcareProfessional",
                    &[("V", "XX"), ("DN", "Ukjent/uspesifisert")],
                );
                w.text("FamilyName", &party.name);
            }
        });
    });
}
