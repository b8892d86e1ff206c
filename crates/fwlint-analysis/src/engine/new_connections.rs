//! Which rules does no new connection come to, because its destination is translated before?

use fwlint_model::{Arena, ChainGraph, ChainId, Hook, HookSet, RuleId, syntax::Family};
use fwlint_packet::{Cube, Field, Term, Values};

use super::{
    Blockers, Budget, Engine, Reach, Why,
    program::Code,
    search::{Goal, Lemmas, Maps, Outcome, Search},
    stations::Stations,
};
use crate::{
    meaning::{Then, Verdict},
    world::World,
};

const TCP: u32 = 6;

/// `RTN_LOCAL` of the kernel's `rtnetlink.h`.
const LOCAL: u32 = 2;

/// What may be spent on one rule, in cubes looked at: a table may have very many rules that translate.
const MAX_OF_RULE: u64 = 2_000_000;

/// Asks of one rule after the other.
#[derive(Debug)]
pub struct NewConnections<'e> {
    engine: &'e Engine,
    stations: Stations,
    /// Chains that only what comes in for this host comes to, if its type is known then.
    of_input: Arena<ChainId, bool>,
    left: u64,
}

impl Engine {
    /// What comes to rules of new connections, behind the table `nat`. `None` if no rule translates any destination. All
    /// questions together may look at so many cubes; `world` is the engine's own.
    pub fn new_connections(
        &self,
        world: &World<'_, '_>,
        graph: &ChainGraph,
        total: u64,
    ) -> Option<NewConnections<'_>> {
        let stations = Stations::translated(world, graph, &self.program)?;
        let ruleset = world.ruleset;
        // What a socket takes whatever its address is of any type.
        let is_taken = |(_, code): (RuleId, &Code)| code.then == Then::End(Verdict::Stolen);
        let is_known = ruleset.family == Family::Ipv4 && !self.program.rules.iter().any(is_taken);
        let only_input = HookSet::default().with(Hook::Input);
        let of_input =
            ruleset.chains.ids().map(|chain| is_known && graph.hooks(chain) == only_input).collect();
        Some(NewConnections { engine: self, stations, of_input, left: total })
    }
}

impl NewConnections<'_> {
    /// Whether a packet of a new connection comes to a rule in its own table, as if no destination were translated.
    pub fn reach_untranslated(&mut self, rule: RuleId) -> Reach {
        self.run(rule, false)
    }

    /// Whether a packet of a new connection comes to a rule past the table `nat`.
    pub fn reach(&mut self, rule: RuleId) -> Reach {
        if !self.stations.is_guarded(self.engine.program.rules[rule].chain) {
            return Reach::Some;
        }
        self.run(rule, true)
    }

    /// The rules that keep new connections from one that none comes to. `None` if it takes too long to find out.
    pub fn blockers(&mut self, rule: RuleId) -> Option<Blockers> {
        let maps = Maps { stations: Some(&self.stations), ..self.engine.maps() };
        let new = self.new_to(rule)?;
        self.engine.keeping_away(Goal::Rule(rule), &new, maps, |_| false, &mut self.left)
    }

    /// Packets of new connections. A connection of TCP is to one host: what comes in for this one is sent to an address of its
    /// own, not to many.
    fn new_to(&self, rule: RuleId) -> Option<Cube> {
        let mut new = Cube::of(Field::CT_STATE, Values::OneOf(1 << Field::NEW))?;
        let program = &self.engine.program;
        let code = &program.rules[rule];
        let is_tcp = |cube: &[Term]| {
            cube.iter().any(|term| term.field == Field::PROTOCOL && term.values == Values::exactly(TCP))
        };
        if self.of_input[code.chain] && program.cubes(code.may).all(is_tcp) {
            new.narrow(Field::DST_TYPE, Values::OneOf(1 << LOCAL)).then_some(())?;
        }
        Some(new)
    }

    fn run(&mut self, rule: RuleId, is_translated: bool) -> Reach {
        let most = MAX_OF_RULE.min(self.left);
        let mut budget = Budget { rule: most, left: most };
        let stations = is_translated.then_some(&self.stations);
        let maps = Maps { stations, ..self.engine.maps() };
        let Some(new) = self.new_to(rule) else { return Reach::Unknown(Why::Rough) };
        let mut search = Search::new(maps, &[], self.engine.limits.learns).within(new);
        let outcome = search.run(Goal::Rule(rule), &mut Lemmas::default(), &mut budget);
        self.left = self.left.saturating_sub(budget.spent());
        match outcome {
            Outcome::Found(_) => Reach::Some,
            Outcome::Nothing(..) => Reach::None,
            Outcome::Spent => Reach::Unknown(Why::Budget),
            Outcome::Rough => Reach::Unknown(Why::Rough),
        }
    }
}

