//! The texts of `bindeledd audit`.

use crate::opening::Opening;
use crate::text::texts;

texts! {
    /// A text of `bindeledd audit`.
    pub enum Audit {
        NextServe => "next: bindeledd serve", "neste steg: bindeledd serve";
        NothingToAccept { why: Nothing } => "{why}: there is nothing to accept", "{why}: det er ingenting å godta";

        Heading => "SEQ|AT|ACTION|ACTOR|DETAIL", "NR|TID|HANDLING|UTFØRT AV|DETALJER";
        Exporting => "exporting", "eksporterer";
        Verifying => "verifying", "kontrollerer";
        Exported { size: u64, dir: String, root: String, key: String } =>
            "{size} entries are in {dir}, root {root}\nchecked by {key}",
            "{size} oppføringer ligger i {dir}, rot {root}\nkontrollert med {key}";
        Whole { size: u64, root: String, key: String } =>
            "the audit log is whole: {size} entries, root {root}\nchecked by {key}",
            "loggen er hel: {size} oppføringer, rot {root}\nkontrollert med {key}";
        NotAsWritten { findings: u64, size: u64 } =>
            "the store is not as it was written: {findings} findings, {size} entries in the audit log",
            "lageret er ikke slik det ble skrevet: {findings} funn, {size} oppføringer i loggen";
        KeepEverything =>
            "keep everything as it is, and compare with an earlier export; docs/errors/BL-5011.md says how",
            "la alt være som det er, og sammenlign med en tidligere eksport; docs/errors/BL-5011.md sier hvordan";
        CheckSecondPlace =>
            "check the files at the second place; docs/errors/BL-5010.md tells how",
            "kontroller filene på det andre stedet; docs/errors/BL-5010.md sier hvordan";
        NameKeyFile =>
            "name the file `key` of an export, or one with the line that the operator gave you",
            "oppgi filen `key` i en eksport, eller en fil med linjen du fikk av driften";
        NameOneLog =>
            "name the checkpoint and the key of one and the same log",
            "oppgi kontrollpunktet og nøkkelen til én og samme logg";

        AcceptedJournal { found: Opening, kept: u64, lost: Lost, older: Older, replayed: u64, cancelled: u64 } =>
            "accepted: {found}\nlines that were left: {kept}, lost: {lost}\n{older}\ndone once more: {replayed}, deliveries cancelled by that: {cancelled}",
            "godtatt: {found}\nlinjer som var igjen: {kept}, tapt: {lost}\n{older}\ngjort på nytt: {replayed}, leveranser avbrutt av det: {cancelled}";
        AcceptedMismatch { findings: u64, participants: u64, cancelled: u64 } =>
            "accepted: {findings} findings in the audit log, {participants} participants with withdrawn consents, deliveries cancelled by that: {cancelled}",
            "godtatt: {findings} funn i loggen, {participants} deltakere med tilbaketrukne samtykker, leveranser avbrutt av det: {cancelled}";
        RegisterAgain { participant: String } =>
            "participant {participant}: register the consents again",
            "deltaker {participant}: registrer samtykkene på nytt";
        AcceptedRollback { rollback: Opening, replayed: u64, cancelled: u64, unknown: u64 } =>
            "accepted: {rollback}\nwithdrawn and protected again: {replayed}, deliveries cancelled by that: {cancelled}\nabout participants that this store does not know: {unknown}",
            "godtatt: {rollback}\ntrukket tilbake og skjermet på nytt: {replayed}, leveranser avbrutt av det: {cancelled}\nom deltakere som dette lageret ikke kjenner: {unknown}";

        NewKey { old: EarlierKey, new: String, witnessed: Witnessed, journal: Journal, replayed: u64, cancelled: u64 } =>
            "the earlier key: {old}\nthe new key: {new}\n{witnessed}\nthe journal: {journal}\ndone once more: {replayed}, deliveries cancelled by that: {cancelled}\nnext: give the new key to everybody who verifies the log, back audit.key up, then bindeledd serve",
            "den forrige nøkkelen: {old}\nden nye nøkkelen: {new}\n{witnessed}\njournalen: {journal}\ngjort på nytt: {replayed}, leveranser avbrutt av det: {cancelled}\nneste steg: gi den nye nøkkelen til alle som kontrollerer loggen, ta sikkerhetskopi av audit.key, og kjør bindeledd serve";

        NothingOfDelivery { delivery: String } =>
            "the audit log says nothing of a delivery {delivery}",
            "loggen sier ingenting om en leveranse {delivery}";
        ShowHasIds => "`bindeledd message show` has the deliveries' ids", "`bindeledd message show` viser id-ene til leveransene";
        OtherBytes { file: String } => "{file} has not the bytes of that delivery", "{file} har ikke innholdet i den leveransen";
        CompareBytes =>
            "compare it with the receiver's bytes: one byte more or less makes another document",
            "sammenlign med det mottakeren har: én byte fra eller til gir et annet dokument";
        WasSent =>
            "these bytes were given to the wire or the inbox for that delivery",
            "dette innholdet ble sendt ut på linjen eller lagt i innboksen for den leveransen";
        WasNotSent =>
            "these bytes were made ready for that delivery; no entry says that they were given to the wire",
            "dette innholdet ble gjort klart for den leveransen; ingen oppføring sier at det ble sendt ut på linjen";
        NoDigest =>
            "the log has no digest of the bytes of that delivery: it was released before digests were introduced, or never",
            "loggen har ikke noe avtrykk av innholdet i den leveransen: den ble sendt ut før avtrykk ble innført, eller aldri";
        WithoutDocument =>
            "`bindeledd audit prove` without --document shows its entries in the log",
            "`bindeledd audit prove` uten --document viser oppføringene i loggen";
        NoSalt =>
            "the log has a digest of the sent bytes, but the salt for it is gone: the delivery has left the store, or its participant was erased",
            "loggen har et avtrykk av det som ble sendt, men saltet er borte: leveransen er ute av lageret, eller deltakeren er slettet";
        EarlierProof =>
            "a proof that was made with --document before still holds",
            "et bevis som ble laget med --document før, gjelder fortsatt";
    }
}

