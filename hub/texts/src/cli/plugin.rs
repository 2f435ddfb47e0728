//! The texts of `bindeledd plugin`.

use crate::text::texts;

texts! {
    /// A text of `bindeledd plugin`.
    pub enum Plugin {
        NotFound { adapter: String } =>
            "there is no adapter `{adapter}` in the configuration or in target/plugins",
            "det er ingen adapter `{adapter}` i oppsettet eller i target/plugins";
        BuildOrName =>
            "build the adapters with `cargo xtask build`, or name a .wasm file",
            "bygg adapterne med `cargo xtask build`, eller oppgi en .wasm-fil";
        NoAdapter { adapter: String } => "there is no adapter `{adapter}`", "det er ingen adapter `{adapter}`";
        NameFile => "name a .wasm file", "oppgi en .wasm-fil";
        NoName { adapter: String } => "`{adapter}` is no adapter's name", "`{adapter}` er ikke et navn på en adapter";
        ListNames => "`bindeledd plugin list` names them", "`bindeledd plugin list` viser dem";

        InUseAgain { adapter: String } =>
            "{adapter} is in use again: waiting messages go on",
            "{adapter} er i bruk igjen: meldinger som venter, går videre";
        WasInUse { adapter: String } =>
            "{adapter} was in use already; senders that it no longer took are heard again",
            "{adapter} var i bruk fra før; avsendere den ikke lenger tok imot fra, tas imot igjen";

        Columns => "ID|VERSION|SHA-256|STATE", "ID|VERSJON|SHA-256|TILSTAND";
        Ready => "ready", "klar";
        NotLoaded => "not loaded", "ikke lastet";

        NoSamples { folder: String } => "{folder} has no samples", "{folder} har ingen prøver";
        SampleForm =>
            "make a folder for each sample, with input.* or message.json, and context.json if the example does not fit",
            "lag en mappe for hver prøve, med input.* eller message.json, og context.json hvis eksempelet ikke passer";
        SamplesDiffer { different: u64, samples: u64 } =>
            "{different} of {samples} samples have another output; the version in use stays",
            "{different} av {samples} prøver gir et annet resultat; versjonen i bruk blir stående";
        AcceptDifferences =>
            "read the differences; `--accept-differences` switches nevertheless",
            "les forskjellene; `--accept-differences` bytter likevel";
        NoRoomForCopy => "the adapter's file could not be written to the folder for temporary files", "adapterfilen kunne ikke skrives i mappen for midlertidige filer";
        ShadowRuns { until: String } => "runs until {until}", "går til {until}";
        ShadowEnded { by: String } => "ended ({by})", "er over ({by})";
        ShadowCounts { adapter: String, version: String, beside: String, state: String, documents: u64, same: u64, different: u64, dropped: u64 } =>
            "{adapter}: {version} in the shadow of {beside} {state}\n{documents} compared, {same} the same, {different} different, {dropped} not compared",
            "{adapter}: {version} i skyggen av {beside} {state}\n{documents} sammenlignet, {same} like, {different} ulike, {dropped} ikke sammenlignet";
        ShadowColumns => "NUMBER|DIFFERENCE", "ANTALL|FORSKJELL";
        LiveColumns => "ID|VERSION|SHA-256|INSTALLED|STATE", "ID|VERSJON|SHA-256|INSTALLERT|TILSTAND";
        StateInUse => "in use", "i bruk";
        StateNotLoaded => "in use, and could not be loaded", "i bruk, og kunne ikke lastes";
        StateWaits { needs: String } => "waits for a grant: {needs}", "venter på en tillatelse: {needs}";
        FromConfiguration => "configuration", "oppsettet";
        NoVersionNamed { adapter: String } => "`{adapter}` names no version of an adapter", "`{adapter}` viser ikke til en versjon av en adapter";
        NameVersion =>
            "write the adapter and the version, such as gp-dialogmelding@0.2.0",
            "skriv adapteren og versjonen, som gp-dialogmelding@0.2.0";
        NowInUse { adapter: String, version: String, digest: String } =>
            "{adapter} {version} ({digest}) is in use",
            "{adapter} {version} ({digest}) er i bruk";
        VersionWasInUse { adapter: String, version: String, digest: String } =>
            "{adapter} {version} ({digest}) was in use already",
            "{adapter} {version} ({digest}) var i bruk fra før";
        Removed { adapter: String, version: String } => "{adapter} {version} is removed", "{adapter} {version} er fjernet";
        InstalledBeside { adapter: String, version: String } =>
            "{adapter} {version} is installed; `bindeledd plugin use {adapter}@{version}` takes it into use",
            "{adapter} {version} er installert; `bindeledd plugin use {adapter}@{version}` tar den i bruk";
        InstalledWaits { adapter: String, version: String, needs: String } =>
            "{adapter} {version} is installed, and needs more than is allowed: {needs}; `bindeledd plugin use {adapter}@{version} --grant` allows that and takes it into use",
            "{adapter} {version} er installert, og trenger mer enn det som er tillatt: {needs}; `bindeledd plugin use {adapter}@{version} --grant` tillater det og tar den i bruk";
        WasInstalled { adapter: String, version: String } =>
            "{adapter} {version} was installed already",
            "{adapter} {version} var installert fra før";

        NoUsableName =>
            "the adapter gives itself no usable name",
            "adapteren gir seg ikke et navn som kan brukes";
        NameWithId => "name it with --id", "oppgi det med --id";
        Pinned { adapter: String, version: String } =>
            "{adapter} {version} is pinned; the hub uses it from its next start",
            "{adapter} {version} er låst; knutepunktet bruker den fra neste start";
        WasPinned { adapter: String, version: String } =>
            "{adapter} {version} was pinned already",
            "{adapter} {version} var låst fra før";
        LetWrite => "let this user write to the hub's folder", "la denne brukeren skrive i knutepunktets mappe";
        Changed { file: String } => "{file} was changed while it was looked at", "{file} ble endret mens den ble undersøkt";
        RunAgain => "run it again", "kjør det på nytt";
        CanNotBeChanged { file: String } => "{file} can not be changed", "{file} kan ikke endres";
        LetWriteAndInstall =>
            "let this user write to its folder, and look at the room on its disk; then install it again",
            "la denne brukeren skrive i mappen, og se på plassen på disken; installer så på nytt";
        HasOther { place: String, adapter: String } => "{place} has another `{adapter}`", "{place} har en annen `{adapter}`";
        Beside { adapter: String, version: String } =>
            "install this one beside it: `--id {adapter}@{version}`",
            "installer denne ved siden av: `--id {adapter}@{version}`";

        Nothing => "nothing", "ingenting";
        Inspected { name: String, file: String, bytes: u64, sha256: String, contract: String, formats: String, reads: String, writes: String, endpoint: String, party: String, credentials: String } =>
            "{name}\n  file      {file}\n  size      {bytes} bytes\n  sha256    {sha256}\n  contract  {contract}\n  formats   {formats}\n  reads     {reads}\n  writes    {writes}\n  needs     endpoint: {endpoint}; party: {party}; credentials: {credentials}",
            "{name}\n  fil        {file}\n  størrelse  {bytes} byte\n  sha256     {sha256}\n  kontrakt   {contract}\n  formater   {formats}\n  leser      {reads}\n  skriver    {writes}\n  trenger    endepunkt: {endpoint}; aktør: {party}; legitimasjon: {credentials}";
        ByHand =>
            "  by hand   a person enters its documents, if the endpoint has no address",
            "  for hånd   en person fører inn dokumentene, om endepunktet ikke har noen adresse";

        NoContext { file: String } => "{file} is not a context", "{file} er ikke en kontekst";
        SeeSchemas =>
            "see docs/schemas and the example in docs/writing-an-adapter.md",
            "se docs/schemas og eksempelet i docs/writing-an-adapter.md";
        Refused { code: String, text: String } => "refused ({code}): {text}", "avvist ({code}): {text}";

        NoReceiver => "the notice has no receiver or no category", "varselet har ingen mottaker eller ingen opplysningstype";
        NameReceiver =>
            "name one party by its id in to, and at least one category in body.categories",
            "oppgi én aktør med id i to, og minst én opplysningstype i body.categories";
        NoPartyId => "the context's party has no id", "aktøren i konteksten har ingen id";
        GiveId => "give it one", "gi den en";
        GiveFields => "give the message its required fields", "gi meldingen feltene som kreves";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_of_the_plugin_commands_is_in_every_language() {
        check_all(&Plugin::samples());
    }
}
