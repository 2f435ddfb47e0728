//! `bindeledd serve`

use std::io::IsTerminal as _;
use std::time::Duration;

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::hub::Hub;
use bindeledd_watch::{self as watch, Pending};
use clap::Args;
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::config::{Configuration, LogFormat, OperatorAddress, UNIX};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::first_administrator;
use crate::listeners::{self, Listeners};
use crate::output::{LogLines, Output};
use crate::shared::Shared;
use crate::wire::{self, Made};

/// Run the hub. It prints one line when it is ready; logs go to standard error. SIGTERM or SIGINT lets running work
/// finish, until a deadline; a second signal ends at once. Acknowledged messages are not lost by either.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd serve --config hub/bindeledd.toml\n  \
    BINDELEDD__LISTEN__ADDRESS=0.0.0.0:8443 bindeledd serve")]
pub(crate) struct Arguments {
    /// The longest time for running work after a signal to stop
    #[arg(long, default_value_t = 20, value_name = "SECONDS")]
    drain: u16,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let configuration = shared.configuration()?;
    let problems = configuration.file_problems();
    if !problems.is_empty() {
        return Err(configuration.failure(&problems));
    }
    log(&configuration);
    let (reporter, pending) = watch::channel();
    let made = wire::make(&configuration, &reporter)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Failure::new(Exit::Failed, "BL-6007", Common::NoRuntime)
            .next(Hub::LookAtLimits)
            .because(error)
    })?;
    let ended = runtime.block_on(serve(
        made,
        &configuration,
        pending,
        Duration::from_secs(arguments.drain.into()),
        output,
    ));
    // A sending that did not end by the deadline is repeated after the next start.
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended
}

/// Sets up the log on standard error: for people, or as JSON lines.
fn log(configuration: &Configuration) {
    let log = &configuration.settings.log;
    // The rules have parsed the filter, so that it is valid.
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    // Colours are for a person at a terminal, not for a file.
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(|| LogLines);
    let set = match log.format {
        LogFormat::Human => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    if let Err(error) = set {
        // This can fail only if a log was set up before. That log then gets the lines.
        tracing::debug!(error, "a log was set up before");
    }
}

async fn serve(
    made: Made,
    configuration: &Configuration,
    pending: Pending,
    drain: Duration,
    output: Output,
) -> Result<Exit, Failure> {
    let mut signals = Signals::new()?;
    let (engine, accounts) = wire::start(made, configuration).await?;
    let mut listeners = listeners::listen(&engine, accounts.clone(), configuration).await?;
    let mut watcher = pending.watch(wire::certificates(configuration), wire::second_place(configuration));
    ready(&listeners, configuration, output);
    if let Some(console) = configuration.console_url() {
        let file = configuration.first_administrator_file();
        first_administrator::offer(&accounts, &file, &console, engine.now(), output).await;
    }
    let end = loop {
        tokio::select! {
            name = signals.next() => {
                tracing::info!(signal = name, "the hub stops; another signal leaves at once");
                break Ok(Exit::Done);
            }
            () = engine.died() => {
                break Err(Failure::new(Exit::Failed, "BL-6007", Hub::TaskEnded));
            }
            ended = listeners.ended() => {
                let failure = Failure::new(Exit::Failed, "BL-6007", Hub::ServerEnded);
                break Err(match ended { Ok(()) => failure, Err(error) => failure.because(error) });
            }
            Some(event) = watcher.next(|| engine.now()) => watch::act_on(&engine, &event).await,
        }
    };
    let stopping = async {
        // A stream of a page would keep its connection open until the deadline.
        engine.close_feed();
        listeners.stop(drain).await;
        engine.stop(drain).await;
    };
    tokio::select! {
        () = stopping => tracing::info!("the hub has stopped"),
        name = signals.next() => {
            tracing::warn!(signal = name, "the hub leaves at once");
            return Ok(Exit::Failed);
        }
    }
    end.map_err(|failure| failure.next(Hub::StartAgain))
}

fn ready(listeners: &Listeners, configuration: &Configuration, output: Output) {
    let scheme = if configuration.settings.listen.allow_http {
        "http"
    } else {
        "https"
    };
    let url = format!("{scheme}://{}", listeners.parties.address);
    let operator = match (configuration.operator_address(), &listeners.operator) {
        (Some(OperatorAddress::SocketFile(path)), _) => Some(format!("{UNIX}{}", path.display())),
        (Some(OperatorAddress::Address(_)), Some(server)) => Some(format!("{scheme}://{}", server.address)),
        (Some(OperatorAddress::Address(_)) | None, _) => None,
    };
    let mut answer = json!({ "ready": true, "url": url });
    if let Some(operator) = &operator {
        answer["operatorUrl"] = json!(operator);
    }
    let pages = listeners
        .console
        .as_ref()
        .map(|server| format!("{scheme}://{}", server.address));
    if let Some(pages) = &pages {
        answer["consoleUrl"] = json!(pages);
    }
    output.result(&answer, || {
        let mut line = Hub::Ready { url }.text(output.lang());
        if let Some(url) = operator {
            line.push_str(&Hub::OperatorOn { url }.text(output.lang()));
        }
        if let Some(url) = pages {
            line.push_str(&Hub::PagesOn { url }.text(output.lang()));
        }
        line
    });
}

/// The signals that stop the hub.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        let of = |kind| {
            signal(kind).map_err(|error| {
                Failure::new(Exit::Failed, "BL-6007", Hub::NoSignals)
                    .next(Hub::ReportIt)
                    .because(error)
            })
        };
        Ok(Self {
            terminate: of(SignalKind::terminate())?,
            interrupt: of(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
