//! Reasons why a store can not be opened, each with the action to take.

use crate::text::{Said, texts};

texts! {
    /// Reason why a store can not be opened.
    pub enum Opening {
        InUse { file: String } =>
            "`{file}` is locked: another hub has this store open; stop that one first, or give this one a data directory of its own",
            "`{file}` er låst: et annet knutepunkt har dette lageret åpent; stopp det først, eller gi dette en egen datamappe";
        Unreachable { file: String } =>
            "`{file}` can not be opened; check that the directory exists and that the hub may write in it",
            "`{file}` kan ikke åpnes; kontroller at mappen finnes, og at knutepunktet kan skrive i den";
        Newer { found: String, known: String } =>
            "the store has schema {found}, and this hub knows {known}; install the hub that wrote it, or a newer one",
            "lageret har skjema {found}, og dette knutepunktet kjenner {known}; installer det som skrev lageret, eller et nyere";
        Foreign { file: String } =>
            "`{file}` is a database, but not a hub's store; name another path",
            "`{file}` er en database, men ikke lageret til et knutepunkt; oppgi en annen sti";
        WrongKey { given: String } =>
            "the master key (id {given}) does not open this store",
            "hovednøkkelen (id {given}) åpner ikke dette lageret";
        WrongKeyOf { given: String, known: String } =>
            "the master key (id {given}) does not open this store, which opens with id {known}",
            "hovednøkkelen (id {given}) åpner ikke dette lageret, som åpnes med id {known}";
        WrongKeyOfTwo { given: String, known: String, other: String } =>
            "the master key (id {given}) does not open this store, which opens with id {known} or {other}",
            "hovednøkkelen (id {given}) åpner ikke dette lageret, som åpnes med id {known} eller {other}";
        OldSqlite { found: String } =>
            "SQLite {found} can lose commits when its log is reset; build the hub with 3.51.3 or newer",
            "SQLite {found} kan miste det som er skrevet når loggen nullstilles; bygg knutepunktet med 3.51.3 eller nyere";
        Damaged { what: String } =>
            "the store is damaged: {what}; restore a backup, and keep the damaged file",
            "lageret er skadet: {what}; legg tilbake en sikkerhetskopi, og ta vare på den skadde filen";
        AuditKey { file: String } =>
            "`{file}` does not hold the audit log's key, which is 64 hexadecimal digits; restore it from its backup",
            "`{file}` har ikke nøkkelen til loggen, som er 64 heksadesimale sifre; legg den tilbake fra sikkerhetskopien";
        AuditKeyLost { file: String } =>
            "the key that signs the audit log is not at `{file}` any longer; restore it from its backup",
            "nøkkelen som signerer loggen, er ikke lenger i `{file}`; legg den tilbake fra sikkerhetskopien";
        AuditKeyOther { file: String } =>
            "`{file}` holds another key than the one that signs this store's audit log; restore that one from its backup",
            "`{file}` har en annen nøkkel enn den som signerer loggen til dette lageret; legg den tilbake fra sikkerhetskopien";
        LogDiffers { what: Said } =>
            "the audit log differs from the written one: {what}",
            "loggen er ikke slik den ble skrevet: {what}";
        SecondPlace { what: Said } =>
            "{what}; check [audit] checkpoint_file and its disk",
            "{what}; kontroller [audit] checkpoint_file og disken";
        SecondPlaceLedger =>
            "a ledger differs from the registered one",
            "samtykkene til en deltaker er ikke de som ble registrert";
        SecondPlaceFull => "the disk is full", "disken er full";
        NotOpened => "the store could not be opened", "lageret kunne ikke åpnes";

        // The journal at the second place.
        JournalMissing { signed: u64 } =>
            "the journal at the second place is missing, and the checkpoint there was signed for {signed} lines of it",
            "journalen på det andre stedet mangler, og kontrollpunktet der er signert for {signed} linjer av den";
        JournalCut { found: u64, signed: u64 } =>
            "the journal at the second place has {found} whole lines, and the checkpoint there was signed for {signed}",
            "journalen på det andre stedet har {found} hele linjer, og kontrollpunktet der er signert for {signed}";
        JournalOther { signed: u64 } =>
            "the first {signed} lines of the journal at the second place are not those that the checkpoint there was signed for",
            "de første {signed} linjene av journalen på det andre stedet er ikke de som kontrollpunktet der er signert for";
        JournalDamaged { line: u64 } =>
            "line {line} of the journal at the second place is not as the hub wrote it",
            "linje {line} i journalen på det andre stedet er ikke slik knutepunktet skrev den";
        JournalUnsigned =>
            "no checkpoint at the second place says how long the journal beside it was",
            "ikke noe kontrollpunkt på det andre stedet sier hvor lang journalen ved siden av var";

        // The checkpoint at the second place.
        Behind { log: u64, witnessed: u64 } =>
            "the audit log has {log} entries, and {witnessed} were witnessed at the second place: the store is an older one than the hub last ran with",
            "loggen har {log} oppføringer, og {witnessed} er bevitnet på det andre stedet: lageret er eldre enn det knutepunktet sist kjørte med";
        Forked { witnessed: u64 } =>
            "the audit log's first {witnessed} entries are not those that were witnessed at the second place",
            "de første {witnessed} oppføringene i loggen er ikke de som er bevitnet på det andre stedet";
        NoCheckpoint =>
            "the second place has no checkpoint, and this log has written one before",
            "det andre stedet har ikke noe kontrollpunkt, og denne loggen har skrevet et før";
        OtherKey =>
            "the checkpoint at the second place is not signed by this log's key",
            "kontrollpunktet på det andre stedet er ikke signert med nøkkelen til denne loggen";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_reason_is_in_every_language() {
        check_all(&Opening::samples());
    }
}
