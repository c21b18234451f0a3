//! Contacts on their way from the file into the database: one thread reads, another takes what is read, in batches.

use handoff_core::contact::Phone;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::contacts::mapping::Mapping;
use crate::contacts::phone::Country;
use crate::contacts::reading::{Contact, Outcome, Reading};
use crate::contacts::sheet::Sheet;
use crate::model::ApiError;
use crate::model::import::DryRun;

/// How much is in a batch: so many contacts, or fewer once they are so many bytes.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) contacts: u32,
    pub(super) bytes: usize,
}

/// Some contacts.
pub(super) struct Batch {
    /// How many.
    pub(super) count: u32,
    /// How many rows of the file were read until then.
    pub(super) rows_read: u32,
    /// A JSON array of arrays: phone, first name, last name, fields.
    pub(super) json: String,
    /// Their numbers.
    pub(super) phones: Vec<Phone>,
}

/// What is read, as it comes.
pub(super) struct Batches {
    receiver: mpsc::Receiver<Batch>,
    reader: JoinHandle<Result<Option<DryRun>, ApiError>>,
}

impl Batches {
    /// Begins to read a file. Answers how many rows it has at most.
    pub(super) async fn read(
        sheet: Sheet<'static>,
        mapping: Mapping,
        country: Country,
        despite_consent: bool,
        size: Size,
    ) -> Result<(Self, u32), ApiError> {
        let (sender, receiver) = mpsc::channel(2);
        let (first_said, first_heard) = oneshot::channel();
        let reader = tokio::task::spawn_blocking(move || {
            let _ = first_said.send(sheet.most_rows());
            let reading = Reading::of(&sheet, &mapping, country, despite_consent);
            read(reading, size, &sender).map_err(|error| {
                tracing::error!(%error, "contacts cannot be written as JSON");
                ApiError::Broken
            })
        });
        let most = first_heard.await.map_err(|_| ApiError::Broken)?;
        Ok((Self { receiver, reader }, most))
    }

    /// The next batch, if it is there already.
    pub(super) fn ready(&mut self) -> Option<Batch> {
        self.receiver.try_recv().ok()
    }

    /// The next batch, until the file is read.
    pub(super) async fn next(&mut self) -> Option<Batch> {
        self.receiver.recv().await
    }

    /// What was found in all.
    pub(super) async fn tally(self) -> Result<DryRun, ApiError> {
        self.reader.await.map_err(|_| ApiError::Broken)??.ok_or(ApiError::Broken)
    }
}

/// Reads the file and sends batches. Answers what it found in all, `None` if nobody takes them any more.
fn read(
    mut reading: Reading<'_>,
    size: Size,
    batches: &mpsc::Sender<Batch>,
) -> Result<Option<DryRun>, serde_json::Error> {
    let mut json = vec![b'['];
    let (mut phones, mut fields) = (Vec::new(), Vec::new());
    loop {
        let at_end = match reading.next_row() {
            None => true,
            Some(Outcome::Good(contact)) => {
                if !phones.is_empty() {
                    json.push(b',');
                }
                write(&contact, &mut fields, &mut json)?;
                phones.push(contact.phone);
                false
            }
            Some(Outcome::Merged | Outcome::NotAgreed | Outcome::Bad(_)) => false,
        };
        let count = u32::try_from(phones.len()).unwrap_or(u32::MAX);
        if count >= size.contacts || json.len() >= size.bytes || at_end {
            json.push(b']');
            // What serde_json writes is UTF-8.
            let json = String::from_utf8(std::mem::replace(&mut json, vec![b'['])).unwrap_or_default();
            let phones = std::mem::take(&mut phones);
            if batches.blocking_send(Batch { count, rows_read: reading.rows_read(), json, phones }).is_err() {
                return Ok(None);
            }
        }
        if at_end {
            return Ok(Some(reading.tally));
        }
    }
}

/// Writes a contact as an array of texts; its custom fields are JSON in the last of them, as they are stored.
fn write(contact: &Contact<'_>, fields: &mut Vec<u8>, json: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    fields.clear();
    fields.push(b'{');
    for (name, value) in contact.fields() {
        if fields.len() > 1 {
            fields.push(b',');
        }
        name.serialize(&mut serde_json::Serializer::new(&mut *fields))?;
        fields.push(b':');
        value.serialize(&mut serde_json::Serializer::new(&mut *fields))?;
    }
    fields.push(b'}');
    let fields = std::str::from_utf8(fields).unwrap_or("{}");
    let texts = (contact.phone, contact.first_name(), contact.last_name(), fields);
    texts.serialize(&mut serde_json::Serializer::new(json))
}
