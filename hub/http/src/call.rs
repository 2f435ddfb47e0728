//! A request that may be served.

use std::cmp::Reverse;
use std::collections::HashMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use bindeledd_core::{InputError, PartyId};

use crate::caller::Caller;
use crate::path::PathValue;
use crate::problem::Problem;
use crate::query::{Page, Query};

/// A request that may be served: its caller and its content.
#[derive(Debug)]
pub struct Call {
    /// The caller; none on an open route.
    pub caller: Option<Caller>,
    /// The party of the path, where the route has one and the caller is that party or the operator.
    pub party: Option<PartyId>,
    /// The query.
    pub query: Query,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty on a route that takes none.
    pub body: Bytes,
    pub(crate) page: Page,
    pub(crate) params: HashMap<String, String>,
}

impl Call {
    /// The party of the path.
    ///
    /// # Errors
    /// A route without one.
    pub fn path_party(&self) -> Result<&PartyId, Problem> {
        self.party
            .as_ref()
            .ok_or_else(|| Problem::not_found("there is no such party"))
    }

    /// The caller, on a route that is not open.
    ///
    /// # Errors
    /// A request without a caller.
    pub fn caller(&self) -> Result<&Caller, Problem> {
        self.caller.as_ref().ok_or_else(Problem::unauthorized)
    }

    /// The value of this name in the path.
    ///
    /// # Errors
    /// A text that is no such value, and a name that the path does not have: there is no such thing.
    pub fn param<T: PathValue>(&self, name: &str) -> Result<T, Problem> {
        let value = self.params.get(name).and_then(|raw| T::read(raw));
        value.ok_or_else(|| Problem::not_found(format!("there is no such {}", T::NOUN)))
    }

    /// The length of the list that the caller asks for, within the route's bounds.
    ///
    /// # Errors
    /// A `limit` that is no number, or out of bounds.
    pub fn limit(&self) -> Result<usize, InputError> {
        self.query.limit(self.page)
    }

    /// True if the caller prefers `this` media type to `usual`, by Accept. Of two alike it prefers the one named first; where
    /// neither is named, the usual one.
    #[must_use]
    pub fn accepts_rather(&self, this: &str, usual: &str) -> bool {
        let accept = self.headers.get_all(header::ACCEPT);
        let said: Vec<_> = accept.iter().filter_map(|value| value.to_str().ok()).collect();
        weight(&said, this) > weight(&said, usual)
    }

    /// The body's media type, as the caller says it.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
    }
}

/// The weight of a media type in Accept headers: by its `q`, then by how early it stands. None where it is not named, so that
/// `*/*` alone asks for the usual type.
fn weight(accept: &[&str], media_type: &str) -> Option<(u32, Reverse<usize>)> {
    let ranges = accept.iter().flat_map(|line| line.split(',')).enumerate();
    let weighed = ranges.filter_map(|(place, range)| {
        let mut parts = range.split(';').map(str::trim);
        if !parts.next()?.eq_ignore_ascii_case(media_type) {
            return None;
        }
        let q = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let q: f32 = q
            .map_or(Some(1.0), |q| q.trim().parse().ok())
            .filter(|q| (0.0..=1.0).contains(q))?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
        let thousandths = (q * 1000.0) as u32;
        (thousandths > 0).then_some((thousandths, Reverse(place)))
    });
    weighed.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FHIR: &str = "application/fhir+json";

    #[test]
    fn accept_is_weighed() {
        let rather = |accept: &[&str]| weight(accept, FHIR) > weight(accept, "application/json");
        for yes in [
            &[FHIR][..],
            &["application/fhir+json; fhirVersion=4.0"],
            &["application/json;q=0.5, application/fhir+json"],
            &["Application/FHIR+JSON, application/json"],
            &["text/html", "application/fhir+json;q=0.1"],
        ] {
            assert!(rather(yes), "{yes:?}");
        }
        for no in [
            &[][..],
            &["*/*"],
            &["application/json, application/fhir+json"],
            &["application/fhir+json;q=0"],
            &["application/fhir+json;q=x"],
            &["application/fhir+json;q=0.2, application/json;q=0.3"],
        ] {
            assert!(!rather(no), "{no:?}");
        }
    }
}
