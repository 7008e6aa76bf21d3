//! Tests of sign-in, sessions and tokens.

use super::*;
use crate::{Config, Engine};

async fn open() -> (tempfile::TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data: folder.path().to_owned(), database_url: None, secret_key: None, ..Config::default() };
    let engine = Engine::open(config).await.unwrap();
    (folder, engine)
}

fn code<T>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Invalid(all) | Error::Conflict(all)) => all[0].code,
        Err(Error::Unauthenticated(one) | Error::NotFound(one)) => one.code,
        Err(Error::TooManyAttempts { .. }) => "too many",
        Err(other) => panic!("{other:?}"),
        Ok(_) => "",
    }
}

async fn sign_in(engine: &Engine, email: &str, password: &str, address: &str) -> Result<Login, Error> {
    login(engine, &Proof { email, password, code: None }, Client { address, user_agent: "test" }).await
}

const PASSWORD: &str = "ромашка цветёт";

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_becomes_the_first_administrator() {
    let (_folder, engine) = open().await;
    let old = first_link(&engine).await.unwrap().unwrap();
    let link = first_link(&engine).await.unwrap().unwrap();
    assert_eq!(code(first(&engine, &old, "a@b.c", PASSWORD, Client::default()).await), "auth.link_used");
    let tries = (0..10).map(|at| {
        let (engine, link) = (engine.clone(), link.clone());
        tokio::spawn(
            async move { code(first(&engine, &link, &format!("a{at}@b.c"), PASSWORD, Client::default()).await) },
        )
    });
    let mut codes = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        codes.push(one.await.unwrap());
    }
    codes.sort_unstable();
    assert_eq!(codes.iter().filter(|code| code.is_empty()).count(), 1, "{codes:?}");
    assert!(codes[1..].iter().all(|code| *code == "auth.link_used"), "{codes:?}");
    assert_eq!(first_link(&engine).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_in_and_out() {
    let (_folder, engine) = open().await;
    ensure_administrator(&engine, "Anna@Example.com", PASSWORD).await.unwrap();
    let unknown = code(sign_in(&engine, "nobody@example.com", PASSWORD, "::1").await);
    let wrong = code(sign_in(&engine, "anna@example.com", "wrong", "::1").await);
    assert_eq!((unknown, wrong), ("auth.wrong_credentials", "auth.wrong_credentials"));

    let login = sign_in(&engine, "ANNA@example.com", PASSWORD, "::1").await.unwrap();
    let who = authenticate_session(&engine, &login.session).await.unwrap().unwrap();
    assert_eq!(who.actor.roles, ["administrator"]);
    let ctx = engine.context(who.actor, Locale::Ru);
    assert!(ctx.access.rights().administer);

    let token = create_token(&ctx, "report", Some(3)).await.unwrap();
    assert_eq!(authenticate_token(&engine, &token).await.unwrap().unwrap().person.email, "anna@example.com");
    let listed = tokens(&ctx).await.unwrap();
    revoke_token(&ctx, listed[0].id).await.unwrap();
    assert_eq!(authenticate_token(&engine, &token).await.unwrap(), None);

    assert_eq!(code(disable(&engine, "anna@example.com").await), "user.last_administrator");
    add_user(&engine, "boris@example.com", &["administrator".to_owned()], Some(PASSWORD)).await.unwrap();
    disable(&engine, "anna@example.com").await.unwrap();
    assert_eq!(authenticate_session(&engine, &login.session).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_other_sessions() {
    let (_folder, engine) = open().await;
    ensure_administrator(&engine, "anna@example.com", PASSWORD).await.unwrap();
    let one = sign_in(&engine, "anna@example.com", PASSWORD, "").await.unwrap();
    let two = sign_in(&engine, "anna@example.com", PASSWORD, "").await.unwrap();
    let who = authenticate_session(&engine, &one.session).await.unwrap().unwrap();
    let ctx = engine.context(who.actor, Locale::En);
    assert_eq!(sessions(&ctx, Some(&one.session)).await.unwrap().iter().filter(|it| it.current).count(), 1);
    assert_eq!(
        code(change_password(&ctx, Some(&one.session), "wrong", "another good one").await),
        "user.password_wrong"
    );
    change_password(&ctx, Some(&one.session), PASSWORD, "another good one").await.unwrap();
    assert!(authenticate_session(&engine, &one.session).await.unwrap().is_some());
    assert_eq!(authenticate_session(&engine, &two.session).await.unwrap(), None);
    let chosen = Choices { locale: Some(Locale::Ru), time_zone: Some("Asia/Tokyo".to_owned()) };
    choose(&ctx, chosen).await.unwrap();
    let person = me(&ctx).await.unwrap();
    assert_eq!((person.language, person.time_zone.as_deref()), (Some("ru"), Some("Asia/Tokyo")));
    let wrong = Choices { time_zone: Some("Asia/Tokio".to_owned()), ..Choices::default() };
    assert_eq!(code(choose(&ctx, wrong).await), "user.time_zone");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_stopped() {
    let (_folder, engine) = open().await;
    let mut codes = Vec::new();
    for _ in 0..12 {
        codes.push(code(sign_in(&engine, "anna@example.com", "guess", "1.2.3.4").await));
    }
    assert_eq!(codes[9], "auth.wrong_credentials");
    assert_eq!(codes[10..], ["too many", "too many"]);
    assert_eq!(code(sign_in(&engine, "other@example.com", "guess", "1.2.3.4").await), "auth.wrong_credentials");
}
