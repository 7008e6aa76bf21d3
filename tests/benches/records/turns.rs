//! Two kinds of work in turns, so that both see the same machine.

use std::future::Future;
use std::sync::Arc;

use crate::load::{Figures, measure};

/// Measures what is told `true` and what is told `false` twice each, for so many seconds a time.
pub(crate) async fn both<B, W, F>(bench: &Arc<B>, connections: usize, seconds: u64, work: W) -> (Figures, Figures)
where
    B: Send + Sync + 'static,
    W: Fn(Arc<B>, bool, usize) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        for (is_first, samples) in [(true, &mut first), (false, &mut second)] {
            let bench = Arc::clone(bench);
            samples.push(measure(connections, seconds, move |at| work(Arc::clone(&bench), is_first, at)).await);
        }
    }
    (Figures::of(first), Figures::of(second))
}

/// Prints a line of the table.
pub(crate) fn tell(database: &str, what: &str, connections: usize, ours: &Figures, floor: &Figures) {
    println!("| {database} | {what} | {connections} | {ours} | {floor} | {:.2} |", ours.p50 / floor.p50);
}
