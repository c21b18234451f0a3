//! How many custom fields a campaign may have.

use crate::contacts::mapping::Mapping;
use crate::model::import::{ImportError, MOST_FIELDS};

/// Whether a campaign with these custom fields may have those of a file too.
pub(super) fn may_have_fields(fields: &[String], mapping: &Mapping) -> Result<(), ImportError> {
    may_have_fields_named(fields, mapping.custom.iter().map(|(_, name)| name.as_str()))
}

pub(super) fn may_have_fields_named<'n>(
    fields: &[String],
    more: impl Iterator<Item = &'n str>,
) -> Result<(), ImportError> {
    let new = more.filter(|name| !fields.iter().any(|field| field == name)).count();
    let all = u32::try_from(fields.len() + new).unwrap_or(u32::MAX);
    // A campaign that has more from before may still be given contacts.
    if new > 0 && all > MOST_FIELDS {
        Err(ImportError::TooManyFields { fields: all, most: MOST_FIELDS })
    } else {
        Ok(())
    }
}
