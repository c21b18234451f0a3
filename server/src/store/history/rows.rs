//! The row of an operation, as statements read it.

/// The row of an operation.
macro_rules! rows {
    () => {
        concat!(
            "SELECT operation.operation_id, operation.kind, operation.committed_at, operation.headline, operation.moved,
        operation.undoes, ",
            told_apart_name!(),
            " AS name,
        (SELECT undo.operation_id FROM operation AS undo
            WHERE undo.organization_id = operation.organization_id AND undo.undoes = operation.operation_id
            ORDER BY undo.committed_at DESC LIMIT 1) AS undone_by
    FROM operation
    JOIN member ON member.organization_id = operation.organization_id AND member.member_id = operation.committed_by
    "
        )
    };
}

pub(super) use rows;
