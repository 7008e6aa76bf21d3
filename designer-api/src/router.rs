//! Every route on one page.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware;
use axum::routing::{any, delete, get, post, put};
use engine::Engine;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{
    assets, audit, auth, batch, dashboards, events, exports, files, forms, guard, health, imports, jobs, letters,
    measures, meta, notifications, openapi, problem, records, scripts, search, views, workspace,
};

/// Largest body of an ordinary request.
const BODY_LIMIT: usize = 8 << 20;
/// Largest body that a script is given.
const ENDPOINT_LIMIT: usize = 1 << 20;
/// Largest body that carries a file or many documents.
const UPLOAD_LIMIT: usize = 64 << 20;

/// The whole product over HTTP: the interface below `/api`, health and metrics, and the pages.
pub fn router(engine: Engine) -> Router {
    let interface = Router::new()
        // People.
        .route("/auth/login", post(auth::login))
        .route("/auth/logout", post(auth::logout))
        .route("/auth/first", post(auth::first))
        .route("/auth/methods", get(auth::oidc::methods))
        .route("/auth/oidc", post(auth::oidc::depart))
        .route("/auth/oidc/callback", get(auth::oidc::arrive))
        .route("/auth/oidc/link", get(auth::oidc::linked).post(auth::oidc::link).delete(auth::oidc::unlink))
        .route("/auth/me", get(auth::me).patch(auth::change_me))
        .route("/auth/password", post(auth::change_password))
        .route("/auth/confirm", post(auth::confirm))
        .route("/auth/factor", get(auth::factor::get).post(auth::factor::begin).delete(auth::factor::remove))
        .route("/auth/factor/confirm", post(auth::factor::confirm))
        .route("/auth/factor/codes", post(auth::factor::codes))
        .route("/auth/factors", get(auth::factor::holders))
        .route("/auth/factors/{id}", delete(auth::factor::reset))
        .route("/auth/sessions", get(auth::sessions).delete(auth::end_other_sessions))
        .route("/auth/sessions/{id}", delete(auth::end_session))
        .route("/auth/tokens", get(auth::tokens).post(auth::create_token))
        .route("/auth/tokens/{id}", delete(auth::revoke_token))
        .route("/settings/security", get(auth::settings::get).put(auth::settings::put))
        .route("/settings/oidc", get(auth::oidc::get).put(auth::oidc::put).delete(auth::oidc::remove))
        .route("/audit/head", get(audit::head))
        .route("/audit/verify", post(audit::check))
        // Records.
        .route("/records/batch", post(batch::run))
        .route("/records/{entity}", get(records::list).post(records::create))
        .route("/records/{entity}/query", post(records::query))
        .route("/records/{entity}/options", post(records::options))
        .route("/records/{entity}/aggregate", post(records::aggregate))
        .route("/records/{entity}/{id}", get(records::get).patch(records::update).delete(records::delete))
        .route("/records/{entity}/{id}/restore", post(records::restore))
        .route("/records/{entity}/{id}/history", get(records::history))
        .route("/records/{entity}/{id}/access", get(records::access))
        .route("/records/{entity}/{id}/shares", get(records::shares).post(records::share))
        .route("/records/{entity}/{id}/shares/{share}", delete(records::unshare))
        .route("/records/{entity}/buttons/{script}/{button}", post(scripts::press))
        .route("/x/{*path}", any(scripts::call).layer(DefaultBodyLimit::max(ENDPOINT_LIMIT)))
        .route("/measures", get(measures::list).post(measures::many))
        .route("/measures/{name}", post(measures::one))
        .route("/dashboards", get(dashboards::list))
        .route("/dashboards/attempt", post(dashboards::attempt))
        .route("/dashboards/{name}", get(dashboards::get))
        .route("/dashboards/{name}/data", post(dashboards::data))
        .route("/forms/attempt", post(forms::attempt))
        .route("/forms/attempt/data", post(forms::attempt_data))
        .route("/forms/{name}/data", post(forms::data))
        .route("/search", get(search::get))
        .route("/files", post(files::store).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)))
        .route("/files/{id}", get(files::fetch))
        .route("/imports/preview", post(imports::preview).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)))
        .route("/imports", post(imports::start).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)))
        .route("/imports/{id}", get(imports::get))
        .route("/imports/{id}/undo", post(imports::undo))
        .route("/exports", post(exports::start))
        .route("/exports/{id}/file", get(exports::file))
        .route("/views", post(views::create))
        .route("/views/{id}", put(views::update).delete(views::remove))
        .route("/notifications", get(notifications::list))
        .route("/notifications/read", post(notifications::read))
        .route("/letters/{id}/send", post(letters::send))
        .route("/events", get(events::stream))
        .route("/jobs/{id}", get(jobs::get))
        .route("/jobs/{id}/cancel", post(jobs::cancel))
        // Metadata.
        .route("/workspace", get(workspace::get).patch(workspace::change))
        .route("/workspace/mail", get(workspace::mail))
        .route("/meta/catalog", get(meta::catalog::get))
        .route(
            "/meta/drafts",
            get(meta::drafts::list).put(meta::drafts::put_many).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)),
        )
        .route("/meta/drafts/discard", post(meta::drafts::discard))
        .route("/meta/drafts/{kind}/{name}", put(meta::drafts::put).get(meta::drafts::get).delete(meta::drafts::remove))
        .route("/meta/drafts/{kind}/{name}/usage", get(meta::drafts::usage))
        .route("/meta/advice/{entity}", get(meta::advice::get))
        .route("/meta/plan", post(meta::publish::plan))
        .route("/meta/publish", post(meta::publish::publish))
        .route("/meta/revisions", get(meta::revisions::list))
        .route("/meta/revisions/{number}/documents", get(meta::revisions::documents))
        .route("/meta/revisions/{number}/restore", post(meta::revisions::restore))
        .route("/meta/schedules", get(meta::schedules::list))
        .route("/meta/schedules/{id}/run", post(meta::schedules::run))
        .route("/meta/registers", get(meta::registers::list))
        .route("/meta/registers/{name}/refresh", post(meta::registers::refresh))
        .route("/meta/datasets/preview", post(meta::datasets::preview))
        .route("/meta/measures/try", post(meta::measures::attempt))
        .route("/meta/scripts/check", post(meta::scripts::check))
        .route("/meta/scripts/run", post(meta::scripts::run))
        .route("/meta/scripts/test", post(meta::scripts::test))
        .route("/meta/scripts/runs", get(meta::scripts::runs))
        .route("/meta/hidden", get(meta::hidden::list))
        .route("/meta/purge", post(meta::hidden::purge))
        .route("/meta/expressions/check", post(meta::expressions::check))
        .route("/meta/expressions/functions", get(meta::expressions::functions))
        .route("/openapi.json", get(openapi::get))
        .fallback(|| async { problem::not_found("request.unknown_address") })
        .method_not_allowed_fallback(|| async { problem::not_found("request.method") })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(engine.clone(), guard::guard));

    Router::new()
        .nest("/api", interface)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(assets::serve)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(engine.clone(), guard::strict_transport))
        .layer(middleware::from_fn(health::measure))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .layer(fixed(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"))
        .layer(fixed(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
             connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; \
             base-uri 'none'; form-action 'self'; object-src 'none'",
        ))
        .with_state(engine)
}

fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
