//! Rich text as it is kept: formatting and pictures of our own files, and nothing that runs or asks a stranger.

use std::borrow::Cow;
use std::sync::LazyLock;

/// Takes out of a text whatever a rich text may not hold.
pub fn clean(text: &str) -> String {
    static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(cleaner);
    CLEANER.clean(text).to_string()
}

/// Keeps formatting and pictures of our own files; a remote picture would tell its server who reads the text.
fn cleaner() -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::default();
    builder.link_rel(Some("noopener noreferrer nofollow")).attribute_filter(|element, attribute, value| {
        let own = value.starts_with("/api/files/");
        let remote = element == "img" && attribute == "src" && !own;
        (!remote).then_some(Cow::Borrowed(value))
    });
    builder
}
