//! Moving conversations: choosing, previewing, committing and undoing, for every page that offers it.

pub mod arrange;
pub mod choices;
pub mod dialog;
pub mod figures;
mod form;
pub mod pane;
pub mod people;
pub mod planner;
pub mod preview;
pub mod removal;
mod undo;
pub mod undo_dialog;
pub mod undo_link;
