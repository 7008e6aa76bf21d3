//! The text of every code, in every language.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use engine::Locale;
use engine::diagnostic::Diagnostic;
use engine::jobs::Problem;

static ENGLISH: LazyLock<HashMap<String, String>> = LazyLock::new(|| parse(include_str!("../messages/en.json")));
static RUSSIAN: LazyLock<HashMap<String, String>> = LazyLock::new(|| parse(include_str!("../messages/ru.json")));

fn parse(text: &str) -> HashMap<String, String> {
    serde_json::from_str(text).expect("the texts are an object of strings, which a test reads too")
}

/// Lists the codes that have a text in this language.
pub fn codes(locale: Locale) -> impl Iterator<Item = &'static str> {
    texts(locale).keys().map(String::as_str)
}

/// Says a code with its arguments in a language; an unknown code is said as itself.
///
/// `{name}` stands for an argument. A part in `[…]` is left out when an argument inside it is missing.
pub fn text(locale: Locale, code: &str, arguments: &BTreeMap<&str, String>) -> String {
    match texts(locale).get(code).or_else(|| ENGLISH.get(code)) {
        Some(template) => fill(template, arguments),
        None => code.to_owned(),
    }
}

/// Says a diagnostic in a language: labels and the words of types and kinds stand for technical names.
pub fn say(locale: Locale, diagnostic: &Diagnostic) -> String {
    let arguments = diagnostic.arguments.iter().map(|(name, value)| (*name, value.clone()));
    spoken(locale, diagnostic.code, arguments.collect(), diagnostic.words.iter().map(|(name, texts)| (*name, texts)))
}

/// Says what a job kept of a diagnostic.
pub fn say_problem(locale: Locale, problem: &Problem) -> String {
    let arguments = problem.arguments.iter().map(|(name, value)| (name.as_str(), value.clone()));
    let words = problem.words.iter().map(|(name, texts)| (name.as_str(), texts));
    spoken(locale, &problem.code, arguments.collect(), words)
}

fn spoken<'a>(
    locale: Locale,
    code: &str,
    mut arguments: BTreeMap<&'a str, String>,
    words: impl Iterator<Item = (&'a str, &'a BTreeMap<String, String>)>,
) -> String {
    for (name, value) in &mut arguments {
        if let Some(family) = TERMS.iter().find(|(argument, _)| argument == name).map(|(_, family)| family) {
            *value = value.split(", ").map(|word| term(locale, family, word)).collect::<Vec<_>>().join(", ");
        }
    }
    for (name, texts) in words {
        let text = texts.get(locale.code()).or_else(|| texts.get("en")).or_else(|| texts.values().next());
        arguments.extend(text.map(|text| (name, text.clone())));
    }
    text(locale, code, &arguments)
}

/// Arguments whose values are words of the product, and where the texts of these words stand.
const TERMS: [(&str, &str); 8] = [
    ("type", "type"),
    ("from_type", "type"),
    ("to_type", "type"),
    ("left", "type"),
    ("right", "type"),
    ("kind", "kind"),
    ("operations", "operation"),
    ("part", "part"),
];

fn term(locale: Locale, family: &str, word: &str) -> String {
    texts(locale).get(&format!("{family}.{word}")).map_or_else(|| word.to_owned(), Clone::clone)
}

fn texts(locale: Locale) -> &'static HashMap<String, String> {
    match locale {
        Locale::En => &ENGLISH,
        Locale::Ru => &RUSSIAN,
    }
}

fn fill(template: &str, arguments: &BTreeMap<&str, String>) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('[') {
        let Some(length) = rest[open..].find(']') else { break };
        replace(&rest[..open], arguments, &mut filled);
        let mut part = String::new();
        if replace(&rest[open + 1..open + length], arguments, &mut part) {
            filled.push_str(&part);
        }
        rest = &rest[open + length + 1..];
    }
    replace(rest, arguments, &mut filled);
    filled
}

/// Appends the text with its placeholders replaced; says whether every one had a value.
fn replace(text: &str, arguments: &BTreeMap<&str, String>, into: &mut String) -> bool {
    let (mut rest, mut whole) = (text, true);
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        into.push_str(&rest[..open]);
        match arguments.get(&rest[open + 1..open + length]) {
            Some(value) => into.push_str(value),
            None => whole = false,
        }
        rest = &rest[open + length + 1..];
    }
    into.push_str(rest);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expect: &str) {
        let arguments = BTreeMap::from([("name", "titel".to_owned()), ("nearest", "title".to_owned())]);
        assert_eq!(fill(template, &arguments), expect);
    }

    #[test]
    fn placeholders_are_replaced_and_optional_parts_left_out() {
        check(
            "There is no field `{name}`[; did you mean `{nearest}`].",
            "There is no field `titel`; did you mean `title`.",
        );
        check("There is no field `{name}`[ in {entity}].", "There is no field `titel`.");
        check("plain", "plain");
    }

    #[test]
    fn both_languages_have_the_same_codes_and_placeholders() {
        for (code, english) in ENGLISH.iter() {
            let russian = RUSSIAN.get(code).unwrap_or_else(|| panic!("`{code}` has no Russian text"));
            assert_eq!(placeholders(english), placeholders(russian), "placeholders of `{code}`");
        }
        for code in RUSSIAN.keys() {
            assert!(ENGLISH.contains_key(code), "`{code}` has no English text");
        }
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> =
            text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
