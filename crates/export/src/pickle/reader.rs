//! The reader: plain data only, from bytes that nobody vouches for.
//!
//! Nothing is ever imported, called or built; an opcode that asks for it ends the reading. Lists and dicts live in flat
//! tables and refer to each other by number, so that neither depth nor sharing nor a circle costs stack or memory.

use super::opcode as op;
use std::collections::HashMap;

/// Largest pickle that is read, in bytes.
pub const FILE_MAX: usize = 256 << 20;

/// Most opcodes that are read. One opcode makes at most one value or one memo entry, so this bounds the memory
/// (about 700 MB at worst, beside the file); an hour of masks of several objects needs less.
const OPCODES_MAX: usize = 10_000_000;

/// Most memo slots that are not numbered as Python numbers them, one after the other.
const SPARSE_MAX: usize = 1 << 20;

/// Why bytes are not a pickle of plain data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PickleError {
    /// Does not begin as a pickle does.
    #[error(
        "this is not a Python pickle of protocol 2 or later: save it with pickle.dump(data, file)"
    )]
    NotPickle,
    /// Larger than [`FILE_MAX`].
    #[error("the file has {0} bytes; at most {FILE_MAX} are read")]
    TooLarge(usize),
    /// More than ten million opcodes, or more than a million memo slots out of order.
    #[error("the file holds more than {OPCODES_MAX} values")]
    TooManyValues,
    /// Ends too early.
    #[error("the file ends in the middle, at byte {0}: it was cut off; copy or download it again")]
    CutOff(usize),
    /// Wants something imported or called.
    #[error(
        "the file asks Python for {0}, which can run code: only plain data (dict, list, tuple, str, bytes, int, float, bool, None) is read; convert arrays and other objects before saving"
    )]
    Code(String),
    /// An opcode that plain data saved by Python 3 never needs.
    #[error("byte {at} of the file is {found}, which plain data saved by Python 3 never holds")]
    Opcode {
        /// Where.
        at: usize,
        /// The opcode.
        found: String,
    },
    /// Opcodes in an order that means nothing.
    #[error("the file is damaged at byte {0}")]
    Damaged(usize),
}

/// One value. Texts and bytes are those of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item<'a> {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int` of at most 64 bits.
    Int(i64),
    /// A `float`.
    Float(f64),
    /// A `str`.
    Text(&'a str),
    /// A `bytes`.
    Bytes(&'a [u8]),
    /// A `list`; see [`Plain::items`].
    List(usize),
    /// A `tuple`; see [`Plain::items`].
    Tuple(usize),
    /// A `dict`; see [`Plain::entries`].
    Dict(Dict),
}

/// A dict of a [`Plain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dict(usize);

impl Item<'_> {
    /// What Python calls the type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Dict(_) => "dict",
        }
    }
}

/// A pickle that was read.
#[derive(Debug)]
pub struct Plain<'a> {
    /// The value itself.
    pub root: Item<'a>,
    sequences: Vec<Vec<Item<'a>>>,
    dicts: Vec<Vec<(Item<'a>, Item<'a>)>>,
}

impl<'a> Plain<'a> {
    /// The items of a list or tuple; none for anything else.
    #[must_use]
    pub fn items(&self, item: Item<'a>) -> Option<&[Item<'a>]> {
        match item {
            Item::List(n) | Item::Tuple(n) => self.sequences.get(n).map(Vec::as_slice),
            _ => None,
        }
    }

    /// The entries of a dict in the order of the file; where a key comes twice, the later one counts.
    #[must_use]
    pub fn entries(&self, dict: Dict) -> &[(Item<'a>, Item<'a>)] {
        self.dicts.get(dict.0).map_or(&[], Vec::as_slice)
    }
}

/// Reads a whole pickle of plain data.
///
/// # Errors
/// When it is anything else, too large, or damaged. Never executes anything of it, never panics.
pub fn read(bytes: &[u8]) -> Result<Plain<'_>, PickleError> {
    if bytes.len() > FILE_MAX {
        return Err(PickleError::TooLarge(bytes.len()));
    }
    match bytes {
        [op::PROTO, 2..=5, ..] => {}
        [op::PROTO] | [] => return Err(PickleError::CutOff(bytes.len())),
        _ => return Err(PickleError::NotPickle),
    }
    let mut machine = Machine {
        bytes,
        at: 2,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: Vec::new(),
        sparse: HashMap::new(),
        sequences: Vec::new(),
        dicts: Vec::new(),
    };
    for _ in 0..OPCODES_MAX {
        if let Some(root) = machine.step()? {
            return Ok(Plain {
                root,
                sequences: machine.sequences,
                dicts: machine.dicts,
            });
        }
    }
    Err(PickleError::TooManyValues)
}

/// Python's pickle machine, for plain data.
struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Item<'a>>,
    /// Heights of the stack at which a MARK lies.
    marks: Vec<usize>,
    /// What was put aside, by slot: Python numbers the slots from 0 on.
    memo: Vec<Item<'a>>,
    /// Slots beyond the end of `memo`.
    sparse: HashMap<u32, Item<'a>>,
    sequences: Vec<Vec<Item<'a>>>,
    dicts: Vec<Vec<(Item<'a>, Item<'a>)>>,
}

