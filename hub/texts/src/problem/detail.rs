//! The details of problems.

use bindeledd_core::{InputCode, InputError};

use crate::text::{Said, texts};

texts! {
    /// The detail of a problem: what happened in this case.
    pub enum Detail {
        Other { text: String } => "{text}", "{text}";

        // Mailboxes of persons.
        NoMailbox => "this person has no mailbox", "denne personen har ingen postkasse";

        // Break-glass, and looks at content.
        BreakGlassOff => "break-glass is off at this hub: `console.break_glass` is not true", "innsyn i innhold er slått av på dette knutepunktet: `console.break_glass` er ikke true";
        PersonsOnly =>
            "only a person who has signed in asks to see content or answers such a request; no key does",
            "bare en person som har logget inn, ber om å se innhold eller svarer på det; ingen nøkkel gjør det";
        AskerNoRole => "this person has no role that asks to see content", "denne personen har ingen rolle som ber om å se innhold";
        SecondNoRole =>
            "this person has no role that answers requests about this sender's messages",
            "denne personen har ingen rolle som svarer på forespørsler om meldingene til denne avsenderen";
        SecondOwn =>
            "the request is this person's own: a second person answers it",
            "forespørselen er personens egen: en annen svarer på den";
        SecondMadeByAsker =>
            "the person who asks made or reset this account: somebody else answers",
            "personen som ber, har laget eller nullstilt denne kontoen: en annen svarer";
        SecondYoung =>
            "this account was made or reset less than seven days ago: somebody else answers",
            "denne kontoen er laget eller nullstilt for mindre enn sju dager siden: en annen svarer";
        OpeningsTooMany { count: u64 } =>
            "this person has {count} requests that are not over",
            "denne personen har {count} forespørsler som ikke er over";
        OpeningOver { state: &'static str } => "the request is {state}", "forespørselen er {state}";
        OpeningNotCovered { code: &'static str } =>
            "no consent lets any receiver have this message now ({code}), so that it is opened for nobody",
            "ingen mottaker kan få denne meldingen nå ({code}), så den åpnes ikke for noen";
        ContentGone => "the hub no longer has the content of this message", "knutepunktet har ikke lenger innholdet i denne meldingen";
        NoOpening => "there is no such message or request", "meldingen eller forespørselen finnes ikke";
        InboxNeedsReason =>
            "the operator opens a party's inbox with a reason, which the participants are told",
            "driften åpner innboksen til en aktør med en grunn, som deltakerne får vite";
        OperatorOpensInbox =>
            "an inbox is opened by the operator alone; the party reads its own",
            "bare driften åpner en innboks slik; aktøren leser sin egen";

        // The caller.
        NoKey => "the request has no key, or one that nobody has", "forespørselen har ingen nøkkel, eller en som ingen har";
        Suspended => "the hub's operator has suspended this party", "driften av knutepunktet har sperret denne aktøren";
        OperatorKeyOff =>
            "this hub does not take the operator's key: it is switched off",
            "dette knutepunktet godtar ikke driftens nøkkel: den er slått av";
        UnknownCertificate =>
            "the certificate is good, and configuration does not say which party it is",
            "sertifikatet er gyldig, men oppsettet sier ikke hvilken aktør det hører til";
        CertificateTime =>
            "the certificate's time is over, or has not come",
            "sertifikatet er gått ut, eller gjelder ikke ennå";
        CertificateAuthority =>
            "no authority that this hub trusts vouches for the certificate now, or it was revoked",
            "ingen utsteder som dette knutepunktet stoler på, går god for sertifikatet nå, eller det er tilbakekalt";
        SharedNumber =>
            "several parties have the organisation number that was shown, and none of them is part of another",
            "flere aktører har det oppgitte organisasjonsnummeret, og ingen av dem er en del av en annen";
        CertificateNumbers =>
            "the certificate names more than one organisation, or one that can not be read",
            "sertifikatet oppgir mer enn én organisasjon, eller en som ikke kan leses";
        CertificateClients =>
            "the certificate fits two clients of the configuration that are not the same party",
            "sertifikatet passer til to klienter i oppsettet som ikke er samme aktør";
        ProofTooEarly =>
            "the hub has just started, or its clock was changed: a proof of this moment could have been shown before",
            "knutepunktet er nettopp startet, eller klokken er stilt: et bevis fra dette øyeblikket kan være vist før";
        OperatorsListener =>
            "this is for the operator, who has a listener of its own at this hub",
            "dette er for driften, som har en egen adresse på dette knutepunktet";
        NoIssuerKeys =>
            "the keys of the token's issuer can not be fetched",
            "nøklene til utstederen av adgangstegnet kan ikke hentes";

        // Signed tokens.
        TokenUnreadable =>
            "it is neither a key of the hub's nor a signed token that can be read",
            "det er verken en nøkkel fra knutepunktet eller et signert adgangstegn som kan leses";
        TokenIssuer => "no issuer of that token is known", "ingen kjent utsteder har gitt det adgangstegnet";
        TokenSignature =>
            "none of its issuer's keys signed the token",
            "adgangstegnet er ikke signert med noen av utstederens nøkler";
        TokenExpired => "the token has expired", "adgangstegnet er gått ut";
        TokenNotYet => "the token is not good yet", "adgangstegnet gjelder ikke ennå";
        TokenAudience => "the token is for somebody else", "adgangstegnet er for noen andre";
        TokenAge =>
            "the token is good for longer than this hub takes, or does not say since when",
            "adgangstegnet gjelder lenger enn dette knutepunktet godtar, eller sier ikke fra når";
        TokenNoOrigin =>
            "the token is bound to a key, and the hub does not know its own address, which a proof has to name",
            "adgangstegnet er bundet til en nøkkel, og knutepunktet kjenner ikke sin egen adresse, som beviset må oppgi";
        TokenNobody =>
            "the token is good, and names no party that the hub knows",
            "adgangstegnet er gyldig, men oppgir ingen aktør som knutepunktet kjenner";
        TokenNoProof =>
            "the token is bound to a key, and the request shows no proof of it",
            "adgangstegnet er bundet til en nøkkel, og forespørselen har ikke noe bevis for den";
        TokenNotBound =>
            "the token is shown as bound to a key, and is not",
            "adgangstegnet er vist som bundet til en nøkkel, men er det ikke";
        TokenCertificate =>
            "the token is bound to another certificate than the connection's",
            "adgangstegnet er bundet til et annet sertifikat enn forbindelsens";
        TokenProof =>
            "the proof is not for this request, this token and this key",
            "beviset er ikke for denne forespørselen, dette adgangstegnet og denne nøkkelen";
        TokenProofTime => "the proof is too old, or of the future", "beviset er for gammelt, eller fra fremtiden";
        TokenProofSeen => "the proof was shown before", "beviset er vist før";

        // Rights.
        ForOperator => "this is for the operator", "dette er for driften";
        OtherPartyInPath =>
            "the path names another party than the key's",
            "adressen oppgir en annen aktør enn nøkkelens";
        ForSender => "this is for the message's sender", "dette er for avsenderen av meldingen";
        OtherFrom => "`from` names another party than the key's", "`from` oppgir en annen aktør enn nøkkelens";
        FromWhom =>
            "the operator says with `?from=` for whom the message is sent",
            "driften oppgir med `?from=` hvem meldingen sendes for";
        CodeByParty =>
            "a code for a participant's own page is made by the party that hands it over",
            "en kode til deltakerens egen side lages av aktøren som leverer den ut";
        PageForOperator =>
            "the page to hand over tells of every party, and is for the operator",
            "siden som skal leveres ut, omtaler alle aktører, og er for driften";
        NoGrantOfYours =>
            "a grant is confirmed by its sender, and this consent has none of yours",
            "en tillatelse bekreftes av avsenderen sin, og dette samtykket har ingen av dine";
        MayNotRegister { party: String } =>
            "`{party}` may not register consents; the operator gives that right",
            "`{party}` har ikke rett til å registrere samtykker; driften gir den retten";
        DutyByOperator =>
            "a grant of basis duty is registered by the operator, for the controller",
            "en tillatelse som hviler på en plikt, registreres av driften for den behandlingsansvarlige";
        EvidenceOfOwnPage =>
            "evidence of type `signed-in-yes` is written by the hub alone, when the participant says yes on their own page",
            "bevis av typen `signed-in-yes` skrives bare av knutepunktet, når deltakeren sier ja på sin egen side";
        ByRegistrar =>
            "a consent is registered by a registrar, or by the operator",
            "et samtykke registreres av en registrator, eller av driften";
        ByOperatorOnAlert => "only an operator acts on an alert", "bare driften kan gjøre noe med et varsel";
        InboxOfParty { party: String } =>
            "the inbox of `{party}` is read by the party and by persons who use its mailbox",
            "innboksen til `{party}` leses av aktøren og av personer som bruker postkassen";
        MayNotConfirm { sender: String } =>
            "a grant of `{sender}` is confirmed by itself, by a registrar that it trusts, or by the operator with evidence",
            "en tillatelse fra `{sender}` bekreftes av aktøren selv, av en registrator som den stoler på, eller av driften med bevis";
        ExportByOperator =>
            "everything about a participant is given out by the operator, to the participant",
            "alt om en deltaker gis ut av driften, til deltakeren";
        MayNotWithdraw =>
            "a party withdraws its own exchanges and its own registrations; the operator withdraws others",
            "en aktør trekker tilbake sine egne utvekslinger og registreringer; driften trekker tilbake andres";

        // A thing that is not there.
        NoRoute => "there is no such route", "det er ingen slik adresse i API-et";
        NoMethod => "the route does not know this method", "adressen kjenner ikke denne metoden";
        PathNotUtf8 => "the path is not UTF-8", "adressen er ikke UTF-8";
        NoParty => "there is no such party", "aktøren finnes ikke";
        NoPartyVersion { party: String, version: String } =>
            "`{party}` has no version {version}", "`{party}` har ingen versjon {version}";
        NoPartyNamed { party: String } => "there is no party `{party}`", "det finnes ingen aktør `{party}`";
        NoParticipant => "there is no such participant", "deltakeren finnes ikke";
        NoConsent => "there is no such consent", "samtykket finnes ikke";
        NoDelivery => "there is no such delivery", "leveransen finnes ikke";
        NoMessage => "there is no such message", "meldingen finnes ikke";
        NoAdapter => "there is no such adapter", "adapteren finnes ikke";
        NoAdapterOfName =>
            "no adapter of this name is configured; `bindeledd plugin list` names them",
            "ingen adapter med dette navnet er satt opp; `bindeledd plugin list` viser dem";
        NoAccount => "there is no such account", "kontoen finnes ikke";
        NoAlert => "there is no such alert", "varselet finnes ikke";
        NoRun => "there is no such run", "kjøringen finnes ikke";
        NoRunSinceStart =>
            "there is no such run since the hub started",
            "det er ingen slik kjøring siden knutepunktet startet";
        NoAlertWithId => "there is no alert with this id", "det finnes ikke noe varsel med denne id-en";
        NoErasure => "there is no such erasure", "slettingen finnes ikke";
        NoTile => "there is no such tile", "flisen finnes ikke";
        NoTileYet =>
            "the audit log has no such tile, or has not come so far",
            "loggen har ingen slik flis, eller har ikke kommet så langt";
        NoPartyKey =>
            "the party has no key with that id; nothing was revoked",
            "aktøren har ingen nøkkel med den id-en; ingenting er tilbakekalt";
        NotHandedOver =>
            "no such delivery was handed over to this party",
            "ingen slik leveranse er gitt til denne aktøren";
        NotWithPerson =>
            "no such delivery of this party's is with a person",
            "ingen slik leveranse til denne aktøren ligger hos en person";

        // The request.
        TooLarge { kilobytes: u64 } => "the body is larger than {kilobytes} KB", "innholdet er større enn {kilobytes} KB";
        TooMany =>
            "more requests than are allowed in this time",
            "flere forespørsler enn det er lov til i dette tidsrommet";
        Busy =>
            "as many requests are under way as the hub takes at a time",
            "så mange forespørsler er underveis som knutepunktet tar imot samtidig";
        TooManyBytes =>
            "as many bytes of this caller's are under way as one caller may have",
            "så mye data er underveis fra dette systemet som ett system kan ha";
        SlowBody => "the body did not come in time, or broke off", "innholdet kom ikke i tide, eller ble brutt";
        SlowAnswer =>
            "the hub could not answer in time; it may have been done all the same",
            "knutepunktet rakk ikke å svare i tide; det kan være gjort likevel";
        Compressed => "the body has a Content-Encoding", "innholdet har en Content-Encoding";
        Unreadable { place: String, expected: String } =>
            "{place} can not be read: {expected}", "{place} kan ikke leses: {expected}";
        Missing { place: String, expected: String } => "{place} is missing: {expected}", "{place} mangler: {expected}";
        Unknown { place: String, expected: String } =>
            "{place} is not a known field: {expected}", "{place} er ikke et kjent felt: {expected}";
        Invalid { place: String, expected: String } => "{place} is not right: {expected}", "{place} er ikke riktig: {expected}";
        UnknownCode { place: String, expected: String } =>
            "{place} has an unknown code: {expected}", "{place} har en ukjent kode: {expected}";
        Forbidden { place: String, expected: String } =>
            "{place} has what is never sent: {expected}", "{place} har noe som aldri sendes: {expected}";
        UnreadableDocument { expected: String } =>
            "the document can not be read: {expected}", "dokumentet kan ikke leses: {expected}";
        MissingDocument { expected: String } => "the document is missing: {expected}", "dokumentet mangler: {expected}";
        UnknownDocument { expected: String } =>
            "the document is not a known field: {expected}", "dokumentet er ikke et kjent felt: {expected}";
        InvalidDocument { expected: String } => "the document is not right: {expected}", "dokumentet er ikke riktig: {expected}";
        UnknownCodeDocument { expected: String } =>
            "the document has an unknown code: {expected}", "dokumentet har en ukjent kode: {expected}";
        ForbiddenDocument { expected: String } =>
            "the document has what is never sent: {expected}", "dokumentet har noe som aldri sendes: {expected}";
        FreeText { found: String } =>
            "a free text holds something that this hub does not let through: {found}",
            "en fritekst har noe som dette knutepunktet ikke slipper gjennom: {found}";
        UnknownParty { path: String } =>
            "{path} names a party that this hub does not know",
            "{path} oppgir en aktør som dette knutepunktet ikke kjenner";
        ReferenceTaken { message: String } =>
            "the sender's reference was used before for other content, in message {message}",
            "avsenderens referanse er brukt før for annet innhold, i meldingen {message}";
        CorrectsNothing =>
            "supersedes names no message that this sender sent about this participant, so nothing would be corrected",
            "supersedes oppgir ingen melding som denne avsenderen har sendt om denne deltakeren, så ingenting ville blitt rettet";

        // Accounts of persons.
        AccountsBusy =>
            "too many persons sign in at once; try again in a moment",
            "for mange logger inn samtidig; prøv igjen om litt";
        LoginTaken => "another account has this login name", "en annen konto har dette brukernavnet";
        LastAdministrator =>
            "nobody could administer after this; make another administrator first",
            "ingen ville kunne administrere etter dette; gjør først en annen til administrator";
        LinkOver =>
            "the link was used or is too old; ask for a new one",
            "lenken er brukt eller for gammel; be om en ny";
        PasswordRefused => "the password is not accepted", "passordet godtas ikke";
        PasswordUnchecked => "the password could not be checked", "passordet kunne ikke kontrolleres";
        AccountsFailed => "the store failed", "lageret sviktet";

        // A thing that is there already.
        NothingToAccept =>
            "the machine's clock is believed: there is nothing to accept",
            "klokken på maskinen er godtatt: det er ingenting å godta";
        NoEndpoint { party: String } =>
            "`{party}` has no endpoint, so nothing reads its documents; send messages instead",
            "`{party}` har ikke noe endepunkt, så ingenting leser dokumentene; send meldinger i stedet";
        NoInbox { party: String } =>
            "`{party}` has an address that deliveries are sent to, and so no inbox",
            "`{party}` har en adresse som leveranser sendes til, og dermed ingen innboks";
        ConsentDiffers { consent: String } =>
            "consent {consent} is there with other content",
            "samtykket {consent} finnes med annet innhold";
        PausedBefore { party: String } =>
            "`{party}` is paused already, for another reason, to another end or by somebody else",
            "`{party}` er alt på pause, av en annen grunn, til et annet tidspunkt eller av noen andre";
        TwiceInImport { party: String } => "`{party}` stands twice in the import", "`{party}` står to ganger i importen";
        SameHerInImport { party: String } =>
            "`{party}` has the same HER-id in the import",
            "`{party}` har samme HER-id i importen";
        SameOrgInImport { party: String } =>
            "`{party}` has the same organisation number in the import, and neither is part of the other",
            "`{party}` har samme organisasjonsnummer i importen, og ingen av dem er en del av den andre";
        PreviewOver =>
            "no preview has this token: it holds for ten minutes, once, and for the caller that asked for it",
            "ingen forhåndsvisning har dette merket: det gjelder i ti minutter, én gang, og for den som ba om det";
        PartyChangedBy { version: String, actor: String, at: String } =>
            "the party has version {version} now: {actor} changed it at {at}",
            "aktøren har versjon {version} nå: {actor} endret den {at}";
        PartyHasVersion { version: String } =>
            "the party has version {version} now",
            "aktøren har versjon {version} nå";
        VersionMisfit { version: String, why: Said } =>
            "version {version} does not fit any longer: {why}",
            "versjon {version} passer ikke lenger: {why}";
        AlertIs { state: String } => "the alert is {state}", "varselet er {state}";
        PartOfItself => "a party is no part of itself", "en aktør er ikke en del av seg selv";
        SameHer { party: String } => "`{party}` has the same HER-id", "`{party}` har samme HER-id";
        SameOrg { party: String } =>
            "`{party}` has the same organisation number, so that a caller with it would be ambiguous; set partOf for the one that is part of the other",
            "`{party}` har samme organisasjonsnummer, så et system med det kunne vært begge; sett partOf for den som er en del av den andre";

        // Consent.
        NotYetGiven { minutes: u64 } =>
            "givenAt lies more than {minutes} minutes ahead of the hub's clock: a consent that is not given yet permits nothing",
            "givenAt ligger mer enn {minutes} minutter foran klokken på knutepunktet: et samtykke som ikke er gitt ennå, tillater ingenting";
        ErasedBefore =>
            "this consent was registered before and erased with its participant; nothing was registered",
            "dette samtykket ble registrert før og slettet sammen med deltakeren; ingenting er registrert";
        NoEvidence =>
            "the operator confirms for another party only with evidence of its word",
            "driften bekrefter bare for en annen aktør med bevis for at aktøren har sagt det";

        // Adapters.
        AdapterUnknown { adapter: String } =>
            "no adapter `{adapter}` is configured; add it with `bindeledd plugin install`",
            "ingen adapter `{adapter}` er satt opp; legg den til med `bindeledd plugin install`";
        AdapterTrapped { adapter: String, what: Said } =>
            "the adapter `{adapter}` stopped with a fault: {what}",
            "adapteren `{adapter}` stoppet med en feil: {what}";
        AdapterLimit { adapter: String, limit: Said } =>
            "the adapter `{adapter}` went over its limit of {limit}",
            "adapteren `{adapter}` gikk over grensen sin: {limit}";
        AdapterBroken { adapter: String, what: Said } =>
            "the adapter `{adapter}` gave an answer that breaks the contract: {what}",
            "adapteren `{adapter}` ga et svar som bryter kontrakten: {what}";
        AdapterQuarantined { adapter: String } =>
            "the adapter `{adapter}` has failed too often and was set aside; install another version or reset it",
            "adapteren `{adapter}` har feilet for ofte og er satt til side; installer en annen versjon, eller ta den i bruk igjen";
        AdapterResting { adapter: String, seconds: u64 } =>
            "documents or messages of this sender made the adapter `{adapter}` fail too often; it takes them again in {seconds} seconds, and those of others meanwhile",
            "dokumenter eller meldinger fra denne avsenderen fikk adapteren `{adapter}` til å feile for ofte; den tar dem imot igjen om {seconds} sekunder, og andres imens";
        AdapterReadUndeclared { adapter: String, kind: String } =>
            "the adapter `{adapter}` read the document as `{kind}`, which is not among the kinds that it declares to read; nothing of it was taken",
            "adapteren `{adapter}` leste dokumentet som `{kind}`, som ikke er blant typene den oppgir at den leser; ingenting av det er tatt imot";
        AdapterWriteUndeclared { adapter: String, kind: String } =>
            "the receiver's adapter `{adapter}` does not write `{kind}`; ask another way, or send a kind that it writes",
            "mottakerens adapter `{adapter}` skriver ikke `{kind}`; spør på en annen måte, eller send en type som den skriver";
        AdapterNotLoaded { adapter: String } =>
            "the version of the adapter `{adapter}` that is in use could not be loaded; its messages wait until another version is in use",
            "versjonen av adapteren `{adapter}` som er i bruk, kunne ikke lastes; meldingene venter til en annen versjon er i bruk";
        AdapterOtherId { adapter: String, found: String } =>
            "the file is the adapter `{found}`, and not a version of `{adapter}`; nothing was installed",
            "filen er adapteren `{found}`, og ikke en versjon av `{adapter}`; ingenting er installert";
        AdapterFileFault { what: Said } => "the file can not be used: {what}; nothing was changed", "filen kan ikke brukes: {what}; ingenting er endret";
        AdapterNotKept { what: Said } =>
            "the adapter's file could not be written to the data folder: {what}; nothing was changed",
            "adapterfilen kunne ikke skrives i datamappen: {what}; ingenting er endret";
        AdapterNoShadow =>
            "no version of this adapter has run in the shadow since the hub started",
            "ingen versjon av denne adapteren har gått i skyggen siden knutepunktet startet";
        AdapterNoVersion { adapter: String } =>
            "the adapter `{adapter}` has no such version; `bindeledd plugin list` names them",
            "adapteren `{adapter}` har ingen slik versjon; `bindeledd plugin list` viser dem";
        AdapterSwitchedMeanwhile { adapter: String, version: String, by: String, at: String } =>
            "{by} switched `{adapter}` to {version} at {at}, after you looked; nothing was changed",
            "{by} byttet `{adapter}` til {version} {at}, etter at du så på den; ingenting er endret";
        AdapterNeedsGrant { adapter: String, needs: String } =>
            "this version of `{adapter}` needs more than is allowed: {needs}; it waits for a grant",
            "denne versjonen av `{adapter}` trenger mer enn det som er tillatt: {needs}; den venter på en tillatelse";
        AdapterInUse { adapter: String } =>
            "this version of `{adapter}` is in use, and is not removed",
            "denne versjonen av `{adapter}` er i bruk, og fjernes ikke";
        AdapterNothingBefore { adapter: String } =>
            "no version of `{adapter}` was in use before this one",
            "ingen versjon av `{adapter}` var i bruk før denne";
        AdapterVersionsTooMany { adapter: String, count: u64 } =>
            "`{adapter}` has {count} installed versions, the most that it may have",
            "`{adapter}` har {count} installerte versjoner, det meste den kan ha";
        AdaptersBusy => "every place for adapter calls is taken; try again", "alle plasser for kall til adaptere er opptatt; prøv igjen";

        // The store, the clock and the keys.
        StoreFull => "the store is full; nothing was done", "lageret er fullt; ingenting er gjort";
        StoreAway => "the store is not available", "lageret er ikke tilgjengelig";
        StoreDamaged => "the store holds something that can not be read", "lageret har noe som ikke kan leses";
        StoreUnwitnessed =>
            "it was done, and the second place does not have it yet",
            "det er gjort, men det andre stedet har det ikke ennå";
        StoreUnknown => "the store broke off while it did it", "lageret brøt av mens det holdt på";
        LogDiffers =>
            "the audit log is not what the hub wrote; nothing is released until the operator has looked",
            "loggen er ikke slik knutepunktet skrev den; ingenting sendes ut før driften har sett på det";
        LedgerDiffers =>
            "what is on file about consent is not what was registered; nothing was changed",
            "samtykket som er lagret, er ikke det som ble registrert; ingenting er endret";
        StoredBudget =>
            "the sender has as many bytes of messages stored as one party may",
            "avsenderen har så mye data lagret i meldinger som én aktør kan ha";
        NowhereBudget =>
            "the sender has spent today's budget of messages that nobody gets, and this is one more",
            "avsenderen har brukt opp dagens kvote av meldinger som ingen får, og dette er en til";
        WithdrawalNotSettled =>
            "the withdrawal is on disk and nothing new is released under it, but a release from before did not come to its end in time",
            "tilbaketrekkingen er på disk og ingenting nytt sendes ut etter den, men en utsending fra før kom ikke til slutt i tide";
        ClockBehindMinutes { minutes: u64 } =>
            "the machine's clock is {minutes} minutes behind where it should be",
            "klokken på maskinen går {minutes} minutter etter";
        ClockBehindDays { days: u64 } =>
            "the machine's clock is {days} days behind where it should be",
            "klokken på maskinen går {days} dager etter";
        ClockAheadMinutes { minutes: u64 } =>
            "the machine's clock is {minutes} minutes ahead of where it should be",
            "klokken på maskinen går {minutes} minutter for fort";
        ClockAheadDays { days: u64 } =>
            "the machine's clock is {days} days ahead of where it should be",
            "klokken på maskinen går {days} dager for fort";
        NotReadyFull =>
            "the store's disk is full: nothing is taken in, and withdrawals go on",
            "disken til lageret er full: ingenting tas imot, men tilbaketrekkinger går videre";
        StoreSilent => "the store does not answer", "lageret svarer ikke";
        Told { text: Said } => "{text}", "{text}";
        RetireFirst =>
            "an earlier master key still opens the store, and this hub was not started with it: retire it first",
            "en tidligere hovednøkkel åpner fortsatt lageret, og dette knutepunktet ble ikke startet med den: ta den ut av bruk først";
        OtherKeyNext { source: String } =>
            "the next start would read another key ({source}) than the newest that the store opens with: put that in place first",
            "neste start ville lest en annen nøkkel ({source}) enn den nyeste som lageret åpnes med: legg den inn først";
        NoNextKey =>
            "no next key is supplied: name one in [master_key] next_environment or next_credential",
            "det er ikke gitt noen neste nøkkel: oppgi en i [master_key] next_environment eller next_credential";
        SameNextKey =>
            "the next key is the one that is in use: supply another one",
            "den neste nøkkelen er den som er i bruk: gi en annen";
        NoKeyRandomness =>
            "the system gives no randomness to make a key of",
            "systemet gir ingen tilfeldighet å lage en nøkkel av";
        KeyNotWritten { file: String, why: String } =>
            "{file} can not be written ({why})",
            "{file} kan ikke skrives ({why})";
        NoMasterKeySource =>
            "this hub was not told where its master keys come from",
            "dette knutepunktet har ikke fått vite hvor hovednøklene kommer fra";
    }
}

impl From<String> for Detail {
    fn from(text: String) -> Self {
        Self::Other { text }
    }
}

impl From<&InputError> for Detail {
    fn from(error: &InputError) -> Self {
        let (place, expected) = (error.path.clone(), error.expected.clone());
        match (error.code, place.is_empty()) {
            (InputCode::Unreadable, false) => Self::Unreadable { place, expected },
            (InputCode::Unreadable, true) => Self::UnreadableDocument { expected },
            (InputCode::Missing, false) => Self::Missing { place, expected },
            (InputCode::Missing, true) => Self::MissingDocument { expected },
            (InputCode::Unknown, false) => Self::Unknown { place, expected },
            (InputCode::Unknown, true) => Self::UnknownDocument { expected },
            (InputCode::Invalid, false) => Self::Invalid { place, expected },
            (InputCode::Invalid, true) => Self::InvalidDocument { expected },
            (InputCode::UnknownCode, false) => Self::UnknownCode { place, expected },
            (InputCode::UnknownCode, true) => Self::UnknownCodeDocument { expected },
            (InputCode::Forbidden, false) => Self::Forbidden { place, expected },
            (InputCode::Forbidden, true) => Self::ForbiddenDocument { expected },
        }
    }
}

impl From<&str> for Detail {
    fn from(text: &str) -> Self {
        Self::Other { text: text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn a_fault_in_an_input_reads_as_its_own_error() {
        use InputCode as Code;
        let codes = [
            Code::Unreadable,
            Code::Missing,
            Code::Unknown,
            Code::Invalid,
            Code::UnknownCode,
            Code::Forbidden,
        ];
        for code in codes {
            for path in ["", "body.days"] {
                let error = InputError::new(code, path, "a number");
                assert_eq!(Detail::from(&error).to_string(), error.to_string());
            }
        }
    }

    #[test]
    fn every_detail_is_in_every_language() {
        check_all(&Detail::samples());
    }
}
