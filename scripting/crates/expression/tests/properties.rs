//! What holds of every expression: it is read, checked and computed without a panic, and its value has its type.

use chrono::{DateTime, NaiveDate, Utc};
use expression::{
    Decimal, EntityId, Environment, Expected, FieldId, FieldRef, Member, RecordRef, Scope, Type, Value, check,
    evaluate, parse, print, reduce,
};
use proptest::prelude::*;
use uuid::Uuid;

struct World;

impl Scope for World {
    fn member(&self, entity: &EntityId, name: &str) -> Option<Member> {
        let ty = match name {
            "title" | "nothing" => Type::Text,
            "amount" => Type::Decimal,
            "big" => Type::Integer,
            "flag" => Type::Boolean,
            "day_of" => Type::Date,
            "items" => Type::Records(entity.clone()),
            "parent" => Type::Record(entity.clone()),
            "any" => Type::AnyRecord(vec![entity.clone()]),
            _ => return None,
        };
        Some(Member { field: FieldRef { entity: entity.clone(), id: FieldId::new(name), name: name.into() }, ty })
    }

    fn names(&self, _: &EntityId) -> Vec<String> {
        Vec::new()
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        (name == "deal").then(|| EntityId::new(name))
    }

    fn entity_name(&self, _: &EntityId) -> Option<String> {
        None
    }

    fn record(&self) -> Option<EntityId> {
        Some(EntityId::new("deal"))
    }

    fn user(&self) -> Option<EntityId> {
        Some(EntityId::new("deal"))
    }
}

impl Environment for World {
    fn field(&self, record: &RecordRef, field: &FieldRef) -> Value {
        match &*field.name {
            "title" => Value::text("Ёлка"),
            "amount" => Decimal::parse("9999999999999999.5").expect("it works").into(),
            "big" => Value::Integer(i64::MIN),
            "flag" => Value::Boolean(record.id.is_nil()),
            "day_of" => NaiveDate::from_ymd_opt(9999, 12, 31).map_or(Value::Empty, Value::Date),
            "any" if record.id.is_nil() => Value::Record(RecordRef { id: Uuid::max(), ..record.clone() }),
            "parent" if record.id.is_nil() => Value::Id(Uuid::max()),
            _ => Value::Empty,
        }
    }

    fn related(&self, record: &RecordRef, _: &FieldRef) -> Vec<RecordRef> {
        let far = RecordRef { id: Uuid::max(), ..record.clone() };
        if record.id.is_nil() { vec![record.clone(), far] } else { Vec::new() }
    }

    fn user(&self) -> Option<RecordRef> {
        None
    }

    fn zone(&self) -> expression::Tz {
        expression::Tz::UTC
    }

    fn today(&self) -> NaiveDate {
        NaiveDate::MIN
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::default()
    }

    fn language(&self) -> &str {
        "ru"
    }
}

fn text() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "()",
        "true",
        "1",
        "0",
        "-1",
        "9223372036854775807",
        "2.5",
        "0.000000000001",
        "\"\"",
        "\"ж\"",
        "title",
        "nothing",
        "amount",
        "big",
        "flag",
        "day_of",
        "parent",
        "user",
        "parent.parent.title",
        "x",
        "x.amount",
        "today()",
        "\"2026-01-31\"",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(6, 64, 3, |inner| {
        let binary = prop::sample::select(vec![
            "||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "??", "in", "!in",
        ]);
        let unary = prop::sample::select(vec![
            "!(§)",
            "-(§)",
            "(§).len()",
            "(§).trim()",
            "(§).to_upper()",
            "abs(§)",
            "round(§, §)",
            "floor(§)",
            "div(§, §)",
            "(§).replace(§, §)",
            "(§).pad_left(§, §)",
            "(§).left(§)",
            "(§).index_of(§)",
            "(§).parse_int()",
            "(§).parse_date()",
            "truncate(§, §)",
            "mod(§, §)",
            "date(§, §, §)",
            "(§).add_days(§)",
            "(§).add_months(§)",
            "(§).end_of(\"week\")",
            "(§).in_this(\"quarter\")",
            "(§).in_last(7, \"day\")",
            "months_between(§, §)",
            "(§).format(\"dd.MM.yy\")",
            "min(§, §)",
            "(§).sub_string(§, §)",
            "(§).like(§)",
            "(§).year()",
            "days(§)",
            "(§).in_days()",
            "(§).is_empty()",
            "to_string(§)",
            "§ in [§, §]",
            "if § { § } else { § }",
            "if § { § }",
            "items.any(|x| §)",
            "items.all(|x| §)",
            "items.count()",
            "items.filter(|x| §).sum(|x| §)",
            "parent.items.max(|x| §)",
            "items.avg(|x| §)",
            "items.first().amount",
            "items.first(|x| §)",
            "(items.first(|x| §)).title",
            "any.as_deal.title",
            "any == (§)",
        ]);
        prop_oneof![
            (inner.clone(), binary, inner.clone()).prop_map(|(a, operator, b)| format!("({a}) {operator} ({b})")),
            (unary, prop::collection::vec(inner, 3)).prop_map(|(form, parts)| {
                parts.iter().fold(form.to_owned(), |text, part| text.replacen('§', &format!("({part})"), 1))
            }),
        ]
    })
}

fn fits(value: &Value, ty: &Type) -> bool {
    match value {
        Value::Empty => true,
        Value::Boolean(_) => *ty == Type::Boolean,
        Value::Integer(_) => *ty == Type::Integer,
        Value::Decimal(_) => *ty == Type::Decimal,
        Value::Text(text) => *ty == Type::Text && !text.is_empty(),
        Value::Date(_) => *ty == Type::Date,
        Value::DateTime(_) => *ty == Type::DateTime,
        Value::Duration(_) => *ty == Type::Duration,
        Value::Id(_) | Value::Record(_) => ty.is_identity(),
        _ => false,
    }
}

#[test]
fn a_long_row_is_printed_without_nesting() {
    for row in ["amount + big - ", "amount * ", "nothing ?? ", "!", "big % "] {
        let text = format!("{}amount", row.repeat(60));
        let printed = print::print(&parse(&text).expect("it works"));
        assert_eq!(printed, text);
    }
    let row = "flag || ".repeat(300) + "flag";
    let printed = print::print(&parse(&row).expect("it works"));
    assert_eq!(print::print(&parse(&printed).expect("it works")), printed);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_have_their_types(text in text()) {
        if let Ok(expr) = check(&text, &World, &Expected::Anything) {
            let record = RecordRef { entity: EntityId::new("deal"), id: Uuid::nil() };
            let value = evaluate(&expr, Some(&record), &World);
            prop_assert!(fits(&value, &expr.ty), "{text}: {value:?} is no {:?}", expr.ty);
            let reduced = reduce::reduce(&expr, &|_| None);
            prop_assert_eq!(evaluate(&reduced, Some(&record), &World), value, "{}", text);
        }
    }

    #[test]
    fn printing_and_reading_again_gives_the_same_text(text in text()) {
        let printed = print::print(&parse(&text).expect("it works"));
        prop_assert_eq!(&print::print(&parse(&printed).expect("it works")), &printed, "{}", text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[ -~а-я\n\"`]{0,60}") {
        let _ = check(&text, &World, &Expected::Anything);
    }
}
