//! A route, described by one row of a table.
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

/// The callers that a route admits. The handler checks rules that depend on the addressed thing's parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, without a key.
    Anyone,
    /// Any party, and the operator.
    AnyCaller,
    /// The party that the path names, and the operator.
    PartyInPath,
    /// The operator.
    Operator,
    /// The operator, callers with the monitoring key, and callers that the configuration admits.
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
    /// Returns the verb as an HTTP method.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
        }
    }

    /// Returns the verb's name.
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

/// A function that generates the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A content, with its media type.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    /// JSON of a type with this schema.
    Json(SchemaOf),
    /// A JSON object of this media type, whose schema is published elsewhere.
    Object(&'static str),
    /// A content of this media type that has no schema.
    Untold(&'static str),
}

impl Content {
    /// Makes the content of JSON of this type.
    #[must_use]
    pub const fn json<T: JsonSchema>() -> Self {
        Self::Json(SchemaGenerator::subschema_for::<T>)
    }

    /// Returns the content's media type.
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
    /// No content.
    Nothing,
    /// One kind of content.
    One(Content),
    /// One of several kinds of content.
    OneOf(&'static [Content]),
}

impl Contents {
    /// Returns every kind of content.
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
    /// This number of bytes.
    Bytes(usize),
    /// The configured maximum size of a native document.
    Document,
}

/// The body that a route takes.
#[derive(Debug, Clone, Copy)]
pub struct Body {
    /// True if the body must be present.
    pub required: bool,
    /// The maximum size of the body.
    pub limit: BodyLimit,
    /// The contents that the body may have.
    pub contents: Contents,
}

impl Body {
    /// The maximum size of a body if the route's row sets no other.
    pub const SMALL: BodyLimit = BodyLimit::Bytes(64 * 1024);

    /// A small body with JSON of this type, which must be present.
    #[must_use]
    pub const fn json<T: JsonSchema>() -> Self {
        Self {
            required: true,
            limit: Self::SMALL,
            contents: Contents::One(Content::json::<T>()),
        }
    }

    /// A small body with JSON of this type, which may be left out.
    #[must_use]
    pub const fn optional_json<T: JsonSchema>() -> Self {
        Self {
            required: false,
            ..Self::json::<T>()
        }
    }
}

/// A successful answer of a route.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// The answer's status.
    pub status: u16,
    /// The answer's contents.
    pub contents: Contents,
    /// The answer's meaning, if it needs more than "Done.".
    pub description: &'static str,
}

impl Answer {
    /// Makes an answer without a body.
    #[must_use]
    pub const fn empty(status: u16) -> Self {
        Self {
            status,
            contents: Contents::Nothing,
            description: "Done.",
        }
    }

    /// Makes an answer with JSON of this type.
    #[must_use]
    pub const fn json<T: JsonSchema>(status: u16) -> Self {
        Self::one(status, Content::json::<T>())
    }

    /// Makes an answer with this content.
    #[must_use]
    pub const fn one(status: u16, content: Content) -> Self {
        Self {
            contents: Contents::One(content),
            ..Self::empty(status)
        }
    }
}

/// The future that a handler returns.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send + 'a>>;

/// The function that answers a route.
pub type Handler<S> = for<'a> fn(&'a Arc<S>, &'a Call) -> Answering<'a>;

/// A route of a table over the state `S`.
pub struct Route<S: 'static> {
    /// The route's name in the OpenAPI document and the tests.
    pub id: &'static str,
    /// The route's method.
    pub method: Verb,
    /// The route's path, with parameters in braces.
    pub path: &'static str,
    /// A sentence that says what the route does.
    pub summary: &'static str,
    /// The callers that the route admits.
    pub access: Access,
    /// The parameters of the path, in their order.
    pub params: &'static [Parameter],
    /// The parameters of the query.
    pub query: &'static [Parameter],
    /// The bounds of the list, if the route answers with one.
    pub page: Page,
    /// The body that the route takes.
    pub body: Option<Body>,
    /// The route's successful answers.
    pub answers: &'static [Answer],
    /// The codes of the route's own problems.
    pub errors: &'static [&'static str],
    /// True if the route is for monitoring: its requests need no place and are not logged.
    pub watching: bool,
    /// The function that answers the route's requests.
    pub handler: Handler<S>,
}

/// The bounds of a list if the route's row sets no other.
const PAGE: Page = Page { usual: 50, most: 500 };

impl<S> Route<S> {
    /// Makes a GET route; the fields that the caller does not set are empty.
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

    /// Makes a POST route; the fields that the caller does not set are empty.
    #[must_use]
    pub const fn post(path: &'static str, handler: Handler<S>) -> Self {
        Self {
            method: Verb::Post,
            ..Self::get(path, handler)
        }
    }

    /// Returns every code with which the route may answer: its own, and those of its access and its body.
    #[must_use]
    pub fn all_errors(&self) -> Vec<&'static str> {
        use Access::{AnyCaller, Anyone, Operator, OperatorOrWatcher, PartyInPath};
        let mut errors = self.errors.to_vec();
        match self.access {
            Anyone => {}
            AnyCaller => errors.extend(["BL-1101", "BL-1116"]),
            PartyInPath | Operator | OperatorOrWatcher => errors.extend(["BL-1101", "BL-1102", "BL-1116"]),
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
        // Codes for an unknown query parameter and for a path that addresses nothing.
        errors.extend(["BL-1003", "BL-1004"]);
        if !self.params.is_empty() {
            errors.push("BL-1107");
        }
        errors.push("BL-1105");
        errors.sort_unstable();
        errors.dedup();
        errors
    }

    /// Returns the names of the parameters in the path.
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

/// Makes the handler of a row from an asynchronous function of the state and the call.
#[macro_export]
macro_rules! handler {
    ($function:path) => {
        |state, call| ::std::boxed::Box::pin($function(state, call))
    };
}
