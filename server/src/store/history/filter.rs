//! The history by kind and person: each kind is read from an index by itself, as far as it can be on the page, and merged.

use super::super::tally::told_apart_name;
use super::rows::rows;
use crate::model::history::HistoryFilter;
use handoff_core::operation::OperationKind;

/// The newest of one kind, whoever it concerns, or of one person: a range of an index each.
const OF_KIND: &str = "
    SELECT * FROM (
        SELECT operation_id, committed_at FROM operation
        WHERE organization_id = $1 AND campaign_id = $2 AND kind = {kind} AND (committed_at, operation_id) < ($3, $4)
        ORDER BY committed_at DESC, operation_id DESC LIMIT $5
    ) AS kind_{kind}";

const OF_PERSON: &str = "
    SELECT * FROM (
        SELECT operation_id, committed_at FROM operation_person
        WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $6 AND kind = {kind}
            AND (committed_at, operation_id) < ($3, $4)
        ORDER BY committed_at DESC, operation_id DESC LIMIT $5
    ) AS kind_{kind}";

/// A page of what a filter leaves.
pub(super) fn filtered(filter: &HistoryFilter) -> String {
    let part = if filter.person.is_some() { OF_PERSON } else { OF_KIND };
    // Each kind once, whatever was asked for.
    let wanted = |kind: &OperationKind| filter.kinds.is_empty() || filter.kinds.contains(kind);
    let parts: Vec<String> = OperationKind::ALL
        .into_iter()
        .filter(wanted)
        .map(|kind| part.replace("{kind}", &(kind as i32).to_string()))
        .collect();
    format!(
        "{}WHERE operation.organization_id = $1 AND operation.operation_id IN (
            SELECT operation_id FROM ({}) AS found ORDER BY committed_at DESC, operation_id DESC LIMIT $5
        )
        ORDER BY operation.committed_at DESC, operation.operation_id DESC",
        rows!(),
        parts.join(" UNION ALL ")
    )
}
