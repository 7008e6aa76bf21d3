//! How much SQL an expression becomes, told before any is written: some functions name an argument twice, and nested in
//! themselves they would double it again and again.

mod written;

use std::collections::HashMap;

use catalog::{Catalog, EntityId, FieldId, FieldKind};
use diagnostic::Diagnostic;
use expression::function::period::Period;
use expression::{Aggregate, Binary, Expr, ExprKind, FieldRef, Type, Value};

/// Most parts that the expressions of one statement become; SQLite binds 32,766 values.
pub(crate) const MAX_PARTS: u64 = 30_000;
/// Deepest nesting of SQL that an expression becomes; SQLite takes 1,000, some of which conditions of access need.
pub(crate) const MAX_DEPTH: u32 = 800;

/// What an expression becomes, at most, on either database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) parts: u64,
    pub(crate) depth: u32,
}

/// Most parts that the formulas of one entity and of its lines become: a whole record is read by one statement, with room
/// for what else is asked of it.
const MAX_FORMULA_PARTS: u64 = MAX_PARTS * 4 / 5;

/// Lists formulas, and entities with formulas, whose values no statement could hold.
pub fn too_large(catalog: &Catalog) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut scales = Scales::new(Some(catalog));
    let mut of_entities: HashMap<&EntityId, u64> = HashMap::new();
    for entity in catalog.entities() {
        let mut together: u64 = 0;
        for field in &entity.fields {
            let Some(formula) = &field.formula else { continue };
            let Weight { parts, depth } = scales.weigh(&formula.expr);
            if parts > MAX_FORMULA_PARTS || depth > MAX_DEPTH {
                let problem = Diagnostic::error("formula.too_large").named("field", &field.name, &field.label.0);
                problems.push(problem.in_document(format!("entity/{}", entity.name)));
            } else if !formula.is_kept() {
                together = together.saturating_add(parts);
            }
        }
        of_entities.insert(&entity.id, together);
    }
    let mut of_datasets: HashMap<&EntityId, u64> = HashMap::new();
    for entity in catalog.derived() {
        let Some(dataset) = &entity.dataset else { continue };
        let mut together: u64 = 0;
        for part in &dataset.parts {
            let joined = part.joins.iter().map(|join| &join.target);
            let read = std::iter::once(&part.entity).chain(joined).filter_map(|read| of_datasets.get(read));
            let own = part.values.iter().flatten().chain(&part.filter).map(|expr| scales.weigh(expr).parts);
            together = read.copied().chain(own).fold(together, u64::saturating_add);
        }
        if let Some(sql) = &dataset.sql {
            let Weight { parts, depth } = written::weigh(sql, &mut scales);
            let own = if depth > MAX_DEPTH { u64::MAX } else { parts };
            let read = sql.entities().filter_map(|read| of_datasets.get(read));
            together = read.copied().chain([own]).fold(together, u64::saturating_add);
        }
        let of_rows =
            dataset.having.iter().chain(entity.fields.iter().filter_map(|field| Some(&*field.formula.as_ref()?.expr)));
        together = of_rows.map(|expr| scales.weigh(expr).parts).fold(together, u64::saturating_add);
        if together > MAX_FORMULA_PARTS {
            problems.push(
                Diagnostic::error("dataset.too_heavy")
                    .in_document(format!("dataset/{}", entity.name))
                    .at(if dataset.sql.is_some() { "/sql" } else { "/parts" }),
            );
        }
        of_datasets.insert(&entity.id, together);
    }
    for entity in catalog.entities() {
        let lines = entity.fields.iter().filter(|field| matches!(field.kind, FieldKind::Children { .. }));
        let lines = lines.filter_map(|field| of_entities.get(&field.relation()?.target));
        let own = of_entities.get(&entity.id).copied().unwrap_or(0);
        if lines.fold(own, |sum, parts| sum.saturating_add(*parts)) > MAX_FORMULA_PARTS {
            let problem = Diagnostic::error("formula.too_large_together");
            let problem = problem.named("entity", &entity.name, &entity.label.0);
            problems.push(problem.in_document(format!("entity/{}", entity.name)));
        }
    }
    problems
}

/// Weighs an expression with all formulas that it names.
pub(crate) fn weigh(expr: &Expr, catalog: &Catalog) -> Weight {
    Scales::new(Some(catalog)).weigh(expr)
}

/// Counts the parts of an expression; formulas that it names count when they are lowered.
pub(crate) fn parts(expr: &Expr) -> u64 {
    Scales::new(None).weigh(expr).parts
}

/// Weighs formulas that build on one another, each once; without a catalog they weigh nothing.
struct Scales<'a> {
    catalog: Option<&'a Catalog>,
    formulas: HashMap<&'a FieldId, Weight>,
}

