//! Any expression at any place of a question, by somebody who may see all, some or none of it.
//!
//! Every statement that the planner gives runs on SQLite; where the answer can be computed in memory as well, it is.

use std::cell::{Cell, LazyCell};
use std::sync::Arc;

use access::Access;
use catalog::{Catalog, CatalogScope, Condition, Permission, Permissions, Role};
use expression::{Expected, Expr, RecordRef, Type, Value, check, evaluate};
use libfuzzer_sys::arbitrary::Unstructured;
use query::write::Bin;
use query::{AggregateRequest, Count, GroupKey, Measure, Plan, QueryError, Request, SelectItem, SortKey};
use sql::Dialect;
use tests::conformance::grammar::{Grammar, TYPES};
use tests::conformance::same;

use crate::expressions::{Hurried, WALKS};
use crate::told::told;
use crate::world::{PEOPLE, World};

/// Most nested expressions of a generated text.
const DEPTH: u8 = 5;
/// Names of what can be listed.
const ENTITIES: [&str; 4] = ["deal", "company", "note", "deal_item"];

thread_local! {
    // Never dropped: at the end of the program a runtime has nothing left to close itself with.
    static WORLD: LazyCell<&'static World> = LazyCell::new(|| Box::leak(Box::new(World::new())));
}

/// What is asked, before it is known of whom.
struct Question<'a, 'b> {
    world: &'a World,
    bytes: Unstructured<'b>,
    /// Whether the rest is a text as it is, and not what a generator is driven by.
    raw: bool,
    access: Access,
}

/// Asks one question.
pub fn run(bytes: &[u8]) {
    let [place, rest @ ..] = bytes else { return };
    WORLD.with(|world| {
        // Letters and digits, so that a text with one character before it is a question.
        let place = usize::from(place.wrapping_sub(b'0'));
        let roles = PEOPLE[place / 8 % PEOPLE.len()];
        let raw = place / 32 % 2 == 0;
        let mut question = Question { world, bytes: Unstructured::new(rest), raw, access: world.access(roles) };
        match place % 8 {
            0 => question.filter(),
            1 => question.selection(),
            2 => question.related(),
            3 => question.measures(),
            4 => question.order(),
            5 => question.rule(),
            6 => question.search(),
            _ => question.value(),
        }
    });
}

impl Question<'_, '_> {
    fn text(&mut self, entity: &str, ty: &Type) -> String {
        if self.raw {
            let rest = self.bytes.peek_bytes(self.bytes.len()).unwrap_or_default();
            return String::from_utf8_lossy(rest).into_owned();
        }
        let bytes = &mut self.bytes;
        let mut below = |end: usize| bytes.int_in_range(0..=end - 1).unwrap_or(0);
        Grammar::new(&mut below, &self.world.fixture, entity).of(ty, DEPTH)
    }

    fn below(&mut self, end: usize) -> usize {
        if self.raw { 0 } else { self.bytes.int_in_range(0..=end - 1).unwrap_or(0) }
    }

    fn ty(&mut self) -> Type {
        TYPES[self.below(TYPES.len())].clone()
    }

    fn filter(&mut self) {
        let entity = ENTITIES[self.below(ENTITIES.len())];
        let filter = Some(self.text(entity, &Type::Boolean));
        self.list(entity, &Request { filter, count: Count::Exact, ..Request::default() });
    }

    fn selection(&mut self) {
        let entity = ENTITIES[self.below(ENTITIES.len())];
        let ty = self.ty();
        let item = SelectItem::Expression { name: "value".to_owned(), expression: self.text(entity, &ty) };
        self.list(entity, &Request { select: Some(vec![item]), ..Request::default() });
    }

    fn related(&mut self) {
        let (path, far) = [("items", "deal_item"), ("company.deals", "deal"), ("notes", "note")][self.below(3)];
        let ty = self.ty();
        let inner = vec![
            SelectItem::Expression { name: "value".to_owned(), expression: self.text(far, &ty) },
            SelectItem::Path("id".to_owned()),
        ];
        let filter = (!self.raw).then(|| self.text(far, &Type::Boolean));
        let sort = vec![SortKey { path: "owner".to_owned(), descending: true }];
        let item = SelectItem::Related { path: path.to_owned(), select: Some(inner), filter, sort, limit: Some(2) };
        self.list("deal", &Request { select: Some(vec![item]), ..Request::default() });
    }

