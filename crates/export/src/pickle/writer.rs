//! The writer: protocol 3, which every Python 3 reads.

use super::opcode as op;
use std::io::{self, Write};

/// Protocol 3: the first with `bytes`, and without the frames and memo that later ones expect of a good writer.
const PROTOCOL: u8 = 3;

/// What a pickle can be made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int`.
    Int(i64),
    /// A `float`.
    Float(f64),
    /// A `str`.
    Text(String),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A `list`.
    List(Vec<Value>),
    /// A `dict`, in the order in which it is to be filled; the keys must differ.
    Dict(Vec<(Value, Value)>),
    /// What `module.name(argument)` returns when the file is loaded.
    Call {
        /// The module that Python imports.
        module: &'static str,
        /// The callable in it.
        name: &'static str,
        /// Its one argument.
        argument: Box<Value>,
    },
}

impl Value {
    /// A dict with text keys.
    pub fn dict<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Dict(
            entries
                .map(|(key, value)| (Self::from(key), value))
                .to_vec(),
        )
    }

    /// A list.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),+) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })+
    };
}
value_from!(bool => Bool, i32 => Int, u32 => Int, i64 => Int, f64 => Float, &str => Text, String => Text);

/// Writes `value` as a whole pickle. The same value gives the same bytes.
///
/// # Errors
/// When `out` fails, or a text or `bytes` is longer than 4 GiB.
pub fn write(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    out.write_all(&[op::PROTO, PROTOCOL])?;
    write_value(out, value)?;
    out.write_all(&[op::STOP])
}

fn write_value(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    match value {
        Value::None => out.write_all(&[op::NONE]),
        Value::Bool(true) => out.write_all(&[op::NEWTRUE]),
        Value::Bool(false) => out.write_all(&[op::NEWFALSE]),
        Value::Int(n) => write_int(out, *n),
        Value::Float(x) => {
            out.write_all(&[op::BINFLOAT])?;
            out.write_all(&x.to_be_bytes())
        }
        Value::Text(text) => {
            out.write_all(&[op::BINUNICODE])?;
            write_sized(out, text.as_bytes())
        }
        Value::Bytes(bytes) => match u8::try_from(bytes.len()) {
            Ok(len) => {
                out.write_all(&[op::SHORT_BINBYTES, len])?;
                out.write_all(bytes)
            }
            Err(_) => {
                out.write_all(&[op::BINBYTES])?;
                write_sized(out, bytes)
            }
        },
        Value::List(items) => {
            out.write_all(&[op::EMPTY_LIST, op::MARK])?;
            for item in items {
                write_value(out, item)?;
            }
            out.write_all(&[op::APPENDS])
        }
        Value::Dict(entries) => {
            out.write_all(&[op::EMPTY_DICT, op::MARK])?;
            for (key, value) in entries {
                write_value(out, key)?;
                write_value(out, value)?;
            }
            out.write_all(&[op::SETITEMS])
        }
        Value::Call {
            module,
            name,
            argument,
        } => {
            out.write_all(&[op::GLOBAL])?;
            write!(out, "{module}\n{name}\n")?;
            write_value(out, argument)?;
            out.write_all(&[op::TUPLE1, op::REDUCE])
        }
    }
}

/// The shortest opcode that holds `n`.
fn write_int(out: &mut dyn Write, n: i64) -> io::Result<()> {
    if let Ok(n) = u8::try_from(n) {
        out.write_all(&[op::BININT1, n])
    } else if let Ok(n) = u16::try_from(n) {
        out.write_all(&[op::BININT2])?;
        out.write_all(&n.to_le_bytes())
    } else if let Ok(n) = i32::try_from(n) {
        out.write_all(&[op::BININT])?;
        out.write_all(&n.to_le_bytes())
    } else {
        out.write_all(&[op::LONG1, 8])?;
        out.write_all(&n.to_le_bytes())
    }
}

/// Four bytes of length, then the bytes.
fn write_sized(out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let len = u32::try_from(bytes.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a text longer than 4 GiB"))?;
    out.write_all(&len.to_le_bytes())?;
    out.write_all(bytes)
}
