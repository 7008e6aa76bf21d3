//! Builds the pages of `web/` and tells the crate where they are.
//!
//! `VERSTAK_SKIP_UI=1` embeds a placeholder instead, for work on Rust alone. In a debug build a failing npm gives a warning
//! and the placeholder; in a release build it is an error.

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the pages are built from, below `web/`.
const SOURCES: [&str; 7] =
    ["src", "public", "index.html", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json"];

fn main() -> Result<(), Box<dyn Error>> {
    let web = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../web");
    println!("cargo::rerun-if-env-changed=VERSTAK_SKIP_UI");
    let dist = if std::env::var("VERSTAK_SKIP_UI").is_ok_and(|value| value == "1") {
        placeholder("The pages were left out of this build (VERSTAK_SKIP_UI).")?
    } else {
        for source in SOURCES {
            println!("cargo::rerun-if-changed={}", web.join(source).display());
        }
        match build(&web) {
            Ok(dist) => dist,
            Err(error) if std::env::var("PROFILE")? == "release" => return Err(error),
            Err(error) => {
                println!("cargo::warning=the pages were not built: {error}");
                placeholder("The pages could not be built; see the warnings of the build.")?
            }
        }
    };
    println!("cargo::rustc-env=VERSTAK_UI_DIST={}", dist.display());
    Ok(())
}

/// Builds `web/dist` unless it was built from these very sources, and gives its path.
fn build(web: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let dist = web.join("dist");
    let stamp = dist.join(".stamp");
    let wanted = fingerprint(web)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(dist.canonicalize()?);
    }
    let installed = web.join("node_modules/.package-lock.json");
    if is_newer(&web.join("package-lock.json"), &installed) {
        npm(web, &["ci", "--prefer-offline", "--no-audit", "--no-fund"])?;
    }
    npm(web, &["run", "build"])?;
    fs::write(stamp, wanted)?;
    Ok(dist.canonicalize()?)
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(program)
        .args(arguments)
        .current_dir(web)
        .output()
        .map_err(|error| format!("`{program}` does not run ({error}): install Node.js 20.19 or newer"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("`npm {}` failed:\n{}", arguments.join(" "), String::from_utf8_lossy(&said)).into())
}

fn is_newer(file: &Path, than: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|found| found.modified());
    match (time(file), time(than)) {
        (Ok(file), Ok(than)) => file > than,
        _ => true,
    }
}

/// A mark of the content of all sources.
fn fingerprint(web: &Path) -> Result<String, Box<dyn Error>> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&web.join(source), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.exists() {
        files.push(path.to_owned());
    }
    Ok(())
}

fn placeholder(text: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = Path::new(&std::env::var("OUT_DIR")?).join("placeholder");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), format!("<!doctype html><title>Verstak</title><p>{text}</p>"))?;
    Ok(folder)
}
