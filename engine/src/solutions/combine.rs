//! What applying a solution changes among the documents: what it brings, what it brought last, and what is here now.

use std::collections::{HashMap, HashSet};

use diagnostic::Diagnostic;
use schemas::{Document, Kind, check, ids};

use super::merge::merge;

/// What a solution does with what is here already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It owns what it installed: changes and removals are carried out, edits made here are kept.
    Apply,
    /// It adds what is absent and touches nothing else.
    Install,
}

/// One document that is to change; `None` is its removal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) document: Option<Document>,
}

/// What comes of the three sides.
#[derive(Debug, Default)]
pub(crate) struct Combined {
    /// The solution's documents with identities: the base of the next time.
    pub(crate) brought: Vec<Document>,
    pub(crate) changes: Vec<Change>,
    /// Conflicts, as warnings.
    pub(crate) warnings: Vec<Diagnostic>,
    /// Documents whose merge makes no sense, with every mistake.
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// Combines the documents of a folder with those it brought last (`base`) and those that are published (`here`).
pub(crate) fn combine(
    folder: &[Document],
    base: &[Document],
    here: &[Document],
    mode: Mode,
    fresh_id: &mut dyn FnMut() -> String,
) -> Combined {
    let mut combined = Combined::default();
    let (base, here) = (Known::of(base), Known::of(here));
    let mut kept = HashSet::new();
    for document in folder {
        let installed = base.of_same(document);
        let present = installed.map_or_else(|| here.of_same(document), |installed| here.by_id(installed));
        let known: Vec<&Document> = [installed, present].into_iter().flatten().collect();
        let document = ids::fill(document, &known, fresh_id);
        let (before, now) = (base.by_id(&document), here.by_id(&document).or(here.of_same(&document)));
        kept.extend(document.id().map(|id| (document.kind, id.to_owned())));
        match mode {
            Mode::Apply => combined.bring(&document, before, now),
            Mode::Install if before.is_none() && now.is_none() => combined.add(&document),
            // What is here stays, and what was removed here stays away.
            Mode::Install if before.is_none() => continue,
            Mode::Install => {}
        }
        combined.brought.push(match (mode, before) {
            (Mode::Install, Some(before)) => before.clone(),
            _ => document,
        });
    }
    if mode == Mode::Apply {
        let gone =
            base.documents.iter().filter(|old| old.id().is_some_and(|id| !kept.contains(&(old.kind, id.to_owned()))));
        for old in gone {
            combined.withdraw(old, here.by_id(old));
        }
    }
    combined
}

impl Combined {
    fn bring(&mut self, document: &Document, before: Option<&Document>, now: Option<&Document>) {
        let Some(now) = now else {
            match before {
                None => self.add(document),
                Some(before) if before.json == document.json => {}
                Some(_) => self.warn("solution.kept_removal", document, ""),
            }
            return;
        };
        let merged = merge(before.map(|before| &before.json), &now.json, &document.json);
        for pointer in &merged.conflicts {
            self.warn("solution.conflict", now, pointer);
        }
        match check::value(&merged.json) {
            Ok(merged) if merged.json == now.json => {}
            Ok(merged) => self.change(now.id(), &merged),
            Err(mistakes) => self.mistakes.extend(mistakes),
        }
    }

    fn withdraw(&mut self, old: &Document, now: Option<&Document>) {
        match now {
            Some(now) if now.json == old.json => {
                let (kind, id) = (now.kind, now.id().unwrap_or_default().to_owned());
                self.changes.push(Change { kind, id, name: now.name.clone(), document: None });
            }
            Some(now) => self.warn("solution.kept_edited", now, ""),
            None => {}
        }
    }

    fn add(&mut self, document: &Document) {
        self.change(document.id(), document);
    }

    fn change(&mut self, id: Option<&str>, document: &Document) {
        let (id, name) = (id.unwrap_or_default().to_owned(), document.name.clone());
        self.changes.push(Change { kind: document.kind, id, name, document: Some(document.clone()) });
    }

