//! From tree to rule set: runs the dump's commands as a restore program would.

mod drafts;
mod load;

use fwlint_syntax::{Dump, Run, Span, Table as Section};
use rustc_hash::FxHashMap;

use self::{drafts::Entry, load::Loaded};
use crate::{
    ids::{Arena, ChainId, Id},
    names::Name,
    ruleset::{Chain, Failure, Rule, Ruleset, Table, Target},
};

/// One rule set for each of the dump's runs, in order.
///
/// A rule set is what the kernel would hold, as far as the dump can be read: what a restore program would refuse
/// (a rule in a chain that is not declared, a jump to one that does not exist) is kept, so that everything else can
/// be looked at all the same.
pub fn resolve<'d>(dump: &'d Dump<'d>) -> Vec<Ruleset<'d>> {
    dump.runs.iter().enumerate().map(|(number, run)| ruleset(dump, number, run)).collect()
}

fn ruleset<'d>(dump: &'d Dump<'d>, number: usize, run: &Run) -> Ruleset<'d> {
    let mut ruleset = Ruleset {
        dump,
        run: number,
        family: run.family,
        backend: run.backend,
        tables: Arena::default(),
        chains: Arena::default(),
        rules: Arena::default(),
        unfollowed: 0,
        failures: Vec::new(),
    };
    for standing in standing(dump, run) {
        let loaded = load::load(dump, run, standing.section);
        ruleset.unfollowed += loaded.drafts.unfollowed;
        add(&mut ruleset, standing, &loaded);
    }
    ruleset
}

/// A table as its last section says it, which replaces what those before it have loaded.
struct Standing<'d> {
    section: &'d Section,
    replaced: Vec<Span>,
}

fn standing<'d>(dump: &'d Dump<'d>, run: &Run) -> Vec<Standing<'d>> {
    let mut standing: Vec<Standing<'d>> = Vec::new();
    let mut by_name = FxHashMap::default();
    for section in dump.tables.get(run.tables.clone()).unwrap_or_default() {
        let name = section.name(dump.source);
        // Where the name does not stand there, it may be another table each time.
        let former = by_name.get(name).filter(|_| !section.name.is_empty());
        if let Some(former) = former.and_then(|&index: &usize| standing.get_mut(index)) {
            former.replaced.push(former.section.span);
            former.section = section;
        } else {
            by_name.insert(name, standing.len());
            standing.push(Standing { section, replaced: Vec::new() });
        }
    }
    standing
}

/// Numbers what was loaded: built-in chains first, and the rules chain by chain.
fn add<'d>(ruleset: &mut Ruleset<'d>, standing: Standing<'d>, loaded: &Loaded<'d>) {
    let section = standing.section;
    let name = Name(section.name(ruleset.dump.source));
    let first = ChainId::from_index(ruleset.chains.len());
    let table = ruleset.tables.push(Table {
        name,
        span: section.span,
        replaced: standing.replaced,
        chains: (first, first),
    });
    let drafts = &loaded.drafts;
    ruleset.failures.extend(loaded.failures().map(|(span, why)| Failure { table, span, why }));
    ruleset.chains.reserve(drafts.chains.len());
    ruleset.rules.reserve(drafts.entries.len());
    let live = drafts.chains.iter().filter(|(_, draft)| draft.deleted.is_none());
    let (built_in, user): (Vec<_>, Vec<_>) = live.partition(|(_, draft)| draft.hook.is_some());
    let mut ids: Arena<ChainId, ChainId> = drafts.chains.ids().collect();
    for (&(old, _), index) in built_in.iter().chain(&user).zip(ruleset.chains.len()..) {
        ids[old] = ChainId::from_index(index);
    }
    for (old, draft) in built_in.into_iter().chain(user) {
        let start = Id::from_index(ruleset.rules.len());
        let mut position = 1;
        for entry in drafts.rules_of(old) {
            let target = match loaded.target_in_the_end(entry) {
                Target::Jump(chain) => Target::Jump(ids[chain]),
                Target::Goto(chain) => Target::Goto(ids[chain]),
                target => target,
            };
            let &Entry { line, first, copies, is_part, .. } = entry;
            ruleset.rules.push(Rule { chain: ids[old], line, position, copies, first, is_part, target });
            position = position.saturating_add(copies);
        }
        ruleset.chains.push(Chain {
            table,
            name: draft.name,
            hook: draft.hook,
            declared: draft.declared,
            redeclared: draft.redeclared.clone(),
            policy: draft.policy,
            rules: (start, Id::from_index(ruleset.rules.len())),
        });
    }
    ruleset.tables[table].chains.1 = ChainId::from_index(ruleset.chains.len());
}

