//! The order of functions: those that are alike lie next to each other, where compression finds what they share.

use crate::renumber::Functions;
use anyhow::Result;
use std::collections::{BTreeSet, HashMap};
use wasmparser::FunctionBody;

/// Functions are alike when they have runs of this many bytes in common.
const RUN: usize = 5;
/// A run that is in more functions tells nothing.
const COMMON: usize = 100;

/// The same module with its functions in another order. Costs a few seconds for a megabyte.
///
/// # Errors
/// When the module cannot be read.
pub fn order(module: &[u8]) -> Result<Vec<u8>> {
    let functions = Functions::of(module)?;
    let bodies = functions.bodies.iter().map(FunctionBody::as_bytes);
    let themselves: Vec<usize> = (0..functions.bodies.len()).collect();
    functions.rearranged(module, &alike(&bodies.collect::<Vec<_>>()), &themselves)
}

/// The numbers of `functions`, each followed by the one that is most like it.
fn alike(functions: &[&[u8]]) -> Vec<usize> {
    let mut with: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (number, function) in functions.iter().enumerate() {
        for run in function.windows(RUN) {
            let list = with.entry(run).or_default();
            if list.last() != Some(&number) {
                list.push(number);
            }
        }
    }
    let mut runs: Vec<Vec<&[usize]>> = vec![Vec::new(); functions.len()];
    for list in with
        .values()
        .filter(|list| (2..=COMMON).contains(&list.len()))
    {
        for number in list {
            runs[*number].push(list);
        }
    }

    let mut left: BTreeSet<(&[u8], usize)> = functions.iter().copied().zip(0..).collect();
    let mut is_left = vec![true; functions.len()];
    let mut shared = vec![0_u32; functions.len()];
    let mut order = Vec::with_capacity(functions.len());
    let mut next = left.first().map(|(_, number)| *number);
    while let Some(current) = next {
        order.push(current);
        is_left[current] = false;
        left.remove(&(functions[current], current));
        let mut candidates = Vec::new();
        for other in runs[current].iter().copied().flatten().copied() {
            if is_left[other] {
                if shared[other] == 0 {
                    candidates.push(other);
                }
                shared[other] += 1;
            }
        }
        // A long function has runs in common with many.
        let likeness = |other: usize| {
            let length = f64::from(u32::try_from(runs[other].len()).unwrap_or(u32::MAX));
            f64::from(shared[other]) / (length.sqrt() + 1.0)
        };
        next = candidates
            .iter()
            .copied()
            .max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)).then(b.cmp(a)))
            .or_else(|| left.first().map(|(_, number)| *number));
        for other in candidates {
            shared[other] = 0;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::{alike, order};
    use wasm_encoder::{CodeSection, Function, FunctionSection, Module, TypeSection, ValType};
    use wasmparser::Validator;

    #[test]
    fn what_is_alike_lies_together() {
        let functions: [&[u8]; 5] = [
            b"add one to the counter",
            b"paint the frame",
            b"add two to the counter",
            b"paint the frame again",
            b"?",
        ];
        assert_eq!(alike(&functions), [4, 0, 2, 1, 3]);
    }

    #[test]
    fn every_function_is_kept_and_calls_what_it_called() {
        let kinds = [ValType::I32, ValType::F64, ValType::I64, ValType::F32];
        let mut types = TypeSection::new();
        let mut list = FunctionSection::new();
        let mut code = CodeSection::new();
        for (number, kind) in (0..40).map(|number| (number, kinds[number % kinds.len()])) {
            let number = u32::try_from(number).unwrap();
            types.ty().function([], [kind]);
            list.function(number);
            // The only other function with such a result that it may call.
            let mut function = Function::new([]);
            function.instructions().call((number + 4) % 40).end();
            code.function(&function);
        }
        let mut module = Module::new();
        module.section(&types).section(&list).section(&code);
        let ordered = order(&module.finish()).unwrap();
        // A call of a function with another result would not pass.
        Validator::new().validate_all(&ordered).unwrap();
    }
}