#[cfg(test)]
mod tests {
    use fwlint_model::syntax::Backend;

    use super::*;
    use crate::{engine::Limits, testing::load};

    /// The rules that no new connection comes to, but that some would come to untranslated.
    fn ineffective(text: &str) -> String {
        let ruleset = load(text);
        let (world, graph) = (World::new(&ruleset, Backend::Legacy, None), ChainGraph::new(&ruleset));
        let engine = Engine::new(&world, &graph, Limits::default());
        let mut new = engine.new_connections(&world, &graph, 1_000_000).unwrap();
        let mut found = Vec::new();
        for (rule, content) in ruleset.rules.iter() {
            if new.reach_untranslated(rule) == Reach::Some && new.reach(rule) == Reach::None {
                found.push(format!("{} {}", ruleset.chains[content.chain].name, content.position));
            }
        }
        found.join(", ")
    }

    #[test]
    fn a_port_that_is_redirected() {
        let nat = |rules: &str| format!("*nat\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\n{rules}COMMIT\n");
        let filter = "*filter\n:INPUT DROP\n:FORWARD DROP\n-A INPUT -i eth0 -p tcp --dport 80 -j ACCEPT\n-A INPUT -p tcp --dport 80 -j ACCEPT\n\
            -A INPUT -p tcp --dport 8080 -j ACCEPT\n-A FORWARD -i eth0 -d 192.0.2.1 -p tcp --dport 80 -j ACCEPT\nCOMMIT\n";
        let redirect = nat("-A PREROUTING -i eth0 -p tcp --dport 80 -j REDIRECT --to-ports 8080\n");
        assert_eq!(ineffective(&format!("{redirect}{filter}")), "INPUT 1, FORWARD 1");
        let everywhere = redirect
            .replace("-i eth0 ", "")
            .replace("COMMIT", "-A OUTPUT -p tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT");
        assert_eq!(ineffective(&format!("{everywhere}{filter}")), "INPUT 1, INPUT 2, FORWARD 1");
        let limited = redirect.replace("-j REDIRECT", "-m limit --limit 1/s -j REDIRECT");
        assert_eq!(ineffective(&format!("{limited}{filter}")), "");
        let back = redirect.replace("COMMIT", "-A PREROUTING -p tcp -j DNAT --to-destination :80\nCOMMIT");
        assert_eq!(ineffective(&format!("{back}{filter}")), "");
    }

    #[test]
    fn a_port_of_all_nodes() {
        let text = "*nat\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\n:KUBE-SERVICES -\n:KUBE-NODEPORTS -\n:KUBE-SEP-A -\n:KUBE-SEP-B -\n\
            -A PREROUTING -j KUBE-SERVICES\n-A OUTPUT -j KUBE-SERVICES\n\
            -A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS\n-A KUBE-NODEPORTS -p tcp -m tcp --dport 30080 -j KUBE-SEP-A\n\
            -A KUBE-SEP-A -m statistic --mode random --probability 0.5 -j KUBE-SEP-B\n\
            -A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.0.0.1:80\n-A KUBE-SEP-B -p tcp -m tcp -j DNAT --to-destination 10.0.0.2:80\nCOMMIT\n\
            *filter\n:INPUT DROP\n-A INPUT -p tcp -m tcp --dport 30080 -j ACCEPT\n-A INPUT -p udp -m udp --dport 30080 -j ACCEPT\nCOMMIT\n";
        assert_eq!(ineffective(text), "INPUT 1");
        // A program may listen there as well.
        assert_eq!(ineffective(&text.replace("--dport 30080 -j KUBE", "--dport 30081 -j KUBE")), "");
    }
}
