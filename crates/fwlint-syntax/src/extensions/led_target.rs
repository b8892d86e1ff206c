//! Lights a lamp.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, options},
};
use crate::{
    value::{Kind, Names, Value},
    words::in_quotes,
};

pub(super) static EXTENSION: Extension = Extension::target("LED", Families::IP, &[
    OptionSpec::new("led-trigger-id", Kind::Text).saved(Saved::As(|value, out| {
        if let Value::Text(name) = value {
            out.extend_from_slice(b"--led-trigger-id ");
            in_quotes(name, out);
        }
    })),
    OptionSpec::new("led-delay", Kind::NumberOr(u32::MAX as u64, &DELAYS))
        .saved(Saved::Unless(|value| *value == Value::Number(0))),
    OptionSpec::new("led-always-blink", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--led-trigger-id`"),
    Check::Value("led-trigger-id", is_short, "a name of at most 16 bytes"),
]);

fn is_short(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(name) if name.len() <= 16)
}

static DELAYS: Names = Names {
    list: &[("inf", u32::MAX)],
    one: "a number of milliseconds from 0 to 4294967295, or `inf`",
    some: "delays",
};

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn the_name_is_always_quoted() {
        assert_eq!(saved(Family::Ipv4, "-j LED --led-trigger-id ssh --led-delay 0"), "-j LED --led-trigger-id \"ssh\"");
        assert_eq!(saved(Family::Ipv4, "-j LED --led-trigger-id ssh --led-delay INF"), "-j LED --led-trigger-id \"ssh\" --led-delay inf");
        assert_eq!(saved(Family::Ipv4, "-j LED --led-trigger-id 12345678901234567"), "12345678901234567: a name of at most 16 bytes");
    }
}
