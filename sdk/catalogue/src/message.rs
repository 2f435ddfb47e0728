//! The envelope of a coordination message, `bindeledd/message/1`, and its JSON form.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::body::Body;
use crate::error::{InputCode, InputError};
use crate::field;
use crate::hidden::without_turns;
use crate::identifier::NationalId;
use crate::json;
use crate::kind::Kind;
use crate::party::{PartyId, PartyName};
use crate::time;

/// Id of a message in the hub: a UUIDv7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub Uuid);

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Purpose of an exchange; a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Work-oriented follow-up of a participant.
    WorkOrientedFollowup,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 1] = [Self::WorkOrientedFollowup];

    /// The code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WorkOrientedFollowup => "work-oriented-followup",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
}

/// The sender's own reference to a message, 1 to 200 visible characters. Two messages with the same reference are the
/// same message.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SenderReference(String);

/// The parties' own id for messages that belong together: 1 to 200 visible characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Conversation(String);

/// The sender's name for the message that another one replaces: its id in the hub or the sender's own reference.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Supersedes(String);

macro_rules! reference {
    ($name:ident) => {
        impl $name {
            /// Reads a reference; `None` if it is empty, too long or has a character that is not visible ASCII.
            #[must_use]
            pub fn parse(raw: &str) -> Option<Self> {
                let ok = (1..=200).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_graphic());
                ok.then(|| Self(raw.to_owned()))
            }

            /// Returns the reference.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                // The sender chose this text, so that it may contain anything.
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}
reference!(SenderReference);
reference!(Conversation);
reference!(Supersedes);

/// The person that the message is about, as the parties know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Fødselsnummer or D-number.
    pub national_id: NationalId,
    /// Name, for formats that require one.
    pub name: Option<PersonName>,
}

/// A person's name. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName(pub String);

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

/// The sender's contact person for this participant, for a receiver who wants to call.
#[derive(Clone, PartialEq, Eq)]
pub struct Handler {
    /// Name of the contact person.
    pub name: String,
    /// Role, such as `jobbkonsulent`.
    pub role: Option<String>,
    /// Unit of the contact person.
    pub unit: Option<String>,
    /// Telephone number, as the sender wrote it.
    pub phone: Option<String>,
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler(…)")
    }
}

/// The receivers that a message names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipients {
    /// The parties with these names.
    Parties(Vec<PartyName>),
    /// Every party to which the sender may send by active grants.
    Circle,
}

/// A message in the sender's form: an adapter's `read` makes it from a native document, and `POST /v1/messages` takes
/// it. It does not name its sender: the hub knows the caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The sender's own reference.
    pub sender_reference: SenderReference,
    /// The conversation. The first message of a conversation has none.
    pub conversation: Option<Conversation>,
    /// The message that this one answers: its id in the hub, or its id in the receiver's format.
    pub in_reply_to: Option<Conversation>,
    /// The message that this one corrects.
    pub supersedes: Option<Supersedes>,
    /// The participant.
    pub participant: Participant,
    /// Contact person at the sender.
    pub handler: Option<Handler>,
    /// Named receivers, or the circle.
    pub to: Recipients,
    /// The purpose.
    pub purpose: Purpose,
    /// Time of sending, by the sender's clock.
    pub sent_at: Timestamp,
    /// Time after which the message is useless, so that it is not delivered any more.
    pub expires_at: Option<Timestamp>,
    /// Content of the message, which determines its kind.
    pub body: Body,
}

/// A superseded message as the receiver of the later message knows it. The hub sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrects {
    /// Id in the hub.
    pub id: MessageId,
    /// The sender's own reference.
    pub reference: SenderReference,
    /// Time of sending, by the sender's clock.
    pub sent_at: Timestamp,
}

/// An accepted message, as receivers' adapters get it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Id in the hub.
    pub id: MessageId,
    /// The sender.
    pub from: PartyId,
    /// The superseded message, if this receiver was sent that one.
    pub corrects: Option<Corrects>,
    /// The sender's part.
    pub draft: Draft,
}

/// The schema that every envelope names.
pub const MESSAGE_SCHEMA: &str = "bindeledd/message/1";

/// Largest number of named receivers of one message.
pub const MAX_RECIPIENTS: usize = 20;

