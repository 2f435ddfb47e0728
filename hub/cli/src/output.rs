//! Where results go: for a person, or one JSON value a command with `--json`.

use std::io::{IsTerminal as _, Write as _};

use serde_json::Value;

use crate::failure::Failure;

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// For a person, or JSON.
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether JSON was asked for.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// A command's result in both forms.
    pub(crate) fn result(self, json: &Value, human: impl FnOnce() -> String) {
        if self.json {
            self.json_value(json)
        } else {
            write(human().trim_end().as_bytes(), true)
        }
    }

    /// A result that is JSON whether a program or a person reads it.
    pub(crate) fn json_value(self, json: &Value) {
        write(format!("{json:#}").as_bytes(), true);
    }

    /// Bytes as they are.
    pub(crate) fn bytes(self, bytes: &[u8]) {
        write(bytes, false);
    }

    /// A failure: JSON to standard output where JSON was asked for, since that is where a program reads; else to standard error.
    pub(crate) fn failure(self, failure: &Failure) {
        if self.json {
            self.json_value(&failure.to_json());
        } else {
            self.remark(&failure.text());
        }
    }

    /// How far a long command has come, on a terminal; nowhere else.
    pub(crate) fn progress(self, what: &str, done: u64, all: u64) {
        let mut terminal = std::io::stderr().lock();
        if self.json || !terminal.is_terminal() {
            return;
        }
        let parts = (done * 40).checked_div(all).unwrap_or(40);
        let bar: String = (0..40).map(|i| if i < parts { '#' } else { '.' }).collect();
        let end = if done >= all { "\n" } else { "" };
        let _ = write!(terminal, "\r{what} [{bar}] {done} of {all}{end}").and_then(|()| terminal.flush());
    }

    /// A remark for a person that is no part of the result.
    pub(crate) fn remark(self, text: &str) {
        // Whoever closed standard error does not want to know.
        let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end());
    }
}

fn write(bytes: &[u8], line: bool) {
    let mut out = std::io::stdout().lock();
    // A reader that has gone (`| head`) is no failure of the command.
    let _ = out
        .write_all(bytes)
        .and_then(|()| if line { out.write_all(b"\n") } else { Ok(()) })
        .and_then(|()| out.flush());
}

/// Rows in columns, under a heading.
pub(crate) fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = heading.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(&mut heading.iter().copied())];
    lines.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    lines.join("\n")
}
