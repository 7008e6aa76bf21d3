//! `verstak user` and `verstak token`.

use std::io::{BufRead, IsTerminal, Write};

use clap::{Args, Subcommand};
use engine::identity;

use crate::options::Connection;
use crate::outcome::{Failed, say};

/// What can be done to a user.
#[derive(Subcommand)]
pub(crate) enum User {
    /// Add a user, or give one who is there a password and roles; the password is read from the standard input, and made
    /// for somebody new when nothing comes from there.
    Add(Add),
    /// Set a user's password, read from the standard input; ends the user's sessions.
    Passwd(One),
    /// Take away the second factor of a user who lost it; ends the user's sessions.
    ResetFactor(One),
    /// Disable a user; ends the user's sessions and tokens.
    Disable(One),
}

/// A new user.
#[derive(Args)]
pub(crate) struct Add {
    #[command(flatten)]
    one: One,
    /// Role to give; may be given several times.
    #[arg(long = "role", value_name = "NAME")]
    roles: Vec<String>,
}

/// One user.
#[derive(Args)]
pub(crate) struct One {
    /// Address of the user.
    email: String,
    #[command(flatten)]
    connection: Connection,
}

/// Options of `verstak token`.
#[derive(Args)]
pub(crate) struct Token {
    #[command(flatten)]
    one: One,
    /// Days until the token expires.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
}

/// Adds a user, sets a password or disables a user.
pub(crate) async fn run(command: User) -> Result<(), Failed> {
    match command {
        User::Add(Add { one, roles }) => {
            let password = password()?;
            let engine = one.connection.open().await?;
            let added = identity::add_user(&engine, &one.email, &roles, password.as_deref()).await?;
            match added.password {
                Some(made) => say(format_args!("Added {} with the password {made}", one.email)),
                None if added.is_new => say(format_args!("Added {}.", one.email)),
                None => {
                    let done = match (password.is_some(), roles.is_empty()) {
                        (true, true) => "changed the password",
                        (true, false) => "changed the password and gave the roles",
                        (false, true) => "nothing to change",
                        (false, false) => "gave the roles",
                    };
                    say(format_args!("{} was there already: {done}.", one.email));
                }
            }
            engine.close().await;
        }
        User::Passwd(one) => {
            let password =
                password()?.ok_or_else(|| Failed::Usage("give the password on the standard input".to_owned()))?;
            let engine = one.connection.open_existing().await?;
            identity::set_password(&engine, &one.email, &password).await?;
            say(format_args!("Changed the password of {}.", one.email));
            engine.close().await;
        }
        User::ResetFactor(one) => {
            let engine = one.connection.open_existing().await?;
            identity::reset_factor_of(&engine, &one.email).await?;
            say(format_args!("Took away the second factor of {}.", one.email));
            engine.close().await;
        }
        User::Disable(one) => {
            let engine = one.connection.open_existing().await?;
            identity::disable(&engine, &one.email).await?;
            say(format_args!("Disabled {}.", one.email));
            engine.close().await;
        }
    }
    Ok(())
}

/// Prints a new API token.
pub(crate) async fn token(Token { one, days }: Token) -> Result<(), Failed> {
    let engine = one.connection.open_existing().await?;
    say(identity::token_for(&engine, &one.email, days).await?);
    engine.close().await;
    Ok(())
}

/// Reads a password from the standard input; `None` when nothing comes from there.
fn password() -> Result<Option<String>, Failed> {
    let input = std::io::stdin();
    if input.is_terminal() {
        let mut err = std::io::stderr();
        drop(write!(err, "Password: ").and_then(|()| err.flush()));
    }
    let mut line = String::new();
    input
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failed::Usage(format!("the password could not be read: {error}")))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    Ok(Some(password).filter(|password| !password.is_empty()))
}
