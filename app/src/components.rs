//! Pieces that several pages share.

pub mod badge;
pub mod chart;
pub mod check_list;
pub mod cut;
pub mod erased;
pub mod focus;
pub mod format;
pub mod history;
pub mod icon;
pub mod inbox_indicator;
pub mod keys_help;
pub mod lanes;
pub mod model_badge;
pub mod navigation;
pub mod object_table;
pub mod person_menu;
pub mod player;
pub mod progress;
pub mod queue;
pub mod remembered;
pub mod sight;
pub mod spot;
pub mod state;
pub mod theme;
pub mod threads;
pub mod upload;
