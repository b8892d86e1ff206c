//! Rules that look into a set of another kind than they take it for.

use fwlint_model::{Node, RuleId, node::NodeSet, syntax::Family};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    node::members,
    sets::{Reference, references},
    text::{code, count},
};

pub(super) static LINT: Lint = Lint {
    name: "set-mismatch",
    group: Group::Correctness,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("set_mismatch.md"),
    check,
};

/// What is wrong between a rule and its set.
#[derive(Clone, Copy)]
enum Mismatch {
    /// The set holds addresses of this family, which is not the rule's.
    Family(Family),
    /// A list of sets none of which holds addresses of the rule's family.
    NoMember,
    /// The set has so many dimensions, and the rule names fewer.
    TooFew(usize),
    /// The set has so many dimensions, and the rule names more.
    TooMany(usize),
}

impl Mismatch {
    fn severity(self) -> Severity {
        match self {
            Self::Family(_) => Severity::Error,
            Self::NoMember | Self::TooFew(_) => LINT.severity,
            Self::TooMany(_) => Severity::Note,
        }
    }
}

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    let Some(node) = facts.node.filter(|node| node.knows_sets()) else { return };
    for rules in &facts.rulesets {
        for rule in rules.ruleset.rules.ids() {
            for reference in references(rules.ruleset.dump, rules.ruleset.line(rule)) {
                let Some(set) = node.set(&reference.name) else { continue };
                if let Some(mismatch) = mismatch(node, set, &reference, rules.ruleset.family) {
                    sink.report(mismatch.severity(), || finding(rules, rule, &reference, set, mismatch));
                }
            }
        }
    }
}

fn mismatch(
    node: &Node<'_>,
    set: NodeSet<'_, '_>,
    reference: &Reference<'_>,
    family: Family,
) -> Option<Mismatch> {
    let is_of_family = |set: NodeSet<'_, '_>| set.set.family.is_none_or(|of| of == family);
    let named = reference.count();
    if set.set.kind.is_list() {
        // The kernel asks each set of the list, and passes over those that do not fit.
        let mut members = members(set).filter_map(|name| node.set(name)).peekable();
        members.peek()?;
        let dimensions =
            members.filter(|&member| is_of_family(member)).map(|member| member.set.kind.dimensions.len());
        return match dimensions.min() {
            None => Some(Mismatch::NoMember),
            Some(least) => (named < least).then_some(Mismatch::TooFew(least)),
        };
    }
    let dimensions = set.set.kind.dimensions.len();
    match set.set.family {
        Some(of) if of != family => Some(Mismatch::Family(of)),
        _ if named < dimensions => Some(Mismatch::TooFew(dimensions)),
        _ if named > dimensions => Some(Mismatch::TooMany(dimensions)),
        _ => None,
    }
}

fn finding(
    rules: &RulesetFacts<'_>,
    rule: RuleId,
    reference: &Reference<'_>,
    set: NodeSet<'_, '_>,
    mismatch: Mismatch,
) -> Finding {
    let name = code(&reference.name);
    let family = of_family(rules.ruleset.family);
    let created = |text: String| Label::in_companion(set.companion, set.set.name_span, text);
    let kind = set.set.kind.name;
    let finding = match mismatch {
        Mismatch::Family(of) => {
            let of = of_family(of);
            let message = format!("set {name} is for {of}, and the rule for {family}");
            Finding::new(&LINT, message, Label::new(reference.name_span, "the rule does not load"))
                .related(created(format!("made for {of}")))
                .help(format!("use a set that is made for {family}"))
        }
        Mismatch::NoMember => {
            let message = format!("list {name} has no set for {family}");
            Finding::new(&LINT, message, Label::new(reference.name_span, effect(reference)))
                .related(created("the list".to_owned()))
                .help(format!("add a set that is made for {family} to the list"))
        }
        Mismatch::TooFew(dimensions) => {
            let has = count(dimensions, "dimension");
            let whose = if set.set.kind.is_list() {
                format!("every set for {family} in list {name} has {has} or more")
            } else {
                format!("set {name} has {has}")
            };
            let message = format!("{whose}, and the rule names {}", reference.count());
            Finding::new(&LINT, message, Label::new(reference.directions_span, effect(reference)))
                .related(created(format!("of type {kind}")))
                .help("write `src` or `dst` for each dimension, with commas between")
        }
        Mismatch::TooMany(dimensions) => {
            let has = count(dimensions, "dimension");
            let message = format!("set {name} has {has}, and the rule names {}", reference.count());
            let directions = reference.directions.split(|&byte| byte == b',');
            let kept = directions.take(dimensions).collect::<Vec<_>>().join(&b","[..]);
            Finding::new(&LINT, message, Label::new(reference.directions_span, "the rest counts for nothing"))
                .related(created(format!("of type {kind}")))
                .help(format!("{} means the same", code(&kept)))
        }
    };
    finding.at(rules.about_rule(rule))
}