    fn warn(&mut self, code: &'static str, document: &Document, pointer: &str) {
        let found = if pointer.is_empty() { document.name.as_str() } else { pointer };
        let warning = Diagnostic::warning(code).with("found", found);
        self.warnings.push(warning.in_document(document.path()).at(pointer));
    }
}

/// Documents by identity and by name.
struct Known<'a> {
    documents: &'a [Document],
    by_id: HashMap<(Kind, &'a str), &'a Document>,
    by_name: HashMap<(Kind, &'a str), &'a Document>,
}

impl<'a> Known<'a> {
    fn of(documents: &'a [Document]) -> Self {
        let by_id = documents.iter().filter_map(|document| Some(((document.kind, document.id()?), document))).collect();
        let by_name = documents.iter().map(|document| ((document.kind, document.name.as_str()), document)).collect();
        Self { documents, by_id, by_name }
    }

    fn by_id(&self, document: &Document) -> Option<&'a Document> {
        self.by_id.get(&(document.kind, document.id()?)).copied()
    }

    /// Finds the document by its identity where it has one, else by its name.
    fn of_same(&self, document: &Document) -> Option<&'a Document> {
        match document.id() {
            Some(id) => self.by_id.get(&(document.kind, id)).copied(),
            None => self.by_name.get(&(document.kind, document.name.as_str())).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use schemas::{Document, check};
    use serde_json::json;

    use super::{Mode, combine};

    /// A role by name and the rights it has; roles are the smallest documents.
    fn role(name: &str, rights: &[&str]) -> Document {
        check::value(&json!({"kind": "role", "id": name, "name": name, "rights": rights})).unwrap()
    }

    fn check_combined(mode: Mode, folder: &[Document], base: &[Document], here: &[Document], expected: &[&str]) {
        let combined = combine(folder, base, here, mode, &mut || "fresh".to_owned());
        let rights = |document: &Document| document.json["rights"].to_string();
        let changes = combined.changes.iter().map(|change| match &change.document {
            Some(document) => format!("{} = {}", change.name, rights(document)),
            None => format!("{} goes", change.name),
        });
        let warnings = combined
            .warnings
            .iter()
            .map(|warning| format!("{} {}", warning.place.document.as_deref().unwrap_or(""), warning.code));
        assert_eq!(changes.chain(warnings).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_solution_owns_what_it_installed_and_keeps_edits_made_here() {
        let folder = [
            role("fresh", &["use"]),
            role("same", &["use"]),
            role("edited_here", &["use"]),
            role("edited_there", &["design"]),
            role("both", &["design"]),
        ];
        let base = [
            role("same", &["use"]),
            role("edited_here", &["use"]),
            role("edited_there", &["use"]),
            role("both", &["use"]),
            role("gone", &["use"]),
            role("gone_edited", &["use"]),
        ];
        let here = [
            role("same", &["use"]),
            role("edited_here", &["administer"]),
            role("edited_there", &["use"]),
            role("both", &["administer"]),
            role("gone", &["use"]),
            role("gone_edited", &["design"]),
            role("mine", &["use"]),
        ];
        check_combined(
            Mode::Apply,
            &folder,
            &base,
            &here,
            &[
                "fresh = [\"use\"]",
                "edited_there = [\"design\"]",
                "gone goes",
                "role/both solution.conflict",
                "role/gone_edited solution.kept_edited",
            ],
        );
    }

    #[test]
    fn what_was_removed_here_stays_removed() {
        let base = [role("a", &["use"]), role("b", &["use"])];
        let folder = [role("a", &["use"]), role("b", &["design"])];
        check_combined(Mode::Apply, &folder, &base, &[], &["role/b solution.kept_removal"]);
        check_combined(Mode::Install, &folder, &base, &[], &[]);
    }

    #[test]
    fn installing_adds_what_is_absent_and_nothing_else() {
        let folder = [role("a", &["design"]), role("b", &["use"])];
        check_combined(Mode::Install, &folder, &[], &[role("a", &["use"])], &["b = [\"use\"]"]);
    }
}
