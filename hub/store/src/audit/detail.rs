//! The detail of an audit row, as JSON.

use super::anchor::Anchor;

/// Builds a row's detail: a JSON object of pseudonyms, codes and numbers.
pub(crate) struct Detail(String);

impl Detail {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    fn name(&mut self, name: &'static str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    /// Adds a text, escaped.
    pub(crate) fn text(mut self, name: &'static str, value: &str) -> Self {
        self.name(name);
        self.quoted(value);
        self
    }

    /// Adds an id.
    pub(crate) fn id(self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.text(name, &value.to_string())
    }

    pub(crate) fn id_or_none(self, name: &'static str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.id(name, value),
            None => self,
        }
    }

    pub(crate) fn number(mut self, name: &'static str, value: impl Into<i64>) -> Self {
        self.name(name);
        self.0.push_str(&value.into().to_string());
        self
    }

    pub(crate) fn texts(mut self, name: &'static str, values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.name(name);
        self.0.push('[');
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 {
                self.0.push(',');
            }
            self.quoted(value.as_ref());
        }
        self.0.push(']');
        self
    }

    /// Adds the participant's ledger after this step. Adds nothing if the ledger was not bound, because it differs from
    /// the registered one.
    pub(crate) fn ledger(self, anchor: Option<Anchor>) -> Self {
        match anchor {
            Some(anchor) => self
                .number("ledger", anchor.version)
                .text("ledgerDigest", &anchor.hexadecimal()),
            None => self.number("ledger", 0),
        }
    }

    fn quoted(&mut self, value: &str) {
        quote(&mut self.0, value);
    }

    pub(crate) fn done(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Appends a text as a JSON string.
pub(super) fn quote(json: &mut String, value: &str) {
    let plain = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\' || b == b' ';
    if value.bytes().all(plain) {
        json.push('"');
        json.push_str(value);
        json.push('"');
    } else {
        json.push_str(&serde_json::Value::from(value).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_json_whatever_is_in_it() {
        let detail = Detail::new()
            .text("a", "x\"\n\\æ")
            .number("n", 3)
            .texts("l", ["p", "q\""])
            .done();
        let value: serde_json::Value = serde_json::from_str(&detail).unwrap();
        assert_eq!(value, serde_json::json!({"a": "x\"\n\\æ", "n": 3, "l": ["p", "q\""]}));
    }
}
