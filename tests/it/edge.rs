//! Alive, ready, and the shape of what the edge answers to strangers.

use serde_json::json;

use crate::support::every_database;

every_database! {
    async fn alive_and_ready(app: App) {
        assert_eq!(app.nobody().get("/healthz").await.status, 200);
        assert_eq!(app.nobody().get("/readyz").await.status, 200);
    }

    async fn strangers_learn_nothing(app: App) {
        let nobody = app.nobody();
        for path in ["/api/records/user", "/api/records/nothing", "/api/meta/catalog", "/api/openapi.json", "/api/events"] {
            let problem = nobody.get(path).await;
            assert_eq!(problem.headers["content-type"], "application/problem+json", "{path}");
            let body = problem.expect(401);
            assert_eq!(body["status"], json!(401));
        }
    }

    async fn unknown_addresses_of_the_interface_are_problems(app: App) {
        app.admin.get("/api/nothing").await.expect(404);
        app.admin.delete("/api/meta/catalog").await.expect(405);
    }
}
