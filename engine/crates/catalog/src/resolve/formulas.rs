//! What formulas build on: circles are told by name, and each formula learns what of its own record it reads.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::decimal::SCALE;
use expression::paths::Root;
use expression::{EntityId, Expr, ExprKind, FieldId, FieldRef, Type, Value};

use super::expressions::looks_around;
use super::texts::Expressions;
use crate::dataset::{counted, fields_of};
use crate::formula::MAX_LEVELS;
use crate::{Catalog, FieldKind, FormulaMode};

/// Rounds what is calculated to the digits of a kind.
pub(super) fn fitted(kind: &FieldKind, expr: Expr) -> Expr {
    let Some(scale) = kind.scale().filter(|scale| *scale < SCALE) else { return expr };
    let digits = Expr::literal(Value::Integer(scale.into()), Type::Integer);
    Expr::new(ExprKind::Call("round", vec![expr, digits]), Type::Decimal)
}

/// How far formulas are followed: what is farther is refused for its levels.
const FARTHEST: usize = 4 * MAX_LEVELS as usize;

/// A field by its entity and identity.
type Key = (EntityId, FieldId);

/// What one formula reads.
struct Node {
    /// Position of its entity and of its field.
    place: (usize, usize),
    /// Its entity and field as people write them.
    name: String,
    pointer: String,
    /// Formulas that it reads.
    next: Vec<Key>,
    /// Fields of its own record that it reads.
    own: Vec<FieldId>,
    /// All fields that it reads, and of these the ones of other records.
    reads: Vec<Key>,
    crossed: Vec<Key>,
    /// Dynamic formulas that it reads: what these read it reads as well.
    through: Vec<Key>,
    /// Of these the ones of its own record.
    own_through: Vec<Key>,
    /// Why neither a stored formula nor a scheduled one may build on it.
    stored: Option<&'static str>,
    scheduled: Option<&'static str>,
    /// Whether it reads something whose readers the audit tells.
    marked: bool,
    state: State,
    levels: u32,
}

