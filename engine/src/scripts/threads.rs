//! Threads that run scripts, kept for the next run: to make one takes longer than most scripts do.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Error;

/// Bytes of the stack of a thread: the depth of what a script may nest is bounded, and fits.
const STACK: usize = 64 << 20;

type Work = Box<dyn FnOnce() + Send>;

/// Threads that wait for work. They end with the last who may give them some.
#[derive(Default, Clone)]
pub(super) struct Threads {
    idle: Arc<Mutex<Vec<Sender<Work>>>>,
}

impl Threads {
    /// Has a thread do something that ends and does not panic.
    pub(super) fn run(&self, work: Work) -> Result<(), Error> {
        let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match waiting {
            Some(thread) => thread.send(work).map_err(|_| Error::broken("a thread for scripts is gone")),
            None => self.begin(work),
        }
    }

    fn begin(&self, first: Work) -> Result<(), Error> {
        let idle = Arc::downgrade(&self.idle);
        let thread = std::thread::Builder::new().name("script".to_owned()).stack_size(STACK);
        let spawned = thread.spawn(move || {
            first();
            while let Some(list) = idle.upgrade() {
                // The list alone keeps the way to this thread, so that the thread ends with it.
                let (sender, receiver) = channel::<Work>();
                list.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
                drop(list);
                let Ok(work) = receiver.recv() else { return };
                work();
            }
        });
        spawned.map(drop).map_err(|error| Error::Internal("no thread for a script".to_owned(), Some(error.into())))
    }
}
