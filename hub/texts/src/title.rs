//! The titles of problems, by their codes.

use crate::phrase::Phrase;

/// The title of a code that this table does not have.
pub const UNKNOWN: Phrase = Phrase::new("It could not be done", "Det kunne ikke gjøres");

/// Every title, by its code.
pub const TITLES: &[(&str, Phrase)] = &[
    entry("BL-1001", "The document can not be read", "Dokumentet kan ikke leses"),
    entry("BL-1002", "A field is missing", "Et felt mangler"),
    entry("BL-1003", "A field is not known", "Et felt er ukjent"),
    entry("BL-1004", "A field is not right", "Et felt er ikke riktig"),
    entry("BL-1005", "A code is not known", "En kode er ukjent"),
    entry("BL-1006", "It has what is never sent", "Noe som aldri sendes, er med"),
    entry(
        "BL-1007",
        "A free text has what does not belong in it",
        "En fritekst har noe som ikke hører hjemme der",
    ),
    entry("BL-1101", "Nobody is known by that key", "Ingen har den nøkkelen"),
    entry("BL-1102", "Not yours to ask for", "Du har ikke rett til dette"),
    entry("BL-1103", "Too large", "For stort"),
    entry("BL-1104", "An unknown party is named", "En ukjent aktør er nevnt"),
    entry("BL-1105", "Too many requests", "For mange forespørsler"),
    entry("BL-1106", "The reference was used before", "Referansen er brukt før"),
    entry("BL-1107", "There is no such thing", "Det finnes ikke"),
    entry(
        "BL-1108",
        "It clashes with what is there",
        "Det stemmer ikke med det som finnes fra før",
    ),
    entry("BL-1109", "The hub is busy", "Knutepunktet har for mye å gjøre"),
    entry(
        "BL-1110",
        "The request did not come in time",
        "Forespørselen kom ikke i tide",
    ),
    entry("BL-1111", "The answer took too long", "Svaret tok for lang tid"),
    entry("BL-1112", "The body is compressed", "Innholdet er komprimert"),
    entry("BL-1113", "The token is not taken", "Adgangstegnet godtas ikke"),
    entry(
        "BL-1114",
        "Nobody is known by that certificate",
        "Ingen er kjent med det sertifikatet",
    ),
    entry(
        "BL-1115",
        "The token can not be checked",
        "Adgangstegnet kan ikke kontrolleres",
    ),
    entry(
        "BL-1116",
        "The operator's key is switched off",
        "Driftens nøkkel er slått av",
    ),
    entry(
        "BL-1120",
        "The operator has a listener of its own",
        "Driften har en egen adresse",
    ),
    entry(
        "BL-1121",
        "The certificate is not good any longer",
        "Sertifikatet gjelder ikke lenger",
    ),
    entry(
        "BL-1122",
        "More than one party could be meant",
        "Mer enn én aktør kan være ment",
    ),
    entry(
        "BL-1123",
        "The proof can not be told from an earlier one",
        "Beviset kan ikke skilles fra et tidligere bevis",
    ),
    entry("BL-1130", "Too many bytes under way", "For mye data er underveis"),
    entry("BL-1131", "Not ready", "Ikke klar"),
    entry("BL-1132", "Too much is stored", "For mye er lagret"),
    entry(
        "BL-1133",
        "Too many messages go to nobody",
        "For mange meldinger når ingen",
    ),
    entry("BL-1160", "Nothing would be corrected", "Ingenting ville blitt rettet"),
    entry("BL-1161", "Somebody else was first", "Noen andre var først"),
    entry(
        "BL-1162",
        "Somebody else changed the party",
        "Noen andre har endret aktøren",
    ),
    entry(
        "BL-1163",
        "The earlier version does not fit any longer",
        "Den tidligere versjonen passer ikke lenger",
    ),
    entry("BL-1170", "Break-glass is off", "Åpning av innhold er slått av"),
    entry("BL-1171", "Only persons do this", "Bare personer kan gjøre dette"),
    entry("BL-1172", "A second person has to answer", "En annen person må svare"),
    entry("BL-1173", "Too many open requests", "For mange åpne forespørsler"),
    entry(
        "BL-1174",
        "The request is in another state",
        "Forespørselen er i en annen tilstand",
    ),
    entry("BL-1175", "The content can not be opened", "Innholdet kan ikke åpnes"),
    entry("BL-1176", "A reason is needed", "Det trengs en grunn"),
    entry("BL-1201", "The login name is taken", "Brukernavnet er i bruk"),
    entry("BL-1202", "Nobody could administer", "Ingen ville kunne administrere"),
    entry("BL-1203", "The link is over", "Lenken gjelder ikke lenger"),
    entry("BL-1204", "The password is not accepted", "Passordet godtas ikke"),
    entry(
        "BL-1205",
        "The password could not be checked",
        "Passordet kunne ikke kontrolleres",
    ),
    entry(
        "BL-2010",
        "The consent is dated ahead",
        "Samtykket er datert frem i tid",
    ),
    entry("BL-2011", "The consent was erased", "Samtykket er slettet"),
    entry(
        "BL-2020",
        "No evidence of the sender's word",
        "Det mangler bevis for avsenderens ord",
    ),
    entry("BL-3001", "The adapter is not configured", "Adapteren er ikke satt opp"),
    entry(
        "BL-3002",
        "The adapter stopped with a fault",
        "Adapteren stoppet med en feil",
    ),
    entry(
        "BL-3003",
        "The adapter went over its limit",
        "Adapteren gikk over grensen sin",
    ),
    entry(
        "BL-3004",
        "The adapter broke its contract",
        "Adapteren brøt kontrakten sin",
    ),
    entry("BL-3005", "The adapter was set aside", "Adapteren er satt til side"),
    entry(
        "BL-3006",
        "Every place for adapters is taken",
        "Alle plasser for adaptere er opptatt",
    ),
    entry("BL-3012", "The file is no component", "Filen er ikke en komponent"),
    entry(
        "BL-3013",
        "The file speaks another contract",
        "Filen snakker en annen kontrakt",
    ),
    entry(
        "BL-3014",
        "The file wants something from its surroundings",
        "Filen vil ha noe fra omgivelsene",
    ),
    entry(
        "BL-3015",
        "The file can not be used as an adapter",
        "Filen kan ikke brukes som adapter",
    ),
    entry(
        "BL-3016",
        "The adapter could not give its manifest",
        "Adapteren kunne ikke gi manifestet sitt",
    ),
    entry(
        "BL-3020",
        "Documents of this sender wait",
        "Dokumenter fra denne avsenderen venter",
    ),
    entry(
        "BL-3021",
        "The file holds more than an adapter may",
        "Filen har mer enn en adapter kan ha",
    ),
    entry(
        "BL-3030",
        "The adapter read what it does not declare",
        "Adapteren leste noe den ikke oppgir",
    ),
    entry(
        "BL-3032",
        "The version in use could not be loaded",
        "Versjonen i bruk kunne ikke lastes",
    ),
    entry(
        "BL-3033",
        "The adapter reads other formats",
        "Adapteren leser andre formater",
    ),
    entry(
        "BL-3034",
        "The adapter found a fault of its own",
        "Adapteren fant en feil hos seg selv",
    ),
    entry("BL-3040", "There is no such version", "Versjonen finnes ikke"),
    entry("BL-3041", "Somebody else switched first", "Noen andre byttet først"),
    entry(
        "BL-3042",
        "The version waits for a grant",
        "Versjonen venter på en tillatelse",
    ),
    entry("BL-3043", "The version is in use", "Versjonen er i bruk"),
    entry(
        "BL-3044",
        "There is no version to go back to",
        "Det er ingen versjon å gå tilbake til",
    ),
    entry(
        "BL-3045",
        "The adapter has too many versions",
        "Adapteren har for mange versjoner",
    ),
    entry("BL-3046", "The file is another adapter", "Filen er en annen adapter"),
    entry(
        "BL-3047",
        "The adapter's file could not be written",
        "Adapterfilen kunne ikke skrives",
    ),
    entry(
        "BL-3048",
        "The compiler died or took too long",
        "Kompilatoren stoppet eller brukte for lang tid",
    ),
    entry(
        "BL-3101",
        "The adapter refused the document",
        "Adapteren avviste dokumentet",
    ),
    entry("BL-4007", "Nothing to acknowledge", "Ingenting å bekrefte"),
    entry(
        "BL-4030",
        "The machine's clock is not right",
        "Klokken på maskinen går feil",
    ),
    entry("BL-4033", "It is not with a person", "Den ligger ikke hos en person"),
    entry(
        "BL-4035",
        "The preview is over",
        "Forhåndsvisningen gjelder ikke lenger",
    ),
    entry("BL-5001", "The store is full", "Lageret er fullt"),
    entry("BL-5002", "The store is not available", "Lageret er ikke tilgjengelig"),
    entry("BL-5003", "The store is damaged", "Lageret er skadet"),
    entry(
        "BL-5020",
        "The audit log is not what was written",
        "Loggen er ikke slik den ble skrevet",
    ),
    entry(
        "BL-5021",
        "A participant's ledger is not what was registered",
        "Samtykkene til en deltaker er ikke de som ble registrert",
    ),
    entry(
        "BL-5034",
        "It was done, and is not witnessed yet",
        "Det er gjort, men ikke bevitnet ennå",
    ),
    entry("BL-5035", "It may have been done", "Det kan være gjort"),
    entry(
        "BL-5036",
        "It was done, and something is still on its way",
        "Det er gjort, men noe er fortsatt på vei",
    ),
    entry(
        "BL-6017",
        "The master key can not be changed now",
        "Hovednøkkelen kan ikke byttes nå",
    ),
    entry("BL-6022", "The party is suspended", "Aktøren er sperret"),
];

const fn entry(code: &'static str, english: &'static str, bokmal: &'static str) -> (&'static str, Phrase) {
    (code, Phrase::new(english, bokmal))
}

/// Returns the title of a code; `None` if the table does not have the code. A constant can call it, so that a listed code without
/// a title does not compile.
#[must_use]
pub const fn of(code: &str) -> Option<Phrase> {
    let mut i = 0;
    while i < TITLES.len() {
        let (name, title) = TITLES[i];
        if is_same(name.as_bytes(), code.as_bytes()) {
            return Some(title);
        }
        i += 1;
    }
    None
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::phrase::check;

    #[test]
    fn every_code_has_a_title_of_its_own_in_every_language() {
        for (at, (code, title)) in TITLES.iter().enumerate() {
            check(code, *title);
            assert_eq!(of(code), Some(*title), "{code} stands twice");
            for (other, same) in TITLES.iter().take(at) {
                for lang in Lang::ALL {
                    assert_ne!(title.text(lang), same.text(lang), "{code} has the title of {other}");
                }
            }
        }
        check("unknown", UNKNOWN);
        assert_eq!(of("BL-"), None);
    }
}
