//! Mistakes of people: what is said, and where; and texts that try to break the reader.

use expression::check::Named;
use expression::{EntityId, Expected, Expr, FieldId, FieldRef, Member, Scope, Type, check, parse, rename};

struct Deals;

impl Scope for Deals {
    fn member(&self, entity: &EntityId, name: &str) -> Option<Member> {
        let company = || EntityId::new("company");
        let ty = match (entity.as_str(), name) {
            (_, "title" | "name" | "stage") => Type::Text,
            ("deal", "amount") => Type::Decimal,
            ("deal", "probability") => Type::Integer,
            ("deal", "archived") => Type::Boolean,
            ("deal", "close_date") => Type::Date,
            ("deal", "tags") => Type::Choices,
            ("deal", "company") | ("company", "parent") => Type::Record(company()),
            ("deal", "subject") => Type::AnyRecord(vec![company(), EntityId::new("deal")]),
            ("deal", "items") => Type::Records(EntityId::new("item")),
            ("item", "price") => Type::Decimal,
            _ => return None,
        };
        let field =
            FieldRef { entity: entity.clone(), id: FieldId::new(&format!("{entity}.{name}")), name: name.into() };
        Some(Member { field, ty })
    }

    fn names(&self, _: &EntityId) -> Vec<String> {
        ["title", "amount", "stage", "company", "items", "price", "name"].map(str::to_owned).to_vec()
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        ["deal", "company", "item"].contains(&name).then(|| EntityId::new(name))
    }

    fn entity_name(&self, entity: &EntityId) -> Option<String> {
        Some(entity.to_string())
    }

    fn record(&self) -> Option<EntityId> {
        Some(EntityId::new("deal"))
    }

    fn user(&self) -> Option<EntityId> {
        None
    }
}

fn checked(text: &str) -> Result<Expr, String> {
    check(text, &Deals, &Expected::Anything)
        .map_err(|mistakes| mistakes.iter().map(|mistake| mistake.to_string()).collect::<Vec<_>>().join("\n"))
}

#[test]
fn mistakes_are_named_with_their_place() {
    for (text, expected) in [
        ("", "1:1: expression.missing"),
        ("1 +", "1:4: expression.ended part=\"value\""),
        ("(1", "1:3: expression.ended part=\")\""),
        ("1 2", "1:3: expression.unexpected found=\"2\" part=\"operator\""),
        ("amuont > 1", "1:1: expression.unknown_name name=\"amuont\" nearest=\"amount\""),
        ("title ==\n  stge", "2:3: expression.unknown_name name=\"stge\" nearest=\"stage\""),
        ("company.nmae", "1:9: expression.unknown_name name=\"nmae\" nearest=\"name\""),
        ("title.lenn()", "1:7: expression.unknown_function name=\"lenn\" nearest=\"len\""),
        ("title > 5", "1:1: expression.operands left=\"text\" operator=\">\" right=\"integer\""),
        ("amount + title", "1:1: expression.operands left=\"decimal\" operator=\"+\" right=\"text\""),
        ("amount && archived", "1:1: expression.wrong_type from_type=\"decimal\" to_type=\"boolean\""),
        ("items.price", "1:1: expression.many_records name=\"price\""),
        ("items == 1", "1:1: expression.many_records"),
        ("items.sum(1)", "1:1: expression.closure_expected name=\"sum\""),
        ("items.any(|i| i.prise > 1)", "1:17: expression.unknown_name name=\"prise\" nearest=\"price\""),
        ("amount.name", "1:8: expression.no_members name=\"name\" type=\"decimal\""),
        ("user == ()", "1:1: expression.no_user"),
        (
            "round(title)",
            "1:1: expression.wrong_arguments expected=\"round(decimal); round(decimal, integer)\" found=\"text\" name=\"round\"",
        ),
        ("close_date > \"soon\"", "1:14: expression.bad_literal found=\"soon\" type=\"date\""),
        ("company == \"Acme\"", "1:12: expression.bad_literal found=\"Acme\" type=\"record\""),
        ("if archived { 1 } else { \"a\" }", "1:1: expression.branches_differ left=\"integer\" right=\"text\""),
        ("let x = 1", "1:1: expression.reserved name=\"let\""),
        ("'a'", "1:1: expression.character"),
        ("\"abc", "1:1: expression.unclosed_text"),
        ("\"\\q\"", "1:2: expression.bad_escape found=\"\\\\q\""),
        ("`a ${b}`", "1:4: expression.interpolation"),
        ("сумма > 1", "1:1: expression.foreign_name name=\"сумма\""),
        ("1.0000000000001", "1:1: expression.number_too_precise found=\"1.0000000000001\""),
        ("9223372036854775808", "1:1: expression.number_too_large found=\"9223372036854775808\""),
        ("1--1", "1:2: expression.unexpected found=\"--\" part=\"operator\""),
        ("title[0]", "1:6: expression.unsupported found=\"[\""),
        ("title = 1", "1:7: expression.unexpected found=\"=\" part=\"operator\""),
        ("[1]", "1:1: expression.list_misplaced"),
        ("subject.name", "1:9: expression.unknown_target name=\"name\""),
        ("subject.as_compny.name", "1:9: expression.unknown_target name=\"as_compny\" nearest=\"as_company\""),
        ("subject.as_item", "1:9: expression.unknown_target name=\"as_item\""),
        ("subject == items.first()", "1:1: expression.operands left=\"any_record\" operator=\"==\" right=\"record\""),
        ("subject > ()", "1:1: expression.operands left=\"any_record\" operator=\">\" right=\"empty\""),
        ("company.as_company", "1:9: expression.unknown_name name=\"as_company\" nearest=\"company\""),
        ("items.first(1)", "1:1: expression.closure_expected name=\"first\""),
        ("items.first(|i| i.price)", "1:17: expression.wrong_type from_type=\"decimal\" to_type=\"boolean\""),
        ("items.frist()", "1:7: expression.unknown_function name=\"frist\" nearest=\"first\""),
        ("first(amount)", "1:1: expression.not_related name=\"first\""),
        ("tags == tags", "1:1: expression.operands left=\"choices\" operator=\"==\" right=\"choices\""),
    ] {
        assert_eq!(checked(text).expect_err("it is a mistake"), expected, "{text}");
    }
}

