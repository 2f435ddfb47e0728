//! Words of the pages about who follows a participant up.

use crate::text::table::table;

table! {
    heading: &'static str = "Deltakere", "Participants";
    lead: &'static str = "Den som følger opp en deltaker, ser det som kommer om deltakeren. Alt du endrer her, står i loggen.",
        "Those who follow a participant up see what comes about the participant. Everything that you change here stands in the log.";
    has_more: &'static str = "Det er flere deltakere enn disse.", "There are more participants than these.";
    none: &'static str = "Du følger ikke opp noen deltakere.", "You follow no participants up.";
    none_text: &'static str = "Teamlederen din tildeler deltakere.", "Your team leader assigns participants.";
    none_leader: &'static str = "Ingen samtykker nevner enheten.", "No consent names the unit.";
    none_leader_text: &'static str = "Deltakere kommer hit når et samtykke er registrert.",
        "Participants come here when a consent is registered.";
    consents: &'static str = "Samtykke", "Consent";
    participant: &'static str = "Deltaker", "Participant";
    contact: &'static str = "Kontaktperson", "Contact person";
    stand_ins: &'static str = "Stedfortredere", "Stand-ins";
    nobody: &'static str = "Ingen", "Nobody";
    until: &'static str = "til", "until";
    one: &'static str = "Hvem følger opp deltakeren", "Persons who follow the participant up";
    since: &'static str = "siden", "since";
    by: &'static str = "av", "by";
    is_contact: &'static str = "kontaktperson", "contact person";
    is_stand_in: &'static str = "stedfortreder til", "stands in until";
    end: &'static str = "Avslutt", "End";
    end_contact: &'static str = "Ta deltakeren fra kontaktpersonen", "Take the participant from the contact person";
    nobody_text: &'static str = "Ingen følger opp deltakeren. Det som kommer, blir ikke lest.",
        "Nobody follows the participant up, so that nobody reads new letters.";
    give: &'static str = "Tildel eller overlat", "Assign or hand over";
    give_text: &'static str = "Den nye kontaktpersonen ser alt som er kommet og som kommer. Den forrige ser ikke mer, og stedfortredere slutter.",
        "The new contact person sees everything that came and that comes. The former one sees no more, and stand-ins end.";
    to: &'static str = "Ny kontaktperson", "New contact person";
    choose: &'static str = "Velg en person", "Choose a person";
    give_button: &'static str = "Overlat deltakeren", "Hand the participant over";
    stand_in: &'static str = "Velg stedfortreder", "Choose a stand-in";
    stand_in_text: &'static str = "Stedfortrederen ser det samme som kontaktpersonen, til og med den siste dagen.",
        "The stand-in sees the same as the contact person, up to and including the last day.";
    person: &'static str = "Stedfortreder", "Stand-in";
    last_day: &'static str = "Siste dag", "Last day";
    last_day_help: &'static str = "Innen et halvt år, for eksempel 2026-12-24.", "Within half a year, such as 2026-12-24.";
    stand_in_button: &'static str = "Velg stedfortrederen", "Choose the stand-in";
    not_yours: &'static str = "Bare kontaktpersonen og teamlederen endrer dette.",
        "Only the contact person and the team leader change this.";
}
