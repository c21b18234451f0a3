//! The settings of a campaign: its hours, its window for initial messages, and what can be exported.

mod typed;
mod words;

use handoff_core::CampaignId;
use handoff_core::campaign::CampaignStatus;
use handoff_core::campaign::hours::{Hours, Minute};
use handoff_server::api::settings::{read_hours, save_hours};
use handoff_server::model::settings::CampaignHours;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use self::typed::{Fault, Typed};
use self::words::{hours_words, status_words, window_words};
use super::campaign::{CampaignPage, campaign_page};
use super::preparing::style;
use super::preparing::zone::{ZoneField, find, instant, minute_there, minutes_until, shown, zones};
use crate::state::clock::minute;
use crate::state::draft;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{ErrorNote, Field, Load, SaveBar, field_error, now, relative};

/// The settings of a campaign.
#[component]
pub fn SettingsPage() -> impl IntoView {
    style::adopt();
    let page = campaign_page();
    let id = page.id;
    let hours = Query::new(move || read_hours(id));
    Live::expect().follow(id, hours);
    view! {
        <Load query=hours let:saved>
            <Form page hours saved />
        </Load>
        <Exports id />
    }
    .into_any()
}

/// What can be exported: the name of the file, and what it is.
const EXPORTS: [(&str, &str, &str); 3] = [
    ("conversations.csv", "Conversations", "each with its contact, status and texter"),
    ("messages.csv", "Messages", "all that was written, with what became of it"),
    ("answers.csv", "Survey answers", "those to deleted questions too"),
];

