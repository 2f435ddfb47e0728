//! The layout of a letter as plain text with short lines, for a text printer or a screen reader.

use bindeledd_sdk::page::is_printable;

use crate::letter::{Entry, Letter, Value};

/// Largest number of characters on a line of a plain letter.
pub const LINE: usize = 72;

pub(crate) fn write(letter: &Letter) -> String {
    let mut out = Out(String::with_capacity(4 * 1024));
    out.wrapped("", "", &letter.sender);
    out.pairs(&letter.letterhead);
    out.blank();
    out.wrapped("Til ", "    ", &letter.receiver);
    if let Some(attention) = &letter.attention {
        out.wrapped("Ved ", "    ", attention);
    }
    out.blank();
    out.wrapped("", "", &letter.date);
    out.blank();
    out.wrapped("", "", &letter.title.to_uppercase());
    out.blank();
    out.pairs(&letter.about);
    out.blank();
    if letter.entries.is_empty() {
        out.wrapped("", "", "Ingen av opplysningene i meldingen kan vises her.");
    } else {
        out.entries(&letter.entries, "");
    }
    if let Some(withheld) = letter.withheld {
        out.blank();
        out.wrapped("", "", withheld);
    }
    out.section("SLIK SVARER DU", &letter.answering);
    out.section("PERSONVERN", &letter.privacy);
    out.0
}

struct Out(String);

impl Out {
    fn blank(&mut self) {
        self.0.push('\n');
    }

    fn pairs(&mut self, pairs: &[(&'static str, String)]) {
        for (label, text) in pairs {
            self.wrapped(&format!("{label}: "), "  ", text);
        }
    }

    fn section(&mut self, heading: &str, sentences: &[String]) {
        self.blank();
        self.wrapped("", "", heading);
        for sentence in sentences {
            self.wrapped("", "", sentence);
        }
    }

    fn entries(&mut self, entries: &[Entry], indent: &str) {
        let deeper = format!("{indent}  ");
        for entry in entries {
            match &entry.said {
                Value::Text(lines) => {
                    let mut begins = format!("{indent}{}: ", entry.label);
                    for line in lines {
                        self.wrapped(&begins, &deeper, line);
                        begins.clone_from(&deeper);
                    }
                }
                Value::List(items) => {
                    self.wrapped(indent, indent, &format!("{}:", entry.label));
                    for item in items {
                        let mut begins = format!("{indent}- ");
                        for line in item {
                            self.wrapped(&begins, &deeper, line);
                            begins.clone_from(&deeper);
                        }
                    }
                }
                Value::Entries(inner) => {
                    self.wrapped(indent, indent, &format!("{}:", entry.label));
                    self.entries(inner, &deeper);
                }
            }
        }
    }

    /// Writes text in lines of at most [`LINE`] characters. The first line begins with `begins`, the others with
    /// `indent`. A word that is longer than a line is cut.
    fn wrapped(&mut self, begins: &str, indent: &str, text: &str) {
        let mut line = begins.to_owned();
        let (mut width, mut empty) = (begins.chars().count(), true);
        let clean: String = text
            .chars()
            .map(|c| if matches!(c, '\t' | '\n') { ' ' } else { c })
            .filter(|c| is_printable(*c))
            .collect();
        for word in clean.split(' ').filter(|word| !word.is_empty()) {
            let mut word: Vec<char> = word.chars().collect();
            while !word.is_empty() {
                let space = usize::from(!empty);
                if width + space + word.len() <= LINE {
                    line.extend(std::iter::repeat_n(' ', space));
                    line.extend(&word);
                    width += space + word.len();
                    empty = false;
                    break;
                }
                if empty {
                    // The word is longer than a line.
                    let fits = LINE.saturating_sub(width).max(1).min(word.len());
                    line.extend(word.drain(..fits));
                }
                self.line(&line);
                indent.clone_into(&mut line);
                (width, empty) = (indent.chars().count(), true);
            }
        }
        if !empty || clean.trim().is_empty() {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }
}
