//! Words of the requests of a mailbox: drafted consents that the participant answers on the own page.

use super::table::table;

table! {
    consents: &'static str = "Samtykker", "Consents";
    heading: &'static str = "Spør på deltakerens egen side", "Ask on the participant's own page";
    lead: &'static str =
        "Deltakeren logger inn med BankID eller lignende, leser det samme som på skjemaet, og svarer selv. Ingenting gjelder før deltakeren har sagt ja.",
        "The participant signs in with BankID or the like, reads the same as on the form, and answers alone. Nothing holds before the participant has said yes.";
    tell_them: &'static str =
        "Deltakeren får ingen beskjed herfra. Si fra selv at det ligger et spørsmål der.",
        "The participant gets no message from here. Tell them yourself that a question is there.";
    whom: &'static str = "Hvem skal spørres?", "Whom will you ask?";
    new_one: &'static str = "En deltaker som jeg ikke følger opp ennå", "A participant whom I do not follow up yet";
    number: &'static str = "Fødselsnummer eller D-nummer", "Identity number or D-number";
    number_help: &'static str =
        "Bare for en ny deltaker. Elleve sifre. Vises aldri igjen; skriv det på nytt hvis siden kommer tilbake.",
        "Only for a new participant. Eleven digits. It is never shown again; type it anew if the page comes back.";
    days: &'static str = "Hvor lenge skal det vente på svar?", "How long will it wait for an answer?";
    days_of: fn(u8) -> String = |n| format!("{n} dager"), |n| format!("{n} days");
    no_whom: &'static str = "Velg hvem det gjelder.", "Choose whom it is about.";
    no_days: &'static str = "Velg hvor lenge. Samtykket må gjelde etter i dag.",
        "Choose how long. The consent must hold after today.";
    too_many: &'static str = "Fem spørsmål til denne deltakeren venter alt. Trekk et av dem først.",
        "Five questions to this participant wait already. Take one of them back first.";
    taken: &'static str = "Dette utkastet er brukt for en annen. Begynn på et nytt samtykke.",
        "This draft was used for somebody else. Begin a new consent.";
    do_it: &'static str = "Send spørsmålet", "Send the question";
    from_form: &'static str = "Spør på deltakerens egen side …", "Ask on the participant's own page …";
    from_form_text: &'static str = "Eller la deltakeren svare selv, innlogget på nivå høyt:",
        "Or let the participant answer alone, signed in at level high:";
    one: &'static str = "Spørsmål til deltakeren", "Question to the participant";
    about: fn(&str) -> String = |whom| format!("Spørsmål til {whom}"), |whom| format!("Question to {whom}");
    list: &'static str = "Spurt på deltakerens egen side", "Asked on the participant's own page";
    list_text: &'static str = "Det som er over, står her i 30 dager.",
        "A question that is over stands here for 30 days.";
    waits: &'static str = "Venter på deltakeren", "Waits for the participant";
    yes: &'static str = "Svarte ja", "Answered yes";
    yes_part: &'static str = "Svarte ja til noe", "Answered yes to some";
    no: &'static str = "Svarte nei", "Answered no";
    withdrawn: &'static str = "Trukket", "Withdrawn";
    expired: &'static str = "Utløpt uten svar", "Expired without an answer";
    until: &'static str = "kan svare til", "can answer until";
    sent: &'static str = "Sendt", "Sent";
    sent_by: fn(&str) -> String = |who| format!("av {who}"), |who| format!("by {who}");
    asked: &'static str = "Det ble spurt om", "What was asked";
    given: &'static str = "Deltakeren sa ja til", "What the participant said yes to";
    no_text: &'static str = "Deltakeren sa nei, og trenger ikke å si hvorfor. Ingenting er registrert.",
        "The participant said no, and need not say why. Nothing is registered.";
    withdraw: &'static str = "Trekk spørsmålet", "Take the question back";
    withdraw_text: &'static str = "Deltakeren kan da ikke svare på det lenger. Skjemaet kan fortsatt brukes på papir.",
        "The participant can no longer answer it then. The form can still be used on paper.";
    registered: &'static str = "Se det registrerte samtykket", "See the registered consent";
    not_yours: &'static str = "Noen andre hos dere følger opp deltakeren. Bare de ser hva det spørres om.",
        "Somebody else at your place follows the participant up. Only they see what is asked.";
    to_list: &'static str = "Til samtykkene", "To the consents";
    answers: &'static str = "Svar på spørsmål til deltakere", "Answers to questions to participants";
    has_answered: fn(&str) -> String = |whom| format!("{whom} har svart."), |whom| format!("{whom} has answered.");
    see: &'static str = "Se svaret", "See the answer";
    seen: &'static str = "Jeg har sett dette", "I have seen this";
}
