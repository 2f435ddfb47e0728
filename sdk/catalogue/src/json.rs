//! The strict reader for all incoming JSON. It refuses an object that has a member twice, and ignores a byte order mark. A number
//! without a fraction is read as a whole number, however it is written.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use crate::encoding::{self, Encoding};
use crate::error::{InputCode, InputError};

/// The fault in a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonFault {
    /// The text is not UTF-8.
    Encoding(Encoding),
    /// The text ends too early.
    CutOff,
    /// The text is not JSON, or is nested too deep.
    Syntax,
    /// An object has one member twice: readers differ in which of the two they use.
    Twice,
    /// The text is JSON of another shape than the one that was asked for.
    Shape,
}

/// The reason why JSON could not be read, and the position. It never has a value of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// The fault.
    pub fault: JsonFault,
    /// Line, from 1; 0 if it is unknown.
    pub line: usize,
    /// Column, from 1; 0 if it is unknown.
    pub column: usize,
    /// Known part of the path from the document's root, such as `participant.nationalId`; may be empty.
    pub path: String,
}

/// Reads JSON into a value.
///
/// # Errors
/// The fault and its place.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    strict(utf8(bytes)?)
}

/// Reads JSON into a type.
///
/// # Errors
/// The fault and its place.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    let text = utf8(bytes)?;
    let value = strict(text)?;
    // The parsed value has no line numbers, so the text is read again to find them.
    T::deserialize(value).or_else(|_| {
        serde_json::from_str(text).map_err(|e| JsonError {
            fault: JsonFault::Shape,
            line: e.line(),
            column: e.column(),
            path: String::new(),
        })
    })
}

fn utf8(bytes: &[u8]) -> Result<&str, JsonError> {
    encoding::text(bytes).map_err(|encoding| {
        let (line, column) = match encoding {
            Encoding::Utf16 | Encoding::Utf32 => (1, 1),
            Encoding::Unknown { line, column } => (line, column),
        };
        JsonError {
            fault: JsonFault::Encoding(encoding),
            line,
            column,
            path: String::new(),
        }
    })
}

fn strict(text: &str) -> Result<Value, JsonError> {
    let trace = Trace::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict(&trace).deserialize(&mut reader);
    value.and_then(|value| reader.end().map(|()| value)).map_err(|e| {
        let fault = match e.classify() {
            serde_json::error::Category::Eof => JsonFault::CutOff,
            serde_json::error::Category::Data => JsonFault::Twice,
            serde_json::error::Category::Io | serde_json::error::Category::Syntax => JsonFault::Syntax,
        };
        JsonError {
            fault,
            line: e.line(),
            column: e.column(),
            path: trace.path(),
        }
    })
}

/// Makes a number whole if it has no fraction: some systems write `1.0` and `1.2E+2`. Beyond 2^53, binary no longer
/// tells which whole number was meant, so the number stays as it is.
#[must_use]
pub fn number(value: f64) -> Option<Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and far inside i64")]
        return Some(Number::from(value as i64));
    }
    Number::from_f64(value)
}

impl JsonError {
    /// Returns line and column in English.
    #[must_use]
    pub fn place(&self) -> String {
        format!("line {} column {}", self.line, self.column)
    }

