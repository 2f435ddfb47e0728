//! Refusals of documents: a code, the receipt's error code, and a text with the remedy.

use crate::guard::TooMuch;

/// The reason why a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    TooLarge,
    TooMuch(TooMuch),
    Encoding,
    NotXml { line: u32, column: u32 },
    Doctype,
    Version,
    Record,
    Prescription,
    UnknownDocument,
    MsgIdMissing,
    MsgIdWrong,
    Receiver,
    ReceiverWrong,
    ReceiversSeveral,
    PatientMissing,
    PatientWrong,
    PatientsDiffer,
    PatientsSeveral,
    Diagnosis,
    Empty,
    TooLong,
    CorrectsNothing,
    ByHubOnly,
    ReceiptWithoutId,
    TooMany,
    Fields,
}

impl Why {
    /// Returns the stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::TooMuch(_) | Self::TooMany => "too-complex",
            Self::Encoding | Self::NotXml { .. } | Self::ReceiptWithoutId | Self::Fields => "unreadable",
            Self::Doctype => "doctype",
            Self::Version => "version",
            Self::Record => "is-a-record",
            Self::Prescription => "prescription",
            Self::UnknownDocument => "unknown-document",
            Self::MsgIdMissing | Self::MsgIdWrong => "msgid",
            Self::Receiver | Self::ReceiverWrong | Self::ReceiversSeveral => "receiver",
            Self::PatientMissing | Self::PatientWrong | Self::PatientsDiffer | Self::PatientsSeveral => "patient-id",
            Self::Diagnosis => "diagnosis",
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::CorrectsNothing => "supersedes",
            Self::ByHubOnly => "by-hub-only",
        }
    }

    /// Returns the code of kodeverk 8221, which has no code for most of the hub's refusals.
    pub(crate) const fn receipt_code(self) -> &'static str {
        match self {
            Self::Encoding | Self::NotXml { .. } => "T01",
            Self::Doctype => "T99",
            Self::Version | Self::Record | Self::Prescription | Self::UnknownDocument => "T10",
            Self::MsgIdMissing | Self::MsgIdWrong => "E10",
            Self::Receiver | Self::ReceiverWrong | Self::ReceiversSeveral => "E21",
            Self::PatientMissing => "E30",
            Self::PatientWrong => "E31",
            Self::TooLarge
            | Self::TooMuch(_)
            | Self::TooMany
            | Self::PatientsDiffer
            | Self::PatientsSeveral
            | Self::Diagnosis
            | Self::Empty
            | Self::TooLong
            | Self::CorrectsNothing
            | Self::ByHubOnly
            | Self::ReceiptWithoutId
            | Self::Fields => "X99",
        }
    }

    /// Returns the reason and the remedy, for a person.
    pub(crate) fn text(self) -> String {
        let text = match self {
            Self::NotXml { line, column } => {
                return format!(
                    "Dokumentet er ikke gyldig XML (linje {line}, tegn {column}). Send meldingen på nytt, eller kontakt \
                     leverandøren av journalsystemet."
                );
            }
            Self::TooLarge => "Dokumentet er større enn 5 MB og er ikke lest. Send meldingen på nytt uten vedlegg.",
            Self::TooMuch(TooMuch::Depth) => "Dokumentet har for mange elementer inni hverandre og er ikke lest.",
            Self::TooMuch(TooMuch::Attributes) => {
                "Dokumentet har et element med for mange attributter og er ikke lest."
            }
            Self::TooMuch(TooMuch::Namespaces) => "Dokumentet har for mange navnerom og er ikke lest.",
            Self::TooMany => "Dokumentet har for mange meldinger eller vedlegg. Send dem hver for seg.",
            Self::Encoding => {
                "Tegnsettet i dokumentet stemmer ikke med innholdet. Send meldingen på nytt som UTF-8 eller ISO-8859-1."
            }
            Self::Doctype => {
                "Dokumentet har en DOCTYPE og er av sikkerhetsgrunner ikke lest. Send meldingen på nytt uten DOCTYPE, \
                 eller kontakt leverandøren av journalsystemet."
            }
            Self::Version => {
                "Meldingen har en versjon som ikke støttes. Bruk hodemelding 1.2 med dialogmelding 1.0 eller 1.1."
            }
            Self::Record => {
                "Henvisninger, epikriser og andre journaldokumenter formidles ikke her. Send dokumentet direkte til den \
                 som skal ha det, og skriv i en dialogmelding det samarbeidet om arbeid trenger."
            }
            Self::Prescription => {
                "Resepter formidles ikke her. Send resepten på vanlig måte i reseptformidleren; den er ikke behandlet."
            }
            Self::UnknownDocument => {
                "Meldingstypen støttes ikke. Bruk dialogmelding 1.0 eller 1.1 med forespørsel, svar eller notat."
            }
            Self::MsgIdMissing => {
                "Meldingen mangler meldings-id (MsgId) og kan ikke følges opp. Send den på nytt med en id."
            }
            Self::MsgIdWrong => {
                "Meldings-id (MsgId) er for lang eller har ugyldige tegn. Send meldingen på nytt med en UUID som id."
            }
            Self::Receiver => {
                "Meldingen sier ikke hvem den er til. Send den på nytt med mottakerens HER-id eller organisasjonsnummer."
            }
            Self::ReceiverWrong => {
                "Mottakerens HER-id eller organisasjonsnummer er ikke gyldig. Rett nummeret og send meldingen på nytt."
            }
            Self::ReceiversSeveral => {
                "Meldingen har flere ulike numre for mottakeren, og det kan være to mottakere. Send den på nytt med ett."
            }
            Self::PatientMissing => {
                "Pasientens fødselsnummer eller D-nummer mangler. Send meldingen på nytt med nummeret."
            }
            Self::PatientWrong => {
                "Pasientens fødselsnummer eller D-nummer er ikke gyldig. Rett nummeret og send meldingen på nytt."
            }
            Self::PatientsDiffer => "Meldingen gjelder mer enn én pasient. Send en melding for hver pasient.",
            Self::PatientsSeveral => {
                "Meldingen har flere ulike fødselsnumre eller D-numre for pasienten, og det kan være to personer. Send den på \
                 nytt med ett nummer."
            }
            Self::Diagnosis => {
                "Meldingen har en kodet diagnose. Diagnoser formidles ikke her. Beskriv i stedet hva personen får til, \
                 og hva som må til i arbeid, og send meldingen på nytt uten koden."
            }
            Self::Empty => "Meldingen har ingen tekst. Skriv en tekst og send den på nytt.",
            Self::TooLong => {
                "Teksten er lengre enn 2000 tegn og er ikke formidlet. Kort den ned til det samarbeidet om arbeid \
                 trenger, og send den på nytt."
            }
            Self::CorrectsNothing => {
                "Rettingen sier ikke hvilken melding den gjelder. Send den på nytt med referanse til meldingen."
            }
            Self::ByHubOnly => {
                "Beskjed om at et samtykke er trukket tilbake, lages bare av Bindeledd og tas ikke imot fra andre. Et samtykke \
                 trekkes tilbake hos den som registrerte det."
            }
            Self::ReceiptWithoutId => "Kvitteringen sier ikke hvilken melding den gjelder, og kan ikke brukes.",
            Self::Fields => "Innholdet i meldingen kan ikke leses. Kontakt den som drifter adapteren.",
        };
        text.to_owned()
    }
}
