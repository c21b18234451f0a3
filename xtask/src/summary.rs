//! What was done, how long it took, how many tests passed, and which did not.
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

/// Something that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Which test, or what else.
    pub name: String,
    /// The beginning of why.
    pub lines: Vec<String>,
}

/// What tests came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tests {
    /// How many there were.
    pub count: Count,
    /// Those that failed, as far as they are known by name.
    pub failed: Vec<Failed>,
}

struct Step {
    name: String,
    time: Duration,
    tests: Tests,
    ok: bool,
}

/// The steps so far.
#[derive(Default)]
pub struct Summary {
    steps: Vec<Step>,
}

impl Summary {
    /// Does one step. It goes on after a failure, so that one run shows all of them; false says that this one failed.
    pub fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Tests>) -> bool {
        if process::interrupted() {
            return false;
        }
        println!("\n── {name}");
        let start = Instant::now();
        let result = work();
        if let Err(error) = &result {
            println!("{name}: {error:#}");
        }
        self.steps.push(Step::of(name, start.elapsed(), result));
        self.steps.last().is_some_and(|step| step.ok)
    }

    /// Does one step that counts no tests.
    pub fn plain(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        self.step(name, || work().map(|()| Tests::default()))
    }

    /// Notes a step that cannot be done because an earlier one failed.
    pub fn skip(&mut self, name: &str, why: &str) {
        self.step(name, || bail!("not run: {why}"));
    }

    /// Prints every step with its time, then what failed, then the sum of the tests as the last line.
    pub fn close(self) -> Result<()> {
        println!();
        for line in self.lines() {
            println!("{line}");
        }
        if process::interrupted() {
            bail!("interrupted: not everything was run");
        }
        if self.steps.iter().all(|step| step.ok) { Ok(()) } else { std::process::exit(1) }
    }

    fn lines(&self) -> Vec<String> {
        let mut total = Count::default();
        let mut lines = Vec::new();
        for step in &self.steps {
            let seconds = step.time.as_secs();
            let count = step.tests.count;
            let tests = if count == Count::default() { String::new() } else { told(count) };
            let mark = if step.ok { "ok    " } else { "FAILED" };
            lines.push(format!("{mark}  {:>3}:{:02}  {:<44}  {tests}", seconds / 60, seconds % 60, step.name));
            total.add(count);
        }
        let seconds: u64 = self.steps.iter().map(|step| step.time.as_secs()).sum();
        lines.push(format!("{:>8}{:>3}:{:02}  altogether", "", seconds / 60, seconds % 60));
        for step in self.steps.iter().filter(|step| !step.ok) {
            lines.extend([String::new(), format!("FAILED  {}", step.name)]);
            lines.extend(failures(&step.tests.failed));
        }
        lines.extend([String::new(), told(total)]);
        lines
    }
}

impl Step {
    fn of(name: &str, time: Duration, result: Result<Tests>) -> Self {
        let ok = result.as_ref().is_ok_and(|tests| tests.count.failed == 0);
        // A step that fails without a failed test, a lint say, counts as one.
        let tests = result.unwrap_or_else(|error| Tests {
            count: Count { passed: 0, failed: 1 },
            failed: vec![Failed { name: format!("{error:#}"), lines: Vec::new() }],
        });
        Self { name: name.to_owned(), time, tests, ok }
    }
}

/// What failed, a line for each and below it the beginning of why.
pub fn failures(failed: &[Failed]) -> Vec<String> {
    let told = |one: &Failed| {
        let why = one.lines.iter().map(|line| format!("      {line}"));
        std::iter::once(format!("  • {}", one.name)).chain(why).collect::<Vec<_>>()
    };
    failed.iter().flat_map(told).collect()
}

fn told(count: Count) -> String {
    format!("{} passed, {} failed", count.passed, count.failed)
}

#[cfg(test)]
mod tests {
    use super::{Count, Failed, Step, Summary, Tests};
    use anyhow::anyhow;
    use std::time::Duration;

    #[test]
    fn the_end_says_what_failed_and_the_last_line_how_many() {
        let step = |name: &str, result| Step::of(name, Duration::from_secs(61), result);
        let failed = vec![Failed { name: "one.spec.ts:7 › broken".into(), lines: vec!["Expected: 2".into()] }];
        let summary = Summary {
            steps: vec![
                step("format", Ok(Tests::default())),
                step("lints", Err(anyhow!("clippy failed"))),
                step("end to end", Ok(Tests { count: Count { passed: 3, failed: 1 }, failed })),
            ],
        };
        let lines = summary.lines();
        assert_eq!(lines[0], format!("ok        1:01  {:<44}  ", "format"));
        assert_eq!(lines[3], "          3:03  altogether");
        let rest: Vec<&str> = lines.iter().skip(4).map(String::as_str).collect();
        assert_eq!(
            rest,
            [
                "",
                "FAILED  lints",
                "  • clippy failed",
                "",
                "FAILED  end to end",
                "  • one.spec.ts:7 › broken",
                "      Expected: 2",
                "",
                "3 passed, 2 failed",
            ]
        );
    }

    #[test]
    fn where_nothing_failed_nothing_is_listed() {
        let tests = Tests { count: Count { passed: 2, failed: 0 }, failed: Vec::new() };
        let summary = Summary { steps: vec![Step::of("tests", Duration::ZERO, Ok(tests))] };
        let lines = summary.lines();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[3], "2 passed, 0 failed");
    }
}
