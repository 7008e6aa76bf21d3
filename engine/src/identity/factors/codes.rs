//! Codes of an authenticator, recovery codes, and the picture by which a secret gets into an authenticator.

use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use hmac::{Hmac, KeyInit, Mac};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;
use sha2::Sha256;
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

use super::Setup;
use crate::Error;
use crate::identity::passwords;

/// Recovery codes a person gets.
const CODES: usize = 10;
/// Letters of one recovery code: 80 bits.
const LENGTH: usize = 16;
/// Light border of a QR code, in modules, without which cameras do not find it.
const BORDER: i32 = 2;

/// A picture of squares: the edge in squares, and the dark ones as a path of SVG.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    /// How many squares an edge has.
    pub size: i32,
    /// The dark squares.
    pub path: String,
}

/// The step whose code this is, one to either side of now being good too.
pub(super) fn step(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let seconds = u64::try_from(now.timestamp()).ok()?;
    authenticator(secret).check(&code, seconds).and_then(|step| i64::try_from(step).ok())
}

fn authenticator(secret: &[u8]) -> Totp {
    Builder::new().with_secret(secret.to_vec()).with_skew(1).build_noncompliant()
}

/// What a person is shown of a new secret.
pub(super) fn setup(secret: &[u8], workspace: &str, email: &str) -> Result<Setup, Error> {
    let text = Secret::from(secret.to_vec()).to_base32();
    let (issuer, account) = (escaped(workspace), escaped(email));
    let uri =
        format!("otpauth://totp/{issuer}:{account}?secret={text}&issuer={issuer}&algorithm=SHA1&digits=6&period=30");
    let code = QrCode::encode_text(&uri, QrCodeEcc::Medium)
        .map_err(|_| Error::Invalid(vec![Diagnostic::error("auth.factor_too_long")]))?;
    Ok(Setup { secret: text, uri, qr: picture(&code) })
}

/// Percent-encodes all but plain letters and digits.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn picture(code: &QrCode) -> Picture {
    let size = code.size() + 2 * BORDER;
    let squares = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    let dark = squares.filter(|(x, y)| code.get_module(*x, *y));
    let path = dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + BORDER, y + BORDER)).collect();
    Picture { size, path }
}

/// Makes recovery codes.
pub(super) fn recovery() -> Vec<String> {
    (0..CODES).map(|_| passwords::make::<LENGTH>()).collect()
}

/// Says whether a text could be a recovery code.
pub(super) fn is_recovery(code: &str) -> bool {
    plain(code).len() == LENGTH
}

/// Hashes a recovery code with a key that is not in the database: the codes are too short for a hash alone.
pub(super) fn hash(key: &[u8; 32], user: Uuid, code: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(user.as_bytes());
    mac.update(plain(code).as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A recovery code as it is hashed, however it was typed.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_codes_of_the_standard() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let secret = b"12345678901234567890";
        // RFC 6238, appendix B: the last six digits of 94287082.
        assert_eq!(step(secret, "287 082", at(59)), Some(1));
        assert_eq!(step(secret, "287082", at(89)), Some(1), "the one before is good");
        assert_eq!(step(secret, "287082", at(29)), Some(1), "and the next");
        assert_eq!(step(secret, "287082", at(120)), None);
        assert_eq!(step(secret, "287083", at(59)), None);
    }

    #[test]
    fn recovery_codes_are_known_however_they_are_typed() {
        let (key, user, codes) = ([7; 32], Uuid::nil(), recovery());
        assert_eq!(codes.len(), CODES);
        assert!(is_recovery(&codes[0]) && !is_recovery("123456"));
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert_eq!(hash(&key, user, &codes[0]), hash(&key, user, &typed));
        assert_ne!(hash(&key, user, &codes[0]), hash(&key, Uuid::max(), &codes[0]));
    }

    #[test]
    fn draws_what_authenticators_read() {
        let setup = setup(&[1; 20], "Верстак", "a@b.c").unwrap();
        assert!(setup.uri.starts_with("otpauth://totp/%D0%92"), "{}", setup.uri);
        assert!(setup.qr.size > 25 && setup.qr.path.starts_with("M2 2h1v1h-1z"), "{:?}", setup.qr);
    }
}
