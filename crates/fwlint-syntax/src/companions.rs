//! The files beside a dump that tell the rest of a machine's state: what `ipset save`, `ip rule`,
//! `ip route`, `ip addr`, `ipvsadm-save -n` and `sysctl -a` print. One room for each.
//!
//! Reading never fails here either: a line that cannot be read becomes a [`Misread`], and all others
//! are read. What is read borrows the source.

mod ip_addr;
mod ip_route;
mod ip_rule;
mod ipset;
mod ipvsadm;
mod line;
mod sysctl;
mod value;

use std::borrow::Cow;

use crate::{Span, tree::MAX_ERRORS};

pub use ip_addr::{Interface, InterfaceAddress, Interfaces, ip_addr};
pub use ip_route::{Hop, Route, RouteKind, Routes, ip_route};
pub use ip_rule::{RoutingAction, RoutingRule, ip_rule};
pub use ipset::{
    Dimension, Entry, EntryOptions, Part, SET_TYPES, Set, SetOptions, SetType, Sets, ipset_save,
};
pub use ipvsadm::{Forwarding, RealServer, ServiceAddress, VirtualServer, VirtualServers, ipvsadm_save};
pub use sysctl::{Setting, sysctl};
pub use value::Prefix;

/// What was read of a companion, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Reading<T> {
    /// What was read.
    pub content: T,
    /// What could not be read, in order; at most [`MAX_ERRORS`].
    pub errors: Vec<Misread>,
    /// How many more errors there were.
    pub errors_omitted: usize,
}

/// A place in a companion that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The offending word; empty where one is missing.
    pub span: Span,
    /// What should stand there, to stand behind "expected".
    pub expected: Cow<'static, str>,
}

impl<T> Reading<T> {
    /// Notes an error, or counts it if there are too many.
    pub fn misread(&mut self, error: Misread) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        } else {
            self.errors_omitted += 1;
        }
    }

    /// The same with the content made into something else.
    pub fn map<U>(self, into: impl FnOnce(T) -> U) -> Reading<U> {
        let Self { content, errors, errors_omitted } = self;
        Reading { content: into(content), errors, errors_omitted }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words and signs that lead far into the readers.
    const PIECES: [&str; 44] = [
        "create",
        "add",
        "a",
        "hash:ip,port",
        "list:set",
        "hash:net,iface",
        "family",
        "inet6",
        "timeout",
        "comment",
        "\"x y\"",
        "nomatch",
        "skbprio",
        "1:2",
        ",",
        "tcp:80",
        "icmp:",
        "10.0.0.0/8",
        "fd00::1",
        "-",
        "0:",
        "from",
        "all",
        "lookup",
        "fwmark",
        "0x1/0xf",
        "default",
        "via",
        "dev",
        "nexthop",
        "metric",
        "encap",
        "2:",
        "lo:",
        "<UP>",
        "inet",
        "peer",
        "-A",
        "-t",
        "[fd00::1]:80",
        "-p",
        "=",
        "\\",
        "\n",
    ];

    fn read_all(source: &[u8]) {
        let inside = |errors: &[Misread]| {
            for error in errors {
                assert!(
                    error.span.start <= error.span.end && error.span.end as usize <= source.len(),
                    "{error:?}"
                );
            }
        };
        let sets = ipset_save(source);
        for entry in &sets.content.entries {
            let set = &sets.content.sets[entry.set as usize];
            assert!(entry.parts(source, set).count() <= set.kind.dimensions.len());
            entry.options(source);
        }
        inside(&sets.errors);
        inside(&ip_rule(source).errors);
        let routes = ip_route(source);
        assert!(
            routes.content.routes.iter().all(|route| routes.content.hops.get(route.hops.clone()).is_some())
        );
        inside(&routes.errors);
        inside(&ip_addr(source).errors);
        inside(&ipvsadm_save(source).errors);
        inside(&sysctl(source).errors);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_the_end(source in proptest::collection::vec(any::<u8>(), 0..200)) {
            read_all(&source);
        }

        #[test]
        fn any_words_are_read_to_the_end(pieces in proptest::collection::vec(0..PIECES.len() * 2, 0..40)) {
            // Half of them with a blank behind.
            let text: String =
                pieces.iter().flat_map(|&at| [PIECES[at / 2], if at % 2 == 0 { " " } else { "" }]).collect();
            read_all(text.as_bytes());
        }
    }

    #[test]
    fn errors_are_bounded() {
        let reading = ip_rule("x\n".repeat(MAX_ERRORS + 7).as_bytes()).map(|rules| rules.len());
        assert_eq!((reading.content, reading.errors.len(), reading.errors_omitted), (0, MAX_ERRORS, 7));
    }
}
