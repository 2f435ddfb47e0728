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
                // The server tells that it may take the mail later (RFC 5321, section 4.2.1).
                MailError::Refused(code @ 400..=499) => PushError::NotNow(code),
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

    struct Post {
        mails: Mutex<Vec<Mail>>,
        answer: u16,
    }

    impl Post {
        fn that_answers(answer: u16) -> Arc<Self> {
            Arc::new(Self {
                mails: Mutex::default(),
                answer,
            })
        }
    }

    fn pusher(post: &Arc<Post>) -> MailPusher {
        MailPusher {
            mailer: Arc::<Post>::clone(post),
            to: EmailAddress::parse("vakt@nordvik.example").unwrap(),
            hub: "Huben".into(),
            lang: Lang::English,
            clock: Arc::new(Now),
            entropy: Arc::new(Dice),
        }
    }

    fn notice(n: u128, number: u32, link: Option<&str>) -> PushNotice {
        PushNotice {
            alert: AlertId(uuid::Uuid::from_u128(n)),
            kind: AlertKind::CredentialRefused,
            raised_at: "2026-11-30T22:05:00Z".parse().unwrap(),
            number,
            link: link.map(str::to_owned),
        }
    }

    #[async_trait]
    impl Mailer for Post {
        async fn send(&self, mail: &Mail) -> Result<(), MailError> {
            self.mails.lock().unwrap().push(mail.clone());
            Err(MailError::Refused(self.answer))
        }
    }

    #[tokio::test]
    async fn one_mail_has_all_alerts_and_leads_to_each() {
        let post = Post::that_answers(550);
        let notices = [notice(1, 1, None), notice(2, 2, Some("https://hub.example/alerts/2"))];
        assert_eq!(pusher(&post).push(&notices).await, Err(PushError::Refused(550)));
        let mails = post.mails.lock().unwrap();
        assert_eq!((mails.len(), mails[0].to.reveal()), (1, "vakt@nordvik.example"));
        for place in [
            "bindeledd alert take 00000000-0000-0000-0000-000000000001",
            "https://hub.example/alerts/2",
        ] {
            assert!(mails[0].text.lines().any(|line| line == place), "{}", mails[0].text);
        }
    }

    #[tokio::test]
    async fn a_server_that_takes_the_mail_later_refuses_nothing() {
        for (answer, expected) in [
            (421, PushError::NotNow(421)),
            (450, PushError::NotNow(450)),
            (554, PushError::Refused(554)),
        ] {
            let post = Post::that_answers(answer);
            assert_eq!(pusher(&post).push(&[notice(1, 1, None)]).await, Err(expected));
        }
    }
}
