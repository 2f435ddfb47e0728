//! Mails that push alerts to the people on duty.

use bindeledd_core::alert::{AlertKind, Severity};
use bindeledd_core::time::{Timestamp, local};

use crate::alert;
use crate::lang::Lang;

/// A pushed alert. A kind of alert says nothing about a person or a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Kind.
    pub kind: AlertKind,
    /// Time when the alert was raised.
    pub raised_at: Timestamp,
    /// Whether the alert was pushed before, and nobody has taken it.
    pub is_again: bool,
    /// Address of the alert, or the command that takes it.
    pub place: String,
}

/// Returns the subject of a mail.
#[must_use]
pub fn subject(lang: Lang, hub: &str, alerts: &[Pushed]) -> String {
    let urgent = alerts
        .iter()
        .filter(|alert| alert.kind.severity() == Severity::Now)
        .count();
    match (lang, urgent, alerts.len()) {
        (Lang::Bokmal, 0, 1) => format!("{hub}: et varsel"),
        (Lang::Bokmal, 0, all) => format!("{hub}: {all} varsler"),
        (Lang::Bokmal, 1, 1) => format!("{hub}: et varsel som ikke kan vente"),
        (Lang::Bokmal, urgent, all) if urgent == all => format!("{hub}: {all} varsler som ikke kan vente"),
        (Lang::Bokmal, urgent, all) => format!("{hub}: {all} varsler, {urgent} kan ikke vente"),
        (Lang::English, 0, 1) => format!("{hub}: one alert"),
        (Lang::English, 0, all) => format!("{hub}: {all} alerts"),
        (Lang::English, 1, 1) => format!("{hub}: one alert that can not wait"),
        (Lang::English, urgent, all) if urgent == all => format!("{hub}: {all} alerts that can not wait"),
        (Lang::English, urgent, all) => format!("{hub}: {all} alerts, {urgent} can not wait"),
    }
}

/// Returns the text of a mail.
#[must_use]
pub fn text(lang: Lang, hub: &str, alerts: &[Pushed]) -> String {
    let alerts: Vec<_> = alerts.iter().map(|alert| one(lang, alert)).collect();
    let alerts = alerts.join("\n");
    match lang {
        Lang::Bokmal => format!(
            "Hei\n\n{alerts}\n\
             Ta varselet, så andre ser at du gjør noe med det.\n\
             Denne e-posten er sendt automatisk og kan ikke besvares. {hub} ber aldri om passord\n\
             eller fødselsnummer i en e-post.\n\n\
             Hilsen {hub}\n"
        ),
        Lang::English => format!(
            "Hello\n\n{alerts}\n\
             Take the alert, so that others see that you act on it.\n\
             This mail is automatic and can not be answered. {hub} never asks for a password or an\n\
             identity number in a mail.\n\n\
             Regards, {hub}\n"
        ),
    }
}

fn one(lang: Lang, alert: &Pushed) -> String {
    let (again, next) = match lang {
        Lang::Bokmal => ("Ingen har tatt det ennå.", "Gjør dette:"),
        Lang::English => ("Nobody has taken it yet.", "Do this:"),
    };
    let at = local(alert.raised_at);
    let at = match lang {
        Lang::Bokmal => at.strftime("%d.%m.%Y kl. %H.%M"),
        Lang::English => at.strftime("%Y-%m-%d %H:%M"),
    };
    let again = match alert.is_again {
        true => format!("{again}\n"),
        false => String::new(),
    };
    format!(
        "{at}\n{}\n{again}{next} {}\n{}\n",
        alert::text(alert.kind).text(lang),
        alert::what_to_do(alert.kind).text(lang),
        alert.place
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(kind: AlertKind) -> Pushed {
        Pushed {
            kind,
            raised_at: "2026-11-30T22:05:00Z".parse().unwrap(),
            is_again: false,
            place: "https://hub.example/alerts/7".into(),
        }
    }

    #[test]
    fn a_subject_counts_the_alerts_and_those_that_can_not_wait() {
        let (now, later) = (AlertKind::CredentialRefused, AlertKind::ReceiptOverdue);
        for (kinds, bokmal, english) in [
            (&[later][..], "et varsel", "one alert"),
            (&[later, later][..], "2 varsler", "2 alerts"),
            (
                &[now][..],
                "et varsel som ikke kan vente",
                "one alert that can not wait",
            ),
            (
                &[now, now][..],
                "2 varsler som ikke kan vente",
                "2 alerts that can not wait",
            ),
            (
                &[now, later][..],
                "2 varsler, 1 kan ikke vente",
                "2 alerts, 1 can not wait",
            ),
        ] {
            let alerts: Vec<_> = kinds.iter().copied().map(alert).collect();
            let said = Lang::ALL.map(|lang| subject(lang, "Huben", &alerts));
            assert_eq!(said, [format!("Huben: {bokmal}"), format!("Huben: {english}")]);
        }
    }

    #[test]
    fn a_mail_says_what_to_do_and_where() {
        let first = text(Lang::Bokmal, "Huben", &[alert(AlertKind::CredentialRefused)]);
        let lines: Vec<_> = first.lines().collect();
        assert_eq!(
            (lines[2], lines[5]),
            ("30.11.2026 kl. 23.05", "https://hub.example/alerts/7")
        );
        assert!(
            lines[3].starts_with("En utsteder") && lines[4].starts_with("Gjør dette: Se etter"),
            "{first}"
        );
        let again = Pushed {
            is_again: true,
            ..alert(AlertKind::CredentialRefused)
        };
        let again = text(Lang::English, "Huben", &[again]);
        assert!(
            again.contains("2026-11-30 23:05\n") && again.contains("Nobody has taken it yet.\nDo this: "),
            "{again}"
        );
    }
}
