//! Statements that take too long are stopped at the deadline; those whose caller went away are stopped soon.

use std::time::{Duration, Instant};

use engine::Config;
use reqwest::Method;
use serde_json::{Value, json};
use sql::{ColumnType, Statement};

use crate::support::{ADMIN, App, Backend, Client, PASSWORD, every_database};

/// Records that are each beside all others, so that a few sums over them have no end.
const RECORDS: usize = 600;

/// How soon a statement has to be over when its caller has gone.
const SOON: Duration = Duration::from_secs(8);

async fn fill(app: &App) {
    app.publish(json!([
        {"kind": "entity", "name": "place", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "thing", "fields": [
            {"name": "weight", "type": "integer"}, {"name": "place", "type": "link", "target": "place", "inverse": "things"}]},
        {"kind": "dataset", "name": "heavy", "sql": HEAVY},
    ]))
    .await;
    let place = app.admin.post("/api/records/place", json!({"name": "all"})).await.expect(201)["id"].clone();
    let make = |at: usize| json!({"op": "create", "entity": "thing", "values": {"weight": at, "place": place}});
    let operations: Vec<Value> = (0..RECORDS).map(make).collect();
    app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
}

/// A list whose statement has no end that anybody waits for.
fn endless(client: &Client) -> reqwest::RequestBuilder {
    let filter =
        "place.things.sum(|a| a.place.things.sum(|b| b.place.things.sum(|c| c.weight * a.weight + b.weight))) == 1";
    client.request(Method::POST, "/api/records/thing/query").json(&json!({"filter": filter}))
}

/// A dataset of one row that nobody waits for.
const HEAVY: &str = "SELECT count(*) AS n FROM thing a CROSS JOIN thing b CROSS JOIN thing c CROSS JOIN thing d \
                     WHERE a.weight + b.weight + c.weight + d.weight < 0";

async fn node(app: &App, config: Config) -> Client {
    let (_, base) = app.node_with(config).await;
    let client = Client::new(&base);
    client.post("/api/auth/login", json!({"email": ADMIN, "password": PASSWORD})).await.expect(200);
    client
}

/// Statements over the things that PostgreSQL works on at this moment.
async fn at_work(app: &App) -> i64 {
    let text = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
                AND pid <> pg_backend_pid() AND query LIKE '%thing%'";
    let statement = Statement::text(text, Vec::new(), vec![ColumnType::Integer]);
    let rows = app.engine.database().fetch(&statement).await.expect("the server answers");
    match rows[0][0] {
        expression::Value::Integer(count) => count,
        _ => 0,
    }
}

every_database! {
    async fn an_endless_question_ends_at_the_limit_and_says_it(app: App) {
        fill(&app).await;
        let client = node(&app, Config { deadline: Some(Duration::from_secs(1)), ..app.config.clone() }).await;
        for (language, limit) in [("en", "1 s"), ("ru", "1 с")] {
            let begun = Instant::now();
            let answer = client.send(endless(&client).header("Accept-Language", language)).await;
            assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
            assert_eq!(answer.headers["retry-after"], "1");
            let problem = answer.expect(503);
            assert_eq!(problem["code"], "server.deadline");
            let detail = problem["detail"].as_str().expect("a detail");
            assert!(detail.contains(limit) && detail.contains("--deadline"), "{detail}");
        }
        // A dataset in SQL the same, published or not.
        let begun = Instant::now();
        let drawn = json!({"kind": "dataset", "name": "heavy", "sql": HEAVY});
        let drawn = client.post("/api/meta/datasets/preview", drawn).await.expect(503);
        let published = client.get("/api/records/heavy").await.expect(503);
        assert_eq!((&drawn["code"], &published["code"]), (&json!("server.deadline"), &json!("server.deadline")));
        assert!(begun.elapsed() < 2 * SOON, "{:?}", begun.elapsed());
        let page = client.get("/api/records/thing?limit=1").await.expect(200);
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    }

    async fn a_question_ends_when_nobody_waits_for_it(app: App) {
        fill(&app).await;
        // So few connections that these endless questions would leave none.
        let client = node(&app, Config { connections: Some(4), ..app.config.clone() }).await;
        let asked = [0, 1, 2, 3].map(|_| {
            let request = endless(&client);
            tokio::spawn(async move { request.send().await.is_ok() })
        });
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        if app.backend == Backend::Postgres {
            assert!(at_work(&app).await > 0, "the questions are not being worked on");
        }
        asked.iter().for_each(tokio::task::JoinHandle::abort);
        let begun = Instant::now();
        client.get("/api/records/thing?limit=1").await.expect(200);
        assert!(begun.elapsed() < SOON, "a connection came free after {:?} only", begun.elapsed());
        if app.backend == Backend::Postgres {
            while at_work(&app).await > 0 {
                assert!(begun.elapsed() < SOON, "the server goes on for nobody");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
