//! The bugs that are planted: mistakes that are easily made.

/// A change of the sources that makes the engine wrong.
pub(super) struct Bug {
    pub(super) what: &'static str,
    /// In the sources of `fwlint-analysis`.
    pub(super) file: &'static str,
    /// Words that stand there once.
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

pub(super) const BUGS: &[Bug] = &[
    Bug {
        what: "a RETURN in a called chain that may match and may not is passed over",
        file: "engine/consumers.rs",
        from: "Then::Return => *all = without(all, program, code.may)",
        to: "Then::Return => *all = without(all, program, code.must)",
    },
    Bug {
        what: "what may end in a called chain is taken to end there",
        file: "engine/consumers.rs",
        from: "Then::End(_) => program.cubes(code.must).for_each(|cube| add(all, cube))",
        to: "Then::End(_) => program.cubes(code.may).for_each(|cube| add(all, cube))",
    },
    Bug {
        what: "what may match is taken to match",
        file: "engine/consumers.rs",
        from: "program.cubes(code.must).for_each(|cube| consumers.push(number, cube));",
        to: "program.cubes(code.may).for_each(|cube| consumers.push(number, cube));",
    },
    Bug {
        what: "a goto that may match and may not is taken to match",
        file: "engine/consumers.rs",
        from: concat!(
            "if code.may != code.must {\n",
            "                        return false;\n",
            "                    }"
        ),
        to: "if code.may != code.must {}",
    },
    Bug {
        what: "what comes back by a goto is forgotten",
        file: "engine/search.rs",
        from: "Then::Return | Then::Goto(_));",
        to: "Then::Return);",
    },
    Bug {
        what: "what is written on the way is looked past",
        file: "engine/search.rs",
        from: "consumers.last_boundary(start, to).map_or(start, |boundary| boundary + 1);",
        to: "consumers.last_boundary(start, to).map_or(start, |_| start);",
    },
    Bug {
        what: "a flipped bit of a mark is not flipped back",
        file: "engine/before.rs",
        from: "(value ^ xor) & and & mask, mask & and",
        to: "value & and & mask, mask & and",
    },
    Bug {
        what: "a cleared bit of a mark may be set",
        file: "engine/before.rs",
        from: "((value ^ xor) & mask & !and == 0)",
        to: "(value & mask & !and & 0 == 0)",
    },
    Bug {
        what: "what is written to the mark is never read",
        file: "engine/program.rs",
        from: "if !is_live {",
        to: "if !is_live || rule.index() > 0 {",
    },
    Bug {
        what: "the policy of a chain of ebtables is not regarded",
        file: "engine/program.rs",
        from: "returns: chain.hook.is_none() && !matches!(chain.policy, Some(Policy::Accept | Policy::Drop)),",
        to: "returns: chain.hook.is_none(),",
    },
    Bug {
        what: "an index has cubes in too narrow a class",
        file: "engine/index.rs",
        from: "|&(_, widest)| width <= widest",
        to: "|&(_, widest)| width <= widest + 1",
    },
    Bug {
        what: "an index does not look behind the end of a cube",
        file: "engine/index.rs",
        from: "take_while(|entry| entry.low <= high)",
        to: "take_while(|entry| entry.low < high)",
    },
    Bug {
        what: "a lemma forgets the fields that are cut",
        file: "engine/survivors.rs",
        from: "Some(term.values)",
        to: "Some(term.field.all())",
    },
    Bug {
        what: "a lemma holds for fewer rules than it was found for",
        file: "engine/survivors.rs",
        from: "is_none_or(|last| last < to)",
        to: "is_none_or(|last| last <= to || to > 0)",
    },
    Bug {
        what: "a consumer that is cut in one field takes all",
        file: "engine/survivors.rs",
        from: "consumer.iter().filter(is_cut).count()",
        to: "consumer.iter().filter(is_cut).count().saturating_sub(1)",
    },
    Bug {
        what: "rules that no packet comes to are relied on",
        file: "engine/onward.rs",
        from: "let is_optional = self.optional.contains(&rule) || self.given.reach[rule] == Reach::None;",
        to: "let is_optional = self.optional.contains(&rule) && self.given.reach[rule] == Reach::None;",
    },
    Bug {
        what: "what may match in a rule's stead is taken to match",
        file: "engine/onward.rs",
        from: concat!(
            "!is_optional && !code.is_rough && code.may == code.must {\n",
            "            for matching in program.cubes(code.must)"
        ),
        to: concat!("!is_optional {\n", "            for matching in program.cubes(code.may)"),
    },
    Bug {
        what: "a rule stands in for itself",
        file: "engine/onward.rs",
        from: concat!("rule_of(rule) != self.given.gone\n", "                && does"),
        to: "does",
    },
    Bug {
        what: "a goto comes back behind itself",
        file: "engine/onward.rs",
        from: "let at = if matches!(code.then, Then::Jump(_)) { number(rule) + 1 } else { end };",
        to: "let at = number(rule) + 1 + (end & 0);",
    },
    Bug {
        what: "a log is nothing",
        file: "engine/effects.rs",
        from: "Target::Extension(_) | Target::Queue | Target::Undefined => Deed::Acts",
        to: "Target::Extension(_) | Target::Queue | Target::Undefined => Deed::Sends",
    },
    Bug {
        what: "a verdict is as good as another",
        file: "engine/onward.rs",
        from: "(Deed::Decides(fate), _) if self.given.goal == Goal::Fate(fate) => {",
        to: "(Deed::Decides(fate), _) if self.given.goal == Goal::Fate(fate) || fate == Fate::Drop => {",
    },
    Bug {
        what: "what stands in for a rule is taken out as well",
        file: "engine/redundant.rs",
        from: "self.needed.extend(&instead.needed);",
        to: "let _ = &instead.needed;",
    },
    Bug {
        what: "what a call is written to is not looked at",
        file: "engine/onward.rs",
        from: "program.written().iter().for_each(|&field| sent.forget(field));",
        to: "",
    },
    Bug {
        what: "the policy does whatever is wanted",
        file: "engine/onward.rs",
        from: "if fate == Some(self.given.goal) {",
        to: "if fate.is_some() {",
    },
    Bug {
        what: "the rest of the chain behind a goto is not looked at",
        file: "engine/redundant.rs",
        from: "&[begin(to), (code.chain, number(rule) + 1)]",
        to: "&[begin(to)]",
    },
];
