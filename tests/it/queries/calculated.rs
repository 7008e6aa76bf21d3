//! Expressions by chance mean the same to every judge, over records of values by chance and over formulas by chance, dynamic and
//! stored, that build on one another, along links and over related records too. The evaluator, rhai and the database judge each
//! of them on every record. `VERSTAK_SOAK` gives the number of expressions for a longer run.

use std::collections::HashSet;
use std::sync::Arc;

use access::{Access, Actor, Clock};
use catalog::{Catalog, Physical, Workspace, resolve};
use expression::{Environment, Expr, ExprKind, RecordRef, Type, Value, evaluate};
use query::{Request, SelectItem, Settings};
use scripting::{Limits, Runtime};
use tests::conformance::fixture::{Field, Fixture, Formula, Kind};
use tests::conformance::grammar::{Grammar, TYPES};
use tests::conformance::{self, database, records, same, typed};

use crate::support::{Backend, Fresh};

/// Expressions in the ordinary run, others on each database.
const EXPRESSIONS: usize = 5_000;
/// Expressions over the formulas of one world.
const IN_A_WORLD: usize = 500;
/// Entities that get formulas, those that others reach first.
const ENTITIES: [&str; 5] = ["product", "deal_item", "company", "note", "deal"];
/// Formulas that each of them gets.
const FORMULAS: usize = 4;
/// Most nested expressions of a text.
const DEPTH: u8 = 3;

/// The types that a formula's field may be of here.
const KINDS: [(&str, &[u8]); 6] =
    [("integer", &[]), ("decimal", &[18, 6]), ("money", &[18, 2]), ("boolean", &[]), ("date", &[]), ("long_text", &[])];

/// Numbers by chance, the same at each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap_or_default()
    }

    fn text(&mut self, fixture: &Fixture, entity: &str, ty: &Type, depth: u8) -> String {
        Grammar::new(&mut |end| self.below(end), fixture, entity).of(ty, depth)
    }
}

/// The catalog of the fixture as it stands; `None` when some of its formulas is refused.
fn resolved(fixture: &Fixture) -> Option<Catalog> {
    let checked = fixture.documents().iter().map(schemas::check::value).collect::<Result<Vec<_>, _>>().ok()?;
    let workspace = Workspace { language: fixture.language.clone(), ..Workspace::default() };
    let resolution = resolve::resolve(1, &workspace, &checked, &Physical::default());
    let is_sound = !resolution.has_errors() && query::too_large(&resolution.catalog).is_empty();
    is_sound.then_some(resolution.catalog)
}

/// Gives the fixture formulas by chance; of those that are refused others are tried.
fn world(mut fixture: Fixture, chance: &mut Chance) -> (Fixture, Arc<Catalog>) {
    for number in 0..FORMULAS {
        for name in ENTITIES {
            for _ in 0..20 {
                let (kind, digits) = KINDS[chance.below(KINDS.len())];
                let mut field = Field {
                    name: format!("made_{number}"),
                    kind: Kind::Plain(kind.to_owned(), digits.to_vec()),
                    formula: None,
                };
                let text = chance.text(&fixture, name, &field.ty(), DEPTH);
                field.formula = Some(Formula { is_stored: chance.below(2) == 0, text, expr: None });
                let mut tried = fixture.clone();
                let entity = tried.entities.iter_mut().find(|entity| entity.name == name).expect("the entity");
                entity.fields.push(field);
                if resolved(&tried).is_some() {
                    fixture = tried;
                    break;
                }
            }
        }
    }
    let catalog = resolved(&fixture).expect("each formula was tried");
    fixture.calculate(&catalog);
    (fixture, Arc::new(catalog))
}

/// An expression, as text and checked.
struct Question {
    text: String,
    expr: Expr,
}

impl Question {
    /// Most of them read what a formula gives.
    fn by(chance: &mut Chance, fixture: &Fixture, entity: &str) -> Self {
        loop {
            let ty = TYPES[chance.below(TYPES.len())].clone();
            let text = chance.text(fixture, entity, &ty, DEPTH);
            let scope = fixture.about(entity);
            let Ok(expr) = expression::check(&text, &scope, &expression::Expected::Anything) else { continue };
            if reads_calculated(&expr) || chance.below(4) == 0 {
                return Self { text, expr };
            }
        }
    }
}

/// Says whether an expression reads a calculated field.
fn reads_calculated(expr: &Expr) -> bool {
    expression::paths::reads(expr)
        .paths
        .iter()
        .flat_map(|path| &path.fields)
        .any(|field| field.name.starts_with("made_"))
}

/// Says whether types found beforehand give an expression another value than scripts, which have none: there a written date is
/// a text until a function asks for a date, and whole numbers stay whole beside decimals, whose range is smaller.
fn typed_apart(expr: &Expr) -> bool {
    let is_apart = match &expr.kind {
        ExprKind::Literal(value) => matches!(value, Value::Date(_) | Value::DateTime(_) | Value::Time(_)),
        ExprKind::ToDecimal(_) => true,
        _ => false,
    };
    is_apart || expr.children().into_iter().any(typed_apart)
}

