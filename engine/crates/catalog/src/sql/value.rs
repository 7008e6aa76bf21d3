//! Values: what of SQL is an expression of the language, with the places that the text has them at.

use expression::ast::{AstKind, Ident as Word, Span};
use expression::decimal::DecimalError;
use expression::{Ast, Binary, Decimal, Expr, ExprKind, Mistake, Type, Unary};
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, CeilFloorKind, DataType, DateTimeField, ExactNumberInfo, Expr as Written,
    UnaryOperator, Value as Literal,
};

use super::condition::{compares, is_of_one_row};
use super::names::{Checker, Phase};
use super::{Condition, Extra, Rows};
use crate::FieldKind;
use crate::dataset::taken;
use crate::resolve::datasets::kinds::both;

impl Checker<'_> {
    pub(super) fn value(&mut self, written: &Written) -> Option<Ast> {
        let place = if self.depth > 40 { 0..self.text.len() } else { self.place(written) };
        self.down(place.clone(), |it| it.value_here(written, place))
    }

    fn value_here(&mut self, written: &Written, place: Span) -> Option<Ast> {
        // What rows are put together by may be any expression, written as it was there.
        if let Some(frame) = self.frames.last()
            && frame.phase == Phase::Groups
            && let Some((_, _, extra)) = frame.keys.iter().find(|(key, ..)| key == written)
            && !matches!(written, Written::Identifier(_) | Written::CompoundIdentifier(_) | Written::Value(_))
        {
            return Some(Self::stand_in(*extra, place));
        }
        let ast = |kind| Ast::new(kind, place.clone());
        match written {
            Written::Nested(inner) => self.value(inner),
            Written::Identifier(ident) => self.column(std::slice::from_ref(ident)),
            Written::CompoundIdentifier(path) => self.column(path),
            Written::Value(value) => self.literal(&value.value, place),
            Written::TypedString(typed) => {
                let Some(text) = literal_text(&typed.value.value) else {
                    return self.unsupported(&typed.data_type.to_string(), place);
                };
                let name = match typed.data_type {
                    DataType::Date => "date",
                    DataType::Timestamp(..) => "datetime",
                    _ => return self.unsupported(&typed.data_type.to_string(), place),
                };
                self.moment(name, text, place)
            }
            Written::UnaryOp { op: UnaryOperator::Minus, expr } => {
                let of = self.value(expr)?;
                Some(ast(AstKind::Unary(Unary::Negate, Box::new(of))))
            }
            Written::UnaryOp { op: UnaryOperator::Plus, expr } => self.value(expr),
            Written::BinaryOp { left, op, right } if arithmetic(op).is_some() => {
                let (left, right) = (self.value(left), self.value(right));
                Some(ast(AstKind::Binary(arithmetic(op)?, Box::new(left?), Box::new(right?))))
            }
            Written::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), place)
            }
            Written::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, format: None, .. } => {
                self.cast(expr, data_type, place)
            }
            Written::Extract { field, expr, .. } => self.extract(field, expr, place),
            Written::Ceil { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                let of = self.value(expr)?;
                Some(call("ceiling", vec![of], place))
            }
            Written::Floor { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                let of = self.value(expr)?;
                Some(call("floor", vec![of], place))
            }
            Written::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => {
                let of = self.value(expr)?;
                Some(call("trim", vec![of], place))
            }
            Written::Substring { expr, substring_from: Some(from), substring_for, .. } => {
                self.substring(expr, from, substring_for.as_deref(), place)
            }
            Written::Function(function) => self.function(function, place),
            Written::Subquery(query) => {
                let (query, columns) = self.query(query)?;
                let [column] = columns.as_slice() else {
                    return self.mistake(Mistake::new("sql.one_column", place).with("found", columns.len()));
                };
                if !is_of_one_row(&query) {
                    return self.mistake(Mistake::new("sql.one_row", place));
                }
                let (ty, kind) = (column.ty.clone(), column.kind.clone());
                let extra = self.extra(Extra::Value(Box::new(query), ty.clone()), ty, Some(kind));
                Some(Self::stand_in(extra, place))
            }
            _ if is_condition(written) => {
                let condition = self.condition(written)?;
                Some(self.truth(condition, place))
            }
            Written::Interval(_) => self.unsupported("INTERVAL", place),
            _ => self.unsupported(&shortened(self.text.get(place.clone()).unwrap_or_default()), place),
        }
    }

    /// A condition as a value.
    pub(super) fn truth(&mut self, condition: Condition, place: Span) -> Ast {
        let extra = self.extra(Extra::Condition(condition), Type::Boolean, Some(FieldKind::Boolean));
        Self::stand_in(extra, place)
    }

    fn literal(&mut self, value: &Literal, place: Span) -> Option<Ast> {
        let kind = match value {
            Literal::Null => AstKind::Empty,
            Literal::Boolean(value) => AstKind::Boolean(*value),
            Literal::SingleQuotedString(text) if text.contains('\0') => {
                return self.mistake(Mistake::new("query.nul", place));
            }
            Literal::SingleQuotedString(text) => AstKind::Text(text.as_str().into()),
            Literal::Number(number, false) => match number.parse::<i64>() {
                Ok(whole) => AstKind::Integer(whole),
                Err(_) => match Decimal::parse(number) {
                    Ok(number) => AstKind::Decimal(number),
                    Err(error) => {
                        let code = match error {
                            DecimalError::Malformed => "expression.bad_number",
                            DecimalError::TooPrecise => "expression.number_too_precise",
                            DecimalError::TooLarge => "expression.number_too_large",
                        };
                        return self.mistake(Mistake::new(code, place).with("found", number));
                    }
                },
            },
            Literal::Placeholder(_) => return self.unsupported("?, $1, :name", place),
            other => return self.unsupported(&shortened(&other.to_string()), place),
        };
        Some(Ast::new(kind, place))
    }

    /// A written date or instant: what a text is taken for where a date is wanted.
    fn moment(&mut self, name: &str, text: &str, place: Span) -> Option<Ast> {
        let text = Ast::new(AstKind::Text(text.into()), place.clone());
        let sample = match name {
            "date" => call("today", Vec::new(), place.clone()),
            _ => call("now", Vec::new(), place.clone()),
        };
        // Of two branches the text takes the type of the other one, which is never chosen.
        let always = Ast::new(AstKind::Boolean(true), place.clone());
        let kind = AstKind::If(Box::new(always), Box::new(text), Some(Box::new(sample)));
        Some(Ast::new(kind, place))
    }

    fn case(
        &mut self,
        operand: Option<&Written>,
        branches: &[CaseWhen],
        otherwise: Option<&Written>,
        place: Span,
    ) -> Option<Ast> {
        let mut read = Vec::new();
        let mut is_whole = true;
        for CaseWhen { condition, result } in branches {
            let at = self.place(condition);
            let holds = match operand {
                None => self.condition(condition),
                Some(operand) => {
                    let written = Written::BinaryOp {
                        left: Box::new(operand.clone()),
                        op: BinaryOperator::Eq,
                        right: Box::new(condition.clone()),
                    };
                    self.condition(&written)
                }
            };
            let result = self.value(result);
            is_whole &= holds.is_some() && result.is_some();
            if let (Some(holds), Some(result)) = (holds, result) {
                read.push((self.truth(holds, at), result));
            }
        }
        let last = match otherwise {
            None => Some(Ast::new(AstKind::Empty, place.clone())),
            Some(otherwise) => self.value(otherwise),
        };
        let last = last.filter(|_| is_whole)?;
        Some(read.into_iter().rev().fold(last, |otherwise, (holds, result)| {
            Ast::new(AstKind::If(Box::new(holds), Box::new(result), Some(Box::new(otherwise))), place.clone())
        }))
    }

    fn cast(&mut self, of: &Written, to: &DataType, place: Span) -> Option<Ast> {
        if let (Some(text), DataType::Date | DataType::Timestamp(..)) = (text_of(of), to) {
            let name = if matches!(to, DataType::Date) { "date" } else { "datetime" };
            return self.moment(name, text, place);
        }
        let of = self.value(of)?;
        let from = self.typed(&of)?.ty;
        let one = |it: Ast, name: &str, place: Span| call(name, vec![it], place);
        Some(match (to, &from) {
            (DataType::Integer(None) | DataType::Int(None) | DataType::BigInt(None), Type::Integer)
            | (DataType::Text | DataType::Varchar(None), Type::Text)
            | (DataType::Date, Type::Date)
            | (DataType::Boolean | DataType::Bool, Type::Boolean) => of,
            (DataType::Integer(None) | DataType::Int(None) | DataType::BigInt(None), Type::Text) => {
                one(of, "parse_int", place)
            }
            (DataType::Date, Type::DateTime) => one(of, "date", place),
            (DataType::Date, Type::Text) => one(of, "parse_date", place),
            (DataType::Text | DataType::Varchar(None), Type::Integer | Type::Decimal) => one(of, "to_string", place),
            (DataType::Numeric(digits) | DataType::Decimal(digits), Type::Integer | Type::Decimal | Type::Text) => {
                let number = match from {
                    Type::Text => one(of, "parse_decimal", place.clone()),
                    // A decimal whatever it was: nothing is changed by a half that is taken away again.
                    Type::Integer => {
                        let zero = Ast::new(AstKind::Decimal(Decimal::ZERO), place.clone());
                        Ast::new(AstKind::Binary(Binary::Add, Box::new(of), Box::new(zero)), place.clone())
                    }
                    _ => of,
                };
                match digits {
                    ExactNumberInfo::PrecisionAndScale(_, scale) => {
                        let scale = Ast::new(AstKind::Integer(*scale), place.clone());
                        call("round", vec![number, scale], place)
                    }
                    ExactNumberInfo::Precision(_) => {
                        let scale = Ast::new(AstKind::Integer(0), place.clone());
                        call("round", vec![number, scale], place)
                    }
                    ExactNumberInfo::None => number,
                }
            }
            _ => {
                let mistake = Mistake::new("sql.cast", place).with("expected", to).with("found", from.name());
                return self.mistake(mistake);
            }
        })
    }

    fn extract(&mut self, field: &DateTimeField, of: &Written, place: Span) -> Option<Ast> {
        let name = match field {
            DateTimeField::Year => "year",
            DateTimeField::Quarter => "quarter",
            DateTimeField::Month => "month",
            DateTimeField::Week(None) => "week",
            DateTimeField::Day => "day",
            DateTimeField::Isodow => "weekday",
            DateTimeField::Hour => "hour",
            DateTimeField::Minute => "minute",
            other => return self.unsupported(&format!("EXTRACT({other})"), place),
        };
        let of = self.value(of)?;
        let ty = self.typed(&of)?.ty;
        // The day and the time of an instant are those of the workspace.
        let of = match (ty, name) {
            (Type::DateTime, "hour" | "minute") => call("time", vec![of], place.clone()),
            (Type::DateTime, _) => call("date", vec![of], place.clone()),
            _ => of,
        };
        Some(call(name, vec![of], place))
    }

    /// Counts from 1, where the language counts from 0.
    pub(super) fn substring(
        &mut self,
        of: &Written,
        from: &Written,
        length: Option<&Written>,
        place: Span,
    ) -> Option<Ast> {
        let of = self.value(of);
        let from = match self.value(from).map(|ast| (ast.kind.clone(), ast.span)) {
            Some((AstKind::Integer(from), span)) if from >= 1 => Some(Ast::new(AstKind::Integer(from - 1), span)),
            Some((_, span)) => self.mistake(Mistake::new("sql.substring", span)),
            None => None,
        };
        let length = length.map(|length| self.value(length));
        let mut arguments = vec![of?, from?];
        if let Some(length) = length {
            arguments.push(length?);
        }
        Some(call("sub_string", arguments, place))
    }

    /// What a value is as a field; `None` of what is only of a type.
    pub(super) fn kind_of(&self, value: &Expr) -> Option<FieldKind> {
        match &value.kind {
            ExprKind::Field(of, field) => {
                let ExprKind::Variable(variable) = of.kind else { return None };
                let Some(at) = (variable.0 as usize).checked_sub(1) else {
                    let at: usize = field.id.as_str().strip_prefix('x')?.parse().ok()?;
                    return self.values.get(at)?.1.clone();
                };
                let relation = self.relations.get(at)?;
                match &relation.rows {
                    Rows::Entity(entity, _) => taken(&self.catalog.entity_by_id(entity)?.field_by_id(&field.id)?.kind),
                    _ => {
                        let at: usize = field.id.as_str().strip_prefix('c')?.parse().ok()?;
                        Some(relation.columns.get(at)?.kind.clone())
                    }
                }
            }
            ExprKind::If(_, one, other) | ExprKind::Binary(Binary::Coalesce, one, other) => {
                let is_nothing = |expr: &Expr| matches!(expr.kind, ExprKind::Literal(expression::Value::Empty));
                match (is_nothing(one), is_nothing(other)) {
                    (true, _) => self.kind_of(other),
                    (_, true) => self.kind_of(one),
                    _ => {
                        let kinds = [one, other].map(|side| match side.kind {
                            // A written number is whatever stands beside it.
                            ExprKind::Literal(_) => None,
                            _ => Some(self.kind_of(side)),
                        });
                        match kinds {
                            [Some(one), Some(other)] => both(one?, &other?),
                            [Some(kind), None] | [None, Some(kind)] => kind.filter(|kind| kind.scale().is_some()),
                            [None, None] => None,
                        }
                    }
                }
            }
            ExprKind::ToDecimal(whole) => self.kind_of(whole).filter(|kind| kind.scale().is_some()),
            ExprKind::Unary(_, of) => self.kind_of(of).filter(|kind| kind.scale().is_some()),
            _ => None,
        }
    }
}

