//! Writing what is published as a folder: the same bytes for the same documents.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

use expression::Value;
use schemas::{Body, Document, Kind, Script, Solution};
use storage::internal::solutions as stored;

use super::folder::{CODE, MANIFEST};
use crate::publishing::revisions;
use crate::{Context, Error};

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// How many documents.
    pub documents: usize,
    /// Of which revision.
    pub revision: u64,
}

/// The manifest of a workspace that is not one solution.
const WORKSPACE: &str = "{\n  \"name\": \"workspace\"\n}\n";

pub(super) async fn export(ctx: &Context, folder: &Path) -> Result<Exported, Error> {
    let revision = ctx.catalog().revision;
    let documents = revisions::documents(ctx, revision).await?;
    let rows = ctx.engine.database().fetch(&stored::all()).await?;
    let manifest = match rows.iter().map(Vec::as_slice).collect::<Vec<_>>().as_slice() {
        [[_, Value::Text(manifest)]] => without_data(manifest),
        _ => WORKSPACE.to_owned(),
    };
    write(folder, &manifest, &documents)
        .map_err(|error| Error::Internal(format!("{} cannot be written", folder.display()), Some(error.into())))?;
    Ok(Exported { documents: documents.len(), revision })
}

/// Gives the manifest as it is written beside documents alone: the sample data stay where they are.
fn without_data(manifest: &str) -> String {
    let read = schemas::check::solution(manifest).ok();
    let json = read.and_then(|solution| serde_json::to_value(Solution { data: Vec::new(), ..solution }).ok());
    json.map_or_else(|| WORKSPACE.to_owned(), |json| schemas::document::to_text(&json))
}

/// Writes the files and takes away those of documents that are gone. A manifest that is there stays.
fn write(folder: &Path, manifest: &str, documents: &[Document]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let is_solution = folder.join(MANIFEST).exists();
    if !is_solution {
        fs::write(folder.join(MANIFEST), manifest)?;
    }
    for kind in Kind::ALL {
        let inside = folder.join(kind.folder());
        let mut written = HashSet::new();
        for document in documents.iter().filter(|document| document.kind == kind) {
            fs::create_dir_all(&inside)?;
            let name = format!("{}.json", document.name);
            put(&inside.join(&name), &without_code(document))?;
            written.insert(name);
            if let Body::Script(script) = &document.body
                && !script.source.is_empty()
            {
                let name = format!("{}{CODE}", document.name);
                put(&inside.join(&name), &script.source)?;
                written.insert(name);
            }
        }
        if is_solution && inside.is_dir() {
            clear(&inside, &written)?;
        }
    }
    Ok(())
}

/// The text of a document; the code of a script stands in a file of its own.
fn without_code(document: &Document) -> String {
    match &document.body {
        Body::Script(script) => {
            Document::of(Body::Script(Script { source: String::new(), ..script.clone() })).to_text()
        }
        _ => document.to_text(),
    }
}

/// Writes a file unless it is so already.
fn put(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) {
        return Ok(());
    }
    fs::write(path, text)
}

fn clear(folder: &Path, written: &HashSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if (name.ends_with(".json") || name.ends_with(CODE)) && !written.contains(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    if fs::read_dir(folder)?.next().is_none() {
        fs::remove_dir(folder)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use schemas::{Document, check};
    use serde_json::json;

    use super::write;

    fn entity(name: &str) -> Document {
        check::value(&json!({"name": name, "kind": "entity"})).unwrap()
    }

    #[test]
    fn a_folder_follows_the_documents() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        write(path, "{\"name\": \"shop\"}", &[entity("a"), entity("b")]).unwrap();
        assert_eq!(
            fs::read_to_string(path.join("entities/a.json")).unwrap(),
            "{\n  \"kind\": \"entity\",\n  \"name\": \"a\",\n  \"fields\": []\n}\n"
        );
        write(path, "{\"name\": \"other\"}", &[entity("b")]).unwrap();
        assert!(!path.join("entities/a.json").exists());
        assert_eq!(fs::read_to_string(path.join("solution.json")).unwrap(), "{\"name\": \"shop\"}");
        write(path, "", &[]).unwrap();
        assert!(!path.join("entities").exists());
    }
}