impl Node {
    /// Adds formulas that it builds on, each with whether it is kept.
    fn build_on(&mut self, formulas: Vec<(Key, bool)>) {
        for (key, is_kept) in formulas {
            if !is_kept {
                self.through.push(key.clone());
            }
            if !self.next.contains(&key) {
                self.next.push(key);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Finds circles, and notes with each formula what it reads of its own record and how many build on one another. What
/// closes a circle is emptied, so that nothing goes round in it.
pub(super) fn order(catalog: &mut Catalog, sources: &[Expressions], problems: &mut Vec<Diagnostic>) {
    let mut nodes = nodes(catalog, sources);
    let mut keys: Vec<Key> = nodes.keys().cloned().collect();
    keys.sort_by_key(|key| nodes[key].place);
    let mut broken = Vec::new();
    for key in &keys {
        let mut circles = Vec::new();
        visit(key, &mut nodes, &mut vec![key.clone()], &mut circles);
        for circle in circles {
            let names: Vec<&str> = circle.iter().map(|key| nodes[key].name.as_str()).collect();
            let node = &nodes[&circle[circle.len() - 2]];
            let entity = &catalog.entities[node.place.0];
            let problem = Diagnostic::error("formula.circle")
                .with("field", &entity.fields[node.place.1].name)
                .with("found", names.join(" → "));
            problems.push(problem.in_document(format!("entity/{}", entity.name)).at(&node.pointer));
            broken.push(node.place);
        }
    }
    for key in &keys {
        let node = &nodes[key];
        if node.levels > MAX_LEVELS {
            let entity = &catalog.entities[node.place.0];
            let problem = Diagnostic::error("formula.too_many_levels")
                .with("field", &entity.fields[node.place.1].name)
                .with("found", node.levels)
                .with("max", MAX_LEVELS);
            problems.push(problem.in_document(format!("entity/{}", entity.name)).at(&node.pointer));
            broken.push(node.place);
        }
    }
    for key in &keys {
        let node = &nodes[key];
        let entity = &catalog.entities[node.place.0];
        let field = &entity.fields[node.place.1];
        let mut beneath = reached(key, &nodes, |node| &node.through);
        let code = match field.formula.as_ref().map(|formula| formula.mode) {
            Some(FormulaMode::Stored) => beneath.find_map(|node| node.stored),
            Some(FormulaMode::Scheduled) => beneath.find_map(|node| node.scheduled),
            Some(FormulaMode::Dynamic) | None => None,
        };
        if let Some(code) = code {
            let problem = Diagnostic::error(code).with("field", &field.name);
            problems.push(problem.in_document(format!("entity/{}", entity.name)).at(&node.pointer));
        }
    }
    for key in &keys {
        let node = &nodes[key];
        let own = reached(key, &nodes, |node| &node.own_through).flat_map(|node| &node.own).cloned();
        let own: BTreeSet<FieldId> = own.collect();
        let reads: BTreeSet<Key> =
            reached(key, &nodes, |node| &node.through).flat_map(|node| &node.reads).cloned().collect();
        let crossed: BTreeSet<Key> = crossed(key, &nodes).into_iter().collect();
        let marked = reached(key, &nodes, |node| &node.next).any(|node| node.marked);
        let field = &mut Arc::make_mut(&mut catalog.entities[node.place.0]).fields[node.place.1];
        // Whoever reads a value that is made of a marked one has read that.
        field.audit_reads |= marked;
        if let Some(formula) = &mut field.formula {
            (formula.own, formula.levels) = (own.into_iter().collect(), node.levels);
            formula.reads = reads.into_iter().collect();
            formula.crossed = crossed.into_iter().collect();
        }
    }
    for (entity, field) in broken {
        if let Some(formula) = &mut Arc::make_mut(&mut catalog.entities[entity]).fields[field].formula {
            formula.expr = Arc::new(Expr::literal(Value::Empty, formula.expr.ty.clone()));
            formula.cause = None;
        }
    }
}

fn nodes(catalog: &Catalog, sources: &[Expressions]) -> HashMap<Key, Node> {
    let mut nodes = HashMap::new();
    for (at, source) in sources.iter().enumerate() {
        let entity = &catalog.entities[at];
        for (position, pointer, _) in &source.formulas {
            let field = &entity.fields[*position];
            let Some(formula) = &field.formula else { continue };
            let found = expression::paths::reads(&formula.expr);
            let mut node = Node {
                place: (at, *position),
                name: format!("{}.{}", entity.name, field.name),
                pointer: pointer.clone(),
                next: Vec::new(),
                own: Vec::new(),
                reads: Vec::new(),
                crossed: Vec::new(),
                through: Vec::new(),
                own_through: Vec::new(),
                stored: looks_around(catalog, FormulaMode::Stored, &found),
                scheduled: looks_around(catalog, FormulaMode::Scheduled, &found),
                marked: false,
                state: State::New,
                levels: 1,
            };
            // A measure may count the rows of a dataset.
            for entity in counted(&formula.expr) {
                node.build_on(beneath(catalog, entity));
            }
            for path in found.paths {
                let Some(last) = path.fields.last() else { continue };
                let read = catalog.entity_by_id(&last.entity).and_then(|entity| entity.field_by_id(&last.id));
                node.marked |= read.is_some_and(|field| field.audit_reads);
                let key = (last.entity.clone(), last.id.clone());
                node.reads.push(key.clone());
                // A dataset is made of whatever its parts read.
                node.build_on(beneath(catalog, &last.entity));
                let is_own = path.root == Root::Record && path.fields.len() == 1;
                if is_own {
                    node.own.push(last.id.clone());
                } else {
                    node.crossed.push(key.clone());
                }
                let Some(formula) = read.and_then(|field| field.formula.as_ref()) else { continue };
                if !formula.is_kept() {
                    node.through.push(key.clone());
                    node.own_through.extend(is_own.then(|| key.clone()));
                }
                if !node.next.contains(&key) {
                    node.next.push(key);
                }
            }
            nodes.insert((entity.id.clone(), field.id.clone()), node);
        }
    }
    nodes
}

/// The formulas that the rows of a dataset are made of, and whether each is kept; none of an entity.
fn beneath(catalog: &Catalog, entity: &EntityId) -> Vec<(Key, bool)> {
    let found = catalog.entity_by_id(entity);
    let Some((entity, dataset)) = found.and_then(|entity| Some((entity, entity.dataset.as_ref()?))) else {
        return Vec::new();
    };
    let mut read = HashSet::new();
    let of_row = entity.fields.iter().filter_map(|field| Some(&*field.formula.as_ref()?.expr));
    of_row.chain(&dataset.having).for_each(|expr| fields_of(expr, &mut read));
    for part in &dataset.parts {
        read.extend(part.deciding(part.joins.iter()));
        part.values.iter().flatten().for_each(|value| fields_of(value, &mut read));
    }
    read.extend(dataset.sql.iter().flat_map(|sql| sql.fields()).cloned());
    let formula = |field: FieldRef| {
        let found = catalog.entity_by_id(&field.entity)?.field_by_id(&field.id)?;
        Some(((field.entity, field.id), found.formula.as_ref()?.is_kept()))
    };
    let others = read.iter().map(|field| &field.entity).filter(|other| **other != entity.id);
    let of_sql = dataset.sql.iter().flat_map(|sql| sql.entities());
    let datasets: BTreeSet<EntityId> = others.chain(of_sql).cloned().collect();
    let inner = datasets.iter().flat_map(|entity| beneath(catalog, entity)).collect::<Vec<_>>();
    read.into_iter().filter_map(formula).chain(inner).collect()
}

/// Goes through what a formula builds on; `way` leads to it, itself included.
fn visit(key: &Key, nodes: &mut HashMap<Key, Node>, way: &mut Vec<Key>, circles: &mut Vec<Vec<Key>>) {
    let Some(node) = nodes.get_mut(key).filter(|node| node.state == State::New) else { return };
    if way.len() > FARTHEST {
        (node.state, node.levels) = (State::Done, MAX_LEVELS);
        return;
    }
    node.state = State::Open;
    let mut levels = 1;
    for next in node.next.clone() {
        match nodes.get(&next).map(|node| node.state) {
            Some(State::Open) => {
                let start = way.iter().position(|key| *key == next).unwrap_or(0);
                circles.push(way[start..].iter().cloned().chain([next.clone()]).collect());
                continue;
            }
            Some(State::New) => {
                way.push(next.clone());
                visit(&next, nodes, way, circles);
                way.pop();
            }
            Some(State::Done) | None => {}
        }
        levels = levels.max(1 + nodes.get(&next).map_or(0, |node| node.levels));
    }
    if let Some(node) = nodes.get_mut(key) {
        (node.state, node.levels) = (State::Done, levels);
    }
}

/// What a formula reads of other records: where it reads a formula of another record, all that this reads.
fn crossed(key: &Key, nodes: &HashMap<Key, Node>) -> Vec<Key> {
    let mut found = Vec::new();
    for node in reached(key, nodes, |node| &node.own_through) {
        found.extend(node.crossed.iter().cloned());
        let beyond = node.through.iter().filter(|key| !node.own_through.contains(key));
        found
            .extend(beyond.flat_map(|key| reached(key, nodes, |node| &node.through)).flat_map(|it| &it.reads).cloned());
    }
    found
}

/// A formula and all that it builds on, along some of what each reads.
fn reached<'a>(
    key: &'a Key,
    nodes: &'a HashMap<Key, Node>,
    along: impl Fn(&'a Node) -> &'a [Key],
) -> impl Iterator<Item = &'a Node> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![key];
    while let Some(key) = waiting.pop() {
        if let Some(node) = nodes.get(key).filter(|_| seen.insert(key)) {
            found.push(node);
            waiting.extend(along(node));
        }
    }
    found.into_iter()
}
