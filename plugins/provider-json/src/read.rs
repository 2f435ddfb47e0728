//! Reading: from native JSON to messages or to a receipt.

use bindeledd_sdk::catalogue::{
    Body, Conversation, Draft, FieldSpec, FieldType, Handler, Kind, MAX_RECIPIENTS, NationalId, Participant, PartyName,
    PersonName, Purpose, Recipients, SenderReference, Supersedes, json, time,
};
use bindeledd_sdk::{Reading, Receipt, ReceiptError, ReceiptStatus};
use serde_json::{Map, Value};

use crate::field_path::FieldPath;
use crate::names::{self, Name};
use crate::problem::Problem;

type Result<T> = std::result::Result<T, Problem>;

const INSTANT: &FieldType = &FieldType::Instant;
const REFERENCE: &str = "1 til 200 synlige tegn uten mellomrom, æ, ø og å";

/// Reads a document.
pub(crate) fn document(body: &[u8]) -> Result<Reading> {
    let value = json::parse(body).map_err(|e| Problem::unreadable(e.in_norwegian()))?;
    let Value::Object(mut map) = value else {
        return Err(Problem::unreadable(
            "Dokumentet er ikke et JSON-objekt med feltet meldingstype.".into(),
        ));
    };
    match map.remove("kvittering") {
        Some(receipt) => self::receipt(receipt).map(Reading::Receipt),
        None => message(map),
    }
}

fn message(mut map: Map<String, Value>) -> Result<Reading> {
    let mut left_out = LeftOut::default();
    let kind = kind(&mut map)?;
    let content = content(kind, &mut map, &mut left_out)?;
    let to = recipients(&mut map)?;
    if kind.spec().named_parties_only && to == Recipients::Circle {
        let expected = "en liste med mottakere, for spørsmål og svar går aldri til en hel samarbeidskrets";
        return Err(Problem::invalid(&FieldPath::root("mottakere"), expected));
    }
    let supersedes = referred(&mut map, "retter", Supersedes::parse)?;
    if kind == Kind::Correction && supersedes.is_none() {
        return Err(Problem::missing(
            &FieldPath::root("retter"),
            "referansen til meldingen som rettes",
        ));
    }
    let draft = Draft {
        sender_reference: referred(&mut map, "referanse", SenderReference::parse)?.ok_or_else(|| {
            Problem::missing(
                &FieldPath::root("referanse"),
                "avsenderens egen referanse til meldingen",
            )
        })?,
        conversation: referred(&mut map, "samtalegruppe", Conversation::parse)?,
        in_reply_to: referred(&mut map, "svarPaa", Conversation::parse)?,
        supersedes,
        participant: participant(&mut map, &mut left_out)?,
        handler: handler(&mut map, &mut left_out)?,
        to,
        purpose: purpose(&mut map)?,
        sent_at: instant(&mut map, "sendt")?
            .ok_or_else(|| Problem::missing(&FieldPath::root("sendt"), &names::expected(INSTANT)))?,
        expires_at: instant(&mut map, "utloper")?,
        body: content,
    };
    for (name, value) in map {
        let place = FieldPath::root(&name);
        if matches!(name.as_str(), "id" | "avsender" | "holdtTilbake" | "retterMelding") {
            left_out.say(format!("Feltet {place} settes av Bindeledd og ble ikke brukt."));
        } else {
            left_out.unknown(&name, &value, &place)?;
        }
    }
    Ok(Reading::Messages {
        messages: vec![draft],
        left_out: left_out.into_texts(),
        origin: Value::Null,
        wants_receipt: false,
    })
}

fn kind(map: &mut Map<String, Value>) -> Result<Kind> {
    let place = FieldPath::root("meldingstype");
    let expected = || {
        let kinds: Vec<_> = Kind::by_parties().map(names::kind).collect();
        format!("en av {}", kinds.join(", "))
    };
    match take(map, "meldingstype") {
        Some(Value::String(raw)) => names::parse_kind(&raw).ok_or_else(|| Problem::unknown_code(&place, &expected())),
        Some(_) => Err(Problem::invalid(&place, &expected())),
        None => Err(Problem::missing(&place, &expected())),
    }
}