async fn agree(backend: Backend) {
    let expressions = std::env::var("VERSTAK_SOAK").ok().and_then(|text| text.parse().ok()).unwrap_or(EXPRESSIONS);
    let plain = (*conformance::load().fixture).clone();
    let (mut asked, mut reading, mut apart) = (0, 0, HashSet::new());
    let mut world_number = if backend == Backend::Sqlite { 0 } else { 1_000_000 };
    while asked < expressions {
        let mut chance = Chance(world_number * 7_919 + 17);
        world_number += 1;
        let mut plain = plain.clone();
        records::shuffle(&mut plain, &mut |end| chance.below(end));
        let (fixture, catalog) = world(plain, &mut chance);
        let fixture = Arc::new(fixture);
        let runtime = Runtime::new(fixture.clone(), &Limits::default());
        let fresh = Fresh::start(backend).await;
        database::make_tables(&fresh.database, &catalog).await;
        database::insert_records(&fresh.database, &catalog, &fixture).await;
        database::calculate(&fresh.database, &catalog).await;
        let court = Court { fixture: &fixture, catalog: &catalog, fresh: &fresh, runtime: &runtime };
        for _ in 0..IN_A_WORLD {
            let entity = ENTITIES[chance.below(ENTITIES.len())];
            let question = Question::by(&mut chance, &fixture, entity);
            asked += 1;
            reading += usize::from(reads_calculated(&question.expr));
            court.judge(entity, &question, &mut apart).await;
        }
        fresh.database.close().await;
    }
    assert!(reading * 8 > asked, "{reading} of {asked} read calculated fields");
    // The more there are, the more rarely one of them is new.
    assert!(apart.len() * 4 > asked.min(EXPRESSIONS), "only {} of {asked} have values", apart.len());
}

/// The judges of one world.
struct Court<'a> {
    fixture: &'a Arc<Fixture>,
    catalog: &'a Arc<Catalog>,
    fresh: &'a Fresh,
    runtime: &'a Runtime,
}

impl Court<'_> {
    /// Asks all judges of all records of an entity.
    async fn judge(&self, entity: &str, question: &Question, apart: &mut HashSet<String>) {
        let Question { text, expr } = question;
        let rows = self.rows(entity, text).await;
        for record in self.fixture.records.iter().filter(|record| record.entity == entity) {
            let reference = RecordRef { entity: expression::EntityId::new(entity), id: record.id };
            let wanted = evaluate(expr, Some(&reference), &**self.fixture);
            if !wanted.is_empty() {
                apart.insert(text.clone());
            }
            let described = || format!("{} of {entity}: {text}\n{}\n{record:?}", record.name, self.formulas());
            // Nothing is in a relation of no record; to scripts that is no relation, but `()`.
            if !typed_apart(expr)
                && !text.contains(" in ")
                && let Ok(found) = self.runtime.evaluate(text, Some(&reference))
            {
                let found = typed(found, &expr.ty);
                assert!(same(&found, &wanted), "rhai {found:?}, the evaluator {wanted:?}, {}", described());
            }
            let Some(rows) = &rows else { continue };
            let row = rows.iter().find(|row| row[0].id() == Some(record.id)).expect("the record is there");
            // Of a record of one of several entities the row tells the entity first; an identity stands there already.
            let at = usize::from(matches!(expr.ty, Type::AnyRecord(_)));
            let found = row.get(1 + at).unwrap_or(&row[0]);
            assert!(same(found, &wanted), "the database {found:?}, the evaluator {wanted:?}, {}", described());
        }
    }

    /// What the database says; nothing where a statement takes too long or cannot hold all.
    async fn rows(&self, entity: &str, text: &str) -> Option<Vec<Vec<Value>>> {
        let fixture = self.fixture;
        let user = fixture.record(&fixture.user).expect("the user").id;
        let actor = Actor { user, roles: vec!["administrator".to_owned()] };
        let clock = Clock { now: fixture.now, today: fixture.today(), zone: fixture.zone };
        let access = Access::of(actor, Arc::clone(self.catalog), clock);
        let settings = Settings {
            dialect: self.fresh.database.dialect(),
            cursor_key: Vec::new(),
            now: fixture.now,
            today: fixture.today(),
            zone: fixture.zone,
        };
        let item = SelectItem::Expression { name: "value".to_owned(), expression: text.to_owned() };
        let select = vec![SelectItem::Path("id".to_owned()), item];
        let request = Request { select: Some(select), limit: Some(100), ..Request::default() };
        let plan = query::plan::list(&access, entity, &request, &settings).ok()?;
        let statement = query::select(&plan);
        match self.fresh.database.fetch(&statement).await {
            Ok(rows) => Some(rows),
            Err(storage::Error::Deadline) => None,
            Err(error) => panic!("{error:?}\n{}\n{}", statement.text, self.formulas()),
        }
    }

    fn formulas(&self) -> String {
        let of_entity = |entity: &tests::conformance::fixture::Entity| {
            let made =
                entity.fields.iter().filter_map(|field| Some((&field.name, &field.kind, field.formula.as_ref()?)));
            let line = |(name, kind, formula): (&String, &Kind, &Formula)| {
                format!("{}.{name} {kind:?} stored {}: {}", entity.name, formula.is_stored, formula.text)
            };
            made.map(line).collect::<Vec<_>>()
        };
        self.fixture.entities.iter().flat_map(of_entity).collect::<Vec<_>>().join("\n")
    }
}

mod every_judge_agrees_over_calculated_fields {
    use super::{Backend, agree};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        agree(Backend::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        agree(Backend::Postgres).await;
    }
}