    /// Describes the fault and its position in Norwegian, in whole sentences.
    #[must_use]
    pub fn in_norwegian(&self) -> String {
        let (line, column) = (self.line, self.column);
        let place = format!("linje {line}, kolonne {column}");
        match self.fault {
            JsonFault::Twice => format!(
                "Samme felt står to ganger i dokumentet{}: {place}. Det er ikke sikkert hva som gjelder. La det stå én gang.",
                if self.path.is_empty() {
                    String::new()
                } else {
                    format!(", {}", self.path)
                }
            ),
            JsonFault::Encoding(encoding) => match encoding.name() {
                Some(name) => format!("Dokumentet er i {name}. Lagre det i UTF-8, og send det på nytt."),
                None => {
                    format!("Dokumentet er ikke gyldig JSON i UTF-8: {place}. Lagre det i UTF-8, og send det på nytt.")
                }
            },
            JsonFault::CutOff | JsonFault::Syntax | JsonFault::Shape => {
                format!("Dokumentet er ikke gyldig JSON i UTF-8: {place}. Se etter om det er kuttet.")
            }
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        match self.fault {
            JsonFault::Encoding(Encoding::Unknown { .. }) => write!(f, "not UTF-8 ({place})"),
            JsonFault::Encoding(encoding) => write!(f, "not UTF-8: {encoding}"),
            JsonFault::CutOff => write!(f, "JSON that is cut off ({place})"),
            JsonFault::Syntax => write!(f, "not JSON ({place})"),
            JsonFault::Twice if self.path.is_empty() => write!(f, "a name stands twice in one object ({place})"),
            JsonFault::Twice => write!(f, "the name {} stands twice in one object ({place})", self.path),
            JsonFault::Shape => write!(f, "JSON of another shape ({place})"),
        }
    }
}

impl std::error::Error for JsonError {}

impl From<JsonError> for InputError {
    fn from(error: JsonError) -> Self {
        let twice = error.fault == JsonFault::Twice && !error.path.is_empty();
        let place = if twice {
            format!("{} ({})", error.place(), error.path)
        } else {
            error.place()
        };
        let expected = match error.fault {
            JsonFault::Twice => "every name once in an object: it is not certain which of the two is meant".into(),
            JsonFault::CutOff => "JSON that ends: it is cut off".into(),
            JsonFault::Encoding(encoding) => match encoding.name() {
                Some(name) => format!("JSON in UTF-8; this is {name}"),
                None => "JSON in UTF-8; this has bytes of another encoding".into(),
            },
            JsonFault::Syntax | JsonFault::Shape => "JSON, in UTF-8, nested at most 127 deep".into(),
        };
        Self::new(InputCode::Unreadable, place, expected)
    }
}

/// One step of a path, recorded only if something below it is wrong.
enum Step {
    Member(String),
    Item(usize),
}

/// The path to the fault, from the inside out.
#[derive(Default)]
struct Trace(RefCell<Vec<Step>>);

impl Trace {
    fn add(&self, step: Step) {
        self.0.borrow_mut().push(step);
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in self.0.borrow().iter().rev() {
            match step {
                Step::Item(at) => path.push_str(&format!("[{at}]")),
                Step::Member(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    // A member name from a sender may itself be personal data, so that a long or odd name is not repeated.
                    let plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
                    path.push_str(if plain { name } else { "?" });
                }
            }
        }
        path
    }
}

/// Builds a [`Value`], and stops at a member that occurs twice.
#[derive(Clone, Copy)]
struct Strict<'t>(&'t Trace);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(number(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        loop {
            match items.next_element_seed(self) {
                Ok(Some(item)) => out.push(item),
                Ok(None) => return Ok(Value::Array(out)),
                Err(error) => {
                    self.0.add(Step::Item(out.len()));
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            match out.entry(name) {
                Entry::Occupied(there) => {
                    self.0.add(Step::Member(there.key().clone()));
                    return Err(A::Error::custom("a name stands twice"));
                }
                Entry::Vacant(free) => match members.next_value_seed(self) {
                    Ok(value) => {
                        free.insert(value);
                    }
                    Err(error) => {
                        self.0.add(Step::Member(free.key().clone()));
                        return Err(error);
                    }
                },
            }
        }
        Ok(Value::Object(out))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn told(text: &str) -> (JsonFault, usize, usize, String) {
        let error = parse(text.as_bytes()).unwrap_err();
        (error.fault, error.line, error.column, error.path)
    }

    #[test]
    fn a_member_that_stands_twice_is_refused_with_its_place_wherever_it_is() {
        for (text, path) in [
            (r#"{"a": 1, "a": 1}"#, "a"),
            (r#"{"a": 1, "b": 2, "a": null}"#, "a"),
            (r#"{"a": 1, "\u0061": 2}"#, "a"),
            (r#"{"p": {"id": "1", "name": "x", "id": "2"}}"#, "p.id"),
            (r#"{"x": [{}, {"y": [0, {"z": 1, "z": {}}]}]}"#, "x[1].y[1].z"),
            (r#"[{"a": 1}, {"a": 1, "a": 2}]"#, "[1].a"),
            (r#"{"": 1, "": 2}"#, ""),
            (r#"{"01010112345": 1, "01010112345": 2}"#, "?"),
        ] {
            let (fault, line, column, found) = told(text);
            assert_eq!((fault, line, found.as_str()), (JsonFault::Twice, 1, path), "{text}");
            assert!(column > 1, "{text}");
        }
        assert_eq!(told("{\n  \"a\": 1,\n  \"a\": 2\n}").1, 3);
        assert_eq!(
            parse(br#"{"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}], "A": 2}"#).unwrap()["A"],
            2
        );
        let error = InputError::from(parse(br#"{"p": {"id": 1, "id": 2}}"#).unwrap_err());
        assert_eq!(
            (error.code, error.path.as_str()),
            (InputCode::Unreadable, "line 1 column 20 (p.id)")
        );
    }

    #[test]
    fn a_number_without_a_fraction_is_whole() {
        let read =
            parse(b"[1.0, 1.2E+2, -0.0, 5e0, 1.5, 1e-1, 7, -7.00, 18446744073709551615, 9007199254740993.0, 1e300]");
        let read = read.unwrap();
        assert_eq!(read[0], json!(1));
        assert_eq!(read[1].as_u64(), Some(120));
        assert_eq!(read[2].as_i64(), Some(0));
        assert_eq!(read[3].as_i64(), Some(5));
        assert_eq!(read[4].as_f64(), Some(1.5));
        assert_eq!(read[5].as_f64(), Some(0.1));
        assert_eq!((read[6].as_i64(), read[7].as_i64()), (Some(7), Some(-7)));
        assert_eq!(read[8].as_u64(), Some(u64::MAX));
        assert!(read[10].as_i64().is_none());
        #[derive(Deserialize)]
        struct Typed {
            her: u32,
        }
        assert_eq!(super::read::<Typed>(b"{\"her\": 8143060.0}").unwrap().her, 8_143_060);
    }

    #[test]
    fn what_is_not_read_is_told_by_its_place() {
        assert_eq!(parse(b"\xef\xbb\xbf {\"a\": 1}\n").unwrap()["a"], 1);
        assert_eq!(told("").0, JsonFault::CutOff);
        assert_eq!(told("{\"a\": [1, 2").0, JsonFault::CutOff);
        assert_eq!(told("{} {}").0, JsonFault::Syntax);
        assert_eq!(told(r#"{"a": {"b": [tru]}}"#).3, "a.b[0]");
        assert_eq!(told(r#"{"a": "\ud800"}"#).0, JsonFault::Syntax);
        assert_eq!(told(&"[".repeat(200)).0, JsonFault::Syntax);
        assert_eq!(told("{\"a\": 1e999}").0, JsonFault::Syntax);
        let wide: Vec<u8> = "{\"a\": 1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let error = parse(&wide).unwrap_err();
        assert_eq!(error.fault, JsonFault::Encoding(Encoding::Utf16));
        assert!(error.in_norwegian().contains("UTF-16") && error.to_string().contains("UTF-16"));
        let error = parse(b"{\"a\":\n \"bl\xe5\"}").unwrap_err();
        assert_eq!(
            (error.line, error.fault),
            (2, JsonFault::Encoding(Encoding::Unknown { line: 2, column: 5 }))
        );
    }

    #[test]
    fn a_type_is_read_as_strictly_with_the_line_of_what_does_not_fit() {
        #[derive(Debug, Deserialize)]
        struct Given {
            token: String,
            #[serde(default)]
            rest: Value,
        }
        let given = read::<Given>(b"\xef\xbb\xbf{\"token\": \"t\", \"rest\": {\"n\": 2.0}}").unwrap();
        assert_eq!((given.token.as_str(), &given.rest["n"]), ("t", &json!(2)));
        for twice in [
            r#"{"token": "t", "x": 1, "x": 2}"#,
            r#"{"token": "t", "rest": {"a": 1, "a": 2}}"#,
        ] {
            assert_eq!(
                read::<Given>(twice.as_bytes()).unwrap_err().fault,
                JsonFault::Twice,
                "{twice}"
            );
        }
        let error = read::<Given>(b"{\n\"token\": 5}").unwrap_err();
        assert_eq!((error.fault, error.line), (JsonFault::Shape, 2));
    }
}