impl<'a> Machine<'a> {
    /// Runs one opcode; the value, when it was STOP.
    fn step(&mut self) -> Result<Option<Item<'a>>, PickleError> {
        let start = self.at;
        let [opcode] = self.array()?;
        let item = match opcode {
            op::STOP => {
                let root = self.pop()?;
                let alone = self.stack.is_empty() && self.marks.is_empty();
                return if alone {
                    Ok(Some(root))
                } else {
                    Err(self.damaged())
                };
            }
            op::FRAME => {
                self.take(8)?;
                return Ok(None);
            }
            op::MARK => {
                self.marks.push(self.stack.len());
                return Ok(None);
            }
            op::NONE => Item::None,
            op::NEWTRUE => Item::Bool(true),
            op::NEWFALSE => Item::Bool(false),
            op::BININT => Item::Int(i32::from_le_bytes(self.array()?).into()),
            op::BININT1 => Item::Int(u8::from_le_bytes(self.array()?).into()),
            op::BININT2 => Item::Int(u16::from_le_bytes(self.array()?).into()),
            op::LONG1 => self.long()?,
            op::BINFLOAT => Item::Float(f64::from_be_bytes(self.array()?)),
            op::SHORT_BINUNICODE => self.text::<1>()?,
            op::BINUNICODE => self.text::<4>()?,
            op::BINUNICODE8 => self.text::<8>()?,
            op::SHORT_BINBYTES => Item::Bytes(self.sized::<1>()?),
            op::BINBYTES => Item::Bytes(self.sized::<4>()?),
            op::BINBYTES8 => Item::Bytes(self.sized::<8>()?),
            op::EMPTY_LIST => Item::List(self.sequence(Vec::new())),
            op::EMPTY_TUPLE => Item::Tuple(self.sequence(Vec::new())),
            op::TUPLE => {
                let items = self.pop_to_mark()?;
                Item::Tuple(self.sequence(items))
            }
            op::TUPLE1 | op::TUPLE2 | op::TUPLE3 => {
                let count = usize::from(opcode - op::TUPLE1) + 1;
                let items = self.pop_many(count)?;
                Item::Tuple(self.sequence(items))
            }
            op::EMPTY_DICT => {
                self.dicts.push(Vec::new());
                Item::Dict(Dict(self.dicts.len() - 1))
            }
            op::BINGET => self.recall(|bytes: [u8; 1]| bytes[0].into())?,
            op::LONG_BINGET => self.recall(u32::from_le_bytes)?,
            op::APPEND | op::APPENDS => {
                let start = match opcode {
                    op::APPEND => self.last(1)?,
                    _ => self.unmark()?,
                };
                return self.append(start).map(|()| None);
            }
            op::SETITEM | op::SETITEMS => {
                let start = match opcode {
                    op::SETITEM => self.last(2)?,
                    _ => self.unmark()?,
                };
                return self.set(start).map(|()| None);
            }
            op::MEMOIZE | op::BINPUT | op::LONG_BINPUT => {
                let slot = match opcode {
                    op::BINPUT => u8::from_le_bytes(self.array()?).into(),
                    op::LONG_BINPUT => u32::from_le_bytes(self.array()?),
                    // Fewer than `OPCODES_MAX` entries.
                    _ => (self.memo.len() + self.sparse.len()) as u32,
                };
                return self.remember(slot).map(|()| None);
            }
            other => return Err(self.refuse(other, start)),
        };
        self.stack.push(item);
        Ok(None)
    }

    fn damaged(&self) -> PickleError {
        PickleError::Damaged(self.at)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], PickleError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest
            .get(..count)
            .ok_or(PickleError::CutOff(self.bytes.len()))?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// Bytes whose length stands before them in `N` bytes.
    fn sized<const N: usize>(&mut self) -> Result<&'a [u8], PickleError> {
        let mut len = [0; 8];
        len[..N].copy_from_slice(self.take(N)?);
        let len = usize::try_from(u64::from_le_bytes(len))
            .map_err(|_| PickleError::CutOff(self.bytes.len()))?;
        self.take(len)
    }

    fn text<const N: usize>(&mut self) -> Result<Item<'a>, PickleError> {
        let bytes = self.sized::<N>()?;
        let text = std::str::from_utf8(bytes).map_err(|_| self.damaged())?;
        Ok(Item::Text(text))
    }

    /// A two's complement number of any length, of which at most eight bytes are taken.
    fn long(&mut self) -> Result<Item<'a>, PickleError> {
        let start = self.at;
        let bytes = self.sized::<1>()?;
        if bytes.len() > 8 {
            return Err(PickleError::Opcode {
                at: start,
                found: "an int of more than 64 bits".into(),
            });
        }
        let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
        let mut padded = if negative { [0xff; 8] } else { [0; 8] };
        padded[..bytes.len()].copy_from_slice(bytes);
        Ok(Item::Int(i64::from_le_bytes(padded)))
    }

    fn sequence(&mut self, items: Vec<Item<'a>>) -> usize {
        self.sequences.push(items);
        self.sequences.len() - 1
    }

    fn recall<const N: usize>(
        &mut self,
        slot: impl FnOnce([u8; N]) -> u32,
    ) -> Result<Item<'a>, PickleError> {
        let slot = slot(self.array()?);
        let found = self.memo.get(slot as usize);
        let found = found.or_else(|| self.sparse.get(&slot));
        found.copied().ok_or(self.damaged())
    }

    fn remember(&mut self, slot: u32) -> Result<(), PickleError> {
        let top = self.top()?;
        let place = slot as usize;
        if let Some(kept) = self.memo.get_mut(place) {
            *kept = top;
        } else if place == self.memo.len() {
            self.memo.push(top);
            self.sparse.remove(&slot);
        } else if self.sparse.len() < SPARSE_MAX {
            self.sparse.insert(slot, top);
        } else {
            return Err(PickleError::TooManyValues);
        }
        Ok(())
    }

    /// Where the values above the last MARK begin.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn top(&self) -> Result<Item<'a>, PickleError> {
        let above = self.stack.get(self.floor()..).unwrap_or_default();
        above.last().copied().ok_or(self.damaged())
    }

    fn pop(&mut self) -> Result<Item<'a>, PickleError> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn pop_many(&mut self, count: usize) -> Result<Vec<Item<'a>>, PickleError> {
        let start = self.last(count)?;
        Ok(self.stack.split_off(start))
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Item<'a>>, PickleError> {
        let start = self.unmark()?;
        Ok(self.stack.split_off(start))
    }

    /// Where the last `count` values begin.
    fn last(&self, count: usize) -> Result<usize, PickleError> {
        let start = self.stack.len().checked_sub(count);
        start
            .filter(|&start| start >= self.floor())
            .ok_or(self.damaged())
    }

    /// Takes the last MARK away: where the values above it begin.
    fn unmark(&mut self) -> Result<usize, PickleError> {
        let mark = self.marks.pop();
        mark.filter(|&mark| mark <= self.stack.len())
            .ok_or(self.damaged())
    }

    /// The container below the values from `start` on.
    fn below(&self, start: usize) -> Result<Item<'a>, PickleError> {
        let under = self.stack.get(self.floor()..start).unwrap_or_default();
        under.last().copied().ok_or(self.damaged())
    }

    // From the stack straight into their container: a list can hold millions.
    fn append(&mut self, start: usize) -> Result<(), PickleError> {
        let list = match self.below(start)? {
            Item::List(n) => self.sequences.get_mut(n),
            _ => None,
        };
        let Some(list) = list else {
            return Err(self.damaged());
        };
        if list.is_empty() {
            list.reserve_exact(self.stack.len() - start);
        }
        list.extend(self.stack.drain(start..));
        Ok(())
    }

    fn set(&mut self, start: usize) -> Result<(), PickleError> {
        let dict = match self.below(start)? {
            Item::Dict(Dict(n)) => self.dicts.get_mut(n),
            _ => None,
        };
        let (Some(dict), (pairs, [])) = (dict, self.stack[start..].as_chunks::<2>()) else {
            return Err(self.damaged());
        };
        // Most dicts are those of masks, and get all their entries at once.
        if dict.is_empty() {
            dict.reserve_exact(pairs.len());
        }
        dict.extend(pairs.iter().map(|&[key, value]| (key, value)));
        self.stack.truncate(start);
        Ok(())
    }

    /// The error for an opcode that is not plain data, naming what it asks for where that is known.
    fn refuse(&self, opcode: u8, at: usize) -> PickleError {
        let wanted = match opcode {
            op::GLOBAL | b'i' => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let mut lines = rest.splitn(3, |&byte| byte == b'\n');
                let mut line = || {
                    lines
                        .next()
                        .map(|line| shown(&String::from_utf8_lossy(line)))
                };
                line().zip(line())
            }
            op::STACK_GLOBAL => match self.stack.as_slice() {
                [.., Item::Text(module), Item::Text(name)] => Some((shown(module), shown(name))),
                _ => None,
            },
            _ => None,
        };
        let name = op::name(opcode);
        match (wanted, opcode) {
            (Some((module, name)), _) => PickleError::Code(format!("\"{module}.{name}\"")),
            (
                None,
                op::GLOBAL
                | op::STACK_GLOBAL
                | op::REDUCE
                | b'b'
                | b'i'
                | b'o'
                | 0x81..=0x84
                | 0x92
                | b'P'
                | b'Q',
            ) => PickleError::Code(format!("the opcode {}", name.unwrap_or("INST"))),
            (None, _) => PickleError::Opcode {
                at,
                found: name.map_or_else(
                    || format!("the unknown opcode {opcode:#04x}"),
                    |name| format!("the opcode {name}"),
                ),
            },
        }
    }
}

/// The beginning of a name out of the file, without control characters.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}
