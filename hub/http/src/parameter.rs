//! Parameters of paths and queries.

use serde_json::Value;

/// A parameter of a path or of a query.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// The parameter's name.
    pub name: &'static str,
    /// The parameter's meaning, in a sentence.
    pub description: &'static str,
    /// The parameter's schema; `None` for [`LIMIT`], whose schema follows from the route's page.
    pub schema: Option<fn() -> Value>,
}

impl Parameter {
    /// Makes a parameter with a schema.
    #[must_use]
    pub const fn new(name: &'static str, description: &'static str, schema: fn() -> Value) -> Self {
        Self {
            name,
            description,
            schema: Some(schema),
        }
    }
}

/// The length of a list, within the bounds of the route's page.
pub const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "Greatest number of items in the answer.",
    schema: None,
};
