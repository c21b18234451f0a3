//! Which operations of the history are shown: by kind, and by whom they concern. The address bar holds it.

use handoff_core::operation::OperationKind;
use handoff_core::{CampaignId, MemberId};
use handoff_server::api::texters::list_members;
use handoff_server::model::history::HistoryFilter;
use handoff_server::model::member::MemberRow;
use leptos::prelude::*;

use crate::state::address::Address;
use crate::state::query::Query;
use crate::ui::{Button, Entry, Kind, PeoplePicker};

/// The word of a kind in the address.
const fn word(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::BulkMove => "bulk-move",
        OperationKind::OneMove => "move",
        OperationKind::Request => "request",
        OperationKind::GiveBack => "given-back",
        OperationKind::Removal => "removal",
        OperationKind::Revocation => "invite-link",
        OperationKind::Undo => "undo",
    }
}

/// The filter that an address asks for. What it does not know it leaves out.
fn read(kinds: Option<&str>, person: Option<&str>) -> HistoryFilter {
    let words: Vec<&str> = kinds.unwrap_or_default().split(',').collect();
    let kinds = OperationKind::ALL.into_iter().filter(|kind| words.contains(&word(*kind))).collect();
    HistoryFilter { kinds, person: person.and_then(|id| id.parse().ok()) }
}

/// What an address has to hold to ask for a filter.
fn written(filter: &HistoryFilter) -> Vec<(&'static str, String)> {
    let words: Vec<&str> = filter.kinds.iter().copied().map(word).collect();
    let kinds = (!words.is_empty()).then(|| ("kind", words.join(",")));
    let person = filter.person.map(|person| ("person", person.to_string()));
    kinds.into_iter().chain(person).collect()
}

/// The filter that the address asks for.
pub fn of_address(address: Address) -> Memo<HistoryFilter> {
    Memo::new(move |_| read(address.get("kind").as_deref(), address.get("person").as_deref()))
}

/// Asks for another filter.
pub fn ask(address: Address, filter: &HistoryFilter) {
    address.set(&["kind", "person", "operation"], written(filter), false);
}

/// Whom the filter offers: everybody of the organization. Beside two of one name stands their address.
fn entries(members: &[MemberRow]) -> Vec<Entry<MemberId>> {
    let alike = |name: &str| members.iter().filter(|member| member.name == name).count() > 1;
    let entry = |member: &MemberRow| {
        let note = if alike(&member.name) { member.email.clone() } else { member.role.label().to_owned() };
        Entry { key: member.id, name: member.name.clone(), note, alone: true }
    };
    members.iter().map(entry).collect()
}

/// The choices of the filter, above the list.
#[component]
pub fn FilterBar(
    /// The campaign.
    campaign: CampaignId,
    /// Where the filter is kept.
    address: Address,
    /// The filter.
    filter: Memo<HistoryFilter>,
) -> impl IntoView {
    let members = Query::new(move || list_members(campaign));
    let people = Signal::derive(move || members.data.with(|all| all.as_deref().map(entries).unwrap_or_default()));
    let chosen = RwSignal::new(filter.with_untracked(|filter| filter.person.into_iter().collect::<Vec<_>>()));
    // Both ways: the address may change under the picker (Back), and the picker changes the address.
    Effect::new(move |_| {
        let person: Vec<MemberId> = filter.with(|filter| filter.person.into_iter().collect());
        if chosen.with_untracked(|chosen| *chosen != person) {
            chosen.set(person);
        }
    });
    Effect::new(move |before: Option<()>| {
        let person = chosen.with(|chosen| chosen.first().copied());
        if before.is_some() && filter.with_untracked(|filter| filter.person != person) {
            ask(address, &HistoryFilter { person, ..filter.get_untracked() });
        }
    });
    let chip = move |kind: OperationKind| {
        let pressed = Memo::new(move |_| filter.with(|filter| filter.kinds.contains(&kind)));
        let toggle = move |_| {
            let mut next = filter.get_untracked();
            if pressed.get_untracked() {
                next.kinds.retain(|other| *other != kind);
            } else {
                next.kinds.push(kind);
            }
            ask(address, &next);
        };
        view! {
            <button
                type="button"
                class="history-kind"
                aria-pressed=move || pressed.get().to_string()
                on:click=toggle
            >
                {kind.label()}
            </button>
        }
    };
    let some = Memo::new(move |_| filter.with(|filter| *filter != HistoryFilter::default()));
    view! {
        <div class="history-filter">
            <fieldset class="history-kinds">
                <legend class="field-label">"Kind"</legend>
                <div class="row">{OperationKind::ALL.map(chip).collect_view()}</div>
            </fieldset>
            <div class="history-person">
                <PeoplePicker label="Whom it concerns" entries=people chosen placeholder="Anybody" />
            </div>
            <Show when=move || some.get()>
                <div class="history-all">
                    <Button kind=Kind::Quiet on_press=move |()| ask(address, &HistoryFilter::default())>
                        "Show everything"
                    </Button>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_the_filter_that_was_written_into_it() {
        let filters = [
            HistoryFilter::default(),
            HistoryFilter { kinds: vec![OperationKind::Undo], person: None },
            HistoryFilter { kinds: OperationKind::ALL.to_vec(), person: Some(MemberId(7)) },
        ];
        for filter in filters {
            let pairs = written(&filter);
            let value = |name: &str| pairs.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str());
            assert_eq!(read(value("kind"), value("person")), filter);
        }
        let odd = read(Some("request,shoes,,request"), Some("somebody"));
        assert_eq!(odd, HistoryFilter { kinds: vec![OperationKind::Request], person: None });
    }
}
