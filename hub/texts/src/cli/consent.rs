//! The texts of `bindeledd consent`.

use bindeledd_core::Reason;

use crate::phrase::Phrase;
use crate::text::texts;

texts! {
    /// A text of `bindeledd consent`.
    pub enum Consent {
        Head { id: String, status: String, participant: String } =>
            "{id} {status}, participant {participant}",
            "{id} {status}, deltaker {participant}";
        Duty { reference: String } => ", duty: {reference}", ", plikt: {reference}";
        Awaits => ", awaits confirmation", ", venter på bekreftelse";
        GetsNo { party: String, kinds: String } =>
            "{party} gets no {kinds}: its adapter does not write them",
            "{party} får ingen {kinds}: adapteren skriver dem ikke";
        WaitsFor { party: String, next: String } => "waits for {party}: {next}", "venter på {party}: {next}";
        WaitsSince { since: String } => "waits since {since}", "har ventet siden {since}";
        BlockedForIt { messages: String } => "not sent because it is missing: {messages}", "ikke sendt fordi det mangler: {messages}";
        NothingWaits => "nothing waits for a confirmation", "ingenting venter på bekreftelse";
        Asked { id: String, party: String, participant: String, until: String } =>
            "{id}  {party} asks {participant}, until {until}",
            "{id}  {party} spør {participant}, til {until}";
        NobodyAsked => "no question waits for a participant", "ingen spørsmål venter på en deltaker";
        NothingOfIt => "nothing of it waited", "ingenting av det ventet";
        Confirmed { grants: String } =>
            "{grants} grants confirmed; send messages that were blocked for them again with `bindeledd message retry`",
            "{grants} tillatelser bekreftet; send meldinger som ble stanset for dem, på nytt med `bindeledd message retry`";

        Permitted { categories: String } => "permitted: {categories}", "tillatt: {categories}";
        Withheld { categories: String } => "withheld: {categories}", "holdt tilbake: {categories}";
        ByGrant { index: String, consent: String } =>
            "by grant {index} of consent {consent}",
            "ved tillatelse {index} i samtykket {consent}";
        UnknownCode { argument: String } =>
            "{argument} has a code that the catalogue does not know",
            "{argument} har en kode som katalogen ikke kjenner";
        DifferentParticipants => "the consents are of different participants", "samtykkene gjelder ulike deltakere";
        OneAtATime => "decide for one participant at a time", "avgjør for én deltaker om gangen";

        TakenBack =>
            "this consent was taken back, so there is nothing to sign",
            "dette samtykket er trukket tilbake, så det er ingenting å signere";
        MakeAnother => "make a new consent, with an id of its own", "lag et nytt samtykke, med egen id";
        FormWritten { file: String, version: String } =>
            "{file} written; its text version is {version}",
            "{file} er skrevet; tekstversjonen er {version}";
        NotOne => "the hub's answer is not a consent", "svaret fra knutepunktet er ikke et samtykke";
        NameLabel { party: String } =>
            "name it with --party {party}=\"…\", or name a hub with the party in its directory",
            "oppgi den med --party {party}=\"…\", eller oppgi et knutepunkt som kjenner aktøren";
        BadLabel { party: String } =>
            "the label of {party} can not stand on a page",
            "navnet på {party} kan ikke stå på en side";
        NewFile =>
            "name a file that is not there yet, in a folder that you may write to",
            "oppgi en fil som ikke finnes ennå, i en mappe du kan skrive i";
    }
}

/// Returns the reason of a decision, with the action to take.
#[must_use]
pub const fn reason(reason: Reason) -> Phrase {
    let bokmal = match reason {
        Reason::Granted => "alle opplysningstypene er tillatt",
        Reason::PartlyGranted => "noen opplysningstyper er tillatt, de andre holdes tilbake",
        Reason::NothingAsked => "ingen opplysningstype er oppgitt; oppgi minst én",
        Reason::CorrectsNothing => {
            "mottakeren har aldri fått meldingen som dette retter; send rettingen til dem som fikk den meldingen"
        }
        Reason::NoGrant => {
            "ingen samtykker lar denne avsenderen sende til denne mottakeren for dette formålet; registrer et og send på nytt"
        }
        Reason::Differs => {
            "samtykkene som er lagret, er ikke de som ble registrert, og ingenting sendes før driften har sett på det"
        }
        Reason::OtherCategories => {
            "samtykket dekker andre opplysningstyper; registrer et som dekker disse, og send på nytt"
        }
        Reason::Withdrawn => "samtykket er trukket tilbake; bare deltakeren kan gi et nytt",
        Reason::Expired => "samtykket er gått ut; registrer et nytt og send på nytt",
        Reason::NotYet => "samtykket gjelder ikke ennå; send på nytt når det har begynt å gjelde",
        Reason::NotConfirmed => "avsenderen har ikke bekreftet dette samtykket; bekreft det og send på nytt",
    };
    Phrase::new(reason.text(), bokmal)
}

/// Every reason of a decision.
pub(crate) const REASONS: [Reason; 11] = [
    Reason::Granted,
    Reason::PartlyGranted,
    Reason::NothingAsked,
    Reason::CorrectsNothing,
    Reason::NoGrant,
    Reason::Differs,
    Reason::OtherCategories,
    Reason::Withdrawn,
    Reason::Expired,
    Reason::NotYet,
    Reason::NotConfirmed,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrase::check;
    use crate::text::check_all;

    #[test]
    fn every_text_of_the_consent_commands_is_in_every_language() {
        check_all(&Consent::samples());
        for each in REASONS {
            check(each.code(), reason(each));
        }
    }
}
