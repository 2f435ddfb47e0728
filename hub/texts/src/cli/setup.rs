//! The texts of `bindeledd init` and `check`, and of opening a hub's files, keys and store.

use crate::cli::config::Shape;
use crate::near::Near;
use crate::text::texts;

texts! {
    /// A text about the files, keys and store of a hub.
    pub enum Setup {
        // Secrets and certificates.
        InitMakesKey => "`bindeledd init` makes one for a new hub", "`bindeledd init` lager en for et nytt knutepunkt";
        InitMakesLocal => "`bindeledd init` makes one for localhost", "`bindeledd init` lager en for localhost";
        SecondInData =>
            "it lies in hub.data_dir, so a restored backup would bring it back as well, and nothing would be noticed",
            "den ligger i hub.data_dir, så en tilbakelagt sikkerhetskopi ville tatt den med, og ingenting ville blitt merket";
        NameElsewhere =>
            "name a file elsewhere, on another disk where there is one",
            "oppgi en fil et annet sted, på en annen disk om det finnes";
        PutPassword => "put the password there", "legg passordet der";
        PutRandomKey =>
            "put a random key there: `openssl rand -hex 32`",
            "legg en tilfeldig nøkkel der: `openssl rand -hex 32`";
        PutSecret => "put the secret there", "legg hemmeligheten der";
        PutRegisteredKey =>
            "put the private key there that is registered at the issuer",
            "legg den private nøkkelen der som er registrert hos utstederen";
        LeftOver { file: String } =>
            "{file} is there, and the master key comes from elsewhere",
            "{file} finnes, og hovednøkkelen kommer fra et annet sted";
        MoveLeftOver =>
            "move the file to where its copies are kept, so that there is one source",
            "flytt filen dit kopiene ligger, så det er én kilde";
        ReadByOthers { file: String, mode: String } =>
            "{file} can be read by others (mode {mode})",
            "{file} kan leses av andre (rettigheter {mode})";
        Chmod { file: String } => "run `chmod 600 {file}`", "kjør `chmod 600 {file}`";
        NamePem => "name a certificate in PEM", "oppgi et sertifikat i PEM";
        NoCertificate { file: String } => "{file} holds no certificate in PEM", "{file} har ikke noe sertifikat i PEM";
        NameCertificate => "name a file with -----BEGIN CERTIFICATE-----", "oppgi en fil med -----BEGIN CERTIFICATE-----";
        PutList => "put the authority's list there", "legg utstederens liste der";
        NoList { file: String } =>
            "{file} holds no list of revoked certificates, PEM or DER",
            "{file} har ingen liste over tilbakekalte sertifikater, PEM eller DER";
        PutCrl => "put the authority's list (CRL) there", "legg utstederens liste (CRL) der";
        NoPrivateKey { file: String } => "{file} holds no private key in PEM", "{file} har ingen privat nøkkel i PEM";
        NamePrivateKey => "name a file with -----BEGIN PRIVATE KEY-----", "oppgi en fil med -----BEGIN PRIVATE KEY-----";
        CanNotRead { file: String, why: String } => "{file} can not be read ({why})", "{file} kan ikke leses ({why})";
        CanNotReadFile { file: String } => "{file} can not be read", "{file} kan ikke leses";
        SeeOperating =>
            "see docs/operating.md for how to make one",
            "se docs/operating.md for hvordan du lager en";
        RunCheck => "run `bindeledd check`", "kjør `bindeledd check`";

        // The master key.
        NoVariable { name: String } =>
            "the environment has no variable {name}",
            "det er ingen miljøvariabel {name}";
        SetVariable =>
            "set it to the key's 64 hexadecimal digits where the hub is started",
            "sett den til de 64 heksadesimale sifrene i nøkkelen der knutepunktet startes";
        VariableOther { name: String } =>
            "the variable {name} does not hold 64 hexadecimal digits",
            "variabelen {name} har ikke 64 heksadesimale sifre";
        GiveOwnKey =>
            "give it the key that this hub was made with",
            "gi den nøkkelen som dette knutepunktet ble laget med";
        NoCredentials { variable: String } =>
            "there is no ${variable}, so systemd has handed over no credential",
            "det er ingen ${variable}, så systemd har ikke gitt noen legitimasjon";
        LoadCredential =>
            "put LoadCredential= or LoadCredentialEncrypted= into the service's unit",
            "legg LoadCredential= eller LoadCredentialEncrypted= i enhetsfilen til tjenesten";

        // init
        Made { file: String } => "made   {file}", "laget  {file}";
        Kept { file: String } => "kept   {file}", "fantes {file}";
        Completed { file: String } => "completed  {file}", "fullført  {file}";
        Note { note: String } => "note:  {note}", "merk:  {note}";
        AddAdapters { file: String } =>
            "{file} was there: add adapters to it with `bindeledd plugin install`",
            "{file} fantes: legg adaptere til den med `bindeledd plugin install`";
        SelfSigned =>
            "the certificate is self-signed and for localhost: replace tls/hub.crt and tls/hub.key before others call",
            "sertifikatet er selvsignert og for localhost: bytt ut tls/hub.crt og tls/hub.key før andre kaller";
        KeepMasterKey =>
            "keep a copy of data/master.key elsewhere: without it nobody can open the hub's sealed data",
            "ta vare på en kopi av data/master.key et annet sted: uten den kan ingen åpne de forseglede dataene";
        Warning { near: Near, next: String } => "WARNING BL-6021: {near}; {next}", "ADVARSEL BL-6021: {near}; {next}";
        RestoreMaster =>
            "restore data/master.key from its backup: another key can not open the store",
            "legg tilbake data/master.key fra sikkerhetskopien: en annen nøkkel kan ikke åpne lageret";
        RestoreAudit =>
            "restore data/audit.key from its backup: by another key the log is not the one that was witnessed",
            "legg tilbake data/audit.key fra sikkerhetskopien: med en annen nøkkel er ikke loggen den som ble bevitnet";
        StoreWithoutKey { dir: String, key: String } => "{dir} has a store and no {key}", "{dir} har et lager, men ingen {key}";
        NameSecondPlace { file: String } =>
            "{file} was there: name the second place in it, as [audit] checkpoint_file",
            "{file} fantes: oppgi det andre stedet i den, som [audit] checkpoint_file";
        NoFolder { path: String } => "{path} is no folder", "{path} er ikke en mappe";
        BadName { path: String } =>
            "{path} has a name that can not stand in the configuration",
            "{path} har et navn som ikke kan stå i oppsettet";
        CanNotWrite { path: String } => "{path} can not be written", "{path} kan ikke skrives";
        NameOwnFolder =>
            "name a folder of the hub's own, on another disk or machine",
            "oppgi en mappe for knutepunktet alene, på en annen disk eller maskin";
        AskSecondPlace =>
            "The second place keeps withdrawals where no restored backup or snapshot of the data brings them back.\nA folder on another disk or machine (empty: beside the data, which does not help): ",
            "Det andre stedet tar vare på tilbaketrekkinger der ingen tilbakelagt kopi av dataene kan gjøre dem om.\nEn mappe på en annen disk eller maskin (tom: ved siden av dataene, som ikke hjelper): ";
        HasOther { file: String, shape: Shape } =>
            "{file} is there and does not hold {shape}",
            "{file} finnes og har ikke {shape}";
        RestoreOrMove =>
            "restore it from its backup; or move it away, and run `bindeledd init` again to have one made",
            "legg den tilbake fra sikkerhetskopien; eller flytt den, og kjør `bindeledd init` på nytt for å få laget en";
        NameWritable =>
            "name a folder that you may write to, on a disk with room; then run `bindeledd init` again",
            "oppgi en mappe du kan skrive i, på en disk med plass; kjør så `bindeledd init` på nytt";
        NoRandomness =>
            "the system gives no randomness to make keys of",
            "systemet gir ingen tilfeldighet å lage nøkler av";
        LookAtRandom => "look at /dev/urandom", "se på /dev/urandom";
        HalfPair { there: String, missing: String } => "{there} is there and {missing} is not", "{there} finnes, men ikke {missing}";
        OtherHalf =>
            "put the other half of the pair there, or move this one away to have a new pair made",
            "legg den andre halvdelen av paret der, eller flytt denne for å få laget et nytt par";
        NoCertificateMade => "the certificate can not be made", "sertifikatet kan ikke lages";
        MoveKeyAway =>
            "move tls/hub.key away where it is no private key in PEM; else report it",
            "flytt tls/hub.key om den ikke er en privat nøkkel i PEM; ellers meld fra om det";
        NoSuchFolder { path: String } => "there is no folder {path}", "det er ingen mappe {path}";
        NameAdapters => "name the folder with the adapters' .wasm files", "oppgi mappen med .wasm-filene til adapterne";
        NoAdapters =>
            "no adapters were found: build them with `cargo xtask build`, then `bindeledd plugin install <file>`",
            "ingen adaptere ble funnet: bygg dem med `cargo xtask build`, og kjør `bindeledd plugin install <fil>`";
        WholeAdapter =>
            "move the file away, or put a whole one in its place; then run `bindeledd init` again",
            "flytt filen, eller legg en hel i stedet; kjør så `bindeledd init` på nytt";
        LetUserRead => "let this user read it", "la denne brukeren lese den";

        // check
        SeeOutbound =>
            "see [outbound], [credentials], [mail] and [alert_targets]",
            "se [outbound], [credentials], [mail] og [alert_targets]";
        OperatorKeyOff =>
            "BL-1116 `api.operator_key` is false: the hub refuses the operator's key, and with it every command that calls the hub; persons act on the console, and /metrics opens with the key of listen.metrics_key_file",
            "BL-1116 `api.operator_key` er false: knutepunktet avviser driftens nøkkel, og dermed alle kommandoer som kaller knutepunktet; personer bruker konsollen, og /metrics åpnes med nøkkelen i listen.metrics_key_file";
        SeePluginList => "see `bindeledd plugin list`", "se `bindeledd plugin list`";
        SeePage { code: String } => "see docs/errors/{code}.md", "se siden docs/errors/{code}.md";
        Right { file: String, adapters: u64, store: StoreState, key: String } =>
            "{file} is right: {adapters} adapters, store: {store}, master key: {key}",
            "{file} er i orden: {adapters} adaptere, lager: {store}, hovednøkkel: {key}";
        NoAdapterConfigured =>
            "no adapter is configured: `bindeledd plugin install`",
            "ingen adapter er satt opp: `bindeledd plugin install`";
        NearPlace { near: Near, next: String } =>
            "BL-6021 `audit.checkpoint_file`: {near}; {next}",
            "BL-6021, `audit.checkpoint_file`: {near}; {next}";
        ListUntil { file: String, until: String } =>
            "BL-1121 `listen.client_crl_files`: {file} is good until {until}; after that, certificates that it covers are refused",
            "BL-1121 `listen.client_crl_files`: {file} gjelder til {until}; etter det avvises sertifikater som den dekker";
        CertificateUntil { key: String, until: String } =>
            "BL-6014 `{key}` is good until {until}; renew it",
            "BL-6014 `{key}` gjelder til {until}; forny det";

        // Opening the store.
        AfterRollback =>
            "restore a newer backup, or say why this one is right: `bindeledd audit accept-rollback --reason \"…\"`",
            "legg tilbake en nyere sikkerhetskopi, eller si hvorfor denne er riktig: `bindeledd audit accept-rollback --reason \"…\"`";
        AfterDifference =>
            "`bindeledd audit verify` names the differences; docs/errors/BL-5020.md tells the next step",
            "`bindeledd audit verify` viser forskjellene; docs/errors/BL-5020.md sier hva du gjør så";
        AfterWrongKey =>
            "put the key in place that it says; `bindeledd key show` tells a running hub's, and each earlier key's file has its id in its name",
            "legg inn nøkkelen som er nevnt; `bindeledd key show` viser nøkkelen til et knutepunkt som kjører, og filen til hver tidligere nøkkel har id-en i navnet";
        AfterJournal =>
            "put the journal back from where it is kept; where it is lost, read the page before `bindeledd audit accept-journal --reason \"…\"`",
            "legg tilbake journalen derfra den er tatt vare på; er den tapt, les siden før `bindeledd audit accept-journal --reason \"…\"`";
        AfterAuditKey =>
            "restore it from its backup; where there is none, read the page before `bindeledd audit new-key --reason \"…\"`",
            "legg den tilbake fra sikkerhetskopien; finnes det ingen, les siden før `bindeledd audit new-key --reason \"…\"`";

        // Starting.
        SeeLog => "see the log", "se i loggen";
        SeeMailAndOutbound =>
            "see [mail] and [outbound] in the configuration",
            "se [mail] og [outbound] i oppsettet";
        StopOther =>
            "stop the program that has the port, or set another listen.address",
            "stopp programmet som har porten, eller sett en annen listen.address";
        LetMakeSocket =>
            "let this user make a socket there, or set another operator_listen.address",
            "la denne brukeren lage en sokkel der, eller sett en annen operator_listen.address";
        SetNoHttp => "set listen.allow_http = false", "sett listen.allow_http = false";
    }
}

texts! {
    /// The state of the store, as `check` finds it.
    pub enum StoreState {
        NotMade => "not made yet; the first start makes it", "ikke laget ennå; den første starten lager det";
        InUseHere => "in use by the hub that runs", "i bruk av knutepunktet som kjører";
        InUse => "in use by a hub that runs", "i bruk av et knutepunkt som kjører";
        NotLookedAt => "not looked at", "ikke undersøkt";
        Opens => "opens", "kan åpnes";
        DoesNotOpen => "does not open", "kan ikke åpnes";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_about_setting_up_is_in_every_language() {
        check_all(&Setup::samples());
        check_all(&StoreState::samples());
    }
}
