//! All that differs between SQLite and PostgreSQL.

pub(super) mod connect;
pub mod migrations;
pub mod statistics;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default: one file.
    Sqlite,
    /// Where an organization grows to.
    Postgres,
}

impl Engine {
    /// The engine of a database address.
    ///
    /// # Errors
    /// If the address is neither `sqlite:` nor `postgres:`.
    pub fn of(address: &str) -> Result<Self, sqlx::Error> {
        if address.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            Ok(Self::Postgres)
        } else {
            Err(sqlx::Error::Configuration("the database address must begin with sqlite: or postgres://".into()))
        }
    }

    /// Begins a transaction that writes. SQLite takes its one write lock at once, because a transaction that
    /// asks for it later is refused if another one wrote meanwhile.
    pub const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Waits until no other transaction writes conversations of this campaign, and keeps others waiting until
    /// this one ends. `None` on SQLite, where a writing transaction is alone anyway. Binds the campaign's id.
    pub const fn lock_campaign(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT pg_advisory_xact_lock($1)"),
        }
    }

    /// Waits for several campaigns as [`Self::lock_campaign`] does for one, always in the same order. Binds the
    /// organization and a JSON array of the campaigns' ids.
    pub const fn lock_campaigns(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "SELECT pg_advisory_xact_lock(campaign_id) FROM (
                    SELECT campaign_id FROM campaign WHERE organization_id = $1 AND campaign_id IN (
                        SELECT CAST(value AS BIGINT)
                        FROM json_array_elements_text(CAST(CAST($2 AS TEXT) AS JSON)) AS given
                    )
                    ORDER BY campaign_id
                ) AS campaigns",
            ),
        }
    }

    /// Gives this transaction room for a join of a million rows, which PostgreSQL otherwise does in parts, each with
    /// its own walk over the table. Compiling such a statement first costs more than it saves.
    pub const fn room_for_many(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off"),
        }
    }

    /// Makes the temporary table of what moves, in the order of the deal: `place` counts from 1 as rows come in.
    pub const fn create_moving(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "CREATE TEMPORARY TABLE moving (place INTEGER PRIMARY KEY, conversation_id BIGINT NOT NULL)"
            }
            Self::Postgres => {
                "CREATE TEMPORARY TABLE moving (place BIGINT GENERATED ALWAYS AS IDENTITY, conversation_id BIGINT NOT NULL)"
            }
        }
    }

    /// Makes the temporary table of the targets of a deal by rank. SQLite finds a row by an `INTEGER` key in one step.
    pub const fn create_share(self) -> &'static str {
        match self {
            Self::Sqlite => "CREATE TEMPORARY TABLE share (rank INTEGER PRIMARY KEY, to_id BIGINT)",
            Self::Postgres => "CREATE TEMPORARY TABLE share (rank BIGINT NOT NULL PRIMARY KEY, to_id BIGINT)",
        }
    }

    /// Finishes `moving` once it is full. PostgreSQL builds its index faster then than row by row, and would
    /// otherwise guess that the rows are few, and look each conversation up by its key.
    pub const fn finish_moving(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("CREATE UNIQUE INDEX moving_by_place ON moving (place); ANALYZE moving"),
        }
    }

    /// Waits as [`Self::lock_campaign`] does, but together with other writers of single conversations.
    pub const fn share_campaign(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT pg_advisory_xact_lock_shared($1)"),
        }
    }

    /// Shares the campaign of a texter, as [`Self::share_campaign`] does, then keeps other acts of theirs that ask for it
    /// waiting until this transaction ends. Binds organization, campaign and member.
    pub const fn lock_texter(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            // The lock of the campaign is taken where the row is found, before the row itself is locked.
            Self::Postgres => Some(
                "SELECT pg_advisory_xact_lock_shared(campaign_id) FROM campaign_texter
                WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $3 FOR UPDATE",
            ),
        }
    }

    /// Shares the campaign of a conversation, as [`Self::share_campaign`] does, then keeps the conversation from
    /// being changed by others until this transaction ends. What is read of it afterwards is how it stands.
    /// Binds organization and conversation.
    pub const fn lock_conversation(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            // The lock of the campaign is taken where the row is found, before the row itself is locked.
            Self::Postgres => Some(
                "SELECT pg_advisory_xact_lock_shared(campaign_id) FROM conversation
                WHERE organization_id = $1 AND conversation_id = $2 FOR UPDATE",
            ),
        }
    }

    /// Shares the campaigns of a phone number. Binds organization and phone.
    pub const fn share_campaigns_of_phone(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "SELECT pg_advisory_xact_lock_shared(campaign_id) FROM (
                    SELECT campaign_id FROM contact_number WHERE organization_id = $1 AND phone = $2 ORDER BY campaign_id
                ) AS campaigns",
            ),
        }
    }

    /// Keeps every conversation of a phone number from being changed by others until this transaction ends, always
    /// in the same order. Binds organization and phone.
    pub const fn lock_phone(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "SELECT conversation.conversation_id FROM contact_number
                JOIN conversation ON conversation.organization_id = contact_number.organization_id
                    AND conversation.conversation_id = contact_number.conversation_id
                WHERE contact_number.organization_id = $1 AND contact_number.phone = $2
                ORDER BY conversation.conversation_id FOR UPDATE OF conversation",
            ),
        }
    }

    /// A table of the elements of a JSON array, `value`, with their `place` from 0.
    ///
    /// Thousands of rows go in as one parameter, which both engines read several times faster than as many
    /// parameters as there are cells.
    pub const fn rows_of_json(self) -> &'static str {
        match self {
            Self::Sqlite => "(SELECT key AS place, value FROM json_each($4))",
            Self::Postgres => {
                "(SELECT ordinality - 1 AS place, value FROM json_array_elements(CAST(CAST($4 AS TEXT) AS JSON)) WITH ORDINALITY)"
            }
        }
    }

    /// A table of the texts of the JSON array that is bound in a place, `value`.
    pub fn texts(self, place: u32) -> String {
        match self {
            Self::Sqlite => format!("json_each(${place})"),
            Self::Postgres => format!("json_array_elements_text(CAST(CAST(${place} AS TEXT) AS JSON))"),
        }
    }

    /// As [`Self::share_campaigns_of_phone`], of many numbers: a JSON array of them is bound in place of one.
    pub fn share_campaigns_of_phones(self) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(format!(
                "SELECT pg_advisory_xact_lock_shared(campaign_id) FROM (
                    SELECT DISTINCT campaign_id FROM contact_number
                    WHERE organization_id = $1 AND phone IN (SELECT value FROM {} AS listed) ORDER BY campaign_id
                ) AS campaigns",
                self.texts(2)
            )),
        }
    }

    /// As [`Self::lock_phone`], of many numbers: a JSON array of them is bound in place of one.
    pub fn lock_phones(self) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(format!(
                "SELECT conversation.conversation_id FROM contact_number
                JOIN conversation ON conversation.organization_id = contact_number.organization_id
                    AND conversation.conversation_id = contact_number.conversation_id
                WHERE contact_number.organization_id = $1
                    AND contact_number.phone IN (SELECT value FROM {} AS listed)
                ORDER BY conversation.conversation_id FOR UPDATE OF conversation",
                self.texts(2)
            )),
        }
    }

    /// The ids of all rows in one text, separated by commas, in any order: thousands of rows are read at once.
    pub const fn ids_in_one_text(self) -> &'static str {
        match self {
            Self::Sqlite => "group_concat(conversation_id, ',')",
            Self::Postgres => "string_agg(CAST(conversation_id AS TEXT), ',')",
        }
    }

    /// Whether a number is among those of the JSON array that is bound in a place. PostgreSQL looks up an array in two
    /// thirds of the time that it takes for rows of JSON.
    pub fn is_among(self, column: &str, place: u32) -> String {
        match self {
            Self::Sqlite => format!("{column} IN (SELECT value FROM json_each(${place}))"),
            Self::Postgres => {
                format!("{column} = ANY (CAST(string_to_array(btrim(${place}, '[]'), ',') AS BIGINT[]))")
            }
        }
    }

    /// The texts of all rows in one, as they come, with this between them.
    pub fn in_one_text(self, column: &str, separator: char) -> String {
        match self {
            Self::Sqlite => format!("group_concat({column}, '{separator}')"),
            Self::Postgres => format!("string_agg({column}, '{separator}')"),
        }
    }

    /// All rows in one text: a JSON array that has an array of these columns for each. Tens of thousands of rows come
    /// that way in half the time.
    pub fn rows_in_one_text(self, columns: &str) -> String {
        match self {
            Self::Sqlite => format!("json_group_array(json_array({columns}))"),
            Self::Postgres => format!("CAST(coalesce(json_agg(json_build_array({columns})), '[]') AS TEXT)"),
        }
    }

    /// A table of the numbers of a JSON array, `value`.
    pub const fn ids_of_json(self) -> &'static str {
        match self {
            Self::Sqlite => "json_each($2)",
            Self::Postgres => "json_array_elements_text(CAST(CAST($2 AS TEXT) AS JSON))",
        }
    }

    /// A table of the texts of a JSON array, `value`.
    pub const fn texts_of_json(self) -> &'static str {
        match self {
            Self::Sqlite => "json_each($3)",
            Self::Postgres => "json_array_elements_text(CAST(CAST($3 AS TEXT) AS JSON))",
        }
    }
}
