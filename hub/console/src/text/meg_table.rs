//! A table of texts for participants: a line for each text, in three languages.

/// Makes the struct `Texts` of a page, a constant for each language, and `of`.
macro_rules! trio {
    ($($name:ident: $type:ty = $bokmal:expr, $nynorsk:expr, $english:expr;)*) => {
        pub(crate) struct Texts {
            $(pub(crate) $name: $type,)*
        }

        static BOKMAL: Texts = Texts { $($name: $bokmal,)* };
        static NYNORSK: Texts = Texts { $($name: $nynorsk,)* };
        static ENGLISH: Texts = Texts { $($name: $english,)* };

        pub(crate) const fn of(language: bindeledd_core::form::Language) -> &'static Texts {
            match language {
                bindeledd_core::form::Language::Bokmal => &BOKMAL,
                bindeledd_core::form::Language::Nynorsk => &NYNORSK,
                bindeledd_core::form::Language::English => &ENGLISH,
            }
        }
    };
}

pub(crate) use trio;
