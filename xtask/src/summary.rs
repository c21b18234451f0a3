//! What was done, how long it took, and how many tests passed.
use crate::process;
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Count {
    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

struct Step {
    name: String,
    time: Duration,
    count: Count,
    ok: bool,
}

/// The steps so far.
#[derive(Default)]
pub struct Summary {
    steps: Vec<Step>,
}

impl Summary {
    /// Does one step. It goes on after a failure, so that one run shows all of them; false says that this one failed.
    pub fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Count>) -> bool {
        if process::interrupted() {
            return false;
        }
        println!("\n── {name}");
        let start = Instant::now();
        let result = work();
        if let Err(error) = &result {
            println!("{name}: {error:#}");
        }
        // A step that fails without a failed test, a lint say, counts as one.
        let count = result.as_ref().copied().unwrap_or(Count { passed: 0, failed: 1 });
        let ok = result.is_ok() && count.failed == 0;
        self.steps.push(Step { name: name.to_owned(), time: start.elapsed(), count, ok });
        ok
    }

    /// Does one step that counts no tests.
    pub fn plain(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        self.step(name, || work().map(|()| Count::default()))
    }

    /// Notes a step that cannot be done because an earlier one failed.
    pub fn skip(&mut self, name: &str, why: &str) {
        self.step(name, || bail!("not run: {why}"));
    }

    /// Prints every step with its time, then the sum of the tests as the last line.
    pub fn close(self) -> Result<()> {
        let mut total = Count::default();
        println!();
        for step in &self.steps {
            let seconds = step.time.as_secs();
            let tests = if step.count == Count::default() { String::new() } else { told(step.count) };
            let mark = if step.ok { "ok    " } else { "FAILED" };
            println!("{mark}  {:>3}:{:02}  {:<44}  {tests}", seconds / 60, seconds % 60, step.name);
            total.add(step.count);
        }
        let seconds: u64 = self.steps.iter().map(|step| step.time.as_secs()).sum();
        println!("{:>8}{:>3}:{:02}  altogether\n\n{}", "", seconds / 60, seconds % 60, told(total));
        if process::interrupted() {
            bail!("interrupted: not everything was run");
        }
        if self.steps.iter().all(|step| step.ok) { Ok(()) } else { std::process::exit(1) }
    }
}

fn told(count: Count) -> String {
    format!("{} passed, {} failed", count.passed, count.failed)
}
