//! A rule's matches and its target, each with the options that are its own.

use std::borrow::Cow;

use crate::{
    Value,
    extensions::{self, ExtensionId, Role, check::implied_match, core},
    tree::{Arg, Family, Rule},
    unquote,
};

/// A match, or the target.
#[derive(Debug)]
pub(super) struct Part<'s> {
    /// What it is; `None` for a chain or verdict.
    pub(super) extension: Option<ExtensionId>,
    /// What stands in front of the name: ` -m `, ` -j ` or ` -g `.
    pub(super) by: &'static [u8],
    /// The name.
    pub(super) name: Cow<'s, [u8]>,
    /// Its options in the order in which they are printed.
    pub(super) args: Vec<Arg>,
    /// The number of the argument that names it, or of its first option.
    at: usize,
    /// It was named by `-m` or `-j`, not brought along by `-p` or, in ebtables, by its option.
    is_named: bool,
}

impl Part<'_> {
    pub(super) fn is_target(&self) -> bool {
        self.by != MATCH
    }
}

const MATCH: &[u8] = b" -m ";

/// The matches in the order in which they are loaded, and then the target.
pub(super) fn parts<'s>(source: &'s [u8], rule: &Rule, args: &[Arg]) -> Vec<Part<'s>> {
    let mut parts: Vec<Part<'s>> =
        args.iter().enumerate().filter_map(|(at, arg)| named(source, rule.family, arg, at)).collect();
    for (at, arg) in args.iter().enumerate() {
        let extension = arg.id().extension_id();
        if extension == ExtensionId::CORE {
            continue;
        }
        let is_implied = is_implied(source, args.get(..at).unwrap_or_default(), extension);
        let owner = owner(&parts, extension, at, is_implied).unwrap_or_else(|| {
            // Loaded where its first option stands.
            let before = parts.iter().take_while(|part| part.at < at).count();
            parts.insert(before, implied(extension, at));
            before
        });
        if let Some(part) = parts.get_mut(owner) {
            part.args.push(*arg);
        }
    }
    for part in &mut parts {
        part.args.sort_by_key(|arg| arg.id().index());
    }
    parts.sort_by_key(Part::is_target);
    parts
}

fn named<'s>(source: &'s [u8], family: Family, arg: &Arg, at: usize) -> Option<Part<'s>> {
    let name = || unquote(arg.value_span().of(source));
    let (by, name, extension): (&[u8], _, _) = match arg.id() {
        core::MATCH => {
            let extension = extensions::match_named(&name(), family);
            let own = extension.extension().name;
            // What nobody has heard of keeps the name that it has in the rule.
            let known = extension != extensions::unknown(Role::Match);
            (MATCH, if known { Cow::Borrowed(own.as_bytes()) } else { name() }, Some(extension))
        }
        core::JUMP => (b" -j ", name(), extensions::by_name(Role::Target, &name(), family)),
        core::GOTO => (b" -g ", name(), None),
        _ => return None,
    };
    Some(Part { extension, by, name, args: Vec::new(), at, is_named: true })
}

/// Whether the protocol brings the match along.
fn is_implied(source: &[u8], before: &[Arg], extension: ExtensionId) -> bool {
    before.iter().any(|arg| match arg.value(source) {
        Value::Protocol(protocol) if arg.id() == core::PROTOCOL && !arg.negated() => {
            implied_match(protocol.into(), arg.family) == Some(extension.extension().name.as_bytes())
        }
        _ => false,
    })
}

/// The part that an option at this place belongs to: the last one of its extension before it, else, unless the
/// protocol brings one along, the first behind it.
fn owner(parts: &[Part<'_>], extension: ExtensionId, at: usize, is_implied: bool) -> Option<usize> {
    let role = extension.extension().role;
    let fits = |part: &Part<'_>| match role {
        // The options of an unheard-of target are its own, whatever its name.
        Role::Target => part.is_target(),
        _ => part.extension == Some(extension),
    };
    let before = parts.iter().rposition(|part| fits(part) && part.at < at);
    before.or_else(|| parts.iter().position(|part| fits(part) && part.is_named && !is_implied))
}

fn implied<'s>(extension: ExtensionId, at: usize) -> Part<'s> {
    let name = Cow::Borrowed(extension.extension().name.as_bytes());
    Part { extension: Some(extension), by: MATCH, name, args: Vec::new(), at, is_named: false }
}