fn content(kind: Kind, map: &mut Map<String, Value>, left_out: &mut LeftOut) -> Result<Body> {
    let place = FieldPath::root("innhold");
    let Some(raw) = take(map, "innhold") else {
        return Err(Problem::missing(&place, "et objekt med feltene til meldingstypen"));
    };
    let raw = object(raw, &place)?;
    let fields = fields(kind.spec().fields, names::of_kind(kind), raw, &place, left_out)?;
    let corrected = fields
        .get("correctedKind")
        .and_then(Value::as_str)
        .and_then(Kind::parse);
    Body::parse(kind, Value::Object(fields)).map_err(|e| Problem::from_catalogue(kind, corrected, &e))
}

/// Reads the fields of a kind or a record under the catalogue's names. Remaining fields are reported as unknown.
fn fields(
    specs: &'static [FieldSpec],
    all: &'static [Name],
    mut raw: Map<String, Value>,
    place: &FieldPath<'_>,
    left_out: &mut LeftOut,
) -> Result<Map<String, Value>> {
    let mut out = Map::new();
    for (spec, name) in specs.iter().zip(all) {
        if let Some(value) = take_at(&mut raw, name.path, name.also, place)? {
            let value = convert(&spec.ty, name, value, &place.path(name.path), &out, left_out)?;
            out.insert(spec.name.to_owned(), value);
        }
    }
    left_out.rest(raw, all, &[], place)?;
    Ok(out)
}

/// Translates a value into the catalogue's codes. A value of a wrong type stays unchanged, and the catalogue refuses it.
fn convert(
    ty: &'static FieldType,
    name: &'static Name,
    value: Value,
    place: &FieldPath<'_>,
    before: &Map<String, Value>,
    left_out: &mut LeftOut,
) -> Result<Value> {
    let unknown = || Problem::unknown_code(place, &names::expected(ty));
    Ok(match (ty, value) {
        (FieldType::Code(codes), Value::String(raw)) => names::parse_code(codes, &raw).ok_or_else(unknown)?.into(),
        (FieldType::CorrectedKind, Value::String(raw)) => names::parse_kind(&raw).ok_or_else(unknown)?.code().into(),
        (FieldType::About, Value::Array(items)) => {
            let codes = items.iter().map(|item| item.as_str().and_then(names::parse_category));
            codes
                .map(|c| c.map(|c| Value::from(c.code())))
                .collect::<Option<Value>>()
                .ok_or_else(unknown)?
        }
        (FieldType::List { of, .. }, Value::Array(items)) => {
            let each = items.into_iter().enumerate();
            each.map(|(i, item)| convert(of, name, item, &place.index(i), before, left_out))
                .collect::<Result<Value>>()?
        }
        (FieldType::Record(specs), Value::Object(raw)) => {
            Value::Object(fields(specs, name.inner, raw, place, left_out)?)
        }
        (FieldType::CorrectedBody, Value::Object(raw)) => {
            let kind = before
                .get("correctedKind")
                .and_then(Value::as_str)
                .and_then(Kind::parse);
            let kind = kind.ok_or_else(|| Problem::missing(place, "rettetMeldingstype, som sier hvordan det leses"))?;
            Value::Object(fields(kind.spec().fields, names::of_kind(kind), raw, place, left_out)?)
        }
        (_, value) => value,
    })
}

