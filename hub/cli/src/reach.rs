//! The reach of outgoing requests in the configuration.

use bindeledd_gateway::outbound::{CourierError, CourierOptions};
use bindeledd_texts::cli::config::Config;

use crate::config::Configuration;
use crate::configured_file::bytes;
use crate::failure::Failure;

/// Returns the trust anchors and limits of outbound calls.
pub(crate) fn reach(configuration: &Configuration) -> Result<CourierOptions, Failure> {
    let outbound = &configuration.settings.outbound;
    let extra_roots = outbound.ca_files.iter().map(|file| bytes(&configuration.path(file)));
    Ok(CourierOptions {
        allow_http_loopback: outbound.allow_http_loopback,
        extra_roots: extra_roots.collect::<Result<_, _>>()?,
        ..CourierOptions::default()
    })
}

/// Returns the failure of outgoing requests that can not be set up.
pub(crate) fn unreachable(error: &CourierError) -> Failure {
    Failure::configuration("BL-6004", error.words(), Config::SeeOutbound).because_of(error.cause())
}