/// What comes of looking into a set that does not fit.
fn effect(reference: &Reference<'_>) -> &'static str {
    match (reference.option, reference.negated) {
        ("match-set", false) => "never matches",
        ("match-set", true) => "matches every packet",
        ("add-set", _) => "adds nothing",
        ("del-set", _) => "removes nothing",
        _ => "finds nothing",
    }
}

fn of_family(family: Family) -> &'static str {
    if family == Family::Ipv6 { "IPv6" } else { "IPv4" }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told_with_sets;

    #[test]
    fn families_and_dimensions_are_compared() {
        let sets = "create ip4 hash:ip\ncreate ip6 hash:ip family inet6\ncreate service hash:ip,port\ncreate port bitmap:port range 0-1024\n\
            create both list:set\nadd both ip6\nadd both service\ncreate none list:set\ncreate six list:set\nadd six ip6\n";
        let dump = "*filter\n:INPUT DROP [0:0]\n-A INPUT -m set --match-set ip4 src -j DROP\n-A INPUT -m set --match-set ip4 src,dst -j DROP\n\
            -A INPUT -m set --match-set ip6 src -j DROP\n-A INPUT -m set --match-set service src -j DROP\n-A INPUT -m set ! --match-set service dst -j DROP\n\
            -A INPUT -p tcp -m set --match-set service dst,dst -j DROP\n-A INPUT -p tcp -m set --match-set port dst -j DROP\n-A INPUT -m set --match-set both src -j DROP\n\
            -A INPUT -p tcp -m set --match-set both src,dst -j DROP\n-A INPUT -m set --match-set none src -j DROP\n-A INPUT -m set --match-set six src -j DROP\n\
            -A INPUT -p tcp -j SET --add-set service src\nCOMMIT\n";
        insta::assert_snapshot!(told_with_sets(&LINT, dump, sets), @"
        note (proved): set `ip4` has 1 dimension, and the rule names 2
          in filter INPUT 2
          4:33 src,dst <- the rest counts for nothing
          sets 1:8 ip4 <- of type hash:ip
          help: `src` means the same
        error (proved): set `ip6` is for IPv6, and the rule for IPv4
          in filter INPUT 3
          5:29 ip6 <- the rule does not load
          sets 2:8 ip6 <- made for IPv6
          help: use a set that is made for IPv4
        warning (proved): set `service` has 2 dimensions, and the rule names 1
          in filter INPUT 4
          6:37 src <- never matches
          sets 3:8 service <- of type hash:ip,port
          help: write `src` or `dst` for each dimension, with commas between
        warning (proved): set `service` has 2 dimensions, and the rule names 1
          in filter INPUT 5
          7:39 dst <- matches every packet
          sets 3:8 service <- of type hash:ip,port
          help: write `src` or `dst` for each dimension, with commas between
        warning (proved): every set for IPv4 in list `both` has 2 dimensions or more, and the rule names 1
          in filter INPUT 8
          10:34 src <- never matches
          sets 5:8 both <- of type list:set
          help: write `src` or `dst` for each dimension, with commas between
        warning (proved): list `six` has no set for IPv4
          in filter INPUT 11
          13:29 six <- never matches
          sets 9:8 six <- the list
          help: add a set that is made for IPv4 to the list
        warning (proved): set `service` has 2 dimensions, and the rule names 1
          in filter INPUT 12
          14:42 src <- adds nothing
          sets 3:8 service <- of type hash:ip,port
          help: write `src` or `dst` for each dimension, with commas between
        ");
    }
}