impl<'a> Scales<'a> {
    fn new(catalog: Option<&'a Catalog>) -> Self {
        Self { catalog, formulas: HashMap::new() }
    }

    fn weigh(&mut self, expr: &Expr) -> Weight {
        let mut weight = match &expr.kind {
            ExprKind::Field(_, field) => self.formula(field),
            _ => Weight { parts: 0, depth: 0 },
        };
        for (at, child) in expr.children().into_iter().enumerate() {
            let inner = self.weigh(child);
            weight.parts = weight.parts.saturating_add(inner.parts.saturating_mul(times(expr, at)));
            weight.depth = weight.depth.max(inner.depth);
        }
        Weight { parts: weight.parts.saturating_add(1), depth: weight.depth.saturating_add(levels(expr)) }
    }

    /// The weight of what gives a field its value; nothing for one that is kept.
    fn formula(&mut self, field: &FieldRef) -> Weight {
        let found = self.catalog.and_then(|catalog| catalog.entity_by_id(&field.entity)?.field_by_id(&field.id));
        let Some((field, formula)) = found.and_then(|field| Some((field, field.formula.as_ref()?))) else {
            return Weight { parts: 0, depth: 0 };
        };
        if formula.is_kept() {
            return Weight { parts: 0, depth: 0 };
        }
        if let Some(known) = self.formulas.get(&field.id) {
            return *known;
        }
        let Weight { parts, depth } = self.weigh(&formula.expr);
        // Around it stand where it may be read and what makes empty text no value.
        let weight = Weight { parts: parts.saturating_add(2), depth: depth.saturating_add(2) };
        self.formulas.insert(&field.id, weight);
        weight
    }
}

/// How often the SQL of an expression names what its child becomes.
fn times(expr: &Expr, child: usize) -> u64 {
    match (&expr.kind, child) {
        // What is written is bound beside the others; anything else is compared on its own.
        (ExprKind::OneOf(_, list), 0) => 1 + list.iter().filter(|item| !is_written(item)).count() as u64,
        (ExprKind::OneOf(_, list), item) => 1 + u64::from(!list.get(item - 1).is_some_and(is_written)),
        (ExprKind::Aggregate(Aggregate::Avg, ..), 1) => 2,
        (ExprKind::If(..), 0) if matches!(expr.ty, Type::AnyRecord(_)) => 2,
        // A whole number as a decimal has two ends in an order.
        (
            ExprKind::Binary(
                Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual,
                left,
                right,
            ),
            _,
        ) if [left, right].iter().any(|side| matches!(side.kind, ExprKind::ToDecimal(_))) => 2,
        (ExprKind::Call("ends_with", _), 1) | (ExprKind::Call("sub_string", _), 2) => 2,
        (ExprKind::Call(name, _), 0) if Period::of(name).is_some() => 2,
        _ => 1,
    }
}

fn is_written(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Literal(value) if *value != Value::Empty)
}

/// How many levels of SQL an expression puts around its children.
fn levels(expr: &Expr) -> u32 {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Variable(_) | ExprKind::User => 1,
        ExprKind::Field(..) | ExprKind::As(..) | ExprKind::Unary(..) | ExprKind::ToDecimal(_) => 2,
        ExprKind::Binary(operator, ..) => match operator {
            Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder => 2,
            _ => 3,
        },
        ExprKind::If(..) | ExprKind::OneOf(..) | ExprKind::Call(..) => 4,
        ExprKind::Filter(..) | ExprKind::All(..) => 3,
        ExprKind::Aggregate(..) => 8,
    }
}

#[cfg(test)]
mod tests {
    use expression::{EntityId, Expected, check};

    use super::*;

    fn weight(text: &str) -> Weight {
        let catalog = catalog::fixture::catalog(
            "deal: title text, amount money, count integer, closed date, archived boolean, about any company|product, other any company|product, items [] item.deal\n\
             item: deal -> deal, price money\n\
             company: name text\n\
             product: name text",
        );
        let scope = catalog::CatalogScope::of_record(&catalog, &EntityId::new("deal"));
        weigh(&check(text, &scope, &Expected::Anything).expect("an expression"), &catalog)
    }

    #[test]
    fn what_is_named_twice_weighs_twice() {
        let parts = |text: &str| weight(text).parts;
        // A value and the record that it is of.
        assert_eq!((parts("1"), parts("user"), parts("title")), (1, 1, 2));
        let (title, count, price) = (2, 2, 2);
        assert_eq!(parts("title.starts_with(title + title)"), 1 + title + (1 + title + title));
        assert_eq!(parts("title.ends_with(title + title)"), 1 + title + 2 * (1 + title + title));
        assert_eq!(parts("title.sub_string(count, count)"), 1 + title + count + 2 * count);
        assert_eq!(parts("closed.in_this(\"month\")"), 1 + 2 * 2 + 1, "a period has two ends");
        assert_eq!(parts("closed.start_of(\"month\")"), 1 + 2 + 1);
        assert_eq!(parts("items.min(|i| i.price)"), 1 + 2 + price);
        assert_eq!(parts("items.sum(|i| i.price)"), 1 + 2 + price);
        assert_eq!(parts("items.avg(|i| i.price)"), 1 + 2 + 2 * price);
        assert_eq!(parts("if archived { title } else { title }"), 1 + 2 + title + title);
        assert_eq!(parts("if archived { about } else { other }"), 1 + 2 * 2 + 2 + 2, "an entity and an identity");
    }

