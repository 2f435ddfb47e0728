//! A request that may be served.

use std::cmp::Reverse;
use std::collections::HashMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use bindeledd_core::{InputError, PartyId};
use bindeledd_texts::problem::Detail;

use crate::caller::Caller;
use crate::path::PathValue;
use crate::problem::Problem;
use crate::query::{Page, Query};

/// A request that may be served: its caller and its content.
#[derive(Debug)]
pub struct Call {
    /// The caller; none on an open route.
    pub caller: Option<Caller>,
    /// The party that the path names. Present if the route has a party in its path; the caller is that party or the operator.
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
    /// Returns the party that the path names.
    ///
    /// # Errors
    /// The route has no party in its path.
    pub fn path_party(&self) -> Result<&PartyId, Problem> {
        self.party.as_ref().ok_or_else(|| Problem::not_found(Detail::NoParty))
    }

    /// Returns the caller of a route that is not open.
    ///
    /// # Errors
    /// The request has no caller.
    pub fn caller(&self) -> Result<&Caller, Problem> {
        self.caller.as_ref().ok_or_else(Problem::unauthorized)
    }

    /// Returns the value of the path parameter with this name.
    ///
    /// # Errors
    /// The text is not such a value, or the path has no such parameter; both are answered as not found.
    pub fn param<T: PathValue>(&self, name: &str) -> Result<T, Problem> {
        let value = self.params.get(name).and_then(|raw| T::read(raw));
        value.ok_or_else(|| Problem::not_found(T::ABSENT))
    }

    /// Returns the length of the list that the caller asks for, within the route's bounds.
    ///
    /// # Errors
    /// The `limit` is not a number, or is out of bounds.
    pub fn limit(&self) -> Result<usize, InputError> {
        self.query.limit(self.page)
    }

    /// Returns whether the `Accept` header prefers the media type `this` to `usual`. Of two with equal weight, the one named first
    /// is preferred. If neither is named, `usual` is preferred.
    #[must_use]
    pub fn accepts_rather(&self, this: &str, usual: &str) -> bool {
        let accept = self.headers.get_all(header::ACCEPT);
        let said: Vec<_> = accept.iter().filter_map(|value| value.to_str().ok()).collect();
        weight(&said, this) > weight(&said, usual)
    }

    /// Returns the media type that the request gives for its body.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
    }
}

/// Returns the weight of a media type in the `Accept` headers: its `q`, then its position. `None` if the media type is not named,
/// so that `*/*` alone gives the usual type.
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
