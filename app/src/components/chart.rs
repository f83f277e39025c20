//! Charts, drawn on the server: each with a title that says what it finds, axes from zero, and its table behind it.

mod axis;
mod columns;
mod frame;
mod stacked;
mod table;
mod term;

pub use columns::{ColumnBar, ColumnChart};
pub use frame::ChartFrame;
pub use stacked::{Segment, StackedBar};
pub use table::{Bars, TableView};
pub use term::{Term, Tile};
