//! Contacts: names, phone numbers and the placeholders of messages.