/// Takes a value out of its group. `null` and an empty list count as absent, since some systems always send every
/// field.
fn take_at(
    map: &mut Map<String, Value>,
    path: &[&str],
    also: Option<&str>,
    place: &FieldPath<'_>,
) -> Result<Option<Value>> {
    match path {
        [] => Ok(None),
        [name] => match (take(map, name), also.and_then(|also| take(map, also))) {
            // Two names of one field have different values, so that the intended value is unknown.
            (Some(one), Some(other)) if one != other => {
                let expected = format!(
                    "det samme som i {}, eller at bare ett av feltene er med",
                    also.unwrap_or_default()
                );
                Err(Problem::invalid(&place.field(name), &expected))
            }
            (one, other) => Ok(one.or(other)),
        },
        [group, rest @ ..] => match map.get_mut(*group) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(inner)) => take_at(inner, rest, also, &place.field(group)),
            // `"status": "DELTAR"` means the same as `"status": {"type": "DELTAR"}`.
            Some(Value::String(_)) => Ok(if rest == ["type"] { map.remove(*group) } else { None }),
            Some(_) => Err(Problem::invalid(&place.field(group), "et objekt")),
        },
    }
}

fn take(map: &mut Map<String, Value>, name: &str) -> Option<Value> {
    map.remove(name)
        .filter(|value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()))
}

fn object(value: Value, place: &FieldPath<'_>) -> Result<Map<String, Value>> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(Problem::invalid(place, "et objekt")),
    }
}

fn text(map: &mut Map<String, Value>, name: &str, place: &FieldPath<'_>) -> Result<Option<String>> {
    match take(map, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Problem::invalid(place, "tekst")),
    }
}

fn referred<T>(map: &mut Map<String, Value>, name: &str, parse: fn(&str) -> Option<T>) -> Result<Option<T>> {
    let place = FieldPath::root(name);
    let raw = text(map, name, &place)?;
    raw.map(|raw| parse(&raw).ok_or_else(|| Problem::invalid(&place, REFERENCE)))
        .transpose()
}

fn instant(map: &mut Map<String, Value>, name: &str) -> Result<Option<time::Timestamp>> {
    let place = FieldPath::root(name);
    let raw = text(map, name, &place)?;
    let wrong = || Problem::invalid(&place, &names::expected(INSTANT));
    raw.map(|raw| time::parse_instant(&raw).ok_or_else(wrong)).transpose()
}

fn purpose(map: &mut Map<String, Value>) -> Result<Purpose> {
    let place = FieldPath::root("formaal");
    match text(map, "formaal", &place)?.as_deref() {
        None | Some(names::PURPOSE) => Ok(Purpose::WorkOrientedFollowup),
        Some(_) => Err(Problem::unknown_code(&place, names::PURPOSE)),
    }
}

/// Reads a text of 1 to 200 characters on one line.
fn short(map: &mut Map<String, Value>, name: &str, above: &FieldPath<'_>) -> Result<Option<String>> {
    let place = above.field(name);
    let Some(mut raw) = text(map, name, &place)? else {
        return Ok(None);
    };
    let trimmed = raw.trim();
    let ok = !trimmed.is_empty() && trimmed.chars().count() <= 200 && !trimmed.chars().any(char::is_control);
    if !ok {
        return Err(Problem::invalid(&place, "tekst på 1 til 200 tegn på én linje"));
    }
    if trimmed.len() != raw.len() {
        raw = trimmed.to_owned();
    }
    Ok(Some(raw))
}

fn participant(map: &mut Map<String, Value>, left_out: &mut LeftOut) -> Result<Participant> {
    let above = FieldPath::root("deltaker");
    let Some(raw) = take(map, "deltaker") else {
        return Err(Problem::missing(&above, "et objekt med norskIdent"));
    };
    let mut raw = object(raw, &above)?;
    let place = above.field("norskIdent");
    let expected = "et fødselsnummer eller D-nummer, 11 siffer";
    let id = match (
        text(&mut raw, "norskIdent", &place)?,
        text(&mut raw, "personIdent", &place)?,
    ) {
        (Some(one), Some(other)) if one != other => {
            let expected = "bare ett av feltene norskIdent og personIdent, eller samme nummer i begge";
            return Err(Problem::invalid(&place, expected));
        }
        (one, other) => one.or(other),
    };
    let id = id.ok_or_else(|| Problem::missing(&place, expected))?;
    let national_id = NationalId::parse(&id).map_err(|_| Problem::invalid(&place, expected))?;
    let name = short(&mut raw, "navn", &above)?.map(PersonName);
    left_out.rest(raw, &[], &[], &above)?;
    Ok(Participant { national_id, name })
}

