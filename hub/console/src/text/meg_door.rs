//! Words of the way in and out of a participant's own page: the code, the PIN, the end, and what goes wrong.

use super::meg_table::trio;

trio! {
    heading: &'static str = "Se hva som deles om deg", "Sjå kva som blir delt om deg", "See what is shared about you";
    intro: &'static str =
        "Har du fått en kode? Skriv den her.",
        "Har du fått ein kode? Skriv han her.",
        "Have you got a code? Type it here.";
    whole: &'static str =
        "Logg inn, så ser du alt som deles om deg.",
        "Logg inn, så ser du alt som blir delt om deg.",
        "Sign in, and you see all that is shared about you.";
    sign_in: fn(&str) -> String =
        |title| format!("Logg inn med {title}"),
        |title| format!("Logg inn med {title}"),
        |title| format!("Sign in with {title}");
    by_code: &'static str = "Eller bruk en kode", "Eller bruk ein kode", "Or use a code";
    sign_out_too: fn(&str) -> String =
        |title| format!("Logg ut av {title} også"),
        |title| format!("Logg ut av {title} òg"),
        |title| format!("Sign out of {title} too");
    over_any: &'static str =
        "Siden ble lukket mens du var borte. Her kan du åpne den igjen.",
        "Sida vart lukka medan du var borte. Her kan du opne henne igjen.",
        "The page was closed while you were away. Here you can open it again.";
    over: &'static str =
        "Siden ble lukket mens du var borte. Skriv koden og pinkoden for å åpne den igjen.",
        "Sida vart lukka medan du var borte. Skriv koden og pinkoden for å opne henne igjen.",
        "The page was closed while you were away. Type the code and your PIN to open it again.";
    code: &'static str = "Kode", "Kode", "Code";
    code_help: &'static str =
        "Koden har ti tegn. Den virker i et kvarter, og bare én gang.",
        "Koden har ti teikn. Han verkar i eit kvarter, og berre éin gong.",
        "The code has ten characters. It works for a quarter of an hour, and only once.";
    pin: &'static str = "Pinkode", "Pinkode", "PIN";
    pin_help: &'static str =
        "Er det første gang? La feltet stå tomt. Har du vært her før? Skriv koden fra da, og pinkoden.",
        "Er det første gong? La feltet stå tomt. Har du vore her før? Skriv koden frå då, og pinkoden.",
        "Is this the first time? Leave it empty. Have you been here before? Type the code from then, and your PIN.";
    open: &'static str = "Åpne siden", "Opne sida", "Open the page";
    refused: &'static str =
        "Det virket ikke. Koden kan være feil, brukt eller for gammel. Pinkoden kan også være feil.",
        "Det verka ikkje. Koden kan vere feil, brukt eller for gammal. Pinkoden kan òg vere feil.",
        "It did not work. The code may be wrong, used or too old. The PIN may be wrong too.";
    refused_next: &'static str =
        "Skriv dem på nytt, eller be om en ny kode.",
        "Skriv dei på nytt, eller be om ein ny kode.",
        "Type them again, or ask for a new code.";
    no_code: &'static str = "Har du ingen kode?", "Har du ingen kode?", "Do you have no code?";
    no_code_text: &'static str =
        "Be om en hos dem som hjelper deg. Du får den når dere møtes.",
        "Be om ein hos dei som hjelper deg. Du får han når de møtest.",
        "Ask those who help you for one. You get it when you meet.";
    borrowed: &'static str =
        "Låner du denne maskinen? Trykk «Forlat siden» når du er ferdig.",
        "Låner du denne maskina? Trykk «Forlat sida» når du er ferdig.",
        "Is this somebody else's machine? Press “Leave the page” when you are done.";
    pin_heading: &'static str = "Velg en pinkode", "Vel ein pinkode", "Choose a PIN";
    pin_text: &'static str =
        "Med pinkode kan du komme tilbake hit i 30 dager. Da skriver du den samme koden, og så pinkoden. Ta vare på koden.",
        "Med pinkode kan du kome tilbake hit i 30 dagar. Då skriv du den same koden, og så pinkoden. Ta vare på koden.",
        "With a PIN you can come back here for 30 days. You then type the same code, and the PIN. Keep the code.";
    pin_new: &'static str = "Seks tall", "Seks tal", "Six digits";
    pin_new_help: &'static str =
        "Ikke bruk datoen du ble født.",
        "Ikkje bruk datoen du vart fødd.",
        "Do not use the date of your birth.";
    pin_again: &'static str = "Skriv tallene en gang til", "Skriv tala ein gong til", "Type the digits once more";
    pin_save: &'static str = "Lagre pinkoden", "Lagre pinkoden", "Save the PIN";
    pin_later: &'static str = "Ikke nå", "Ikkje no", "Not now";
    pin_digits: &'static str = "Pinkoden må ha seks tall.", "Pinkoden må ha seks tal.", "A PIN has six digits.";
    pin_simple: &'static str =
        "Den er lett å gjette. Velg en annen.",
        "Han er lett å gjette. Vel ein annan.",
        "It is easy to guess. Choose another one.";
    pin_differs: &'static str = "De to er ikke like.", "Dei to er ikkje like.", "The two are not the same.";
    left: &'static str = "Siden er lukket", "Sida er lukka", "The page is closed";
    left_text: &'static str =
        "Ingenting ligger igjen her. Du kan lukke vinduet.",
        "Ingenting ligg igjen her. Du kan lukke vindauget.",
        "Nothing is left here. You can close the window.";
    nobody: &'static str =
        "Det er ingen som deler noe om deg her.",
        "Det er ingen som deler noko om deg her.",
        "Nobody shares anything about you here.";
    nobody_text: &'static str =
        "Vil du vite mer? Snakk med dem som hjelper deg.",
        "Vil du vite meir? Snakk med dei som hjelper deg.",
        "Do you want to know more? Talk to those who help you.";
    trouble: &'static str = "Det gikk ikke", "Det gjekk ikkje", "It did not work";
    trouble_many: &'static str =
        "Noen har prøvd mange ganger på kort tid. Vent noen minutter, og prøv igjen.",
        "Nokon har prøvd mange gonger på kort tid. Vent nokre minutt, og prøv igjen.",
        "Somebody has tried many times in a short while. Wait some minutes, and try again.";
    trouble_away: &'static str =
        "Noe virker ikke akkurat nå. Prøv igjen om litt.",
        "Noko verkar ikkje akkurat no. Prøv igjen om litt.",
        "Something does not work just now. Try again soon.";
    trouble_old: &'static str =
        "Det du trykket på, er for gammelt. Ingenting er gjort. Åpne siden igjen.",
        "Det du trykte på, er for gammalt. Ingenting er gjort. Opne sida igjen.",
        "The form is too old. Nothing was done. Open the page again.";
    trouble_over: &'static str =
        "Siden ble lukket mens du var borte. Ingenting er gjort.",
        "Sida vart lukka medan du var borte. Ingenting er gjort.",
        "The page was closed while you were away. Nothing was done.";
    trouble_none: &'static str = "Denne siden finnes ikke.", "Denne sida finst ikkje.", "There is no such page.";
    trouble_maybe: &'static str =
        "Det er ikke sikkert at alt ble gjort. Se etter, og prøv igjen.",
        "Det er ikkje sikkert at alt vart gjort. Sjå etter, og prøv igjen.",
        "It is not certain that all was done. Look, and try again.";
    trouble_issuer_away: &'static str =
        "Du kan ikke logge inn akkurat nå. Prøv igjen om litt, eller bruk en kode.",
        "Du kan ikkje logge inn akkurat no. Prøv igjen om litt, eller bruk ein kode.",
        "You can not sign in just now. Try again soon, or use a code.";
    trouble_issuer_refused: &'static str =
        "Du ble ikke logget inn. Du kan prøve igjen.",
        "Du vart ikkje logga inn. Du kan prøve igjen.",
        "You were not signed in. You can try again.";
    trouble_issuer_strange: &'static str =
        "Det tok for lang tid, eller du har brukt siden før. Prøv å logge inn igjen.",
        "Det tok for lang tid, eller du har brukt sida før. Prøv å logge inn igjen.",
        "It took too long, or the page was used before. Try to sign in again.";
    trouble_too_low: &'static str =
        "Du må logge inn på nivå høyt. Det gjorde du ikke nå. Ingenting er lagret.",
        "Du må logge inn på nivå høgt. Det gjorde du ikkje no. Ingenting er lagra.",
        "You have to sign in at level high. You did not now. Nothing was kept.";
    trouble_no_number: &'static str =
        "Vi fikk ikke vite hvem du er. Prøv å logge inn på en annen måte. Ingenting er lagret.",
        "Vi fekk ikkje vite kven du er. Prøv å logge inn på ein annan måte. Ingenting er lagra.",
        "We were not told who you are. Try to sign in another way. Nothing was kept.";
    to_page: &'static str = "Til siden din", "Til sida di", "To your page";
}
