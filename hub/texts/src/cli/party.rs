//! The texts of `bindeledd party`.

use crate::text::texts;

texts! {
    /// A text of `bindeledd party`.
    pub enum Party {
        There { party: String } =>
            "{party} is there; `bindeledd party key new {party}` makes its key",
            "{party} er lagt inn; `bindeledd party key new {party}` lager nøkkelen";
        WritePartyAsHelp => "write the party as the help shows", "skriv aktøren slik hjelpen viser";
        WritePartiesAsHelp => "write the parties as the help shows", "skriv aktørene slik hjelpen viser";

        Columns => "ID|KIND|NAME|ADAPTER|ADDRESS|STATE", "ID|TYPE|NAVN|ADAPTER|ADRESSE|TILSTAND";
        Fetches => "(fetches)", "(henter)";
        SuspendedPaused => "suspended, paused", "sperret, på pause";
        Suspended => "suspended", "sperret";
        Paused => "paused", "på pause";
        For { state: String, why: String } => "{state}; reason: {why}", "{state}; grunn: {why}";
        ForUntil { state: String, why: String, until: String } =>
            "{state} until {until}; reason: {why}",
            "{state} til {until}; grunn: {why}";

        PausedBy { by: String, since: String } => "paused by {by} since {since}", "satt på pause av {by} siden {since}";
        Format { adapter: String } => "adapter: {adapter}", "format: {adapter}";
        SentTo { address: String } => "deliveries go to {address}", "leveranser går til {address}";
        ItFetches => "it fetches its deliveries", "den henter leveransene sine selv";

        IsPaused { party: String } => "{party} is paused: deliveries to it wait", "{party} er satt på pause: leveranser til den venter";
        IsPausedUntil { party: String, until: String } =>
            "{party} is paused until {until}: deliveries to it wait till then",
            "{party} er satt på pause til {until}: leveranser til den venter så lenge";
        IsResumed { party: String } =>
            "{party} is resumed: waiting deliveries go on",
            "{party} er i gang igjen: leveranser som venter, går videre";
        IsSuspended { party: String } =>
            "{party} is suspended: its keys, tokens and certificates are refused, and deliveries to it wait\nnext: if a key was stolen, `bindeledd party key revoke {party} --all`; `party unsuspend` lets the party in again",
            "{party} er sperret: nøkler, adgangstegn og sertifikater avvises, og leveranser til den venter\nneste steg: er en nøkkel stjålet, `bindeledd party key revoke {party} --all`; `party unsuspend` slipper aktøren inn igjen";
        IsUnsuspended { party: String } =>
            "{party} is accepted again, and waiting deliveries go on",
            "{party} godtas igjen, og leveranser som venter, går videre";
        // history
        Version { version: String, at: String, by: String } =>
            "version {version}, {at}, by {by}", "versjon {version}, {at}, av {by}";
        OldVersion { version: String } =>
            "version {version}, from before the hub kept versions",
            "versjon {version}, fra før knutepunktet tok vare på versjoner";
        BroughtBack { version: String } =>
            "  the set-up of version {version} again", "  oppsettet fra versjon {version} igjen";
        ReasonGiven { reason: String } => "  reason: {reason}", "  begrunnelse: {reason}";
        EmptyField => "(empty)", "(tomt)";
        IsRolledBack { party: String, to: String, version: String } =>
            "{party} has the set-up of version {to} again, as version {version}",
            "{party} har oppsettet fra versjon {to} igjen, som versjon {version}";
        SameSetUp { party: String, version: String } =>
            "nothing was done: {party} has this set-up already, in version {version}",
            "ingenting er gjort: {party} har alt dette oppsettet, i versjon {version}";

        CanDeliver { party: String } => "the hub can deliver to {party}", "knutepunktet kan levere til {party}";
        CanNotDeliver { party: String } => "the hub can not deliver to {party}", "knutepunktet kan ikke levere til {party}";

        Step { step: Step, result: StepResult, side: Side, millis: u64 } =>
            "{step}: {result}{side} ({millis} ms)",
            "{step}: {result}{side} ({millis} ms)";

        KeyColumns => "KEY|MADE|LAST USED", "NØKKEL|LAGET|SIST BRUKT";
        NotUsed => "(not since the hub started)", "(ikke siden knutepunktet startet)";
        ShownOnce { id: String } =>
            "this key (id {id}) is shown once; hand it to the party over a safe way",
            "denne nøkkelen (id {id}) vises én gang; gi den til aktøren på en trygg måte";
        NoneNamed => "no party is named", "ingen aktør er oppgitt";
        SeeHelp => "see --help", "se --help";
        Revoked { count: String, party: String } => "{count} revoked for {party}", "{count} tilbakekalt for {party}";
        NoKeyLeft => "it has no key any more", "den har ingen nøkkel lenger";
        StillHas => "it still has", "den har fortsatt";

        NothingWaits { party: String } => "nothing waits for {party}", "ingenting venter på {party}";
        NotYet { party: String, deliveries: String } =>
            "{party} does not have these yet. When they are entered, posted or handed over:\n  bindeledd party entered {party} {deliveries}",
            "{party} har ikke fått disse ennå. Når de er ført inn, postlagt eller gitt videre:\n  bindeledd party entered {party} {deliveries}";
        LookAndRunAgain =>
            "look at the folder's permissions and the room on its disk, then run the command again: nothing is lost",
            "se på tilgangsrettighetene til mappen og plassen på disken, og kjør kommandoen på nytt: ingenting er tapt";
        NoInbox => "the hub's answer is not an inbox", "svaret fra knutepunktet er ikke en innboks";

        // import
        Imported { added: u64, changed: u64, same: u64 } =>
            "{added} added, {changed} changed, {same} as they were",
            "{added} lagt til, {changed} endret, {same} som de var";
        NotImported { refused: u64, all: u64 } =>
            "nothing was done: {refused} of {all} can not be taken; mend them and import again",
            "ingenting er gjort: {refused} av {all} kan ikke tas inn; rett dem og importer på nytt";
        WouldImport { added: u64, changed: u64, same: u64 } =>
            "nothing was done: {added} would be added, {changed} changed, {same} are there just so",
            "ingenting er gjort: {added} ville blitt lagt til, {changed} endret, {same} er der slik fra før";
    }
}

