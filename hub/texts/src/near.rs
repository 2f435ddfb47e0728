//! The distance of the second place from the data.

use crate::lang::Lang;
use crate::text::texts;

texts! {
    /// Reason why the second place is too near the data.
    pub enum Near {
        Beside =>
            "the second place lies beside the data folder: a snapshot or a backup puts both back together, and the hub does not notice that withdrawals are lost",
            "det andre stedet ligger ved siden av datamappen: et øyeblikksbilde eller en sikkerhetskopi legger begge tilbake sammen, og knutepunktet merker ikke at tilbaketrekkinger er tapt";
        SameFileSystem =>
            "the second place is on the same file system as the data folder: a snapshot puts both back together, and the hub does not notice that withdrawals are lost",
            "det andre stedet er på samme filsystem som datamappen: et øyeblikksbilde legger begge tilbake sammen, og knutepunktet merker ikke at tilbaketrekkinger er tapt";
    }
}

/// Returns the action to take where the second place is too near the data.
#[must_use]
pub const fn near_next(lang: Lang) -> &'static str {
    match lang {
        Lang::English => {
            "name a file on another disk or machine in [audit] checkpoint_file, and move the existing files there (docs/errors/BL-6021.md)"
        }
        Lang::Bokmal => {
            "oppgi en fil på en annen disk eller maskin i [audit] checkpoint_file, og flytt filene dit (docs/errors/BL-6021.md)"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_reason_is_in_every_language() {
        check_all(&Near::samples());
    }
}
