//! Words of the consents in a mailbox: the list, and the confirmation.

use super::table::table;

table! {
    heading: &'static str = "Samtykker", "Consents";
    lead: &'static str = "Det deltakerne dine har sagt ja til at dere deler med andre. Hva andre deler seg imellom, ser dere ikke.",
        "The things that your participants have said yes to you sharing with others. You do not see what others share with each other.";
    new: &'static str = "Nytt samtykke", "New consent";
    none: &'static str = "Ingen samtykker ennå.", "No consents yet.";
    none_text: &'static str =
        "Et samtykke står her når det er registrert, for de deltakerne du følger opp. Begynn med skjemaet på oppstartsmøtet.",
        "A consent stands here when it is registered, for the participants whom you follow up. Begin with the form at the start-up meeting.";
    none_not_registrar: &'static str =
        "Et samtykke står her når noen har registrert det, for de deltakerne du følger opp.",
        "A consent stands here when somebody has registered it, for the participants whom you follow up.";
    waits_for_you: &'static str = "Venter på at dere bekrefter", "Wait for your confirmation";
    waits_text: &'static str = "En annen har registrert at dere kan fortelle noe. Det gjelder først når dere har bekreftet.",
        "Somebody else registered that you may tell something. It counts after you have confirmed.";
    registered_by: fn(&str) -> String = |who| format!("Registrert av {who}"), |who| format!("Registered by {who}");
    confirm: &'static str = "Bekreft …", "Confirm …";
    from_to: &'static str = "Fra og til", "From and to";
    about: &'static str = "Kan fortelle om", "May tell about";
    state: &'static str = "Tilstand", "State";
    until: fn(&str) -> String = |day| format!("til og med {day}"), |day| format!("until {day}");
    no_end: &'static str = "uten sluttdato", "without an end";
    in_force: &'static str = "Gjelder", "In force";
    awaits: fn(&str) -> String =
        |who| format!("Venter på at {who} bekrefter"),
        |who| format!("Waits for {who} to confirm");
    awaits_you: &'static str = "Venter på at dere bekrefter", "Waits for your confirmation";
    withdrawn: &'static str = "Trukket", "Withdrawn";
    expired: &'static str = "Over", "Over";
    ahead: fn(&str) -> String = |day| format!("Begynner {day}"), |day| format!("Begins {day}");
    part_withdrawn: fn(&str) -> String = |what| format!("trukket: {what}"), |what| format!("withdrawn: {what}");
    duty: &'static str = "sendes uansett", "sent regardless";
    withdraw: &'static str = "Trekk …", "Withdraw …";
    write: &'static str = "Skriv en melding", "Write a message";
    of_others: &'static str = "Andre deltakere i enheten", "Other participants of the unit";
    participant: &'static str = "Deltaker", "Participant";
    ends: &'static str = "Siste dag", "Last day";
    followed_by: &'static str = "Følges opp av", "Followed up by";
    nobody: &'static str = "Ingen", "Nobody";
    nothing_holds: &'static str = "ingenting gjelder", "nothing is in force";
    confirm_heading: &'static str = "Bekreft at dere vil sende", "Confirm that you will send";
    confirm_lead: fn(&str) -> String =
        |who| format!("{who} har registrert samtykket og har papiret. Bekreft bare hvis dere vet hvem det gjelder, og vil sende under det."),
        |who| format!("{who} registered the consent and has the paper. Confirm only if you know whom it is about, and will send under it.");
    confirms: &'static str = "Dette bekrefter dere", "Your confirmation";
    you_tell: fn(&str) -> String = |who| format!("Dere kan fortelle {who} om"), |who| format!("You may tell {who} about");
    only_own: &'static str = "Bekreftelsen gjelder bare det dere sender. Det andre sender, bekrefter de selv.",
        "The confirmation covers only what you send. Others confirm what they send themselves.";
    number: &'static str = "Fødselsnummer eller D-nummer", "Identity number or D-number";
    number_help: &'static str =
        "Vi vet ikke navnet her. Skriv nummeret til den dere tror det gjelder, så ser vi om det stemmer. Det lagres ikke.",
        "The name is not known here. Type the number of the person whom you think it is about, and we see whether it fits. It is not kept.";
    other_person: &'static str = "Samtykket gjelder en annen person, eller nummeret er feil. Ingenting er bekreftet.",
        "The consent is about another person, or the number is wrong. Nothing is confirmed.";
    scope: &'static str = "Hva vil dere bekrefte?", "What do you confirm?";
    all: &'static str = "Alt som venter på dere her", "Everything that waits for you here";
    only: fn(&str) -> String = |who| format!("Bare det som går til {who}"), |who| format!("Only what goes to {who}");
    wrong_scope: &'static str = "Velg en av dem som venter.", "Choose one of those that wait.";
    do_it: &'static str = "Bekreft", "Confirm";
    confirmed: &'static str = "Bekreftet", "Confirmed";
    confirmed_text: &'static str = "Dere kan sende under dette fra nå.", "You may send under this from now.";
    nothing_waits: &'static str = "Ingenting venter på dere her. Det kan være trukket, over eller bekreftet av en annen.",
        "Nothing waits for you here. It may be withdrawn, over, or confirmed by somebody else.";
    at: &'static str = "Bekreftet", "Confirmed";
    to_list: &'static str = "Til samtykkene", "To the consents";
}
