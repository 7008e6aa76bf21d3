//! A closed loop of some connections, and what it measured.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Latencies of one run and how long it took.
pub(crate) struct Run {
    latencies: Vec<Duration>,
    took: Duration,
}

/// Latency in milliseconds and operations per second.
pub(crate) struct Figures {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) per_second: f64,
}

/// Repeats the work on so many connections for so many seconds, after a short warm-up.
pub(crate) async fn measure<W, F>(connections: usize, seconds: u64, work: W) -> Run
where
    W: Fn(usize) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let work = Arc::new(work);
    let warm = Instant::now();
    for _ in 0..20 {
        work(NUMBER.fetch_add(1, Ordering::Relaxed)).await;
        if warm.elapsed() > Duration::from_secs(1) {
            break;
        }
    }
    let start = Instant::now();
    let end = start + Duration::from_secs(seconds);
    let loops: Vec<_> = (0..connections)
        .map(|_| {
            let work = Arc::clone(&work);
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while Instant::now() < end {
                    let begun = Instant::now();
                    work(NUMBER.fetch_add(1, Ordering::Relaxed)).await;
                    latencies.push(begun.elapsed());
                }
                latencies
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for one in loops {
        latencies.extend(one.await.expect("the loop ends well"));
    }
    Run { latencies, took: start.elapsed() }
}

impl Figures {
    /// Puts runs together.
    pub(crate) fn of(runs: Vec<Run>) -> Self {
        let took: Duration = runs.iter().map(|run| run.took).sum();
        let mut all: Vec<Duration> = runs.into_iter().flat_map(|run| run.latencies).collect();
        all.sort_unstable();
        let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
        Self { p50: at(0.5), p99: at(0.99), per_second: all.len() as f64 / took.as_secs_f64() }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} | {:.3} | {:.0}", self.p50, self.p99, self.per_second)
    }
}
