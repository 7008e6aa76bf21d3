//! Section A: fields and their values.

use serde_json::{Value, json};

use super::{as_unknown, escaped, give};
use crate::access::{World, alike, id, world};
use crate::support::every_database;

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
        assert_eq!(listed, ["select", "filter", "quick", "sort", "cursor", "limit", "count", "deleted", "with_problems"]);
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
        for word in ["margin", "\"4242", "phone", "+7999"] {
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

    async fn a17_a_calculated_field_carries_nothing_hidden(app: App) {
        let world = world(&app).await;
        // `gain` is made of the margin, `copy` of the number, neither of which alice may read.
        for query in ["select=gain", "sort=gain", "filter=gain%3E0", "select=account.copy", "filter=account.copy%20!=%20()"] {
            let answer = world.alice.get(&format!("/api/records/deal?{query}")).await;
            assert_eq!(answer.status, 400, "{query}");
        }
        let whole = world.alice.get(&format!("/api/records/deal/{}", id(&world.own))).await.expect(200);
        assert!(whole.get("gain").is_none() && whole.get("lines").is_some(), "{whole:#}");
        for path in ["/api/meta/catalog", "/api/openapi.json"] {
            let told = world.alice.get(path).await.expect(200).to_string();
            assert!(!told.contains("\"gain\"") && !told.contains("margin"), "{path}");
        }
        // What crosses to other records adds up those that the reader may see.
        let worth = async |client: &crate::support::Client| {
            let found = client.get(&format!("/api/records/account/{}?select=worth", id(&world.north))).await.expect(200);
            found["worth"].as_str().expect("a number").to_owned()
        };
        assert_ne!(worth(&world.alice).await, worth(&app.admin).await, "the deal of another is not alice's to read");
        // No role of hers opens the number: once one does, the copy is open too.
        app.publish(json!([{"kind": "role", "name": "numbers", "rights": ["use"], "entities": {"account": {"read": true}}}])).await;
        give(&app, &world.alice, &["sales", "numbers"]).await;
        let found = world.alice.get("/api/records/account?select=copy,inn&filter=region%20==%20%22south%22").await.expect(200);
        assert!(found["items"].as_array().expect("items").iter().all(|item| item["copy"] == item["inn"]), "{found:#}");
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
}
