//! The `IPsec` policy that the packet went through, or will go through.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, Given, options},
    place::{Place, WITH_INPUT, WITH_OUTPUT},
};
use crate::{
    tree::Arg,
    value::{Kind, Names, Value},
};

pub(super) static EXTENSION: Extension = Extension::matching("policy", Families::IP, &[
    OptionSpec::new("dir", Kind::Name(&DIRECTIONS)),
    OptionSpec::new("pol", Kind::Name(&POLICIES)),
    OptionSpec::new("strict", Kind::Flag),
    OptionSpec::new("reqid", Kind::Number(u32::MAX as u64)).not().repeats(),
    OptionSpec::new("spi", Kind::Number(u32::MAX as u64)).not().repeats().saved(Saved::As(
        |value, out| {
            if let Value::Number(index) = value {
                out.extend_from_slice(format!("--spi {index:#x}").as_bytes());
            }
        },
    )),
    OptionSpec::new("proto", Kind::Protocol).not().repeats(),
    OptionSpec::new("mode", Kind::Name(&MODES)).not().repeats(),
    OptionSpec::new("tunnel-dst", Kind::Net).not().repeats(),
    OptionSpec::new("tunnel-src", Kind::Net).not().repeats(),
    OptionSpec::new("next", Kind::Flag).repeats(),
])
.checks(&[
    Check::AnyOf(options(&[DIR]), "`--dir in` or `--dir out`"),
    Check::Spelled("dir", &DIRECTIONS),
    Check::Spelled("pol", &POLICIES),
    Check::Spelled("mode", &MODES),
    Check::Needs(options(&[NEXT]), options(&[STRICT]), "`--strict`, which `--next` needs"),
    Check::Value("proto", |value| matches!(value, Value::Protocol(50 | 51 | 108)), "esp, ah or ipcomp"),
    Check::Conflict(
        |given| given.has("strict") && is_none(given),
        "`--pol ipsec`, which `--strict` is about",
    ),
    Check::Conflict(|given| elements(given).len() > MAX_ELEMENTS, "at most 4 elements of a policy"),
    Check::Conflict(
        |given| given.has("strict") && elements(given).iter().any(Vec::is_empty),
        "something to test in each element of a policy, as in `--reqid`",
    ),
    Check::Conflict(
        |given| elements(given).iter().any(|element| has_twice(element)),
        "each option once in an element of a policy",
    ),
    Check::Conflict(
        |given| elements(given).iter().any(|element| lacks_tunnel(given, element)),
        "`--mode tunnel`, which `--tunnel-src` and `--tunnel-dst` need",
    ),
])
.saved(save)
.places(&[
    Place::chains(WITH_INPUT).on_loading().when("`--dir in`", |given| given.says("dir", b"in")),
    Place::chains(WITH_OUTPUT).on_loading().when("`--dir out`", |given| given.says("dir", b"out")),
]);

const DIR: u32 = 0;
const STRICT: u32 = 2;
const NEXT: u32 = 9;

/// The most elements that `xt_policy.h` has room for.
const MAX_ELEMENTS: usize = 4;

static DIRECTIONS: Names = Names { list: &[("in", 0), ("out", 1)], one: "`in` or `out`", some: "directions" };

static POLICIES: Names =
    Names { list: &[("none", 0), ("ipsec", 1)], one: "`ipsec` or `none`", some: "policies" };

static MODES: Names =
    Names { list: &[("transport", 0), ("tunnel", 1)], one: "`transport` or `tunnel`", some: "modes" };

fn is_none(given: &Given<'_>) -> bool {
    given.values("pol").any(|policy| policy == Value::Choice(0))
}

/// The tests of each element, in the order in which they are printed; `--next` stands between two elements.
fn elements<'r>(given: &Given<'r>) -> Vec<Vec<&'r Arg>> {
    let mut args: Vec<&Arg> =
        given.args.iter().filter(|arg| arg.extension().name == EXTENSION.name).collect();
    args.sort_by_key(|arg| arg.span().start);
    let is_next = |arg: &&Arg| arg.id().index() == NEXT as usize;
    let mut elements: Vec<Vec<&Arg>> = args.split(is_next).map(<[_]>::to_vec).collect();
    for element in &mut elements {
        element.retain(|arg| arg.id().index() > STRICT as usize);
        element.sort_by_key(|arg| arg.id().index());
    }
    elements
}

fn has_twice(element: &[&Arg]) -> bool {
    element.windows(2).any(|pair| matches!(pair, [one, other] if one.id() == other.id()))
}

/// Transport mode is what is taken where no mode is said.
fn lacks_tunnel(given: &Given<'_>, element: &[&Arg]) -> bool {
    let named = |name: &str| element.iter().find(|arg| arg.spec().is_some_and(|spec| spec.name == name));
    let means_tunnel = |mode: &&Arg| (mode.value(given.source) == Value::Choice(1)) != mode.negated();
    let is_tunnel = named("mode").is_some_and(means_tunnel);
    (named("tunnel-src").is_some() || named("tunnel-dst").is_some()) && !is_tunnel
}

fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    given.print("dir", out);
    if is_none(given) {
        return out.extend_from_slice(b" --pol none");
    }
    out.extend_from_slice(b" --pol ipsec");
    given.print("strict", out);
    for (index, element) in elements(given).into_iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b" --next");
        }
        for arg in element {
            given.print_option(arg, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn elements_keep_their_order_and_their_options_do_not() {
        let v4 = |rule: &str| saved(Family::Ipv4, rule);
        assert_eq!(
            v4("-m policy --spi 16 --reqid 1 --next --mode tunnel ! --tunnel-src 10.1.2.3/8 --strict --dir in"),
            "-m policy --dir in --pol ipsec --strict --reqid 1 --spi 0x10 --next --mode tunnel \
             ! --tunnel-src 10.1.2.3/8"
        );
        assert_eq!(v4("-m policy --dir out --pol none --reqid 1"), "-m policy --dir out --pol none");
        for (rule, expected) in [
            ("--dir in --reqid 1 --reqid 2", "each option once"),
            ("--dir in --reqid 1 --next --reqid 2", "`--strict`, which `--next` needs"),
            ("--dir in --strict --reqid 1 --next", "something to test"),
            ("--dir in --tunnel-dst 10.0.0.1", "`--mode tunnel`"),
            ("--dir in --pol none --strict --reqid 1", "`--pol ipsec`"),
            ("--dir IN", "`in` or `out`"),
            ("--dir in --proto tcp", "esp, ah or ipcomp"),
        ] {
            assert!(v4(&format!("-m policy {rule}")).contains(expected), "{rule}");
        }
        let five = "--reqid 1 --next --reqid 2 --next --reqid 3 --next --reqid 4 --next --reqid 5";
        assert!(v4(&format!("-m policy --dir in --strict {five}")).contains("at most 4 elements"));
        // Each of two uses has its own options.
        let twice = "-m policy --dir in --pol ipsec --reqid 1 -m policy --dir in --pol ipsec --reqid 2";
        assert_eq!(v4(twice), twice);
    }
}
