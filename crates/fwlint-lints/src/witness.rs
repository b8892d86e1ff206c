//! A packet that shows what a finding says.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use fwlint_model::{
    Hook, RuleId,
    syntax::{
        Arg, Family, Value,
        extensions::{Role, core},
        value::Net,
    },
};

use crate::RulesetFacts;

/// A packet that shows what a finding says, once it comes to the rule. `Display` writes it as `fwlint trace --packet` takes
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// It is sent by the host itself.
    pub local: bool,
    /// The device it comes in by, where that matters.
    pub input: Option<String>,
    /// The device it goes out by, where that matters.
    pub output: Option<String>,
    /// Where it is from.
    pub src: IpAddr,
    /// Where it goes.
    pub dst: IpAddr,
    /// Its protocol by name: `tcp` (then it has the flag SYN and no other) or `udp`.
    pub proto: &'static str,
    /// The port it is from.
    pub sport: u16,
    /// The port it goes to.
    pub dport: u16,
}

impl Witness {
    /// A packet of this protocol that passes all tests of a rule but those of ports and flags that no packet passes; `None`
    /// where a test is not as plain as that.
    pub(crate) fn of_rule(rules: &RulesetFacts<'_>, rule: RuleId, proto: &'static str) -> Option<Self> {
        let ruleset = &rules.ruleset;
        let hooks = rules.graph.hooks(ruleset.rules[rule].chain);
        let is_v6 = ruleset.family == Family::Ipv6;
        let address = |last: u8| -> IpAddr {
            if is_v6 {
                Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last.into()).into()
            } else {
                Ipv4Addr::new(192, 0, 2, last).into()
            }
        };
        let mut packet = Self {
            local: hooks.has(Hook::Output) && !hooks.has(Hook::Input) && !hooks.has(Hook::Forward),
            input: None,
            output: None,
            src: address(1),
            dst: address(2),
            proto,
            sport: 40000,
            dport: 443,
        };
        let dump = ruleset.dump;
        dump.args_of(ruleset.line(rule)).iter().try_for_each(|arg| packet.pass(arg, dump.source))?;
        Some(packet)
    }

    /// "a TCP packet from port 1000 to port 80"
    pub(crate) fn ports_text(&self) -> String {
        format!("a {} packet from port {} to port {}", self.proto.to_uppercase(), self.sport, self.dport)
    }

    /// Makes the packet pass a test; `None` if that is not known to be possible.
    fn pass(&mut self, arg: &Arg, source: &[u8]) -> Option<()> {
        let is_plain = !arg.negated();
        let value = || arg.value(source);
        match (arg.extension().role, arg.extension().name) {
            (Role::Target, _) | (Role::Match, "comment") => return Some(()),
            (Role::Match, "tcp" | "udp") => return self.pass_ports(arg.spec()?.name, &value(), is_plain),
            (Role::Match, _) => return None,
            (Role::Core, _) => {}
        }
        match arg.id() {
            core::JUMP | core::GOTO | core::COUNTERS | core::PROTOCOL | core::IPV4 | core::IPV6 => {}
            core::MATCH if matches!(arg.value_span().of(source), b"tcp" | b"udp" | b"comment") => {}
            core::SOURCE if is_plain => self.src = first_address(&value())?,
            core::DESTINATION if is_plain => self.dst = first_address(&value())?,
            core::IN_INTERFACE if is_plain => device(&value(), &mut self.input)?,
            core::OUT_INTERFACE if is_plain => device(&value(), &mut self.output)?,
            _ => return None,
        }
        Some(())
    }

    fn pass_ports(&mut self, option: &str, value: &Value<'_>, is_plain: bool) -> Option<()> {
        const SYN: u8 = 2;
        let port = match option {
            "sport" => &mut self.sport,
            "dport" => &mut self.dport,
            "tcp-flags" => {
                let Value::TcpFlags { mask, set } = *value else { return None };
                return (mask == 0 || (SYN & mask == set) == is_plain).then_some(());
            }
            "syn" => return is_plain.then_some(()),
            _ => return None,
        };
        let &Value::Ports(range) = value else { return None };
        if is_plain {
            *port = range.low;
        } else if (range.low..=range.high).contains(port) {
            let outside = range.high.checked_add(1).or_else(|| range.low.checked_sub(1));
            *port = outside.unwrap_or(*port);
        }
        Some(())
    }
}

/// The first address of a network that a host may have.
fn first_address(value: &Value<'_>) -> Option<IpAddr> {
    let Value::Nets(nets) = *value else { return None };
    match nets.iter().next()? {
        Net::V4(address, mask) => Some(Ipv4Addr::from(address | (!mask & 1)).into()),
        Net::V6(address, mask) => Some(Ipv6Addr::from(address | (!mask & 1)).into()),
        Net::Name(_) => None,
    }
}

/// Chooses a device of this name, if not any will do.
fn device(value: &Value<'_>, chosen: &mut Option<String>) -> Option<()> {
    let Value::Text(name) = value else { return None };
    let name = std::str::from_utf8(name).ok()?;
    *chosen = match name.strip_suffix('+') {
        Some("") => None,
        Some(start) => Some(format!("{start}0")),
        None => Some(name.to_owned()),
    };
    Some(())
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.local {
            f.write_str("from=local ")?;
        }
        for (key, device) in [("in", &self.input), ("out", &self.output)] {
            if let Some(device) = device {
                write!(f, "{key}={device} ")?;
            }
        }
        let Self { src, dst, proto, sport, dport, .. } = self;
        write!(f, "src={src} dst={dst} proto={proto} sport={sport} dport={dport}")
    }
}
