//! Takes away from a rule set what a mismatch does not need.

use anyhow::Result;
use fwlint_testing::{Dump, TRACKS};

/// The smallest part of a dump, rule by rule, of which this is still true.
pub(super) fn minimise(mut dump: Dump, mut is_so: impl FnMut(&Dump) -> Result<bool>) -> Result<Dump> {
    loop {
        let before = size(&dump);
        for step in steps(&dump) {
            let mut smaller = dump.clone();
            step.take(&mut smaller);
            // Where tracking ends, all else changes as well.
            if tracks(&smaller) == tracks(&dump) && size(&smaller) < size(&dump) && is_so(&smaller)? {
                dump = smaller;
            }
        }
        if size(&dump) == before {
            return Ok(dump);
        }
    }
}

/// What can be taken away. Counted from the end, so that what stands before keeps its place.
enum Step {
    Table(usize),
    Chain(usize, usize),
    Rule(usize, usize, usize),
}

impl Step {
    fn take(&self, dump: &mut Dump) {
        match *self {
            Self::Table(table) => _ = dump.tables.remove(table),
            Self::Chain(table, chain) => {
                let Some(table) = dump.tables.get_mut(table) else { return };
                let is_called = |name: &str| {
                    let mut rules = table.chains.iter().flat_map(|chain| &chain.rules);
                    rules.any(|rule| rule.split(' ').next_back() == Some(name))
                };
                if table.chains.get(chain).is_some_and(|chain| chain.policy == "-" && !is_called(&chain.name))
                {
                    table.chains.remove(chain);
                }
            }
            Self::Rule(table, chain, rule) => {
                let chain = dump.tables.get_mut(table).and_then(|table| table.chains.get_mut(chain));
                if let Some(chain) = chain.filter(|chain| rule < chain.rules.len()) {
                    chain.rules.remove(rule);
                }
            }
        }
    }
}

fn steps(dump: &Dump) -> Vec<Step> {
    let mut steps = Vec::new();
    for (table, content) in dump.tables.iter().enumerate().rev() {
        steps.push(Step::Table(table));
        for (chain, content) in content.chains.iter().enumerate().rev() {
            steps.extend((0..content.rules.len()).rev().map(|rule| Step::Rule(table, chain, rule)));
            steps.push(Step::Chain(table, chain));
        }
    }
    steps
}

fn tracks(dump: &Dump) -> bool {
    dump.tables
        .iter()
        .flat_map(|table| &table.chains)
        .any(|chain| chain.rules.iter().any(|rule| rule == TRACKS))
}

fn size(dump: &Dump) -> usize {
    let chains = || dump.tables.iter().flat_map(|table| &table.chains);
    dump.tables.len() + chains().count() + chains().map(|chain| chain.rules.len()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use fwlint_testing::{Family, Sample, Shape};

    use super::*;

    #[test]
    fn what_is_not_needed_goes() {
        let shape =
            Shape { family: Family::Ipv4, bridged: false, without: Vec::new(), rules: 40, packets: 0 };
        let dump = Sample::new(5, &shape).dump;
        let returns = |dump: &Dump| dump.to_string().matches("-j RETURN").count();
        assert!(returns(&dump) > 1 && size(&dump) > 20);
        let small = minimise(dump, |dump| Ok(returns(dump) > 0)).unwrap();
        assert_eq!(returns(&small), 1);
        let rules = small.tables.iter().flat_map(|table| &table.chains).flat_map(|chain| &chain.rules);
        assert!(rules.clone().all(|rule| rule == TRACKS || rule.ends_with("-j RETURN")), "{small}");
    }
}
