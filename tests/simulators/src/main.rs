//! `bindeledd-simulators <kind>` runs one counterpart system as a process. Its first line of output is JSON with its
//! addresses. It ends on SIGINT and SIGTERM.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use bindeledd_simulators::{Gp, HubOptions, Kind, Options, Problem, Record, Simulator, TlsFiles};
use clap::{Args, Parser, Subcommand};

/// Counterpart systems of a Bindeledd hub, for tests and the demo.
#[derive(Debug, Parser)]
#[command(name = "bindeledd-simulators")]
struct Cli {
    #[command(subcommand)]
    kind: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Meldingstjener v2 with a GP's record system behind it.
    Gp {
        #[command(flatten)]
        common: Common,
        /// The practice's name.
        #[arg(long, default_value = "Fjellvik legekontor")]
        name: String,
        /// The practice's HER-id.
        #[arg(long, default_value_t = 8_142_952)]
        her_id: u32,
        /// The practice's organisation number.
        #[arg(long, default_value = "974760924")]
        org_number: String,
        /// Send AppRec 1.0 instead of 1.1.
        #[arg(long)]
        apprec_1_0: bool,
        /// The OpenAPI document of Meldingstjener v2, to hold every request to.
        #[arg(long)]
        openapi: Option<PathBuf>,
    },
    /// An AFT provider's own system.
    Provider {
        #[command(flatten)]
        common: Common,
    },
    /// A specialist service's FHIR server.
    Specialist {
        #[command(flatten)]
        common: Common,
    },
    /// A party that fetches from the hub's inbox.
    Nav {
        #[command(flatten)]
        common: Common,
        /// Milliseconds between two questions.
        #[arg(long, default_value_t = 100)]
        poll_ms: u64,
    },
    /// A mail server that keeps every mail.
    Smtp {
        #[command(flatten)]
        common: Common,
    },
    /// Nav's own system for the labour-market measures.
    NavMeasure {
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Debug, Args)]
struct Common {
    /// Address for the hub; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Address for orders, in plain HTTP.
    #[arg(long, default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// Certificate, PEM; without it the hub's port is plain HTTP too.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key, PEM.
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// The authority that callers' certificates must come from, PEM.
    #[arg(long, requires = "tls_cert")]
    client_ca: Option<PathBuf>,
    /// The hub that it sends to, such as https://127.0.0.1:8443.
    #[arg(long, requires_all = ["party", "key_file"])]
    hub: Option<String>,
    /// The authority of the hub's certificate, PEM.
    #[arg(long)]
    hub_ca: Option<PathBuf>,
    /// The party that it sends as.
    #[arg(long)]
    party: Option<String>,
    /// A file with the party's API key.
    #[arg(long)]
    key_file: Option<PathBuf>,
    /// End when standard input ends, so that the simulator never outlives the program that started it.
    #[arg(long)]
    end_with_stdin: bool,
    /// Recorded part of each arrival.
    #[arg(long, value_enum, default_value = "full")]
    record: Record,
}

impl Common {
    fn options(self, kind: Kind) -> Result<Options, String> {
        let hub = match (self.hub, self.party, self.key_file) {
            (Some(url), Some(party), Some(file)) => {
                let key = std::fs::read_to_string(&file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
                Some(HubOptions {
                    url,
                    ca: self.hub_ca,
                    party,
                    key: key.trim().to_owned(),
                })
            }
            _ => None,
        };
        let tls = match (self.tls_cert, self.tls_key) {
            (Some(cert), Some(key)) => Some(TlsFiles {
                cert,
                key,
                client_ca: self.client_ca,
            }),
            _ => None,
        };
        Ok(Options {
            kind,
            listen: self.listen,
            control: self.control,
            tls,
            hub,
            record: self.record,
        })
    }
}

impl Command {
    fn common(&self) -> &Common {
        match self {
            Self::Gp { common, .. }
            | Self::Provider { common }
            | Self::Specialist { common }
            | Self::NavMeasure { common }
            | Self::Smtp { common }
            | Self::Nav { common, .. } => common,
        }
    }
}

fn options(cli: Cli) -> Result<Options, String> {
    match cli.kind {
        Command::Gp {
            common,
            name,
            her_id,
            org_number,
            apprec_1_0,
            openapi,
        } => {
            let gp = Gp {
                name,
                her_id,
                org_number,
                app_rec_1_0: apprec_1_0,
                openapi,
                ..Gp::default()
            };
            common.options(Kind::Gp(gp))
        }
        Command::Provider { common } => common.options(Kind::Provider),
        Command::Specialist { common } => common.options(Kind::Specialist),
        Command::Nav { common, poll_ms } => common.options(Kind::Nav { poll_ms }),
        Command::Smtp { common } => common.options(Kind::Smtp),
        Command::NavMeasure { common } => common.options(Kind::NavMeasure),
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // If this line can not be printed either, only the exit code reports the problem.
            let _ = writeln!(std::io::stderr(), "bindeledd-simulators: {problem}");
            ExitCode::from(1)
        }
    }
}

async fn run(cli: Cli) -> Result<(), String> {
    let end_with_stdin = cli.kind.common().end_with_stdin;
    let options = options(cli)?;
    let (kind, scheme) = (
        options.kind.name(),
        match (&options.kind, &options.tls) {
            (Kind::Smtp, _) => "smtp",
            (_, Some(_)) => "https",
            (_, None) => "http",
        },
    );
    let simulator = Simulator::start(options).await.map_err(|e: Problem| e.to_string())?;
    let address = simulator.address().map(|a| format!("{scheme}://{a}"));
    let line = serde_json::json!({"kind": kind, "address": address, "control": simulator.control().to_string()});
    let mut out = std::io::stdout();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|e| e.to_string())?;
    if end_with_stdin {
        let (over, is_over) = tokio::sync::oneshot::channel();
        // The reading runs on a thread of its own, since the runtime would wait for a task that reads.
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            let _ = over.send(());
        });
        tokio::select! {
            ended = ended() => ended.map_err(|e| e.to_string()),
            _ = is_over => Ok(()),
        }
    } else {
        ended().await.map_err(|e| e.to_string())
    }
}

/// Waits for SIGINT or SIGTERM.
async fn ended() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = term.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
