//! Who uses what, and renames carried through.

use schemas::{Document, check, ids};
use serde_json::{Value, json};

use crate::rename::rename;
use crate::usage::Usage;
use crate::{Catalog, Physical, Workspace, resolve};

fn document(json: &Value) -> Document {
    let document = check::value(json).unwrap();
    let name = document.name.clone();
    let mut number = 0;
    ids::fill(&document, &[], &mut || {
        number += 1;
        format!("{name}_{number}")
    })
}

fn published() -> Vec<Document> {
    [
        json!({"kind": "entity", "name": "company", "title": "name", "fields": [{"name": "name", "type": "text"}, {"name": "city", "type": "text"}]}),
        json!({"kind": "entity", "name": "deal", "indexes": [["stage"]],
            "fields": [{"name": "company", "type": "link", "target": "company", "inverse": "deals"},
                {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}], "default": "new"},
                {"name": "items", "type": "children", "target": "item", "inverse": "deal"}],
            "rules": [{"name": "rule", "when": "stage == \"won\" && company.city == ()", "message": {"en": "No"}}]}),
        json!({"kind": "entity", "name": "item", "fields": [{"name": "deal", "type": "link", "target": "deal"}]}),
        json!({"kind": "role", "name": "sales", "entities": {"company": {"read": true}}}),
        json!({"kind": "application", "name": "crm", "sections": [{"items": [{"entity": "company"}]}]}),
    ]
    .iter()
    .map(document)
    .collect()
}

fn catalog(documents: &[Document]) -> Catalog {
    let resolution = resolve(1, &Workspace::default(), documents, &Physical::default());
    assert!(resolution.diagnostics.is_empty(), "{:?}", resolution.diagnostics);
    resolution.catalog
}

/// Changes one document by its JSON.
fn edited(documents: &[Document], name: &str, edit: impl Fn(&mut Value)) -> Vec<Document> {
    let change = |document: &Document| {
        if document.name != name {
            return document.clone();
        }
        let mut json = document.json.clone();
        edit(&mut json);
        Document::stored(document.kind, json).unwrap()
    };
    documents.iter().map(change).collect()
}

/// Carries the renames through and lists them; the result must resolve.
fn check_renames(next: &[Document], expected: &[&str]) {
    let published = published();
    let renamed = rename(&catalog(&published), &published, next);
    let mut found: Vec<String> = renamed
        .rewrites
        .iter()
        .map(|rewrite| format!("{}{}: {} -> {}", rewrite.document, rewrite.pointer, rewrite.from, rewrite.to))
        .collect();
    found.sort();
    assert_eq!(found, expected);
    assert!(renamed.warnings.is_empty(), "{:?}", renamed.warnings);
    let changed = |document: &Document| {
        renamed.documents.iter().find(|other| other.path() == document.path()).unwrap_or(document).clone()
    };
    catalog(&next.iter().map(changed).collect::<Vec<_>>());
}

#[test]
fn uses_are_found_in_every_document() {
    let documents = published();
    let catalog = catalog(&documents);
    let usage = Usage::of(&catalog, &documents);
    let list = |uses: &[crate::usage::Use]| {
        uses.iter().map(|found| format!("{}{}", found.document, found.pointer)).collect::<Vec<_>>()
    };
    let company = catalog.entity("company").unwrap();
    assert_eq!(
        list(usage.of_entity(&company.id)),
        ["entity/deal/fields/0/target", "role/sales/entities/company", "application/crm/sections/0/items/0/entity"]
    );
    assert_eq!(list(usage.of_field(&company.id, &company.field("city").unwrap().id)), ["entity/deal/rules/0/when"]);
    assert_eq!(list(usage.of_field(&company.id, &company.field("name").unwrap().id)), ["entity/company/title"]);
    let deal = catalog.entity("deal").unwrap();
    assert_eq!(
        list(usage.of_field(&deal.id, &deal.field("stage").unwrap().id)),
        ["entity/deal/indexes/0/0", "entity/deal/rules/0/when"]
    );
}

