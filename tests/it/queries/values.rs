//! Expressions without records: the database computes what the evaluator computes, to the last digit.

use expression::{Expected, Recordless, Type, Value};
use query::{Request, SelectItem};

use super::place::{self, Place};
use crate::support::every_storage;

const EXPRESSIONS: &str = r#"
1 + 2 * 3
9223372036854775807 + 1
-9223372036854775807 - 2
7 % 3
-7 % 3
7 % 0
9223372036854775807 * 2
1 / 3
2 / 3
-2 / 3
1 / 0
0.000001 * 0.0000005
-0.000001 * 0.0000005
9999999999999999.0 + 1.0
9999999999999999.999999999999 - 0.000000000001
9999999999999999.0 / 3.0
1.0 / 9999999999999999.0
0.1 + 0.2
123456789.123456 * 987654.321
5000000000000000.0 * 2.0 / 4.0
12345678901234567 + 0.5
10000000000000000 > 1.5
-10000000000000000 < 1.5
round(2.5)
round(-2.5)
round(1250.0, -2)
round(1250.0, -99)
round(9999999999999999.9)
round(1.0000005, 6)
floor(-1.5)
ceiling(-1.5)
floor(1.5) + ceiling(1.5)
abs(-3)
abs(-3.5)
div(7, 2)
div(-7, 2)
div(-7.5, 2.0)
div(0.999999999999, 1.000000000000)
div(9999999999999999.0, 0.000000000001)
div(1, 0)
min(1, 2)
max(1, 2)
max(1.5, 2)
min(1.5, ())
"abc" + "Ж"
"abc" + ()
"Straße".to_upper()
"ПРИВЕТ ΣΑΣ".to_lower()
" \t x ".trim()
"   ".trim()
"Привет".len()
"Привет".contains("иве")
"Привет".starts_with("При")
"Привет".ends_with("вет")
"Привет".like("ИВЕ")
"100%".like("0%")
"100".like("0%")
"a_c".like("_")
"a\\b".like("\\")
"Привет".sub_string(1)
"Привет".sub_string(-2)
"Привет".sub_string(1, 3)
"Привет".sub_string(-20, 3)
"Привет".sub_string(10)
"Привет".sub_string(1, 0)
"Привет".sub_string(1, -5)
12.to_string() + "x"
(1.50).to_string()
(100.0).to_string()
(-0.05).to_string()
() == ()
1 == ()
1 != ()
() < 1
!()
!(() < 1)
"а" < "Б"
"ё" > "е"
"ё" < "ж"
"Z" < "а"
"a" == "A"
"б" >= "Б"
if 1 > 2 { 1 } else { 2.5 }
if () == 1 { "a" }
() ?? 5
1.5 ?? 2
today() + days(7)
today() - days(400)
today() - today()
(today() + days(40) - today()).in_days()
today() + days(9000000)
now() + hours(5)
now() - now()
now() - days(365)
now() + days(999999999)
(now() + minutes(1)) > now()
year(today()) * 10000 + month(today()) * 100 + day(today())
days(1) + hours(1)
days(2) - hours(1)
2 in [1, 2]
() in [1, ()]
3 in [1, 2]
true && ()
true || ()
(true ?? false) == true
!(true && false) && (1 < 2)
1 < 2 == true
"#;

every_storage! {
    async fn a_database_computes_what_the_evaluator_computes(fresh: Fresh) {
        let place = place::open(&fresh, "thing: name text, number integer").await;
        place.insert("thing", &[(10, &[("name", Value::Text("x".into()))])]).await;
        let mut wrong = Vec::new();
        for text in EXPRESSIONS.lines().filter(|line| !line.is_empty()) {
            judge(&place, text, &mut wrong).await;
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

async fn judge(place: &Place, text: &str, wrong: &mut Vec<String>) {
    let access = place.administrator();
    let entity = place.catalog.entity("thing").unwrap();
    let scope = access::AccessScope::of_record(&access, &entity.id);
    let expr = match expression::check(text, &scope, &Expected::Anything) {
        Ok(expr) => expr,
        Err(mistakes) => return wrong.push(format!("{text}: {mistakes:?}")),
    };
    let settings = place.settings();
    let world = Recordless { zone: settings.zone, today: settings.today, now: settings.now, language: "ru" };
    let wanted = expression::evaluate(&expr, None, &world);
    let request = Request {
        select: Some(vec![SelectItem::Expression { name: "value".to_owned(), expression: text.to_owned() }]),
        ..Request::default()
    };
    let plan = query::plan::list(&access, "thing", &request, &place.settings()).unwrap();
    let statement = query::select(&plan);
    match place.database.fetch(&statement).await {
        Ok(rows) if rows[0][0] == wanted => {}
        Ok(rows) => wrong.push(format!("{:?} {text}: {:?}, not {wanted:?}", place.dialect(), rows[0][0])),
        Err(error) => wrong.push(format!("{:?} {text}: {error:?}\n   {}", place.dialect(), statement.text)),
    }
    if expr.ty != Type::Boolean {
        return;
    }
    for (text, wanted) in [(text.to_owned(), wanted.is_true()), (format!("!({text})"), !wanted.is_true())] {
        let request = Request { filter: Some(text.clone()), ..Request::default() };
        let plan = query::plan::list(&access, "thing", &request, &place.settings()).unwrap();
        match place.database.fetch(&query::select(&plan)).await {
            Ok(rows) if (rows.len() == 1) == wanted => {}
            Ok(rows) => wrong.push(format!("{:?} filter {text}: {} rows", place.dialect(), rows.len())),
            Err(error) => wrong.push(format!("{:?} filter {text}: {error:?}", place.dialect())),
        }
    }
}
