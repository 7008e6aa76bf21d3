//! What an address, a number to call, a link and a colour look like; without the blanks around them.

/// Says whether a text is one of the type, whose word is that of documents; every text is one of the other types.
pub fn fits(type_name: &str, text: &str) -> bool {
    match type_name {
        "email" => is_email(text.trim()),
        "phone" => is_phone(text.trim()),
        "url" => is_url(text.trim()),
        "color" => is_color(text),
        _ => true,
    }
}

/// An address of mail.
pub fn is_email(text: &str) -> bool {
    text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\"[]\\".contains(c))
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.contains('@'))
        })
}

/// A number to call, with an extension or words.
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && text.chars().count() <= 50
        && text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "+-().,/#*;".contains(c))
}

/// A link that a browser may follow.
pub fn is_url(text: &str) -> bool {
    text.len() <= 2_048
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
        && text.split_once(':').is_some_and(|(scheme, rest)| match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" | "ftp" => {
                rest.strip_prefix("//").is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
            }
            "mailto" | "tel" => !rest.is_empty(),
            _ => false,
        })
}

/// A colour, `#1a2b3c`.
pub fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}
