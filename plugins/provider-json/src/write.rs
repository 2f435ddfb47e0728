//! Writes messages as native JSON, streamed from the message without a copy.

use bindeledd_sdk::catalogue::{Body, Category, FieldSpec, FieldType, Kind, Message, Recipients, time};
use bindeledd_sdk::{Context, Identity, Reference, Refusal, Request};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::format::{DEFAULT_PATH, MEDIA_TYPE, MESSAGE_HEADER, SCHEME};
use crate::names::{self, Name};

/// Makes the request that hands a message over.
pub(crate) fn request(message: &Message, context: &Context) -> Result<Request, Refusal> {
    let path = context.setting("path").unwrap_or(DEFAULT_PATH);
    if !path.starts_with('/') {
        let text = "Innstillingen path må begynne med en skråstrek, som /bindeledd/meldinger.";
        return Err(Refusal::new("settings", text));
    }
    let mut body = Vec::with_capacity(2048);
    serde_json::to_writer(&mut body, &Native { message, context })
        .map_err(|_| Refusal::new("write", "Meldingen kunne ikke skrives som JSON."))?;
    let id = message.id.to_string();
    let mut request = Request::post(path, MEDIA_TYPE, body);
    request.headers.push((MESSAGE_HEADER.into(), id.clone()));
    request.credential = Some("transport".into());
    request.references.push(Reference::new(SCHEME, id));
    Ok(request)
}

struct Native<'a> {
    message: &'a Message,
    context: &'a Context,
}

impl Serialize for Native<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (draft, references) = (&self.message.draft, &self.context.references);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("meldingstype", names::kind(draft.kind()))?;
        map.serialize_entry("id", &self.message.id.to_string())?;
        map.serialize_entry("referanse", draft.sender_reference.as_str())?;
        // The receiver's own ids, if the hub knows them; otherwise the sender's.
        let conversation = references.conversation.as_deref();
        let replied = references.in_reply_to.as_deref();
        let superseded = references.supersedes.as_deref();
        optional(
            &mut map,
            "samtalegruppe",
            conversation.or_else(|| draft.conversation.as_ref().map(|c| c.as_str())),
        )?;
        optional(
            &mut map,
            "svarPaa",
            replied.or_else(|| draft.in_reply_to.as_ref().map(|c| c.as_str())),
        )?;
        optional(
            &mut map,
            "retter",
            superseded.or_else(|| draft.supersedes.as_ref().map(|s| s.as_str())),
        )?;
        if let Some(corrects) = &self.message.corrects {
            map.serialize_entry(
                "retterMelding",
                &Texts(&[
                    ("id", Some(&corrects.id.to_string())),
                    ("referanse", Some(corrects.reference.as_str())),
                    ("sendt", Some(&time::local_rfc3339(corrects.sent_at))),
                ]),
            )?;
        }
        if let Some(sender) = &self.context.sender {
            map.serialize_entry("avsender", &Sender(sender))?;
        }
        map.serialize_entry(
            "deltaker",
            &Texts(&[
                ("norskIdent", Some(draft.participant.national_id.reveal())),
                ("navn", draft.participant.name.as_ref().map(|name| name.0.as_str())),
            ]),
        )?;
        if let Some(handler) = &draft.handler {
            map.serialize_entry(
                "veileder",
                &Texts(&[
                    ("navn", Some(&handler.name)),
                    ("rolle", handler.role.as_deref()),
                    ("enhet", handler.unit.as_deref()),
                    ("telefon", handler.phone.as_deref()),
                ]),
            )?;
        }
        match &draft.to {
            Recipients::Circle => map.serialize_entry("mottakere", names::CIRCLE)?,
            Recipients::Parties(parties) => {
                map.serialize_entry("mottakere", &Each(|| parties.iter().map(ToString::to_string)))?
            }
        }
        map.serialize_entry("formaal", names::PURPOSE)?;
        map.serialize_entry("sendt", &time::local_rfc3339(draft.sent_at))?;
        if let Some(expires) = draft.expires_at {
            map.serialize_entry("utloper", &time::local_rfc3339(expires))?;
        }
        if self.context.withheld {
            map.serialize_entry("holdtTilbake", &true)?;
        }
        map.serialize_entry("innhold", &Fields::of_body(&draft.body))?;
        map.end()
    }
}

