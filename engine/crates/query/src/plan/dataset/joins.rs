//! What a dataset joins to the records of its parts.

use access::Grant;
use catalog::dataset::{Join, Way};
use expression::{FieldRef, Type, Variable};
use sea_query::{Expr as Sql, ExprTrait, JoinType, Query, SelectStatement};

use crate::build::iden;
use crate::lower::Term;
use crate::plan::source::{Draft, FrameId, SourceId};

impl Draft<'_> {
    /// Joins the records of a join; `None` when the actor may not read them.
    pub(super) fn joined(&mut self, frame: FrameId, join: &Join) -> Option<SourceId> {
        let grant = self.access.read(&join.target)?;
        match &join.way {
            Way::Relation(from, relation) => self.along_relation(frame, from, relation, join.optional),
            Way::Equal(pairs) => self.by_values(frame, grant, pairs, join.optional),
        }
    }

    fn along_relation(
        &mut self,
        frame: FrameId,
        from: &expression::Expr,
        relation: &FieldRef,
        optional: bool,
    ) -> Option<SourceId> {
        let source = self.record(from)?;
        let entity = self.entity(source);
        let field = entity.field_by_id(&relation.id)?;
        if !optional {
            return self.join_many(source, field);
        }
        // The far records with the record that they belong to, so that what may not be read leaves no empty row.
        let near = self.near(source, field);
        let mut keyed = self.nested();
        let (inner, far, key, conditions) = keyed.open_far(field)?;
        let grant = keyed.grant(far).clone();
        let mut select = Query::select();
        select.expr_as(keyed.attribute(far, "id"), iden("id")).expr_as(key, iden("k0"));
        keyed.write_from(&mut select, inner);
        for condition in conditions {
            select.and_where(condition);
        }
        self.take(keyed);
        Some(self.join_keyed(frame, grant, select, vec![near], true))
    }

    fn by_values(
        &mut self,
        frame: FrameId,
        grant: Grant,
        pairs: &[(expression::Expr, expression::Expr)],
        optional: bool,
    ) -> Option<SourceId> {
        let lefts: Vec<Term> = pairs.iter().map(|(left, _)| self.comparable(left)).collect();
        if let Some(source) = self.join_equal(frame, &grant, pairs, &lefts, optional) {
            return Some(source);
        }
        let mut keyed = self.nested();
        let (inner, far) = keyed.open(grant.clone());
        keyed.variables.insert(Variable::RECORD, far);
        let mut select = Query::select();
        select.expr_as(keyed.attribute(far, "id"), iden("id"));
        let mut ons = Vec::new();
        for (at, (left, (_, right))) in lefts.into_iter().zip(pairs).enumerate() {
            let right = keyed.comparable(right);
            let (left, right) = self.alike(left, right);
            select.expr_as(right, iden(&format!("k{at}")));
            ons.push(left);
        }
        let there = keyed.attribute(far, "deleted_at").is_null();
        let guard = keyed.guard(far);
        keyed.write_from(&mut select, inner);
        for condition in std::iter::once(there).chain(guard) {
            select.and_where(condition);
        }
        self.take(keyed);
        Some(self.join_keyed(frame, grant, select, ons, optional))
    }

    /// Joins the records themselves, where the values of the joined side need no further joins.
    fn join_equal(
        &mut self,
        frame: FrameId,
        grant: &Grant,
        pairs: &[(expression::Expr, expression::Expr)],
        lefts: &[Term],
        optional: bool,
    ) -> Option<SourceId> {
        let before = self.joins_of(frame);
        let source = self.reserve(frame, grant.clone(), !optional);
        let variables = std::mem::replace(&mut self.variables, [(Variable::RECORD, source)].into());
        let rights: Vec<Term> = pairs.iter().map(|(_, right)| self.comparable(right)).collect();
        self.variables = variables;
        if self.joins_of(frame) > before {
            self.forget_joins(frame, before);
            return None;
        }
        let equal = lefts.iter().cloned().zip(rights).map(|(left, right)| {
            let (left, right) = self.alike(left, right);
            left.eq(right)
        });
        let there = self.attribute(source, "deleted_at").is_null();
        let on = equal.reduce(Sql::and).unwrap_or_else(crate::lower::always).and(there);
        let kind = if optional { JoinType::LeftJoin } else { JoinType::InnerJoin };
        self.add_join(frame, source, kind, on);
        Some(source)
    }

    /// Joins records by the keys of a select of their identities, then the records themselves.
    fn join_keyed(
        &mut self,
        frame: FrameId,
        grant: Grant,
        keyed: SelectStatement,
        lefts: Vec<Sql>,
        optional: bool,
    ) -> SourceId {
        let kind = if optional { JoinType::LeftJoin } else { JoinType::InnerJoin };
        let key = self.join_rows(frame, kind, keyed, |alias| {
            let pairs = lefts
                .into_iter()
                .enumerate()
                .map(|(at, left)| left.eq(Sql::col((iden(alias), iden(&format!("k{at}"))))));
            pairs.reduce(Sql::and).unwrap_or_else(crate::lower::always)
        });
        let source = self.reserve(frame, grant, !optional);
        let on = self.attribute(source, "id").eq(Sql::col((iden(&key), iden("id"))));
        self.add_open_join(frame, source, kind, on);
        source
    }

    /// A value that can be compared with one of another table.
    fn comparable(&mut self, value: &expression::Expr) -> Term {
        match value.ty {
            Type::Record(_) => self.identity(value),
            _ => self.value(value),
        }
    }

    fn alike(&self, left: Term, right: Term) -> (Sql, Sql) {
        if left.form == right.form {
            return (left.expr, right.expr);
        }
        (self.number(left).expr, self.number(right).expr)
    }
}
