//! IPv6's header of segment routing.

use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{self, Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("srh", Families::V6, &[
    OptionSpec::new("srh-next-hdr", Kind::Number(255)).not(),
    OptionSpec::new("srh-hdr-len-eq", Kind::Number(255)).not(),
    OptionSpec::new("srh-hdr-len-gt", Kind::Number(255)).not(),
    OptionSpec::new("srh-hdr-len-lt", Kind::Number(255)).not(),
    OptionSpec::new("srh-segs-left-eq", Kind::Number(255)).not(),
    OptionSpec::new("srh-segs-left-gt", Kind::Number(255)).not(),
    OptionSpec::new("srh-segs-left-lt", Kind::Number(255)).not(),
    OptionSpec::new("srh-last-entry-eq", Kind::Number(255)).not(),
    OptionSpec::new("srh-last-entry-gt", Kind::Number(255)).not(),
    OptionSpec::new("srh-last-entry-lt", Kind::Number(255)).not(),
    OptionSpec::new("srh-tag", Kind::Number(65_535)).not(),
    OptionSpec::new("srh-psid", Kind::Net).not().saved(Saved::As(|value, out| save("--srh-psid ", value, out))),
    OptionSpec::new("srh-nsid", Kind::Net).not().saved(Saved::As(|value, out| save("--srh-nsid ", value, out))),
    OptionSpec::new("srh-lsid", Kind::Net).not().saved(Saved::As(|value, out| save("--srh-lsid ", value, out))),
]);

/// The length of the prefix is always said.
fn save(name: &str, value: &Value<'_>, out: &mut Vec<u8>) {
    if let Value::Nets(nets) = value {
        out.extend_from_slice(name.as_bytes());
        for net in nets.as_written() {
            value::print_net(net, true, out);
        }
    }
}
