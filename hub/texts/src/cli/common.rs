//! Texts that several commands share.

use crate::text::texts;

texts! {
    /// A text of several commands.
    pub enum Common {
        // The lines of a failure.
        Error { code: String, what: String } => "error {code}: {what}", "feil {code}: {what}";
        At { place: String } => "at: {place}", "sted: {place}";
        Item { text: String } => "- {text}", "- {text}";
        Cause { cause: String } => "cause: {cause}", "årsak: {cause}";
        NextStep { next: String } => "next: {next}", "neste steg: {next}";
        Page { code: String } => "page: docs/errors/{code}.md", "side: docs/errors/{code}.md";

        Dumps { error: String } =>
            "a crash of this program may write its memory to disk: {error}",
            "krasjer dette programmet, kan minnet bli skrevet til disk: {error}";
        Progress { what: String, bar: String, done: u64, all: u64 } =>
            "{what} [{bar}] {done} of {all}",
            "{what} [{bar}] {done} av {all}";

        // Files.
        FileUnreadable { file: String } => "the file {file} can not be read", "filen {file} kan ikke leses";
        FileUnusable { file: String } => "the file {file} can not be used", "filen {file} kan ikke brukes";
        CheckPath => "check the path and its permissions", "kontroller stien og tilgangsrettighetene";
        CorrectPlace => "correct the place that is named", "rett stedet som er nevnt";
        SaveAsUtf8 => "save it as text in UTF-8", "lagre den som tekst i UTF-8";
        CanNotBeMade { path: String } => "{path} can not be made", "{path} kan ikke lages";
        FileThere { file: String } =>
            "{file} is there already, and is not written over",
            "{file} finnes allerede, og skrives ikke over";
        OtherFile => "name another file, or remove that one", "oppgi en annen fil, eller fjern den";
        LookAtFolder =>
            "look at the folder's permissions and the room on its disk",
            "se på tilgangsrettighetene til mappen og plassen på disken";
        CheckFolder => "check the permissions of the folder", "kontroller tilgangsrettighetene til mappen";
        Written { file: String } => "written: {file}", "skrevet: {file}";

        // Calls to a hub.
        NoHub => "no hub is named", "ikke noe knutepunkt er oppgitt";
        NameUrl => "name it with --url", "oppgi det med --url";
        NoRuntime => "no runtime can be made", "kjøremiljøet kan ikke lages";
        NoTls => "TLS can not be set up", "TLS kan ikke settes opp";
        NotTrusted { url: String } =>
            "the certificate at {url} is not trusted",
            "sertifikatet på {url} er ikke godkjent";
        NameCa => "name the hub's certificate with --ca", "oppgi knutepunktets sertifikat med --ca";
        Late { url: String } =>
            "the hub at {url} does not answer in time",
            "knutepunktet på {url} svarer ikke i tide";
        BrokenOff { url: String } =>
            "the connection to {url} broke off before the answer",
            "forbindelsen til {url} ble brutt før svaret kom";
        MaybeDone =>
            "it may have been done, or not: check the current state and the hub's log, then run the same again",
            "det kan være gjort, eller ikke: se hva som gjelder nå og i loggen til knutepunktet, og kjør det samme på nytt";
        Nobody { url: String } => "no hub answers at {url}", "ikke noe knutepunkt svarer på {url}";
        StartIt =>
            "nothing was done: start it with `bindeledd serve`, or name another one with --url",
            "ingenting er gjort: start det med `bindeledd serve`, eller oppgi et annet med --url";
        Strange { url: String, status: u64 } =>
            "the server at {url} is no Bindeledd hub (status {status})",
            "tjeneren på {url} er ikke et Bindeledd-knutepunkt (status {status})";
        CheckUrlAndProxy => "check --url, and any proxy before the hub", "kontroller --url, og mellomtjenere foran knutepunktet";
        CheckUrl => "check --url", "kontroller --url";
        Refused => "the hub refused it", "knutepunktet avviste det";
        WriteOneOf { names: String } => "write one of {names}", "skriv en av {names}";
        WriteTrueOrFalse => "write true or false", "skriv true eller false";
        Write { expected: String } => "write {expected}", "skriv {expected}";
        KeyUnreadable { file: String } => "the key file {file} can not be read", "nøkkelfilen {file} kan ikke leses";
        NameKeyFile => "name one with --key-file", "oppgi en med --key-file";
        NoKey => "there is no key to call the hub with", "det finnes ingen nøkkel til å kalle knutepunktet med";
        NameKey =>
            "name its file with --key-file, or put it in BINDELEDD_KEY",
            "oppgi filen med --key-file, eller legg nøkkelen i BINDELEDD_KEY";
        NoCertificate { file: String } =>
            "{file} holds no certificate that can be used",
            "{file} har ikke noe sertifikat som kan brukes";
        NamePem => "name the hub's certificate in PEM with --ca", "oppgi knutepunktets sertifikat i PEM med --ca";

        Open => "open", "åpen";
        State { state: String } => "state: {state}", "tilstand: {state}";
        CorrectedBy { message: String } => "corrected by {message}", "rettet av {message}";

        // Alerts.
        NoAlerts => "no alerts", "ingen varsler";
        Often { times: u64, last: String } => ", {times} times until {last}", ", {times} ganger frem til {last}";
        Over { at: String } => ", over at {at}", ", over {at}";
        IsNow { alert: String, state: String } => "{alert} is {state}", "{alert} er {state}";
        StateBy { state: String, by: String, at: String } => ", {state} by {by} at {at}", ", {state} av {by} {at}";
        More { id: String } => "there may be more: --before {id}", "det kan være flere: --before {id}";
    }
}

texts! {
    /// Names of the objects that an alert is about.
    pub enum About {
        Message { id: String } => "message {id}", "melding {id}";
        Delivery { id: String } => "delivery {id}", "leveranse {id}";
        Party { id: String } => "party {id}", "aktør {id}";
        Phone { number: String } => "phone {number}", "telefon {number}";
        Participant { id: String } => "participant {id}", "deltaker {id}";
        Code { code: String } => "code {code}", "kode {code}";
    }
}

texts! {
    /// The pushes of an alert to one target.
    pub enum Pushes {
        Taken { target: String, times: u64, at: String } =>
            "pushed to {target}: {times}, last at {at}",
            "sendt til {target}: {times}, sist {at}";
        Failed { target: String, tries: u64, at: String, answer: String, next: String } =>
            "not pushed to {target}: {tries} tries, last at {at} ({answer}), {next}",
            "ikke sendt til {target}: {tries} forsøk, sist {at} ({answer}), {next}";
        Answered { code: u64 } => "answered {code}", "svarte {code}";
        Unreached => "could not be reached", "kunne ikke nås";
        Again { at: String } => "tried again at {at}", "prøves igjen {at}";
        GivenUp => "given up", "gitt opp";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_of_several_commands_is_in_every_language() {
        let ours = |text: &Common| !matches!(text, Common::Item { .. });
        check_all(&Common::samples().into_iter().filter(ours).collect::<Vec<_>>());
        check_all(&About::samples());
        check_all(&Pushes::samples());
    }
}