/// A call of the language.
pub(super) fn call(name: &str, arguments: Vec<Ast>, place: Span) -> Ast {
    Ast::new(AstKind::Call(Word { name: name.into(), span: place.clone() }, arguments), place)
}

/// The text that is written.
pub(super) fn text_of(written: &Written) -> Option<&str> {
    match written {
        Written::Value(value) => literal_text(&value.value),
        _ => None,
    }
}

fn literal_text(value: &Literal) -> Option<&str> {
    match value {
        Literal::SingleQuotedString(text) => Some(text),
        _ => None,
    }
}

fn arithmetic(operator: &BinaryOperator) -> Option<Binary> {
    Some(match operator {
        BinaryOperator::Plus | BinaryOperator::StringConcat => Binary::Add,
        BinaryOperator::Minus => Binary::Subtract,
        BinaryOperator::Multiply => Binary::Multiply,
        BinaryOperator::Divide => Binary::Divide,
        BinaryOperator::Modulo => Binary::Remainder,
        _ => return None,
    })
}

fn is_condition(written: &Written) -> bool {
    match written {
        Written::BinaryOp { op, .. } => {
            compares(op).is_some() || matches!(op, BinaryOperator::And | BinaryOperator::Or)
        }
        Written::UnaryOp { op: UnaryOperator::Not, .. }
        | Written::IsNull(_)
        | Written::IsNotNull(_)
        | Written::IsTrue(_)
        | Written::IsNotTrue(_)
        | Written::IsFalse(_)
        | Written::IsNotFalse(_)
        | Written::IsUnknown(_)
        | Written::IsNotUnknown(_)
        | Written::IsDistinctFrom(..)
        | Written::IsNotDistinctFrom(..)
        | Written::Between { .. }
        | Written::In { .. }
        | Written::Exists { .. } => true,
        Written::Like { any, escape_char, .. } | Written::ILike { any, escape_char, .. } => {
            !any && escape_char.is_none()
        }
        _ => false,
    }
}

fn shortened(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    if first.chars().count() > 40 { first.chars().take(39).chain(['…']).collect() } else { first.to_owned() }
}
