//! Texts for the people of a party, in bokmål: mails about waiting documents, and refusals that a sender reads.

/// Answer to a document whose sender is no party of the hub.
pub const UNKNOWN_SENDER: &str =
    "avsenderen er ikke registrert som aktør her, og meldingen er ikke lest; be mottakeren om å ta kontakt";

/// Answer to a document of a sender whose earlier documents made the adapter fail too often.
pub const RESTING_SENDER: &str = "flere meldinger fra dere kunne ikke leses her, så denne er ikke behandlet; se over systemet deres, og send den på nytt senere";

/// Answer to a document that the adapter can not read.
pub const UNREADABLE: &str = "meldingen kunne ikke leses her; ta kontakt med mottakeren";

/// Answer to a correction of something that the hub never sent.
pub const CORRECTS_NOTHING: &str = "Rettingen er ikke tatt imot: Det den viser til, er ikke sendt herfra om denne personen. \
     Vis til meldingen som skal rettes, og send rettingen på nytt.";

/// Returns the answer to a message that was not taken in for another reason.
#[must_use]
pub fn not_taken(why: &str) -> String {
    format!("meldingen kunne ikke tas imot: {why}")
}

/// Returns the answer to a message whose free text has something that does not belong there. `found` is the guard's sentence.
#[must_use]
pub fn text_refused(found: &str) -> String {
    format!("Meldingen er ikke tatt imot. {found} Ta det ut av teksten, og send meldingen på nytt.")
}

/// Returns the subject of a mail about waiting documents.
#[must_use]
pub fn mail_subject(hub: &str) -> String {
    format!("Noe venter på dere i {hub}")
}

/// Returns the text of a mail about waiting documents, the same for every party. A difference could reveal something about
/// a person.
#[must_use]
pub fn mail(hub: &str, where_to_look: Option<&str>) -> String {
    let look = match where_to_look {
        Some(place) => format!("Her ser dere hva det er:\n{place}"),
        None => format!("Hent det slik dere har avtalt med dem som drifter {hub}."),
    };
    format!(
        "Hei\n\n\
         Det ligger noe og venter på dere i {hub}.\n\n\
         {look}\n\n\
         Av hensyn til personvernet sier denne e-posten ikke hva det er eller hvem det gjelder.\n\
         Den er sendt automatisk og kan ikke besvares. {hub} ber aldri om passord eller\n\
         fødselsnummer i en e-post.\n\n\
         Hilsen {hub}\n"
    )
}

/// Returns the subject of a mail to a person of a mailbox.
#[must_use]
pub fn person_mail_subject(hub: &str) -> String {
    format!("Noe venter på deg i {hub}")
}

/// Returns the text of a mail to a person of a mailbox, the same for every person and for everything that may wait.
#[must_use]
pub fn person_mail(hub: &str, mailbox: Option<&str>) -> String {
    let look = match mailbox {
        Some(address) => format!("Her ser du hva det er:\n{address}"),
        None => format!("Logg inn i postkassen i {hub} for å se hva det er."),
    };
    format!(
        "Hei\n\n\
         Det ligger noe og venter på deg i {hub}.\n\n\
         {look}\n\n\
         Haster det, står det på siden hvem du skal ringe.\n\
         Av hensyn til personvernet sier denne e-posten ikke hva det er eller hvem det gjelder.\n\
         Den er sendt automatisk og kan ikke besvares. Du kan slå slike e-poster av på siden\n\
         «Kontoen din». {hub} ber aldri om passord eller fødselsnummer i en e-post.\n\n\
         Hilsen {hub}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_says_where_to_look_and_nothing_else() {
        let without = mail("Nordvik-huben", None);
        assert!(
            without.contains("Nordvik-huben") && without.contains("dem som drifter"),
            "{without}"
        );
        let with = mail("Nordvik-huben", Some("https://hub.example/post"));
        assert!(with.contains("\nhttps://hub.example/post\n"), "{with}");
        assert!(without.lines().chain(with.lines()).all(|l| l.chars().count() <= 90));
        assert_eq!(mail_subject("Nordvik-huben"), "Noe venter på dere i Nordvik-huben");
    }

    #[test]
    fn a_mail_to_a_person_leads_to_the_mailbox_and_says_nothing_else() {
        let (with, without) = (
            person_mail("Nordvik-huben", Some("https://hub.example/mailbox")),
            person_mail("Nordvik-huben", None),
        );
        assert!(with.contains("\nhttps://hub.example/mailbox\n"), "{with}");
        assert!(without.contains("Logg inn i postkassen"), "{without}");
        assert!(without.lines().chain(with.lines()).all(|l| l.chars().count() <= 90));
        assert_eq!(
            person_mail_subject("Nordvik-huben"),
            "Noe venter på deg i Nordvik-huben"
        );
    }
}
