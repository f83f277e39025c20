//! Several pieces as one: the functions, table entries and data of all of them behind one set of imports.

use crate::link;
use anyhow::{Context, Result, anyhow, bail};
use std::collections::HashMap;
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, FunctionSection, ImportSection,
    Module, TypeSection,
};
use wasmparser::{FuncType, Parser, Payload, TypeRef};

/// One module that does what `pieces` do when they are loaded one after the other.
///
/// # Errors
/// When a piece is no module, or holds what pieces of a split program do not: functions of their own names, globals, tables.
pub fn merge(pieces: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut merged = Merged::default();
    for piece in pieces {
        merged
            .add(piece)
            .context("a piece is not as pieces were before: the tool that splits has changed")?;
    }
    link::link(&merged.finish())
}

#[derive(Default)]
struct Merged {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    elements: ElementSection,
    code: CodeSection,
    data: DataSection,
    /// What is imported so far: module, name, and the index among its kind.
    known: Vec<(String, String, u32)>,
    known_types: HashMap<FuncType, u32>,
    tables: u32,
    memories: u32,
    globals: u32,
}

/// Where the indices of one piece are in the whole.
#[derive(Default)]
struct Places {
    types: Vec<u32>,
    functions: u32,
    data: u32,
    elements: u32,
    tables: Vec<u32>,
    memories: Vec<u32>,
    globals: Vec<u32>,
}

impl Merged {
    fn add(&mut self, piece: &[u8]) -> Result<()> {
        let mut places = Places {
            functions: self.functions.len(),
            data: self.data.len(),
            elements: self.elements.len(),
            ..Places::default()
        };
        for payload in Parser::new(0).parse_all(piece) {
            match payload? {
                Payload::TypeSection(section) => {
                    for of in section.into_iter_err_on_gc_types() {
                        let of = of?;
                        let index = self.type_index(&of)?;
                        places.types.push(index);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        self.import(&import?, &mut places)?;
                    }
                }
                Payload::FunctionSection(section) => places
                    .parse_function_section(&mut self.functions, section)
                    .map_err(explain)?,
                Payload::ElementSection(section) => places
                    .parse_element_section(&mut self.elements, section)
                    .map_err(explain)?,
                Payload::DataSection(section) => places
                    .parse_data_section(&mut self.data, section)
                    .map_err(explain)?,
                Payload::CodeSectionEntry(body) => places
                    .parse_function_body(&mut self.code, body)
                    .map_err(explain)?,
                Payload::ExportSection(section) if section.count() > 0 => bail!("it exports"),
                Payload::TableSection(_)
                | Payload::MemorySection(_)
                | Payload::GlobalSection(_)
                | Payload::TagSection(_)
                | Payload::StartSection { .. } => bail!("it has a table, memory, global or start"),
                _ => {}
            }
        }
        Ok(())
    }

    /// Where a type is among those of all pieces.
    fn type_index(&mut self, of: &FuncType) -> Result<u32> {
        if let Some(index) = self.known_types.get(of) {
            return Ok(*index);
        }
        let index = self.types.len();
        let copy = reencode::RoundtripReencoder.func_type(of.clone());
        self.types.ty().func_type(&copy.map_err(explain)?);
        self.known_types.insert(of.clone(), index);
        Ok(index)
    }

    /// Imports what is not imported yet, and notes where it is.
    fn import(&mut self, import: &wasmparser::Import, places: &mut Places) -> Result<()> {
        let (count, list) = match import.ty {
            TypeRef::Table(_) => (&mut self.tables, &mut places.tables),
            TypeRef::Memory(_) => (&mut self.memories, &mut places.memories),
            TypeRef::Global(_) => (&mut self.globals, &mut places.globals),
            _ => bail!("it imports {}", import.name),
        };
        let known = self
            .known
            .iter()
            .find(|(module, name, _)| module == import.module && name == import.name);
        if let Some((.., index)) = known {
            list.push(*index);
            return Ok(());
        }
        list.push(*count);
        self.known
            .push((import.module.to_owned(), import.name.to_owned(), *count));
        *count += 1;
        let kind = reencode::RoundtripReencoder
            .entity_type(import.ty)
            .map_err(explain)?;
        self.imports.import(import.module, import.name, kind);
        Ok(())
    }

    fn finish(self) -> Vec<u8> {
        let mut module = Module::new();
        module
            .section(&self.types)
            .section(&self.imports)
            .section(&self.functions)
            .section(&self.elements)
            .section(&DataCountSection {
                count: self.data.len(),
            })
            .section(&self.code)
            .section(&self.data);
        module.finish()
    }
}

impl Reencode for Places {
    type Error = std::convert::Infallible;

    fn type_index(&mut self, index: u32) -> Result<u32, reencode::Error> {
        place(&self.types, index)
    }

    fn function_index(&mut self, index: u32) -> Result<u32, reencode::Error> {
        Ok(self.functions + index)
    }

    fn data_index(&mut self, index: u32) -> Result<u32, reencode::Error> {
        Ok(self.data + index)
    }

    fn element_index(&mut self, index: u32) -> Result<u32, reencode::Error> {
        Ok(self.elements + index)
    }

    fn table_index(&mut self, index: u32) -> Result<u32, reencode::Error> {
        place(&self.tables, index)
    }

    fn memory_index(&mut self, index: u32) -> Result<u32, reencode::Error> {
        place(&self.memories, index)
    }

    fn global_index(&mut self, index: u32) -> Result<u32, reencode::Error> {
        place(&self.globals, index)
    }
}

fn place(list: &[u32], index: u32) -> Result<u32, reencode::Error> {
    list.get(index as usize)
        .copied()
        .ok_or(reencode::Error::InvalidConstExpr)
}

fn explain(error: reencode::Error) -> anyhow::Error {
    anyhow!("{error:?}")
}

#[cfg(test)]
mod tests {
    use super::merge;
    use wasm_encoder::{
        CodeSection, ConstExpr, DataSection, Function, FunctionSection, ImportSection, MemoryType,
        Module, TypeSection, ValType,
    };
    use wasmparser::{Parser, Payload, Validator};

    /// A piece with one function of the given result, which calls itself, and one byte of data.
    fn piece(result: ValType, byte: u8) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], [result]);
        let mut imports = ImportSection::new();
        let memory = MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        imports.import("__wasm_split", "memory", memory);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut code = CodeSection::new();
        let mut function = Function::new([]);
        function.instructions().call(0).end();
        code.function(&function);
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(i32::from(byte)), [byte]);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&code)
            .section(&data);
        module.finish()
    }

    #[test]
    fn functions_call_the_same_functions_as_before() {
        let merged = merge(&[piece(ValType::I32, 1), piece(ValType::F64, 2)]).unwrap();
        // A call of the other piece's function would give a value of another type.
        Validator::new().validate_all(&merged).unwrap();
        let mut counts = (0, 0, 0);
        for payload in Parser::new(0).parse_all(&merged) {
            match payload.unwrap() {
                Payload::ImportSection(section) => counts.0 = section.into_imports().count(),
                Payload::CodeSectionStart { count, .. } => counts.1 = count,
                Payload::DataSection(section) => counts.2 = section.count(),
                _ => {}
            }
        }
        assert_eq!(counts, (1, 2, 2));
    }

    #[test]
    fn what_is_no_piece_is_refused() {
        assert!(merge(&[b"nothing".to_vec()]).is_err());
    }
}
