//! The ports of the bridge that a packet came in by and goes out by.

use fwlint_model::syntax::Value;
use fwlint_packet::{Cube, Field, Region, Values};

use super::{Tests, Use};
use crate::devices::Devices;

/// What is asked, and the answer that is wanted.
#[derive(Debug, Default)]
struct Asked {
    bridged: Option<bool>,
    is_in: Option<bool>,
    is_out: Option<bool>,
    in_port: Option<(Values, bool)>,
    out_port: Option<(Values, bool)>,
}

/// All options together are one test: without ports, the answer is that of the `!` alone. Source: `physdev_mt()` of
/// `xt_physdev.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let mut asked = Asked::default();
    for (_, name, value, negated) in this.options() {
        let devices = |value: &Value<'_>| Some((tests.world().devices(value)?, negated));
        match name {
            "physdev-is-bridged" => asked.bridged = Some(!negated),
            "physdev-is-in" => asked.is_in = Some(!negated),
            "physdev-is-out" => asked.is_out = Some(!negated),
            "physdev-in" => asked.in_port = devices(&value),
            "physdev-out" => asked.out_port = devices(&value),
            _ => return tests.either(),
        }
    }
    tests.region(asked.region());
}

impl Asked {
    fn region(&self) -> Region {
        let is_negated = |wanted: Option<bool>| wanted != Some(true);
        let all_negated = [self.bridged, self.is_in, self.is_out].into_iter().all(is_negated)
            && [self.in_port, self.out_port].into_iter().flatten().all(|(_, negated)| negated);
        let mut region = Region::none();
        let mut add = |ins: &[Values], outs: &[Values]| {
            for (&in_port, &out_port) in ins.iter().flat_map(|one| outs.iter().map(move |two| (one, two))) {
                let mut cube = Cube::all();
                if cube.narrow(Field::IN_PORT, in_port) && cube.narrow(Field::OUT_PORT, out_port) {
                    region.add(cube.into());
                }
            }
        };
        let none = [Values::exactly(Devices::NONE)];
        let ins = ports(self.in_port);
        let outs = ports(self.out_port);
        if all_negated {
            add(&none, &none);
        }
        if self.agrees(true, false) && self.out_port.is_none() {
            add(&ins, &none);
        }
        if self.agrees(true, true) {
            add(&ins, &outs);
        }
        // Where the port that it came in by is gone, its name is not compared.
        if self.agrees(false, true) {
            add(&none, &outs);
        }
        region
    }

    /// Whether this is wanted of a packet with these ports.
    fn agrees(&self, has_in: bool, has_out: bool) -> bool {
        self.bridged.is_none_or(|wanted| wanted == has_out)
            && self.is_in.is_none_or(|wanted| wanted == has_in)
            && self.is_out.is_none_or(|wanted| wanted == has_out)
    }
}

/// The ports, of those that there are, that pass.
fn ports(asked: Option<(Values, bool)>) -> Vec<Values> {
    let some = Values::Range { low: Devices::NONE + 1, high: u32::MAX };
    match asked {
        None => vec![some],
        Some((devices, false)) => some.and(devices).into_iter().collect(),
        Some((devices, true)) => some.without(devices).into_iter().collect(),
    }
}
