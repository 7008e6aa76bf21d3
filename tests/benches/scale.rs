//! Many rows and many entities: imports beside bare inserts, large publishes, and how soon and how small the program is.
//!
//! Run it by `make bench`; the program measured is `target/release/verstak`, or the one of `VERSTAK_BINARY`.

#![expect(clippy::print_stdout, reason = "the figures are the program's answer")]

#[path = "records/deals.rs"]
mod deals;
#[path = "records/seed.rs"]
mod seed;
mod scale {
    pub(crate) mod imports;
    pub(crate) mod program;
    pub(crate) mod publishes;
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        println!("| what | database | figure | goal |");
        println!("| --- | --- | --- | --- |");
        if is_asked("program") {
            scale::program::run().await;
        }
        for database in ["SQLite", "PostgreSQL"].into_iter().filter(|database| is_asked(database)) {
            let folder = tempfile::tempdir().expect("a folder");
            let url = if database == "SQLite" { None } else { Some(seed::create_database().await) };
            let engine = seed::open(folder.path(), url.clone()).await;
            let ctx = seed::administrator(&engine).await;
            seed::publish(&ctx, deals::documents()).await;
            scale::imports::run(database, &seed::again(&engine, &ctx), folder.path(), url.as_deref()).await;
            if is_asked("publishes") {
                scale::publishes::run(database, &engine, &ctx).await;
            }
            engine.close().await;
            if url.is_none() && is_asked("publishes") {
                scale::program::large(folder.path()).await;
            }
        }
    });
}

/// Says whether the command line asks for a part, as it does for all when it names none.
fn is_asked(name: &str) -> bool {
    let mut asked = std::env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
    asked.peek().is_none() || asked.any(|word| word == name)
}
