//! Members by their ids, with what they are called.

use std::collections::HashMap;

use handoff_core::MemberId;
use handoff_core::naming::told_apart;
use handoff_server::model::member::MemberRow;

/// A member, and what they are called where their address does not stand beside their name.
pub type Called = (MemberRow, String);

/// These members by their ids.
pub fn by_id(members: Vec<MemberRow>) -> HashMap<MemberId, Called> {
    let names = told_apart(members.iter().map(|row| (row.name.as_str(), row.email.as_str())));
    members.into_iter().zip(names).map(|called| (called.0.id, called)).collect()
}
