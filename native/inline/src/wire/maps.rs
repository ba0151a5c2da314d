use super::MessageKind;
use super::reader::{Content, Reader};
use super::table::MESSAGES;
use crate::InlineError;

/// Puts the entries of every map into one order. The engine keeps maps (metadata of fields, options) in
/// hash maps, whose order differs from one encode to the next; the same plan must give the same bytes.
pub(crate) fn sort_maps(kind: MessageKind, bytes: &mut [u8]) -> Result<(), InlineError> {
    for run in unsorted_runs(kind, bytes)? {
        let start = run[0].0;
        let mut entries: Vec<Vec<u8>> = run
            .iter()
            .map(|&(from, to)| bytes[from..to].to_vec())
            .collect();
        entries.sort_unstable();
        let sorted = entries.concat();
        bytes[start..start + sorted.len()].copy_from_slice(&sorted);
    }
    Ok(())
}

/// The entries of each map that has several, keys and lengths included; they stand side by side.
fn unsorted_runs(kind: MessageKind, bytes: &[u8]) -> Result<Vec<Vec<(usize, usize)>>, InlineError> {
    let reader = Reader { kind, bytes };
    let mut runs = Vec::new();
    let mut stack = vec![(kind.root(), 0, bytes.len())];
    while let Some((message, mut at, end)) = stack.pop() {
        let mut run: Vec<(usize, usize)> = Vec::new();
        let mut running = 0;
        while at < end {
            let start = at;
            let (number, content) = reader.field(&mut at, end)?;
            if number != running {
                runs.extend(Some(std::mem::take(&mut run)).filter(|run| run.len() > 1));
                running = number;
            }
            if let (Some(field), Content::Bytes((from, to))) =
                (MESSAGES[message].field(number), content)
            {
                if field.map {
                    run.push((start, to));
                }
                stack.push((field.child, from, to));
            }
        }
        runs.extend(Some(run).filter(|run| run.len() > 1));
    }
    // Maps inside the entries of a map first: the stack went from the outside to the inside.
    runs.reverse();
    Ok(runs)
}
