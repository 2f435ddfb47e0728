//! The languages.

/// Language of a text or a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Norwegian bokmål.
    #[default]
    Bokmal,
    /// English.
    English,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Bokmal, Self::English];

    /// Returns the language tag for HTML, for addresses and for HTTP.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Bokmal => "nb",
            Self::English => "en",
        }
    }

    /// Reads a language tag.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// Returns the language that a page offers beside its own.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Bokmal => Self::English,
            Self::English => Self::Bokmal,
        }
    }

    /// Returns the language's own name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bokmal => "Bokmål",
            Self::English => "English",
        }
    }

    /// Returns the language that a reader asks for in `Accept-Language` (RFC 9110); `None` if they ask for none that the hub has.
    /// The one with the greatest weight counts, and of equal ones the first. Bokmål serves every reader of Norwegian.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in header.split(',') {
            let mut pieces = part.split(';').map(str::trim);
            let tag = pieces.next().unwrap_or_default();
            let weight = pieces
                .find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")))
                .map_or(Some(1.0), |raw| raw.trim().parse::<f32>().ok());
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            let lang = match primary.as_str() {
                "nb" | "no" | "nn" => Self::Bokmal,
                "en" => Self::English,
                _ => continue,
            };
            let Some(weight) = weight.filter(|weight| *weight > 0.0) else {
                continue;
            };
            if best.is_none_or(|(most, _)| weight > most) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_greatest_weight_is_accepted() {
        for (header, expected) in [
            ("nb", Some(Lang::Bokmal)),
            ("no", Some(Lang::Bokmal)),
            ("nn-NO, en;q=0.5", Some(Lang::Bokmal)),
            ("en-GB,en;q=0.9,nb;q=0.8", Some(Lang::English)),
            ("en;q=0.3, NB-no ; q=0.8", Some(Lang::Bokmal)),
            ("sv, nn;q=0.1", Some(Lang::Bokmal)),
            ("nb;q=0, en;q=0.1", Some(Lang::English)),
            ("en, nb", Some(Lang::English)),
            ("nb;q=x, en;q=0.1", Some(Lang::English)),
            ("nb;q=0", None),
            ("*", None),
            ("sv, da", None),
            ("", None),
            (";;,q=1,", None),
        ] {
            assert_eq!(Lang::accepted(header), expected, "{header:?}");
        }
    }

    #[test]
    fn a_tag_is_read_as_it_is_written() {
        for lang in Lang::ALL {
            assert_eq!(Lang::parse(lang.tag()), Some(lang));
            assert_ne!(lang.other(), lang);
            assert_ne!(lang.other().name(), lang.name());
        }
        assert_eq!(Lang::parse("sv"), None);
    }
}
