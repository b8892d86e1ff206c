//! What random rule sets may hold, by name, so that each can be left out.

macro_rules! features {
    ($($(#[$doc:meta])* $feature:ident = $name:literal;)*) => {
        /// Something that random rule sets and packets may hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Feature {
            $($(#[$doc])* $feature,)*
        }

        impl Feature {
            /// All of them, with their names.
            pub const ALL: &[(&str, Self)] = &[$(($name, Self::$feature)),*];
        }
    };
}

features! {
    /// Tests of conversations: states, statuses, addresses of the first packet.
    Conntrack = "conntrack";
    /// `CONNMARK` and `-m connmark`.
    Connmark = "connmark";
    /// `CT --notrack`, `NOTRACK`.
    Notrack = "notrack";
    /// `DNAT`, `SNAT`, `REDIRECT`, `MASQUERADE`, `NETMAP`.
    Nat = "nat";
    /// First and later fragments, where nothing is tracked.
    Fragments = "fragments";
    /// Packets from the host to itself.
    Loopback = "loopback";
    /// `MARK` in all spellings.
    Mark = "mark";
    /// `TTL`, `HL`, `TOS`, `DSCP`, `ECN`, `TCPMSS`, and tests of what they write.
    Rewrites = "rewrites";
    /// `-m multiport`.
    Multiport = "multiport";
    /// `-m iprange`.
    Iprange = "iprange";
    /// `-m owner`.
    Owner = "owner";
    /// `-m addrtype`.
    Addrtype = "addrtype";
    /// `-m mac`.
    Mac = "mac";
    /// `-m pkttype`.
    Pkttype = "pkttype";
    /// `-m physdev`.
    Physdev = "physdev";
    /// `-m length`.
    Length = "length";
    /// `-m set`.
    Sets = "sets";
    /// `-m u32`, `-m string`, `-m bpf`: tests that are not looked into.
    Opaque = "opaque";
    /// `-m statistic` and `-m limit`: tests that may answer otherwise the next time.
    Stateful = "stateful";
    /// `REJECT`, `NFQUEUE`.
    Refusals = "refusals";
    /// `LOG`, `NFLOG`, `CLASSIFY`, `AUDIT`, `SET`: targets after which the next rule is met.
    Notes = "notes";
}