#[cfg(test)]
mod tests {
    use crate::{
        Policy, Target,
        syntax::Family,
        testing::{filter, load, load_all},
    };

    macro_rules! corpus {
        ($path:literal) => {
            include_str!(concat!("../../../corpus/handwritten/", $path))
        };
    }

    #[test]
    fn rules_are_inserted_replaced_and_deleted() {
        let ruleset = load(corpus!("reader/commands.rules"));
        assert_eq!(
            ruleset.options_of("INPUT"),
            [
                "-i lo -j ACCEPT",
                "-p tcp -m tcp --dport 22 -j ACCEPT",
                "-p tcp -m tcp --dport 443 -j ACCEPT",
                "-p icmp -j ACCEPT"
            ]
        );
        assert_eq!(ruleset.names(ruleset.chains.ids()), ["INPUT", "FORWARD", "OUTPUT", "KEPT"]);
        assert!(ruleset.options_of("FORWARD").is_empty());
        assert_eq!(ruleset.options_of("KEPT"), ["-j ACCEPT"]);
        assert_eq!(ruleset.chains[ruleset.chain("INPUT")].policy, Some(Policy::Drop));

        let ruleset = load(corpus!("reader/commands-replace-rename.rules"));
        let ssh = "-s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j ACCEPT";
        assert_eq!(ruleset.options_of("INPUT"), ["-i lo -j ACCEPT", ssh]);
        assert_eq!(ruleset.options_of("KEPT"), ["-j ACCEPT"]);

        let ruleset = load(corpus!("reader/commands-insert-then-delete.rules"));
        assert_eq!(ruleset.options_of("INPUT"), ["-i lo -j ACCEPT", "-p tcp -m tcp --dport 443 -j ACCEPT"]);
    }

    #[test]
    fn inserted_rules_stand_in_front() {
        let ruleset = load(corpus!("reader/insert-order.rules"));
        let ports = ruleset.options_of("INPUT").join(" ");
        assert_eq!(ports.matches(char::is_numeric).collect::<String>(), "4321");
        let interfaces = ruleset.options_of("FORWARD");
        assert!((0..5).all(|n| interfaces[n] == format!("-i eth{n} -j ACCEPT")), "{interfaces:?}");
    }

    #[test]
    fn deleting_takes_the_first_rule_that_says_the_same() {
        let ruleset = filter(concat!(
            ":A -\n",
            "-A A -p tcp -m tcp --dport 22 -m comment --comment one -j ACCEPT\n",
            "-A A -j LOG\n",
            "-A A -p tcp -m tcp --dport 22 -m comment --comment two -j ACCEPT\n",
            "-A A -p tcp -m tcp --dport 22 -m comment --comment two -j ACCEPT\n",
            "-D A -p tcp --dport 22 -m comment --comment two -j ACCEPT\n",
            "-A A -p tcp --dport nonsense -j LOG\n",
            "-D A -p tcp --dport nonsense -j LOG\n",
            "-D A -p tcp -j LOG\n",
            "-D A -m recent --name x -j DROP\n",
            "-D NONE -j LOG\n",
        ));
        let left = ruleset.options_of("A");
        assert_eq!(left.len(), 4);
        assert!(left[0].contains("one") && left[1].contains("LOG") && left[2].contains("two"), "{left:?}");
        assert_eq!(ruleset.chains.len(), 1);
    }