    /// Paths with commas between them: what is sorted by is selected as well.
    fn order(&mut self) {
        let text = self.text("deal", &Type::Text);
        let keys: Vec<&str> = text.split(',').map(str::trim).filter(|key| !key.is_empty()).collect();
        let sort =
            |key: &&str| SortKey { path: key.trim_start_matches('-').to_owned(), descending: key.starts_with('-') };
        let sort = keys.iter().map(sort).collect();
        let select = keys.iter().map(|key| SelectItem::Path(key.trim_start_matches('-').to_owned())).collect();
        self.list("deal", &Request { select: Some(select), sort, quick: Some(text.clone()), ..Request::default() });
    }

    fn list(&self, entity: &str, request: &Request) {
        for dialect in [Dialect::Postgres, Dialect::Sqlite] {
            match query::plan::list(&self.access, entity, request, &self.world.settings(dialect)) {
                Ok(plan) if dialect == Dialect::Sqlite => self.read(&plan),
                Ok(plan) => drop((query::select(&plan), query::count(&plan))),
                Err(error) => refused(&error),
            }
        }
    }

    fn read(&self, plan: &Plan) {
        self.world.rows(&query::count(plan));
        if let Some(extent) = query::estimate::extent(plan) {
            self.world.rows(&extent);
        }
        if let Some(sample) = query::estimate::sample(plan, u64::from(u32::MAX)) {
            self.world.rows(&sample.statement);
        }
        let Some(rows) = self.world.rows(&query::select(plan)) else { return };
        for item in query::shape(plan, rows).items {
            is_json(&item);
        }
    }

    fn measures(&mut self) {
        let entity = ENTITIES[self.below(ENTITIES.len())];
        let expression = if self.raw { self.text(entity, &Type::Decimal) } else { self.measure(entity) };
        let path = ["owner", "created_at", "id"][self.below(3)];
        let by = (path == "created_at").then(|| "month".to_owned());
        let keys = [vec![GroupKey { path: path.to_owned(), by, ..GroupKey::default() }], Vec::new()];
        let request = AggregateRequest {
            group_by: keys[self.below(2)].clone(),
            measures: vec![Measure { name: "m".to_owned(), expression }],
            filter: (!self.raw).then(|| self.text(entity, &Type::Boolean)),
            having: Some("m != ()".to_owned()),
            sort: vec![SortKey { path: "m".to_owned(), descending: true }],
            limit: Some(2),
            totals: self.below(2) == 1,
            drill: self.below(2) == 1,
            others: false,
        };
        for dialect in [Dialect::Postgres, Dialect::Sqlite] {
            let plan = match query::plan::aggregate(&self.access, entity, &request, &self.world.settings(dialect)) {
                Ok(plan) => plan,
                Err(error) => return refused(&error),
            };
            let statement = query::tally(&plan);
            if dialect == Dialect::Postgres {
                continue;
            }
            let Some(rows) = self.world.rows(&statement) else { return };
            match query::shape_groups(&plan, rows) {
                Ok(groups) => groups.shown.iter().chain(&groups.totals).for_each(|group| is_json(group)),
                Err(error) => refused(&error),
            }
        }
    }

    /// An aggregate of a group, or arithmetic with it.
    fn measure(&mut self, entity: &str) -> String {
        let functions = ["sum", "avg", "min", "max", "median", "first", "last", "count_distinct", "percentile"];
        let function = functions[self.below(functions.len())];
        let argument = match function {
            "count_distinct" | "min" | "max" | "first" | "last" => {
                let ty = self.ty();
                self.text(entity, &ty)
            }
            _ => self.text(entity, &Type::Decimal),
        };
        let share = if function == "percentile" { ", 0.9" } else { "" };
        let rest = ["", " / count()", " ?? 0"][self.below(3)];
        format!("{function}({argument}{share}){rest}")
    }

