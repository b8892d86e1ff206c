//! What a packet was before a rule wrote to it.

use fwlint_packet::{Cube, Field, Term, Values, subtract};

use crate::meaning::Write;

/// Which packets are in a cube after something was written to them.
#[derive(Debug)]
pub(super) struct Before {
    /// In cubes, which may overlap.
    pub(super) cubes: Vec<Cube>,
    /// There may be fewer packets than these.
    pub(super) is_rough: bool,
}

/// Something that is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) write: Write,
    /// To which packets, where that is not to all.
    pub(super) only: Option<Term>,
}

/// Which packets are in a cube after all of this was written to them, in this order.
pub(super) fn before(writes: &[Written], cube: &Cube) -> Before {
    let mut result = Before { cubes: vec![cube.clone()], is_rough: false };
    for Written { write, only } in writes.iter().rev() {
        let mut cubes = Vec::new();
        for cube in &result.cubes {
            let mut before = before_one(write, cube);
            if let Some(only) = only {
                before.cubes = before.cubes.iter().filter_map(|before| before.and(&[*only])).collect();
                subtract(cube, &[*only], |untouched| before.cubes.push(untouched));
            }
            result.is_rough |= before.is_rough;
            cubes.extend(before.cubes);
        }
        result.cubes = cubes;
    }
    result
}

fn before_one(write: &Write, cube: &Cube) -> Before {
    let exactly = |cubes| Before { cubes, is_rough: false };
    let field = write.field();
    let Some(&Term { values, .. }) = cube.iter().find(|term| term.field == field) else {
        return exactly(vec![cube.clone()]);
    };
    let mut open = cube.clone();
    open.forget(field);
    match *write {
        Write::Bits { and: 0, xor, .. } => exactly(if values.has(xor) { vec![open] } else { Vec::new() }),
        Write::Bits { and, xor, .. } => match values.by_bits() {
            Some(parts) => exactly(
                parts
                    .into_iter()
                    .filter_map(|(value, mask)| {
                        // A bit that is cleared comes out as the flipping makes it.
                        ((value ^ xor) & mask & !and == 0)
                            .then(|| with_bits(&open, field, (value ^ xor) & and & mask, mask & and))?
                    })
                    .collect(),
            ),
            None => Before { cubes: vec![open], is_rough: true },
        },
        Write::Copy { from, from_mask, to_mask, .. } => match values.by_bits() {
            Some(parts) => {
                let mut result = exactly(Vec::new());
                for (value, mask) in parts {
                    // A bit that is neither cleared nor left alone depends on two.
                    let mixed = mask & from_mask & !to_mask;
                    result.is_rough |= mixed != 0;
                    let copied = mask & from_mask & to_mask;
                    let cleared = mask & !from_mask & to_mask;
                    let kept = mask & !from_mask & !to_mask;
                    if value & cleared != 0 {
                        continue;
                    }
                    let kept = with_bits(&open, field, value & kept, kept);
                    result.cubes.extend(kept.and_then(|cube| with_bits(&cube, from, value & copied, copied)));
                }
                result
            }
            None => Before { cubes: vec![open], is_rough: true },
        },
        Write::Anything(_) => Before { cubes: vec![open], is_rough: true },
    }
}

/// The packets of a cube with these bits.
fn with_bits(cube: &Cube, field: Field, value: u32, mask: u32) -> Option<Cube> {
    let mut cube = cube.clone();
    cube.narrow(field, Values::masked(value, mask)?).then_some(cube)
}

