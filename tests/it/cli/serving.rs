//! `verstak serve`: what its first start says, and how it ends.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::run::{command, finish, folder, put};
use super::shop;
use crate::support::{Client, Vacant, every_database};

/// A program that is killed when a test ends early.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // One that is gone already needs no more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

every_database! {
    async fn the_first_start_installs_says_the_link_and_nothing_else(app: App) {
        // The application gives a place of its kind; what it holds is not looked at.
        let place = Vacant::of(app.backend).await;
        let folder = folder(&shop());
        std::fs::create_dir_all(folder.path().join("data")).expect("a folder");
        std::fs::write(folder.path().join("data/goods.csv"), "title\nA\nB\n").expect("a file");
        put(folder.path(), "solution.json", &json!({"name": "shop", "data": [{"entity": "goods", "file": "data/goods.csv"}]}));
        let solution = folder.path().to_str().expect("a path").to_owned();
        let mut serve = command(&["serve", "--listen", "127.0.0.1:0", "--solution", &solution], Some(&place.config));
        serve.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut serving = Serving(serve.spawn().expect("the program starts"));
        let (lines, mut serving) = tokio::task::spawn_blocking(move || {
            let output = BufReader::new(serving.0.stdout.take().expect("its output"));
            let lines: Vec<String> = output.lines().map_while(Result::ok).take(4).collect();
            (lines, serving)
        }).await.expect("its lines");
        assert_eq!(lines[..2], ["Installed shop (revision 1).", "Wares: 2 made from data/goods.csv."]);
        let base = lines[2].strip_prefix("Verstak answers at ").expect("an address");
        let link = lines[3].strip_prefix("Sign in for the first time (valid for 24 hours): ").expect("a link");
        let token = link.strip_prefix(&format!("{base}/first?token=")).expect("a token");
        let first = json!({"link_token": token, "email": "anna@example.com", "password": "rather-long-words"});
        let anna = Client::new(base);
        anna.post("/api/auth/first", first).await.expect(200);
        assert_eq!(anna.get("/api/records/goods?count=exact").await.expect(200)["count"], 2);
        let asked = Command::new("kill").args(["-TERM", &serving.0.id().to_string()]).status().expect("a signal");
        assert!(asked.success());
        let (code, errors) = tokio::task::spawn_blocking(move || {
            let mut errors = String::new();
            serving.0.stderr.take().expect("its errors").read_to_string(&mut errors).expect("a text");
            (serving.0.wait().expect("its end").code(), errors)
        }).await.expect("its end");
        assert_eq!((code, errors.as_str()), (Some(0), ""));
    }

    async fn a_new_workspace_speaks_the_language_it_is_made_in(app: App) {
        let place = Vacant::of(app.backend).await;
        let mut add = command(&["user", "add", "anna@example.com", "--role", "administrator", "--language", "en"], Some(&place.config));
        add.env("LANG", "ru_RU.UTF-8");
        finish(add, "rather-long-words\n").await.ends(0);
        // What is there keeps its language.
        let config = engine::Config { language: Some("ru".to_owned()), ..place.config.clone() };
        let (engine, base) = app.node_with(config).await;
        let anna = Client::new(&base);
        anna.post("/api/auth/login", json!({"email": "anna@example.com", "password": "rather-long-words"})).await.expect(200);
        assert_eq!(anna.get("/api/workspace").await.expect(200)["language"], "en");
        let roles = anna.get("/api/records/role?select=label&sort=label").await.expect(200);
        assert_eq!(roles["items"][0]["label"], "Administrator");
        engine.close().await;
        let other = finish(command(&["doctor", "--language", "de"], Some(&place.config)), "").await.ends(2);
        assert!(other.err.contains("en, ru"), "{}", other.err);
    }

    async fn an_address_that_is_taken_and_a_broken_solution_are_told(app: App) {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = taken.local_addr().expect("an address").to_string();
        let serve = finish(command(&["serve", "--listen", &address], Some(&app.config)), "").await.ends(3);
        assert!(serve.err.contains(&address) && serve.err.contains("--listen"), "{}", serve.err);
        let folder = folder(&shop());
        put(folder.path(), "roles/clerk.json", &json!({"kind": "role", "name": "clerk", "right": []}));
        let solution = folder.path().to_str().expect("a path");
        let serve = finish(command(&["serve", "--listen", "127.0.0.1:0", "--solution", solution], Some(&app.config)), "").await.ends(1);
        assert!(serve.out.is_empty() && serve.err.starts_with("roles/clerk.json:1:"), "{}{}", serve.out, serve.err);
    }
}