    /// A rule of a role opens exactly the records on which it is true.
    fn rule(&mut self) {
        let text = self.text("deal", &Type::Boolean);
        let deal = Arc::clone(self.world.catalog.entity("deal").expect("deals"));
        let scope = CatalogScope::of_record(&self.world.catalog, &deal.id);
        let Ok(expr) = check(&text, &scope, &Expected::Condition) else { return };
        let mut catalog = Catalog::clone(&self.world.catalog);
        let read = Permission::When(Arc::new(Condition { text: text.clone(), expr: expr.clone() }));
        let permissions = Permissions { read, ..Permissions::all(false) };
        catalog.roles.push(Arc::new(Role {
            id: "ruled".to_owned(),
            name: "ruled".to_owned(),
            label: catalog::Label::default(),
            built_in: false,
            rights: catalog::Rights::default(),
            entities: [(deal.id.clone(), Arc::new(permissions))].into(),
            otherwise: Arc::new(Permissions::all(false)),
        }));
        let access = self.world.access_over(&["ruled"], Arc::new(catalog));
        let select = Some(vec![SelectItem::Path("id".to_owned())]);
        let request = Request { select, ..Request::default() };
        let plan = match query::plan::list(&access, "deal", &request, &self.world.settings(Dialect::Sqlite)) {
            Ok(plan) => plan,
            Err(error) => return refused(&error),
        };
        let Some(rows) = self.world.rows(&query::select(&plan)) else { return };
        let fixture = &self.world.fixture;
        let opened: Vec<Value> = rows.into_iter().filter_map(|row| row.into_iter().next()).collect();
        let Ok(expr) = check(&text, &fixture.about("deal"), &Expected::Condition) else { return };
        let narrowed = "!archived || owner == user";
        let narrowing = check(narrowed, &fixture.about("deal"), &Expected::Condition).expect("a condition");
        for record in ["d1", "d2", "d3", "d4"] {
            let record = fixture.reference(record).expect("a deal");
            let (Some(rule), Some(narrowing)) = (self.computed(&expr, &record), self.computed(&narrowing, &record))
            else {
                return;
            };
            let wanted = rule.is_true() && narrowing.is_true();
            assert_eq!(opened.contains(&Value::Id(record.id)), wanted, "{text}\n{record:?}");
        }
    }

    fn search(&mut self) {
        let text = self.text("deal", &Type::Text);
        let request = query::search::SearchRequest { text, ..Default::default() };
        for dialect in [Dialect::Postgres, Dialect::Sqlite] {
            let plan = match query::search::plan(&self.access, &request, &self.world.settings(dialect)) {
                Ok(plan) => plan,
                Err(error) => return refused(&error),
            };
            let Some(statement) = plan.statement.as_ref().filter(|_| dialect == Dialect::Sqlite) else { continue };
            if let Some(rows) = self.world.rows(statement) {
                query::search::hits(&plan, &rows);
            }
        }
    }

    /// A value of one record: SQLite and the evaluator agree.
    fn value(&mut self) {
        let ty = self.ty();
        let record = ["d1", "d2", "d3", "d4"][self.below(4)];
        let record = self.world.fixture.reference(record).expect("a deal");
        let text = self.text("deal", &ty);
        let access = self.world.access(PEOPLE[0]);
        let select = [SelectItem::Expression { name: "value".to_owned(), expression: text.clone() }];
        let settings = self.world.settings(Dialect::Sqlite);
        let plan = match query::plan::one(&access, "deal", record.id, Some(&select), Bin::Live, &settings) {
            Ok(plan) => plan,
            Err(error) => return refused(&error),
        };
        let Some(rows) = self.world.rows(&query::select(&plan)) else { return };
        let Ok(expr) = check(&text, &self.world.fixture.about("deal"), &Expected::Anything) else { return };
        // Of a record of one of several entities the row tells the entity first.
        let at = usize::from(matches!(expr.ty, Type::AnyRecord(_)));
        let found = rows.into_iter().next().and_then(|row| row.into_iter().nth(at)).expect("a row with a value");
        let Some(wanted) = self.computed(&expr, &record) else { return };
        assert!(same(&found, &wanted), "{text}\n{record:?}\nin memory {wanted:?}, in the database {found:?}");
    }

    /// The value in memory; `None` when it takes too long.
    fn computed(&self, expr: &Expr, record: &RecordRef) -> Option<Value> {
        let hurried = Hurried { fixture: &self.world.fixture, walks: Cell::new(WALKS) };
        let value = evaluate(expr, Some(record), &hurried);
        (hurried.walks.get() > 0).then_some(value)
    }
}

fn refused(error: &QueryError) {
    if let QueryError::Invalid(mistakes) = error {
        told(mistakes);
    }
}

fn is_json(text: &str) {
    assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "no JSON: {text}");
}
