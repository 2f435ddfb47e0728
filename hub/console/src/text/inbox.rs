//! Words of the inbox of a mailbox.

use crate::text::table::table;

table! {
    heading: &'static str = "Innboks", "Inbox";
    about: fn(&str, &str) -> String = |kind, whom| format!("{kind} om {whom}"), |kind, whom| format!("{kind} about {whom}");
    urgent: &'static str = "Dette haster. Ring nå.", "This is urgent. Call now.";
    urgent_at: fn(&str, Option<&str>) -> String = |from, who| match who {
        Some(who) => format!("{who} ved {from}"),
        None => format!("Noen ved {from}"),
    }, |from, who| match who {
        Some(who) => format!("{who} at {from}"),
        None => format!("Somebody at {from}"),
    };
    urgent_text: &'static str = "ber om hjelp som ikke kan vente", "asks for help that can not wait";
    no_phone: &'static str = "Åpne den for å se hvem som skrev.", "Open it to see who wrote it.";
    danger: &'static str = "Haster det, eller er noen i fare? Ring.", "Is it urgent, or is somebody in danger? Call.";
    danger_text: &'static str = "Postkassen leses ikke hele tiden.", "The mailbox is not read all the time.";
    emergency: &'static str = "Nød", "Emergency";
    doctor: &'static str = "Legevakt", "Emergency doctor";
    waiting: &'static str = "Venter på svar", "Awaiting an answer";
    waiting_help: &'static str = "den som haster mest, først", "the most urgent first";
    to_enter: &'static str = "Skal legges inn", "To be entered";
    to_enter_help: &'static str = "ikke levert før noen har lagt det inn", "not delivered before somebody has entered it";
    fresh: &'static str = "Nytt", "New";
    read: &'static str = "Lest", "Read";
    unit: &'static str = "Resten av enheten", "The rest of the unit";
    unit_help: &'static str = "du ser innholdet bare når deltakeren er din", "you see the content only where the participant is yours";
    from: &'static str = "Fra", "From";
    by_hub: &'static str = "Fra Bindeledd", "From Bindeledd";
    partial: &'static str = "Noe er utelatt", "Something was left out";
    answer_by: &'static str = "Svar innen", "Answer by";
    late: &'static str = "Fristen er over", "The deadline is over";
    read_by: fn(&str) -> String = |who| format!("Lest av {who}"), |who| format!("Read by {who}");
    read_by_you: &'static str = "Lest av deg", "Read by you";
    unread: &'static str = "Ikke lest", "Not read";
    followed_by: &'static str = "Følges opp av", "Followed up by";
    nobody: &'static str = "Ingen følger opp deltakeren. Tildel den under Deltakere.",
        "Nobody follows the participant up. Assign them under Participants.";
    none: &'static str = "Ingenting venter.", "Nothing waits.";
    none_mail: fn(&str) -> String = |mail| format!("Det går en e-post til {mail} når det kommer noe."),
        |mail| format!("A mail goes to {mail} when something comes.");
    none_no_mail: &'static str = "Det går ingen e-post når det kommer noe. Driftsleverandøren kan legge inn en adresse.",
        "No mail is sent when something comes. The operator of the hub can add an address.";
    own_system: &'static str = "Meldingene kommer i fagsystemet deres, ikke her.",
        "The messages come in your own system, not here.";
    yours: &'static str = "Du ser deltakerne som du følger opp, eller er stedfortreder for. Ser du ikke den du leter etter, spør teamlederen din. Det logges hva du leser.",
        "You see the participants whom you follow up or stand in for. If you do not see the one you look for, ask your team leader. It is logged what you read.";
}
