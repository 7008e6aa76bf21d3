//! Addresses of users: one form for all ways to write the same one.

use diagnostic::Diagnostic;
use icu_normalizer::ComposingNormalizerBorrowed;

const LONGEST: usize = 254;

/// Gives the form in which an address is stored and looked for: NFKC, lower case, without blanks around it.
pub fn normalise(email: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(email.trim());
    ComposingNormalizerBorrowed::new_nfkc().normalize(&composed.to_lowercase()).into_owned()
}

/// Gives the stored form of an address, or what is wrong with it.
pub fn check(email: &str) -> Result<String, Diagnostic> {
    let address = normalise(email);
    let mut parts = address.split('@');
    let (name, domain, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    let odd = |c: char| c.is_whitespace() || c.is_control();
    let right = !name.is_empty() && !domain.is_empty() && rest.is_none();
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
