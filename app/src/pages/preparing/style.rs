//! The styles of these pages, which come with them: what is fetched first stays small.

/// Gives the document the styles of these pages, unless it has them.
pub fn adopt() {
    crate::ui::adopt(include_str!("../../../../style/message.css"));
    crate::ui::adopt(include_str!("../../../../style/preparing.css"));
}
