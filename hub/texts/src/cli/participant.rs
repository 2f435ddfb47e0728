//! The texts of `bindeledd participant`, and of every withdrawal.

use crate::text::texts;

texts! {
    /// A text of `bindeledd participant`.
    pub enum Participant {
        NoneNamed => "no participant is named", "ingen deltaker er oppgitt";
        NameOne => "give the pseudonym, or --national-id-file", "oppgi pseudonymet, eller --national-id-file";
        NoneInAnswer => "the hub's answer names no participant", "svaret fra knutepunktet oppgir ingen deltaker";

        NothingLeft => "nothing about them has left the hub", "ingenting om deltakeren har forlatt knutepunktet";
        LookColumns => "SEEN AT|WAY|AS|MESSAGE|REASON", "SETT|VEI|SOM|MELDING|GRUNN";
        Columns =>
            "FIRST|FROM|TO|KIND|CATEGORIES|WITHHELD|STATE|UNDER",
            "FØRST|FRA|TIL|TYPE|OPPLYSNINGSTYPER|HOLDT TILBAKE|TILSTAND|ETTER";
        UnderDuty { place: String, reference: String } => "{place} (duty: {reference})", "{place} (plikt: {reference})";
        CorrectedElsewhere { message: String } =>
            "corrected by {message}, which has not been sent there",
            "rettet av {message}, som ikke er sendt dit";

        Erased { cancelled: u64, sending: u64 } =>
            "erased: {cancelled} deliveries cancelled, {sending} on the wire already",
            "slettet: {cancelled} leveranser avbrutt, {sending} allerede på vei ut";
        NotScrubbed { participant: String } =>
            "not gone from the disk yet, since something holds an old snapshot of the store (a backup, a shell); ask again with\n  bindeledd participant erasure {participant}",
            "ikke borte fra disken ennå, siden noe holder på et gammelt bilde av lageret (en sikkerhetskopi, et skall); spør igjen med\n  bindeledd participant erasure {participant}";
        Others =>
            "what others have in systems of their own is theirs to answer for:",
            "det andre har i egne systemer, svarer de selv for:";
        HeldBy { party: String, messages: String, categories: String, newest: String } =>
            "{party} got {messages} messages about {categories}, the newest {newest}",
            "{party} har fått {messages} meldinger om {categories}, den nyeste {newest}";
        SentBy { senders: String } => "sent by {senders}", "sendt av {senders}";
        WasProtected =>
            "the person was under address protection, which the hub has forgotten too: set it again if they come back",
            "personen hadde adressebeskyttelse, og det er også glemt: sett den på nytt om personen kommer tilbake";
        Erasure { at: String, scrubbed: Scrubbed } => "erased {at}, scrubbed: {scrubbed}", "slettet {at}, fjernet fra disken: {scrubbed}";

        FileHasNoPlace => "a single file has no place for --fhir", "én enkelt fil har ikke plass til --fhir";
        NameFolder => "name a folder with --out", "oppgi en mappe med --out";
        Exported { messages: u64, without: u64, disclosures: u64, consents: u64, rows: u64 } =>
            "{messages} messages ({without} without content), {disclosures} disclosures, {consents} consents, {rows} rows of the audit log",
            "{messages} meldinger ({without} uten innhold), {disclosures} utleveringer, {consents} samtykker, {rows} rader i loggen";

        Linked { participant: String } =>
            "{participant} is found by that number as well",
            "{participant} finnes også med det nummeret";
        Joined { participant: String, joined: String, cancelled: u64 } =>
            "{participant} is found by that number as well, and has become one with {joined}: {cancelled} deliveries cancelled that nothing covers any longer",
            "{participant} finnes også med det nummeret, og er blitt én med {joined}: {cancelled} leveranser avbrutt som ingenting dekker lenger";
        Code { code: String, at: String } =>
            "{code}\nhand it over in person: it works once, until {at}",
            "{code}\nlever den ut personlig: den virker én gang, til {at}";
        CodeAt { code: String, at: String, address: String } =>
            "{code}\nhand it over in person: it works once, until {at}, at {address}",
            "{code}\nlever den ut personlig: den virker én gang, til {at}, på {address}";
        Lifted { participant: String } =>
            "{participant} is no longer under address protection; stopped deliveries can be replayed",
            "{participant} har ikke lenger adressebeskyttelse; leveranser som er stanset, kan sendes på nytt";
        Protected { participant: String } =>
            "{participant} is under address protection: waiting deliveries are cancelled, and nothing is sent",
            "{participant} har adressebeskyttelse: leveranser som ventet, er avbrutt, og ingenting sendes";

        // Withdrawals.
        WouldWithdraw { ends: u64, cancelled: u64, sending: u64, handed: u64 } =>
            "nothing is withdrawn; a withdrawal would end {ends} grants and cancel {cancelled} deliveries; {sending} are on the wire, {handed} were handed over",
            "ingenting er trukket tilbake; en tilbaketrekking ville avsluttet {ends} tillatelser og avbrutt {cancelled} leveranser; {sending} er på vei ut, {handed} er gitt videre";
        WouldEnd { from: String, to: String, categories: String } =>
            "ends: {from} to {to}: {categories}",
            "avsluttes: {from} til {to}: {categories}";
        WouldTell { parties: String } => "the hub would tell: {parties}", "ville fått beskjed: {parties}";
        Withdrawn { cancelled: u64, sending: u64, handed: u64 } =>
            "withdrawn: {cancelled} deliveries cancelled, {sending} on the wire already, {handed} handed over before, to a system or a person",
            "trukket tilbake: {cancelled} leveranser avbrutt, {sending} allerede på vei ut, {handed} gitt videre før, til et system eller en person";
        Notified { parties: String } =>
            "notified parties that had got something: {parties}",
            "aktører som hadde fått noe, og har fått beskjed: {parties}";
        Remain { grants: u64 } =>
            "{grants} grants rest on law or contract and remain",
            "{grants} tillatelser hviler på lov eller avtale og står ved lag";
    }
}

texts! {
    /// Whether erased data has left the disk.
    pub enum Scrubbed {
        Done => "done", "ja";
        Pending => "pending", "ikke ennå";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_of_the_participant_commands_is_in_every_language() {
        check_all(&Participant::samples());
        check_all(&Scrubbed::samples());
    }
}
