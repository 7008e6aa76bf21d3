//! Who may do what, as a text that people read: role by role, entity by entity, operation and field, derived from the grants
//! that every reader and writer goes through. `tests/access/matrix.txt` is the golden text; `UPDATE_EXPECT=1` rewrites it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::{Access, Actor, Clock, Operation, Reach, Source};
use catalog::{Catalog, Entity, Field, Permission, Physical, Workspace};
use schemas::Document;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::first_difference;

/// Every kind of rule there is.
fn fixture() -> Value {
    json!([
        {"kind": "entity", "name": "deal", "label": {"en": "Deal"}, "title": "title", "fields": [
            {"name": "title", "type": "text", "label": {"en": "Title"}}, {"name": "margin", "type": "money", "label": {"en": "Margin"}},
            {"name": "cost", "type": "money", "label": {"en": "Cost"}}, {"name": "phone", "type": "phone", "label": {"en": "Phone"}},
            {"name": "archived", "type": "boolean", "label": {"en": "Archived"}}, {"name": "code", "type": "secret", "label": {"en": "Code"}},
            {"name": "account", "type": "link", "target": "account", "inverse": "deals", "label": {"en": "Account"}},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal", "label": {"en": "Lines"}}],
            "access": {"read": "!archived", "delete": "margin == ()"}},
        {"kind": "entity", "name": "account", "label": {"en": "Account"}, "title": "name", "fields": [{"name": "name", "type": "text", "label": {"en": "Name"}}]},
        {"kind": "entity", "name": "item", "label": {"en": "Line"}, "fields": [
            {"name": "deal", "type": "link", "target": "deal", "label": {"en": "Deal"}}, {"name": "price", "type": "money", "label": {"en": "Price"}}]},
        {"kind": "role", "name": "always", "label": {"en": "Always and never"}, "rights": ["use"], "entities": {
            "deal": {"read": true, "create": true, "update": true, "delete": false}}},
        {"kind": "role", "name": "own", "label": {"en": "On conditions, may share"}, "rights": ["use"], "entities": {
            "deal": {"read": "owner == user", "create": "cost < 1000", "update": "owner == user", "delete": "owner == user", "export": "owner == user", "share": "owner == user",
                "fields": {"margin": "none", "cost": "read", "phone": "mask", "owner": "read"}},
            "item": {"read": "deal.owner == user", "update": "deal.owner == user"}}},
        {"kind": "role", "name": "branch", "label": {"en": "A branch of teams"}, "rights": ["use"], "entities": {
            "deal": {"read": "owner.teams.any(|t| t.above.any(|a| a in user.teams))"}}},
        {"kind": "role", "name": "listed", "label": {"en": "A list of open fields"}, "rights": ["use"], "entities": {
            "deal": {"read": true, "update": true, "fields": {"*": "none", "title": "write", "phone": "read"}}}},
        {"kind": "role", "name": "masked", "label": {"en": "A mask over a relation"}, "rights": ["use"], "entities": {
            "deal": {"read": true, "fields": {"account": "mask", "code": "mask"}}}},
        {"kind": "role", "name": "rest", "label": {"en": "All others"}, "rights": ["use"], "entities": {
            "*": {"read": true, "fields": {"margin": "none"}}, "account": {}}},
        {"kind": "role", "name": "drawing", "label": {"en": "A right over the workspace"}, "rights": ["use", "design"]}
    ])
}

fn documents(json: &Value) -> Vec<Document> {
    let all = json.as_array().expect("documents").iter();
    all.map(|document| schemas::check::value(document).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))).collect()
}

/// The documents of an example's folder.
fn example(name: &str) -> Vec<Document> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    let mut all = Vec::new();
    for folder in ["entities", "datasets", "registers", "roles", "scripts"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        for file in &files {
            let text = || std::fs::read_to_string(file).expect("a document");
            if file.extension().is_some_and(|kind| kind == "json") {
                all.push(serde_json::from_str(&text()).expect("JSON"));
                continue;
            }
            // Code stands behind its document, or is a library alone.
            let name = file.file_stem().and_then(|name| name.to_str()).expect("a name");
            match all.iter_mut().find(|it: &&mut Value| it["kind"] == "script" && it["name"] == name) {
                Some(document) => document["source"] = json!(text()),
                None => all.push(json!({"kind": "script", "name": name, "source": text()})),
            }
        }
    }
    documents(&Value::Array(all))
}

fn resolved(documents: &[Document]) -> Arc<Catalog> {
    let resolution = catalog::resolve(1, &Workspace::default(), documents, &Physical::default());
    let errors: Vec<String> =
        resolution.diagnostics.iter().filter(|it| it.is_error()).map(ToString::to_string).collect();
    assert!(errors.is_empty() || errors.iter().all(|error| error.contains("unknown_choice_set")), "{errors:?}");
    Arc::new(resolution.catalog)
}

