//! A letter as a script writes it: every mistake at once, before anything is written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diagnostic::Diagnostic;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::About;
use super::server::mailbox;
use crate::files::{self, FileInfo};
use crate::records::command::identity;

/// Most recipients of one letter, copies included.
pub(crate) const RECIPIENTS: usize = 50;
/// Longest subject in characters.
pub(crate) const SUBJECT: usize = 500;
/// Most files of one letter, and bytes of all of them.
pub(crate) const FILES: (usize, u64) = (20, 20 << 20);

/// Characters of a line of a plain text that is made of a formatted one.
const LINE: usize = 76;

/// Elements within one another of which a plain text is made.
const DEPTH: usize = 200;

/// A letter that is to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) id: Uuid,
    /// To whom: those of `to`, of `cc`, of `bcc`.
    pub(crate) to: [Vec<Mailbox>; 3],
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) about: Option<About>,
    pub(crate) files: Vec<Uuid>,
}

impl Letter {
    /// What would go, for whoever tries a script.
    pub(crate) fn shown(&self) -> Json {
        let mut shown = Map::new();
        for (name, list) in LISTS.iter().zip(&self.to).filter(|(_, list)| !list.is_empty()) {
            let list: Vec<String> = list.iter().map(ToString::to_string).collect();
            shown.insert((*name).to_owned(), Json::from(list));
        }
        for (name, text) in [("subject", &self.subject), ("text", &self.text), ("html", &self.html)] {
            if !text.is_empty() {
                shown.insert(name.to_owned(), Json::from(text.as_str()));
            }
        }
        if let Some(about) = &self.about {
            shown.insert("record".to_owned(), json!({"entity": about.entity, "id": about.id}));
        }
        if !self.files.is_empty() {
            let files: Vec<String> = self.files.iter().map(ToString::to_string).collect();
            shown.insert("files".to_owned(), Json::from(files));
        }
        Json::Object(shown)
    }
}

/// Names of the lists of recipients.
pub(crate) const LISTS: [&str; 3] = ["to", "cc", "bcc"];
const KNOWN: [&str; 8] = ["to", "cc", "bcc", "subject", "text", "html", "record", "files"];

/// Says that a part of what a script gives has not the form it must have.
pub(crate) fn malformed(name: &str, found: &Json) -> Diagnostic {
    let found: String = found.to_string().chars().take(80).collect();
    Diagnostic::error("message.malformed").with("name", name).with("found", found)
}

/// Names the parts that nothing is known of.
pub(crate) fn unknown<'a>(asked: &'a Map<String, Json>, known: &'a [&str]) -> impl Iterator<Item = Diagnostic> + 'a {
    let names = asked.keys().filter(|name| !known.contains(&name.as_str()));
    names.map(|name| {
        let near = schemas::suggest::nearest(name, known.iter().copied());
        Diagnostic::error("message.unknown_part").with("name", name).with_some("nearest", near)
    })
}

/// Gives a part that is a text; empty when it is not given.
pub(crate) fn words(asked: &Map<String, Json>, name: &str, mistakes: &mut Vec<Diagnostic>) -> String {
    match asked.get(name) {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.replace('\0', ""),
        Some(other) => {
            mistakes.push(malformed(name, other));
            String::new()
        }
    }
}

/// Gives the record that something is about.
pub(crate) fn about(asked: &Map<String, Json>, mistakes: &mut Vec<Diagnostic>) -> Option<About> {
    let record = asked.get("record").filter(|record| !record.is_null())?;
    let part = |name: &str| record.get(name).and_then(Json::as_str).map(str::to_owned);
    let about = part("entity").zip(part("id").filter(|id| identity(id).is_some()));
    if about.is_none() {
        mistakes.push(malformed("record", record));
    }
    about.map(|(entity, id)| About { entity, id })
}

