//! The workspace's secret key and what is derived from it.
//!
//! On SQLite a key is made in the folder of the data when none is given; on PostgreSQL, where any number of nodes share
//! one database, it must be given.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use diagnostic::Diagnostic;
use expression::Value;
use sha2::{Digest, Sha256};
use sql::Rows;
use storage::Database;
use storage::internal::settings;

use crate::{Config, Error};

const SHORTEST_KEY: usize = 32;
const NONCE: usize = 24;
/// Setting by which the key is known again.
const FINGERPRINT: &str = "secret.fingerprint";

/// The secret key of the workspace.
pub struct Secrets {
    key: Vec<u8>,
}

impl Secrets {
    /// Takes the key of the settings, else that of the folder, which is made when absent.
    pub(crate) fn of(config: &Config) -> Result<Self, Error> {
        let text = match (&config.secret_key, &config.database_url) {
            (Some(text), _) => text.clone(),
            (None, Some(_)) => return Err(Error::Settings(Diagnostic::error("settings.secret_key_missing"))),
            (None, None) => key_of_folder(&config.data)?,
        };
        let key = STANDARD.decode(text.trim()).unwrap_or_default();
        if key.len() < SHORTEST_KEY {
            return Err(Error::Settings(Diagnostic::error("settings.secret_key_short").with("bytes", SHORTEST_KEY)));
        }
        Ok(Self { key })
    }

    /// Derives the key of one purpose, such as `cursor`.
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(&self.key);
        hash.finalize().into()
    }

    /// Encrypts a value; `place` (table, record, field) binds it to where it is kept.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let cipher = XChaCha20Poly1305::new(&self.key("secret").into());
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::Internal("a secret could not be encrypted".to_owned(), None))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Decrypts what [`Secrets::seal`] made for the same place.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let failed = || Error::Internal("a secret could not be decrypted: another key, or moved".to_owned(), None);
        let (nonce, text) = sealed.split_first_chunk::<NONCE>().ok_or_else(failed)?;
        let cipher = XChaCha20Poly1305::new(&self.key("secret").into());
        let payload = Payload { msg: text, aad: place.as_bytes() };
        cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| failed())
    }
}

/// Notes by which key the database is used, and refuses another one: what was sealed or encrypted by the first would
/// look forged, or be lost, and be told so only when it is too late. `is_new` takes the other key all the same.
pub(crate) async fn ensure(database: &Database, secrets: &Secrets, is_new: bool) -> Result<(), Error> {
    let own = hex(&secrets.key("fingerprint"));
    let known = |rows: &Rows| matches!(rows.first().map(Vec::as_slice), Some([Value::Text(known)]) if **known == *own);
    if known(&database.fetch(&settings::get(FINGERPRINT)).await?) {
        return Ok(());
    }
    let put = if is_new { settings::put(FINGERPRINT, &own) } else { settings::put_first(FINGERPRINT, &own) };
    database.execute(&put).await?;
    if known(&database.fetch(&settings::get(FINGERPRINT)).await?) {
        return Ok(());
    }
    Err(Error::Settings(Diagnostic::error("settings.secret_key_other")))
}

/// Makes a text of 256 random bits, fit for URLs and headers.
pub(crate) fn random_token() -> String {
    let bytes: [u8; 32] = rand::random();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Gives the SHA-256 of a text in hexadecimal: what is stored in place of a token.
pub(crate) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key_of_folder(folder: &Path) -> Result<String, Error> {
    let path = folder.join("secret.key");
    let failed = |source: std::io::Error| {
        Error::Settings(
            Diagnostic::error("settings.secret_key_file").with("path", path.display()).with("found", source),
        )
    };
    if !path.exists() {
        write_new_key(folder, &path).map_err(failed)?;
    }
    fs::read_to_string(&path).map_err(failed)
}

/// Two processes may start at once: the key is written whole beside its place and linked there, which only one can do.
fn write_new_key(folder: &Path, path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let key: [u8; 32] = rand::random();
    let fresh = folder.join(format!("secret.key.{}", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(STANDARD.encode(key).as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&fresh, path);
    fs::remove_file(&fresh)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path) -> Config {
        Config { data: folder.to_owned(), database_url: None, secret_key: None, ..Config::default() }
    }

    #[test]
    fn makes_one_key_and_keeps_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let first = Secrets::of(&config(folder.path())).unwrap();
        let second = Secrets::of(&config(folder.path())).unwrap();
        assert_eq!(first.key("cursor"), second.key("cursor"));
        assert_ne!(first.key("cursor"), first.key("secret"));
        let mode = fs::metadata(folder.path().join("secret.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn refuses_a_short_key_and_a_missing_one_on_postgres() {
        let folder = tempfile::tempdir().unwrap();
        let short = Config { secret_key: Some("c2hvcnQ=".to_owned()), ..config(folder.path()) };
        assert!(matches!(Secrets::of(&short), Err(Error::Settings(d)) if d.code == "settings.secret_key_short"));
        let missing = Config { database_url: Some("postgres://x".to_owned()), ..config(folder.path()) };
        assert!(matches!(Secrets::of(&missing), Err(Error::Settings(d)) if d.code == "settings.secret_key_missing"));
    }

    #[test]
    fn opens_a_secret_only_where_it_was_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::of(&config(folder.path())).unwrap();
        let sealed = secrets.seal("deal/1/token", b"abc").unwrap();
        assert_eq!(secrets.open("deal/1/token", &sealed).unwrap(), b"abc");
        assert!(secrets.open("deal/2/token", &sealed).is_err());
    }
}
