//! Texts with parameters, and the macro that makes a table of them.

use std::error::Error;
use std::sync::Arc;
use std::{fmt, io};

use crate::lang::Lang;
use crate::phrase::Phrase;

/// A text for a person, in every language.
pub trait Text: fmt::Debug + Send + Sync {
    /// Returns the text in a language.
    fn text(&self, lang: Lang) -> String;
}

impl Text for Phrase {
    fn text(&self, lang: Lang) -> String {
        (*self).text(lang).to_owned()
    }
}

/// A text that somebody else wrote, such as a library or another system: the same in every language.
impl Text for String {
    fn text(&self, _: Lang) -> String {
        self.clone()
    }
}

impl Text for &'static str {
    fn text(&self, _: Lang) -> String {
        (*self).to_owned()
    }
}

/// A text that is kept until its reader's language is known.
#[derive(Debug, Clone)]
pub struct Said(Arc<dyn Text>);

impl Said {
    /// Returns the text in a language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        self.0.text(lang)
    }
}

/// Several texts in one line.
#[derive(Debug)]
struct Joined(Vec<Said>);

impl Text for Joined {
    fn text(&self, lang: Lang) -> String {
        let texts: Vec<_> = self.0.iter().map(|text| text.text(lang)).collect();
        texts.join("; ")
    }
}

/// A text under a name that is the same in every language, such as a file or an address.
#[derive(Debug)]
struct Named {
    name: String,
    text: Said,
}

impl Text for Named {
    fn text(&self, lang: Lang) -> String {
        format!("{}: {}", self.name, self.text.text(lang))
    }
}

impl Said {
    /// Joins several texts in one line, with `;` between them.
    #[must_use]
    pub fn joined(texts: Vec<Self>) -> Self {
        Self(Arc::new(Joined(texts)))
    }

    /// Makes a text about something that has a name in every language: `name: text`.
    #[must_use]
    pub fn of(name: impl fmt::Display, text: impl Into<Self>) -> Self {
        Self(Arc::new(Named {
            name: name.to_string(),
            text: text.into(),
        }))
    }

    /// Returns the text of an error: the hub's own text in it, else the error's words.
    #[must_use]
    pub fn of_error(error: &(dyn Error + 'static)) -> Self {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let inner = inner.and_then(|inner| inner.downcast_ref::<Self>());
        let own = error.downcast_ref::<Self>().or(inner);
        own.cloned().unwrap_or_else(|| error.to_string().into())
    }
}

impl Error for Said {}

impl<T: Text + 'static> From<T> for Said {
    fn from(text: T) -> Self {
        Self(Arc::new(text))
    }
}

/// Texts are equal if they read the same in every language.
impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        Lang::ALL.into_iter().all(|lang| self.text(lang) == other.text(lang))
    }
}

impl Eq for Said {}

/// The English text.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::English))
    }
}

/// A value that a text has in it.
pub(crate) trait Parameter {
    /// Returns the value as a text of this language has it.
    fn shown(&self, lang: Lang) -> String;

    /// Returns a value for tests.
    #[cfg(test)]
    fn sample() -> Self;
}

impl Parameter for String {
    fn shown(&self, _: Lang) -> String {
        self.clone()
    }

    #[cfg(test)]
    fn sample() -> Self {
        "sample-text".into()
    }
}

impl Parameter for &'static str {
    fn shown(&self, _: Lang) -> String {
        (*self).to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        "sample-text"
    }
}

impl Parameter for Said {
    fn shown(&self, lang: Lang) -> String {
        self.text(lang)
    }

    #[cfg(test)]
    fn sample() -> Self {
        "sample-text".into()
    }
}

impl<T: Parameter> Parameter for Box<T> {
    fn shown(&self, lang: Lang) -> String {
        T::shown(self, lang)
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self::new(T::sample())
    }
}

impl Parameter for u64 {
    fn shown(&self, _: Lang) -> String {
        self.to_string()
    }

    #[cfg(test)]
    fn sample() -> Self {
        7_654_321
    }
}

/// A table of texts.
pub(crate) trait Table {
    /// The rows as they are written: in English, then in bokmål.
    const ROWS: &'static [(&'static str, &'static str)];
}

/// Makes a text of its parts.
pub(crate) fn made(parts: fmt::Arguments<'_>) -> String {
    parts.to_string()
}

