//! The entities, rules and numbers of the questions.

use serde_json::{Value, json};

pub(crate) const DEALS: usize = 1_000_000;
pub(crate) const COMPANIES: usize = 50_000;
pub(crate) const REGIONS: usize = 200;
pub(crate) const COUNTRIES: usize = 20;
/// Every so manieth deal and company belongs to the person who asks.
pub(crate) const OWN: usize = 10;

/// What is searched for: a word that a thousand titles hold, and the beginning of another.
pub(crate) fn words(at: usize) -> String {
    format!("batch{} dea", at % 1000)
}

/// The stages of deals.
pub(crate) const STAGES: [&str; 4] = ["new", "proposal", "won", "lost"];
/// What is told of the deals of each stage, by the name of the measure.
pub(crate) const NUMBERS: [(&str, &str); 3] =
    [("deals", "count()"), ("amount", "sum(amount)"), ("largest", "max(amount)")];

/// The measures of each stage.
fn measures() -> impl Iterator<Item = Value> {
    let of = |stage: &'static str, (name, expression): (&str, &str)| {
        let (name, filter) = (format!("{name}_{stage}"), format!("stage == \"{stage}\""));
        json!({"kind": "measure", "id": name, "name": name, "entity": "deal", "expression": expression, "filter": filter, "date": "closed"})
    };
    STAGES.into_iter().flat_map(move |stage| NUMBERS.map(|number| of(stage, number)))
}

/// The entities, the roles and the measures.
pub(crate) fn documents() -> Vec<Value> {
    let choices: Vec<Value> = STAGES.iter().map(|value| json!({"value": value})).collect();
    let link = |name: &str, target: &str, inverse: &str| json!({"name": name, "type": "link", "target": target, "inverse": inverse});
    let mut documents = vec![
        json!({"kind": "entity", "id": "country", "name": "country", "title": "name", "fields": [
            {"name": "name", "type": "text", "max_length": 100}]}),
        json!({"kind": "entity", "id": "region", "name": "region", "title": "name", "fields": [
            {"name": "name", "type": "text", "max_length": 100}, link("country", "country", "regions")]}),
        json!({"kind": "entity", "id": "company", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text", "max_length": 200}, link("region", "region", "companies")]}),
        json!({"kind": "entity", "id": "deal", "name": "deal", "title": "title", "indexes": [["stage", "amount"], ["amount"]], "fields": [
            {"id": "deal_title", "name": "title", "type": "text", "max_length": 200},
            {"name": "amount", "type": "money", "scale": 2},
            {"name": "margin", "type": "money", "scale": 2},
            {"name": "stage", "type": "choice", "choices": choices},
            {"name": "closed", "type": "date"},
            link("company", "company", "deals")]}),
        json!({"kind": "dataset", "id": "sale", "name": "sale",
            "parts": [{"entity": "deal", "values": {"title": "title", "amount": "amount", "margin": "margin", "stage": "stage",
                "company": "company.name", "region": "company.region.name", "country": "company.region.country.name"}}],
            "fields": named(&["title", "amount", "margin", "stage", "company", "region", "country"])}),
        json!({"kind": "dataset", "id": "by_country", "name": "by_country",
            "parts": [{"entity": "deal", "values": {"stage": "stage", "country": "company.region.country.name", "sum": "amount"}}],
            "fields": [{"name": "stage"}, {"name": "country"}, {"name": "n", "aggregate": "count"}, {"name": "sum", "aggregate": "sum"}]}),
        role("own", "owner == user", "read"),
        role("of_companies", "company.owner == user", "none"),
    ];
    documents.extend(measures());
    documents
}

fn named(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| json!({"name": name})).collect()
}

/// A role of salespeople: which deals it opens, and what of their margin.
fn role(name: &str, deals: &str, margin: &str) -> Value {
    json!({"kind": "role", "id": name, "name": name, "rights": ["use"], "entities": {
        "deal": {"read": deals, "fields": {"margin": margin}},
        "company": {"read": true}, "region": {"read": true}, "country": {"read": true}, "user": {"read": true},
        "sale": {"read": true}, "by_country": {"read": true}}})
}