/// The packets that some of a cube's packets are after all of this was written to them, in this order: those with one value
/// of each field that is read or written.
pub(super) fn after(writes: &[Written], cube: &Cube) -> Option<Cube> {
    let mut cube = cube.clone();
    let pin = |cube: &mut Cube, field: Field| {
        let value = cube.get(field).pick(0);
        cube.narrow(field, Values::exactly(value)).then_some(value)
    };
    for Written { write, only } in writes {
        match only.map(|only| cube.and(&[only])) {
            Some(Some(written)) => cube = written,
            Some(None) => continue,
            None => {}
        }
        let (field, value) = match *write {
            Write::Bits { field, and: 0, xor } => (field, xor),
            Write::Bits { field, and, xor } => (field, pin(&mut cube, field)? & and ^ xor),
            Write::Copy { from, to, from_mask, to_mask } => {
                let read = pin(&mut cube, from)?;
                (to, pin(&mut cube, to)? & !to_mask ^ (read & from_mask))
            }
            Write::Anything(_) => return None,
        };
        cube.forget(field);
        let values = match field.all() {
            Values::OneOf(_) => Values::one_of(1_u32.checked_shl(value)?)?,
            _ => Values::exactly(value),
        };
        if !cube.narrow(field, values) {
            return None;
        }
    }
    Some(cube)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Some are written to packets of one state only.
    fn written() -> impl Strategy<Value = Written> {
        let only = Term { field: Field::CT_STATE, values: Values::OneOf(1 << Field::NEW) };
        (write(), any::<bool>())
            .prop_map(move |(write, is_for_all)| Written { write, only: (!is_for_all).then_some(only) })
    }

    fn write() -> impl Strategy<Value = Write> {
        let small = || 0_u32..8;
        prop_oneof![
            (small(), small()).prop_map(|(and, xor)| Write::Bits { field: Field::MARK, and: and | !7, xor }),
            small().prop_map(|xor| Write::Bits { field: Field::MARK, and: 0, xor }),
            (small(), small(), any::<bool>()).prop_map(|(from_mask, to_mask, restore)| {
                let (from, to) =
                    if restore { (Field::CONNMARK, Field::MARK) } else { (Field::MARK, Field::CONNMARK) };
                Write::Copy { from, to, from_mask, to_mask: to_mask | from_mask }
            }),
        ]
    }

    fn run(writes: &[Written], state: u32, mut mark: u32, mut connmark: u32) -> (u32, u32) {
        let written = writes.iter().filter(|written| written.only.is_none_or(|only| only.values.has(state)));
        for Written { write, .. } in written {
            match *write {
                Write::Bits { and, xor, .. } => mark = mark & and ^ xor,
                Write::Copy { from: Field::MARK, from_mask, to_mask, .. } => {
                    connmark = connmark & !to_mask ^ (mark & from_mask);
                }
                Write::Copy { from_mask, to_mask, .. } => mark = mark & !to_mask ^ (connmark & from_mask),
                Write::Anything(_) => {}
            }
        }
        (mark, connmark)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn a_packet_was_there_before_if_it_is_there_after(
            writes in prop::collection::vec(written(), 1..4),
            (low, high) in (0_u32..8, 0_u32..8),
            (value, mask) in (0_u32..8, 0_u32..8),
        ) {
            let mut cube = Cube::all();
            if let Some(values) = Values::range(low, high) {
                prop_assert!(cube.narrow(Field::MARK, values));
            }
            if let Some(values) = Values::masked(value & mask, mask) {
                prop_assert!(cube.narrow(Field::CONNMARK, values));
            }
            let found = before(&writes, &cube);
            prop_assert!(!found.is_rough);
            let is_in = |cube: &Cube, state, mark, connmark| {
                let fields = [(Field::CT_STATE, state), (Field::MARK, mark), (Field::CONNMARK, connmark)];
                fields.into_iter().all(|(field, value)| cube.get(field).has(value))
            };
            for (state, mark) in (Field::NEW..=Field::RELATED).flat_map(|state| (0..8).map(move |mark| (state, mark))) {
                for connmark in 0..8 {
                    let (mark_after, connmark_after) = run(&writes, state, mark, connmark);
                    let is_before = found.cubes.iter().any(|cube| is_in(cube, state, mark, connmark));
                    let is_after = is_in(&cube, state, mark_after, connmark_after);
                    prop_assert_eq!(is_before, is_after, "{} {} {}", state, mark, connmark);
                }
            }
            for start in &found.cubes {
                let end = after(&writes, start).unwrap();
                prop_assert!(fwlint_packet::contains(&cube, &end), "{:?} {:?}", start, end);
            }
        }
    }
}