fn optional<M: SerializeMap>(map: &mut M, name: &'static str, value: Option<&str>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

/// The sender, under the name that the receiver may know.
struct Sender<'a>(&'a Identity);

impl Serialize for Sender<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn said(text: &str) -> Option<&str> {
            (!text.is_empty()).then_some(text)
        }
        Texts(&[
            ("id", said(&self.0.id)),
            ("navn", said(&self.0.name)),
            ("organisasjonsnummer", self.0.org_number.as_deref()),
            ("telefon", self.0.phone.as_deref()),
        ])
        .serialize(serializer)
    }
}

/// A JSON object of texts, without absent ones.
struct Texts<'a>(&'a [(&'static str, Option<&'a str>)]);

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.0 {
            optional(&mut map, name, *value)?;
        }
        map.end()
    }
}

/// A JSON list whose items are made while it is written.
struct Each<F>(F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// The fields of a kind or a record under their native names. `depth` is the position in the paths of `all`.
struct Fields<'a> {
    specs: &'static [FieldSpec],
    all: &'static [Name],
    depth: usize,
    values: &'a Map<String, Value>,
    corrected: Option<Kind>,
}

impl<'a> Fields<'a> {
    fn of_body(body: &'a Body) -> Self {
        Self::of_kind(body.kind(), body.fields(), body.corrected_kind())
    }

    fn of_kind(kind: Kind, values: &'a Map<String, Value>, corrected: Option<Kind>) -> Self {
        Self {
            specs: kind.spec().fields,
            all: names::of_kind(kind),
            depth: 0,
            values,
            corrected,
        }
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut i = 0;
        while let Some(name) = self.all.get(i) {
            let key = name.path[self.depth];
            // In the table, the fields of one group are adjacent.
            let group = self.all[i..]
                .iter()
                .take_while(|other| other.path[self.depth] == key)
                .count();
            if name.path.len() == self.depth + 1 {
                let spec = &self.specs[i];
                if let Some(value) = self.values.get(spec.name) {
                    map.serialize_entry(
                        key,
                        &Written {
                            ty: &spec.ty,
                            name,
                            value,
                            corrected: self.corrected,
                        },
                    )?;
                }
                i += 1;
            } else {
                let end = i + group;
                let (specs, all) = (&self.specs[i..end], &self.all[i..end]);
                if specs.iter().any(|spec| self.values.contains_key(spec.name)) {
                    let inner = Self {
                        specs,
                        all,
                        depth: self.depth + 1,
                        values: self.values,
                        corrected: self.corrected,
                    };
                    map.serialize_entry(key, &inner)?;
                }
                i = end;
            }
        }
        map.end()
    }
}

/// One value in native codes.
struct Written<'a> {
    ty: &'static FieldType,
    name: &'static Name,
    value: &'a Value,
    corrected: Option<Kind>,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            ty,
            name,
            value,
            corrected,
        } = *self;
        let raw = value.as_str();
        match (ty, value) {
            (FieldType::Code(codes), _) => {
                let code = codes.iter().find(|c| Some(c.code) == raw).map(|c| names::code(c.code));
                code.or(raw).serialize(serializer)
            }
            (FieldType::CorrectedKind, _) => raw.and_then(Kind::parse).map(names::kind).serialize(serializer),
            (FieldType::About, Value::Array(items)) => {
                let categories = items.iter().filter_map(|c| c.as_str().and_then(Category::parse));
                serializer.collect_seq(categories.map(names::category))
            }
            (FieldType::List { of, .. }, Value::Array(items)) => {
                serializer.collect_seq(items.iter().map(|value| Written {
                    ty: of,
                    name,
                    value,
                    corrected,
                }))
            }
            (FieldType::Record(specs), Value::Object(values)) => Fields {
                specs,
                all: name.inner,
                depth: 0,
                values,
                corrected,
            }
            .serialize(serializer),
            (FieldType::CorrectedBody, Value::Object(values)) => match corrected {
                Some(kind) => Fields::of_kind(kind, values, None).serialize(serializer),
                None => Value::Null.serialize(serializer),
            },
            (_, value) => value.serialize(serializer),
        }
    }
}
