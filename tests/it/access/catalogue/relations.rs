//! Section B: records, relations and identities.

use serde_json::{Value, json};

use super::{escaped, give};
use crate::access::{World, id, make, me, titles, world};
use crate::support::{Client, every_database};

every_database! {
    async fn b1_a_link_to_a_closed_record_leads_nowhere(app: App) {
        let World { alice, own, south, .. } = world(&app).await;
        let select = "account,account.name,account.deals.title,account.deals.account.name,items.deal.account.name";
        let record = alice.get(&format!("/api/records/deal/{}?select={select}", id(&own))).await.expect(200);
        assert_eq!(record["account"], json!({"id": south["id"], "title": null}));
        assert_eq!(record["account.name"], Value::Null);
        assert_eq!(record["account.deals.title"], json!([]));
        assert!(!record.to_string().contains("Zuid"), "{record}");
        // History tells of it as of the link itself, in the order of the fields.
        app.admin.patch(&format!("/api/records/deal/{}", id(&own)), json!({"account": null, "title": "Renamed", "version": 1})).await.expect(200);
        let history = alice.get(&format!("/api/records/deal/{}/history", id(&own))).await.expect(200);
        let changes = history["items"][0]["changes"].as_array().expect("changes");
        assert_eq!(changes.last(), Some(&json!({"field": "account", "from": {"id": south["id"], "title": null}, "to": null})));
        assert_eq!(changes.len(), 2, "{history}");
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
}