#[test]
fn a_renamed_entity_is_renamed_wherever_it_is_named() {
    let next = edited(&published(), "company", |json| json["name"] = json!("client"));
    check_renames(
        &next,
        &[
            "application/crm/sections/0/items/0/entity: company -> client",
            "entity/deal/fields/0/target: company -> client",
            "role/sales/entities/company: company -> client",
        ],
    );
}

#[test]
fn renamed_fields_and_choices_are_renamed_in_their_own_document_too() {
    let next = edited(&published(), "company", |json| {
        json["fields"][0]["name"] = json!("title");
        json["fields"][1]["name"] = json!("town");
    });
    check_renames(
        &next,
        &[
            "entity/company/title: name -> title",
            "entity/deal/rules/0/when: stage == \"won\" && company.city == () -> stage == \"won\" && company.town == ()",
        ],
    );
    let next = edited(&published(), "deal", |json| {
        json["fields"][1]["name"] = json!("phase");
        json["fields"][1]["choices"][0]["value"] = json!("open");
        json["fields"][1]["choices"][1]["value"] = json!("success");
    });
    check_renames(
        &next,
        &[
            "entity/deal/fields/1/default: new -> open",
            "entity/deal/indexes/0/0: stage -> phase",
            "entity/deal/rules/0/when: stage == \"won\" && company.city == () -> phase == \"success\" && company.city == ()",
        ],
    );
}

#[test]
fn the_link_of_a_line_follows_its_children_field_and_back() {
    let next = edited(&published(), "item", |json| json["fields"][0]["name"] = json!("parent"));
    check_renames(&next, &["entity/deal/fields/2/inverse: deal -> parent"]);
}

#[test]
fn a_name_used_again_keeps_its_new_meaning() {
    // `company` becomes `client`, and another entity takes the name: what was not touched meant the old one.
    let mut next = edited(&published(), "company", |json| json["name"] = json!("client"));
    next.push(document(&json!({"kind": "entity", "id": "other", "name": "company", "fields": [{"id": "o1", "name": "name", "type": "text"}]})));
    let next = edited(&next, "sales", |json| json["entities"] = json!({"company": {"read": false}}));
    check_renames(
        &next,
        &[
            "application/crm/sections/0/items/0/entity: company -> client",
            "entity/deal/fields/0/target: company -> client",
        ],
    );
}

#[test]
fn formulas_follow_renames_and_are_uses() {
    let published = crate::fixture::documents(
        "company: name text, city text
         deal: cost money, company -> company.deals, place text = company.city, twice money = cost * 2",
    );
    let published: Vec<Document> = published
        .iter()
        .map(|it| schemas::ids::fill(it, &[], &mut || "x".to_owned()))
        .enumerate()
        .map(|(at, it)| {
            let mut json = it.json.clone();
            json["id"] = json!(format!("e{at}"));
            for (place, field) in json["fields"].as_array_mut().unwrap().iter_mut().enumerate() {
                field["id"] = json!(format!("e{at}f{place}"));
            }
            document(&json)
        })
        .collect();
    let resolved = catalog(&published);
    let usage = Usage::of(&resolved, &published);
    let (company, deal) = (resolved.entity("company").unwrap(), resolved.entity("deal").unwrap());
    let places = |uses: &[crate::usage::Use]| uses.iter().map(|it| it.pointer.clone()).collect::<Vec<_>>();
    assert_eq!(
        places(usage.of_field(&company.id, &company.field("city").unwrap().id)),
        ["/fields/2/formula/expression"]
    );
    assert_eq!(places(usage.of_field(&deal.id, &deal.field("cost").unwrap().id)), ["/fields/3/formula/expression"]);
    let next = edited(&published, "company", |json| json["fields"][1]["name"] = json!("town"));
    let renamed = rename(&catalog(&published), &published, &next);
    let found: Vec<String> =
        renamed.rewrites.iter().map(|it| format!("{}{}: {}", it.document, it.pointer, it.to)).collect();
    assert_eq!(found, ["entity/deal/fields/2/formula/expression: company.town"]);
}
