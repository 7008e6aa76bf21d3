//! Scripts at work: what calls their functions, what they read, and what becomes of what they write.
//!
//! A function runs in a thread of its own and reads through the rights of its run. What it writes is gathered: a record that
//! it changes shows the new values to it alone until it ends. Then everything is written at once, by the way that every save
//! goes, or nothing is. So no transaction waits for a script that thinks, and one that fails leaves nothing behind. When a
//! record that it read and changes has changed meanwhile, it runs once more over what is there by then.

mod budget;
mod threads;
mod session;
mod elsewhere;
mod reading;
mod run;
mod apply;
pub(crate) mod hooks;
pub(crate) mod after;
pub(crate) mod scheduled;
mod parameters;
pub mod buttons;
pub mod endpoints;
pub mod studio;
pub mod tests;

pub(crate) use budget::Permits;
