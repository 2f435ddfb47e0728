//! What stands behind the question mark: known names only, each once.

use std::str::FromStr;

use axum::extract::Query as AxumQuery;
use axum::http::Uri;
use bindeledd_core::{InputCode, InputError};

use super::routes::Page;

#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query; `known` are the names that the route has.
    pub(crate) fn parse(raw: Option<&str>, known: &'static [&'static str]) -> Result<Self, InputError> {
        let Some(raw) = raw.filter(|raw| !raw.is_empty()) else {
            return Ok(Self::default());
        };
        let invalid = || InputError::new(InputCode::Invalid, "query", "names and values in percent-encoded UTF-8");
        let uri: Uri = format!("/?{raw}").parse().map_err(|_| invalid())?;
        let AxumQuery(pairs) = AxumQuery::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_| invalid())?;
        let mut seen: Vec<&str> = Vec::new();
        for (name, _) in &pairs {
            let Some(name) = known.iter().find(|k| *k == name) else {
                let expected = if known.is_empty() {
                    "no query".to_owned()
                } else {
                    format!("one of {}", known.join(", "))
                };
                return Err(InputError::new(InputCode::Unknown, "query", expected));
            };
            if seen.contains(name) {
                return Err(InputError::new(InputCode::Invalid, format!("query.{name}"), "it once"));
            }
            seen.push(name);
        }
        Ok(Self(pairs))
    }

    /// A value that `read` understands.
    pub(crate) fn get<T>(
        &self,
        name: &str,
        code: InputCode,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, InputError> {
        let value = self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value);
        value
            .map(|raw| read(raw).ok_or_else(|| InputError::new(code, format!("query.{name}"), expected)))
            .transpose()
    }

    /// `limit`, from 1 to the most of a page.
    pub(crate) fn limit(&self, page: Page) -> Result<usize, InputError> {
        let Page { usual, most } = page;
        let read = |raw: &str| whole(raw).filter(|n| (1..=most).contains(n));
        let found = self.get(
            "limit",
            InputCode::Invalid,
            &format!("a whole number from 1 to {most}"),
            read,
        )?;
        Ok(found.unwrap_or(usual))
    }
}

/// A whole number in digits and nothing else: no sign.
pub(crate) fn whole<T: FromStr>(raw: &str) -> Option<T> {
    raw.bytes().all(|b| b.is_ascii_digit()).then(|| raw.parse().ok())?
}