impl Draft {
    /// Returns the kind of the body.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.body.kind()
    }

    /// Reads the JSON of `POST /v1/messages` and of an adapter's reading. It refuses kinds that only the hub makes.
    ///
    /// # Errors
    /// The fault with its path; see [`InputCode`].
    pub fn parse(bytes: &[u8]) -> Result<Self, InputError> {
        Self::from_json(json::parse(bytes)?)
    }

    /// Reads a JSON value.
    ///
    /// # Errors
    /// As [`Draft::parse`].
    pub fn from_json(value: Value) -> Result<Self, InputError> {
        let mut map = object(value)?;
        let kind = map.get("kind").and_then(Value::as_str).and_then(Kind::parse);
        if let Some(kind) = kind.filter(|kind| kind.spec().by_hub) {
            let expected = format!("a kind that parties send; `{kind}` is the hub's own and is taken from nobody");
            return Err(InputError::new(InputCode::Invalid, "kind", expected));
        }
        let draft = Self::take(&mut map, Body::parse)?;
        // The hub sets these fields. They may be present in a message that a sender forwards unchanged.
        for hub_sets in ["id", "from", "corrects"] {
            map.remove(hub_sets);
        }
        match map.keys().next() {
            None => Ok(draft),
            Some(name) => {
                let name = if name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    name
                } else {
                    "?"
                };
                Err(InputError::new(
                    InputCode::Unknown,
                    name,
                    field::one_of(ENVELOPE.iter().copied()),
                ))
            }
        }
    }

    fn take(
        map: &mut Map<String, Value>,
        read_body: fn(Kind, Value) -> Result<Body, InputError>,
    ) -> Result<Self, InputError> {
        match map.remove("schema") {
            None => {}
            Some(Value::String(s)) if s == MESSAGE_SCHEMA => {}
            Some(_) => return Err(InputError::new(InputCode::Invalid, "schema", MESSAGE_SCHEMA)),
        }
        let kind = text(map, "kind")?.ok_or_else(|| missing("kind", "a message kind"))?;
        let kind = Kind::parse(&kind).ok_or_else(|| {
            InputError::new(
                InputCode::UnknownCode,
                "kind",
                field::one_of(Kind::by_parties().map(Kind::code)),
            )
        })?;
        let purpose = text(map, "purpose")?.unwrap_or_else(|| Purpose::WorkOrientedFollowup.code().into());
        let purpose = Purpose::parse(&purpose).ok_or_else(|| {
            let codes = field::one_of(Purpose::ALL.into_iter().map(Purpose::code));
            InputError::new(InputCode::UnknownCode, "purpose", codes)
        })?;
        let sender_reference = referred(map, "senderReference", SenderReference::parse)?
            .ok_or_else(|| missing("senderReference", "the sender's own reference to this message"))?;
        let participant = participant(map)?;
        let handler = handler(map)?;
        let to = recipients(map)?;
        if kind.spec().named_parties_only && to == Recipients::Circle {
            let expected = "parties by name: a question or an answer never goes to a whole circle";
            return Err(InputError::new(InputCode::Invalid, "to", expected));
        }
        let sent_at = instant(map, "sentAt")?.ok_or_else(|| missing("sentAt", "when it was sent, RFC 3339"))?;
        let expires_at = instant(map, "expiresAt")?;
        let supersedes = referred(map, "supersedes", Supersedes::parse)?;
        if kind == Kind::Correction && supersedes.is_none() {
            return Err(missing("supersedes", "the message that this one corrects"));
        }
        let body = map
            .remove("body")
            .ok_or_else(|| missing("body", "the fields of the kind"))?;
        Ok(Self {
            sender_reference,
            conversation: referred(map, "conversation", Conversation::parse)?,
            in_reply_to: referred(map, "inReplyTo", Conversation::parse)?,
            supersedes,
            participant,
            handler,
            to,
            purpose,
            sent_at,
            expires_at,
            body: read_body(kind, body)?,
        })
    }

    fn put(&self, map: &mut Map<String, Value>) {
        let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
        set("schema", MESSAGE_SCHEMA.into());
        set("kind", self.kind().code().into());
        set("senderReference", self.sender_reference.as_str().into());
        if let Some(conversation) = &self.conversation {
            set("conversation", conversation.as_str().into());
        }
        if let Some(replied) = &self.in_reply_to {
            set("inReplyTo", replied.as_str().into());
        }
        if let Some(superseded) = &self.supersedes {
            set("supersedes", superseded.as_str().into());
        }
        set("participant", self.participant.to_json());
        if let Some(handler) = &self.handler {
            set("handler", handler.to_json());
        }
        set(
            "to",
            match &self.to {
                Recipients::Circle => "circle".into(),
                Recipients::Parties(parties) => parties.iter().map(ToString::to_string).collect(),
            },
        );
        set("purpose", self.purpose.code().into());
        set("sentAt", time::local_rfc3339(self.sent_at).into());
        if let Some(expires) = self.expires_at {
            set("expiresAt", time::local_rfc3339(expires).into());
        }
        set("body", self.body.to_json());
    }

    /// Writes the draft as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        self.put(&mut map);
        Value::Object(map)
    }
}

