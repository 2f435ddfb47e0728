//! Pushes of alerts by mail. One mail has all alerts that are due.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::notice::EmailAddress;
use bindeledd_engine::ports::{Clock, Entropy, Mail, MailError, Mailer, PushError, PushNotice, Pusher};
use bindeledd_texts::Lang;
use bindeledd_texts::push::{Pushed, subject, text};

/// Maximum number of alerts in one mail.
const AT_ONCE: usize = 50;

/// Pushes alerts by mail.
pub struct MailPusher {
    /// The mail server.
    pub mailer: Arc<dyn Mailer>,
    /// Address of the people on duty.
    pub to: EmailAddress,
    /// Name of the hub.
    pub hub: String,
    /// Language of the mails.
    pub lang: Lang,
    /// Clock, for the date of a mail.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for the id of a mail.
    pub entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for MailPusher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailPusher").finish_non_exhaustive()
    }
}

impl MailPusher {
    fn mail(&self, notices: &[PushNotice]) -> Mail {
        let pushed: Vec<_> = notices.iter().map(pushed).collect();
        Mail {
            to: self.to.clone(),
            subject: subject(self.lang, &self.hub, &pushed),
            text: text(self.lang, &self.hub, &pushed),
            id: self.entropy.uuid_v4(),
            at: self.clock.now(),
        }
    }
}

fn pushed(notice: &PushNotice) -> Pushed {
    Pushed {
        kind: notice.kind,
        raised_at: notice.raised_at,
        is_again: notice.number > 1,
        place: notice
            .link
            .clone()
            .unwrap_or_else(|| format!("bindeledd alert take {}", notice.alert)),
    }
}

#[async_trait]
impl Pusher for MailPusher {
    fn at_once(&self) -> usize {
        AT_ONCE
    }

    async fn push(&self, notices: &[PushNotice]) -> Result<(), PushError> {
        self.mailer
            .send(&self.mail(notices))
            .await
            .map_err(|error| match error {
                MailError::Away(what) => PushError::Away(what),
                MailError::Refused(code) => PushError::Refused(code),
                MailError::Unwritable(what) => PushError::Unwritable(what),
            })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use bindeledd_core::AlertId;
    use bindeledd_core::alert::AlertKind;

    use super::*;
    use crate::testing::{Dice, Now};

    #[derive(Default)]
    struct Post(Mutex<Vec<Mail>>);

    #[async_trait]
    impl Mailer for Post {
        async fn send(&self, mail: &Mail) -> Result<(), MailError> {
            self.0.lock().unwrap().push(mail.clone());
            Err(MailError::Refused(550))
        }
    }

    #[tokio::test]
    async fn one_mail_has_all_alerts_and_leads_to_each() {
        let post = Arc::new(Post::default());
        let pusher = MailPusher {
            mailer: Arc::<Post>::clone(&post),
            to: EmailAddress::parse("vakt@nordvik.example").unwrap(),
            hub: "Huben".into(),
            lang: Lang::English,
            clock: Arc::new(Now),
            entropy: Arc::new(Dice),
        };
        let notice = |n, number, link: Option<&str>| PushNotice {
            alert: AlertId(uuid::Uuid::from_u128(n)),
            kind: AlertKind::CredentialRefused,
            raised_at: "2026-11-30T22:05:00Z".parse().unwrap(),
            number,
            link: link.map(str::to_owned),
        };
        let notices = [notice(1, 1, None), notice(2, 2, Some("https://hub.example/alerts/2"))];
        assert_eq!(pusher.push(&notices).await, Err(PushError::Refused(550)));
        let mails = post.0.lock().unwrap();
        assert_eq!((mails.len(), mails[0].to.reveal()), (1, "vakt@nordvik.example"));
        for place in [
            "bindeledd alert take 00000000-0000-0000-0000-000000000001",
            "https://hub.example/alerts/2",
        ] {
            assert!(mails[0].text.lines().any(|line| line == place), "{}", mails[0].text);
        }
    }
}
