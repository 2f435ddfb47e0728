//! The findings of a verification of the audit log, and the faults of its notes.

use crate::text::texts;

texts! {
    /// A fault in a log.
    pub enum Finding {
        Edited { entry: u64 } =>
            "entry {entry} was edited: it differs from the written one",
            "oppføring {entry} er endret: den er ikke slik den ble skrevet";
        DroppedOne { entry: u64 } => "entry {entry} was dropped", "oppføring {entry} er fjernet";
        Dropped { from: u64, to: u64 } => "entries {from} to {to} were dropped", "oppføringene {from} til {to} er fjernet";
        Reordered { place: u64, written: u64 } =>
            "entries were reordered: at {place} stands entry {written}",
            "oppføringer har byttet plass: på {place} står oppføring {written}";
        Tile { path: String, from: u64, to: u64 } =>
            "{path} is missing or was changed; entries {from} to {to} are below it",
            "{path} mangler eller er endret; oppføringene {from} til {to} ligger under den";
        LedgerVersion { entry: u64 } =>
            "entry {entry} has a version of a participant's ledger that does not follow on the one before",
            "oppføring {entry} har en versjon av samtykkene til en deltaker som ikke følger etter den forrige";
        LedgerChanged { participant: String } =>
            "the consents on file for participant {participant} differ from the registered ones in the log",
            "samtykkene som er lagret for deltaker {participant}, er ikke de som loggen har registrert";
        LedgerMissing { participant: String } =>
            "the consents on file for participant {participant} are gone, and the participant with them",
            "samtykkene som er lagret for deltaker {participant}, er borte, og deltakeren med dem";
        LedgerUnknown { participant: String } =>
            "the consents on file for participant {participant} were never in the log",
            "samtykkene som er lagret for deltaker {participant}, har aldri stått i loggen";
        Truncated { size: u64, witnessed: u64 } =>
            "the log was truncated or rolled back: it has {size} entries, and the checkpoint has {witnessed}",
            "loggen er kuttet eller lagt tilbake: den har {size} oppføringer, og kontrollpunktet har {witnessed}";
        Forked { witnessed: u64 } =>
            "the first {witnessed} entries are not those that the checkpoint was signed for: the log was rewritten or forked",
            "de første {witnessed} oppføringene er ikke de som kontrollpunktet er signert for: loggen er skrevet om eller delt";

        // A comparison with a witnessed checkpoint, and with the log that a running hub wrote.
        Shorter { size: u64, witnessed: u64 } =>
            "it has {size} entries, and {witnessed} were witnessed",
            "den har {size} oppføringer, og {witnessed} er bevitnet";
        NotWitnessed { size: u64 } =>
            "the first {size} entries are not those that were witnessed",
            "de første {size} oppføringene er ikke de som er bevitnet";
        OtherSize { stored: u64, written: u64 } =>
            "the log has {stored} entries where this hub has written {written}",
            "loggen har {stored} oppføringer der dette knutepunktet har skrevet {written}";
        NotWritten { size: u64 } =>
            "the first {size} entries are not those that were written",
            "de første {size} oppføringene er ikke de som ble skrevet";
    }
}

texts! {
    /// Reason why a note, a checkpoint or a verifying key is refused.
    pub enum NoteFault {
        NoNote => "this is no signed note", "dette er ikke et signert notat";
        NotSigned =>
            "the key has not signed this note, or it was changed",
            "nøkkelen har ikke signert dette notatet, eller det er endret";
        NoKey =>
            "this is no verifying key such as `name+12345678+A…`",
            "dette er ikke en kontrollnøkkel som `navn+12345678+A…`";
        NoCheckpoint =>
            "this note is no checkpoint: it has to have origin, size and root, a line each",
            "dette notatet er ikke et kontrollpunkt: det må ha opphav, størrelse og rot, på hver sin linje";
        OtherLog =>
            "the checkpoint is of another log than its key",
            "kontrollpunktet hører til en annen logg enn nøkkelen";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_finding_is_in_every_language() {
        check_all(&Finding::samples());
        check_all(&NoteFault::samples());
    }
}
