//! A rule opens exactly the records on which it is true: random rules over random records, judged by the database through the
//! access compiler and by the evaluator in memory. `VERSTAK_SOAK` gives the number of rules for a longer run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use access::{Access, Actor, Clock, Operation, Reason};
use catalog::{Catalog, CatalogScope, Condition, Entity, FieldKind, Permission, Permissions, Rights, Role};
use chrono::{DateTime, NaiveDate, Utc};
use expression::evaluate::{Environment, holds};
use expression::{EntityId, Expected, FieldId, FieldRef, RecordRef, Value as Cell};
use query::write::{Bin, Lock};
use query::{Request, SelectItem, Settings};
use serde_json::{Value, json};
use uuid::Uuid;

use super::worlds::questions::Dice;
use super::{id, make, me};
use crate::support::{App, every_database};

/// Rules in the ordinary run, on each database.
const RULES: u64 = 1_000;

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "account", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "region", "type": "text"}, {"name": "rating", "type": "integer"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "share", "type": "decimal", "scale": 4},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]},
            {"name": "archived", "type": "boolean"}, {"name": "close", "type": "date"},
            {"name": "account", "type": "link", "target": "account", "inverse": "deals"},
            {"name": "tags", "type": "links", "target": "account", "inverse": "tagged"}]}])
}

/// Everything there is, in memory.
struct Memory {
    catalog: Arc<Catalog>,
    user: Uuid,
    today: NaiveDate,
    now: DateTime<Utc>,
    records: HashMap<EntityId, BTreeMap<Uuid, query::Image>>,
    links: HashMap<FieldId, Vec<(Uuid, Uuid)>>,
}

impl Memory {
    fn record(&self, record: &RecordRef) -> Option<&query::Image> {
        self.records.get(&record.entity)?.get(&record.id)
    }

    fn is_live(&self, entity: &EntityId, id: &Uuid) -> bool {
        self.records.get(entity).is_some_and(|records| records.contains_key(id))
    }
}

impl Environment for Memory {
    fn field(&self, record: &RecordRef, field: &FieldRef) -> Cell {
        self.record(record).and_then(|image| image.values.get(&field.id)).cloned().unwrap_or(Cell::Empty)
    }

    fn related(&self, record: &RecordRef, field: &FieldRef) -> Vec<RecordRef> {
        let entity = self.catalog.entity_by_id(&field.entity).expect("an entity");
        let field = entity.field_by_id(&field.id).expect("a field");
        let relation = field.relation().expect("a relation");
        let back =
            relation.inverse.as_ref().and_then(|id| self.catalog.entity_by_id(&relation.target)?.field_by_id(id));
        let of = |pairs: Option<&Vec<(Uuid, Uuid)>>, forward: bool| -> Vec<Uuid> {
            let pairs = pairs.into_iter().flatten().map(|(a, b)| if forward { (a, b) } else { (b, a) });
            pairs.filter(|(from, _)| **from == record.id).map(|(_, to)| *to).collect()
        };
        let ids: Vec<Uuid> = match (&field.kind, back.map(|back| (&back.kind, &back.id))) {
            (FieldKind::Links { .. }, _) => of(self.links.get(&field.id), true),
            (_, Some((FieldKind::Links { .. }, id))) => of(self.links.get(id), false),
            (_, Some((_, id))) => {
                let points = |image: &query::Image| image.values.get(id) == Some(&Cell::Id(record.id));
                let records = self.records.get(&relation.target).into_iter().flatten();
                records.filter(|(_, image)| points(image)).map(|(id, _)| *id).collect()
            }
            _ => Vec::new(),
        };
        let live = ids.into_iter().filter(|id| self.is_live(&relation.target, id));
        live.map(|id| RecordRef { entity: relation.target.clone(), id }).collect()
    }

    fn user(&self) -> Option<RecordRef> {
        Some(RecordRef { entity: EntityId::new("user"), id: self.user })
    }

    fn zone(&self) -> expression::Tz {
        expression::Tz::UTC
    }

