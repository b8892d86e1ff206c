//! How far the work is, on standard error, for whoever waits.

use std::{
    io::{self, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long nobody minds to wait without a word.
const PATIENCE: Duration = Duration::from_millis(700);

const CLEAR_LINE: &str = "\r\x1b[K";

/// A line that is written over and over, and gone in the end.
#[derive(Debug)]
pub(crate) struct Progress {
    shared: Arc<Shared>,
    ticker: Option<(Sender<()>, JoinHandle<()>)>,
}

#[derive(Debug)]
struct Shared {
    files: usize,
    done: AtomicUsize,
    /// Held by whoever writes to the terminal; whether the line stands there.
    shown: Mutex<bool>,
}

impl Progress {
    pub(crate) fn start(files: usize, wanted: bool) -> Self {
        let shared = Arc::new(Shared { files, done: AtomicUsize::new(0), shown: Mutex::new(false) });
        let ticker = wanted.then(|| {
            let (stop, stopped) = mpsc::channel();
            let shared = Arc::clone(&shared);
            let tick = move || {
                while stopped.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    shared.show();
                }
            };
            (stop, thread::spawn(tick))
        });
        Self { shared, ticker }
    }

    /// One more file is done.
    pub(crate) fn advance(&self) {
        self.shared.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Does something that writes to the terminal.
    pub(crate) fn pause<T>(&self, write: impl FnOnce() -> T) -> T {
        self.shared.hidden(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, ticker)) = self.ticker.take() {
            drop(stop);
            // It cannot panic: it writes, and nothing else.
            let _ = ticker.join();
            self.shared.hidden(|| ());
        }
    }
}

impl Shared {
    fn show(&self) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let done = self.done.load(Ordering::Relaxed);
        let _ = write!(io::stderr(), "{CLEAR_LINE}checking: {done} of {} files done", self.files);
        *shown = true;
    }

    fn hidden<T>(&self, write: impl FnOnce() -> T) -> T {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut *shown) {
            let _ = write!(io::stderr(), "{CLEAR_LINE}");
        }
        write()
    }
}
