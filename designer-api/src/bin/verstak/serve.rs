//! `verstak serve`.

use std::net::SocketAddr;

use engine::{Engine, identity, solutions};

use crate::options::Serve;
use crate::outcome::{Failed, list, say};

/// Opens the workspace, installs what is asked for, and answers requests until it is told to stop.
pub(crate) async fn run(options: Serve) -> Result<(), Failed> {
    let listener = tokio::net::TcpListener::bind(options.listen).await.map_err(|error| {
        Failed::Unreachable(format!(
            "cannot listen on {}: {error}; choose another address with --listen",
            options.listen
        ))
    })?;
    let address = listener.local_addr().map_err(|error| Failed::Unreachable(error.to_string()))?;
    let url = options.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let engine = Engine::open(options.config()).await?;
    if let (Some(email), Some(password)) = (&options.admin_email, &options.admin_password) {
        identity::ensure_administrator(&engine, email, password).await?;
    }
    for folder in &options.solution {
        install(&engine, folder).await?;
    }
    let url = url.trim_end_matches('/');
    say(format_args!("Verstak answers at {url}"));
    if let Some(token) = identity::first_link(&engine).await? {
        say(format_args!("Sign in for the first time (valid for 24 hours): {url}/first?token={token}"));
    }
    let service = designer_api::router(engine.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stopped()).await;
    engine.close().await;
    served.map_err(|error| Failed::Unreachable(error.to_string()))
}

async fn install(engine: &Engine, folder: &std::path::Path) -> Result<(), Failed> {
    let installed = solutions::install(engine, folder).await?;
    // Who starts with a solution has its roles on purpose.
    let (_, told): (Vec<_>, Vec<_>) = installed.warnings.into_iter().partition(|it| it.code == "plan.opens_role");
    list(&told);
    if let Some(revision) = installed.revision {
        say(format_args!("Installed {} (revision {revision}).", installed.name));
        crate::import::sample_data(engine, folder, &installed.data).await?;
    }
    Ok(())
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(interrupt.await);
}
