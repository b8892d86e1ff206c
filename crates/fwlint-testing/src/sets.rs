//! Sets of addresses that rules ask.

use std::fmt::Write as _;

use crate::{feature::Feature, ruleset::Maker};

/// How rules ask the sets, each with its dimensions.
pub(crate) const QUESTIONS: [&str; 8] =
    ["S1 src", "S1 dst", "S2 src", "S2 dst", "S3 dst,dst", "S3 src,src", "S4 src", "S4 dst"];

impl Maker<'_> {
    /// What `ipset restore` is told.
    pub(crate) fn sets(&mut self) -> String {
        if !self.has(Feature::Sets) {
            return String::new();
        }
        let (family, length) = if self.words.v6 { ("inet6", 64) } else { ("inet", 24) };
        let mut text = String::new();
        for (name, kind) in [
            ("S1", "hash:net"),
            ("S2", "hash:ip"),
            ("S3", "hash:ip,port"),
            ("S4", "hash:net"),
            ("S9", "hash:ip"),
        ] {
            _ = writeln!(text, "create {name} {kind} family {family}");
        }
        let mut entries = Vec::new();
        let addresses = self.words.addresses.clone();
        for (index, address) in addresses.iter().enumerate() {
            match index {
                0 => entries.push(format!("S1 {address}/{length}")),
                1 => entries.push(format!("S4 {address}/{} nomatch", length + 6)),
                2 | 3 => entries.push(format!("S2 {address}")),
                _ => {}
            }
            if index < 2 {
                entries.push(format!("S4 {address}/{length}"));
            }
            let (protocol, port) = (self.random.pick(&["tcp", "udp"]), self.random.pick(&self.words.ports));
            entries.push(format!("S3 {address},{protocol}:{port}"));
        }
        entries.sort();
        entries.dedup();
        for entry in entries {
            _ = writeln!(text, "add {entry}");
        }
        text
    }
}
