//! Words of the participant's own page. Short sentences, everyday words, one thought at a time.

use super::meg_table::trio;

trio! {
    hello: fn(&str) -> String =
        |party| format!("Her ser du hva {party} deler om deg, og med hvem. Du bestemmer over det du har sagt ja til."),
        |party| format!("Her ser du kva {party} deler om deg, og med kven. Du bestemmer over det du har sagt ja til."),
        |party| format!("Here you see what {party} shares about you, and with whom. You decide about what you have said yes to.");
    only: fn(&str) -> String =
        |party| format!("Siden viser bare det som {party} er med på. Det kan være mer."),
        |party| format!("Sida viser berre det som {party} er med på. Det kan vere meir."),
        |party| format!("The page shows only what {party} takes part in. There may be more.");
    hello_all: &'static str =
        "Her ser du hva som deles om deg, og med hvem. Du bestemmer over det du har sagt ja til.",
        "Her ser du kva som blir delt om deg, og med kven. Du bestemmer over det du har sagt ja til.",
        "Here you see what is shared about you, and with whom. You decide about what you have said yes to.";
    signed_in: fn(&str) -> String =
        |title| format!("Du er logget inn med {title}, på nivå høyt. Siden viser alt."),
        |title| format!("Du er logga inn med {title}, på nivå høgt. Sida viser alt."),
        |title| format!("You are signed in with {title}, at level high. The page shows everything.");
    between: fn(&str, &str) -> String =
        |one, other| format!("{one} og {other}"),
        |one, other| format!("{one} og {other}"),
        |one, other| format!("{one} and {other}");
    may_tell: fn(&str, &str) -> String =
        |from, to| format!("{from} kan fortelle {to} om:"),
        |from, to| format!("{from} kan fortelje {to} om:"),
        |from, to| format!("{from} may tell {to} about:");
    circle: &'static str = "Kretsen din", "Krinsen din", "Your circle";
    circle_told: fn(&str) -> String =
        |who| format!("Du er i midten. Rundt deg: {who}."),
        |who| format!("Du er i midten. Rundt deg: {who}."),
        |who| format!("You are in the middle. Around you: {who}.");
    you: &'static str = "Deg", "Deg", "You";
    line_yes: &'static str = "du har sagt ja", "du har sagt ja", "you have said yes";
    line_duty: &'static str = "sendes uansett", "blir sendt uansett", "sent regardless";
    line_gone: &'static str = "tatt tilbake, eller over", "teke tilbake, eller over", "taken back, or over";
    yes: &'static str = "Dette har du sagt ja til", "Dette har du sagt ja til", "What you have said yes to";
    gets: fn(&str) -> String =
        |party| format!("Får vite fra {party}"),
        |party| format!("Får vite frå {party}"),
        |party| format!("Is told by {party}");
    tells: fn(&str) -> String =
        |party| format!("Kan fortelle {party}"),
        |party| format!("Kan fortelje {party}"),
        |party| format!("May tell {party}");
    gone: &'static str =
        "Dette er tatt tilbake, eller det er over. Ingenting deles her nå.",
        "Dette er teke tilbake, eller det er over. Ingenting blir delt her no.",
        "This is taken back, or it is over. Nothing is shared here now.";
    take_back: &'static str = "Ta tilbake …", "Ta tilbake …", "Take back …";
    take_back_what: fn(&str) -> String =
        |other| format!(" det som gjelder {other}"),
        |other| format!(" det som gjeld {other}"),
        |other| format!(" what concerns {other}");
    take_back_all: &'static str = "Ta tilbake alt her …", "Ta tilbake alt her …", "Take back all of this …";
    take_back_everything: &'static str =
        "Ta tilbake alt du har sagt ja til …",
        "Ta tilbake alt du har sagt ja til …",
        "Take back all that you have said yes to …";
    new_yes_all: &'static str =
        "Vil du si ja til noe nytt? Snakk med dem som hjelper deg.",
        "Vil du seie ja til noko nytt? Snakk med dei som hjelper deg.",
        "Do you want to say yes to something new? Talk to those who help you.";
    new_yes: fn(&str) -> String =
        |party| format!("Vil du si ja til noe nytt? Snakk med {party}."),
        |party| format!("Vil du seie ja til noko nytt? Snakk med {party}."),
        |party| format!("Do you want to say yes to something new? Talk to {party}.");
    duty: &'static str = "Dette sendes uansett", "Dette blir sendt uansett", "This is sent regardless";
    duty_line: fn(&str, &str) -> String =
        |from, to| format!("{from} må sende dette til {to}:"),
        |from, to| format!("{from} må sende dette til {to}:"),
        |from, to| format!("{from} must send this to {to}:");
    duty_why: &'static str = "Grunnen er:", "Grunnen er:", "The reason is:";
    duty_text: &'static str =
        "Du kan ikke ta det tilbake. Men du kan se hva som er sendt. Er noe feil, kan du be om å få det rettet.",
        "Du kan ikkje ta det tilbake. Men du kan sjå kva som er sendt. Er noko feil, kan du be om å få det retta.",
        "You can not take it back. But you can see what was sent. If something is wrong, you can ask to have it corrected.";
    last: &'static str = "Sist delt om deg", "Sist delt om deg", "Shared last about you";
    last_none: &'static str = "Ingenting er delt ennå.", "Ingenting er delt enno.", "Nothing has been shared yet.";
    sent: fn(&str, &str) -> String =
        |from, to| format!("{from} sendte noe til {to}"),
        |from, to| format!("{from} sende noko til {to}"),
        |from, to| format!("{from} sent something to {to}");
    about: fn(&str) -> String =
        |what| format!("Det var om: {what}."),
        |what| format!("Det var om: {what}."),
        |what| format!("It was about: {what}.");
    left_out: fn(&str) -> String =
        |what| format!("Dette ble tatt ut først: {what}."),
        |what| format!("Dette vart teke ut først: {what}."),
        |what| format!("This was left out: {what}.");
    fate_delivered: &'static str = "Det kom fram.", "Det kom fram.", "It arrived.";
    fate_sending: &'static str = "Det sendes nå.", "Det blir sendt no.", "It is being sent now.";
    fate_handed: &'static str = "Vi venter på svar.", "Vi ventar på svar.", "We await an answer.";
    fate_with_person: &'static str =
        "En person har fått det, og skal føre det inn.",
        "Ein person har fått det, og skal føre det inn.",
        "A person has got it, and will enter it.";
    fate_refused: &'static str =
        "De tok det ikke imot, men kan ha sett det.",
        "Dei tok det ikkje imot, men kan ha sett det.",
        "They did not take it, but may have seen it.";
    fate_stopped: &'static str =
        "Det ble stoppet, men kan ha kommet fram.",
        "Det vart stoppa, men kan ha kome fram.",
        "It was stopped, but may have arrived.";
    see_all: &'static str = "Se alt som er delt", "Sjå alt som er delt", "See all that was shared";
    all: &'static str = "Alt som er delt om deg", "Alt som er delt om deg", "All that was shared about you";
    newest_first: &'static str = "Det nyeste står først.", "Det nyaste står først.", "The newest comes first.";
    older: &'static str = "Vis det som er eldre", "Vis det som er eldre", "Show what is older";
    to_page: &'static str = "Til siden din", "Til sida di", "To your page";
    copy: &'static str = "Ta med deg en kopi", "Ta med deg ein kopi", "Take a copy with you";
    copy_text: &'static str =
        "Du kan lagre en liste over det som er delt. Du kan også lagre alt. Da får du med det som står i det som ble sendt.",
        "Du kan lagre ei liste over det som er delt. Du kan òg lagre alt. Då får du med det som står i det som vart sendt.",
        "You may save a list of what was shared. You may also save everything. Then you get what the messages say, too.";
    copy_list: &'static str = "Lagre listen", "Lagre lista", "Save the list";
    copy_all: &'static str = "Lagre alt", "Lagre alt", "Save everything";
    copy_borrowed: &'static str =
        "Låner du denne maskinen? Da blir kopien liggende igjen på den.",
        "Låner du denne maskina? Då blir kopien liggande igjen på henne.",
        "Is this somebody else's machine? Then the copy stays on it.";
    looks: &'static str = "Andre som har sett noe", "Andre som har sett noko", "Others who have seen something";
    looks_text: &'static str =
        "De som driver siden, ser til vanlig ikke hva som står i det som sendes. Her ser du om noen likevel har sett det.",
        "Dei som driv sida, ser til vanleg ikkje kva som står i det som blir sendt. Her ser du om nokon likevel har sett det.",
        "Those who run this page do not normally see what is in the messages. Here you see whether somebody did.";
    looks_none: &'static str = "Ingen har sett noe på den måten.", "Ingen har sett noko på den måten.", "Nobody has.";
    look: fn(&str, &str) -> String =
        |what, who| format!("{what}. Hvem: {who}."),
        |what, who| format!("{what}. Kven: {who}."),
        |what, who| format!("{what}. Who: {who}.");
    look_reason: fn(&str) -> String =
        |why| format!("Grunn: {why}"),
        |why| format!("Grunn: {why}"),
        |why| format!("Reason: {why}");
    looks_why: &'static str =
        "Vil du vite hvorfor? Spør dem som driver siden.",
        "Vil du vite kvifor? Spør dei som driv sida.",
        "Do you want to know why? Ask those who run this page.";
    followed: &'static str = "Hvem har lest og fulgt opp", "Kven har lese og følgt opp", "Who has read and followed up";
    followed_text: &'static str =
        "Her ser du når noen leste noe om deg, og når de byttet den som følger deg opp. Noen har egne systemer. Det ser du ikke her.",
        "Her ser du når nokon las noko om deg, og når dei bytte den som følgjer deg opp. Nokon har eigne system. Det ser du ikkje her.",
        "Here you see when somebody read something about you, and when they changed who follows you up. Some have their own systems. You do not see that here.";
    followed_none: &'static str = "Det er ikke noe her ennå.", "Det er ikkje noko her enno.", "There is nothing here yet.";
    did_read: fn(&str) -> String =
        |party| format!("{party} leste noe om deg."),
        |party| format!("{party} las noko om deg."),
        |party| format!("{party} read something about you.");
    did_given: fn(&str) -> String =
        |party| format!("{party} valgte en som følger deg opp."),
        |party| format!("{party} valde ein som følgjer deg opp."),
        |party| format!("{party} chose somebody to follow you up.");
    did_hand_over: fn(&str) -> String =
        |party| format!("{party} byttet den som følger deg opp."),
        |party| format!("{party} bytte den som følgjer deg opp."),
        |party| format!("{party} changed who follows you up.");
    did_stand_in: fn(&str) -> String =
        |party| format!("{party} satte inn en vikar."),
        |party| format!("{party} sette inn ein vikar."),
        |party| format!("{party} put in a stand-in.");
    did_end: fn(&str) -> String =
        |party| format!("En hos {party} følger deg ikke opp lenger."),
        |party| format!("Ein hos {party} følgjer deg ikkje opp lenger."),
        |party| format!("Somebody at {party} no longer follows you up.");
    handed_heading: &'static str = "Nye folk rundt deg", "Nye folk rundt deg", "New people around you";
    handed_to: fn(&str, &str) -> String =
        |party, name| format!("{name} hos {party} tok over. Ring dit."),
        |party, name| format!("{name} hos {party} tok over. Ring dit."),
        |party, name| format!("{name} at {party} took over. Call there.");
    handed: fn(&str) -> String =
        |party| format!("En ny hos {party} tok over."),
        |party| format!("Ein ny hos {party} tok over."),
        |party| format!("Somebody new at {party} took over.");
    stands_in: fn(&str) -> String =
        |party| format!("En hos {party} er vikar."),
        |party| format!("Ein hos {party} er vikar."),
        |party| format!("Somebody at {party} stands in.");
    rights: &'static str = "Dette har du rett til", "Dette har du rett til", "Your rights";
    rights_list: &'static [&'static str] =
        &[
            "Du kan be om å få se alt som er lagret om deg.",
            "Du kan få en kopi.",
            "Er noe feil? Si fra til den som sendte det. Da kan de rette det.",
            "Du kan be dem slette det de har fått.",
        ],
        &[
            "Du kan be om å få sjå alt som er lagra om deg.",
            "Du kan få ein kopi.",
            "Er noko feil? Sei frå til den som sende det. Då kan dei rette det.",
            "Du kan be dei slette det dei har fått.",
        ],
        &[
            "You may ask to see all that is kept about you.",
            "You may have a copy.",
            "Is something wrong? Tell the one who sent it. Then they can correct it.",
            "You may ask them to delete what they have got.",
        ];
    talk: &'static str = "Snakk med noen", "Snakk med nokon", "Talk to somebody";
    run_by: &'static str = "De som driver siden:", "Dei som driv sida:", "Those who run this page:";
    complain: &'static str = "Vil du klage?", "Vil du klage?", "Do you want to complain?";
    complain_text: &'static str =
        "Si fra til den som sendte det. Du kan også klage til Datatilsynet: datatilsynet.no.",
        "Sei frå til den som sende det. Du kan òg klage til Datatilsynet: datatilsynet.no.",
        "Tell the one who sent it. You may also complain to Datatilsynet: datatilsynet.no.";
    choose_pin: &'static str = "Velg en pinkode, så kan du komme tilbake", "Vel ein pinkode, så kan du kome tilbake", "Choose a PIN, so that you can come back";
}
