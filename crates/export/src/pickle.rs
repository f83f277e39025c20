//! Python's pickle format: a writer for the few shapes that the result files need, and a reader that takes plain data only.
//!
//! The opcodes and their names are those of `pickletools.py` in Python's standard library.

mod opcode;
mod reader;
mod writer;

pub use reader::{Dict, FILE_MAX, Item, PickleError, Plain, read};
pub use writer::{Value, write};
