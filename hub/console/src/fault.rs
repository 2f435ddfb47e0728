//! The faults of fields in words: what is wrong, and how the value should look.

use std::time::Duration;

use bindeledd_core::account::{DisplayNameError, LoginNameError, PasswordError, RolesError};

use crate::lang::Lang;
use crate::markup::Text;

/// A fault of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The user name or the password is wrong; the page does not tell which.
    SignIn,
    /// The code of the second factor is wrong, or was used before. A clock that is off gives wrong codes too.
    Code,
    /// The account has to wait before the next attempt.
    Wait(Duration),
    /// The password that the person has is wrong.
    OldPassword,
    /// The two new passwords differ.
    Again,
    /// The new password breaks a rule.
    Password(PasswordError),
    /// The user name breaks a rule.
    Login(LoginNameError),
    /// Another account has the user name.
    LoginTaken,
    /// The name breaks a rule.
    Name(DisplayNameError),
    /// The word of a closing is empty, too long, or names somebody by number.
    Word,
    /// The field is empty.
    Missing,
    /// The reason for an act is too short or too long.
    Reason,
    /// The reason to see content is no line, or names somebody by number.
    ReasonToOpen,
    /// The typed count is not the number that would be sent.
    Count(u64),
    /// A type of evidence that the form does not offer.
    EvidenceType,
    /// A place of evidence that is no line, or names somebody by number.
    EvidencePlace,
    /// A text that is no SHA-256.
    Digest,
    /// An end of a pause that is no time, or that is over.
    Until,
    /// A text that is no pseudonym.
    Reference,
    /// The roles break a rule.
    Roles(RolesError),
    /// Nobody could administer any longer.
    LastAdministrator,
    /// A delivery that the audit log does not name.
    Delivery,
    /// A text that is no identity number.
    Number,
    /// An identity number that nobody has.
    UnknownNumber,
    /// A text with something that a message never has: as the guard says it.
    Found(&'static str),
    /// A text that is too long, or has a character that nobody can see.
    Longer,
    /// A form that was not sent, and can be sent again.
    NotSent,
    /// A person who is not in the list, or can not be chosen any longer.
    Person,
    /// A last day of a stand-in that lies in the past, or too far ahead.
    StandInDay,
    /// A contact person who would stand in for oneself.
    IsContact,
    /// A missing choice.
    Choice,
    /// A party that the circle does not have.
    Party,
    /// A category that does not exist.
    Category,
    /// A text that is too long, or has a character that nobody can see.
    Line,
    /// A HER-id that another party has.
    TakenHerId,
    /// An organisation number that another party has.
    TakenOrgNumber,
    /// A text that is no id of a party.
    PartyId,
    /// An id that a party has already.
    TakenId,
    /// A text that is no organisation number.
    OrgNumber,
    /// A text that is no HER-id.
    HerId,
    /// A text that is no HPR number.
    Hpr,
    /// A text that is no address.
    Address,
    /// A text that is no JSON object.
    Settings,
    /// An endpoint without an adapter.
    NoAdapter,
    /// A text that is no whole number, or too large a number.
    WholeNumber,
    /// A text that is no e-mail address.
    Email,
    /// An e-mail address for a party that is sent what is for it.
    EmailWithAddress,
}