#[test]
fn all_mistakes_come_at_once() {
    assert_eq!(checked("amuont > 1 && stge == \"x\" || title > 5").expect_err("it is a mistake").lines().count(), 3);
}

#[test]
fn hostile_texts_end_in_a_mistake() {
    let n = 100_000 / 2;
    for text in [
        "(".repeat(n),
        "[".repeat(n),
        "!".repeat(n),
        "- ".repeat(n / 2),
        "|x| ".repeat(n / 4),
        "if ".repeat(n / 3),
        "f(".repeat(n / 2),
        "1+".repeat(n / 2) + "1",
        "1 in [".repeat(n / 6),
        "company.".repeat(n / 8) + "name",
        "title.trim().".repeat(n / 13) + "len()",
        "/*".repeat(n / 2),
        "\"".repeat(n + 1),
        "x".repeat(70_000),
        "if true {1} else ".repeat(n / 17) + "{2}",
    ] {
        assert!(checked(&text).is_err(), "{}", &text[..20]);
    }
}

#[test]
fn long_rows_of_conditions_have_no_limit() {
    let row = vec!["amount == 1"; 4_000].join(" || ");
    assert!(checked(&row).is_ok());
    let nested = format!("{}1{}", "(".repeat(63), ")".repeat(63));
    assert!(checked(&nested).is_ok());
    let closures = format!("{}true{}", "items.any(|i| ".repeat(30), ")".repeat(30));
    assert!(checked(&closures).is_ok());
}

#[test]
fn hops_are_counted() {
    assert!(checked(&format!("company{}.name", ".parent".repeat(15))).is_ok());
    assert!(
        checked(&format!("company{}.name", ".parent".repeat(16)))
            .expect_err("it is a mistake")
            .contains("too_many_hops")
    );
}

#[test]
fn hops_are_counted_on_the_longest_way() {
    let over = |text: &str| checked(text).expect_err("it is a mistake").contains("too_many_hops");
    let parents = |count: usize| ".parent".repeat(count);
    assert!(checked(&format!("subject.as_company{}.name", parents(15))).is_ok());
    assert!(over(&format!("subject.as_company{}.name", parents(16))));
    assert!(over(&format!("(company.parent ?? company){}.name", parents(15))));
    assert!(over(&format!("(if archived {{ company }} else {{ company.parent }}){}.name", parents(15))));
    assert!(checked(&format!("(company ?? company){}.name", parents(15))).is_ok());
}

#[test]
fn a_rename_changes_names_and_nothing_else() {
    let text = "amount > 1.50 /* amount */ && items.any(|amount| amount.price > 2) && stage == \"won\" // amount";
    let renamed = rename(text, &Deals, &Expected::Anything, |mention| match &mention.named {
        Named::Field(field) if &*field.name == "amount" => Some("total".to_owned()),
        Named::Choice(field, choice) if &*field.name == "stage" && &**choice == "won" => Some("closed".to_owned()),
        _ => None,
    });
    let expected = "total > 1.50 /* amount */ && items.any(|amount| amount.price > 2) && stage == \"closed\" // amount";
    assert_eq!(renamed.expect("it works"), expected);
}

