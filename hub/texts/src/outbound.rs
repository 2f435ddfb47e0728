//! Outgoing requests: the reasons why they can not be set up, and why one had no answer that can be used.

use crate::text::{Said, texts};

texts! {
    /// Reason why outgoing requests can not be set up.
    pub enum Outbound {
        Authority { of: AuthorityOf } =>
            "a certificate authority of {of} is not a PEM certificate",
            "en sertifikatutsteder i {of} er ikke et sertifikat i PEM";
        NoAuthority =>
            "no certificate authority is trusted: allow the system's, or name files with others",
            "ingen sertifikatutsteder er godkjent: tillat systemets, eller oppgi filer med andre";
        CredentialFile { credential: String } =>
            "a file of credential `{credential}` can not be read",
            "en fil for legitimasjonen `{credential}` kan ikke leses";
        Token { credential: String } =>
            "the token of credential `{credential}` has characters that no header can have",
            "adgangstegnet til legitimasjonen `{credential}` har tegn som ikke kan stå i en header";
        Certificate { credential: String, why: Said } =>
            "the certificate or the key of credential `{credential}` can not be used: {why}",
            "sertifikatet eller nøkkelen til legitimasjonen `{credential}` kan ikke brukes: {why}";
        CertificateNotPem => "the certificate is not PEM", "sertifikatet er ikke PEM";
        KeyNotPem => "the key is not PEM", "nøkkelen er ikke PEM";
        Key { credential: String } =>
            "the key of credential `{credential}` can not be used",
            "nøkkelen til legitimasjonen `{credential}` kan ikke brukes";
        Issuer { credential: String, address: String } =>
            "`{address}` of credential `{credential}` is not an https address",
            "`{address}` for legitimasjonen `{credential}` er ikke en https-adresse";
        Webhook { target: String } =>
            "the address of alert target `{target}` is not https, or has a user",
            "adressen til mottakspunktet `{target}` er ikke https, eller har en bruker";
        NoKey { credential: String } =>
            "no key could be made for credential `{credential}`",
            "det kunne ikke lages en nøkkel for legitimasjonen `{credential}`";
        NoClient => "the HTTP client can not be made", "HTTP-klienten kan ikke lages";

        // Mail.
        MailSender => "the sender of mails is no address", "avsenderen av e-post er ikke en adresse";
        MailInClear =>
            "without TLS, mails go to a server on this machine only",
            "uten TLS går e-post bare til en tjener på denne maskinen";
        MailTls => "TLS to the mail server can not be set up", "TLS til e-posttjeneren kan ikke settes opp";
    }
}

texts! {
    /// The place that names a certificate authority.
    pub enum AuthorityOf {
        Configuration => "the configuration", "oppsettet";
        Credential { name: String } => "credential `{name}`", "legitimasjonen `{name}`";
    }
}

texts! {
    /// Reason why a key does not sign.
    pub enum UnusableKey {
        Form =>
            "it is neither a private key in PEM (PKCS#8 or RSA) nor a private JWK",
            "den er verken en privat nøkkel i PEM (PKCS#8 eller RSA) eller en privat JWK";
        Sec1 =>
            "it is an EC key in the old SEC1 form; make it PKCS#8 with `openssl pkcs8 -topk8 -nodes`",
            "den er en EC-nøkkel i den gamle SEC1-formen; gjør den om til PKCS#8 med `openssl pkcs8 -topk8 -nodes`";
        Kind =>
            "it is no key on P-256 or P-384 and no RSA key of 2048 bits or more",
            "den er ikke en nøkkel på P-256 eller P-384, og ikke en RSA-nøkkel på 2048 bit eller mer";
        Algorithm =>
            "the algorithm that is set is not one for this key",
            "algoritmen som er satt, passer ikke til denne nøkkelen";
    }
}

