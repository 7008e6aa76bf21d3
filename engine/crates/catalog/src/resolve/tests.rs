//! What documents resolve to, and which mistakes they make.

use schemas::{Document, check};
use serde_json::json;

use crate::fixture::{catalog, documents, every_type};
use crate::{Catalog, FieldId, FieldKind, OnDelete, Physical, Workspace, resolve};

const SALES: &str = "
    company: name text!, city text
    deal: title text!, amount money, company -> company.deals, items [] deal_item.deal, stage {new, won}
    deal_item: deal -> deal, price money(12, 4), quantity integer
";

fn mistakes(documents: &[Document]) -> Vec<String> {
    let resolution = resolve(1, &Workspace::default(), documents, &Physical::default());
    resolution.diagnostics.iter().map(ToString::to_string).collect()
}

fn check_mistakes(text: &str, expected: &[&str]) {
    assert_eq!(mistakes(&documents(text)), expected);
}

fn kind(catalog: &Catalog, entity: &str, field: &str) -> FieldKind {
    catalog.entity(entity).unwrap().field(field).unwrap().kind.clone()
}

#[test]
fn system_entities_resolve_alone() {
    let catalog = catalog("");
    let names: Vec<&str> = catalog.entities().iter().map(|entity| entity.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "audit_event",
            "file",
            "measure_target",
            "notification",
            "record_share",
            "revision",
            "role",
            "sent_message",
            "team",
            "user"
        ]
    );
    let user = catalog.entity("user").unwrap();
    assert_eq!(
        (user.table.as_str(), user.field("email").unwrap().columns.as_slice()),
        ("sys_user", &["email".to_owned()][..])
    );
    assert!(user.field("password").unwrap().write_only);
    assert_eq!(catalog.entity("role").unwrap().key, Some(FieldId::new("role.name")));
    assert!(catalog.entity("audit_event").unwrap().read_only);
    assert_eq!(user.unique[0].fields, [FieldId::new("user.email")]);
}

#[test]
fn no_record_can_be_the_first_of_a_circle_of_required_links() {
    let warned = |text: &str| {
        let resolution = resolve(1, &Workspace::default(), &documents(text), &Physical::default());
        assert!(!resolution.has_errors());
        let place = |found: &diagnostic::Diagnostic| {
            format!("{} {}", found.place.document.as_deref().unwrap_or(""), found.code)
        };
        resolution.diagnostics.iter().map(place).collect::<Vec<_>>()
    };
    let circle = "relation.required_circle";
    assert_eq!(
        warned("a: b -> b!\n b: c -> c!\n c: a -> a!, d -> d!\n d: n text"),
        [format!("entity/a {circle}"), format!("entity/b {circle}"), format!("entity/c {circle}")]
    );
    assert_eq!(warned("a: above -> a!"), [format!("entity/a {circle}")]);
    assert!(warned("a: b -> b!\n b: a -> a\n deal: items [] item.deal\n item: deal -> deal").is_empty());
}

#[test]
fn both_sides_of_relations_find_each_other() {
    let catalog = catalog(SALES);
    let FieldKind::Inverse { relation } = kind(&catalog, "company", "deals") else { panic!("not an inverse") };
    assert_eq!((relation.target.as_str(), relation.inverse), ("deal", Some(FieldId::new("deal.company"))));
    let FieldKind::Link { relation, .. } = kind(&catalog, "deal", "company") else { panic!("not a link") };
    assert_eq!(relation.inverse, Some(FieldId::new("deal.company~")));
    let FieldKind::Children { relation } = kind(&catalog, "deal", "items") else { panic!("not children") };
    assert_eq!(relation.inverse, Some(FieldId::new("deal_item.deal")));
    let FieldKind::Link { relation, on_delete, .. } = kind(&catalog, "deal_item", "deal") else { panic!("not a link") };
    assert_eq!((relation.inverse, on_delete), (Some(FieldId::new("deal.items")), OnDelete::Cascade));
    let line = catalog.entity("deal_item").unwrap();
    assert_eq!(line.owner, Some((crate::EntityId::new("deal"), FieldId::new("deal.items"))));
    assert!(line.field("deal").unwrap().required);
    assert_eq!(catalog.entity("deal").unwrap().title, Some(FieldId::new("deal.title")));
}

