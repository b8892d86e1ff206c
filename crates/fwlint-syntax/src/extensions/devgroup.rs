//! The groups that the packet's devices are in.

use std::borrow::Cow;

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
    place::{Place, WITH_INPUT, WITH_OUTPUT},
};
use crate::{
    value::{self, Grammar, Kind, Value},
    words::{unquote, whole},
};

pub(super) static EXTENSION: Extension = Extension::matching("devgroup", Families::IP, &[
    OptionSpec::new("src-group", Kind::Own(&NUMBER_OR_NAME)).not(),
    OptionSpec::new("dst-group", Kind::Own(&NUMBER_OR_NAME)).not(),
])
.checks(&[Check::AnyOf(ANY, "`--src-group` or `--dst-group`")])
.places(&[
    Place::chains(WITH_INPUT).on_loading().when("`--src-group`", |given| given.has("src-group")),
    Place::chains(WITH_OUTPUT).on_loading().when("`--dst-group`", |given| given.has("dst-group")),
]);

/// What has a name in a file of iproute2. The number of a name is known on its machine only.
pub(super) static NUMBER_OR_NAME: Grammar = Grammar::new(
    "a number of 32 bits, with a mask behind `/` if it likes, or a name",
    |words| match value::masked(words) {
        None => name(unquote(words)).map(Value::Text),
        number => number,
    },
    |value, out| match value {
        Value::Text(name) => whole(name, out),
        number => value::print(Kind::Masked, number, out),
    },
);

fn name(text: Cow<'_, [u8]>) -> Option<Cow<'_, [u8]>> {
    text.first().is_some_and(|first| !first.is_ascii_digit()).then_some(text)
}