fn matrix(title: &str, catalog: &Arc<Catalog>, people: &[&[&str]]) -> String {
    let mut text = format!("{title}\n{}\n", "=".repeat(title.chars().count()));
    for roles in people {
        let labels: Vec<&str> = roles.iter().map(|name| catalog.role(name).expect("a role").label.text("en")).collect();
        let actor = Actor { user: Uuid::from_u128(1), roles: roles.iter().map(|name| (*name).to_owned()).collect() };
        let access = Access::of(actor, Arc::clone(catalog), Clock::default());
        let rights = access.rights();
        let rights: Vec<&str> = [
            ("uses applications", rights.use_applications),
            ("draws in the Studio", rights.design),
            ("administers", rights.administer),
        ]
        .into_iter()
        .filter_map(|(words, has)| has.then_some(words))
        .collect();
        writeln!(text, "\n{} — {}", labels.join(" + "), rights.join(", ")).expect("a text grows");
        let (mut closed, mut open): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        for entity in catalog.readable() {
            let states: Vec<(Operation, String)> =
                Operation::ALL.into_iter().map(|it| (it, state(&access, entity, it))).collect();
            if states.iter().all(|(_, state)| state == "never") {
                closed.push(entity.label.text("en"));
            } else if states.iter().all(|(_, state)| state == "always") && fields(&access, entity).is_empty() {
                open.push(entity.label.text("en"));
            } else {
                writeln!(text, "  {}", entity.label.text("en")).expect("a text grows");
                for (state, operations) in grouped(states) {
                    writeln!(text, "    {}: {state}", operations.join(", ")).expect("a text grows");
                }
                fields(&access, entity).iter().for_each(|line| writeln!(text, "    {line}").expect("a text grows"));
            }
        }
        for (words, entities) in [("everything, always", open), ("nothing", closed)] {
            if !entities.is_empty() {
                writeln!(text, "  {words}: {}", entities.join(", ")).expect("a text grows");
            }
        }
    }
    text
}

/// Operations that are open alike share a line.
fn grouped(states: Vec<(Operation, String)>) -> Vec<(String, Vec<&'static str>)> {
    let mut groups: Vec<(String, Vec<&'static str>)> = Vec::new();
    for (operation, state) in states {
        match groups.iter_mut().find(|(known, _)| *known == state) {
            Some((_, operations)) => operations.push(word(operation)),
            None => groups.push((state, vec![word(operation)])),
        }
    }
    groups
}

fn word(operation: Operation) -> &'static str {
    if operation == Operation::Update { "change" } else { operation.name() }
}

/// Says when somebody may, in the words of the rules that are tried.
fn state(access: &Access, entity: &Entity, operation: Operation) -> String {
    if access.grant(&entity.id, operation).is_none() {
        return "never".to_owned();
    }
    let rules = access.rules(entity, operation);
    let of = |wanted: fn(&Source) -> bool| rules.iter().filter(move |rule| wanted(&rule.source)).map(|rule| &rule.rule);
    let roles: Vec<&Permission> =
        of(|source| matches!(source, Source::Role(_))).filter(|rule| **rule != Permission::Never).collect();
    let text = |rule: &Permission| {
        if let Permission::When(condition) = rule { condition.text.clone() } else { "always".to_owned() }
    };
    let mut words = match roles.iter().any(|rule| **rule == Permission::Always) {
        true => "always".to_owned(),
        false => format!("when {}", roles.iter().map(|rule| text(rule)).collect::<Vec<_>>().join("  or  ")),
    };
    if !words.starts_with("always") && rules.iter().any(|rule| rule.source == Source::Sharing) {
        words.push_str("  or shared");
    }
    for narrowing in of(|source| *source == Source::Entity) {
        write!(words, "  and for everybody {}", text(narrowing)).expect("a text grows");
    }
    words
}

/// Tells of the fields that are less open than the record, by how far they are.
fn fields(access: &Access, entity: &Entity) -> Vec<String> {
    let Some(reading) = access.read(&entity.id) else { return Vec::new() };
    let writing = [Operation::Create, Operation::Update].map(|operation| access.grant(&entity.id, operation));
    let may_write = |field: &Field| writing.iter().flatten().any(|grant| grant.allows(field));
    let writes_any = writing.iter().any(Option::is_some);
    let mut by_state: Vec<(&str, Vec<&str>)> =
        ["hidden", "masked", "read only", "on some records"].map(|state| (state, Vec::new())).to_vec();
    for field in entity.fields.iter().filter(|field| !field.write_only) {
        let state = match (reading.reach(field), reading.shows(field)) {
            (Reach::None, Reach::None) => "hidden",
            (Reach::None, _) => "masked",
            (Reach::Some(_), _) => "on some records",
            (Reach::All, _) if writes_any && !field.read_only && !may_write(field) => "read only",
            _ => continue,
        };
        let list = by_state.iter_mut().find(|(known, _)| *known == state).expect("a state");
        list.1.push(field.label.text("en"));
    }
    by_state
        .into_iter()
        .filter(|(_, fields)| !fields.is_empty())
        .map(|(state, fields)| format!("fields {state}: {}", fields.join(", ")))
        .collect()
}

#[test]
fn the_matrix_is_the_one_on_file() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/access/matrix.txt");
    let crm = resolved(&example("crm"));
    let own: Vec<&str> = crm.roles.iter().map(|role| role.name.as_str()).collect();
    let people: Vec<Vec<&str>> = own.into_iter().map(|name| vec![name]).collect();
    let people: Vec<&[&str]> = people.iter().map(Vec::as_slice).collect();
    let rules = resolved(&documents(&fixture()));
    let mut of_rules: Vec<Vec<&str>> = rules.roles.iter().map(|role| vec![role.name.as_str()]).collect();
    of_rules.push(vec!["own", "always"]);
    of_rules.push(vec!["own", "branch"]);
    let of_rules: Vec<&[&str]> = of_rules.iter().map(Vec::as_slice).collect();
    let found = format!(
        "Who may do what. A field that is not named is as open as its record; what no role allows is closed.\n\n{}\n\n{}",
        matrix("The example CRM", &crm, &people),
        matrix("Every kind of rule", &rules, &of_rules)
    );
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &found).expect("the matrix is written");
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == expected,
        "tests/access/matrix.txt is another: review, then UPDATE_EXPECT=1\n{}",
        first_difference(&expected, &found)
    );
}
