//! Calls within a merged module. Pieces call each other through the table, each through a function of its own that does
//! nothing else; what has come into the same module is called directly, and what is elsewhere through one such function.

use crate::renumber::Functions;
use anyhow::{Result, bail};
use std::collections::HashMap;
use wasmparser::{ElementItems, ElementKind, FunctionBody, Operator, Parser, Payload};

/// The same module with direct calls.
///
/// # Errors
/// When the module cannot be read.
pub fn link(module: &[u8]) -> Result<Vec<u8>> {
    let functions = Functions::of(module)?;
    let mut targets = in_table(module, functions.imported)?;
    let mut stand_ins: Vec<usize> = (0..functions.bodies.len()).collect();
    for (number, body) in functions.bodies.iter().enumerate() {
        let Some((slot, of)) = passes_on(body)? else {
            continue;
        };
        if of != functions.types[number] {
            continue;
        }
        // The first of them stands for all when the function itself is in another file.
        let target = *targets.entry(slot).or_insert(number);
        if functions.types[target] == of {
            stand_ins[number] = target;
        }
    }
    // What one leads to may lead on.
    for number in 0..stand_ins.len() {
        while stand_ins[stand_ins[number]] != stand_ins[number] {
            stand_ins[number] = stand_ins[stand_ins[number]];
        }
    }
    let kept: Vec<usize> = (0..stand_ins.len())
        .filter(|number| stand_ins[*number] == *number)
        .collect();
    functions.rearranged(module, &kept, &stand_ins)
}

/// The functions that the module puts into the table, by slot.
fn in_table(module: &[u8], imported: u32) -> Result<HashMap<i32, usize>> {
    let mut targets = HashMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::ElementSection(section) = payload? else {
            continue;
        };
        for element in section {
            let element = element?;
            let (ElementKind::Active { offset_expr, .. }, ElementItems::Functions(list)) =
                (element.kind, element.items)
            else {
                bail!("the table is filled in an unknown way");
            };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                bail!("the table is filled at a place that is not known");
            };
            for (slot, function) in (value..).zip(list) {
                if let Some(own) = function?.checked_sub(imported) {
                    targets.insert(slot, own as usize);
                }
            }
        }
    }
    Ok(targets)
}

/// The slot of the table to which a function passes on all that it is given, and the type that it calls it with; none when it
/// does anything else.
fn passes_on(body: &FunctionBody) -> Result<Option<(i32, u32)>> {
    let mut operators = body.get_operators_reader()?;
    if body.get_locals_reader()?.get_count() > 0 {
        return Ok(None);
    }
    let mut next = 0;
    let slot = loop {
        match operators.read()? {
            Operator::LocalGet { local_index } if local_index == next => next += 1,
            Operator::I32Const { value } => break value,
            _ => return Ok(None),
        }
    };
    let Operator::CallIndirect {
        type_index,
        table_index: 0,
    } = operators.read()?
    else {
        return Ok(None);
    };
    let ends = matches!(operators.read()?, Operator::End) && operators.eof();
    Ok(ends.then_some((slot, type_index)))
}

#[cfg(test)]
mod tests {
    use super::link;
    use crate::renumber::Functions;
    use wasm_encoder::{
        CodeSection, ConstExpr, ElementSection, Elements, EntityType, Function, FunctionSection,
        ImportSection, Module, RefType, TableType, TypeSection, ValType,
    };
    use wasmparser::{FunctionBody, Operator, Validator};

    /// What passes on its only argument to a slot.
    fn to_slot(slot: i32, of: u32) -> Function {
        let mut function = Function::new([]);
        let mut code = function.instructions();
        code.local_get(0).i32_const(slot).call_indirect(0, of).end();
        function
    }

    /// A module whose table has function 1 in slot 5; functions 2, 3 and 4 each call one of the others.
    fn module(functions: [Function; 7]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I32]);
        types.ty().function([ValType::I32], []);
        let mut imports = ImportSection::new();
        let table = TableType {
            element_type: RefType::FUNCREF,
            minimum: 20,
            maximum: None,
            table64: false,
            shared: false,
        };
        imports.import(
            "__wasm_split",
            "__indirect_function_table",
            EntityType::Table(table),
        );
        let mut list = FunctionSection::new();
        let mut code = CodeSection::new();
        for function in &functions {
            list.function(0);
            code.function(function);
        }
        let mut elements = ElementSection::new();
        elements.active(
            None,
            &ConstExpr::i32_const(5),
            Elements::Functions([1].as_slice().into()),
        );
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&list)
            .section(&elements)
            .section(&code);
        module.finish()
    }

    fn called(body: &FunctionBody) -> Option<u32> {
        body.get_operators_reader()
            .unwrap()
            .into_iter()
            .find_map(|of| match of.unwrap() {
                Operator::Call { function_index } => Some(function_index),
                _ => None,
            })
    }

    #[test]
    fn what_is_in_the_same_module_is_called_directly() {
        let mut real = Function::new([]);
        real.instructions()
            .local_get(0)
            .i32_const(1)
            .i32_add()
            .end();
        let calls = |number| {
            let mut function = Function::new([]);
            function
                .instructions()
                .local_get(0)
                .call(number)
                .i32_const(7)
                .i32_mul()
                .end();
            function
        };
        let before = module([
            to_slot(5, 0),
            real,
            calls(0),
            calls(5),
            calls(6),
            to_slot(9, 0),
            to_slot(9, 0),
        ]);
        let after = link(&before).unwrap();
        Validator::new().validate_all(&after).unwrap();
        let functions = Functions::of(&after).unwrap();
        // The real one, three that call, and one way to slot 9, which is in another file.
        assert_eq!(functions.bodies.len(), 5);
        let calls: Vec<_> = functions.bodies.iter().filter_map(called).collect();
        assert_eq!(calls, [0, 4, 4]);
    }
}
