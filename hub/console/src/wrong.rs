//! What is wrong in a field of the pages about parties and consents, and how the value should look.

use crate::lang::Lang;
use crate::markup::Text;

/// A wrong value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// A reason that is too short or too long.
    Reason,
    /// An end of a pause that is no time, or that is over.
    Until,
    /// A text that is no pseudonym.
    Reference,
    /// A pseudonym that nobody has.
    UnknownReference,
    /// A text that is no identity number.
    Number,
    /// An identity number that nobody has.
    UnknownNumber,
    /// A missing choice.
    Choice,
    /// A party that the circle does not have.
    Party,
    /// A text that is no id of a party.
    PartyId,
    /// An id that a party has already.
    TakenId,
    /// A missing value.
    Missing,
    /// A text that is no organisation number.
    OrgNumber,
    /// A text that is no HER-id.
    HerId,
    /// A text that is no address.
    Address,
    /// A text that is no JSON object.
    Settings,
    /// An endpoint without an adapter.
    NoAdapter,
}

impl Wrong {
    /// Returns what is wrong in words.
    #[must_use]
    pub fn text(self, lang: Lang) -> Text {
        let (bokmal, english) = match self {
            Self::Reason => ("Skriv hvorfor, med 5 til 300 tegn.", "Say why, in 5 to 300 characters."),
            Self::Until => (
                "Tidspunktet må komme etter nå. Eksempel: 2026-10-07 06:00",
                "The time must lie ahead. Example: 2026-10-07 06:00",
            ),
            Self::Reference => (
                "Dette er ikke et pseudonym. Et pseudonym har 36 tegn, slik det står på meldingen.",
                "This is not a pseudonym. A pseudonym has 36 characters, as on the message.",
            ),
            Self::UnknownReference => (
                "Ingen deltaker på denne huben har dette pseudonymet.",
                "No participant in this hub has this pseudonym.",
            ),
            Self::Number => (
                "Dette er ikke et fødselsnummer eller D-nummer. Det har elleve sifre, og de to siste kontrolleres.",
                "This is not an identity number or D-number. It has eleven digits, and the last two are checked.",
            ),
            Self::UnknownNumber => (
                "Ingen deltaker på denne huben har dette nummeret.",
                "No participant in this hub has this number.",
            ),
            Self::Choice => ("Velg hva som skal trekkes.", "Choose what is withdrawn."),
            Self::Party => ("Velg en aktør som er med i kretsen.", "Choose a party of the circle."),
            Self::PartyId => (
                "Id-en har små bokstaver, tall og bindestrek. Eksempel: nordvik-aft",
                "The id has lower-case letters, digits and hyphens. Example: nordvik-aft",
            ),
            Self::TakenId => (
                "En annen aktør har denne id-en. Velg en annen.",
                "Another party has this id. Choose another.",
            ),
            Self::Missing => ("Fyll ut feltet.", "Fill in the field."),
            Self::OrgNumber => (
                "Et organisasjonsnummer har ni sifre, og det siste kontrolleres. Eksempel: 974760924",
                "An organisation number has nine digits, and the last is checked. Example: 974760924",
            ),
            Self::HerId => (
                "En HER-id er et helt tall. Eksempel: 8142952",
                "A HER-id is a whole number. Example: 8142952",
            ),
            Self::Address => (
                "En adresse begynner med https. Eksempel: https://meldinger.example.no/inn",
                "An address begins with https. Example: https://messages.example.no/in",
            ),
            Self::Settings => (
                "Innstillingene er et JSON-objekt. Eksempel: {}",
                "The settings are a JSON object. Example: {}",
            ),
            Self::NoAdapter => (
                "Velg en adapter, eller la resten av forbindelsen stå tom.",
                "Choose an adapter, or leave the rest of the connection empty.",
            ),
        };
        match lang {
            Lang::Bokmal => bokmal.into(),
            Lang::English => english.into(),
        }
    }
}
