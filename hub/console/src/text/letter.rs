//! Words of a delivery in a mailbox, as a letter.

use crate::text::table::table;

table! {
    print: &'static str = "Skriv ut", "Print";
    print_hint: &'static str = "Skriv ut med nettleseren. Bare brevet kommer på arket.",
        "Print with the browser. Only the letter is on the sheet.";
    by_hub: &'static str = "Bindeledd, på vegne av avsenderen", "Bindeledd, on behalf of the sender";
    the_letter: &'static str = "Meldingen", "The message";
    number: &'static str = "Fødselsnummer", "Identity number";
    answer_by: &'static str = "Svar ønskes innen", "An answer is wanted by";
    late: &'static str = "fristen er over", "the deadline is over";
    partial: &'static str = "Noe er utelatt.", "Something was left out.";
    printed_by: fn(&str, &str) -> String = |who, party| format!("Skrevet ut av {who}, {party}"),
        |who, party| format!("Printed by {who}, {party}");
    shred: &'static str = "Makuleres etter bruk.", "To be shredded after use.";
    answered: &'static str = "Dere svarte", "You answered";
    answered_by: fn(&str) -> String = |who| format!("{who} svarte for dere"), |who| format!("{who} answered for you");
    answer: &'static str = "Svar", "Answer";
    answer_text: &'static str = "Hva vil du svare?", "Your answer";
    answer_help: &'static str = "Skriv det som hjelper. Ikke diagnoser, og ikke noe om andre.",
        "Write what helps. No diagnoses, and nothing about others.";
    meeting: &'static str = "Passer det?", "Does it suit you?";
    time: &'static str = "Tidspunkt (valgfritt)", "Time (optional)";
    no_time: &'static str = "Ikke valgt", "Not chosen";
    who: &'static str = "Hvem kommer?", "Who comes?";
    who_help: &'static str = "Navn og telefonnummer, på én linje.", "Name and telephone number, in one line.";
    comment: &'static str = "Kommentar (valgfritt)", "Comment (optional)";
    only: fn(&str, &str) -> String = |to, whom| format!("Bare {to} får svaret, og {whom} kan se at dere svarte."),
        |to, whom| format!("{to} alone gets the answer, and {whom} can see that you answered.");
    sure: &'static str = "Jeg har sett over teksten, og den kan sendes slik", "I have looked the text over, and it can be sent";
    unsent: &'static str = "Du skrev dette. Det er ikke sendt.", "You wrote this. It is not sent.";
    send: &'static str = "Send svaret", "Send the answer";
    sent: &'static str = "Svaret", "The answer";
    sent_heading: &'static str = "Svaret er sendt", "The answer is sent";
    delivered: fn(&str) -> String = |to| format!("Levert til {to}"), |to| format!("Delivered to {to}");
    on_its_way: fn(&str) -> String = |to| format!("På vei til {to}"), |to| format!("On its way to {to}");
    not_sent: fn(&str) -> String = |to| format!("Ikke levert til {to}. Ring dem i stedet."),
        |to| format!("Not delivered to {to}. Call them instead.");
    meeting_instead: &'static str = "Foreslå et møte i stedet", "Propose a meeting instead";
    proposed: &'static str = "Dere foreslo et møte", "You proposed a meeting";
    proposed_by: fn(&str) -> String = |who| format!("{who} foreslo et møte for dere"), |who| format!("{who} proposed a meeting for you");
    still_open: &'static str = "Spørsmålet er ikke besvart.", "The question is not answered.";
    back: &'static str = "Til innboksen", "To the inbox";
    to_enter: &'static str = "Skal legges inn for hånd", "To be entered by hand";
    to_enter_text: &'static str = "Skriv av feltene over i mottakerens system. Den er ikke levert før du sier at den er lagt inn.",
        "Copy the fields above into the receiver's system. It is not delivered before you say that it is entered.";
    sees_grounds: &'static str = "Deltakeren får se begrunnelsen også.", "The participant sees the grounds as well.";
    done: &'static str = "Hva gjorde du?", "Which did you do?";
    entered: &'static str = "Lagt inn i mottakerens system", "Entered in the receiver's system";
    posted: &'static str = "Sendt i posten", "Posted";
    handed_over: &'static str = "Overlevert til mottakeren", "Handed over to the receiver";
    not_possible: &'static str = "Det lar seg ikke gjøre", "It can not be done";
    confirm: &'static str = "Lagre svaret", "Save the answer";
    copy: &'static str = "Kopier", "Copy";
    urgent: &'static str = "Haster det?", "Is it urgent?";
    call: &'static str = "Ring", "Call";
    danger: &'static str = "Er noen i fare:", "Is somebody in danger:";
    followed: &'static str = "Følges opp av", "Followed up by";
    until: &'static str = "stedfortreder til", "stands in until";
    persons: &'static str = "Overlat eller velg stedfortreder", "Hand over or choose a stand-in";
    reads: &'static str = "Også lest av", "Also read by";
    away: &'static str = "Den kan ikke vises nå", "It can not be shown now";
    away_text: &'static str = "Den ble ikke ferdig laget. Den ligger fortsatt i innboksen. Prøv igjen om litt.",
        "It was not ready. It is still in the inbox. Try again in a while.";
    gone: &'static str = "Innholdet er slettet", "The content is deleted";
    gone_text: &'static str = "Bindeledd lagrer ikke innhold lenger enn avtalt. Spør avsenderen om du trenger det.",
        "Bindeledd keeps content no longer than agreed. Ask the sender if you need it.";
    again: &'static str = "Prøv igjen", "Try again";
    logged: &'static str = "Det er logget at du leste dette.", "It is logged that you read this.";
}
