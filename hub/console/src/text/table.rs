//! A table of texts: a line for each text, with both languages side by side.

/// Makes the struct `Texts` of a page, a constant for each language, and `of`.
macro_rules! table {
    ($($name:ident: $type:ty = $bokmal:expr, $english:expr;)*) => {
        pub(crate) struct Texts {
            $(pub(crate) $name: $type,)*
        }

        static BOKMAL: Texts = Texts { $($name: $bokmal,)* };
        static ENGLISH: Texts = Texts { $($name: $english,)* };

        pub(crate) const fn of(lang: crate::lang::Lang) -> &'static Texts {
            match lang {
                crate::lang::Lang::Bokmal => &BOKMAL,
                crate::lang::Lang::English => &ENGLISH,
            }
        }
    };
}

pub(crate) use table;