fn handler(map: &mut Map<String, Value>, left_out: &mut LeftOut) -> Result<Option<Handler>> {
    let above = FieldPath::root("veileder");
    let Some(raw) = take(map, "veileder") else {
        return Ok(None);
    };
    let mut raw = object(raw, &above)?;
    let handler = Handler {
        name: short(&mut raw, "navn", &above)?
            .ok_or_else(|| Problem::missing(&above.field("navn"), "navnet på kontaktpersonen"))?,
        role: short(&mut raw, "rolle", &above)?,
        unit: short(&mut raw, "enhet", &above)?,
        phone: short(&mut raw, "telefon", &above)?,
    };
    left_out.rest(raw, &[], &[], &above)?;
    Ok(Some(handler))
}

fn recipients(map: &mut Map<String, Value>) -> Result<Recipients> {
    let place = FieldPath::root("mottakere");
    let expected = format!("{} eller en liste på 1 til {MAX_RECIPIENTS} mottakere", names::CIRCLE);
    match take(map, "mottakere") {
        None => Err(Problem::missing(&place, &expected)),
        Some(Value::String(raw)) if raw == names::CIRCLE => Ok(Recipients::Circle),
        Some(Value::Array(items)) if items.len() <= MAX_RECIPIENTS => {
            let mut parties = Vec::with_capacity(items.len());
            for (i, item) in items.iter().enumerate() {
                let party = item
                    .as_str()
                    .and_then(|raw| PartyName::parse(raw).ok())
                    .ok_or_else(|| {
                        let expected = "mottakerens navn i Bindeledd, org:<organisasjonsnummer> eller her:<HER-id>";
                        Problem::invalid(&place.index(i), expected)
                    })?;
                if !parties.contains(&party) {
                    parties.push(party);
                }
            }
            Ok(Recipients::Parties(parties))
        }
        Some(_) => Err(Problem::invalid(&place, &expected)),
    }
}

fn receipt(raw: Value) -> Result<Receipt> {
    let above = FieldPath::root("kvittering");
    let mut raw = object(raw, &above)?;
    let place = above.field("gjelder");
    let refers_to = text(&mut raw, "gjelder", &place)?
        .ok_or_else(|| Problem::missing(&place, "id-en til meldingen som kvitteres"))?;
    if !(1..=200).contains(&refers_to.len()) || !refers_to.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Problem::invalid(&place, REFERENCE));
    }
    let place = above.field("status");
    let status = match text(&mut raw, "status", &place)?.as_deref() {
        Some("mottatt") => ReceiptStatus::Ok,
        Some("avvist") => ReceiptStatus::Refused,
        Some("delvis") => ReceiptStatus::Partial,
        Some(_) => ReceiptStatus::Unknown,
        None => return Err(Problem::missing(&place, "mottatt eller avvist")),
    };
    let place = above.field("feil");
    let errors = match take(&mut raw, "feil") {
        None => Vec::new(),
        Some(Value::Array(items)) => items.into_iter().take(20).map(receipt_error).collect(),
        Some(_) => return Err(Problem::invalid(&place, "en liste med kode og tekst")),
    };
    Ok(Receipt {
        status,
        refers_to,
        scheme: crate::format::SCHEME.into(),
        errors,
    })
}

/// Reads an error from a receipt: `{kode, tekst}`, or its text alone.
fn receipt_error(raw: Value) -> ReceiptError {
    let said = |name: &str| match &raw {
        Value::Object(map) => map.get(name).and_then(Value::as_str).map(str::to_owned),
        Value::String(text) if name == "tekst" => Some(text.clone()),
        _ => None,
    };
    ReceiptError {
        code: said("kode").unwrap_or_default(),
        text: said("tekst").unwrap_or_default(),
    }
}

