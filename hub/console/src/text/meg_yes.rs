//! Words of the question that a participant answers on their own page.

use super::meg_table::trio;

trio! {
    heading: &'static str = "Noen spør deg om noe", "Nokon spør deg om noko", "Somebody asks you something";
    lead: fn(&str) -> String =
        |party| format!("{party} spør deg om dette. Du kan si ja eller nei."),
        |party| format!("{party} spør deg om dette. Du kan seie ja eller nei."),
        |party| format!("{party} asks you about this. You may say yes or no.");
    until: &'static str = "Du kan svare til", "Du kan svare til", "You can answer until";
    no_box: &'static str =
        "Ingenting er krysset av for deg. Sett kryss ved det du sier ja til. Du kan ta det tilbake når du vil.",
        "Ingenting er kryssa av for deg. Set kryss ved det du seier ja til. Du kan ta det tilbake når du vil.",
        "Nothing is ticked for you. Tick what you say yes to. You can take it back when you like.";
    say_yes: &'static str = "Ja, til det jeg har krysset av", "Ja, til det eg har kryssa av", "Yes, to what I have ticked";
    say_no: &'static str = "Nei til alt", "Nei til alt", "No to all of it";
    later: &'static str = "Svar senere", "Svar seinare", "Answer later";
    fault_tick: &'static str =
        "Sett kryss ved minst én ting, eller si nei.",
        "Set kryss ved minst éin ting, eller sei nei.",
        "Tick at least one thing, or say no.";
    fault_text: &'static str =
        "Teksten her er en annen enn den du svarte på. Les den på nytt. Så kan du svare.",
        "Teksten her er ein annan enn den du svarte på. Les han på nytt. Så kan du svare.",
        "The text here is not the one that you answered. Read it again. Then you can answer.";
    you_said_yes: fn(&str) -> String =
        |party| format!("Du sa ja til {party} her"),
        |party| format!("Du sa ja til {party} her"),
        |party| format!("You said yes to {party} here");
    you_said_no: fn(&str) -> String =
        |party| format!("Du sa nei til {party} her"),
        |party| format!("Du sa nei til {party} her"),
        |party| format!("You said no to {party} here");
    yes_to: &'static str = "Du sa ja til dette:", "Du sa ja til dette:", "You said yes to this:";
    may_tell: fn(&str, &str) -> String =
        |from, to| format!("{from} kan fortelle {to} om:"),
        |from, to| format!("{from} kan fortelje {to} om:"),
        |from, to| format!("{from} may tell {to} about:");
    yes_text: &'static str =
        "Resten blir ikke delt. På siden din ser du hva som gjelder nå. Der kan du også ta det tilbake.",
        "Resten blir ikkje delt. På sida di ser du kva som gjeld no. Der kan du òg ta det tilbake.",
        "The rest is not shared. Your page shows what holds now. There you can take it back, too.";
    waits: &'static str =
        "Noen av dem må selv si ja til å fortelle. Før det blir ingenting sendt fra dem.",
        "Nokre av dei må sjølve seie ja til å fortelje. Før det blir ingenting sendt frå dei.",
        "Some of them must agree to tell. Before that, nothing is sent from them.";
    no_text: &'static str =
        "Ingenting av dette blir delt. Det er ikke noe mer du må gjøre.",
        "Ingenting av dette blir delt. Det er ikkje noko meir du må gjere.",
        "Nothing of this is shared. There is nothing more for you to do.";
    withdrawn: fn(&str) -> String =
        |party| format!("{party} spør ikke om dette lenger"),
        |party| format!("{party} spør ikkje om dette lenger"),
        |party| format!("{party} does not ask about this any more");
    expired: fn(&str) -> String =
        |party| format!("Tiden for å svare {party} er ute"),
        |party| format!("Tida for å svare {party} er ute"),
        |party| format!("The time to answer {party} is over");
    over_text: fn(&str) -> String =
        |party| format!("Du kan ikke svare på det her. Ingenting er delt. Snakk med {party} hvis du lurer på noe."),
        |party| format!("Du kan ikkje svare på det her. Ingenting er delt. Snakk med {party} om du lurer på noko."),
        |party| format!("You can not answer it here. Nothing is shared. Talk to {party} if you wonder about something.");
    not_now: &'static str = "Du kan ikke si ja her nå", "Du kan ikkje seie ja her no", "You can not say yes here now";
    not_now_text: fn(&str) -> String =
        |party| format!("Svaret ditt er ikke lagret. Ingenting er delt. Snakk med {party}."),
        |party| format!("Svaret ditt er ikkje lagra. Ingenting er delt. Snakk med {party}."),
        |party| format!("Your answer is not kept. Nothing is shared. Talk to {party}.");
    by_code: &'static str =
        "Du er inne med en kode. Skal du si ja til noe, må du logge inn på nivå høyt.",
        "Du er inne med ein kode. Skal du seie ja til noko, må du logge inn på nivå høgt.",
        "You came in by a code. To say yes to something, you must sign in at level high.";
    to_page: &'static str = "Til siden din", "Til sida di", "To your page";

    // On the overview.
    asks: fn(&str) -> String =
        |party| format!("{party} spør deg om noe. Bare du kan svare."),
        |party| format!("{party} spør deg om noko. Berre du kan svare."),
        |party| format!("{party} asks you something. Only you can answer.");
    open: &'static str = "Les og svar", "Les og svar", "Read and answer";
    open_whom: fn(&str) -> String =
        |party| format!(" {party}"),
        |party| format!(" {party}"),
        |party| format!(" {party}");
    asks_code: fn(&str) -> String =
        |party| format!("{party} spør deg om noe. Logg inn på nivå høyt for å lese det og svare."),
        |party| format!("{party} spør deg om noko. Logg inn på nivå høgt for å lese det og svare."),
        |party| format!("{party} asks you something. Sign in at level high to read it and answer.");
    answered: &'static str = "Det du har svart på her", "Det du har svart på her", "What you have answered here";
    see: &'static str = "Se svaret ditt", "Sjå svaret ditt", "See your answer";
}
