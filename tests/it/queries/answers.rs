//! Lists and records as JSON: the same texts from either database.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::{Decimal, Value};
use query::write::Bin;
use query::{Request, SelectItem, SortKey};
use serde_json::json;

use super::place::{self, Place, id, request};
use crate::support::every_storage;

const CATALOG: &str = "
company: name text!?, city text, rating integer, vip boolean
contact: name text!, company -> company.contacts, tags ->> tag
tag: name text
deal: title text!?, amount money, stage {new, won}, company -> company.deals, items [] deal_item.deal, watchers ->> user, place location, about any company|contact, share percent, total decimal(22, 6), closed date, at time, started datetime, took duration, kinds {{hot, cold}}, notes json, pin secret, agreed boolean, count integer
deal_item: deal -> deal.items, product text, price money, quantity integer
";

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn number(text: &str) -> Value {
    Value::Decimal(Decimal::parse(text).unwrap())
}

fn link(to: u128) -> Value {
    Value::Id(id(to))
}

fn json_value(value: serde_json::Value) -> Value {
    Value::Json(Arc::new(value))
}

async fn fill(place: &Place) {
    place
        .insert(
            "company",
            &[
                (
                    20,
                    &[
                        ("name", text("Ромашка")),
                        ("city", text("Москва")),
                        ("rating", Value::Integer(5)),
                        ("vip", Value::Boolean(true)),
                    ],
                ),
                (21, &[("name", text("Ёлка")), ("city", text("Тверь"))]),
                (22, &[("name", text("Empty"))]),
            ],
        )
        .await;
    place.insert("tag", &[(30, &[("name", text("red"))]), (31, &[("name", text("blue"))])]).await;
    place
        .insert(
            "contact",
            &[
                (40, &[("name", text("Ivan")), ("company", link(20))]),
                (41, &[("name", text("Olga")), ("company", link(20))]),
            ],
        )
        .await;
    place.link("contact", "tags", &[(40, 30), (40, 31), (41, 31)]).await;
    let instant = Value::DateTime(DateTime::from_timestamp_millis(1_790_000_000_123).unwrap());
    place
        .insert(
            "deal",
            &[
                (
                    50,
                    &[
                        ("title", text("Альфа \"one\"\n")),
                        ("amount", number("1250")),
                        ("stage", text("won")),
                        ("company", link(20)),
                        ("place", json_value(json!({"lat": 55.75, "lon": 37.5}))),
                        ("about", json_value(json!({"entity": "contact", "id": id(40).to_string()}))),
                        ("share", number("0.15")),
                        ("total", number("1234567890123456.000001")),
                        ("closed", Value::Date(NaiveDate::from_ymd_opt(2026, 1, 31).unwrap())),
                        ("at", Value::Time(NaiveTime::from_hms_opt(9, 30, 0).unwrap())),
                        ("started", instant),
                        ("took", Value::Duration(5_400_000)),
                        ("kinds", Value::Choices(vec!["hot".into(), "cold".into()])),
                        ("notes", json_value(json!({"a": [1, "ё"]}))),
                        ("pin", Value::Bytes(vec![1, 2, 3].into())),
                        ("agreed", Value::Boolean(false)),
                        ("count", Value::Integer(7)),
                    ],
                ),
                (
                    51,
                    &[
                        ("title", text("бета")),
                        ("amount", number("99.99")),
                        ("stage", text("won")),
                        ("company", link(20)),
                    ],
                ),
                (
                    52,
                    &[
                        ("title", text("Гамма")),
                        ("amount", number("-5")),
                        ("stage", text("new")),
                        ("company", link(21)),
                    ],
                ),
                (53, &[("title", text("дельта")), ("stage", text("won"))]),
                (54, &[("title", text("Ёж")), ("amount", number("99.99")), ("company", link(22))]),
            ],
        )
        .await;
    place.link("deal", "watchers", &[(50, 1)]).await;
    place
        .insert(
            "deal_item",
            &[
                (
                    60,
                    &[
                        ("deal", link(50)),
                        ("product", text("nail")),
                        ("price", number("0.10")),
                        ("quantity", Value::Integer(3)),
                    ],
                ),
                (
                    61,
                    &[
                        ("deal", link(50)),
                        ("product", text("hammer")),
                        ("price", number("20")),
                        ("quantity", Value::Integer(1)),
                    ],
                ),
                (62, &[("deal", link(51)), ("product", text("saw")), ("price", number("15.50"))]),
            ],
        )
        .await;
}

async fn ask(place: &Place, entity: &str, request: &Request) -> (Vec<serde_json::Value>, Option<String>) {
    let (items, cursor, _) = place.list(entity, request).await;
    (items.iter().map(|item| serde_json::from_str(item).expect(item)).collect(), cursor)
}

async fn titles(place: &Place, filter: &str, sort: &str) -> String {
    let (items, _) = ask(place, "deal", &request("title", filter, sort)).await;
    let titles: Vec<&str> =
        items.iter().map(|item| item["title"].as_str().unwrap().split(' ').next().unwrap()).collect();
    titles.join(" ")
}

