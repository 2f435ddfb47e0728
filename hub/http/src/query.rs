//! The query of a request. Each parameter must be known and may occur once.

use std::str::FromStr;

use axum::extract::Query as AxumQuery;
use axum::http::Uri;
use bindeledd_core::{InputCode, InputError};

use crate::parameter::Parameter;

/// Bounds of the length of a list in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The length if the caller asks for none.
    pub usual: usize,
    /// The greatest length.
    pub most: usize,
}

/// The query of a request.
#[derive(Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Parses a query; `known` are the route's parameters.
    pub(crate) fn parse(raw: Option<&str>, known: &'static [Parameter]) -> Result<Self, InputError> {
        let Some(raw) = raw.filter(|raw| !raw.is_empty()) else {
            return Ok(Self::default());
        };
        let invalid = || InputError::new(InputCode::Invalid, "query", "names and values in percent-encoded UTF-8");
        let uri: Uri = format!("/?{raw}").parse().map_err(|_| invalid())?;
        let AxumQuery(pairs) = AxumQuery::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_| invalid())?;
        let mut seen: Vec<&str> = Vec::new();
        for (name, _) in &pairs {
            let Some(name) = known.iter().map(|k| k.name).find(|k| k == name) else {
                let expected = if known.is_empty() {
                    "no query".to_owned()
                } else {
                    format!("one of {}", known.iter().map(|k| k.name).collect::<Vec<_>>().join(", "))
                };
                return Err(InputError::new(InputCode::Unknown, "query", expected));
            };
            if seen.contains(&name) {
                return Err(InputError::new(InputCode::Invalid, format!("query.{name}"), "it once"));
            }
            seen.push(name);
        }
        Ok(Self(pairs))
    }

    /// Returns the value of this parameter, read by `read`; `None` if the query does not have the parameter.
    ///
    /// # Errors
    /// `read` does not understand the text.
    pub fn get<T>(
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

    /// Returns the `limit` parameter, which must lie between 1 and the maximum page size.
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

/// Parses a whole number that consists of digits only, without a sign.
#[must_use]
pub fn whole<T: FromStr>(raw: &str) -> Option<T> {
    raw.bytes().all(|b| b.is_ascii_digit()).then(|| raw.parse().ok())?
}