#[component]
fn Exports(id: CampaignId) -> impl IntoView {
    let links = EXPORTS
        .map(|(file, words, about)| {
            view! {
                <li>
                    <a href=format!("/api/exports/{id}/{file}") download rel="external">{words}</a>
                    <span class="small quiet">{about}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="section settings" aria-labelledby="export-title">
            <h2 id="export-title">"Export"</h2>
            <p class="quiet">"CSV files for a spreadsheet, with times in UTC."</p>
            <ul class="exports">{links}</ul>
        </section>
    }
    .into_any()
}

/// What the fields show of saved hours.
fn of(saved: &CampaignHours) -> Typed {
    let zone = saved.time_zone.as_str().to_owned();
    let moment = |at: Option<_>| at.map(|at| shown(&zone, at)).unwrap_or_default();
    let close = saved.hours.close();
    Typed {
        opens: saved.hours.open().to_string(),
        // The end of the day, as a field for times can show it.
        closes: if close == Minute::END { Minute::FIRST.to_string() } else { close.to_string() },
        from: moment(saved.window.start()),
        until: moment(saved.window.end()),
        zone,
    }
}

#[component]
fn Form(page: CampaignPage, hours: Query<CampaignHours>, saved: Signal<CampaignHours>) -> impl IntoView {
    let (id, toasts, task) = (page.id, toasts(), Task::new());
    let all = StoredValue::new(zones());
    let kept_as = StoredValue::new(format!("hours-{id}"));
    let before = Memo::new(move |_| saved.with(of));
    let begin = draft::kept(&kept_as.get_value()).unwrap_or_else(|| before.get_untracked());
    let field = |text: String| RwSignal::new(text);
    let (zone, opens, closes) = (field(begin.zone), field(begin.opens), field(begin.closes));
    let (from, until) = (field(begin.from), field(begin.until));
    let typed = Memo::new(move |_| Typed {
        zone: zone.get(),
        opens: opens.get(),
        closes: closes.get(),
        from: from.get(),
        until: until.get(),
    });
    let fill = move |typed: Typed| {
        zone.set(typed.zone);
        opens.set(typed.opens);
        closes.set(typed.closes);
        from.set(typed.from);
        until.set(typed.until);
    };
    // The page follows what is saved, until somebody types.
    Effect::new(move |last: Option<Typed>| {
        let now = before.get();
        if last.is_some_and(|last| last != now && typed.get_untracked() == last) {
            fill(now.clone());
        }
        now
    });
    let changed = Memo::new(move |_| typed.with(|typed| before.with(|before| typed != before)));
    Effect::new(move |_| {
        let typed = typed.get();
        kept_as.with_value(|name| if changed.get() { draft::keep(name, &typed) } else { draft::forget(name) });
    });
    let read =
        Memo::new(move |_| typed.with(|typed| all.with_value(|all| typed.read(|name| find(name, all), instant))));
    // Nobody is corrected before they have tried to save it.
    let tried = RwSignal::new(false);
    let error = move |field: &'static str| {
        let answered = field_error(task.error, field);
        Signal::derive(move || {
            let wrong = |fault: &&Fault| tried.get() && fault.field == field;
            let fault = read.with(|read| read.as_ref().err().filter(wrong).cloned());
            fault.map(|fault| fault.sentence).or_else(|| answered.get())
        })
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match read.get_untracked() {
            Err(_) => tried.set(true),
            Ok((zone, daily, window)) => task.run(
                move || save_hours(id, zone.clone(), daily, window),
                move |now: CampaignHours| {
                    tried.set(false);
                    fill(of(&now));
                    hours.set(now);
                    toasts.say("Settings saved.");
                },
            ),
        }
    };
    let status = Memo::new(move |_| {
        page.campaign.data.with(|campaign| campaign.as_ref().map_or(CampaignStatus::Active, |one| one.status))
    });
    let minute = minute();
    let sentence = move || {
        minute.track();
        read.with(|read| {
            let (zone, daily, _) = read.as_ref().ok()?;
            let left = minutes_until(zone.as_str(), daily.close().get())?;
            Some(hours_words(*daily, Minute::new(minute_there(zone.as_str())?).ok()?, left))
        })
    };
    let window = move || {
        minute.track();
        read.with(|read| {
            read.as_ref().ok().map(|(_, _, window)| window_words(window.phase(now()), |at| relative(at, now())))
        })
    };
    let time = move |label: &'static str, value: RwSignal<String>, name: &'static str| {
        view! {
            <Field label error=error(name) let:ids>
                <input
                    class="input time"
                    id=ids.control
                    type="time"
                    required
                    aria-describedby=ids.described_by
                    aria-invalid=ids.invalid
                    bind:value=value
                />
            </Field>
        }
        .into_any()
    };
    let moment = move |label: &'static str, value: RwSignal<String>, name: &'static str| {
        view! {
            <Field label error=error(name) let:ids>
                <input
                    class="input moment"
                    id=ids.control
                    type="datetime-local"
                    aria-describedby=ids.described_by
                    aria-invalid=ids.invalid
                    bind:value=value
                />
            </Field>
        }
        .into_any()
    };
    let preset = Hours::default();
    let usual = move || opens.get() == preset.open().to_string() && closes.get() == preset.close().to_string();
    view! {
        <form class="form settings" on:submit=submit>
            <section class="section" aria-labelledby="hours-title">
                <h2 id="hours-title">"Hours"</h2>
                <p class="quiet">"Every day, messages go out between these times and at no other. What contacts write arrives at any time."</p>
                <div class="beside">
                    {time("Opens", opens, "opens")}
                    {time("Closes", closes, "closes")}
                </div>
                <ZoneField label="Time zone" value=zone all error=error("time_zone") />
                <p class="now" role="status">
                    {move || sentence()} " " {move || status_words(status.get())}
                </p>
                <Show when=move || !usual()>
                    <p class="small quiet">
                        {format!("The usual hours are {} to {}.", preset.open(), preset.close())}
                    </p>
                </Show>
            </section>
            <section class="section" aria-labelledby="window-title">
                <h2 id="window-title">"Window for initial messages"</h2>
                <p class="quiet">"Outside of it no initial message is sent, while replies and follow-ups go on. In the time zone above. Leave a side empty to keep it open."</p>
                <div class="beside">
                    {moment("From", from, "from")}
                    {moment("Until", until, "until")}
                </div>
                <p class="now" role="status">{window}</p>
            </section>
            <ErrorNote error=task.error fields=&["opens", "closes", "time_zone", "from", "until"] />
            <SaveBar label="Save settings" changed busy=task.busy on_discard=move |()| fill(before.get_untracked()) />
        </form>
    }
    .into_any()
}
