//! Content of a receipt: its status, and the errors that it names.

/// A status of kodeverk 8258.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    Refused,
    Partial,
}

impl Status {
    pub(crate) const fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Ok => ("1", "OK"),
            Self::Refused => ("2", "Avvist"),
            Self::Partial => ("3", "OK, feil i delmelding"),
        }
    }
}

/// One error: a code of kodeverk 8221, and the reason in words.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) text: String,
}
