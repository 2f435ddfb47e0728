//! The next steps that problems give.

use crate::text::texts;

texts! {
    /// The next step for the reader of a problem.
    pub enum Next {
        Other { text: String } => "{text}", "{text}";

        WorkWithStates =>
            "work with the states and reasons, or ask the operator of the hub to switch it on",
            "bruk tilstandene og årsakene, eller be driften slå det på";
        SignInAsPerson =>
            "sign in on the console with an account of your own",
            "logg inn i konsollen med din egen konto";
        AskAnotherPerson => "ask another person, or somebody at the sender", "spør en annen person, eller noen hos avsenderen";
        EndOpening => "end a request that you no longer need", "avslutt en forespørsel som du ikke trenger lenger";
        LookAtOpening =>
            "look at the request again, and ask anew if you still need it",
            "se på forespørselen på nytt, og be igjen hvis du fortsatt trenger det";
        AskSender => "ask the sender, who has the content in its own system", "spør avsenderen, som har innholdet i sitt eget system";
        GiveReason =>
            "use `bindeledd party print --reason`, or POST /v1/admin/parties/{{id}}/inbox",
            "bruk `bindeledd party print --reason`, eller POST /v1/admin/parties/{{id}}/inbox";
        ListVersions =>
            "look at the versions with `bindeledd plugin list`, and decide anew",
            "se på versjonene med `bindeledd plugin list`, og bestem på nytt";
        GrantNeeds =>
            "take it into use with `--grant` if the needs are right, or ask its maker",
            "ta den i bruk med `--grant` hvis behovene er riktige, eller spør den som har laget den";
        UseOtherFirst =>
            "take another version into use first",
            "ta en annen versjon i bruk først";
        RemoveVersion =>
            "remove a version that you no longer need",
            "fjern en versjon som du ikke trenger lenger";
        OtherFile => "ask the adapter's maker for a file that fits", "be den som har laget adapteren, om en fil som passer";
        RoomOnDisk => "look at the disk of the data folder", "se på disken til datamappen";
        SendKey => "send the party's key as `Authorization: Bearer <key>`", "send aktørens nøkkel som `Authorization: Bearer <nøkkel>`";
        SignIn =>
            "sign in to the console; or set `api.operator_key = true` in the configuration, and start the hub again",
            "logg inn i konsollen; eller sett `api.operator_key = true` i oppsettet, og start knutepunktet på nytt";
        AskAboutSuspension =>
            "nothing was done: ask the operator, who suspends a party whose key may be in the wrong hands",
            "ingenting er gjort: spør driften, som sperrer en aktør når nøkkelen kan være på avveie";
        AddClient =>
            "ask the operator to add it as a client, or send the party's key",
            "be driften legge det til som klient, eller send aktørens nøkkel";
        ConnectAnew =>
            "connect anew with a certificate that is good, or send the party's key",
            "koble til på nytt med et gyldig sertifikat, eller send aktørens nøkkel";
        SayPartOf =>
            "ask the operator to say which party is part of which, or come with the party's key",
            "be driften si hvilken aktør som er en del av hvilken, eller bruk aktørens nøkkel";
        OneNumber =>
            "use a certificate with one organisation number, or ask the operator to name this one by its SHA-256",
            "bruk et sertifikat med ett organisasjonsnummer, eller be driften oppgi dette med SHA-256";
        OneClient =>
            "ask the operator to name this certificate by its SHA-256, or to take one of the two out",
            "be driften oppgi dette sertifikatet med SHA-256, eller ta bort en av de to";
        NewProof =>
            "nothing was done: send it again with a new proof, after as long as Retry-After says",
            "ingenting er gjort: send det på nytt med et nytt bevis, etter så lang tid som Retry-After sier";
        OperatorsListener =>
            "ask on the operator's listener: `operator_listen.address` in the configuration",
            "spør på driftens adresse: `operator_listen.address` i oppsettet";
        AgainOrOperator =>
            "nothing was done: send it again in a moment, or tell the operator",
            "ingenting er gjort: send det på nytt om litt, eller si fra til driften";
        OwnKey => "use the key of the party itself, or ask the operator", "bruk nøkkelen til aktøren selv, eller spør driften";
        CheckId => "check the id", "kontroller id-en";
        SendLess =>
            "send less at a time; attachments are left out, since the hub does not move them",
            "send mindre om gangen; vedlegg utelates, siden knutepunktet ikke sender dem videre";
        RetryAfter => "wait for as long as Retry-After says", "vent så lenge som Retry-After sier";
        AgainSoon => "nothing was done: send it again in a moment", "ingenting er gjort: send det på nytt om litt";
        ReadAnswers =>
            "nothing was done: read the answers that wait, and send fewer large documents at a time",
            "ingenting er gjort: les svarene som venter, og send færre store dokumenter om gangen";
        OtherHub =>
            "send to another hub, or wait; the operator looks at the log",
            "send til et annet knutepunkt, eller vent; driften ser i loggen";
        Again => "nothing was done: send it again", "ingenting er gjort: send det på nytt";
        LookOrAgain =>
            "it may have been done, or not: look at what is there, or send the same again",
            "det kan være gjort, eller ikke: se hva som finnes, eller send det samme på nytt";
        PutNewKey { source: String } =>
            "put the new key in the place of the old one ({source}), restart the hub, then run `bindeledd key retire`",
            "legg den nye nøkkelen der den gamle er ({source}), start knutepunktet på nytt, og kjør `bindeledd key retire`";
        KeyPage =>
            "see the error's page; the hub goes on with the keys that it has",
            "se siden om feilen; knutepunktet går videre med nøklene det har";
        AsItIs => "send the body as it is", "send innholdet som det er";
        CorrectDocument => "correct the document and send it again", "rett dokumentet og send det på nytt";
        LeaveOut => "leave it out and send it again", "utelat det og send på nytt";
        CorrectField => "correct the field that is named and send it again", "rett feltet som er nevnt, og send på nytt";
        AcknowledgeId =>
            "acknowledge the delivery's id, as the inbox gave it",
            "bekreft leveransens id slik innboksen oppga den";
        NameWithPerson =>
            "name a delivery that is with-a-person; one that was only fetched is acknowledged first",
            "oppgi en leveranse som er with-a-person; en som bare er hentet, bekreftes først";

        EnterThenSay =>
            "it is delivered when a person has entered it or handed it over: say so with `entered`",
            "den er levert når en person har ført den inn eller gitt den videre: si fra med `entered`";

        // Grants that wait for a confirmation.
        ConfirmOwn { path: String } => "{path}, if you will send this", "{path}, hvis dere vil sende dette";
        ConfirmTrusted { path: String, from: String } =>
            "{path} with from `{from}`, which trusts you",
            "{path} med from `{from}`, som stoler på dere";
        ConfirmsItself { path: String, from: String } =>
            "`{from}` confirms it itself: {path}; or the operator does, with evidence of its word",
            "`{from}` bekrefter selv: {path}; eller driften gjør det, med bevis for at aktøren har sagt det";
        ConfirmFor { consent: String, from: String } =>
            "`{from}` can not call this hub. The operator confirms it, with evidence of its word: `bindeledd consent confirm {consent} --for {from}`; or sets `{from}` to trust the registrar, who then confirms",
            "`{from}` kan ikke kalle dette knutepunktet. Driften bekrefter, med bevis for at aktøren har sagt det: `bindeledd consent confirm {consent} --for {from}`; eller lar `{from}` stole på registratoren, som så bekrefter";

        // Signed tokens.
        SendToken =>
            "send the party's key, or a signed token (JWT) with exp, by an algorithm that is taken",
            "send aktørens nøkkel, eller et signert adgangstegn (JWT) med exp, med en algoritme som godtas";
        AskIssuers =>
            "ask the operator which issuers' tokens are taken",
            "spør driften hvilke utstederes adgangstegn som godtas";
        NewTokenOrForged =>
            "fetch a new token; if that does not help, its issuer has changed keys in the last half minute, or it is forged",
            "hent et nytt adgangstegn; hjelper ikke det, har utstederen byttet nøkler det siste halve minuttet, eller så er det forfalsket";
        NewToken => "fetch a new token and send the request again", "hent et nytt adgangstegn og send forespørselen på nytt";
        LookAtClocks =>
            "look at the clocks: the hub's and the issuer's are further apart than half a minute",
            "se på klokkene: knutepunktets og utstederens er mer enn et halvt minutt fra hverandre";
        RightAudience =>
            "ask the issuer for one with the hub's audience; the operator knows it",
            "be utstederen om et med knutepunktets audience; driften kjenner den";
        ShorterToken =>
            "fetch one that lasts shorter; it has to say iat and exp, and the operator knows for how long tokens may last",
            "hent et som varer kortere; det må ha iat og exp, og driften vet hvor lenge adgangstegn kan vare";
        TellOrigin =>
            "tell the operator: `origin` in the section [issuers.…] is missing; until then come with the party's key",
            "si fra til driften: `origin` i delen [issuers.…] mangler; bruk aktørens nøkkel så lenge";
        AddParty =>
            "ask the operator to add the party, or to say which one the token is",
            "be driften legge til aktøren, eller si hvilken aktør adgangstegnet gjelder";
        AsDpop =>
            "send the token as `Authorization: DPoP <token>` with one proof in the header `DPoP`",
            "send adgangstegnet som `Authorization: DPoP <token>` med ett bevis i hodet `DPoP`";
        AsBearer => "send it as `Authorization: Bearer <token>`", "send det som `Authorization: Bearer <token>`";
        SameCertificate =>
            "call with the certificate that the token was fetched with",
            "bruk sertifikatet som adgangstegnet ble hentet med";
        ProofForEach =>
            "make a proof for each request: htm, htu without query, ath, iat and a new jti",
            "lag et bevis for hver forespørsel: htm, htu uten query, ath, iat og en ny jti";
        ProofAndClocks =>
            "make a proof for each request, and look at the clocks",
            "lag et bevis for hver forespørsel, og se på klokkene";
        ProofNewJti =>
            "make a proof with a new jti for each request, repeated ones too",
            "lag et bevis med en ny jti for hver forespørsel, også gjentatte";

        // Refusals of the engine.
        TakeOutText =>
            "take it out of the text and send it again under the same reference",
            "ta det ut av teksten og send på nytt med samme referanse";
        CheckParty =>
            "check the name, or ask the hub's operator to add the party",
            "kontroller navnet, eller be driften av knutepunktet legge til aktøren";
        NewReference =>
            "use a new reference for new content, or send a correction",
            "bruk en ny referanse for nytt innhold, eller send en retting";
        NameCorrected =>
            "name the message by its id in the hub or by the reference that you gave it, with the same participant",
            "oppgi meldingen med id-en i knutepunktet eller referansen du ga den, for samme deltaker";
        FollowText => "follow the advice in the text", "følg rådet i teksten";
        GiveOperatorCode =>
            "give the operator the code: the adapter does not match its manifest, and the document is not to blame",
            "gi driften koden: adapteren stemmer ikke med manifestet sitt, og det er ikke noe galt med dokumentet";
        AgainLaterOrCode =>
            "send it again later; if it goes on, give the operator the code",
            "send det på nytt senere; fortsetter det, gi driften koden";
        WhenRoom =>
            "nothing was done: send it again when the operator has made room",
            "ingenting er gjort: send det på nytt når driften har gjort plass";
        WhenEnded =>
            "nothing was done: send it again when earlier messages have ended, or ask the operator",
            "ingenting er gjort: send det på nytt når tidligere meldinger er avsluttet, eller spør driften";
        ConsentsFirst =>
            "nothing was done: see that consents are registered first, and send it again tomorrow",
            "ingenting er gjort: sørg for at samtykkene er registrert først, og send det på nytt i morgen";
        WaitForOperator =>
            "nothing was done: wait until the operator has looked",
            "ingenting er gjort: vent til driften har sett på det";
        RightTime =>
            "send the time at which it was given; where that is right, ask the operator about the hub's clock",
            "send tidspunktet da det ble gitt; er det riktig, spør driften om klokken på knutepunktet";
        NewConsent =>
            "register the participant's new consent, with its own document and id",
            "registrer deltakerens nye samtykke, med eget dokument og egen id";
        NameEvidence => "name the evidence: its type, and where it is kept", "oppgi beviset: hva slags det er, og hvor det oppbevares";
        WhenClockRight =>
            "nothing was done: send it again when the operator has set the clock right",
            "ingenting er gjort: send det på nytt når driften har stilt klokken riktig";
        AgainLater => "nothing was done: send it again later", "ingenting er gjort: send det på nytt senere";
        AgainUntilAnswered =>
            "it was done, and holds: send the same again until it is answered, or a restored backup could undo it",
            "det er gjort, og gjelder: send det samme på nytt til det blir besvart, ellers kan en tilbakelagt sikkerhetskopi gjøre det om";
        CheckOrAgain =>
            "it may have been done, or not: check the current state, or send the same again",
            "det kan være gjort, eller ikke: se hva som gjelder nå, eller send det samme på nytt";
        AgainToBeTold =>
            "it was done, and holds: send the same again to be told when nothing is on its way any more",
            "det er gjort, og gjelder: send det samme på nytt for å få vite når ingenting lenger er på vei";
        NewPreview =>
            "nothing was done: ask for a new preview, and use its token",
            "ingenting er gjort: be om en ny forhåndsvisning, og bruk merket dens";
        ReadAlert =>
            "read the alert again, and talk to the one who was first",
            "les varselet på nytt, og snakk med den som var først";
        ReadVersions =>
            "nothing was done: read the party's history again (`bindeledd party history`), and decide anew",
            "ingenting er gjort: les historikken til aktøren på nytt (`bindeledd party history`), og ta stilling på nytt";
        OtherVersion =>
            "nothing was done: install or configure the missing part and try again, or choose another version, or set the party up anew with `bindeledd party add`",
            "ingenting er gjort: installer eller sett opp det som mangler, og prøv igjen, eller velg en annen versjon, eller sett opp aktøren på nytt med `bindeledd party add`";
        CheckState => "check the current state first", "se først hva som gjelder nå";

        // Accounts of persons.
        AgainInAMoment => "nothing was done: try again in a moment", "ingenting er gjort: prøv igjen om litt";
        OtherLogin =>
            "choose another login name, or change the account that has this one",
            "velg et annet brukernavn, eller endre kontoen som har dette";
        ListAccounts =>
            "list the accounts, and check the login name or the id",
            "se listen over kontoer, og kontroller brukernavnet eller id-en";
        AddPartyFirst =>
            "check the party's id, or add the party first",
            "kontroller id-en til aktøren, eller legg til aktøren først";
        OtherAdministrator =>
            "make another administrator first, or ask the operator of the hub",
            "gjør først en annen til administrator, eller spør driften av knutepunktet";
        NewLink => "ask an administrator for a new link", "be en administrator om en ny lenke";
        OtherPassword => "choose another password", "velg et annet passord";
        AgainOrCode =>
            "try again; if it goes on, give the operator the code",
            "prøv igjen; fortsetter det, gi driften koden";
        TryLater => "try again later", "prøv igjen senere";
    }
}

impl From<&str> for Next {
    fn from(text: &str) -> Self {
        Self::Other { text: text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_next_step_is_in_every_language() {
        check_all(&Next::samples());
    }
}
