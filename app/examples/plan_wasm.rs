//! `plan_wasm`: what `plan_native` measures, in the browser. Leaves its figure on the body of its page.

#[path = "../../core/benches/campaign/mod.rs"]
mod campaign;

use std::hint::black_box;

use handoff_core::plan::plan;

fn main() {
    console_error_panic_hook::set_once();
    let window = web_sys::window().expect("this runs in a browser");
    let performance = window.performance().expect("every browser measures time");
    let (tally, everyone) = (campaign::tally(), campaign::everyone());
    let mut times: Vec<f64> = (0..101)
        .map(|_| {
            let start = performance.now();
            let plan = plan(black_box(&tally), black_box(&everyone)).expect("the request is good");
            black_box(plan.fingerprint());
            performance.now() - start
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let figure = format!("plan_wasm\t{:.3}\t-\t-", times[times.len() / 2]);
    let body = window.document().and_then(|document| document.body()).expect("the page has a body");
    body.set_attribute("data-figure", &figure).expect("an attribute can be set");
}
