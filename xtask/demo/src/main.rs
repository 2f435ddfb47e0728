//! A hub with the systems around it, and a story played through them. `cargo xtask demo` builds everything and starts this
//! program.
//!
//! Owns: the story, and its people and systems. Each printed line comes from the hub's HTTP API or from a receiving simulator.
//! Never builds anything, and is never deployed. Start at [`story::tell`].

mod documents;
mod doors;
mod failure;
mod folders;
mod hub;
mod people;
mod story;
mod story_end;
mod teller;
mod world;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use failure::{About, Failure, Result};
use folders::{binaries, root};
use teller::Teller;
use world::World;

/// Starts a hub with the systems around it, plays a story through them, and stays up.
#[derive(Debug, Clone, Copy, Parser)]
#[command(name = "bindeledd-demo")]
struct Options {
    /// End after the story: with 0 only if everything came out as told.
    #[arg(long)]
    once: bool,
    /// Tell the story as JSON, one object a line.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "demo: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.map_err(|e| Failure(format!("can not start a runtime: {e}")))?;
    runtime.block_on(play(options))
}

/// Takes the lock that keeps a second demo from clearing this one's folder. The lock ends with the process.
fn alone() -> Result<std::fs::File> {
    let path = root().join("target/demo.lock");
    let file = std::fs::File::create(&path).about("make", &path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(Failure("another demo is running from this folder; end it first".into())),
    }
}

/// Plays the story, and stops every process at its end, at Ctrl-C, or after a failure.
async fn play(options: Options) -> Result<()> {
    let dir = root().join("target/demo");
    let _alone = alone()?;
    if dir.exists() {
        std::fs::remove_dir_all(&dir).about("clear", &dir)?;
    }
    let binaries = binaries()?;
    let mut teller = Teller::new(options.json);
    let mut world = tokio::select! {
        world = World::start(&binaries, &dir, &mut teller) => world.map_err(|f| teller.place(f, &dir))?,
        ended = interrupted() => return ended,
    };
    let result = tokio::select! {
        told = async { story::tell(&mut world, &mut teller).await } => told.map_err(|f| teller.place(f, &dir)),
        ended = interrupted() => ended,
    };
    let result = match result {
        Ok(()) if !options.once => {
            Teller::stay(&world.to_try());
            interrupted().await.or(Ok(()))
        }
        other => other,
    };
    world.stop().await;
    result
}

/// Waits for Ctrl-C, a termination signal, or the end of the terminal.
async fn interrupted() -> Result<()> {
    let wait = async {
        let mut term = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = term.recv() => Ok(()),
            _ = hangup.recv() => Ok(()),
        }
    };
    wait.await
        .map_err(|e: std::io::Error| Failure(format!("can not wait for signals: {e}")))?;
    Err(Failure("interrupted".into()))
}
