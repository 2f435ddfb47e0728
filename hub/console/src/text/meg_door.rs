//! Words of the way in and out of a participant's own page: the code, the PIN, the end, and what goes wrong.

use super::meg_table::trio;

trio! {
    heading: &'static str = "Se hva som deles om deg", "Sjå kva som blir delt om deg", "See what is shared about you";
    intro: &'static str =
        "Har du fått en kode? Skriv den her.",
        "Har du fått ein kode? Skriv han her.",
        "Have you got a code? Type it here.";
    over: &'static str =
        "Siden ble lukket mens du var borte. Skriv koden og PIN for å åpne den igjen.",
        "Sida vart lukka medan du var borte. Skriv koden og PIN for å opne henne igjen.",
        "The page was closed while you were away. Type the code and your PIN to open it again.";
    code: &'static str = "Kode", "Kode", "Code";
    code_help: &'static str =
        "Koden har ti tegn. Den virker i et kvarter, og bare én gang.",
        "Koden har ti teikn. Han verkar i eit kvarter, og berre éin gong.",
        "The code has ten characters. It works for a quarter of an hour, and only once.";
    pin: &'static str = "PIN", "PIN", "PIN";
    pin_help: &'static str =
        "Er det første gang? La feltet stå tomt. Har du vært her før? Skriv koden fra da, og PIN.",
        "Er det første gong? La feltet stå tomt. Har du vore her før? Skriv koden frå då, og PIN.",
        "Is this the first time? Leave it empty. Have you been here before? Type the code from then, and your PIN.";
    open: &'static str = "Åpne siden", "Opne sida", "Open the page";
    refused: &'static str =
        "Det virket ikke. Koden kan være feil, brukt eller for gammel. PIN kan også være feil.",
        "Det verka ikkje. Koden kan vere feil, brukt eller for gammal. PIN kan òg vere feil.",
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
    pin_heading: &'static str = "Velg en PIN", "Vel ein PIN", "Choose a PIN";
    pin_text: &'static str =
        "Med PIN kan du komme tilbake hit i 30 dager. Da skriver du den samme koden, og så PIN. Ta vare på koden.",
        "Med PIN kan du kome tilbake hit i 30 dagar. Då skriv du den same koden, og så PIN. Ta vare på koden.",
        "With a PIN you can come back here for 30 days. You then type the same code, and the PIN. Keep the code.";
    pin_new: &'static str = "Seks tall", "Seks tal", "Six digits";
    pin_new_help: &'static str =
        "Ikke bruk datoen du ble født.",
        "Ikkje bruk datoen du vart fødd.",
        "Do not use the date of your birth.";
    pin_again: &'static str = "Skriv tallene en gang til", "Skriv tala ein gong til", "Type the digits once more";
    pin_save: &'static str = "Lagre PIN", "Lagre PIN", "Save the PIN";
    pin_later: &'static str = "Ikke nå", "Ikkje no", "Not now";
    pin_digits: &'static str = "PIN må ha seks tall.", "PIN må ha seks tal.", "A PIN has six digits.";
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
        "Vil du vite mer? Snakk med dem som ga deg koden.",
        "Vil du vite meir? Snakk med dei som gav deg koden.",
        "Do you want to know more? Talk to those who gave you the code.";
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
    to_page: &'static str = "Til siden din", "Til sida di", "To your page";
}