impl Message {
    /// Writes the message as JSON, as adapters and the inbox get it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("id".into(), self.id.to_string().into());
        map.insert("from".into(), self.from.as_str().into());
        self.draft.put(&mut map);
        if let Some(corrects) = &self.corrects {
            map.insert("corrects".into(), corrects.to_json());
        }
        Value::Object(map)
    }

    /// Reads a message that a hub gave to an adapter. Fields of a newer hub are ignored, and required fields of the
    /// body may have been withheld.
    ///
    /// # Errors
    /// The fault with its path.
    pub fn parse(bytes: &[u8]) -> Result<Self, InputError> {
        let mut map = object(json::parse(bytes)?)?;
        let id = text(&mut map, "id")?.ok_or_else(|| missing("id", "the message's id"))?;
        let id = Uuid::try_parse(&id).map_err(|_| InputError::new(InputCode::Invalid, "id", "a UUID"))?;
        let from = text(&mut map, "from")?.ok_or_else(|| missing("from", "the sender's id"))?;
        let from = PartyId::parse(&from).map_err(|e| InputError::new(InputCode::Invalid, "from", e.to_string()))?;
        let corrects = map.remove("corrects").map(Corrects::from_json).transpose()?;
        let draft = Draft::take(&mut map, Body::parse_minimised)?;
        Ok(Self {
            id: MessageId(id),
            from,
            corrects,
            draft,
        })
    }
}

impl Corrects {
    fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("id".into(), self.id.to_string().into());
        map.insert("senderReference".into(), self.reference.as_str().into());
        map.insert("sentAt".into(), time::local_rfc3339(self.sent_at).into());
        Value::Object(map)
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// The fault with its path.
    pub fn from_json(value: Value) -> Result<Self, InputError> {
        let mut map = object(value)?;
        let wrong =
            |name: &str, expected: &str| InputError::new(InputCode::Invalid, field::join("corrects", name), expected);
        let id = text(&mut map, "id")?.and_then(|raw| Uuid::try_parse(&raw).ok());
        let reference = referred(&mut map, "senderReference", SenderReference::parse)?;
        Ok(Self {
            id: MessageId(id.ok_or_else(|| wrong("id", "a UUID"))?),
            reference: reference.ok_or_else(|| wrong("senderReference", "1 to 200 visible ASCII characters"))?,
            sent_at: instant(&mut map, "sentAt")?.ok_or_else(|| wrong("sentAt", "a point in time"))?,
        })
    }
}

const ENVELOPE: [&str; 14] = [
    "schema",
    "kind",
    "senderReference",
    "conversation",
    "inReplyTo",
    "supersedes",
    "participant",
    "handler",
    "to",
    "purpose",
    "sentAt",
    "expiresAt",
    "body",
    "id",
];

fn missing(path: &str, expected: &str) -> InputError {
    InputError::new(InputCode::Missing, path, expected)
}

fn object(value: Value) -> Result<Map<String, Value>, InputError> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(InputError::new(InputCode::Invalid, "", "an object")),
    }
}

fn text(map: &mut Map<String, Value>, name: &str) -> Result<Option<String>, InputError> {
    match map.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(InputError::new(InputCode::Invalid, name, "text")),
    }
}

