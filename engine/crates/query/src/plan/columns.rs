//! Selected paths, expressions and whole records as columns and the JSON made of them.

use access::{Operation, Reach};
use catalog::{Entity, Field, FieldKind, Formula, LinkFlavour};
use diagnostic::Diagnostic;
use expression::Expected;
use sea_query::{Expr, ExprTrait, Func};
use sql::ColumnType;

use super::MAX_COLUMNS;
use super::output::{Allowed, AnyTarget, Columns, Each, FieldAllowed, Format, Object, Output};
use super::path::{Step, is_many, target};
use super::source::{Draft, SourceId};
use crate::SelectItem;
use crate::write::Bin;

/// The item that asks for what the actor may do with the record.
const ACCESS: &str = "_access";
/// The item that asks for why calculated values are empty.
const PROBLEMS: &str = "_problems";
/// The item that asks for what conditions on fields say that the page cannot tell.
const CONDITIONS: &str = "_conditions";

impl Draft<'_> {
    /// Selects what was asked for.
    pub(crate) fn items(
        &mut self,
        columns: &mut Columns,
        source: SourceId,
        items: &[SelectItem],
        pointer: &str,
    ) -> Object {
        let mut object = Object::default();
        if items.len() > MAX_COLUMNS {
            self.mistakes.push(Diagnostic::error("query.too_complex").at(pointer));
            return object;
        }
        let mut keys = std::collections::HashSet::new();
        for (at, item) in items.iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            let key = match item {
                SelectItem::Path(path) | SelectItem::Related { path, .. } => path,
                SelectItem::Expression { name, .. } => name,
            };
            if !keys.insert(key) {
                self.mistakes.push(Diagnostic::error("query.selected_twice").at(&pointer).with("name", key));
                continue;
            }
            let output = match item {
                SelectItem::Path(path) if path == ACCESS => Ok(self.access_object(columns, source)),
                SelectItem::Path(path) if path == PROBLEMS => Ok(self.problems(columns, source)),
                SelectItem::Path(path) if path == CONDITIONS => Ok(self.conditions(columns, source)),
                SelectItem::Path(path) => self.selected_path(columns, source, path, &pointer),
                SelectItem::Expression { expression, .. } => {
                    Ok(self.selected_expression(columns, source, expression, &format!("{pointer}/expression")))
                }
                SelectItem::Related { path, select, filter, sort, limit } => {
                    let asked = super::related::Asked {
                        select: select.as_deref(),
                        filter: filter.as_deref(),
                        sort,
                        limit: *limit,
                        is_whole: false,
                    };
                    self.selected_related(columns, source, path, &asked, &pointer)
                }
            };
            match output {
                Ok(output) => object.add(key, output),
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
        object
    }

    /// Selects all readable fields that are stored, and those that are calculated where a record is read as a whole.
    pub(crate) fn all_fields(&mut self, columns: &mut Columns, source: SourceId, bin: Bin, is_whole: bool) -> Object {
        let entity = self.entity(source);
        let mut object = Object::default();
        let is_read = |field: &&Field| {
            is_whole || entity.dataset.is_some() || field.formula.as_ref().is_none_or(Formula::is_stored)
        };
        for field in self.own_fields(&entity, bin).into_iter().filter(is_read) {
            let output = self.output(columns, source, field);
            object.add(&field.name, output);
        }
        object
    }

    /// Selects all readable fields and, of `children`, whole lines.
    pub(crate) fn whole_record(&mut self, columns: &mut Columns, source: SourceId, bin: Bin) -> Object {
        let entity = self.entity(source);
        let mut object = self.all_fields(columns, source, bin, true);
        let fields = self.access.fields(&entity);
        for field in fields.into_iter().filter(|field| matches!(field.kind, FieldKind::Children { .. })) {
            let near = self.near(source, field);
            let asked = super::related::Asked { is_whole: true, ..Default::default() };
            let output = self.related_objects(columns, near, field, &asked, "");
            object.add(&field.name, output);
        }
        object
    }

    /// The fields of an answer that names none.
    pub(crate) fn own_fields<'e>(&self, entity: &'e Entity, bin: Bin) -> Vec<&'e Field> {
        let shown = |field: &&Field| match &field.kind {
            FieldKind::Children { .. } | FieldKind::Inverse { .. } => false,
            _ => !(bin == Bin::Live && field.system && field.id.as_str() == "deleted_at"),
        };
        self.access.shown(entity).into_iter().filter(shown).collect()
    }

    fn selected_path(
        &mut self,
        columns: &mut Columns,
        source: SourceId,
        path: &str,
        pointer: &str,
    ) -> Result<Output, Diagnostic> {
        let steps = self.shown_path(&self.entity(source), path, pointer)?;
        Ok(self.along(columns, source, &steps))
    }

    /// Selects the field at the end of a path; from the first to-many relation on it is an array.
    pub(crate) fn along(&mut self, columns: &mut Columns, source: SourceId, steps: &[Step]) -> Output {
        let mut here = source;
        for (at, step) in steps.iter().enumerate() {
            let field = step.field();
            if is_many(field) {
                return self.flat_array(columns, here, &steps[at..]);
            }
            if at + 1 == steps.len() {
                return self.ending(columns, here, step);
            }
            match self.walk(here, step) {
                Some(next) => here = next,
                None => return Output::Null,
            }
        }
        Output::Null
    }

    /// Selects the field at the end of a path.
    pub(crate) fn ending(&mut self, columns: &mut Columns, source: SourceId, step: &Step) -> Output {
        let Some(target) = step.narrowed() else { return self.output(columns, source, step.field()) };
        let Some(id) = self.narrowed(source, step.field(), target) else { return Output::Null };
        let id = columns.add(id, ColumnType::Uuid);
        let title = self.join_any(source, step.field(), target).and_then(|record| self.title(columns, record));
        Output::Link { id, title }
    }

    fn selected_expression(&mut self, columns: &mut Columns, source: SourceId, text: &str, pointer: &str) -> Output {
        let Some(expr) = self.check(source, text, &Expected::Anything, pointer) else { return Output::Null };
        if matches!(expr.ty, expression::Type::Records(_)) {
            self.mistakes.push(Diagnostic::error("query.expression_of_records").at(pointer));
            return Output::Null;
        }
        if matches!(expr.ty, expression::Type::Record(_)) {
            let id = self.identity(&expr);
            let at = columns.add(id.expr, ColumnType::Uuid);
            let Some(record) = self.record(&expr) else { return Output::Link { id: at, title: None } };
            return Output::Link { id: at, title: self.title(columns, record) };
        }
        let before = self.mistakes.len();
        if let expression::Type::AnyRecord(targets) = &expr.ty {
            return self.any_output(columns, &expr, targets);
        }
        let term = self.value(&expr);
        for mistake in &mut self.mistakes[before..] {
            mistake.place.pointer = pointer.to_owned();
        }
        // A decimal field in an expression is written as expressions are, without trailing zeros.
        Output::Cell(columns.add(term.expr, term.form), Format::Plain)
    }

    /// Selects one field of a source's record.
    pub(crate) fn output(&mut self, columns: &mut Columns, source: SourceId, field: &Field) -> Output {
        if let Some(masked) = self.masked(columns, source, field) {
            return masked;
        }
        if let Some(formula) = self.formula_of(field) {
            let term = self.calculated(source, field, formula);
            return Output::Cell(columns.add(term.expr, term.form), format_of(&field.kind));
        }
        let types = sql::ColumnType::of(&field.kind);
        let places: Vec<usize> = (field.columns.iter().zip(types))
            .map(|(name, kind)| columns.add(self.cell(source, field, name), kind))
            .collect();
        match (&field.kind, places.as_slice()) {
            (FieldKind::Link { flavour: LinkFlavour::File | LinkFlavour::Image, .. }, [id]) => {
                self.file(columns, source, field, *id)
            }
            (FieldKind::Link { .. }, [id]) => {
                let title = self.join(source, field).and_then(|target| self.title(columns, target));
                Output::Link { id: *id, title }
            }
            (FieldKind::AnyLink { targets, .. }, [entity, id]) => {
                let targets =
                    targets.iter().filter_map(|target| self.any_target(columns, source, field, target)).collect();
                Output::AnyLink { entity: *entity, id: *id, targets }
            }
            (FieldKind::Location, [lat, lon]) => Output::Location { lat: *lat, lon: *lon },
            (FieldKind::Links { .. } | FieldKind::Children { .. } | FieldKind::Inverse { .. }, _) => {
                let near = self.near(source, field);
                self.related_links(columns, near, field)
            }
            (kind, [at]) => Output::Cell(*at, format_of(kind)),
            _ => Output::Null,
        }
    }

    fn file(&mut self, columns: &mut Columns, source: SourceId, field: &Field, id: usize) -> Output {
        let Some(file) = self.join(source, field) else { return Output::Link { id, title: None } };
        let entity = self.entity(file);
        let mut part = |name: &str| {
            let field = entity.field(name)?;
            let kind = *sql::ColumnType::of(&field.kind).first()?;
            Some(columns.add(self.cell(file, field, field.columns.first()?), kind))
        };
        match (part("name"), part("size"), part("type")) {
            (Some(name), Some(size), Some(kind)) => Output::File { id, name, size, kind },
            _ => Output::Link { id, title: None },
        }
    }

    /// Selects a record of one of several entities that an expression gives.
    fn any_output(
        &mut self,
        columns: &mut Columns,
        expr: &expression::Expr,
        targets: &[expression::EntityId],
    ) -> Output {
        let (entity, id) = self.any_record(expr);
        let (entity, id) = (columns.add(entity, ColumnType::Text), columns.add(id, ColumnType::Uuid));
        let mut known = Vec::new();
        for target in targets {
            let Some(found) = self.access.catalog().entity_by_id(target).cloned() else { continue };
            let narrowed = expression::ExprKind::As(Box::new(expr.clone()), target.clone(), found.name.as_str().into());
            let narrowed = expression::Expr::new(narrowed, expression::Type::Record(target.clone()));
            let title = self.record(&narrowed).and_then(|record| self.title(columns, record));
            known.push(AnyTarget { id: target.to_string(), name: found.name.clone(), title });
        }
        Output::AnyLink { entity, id, targets: known }
    }

    fn any_target(
        &mut self,
        columns: &mut Columns,
        source: SourceId,
        field: &Field,
        target: &expression::EntityId,
    ) -> Option<AnyTarget> {
        let name = self.access.catalog().entity_by_id(target)?.name.clone();
        let title = self.join_any(source, field, target).and_then(|record| self.title(columns, record));
        Some(AnyTarget { id: target.to_string(), name, title })
    }

    /// Selects the title of a source's record. A title that is a link is the title of its target.
    pub(crate) fn title(&mut self, columns: &mut Columns, source: SourceId) -> Option<(usize, Format)> {
        let (cell, form, format) = self.title_cell(source)?;
        Some((columns.add(cell, form), format))
    }

    /// The title of a record as an expression, with its form and how it is written.
    pub(crate) fn title_cell(&mut self, source: SourceId) -> Option<(Expr, ColumnType, Format)> {
        let (holder, field) = self.title_of(source)?;
        let entity = self.entity(holder);
        let field = entity.field_by_id(&field)?;
        let title = self.one_value(holder, field)?;
        Some((title.expr, title.form, format_of(&field.kind)))
    }

    /// The titles of whichever record a link to one of several entities leads to, one expression for each form that titles
    /// have: a number is in no order with a text.
    pub(crate) fn any_titles(
        &mut self,
        source: SourceId,
        link: &Field,
        targets: &[expression::EntityId],
    ) -> Vec<(Expr, ColumnType, Format)> {
        let mut forms: Vec<(ColumnType, Format, Vec<Expr>)> = Vec::new();
        for target in targets {
            let record = self.join_any(source, link, target);
            let Some((cell, form, format)) = record.and_then(|record| self.title_cell(record)) else { continue };
            match forms.iter_mut().find(|(known, ..)| *known == form) {
                Some((.., titles)) => titles.push(cell),
                None => forms.push((form, format, vec![cell])),
            }
        }
        let whichever = |mut titles: Vec<Expr>| match titles.len() {
            1 => titles.remove(0),
            _ => Func::coalesce(titles).into(),
        };
        forms.into_iter().map(|(form, format, titles)| (whichever(titles), form, format)).collect()
    }

    /// Finds the source and the field that hold the title of a record.
    pub(crate) fn title_of(&mut self, source: SourceId) -> Option<(SourceId, expression::FieldId)> {
        let mut here = source;
        for _ in 0..=catalog::MAX_TITLE_HOPS {
            let entity = self.entity(here);
            let field = entity.title_field().filter(|field| self.access.field(&entity, &field.name).is_some())?;
            if target(field).is_none() {
                return Some((here, field.id.clone()));
            }
            here = self.join(here, field)?;
        }
        None
    }

    /// Selects a field of which some records show a trace only; `None` when the value is open wherever it is shown.
    fn masked(&mut self, columns: &mut Columns, source: SourceId, field: &Field) -> Option<Output> {
        let grant = self.grant(source);
        let (open, shown) = (grant.reach(field), grant.shows(field));
        if open == shown {
            return None;
        }
        let name = field.columns.first()?;
        let kind = *sql::ColumnType::of(&field.kind).first()?;
        let value = self.column(source, name);
        let at = columns.add(self.outward(source, value), kind);
        let open = self.allowed(columns, source, open);
        let shown = self.allowed(columns, source, shown);
        Some(Output::Masked { at, format: format_of(&field.kind), open, shown })
    }

    /// Selects what the actor may do with the record and with those of its fields that are not wholly open.
    fn access_object(&mut self, columns: &mut Columns, source: SourceId) -> Output {
        let entity = self.entity(source);
        let [update, delete] =
            [Operation::Update, Operation::Delete].map(|operation| self.operation_allowed(columns, source, operation));
        // Lines are shared with the record they belong to, and where nobody shares anything there is nothing to say.
        let is_shareable = entity.shared.is_some() && entity.owner.is_none();
        let share = is_shareable.then(|| self.operation_allowed(columns, source, Operation::Share));
        let writing = self.access.grant(&entity.id, Operation::Update);
        let mut fields = Vec::new();
        for field in self.access.shown(&entity).into_iter().filter(|field| !field.read_only) {
            let grant = self.grant(source);
            let (open, shown) = (grant.reach(field), grant.shows(field));
            let write = writing.as_ref().map_or(Reach::None, |writing| writing.reach(field));
            if writing.is_some() && write == Reach::All && open == Reach::All {
                continue;
            }
            let allowed = FieldAllowed {
                key: serde_json::Value::from(field.name.as_str()).to_string(),
                write: self.allowed(columns, source, write),
                open: self.allowed(columns, source, open),
                shown: self.allowed(columns, source, shown),
            };
            fields.push(allowed);
        }
        Output::Access { update, delete, share, fields }
    }

    /// Selects why calculated values of the record are empty though what they are made of is there.
    fn problems(&mut self, columns: &mut Columns, source: SourceId) -> Output {
        let causes = self.causes(source).into_iter();
        let told = causes.map(|(name, cause)| {
            let key = serde_json::Value::from(name).to_string();
            (key, columns.add(cause, ColumnType::Text))
        });
        Output::Problems(told.collect())
    }

    /// Selects what conditions on fields say of the record, of those alone that nobody can tell by what they read. They are
    /// judged with the rights of rules.
    fn conditions(&mut self, columns: &mut Columns, source: SourceId) -> Output {
        let entity = self.entity(source);
        let judge = self.grant(source).judge();
        let mut fields = Vec::new();
        for field in self.access.shown(&entity).into_iter().filter(|field| !field.conditions.is_empty()) {
            let untold =
                field.conditions.all().filter(|(key, one)| *key != "options" && !self.access.tells(&entity, &one.when));
            let untold: Vec<_> = untold.map(|(key, one)| (key, one.when.clone())).collect();
            let mut told = Vec::with_capacity(untold.len());
            for (key, when) in untold {
                let truth = self.judged(source, &when, judge.clone());
                let truth = crate::lower::is_true(truth, self.dialect());
                told.push((key, columns.add(truth, ColumnType::Boolean)));
            }
            if !told.is_empty() {
                fields.push((serde_json::Value::from(field.name.as_str()).to_string(), told));
            }
        }
        Output::Conditions(fields)
    }

    /// Keeps the records of which some calculated value is empty for a cause.
    pub(crate) fn with_problems(&mut self, source: SourceId) -> Expr {
        let told = self.causes(source).into_iter().map(|(_, cause)| cause.is_not_null());
        told.reduce(Expr::or).unwrap_or_else(crate::lower::never)
    }

    /// The causes of those fields that may be read and can go wrong, by name.
    fn causes(&mut self, source: SourceId) -> Vec<(String, Expr)> {
        let entity = self.entity(source);
        let mut causes = Vec::new();
        for field in self.access.fields(&entity) {
            causes.extend(self.cause_of(source, field).map(|cause| (field.name.clone(), cause)));
        }
        causes
    }

    fn operation_allowed(&mut self, columns: &mut Columns, source: SourceId, operation: Operation) -> Allowed {
        let Some(grant) = self.access.grant(&self.entity(source).id, operation) else { return Allowed::Never };
        match self.condition(source, &grant) {
            Some(condition) => self.allowed_if(columns, condition),
            None => Allowed::Always,
        }
    }

    fn allowed(&mut self, columns: &mut Columns, source: SourceId, reach: Reach) -> Allowed {
        if reach == Reach::None {
            return Allowed::Never;
        }
        match self.reached(source, reach) {
            None => Allowed::Always,
            Some(condition) => {
                let condition = self.outward(source, condition);
                self.allowed_if(columns, condition)
            }
        }
    }

    fn allowed_if(&self, columns: &mut Columns, condition: Expr) -> Allowed {
        Allowed::If(columns.add(crate::lower::is_true(condition, self.dialect()), ColumnType::Boolean))
    }

    /// Wraps an array of related records, read as JSON, into an output.
    pub(crate) fn many(&mut self, columns: &mut Columns, json: Expr, inner: &Columns, each: Each) -> Output {
        Output::Many { at: columns.add(json, ColumnType::Json), columns: inner.types(), each: Box::new(each) }
    }
}

/// How values of a kind are written.
pub(crate) fn format_of(kind: &FieldKind) -> Format {
    match kind.scale() {
        Some(scale) => Format::Digits(scale),
        None if matches!(kind, FieldKind::Secret) => Format::Secret,
        None => Format::Plain,
    }
}
