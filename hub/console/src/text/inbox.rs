//! Words of the inbox of a mailbox.

use crate::text::table::table;

table! {
    heading: &'static str = "Innboks", "Inbox";
    new: &'static str = "Ny melding", "New message";
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
    none_mail_you: fn(&str) -> String = |mail| format!("Du får e-post til {mail} når det kommer noe."),
        |mail| format!("You get a mail at {mail} when something comes.");
    none_mail_off: &'static str = "Du får ikke e-post når det kommer noe. Du kan slå det på under «Kontoen din».",
        "You get no mail when something comes. You can switch it on under “Your account”.";
    none_mail: fn(&str) -> String = |mail| format!("Det går en e-post til {mail} når det kommer noe."),
        |mail| format!("A mail goes to {mail} when something comes.");
    none_no_mail: &'static str = "Det går ingen e-post når det kommer noe. Legg inn adressen din under «Kontoen din».",
        "No mail is sent when something comes. Add your address under “Your account”.";
    more_open: &'static str = "Det er flere enn dette. Resten kommer fram når disse er gjort.",
        "There are more than these. The others appear when these are done.";
    more_read: &'static str = "Bare de som er lest sist, står her.", "Only those that were read last are here.";
    hand_overs: &'static str = "Nytt om hvem som følger opp", "News about who follows up";
    handed_over: fn(&str, &str, &str) -> String = |whom, to, by| format!("{whom}: overlatt til {to} av {by}"),
        |whom, to, by| format!("{whom}: handed over to {to} by {by}");
    stands_in: fn(&str, &str, &str) -> String = |whom, to, by| format!("{whom}: overlatt til {to} som stedfortreder, av {by}"),
        |whom, to, by| format!("{whom}: handed over to {to} as a stand-in by {by}");
    you: &'static str = "deg", "you";
    until: &'static str = "til", "until";
    seen: &'static str = "Jeg har sett dette", "I have seen this";
    own_system: &'static str = "Meldingene kommer i fagsystemet deres, ikke her.",
        "The messages come in your own system, not here.";
    yours: &'static str = "Du ser deltakerne som du følger opp, eller er stedfortreder for. Ser du ikke den du leter etter, spør teamlederen din. Det logges hva du leser.",
        "You see the participants whom you follow up or stand in for. If you do not see the one you look for, ask your team leader. It is logged what you read.";
}
