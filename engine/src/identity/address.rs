//! Addresses of users: one form for all ways to write the same one.

use diagnostic::Diagnostic;
use icu_normalizer::ComposingNormalizerBorrowed;

const LONGEST: usize = 254;
/// What Unicode has for a character that cannot be shown.
const NO_CHARACTER: &str = "\u{fffd}";

/// Gives the form in which an address is stored and looked for: NFKC, lower case, without blanks around it. In place of NUL,
/// which PostgreSQL takes in no text, stands a character that no address has either.
pub fn normalise(email: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(email.trim());
    ComposingNormalizerBorrowed::new_nfkc().normalize(&composed.to_lowercase()).replace('\0', NO_CHARACTER)
}

/// Gives the stored form of an address, or what is wrong with it.
pub fn check(email: &str) -> Result<String, Diagnostic> {
    let address = normalise(email);
    let mut parts = address.split('@');
    let (name, domain, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    let odd = |c: char| c.is_whitespace() || c.is_control();
    let right = !name.is_empty() && !domain.is_empty() && rest.is_none() && !address.contains(NO_CHARACTER);
    if !right || address.len() > LONGEST || address.chars().any(odd) {
        return Err(Diagnostic::error("user.email_wrong")
            .at("/email")
            .with("found", email.chars().take(80).collect::<String>()));
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_one_address_one_way() {
        assert_eq!(check(" Ivan@Example.COM ").unwrap(), "ivan@example.com");
        assert_eq!(check("ＩＶＡＮ@example.com").unwrap(), "ivan@example.com");
        assert_ne!(normalise("jülian@x.org"), normalise("julian@x.org"));
        for wrong in ["", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\u{0}"] {
            assert_eq!(check(wrong).unwrap_err().code, "user.email_wrong", "{wrong:?}");
        }
    }
}
