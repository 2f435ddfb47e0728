//! Fetches issuers' public documents: their metadata and their keys.

use async_trait::async_trait;
use bindeledd_http::Fetch;
use reqwest::Url;

use super::clients::plain_client;
use super::credential::{CourierError, CourierOptions};
use super::failure::cause;
use super::request::is_reachable;

/// Maximum size of a public document; no key set is larger.
const LARGEST: usize = 512 * 1024;

/// Fetches public documents over HTTPS, without a credential.
#[derive(Debug)]
pub struct HttpFetch {
    http: reqwest::Client,
    allow_http_loopback: bool,
}

impl HttpFetch {
    /// Makes a fetcher that trusts the authorities of `reach`.
    ///
    /// # Errors
    /// No client can be made with these authorities.
    pub fn new(reach: &CourierOptions) -> Result<Self, CourierError> {
        Ok(Self {
            http: plain_client(reach)?,
            allow_http_loopback: reach.allow_http_loopback,
        })
    }
}

#[async_trait]
impl Fetch for HttpFetch {
    async fn get(&self, address: &str) -> Result<Vec<u8>, String> {
        let url = Url::parse(address)
            .ok()
            .filter(|url| is_reachable(url, self.allow_http_loopback));
        let url = url.ok_or("their address is not https")?;
        let failed = |error: reqwest::Error| cause(&error).to_string();
        let mut response = self.http.get(url).send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(format!("the answer is {}", response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST {
                return Err("the answer is too large".into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}
