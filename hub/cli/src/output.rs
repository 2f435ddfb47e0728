//! The output of results: text for a person, or with `--json` one JSON value for each command.

use std::io::{IsTerminal as _, Write as _};

use bindeledd_core::is_hidden;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::{Lang, Text};
use serde_json::Value;

use crate::failure::Failure;

/// Prints results in the form that the caller wants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
    lang: Lang,
}

impl Output {
    /// Makes an output for a person, or as JSON.
    pub(crate) const fn new(json: bool, lang: Lang) -> Self {
        Self { json, lang }
    }

    /// Returns the language of texts.
    pub(crate) const fn lang(self) -> Lang {
        self.lang
    }

    /// Returns whether JSON was asked for.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// Prints a command's result as text or as JSON.
    pub(crate) fn result(self, json: &Value, human: impl FnOnce() -> String) {
        if self.json {
            self.json_value(json)
        } else {
            write(shown(human().trim_end()).as_bytes(), true)
        }
    }

    /// Prints a command's result, which is one text for a person.
    pub(crate) fn told(self, json: &Value, text: &dyn Text) {
        self.result(json, || text.text(self.lang));
    }

    /// Prints a result that is JSON for programs and people alike.
    pub(crate) fn json_value(self, json: &Value) {
        write(json_shown(&format!("{json:#}")).as_bytes(), true);
    }

    /// Prints bytes unchanged to a file or another program. On a terminal, control characters are printed as text.
    pub(crate) fn bytes(self, bytes: &[u8]) {
        if std::io::stdout().is_terminal() {
            write(shown(&String::from_utf8_lossy(bytes)).as_bytes(), false);
        } else {
            write(bytes, false);
        }
    }

    /// Prints a failure. With `--json` it is printed as JSON to standard output, where a program reads; else to
    /// standard error.
    pub(crate) fn failure(self, failure: &Failure) {
        if self.json {
            self.json_value(&failure.to_json(self.lang));
        } else {
            self.remark(&failure.text(self.lang));
        }
    }

    /// Prints the progress of a long command, on a terminal only.
    pub(crate) fn progress(self, what: &dyn Text, done: u64, all: u64) {
        let mut terminal = std::io::stderr().lock();
        if self.json || !terminal.is_terminal() {
            return;
        }
        let parts = (done * 40).checked_div(all).unwrap_or(40);
        let bar: String = (0..40).map(|i| if i < parts { '#' } else { '.' }).collect();
        let end = if done >= all { "\n" } else { "" };
        let what = what.text(self.lang);
        let line = Common::Progress { what, bar, done, all }.text(self.lang);
        let _ = write!(terminal, "\r{line}{end}").and_then(|()| terminal.flush());
    }

    /// Prints a remark for a person. A remark is no part of the result.
    pub(crate) fn remark(self, text: &str) {
        // If standard error is closed, the remark is lost, which is no failure.
        let _ = writeln!(std::io::stderr().lock(), "{}", shown(text.trim_end()));
    }
}

/// Returns a text of several lines in a safe form for a terminal. Characters that control the terminal, or change the
/// reading direction, appear as their codes.
pub(crate) fn shown(text: &str) -> String {
    escaped(
        text,
        |c| is_hidden(c) && c != '\n',
        |c| format!("\\u{{{:x}}}", u32::from(c)),
    )
}

/// Returns a text from elsewhere in a safe form for one line.
pub(crate) fn shown_in_line(text: &str) -> String {
    escaped(text, is_hidden, |c| format!("\\u{{{:x}}}", u32::from(c)))
}

/// Returns JSON in a safe form for a terminal. Control characters occur only in its texts, where they are escaped.
fn json_shown(json: &str) -> String {
    escaped(
        json,
        |c| is_hidden(c) && c != '\n',
        |c| {
            let mut units = [0; 2];
            c.encode_utf16(&mut units)
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect()
        },
    )
}

fn escaped(text: &str, hidden: impl Fn(char) -> bool, code: impl Fn(char) -> String) -> String {
    if !text.chars().any(&hidden) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) {
            shown.push_str(&code(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Writes the lines of a log to standard error, in a safe form for a terminal. The log's own colours stay.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LogLines;

impl std::io::Write for LogLines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let line = escaped(
            &text,
            |c| is_hidden(c) && !matches!(c, '\n' | '\t' | '\u{1b}'),
            |c| format!("\\u{{{:x}}}", u32::from(c)),
        );
        std::io::stderr().lock().write_all(line.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().lock().flush()
    }
}

fn write(bytes: &[u8], line: bool) {
    let mut out = std::io::stdout().lock();
    // If the reader has closed the output (`| head`), the command does not fail.
    let _ = out
        .write_all(bytes)
        .and_then(|()| if line { out.write_all(b"\n") } else { Ok(()) })
        .and_then(|()| out.flush());
}

/// Formats rows in columns, under a heading whose columns stand between `|`.
pub(crate) fn table(heading: &str, rows: &[Vec<String>]) -> String {
    let heading: Vec<&str> = heading.split('|').collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_control_a_terminal_is_shown_as_its_code() {
        let name = "Legen\u{1b}]0;x\u{7}\u{202e}sA\u{9b}31m\r";
        let seen = "Legen\\u{1b}]0;x\\u{7}\\u{202e}sA\\u{9b}31m\\u{d}";
        assert_eq!(shown(&format!("a {name}\nb")), format!("a {seen}\nb"));
        assert_eq!(shown_in_line(&format!("{name}\n")), format!("{seen}\\u{{a}}"));
        assert_eq!(shown("Fjellvik – Ørsta"), "Fjellvik – Ørsta");
        let value = serde_json::json!({ "name": format!("{name}\u{e0041}") });
        let json = json_shown(&format!("{value:#}"));
        assert!(!json.chars().any(|c| is_hidden(c) && c != '\n'), "{json:?}");
        assert_eq!(
            serde_json::from_str::<Value>(&json).unwrap(),
            value,
            "it is the same JSON"
        );
    }
}
