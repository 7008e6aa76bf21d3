//! Settings of an engine.

use std::path::PathBuf;

/// Where the data are and what protects them.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of the data: the SQLite file, the secret key.
    pub data: PathBuf,
    /// `postgres://…`; `None` for SQLite in the folder.
    pub database_url: Option<String>,
    /// Key of 32 bytes or more in base64 that signs cursors and encrypts secrets; `None` to make one in the folder.
    pub secret_key: Option<String>,
    /// Address under which people reach the product, for links.
    pub public_url: Option<String>,
}
