//! The mail server of the configuration, for mails to parties.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::notice::Pace;
use bindeledd_engine::MailSettings;
use bindeledd_gateway::mail::{Login, MailSecurity, MailerOptions, SmtpMailer};
use bindeledd_texts::cli::setup::Setup;

use crate::config::{self, Configuration};
use crate::configured_file::{bytes, text};
use crate::failure::Failure;

/// Returns the settings of mails to parties; `None` if no mail server is configured.
pub(crate) fn settings(configuration: &Configuration) -> Result<Option<MailSettings>, Failure> {
    let settings = &configuration.settings;
    let mail = &settings.mail;
    if mail.host.is_empty() {
        return Ok(None);
    }
    let login = if mail.username.is_empty() {
        None
    } else {
        let password = text(&configuration.path(&mail.password_file))?.trim().to_owned();
        Some(Login {
            user: mail.username.clone(),
            password,
        })
    };
    let roots = settings.outbound.ca_files.iter();
    let options = MailerOptions {
        host: mail.host.clone(),
        port: mail.port,
        security: match mail.security {
            config::MailSecurity::Tls => MailSecurity::Tls,
            config::MailSecurity::StartTls => MailSecurity::StartTls,
            config::MailSecurity::None => MailSecurity::None,
        },
        from: mail.from.clone(),
        login,
        extra_roots: roots
            .map(|file| bytes(&configuration.path(file)))
            .collect::<Result<_, _>>()?,
    };
    let mailer = SmtpMailer::new(options).map_err(|error| {
        Failure::configuration("BL-6004", error.words(), Setup::SeeMailAndOutbound).because_of(error.cause())
    })?;
    Ok(Some(MailSettings {
        mailer: Arc::new(mailer),
        pace: Pace {
            gather: Duration::from_secs(u64::from(mail.gather_minutes) * 60),
            again: Duration::from_secs(u64::from(mail.at_most_every_hours) * 3600),
        },
        where_to_look: Some(mail.where_to_look.trim().to_owned()).filter(|place| !place.is_empty()),
        mailbox: configuration
            .console_url()
            .map(|base| format!("{}/mailbox", base.trim_end_matches('/'))),
    }))
}
