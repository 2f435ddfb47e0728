//! Words of taking back.

use super::meg_table::trio;

trio! {
    heading: &'static str = "Hva vil du ta tilbake?", "Kva vil du ta tilbake?", "What do you want to take back?";
    no_why: &'static str =
        "Du trenger ikke å si hvorfor. Ingenting skjer før du har sett hva som stopper.",
        "Du treng ikkje å seie kvifor. Ingenting skjer før du har sett kva som stoppar.",
        "You need not say why. Nothing happens before you have seen what stops.";
    choose: &'static str = "Velg", "Vel", "Choose";
    pair: fn(&str, &str) -> String =
        |party, other| format!("Alt mellom {party} og {other}"),
        |party, other| format!("Alt mellom {party} og {other}"),
        |party, other| format!("All between {party} and {other}");
    some: fn(&str, &str) -> String =
        |party, other| format!("Bare noe mellom {party} og {other}"),
        |party, other| format!("Berre noko mellom {party} og {other}"),
        |party, other| format!("Only something between {party} and {other}");
    some_help: &'static str =
        "Da krysser du av for hva, under her.",
        "Då kryssar du av for kva, under her.",
        "Then tick below what it is.";
    only: &'static str = "Hva gjelder det?", "Kva gjeld det?", "What is it about?";
    all: fn(&str) -> String =
        |party| format!("Alt som går til eller fra {party}"),
        |party| format!("Alt som går til eller frå {party}"),
        |party| format!("All that goes to or from {party}");
    some_of_all: &'static str = "Bare noe, hos alle", "Berre noko, hos alle", "Only something, with everybody";
    everything: &'static str = "Alt du har sagt ja til", "Alt du har sagt ja til", "All that you have said yes to";
    see: &'static str = "Se hva som skjer", "Sjå kva som skjer", "See what happens";
    fault_choice: &'static str =
        "Velg hva du vil ta tilbake.",
        "Vel kva du vil ta tilbake.",
        "Choose what you want to take back.";
    fault_only: &'static str = "Kryss av for minst én ting.", "Kryss av for minst éin ting.", "Tick at least one thing.";
    nothing: &'static str =
        "Her er det ikke noe å ta tilbake nå.",
        "Her er det ikkje noko å ta tilbake no.",
        "There is nothing to take back now.";
    preview: &'static str = "Da skjer dette", "Då skjer dette", "This happens";
    not_yet: &'static str = "Ingenting er gjort ennå.", "Ingenting er gjort enno.", "Nothing has been done yet.";
    stops_head: &'static str = "Dette stopper", "Dette stoppar", "This stops";
    ends: fn(&str, &str) -> String =
        |from, to| format!("{from} kan ikke lenger fortelle {to} om:"),
        |from, to| format!("{from} kan ikkje lenger fortelje {to} om:"),
        |from, to| format!("{from} may no longer tell {to} about:");
    ends_none: &'static str =
        "Det du valgte, gjelder ikke nå. Det er ikke noe som stopper.",
        "Det du valde, gjeld ikkje no. Det er ikkje noko som stoppar.",
        "Your choice does not hold now. Nothing stops.";
    stops: fn(u64) -> String =
        |n| if n == 1 { "Én melding venter. Den blir stoppet.".to_owned() } else {
            format!("{n} meldinger venter. De blir stoppet.")
        },
        |n| if n == 1 { "Éi melding ventar. Ho blir stoppa.".to_owned() } else {
            format!("{n} meldingar ventar. Dei blir stoppa.")
        },
        |n| if n == 1 { "One message waits. It is stopped.".to_owned() } else {
            format!("{n} messages wait. They are stopped.")
        };
    in_flight: fn(u64) -> String =
        |n| if n == 1 { "Én melding er på vei nå. Den kan komme fram.".to_owned() } else {
            format!("{n} meldinger er på vei nå. De kan komme fram.")
        },
        |n| if n == 1 { "Éi melding er på veg no. Ho kan kome fram.".to_owned() } else {
            format!("{n} meldingar er på veg no. Dei kan kome fram.")
        },
        |n| if n == 1 { "One message is on its way now. It may arrive.".to_owned() } else {
            format!("{n} messages are on their way now. They may arrive.")
        };
    handed: fn(u64) -> String =
        |n| if n == 1 { "Én melding er sendt før. Den kan ikke hentes tilbake. Du kan be om at den blir slettet.".to_owned() } else {
            format!("{n} meldinger er sendt før. De kan ikke hentes tilbake. Du kan be om at de blir slettet.")
        },
        |n| if n == 1 { "Éi melding er send før. Ho kan ikkje hentast tilbake. Du kan be om at ho blir sletta.".to_owned() } else {
            format!("{n} meldingar er sende før. Dei kan ikkje hentast tilbake. Du kan be om at dei blir sletta.")
        },
        |n| if n == 1 { "One message was sent before. It can not be fetched back. You may ask to have it deleted.".to_owned() } else {
            format!("{n} messages were sent before. They can not be fetched back. You may ask to have them deleted.")
        };
    told_head: &'static str = "Hvem får beskjed", "Kven får beskjed", "Who is told";
    told: fn(&str) -> String =
        |who| format!("{who} får vite at du har tatt det tilbake. De får ikke vite hvorfor."),
        |who| format!("{who} får vite at du har teke det tilbake. Dei får ikkje vite kvifor."),
        |who| format!("{who} will be told that you have taken it back. They are not told why.");
    told_nobody: &'static str =
        "Ingen får beskjed. De har ikke fått noe.",
        "Ingen får beskjed. Dei har ikkje fått noko.",
        "Nobody is told. They have got nothing.";
    messages_head: &'static str = "Meldingene", "Meldingane", "The messages";
    and: &'static str = "og", "og", "and";
    do_it: &'static str = "Ta tilbake", "Ta tilbake", "Take back";
    choose_again: &'static str = "Velg noe annet", "Vel noko anna", "Choose something else";
    done: &'static str = "Det er tatt tilbake", "Det er teke tilbake", "It is taken back";
    done_text: &'static str = "Det gjelder fra nå.", "Det gjeld frå no.", "It holds from now on.";
    done_stops: fn(u64) -> String =
        |n| if n == 1 { "Én melding ble stoppet.".to_owned() } else { format!("{n} meldinger ble stoppet.") },
        |n| if n == 1 { "Éi melding vart stoppa.".to_owned() } else { format!("{n} meldingar vart stoppa.") },
        |n| if n == 1 { "One message was stopped.".to_owned() } else { format!("{n} messages were stopped.") };
    regret: fn(&str) -> String =
        |party| format!("Vil du si ja igjen? Snakk med {party}."),
        |party| format!("Vil du seie ja igjen? Snakk med {party}."),
        |party| format!("Do you want to say yes again? Talk to {party}.");
    regret_all: &'static str =
        "Vil du si ja igjen? Snakk med dem som hjelper deg.",
        "Vil du seie ja igjen? Snakk med dei som hjelper deg.",
        "Do you want to say yes again? Talk to those who help you.";
    to_page: &'static str = "Til siden din", "Til sida di", "To your page";
}
