//! Teams in a tree: `above` of each holds the team itself and every team it is part of, so that a rule reaches a whole
//! branch by one look into a junction, however deep the tree is.

use std::collections::{BTreeSet, HashMap};

use access::{Access, Grant, Operation, Reason};
use catalog::Field;
use diagnostic::Diagnostic;
use expression::Value;
use sql::{Dialect, Statement};
use uuid::Uuid;

use super::relations;
use super::unit_of_work::UnitOfWork;
use crate::{Context, Engine, Error};

/// Identity of the entity of teams.
pub(crate) const TEAM: &str = "team";

type Pairs = BTreeSet<(Uuid, Uuid)>;

/// Brings `above` in line with the parents of teams, in the transaction that changed them; refuses a circle.
pub(crate) async fn renew(ctx: &Context, unit: &mut UnitOfWork) -> Result<(), Error> {
    // Two moves that would close a circle together must see one another.
    let (tree, dialect) = (Tree::of(ctx)?, unit.dialect());
    let tx = unit.tx(ctx).await?;
    tx.lock("teams").await?;
    let parents = tx.fetch(&tree.parents(dialect)?).await?;
    let there = pairs(&tx.fetch(&tree.pairs(dialect)?).await?);
    let wanted = wanted(&parents)?;
    let gone: Vec<(Uuid, Uuid)> = there.difference(&wanted).copied().collect();
    let come: Vec<(Uuid, Uuid)> = wanted.difference(&there).copied().collect();
    relations::put(ctx, unit, &tree.grant, &tree.above, &gone, &come).await
}

/// Fills `above` where a database comes from a time without it.
pub(crate) async fn ensure(engine: &Engine) -> Result<(), Error> {
    let ctx = engine.system(Reason::Bookkeeping);
    let (tree, dialect) = (Tree::of(&ctx)?, engine.database().dialect());
    let parents = engine.database().fetch(&tree.parents(dialect)?).await?;
    let there = pairs(&engine.database().fetch(&tree.pairs(dialect)?).await?);
    if wanted(&parents)? == there {
        return Ok(());
    }
    let mut unit = UnitOfWork::begin(&ctx).await?;
    renew(&ctx, &mut unit).await?;
    unit.commit(&ctx).await
}

/// The entity of teams with its two relations.
struct Tree {
    grant: Grant,
    parent: Field,
    above: Field,
}

impl Tree {
    fn of(ctx: &Context) -> Result<Self, Error> {
        let broken = || Error::broken("teams are no tree");
        let entity = ctx.catalog().entity(TEAM).ok_or_else(broken)?;
        let access = Access::system(Reason::Bookkeeping, ctx.catalog().clone());
        let grant = access.grant(&entity.id, Operation::Update).ok_or_else(broken)?;
        let field = |name: &str| entity.field(name).cloned().ok_or_else(broken);
        Ok(Self { grant, parent: field("parent")?, above: field("above")? })
    }

    fn parents(&self, dialect: Dialect) -> Result<Statement, Error> {
        let statement = query::write::linked(&self.grant, &self.parent, dialect);
        statement.ok_or_else(|| Error::broken("the parent of a team is no link"))
    }

    fn pairs(&self, dialect: Dialect) -> Result<Statement, Error> {
        let statement = query::write::links_all(&self.grant, &self.above, dialect);
        statement.ok_or_else(|| Error::broken("`above` of a team is no many-to-many relation"))
    }
}

fn wanted(parents: &[Vec<Value>]) -> Result<Pairs, Error> {
    let circle = |()| Error::Invalid(vec![Diagnostic::error("team.circle").at("/parent")]);
    closure(&pairs_of_parents(parents)).map_err(circle)
}

fn pairs(rows: &[Vec<Value>]) -> Pairs {
    let pair = |row: &Vec<Value>| if let [Value::Id(a), Value::Id(b)] = row.as_slice() { Some((*a, *b)) } else { None };
    rows.iter().filter_map(pair).collect()
}

fn pairs_of_parents(rows: &[Vec<Value>]) -> HashMap<Uuid, Option<Uuid>> {
    let parent = |row: &Vec<Value>| match row.as_slice() {
        [Value::Id(team), Value::Id(parent)] => Some((*team, Some(*parent))),
        [Value::Id(team), _] => Some((*team, None)),
        _ => None,
    };
    rows.iter().filter_map(parent).collect()
}

/// Pairs each team with itself and all above it; an error when a team is above itself.
fn closure(parents: &HashMap<Uuid, Option<Uuid>>) -> Result<Pairs, ()> {
    let mut all = Pairs::new();
    for team in parents.keys() {
        let mut at = Some(*team);
        while let Some(above) = at.filter(|above| parents.contains_key(above)) {
            if !all.insert((*team, above)) {
                return Err(());
            }
            at = parents.get(&above).copied().flatten();
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_above_is_found_and_a_circle_refused() {
        let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
        let tree = HashMap::from([(a, None), (b, Some(a)), (c, Some(b))]);
        assert_eq!(closure(&tree), Ok(Pairs::from([(a, a), (b, a), (b, b), (c, a), (c, b), (c, c)])));
        let circle = HashMap::from([(a, Some(c)), (b, Some(a)), (c, Some(b))]);
        assert_eq!(closure(&circle), Err(()));
        assert_eq!(
            closure(&HashMap::from([(a, Some(b))])),
            Ok(Pairs::from([(a, a)])),
            "a parent in the bin is above nothing"
        );
    }
}
