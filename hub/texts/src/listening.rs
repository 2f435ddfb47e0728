//! Reasons why a listener does not start.

use crate::text::texts;

texts! {
    /// Reason why a listener does not start.
    pub enum Listening {
        PlainHttp { address: String } =>
            "{address} is not an address of this machine alone, so it needs a certificate and a key: plain http would show keys and messages",
            "{address} er ikke en adresse på denne maskinen alene, så den trenger et sertifikat og en nøkkel: ren http ville vist nøkler og meldinger";
        Failed { place: String } => "can not listen on {place}", "kan ikke lytte på {place}";
        Unreadable { file: String } => "can not read {file}", "kan ikke lese {file}";
        NoPem { file: String, what: Pem } => "{file} is not a PEM {what}", "{file} er ikke {what} i PEM";
        PairUnusable => "the certificate and the key can not be used", "sertifikatet og nøkkelen kan ikke brukes";

        // Causes at the place of a Unix socket.
        OtherFile => "another file is there", "det ligger en annen fil der";
        InUse => "something listens there", "noe lytter der allerede";
    }
}

texts! {
    /// The content that a file of a listener needs.
    pub enum Pem {
        PrivateKey => "private key", "en privat nøkkel";
        Certificate => "certificate", "et sertifikat";
        RevokedCertificates => "list of revoked certificates", "en liste over tilbakekalte sertifikater";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_reason_is_in_every_language() {
        check_all(&Listening::samples());
        check_all(&Pem::samples());
    }
}