/// Reads a letter.
pub(crate) fn read(asked: &Json) -> Result<Letter, Vec<Diagnostic>> {
    let Some(asked) = asked.as_object() else { return Err(vec![malformed("letter", asked)]) };
    let mut mistakes: Vec<Diagnostic> = unknown(asked, &KNOWN).collect();
    let to = LISTS.map(|name| recipients(asked, name, &mut mistakes));
    let count: usize = to.iter().map(Vec::len).sum();
    if count == 0 && mistakes.is_empty() {
        mistakes.push(Diagnostic::error("message.no_recipient"));
    }
    if count > RECIPIENTS {
        let many = Diagnostic::error("message.too_many_recipients").with("found", count).with("max", RECIPIENTS);
        mistakes.push(many);
    }
    let subject = words(asked, "subject", &mut mistakes).trim().to_owned();
    if subject.is_empty() {
        mistakes.push(Diagnostic::error("message.no_subject"));
    } else if subject.chars().any(char::is_control) {
        // A line that ends in it would begin a header of the sender's choice.
        mistakes.push(Diagnostic::error("message.subject_lines"));
    } else if subject.chars().count() > SUBJECT {
        mistakes.push(Diagnostic::error("message.subject_long").with("max", SUBJECT));
    }
    let text = words(asked, "text", &mut mistakes);
    let html = catalog::rich_text::clean(&words(asked, "html", &mut mistakes));
    if text.trim().is_empty() && html.trim().is_empty() {
        mistakes.push(Diagnostic::error("message.no_text"));
    }
    let about = about(asked, &mut mistakes);
    let files = attached(asked, &mut mistakes);
    let letter = Letter { id: Uuid::now_v7(), to, subject, text, html, about, files };
    if mistakes.is_empty() { Ok(letter) } else { Err(mistakes) }
}

fn recipients(asked: &Map<String, Json>, name: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<Mailbox> {
    let mut found: Vec<Mailbox> = Vec::new();
    for item in listed(asked, name) {
        let read = item.as_str().and_then(mailbox);
        match read {
            Some(read) if found.iter().all(|known| known.email != read.email) => found.push(read),
            Some(_) => {}
            None => {
                let shown: String = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                let shown: String =
                    shown.chars().map(|one| if one.is_control() { '␍' } else { one }).take(80).collect();
                mistakes.push(Diagnostic::error("message.bad_address").with("name", name).with("found", shown));
            }
        }
    }
    found
}

/// The items of a part that is one or a list of them; empty ones are left out.
pub(crate) fn listed<'a>(asked: &'a Map<String, Json>, name: &str) -> Vec<&'a Json> {
    let items = match asked.get(name) {
        None => Vec::new(),
        Some(Json::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
    };
    items.into_iter().filter(|item| !item.is_null() && item.as_str() != Some("")).collect()
}

fn attached(asked: &Map<String, Json>, mistakes: &mut Vec<Diagnostic>) -> Vec<Uuid> {
    let mut found = Vec::new();
    for item in listed(asked, "files") {
        match item.as_str().or_else(|| item["id"].as_str()).and_then(identity) {
            Some(id) if found.contains(&id) => {}
            Some(id) => found.push(id),
            None => mistakes.push(malformed("files", item)),
        }
    }
    if found.len() > FILES.0 {
        mistakes.push(Diagnostic::error("message.too_many_files").with("found", found.len()).with("max", FILES.0));
    }
    found
}

/// Says what is wrong with the files of a letter, of which those that may be read are known.
pub(crate) fn check_files(letter: &Letter, known: &[FileInfo]) -> Vec<Diagnostic> {
    let missing = letter.files.iter().filter(|id| known.iter().all(|info| info.id != **id));
    let mut mistakes: Vec<Diagnostic> =
        missing.map(|id| Diagnostic::error("message.unknown_file").with("found", id)).collect();
    let size: u64 = known.iter().map(|info| info.size).sum();
    if size > FILES.1 {
        mistakes.push(Diagnostic::error("message.files_large").with("max", FILES.1 >> 20));
    }
    mistakes
}

/// A file as a script gives it: its name, and what is in it.
pub(crate) fn file(asked: &Json) -> Result<(FileInfo, Vec<u8>), Vec<Diagnostic>> {
    let Some(parts) = asked.as_object() else { return Err(vec![malformed("file", asked)]) };
    let mut mistakes: Vec<Diagnostic> = unknown(parts, &["name", "text", "base64"]).collect();
    let name = words(parts, "name", &mut mistakes);
    let content = match (parts.get("text"), parts.get("base64")) {
        (Some(Json::String(text)), None) => text.clone().into_bytes(),
        (None, Some(Json::String(text))) => STANDARD.decode(text.trim()).unwrap_or_else(|_| {
            mistakes.push(malformed("base64", &Json::from(text.as_str())));
            Vec::new()
        }),
        _ => {
            mistakes.push(Diagnostic::error("message.file_content"));
            Vec::new()
        }
    };
    match files::describe(&name, &content) {
        Ok(info) if mistakes.is_empty() => Ok((info, content)),
        Ok(_) => Err(mistakes),
        Err(wrong) => Err(mistakes.into_iter().chain([wrong]).collect()),
    }
}

