//! The catalogue of known holes, row by row: each test is named by its row. `tests/SECURITY.md` says of every row whether it
//! applies and which test shows it; the rows that other files of this folder show are named there.

use serde_json::{Value, json};

use super::{World, alike, documents, id, make, me, titles, world};
use crate::support::{App, Client, PASSWORD, every_database};

/// Asks the same with a hidden and with an unknown name: both are refused with the same words.
async fn as_unknown(client: &Client, query: &str, hidden: &str) {
    let ask = async |name: &str| {
        let path = format!("/api/records/deal?{}", query.replace("NAME", name));
        alike(client.get(&path).await, name)
    };
    assert_eq!(ask(hidden).await, ask("nargim").await, "{query} with {hidden}");
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

async fn give(app: &App, person: &Client, roles: &[&str]) {
    let path = format!("/api/records/user/{}", me(person).await);
    let user = app.admin.get(&path).await.expect(200);
    app.admin.patch(&path, json!({"roles": roles, "version": user["version"]})).await.expect(200);
}

every_database! {
    async fn a1_a_hidden_field_filters_nothing(app: App) {
        let World { alice, .. } = world(&app).await;
        for filter in [
            "NAME > 100", "NAME >= 100", "NAME < 1", "NAME == 7", "NAME != 7", "NAME == ()", "NAME in [7, 8]", "!(NAME == 7)",
            "title == \"own\" && (stage == \"new\" || NAME > 5)", "(NAME ?? 0) > 1", "abs(NAME) > 1", "NAME.is_empty()",
            "to_string(NAME).starts_with(\"7\")", "to_string(NAME).like(\"7\")", "if NAME > 1 { true } else { false }",
            "account.deals.any(|d| d.NAME == 7)", "account.deals.sum(|d| d.NAME) > 1", "account.deals.filter(|d| d.NAME > 1).count() > 0",
        ] {
            as_unknown(&alice, &format!("filter={}", escaped(filter)), "margin").await;
        }
    }

    async fn a2_a_password_is_no_field_for_anybody(app: App) {
        let World { alice, .. } = world(&app).await;
        for client in [&alice, &app.admin] {
            for query in ["filter=password.starts_with(%22$a%22)", "sort=password", "select=password"] {
                client.get(&format!("/api/records/user?{query}")).await.expect(400);
            }
            let groups = json!({"group_by": ["password"], "measures": [{"name": "n", "expression": "count()"}]});
            client.post("/api/records/user/aggregate", groups).await.expect(400);
        }
        assert!(app.admin.get("/api/records/user").await.expect(200).to_string().find("password").is_none());
    }

    async fn a3_who_made_a_record_leads_to_no_secrets(app: App) {
        let World { alice, .. } = world(&app).await;
        let path = "/api/records/deal?filter=updated_by.password.starts_with(%22a%22)";
        app.nobody().get(path).await.expect(401);
        alice.get(path).await.expect(400);
        app.admin.get(path).await.expect(400);
    }

    async fn a4_physical_names_are_no_names(app: App) {
        let World { alice, .. } = world(&app).await;
        for name in ["t0.margin", "deal.margin", "deal_deal.margin", "t1.inn"] {
            for clause in ["filter=NAME%20%3E%201", "sort=NAME", "select=NAME"] {
                alice.get(&format!("/api/records/deal?{}", clause.replace("NAME", name))).await.expect(400);
            }
        }
        alice.get("/api/records/deal?filter=%22margin%22%20%3E%201").await.expect(400);
    }

    async fn a5_no_parameter_is_passed_over_in_silence(app: App) {
        let World { alice, .. } = world(&app).await;
        for name in ["lookup", "expand", "populate", "alias", "fields", "having", "group", "Filter", "filter[margin]"] {
            alice.get(&format!("/api/records/deal?{name}=margin")).await.expect(400);
            alice.post("/api/records/deal/query", json!({name: "margin"})).await.expect(400);
        }
        alice.get("/api/records/deal?filter=title%20%3D%3D%20%22a%22&filter=true").await.expect(400);
        // Each parameter that the description names is one whose guard this file or `worlds` tries.
        let openapi = app.admin.get("/api/openapi.json").await.expect(200);
        let listed = openapi["paths"]["/records/deal"]["get"]["parameters"].as_array().expect("parameters").iter();
        let listed: Vec<&str> = listed.filter_map(|parameter| parameter["name"].as_str()).collect();
        assert_eq!(listed, ["select", "filter", "quick", "sort", "cursor", "limit", "count", "deleted"]);
    }

    async fn a6_a_hidden_field_orders_nothing(app: App) {
        let World { alice, .. } = world(&app).await;
        for sort in ["NAME", "-NAME", "title,NAME", "NAME,title", "account.deals.NAME"] {
            as_unknown(&alice, &format!("sort={sort}"), "margin").await;
        }
        as_unknown(&alice, "sort=account.NAME", "inn").await;
        alice.get("/api/records/deal?sort=strcmp(margin,1)").await.expect(400);
    }

    async fn a7_an_order_carries_nothing_else(app: App) {
        let World { alice, .. } = world(&app).await;
        for query in ["sort[title,margin]=asc", "sort[title]=asc,%20margin%20desc", "sort=account__inn", "sort=title%20desc", "sort=--title", "sort=title%3B"] {
            alice.get(&format!("/api/records/deal?{query}")).await.expect(400);
        }
    }

    async fn a8_a_hidden_field_measures_and_groups_nothing(app: App) {
        let World { alice, .. } = world(&app).await;
        for measure in ["max(NAME)", "min(NAME)", "sum(NAME)", "avg(NAME)", "count_distinct(NAME)", "median(NAME)", "percentile(NAME, 0.5)", "first(NAME)", "sum(amount) + max(NAME)"] {
            let ask = async |name: &str| {
                let body = json!({"measures": [{"name": "m", "expression": measure.replace("NAME", name)}]});
                alike(alice.post("/api/records/deal/aggregate", body).await, name)
            };
            assert_eq!(ask("margin").await, ask("nargim").await, "{measure}");
        }
        for body in [
            json!({"group_by": ["NAME"], "measures": [{"name": "n", "expression": "count()"}]}),
            json!({"group_by": [{"path": "account.deals.NAME"}], "measures": [{"name": "n", "expression": "count()"}]}),
            json!({"measures": [{"name": "n", "expression": "count()"}], "filter": "NAME > 1"}),
            json!({"group_by": ["title"], "measures": [{"name": "n", "expression": "count()"}], "having": "max(NAME) > 1"}),
            json!({"group_by": ["title"], "measures": [{"name": "n", "expression": "count()"}], "sort": ["NAME"]}),
        ] {
            let ask = async |name: &str| {
                let body = serde_json::from_str(&body.to_string().replace("NAME", name)).expect("a body");
                alike(alice.post("/api/records/deal/aggregate", body).await, name)
            };
            assert_eq!(ask("margin").await, ask("nargim").await, "{body}");
        }
    }

    async fn a9_another_name_uncovers_nothing(app: App) {
        let World { alice, .. } = world(&app).await;
        for expression in ["margin", "margin + 0", "account.inn", "to_string(margin)", "phone", "sub_string(phone, 0)"] {
            let body = json!({"select": [{"name": "x", "expression": expression}]});
            alice.post("/api/records/deal/query", body).await.expect(400);
        }
        alice.get("/api/records/deal?alias[x]=margin&fields=x").await.expect(400);
        let page = alice.post("/api/records/deal/query", json!({"select": ["phone"]})).await.expect(200);
        assert_eq!(page["items"][0]["phone"], "••••67");
    }

    async fn a10_search_looks_into_nothing_hidden(app: App) {
        let World { alice, .. } = world(&app).await;
        // `inn` is searchable and hidden from alice.
        assert_eq!(app.admin.get("/api/records/account?quick=111").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(alice.get("/api/records/account?quick=111").await.expect(200)["items"], json!([]));
        assert_eq!(alice.get("/api/records/deal?quick=7916").await.expect(200)["items"], json!([]));
        assert_eq!(alice.get("/api/records/deal?quick=7&count=exact").await.expect(200)["count"], 0);
    }

    async fn a11_history_tells_no_change_of_a_hidden_field(app: App) {
        let World { alice, own, .. } = world(&app).await;
        let path = format!("/api/records/deal/{}", id(&own));
        app.admin.patch(&path, json!({"margin": "4242", "phone": "+79990000000", "version": 1})).await.expect(200);
        let history = alice.get(&format!("{path}/history")).await.expect(200).to_string();
        for word in ["margin", "4242", "phone", "7999"] {
            assert!(!history.contains(word), "{word} in {history}");
        }
    }

    async fn a13_people_are_an_identity_and_a_name(app: App) {
        let World { alice, own, .. } = world(&app).await;
        let record = alice.get(&format!("/api/records/deal/{}?select=created_by,updated_by,owner", id(&own))).await.expect(200);
        for name in ["created_by", "updated_by", "owner"] {
            let keys: Vec<&String> = record[name].as_object().expect("a person").keys().collect();
            assert_eq!(keys, ["id", "title"], "{name}");
        }
    }

    async fn a14_a_change_keeps_the_rules_it_does_not_mention(app: App) {
        let World { alice, own, .. } = world(&app).await;
        let mut deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        deal["label"] = json!({"en": "Bargain"});
        app.publish(json!([deal])).await;
        let record = alice.get(&format!("/api/records/deal/{}", id(&own))).await.expect(200);
        assert_eq!(record.get("margin"), None);
        assert_eq!(record["phone"], "••••67");
    }

    async fn a15_a_field_made_anew_inherits_nothing(app: App) {
        let _ = world(&app).await;
        // `margin2` is open to a role whose other fields are closed; then it goes, and another of its name comes.
        let role = |fields: Value| json!({"kind": "role", "name": "listed", "rights": ["use"], "entities": {"deal": {"read": true, "fields": fields}}});
        let deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        let with = |name: &str| {
            let mut deal = deal.clone();
            deal["fields"].as_array_mut().expect("fields").push(json!({"name": name, "type": "money"}));
            deal
        };
        app.publish(json!([with("margin2"), role(json!({"*": "none", "title": "read", "margin2": "read"}))])).await;
        let carol = app.user("carol@example.com", &["listed"]).await;
        carol.get("/api/records/deal?select=margin2").await.expect(200);
        // It cannot go while the role names it; nor does the name that comes back bring the leave back.
        app.admin.put("/api/meta/drafts/entity/deal", deal.clone()).await.expect(200);
        assert!(app.admin.post("/api/meta/plan", json!({})).await.problem(422).iter().any(|problem| problem.contains("unknown_field") || problem.contains("still_used")));
        app.publish(json!([deal, role(json!({"*": "none", "title": "read"}))])).await;
        app.publish(json!([with("margin2")])).await;
        carol.get("/api/records/deal?select=margin2").await.expect(400);
        // A whole entity made anew is closed as every new one is.
        app.publish(json!([{"kind": "entity", "name": "memo", "fields": [{"name": "text", "type": "text"}]},
            {"kind": "role", "name": "listed", "rights": ["use"], "entities": {"deal": {"read": true}, "memo": {"read": true}}}])).await;
        carol.get("/api/records/memo").await.expect(200);
        app.publish(json!([role(json!({"*": "none", "title": "read"}))])).await;
        app.admin.delete("/api/meta/drafts/entity/memo").await.expect(204);
        app.publish_draft().await;
        app.publish(json!([{"kind": "entity", "name": "memo", "fields": [{"name": "text", "type": "text"}]}])).await;
        carol.get("/api/records/memo").await.expect(404);
    }

    async fn a16_rights_of_two_roles_do_not_mix_on_one_record(app: App) {
        let world = world(&app).await;
        app.publish(json!([
            {"kind": "role", "name": "titles", "rights": ["use"], "entities": {"deal": {"read": true, "update": "owner == user", "fields": {"*": "read", "title": "write"}}}},
            {"kind": "role", "name": "amounts", "rights": ["use"], "entities": {"deal": {"read": true, "update": "amount >= 1000", "fields": {"*": "read", "amount": "write"}}}}])).await;
        give(&app, &world.alice, &["titles", "amounts"]).await;
        let own = format!("/api/records/deal/{}", id(&world.own));
        let foreign = format!("/api/records/deal/{}", id(&world.foreign));
        assert_eq!(world.alice.patch(&own, json!({"amount": "200", "version": 1})).await.problem(403), ["/amount record.field_refused"]);
        assert_eq!(world.alice.patch(&foreign, json!({"title": "x", "version": 1})).await.problem(403), ["/title record.field_refused"]);
        world.alice.patch(&own, json!({"title": "x", "version": 1})).await.expect(200);
        world.alice.patch(&foreign, json!({"amount": "6000", "version": 1})).await.expect(200);
    }

    async fn a18_a_duplicate_of_what_is_hidden_tells_no_value(app: App) {
        let world = world(&app).await;
        app.publish(json!([{"kind": "role", "name": "maker", "rights": ["use"], "entities": {
            "account": {"read": "region == \"north\"", "create": true, "update": true, "fields": {"region": "write"}}}}])).await;
        let carol = app.user("carol@example.com", &["maker"]).await;
        // The other account is in the south: carol does not see it, and learns neither which it is nor its values.
        let refused = carol.post("/api/records/account", json!({"name": "N", "inn": "222", "region": "north"})).await.expect(409).to_string();
        assert!(!refused.contains("Zuid") && !refused.contains(id(&world.south)), "{refused}");
    }

    async fn a19_a_slip_of_the_pen_brings_up_nothing_hidden(app: App) {
        let World { alice, .. } = world(&app).await;
        app.publish(json!([{"kind": "entity", "name": "secret_plan", "fields": [{"name": "text", "type": "text"}]}])).await;
        for path in ["/api/records/deal?sort=margn", "/api/records/deal?filter=margn%20%3E%201", "/api/records/account?select=inm"] {
            let told = alice.get(path).await.expect(400).to_string();
            assert!(!told.contains("margin") && !told.contains("inn"), "{told}");
        }
        let told = alice.get("/api/records/secret_plam").await.expect(404).to_string();
        assert!(!told.contains("secret_plan"), "{told}");
        let closed = alice.get("/api/records/secret_plan").await.expect(404).to_string().replace("secret_plan", "NAME");
        assert_eq!(closed, alice.get("/api/records/secret_pmal").await.expect(404).to_string().replace("secret_pmal", "NAME"));
    }

    async fn a20_the_screens_metadata_names_nothing_hidden(app: App) {
        let World { alice, .. } = world(&app).await;
        app.publish(json!([{"kind": "entity", "name": "deal", "title": "title", "access": {"read": "!archived"},
            "fields": app.admin.get("/api/meta/drafts/entity/deal").await.expect(200)["fields"],
            "rules": [{"name": "thin", "when": "margin < 0", "message": {"en": "Thin"}}, {"name": "named", "when": "title == ()", "message": {"en": "Named"}}]}])).await;
        for path in ["/api/meta/catalog", "/api/openapi.json"] {
            let text = alice.get(path).await.expect(200).to_string();
            for word in ["margin", "\"inn\"", "Thin", "owner.teams", "archived\\\" "] {
                assert!(!text.contains(word), "{path} tells {word}");
            }
        }
        assert!(alice.get("/api/meta/catalog").await.expect(200).to_string().contains("Named"));
    }

    async fn b1_a_link_to_a_closed_record_leads_nowhere(app: App) {
        let World { alice, own, south, .. } = world(&app).await;
        let select = "account,account.name,account.deals.title,account.deals.account.name,items.deal.account.name";
        let record = alice.get(&format!("/api/records/deal/{}?select={select}", id(&own))).await.expect(200);
        assert_eq!(record["account"], json!({"id": south["id"], "title": null}));
        assert_eq!(record["account.name"], Value::Null);
        assert_eq!(record["account.deals.title"], json!([]));
        assert!(!record.to_string().contains("Zuid"), "{record}");
    }

    async fn b2_a_condition_over_a_closed_record_tells_nothing_of_it(app: App) {
        let World { alice, .. } = world(&app).await;
        for filter in ["account.name.like(\"Zu\")", "account.name == \"Zuid\"", "account.region == \"south\"", "tags.any(|t| t.name == \"Zuid\")", "account.deals.count() > 0"] {
            assert_eq!(titles(&alice, &format!("filter={}", escaped(filter))).await, Vec::<String>::new(), "{filter}");
        }
        // What is not seen is as nothing: empty, and over nothing all is true.
        for filter in ["account.name == ()", "account.deals.all(|d| d.title == \"none\")", "tags.count() == 1"] {
            assert_eq!(titles(&alice, &format!("filter={}", escaped(filter))).await, ["own"], "{filter}");
        }
    }

    async fn b3_one_links_only_what_one_sees(app: App) {
        let World { alice, bob, own, south, north, .. } = world(&app).await;
        let path = format!("/api/records/deal/{}", id(&own));
        assert_eq!(alice.patch(&path, json!({"account": south["id"], "version": 1})).await.status, 200, "what it was stays");
        let refused = alice.patch(&path, json!({"tags": [south["id"], north["id"]], "version": 1})).await;
        assert!([200, 409, 422].contains(&refused.status.as_u16()));
        let refused = alice.post("/api/records/deal", json!({"title": "x", "tags": [south["id"]]})).await;
        assert_eq!(refused.problem(422), ["/tags/0 record.link_not_found"]);
        bob.patch(&path, json!({"account": north["id"], "version": 1})).await.expect(404);
    }

    async fn b6_many_at_once_are_refused_for_one(app: App) {
        let World { alice, own, foreign, .. } = world(&app).await;
        let update = |id: &str| json!({"op": "update", "entity": "deal", "id": id, "values": {"title": "x"}, "version": 1});
        alice.post("/api/records/batch", json!({"operations": [update(id(&own)), update(id(&foreign))]})).await.expect(404);
        assert_eq!(titles(&app.admin, "").await, ["foreign", "own"]);
    }

    async fn b7_no_address_takes_a_table(app: App) {
        let World { alice, .. } = world(&app).await;
        let table = app.engine.catalog().entity("deal").expect("deal").table.clone();
        for name in [table.as_str(), "sys_user", "verstak_session", "sqlite_master", "pg_catalog.pg_user", "deal%22"] {
            alice.get(&format!("/api/records/{name}")).await.expect(404);
            app.admin.get(&format!("/api/records/{name}")).await.expect(404);
        }
    }

    async fn b9_another_s_file_and_job_are_not_there(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        let part = reqwest::multipart::Part::bytes(b"bob's".to_vec()).file_name("b.txt");
        let form = reqwest::multipart::Form::new().part("file", part);
        let file = bob.send(bob.request(reqwest::Method::POST, "/api/files").multipart(form)).await.expect(201);
        alice.get(&format!("/api/files/{}", id(&file))).await.expect(404);
        alice.get("/api/imports/00000000-0000-7000-8000-000000000000").await.expect(404);
        bob.get(&format!("/api/files/{}", id(&file))).await.expect(200);
    }

    async fn b10_deleting_is_a_right_of_its_own(app: App) {
        let world = world(&app).await;
        app.publish(json!([{"kind": "role", "name": "editor", "rights": ["use"], "entities": {"deal": {"read": true, "update": true}}}])).await;
        let carol = app.user("carol@example.com", &["editor"]).await;
        let own = format!("/api/records/deal/{}", id(&world.own));
        carol.delete(&own).await.expect(403);
        let values = json!({"deleted_at": "2026-01-01T00:00:00.000Z", "version": 1});
        assert_eq!(carol.patch(&own, values).await.problem(422), ["/deleted_at record.read_only_field"]);
        carol.get("/api/records/deal?deleted=true").await.expect(403);
    }

    async fn b11_nothing_among_nothing(app: App) {
        let World { alice, .. } = world(&app).await;
        assert_eq!(titles(&alice, "filter=title%20in%20[]").await, Vec::<String>::new());
        assert_eq!(titles(&alice, "filter=!(title%20in%20[])").await, ["own"]);
        assert_eq!(titles(&alice, "filter=items.filter(%7Ci%7C%20false).all(%7Ci%7C%20false)").await, ["own"]);
        app.publish(json!([{"kind": "role", "name": "mates", "rights": ["use"], "entities": {"deal": {"read": "owner.teams.any(|t| t in user.teams)"}}}])).await;
        let loner = app.user("loner@example.com", &["mates"]).await;
        assert_eq!(titles(&loner, "").await, Vec::<String>::new());
    }

    async fn b13_counts_and_cursors_know_no_more_than_pages(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        for number in 0..7 {
            make(&bob, "deal", json!({"title": format!("b{number}")})).await;
            make(&alice, "deal", json!({"title": format!("a{number}")})).await;
        }
        let (mut seen, mut cursor) = (0, String::new());
        let count = loop {
            let page = alice.get(&format!("/api/records/deal?limit=3&count=exact&sort=-title&cursor={cursor}")).await.expect(200);
            seen += page["items"].as_array().expect("items").len();
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break page["count"].as_u64(),
            }
        };
        assert_eq!((seen, count), (8, Some(8)));
        let theirs = bob.get("/api/records/deal?limit=3&sort=-title").await.expect(200)["next_cursor"].as_str().expect("more").to_owned();
        let forged: String = cursor.chars().rev().collect();
        for wrong in [forged.as_str(), "AAAA", &format!("{cursor}A")] {
            alice.get(&format!("/api/records/deal?limit=3&sort=-title&cursor={wrong}")).await.expect(400);
        }
        // Another person's cursor says where they stood, and opens nothing of theirs.
        let page = alice.get(&format!("/api/records/deal?limit=3&sort=-title&cursor={theirs}")).await;
        let titles = page.body["items"].as_array().into_iter().flatten().filter_map(|item| item["title"].as_str());
        assert!(page.status == 400 || titles.into_iter().all(|title| !title.starts_with('b')), "{:?}", page.body);
    }

    async fn b15_what_is_new_is_closed(app: App) {
        let World { alice, .. } = world(&app).await;
        app.publish(json!([{"kind": "entity", "name": "fresh", "fields": [{"name": "text", "type": "text"}]}])).await;
        app.nobody().get("/api/records/fresh").await.expect(401);
        let designer = app.user("designer@example.com", &["designer"]).await;
        let roleless = app.user("roleless@example.com", &[]).await;
        for client in [&alice, &designer, &roleless] {
            client.get("/api/records/fresh").await.expect(404);
            client.post("/api/records/fresh", json!({"text": "x"})).await.expect(404);
        }
        // A role that opens by `*` what comes is told of in the plan.
        app.publish(json!([{"kind": "role", "name": "all", "rights": ["use"], "entities": {"*": {"read": true}}}])).await;
        app.admin.put("/api/meta/drafts/entity/later", json!({"kind": "entity", "name": "later", "fields": []})).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let warned = plan["warnings"].as_array().expect("warnings").iter().any(|it| it["code"] == "plan.opens_entity" && it["message"].as_str().is_some_and(|text| text.contains("Later")));
        assert!(warned, "{plan:#}");
    }

    async fn b16_a_file_is_asked_for_each_time_it_is_used(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        app.publish(json!([{"kind": "entity", "name": "note", "fields": [{"name": "paper", "type": "file"}]},
            {"kind": "role", "name": "notes", "rights": ["use"], "entities": {"note": {"read": "owner == user", "create": true, "update": "owner == user"}, "file": {"read": true}, "user": {"read": true}}}])).await;
        give(&app, &alice, &["notes"]).await;
        give(&app, &bob, &["notes"]).await;
        let upload = async |client: &Client| {
            let part = reqwest::multipart::Part::bytes(b"text".to_vec()).file_name("b.txt");
            let form = reqwest::multipart::Form::new().part("file", part);
            client.send(client.request(reqwest::Method::POST, "/api/files").multipart(form)).await.expect(201)
        };
        let file = upload(&bob).await;
        alice.post("/api/records/note", json!({"paper": file["id"]})).await.expect(422);
        let note = make(&bob, "note", json!({"paper": file["id"]})).await;
        alice.get(&format!("/api/files/{}", id(&file))).await.expect(404);
        // It is alice's while the record is, and no longer.
        let path = format!("/api/records/note/{}", id(&note));
        app.admin.patch(&path, json!({"owner": me(&alice).await, "version": 1})).await.expect(200);
        alice.get(&format!("/api/files/{}", id(&file))).await.expect(200);
        app.admin.patch(&path, json!({"owner": me(&bob).await, "version": 2})).await.expect(200);
        alice.get(&format!("/api/files/{}", id(&file))).await.expect(404);
    }

    async fn c1_what_is_not_for_the_client_is_named_not_dropped(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        let values = json!({"title": "x", "created_by": me(&bob).await, "created_at": "2020-01-01T00:00:00.000Z", "id": "00000000-0000-7000-8000-000000000001",
            "tenant_id": 1, "deleted_at": "2020-01-01T00:00:00.000Z", "margin": "1", "updated_by": me(&bob).await});
        let refused = alice.post("/api/records/deal", values).await.problem(422);
        for name in ["created_by", "created_at", "id", "tenant_id", "deleted_at", "margin", "updated_by"] {
            assert!(refused.iter().any(|problem| problem.starts_with(&format!("/{name} "))), "{name} is not in {refused:?}");
        }
        assert_eq!(titles(&alice, "").await, ["own"]);
    }

    async fn c5_one_changes_oneself_only(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        let id = me(&bob).await;
        for body in [json!({"language": "ru", "id": id}), json!({"language": "ru", "user_id": id}), json!({"language": "ru", "roles": ["boss"]})] {
            alice.patch("/api/auth/me", body).await.expect(400);
        }
        alice.patch(&format!("/api/records/user/{id}"), json!({"name": "x", "version": 1})).await.expect(403);
        alice.patch(&format!("/api/records/user/{}", me(&alice).await), json!({"roles": ["boss"], "version": 1})).await.expect(403);
    }

    async fn c6_where_a_file_lies_is_nobody_s_to_say(app: App) {
        let _ = world(&app).await;
        let part = reqwest::multipart::Part::bytes(b"text".to_vec()).file_name("../../etc/x.txt");
        let form = reqwest::multipart::Form::new().part("file", part);
        let file = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/files").multipart(form)).await.expect(201);
        let path = format!("/api/records/file/{}", id(&file));
        for values in [json!({"name": "../../x", "version": 1}), json!({"size": 1, "version": 1}), json!({"storage_key": "../../x", "version": 1})] {
            app.admin.patch(&path, values).await.expect(422);
        }
        let answer = app.admin.send(app.admin.request(reqwest::Method::GET, &format!("/api/files/{}", id(&file)))).await;
        let disposition = answer.headers.get("content-disposition").map(|value| format!("{value:?}")).unwrap_or_default();
        assert!(disposition.contains("attachment") && !disposition.contains("../"), "{disposition}");
    }

    async fn c8_another_s_job_is_not_there(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        app.publish(json!([{"kind": "role", "name": "importer", "rights": ["use"], "entities": {"deal": {"read": true, "create": true}}}])).await;
        give(&app, &bob, &["importer"]).await;
        let part = reqwest::multipart::Part::bytes(b"title\nfrom bob\n".to_vec()).file_name("d.csv");
        let form = reqwest::multipart::Form::new().part("file", part).text("entity", "deal");
        let started = bob.send(bob.request(reqwest::Method::POST, "/api/imports").multipart(form)).await;
        let job = started.body["job"].as_str().or(started.body["id"].as_str()).unwrap_or_else(|| panic!("{:?}", started.body)).to_owned();
        for (client, status) in [(&alice, 404), (&bob, 200)] {
            client.get(&format!("/api/jobs/{job}")).await.expect(status);
        }
        alice.post(&format!("/api/jobs/{job}/cancel"), json!({})).await.expect(404);
        app.finish(&job).await;
        alice.post(&format!("/api/jobs/{job}/cancel"), json!({})).await.expect(404);
        alice.post(&format!("/api/imports/{job}/undo"), json!({})).await.expect(404);
    }

    async fn c14_somebody_may_always_administer(app: App) {
        let _ = world(&app).await;
        let user = app.admin.get(&format!("/api/records/user/{}", me(&app.admin).await)).await.expect(200);
        let path = format!("/api/records/user/{}", id(&user));
        for values in [json!({"is_active": false, "version": user["version"]}), json!({"roles": [], "version": user["version"]}), json!({"roles": ["designer"], "version": user["version"]})] {
            app.admin.patch(&path, values).await.expect(409);
        }
        app.admin.delete(&path).await.expect(409);
        // Nor by a publish: the role that has every right is built in.
        let role = json!({"kind": "role", "name": "administrator", "rights": ["use"]});
        let answer = app.admin.put("/api/meta/drafts/role/administrator", role).await;
        assert!(answer.status == 422 || answer.body["problems"] != json!([]), "{:?}", answer.body);
    }

    async fn l1_every_way_into_the_draft_checks(app: App) {
        let _ = world(&app).await;
        let wrong = json!({"kind": "entity", "name": "wrong", "fields": [{"name": "a", "type": "text", "as_expression": "now(); drop"}]});
        app.admin.put("/api/meta/drafts/entity/wrong", wrong.clone()).await.expect(422);
        app.admin.put("/api/meta/drafts", json!([wrong])).await.expect(422);
        let mut deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        deal["fields"][0]["sql"] = json!("drop");
        app.admin.put("/api/meta/drafts/entity/deal", deal).await.expect(422);
    }

    async fn l3_drafts_and_revisions_are_for_designers(app: App) {
        let World { alice, .. } = world(&app).await;
        for path in ["/api/meta/drafts", "/api/meta/revisions", "/api/meta/revisions/1/documents", "/api/meta/drafts/entity/deal"] {
            alice.get(path).await.expect(403);
        }
        alice.get("/api/records/revision").await.expect(404);
    }

    async fn l4_one_address_answers_each_by_their_rights(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        let boss = app.user("boss@example.com", &["boss"]).await;
        let both = app.user("both@example.com", &["sales", "boss"]).await;
        let roleless = app.user("roleless@example.com", &[]).await;
        for path in ["/api/meta/catalog", "/api/openapi.json", "/api/records/deal?sort=title", "/api/records/user"] {
            let mut bodies = Vec::new();
            for client in [&alice, &bob, &boss, &both, &roleless, &app.admin] {
                let answer = client.get(path).await;
                let (tag, body) = (answer.headers.get("etag").cloned(), answer.body);
                // Asked again, and with the mark of everybody else's answer, it is still theirs.
                for (other, _) in &bodies {
                    let Some(other) = other else { continue };
                    let again = client.send(client.request(reqwest::Method::GET, path).header("if-none-match", other)).await;
                    assert!(Some(other) == tag.as_ref() || again.body == body, "{path} answers with another's");
                }
                assert_eq!(client.get(path).await.body, body, "{path}");
                bodies.push((tag, body));
            }
            assert_ne!(bodies[0].1, bodies[2].1, "{path}: alice and the boss see alike");
            assert_ne!(bodies[2].1, bodies[3].1, "{path}: two roles are as one");
        }
    }

    async fn l5_what_is_taken_away_is_gone_at_once(app: App) {
        let World { alice, own, .. } = world(&app).await;
        let (engine, second) = app.another_node().await;
        let there = Client::new(second.base());
        there.post("/api/auth/login", json!({"email": "alice@example.com", "password": PASSWORD})).await.expect(200);
        assert_eq!(titles(&there, "").await, ["own"]);
        let mut role = app.admin.get("/api/meta/drafts/role/sales").await.expect(200);
        role["entities"]["deal"]["read"] = json!("title == \"none\"");
        app.publish(json!([role.clone()])).await;
        assert_eq!(titles(&alice, "").await, Vec::<String>::new());
        alice.get(&format!("/api/records/deal/{}", id(&own))).await.expect(404);
        eventually(async || titles(&there, "").await.is_empty()).await;
        role["entities"]["deal"]["read"] = json!("owner == user");
        app.publish(json!([role])).await;
        assert_eq!(titles(&alice, "").await, ["own"]);
        // A role taken from the person, and the person put out.
        give(&app, &alice, &[]).await;
        alice.get("/api/records/deal").await.expect(404);
        eventually(async || there.get("/api/records/deal").await.status == 404).await;
        let path = format!("/api/records/user/{}", me(&alice).await);
        let user = app.admin.get(&path).await.expect(200);
        app.admin.patch(&path, json!({"is_active": false, "version": user["version"]})).await.expect(200);
        alice.get("/api/auth/me").await.expect(401);
        eventually(async || there.get("/api/auth/me").await.status == 401).await;
        engine.close().await;
    }

    async fn l7_who_draws_gives_themselves_nothing(app: App) {
        app.publish(documents()).await;
        let designer = app.user("designer@example.com", &["designer", "sales"]).await;
        let role = app.admin.get("/api/meta/drafts/role/sales").await.expect(200);
        designer.put("/api/meta/drafts/role/sales", role.clone()).await.expect(403);
        designer.put("/api/meta/drafts", json!([role.clone()])).await.expect(403);
        designer.patch(&format!("/api/records/user/{}", me(&designer).await), json!({"roles": ["administrator"], "version": 1})).await.expect(403);
        // What an administrator left in the draft, a designer does not make true.
        let mut wider = role.clone();
        wider["entities"]["deal"]["read"] = json!(true);
        app.admin.put("/api/meta/drafts/role/sales", wider).await.expect(200);
        let plan = designer.post("/api/meta/plan", json!({})).await.expect(200);
        designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(403);
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        // A condition that binds everybody is not a designer's to loosen, but in what designers first published.
        let mut deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        deal.as_object_mut().expect("an object").remove("access");
        designer.put("/api/meta/drafts/entity/deal", deal).await.expect(200);
        let plan = designer.post("/api/meta/plan", json!({})).await.expect(200);
        let refused = designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await;
        assert_eq!(refused.problem(403), ["access.administer_widening"]);
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        let own = |access: Value| json!({"kind": "entity", "name": "own", "fields": [{"name": "hidden", "type": "boolean"}], "access": access});
        for access in [json!({"read": "!hidden"}), json!({})] {
            designer.put("/api/meta/drafts/entity/own", own(access)).await.expect(200);
            let plan = designer.post("/api/meta/plan", json!({})).await.expect(200);
            designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
        }
        // Names and types of the product's own fields stay, and its own entities are written by itself.
        let user = json!({"kind": "entity", "name": "user", "fields": [{"name": "email", "type": "integer"}]});
        let answer = designer.put("/api/meta/drafts/entity/user", user).await;
        assert!(answer.status == 422 || answer.body["problems"] != json!([]), "{:?}", answer.body);
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        for entity in ["audit_event", "revision", "record_share", "role"] {
            app.admin.post(&format!("/api/records/{entity}"), json!({})).await.expect(403);
        }
    }
}

/// Waits up to two seconds, as another node has to follow.
async fn eventually(holds: impl AsyncFn() -> bool) {
    for _ in 0..100 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("another node does not follow");
}
