//! Writes the packet's mark, in arptables, which reads and writes it in hexadecimal without `0x`.

use super::check::{ANY, Check};
use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{Kind, Value};

const MARK: Kind = Kind::Hex(u32::MAX as u64);

pub(super) static EXTENSION: Extension = Extension::target("MARK", Families::ARP, &[
    OptionSpec::new("set-mark", MARK).saved(Saved::As(|value, out| save("--set-mark", value, out))),
    OptionSpec::new("and-mark", MARK).saved(Saved::As(|value, out| save("--and-mark", value, out))),
    OptionSpec::new("or-mark", MARK).saved(Saved::As(|value, out| save("--or-mark", value, out))),
])
.checks(&[Check::AnyOf(ANY, "what to do, as in `--set-mark`"), Check::OneOf(ANY, "one operation only")]);

fn save(name: &str, value: &Value<'_>, out: &mut Vec<u8>) {
    if let Value::Number(number) = value {
        out.extend_from_slice(format!("{name} {number:x}").as_bytes());
    }
}
