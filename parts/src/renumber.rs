//! The same module with its functions at other places, and without those that others stand for.

use anyhow::{Result, anyhow};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{
    CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef,
};

/// What a module defines itself: the functions, numbered from 0.
pub struct Functions<'a> {
    /// How many functions are imported; in the module they come first.
    pub imported: u32,
    /// The type of each.
    pub types: Vec<u32>,
    /// The body of each.
    pub bodies: Vec<FunctionBody<'a>>,
}

impl<'a> Functions<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// When the module cannot be read.
    pub fn of(module: &'a [u8]) -> Result<Self> {
        let (mut imported, mut types, mut bodies) = (0, Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(section) => {
                    types = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        Ok(Self {
            imported,
            types,
            bodies,
        })
    }

    /// `module` with these functions in the order of `kept`; `stands_for` names the one in whose place each function is called,
    /// mostly itself.
    ///
    /// # Errors
    /// When one is called whose stand-in is not kept.
    pub fn rearranged(
        &self,
        module: &[u8],
        kept: &[usize],
        stand_ins: &[usize],
    ) -> Result<Vec<u8>> {
        let mut at = vec![None; stand_ins.len()];
        for (place, number) in (self.imported..).zip(kept) {
            at[*number] = Some(place);
        }
        let mut renumber = Renumber {
            imported: self.imported,
            kept,
            places: stand_ins.iter().map(|number| at[*number]).collect(),
        };
        let mut rearranged = Module::new();
        renumber
            .parse_core_module(&mut rearranged, Parser::new(0), module)
            .map_err(|error| anyhow!("{error:?}"))?;
        Ok(rearranged.finish())
    }
}

struct Renumber<'a> {
    imported: u32,
    kept: &'a [usize],
    /// The new number of each function.
    places: Vec<Option<u32>>,
}

impl Reencode for Renumber<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, reencode::Error> {
        let Some(own) = index.checked_sub(self.imported) else {
            return Ok(index);
        };
        let place = self.places.get(own as usize).copied().flatten();
        place.ok_or(reencode::Error::InvalidConstExpr)
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for number in self.kept {
            functions.function(types[*number]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        let bodies = section
            .into_iter()
            .collect::<Result<Vec<FunctionBody>, _>>()?;
        for number in self.kept {
            self.parse_function_body(code, bodies[*number].clone())?;
        }
        Ok(())
    }
}