#[test]
fn a_rename_changes_the_entity_that_a_link_is_taken_to_lead_to() {
    let text = "subject.as_company.name == \"as_company\" && subject.as_company == company";
    let renamed = rename(text, &Deals, &Expected::Anything, |mention| match &mention.named {
        Named::Entity(entity) if entity.as_str() == "company" => Some("firm".to_owned()),
        _ => None,
    });
    let expected = "subject.as_firm.name == \"as_company\" && subject.as_firm == company";
    assert_eq!(renamed.expect("it works"), expected);
}

#[test]
fn reads_go_on_through_choices_between_records() {
    let text =
        "(company.parent ?? company).name == (if archived { items.first().title } else { subject.as_company.name })";
    let reads = expression::paths::reads(&checked(text).expect("it works"));
    let path =
        |path: &expression::paths::Path| path.fields.iter().map(|field| &*field.name).collect::<Vec<_>>().join(".");
    let paths: Vec<String> = reads.paths.iter().map(path).collect();
    let expected = [
        "company",
        "company.parent",
        "company.parent.name",
        "company.name",
        "archived",
        "items",
        "items.title",
        "subject",
        "subject.name",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn reads_are_listed_with_their_paths() {
    let expr = checked("items.any(|i| i.price > company.parent.parent.name.len())").expect("it works");
    let reads = expression::paths::reads(&expr);
    let paths: Vec<String> = reads
        .paths
        .iter()
        .map(|path| path.fields.iter().map(|field| &*field.name).collect::<Vec<_>>().join("."))
        .collect();
    assert_eq!(
        paths,
        ["items", "items.price", "company", "company.parent", "company.parent.parent", "company.parent.parent.name"]
    );
}

#[test]
fn printing_and_reading_again_gives_the_same_tree() {
    for text in [
        "1 - (2 - 3)",
        "-(-1)",
        "!(a && b)",
        "a.b.c(1, -2.0).d",
        "if a { 1 } else if b { 2 } else { 3 }",
        "x in [1, \"a\\\"b\"]",
        "items.any(|i| i.a ?? 1.0 > 2)",
        "a !in b",
        "(if a { b } else { c }).d",
        "- 5",
        "-5",
        "(-5).abs()",
        "()",
    ] {
        let printed = expression::print::print(&parse(text).expect("it works"));
        let again = expression::print::print(&parse(&printed).expect("it works"));
        assert_eq!(printed, again, "{text}");
    }
}

#[test]
fn words_are_written_and_of_their_list() {
    for (text, expected) in [
        ("close_date.start_of(\"mounth\")", "expression.wrong_word"),
        ("close_date.start_of(title)", "expression.written"),
        ("close_date.start_of(\"da\" + \"y\")", "expression.written"),
        ("close_date.in_last(probability, \"day\")", "expression.written"),
        ("close_date.in_last(7, \"days\")", "expression.wrong_word"),
        ("close_date.in_this(\"month'); drop table deal --\")", "expression.wrong_word"),
        ("date(now(), \"Europe/Moskow\")", "expression.wrong_word"),
        ("date(now(), \"EST\")", "expression.wrong_word"),
        ("close_date.format(title)", "expression.written"),
        ("close_date.format(\"MMM\\0\")", "expression."),
    ] {
        let mistake = checked(text).unwrap_err();
        assert!(mistake.contains(expected), "{text}: {mistake}");
    }
    let mistake = checked("close_date.start_of(\"mounth\")").unwrap_err();
    assert!(mistake.contains("nearest=\"month\""), "{mistake}");
    for text in ["close_date.in_last(7, \"day\")", "close_date.format(\"d.MM.yyyy\")", "date(now(), \"Europe/Moscow\")"]
    {
        checked(text).unwrap();
    }
}

/// What a stored formula may not read.
#[test]
fn the_clock_and_its_zone_are_read_where_they_are_read() {
    let reads = |text: &str| expression::paths::reads(&checked(text).unwrap()).time;
    for text in ["today()", "close_date.in_this(\"month\")", "date(now())", "datetime(close_date, time(9, 0))"] {
        assert!(reads(text), "{text}");
    }
    for text in [
        "close_date.add_months(1)",
        "close_date.format(\"yyyy\")",
        "datetime(close_date, time(9, 0), \"UTC\")",
        "date(datetime(close_date, time(9, 0), \"UTC\"), \"Asia/Tokyo\")",
    ] {
        assert!(!reads(text), "{text}");
    }
}