    #[test]
    fn what_no_statement_could_hold_is_told() {
        // Of n formulas, each twice the one before, the last one has 14 * 2^(n - 1) - 9 parts.
        let doubling = |levels: usize| -> String {
            let each = (1..=levels).map(|at| format!(", f{at} integer = f{0} + f{0}", at - 1));
            format!("f0 integer{}", each.collect::<String>())
        };
        let told = |text: String| -> Vec<String> {
            let found = too_large(&catalog::fixture::catalog(&text));
            let name = |it: &Diagnostic| it.arguments.get("field").or(it.arguments.get("entity")).cloned();
            let document = |it: &Diagnostic| it.place.document.clone().unwrap_or_default();
            found.iter().map(|it| format!("{} {} {}", document(it), it.code, name(it).unwrap_or_default())).collect()
        };
        assert!(told(format!("thing: {}", doubling(10))).is_empty());
        let together = "entity/thing formula.too_large_together thing";
        assert_eq!(told(format!("thing: {}", doubling(11))), [together]);
        assert_eq!(told(format!("thing: {}", doubling(12))), ["entity/thing formula.too_large f12", together]);
        // A record is read with its lines.
        let lines = format!("thing: {}, lines [] line.thing\n line: thing -> thing, {}", doubling(10), doubling(10));
        assert_eq!(told(lines), [together]);
        let deep = |levels: usize| -> String {
            let each = (1..=levels).map(|at| format!(", f{at} decimal = f{} + 0.5", at - 1));
            format!("thing: f0 decimal{}", each.collect::<String>())
        };
        assert!(told(deep(64)).is_empty(), "as many as may build on each other");
    }

    #[test]
    fn a_whole_number_as_a_decimal_has_two_ends_in_an_order() {
        let parts = |text: &str| weight(text).parts;
        let (count, widened, amount) = (2, 3, 2);
        for operator in ["<", "<=", ">", ">="] {
            assert_eq!(parts(&format!("count {operator} 5")), 1 + count + 1);
            assert_eq!(parts(&format!("count {operator} 1.5")), 1 + 2 * widened + 2);
            assert_eq!(parts(&format!("amount {operator} count")), 1 + 2 * amount + 2 * widened);
            assert_eq!(parts(&format!("amount {operator} amount")), 1 + amount + amount);
        }
        assert_eq!(parts("count == 1.5"), 1 + widened + 1);
    }

    #[test]
    fn of_a_list_what_is_written_is_bound_beside_the_rest() {
        let parts = |text: &str| weight(text).parts;
        let (count, empty) = (2, 1);
        assert_eq!(parts("count in [1, 2, 3]"), 1 + count + 3);
        assert_eq!(parts("count in [1, count]"), 1 + 2 * count + 1 + 2 * count, "the value once more for each other");
        assert_eq!(parts("count in [(), count, 1]"), 1 + 3 * count + 2 * empty + 2 * count + 1);
    }

    #[test]
    fn each_kind_puts_its_levels_around_what_is_inside() {
        let depth = |text: &str| weight(text).depth;
        assert_eq!((depth("1"), depth("user"), depth("title")), (1, 1, 3));
        let field = 3;
        assert_eq!(depth("about.as_company"), 2 + field);
        assert_eq!(depth("!archived"), 2 + field);
        for operator in ["+", "-", "*", "%", "/"] {
            let widened = if operator == "/" { 2 } else { 0 };
            assert_eq!(depth(&format!("count {operator} 1")), 2 + field + widened, "{operator}");
        }
        for operator in ["==", "<", "??"] {
            assert_eq!(depth(&format!("count {operator} 1")), 3 + field, "{operator}");
        }
        assert_eq!(depth("archived && archived"), 3 + field);
        assert_eq!(depth("title + title"), 2 + field);
        assert_eq!(depth("if archived { 1 } else { 2 }"), 4 + field);
        assert_eq!(depth("count in [1]"), 4 + field);
        assert_eq!(depth("title.len()"), 4 + field);
        assert_eq!(depth("items.count()"), 8 + field);
        assert_eq!(depth("items.filter(|i| i.price > 1).count()"), 8 + 3 + (3 + field));
        assert_eq!(depth("1 + (count + 1)"), 2 + 2 + field, "the deepest way counts");
    }
}