    fn today(&self) -> NaiveDate {
        self.today
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn language(&self) -> &str {
        &self.catalog.workspace.language
    }
}

async fn memory(app: &App, user: Uuid, now: DateTime<Utc>) -> Memory {
    let catalog = app.engine.catalog();
    let access = Access::system(Reason::Bookkeeping, Arc::clone(&catalog));
    let database = app.engine.database();
    let mut memory = Memory {
        catalog: Arc::clone(&catalog),
        user,
        today: now.date_naive(),
        now,
        records: HashMap::new(),
        links: HashMap::new(),
    };
    for entity in ["account", "deal", "user", "team", "role"].map(|name| catalog.entity(name).expect("an entity")) {
        let grant = access.read(&entity.id).expect("leave");
        let all =
            Request { select: Some(vec![SelectItem::Path("id".to_owned())]), limit: Some(5_000), ..Request::default() };
        let plan = query::plan::list(&access, &entity.name, &all, &settings(app, now)).expect("a plan");
        let ids: Vec<Uuid> = query::shape(&plan, database.fetch(&query::select(&plan)).await.expect("rows"))
            .items
            .iter()
            .map(|item| found(item))
            .collect();
        let rows = database
            .fetch(&query::write::load(&grant, &ids, Lock::None, Bin::Live, database.dialect()))
            .await
            .expect("rows");
        memory.records.insert(entity.id.clone(), query::write::images(entity, rows).into_iter().collect());
        for field in &entity.fields {
            let Some(statement) = query::write::links_all(&grant, field, database.dialect()) else { continue };
            let rows = database.fetch(&statement).await.expect("rows");
            let pair =
                |row: &Vec<Cell>| if let [Cell::Id(a), Cell::Id(b)] = row.as_slice() { Some((*a, *b)) } else { None };
            memory.links.insert(field.id.clone(), rows.iter().filter_map(pair).collect());
        }
    }
    memory
}

fn found(item: &str) -> Uuid {
    let item: Value = serde_json::from_str(item).expect("a record");
    Uuid::parse_str(item["id"].as_str().expect("an id")).expect("an id")
}

fn settings(app: &App, now: DateTime<Utc>) -> Settings {
    Settings {
        dialect: app.engine.database().dialect(),
        cursor_key: vec![0; 32],
        now,
        today: now.date_naive(),
        zone: expression::Tz::UTC,
    }
}

/// A condition by chance; every kind of empty value is among what it meets.
fn rule(dice: &mut Dice, depth: usize) -> String {
    if depth > 0 && dice.one_in(2) {
        return match dice.below(7) {
            0 => format!("({} && {})", rule(dice, depth - 1), rule(dice, depth - 1)),
            1 => format!("({} || {})", rule(dice, depth - 1), rule(dice, depth - 1)),
            2 => format!("!({})", rule(dice, depth - 1)),
            3 => format!(
                "(if {} {{ {} }} else {{ {} }})",
                rule(dice, depth - 1),
                rule(dice, depth - 1),
                rule(dice, depth - 1)
            ),
            4 => format!("account.deals.any(|d| d.amount {} amount)", dice.pick(&["<", "==", ">="])),
            5 => format!(
                "tags.{}(|t| t.region {} {})",
                dice.pick(&["any", "all"]),
                dice.pick(&["==", "!="]),
                dice.pick(&["\"north\"", "account.region", "()"])
            ),
            _ => format!(
                "tags.filter(|t| t.rating {} {}).count() {} {}",
                dice.pick(&["<", ">=", "=="]),
                dice.below(4),
                dice.pick(&[">", "=="]),
                dice.below(3)
            ),
        };
    }
    match dice.below(12) {
        0 => format!("owner {} user", dice.pick(&["==", "!="])),
        1 => format!(
            "amount {} {}",
            dice.pick(&["==", "!=", "<", ">="]),
            dice.pick(&["100", "250.50", "()", "share * 100", "0 - amount"])
        ),
        2 => format!("stage {} {}", dice.pick(&["==", "!="]), dice.pick(&["\"new\"", "\"won\"", "()"])),
        3 => {
            dice.pick(&["archived", "!archived", "archived == true", "archived == ()", "archived == false"]).to_owned()
        }
        4 => format!(
            "account.region {} {}",
            dice.pick(&["==", "!=", "<"]),
            dice.pick(&["\"north\"", "\"Юг\"", "()", "title"])
        ),
        5 => format!("owner.teams.any(|t| t {} user.teams)", dice.pick(&["in", "!in"])),
        6 => "owner.teams.any(|t| t.above.any(|a| a in user.teams))".to_owned(),
        7 => format!(
            "title.{}(\"{}\")",
            dice.pick(&["like", "contains", "starts_with"]),
            dice.pick(&["а", "А", "deal", "%", "_"])
        ),
        8 => format!(
            "close {} {}",
            dice.pick(&["<", ">=", "==", "!="]),
            dice.pick(&["today()", "\"2026-02-28\"", "()", "today() + days(7)"])
        ),
        9 => format!("stage {} [{}]", dice.pick(&["in", "!in"]), dice.pick(&["", "\"new\"", "\"new\", \"won\"", "()"])),
        10 => format!("(share ?? 0) {} {}", dice.pick(&["<", ">", "=="]), dice.pick(&["0.5", "amount / 1000", "0"])),
        _ => format!(
            "user.roles.any(|r| r.name == \"{}\") && account.rating {} {}",
            dice.pick(&["sales", "other"]),
            dice.pick(&["<", "!=", ">="]),
            dice.below(4)
        ),
    }
}

fn role(name: &str, entity: &Entity, read: Permission) -> Arc<Role> {
    let permissions = Permissions { read, ..Permissions::all(false) };
    Arc::new(Role {
        id: name.to_owned(),
        name: name.to_owned(),
        label: catalog::Label::default(),
        built_in: false,
        rights: Rights { use_applications: true, ..Rights::default() },
        entities: HashMap::from([(entity.id.clone(), Arc::new(permissions))]),
        otherwise: Arc::new(Permissions::all(false)),
    })
}

async fn fill(app: &App, alice: Uuid, bob: Uuid) {
    let mut dice = Dice(7);
    let mut accounts = Vec::new();
    for number in 0..6 {
        let region = dice.pick(&["north", "south", "Юг", ""]).to_owned();
        let rating = (number != 3).then_some(number % 4);
        accounts.push(
            make(&app.admin, "account", json!({"name": format!("a{number}"), "region": region, "rating": rating}))
                .await,
        );
    }
    let company = make(&app.admin, "team", json!({"name": "Company"})).await;
    let north = make(&app.admin, "team", json!({"name": "North", "parent": company["id"]})).await;
    for (person, team) in [(alice, &company), (bob, &north)] {
        let path = format!("/api/records/user/{person}");
        let user = app.admin.get(&path).await.expect(200);
        app.admin.patch(&path, json!({"teams": [team["id"]], "version": user["version"]})).await.expect(200);
    }
    for number in 0..40_usize {
        let maybe = |dice: &mut Dice, value: Value| if dice.one_in(4) { Value::Null } else { value };
        let account = maybe(&mut dice, accounts[number % 6]["id"].clone());
        let owner = maybe(&mut dice, json!(if number % 2 == 0 { alice } else { bob }));
        let amount = maybe(&mut dice, json!(["100.00", "250.50", "0.00", "-7.25", "9999.99"][number % 5]));
        let share = maybe(&mut dice, json!(["0.5", "0.1234", "1"][number % 3]));
        let stage = maybe(&mut dice, json!(["new", "won"][number % 2]));
        let archived = maybe(&mut dice, json!(number % 3 == 0));
        let close = maybe(&mut dice, json!(["2026-02-28", "2024-02-29", "2030-12-31"][number % 3]));
        let title = maybe(&mut dice, json!(["deal %", "а_б", "Альфа", "Ёлка"][number % 4]));
        let tags: Vec<&Value> = (0..dice.below(4)).map(|_| &accounts[dice.below(6)]["id"]).collect();
        let tags: BTreeSet<&str> = tags.into_iter().filter_map(Value::as_str).collect();
        let deal = json!({"title": title, "amount": amount, "share": share, "stage": stage, "archived": archived, "close": close, "account": account, "owner": owner, "tags": tags});
        let deal = make(&app.admin, "deal", deal).await;
        if dice.one_in(9) {
            app.admin.delete(&format!("/api/records/deal/{}", id(&deal))).await.expect(204);
        }
    }
}

every_database! {
    async fn a_rule_opens_what_it_is_true_on(app: App) {
        app.publish(documents()).await;
        let (alice, bob) = (app.user("alice@example.com", &[]).await, app.user("bob@example.com", &[]).await);
        let (alice, bob) = (Uuid::parse_str(&me(&alice).await).expect("an id"), Uuid::parse_str(&me(&bob).await).expect("an id"));
        fill(&app, alice, bob).await;
        let now = Utc::now();
        let memory = memory(&app, alice, now).await;
        let catalog = app.engine.catalog();
        let deal = Arc::clone(catalog.entity("deal").expect("deal"));
        let rules = std::env::var("VERSTAK_SOAK").ok().and_then(|text| text.parse().ok()).unwrap_or(RULES);
        let (mut some, mut earlier): (u64, Option<Permission>) = (0, None);
        for number in 0..rules {
            let mut dice = Dice(number.wrapping_mul(104_729) + 1);
            let text = rule(&mut dice, 3);
            let expr = expression::check(&text, &CatalogScope::of_record(&catalog, &deal.id), &Expected::Condition)
                .unwrap_or_else(|mistakes| panic!("{text}\n{mistakes:?}"));
            let wanted: BTreeSet<Uuid> = memory.records[&deal.id].keys().copied()
                .filter(|id| holds(&expr, Some(&RecordRef { entity: deal.id.clone(), id: *id }), &memory)).collect();
            some += u64::from(!wanted.is_empty() && wanted.len() < memory.records[&deal.id].len());
            let permission = Permission::When(Arc::new(Condition { text: text.clone(), expr }));
            let alone = seen(&app, &catalog, alice, now, &[role("one", &deal, permission.clone())]).await;
            assert!(alone == wanted, "{text}\nonly the database: {:?}\nonly the memory: {:?}", alone.difference(&wanted), wanted.difference(&alone));
            // A second role adds and never takes; a condition of the entity takes and never adds.
            if let Some(other) = earlier.replace(permission.clone()) {
                let both = seen(&app, &catalog, alice, now, &[role("one", &deal, permission), role("two", &deal, other)]).await;
                assert!(both.is_superset(&alone), "{text}: a second role takes {:?}", alone.difference(&both));
            }
        }
        assert!(some * 2 > rules, "{some} of {rules} rules tell records apart");
    }
}

/// Who of the records is listed to a person with these roles.
async fn seen(app: &App, catalog: &Catalog, user: Uuid, now: DateTime<Utc>, roles: &[Arc<Role>]) -> BTreeSet<Uuid> {
    let mut catalog = catalog.clone();
    catalog.roles = roles.to_vec();
    let names = roles.iter().map(|role| role.name.clone()).collect();
    let access = Access::of(
        Actor { user, roles: names },
        Arc::new(catalog),
        Clock { now, today: now.date_naive(), zone: expression::Tz::UTC },
    );
    let request =
        Request { select: Some(vec![SelectItem::Path("id".to_owned())]), limit: Some(5_000), ..Request::default() };
    let plan = query::plan::list(&access, "deal", &request, &settings(app, now)).expect("a plan");
    assert!(access.grant(&EntityId::new("deal"), Operation::Update).is_none());
    let rows = app.engine.database().fetch(&query::select(&plan)).await.expect("rows");
    query::shape(&plan, rows).items.iter().map(|item| found(item)).collect()
}
