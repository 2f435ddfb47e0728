//! The problems of a configuration and of its files, with their remedies.

use crate::text::texts;

texts! {
    /// A text about a configuration.
    pub enum Config {
        OneWrong { file: String } =>
            "one thing is wrong with the configuration {file}",
            "én ting er feil i oppsettet {file}";
        Wrong { count: u64, file: String } =>
            "{count} things are wrong with the configuration {file}",
            "{count} ting er feil i oppsettet {file}";
        MendEach => "mend each of these, then run `bindeledd check`", "rett hver av dem, og kjør `bindeledd check`";
        Columns => "KEY|VALUE|FROM", "NØKKEL|VERDI|FRA";
        FromDefault => "default", "standard";
        FromFile { file: String } => "file {file}", "filen {file}";
        FromEnvironment { variable: String } => "environment {variable}", "miljøvariabelen {variable}";

        // The file.
        Unreadable { file: String } =>
            "the configuration file {file} can not be read",
            "oppsettsfilen {file} kan ikke leses";
        MakeOne =>
            "make one with `bindeledd init`, or name it with --config or BINDELEDD_CONFIG",
            "lag en med `bindeledd init`, eller oppgi den med --config eller BINDELEDD_CONFIG";
        LetUserRead => "let the user that runs bindeledd read it", "la brukeren som kjører bindeledd, lese den";
        NotToml { place: String } => "the file is not TOML: {place}", "filen er ikke TOML: {place}";
        SeeInit => "see the commented file that `bindeledd init` makes", "se den kommenterte filen som `bindeledd init` lager";
        SeeDefaults =>
            "see config/default.toml for the allowed values of each key",
            "se config/default.toml for verdiene hver nøkkel kan ha";

        // Keys and types.
        NoSuchKey => "there is no such key", "nøkkelen finnes ikke";
        IsSection { section: String } =>
            "it is a section: write its keys below [{section}]",
            "det er en del: skriv nøklene under [{section}]";
        DidYouMean { key: String } => "did you mean `{key}`?", "mente du `{key}`?";
        RemoveIt => "remove it; `bindeledd config show` lists every key", "ta den bort; `bindeledd config show` viser alle nøkler";
        WrongType => "the value has the wrong type", "verdien er av feil type";
        WriteText => "write text in quotes", "skriv tekst i anførselstegn";
        WriteWhole => "write a whole number without quotes", "skriv et helt tall uten anførselstegn";
        WriteWholeVariable => "write a whole number", "skriv et helt tall";
        WriteSwitch => "write true or false without quotes", "skriv true eller false uten anførselstegn";
        WriteList => "write a list of texts, such as [\"a.pem\"]", "skriv en liste med tekster, som [\"a.pem\"]";
        OutOfBounds { number: String } => "{number} is out of bounds", "{number} er utenfor grensene";
        WriteNumberFrom { low: String } => "write a number from {low} on", "skriv et tall fra {low} og oppover";
        WriteNumber { low: String, high: String } => "write a number from {low} to {high}", "skriv et tall fra {low} til {high}";
        Empty => "the value is empty", "verdien er tom";
        GiveValue =>
            "give it a value, or take the line out for its default",
            "gi den en verdi, eller ta bort linjen for standardverdien";

        // Values.
        HttpElsewhere =>
            "http is only allowed on a loopback address, and listen.address is none",
            "http er bare tillatt på en adresse på denne maskinen, og det er ikke listen.address";
        NoHttpOrProxy =>
            "set listen.allow_http = false, or listen on 127.0.0.1 behind a proxy on this machine",
            "sett listen.allow_http = false, eller lytt på 127.0.0.1 bak en mellomtjener på denne maskinen";
        DocumentOverInput { document: String, input: String } =>
            "documents of {document} MB are taken, and adapters get {input} MB at most",
            "dokumenter på {document} MB tas imot, og adaptere får høyst {input} MB";
        RaiseInput =>
            "raise adapter_limits.input_mb, or lower limits.document_mb",
            "øk adapter_limits.input_mb, eller senk limits.document_mb";
        DocumentOverShare { document: String, share: String } =>
            "documents of {document} MB are taken, and a party may have {share} MB under way",
            "dokumenter på {document} MB tas imot, og en aktør kan ha {share} MB underveis";
        RaiseShare =>
            "raise limits.bytes_per_party_mb, or lower limits.document_mb",
            "øk limits.bytes_per_party_mb, eller senk limits.document_mb";
        NoMailWay =>
            "this is not a way to speak with a mail server",
            "dette er ikke en måte å snakke med en e-posttjener på";
        WriteMailWay => "write \"tls\", \"starttls\" or \"none\"", "skriv \"tls\", \"starttls\" eller \"none\"";
        MoreThanOneLine => "it is more than one line", "det er mer enn én linje";
        OneLine => "write it on one line", "skriv det på én linje";
        NoAddressWithPort => "this is not an address with a port", "dette er ikke en adresse med port";
        WriteAddressWithPort =>
            "write one like \"127.0.0.1:8443\" or \"[::]:8443\"",
            "skriv en som \"127.0.0.1:8443\" eller \"[::]:8443\"";
        NoTreatment => "this is no treatment of a free text", "dette er ikke en måte å behandle fritekst på";
        WriteTreatment => "write \"flag\" or \"refuse\"", "skriv \"flag\" eller \"refuse\"";
        NoLogFormat => "this is not a log format", "dette er ikke et loggformat";
        WriteLogFormat => "write \"human\" or \"json\"", "skriv \"human\" eller \"json\"";
        NoLogLevel => "this is not a log level", "dette er ikke et loggnivå";
        WriteLogLevel =>
            "write one like \"info\" or \"info,bindeledd_engine=debug\"",
            "skriv et som \"info\" eller \"info,bindeledd_engine=debug\"";
        NoLanguage => "this is not a language", "dette er ikke et språk";
        WriteLanguage => "write \"en\" or \"nb\"", "skriv \"en\" eller \"nb\"";

        // Named parts.
        NoSha256 => "this is not a SHA-256", "dette er ikke en SHA-256";
        WriteInspected =>
            "write the 64 hexadecimal digits that `bindeledd plugin inspect <file>` prints",
            "skriv de 64 heksadesimale sifrene som `bindeledd plugin inspect <fil>` viser";
        WriteCertificateSum =>
            "write 64 hexadecimal digits: `openssl x509 -outform der -in <file> | sha256sum` prints them",
            "skriv 64 heksadesimale sifre: `openssl x509 -outform der -in <fil> | sha256sum` viser dem";
        NoOrgNumber => "this is not an organisation number", "dette er ikke et organisasjonsnummer";
        WriteNineDigits => "write its nine digits", "skriv de ni sifrene";
        NamesNoParty => "this names no party", "dette er ikke navnet på en aktør";
        WriteParty =>
            "write a party's id, org:<organisation number> or her:<HER-id>",
            "skriv en aktørs id, org:<organisasjonsnummer> eller her:<HER-id>";
        NoAlgorithm => "this is no algorithm that the hub takes", "dette er ikke en algoritme som knutepunktet godtar";
        WriteAlgorithm =>
            "write ES256, ES384, RS256, RS384, RS512, PS256, PS384 or PS512",
            "skriv ES256, ES384, RS256, RS384, RS512, PS256, PS384 eller PS512";
        NoDpop => "this does not say which tokens are taken", "dette sier ikke hvilke adgangstegn som godtas";
        WriteDpop =>
            "write \"required\" for those that are bound to a key alone, or \"allowed\"",
            "skriv \"required\" for bare dem som er bundet til en nøkkel, eller \"allowed\"";
        NoPartyBy => "this is no way to name a party", "dette er ikke en måte å oppgi en aktør på";
        WritePartyBy => "write \"org\", \"her\" or \"clients\"", "skriv \"org\", \"her\" eller \"clients\"";
        NoAddress => "this is not an address", "dette er ikke en adresse";
        WriteAddress => "write one like \"https://issuer.example\"", "skriv en som \"https://issuer.example\"";
        SameClient =>
            "another client has the same identification, so that a caller with it would be ambiguous",
            "en annen klient har samme kjennetegn, så et system med det kunne vært begge";
        TakeOneOut => "take one of the two out", "ta bort en av de to";
        NeedsValue => "it has to have a value", "den må ha en verdi";
        SeeMeaning => "see config/default.toml for its meaning", "se config/default.toml for hva den betyr";
        NameComponent => "name the component's file", "oppgi filen med komponenten";
        PinFile =>
            "pin the file: `bindeledd plugin inspect <file>` prints its digest",
            "lås filen: `bindeledd plugin inspect <fil>` viser avtrykket";
        NoAdapterName => "this is not an adapter's name", "dette er ikke et navn på en adapter";
        WriteAdapterName =>
            "write it like gp-dialogmelding: a-z, 0-9, - . _ and @, beginning with a letter",
            "skriv det som gp-dialogmelding: a-z, 0-9, - . _ og @, med en bokstav først";
        NoCredentialKind => "this is not a kind of credential", "dette er ikke en type legitimasjon";
        CredentialHasNo { kind: String, name: String } =>
            "a {kind} credential has no {name}",
            "legitimasjon av typen {kind} har ingen {name}";
        TakeOutOrOtherKind => "take the line out, or set another kind", "ta bort linjen, eller sett en annen type";
        CertificateAndKey => "a certificate and its key go together", "et sertifikat og nøkkelen hører sammen";
        NameBothFiles => "name both files", "oppgi begge filene";
        NoConsoleIssuer => "this is not an issuer", "dette er ikke en innloggingstjeneste";
        WriteConsoleIssuer =>
            "write it as its metadata name it, such as \"https://issuer.example\"",
            "skriv den slik den kaller seg selv i metadata, som \"https://issuer.example\"";
        NoAudience =>
            "nobody signs in with such an issuer",
            "ingen logger inn med en slik innloggingstjeneste";
        WriteAudience =>
            "write \"workers\" for persons with an account, or \"participants\" for /meg",
            "skriv \"workers\" for personer med konto, eller \"participants\" for /meg";
        ParticipantsNeedLevel =>
            "participants sign in at a level that the hub requires, and none is set",
            "deltakere logger inn på et nivå som knutepunktet krever, og ikke noe er satt";
        SecondForParticipants =>
            "participants sign in with one issuer, and another one is set too",
            "deltakere logger inn med én innloggingstjeneste, og en annen er også satt";
        NoConsoleIssuerName => "this is not an issuer's name", "dette er ikke et navn på en innloggingstjeneste";
        WriteConsoleIssuerName =>
            "write it like entra-id: a-z, 0-9, - and _, at most 40 characters",
            "skriv det som entra-id: a-z, 0-9, - og _, høyst 40 tegn";
        NoOpenIdScope =>
            "without the scope openid an issuer names no person",
            "uten openid sier tjenesten ikke hvem personen er";
        WriteOpenIdScope =>
            "write \"openid\", and others after it with spaces between",
            "skriv \"openid\", og andre etter det med mellomrom";
        NoAuthMinutes => "this is no number of minutes", "dette er ikke et antall minutter";
        WriteAuthMinutes => "write a number from 1 to 1440 in quotes", "skriv et tall fra 1 til 1440 i anførselstegn";
        IssuerNeedsUrl =>
            "an issuer leads persons back to console.url, which is not set to an https address",
            "en innloggingstjeneste sender folk tilbake til console.url, som ikke er satt til en https-adresse";
        SetConsoleUrl =>
            "set console.url, such as \"https://hub.example\"",
            "sett console.url, som \"https://hub.example\"";
        BelongsToKey => "it belongs to a key, and there is none", "den hører til en nøkkel, og det er ingen";
        TakeOutOrNameKey => "take the line out, or name a signing_key", "ta bort linjen, eller oppgi en signing_key";
        ClaimWithoutValues => "a claim without values requires nothing", "et felt uten verdier krever ingenting";
        WriteAcr =>
            "write the values of the claim that are strong enough",
            "skriv verdiene av feltet som er sterke nok";
        KeyOrSecret =>
            "the hub identifies itself with either a key or a secret",
            "knutepunktet legitimerer seg med enten en nøkkel eller en hemmelighet";
        NameKeyOrSecret => "name either signing_key or secret_file", "oppgi enten signing_key eller secret_file";
        ProofNeedsOrigin =>
            "a proof of possession (DPoP) is made for one address, so the hub has to know its own",
            "et bevis for en nøkkel (DPoP) lages for én adresse, så knutepunktet må kjenne sin egen";
        WriteOrigin =>
            "write the hub's own origin as its callers see it, such as \"https://hub.example\"",
            "skriv knutepunktets egen adresse slik andre ser den, som \"https://hub.example\"";
        AuthorityForNothing =>
            "an authority vouches for certificates, and this client shows none",
            "en utsteder går god for sertifikater, og denne klienten viser ingen";
        TakeLineOut => "take the line out", "ta bort linjen";
        NoSuchAuthority => "this is none of listen.client_ca_files", "dette er ingen av listen.client_ca_files";
        WriteAuthority => "write one of them, letter by letter", "skriv en av dem, bokstav for bokstav";
        ManyAuthorities =>
            "there are several authorities, and each may certify only the clients that name it",
            "det er flere utstedere, og hver kan bare gå god for klientene som oppgir den";
        WriteOwnAuthority =>
            "write the one of listen.client_ca_files that gives out this client's certificates",
            "skriv den av listen.client_ca_files som gir ut sertifikatene til denne klienten";
        OneWay => "a client shows itself in one way", "en klient kjennes igjen på én måte";
        WriteOneWay =>
            "write one of certificate_sha256, certificate_org_number, certificate_common_name, or issuer and claim",
            "skriv en av certificate_sha256, certificate_org_number, certificate_common_name, eller issuer og claim";
        IssuerAndClaim => "issuer and claim go together", "issuer og claim hører sammen";
        WriteBoth => "write both, or neither", "skriv begge, eller ingen";
        NoSuchIssuer =>
            "there is no such issuer in the configuration",
            "det er ingen slik utsteder i oppsettet";
        WriteIssuer => "write the name of a section [issuers.…]", "skriv navnet på en del [issuers.…]";

        // Mail.
        UserAndPassword => "a user and a password go together", "en bruker og et passord hører sammen";
        SetBoth =>
            "set both mail.username and mail.password_file, or none of them",
            "sett både mail.username og mail.password_file, eller ingen av dem";
        NoSender => "mails need a sender", "e-post må ha en avsender";
        WriteSender =>
            "write an address, such as \"hub@nordvik.example\", that the mail server may send for",
            "skriv en adresse, som \"hub@nordvik.example\", som e-posttjeneren kan sende for";
        MailInTheClear =>
            "without TLS, mails go to a server on this machine only, and mail.host is none",
            "uten TLS går e-post bare til en tjener på denne maskinen, og det er ikke mail.host";
        WriteTls => "write \"tls\" or \"starttls\"", "skriv \"tls\" eller \"starttls\"";

        // Listeners.
        NoNetwork { value: String } => "`{value}` is no address and no network", "`{value}` er verken en adresse eller et nett";
        WriteNetwork => "write one like \"10.1.2.3\" or \"10.1.0.0/16\"", "skriv en som \"10.1.2.3\" eller \"10.1.0.0/16\"";
        ListsWithoutAuthorities =>
            "lists of revoked certificates mean nothing without their authorities",
            "lister over tilbakekalte sertifikater betyr ingenting uten utstederne";
        SetAuthorities => "set listen.client_ca_files too", "sett listen.client_ca_files også";
        NoListener =>
            "this is neither an address with a port nor a Unix socket",
            "dette er verken en adresse med port eller en Unix-sokkel";
        WriteListener =>
            "write one like \"unix:operator.sock\" or \"127.0.0.1:8444\"",
            "skriv en som \"unix:operator.sock\" eller \"127.0.0.1:8444\"";
        LongSocket { most: u64 } =>
            "the path of a Unix socket has {most} characters at most",
            "stien til en Unix-sokkel har høyst {most} tegn";
        ShorterSocket =>
            "name a shorter one, such as \"unix:/run/bindeledd.sock\"",
            "oppgi en kortere, som \"unix:/run/bindeledd.sock\"";
        HttpHere =>
            "http is only allowed on a loopback address, and this is none",
            "http er bare tillatt på en adresse på denne maskinen, og det er ikke denne";
        NoHttpOrLoopback =>
            "set listen.allow_http = false, or take a loopback address",
            "sett listen.allow_http = false, eller bruk en adresse på denne maskinen";
        SameAddress { other: String } => "it is the same as {other}", "den er den samme som {other}";
        WriteConsole => "write one like \"127.0.0.1:8445\"", "skriv en som \"127.0.0.1:8445\"";
        NoConsoleAddress => "this is no address with a port", "dette er ingen adresse med port";
        NoConsoleUrl =>
            "this is no https address without a path",
            "dette er ikke en https-adresse uten sti";
        WriteConsoleUrl => "write one like \"https://hub.example\"", "skriv en som \"https://hub.example\"";

        // Targets of alerts.
        NoDutyHours => "these are no hours of duty", "dette er ikke vakttider";
        WriteDutyHours =>
            "write \"always\", or days and hours such as \"mon-fri 08:00-16:00, sat 10:00-14:00\"",
            "skriv \"always\", eller dager og klokkeslett som \"mon-fri 08:00-16:00, sat 10:00-14:00\"";
        NoLink => "this is not the beginning of an address", "dette er ikke begynnelsen på en adresse";
        WriteLink =>
            "write one like \"https://hub.example/console/hub/alerts/\"",
            "skriv en som \"https://hub.example/console/hub/alerts/\"";
        NoSeverity => "this is no choice of alerts", "dette er ikke et utvalg av varsler";
        WriteSeverity =>
            "write \"now\" for those that can not wait, or \"all\"",
            "skriv \"now\" for dem som ikke kan vente, eller \"all\"";
        NoMailAddress => "this is not a mail address", "dette er ikke en e-postadresse";
        WriteMailAddress => "write one like \"vakt@nordvik.example\"", "skriv en som \"vakt@nordvik.example\"";
        WriteWebhook =>
            "write one like \"https://alarm.example/hooks/1\"",
            "skriv en som \"https://alarm.example/hooks/1\"";
        WriteTargetKind => "write \"mail\" or \"webhook\"", "skriv \"mail\" eller \"webhook\"";
        NoTargetName => "this is not a target's name", "dette er ikke et navn på et mottakspunkt";
        WriteTargetName =>
            "write it like duty-phone: a-z, 0-9, - and _, at most 40 characters",
            "skriv det som duty-phone: a-z, 0-9, - og _, høyst 40 tegn";
        NoTargetKind => "this is not a kind of target", "dette er ikke en type mottakspunkt";
        TargetHasNo { kind: String, name: String } =>
            "a {kind} target has no {name}",
            "et mottakspunkt av typen {kind} har ingen {name}";
        NoMailServer =>
            "a mail needs a mail server, and [mail] names none",
            "e-post trenger en e-posttjener, og [mail] oppgir ingen";
        SetMailServer => "set mail.host and mail.from", "sett mail.host og mail.from";
        UnreadableDutyHours => "alerts.duty_hours can not be read", "alerts.duty_hours kan ikke leses";
        IncompleteTarget { target: String } =>
            "alert target `{target}` is not complete",
            "mottakspunktet `{target}` er ikke fullstendig";
        SeeOutbound =>
            "see [outbound], [credentials], [issuers] and [alert_targets] in the configuration",
            "se [outbound], [credentials], [issuers] og [alert_targets] i oppsettet";

        // The master key.
        TwoSources { first: String, last: String } =>
            "the master key has more than one source: `{first}` and `{last}`",
            "hovednøkkelen har mer enn én kilde: `{first}` og `{last}`";
        OneSource =>
            "name one source, and take the other lines out",
            "oppgi én kilde, og ta bort de andre linjene";
        TwoNextSources { first: String, last: String } =>
            "the next master key has more than one source: `{first}` and `{last}`",
            "den neste hovednøkkelen har mer enn én kilde: `{first}` og `{last}`";
        OneNextSource =>
            "name one source, and take the other line out",
            "oppgi én kilde, og ta bort den andre linjen";
        NextOfFile =>
            "a key from a file is followed by one that the hub makes itself",
            "en nøkkel fra en fil følges av en som knutepunktet lager selv";
        LetRotate =>
            "take this line out; `bindeledd key rotate` makes the next key",
            "ta bort denne linjen; `bindeledd key rotate` lager den neste nøkkelen";
        NoVariable => "this is not the name of a variable", "dette er ikke navnet på en variabel";
        WriteVariable =>
            "write a name such as \"BINDELEDD_MASTER_KEY\", and never the key itself",
            "skriv et navn som \"BINDELEDD_MASTER_KEY\", og aldri selve nøkkelen";
        NoCredentialName => "this is not the name of a credential", "dette er ikke navnet på en legitimasjon";
        WriteCredentialName =>
            "write the name that LoadCredential= has, without a path",
            "skriv navnet som LoadCredential= har, uten sti";

        // Files.
        FileEmpty { file: String } => "{file} is empty", "{file} er tom";
        FileOther { file: String, shape: Shape } => "{file} does not hold {shape}", "{file} har ikke {shape}";
        SeeNoKey => "see docs/errors/BL-6020.md", "se siden docs/errors/BL-6020.md";
    }
}

texts! {
    /// The form of a secret.
    pub enum Shape {
        OperatorKey => "a key of the hub's: `blk_` and 43 characters", "en nøkkel fra knutepunktet: `blk_` og 43 tegn";
        WatcherKey => "a key of 32 characters or more on one line", "en nøkkel på 32 tegn eller mer på én linje";
        Digits => "64 hexadecimal digits", "64 heksadesimale sifre";
        Secret => "a secret", "en hemmelighet";
        WebhookSecrets =>
            "one or two secrets of 24 to 64 bytes: `whsec_` and Base64",
            "én eller to hemmeligheter på 24 til 64 byte: `whsec_` og Base64";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_about_a_configuration_is_in_every_language() {
        check_all(&Config::samples());
        check_all(&Shape::samples());
    }
}
