//! Sets of IP protocols, as far as rules commonly tell them apart.

/// A set of IP protocols: seven one by one, and all the others together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Protocols(u8);

/// tcp, udp, icmp, ipv6-icmp, sctp, dccp, udplite.
const ONE_BY_ONE: [u8; 7] = [6, 17, 1, 58, 132, 33, 136];

impl Protocols {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self(u8::MAX);
    const OTHERS: Self = Self(1 << ONE_BY_ONE.len());

    /// The protocols that a test for this one lets through: at most so many.
    pub(crate) fn at_most(protocol: u8) -> Self {
        if protocol == 0 { Self::ALL } else { Self::known(protocol).unwrap_or(Self::OTHERS) }
    }

    /// The protocols all of whose packets a test for this one lets through: at least so many.
    pub(crate) fn at_least(protocol: u8) -> Self {
        if protocol == 0 { Self::ALL } else { Self::known(protocol).unwrap_or(Self::NONE) }
    }

    fn known(protocol: u8) -> Option<Self> {
        let bit = ONE_BY_ONE.iter().position(|&known| known == protocol)?;
        Some(Self(1 << bit))
    }

    /// Those in both.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those in either.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in the other.
    #[must_use]
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn is_in(self, other: Self) -> bool {
        self.without(other) == Self::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::Protocols;

    #[test]
    fn a_protocol_that_is_not_told_apart_is_only_part_of_the_others() {
        assert_eq!(Protocols::at_least(47), Protocols::NONE);
        assert!(Protocols::at_most(50).is_in(Protocols::at_most(47)));
        assert!(!Protocols::at_most(47).is_in(Protocols::at_least(6)));
        assert_eq!(Protocols::at_least(6), Protocols::at_most(6));
        assert_eq!(Protocols::at_least(0), Protocols::ALL);
    }
}