/// Parts of the document that the message leaves out.
#[derive(Default)]
struct LeftOut {
    texts: Vec<String>,
    more: usize,
}

impl LeftOut {
    /// Maximum number of parts that are named individually. A document with more parts is a mistake or an attack.
    const MOST: usize = 30;

    fn say(&mut self, text: String) {
        if self.texts.len() < Self::MOST {
            self.texts.push(text)
        } else {
            self.more += 1
        }
    }

    fn into_texts(mut self) -> Vec<String> {
        if self.more > 0 {
            self.texts
                .push(format!("I tillegg ble {} ukjente felt ikke brukt.", self.more));
        }
        self.texts
    }

    /// Records the members of an object that remain after its known fields were taken, including those of groups.
    fn rest(&mut self, raw: Map<String, Value>, all: &[Name], above: &[&str], place: &FieldPath<'_>) -> Result<()> {
        for (key, value) in raw {
            let group = all.iter().find(|name| {
                name.path.len() > above.len() + 1 && name.path.starts_with(above) && name.path[above.len()] == key
            });
            match (group, value) {
                (Some(name), Value::Object(inner)) => {
                    self.rest(inner, all, &name.path[..=above.len()], &place.field(&key))?;
                }
                (_, value) => self.unknown(&key, &value, &place.field(&key))?,
            }
        }
        Ok(())
    }

    fn unknown(&mut self, key: &str, value: &Value, place: &FieldPath<'_>) -> Result<()> {
        if is_attachment(key) {
            self.attachments(value);
            return Ok(());
        }
        no_diagnosis(key, value, place)?;
        if !value.is_null() {
            self.say(format!("Feltet {place} er ukjent og ble ikke brukt."));
        }
        Ok(())
    }

    fn attachments(&mut self, value: &Value) {
        let items = value
            .as_array()
            .map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        for item in items.iter().filter(|item| !item.is_null()) {
            let name = ["navn", "filnavn", "tittel"]
                .iter()
                .find_map(|key| item.get(key).and_then(Value::as_str));
            self.say(match name.or_else(|| item.as_str()).filter(|name| name.len() <= 100) {
                Some(name) => format!(
                    "Vedlegget «{}» ble ikke sendt videre.",
                    name.replace(char::is_control, " ")
                ),
                None => "Et vedlegg ble ikke sendt videre.".into(),
            });
        }
    }
}

fn is_attachment(key: &str) -> bool {
    ["vedlegg", "attachment", "attachments"]
        .iter()
        .any(|name| key.eq_ignore_ascii_case(name))
}

/// Refuses a diagnosis anywhere in the document, found by its field's name or its code system.
fn no_diagnosis(key: &str, value: &Value, place: &FieldPath<'_>) -> Result<()> {
    if value.is_null() {
        return Ok(());
    }
    if names_diagnosis(key) {
        return Err(Problem::diagnosis(place));
    }
    match value {
        Value::Object(map) => map
            .iter()
            .try_for_each(|(key, value)| no_diagnosis(key, value, &place.field(key))),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(i, item)| no_diagnosis("", item, &place.index(i))),
        Value::String(text) if is_diagnosis_system(text) => Err(Problem::diagnosis(place)),
        _ => Ok(()),
    }
}

fn names_diagnosis(key: &str) -> bool {
    let key = squeezed(key);
    key.contains("diagnos")
        || key.starts_with("icd1")
        || key == "icd"
        || key.starts_with("icpc")
        || key.starts_with("dsm")
}

/// Returns true for a code system of diagnoses, by its name or its number in the national code register.
fn is_diagnosis_system(text: &str) -> bool {
    text.len() <= 60
        && (matches!(squeezed(text).as_str(), "icd10" | "icd11" | "icpc2" | "icpc" | "dsm5")
            || text.ends_with("2.16.578.1.12.4.1.1.7110")
            || text.ends_with("2.16.578.1.12.4.1.1.7170"))
}

fn squeezed(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
