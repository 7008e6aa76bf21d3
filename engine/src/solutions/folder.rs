//! Reading a solution folder: every file, every mistake.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::Path;

use catalog::{Physical, Workspace};
use diagnostic::Diagnostic;
use schemas::check::{self, Part, Spans};
use schemas::suggest::nearest;
use schemas::{Document, Kind, Solution};
use serde_json::Value as Json;

use crate::Error;

/// Name of the manifest.
pub(crate) const MANIFEST: &str = "solution.json";
const DATA: &str = "data";
/// What the names of files with code end in.
pub(super) const CODE: &str = ".rhai";

/// A solution folder as read.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// The manifest, unless it is absent or wrong.
    pub(crate) manifest: Option<Solution>,
    /// Text of the manifest, as the workspace keeps it.
    pub(crate) manifest_text: String,
    /// The documents that can be read, by kind and name.
    pub(crate) documents: Vec<Document>,
    /// Mistakes of single files.
    mistakes: Vec<Diagnostic>,
    /// Where the values of each of these documents stand, by `kind/name`.
    files: HashMap<String, (String, Spans)>,
    /// The files that hold the code of these documents, by `kind/name`.
    sources: HashMap<String, String>,
    /// What could be read of documents with mistakes, by `kind/name`.
    parts: HashMap<String, Part>,
    /// Names of documents that could not be read: what refers to them is not to blame.
    broken: HashSet<String>,
}

/// Refuses a file where a folder is expected.
pub(crate) fn refuse_file(folder: &Path) -> Result<(), Error> {
    if folder.exists() && !folder.is_dir() {
        let problem = Diagnostic::error("solution.not_a_folder").with("found", folder.display());
        return Err(Error::Invalid(vec![problem]));
    }
    Ok(())
}

/// Reads a folder; only a folder that cannot be read at all is an error.
pub(crate) fn read(folder: &Path) -> Result<Folder, Error> {
    refuse_file(folder)?;
    let mut read = Folder::default();
    read.manifest(folder)?;
    for kind in Kind::ALL {
        for name in names(&folder.join(kind.folder())).map_err(|error| unreadable(folder, error))? {
            read.document(folder, kind, &name);
        }
    }
    read.samples(folder);
    read.strangers(folder)?;
    Ok(read)
}

impl Folder {
    /// Counts the documents, sound or not.
    pub(crate) fn count(&self) -> usize {
        self.documents.len() + self.broken.len()
    }

    /// Gives the mistakes of the files and of the documents together.
    pub(crate) fn problems(&self) -> Vec<Diagnostic> {
        let mut problems = self.mistakes.clone();
        let resolution = catalog::resolve(0, &Workspace::default(), &self.documents, &Physical::default());
        let too_large = query::too_large(&resolution.catalog);
        for mut problem in resolution.diagnostics.into_iter().chain(too_large) {
            let follows = problem.arguments.get("found").is_some_and(|found| self.broken.contains(found))
                || (!self.broken.is_empty() && problem.code.starts_with("expression."))
                || self.parts.values().any(|part| part.explains(&problem));
            if !follows {
                if let Some(part) = problem.place.document.as_ref().and_then(|document| self.parts.get(document)) {
                    part.restore(&mut problem);
                }
                self.locate(&mut problem);
                problems.push(problem);
            }
        }
        problems.sort_by(|one, other| {
            (&one.place.file, one.place.position).cmp(&(&other.place.file, other.place.position))
        });
        // Some are seen inside the document and beside the others.
        problems.dedup_by(|one, other| one.place == other.place && one.code == other.code);
        problems
    }

    /// Refuses a folder with mistakes in single files; how its documents fit together shows beside what is published.
    pub(crate) fn sound_files(self) -> Result<Self, Error> {
        if self.mistakes.is_empty() { Ok(self) } else { Err(Error::Invalid(self.problems())) }
    }

    /// Gives file, line and column to a diagnostic about one of the folder's documents.
    pub(crate) fn locate(&self, problem: &mut Diagnostic) {
        if let Some((file, spans)) = problem.place.document.as_ref().and_then(|document| self.files.get(document)) {
            problem.place.file = Some(file.clone());
            // A place inside the text of an expression is counted from where the text begins.
            let inside = problem.place.position.take();
            let source = problem.place.document.as_ref().and_then(|document| self.sources.get(document));
            if let Some(source) = source.filter(|_| problem.place.pointer == "/source") {
                problem.place.file = Some(source.clone());
                problem.place.position = inside;
                return;
            }
            spans.locate(problem);
            if let (Some(position), Some(inside)) = (&mut problem.place.position, inside)
                && inside.line == 1
            {
                position.column += inside.column;
            }
        }
    }

