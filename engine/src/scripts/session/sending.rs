//! What a run sends and makes beside records: letters, notices, files.

use diagnostic::Diagnostic;
use scripting::Refusal;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Inquiry, Pending, Reply, Session};
use crate::Error;
use crate::files::FileInfo;
use crate::messages::notices::{self, Notice};
use crate::messages::{Made, letter};
use crate::records::command::identity;

impl Session {
    /// Writes a letter that is to be sent.
    pub(super) fn write_letter(&self, letter: &Json) -> Result<Uuid, Refusal> {
        self.send()?;
        let letter = letter::read(letter).map_err(|mistakes| self.refuse_all(mistakes))?;
        if let Some(about) = &letter.about {
            self.entity_named(&about.entity)?;
        }
        if !letter.files.is_empty() {
            let known = self.files(&letter.files)?;
            let mistakes = letter::check_files(&letter, &known);
            if !mistakes.is_empty() {
                return Err(self.refuse_all(mistakes));
            }
        }
        let id = letter.id;
        self.state().pending.push(Pending::Make(Made::Letter(letter)));
        Ok(id)
    }

    /// Writes a notice for people.
    pub(super) fn write_notice(&self, notice: &Json) -> Result<i64, Refusal> {
        self.send()?;
        let asked = notices::read(&self.ctx, notice).map_err(|mistakes| self.refuse_all(mistakes))?;
        if let Some(about) = &asked.about {
            self.entity_named(&about.entity)?;
        }
        let (text, about) = (asked.text.clone(), asked.about.clone());
        let Reply::People(people) = self.ask(Inquiry::People(asked))? else {
            return Err(Refusal("the people did not come".to_owned()));
        };
        let people: Vec<(Uuid, Uuid)> = people.into_iter().map(|person| (Uuid::now_v7(), person)).collect();
        let count = i64::try_from(people.len()).unwrap_or(i64::MAX);
        if count > 0 {
            let notice = Notice { people, kind: "message", text, about };
            self.state().pending.push(Pending::Make(Made::Notice(notice)));
        }
        Ok(count)
    }

    /// Makes a file.
    pub(super) fn make_file(&self, file: &Json) -> Result<Uuid, Refusal> {
        self.send()?;
        let (info, content) = letter::file(file).map_err(|mistakes| self.refuse_all(mistakes))?;
        let id = info.id;
        self.state().pending.push(Pending::Make(Made::File(info, content.into())));
        Ok(id)
    }

    /// Reads a file that is a text.
    pub(super) fn read_file(&self, id: &str) -> Result<String, Refusal> {
        let Some(id) = identity(id) else { return Err(self.refuse(Diagnostic::error("file.unknown"))) };
        let own = self.state().pending.iter().find_map(|it| match it {
            Pending::Make(Made::File(info, content)) if info.id == id => Some(content.clone()),
            _ => None,
        });
        if let Some(content) = own {
            return Ok(String::from_utf8_lossy(&content).into_owned());
        }
        match self.ask(Inquiry::Content(id))? {
            Reply::Content(text) => Ok(text),
            _ => Err(Refusal("the text did not come".to_owned())),
        }
    }

    /// Counts what is sent or made beside records; refuses one too many.
    fn send(&self) -> Result<(), Refusal> {
        let mut state = self.state();
        state.messages += 1;
        if state.messages <= self.budget.messages {
            return Ok(());
        }
        let limit = Diagnostic::error("script.too_many_messages").with("max", self.budget.messages);
        state.broken.get_or_insert(Error::Invalid(vec![limit]));
        Err(Refusal("the run has to stop".to_owned()))
    }

    /// Tells of the files that the run may read, those it makes among them.
    fn files(&self, ids: &[Uuid]) -> Result<Vec<FileInfo>, Refusal> {
        let own = |it: &Pending| match it {
            Pending::Make(Made::File(info, _)) if ids.contains(&info.id) => Some(info.clone()),
            _ => None,
        };
        let mut known: Vec<FileInfo> = self.state().pending.iter().filter_map(own).collect();
        let others: Vec<Uuid> = ids.iter().filter(|id| known.iter().all(|info| info.id != **id)).copied().collect();
        if !others.is_empty()
            && let Reply::Files(found) = self.ask(Inquiry::Files(others))?
        {
            known.extend(found);
        }
        Ok(known)
    }
}
