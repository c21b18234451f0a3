//! The kit: native elements first, each made accessible once.
//!
//! Values that a person edits are `RwSignal`s, owned by the page.

mod adopted;
mod arriving;
mod button;
mod campaign_status;
mod choice;
mod confirm;
mod copy;
mod country;
mod dialog;
mod field;
mod format;
mod gate;
mod id;
mod load;
mod menu;
mod notice;
mod people_picker;
mod progress;
mod save_bar;
mod table;
mod tabs;
mod tile;
mod time;
mod title;

pub use adopted::*;
pub use arriving::*;
pub use button::*;
pub use campaign_status::*;
pub use choice::*;
pub use confirm::*;
pub use copy::*;
pub use country::*;
pub use dialog::*;
pub use field::*;
pub use format::*;
pub use gate::*;
pub use id::*;
pub use load::*;
pub use menu::*;
pub use notice::*;
pub use people_picker::*;
pub use progress::*;
pub use save_bar::*;
pub use table::*;
pub use tabs::*;
pub use tile::*;
pub use time::*;
pub use title::*;
