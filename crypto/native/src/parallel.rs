//! Where work runs: on the calling thread, or on all processors while Python goes on.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use pyo3::Python;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Below this, waiting to get Python's lock back may cost more than the work.
const WORTH_DETACHING_NANOS: usize = 50_000;
/// Below this, waking the other threads may cost more than the work.
const WORTH_SPREADING_NANOS: usize = 200_000;

/// A rough price of the work on one element, and how many elements one thread takes at most at a time.
pub struct Work {
    /// Nanoseconds an element takes on one thread of a common machine.
    pub nanos: usize,
    /// The largest piece: small pieces balance the load, large ones suit algorithms that share work.
    pub piece: usize,
}

impl Work {
    /// Work done element by element, where the size of a piece matters little.
    pub const fn each(nanos: usize) -> Self {
        Work { nanos, piece: 1 + 200_000 / nanos }
    }
}

/// Runs `work`, which takes about `nanos` nanoseconds, with Python's lock released if that pays.
pub fn detached<T: Send>(py: Python<'_>, nanos: usize, work: impl FnOnce() -> T + Send) -> T {
    if nanos < WORTH_DETACHING_NANOS { work() } else { py.detach(work) }
}

/// Cuts `0..n` into consecutive ranges and returns the results of `piece` for them, in order.
pub fn pieces<T, F>(py: Python<'_>, n: usize, work: &Work, piece: F) -> Vec<T>
where
    T: Send,
    F: Fn(Range<usize>) -> T + Send + Sync,
{
    let nanos = n.saturating_mul(work.nanos);
    if nanos < WORTH_SPREADING_NANOS {
        return vec![detached(py, nanos, || piece(0..n))];
    }
    py.detach(|| match pool() {
        Some(pool) => {
            let rounds = n.div_ceil(pool.current_num_threads() * work.piece);
            let size = n.div_ceil(pool.current_num_threads() * rounds);
            let range = |k: usize| k * size..n.min((k + 1) * size);
            pool.install(|| (0..n.div_ceil(size)).into_par_iter().map(|k| piece(range(k))).collect())
        }
        None => vec![piece(0..n)],
    })
}

/// The results of `f` for 0, 1, … n-1.
pub fn map<T, F>(py: Python<'_>, n: usize, work: &Work, f: F) -> Vec<T>
where
    T: Send,
    F: Fn(usize) -> T + Send + Sync,
{
    let mut parts = pieces(py, n, work, |range| range.map(&f).collect::<Vec<T>>());
    match parts.len() {
        1 => parts.remove(0),
        _ => parts.into_iter().flatten().collect(),
    }
}

/// This process's thread pool, as large as RAYON_NUM_THREADS or the machine says; none if it cannot be had.
///
/// Not rayon's global pool: its threads do not survive a fork, and a forked worker would wait for them forever.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: Mutex<Option<(u32, &'static ThreadPool)>> = Mutex::new(None);
    let mut slot = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    match *slot {
        Some((owner, pool)) if owner == process => Some(pool),
        _ => {
            let pool: &'static ThreadPool = Box::leak(Box::new(ThreadPoolBuilder::new().build().ok()?));
            *slot = Some((process, pool));
            Some(pool)
        }
    }
}