texts! {
    /// Reason why a request had no answer that can be used.
    pub enum Unanswered {
        // The request.
        NoCredential { credential: String } =>
            "configuration has no credential `{credential}`, which the endpoint names",
            "oppsettet har ingen legitimasjon `{credential}`, som endepunktet oppgir";
        NoBody =>
            "the adapter wrote a request without a body, and what is delivered has one",
            "adapteren skrev en forespørsel uten innhold, og det som leveres, har innhold";
        NoUrl =>
            "the endpoint's address and the request's path make no URL",
            "adressen til endepunktet og stien i forespørselen blir ikke en URL";
        LeavesAddress =>
            "the adapter's path would leave the endpoint's address",
            "stien fra adapteren ville gå ut av adressen til endepunktet";
        NotHttps =>
            "the endpoint's address is not https; http is for this machine, where configuration allows it",
            "adressen til endepunktet er ikke https; http er for denne maskinen, der oppsettet tillater det";
        HeaderName => "the adapter's header has no legal name", "en header fra adapteren har et ulovlig navn";
        HeaderValue =>
            "a header of the adapter's has a value that no header can have",
            "en header fra adapteren har en verdi som ingen header kan ha";

        // The connection.
        NoHost => "the address has no host", "adressen har ikke noe vertsnavn";
        NoAddress => "the name has no address", "navnet har ingen adresse";
        NameNotFound { error: Said } => "the name is not found: {error}", "navnet blir ikke funnet: {error}";
        NameServiceSilent => "no answer from the name service in time", "navnetjenesten svarte ikke i tide";
        NoConnection => "no connection in time; nothing was sent", "ingen forbindelse i tide; ingenting ble sendt";
        TooLate =>
            "its time to begin was over before it began; nothing was sent",
            "tiden til å begynne var ute før den begynte; ingenting ble sendt";
        Failed => "the request failed", "forespørselen feilet";

        // The answer.
        NoAnswer =>
            "no answer within the endpoint's time limit",
            "ikke noe svar innen tidsgrensen til endepunktet";
        Unfinished =>
            "the answer did not end within the endpoint's time limit",
            "svaret ble ikke ferdig innen tidsgrensen til endepunktet";
        TooLarge { megabytes: u64 } => "the answer is larger than {megabytes} MB", "svaret er større enn {megabytes} MB";
        BrokeOff { cause: Said } => "the answer broke off: {cause}", "svaret brøt av: {cause}";
        NoEvents { status: u64 } =>
            "no stream of events: it answered {status}",
            "ingen strøm av hendelser: svaret var {status}";

        // Tokens.
        TokenRefused =>
            "BL-4010: the endpoint refuses the hub's token; check the credential's scope and what the endpoint expects",
            "BL-4010: endepunktet avviser knutepunktets adgangstegn; kontroller omfanget til legitimasjonen og det endepunktet venter";
        IssuerRefuses { code: Said } =>
            "BL-6013: the token endpoint refuses the hub ({code}); check its client id, scope and key",
            "BL-6013: utstederen av adgangstegn avviser knutepunktet ({code}); kontroller klient-id, omfang og nøkkel";
        DoesNotSign => "the hub's key does not sign", "knutepunktets nøkkel signerer ikke";
        MetadataAddress => "the issuer's metadata have no address", "utstederens metadata har ingen adresse";
        MetadataUnreadable { cause: Said } =>
            "the issuer's metadata can not be read: {cause}",
            "utstederens metadata kan ikke leses: {cause}";
        MetadataTooLarge => "the issuer's metadata is too large", "utstederens metadata er for store";
        MetadataBrokeOff { cause: Said } =>
            "the issuer's metadata broke off: {cause}",
            "utstederens metadata brøt av: {cause}";
        MetadataUnclear => "the issuer's metadata are not understood", "utstederens metadata kan ikke tolkes";
        MetadataOther => "the issuer's metadata are another issuer's", "utstederens metadata tilhører en annen utsteder";
        MetadataNotHttps =>
            "the issuer's metadata name a token endpoint that is not https",
            "utstederens metadata oppgir et endepunkt for adgangstegn som ikke er https";
        TokenEndpoint { cause: Said } => "the token endpoint: {cause}", "endepunktet for adgangstegn: {cause}";
        TokenAnswerTooLarge =>
            "the token endpoint's answer is too large",
            "svaret fra endepunktet for adgangstegn er for stort";
        TokenAnswerBrokeOff { cause: Said } =>
            "the token endpoint's answer broke off: {cause}",
            "svaret fra endepunktet for adgangstegn brøt av: {cause}";
        TokenAnswered { status: u64 } =>
            "the token endpoint answered {status}",
            "endepunktet for adgangstegn svarte {status}";
        TokenAnsweredCode { status: u64, code: String } =>
            "the token endpoint answered {status} ({code})",
            "endepunktet for adgangstegn svarte {status} ({code})";
        NoToken => "the token endpoint's answer has no token", "svaret fra endepunktet for adgangstegn har ikke noe adgangstegn";
        TokenEndpointSilent => "the token endpoint does not answer", "endepunktet for adgangstegn svarer ikke";
        TokenEndpointNotHttps =>
            "the token endpoint's address is not https",
            "adressen til endepunktet for adgangstegn er ikke https";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_reason_is_in_every_language() {
        check_all(&Outbound::samples());
        check_all(&AuthorityOf::samples());
        check_all(&UnusableKey::samples());
        check_all(&Unanswered::samples());
    }
}
