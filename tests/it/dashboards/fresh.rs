//! What is remembered is what would be read: by whoever asks, as it is now.

use serde_json::{Value, json};

use super::{World, data, fill, groups, shown};
use crate::support::{App, Client, every_database};

async fn won(client: &Client) -> Value {
    shown(client, json!({}), "won").await["value"].clone()
}

/// Gives a deal another amount past everything that could be heard.
async fn behind_the_back(app: &App, amount: &str) {
    let catalog = app.engine.catalog();
    let entity = catalog.entity("deal").expect("deals");
    let column = |name: &str| entity.field(name).expect("a field").columns[0].clone();
    let (amounts, titles) = (column("amount"), column("title"));
    app.run(&format!("UPDATE \"{}\" SET \"{amounts}\" = {amount} WHERE \"{titles}\" = 'a'", entity.table)).await;
}

every_database! {
    async fn an_answer_is_remembered_until_something_changes(app: App) {
        let World { alice, boss, region, deals, .. } = fill(&app).await;
        let stages = async || groups(&shown(&boss, json!({}), "stages").await, "stage", "n");
        assert_eq!((won(&boss).await, won(&alice).await), (json!("60.6"), json!("30.3")));
        assert_eq!(stages().await, ["lost: 1", "new: 2", "won: 3"]);
        // Nothing tells of it, so that what is shown is what was read before.
        behind_the_back(&app, "1100000").await;
        assert_eq!(won(&boss).await, json!("60.6"));
        // Another entity has no part in it.
        boss.patch(&format!("/api/records/region/{}", region.as_str().expect("an id")), json!({"name": "South", "version": 1})).await.expect(200);
        assert_eq!(won(&boss).await, json!("60.6"));
        assert_eq!(groups(&shown(&boss, json!({}), "regions").await, "name", "n"), ["South: 1"]);
        // Any save of a deal does.
        let deal = format!("/api/records/deal/{}", deals[3].as_str().expect("an id"));
        boss.patch(&deal, json!({"stage": "won", "version": 1})).await.expect(200);
        let now = won(&boss).await;
        assert_ne!(now, json!("60.6"));
        assert_ne!(now, json!("65.6"), "what was done behind the back is read as well");
        assert_eq!(stages().await, ["lost: 1", "new: 1", "won: 4"]);
        boss.delete(&format!("/api/records/deal/{}", deals[2].as_str().expect("an id"))).await.expect(204);
        assert_eq!(stages().await, ["lost: 1", "new: 1", "won: 3"]);
        // What was asked in another language or for other days is another question.
        assert_eq!(data(&boss, json!({"filters": {"period": "today"}, "widgets": ["stages"]})).await["widgets"]["stages"]["items"], json!([]));
    }

    async fn other_nodes_see_a_change_at_once(app: App) {
        let World { deals, .. } = fill(&app).await;
        let (_node, other) = app.another_node().await;
        assert_eq!((won(&app.admin).await, won(&other).await), (json!("60.6"), json!("60.6")));
        let deal = format!("/api/records/deal/{}", deals[3].as_str().expect("an id"));
        other.patch(&deal, json!({"stage": "won", "version": 1})).await.expect(200);
        assert_eq!((won(&app.admin).await, won(&other).await), (json!("65.6"), json!("65.6")));
    }

    async fn other_rights_see_other_things_at_once(app: App) {
        let World { alice, boss, alice_id, .. } = fill(&app).await;
        assert_eq!((won(&alice).await, won(&boss).await), (json!("30.3"), json!("60.6")));
        let user = format!("/api/records/user/{}", alice_id.as_str().expect("an id"));
        let version = app.admin.get(&user).await.expect(200)["version"].clone();
        app.admin.patch(&user, json!({"roles": ["boss"], "version": version})).await.expect(200);
        assert_eq!(won(&alice).await, json!("60.6"));
        // A publish says what measures and roles mean.
        let mut role = app.admin.get("/api/meta/drafts/role/boss").await.expect(200);
        ["state", "problems"].iter().for_each(|name| drop(role.as_object_mut().expect("a document").remove(*name)));
        role["entities"]["deal"]["read"] = json!("stage == \"won\" && amount < 25");
        app.publish(json!([role])).await;
        assert_eq!(won(&boss).await, json!("30.3"));
        assert_eq!(groups(&shown(&boss, json!({}), "stages").await, "stage", "n"), ["won: 2"]);
    }
}