/// What of a letter goes to the server.
pub(crate) struct Mailed {
    pub(crate) id: Uuid,
    pub(crate) from: Mailbox,
    pub(crate) to: [Vec<Mailbox>; 3],
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) files: Vec<(FileInfo, Vec<u8>)>,
}

impl Mailed {
    /// Writes it as mail is written. Whoever gets it twice knows it by its `Message-ID`, which is made of its identity.
    pub(crate) fn message(self) -> Result<Message, lettre::error::Error> {
        let id = format!("<{}@{}>", self.id, self.from.email.domain());
        let mut builder = Message::builder().from(self.from).subject(self.subject).message_id(Some(id));
        let [to, cc, bcc] = self.to;
        builder = to.into_iter().fold(builder, lettre::message::MessageBuilder::to);
        builder = cc.into_iter().fold(builder, lettre::message::MessageBuilder::cc);
        builder = bcc.into_iter().fold(builder, lettre::message::MessageBuilder::bcc);
        let body = match (self.text.is_empty(), self.html.is_empty()) {
            (false, false) => Body::Both(MultiPart::alternative_plain_html(self.text, self.html)),
            (_, true) => Body::One(SinglePart::plain(self.text)),
            // Whoever shows no formatted text, or looks for words in it, has the words.
            (true, false) => match plain(&self.html) {
                Some(text) => Body::Both(MultiPart::alternative_plain_html(text, self.html)),
                None => Body::One(SinglePart::html(self.html)),
            },
        };
        if self.files.is_empty() {
            return match body {
                Body::One(part) => builder.singlepart(part),
                Body::Both(part) => builder.multipart(part),
            };
        }
        let mut mixed = match body {
            Body::One(part) => MultiPart::mixed().singlepart(part),
            Body::Both(part) => MultiPart::mixed().multipart(part),
        };
        for (info, content) in self.files {
            let kind = ContentType::parse(&info.kind).unwrap_or(ContentType::TEXT_PLAIN);
            mixed = mixed.singlepart(Attachment::new(info.name).body(content, kind));
        }
        builder.multipart(mixed)
    }
}

/// The words of a formatted text, with addresses of links below; `None` where there are none, and of what is nested so deep that
/// reading it would take long.
fn plain(html: &str) -> Option<String> {
    if depth(html) > DEPTH {
        return None;
    }
    let text = html2text::config::plain().string_from_read(html.as_bytes(), LINE).ok()?;
    (!text.trim().is_empty()).then_some(text)
}

/// How deep the elements of a cleaned text, which are all closed, are nested in one another.
fn depth(html: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        let name: &str = tag.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !["br", "hr", "img", "col", "wbr", "area"].contains(&name) {
            depth += 1;
            most = most.max(depth);
        }
    }
    most
}

enum Body {
    One(SinglePart),
    Both(MultiPart),
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_formatted_text_has_its_words_in_plain() {
        let html = "<h1>Dear Tea</h1><p>Read <a href=\"https://example.com/act\">the act</a>, <b>soon</b></p><ul><li>one</li></ul>";
        let text = plain(html).unwrap();
        for part in ["Dear Tea", "the act", "https://example.com/act", "soon", "one"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(plain("<p> </p>"), None);
    }

    #[test]
    fn what_is_nested_without_end_has_none() {
        let nested = |count: usize| format!("{}words{}", "<div>".repeat(count), "</div>".repeat(count));
        assert_eq!(plain(&nested(200)).as_deref().map(str::trim), Some("words"));
        assert_eq!(plain(&nested(60_000)), None);
        assert!(plain(&format!("{}words", "line<br>".repeat(1_000))).is_some());
    }
}
