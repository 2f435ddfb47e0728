//! The text element of our own documents: the content, then a separating line, and below it the sender and the contact person.
//!
//! A GP reads the text as a letter; this module's reader recovers every part exactly.

use bindeledd_sdk::Context;
use bindeledd_sdk::catalogue::time::{self, Timestamp};
use bindeledd_sdk::catalogue::{Body, Handler, Kind, Message, prose};

use crate::text::one_line;

/// The line between content and frame. No line of the content equals this line, since lines of a person's text are indented.
const LINE: &str = "--- Om meldingen ---";

const CORRECTS: &str = "Retter";
const SENT: &str = "Sendt";
const EXPIRES: &str = "Gjelder til";
const REFERENCE: &str = "Referanse";
const SENDER: &str = "Avsender";
const NAME: &str = "Kontaktperson";
const ROLE: &str = "Rolle";
const UNIT: &str = "Enhet";
const PHONE: &str = "Telefon";
const WITHHELD: &str = "Noe er holdt tilbake fordi samtykket ikke dekker at det deles med dere.";

/// A message recovered from a text that the hub wrote.
#[derive(Debug)]
pub(crate) struct Framed {
    pub(crate) body: Body,
    pub(crate) handler: Option<Handler>,
    pub(crate) times: Times,
    /// Times that were not understood, as sentences for the sender.
    pub(crate) not_understood: Vec<String>,
}

/// Times in the hub's own frame.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) sent: Option<Timestamp>,
    pub(crate) expires: Option<Timestamp>,
}

/// Writes the text of a message.
pub(crate) fn write(message: &Message, context: &Context) -> String {
    let draft = &message.draft;
    let mut out = prose::write_message(message);
    out.push('\n');
    out.push_str(LINE);
    out.push('\n');
    if let Some(corrects) = message.corrects.as_ref().filter(|_| draft.kind() != Kind::Correction) {
        out.push_str(&format!("{CORRECTS}: {}\n", prose::superseded(corrects)));
    }
    let mut line = |label: &str, value: &str| {
        if let Some(value) = one_line(value) {
            out.push_str(label);
            out.push_str(": ");
            out.push_str(&value);
            out.push('\n');
        }
    };
    line(SENT, &time::norwegian_instant_whole(draft.sent_at));
    if let Some(expires) = draft.expires_at {
        line(EXPIRES, &time::norwegian_instant_whole(expires));
    }
    line(REFERENCE, draft.sender_reference.as_str());
    let sender = context.sender.as_ref();
    line(SENDER, sender.map(|s| s.name.as_str()).unwrap_or_default());
    if let Some(handler) = &draft.handler {
        line(NAME, &handler.name);
        line(ROLE, handler.role.as_deref().unwrap_or_default());
        line(UNIT, handler.unit.as_deref().unwrap_or_default());
        line(PHONE, handler.phone.as_deref().unwrap_or_default());
    }
    line(
        "Sentralbord",
        sender.and_then(|s| s.phone.as_deref()).unwrap_or_default(),
    );
    if context.withheld {
        out.push_str(WITHHELD);
        out.push('\n');
    }
    out
}

/// Reads a text that [`write`] wrote. A text without the frame is the hub's only if its body is complete, since a person's text
/// may begin with the same word as a title.
pub(crate) fn read(text: &str) -> Option<Framed> {
    let text = text.replace("\r\n", "\n");
    let mut lines = text.split('\n');
    let content: Vec<&str> = lines.by_ref().take_while(|line| line.trim_end() != LINE).collect();
    let framed = content.len() < text.split('\n').count();
    let body = prose::read(&content.join("\n"))?;
    if !framed && !body.is_complete() {
        return None;
    }
    let below: Vec<&str> = lines.collect();
    let said = |label: &str| {
        below
            .iter()
            .find_map(|l| l.strip_prefix(label)?.strip_prefix(": "))
            .and_then(one_line)
    };
    let handler = said(NAME).map(|name| Handler {
        name,
        role: said(ROLE),
        unit: said(UNIT),
        phone: said(PHONE),
    });
    let mut not_understood = Vec::new();
    let mut instant = |label: &str| {
        let said = said(label)?;
        let instant = time::parse_norwegian_instant(&said);
        if instant.is_none() {
            not_understood.push(format!("Tidspunktet i «{label}» er ikke forstått og er utelatt."));
        }
        instant
    };
    let times = Times {
        sent: instant(SENT),
        expires: instant(EXPIRES),
    };
    Some(Framed {
        body,
        handler,
        times,
        not_understood,
    })
}
