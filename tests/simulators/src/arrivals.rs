//! Records every request in order, repetitions included.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::clock::Now;

/// The recorded part of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Record {
    /// Everything: headers and bytes.
    #[default]
    Full,
    /// Times, hash and ids, which a load test compares.
    Summary,
}

/// The answer that a request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answered {
    Status(u16),
    /// No answer: the connection was closed, or kept open.
    Never,
}

/// A request that the simulator received.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) at: Now,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) size: usize,
    pub(crate) sha256: [u8; 32],
    /// Ids in the request, such as `("msgid", …)`. The first one identifies the document.
    pub(crate) ids: Vec<(&'static str, String)>,
    /// Document inside the transport's own wrapping, if the request has one.
    pub(crate) document: Option<String>,
    pub(crate) answered: Answered,
    /// True if the system keeps the document, whatever the answer was.
    pub(crate) taken: bool,
}

/// Maximum number of recorded arrivals; further arrivals are only counted.
const MOST: usize = 2_000_000;

#[derive(Debug, Default)]
struct Log {
    kept: Vec<Arrival>,
    total: u64,
    taken: u64,
}

/// Every arrival.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    record: Record,
    log: Mutex<Log>,
}

impl Arrivals {
    pub(crate) fn new(record: Record) -> Self {
        Self {
            record,
            log: Mutex::default(),
        }
    }

    fn log(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, mut arrival: Arrival) {
        if self.record == Record::Summary {
            arrival.body = Bytes::new();
            arrival.headers = Vec::new();
            arrival.document = None;
        }
        let mut log = self.log();
        log.total += 1;
        log.taken += u64::from(arrival.taken);
        if log.kept.len() < MOST {
            log.kept.push(arrival);
        }
    }

    pub(crate) fn forget(&self) {
        *self.log() = Log::default();
    }

    /// Returns arrivals from number `since` on, numbered from 0.
    pub(crate) fn page(&self, since: usize, limit: usize) -> Value {
        let page: Vec<_> = {
            let log = self.log();
            log.kept
                .iter()
                .enumerate()
                .skip(since)
                .take(limit)
                .map(|(n, a)| (n, a.clone()))
                .collect()
        };
        let next = page.last().map_or(since, |(n, _)| n + 1);
        json!({ "arrivals": page.iter().map(|(n, a)| a.to_json(*n)).collect::<Vec<_>>(), "next": next })
    }

    /// Returns the number of arrivals, of distinct documents, and of documents that were repeated with other bytes.
    pub(crate) fn summary(&self) -> Value {
        let log = self.log();
        let mut seen: HashMap<&str, ([u8; 32], u64)> = HashMap::new();
        let (mut without_id, mut changed) = (0_u64, 0_u64);
        for arrival in &log.kept {
            let Some((_, id)) = arrival.ids.first() else {
                without_id += 1;
                continue;
            };
            let (sha256, times) = seen.entry(id).or_insert((arrival.sha256, 0));
            *times += 1;
            changed += u64::from(*sha256 != arrival.sha256);
        }
        let times = |arrival: Option<&Arrival>| arrival.map(|a| a.at.unix_micros);
        json!({
            "total": log.total,
            "taken": log.taken,
            "distinct": seen.len(),
            "repeated": seen.values().filter(|(_, times)| *times > 1).count(),
            "changed": changed,
            "withoutId": without_id,
            "firstUnixMicros": times(log.kept.first()),
            "lastUnixMicros": times(log.kept.last()),
        })
    }
}

impl Arrival {
    fn to_json(&self, number: usize) -> Value {
        let ids: serde_json::Map<_, _> = self
            .ids
            .iter()
            .map(|(k, v)| ((*k).to_owned(), Value::from(v.as_str())))
            .collect();
        let headers: serde_json::Map<_, _> = self
            .headers
            .iter()
            .map(|(k, v)| (k.clone(), v.as_str().into()))
            .collect();
        let answered = match self.answered {
            Answered::Status(status) => json!(status),
            Answered::Never => Value::Null,
        };
        let mut out = json!({
            "number": number,
            "monotonicNanos": self.at.monotonic_nanos,
            "unixMicros": self.at.unix_micros,
            "method": self.method,
            "path": self.path,
            "headers": headers,
            "bytes": self.size,
            "sha256": hex(&self.sha256),
            "ids": ids,
            "answered": answered,
            "taken": self.taken,
        });
        if !self.body.is_empty() {
            out["bodyBase64"] = STANDARD.encode(&self.body).into();
            // The text is added for people who read the record.
            if let Ok(text) = std::str::from_utf8(&self.body) {
                out["body"] = text.into();
            }
        }
        if let Some(document) = &self.document {
            out["document"] = document.as_str().into();
        }
        out
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref());
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('?'));
            }
            out
        })
}
