//! A route: one row of a table that says everything about it.
//!
//! The router, the authorisation, the OpenAPI document and the tests read the same row.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::Method;
use axum::response::Response;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::call::Call;
use crate::parameter::Parameter;
use crate::problem::Problem;
use crate::query::Page;

/// The callers that a route lets in. Rules that depend on a thing's own parties are the handler's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, without a key.
    Anyone,
    /// Any party, and the operator.
    AnyCaller,
    /// The party of the path, and the operator.
    PartyInPath,
    /// The operator.
    Operator,
    /// The operator, callers with the key for watching, and callers that configuration lets in.
    OperatorOrWatcher,
}

/// The methods that routes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// GET.
    Get,
    /// POST.
    Post,
}

impl Verb {
    /// As HTTP has it.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The schema of a type, as a generator has it.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A content by its media type.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    /// JSON of a type, by its schema.
    Json(SchemaOf),
    /// A JSON object of this media type, whose schema others publish.
    Object(&'static str),
    /// A content of this media type that has no schema.
    Untold(&'static str),
}

impl Content {
    /// JSON of this type.
    #[must_use]
    pub const fn json<T: JsonSchema>() -> Self {
        Self::Json(SchemaGenerator::subschema_for::<T>)
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json(_) => "application/json",
            Self::Object(media_type) | Self::Untold(media_type) => media_type,
        }
    }
}

/// The contents of a body or of an answer.
#[derive(Debug, Clone, Copy)]
pub enum Contents {
    /// None.
    Nothing,
    /// This one.
    One(Content),
    /// One of several.
    OneOf(&'static [Content]),
}

impl Contents {
    /// Each of them.
    #[must_use]
    pub fn each(&self) -> &[Content] {
        match self {
            Self::Nothing => &[],
            Self::One(content) => std::slice::from_ref(content),
            Self::OneOf(contents) => contents,
        }
    }
}

/// The greatest size of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLimit {
    /// So many bytes.
    Bytes(usize),
    /// The size of a native document that the configuration sets.
    Document,
}

/// The body that a route takes.
#[derive(Debug, Clone, Copy)]
pub struct Body {
    /// True if it must be there.
    pub required: bool,
    /// Its greatest size.
    pub limit: BodyLimit,
    /// Its contents.
    pub contents: Contents,
}

impl Body {
    /// The greatest size of a body whose row says no other.
    pub const SMALL: BodyLimit = BodyLimit::Bytes(64 * 1024);

    /// JSON of this type, in a small body that must be there.
    #[must_use]
    pub const fn json<T: JsonSchema>() -> Self {
        Self {
            required: true,
            limit: Self::SMALL,
            contents: Contents::One(Content::json::<T>()),
        }
    }

    /// The same, where it may be left out.
    #[must_use]
    pub const fn optional_json<T: JsonSchema>() -> Self {
        Self {
            required: false,
            ..Self::json::<T>()
        }
    }
}

/// An answer of a route that succeeded.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its contents.
    pub contents: Contents,
    /// Its meaning, where that needs more than "Done.".
    pub description: &'static str,
}

impl Answer {
    /// An answer without a body.
    #[must_use]
    pub const fn empty(status: u16) -> Self {
        Self {
            status,
            contents: Contents::Nothing,
            description: "Done.",
        }
    }

    /// JSON of this type.
    #[must_use]
    pub const fn json<T: JsonSchema>(status: u16) -> Self {
        Self::one(status, Content::json::<T>())
    }

    /// An answer with this content.
    #[must_use]
    pub const fn one(status: u16, content: Content) -> Self {
        Self {
            contents: Contents::One(content),
            ..Self::empty(status)
        }
    }
}

/// An answer that is being made.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send + 'a>>;

/// The function that answers a route.
pub type Handler<S> = for<'a> fn(&'a Arc<S>, &'a Call) -> Answering<'a>;

/// A route of a table over the state `S`.
pub struct Route<S: 'static> {
    /// Its name, as the OpenAPI document and the tests have it.
    pub id: &'static str,
    /// Its method.
    pub method: Verb,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// One sentence about it.
    pub summary: &'static str,
    /// The callers that it lets in.
    pub access: Access,
    /// The parameters of its path, in their order.
    pub params: &'static [Parameter],
    /// The parameters of its query.
    pub query: &'static [Parameter],
    /// The bounds of its list, where it answers with one.
    pub page: Page,
    /// The body that it takes.
    pub body: Option<Body>,
    /// Its answers where it succeeds.
    pub answers: &'static [Answer],
    /// The codes of its own problems.
    pub errors: &'static [&'static str],
    /// True if it is for watching the hub: its requests need no place, and the log passes over them.
    pub watching: bool,
    /// The function that answers it.
    pub handler: Handler<S>,
}

/// The bounds of a list whose route says no other.
const PAGE: Page = Page { usual: 50, most: 500 };

impl<S> Route<S> {
    /// A route that reads; the fields that it does not name have nothing.
    #[must_use]
    pub const fn get(path: &'static str, handler: Handler<S>) -> Self {
        Self {
            id: "",
            method: Verb::Get,
            path,
            summary: "",
            access: Access::Operator,
            params: &[],
            query: &[],
            page: PAGE,
            body: None,
            answers: &[],
            errors: &[],
            watching: false,
            handler,
        }
    }

    /// A route that does something; the fields that it does not name have nothing.
    #[must_use]
    pub const fn post(path: &'static str, handler: Handler<S>) -> Self {
        Self {
            method: Verb::Post,
            ..Self::get(path, handler)
        }
    }

    /// Every code that it may answer with: its own, and those of its access and its body.
    #[must_use]
    pub fn all_errors(&self) -> Vec<&'static str> {
        use Access::{AnyCaller, Anyone, Operator, OperatorOrWatcher, PartyInPath};
        let mut errors = self.errors.to_vec();
        match self.access {
            Anyone => {}
            AnyCaller => errors.extend(["BL-1101"]),
            PartyInPath | Operator | OperatorOrWatcher => errors.extend(["BL-1101", "BL-1102"]),
        }
        if self.access != Anyone {
            errors.push("BL-1120");
        }
        if !matches!(self.access, Anyone | OperatorOrWatcher) {
            errors.extend([
                "BL-1102", "BL-6022", "BL-1109", "BL-1110", "BL-1111", "BL-1130", "BL-5001", "BL-5002", "BL-5003",
                "BL-5034", "BL-5035", "BL-5036",
            ]);
        }
        if self.body.is_some() {
            errors.extend(["BL-1103", "BL-1112"]);
        }
        // A query that is not the route's, and a path that names nothing.
        errors.extend(["BL-1003", "BL-1004"]);
        if !self.params.is_empty() {
            errors.push("BL-1107");
        }
        errors.push("BL-1105");
        errors.sort_unstable();
        errors.dedup();
        errors
    }

    /// The names in its path.
    pub fn names_in_path(&self) -> impl Iterator<Item = &'static str> {
        self.path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(|name| name.trim_start_matches('*'))
    }
}

impl<S> fmt::Debug for Route<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.id, self.method, self.path)
    }
}

/// The handler of a row, made of an asynchronous function of the state and the call.
#[macro_export]
macro_rules! handler {
    ($function:path) => {
        |state, call| ::std::boxed::Box::pin($function(state, call))
    };
}
