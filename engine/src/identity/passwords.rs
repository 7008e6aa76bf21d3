//! Passwords: what is accepted, and their argon2id hashes.

use std::collections::HashSet;
use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params};
use diagnostic::Diagnostic;
use tokio::sync::Semaphore;

use crate::Error;

/// Shortest password in characters.
pub const SHORTEST: usize = 8;
/// Longest password in characters.
pub const LONGEST: usize = 256;

/// What is made for people to type: no letter looks like another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// How many characters of a password must be no part of what its owner is called.
const FREE: usize = 6;

/// Passwords that are tried first: those of the lists of stolen ones that are long enough (from zxcvbn, MIT).
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// A hash takes 19 MiB and all of a core: more at once would only starve everything else.
static HASHING: Semaphore = Semaphore::const_new(2);

/// How many may wait for it: the next would wait longer than anybody does.
const WAITING: usize = 256;
static WAIT: Semaphore = Semaphore::const_new(WAITING);

/// What a wrong address is verified against, so that it takes as long as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// Refuses a password that is longer than any could be, before anything is done with it.
pub(super) fn refuse_monster(password: &str, place: &str) -> Result<(), Error> {
    if password.len() > LONGEST * 4 {
        let mistake = Diagnostic::error("user.password_long").at(place).with("expected", LONGEST);
        return Err(Error::Malformed(vec![mistake]));
    }
    Ok(())
}

/// Makes a password of five bits a letter, in groups that are read aloud easily.
pub(super) fn make<const LENGTH: usize>() -> String {
    let bytes: [u8; LENGTH] = rand::random();
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Says what is wrong with a new password of somebody who is called so: name, address.
///
/// There are no rules of composition: they make passwords worse. What is refused is what is tried first.
pub fn check(password: &str, called: &[&str]) -> Result<(), Diagnostic> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Diagnostic::error("user.password_short").at("/password").with("expected", SHORTEST));
    }
    if length > LONGEST {
        return Err(Diagnostic::error("user.password_long").at("/password").with("expected", LONGEST));
    }
    let lower = password.to_lowercase();
    if COMMON.contains(lower.as_str()) {
        return Err(Diagnostic::error("user.password_common").at("/password"));
    }
    if called.iter().any(|called| is_made_of(&lower, called)) {
        return Err(Diagnostic::error("user.password_personal").at("/password"));
    }
    Ok(())
}

/// Says whether a password is little more than what somebody is called.
fn is_made_of(lower: &str, called: &str) -> bool {
    let called = called.to_lowercase();
    let whole: String = called.split_whitespace().collect();
    let parts = called.split(['@', ' ', '.']).filter(|part| part.chars().count() >= 4);
    let rest = std::iter::once(whole.as_str())
        .chain(parts)
        .filter(|part| !part.is_empty())
        .fold(lower.to_owned(), |rest, part| rest.replace(part, ""));
    rest.len() < lower.len() && rest.chars().count() < FREE
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
    let Ok(_place) = WAIT.try_acquire() else { return Err(Error::TooManyAttempts { retry_after: 5 }) };
    let _permit = HASHING.acquire().await.map_err(|_| Error::broken("hashing has stopped"))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal("hashing failed".to_owned(), Some(error.into())))
}

/// Says whether a hash was made with less work than hashes are made with now.
pub(super) fn is_outgrown(hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return true };
    let number = |name: &str| hash.params.get_decimal(name).unwrap_or(0);
    let now = Params::default();
    hash.algorithm.as_str() != "argon2id" || number("m") < now.m_cost() || number("t") < now.t_cost()
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
        let code =
            |password: &str| check(password, &["Boris Orlov", "b.orlov@example.com"]).map_err(|mistake| mistake.code);
        assert_eq!(code("1234567"), Err("user.password_short"));
        assert_eq!(code("Password123"), Err("user.password_common"));
        assert_eq!(code(&"x".repeat(257)), Err("user.password_long"));
        assert_eq!(code("ромашка цветёт"), Ok(()));
        assert_eq!(code("Orlov1985"), Err("user.password_personal"));
        assert_eq!(code("b.orlov@example.com"), Err("user.password_personal"));
        assert_eq!(code("my cat orlov sings"), Ok(()));
    }

    #[test]
    fn sees_that_a_hash_was_made_with_less_work() {
        assert!(!is_outgrown(&hash_now("correct horse").unwrap()));
        let weak = "$argon2id$v=19$m=4096,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$vCNq9gkh9ZC8iQ2kDgYAZmr8dpfZAFz5cNMDaU9gq0E";
        assert!(is_outgrown(weak));
    }
}