every_storage! {
    async fn values_look_as_the_contract_says(fresh: Fresh) {
        let place = place::open(&fresh, CATALOG).await;
        fill(&place).await;
        let plan =
            query::plan::one(&place.administrator(), "deal", id(50), None, Bin::Live, &place.settings()).unwrap();
        let page = query::shape(&plan, place.fetch(&query::select(&plan)).await);
        let mut deal: serde_json::Value = serde_json::from_str(&page.items[0]).unwrap();
        let lines = deal["items"].take();
        let company = id(20).to_string();
        for (key, wanted) in [
            ("id", json!(id(50).to_string())),
            ("created_at", json!("2026-05-28T20:26:40.000Z")),
            ("version", json!(1)),
            ("owner", json!(null)),
            ("title", json!("Альфа \"one\"\n")),
            ("amount", json!("1250.00")),
            ("stage", json!("won")),
            ("company", json!({"id": company, "title": "Ромашка"})),
            ("place", json!({"lat": 55.75, "lon": 37.5})),
            ("about", json!({"entity": "contact", "id": id(40).to_string(), "title": "Ivan"})),
            ("share", json!("0.15")),
            ("total", json!("1234567890123456.000001")),
            ("closed", json!("2026-01-31")),
            ("at", json!("09:30:00")),
            ("started", json!("2026-09-21T14:13:20.123Z")),
            ("took", json!("PT1H30M")),
            ("kinds", json!(["hot", "cold"])),
            ("notes", json!({"a": [1, "ё"]})),
            ("pin", json!({"has_value": true})),
            ("agreed", json!(false)),
            ("count", json!(7)),
            ("watchers", json!([{"id": id(1).to_string(), "title": "Анна"}])),
        ] {
            let found = &deal[key];
            let same = found == &wanted || (key == "share" && found.as_str().is_some_and(|text| text.starts_with("0.15")));
            assert!(same, "{key}: {found}, not {wanted}");
        }
        assert_eq!(lines[0]["product"], json!("nail"));
        assert_eq!(lines[0]["price"], json!("0.10"));
        assert_eq!(lines[0]["created_at"], json!("2026-05-28T20:26:40.000Z"));
        assert_eq!(lines[1]["deal"]["title"], json!("Альфа \"one\"\n"));
        assert_eq!(lines.as_array().unwrap().len(), 2);
    }

    async fn filters_and_orders_agree(fresh: Fresh) {
        let place = place::open(&fresh, CATALOG).await;
        fill(&place).await;
        let mut wrong = Vec::new();
        for (filter, sort, wanted) in [
            ("", "title", "Альфа бета Гамма дельта Ёж"),
            ("", "-title", "Ёж дельта Гамма бета Альфа"),
            ("", "amount, title", "Гамма бета Ёж Альфа дельта"),
            ("", "-amount, -title", "Альфа Ёж бета Гамма дельта"),
            ("", "company, title", "Гамма Альфа бета Ёж дельта"),
            ("", "-company.rating, -title", "бета Альфа Ёж дельта Гамма"),
            ("stage == \"won\"", "title", "Альфа бета дельта"),
            ("stage != \"won\"", "title", "Гамма Ёж"),
            ("!(stage == \"won\")", "title", "Гамма Ёж"),
            ("stage == ()", "title", "Ёж"),
            ("amount > 99.99", "title", "Альфа"),
            ("amount >= 99.985", "title", "Альфа бета Ёж"),
            ("amount < 99.995", "title", "бета Гамма Ёж"),
            ("!(amount > 0)", "title", "Гамма дельта"),
            ("amount == 99.99", "title", "бета Ёж"),
            ("amount != 99.99", "title", "Альфа Гамма дельта"),
            ("company.city == \"Москва\"", "title", "Альфа бета"),
            ("company.city != \"Москва\"", "title", "Гамма дельта Ёж"),
            ("company.vip", "title", "Альфа бета"),
            ("!(company.vip)", "title", "Гамма дельта Ёж"),
            ("company == ()", "title", "дельта"),
            ("title.like(\"а\")", "title", "Альфа бета Гамма дельта"),
            ("title < \"Г\"", "title", "Альфа бета"),
            ("items.any(|i| i.price > 15)", "title", "Альфа бета"),
            ("items.all(|i| i.price > 15)", "title", "бета Гамма дельта Ёж"),
            ("items.count() == 0", "title", "Гамма дельта Ёж"),
            ("items.sum(|i| i.price * i.quantity) == 20.3", "title", "Альфа"),
            ("items.avg(|i| i.price) == 10.05", "title", "Альфа"),
            ("items.max(|i| i.product) == \"nail\"", "title", "Альфа"),
            ("company.deals.filter(|d| d.stage == \"won\").count() == 2", "title", "Альфа бета"),
            ("company.deals.any(|d| d.title > title)", "title", "Альфа"),
            ("company.contacts.any(|c| c.tags.all(|t| t.name == \"blue\"))", "title", "Альфа бета"),
            ("user in watchers", "title", "Альфа"),
            ("user.email == \"a@b.c\" && agreed == false", "title", "Альфа"),
            ("kinds.contains(\"cold\")", "title", "Альфа"),
            ("stage in [\"new\", ()]", "title", "Гамма Ёж"),
            ("amount in [99.99, -5]", "title", "бета Гамма Ёж"),
            ("closed + days(1) == \"2026-02-01\"", "title", "Альфа"),
            ("started > now() - hours(1) && took == hours(1) + minutes(30)", "title", "Альфа"),
            ("count > 6.5 && count < 7.5 && count == 7.0", "title", "Альфа"),
            ("total > 1234567890123456", "title", "Альфа"),
            ("amount / count == 178.571428571429", "title", "Альфа"),
            ("(if amount > 100 { \"big\" } else { title }) == \"бета\"", "title", "бета"),
            ("company.name.len() + 1 == 8", "title", "Альфа бета"),
            ("place != () && about != ()", "title", "Альфа"),
        ] {
            let found = titles(&place, filter, sort).await;
            if found != wanted {
                wrong.push(format!("{filter} | {sort}: {found}, not {wanted}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let quick = |words: &str| Request { quick: Some(words.to_owned()), ..request("title", "", "title") };
        let (items, _) = ask(&place, "deal", &quick("АЛЬФ  one")).await;
        assert_eq!(items.len(), 1);
        let (items, _) = ask(&place, "deal", &quick("%")).await;
        assert_eq!(items.len(), 0);
    }

    async fn pages_follow_each_other_in_every_order(fresh: Fresh) {
        let place = place::open(&fresh, CATALOG).await;
        fill(&place).await;
        for sort in ["", "title", "-title", "amount", "-amount", "-amount, title", "company.city, -amount", "created_at", "-company", "stage, -id"] {
            let mut all = request("title, company.name", "", sort);
            let (whole, none) = ask(&place, "deal", &all).await;
            assert_eq!(none, None);
            let mut paged = Vec::new();
            all.limit = Some(2);
            loop {
                let (items, cursor) = ask(&place, "deal", &all).await;
                paged.extend(items);
                match cursor {
                    Some(cursor) => all.cursor = Some(cursor),
                    None => break,
                }
            }
            assert_eq!(paged, whole, "{sort}");
        }
        let mut first = request("title", "", "title");
        first.limit = Some(1);
        let (_, cursor, _) = place.list("deal", &first).await;
        let mut foreign = request("title", "", "-title");
        foreign.cursor = cursor;
        let answer = query::plan::list(&place.administrator(), "deal", &foreign, &place.settings());
        assert!(matches!(answer, Err(query::QueryError::Invalid(mistakes)) if mistakes[0].code == "query.cursor"));
    }

    async fn related_records_come_in_one_statement_limited_for_each_parent(fresh: Fresh) {
        let place = place::open(&fresh, CATALOG).await;
        fill(&place).await;
        let deals = SelectItem::Related {
            path: "deals".to_owned(),
            select: Some(vec![
                SelectItem::Path("title".to_owned()),
                SelectItem::Path("total".to_owned()),
                SelectItem::Related {
                    path: "items".to_owned(),
                    select: Some(vec![
                        SelectItem::Path("product".to_owned()),
                        SelectItem::Expression { name: "cost".to_owned(), expression: "price * quantity".to_owned() },
                    ]),
                    filter: None,
                    sort: vec![SortKey { path: "product".to_owned(), descending: false }],
                    limit: None,
                },
            ]),
            filter: Some("amount > -100".to_owned()),
            sort: vec![SortKey { path: "amount".to_owned(), descending: true }],
            limit: Some(1),
        };
        let paths = ["name", "contacts", "contacts.tags.name", "deals.items.price"];
        let mut select: Vec<SelectItem> = paths.map(|path| SelectItem::Path(path.to_owned())).to_vec();
        select.push(deals);
        select.push(SelectItem::Path("_access".to_owned()));
        let asked = Request { select: Some(select), ..request("id", "", "name") };
        let (items, _) = ask(&place, "company", &asked).await;
        let romashka = items.iter().find(|item| item["name"] == "Ромашка").unwrap();
        assert_eq!(romashka["contacts"][1], json!({"id": id(41).to_string(), "title": "Olga"}));
        assert_eq!(romashka["contacts.tags.name"].as_array().unwrap().len(), 3);
        assert_eq!(romashka["deals.items.price"], json!(["0.10", "20.00", "15.50"]));
        assert_eq!(
            romashka["deals"],
            json!([{"title": "Альфа \"one\"\n", "total": "1234567890123456.000001", "items": [{"product": "hammer", "cost": "20"}, {"product": "nail", "cost": "0.3"}]}])
        );
        let yolka = items.iter().find(|item| item["name"] == "Ёлка").unwrap();
        assert_eq!(yolka["deals"], json!([{"title": "Гамма", "total": null, "items": []}]));
        assert_eq!(yolka["_access"], json!({"update": true, "delete": true, "fields": {}}));
    }
}
