//! Where rules look into sets: what the lints about sets share.

use std::borrow::Cow;

use fwlint_model::syntax::{Arg, Dump, Rule, Span, Value, unquote, value::Kind};

/// A set that a rule looks into, adds to or removes from.
#[derive(Clone, Debug)]
pub(crate) struct Reference<'d> {
    /// The set's name.
    pub(crate) name: Cow<'d, [u8]>,
    /// Where it stands.
    pub(crate) name_span: Span,
    /// `src` and `dst` with commas between.
    pub(crate) directions: &'d [u8],
    /// Where they stand.
    pub(crate) directions_span: Span,
    /// The option: `match-set`, `add-set`, …
    pub(crate) option: &'static str,
    /// A `!` stands with it.
    pub(crate) negated: bool,
}

impl Reference<'_> {
    /// How many `src` and `dst` there are.
    pub(crate) fn count(&self) -> usize {
        self.directions.split(|&byte| byte == b',').count()
    }
}

/// The sets of a rule, in order.
pub(crate) fn references<'d>(dump: &Dump<'d>, rule: &Rule) -> impl Iterator<Item = Reference<'d>> {
    let source = dump.source;
    dump.args_of(rule).iter().filter_map(move |arg| reference(source, arg))
}

fn reference<'d>(source: &'d [u8], arg: &Arg) -> Option<Reference<'d>> {
    let spec = arg.spec().filter(|spec| matches!(spec.kind, Kind::SetRef))?;
    let Value::SetRef { name, directions } = arg.value(source) else { return None };
    let Span { start, end } = arg.value_span();
    let length = |text: &[u8]| u32::try_from(text.len()).unwrap_or(u32::MAX);
    Some(Reference {
        name: unquote(name),
        name_span: Span { start, end: start.saturating_add(length(name)) },
        directions,
        directions_span: Span { start: end.saturating_sub(length(directions)), end },
        option: spec.name,
        negated: arg.negated(),
    })
}
