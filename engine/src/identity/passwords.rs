//! Passwords: what is accepted, and their argon2id hashes.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use diagnostic::Diagnostic;
use tokio::sync::Semaphore;

use crate::Error;

/// Shortest password in characters.
pub const SHORTEST: usize = 8;
/// Longest password in characters.
pub const LONGEST: usize = 256;

/// A hash takes 19 MiB and all of a core: more at once would only starve everything else.
static HASHING: Semaphore = Semaphore::const_new(2);

/// What a wrong address is verified against, so that it takes as long as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// Says what is wrong with a new password.
pub fn check(password: &str) -> Result<(), Diagnostic> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Diagnostic::error("user.password_short").at("/password").with("expected", SHORTEST));
    }
    if length > LONGEST {
        return Err(Diagnostic::error("user.password_long").at("/password").with("expected", LONGEST));
    }
    let lower = password.to_lowercase();
    if include_str!("common_passwords.txt").lines().any(|common| common == lower) {
        return Err(Diagnostic::error("user.password_common").at("/password"));
    }
    Ok(())
}

/// Hashes a password beside the threads that answer requests.
pub async fn hash(password: &str) -> Result<String, Error> {
    let password = password.to_owned();
    on_own_thread(move || hash_now(&password)).await?
}

/// Says whether a password belongs to a hash; without a hash it takes as long and says no.
pub async fn verify(password: &str, hash: Option<String>) -> Result<bool, Error> {
    if password.chars().count() > LONGEST {
        return Ok(false);
    }
    let password = password.to_owned();
    on_own_thread(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let verified = PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known && verified
    })
    .await
}

async fn on_own_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let _permit = HASHING.acquire().await.map_err(|_| Error::broken("hashing has stopped"))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal("hashing failed".to_owned(), Some(error.into())))
}

fn hash_now(password: &str) -> Result<String, Error> {
    let hash: PasswordHash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| Error::broken(format!("hashing failed: {error}")))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn verifies_only_the_right_password() {
        let hash = hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse", Some(hash.clone())).await.unwrap());
        assert!(!verify("correct horses", Some(hash)).await.unwrap());
        assert!(!verify("nobody has this password", None).await.unwrap());
    }

    #[test]
    fn refuses_short_long_and_common_ones() {
        let code = |password: &str| check(password).map_err(|mistake| mistake.code);
        assert_eq!(code("1234567"), Err("user.password_short"));
        assert_eq!(code("Password123"), Err("user.password_common"));
        assert_eq!(code(&"x".repeat(257)), Err("user.password_long"));
        assert_eq!(code("ромашка цветёт"), Ok(()));
    }
}