texts! {
    /// Reason why there is nothing to accept.
    pub enum Nothing {
        JournalSigned => "the journal is the one that was signed", "journalen er den som ble signert";
        StoreSame =>
            "the store does not differ from the one that the hub wrote",
            "lageret er ikke annerledes enn det knutepunktet skrev";
        StoreNew => "the store is not older than the witnessed one", "lageret er ikke eldre enn det som er bevitnet";
    }
}

texts! {
    /// Number of lost lines.
    pub enum Lost {
        Unknown => "nobody can tell", "det kan ingen si";
        Lines { number: u64 } => "{number}", "{number}";
    }
}

texts! {
    /// Whether the store of a damaged journal is an older one.
    pub enum Older {
        Yes { rollback: Opening } =>
            "the store is an older one as well: {rollback}\nwhat only the lost lines knew is lost: ask the parties for withdrawals since, and register them again",
            "lageret er også eldre: {rollback}\ndet som bare sto i de tapte linjene, er tapt: spør aktørene om tilbaketrekkinger siden da, og registrer dem på nytt";
        No =>
            "the store is not an older one: it holds the steps of the lost lines",
            "lageret er ikke eldre: det har stegene i de tapte linjene";
    }
}

texts! {
    /// The key before a new one.
    pub enum EarlierKey {
        Unknown => "not known", "ukjent";
        Key { key: String } => "{key}", "{key}";
    }
}

texts! {
    /// The things that the log was compared with before its new key.
    pub enum Witnessed {
        Same { size: u64 } =>
            "the log is the one that was witnessed with {size} entries",
            "loggen er den som ble bevitnet med {size} oppføringer";
        Accepted { rollback: Opening } => "accepted: {rollback}", "godtatt: {rollback}";
        Nothing =>
            "nothing was witnessed that the log could be held against",
            "ingenting er bevitnet som loggen kan sammenlignes med";
    }
}

texts! {
    /// The journal under a new key.
    pub enum Journal {
        Lines { lines: u64 } => "{lines} lines, all as they were signed", "{lines} linjer, alle slik de ble signert";
        Other { found: Opening } => "{found}", "{found}";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_of_the_audit_commands_is_in_every_language() {
        check_all(&Audit::samples());
        check_all(&Nothing::samples());
        check_all(&Lost::samples());
        check_all(&Older::samples());
        check_all(&EarlierKey::samples());
        check_all(&Witnessed::samples());
        check_all(&Journal::samples());
    }
}