#[test]
fn every_field_type_resolves() {
    let resolution = resolve(1, &Workspace::default(), &[every_type()], &Physical::default());
    assert!(resolution.diagnostics.is_empty(), "{:?}", resolution.diagnostics);
    let entity = resolution.catalog.entity("sample").unwrap();
    assert_eq!(entity.fields.iter().filter(|field| !field.is_attribute()).count(), 30);
    for field in entity.fields.iter().filter(|field| !field.is_attribute()) {
        assert_eq!(format!("{}_field", field.type_name()), field.name);
    }
}

#[test]
fn every_mistake_is_named_with_its_place() {
    check_mistakes(
        "company: name
         deal: company -> compny.deals, items [] line.parent, other -> company.name
         line: parent -> company",
        &[
            r#" entity/deal/fields/0/target reference.unknown_entity field="company" found="compny" nearest="company""#,
            r#" entity/deal/fields/1/inverse relation.not_a_link_back entity="deal" field="items" found="parent" target="line""#,
            r#" entity/deal/fields/2/inverse relation.inverse_taken field="other" found="name" target="company""#,
        ],
    );
}

#[test]
fn a_line_has_one_owner_and_its_link_leads_back() {
    check_mistakes(
        "a: lines [] line.a
         b: lines [] line.b
         c: lines [] line.d
         line: a -> a, b -> b",
        &[
            r#" entity/b/fields/0/target relation.two_owners field="lines" other="a" target="line""#,
            r#" entity/c/fields/0/target relation.two_owners field="lines" other="a" target="line""#,
        ],
    );
    check_mistakes(
        "a: lines [] line.mine
         line: owner_a -> a",
        &[r#" entity/a/fields/0/inverse relation.no_link_back field="lines" found="mine" target="line""#],
    );
}

#[test]
fn lines_have_the_link_to_their_parent_without_its_being_written() {
    let catalog = catalog("deal: items [] item.deal\n item: price money");
    let (deal, item) = (catalog.entity("deal").unwrap(), catalog.entity("item").unwrap());
    let (items, link) = (deal.field("items").unwrap(), item.field("deal").unwrap());
    assert_eq!(item.owner, Some((deal.id.clone(), items.id.clone())));
    assert_eq!(link.relation().unwrap().inverse.as_ref(), Some(&items.id));
    assert!(matches!(link.kind, FieldKind::Link { on_delete: OnDelete::Cascade, .. }) && link.required && !link.system);
    assert_eq!(link.columns, ["deal_deal_items_up"]);
    // Written later it is the same field.
    let [_, written] = &documents("deal: items [] item.deal\n item: deal -> deal")[..] else { panic!("two documents") };
    let mut json = written.json.clone();
    json["id"] = item.id.as_str().into();
    json["fields"][0].as_object_mut().unwrap().remove("id");
    let adopted = crate::link_back::adopt(check::value(&json).unwrap(), &catalog);
    assert_eq!(adopted.json["fields"][0]["id"], link.id.as_str());
}

#[test]
fn people_add_fields_to_system_entities() {
    let added = |name: &str| {
        let json = json!({"kind": "entity", "name": "user", "label": {"en": "Employee"}, "fields": [{"name": name, "type": "text"}]});
        check::value(&json).unwrap()
    };
    let resolution = resolve(1, &Workspace::default(), &[added("nickname")], &Physical::default());
    assert!(resolution.diagnostics.is_empty(), "{:?}", resolution.diagnostics);
    let user = resolution.catalog.entity("user").unwrap();
    assert_eq!((user.label.text("en"), user.id.as_str()), ("Employee", "user"));
    assert_eq!(user.field("nickname").unwrap().columns, ["nickname_user_nickname"]);
    assert_eq!(
        mistakes(&[added("email")]),
        [r#" entity/user/fields/0/name field.built_in field="email" name="email""#]
    );
}

#[test]
fn physical_names_outlive_renames_and_follow_types() {
    let document = |name: &str, kind: &str| {
        let field = json!({"name": name, "id": "f1", "type": kind});
        vec![check::value(&json!({"kind": "entity", "name": "deal", "id": "e1", "fields": [field]})).unwrap()]
    };
    let column = |name: &str, kind: &str, physical: &Physical| {
        let resolution = resolve(1, &Workspace::default(), &document(name, kind), physical);
        let deal = resolution.catalog.entity("deal").unwrap();
        (deal.table.clone(), deal.field(name).unwrap().columns[0].clone(), resolution.physical)
    };
    let (table, first, physical) = column("amount", "text", &Physical::default());
    assert_eq!((table.as_str(), first.as_str()), ("deal_e1", "amount_f1"));
    let (_, renamed, physical) = column("sum", "text", &physical);
    assert_eq!(renamed, "amount_f1");
    let (_, integer, physical) = column("sum", "integer", &physical);
    assert_eq!(integer, "sum_f1");
    let (_, back, _) = column("sum", "email", &physical);
    assert_eq!(back, "amount_f1");
}

#[test]
fn a_thousand_entities_resolve_fast() {
    let text: Vec<String> = (0..1000)
        .map(|number| {
            let fields: Vec<String> = (0..28).map(|field| format!("field_{field} text")).collect();
            let next = (number + 1) % 1000;
            format!("entity_{number}: {}, next -> entity_{next}.previous, amount money", fields.join(", "))
        })
        .collect();
    let documents = documents(&text.join("\n"));
    let start = std::time::Instant::now();
    let resolution = resolve(1, &Workspace::default(), &documents, &Physical::default());
    let first = start.elapsed();
    assert!(resolution.diagnostics.is_empty());
    assert_eq!(resolution.catalog.entities().len(), 1010);
    assert!(first.as_secs() < 5, "{first:?} even without optimisation");
}

fn with_rule(when: &str) -> Vec<Document> {
    let deal = json!({"kind": "entity", "name": "deal",
        "fields": [{"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]},
            {"name": "company", "type": "link", "target": "company"},
            {"name": "seller", "type": "user", "default": {"expression": "user"}},
            {"name": "since", "type": "date", "default": {"expression": "today()"}}],
        "rules": [{"name": "rule", "when": when, "message": {"en": "No"}}]});
    let mut all = documents("company: city text");
    all.push(check::value(&deal).unwrap());
    all
}

#[test]
fn rules_and_defaults_are_checked_expressions() {
    let resolution =
        resolve(1, &Workspace::default(), &with_rule("stage == \"won\" && company.city == ()"), &Physical::default());
    assert!(resolution.diagnostics.is_empty(), "{:?}", resolution.diagnostics);
    let deal = resolution.catalog.entity("deal").unwrap();
    assert_eq!(deal.rules[0].name, "rule");
    assert!(matches!(deal.field("seller").unwrap().default, Some(crate::Default::Expression(_))));
    assert_eq!(
        mistakes(&with_rule("company.citty == \"X\"")),
        [r#"1:9: entity/deal/rules/0/when expression.unknown_name name="citty" nearest="city""#]
    );
    assert_eq!(
        mistakes(&with_rule("stage == \"wom\"")),
        [r#" entity/deal/rules/0/when expression.unknown_choice field="stage" found="wom" nearest="won""#]
    );
}

#[test]
fn formulas_know_what_they_read() {
    let catalog = catalog(
        "company: name text, city text, won money = deals.sum(|d| d.total)
         deal: title text, cost money, company -> company.deals, items [] item.deal, total money = items.sum(|i| i.price), margin decimal = total - cost, place text = title + company.city
         item: deal -> deal, price money",
    );
    let field = |entity: &str, name: &str| catalog.entity(entity).unwrap().field(name).unwrap();
    let formula = |entity: &str, name: &str| field(entity, name).formula.clone().unwrap();
    let own = |entity: &str, name: &str| {
        formula(entity, name).own.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(own("deal", "margin"), ["deal.cost", "deal.items", "deal.total"]);
    assert_eq!(own("deal", "place"), ["deal.company", "deal.title"], "what is behind a link is not the record's own");
    assert_eq!(own("company", "won"), ["deal.company~"]);
    assert!(formula("company", "won").reads.iter().any(|(_, id)| id.as_str() == "item.price"), "through others too");
    assert_eq!((formula("company", "won").levels, formula("deal", "total").levels), (2, 1));
    let margin = field("deal", "margin");
    assert!(margin.columns.is_empty() && margin.read_only);
    assert_eq!(margin.kind, FieldKind::Decimal { precision: 22, scale: 6, min: None, max: None });
    assert_eq!(catalog.entity("deal").unwrap().title_field().unwrap().name, "title");
    let marked = |name: &str| {
        let documents = documents(
            "deal: cost money, other money, margin money = cost * 2, both money = margin + other, free money = other",
        )
        .into_iter()
        .map(|document| {
            let mut json = document.json.clone();
            json["fields"][0]["audit_reads"] = json!(true);
            check::value(&json).unwrap()
        })
        .collect::<Vec<_>>();
        let resolution = resolve(1, &Workspace::default(), &documents, &Physical::default());
        resolution.catalog.entity("deal").unwrap().field(name).unwrap().audit_reads
    };
    assert!(marked("margin") && marked("both") && !marked("free"), "who reads it reads what it is made of");
}

#[test]
fn formulas_build_on_each_other_in_no_circle() {
    check_mistakes(
        "thing: n integer, a integer = b + 1, b integer = c * 2, c integer = a, own integer = own, twice integer = n + n",
        &[
            r#" entity/thing/fields/3/formula/expression formula.circle field="c" found="thing.a → thing.b → thing.c → thing.a""#,
            r#" entity/thing/fields/4/formula/expression formula.circle field="own" found="thing.own → thing.own""#,
        ],
    );
    // Through another entity and back.
    check_mistakes(
        "company: name text, best money = deals.max(|d| d.share)
         deal: amount money, company -> company.deals, share money = amount / company.best",
        &[
            r#" entity/deal/fields/2/formula/expression formula.circle field="share" found="company.best → deal.share → company.best""#,
        ],
    );
    // What closes a circle is empty, so that nothing goes round.
    let circle = documents("thing: a integer = b, b integer = a");
    let resolution = resolve(1, &Workspace::default(), &circle, &Physical::default());
    let broken = resolution.catalog.entity("thing").unwrap().field("b").unwrap().formula.clone().unwrap();
    assert!(expression::paths::reads(&broken.expr).paths.is_empty());
}

#[test]
fn formulas_have_the_type_of_their_field() {
    check_mistakes(
        "thing: name text, size integer = name, half integer = 1 / 2, long text = name + 1, when date = name.len()",
        &[
            r#"1:1: entity/thing/fields/1/formula/expression expression.wrong_type from_type="text" to_type="integer""#,
            r#"1:1: entity/thing/fields/2/formula/expression expression.wrong_type from_type="decimal" to_type="integer""#,
            r#"1:1: entity/thing/fields/3/formula/expression expression.operands left="text" operator="+" right="integer""#,
            r#"1:1: entity/thing/fields/4/formula/expression expression.wrong_type from_type="integer" to_type="date""#,
        ],
    );
}