    #[test]
    fn a_later_table_replaces_the_former() {
        let ruleset = load(corpus!("reader/table-twice.rules"));
        let names = ruleset.tables.iter().map(|(_, table)| table.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), ["filter", "nat"]);
        assert_eq!(ruleset.options_of("SECOND"), ["-j ACCEPT"]);
        let filter = ruleset.tables.ids().next().unwrap();
        assert_eq!(ruleset.names(ruleset.chains_of(filter)), ["INPUT", "FORWARD", "OUTPUT", "SECOND"]);
        assert_eq!(ruleset.tables[filter].replaced.len(), 1);
        assert_eq!(ruleset.rules.len(), 3);
    }

    #[test]
    fn only_nft_empties_a_chain_that_is_declared_again() {
        let twice = ":A -\n-A A -j ACCEPT\n:A -\n-A A -j DROP\n:INPUT ACCEPT\n-A INPUT -j A\n:INPUT DROP\n";
        let rules_with = |header: &str| {
            let ruleset = load(&format!("{header}*filter\n{twice}COMMIT\n"));
            assert_eq!(ruleset.chains[ruleset.chain("A")].redeclared.len(), 1);
            assert_eq!(ruleset.options_of("INPUT"), ["-j A"]);
            assert_eq!(ruleset.chains[ruleset.chain("INPUT")].policy, Some(Policy::Drop));
            ruleset.options_of("A")
        };
        assert_eq!(rules_with("# Generated by iptables-save v1.8.9 (nf_tables)\n"), ["-j DROP"]);
        assert_eq!(rules_with("# Generated by iptables-save v1.8.7 (legacy)\n"), ["-j ACCEPT", "-j DROP"]);
        assert_eq!(rules_with(""), ["-j ACCEPT", "-j DROP"]);
    }

    #[test]
    fn chains_are_found_wherever_they_are_declared() {
        let ruleset = load(corpus!("graph/chain-late.rules"));
        let late = ruleset.chain("LATE");
        assert_eq!(ruleset.rules[ruleset.rule("INPUT", 2)].target, Target::Jump(late));
        assert!(ruleset.chains[late].declared.unwrap() > ruleset.line(ruleset.rule("INPUT", 2)).span);

        let ruleset = load(corpus!("graph/undeclared-append.rules"));
        assert_eq!(ruleset.chains[ruleset.chain("SSH")].declared, None);
        assert_eq!(ruleset.options_of("SSH").len(), 2);
    }

    #[test]
    fn a_jump_follows_the_chain_through_its_names() {
        let ruleset = filter(concat!(
            ":A -\n:B -\n:GONE -\n",
            "-A A -j B\n-E B C\n-A A -g C\n-A A -j B\n",
            "-A A -j GONE\n-X GONE\n:LOG -\n-A A -j LOG\n-A A -g REJECT\n-A A -j REJECT\n-A A\n"
        ));
        let targets: Vec<_> =
            ruleset.rules_of(ruleset.chain("A")).map(|rule| ruleset.rules[rule].target).collect();
        let (c, log) = (ruleset.chain("C"), ruleset.chain("LOG"));
        let undefined = Target::Undefined;
        let expected = [Target::Jump(c), Target::Goto(c), undefined, undefined, Target::Jump(log), undefined];
        assert_eq!(targets[..6], expected);
        assert!(matches!(targets[6], Target::Extension(id) if id.extension().name == "REJECT"));
        assert_eq!(targets[7], Target::None);
    }

    #[test]
    fn built_in_chains_are_those_of_the_table() {
        let ruleset =
            load("*filter\n:USER -\n:PREROUTING -\n:INPUT DROP\nCOMMIT\n*odd\n:PREROUTING -\nCOMMIT\n");
        let names = ruleset.names(ruleset.chains.ids());
        assert_eq!(names, ["INPUT", "USER", "PREROUTING", "PREROUTING"]);
        let hooks = ruleset.chains.iter().map(|(_, chain)| chain.hook.is_some());
        assert_eq!(hooks.collect::<Vec<_>>(), [true, false, false, true]);
    }

    #[test]
    fn every_family_has_its_rules_only() {
        let ruleset = load(corpus!("reader/family-prefix.rules"));
        assert_eq!(ruleset.family, Family::Ipv4);
        assert_eq!(ruleset.options_of("INPUT").len(), 4);
        let both = load_all(corpus!("reader/ip4-and-ip6.rules"));
        assert_eq!(
            both.iter().map(|ruleset| ruleset.family).collect::<Vec<_>>(),
            [Family::Ipv4, Family::Ipv6]
        );
    }

    #[test]
    fn lists_of_addresses_stand_for_several_rules() {
        let ruleset = load(corpus!("reader/address-lists.rules"));
        let places = ruleset.rules_of(ruleset.chain("INPUT")).map(|rule| {
            let rule = &ruleset.rules[rule];
            (rule.position, rule.copies)
        });
        assert_eq!(places.collect::<Vec<_>>(), [(1, 1), (2, 2), (4, 4), (8, 3)]);

        // What iptables-legacy-save prints after these, up to the order of the two that come of one line.
        let ruleset = filter(concat!(
            ":A -\n-A A -s 10.0.0.1,10.0.0.2 -j ACCEPT\n-A A -j LOG\n",
            "-I A 3 -i lo -j DROP\n-D A 2\n-R A 3 -s 10.0.0.9 -j DROP\n"
        ));
        let left = ["-s 10.0.0.1,10.0.0.2 -j ACCEPT", "-i lo -j DROP", "-s 10.0.0.9 -j DROP"];
        assert_eq!(ruleset.options_of("A"), left);
        assert_eq!(ruleset.rules[ruleset.rule("A", 1)].copies, 1);
    }

    #[test]
    fn user_chains_of_ebtables_have_policies() {
        let ruleset = load(corpus!("reader/ebtables-legacy.rules"));
        assert_eq!(ruleset.chains[ruleset.chain("spoof")].policy, Some(Policy::Drop));
        let ruleset = load("# Generated by ebtables-save v1.8.9\n*filter\n:INPUT ACCEPT\n-N A\n");
        assert_eq!(ruleset.chains[ruleset.chain("A")].policy, Some(Policy::Accept));
        let ruleset = filter(":A DROP\n:INPUT -\n");
        assert_eq!(ruleset.chains[ruleset.chain("A")].policy, None);
        assert_eq!(ruleset.chains[ruleset.chain("INPUT")].policy, None);
    }

    /// As `iptables-legacy-save` 1.8.9 prints what these have loaded.
    #[test]
    fn numbers_count_the_rules_that_a_list_stands_for() {
        let saved = |commands: &str| {
            let source = format!(
                "*filter\n:X - [0:0]\n-A X -s 10.0.0.1,10.0.0.2,10.0.0.3 -j DROP\n{commands}\nCOMMIT\n"
            );
            let dump = fwlint_syntax::parse(source.as_bytes(), fwlint_syntax::Options::default());
            let mut out = Vec::new();
            crate::save(&dump, &mut out);
            let text = String::from_utf8(out).unwrap();
            text.lines().filter_map(|line| line.strip_prefix("-A X ")).map(str::to_owned).collect::<Vec<_>>()
        };
        let [one, two, three] = ["1", "2", "3"].map(|last| format!("-s 10.0.0.{last}/32 -j DROP"));
        let new = "-j ACCEPT".to_owned();
        assert_eq!(saved("-I X 2 -j ACCEPT"), [&one, &new, &two, &three].map(Clone::clone));
        assert_eq!(saved("-D X 2"), [one.clone(), three.clone()]);
        assert_eq!(saved("-R X 3 -j ACCEPT"), [one, two, new]);
        assert_eq!(saved("-D X -s 10.0.0.1,10.0.0.2,10.0.0.3 -j DROP"), Vec::<String>::new());
    }

    #[test]
    fn a_part_of_a_list_is_not_what_the_line_says() {
        let ruleset =
            filter(":X -\n-A X -s 10.0.0.1,0.0.0.0/0 -j DROP\n-I X 2 -j LOG\n-D X -s 10.0.0.1 -j DROP");
        let rules: Vec<_> = ruleset.rules_of(ruleset.chain("X")).collect();
        let flow = crate::Flow::new(&ruleset, &crate::ChainGraph::new(&ruleset));
        assert_eq!(rules.len(), 3);
        assert!(!flow.is_unconditional(rules[0]) && !flow.is_unconditional(rules[2]));
        assert_eq!(crate::canonical(&ruleset, rules[0]), None);
        // The rule to delete is one of those that the first line stands for.
        assert_eq!((ruleset.unfollowed, ruleset.failures.len()), (1, 0));
    }
}
