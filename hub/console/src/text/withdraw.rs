//! Words of a withdrawal on a participant's behalf.

use super::table::table;
use super::terms;
use crate::lang::Lang;

table! {
    consents: &'static str = "Samtykker", "Consents";
    heading: &'static str = "Trekk på vegne av deltakeren", "Withdraw on the participant's behalf";
    about: &'static str =
        "Bruk dette når deltakeren har bedt om det selv. Ingenting skjer før du har sett hva som stanser.",
        "Use this when the participant asked for it. Nothing happens before you have seen what ends.";
    own_heading: &'static str = "Trekk for deltakeren", "Withdraw for the participant";
    own_about: &'static str =
        "Bruk dette når deltakeren har sagt fra til dere. Dere trekker bare det som går til dere og fra dere. Ingenting skjer før du har sett hva som stanser.",
        "Use this when the participant has told you. You withdraw only what goes to you and from you. Nothing happens before you have seen what ends.";
    own_everything: &'static str = "Alt som går til dere og fra dere", "Everything to you and from you";
    to_consents: &'static str = "Til samtykkene", "To the consents";
    scope: &'static str = "Hva skal trekkes?", "What is withdrawn?";
    everything: &'static str = "Alt deltakeren har samtykket til", "Everything that the participant consented to";
    party: &'static str = "Alt til og fra én aktør", "Everything to and from one party";
    pair: &'static str = "Det én aktør kan fortelle en annen", "What one party may tell another";
    which_party: &'static str = "Aktør", "Party";
    which_pair: &'static str = "Fra og til", "From and to";
    only: &'static str = "Bare noen opplysninger (gjelder det siste valget)", "Only some information (for the last choice)";
    only_help: &'static str = "Kryss av ingen for å trekke alt mellom de to.", "Tick none to withdraw everything between the two.";
    see: &'static str = "Se hva som skjer", "See what happens";
    preview: &'static str = "Dette skjer hvis du trekker", "Effect of the withdrawal";
    of_everything: &'static str = "Alt deltakeren har samtykket til", "Everything that the participant consented to";
    of_party: fn(&str) -> String = |who| format!("Alt til og fra {who}"), |who| format!("Everything to and from {who}");
    of_pair: fn(&str, &str) -> String =
        |from, to| format!("Det {from} kan fortelle {to}"),
        |from, to| format!("What {from} may tell {to}");
    ends: fn(u64, &str) -> String =
        |n, number| format!("{} slutter å gjelde", terms::grants(n, number, Lang::Bokmal)),
        |n, number| if n == 1 { format!("{} ends", terms::grants(n, number, Lang::English)) } else {
            format!("{} end", terms::grants(n, number, Lang::English))
        };
    ends_nothing: &'static str = "Ingen tillatelse slutter å gjelde", "No grant ends";
    ends_nothing_text: &'static str =
        "Det du har valgt, gjelder ikke nå. Trekker du likevel, gjelder det også et samtykke fra før som registreres senere.",
        "Nothing of your choice is in force now. A withdrawal still covers an earlier consent that is registered later.";
    stops: fn(u64, &str) -> String =
        |n, number| format!("{} stopper før sending", terms::deliveries(n, number, Lang::Bokmal)),
        |n, number| if n == 1 { format!("{} is stopped before it is sent", terms::deliveries(n, number, Lang::English)) } else {
            format!("{} are stopped before they are sent", terms::deliveries(n, number, Lang::English))
        };
    in_flight: fn(u64, &str) -> String =
        |n, number| format!("{} er underveis og kan komme frem", terms::deliveries(n, number, Lang::Bokmal)),
        |n, number| format!("{} under way, and may arrive", terms::deliveries(n, number, Lang::English));
    handed_over: fn(u64, &str) -> String =
        |n, number| format!("{} er fremme og kan ikke hentes tilbake", terms::deliveries(n, number, Lang::Bokmal)),
        |n, number| format!("{} arrived, and can not be fetched back", terms::deliveries(n, number, Lang::English));
    told: &'static str = "Disse får beskjed om at det er trukket", "These are told that it is withdrawn";
    told_nobody: &'static str = "Ingen har fått noe, så ingen trenger beskjed.", "Nobody got anything, so nobody needs to be told.";
    remains: &'static str = "Dette sendes uansett", "This is sent regardless";
    remains_text: &'static str = "Det bygger på lov eller avtale, og kan ikke trekkes.", "It rests on law or contract, and can not be withdrawn.";
    why: &'static str = "Hvordan ba deltakeren om det?", "How did the participant ask for it?";
    why_help: &'static str =
        "Svaret står i loggen. Skriv ikke navn eller helseopplysninger. Eksempel: ringte 2. oktober",
        "The answer stands in the log. Write no name and nothing about health. Example: phoned on 2 October";
    do_it: &'static str = "Trekk nå", "Withdraw now";
    choose_again: &'static str = "Velg noe annet", "Choose something else";
    done: &'static str = "Trukket", "Withdrawn";
    done_text: &'static str =
        "Det gjelder fra nå: ingen sending begynner under disse tillatelsene.",
        "It holds from now: no sending begins under these grants.";
    done_stops: fn(u64, &str) -> String =
        |n, number| format!("{} ble stoppet", terms::deliveries(n, number, Lang::Bokmal)),
        |n, number| format!("{} stopped", terms::deliveries(n, number, Lang::English));
    done_told: &'static str = "Disse får beskjed", "These are told";
    to_circle: &'static str = "Til kretsen", "To the circle";
    from_to: &'static str = "Fra og til", "From and to";
    ending: &'static str = "Slutter å gjelde for", "Ends for";
}