    fn manifest(&mut self, folder: &Path) -> Result<(), Error> {
        match fs::read(folder.join(MANIFEST)) {
            Ok(bytes) => match text(&bytes).and_then(|text| Ok((check::solution(text)?, text))) {
                Ok((manifest, text)) => {
                    self.manifest = Some(manifest);
                    self.manifest_text = text.to_owned();
                }
                Err(problems) => self.report(MANIFEST, problems),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound && folder.is_dir() => {
                self.report(MANIFEST, vec![Diagnostic::error("solution.no_manifest")]);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let problem = Diagnostic::error("solution.no_folder").with("found", folder.display());
                return Err(Error::Invalid(vec![problem]));
            }
            Err(error) => return Err(unreadable(folder, error)),
        }
        Ok(())
    }

    fn document(&mut self, folder: &Path, kind: Kind, name: &str) {
        let file = format!("{}/{name}", kind.folder());
        let code = if kind == Kind::Script { name.strip_suffix(CODE) } else { None };
        if let Some(stem) = code {
            // Beside a document it is the document's code; alone it is a library.
            if !folder.join(kind.folder()).join(format!("{stem}.json")).exists() {
                self.library(folder, &file, stem);
            }
            return;
        }
        let Some(stem) = name.strip_suffix(".json") else {
            self.report(&file, vec![Diagnostic::error("solution.unknown_entry").with("found", &file)]);
            return;
        };
        let parsed = match fs::read(folder.join(&file)) {
            Ok(bytes) => text(&bytes).and_then(check::parse),
            Err(_) => Err(vec![Diagnostic::error("solution.unreadable")]),
        };
        let parsed = match (parsed, kind) {
            (Ok((json, spans)), Kind::Script) => self.with_code(folder, stem, json).map(|json| (json, spans)),
            (parsed, _) => parsed,
        };
        let read = parsed.and_then(|(json, spans)| match check::value(&json) {
            Ok(document) => Ok((document, spans)),
            Err(problems) => match check::part(&json, &problems).filter(|part| part.document.name == stem) {
                // What it says can be told all the same beside the others, so that one look shows every mistake.
                Some(part) => {
                    self.report(&file, spans.located(problems));
                    let document = part.document.clone();
                    self.parts.insert(document.path(), part);
                    Ok((document, spans))
                }
                None => Err(spans.located(problems)),
            },
        });
        match read {
            Ok((document, spans)) if document.kind == kind && document.name == stem => {
                self.files.insert(document.path(), (file, spans));
                self.documents.push(document);
            }
            Ok((document, spans)) => {
                let problem = if document.kind == kind {
                    let expected = format!("{}.json", document.name);
                    Diagnostic::error("solution.wrong_file_name")
                        .at("/name")
                        .with("found", &document.name)
                        .with("expected", expected)
                } else {
                    let expected = document.kind.folder();
                    Diagnostic::error("solution.wrong_folder")
                        .at("/kind")
                        .with("found", document.kind)
                        .with("expected", expected)
                };
                self.broken.insert(document.name.clone());
                self.report(&file, spans.located(vec![problem.in_document(document.path())]));
            }
            Err(problems) => {
                self.broken.insert(stem.to_owned());
                self.report(&file, problems);
            }
        }
    }

    /// Puts the code that stands in a file beside a script into its document.
    fn with_code(&mut self, folder: &Path, stem: &str, mut json: Json) -> Result<Json, Vec<Diagnostic>> {
        let file = format!("{}/{stem}{CODE}", Kind::Script.folder());
        let Ok(bytes) = fs::read(folder.join(&file)) else { return Ok(json) };
        let source = text(&bytes)?.to_owned();
        if json.get("source").is_some() {
            return Err(vec![Diagnostic::error("solution.two_sources").at("/source").with("found", &file)]);
        }
        if let Some(object) = json.as_object_mut() {
            object.insert("source".to_owned(), source.into());
            self.sources.insert(format!("script/{stem}"), file);
        }
        Ok(json)
    }

    /// Reads a file of code that has no document: others import it.
    fn library(&mut self, folder: &Path, file: &str, stem: &str) {
        let source = match fs::read(folder.join(file)) {
            Ok(bytes) => text(&bytes).map(str::to_owned),
            Err(_) => Err(vec![Diagnostic::error("solution.unreadable")]),
        };
        let json = |source: String| serde_json::json!({"kind": "script", "name": stem, "source": source});
        match source.and_then(|source| check::value(&json(source))) {
            Ok(document) => {
                self.sources.insert(document.path(), file.to_owned());
                self.files.insert(document.path(), (file.to_owned(), Spans::default()));
                self.documents.push(document);
            }
            Err(problems) => {
                self.broken.insert(stem.to_owned());
                self.report(file, problems);
            }
        }
    }

    /// Sample data name files of the folder and entities of the solution or of the product.
    fn samples(&mut self, folder: &Path) {
        let (Some(manifest), Ok((_, spans))) = (&self.manifest, check::parse(&self.manifest_text)) else { return };
        let entities = || {
            let own = self.documents.iter().filter(|document| document.kind == Kind::Entity);
            own.map(|document| document.name.as_str()).chain(schemas::document::SYSTEM_ENTITIES)
        };
        let mut problems = Vec::new();
        for (at, sample) in manifest.data.iter().enumerate() {
            if !self.broken.contains(&sample.entity) && !entities().any(|name| name == sample.entity) {
                let problem = Diagnostic::error("reference.unknown_entity").at(format!("/data/{at}/entity"));
                problems.push(
                    problem.with("found", &sample.entity).with_some("nearest", nearest(&sample.entity, entities())),
                );
            }
            for (key, file) in [("file", Some(&sample.file)), ("map", sample.map.as_ref())] {
                if let Some(file) = file.filter(|file| !is_inside(folder, file)) {
                    let problem = Diagnostic::error("solution.no_file").at(format!("/data/{at}/{key}"));
                    problems.push(problem.with("found", file));
                }
            }
        }
        self.report(MANIFEST, spans.located(problems));
    }

    /// A misspelt folder would silently install nothing.
    fn strangers(&mut self, folder: &Path) -> Result<(), Error> {
        let known: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.folder()).chain([MANIFEST, DATA]).collect();
        for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
            let entry = entry.map_err(|error| unreadable(folder, error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_note =
                name.starts_with('.') || name.ends_with(".md") || name.ends_with(".txt") || name.starts_with("LICENSE");
            if !is_note && !known.contains(name.as_str()) {
                let near = nearest(&name, known.iter().copied());
                let problem =
                    Diagnostic::error("solution.unknown_entry").with("found", &name).with_some("nearest", near);
                self.report(&name, vec![problem]);
            }
        }
        Ok(())
    }

    fn report(&mut self, file: &str, problems: Vec<Diagnostic>) {
        self.mistakes.extend(problems.into_iter().map(|problem| problem.in_file(file)));
    }
}

/// Says whether the file is there and does not lead out of the folder.
fn is_inside(folder: &Path, file: &str) -> bool {
    let plain = Path::new(file).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    plain && folder.join(file).is_file()
}

fn text(bytes: &[u8]) -> Result<&str, Vec<Diagnostic>> {
    std::str::from_utf8(bytes).map_err(|_| vec![Diagnostic::error("solution.not_text")])
}

/// Lists the visible files of a folder by name; a folder that is absent has none.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !name.ends_with(".md") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn unreadable(folder: &Path, error: io::Error) -> Error {
    Error::Internal(format!("{} cannot be read", folder.display()), Some(error.into()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::read;

    /// Files as `path = text`, one a line.
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found: Vec<String> = read(folder.path()).unwrap().problems().iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    const MANIFEST: (&str, &str) = ("solution.json", r#"{"name": "shop"}"#);

    #[test]
    fn every_file_is_read_and_every_mistake_has_its_line() {
        check(
            &[
                MANIFEST,
                ("README.md", "A shop."),
                ("data/goods.csv", "a,b"),
                (
                    "entities/goods.json",
                    "{\"kind\": \"entity\", \"name\": \"goods\", \"fields\": [\n  {\"name\": \"maker\", \"type\": \"link\", \"target\": \"makr\"},\n  {\"name\": \"seller\", \"type\": \"link\", \"target\": \"seller\"}]}",
                ),
                ("entities/maker.json", r#"{"kind": "entity", "name": "maker"}"#),
                ("entities/seller.json", "{\"kind\": \"entity\",\n\"nam\": \"seller\"}"),
                ("entities/role.json", r#"{"kind": "entity", "name": "team"}"#),
                ("roles/clerk.json", r#"{"kind": "entity", "name": "clerk"}"#),
                ("entity/x.json", "{}"),
            ],
            &[
                r#"entities/goods.json:2:47: entity/goods/fields/0/target reference.unknown_entity field="maker" found="makr" nearest="maker""#,
                r#"entities/role.json:1:28: entity/team/name solution.wrong_file_name expected="team.json" found="team""#,
                r#"entities/seller.json:1:1: entity/ document.missing_key name="name""#,
                r#"entities/seller.json:2:1: entity//nam document.unknown_key expected="kind, id, name, label, plural, description, icon, title, fields, unique, indexes, access, rules" name="nam" nearest="name""#,
                r#"entity: solution.unknown_entry found="entity""#,
                r#"roles/clerk.json:1:10: entity/clerk/kind solution.wrong_folder expected="entities" found="entity""#,
            ],
        );
    }

    #[test]
    fn a_folder_needs_its_manifest() {
        check(&[("entities/a.json", r#"{"kind": "entity", "name": "a"}"#)], &["solution.json: solution.no_manifest"]);
        check(
            &[("solution.json", r#"{"name": "Shop"}"#)],
            &[r#"solution.json:1:10:/name document.bad_name found="Shop""#],
        );
    }
}
