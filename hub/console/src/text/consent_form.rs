//! Words of the pages on which a person of a mailbox drafts the form of a consent, and registers the signed paper.

use super::table::table;

table! {
    consents: &'static str = "Samtykker", "Consents";
    heading: &'static str = "Nytt samtykke", "New consent";
    choose_lead: &'static str =
        "Velg hvem dere skal snakke med om deltakeren. På neste side velger du hva. Ingenting registreres før deltakeren har skrevet under.",
        "Choose whom you will talk with about the participant. The next page asks about what. Nothing is registered before the participant has signed.";
    with: &'static str = "Hvem skal dere snakke med?", "Whom will you talk with?";
    with_help: &'static str = "Høyst ti. Du trenger ikke navn eller fødselsnummer ennå.",
        "Ten at most. You need no name and no identity number yet.";
    no_with: &'static str = "Velg minst én, og høyst ti.", "Choose at least one, and at most ten.";
    nobody: &'static str = "Det er ingen andre å velge ennå. Driften legger inn nye aktører.",
        "There is nobody else to choose yet. The operator adds new parties.";
    no_right: &'static str =
        "Dere kan ikke registrere samtykker her. Driften kan åpne for det, eller så registrerer en annen i kretsen samtykket.",
        "You can not register consents here. The operator can allow it, or somebody else of the circle registers the consent.";
    go_on: &'static str = "Gå videre", "Go on";
    what: &'static str = "Hva skal deltakeren bli spurt om?", "What will the participant be asked?";
    what_lead: &'static str =
        "Spør bare om det dere trenger. Deltakeren kan si nei til noe eller alt.",
        "Ask only for what you need. The participant may say no to some of it or all of it.";
    you_tell: fn(&str) -> String = |who| format!("Dere kan fortelle {who} om"), |who| format!("You may tell {who} about");
    they_tell: fn(&str) -> String = |who| format!("{who} kan fortelle dere om"), |who| format!("{who} may tell you about");
    nothing_with: &'static str = "Velg noe for hver av dem, eller gå tilbake og ta dem bort.",
        "Choose something for each of them, or go back and take them out.";
    from: &'static str = "Gjelder fra", "Holds from";
    until: &'static str = "Gjelder til og med (valgfritt)", "Holds until, that day included (optional)";
    until_help: &'static str = "Står det tomt, gjelder det til deltakeren tar det tilbake.",
        "If it is empty, it holds until the participant takes it back.";
    wrong_from: &'static str = "Velg en dag. Eksempel: 2026-12-01", "Choose a day. Example: 2026-12-01";
    wrong_until: &'static str = "Velg en dag fra og med den første dagen, eller la feltet stå tomt. Eksempel: 2027-06-30",
        "Choose a day from the first day on, or leave the field empty. Example: 2027-06-30";
    basis: &'static str = "Grunnlaget er samtykke. Det som sendes etter lov eller avtale, registrerer driften.",
        "The legal basis is consent. The operator registers everything that is sent by law or contract.";
    make_form: &'static str = "Lag skjemaet", "Make the form";
    form: &'static str = "Skjemaet", "The form";
    form_lead: &'static str =
        "Skriv ut skjemaet, og les det sammen. Deltakeren krysser av og skriver under. Så registrerer du nederst på siden.",
        "Print the form, and read it together. The participant ticks and signs. Then you register at the end of the page.";
    paper: &'static str = "Språk på skjemaet", "Language of the form";
    print: &'static str = "Skriv ut med nettleseren (Ctrl+P). Bare skjemaet kommer på papiret.",
        "Print with the browser (Ctrl+P). Only the form comes on the paper.";
    change: &'static str = "Endre hva det spørres om", "Change what is asked";
    register: &'static str = "Registrer det som er signert", "Register what was signed";
    register_lead: &'static str = "Fyll ut dette når deltakeren har skrevet under. Siden lagrer ingenting før du trykker.",
        "Fill this in when the participant has signed. The page keeps nothing before you press.";
    whom: &'static str = "Hvem har sagt ja?", "Who said yes?";
    new_one: &'static str = "En deltaker som jeg ikke følger opp ennå", "A participant whom I do not follow up yet";
    number: &'static str = "Fødselsnummer eller D-nummer", "Identity number or D-number";
    number_help: &'static str =
        "Bare for en ny deltaker. Elleve sifre. Vises aldri igjen; skriv det på nytt hvis siden kommer tilbake.",
        "Only for a new participant. Eleven digits. It is never shown again; type it anew if the page comes back.";
    ticked: &'static str = "Hva krysset deltakeren av?", "What did the participant tick?";
    ticked_help: &'static str = "Kryss av nøyaktig det som er krysset av på papiret.", "Tick exactly what is ticked on the paper.";
    no_tick: &'static str = "Kryss av minst ett punkt. Er ingenting krysset av, er det ikke noe å registrere.",
        "Tick at least one. If nothing is ticked, there is nothing to register.";
    given: &'static str = "Når ble det signert?", "When was it signed?";
    wrong_given: &'static str = "Velg dag og klokkeslett, ikke frem i tid. Eksempel: 2026-12-01T10:30",
        "Choose a day and a time, and none that lies ahead. Example: 2026-12-01T10:30";
    place: &'static str = "Hvor ble det signert?", "Where was it signed?";
    place_help: &'static str = "For eksempel: møterommet i Storgata 1", "Such as: the meeting room in Storgata 1";
    kept: &'static str = "Hvor ligger papiret?", "Where is the paper kept?";
    kept_help: &'static str = "Skriv mappen i arkivet, ikke navn. For eksempel: arkiv 2026/114",
        "Write the folder in the archive, and no name. Such as: archive 2026/114";
    taken_by: &'static str = "Hvem tok imot det?", "Who took it?";
    wrong_line: &'static str = "Skriv en linje på høyst 140 tegn, uten fødselsnummer.",
        "Write a line of at most 140 characters, without an identity number.";
    given_by: &'static str = "Hvem skrev under?", "Who signed?";
    participant: &'static str = "Deltakeren", "The participant";
    guardian: &'static str = "En verge", "A guardian";
    decision: &'static str = "Vergens vedtak (bare for en verge)", "The guardian's decision (for a guardian only)";
    no_whom: &'static str = "Velg hvem det gjelder.", "Choose whom it is about.";
    do_it: &'static str = "Registrer samtykket", "Register the consent";
    registered: &'static str = "Samtykket er registrert", "The consent is registered";
    contact: fn(&str) -> String =
        |who| format!("{who} er kontaktperson for deltakeren."),
        |who| format!("{who} is the contact person of the participant.");
    no_contact: &'static str = "Deltakeren har ingen kontaktperson. Teamlederen tildeler deltakeren.",
        "The participant has no contact person. The team leader assigns the participant.";
    not_yours: &'static str = "Noen andre hos dere følger opp deltakeren. Bare de ser samtykket og skriver om deltakeren.",
        "Somebody else at your place follows the participant up. Only they see the consent, and write about the participant.";
    write: &'static str = "Skriv en melding", "Write a message";
    to_list: &'static str = "Til samtykkene", "To the consents";
}
