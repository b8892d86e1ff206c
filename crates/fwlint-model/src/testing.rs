//! What the rooms' tests say: in this dump, these chains and rules.

use fwlint_syntax::{Options, parse};

use crate::{
    ids::{ChainId, RuleId},
    resolve,
    ruleset::Ruleset,
};

/// The rule sets of a dump. They live as long as the tests run.
pub(crate) fn load_all(text: &str) -> Vec<Ruleset<'static>> {
    let source = Box::leak(text.to_owned().into_boxed_str());
    resolve(Box::leak(Box::new(parse(source.as_bytes(), Options::default()))))
}

/// The rule set of a dump that is one.
pub(crate) fn load(text: &str) -> Ruleset<'static> {
    let mut rulesets = load_all(text);
    assert_eq!(rulesets.len(), 1);
    rulesets.remove(0)
}

/// The rule set of a filter table with these lines.
pub(crate) fn filter(lines: &str) -> Ruleset<'static> {
    load(&format!("*filter\n{lines}\nCOMMIT\n"))
}

impl Ruleset<'static> {
    /// The first chain of this name.
    pub(crate) fn chain(&self, name: &str) -> ChainId {
        let mut named = self.chains.iter().filter(|(_, chain)| chain.name.as_str() == name);
        named.next().unwrap_or_else(|| panic!("no chain {name}")).0
    }

    /// A chain's rule by its number in the chain.
    pub(crate) fn rule(&self, chain: &str, position: u32) -> RuleId {
        let mut rules = self.rules_of(self.chain(chain));
        rules.find(|&rule| self.rules[rule].position == position).unwrap()
    }

    /// The names of these chains.
    pub(crate) fn names(&self, chains: impl IntoIterator<Item = ChainId>) -> Vec<&'static str> {
        chains.into_iter().map(|chain| self.chains[chain].name.as_str()).collect()
    }

    /// The options of a chain's rules, as they stand.
    pub(crate) fn options_of(&self, chain: &str) -> Vec<String> {
        let words = |rule| {
            let args = self.dump.args_of(self.line(rule)).iter();
            let words = args.map(|arg| String::from_utf8_lossy(arg.span().of(self.dump.source)).into_owned());
            words.collect::<Vec<_>>().join(" ")
        };
        self.rules_of(self.chain(chain)).map(words).collect()
    }
}