texts! {
    /// A step of a test.
    pub enum Step {
        Other { step: String } => "{step}", "{step}";
        Setup => "setup", "oppsett";
        Name => "name", "navneoppslag";
        Connection => "connection", "forbindelse";
        Credential => "credential", "legitimasjon";
        Service => "service", "tjeneste";
    }
}

texts! {
    /// The result of a step of a test.
    pub enum StepResult {
        Other { result: String } => "{result}", "{result}";
        Well => "well", "i orden";
        Fault => "fault", "feil";
        NotTried => "not-tried", "ikke prøvd";
    }
}

texts! {
    /// The side of a fault.
    pub enum Side {
        None => "", "";
        Hub => ", the fault is in the hub", ", feilen er i knutepunktet";
        Receiver => ", the fault is at the receiver", ", feilen er hos mottakeren";
        Line => ", the fault is on the line or at the receiver", ", feilen er på linjen eller hos mottakeren";
    }
}

texts! {
    /// A fault in a file of parties.
    pub enum Import {
        NoList => "not a list", "ikke en liste";
        NeitherListNorParty => "neither a list of parties nor a party", "verken en liste av aktører eller en aktør";
        NotUtf8 => "not UTF-8; save it as CSV in UTF-8", "ikke UTF-8; lagre den som CSV i UTF-8";
        OtherEncoding { found: String } => "{found}; save it as CSV in UTF-8", "{found}; lagre den som CSV i UTF-8";
        NotCsv =>
            "not CSV: a line has another number of fields than the first",
            "ikke CSV: en linje har et annet antall felt enn den første";
        NameTwice => "a name that stands there before", "et navn som står der fra før";
        SettingsAsJson { error: String } =>
            "write the settings as a JSON object: {error}",
            "skriv innstillingene som et JSON-objekt: {error}";
        NoColumn => "no column of this name is known; see --help", "ingen kolonne med dette navnet er kjent; se --help";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_of_the_party_commands_is_in_every_language() {
        let ours = |text: &Party| !matches!(text, Party::Step { .. });
        check_all(&Party::samples().into_iter().filter(ours).collect::<Vec<_>>());
        check_all(&Import::samples());
        check_all(&Step::samples());
        check_all(&StepResult::samples());
        let sides = |side: &Side| !matches!(side, Side::None);
        check_all(&Side::samples().into_iter().filter(sides).collect::<Vec<_>>());
    }
}
