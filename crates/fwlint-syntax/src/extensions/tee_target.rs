//! Sends a copy of the packet to another host and goes on.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
};
use crate::value::{Kind, Net, Value};

pub(super) static EXTENSION: Extension = Extension::target("TEE", Families::IP, &[
    OptionSpec::new("gateway", Kind::Host),
    OptionSpec::new("oif", Kind::Interface),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--gateway`"),
    Check::Value("gateway", is_host, "the address of a host, which 0 is not"),
]);

fn is_host(value: &Value<'_>) -> bool {
    match value {
        Value::Nets(nets) => nets.iter().all(|net| !matches!(net, Net::V4(0, _) | Net::V6(0, _))),
        _ => true,
    }
}
