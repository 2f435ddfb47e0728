//! Reasons why a file can not be used as an adapter, each with the action to take.

use crate::text::{Said, texts};

texts! {
    /// Reason why a file can not be used as an adapter.
    pub enum AdapterFile {
        Unreadable { path: String } => "can not read the adapter file {path}", "adapterfilen {path} kan ikke leses";
        Digest { path: String, found: String, pinned: String } =>
            "the adapter file {path} is not the one that configuration pins: it has sha256 {found}, and {pinned} is pinned. Put the pinned file back; or look at this one with `bindeledd plugin inspect` and, where it is the one you want, pin its digest",
            "adapterfilen {path} er ikke den som er låst i oppsettet: den har sha256 {found}, og {pinned} er låst. Legg den låste filen tilbake; eller se på denne med `bindeledd plugin inspect`, og lås avtrykket om det er den du vil ha";
        NotAComponent { path: String, what: Said } =>
            "{path} is not a WebAssembly component ({what}). Build adapters with `bindeledd plugin build` or `cargo xtask build`; a plain module is not enough",
            "{path} er ikke en WebAssembly-komponent ({what}). Bygg adaptere med `bindeledd plugin build` eller `cargo xtask build`; en vanlig modul er ikke nok";
        NoContract { path: String, contract: String } =>
            "{path} exports no `bindeledd:adapter/translate`, so that it was built for no adapter contract. Build it with `bindeledd plugin build`; this hub speaks {contract}",
            "{path} eksporterer ikke `bindeledd:adapter/translate`, så den er ikke bygget for noen adapterkontrakt. Bygg den med `bindeledd plugin build`; dette knutepunktet snakker {contract}";
        Contract { path: String, found: String, contract: String } =>
            "{path} was built for version {found} of the adapter contract, and this hub speaks {contract}. Get a version of the adapter for one of these, or a hub that speaks {found}",
            "{path} er bygget for versjon {found} av adapterkontrakten, og dette knutepunktet snakker {contract}. Skaff en versjon av adapteren for en av disse, eller et knutepunkt som snakker {found}";
        Sections { path: String, sections: u64 } =>
            "{path} has {sections} manifests (custom section `bindeledd:manifest`) where one is needed. Build it with `bindeledd plugin build`, which makes it of adapter.toml",
            "{path} har {sections} manifester (delen `bindeledd:manifest`), og skal ha ett. Bygg den med `bindeledd plugin build`, som lager det av adapter.toml";
        Imports { path: String, wanted: String } =>
            "{path} wants {wanted} from its surroundings, and an adapter gets nothing but its arguments. Build it for wasm32-unknown-unknown, or with a kit that seals WASI off",
            "{path} vil ha {wanted} fra omgivelsene, og en adapter får bare argumentene sine. Bygg den for wasm32-unknown-unknown, eller med et verktøy som stenger WASI ute";
        Unfit { path: String, what: Said } =>
            "{path} can not be used as an adapter: {what}",
            "{path} kan ikke brukes som adapter: {what}";
        TooMuch { path: String, what: Said } => "{path} is not compiled: {what}", "{path} kompileres ikke: {what}";
        Manifest { path: String } => "{path} could not give its manifest", "{path} kunne ikke gi manifestet sitt";
        Twice { adapter: String } =>
            "configuration has the adapter `{adapter}` twice; give each version a name of its own, such as `{adapter}@0.2.0`",
            "oppsettet har adapteren `{adapter}` to ganger; gi hver versjon sitt eget navn, som `{adapter}@0.2.0`";
        Compiler { path: String, what: Said } =>
            "{path} could not be compiled: {what}. The other adapters are not concerned; install another version of this one",
            "{path} kunne ikke kompileres: {what}. Det gjelder ikke de andre adapterne; installer en annen versjon av denne";
        Cache { path: String, what: Said } =>
            "the folder for compiled adapters, {path}, can not be used: {what}",
            "mappen for kompilerte adaptere, {path}, kan ikke brukes: {what}";
        Engine { what: String } =>
            "adapters can not run here: {what}. Fewer instances or less memory for each may help (`adapter_limits`)",
            "adaptere kan ikke kjøre her: {what}. Færre samtidige kall eller mindre minne til hvert kan hjelpe (`adapter_limits`)";
    }
}

texts! {
    /// The fault of a file, or of the folder for compiled adapters.
    pub enum FileFault {
        CoreModule => "it is a core module", "det er en kjernemodul";
        NoId =>
            "its name can not be made an adapter's id; give it one of a-z and 0-9",
            "navnet kan ikke gjøres til en id for en adapter; gi den et navn av a-z og 0-9";
        More { most: u64, of: Counted } =>
            "it has more than the {most} {of} that an adapter may have",
            "den har mer enn de {most} {of} som en adapter kan ha";
        TooLarge { found: u64, most: u64 } =>
            "its {found} MB are more than the {most} MB that an adapter may have (`adapter_limits.file_mb`)",
            "den er på {found} MB, mer enn de {most} MB som en adapter kan ha (`adapter_limits.file_mb`)";
        NotInTime { seconds: u64 } =>
            "it was not compiled within {seconds} seconds (`adapter_limits.compile_seconds`)",
            "den ble ikke kompilert innen {seconds} sekunder (`adapter_limits.compile_seconds`)";
        NoCompiler { error: Said } => "the compiler could not be started ({error})", "kompilatoren kunne ikke startes ({error})";
        CompilerDied { how: String } =>
            "the compiler ended without a result ({how}), as it does at the limit of its memory or time",
            "kompilatoren sluttet uten resultat ({how}), som den gjør ved grensen for minne eller tid";
        NotWritable { error: Said } => "nothing can be written there ({error})", "ingenting kan skrives der ({error})";
        NoFolder => "it is not a folder but a link or a file", "det er ikke en mappe, men en lenke eller en fil";
        OtherOwner =>
            "another user owns it; name a folder of the hub's own (`adapters.cache`)",
            "en annen bruker eier den; oppgi en mappe for knutepunktet alene (`adapters.cache`)";
        OthersReach { path: String } =>
            "other users can reach it; run `chmod 700 {path}`",
            "andre brukere når den; kjør `chmod 700 {path}`";
    }
}

texts! {
    /// The parts of a component that are counted.
    pub enum Counted {
        Modules => "modules and components inside it", "modulene og komponentene inni seg";
        Functions => "functions", "funksjonene";
        InOneFunction => "instructions and variables in one function", "instruksjonene og variablene i én funksjon";
        InAll => "instructions and variables in all", "instruksjonene og variablene til sammen";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_reason_is_in_every_language() {
        check_all(&AdapterFile::samples());
        check_all(&FileFault::samples());
        check_all(&Counted::samples());
    }
}