fn referred<T>(
    map: &mut Map<String, Value>,
    name: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, InputError> {
    let expected = "1 to 200 visible ASCII characters";
    text(map, name)?
        .map(|raw| parse(&raw).ok_or_else(|| InputError::new(InputCode::Invalid, name, expected)))
        .transpose()
}

fn instant(map: &mut Map<String, Value>, name: &str) -> Result<Option<Timestamp>, InputError> {
    let expected = "a point in time, such as 2026-12-01T09:00:00+01:00";
    text(map, name)?
        .map(|raw| {
            // The time is cut to whole seconds, as in the written form, so that reading the written form gives the same value.
            let instant = time::parse_instant(&raw).and_then(|i| Timestamp::from_second(i.as_second()).ok());
            instant.ok_or_else(|| InputError::new(InputCode::Invalid, name, expected))
        })
        .transpose()
}

fn participant(map: &mut Map<String, Value>) -> Result<Participant, InputError> {
    let Some(Value::Object(mut raw)) = map.remove("participant") else {
        return Err(missing("participant", "an object with nationalId"));
    };
    let prefixed = |mut e: InputError| {
        e.path = field::join("participant", &e.path);
        e
    };
    let id = text(&mut raw, "nationalId").map_err(prefixed)?;
    let id = id.ok_or_else(|| missing("participant.nationalId", "a fødselsnummer or a D-number"))?;
    let national_id = NationalId::parse(&id)
        .map_err(|e| InputError::new(InputCode::Invalid, "participant.nationalId", e.to_string()))?;
    let name = short(&mut raw, "name").map_err(prefixed)?.map(PersonName);
    none_left(&raw, "participant", "nationalId, name")?;
    Ok(Participant { national_id, name })
}

impl Participant {
    fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("nationalId".into(), self.national_id.reveal().into());
        if let Some(name) = &self.name {
            map.insert("name".into(), name.0.as_str().into());
        }
        Value::Object(map)
    }
}

fn handler(map: &mut Map<String, Value>) -> Result<Option<Handler>, InputError> {
    let mut raw = match map.remove("handler") {
        None => return Ok(None),
        Some(Value::Object(raw)) => raw,
        Some(_) => return Err(InputError::new(InputCode::Invalid, "handler", "an object with name")),
    };
    let prefixed = |mut e: InputError| {
        e.path = field::join("handler", &e.path);
        e
    };
    let name = short(&mut raw, "name")
        .map_err(prefixed)?
        .ok_or_else(|| missing("handler.name", "a name"))?;
    let role = short(&mut raw, "role").map_err(prefixed)?;
    let unit = short(&mut raw, "unit").map_err(prefixed)?;
    let phone = short(&mut raw, "phone").map_err(prefixed)?;
    none_left(&raw, "handler", "name, role, unit, phone")?;
    Ok(Some(Handler {
        name,
        role,
        unit,
        phone,
    }))
}

impl Handler {
    /// Writes the JSON form.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("name".into(), self.name.as_str().into());
        for (key, value) in [("role", &self.role), ("unit", &self.unit), ("phone", &self.phone)] {
            if let Some(value) = value {
                map.insert(key.into(), value.as_str().into());
            }
        }
        Value::Object(map)
    }
}

/// Reads a short text: 1 to 200 characters after trimming, on one line.
fn short(map: &mut Map<String, Value>, name: &str) -> Result<Option<String>, InputError> {
    text(map, name)?
        .map(|raw| {
            let raw = without_turns(raw);
            let trimmed = raw.trim();
            let ok = !trimmed.is_empty() && trimmed.chars().count() <= 200 && !trimmed.chars().any(char::is_control);
            let expected = "text of 1 to 200 characters on one line";
            ok.then(|| trimmed.to_owned())
                .ok_or_else(|| InputError::new(InputCode::Invalid, name, expected))
        })
        .transpose()
}

fn none_left(map: &Map<String, Value>, path: &str, known: &str) -> Result<(), InputError> {
    if map.is_empty() {
        Ok(())
    } else {
        Err(InputError::new(InputCode::Unknown, path, format!("only {known}")))
    }
}

fn recipients(map: &mut Map<String, Value>) -> Result<Recipients, InputError> {
    let expected = format!("\"circle\" or a list of 1 to {MAX_RECIPIENTS} parties");
    let wrong = |path: String| InputError::new(InputCode::Invalid, path, expected.clone());
    match map.remove("to") {
        None => Err(missing("to", &expected)),
        Some(Value::String(s)) if s == "circle" => Ok(Recipients::Circle),
        Some(Value::Array(items)) if (1..=MAX_RECIPIENTS).contains(&items.len()) => {
            let mut parties: Vec<PartyName> = Vec::with_capacity(items.len());
            for (i, item) in items.iter().enumerate() {
                let raw = item.as_str().ok_or_else(|| wrong(format!("to[{i}]")))?;
                let party = PartyName::parse(raw)
                    .map_err(|e| InputError::new(InputCode::Invalid, format!("to[{i}]"), e.to_string()))?;
                if !parties.contains(&party) {
                    parties.push(party);
                }
            }
            Ok(Recipients::Parties(parties))
        }
        Some(_) => Err(wrong("to".into())),
    }
}