/// Makes a table of texts: an enum with a row for each text, and its parameters as fields. A row has the English text, then the
/// bokmål text; a row without one of them does not compile. `Display` is the English text, for the log.
macro_rules! texts {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $variant:ident $({ $($field:ident: $type:ty),+ $(,)? })? => $english:literal, $bokmal:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $(
                #[doc = concat!("```text\n", $english, "\n```")]
                $variant $({ $( #[doc = concat!("The text's `", stringify!($field), "`.")] $field: $type ),+ })?,
            )+
        }

        impl $crate::text::Text for $name {
            fn text(&self, lang: $crate::lang::Lang) -> String {
                match self {
                    $(
                        Self::$variant $({ $($field),+ })? => {
                            $( $( let $field = $crate::text::Parameter::shown($field, lang); )+ )?
                            match lang {
                                $crate::lang::Lang::English => $crate::text::made(format_args!($english)),
                                $crate::lang::Lang::Bokmal => $crate::text::made(format_args!($bokmal)),
                            }
                        }
                    )+
                }
            }
        }

        impl $crate::text::Table for $name {
            const ROWS: &'static [(&'static str, &'static str)] = &[$( ($english, $bokmal), )+];
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::text::Text::text(self, $crate::lang::Lang::English))
            }
        }

        impl $crate::text::Parameter for $name {
            fn shown(&self, lang: $crate::lang::Lang) -> String {
                $crate::text::Text::text(self, lang)
            }

            #[cfg(test)]
            fn sample() -> Self {
                Self::samples().swap_remove(0)
            }
        }

        #[cfg(test)]
        impl $name {
            /// Returns every text, with values for tests.
            pub(crate) fn samples() -> Vec<Self> {
                vec![ $( Self::$variant $({ $( $field: $crate::text::Parameter::sample() ),+ })?, )+ ]
            }
        }
    };
}

pub(crate) use texts;

/// Fails if a text is empty, is the same in both languages, or has a parameter in one of them only. Skips texts that are a
/// parameter alone, since others write them.
#[cfg(test)]
pub(crate) fn check_all<T: Text>(texts: &[T]) {
    let values = ["sample-text", "7654321"];
    for text in texts {
        let [bokmal, english] = Lang::ALL.map(|lang| text.text(lang));
        if values.contains(&english.as_str()) {
            continue;
        }
        assert!(
            !english.trim().is_empty() && !bokmal.trim().is_empty(),
            "{text:?} is empty"
        );
        assert_ne!(english, bokmal, "{text:?} is not translated");
        let columns = |text: &str| text.matches('|').count();
        assert_eq!(
            columns(&english),
            columns(&bokmal),
            "{text:?} has another number of columns"
        );
        for value in values {
            assert_eq!(
                english.matches(value).count() > 0,
                bokmal.matches(value).count() > 0,
                "{text:?} has {value} in one language only"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;

    const ROW: Phrase = Phrase::new("a row", "en rad");

    #[test]
    fn a_named_text_and_an_error_keep_their_languages() {
        let named = Said::of("a.txt", ROW);
        assert_eq!(named.text(Lang::Bokmal), "a.txt: en rad");
        let inside = io::Error::new(io::ErrorKind::AddrInUse, named.clone());
        assert_eq!(Said::of_error(&inside), named);
        assert_eq!(Said::of_error(&named), named);
        let foreign = io::Error::other("of the system");
        assert_eq!(Said::of_error(&foreign).text(Lang::Bokmal), "of the system");
        assert_eq!(inside.to_string(), "a.txt: a row");
    }

    /// Returns the English texts of the rows in a file, without the names of their parameters.
    fn english(source: &str) -> Vec<String> {
        let literal = |text: &str| -> Option<(String, usize)> {
            let body = text.strip_prefix('"')?;
            let mut end = 0;
            while body[end..].chars().next()? != '"' {
                end += if body[end..].starts_with('\\') { 2 } else { 1 };
                while !body.is_char_boundary(end) {
                    end += 1;
                }
            }
            Some((body[..end].to_owned(), end + 2))
        };
        let starts = source.match_indices("=>").chain(source.match_indices("Phrase::new("));
        let rows = starts.filter_map(|(at, start)| {
            let (english, end) = literal(source[at + start.len()..].trim_start())?;
            let after = source[at + start.len()..].trim_start()[end..].trim_start();
            literal(after.strip_prefix(',')?.trim_start())?;
            Some(english)
        });
        rows.map(|english| {
            let mut parts = english.split('{');
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |text, part| {
                let (_, after) = part.split_once('}').unwrap_or_default();
                text + "{}" + after
            })
        })
        .collect()
    }

    fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(path);
            }
        }
    }

    #[test]
    fn no_text_stands_in_two_rows() {
        let mut all = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
        let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in all {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            for text in english(&std::fs::read_to_string(&file).unwrap()) {
                rows.entry(text).or_default().push(name.clone());
            }
        }
        assert!(rows.len() > 900, "{}", rows.len());
        // A row of a parameter alone takes a text from elsewhere.
        rows.retain(|text, files| text != "{}" && files.len() > 1);
        assert!(rows.is_empty(), "{rows:#?}");
    }
}