impl Fault {
    /// Returns the fault in words.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one row a fault")]
    pub fn text(self, lang: Lang) -> Text {
        let (bokmal, english): (&str, &str) = match self {
            Self::SignIn => (
                "Brukernavnet eller passordet er feil. Prøv en gang til.",
                "The user name or the password is wrong. Try once more.",
            ),
            Self::Code => (
                "Koden er feil eller brukt. Vent på en ny kode i appen. Hjelper ikke det, går klokken på telefonen feil.",
                "The code is wrong or used. Wait for a new code in the app. If that does not help, the phone's clock is off.",
            ),
            Self::Wait(wait) => return wait_text(wait, lang),
            Self::OldPassword => (
                "Passordet er feil. Prøv en gang til.",
                "The password is wrong. Try once more.",
            ),
            Self::Again => (
                "De to passordene er ulike. Skriv det samme to ganger.",
                "The two passwords differ. Type the same one twice.",
            ),
            Self::Password(PasswordError::TooShort) => (
                "Passordet er for kort. Det må ha minst 12 tegn, for eksempel fire ord.",
                "The password is too short. It needs at least 12 characters, such as four words.",
            ),
            Self::Password(PasswordError::TooLong) => (
                "Passordet er for langt. Det kan ha 128 tegn.",
                "The password is too long. It may have 128 characters.",
            ),
            Self::Password(PasswordError::IsLogin) => (
                "Passordet kan ikke være brukernavnet. Velg et annet.",
                "The password can not be the user name. Choose another one.",
            ),
            Self::Login(LoginNameError::Length) => (
                "Brukernavnet må ha 3 til 64 tegn, for eksempel kari.nordmann.",
                "The user name needs 3 to 64 characters, such as kari.nordmann.",
            ),
            Self::Login(LoginNameError::Character) => (
                "Brukernavnet kan bare ha a til z, tall og . _ - @ +, for eksempel kari.nordmann.",
                "The user name may only have a to z, digits and . _ - @ +, such as kari.nordmann.",
            ),
            Self::LoginTaken => (
                "En annen konto har dette brukernavnet. Velg et annet.",
                "Another account has this user name. Choose another one.",
            ),
            Self::Name(DisplayNameError::Length) => {
                ("Navnet må ha 1 til 100 tegn.", "The name needs 1 to 100 characters.")
            }
            Self::Name(DisplayNameError::Hidden) => (
                "Navnet har tegn som ikke synes. Skriv det på nytt.",
                "The name has characters that nobody can see. Type it anew.",
            ),
            Self::Reason => (
                "Skriv hvorfor, på en linje med 5 til 300 tegn, uten navn og fødselsnummer. Eksempel: legekontoret er oppe igjen.",
                "Write why, on a line of 5 to 300 characters, without names and identity numbers. Example: the office is up again.",
            ),
            Self::ReasonToOpen => (
                "Skriv hvorfor, på én linje med 3 til 300 tegn og uten fødselsnummer, for eksempel: feil i vedlegget, sak 17.",
                "Write why, in one line of 3 to 300 characters without an identity number, such as: a fault in the text, case 17.",
            ),
            Self::Count(right) => return count_text(right, lang),
            Self::Until => (
                "Tidspunktet må komme etter nå. Eksempel: 2026-10-07 06:00",
                "The time must lie ahead. Example: 2026-10-07 06:00",
            ),
            Self::EvidenceType => (
                "Velg hva slags bevis du har.",
                "Choose the kind of evidence that you have.",
            ),
            Self::EvidencePlace => (
                "Skriv hvor beviset ligger, på én linje med høyst 500 tegn og uten fødselsnummer. Eksempel: arkiv 2026/114",
                "Write where the evidence is kept, in one line of at most 500 characters without an identity number. Example: archive 2026/114",
            ),
            Self::Digest => (
                "En SHA-256 har 64 tegn: sifre og bokstavene a til f. La feltet stå tomt hvis du ikke har den.",
                "A SHA-256 has 64 characters: digits and the letters a to f. Leave the field empty if you do not have it.",
            ),
            Self::Reference => (
                "Dette er ikke et pseudonym. Et pseudonym har 36 tegn, slik det står på meldingen.",
                "This is not a pseudonym. A pseudonym has 36 characters, as on the message.",
            ),
            Self::Roles(RolesError::None) => ("Velg minst én rolle.", "Choose at least one role."),
            Self::Roles(RolesError::Mixed) => (
                "En konto har roller i konsollen eller i en postkasse, ikke begge deler. Fjern noen av dem.",
                "An account has roles of the console or of a mailbox, not both. Remove some of them.",
            ),
            Self::Roles(RolesError::NoParty) => (
                "En rolle i en postkasse trenger en aktør. Velg aktøren.",
                "A role of a mailbox needs a party. Choose the party.",
            ),
            Self::Roles(RolesError::Party) => (
                "En rolle i konsollen har ingen aktør. Velg «Ingen».",
                "A role of the console has no party. Choose “None”.",
            ),
            Self::LastAdministrator => (
                "Ingen kunne administrere etter dette. Gi en annen konto rollen administrator først.",
                "Nobody could administer after this. Give another account the role administrator first.",
            ),
            Self::Delivery => (
                "Loggen sier ingenting om en leveranse med denne id-en. Id-en har 36 tegn, slik den står på meldingen.",
                "The log says nothing of a delivery with this id. The id has 36 characters, as on the message.",
            ),
            Self::Number => (
                "Dette er ikke et fødselsnummer eller D-nummer. Det har elleve sifre, og de to siste kontrolleres.",
                "This is not an identity number or D-number. It has eleven digits, and the last two are checked.",
            ),
            Self::UnknownNumber => (
                "Ingen deltaker på denne huben har dette nummeret.",
                "No participant in this hub has this number.",
            ),
            Self::Found(what) => return found_text(what, lang),
            Self::NotSent => (
                "Dette er ikke sendt. Se over det, og send det på nytt.",
                "This is not sent. Look it over, and send it again.",
            ),
            Self::Longer => (
                "Teksten kan ha høyst 2000 tegn, og bare tegn som synes. Kort den ned.",
                "The text may have 2000 characters, and only characters that can be seen. Shorten it.",
            ),
            Self::Person => (
                "Velg en person i listen. Personen må ha en konto i denne postkassen.",
                "Choose a person of the list. The person needs an account in this mailbox.",
            ),
            Self::StandInDay => (
                "Velg en dag fra og med i dag og innen et halvt år. Eksempel: 2026-12-24",
                "Choose a day from today on and within half a year. Example: 2026-12-24",
            ),
            Self::IsContact => (
                "Personen er kontaktperson alt. Velg en annen stedfortreder.",
                "The person is the contact person already. Choose another stand-in.",
            ),
            Self::Choice => ("Velg hva som skal trekkes.", "Choose what is withdrawn."),
            Self::Party => ("Velg en aktør som er med i kretsen.", "Choose a party of the circle."),
            Self::Category => ("Velg en kategori i listen.", "Choose a category of the list."),
            Self::Line => (
                "Skriv en linje på høyst 500 tegn, uten tegn som ikke synes.",
                "Write a line of at most 500 characters, without characters that nobody can see.",
            ),
            Self::TakenHerId => (
                "En annen aktør har denne HER-id-en. Rett en av dem.",
                "Another party has this HER-id. Correct one of them.",
            ),
            Self::TakenOrgNumber => (
                "En annen aktør har dette organisasjonsnummeret. En enhet av den legges inn fra kommandolinjen.",
                "Another party has this organisation number. Add a unit of it by the command line.",
            ),
            Self::PartyId => (
                "Id-en har små bokstaver, tall og bindestrek. Eksempel: nordvik-aft",
                "The id has lower-case letters, digits and hyphens. Example: nordvik-aft",
            ),
            Self::TakenId => (
                "En annen aktør har denne id-en. Velg en annen.",
                "Another party has this id. Choose another.",
            ),
            Self::OrgNumber => (
                "Et organisasjonsnummer har ni sifre, og det siste kontrolleres. Eksempel: 974760924",
                "An organisation number has nine digits, and the last is checked. Example: 974760924",
            ),
            Self::HerId => (
                "En HER-id er et helt tall. Eksempel: 8142952",
                "A HER-id is a whole number. Example: 8142952",
            ),
            Self::Hpr => (
                "Et HPR-nummer har 1 til 9 sifre. Eksempel: 565501872",
                "An HPR number has 1 to 9 digits. Example: 565501872",
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
            Self::WholeNumber => (
                "Skriv et helt tall fra 1 med sifre, eller la feltet stå tomt. Eksempel: 30",
                "Write a whole number from 1 in digits, or leave the field empty. Example: 30",
            ),
            Self::Email => (
                "Dette er ikke en e-postadresse. Eksempel: post@fontenehuset.example",
                "This is not an e-mail address. Example: post@fontenehuset.example",
            ),
            Self::EmailWithAddress => (
                "Aktøren har en adresse som huben sender til, og henter ikke selv. La ett av feltene stå tomt.",
                "The party has an address that the hub sends to, and does not fetch. Leave one of the fields empty.",
            ),
            Self::Word => (
                "Skriv en linje på 1 til 300 tegn, uten navn og fødselsnummer, for eksempel: ringte mottakeren.",
                "Write a line of 1 to 300 characters, without names and identity numbers, such as: called the receiver.",
            ),
            Self::Missing => ("Feltet er tomt. Fyll det ut.", "The field is empty. Fill it in."),
        };
        match lang {
            Lang::Bokmal => bokmal.into(),
            Lang::English => english.into(),
        }
    }
}

fn found_text(what: &str, lang: Lang) -> Text {
    match lang {
        Lang::Bokmal => format!("Teksten har {what}. Skriv det på en annen måte."),
        Lang::English => format!("The text has {what}. Write it in another way."),
    }
    .into()
}

fn count_text(right: u64, lang: Lang) -> Text {
    match lang {
        Lang::Bokmal => format!("Antallet er et annet. Det er {right} som sendes; skriv {right}."),
        Lang::English => format!("The number is another one. {right} are sent; type {right}."),
    }
    .into()
}

fn wait_text(wait: Duration, lang: Lang) -> Text {
    let seconds = wait.as_secs().max(1);
    let (n, is_minutes) = if seconds < 90 {
        (seconds, false)
    } else {
        (seconds.div_ceil(60), true)
    };
    match (lang, is_minutes) {
        (Lang::Bokmal, false) => format!("For mange feil på rad. Prøv igjen om {n} sekunder."),
        (Lang::Bokmal, true) => format!("For mange feil på rad. Prøv igjen om {n} minutter."),
        (Lang::English, false) => format!("Too many faults in a row. Try again in {n} seconds."),
        (Lang::English, true) => format!("Too many faults in a row. Try again in {n} minutes."),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_seconds_or_minutes() {
        let text = |seconds| {
            Fault::Wait(Duration::from_secs(seconds))
                .text(Lang::Bokmal)
                .as_str()
                .to_owned()
        };
        assert!(text(0).ends_with("om 1 sekunder."));
        assert!(text(89).ends_with("om 89 sekunder."));
        assert!(text(121).ends_with("om 3 minutter."));
    }
}
