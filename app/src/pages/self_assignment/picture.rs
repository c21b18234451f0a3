//! The pool over time, as a picture and in words.

use handoff_core::Instant;
use handoff_server::api::settings::read_hours;
use handoff_server::model::self_assignment::PoolHistory;
use leptos::prelude::*;

use super::axis;
use super::chart::{Chart, HEIGHT, WIDTH, chart};
use crate::pages::campaign::CampaignPage;
use crate::state::query::Query;
use crate::ui::{ErrorState, exact, number};

/// The picture in a sentence: from where it came, how low and how high it went, where it is.
fn sentence(points: &[(Instant, u32)], exact: impl Fn(Instant) -> String, number: impl Fn(u32) -> String) -> String {
    let (Some((first, began)), Some((_, now))) = (points.first(), points.last()) else { return String::new() };
    let most = points.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let most = if most > *began && most > *now { format!(" over {} at the most", number(most)) } else { String::new() };
    format!("Unassigned conversations: from {} on {}{most} to {} now", number(*began), exact(*first), number(*now))
}

/// The pool over time.
#[component]
pub fn Picture(page: CampaignPage, history: Query<PoolHistory>) -> impl IntoView {
    let id = page.id;
    let hours = Query::new(move || read_hours(id));
    let zone = Memo::new(move |_| hours.data.with(|hours| hours.as_ref().map(|hours| hours.time_zone.to_string())));
    let drawn =
        Memo::new(move |_| history.data.with(|history| history.as_ref().and_then(|history| chart(&history.points))));
    let said = Memo::new(move |_| {
        history.data.with(|history| history.as_ref().map(|history| sentence(&history.points, exact, number)))
    });
    let there = Memo::new(move |_| history.data.with(Option::is_some));
    let some = Memo::new(move |_| drawn.with(Option::is_some));
    let failed = move || history.error.get().filter(|_| !there.get());
    let times = move || {
        let [first, middle, last] = drawn.with(|drawn| drawn.as_ref().map(|drawn| drawn.times))?;
        let span = last.milliseconds() - first.milliseconds();
        let words = |at| zone.with(|zone| axis::words(at, span, zone.as_deref()));
        Some(view! { <span>{words(first)}</span> <span>{words(middle)}</span> <span>"now"</span> })
    };
    let elsewhere = move || {
        let [first, _, last] = drawn.with(|drawn| drawn.as_ref().map(|drawn| drawn.times))?;
        let zone = zone.get().filter(|zone| axis::differs(zone, [first, last]))?;
        Some(format!("Times in {}", axis::city(&zone)))
    };
    let of = move |part: fn(&Chart) -> &String| {
        move || drawn.with(|drawn| drawn.as_ref().map(part).cloned().unwrap_or_default())
    };
    let top = move || drawn.with(|drawn| drawn.as_ref().map_or(0, |drawn| drawn.top));
    let grid = [0, HEIGHT / 2, HEIGHT].map(|y| format!("M0 {y}H{WIDTH}")).concat();
    let plot = move || {
        view! {
            <div class="pool-plot">
                <div class="pool-scale" aria-hidden="true">
                    <span>{move || number(top())}</span>
                    <span>{move || number(top() / 2)}</span>
                    <span>"0"</span>
                </div>
                <svg
                    class="pool-curve"
                    viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                    preserveAspectRatio="none"
                    role="img"
                    aria-label=move || said.get()
                >
                    <path class="pool-grid" d=grid.clone()></path>
                    <path class="pool-area" d=of(|chart| &chart.area)></path>
                    <path class="pool-line" d=of(|chart| &chart.line)></path>
                </svg>
                <div class="pool-times" aria-hidden="true">{times}</div>
            </div>
        }
        .into_any()
    };
    let empty = move || {
        let words = move || if there.get() { "Nothing was requested yet, and nothing assigned." } else { "" };
        view! { <p class="pool-empty quiet">{words}</p> }.into_any()
    };
    view! {
        <figure class="pool-picture">
            <figcaption>
                "Unassigned over time" <span class="small quiet">{elsewhere}</span>
            </figcaption>
            {move || match failed() {
                Some(error) => {
                    view! { <ErrorState error on_retry=Callback::new(move |()| history.refetch()) /> }.into_any()
                }
                None if some.get() => plot(),
                None => empty(),
            }}
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_told_in_a_sentence() {
        let words = |points: &[(i64, u32)]| {
            let points: Vec<_> = points.iter().map(|(at, count)| (Instant(*at), *count)).collect();
            sentence(&points, |at| format!("day {}", at.get()), |number| number.to_string())
        };
        assert_eq!(words(&[(1, 40), (3, 15), (4, 15)]), "Unassigned conversations: from 40 on day 1 to 15 now");
        assert_eq!(
            words(&[(1, 0), (2, 100), (9, 60)]),
            "Unassigned conversations: from 0 on day 1 over 100 at the most to 60 now"
        );
        assert_eq!(words(&[(1, 0), (1, 12), (5, 12)]), "Unassigned conversations: from 0 on day 1 to 12 now");
        assert_eq!(words(&[]), "");
    }
}
