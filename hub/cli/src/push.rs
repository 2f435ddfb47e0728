//! The targets of alerts in the configuration.

use std::sync::Arc;

use bindeledd_core::alert::{DutyHours, PushRule, Severity};
use bindeledd_core::notice::EmailAddress;
use bindeledd_engine::ports::Pusher;
use bindeledd_engine::{MailSettings, PushSettings, PushTarget};
use bindeledd_gateway::MailPusher;
use bindeledd_gateway::outbound::{SignedWebhook, Source, WebhookOptions};
use bindeledd_http::AddressRange;
use bindeledd_texts::cli::config::Config;
use bindeledd_texts::cli::setup::Setup;
use jiff::SignedDuration;

use crate::config::{AlertTarget, AlertTargetKind, Configuration, PushedSeverity};
use crate::failure::Failure;
use crate::reach::{reach, unreachable};
use crate::world::{SystemClock, SystemEntropy};

/// Returns the settings of pushes; `None` if no target is configured.
pub(crate) fn settings(
    configuration: &Configuration,
    mail: Option<&MailSettings>,
) -> Result<Option<PushSettings>, Failure> {
    let settings = &configuration.settings;
    if settings.alert_targets.is_empty() {
        return Ok(None);
    }
    let targets = settings
        .alert_targets
        .iter()
        .map(|(name, target)| make(configuration, mail, name, target));
    let unreadable = || Failure::configuration("BL-6003", Config::UnreadableDutyHours, Setup::RunCheck);
    Ok(Some(PushSettings {
        targets: targets.collect::<Result<_, _>>()?,
        rule: PushRule {
            duty: DutyHours::parse(&settings.alerts.duty_hours).ok_or_else(unreadable)?,
            again: SignedDuration::from_mins(settings.alerts.push_again_minutes.into()),
        },
        link: Some(settings.alerts.link.trim().to_owned()).filter(|link| !link.is_empty()),
    }))
}

fn make(
    configuration: &Configuration,
    mail: Option<&MailSettings>,
    name: &str,
    target: &AlertTarget,
) -> Result<PushTarget, Failure> {
    let settings = &configuration.settings;
    // The rules have checked each value, so that these failures show a case that the rules lack.
    let incomplete = || {
        let target = name.to_owned();
        Failure::configuration("BL-6003", Config::IncompleteTarget { target }, Setup::RunCheck)
    };
    let pusher: Arc<dyn Pusher> = match target.kind {
        AlertTargetKind::Mail => Arc::new(MailPusher {
            mailer: Arc::clone(&mail.ok_or_else(incomplete)?.mailer),
            to: target
                .to
                .as_deref()
                .and_then(EmailAddress::parse)
                .ok_or_else(incomplete)?,
            hub: settings.hub.name.clone(),
            lang: settings.hub.language.into(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy::new()),
        }),
        AlertTargetKind::Webhook => {
            let networks = settings.alerts.webhook_networks.iter();
            let secret = target.secret_file.as_deref().ok_or_else(incomplete)?;
            let options = WebhookOptions {
                name: name.to_owned(),
                url: target.url.clone().ok_or_else(incomplete)?,
                secret: Source::File(configuration.path(secret)),
                networks: networks.filter_map(|raw| AddressRange::parse(raw)).collect(),
                reach: reach(configuration)?,
            };
            let webhook = SignedWebhook::new(&options, Arc::new(SystemClock));
            Arc::new(webhook.map_err(|error| unreachable(&error))?)
        }
    };
    Ok(PushTarget {
        name: name.to_owned(),
        least: match target.severity {
            PushedSeverity::Now => Severity::Now,
            PushedSeverity::All => Severity::CanWait,
        },
        pusher,
    })
}
