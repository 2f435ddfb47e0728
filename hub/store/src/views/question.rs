//! A query that is composed of conditions, with its values.

use crate::conn::{Bind, Value};

/// A query with its values.
pub(crate) struct Question {
    pub(crate) sql: String,
    values: Vec<Box<dyn Bind>>,
}

impl Question {
    /// Begins a query whose values are numbered from 1.
    pub(super) fn new(sql: String, values: Vec<Box<dyn Bind>>) -> Self {
        Self { sql, values }
    }

    /// Runs the query with its values.
    pub(crate) fn ask<T>(&self, run: impl FnOnce(&[Value<'_>]) -> T) -> T {
        let values: Vec<Value<'_>> = self.values.iter().map(|value| value.value()).collect();
        run(values.as_slice())
    }

    /// Adds a condition on one value. `?` in the condition stands for the value.
    pub(super) fn and(&mut self, condition: &str, value: impl Bind + 'static) {
        let place = self.place(value);
        self.sql.push_str(" AND ");
        self.sql.push_str(&condition.replace('?', &place));
    }

    pub(super) fn and_always(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// Adds a value. Returns its place in the query.
    pub(super) fn place(&mut self, value: impl Bind + 'static) -> String {
        self.values.push(Box::new(value));
        format!("?{}", self.values.len())
    }
}
