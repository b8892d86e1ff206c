//! Writes the connection's mark, or copies it from or to the packet's.

use super::check::{Check, Given, options};
use super::{Extension, Families, OptionSpec, Saved, mark_target::{saved_and_mark, saved_or_mark, saved_set_mark, saved_set_xmark, saved_xor_mark}};
use crate::value::{Kind, Value};

/// `--set-xmark` … `--restore-mark`.
const OPERATIONS: u64 = options(&[0, 1, 2, 3, 4, 5, 6]);

pub(super) static EXTENSION: Extension = Extension::target("CONNMARK", Families::IP, &[
    OptionSpec::new("set-xmark", Kind::Masked).saved(Saved::As(saved_set_xmark)),
    OptionSpec::new("set-mark", Kind::Masked).saved(Saved::As(saved_set_mark)),
    OptionSpec::new("and-mark", Kind::Unmasked).saved(Saved::As(saved_and_mark)),
    OptionSpec::new("or-mark", Kind::Unmasked).saved(Saved::As(saved_or_mark)),
    OptionSpec::new("xor-mark", Kind::Unmasked).saved(Saved::As(saved_xor_mark)),
    OptionSpec::new("save-mark", Kind::Flag),
    OptionSpec::new("restore-mark", Kind::Flag),
    OptionSpec::new("nfmask", Kind::Unmasked),
    OptionSpec::new("ctmask", Kind::Unmasked),
    OptionSpec::new("mask", Kind::Unmasked),
])
.saved(save)
.checks(&[Check::AnyOf(OPERATIONS, "what to do, as in `--set-xmark`"), Check::OneOf(OPERATIONS, "one operation only")]);

/// Copying always says both masks.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    let all = Value::Masked { value: u32::MAX, mask: u32::MAX };
    let mask = |name| given.values(name).chain(given.values("mask")).next().unwrap_or_else(|| all.clone());
    for arg in given.args {
        let (Some(spec), value) = (arg.spec(), arg.value(given.source)) else { continue };
        match (spec.saved, spec.name) {
            (Saved::As(write), _) => {
                out.push(b' ');
                write(&value, out);
            }
            (_, "save-mark" | "restore-mark") => {
                if let (Value::Masked { value: nf, .. }, Value::Masked { value: ct, .. }) =
                    (mask("nfmask"), mask("ctmask"))
                {
                    out.extend_from_slice(format!(" --{} --nfmask {nf:#x} --ctmask {ct:#x}", spec.name).as_bytes());
                }
            }
            _ => {}
        }
    }
}
