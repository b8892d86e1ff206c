//! Sets of values of one field.

use std::fmt;

use smallvec::SmallVec;

/// A set of values of one field, never empty.
///
/// All three forms are closed under intersection, and what is left of one without another is a few more of the form.
/// The sets of one field are either all of the form [`OneOf`](Self::OneOf) or none of them is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Values {
    /// From the lowest to the highest.
    Range {
        /// The lowest.
        low: u32,
        /// The highest.
        high: u32,
    },
    /// Those of a range whose bits under a mask are these. The ends of the range are in the set.
    Bits {
        /// The lowest.
        low: u32,
        /// The highest.
        high: u32,
        /// The bits under the mask.
        value: u32,
        /// Which bits count; not none of them.
        mask: u32,
    },
    /// Those numbers, from 0 to 31, whose bits are set here.
    OneOf(u32),
}

/// Sets that have nothing in common.
pub(crate) type Pieces = SmallVec<[Values; 2]>;

impl Values {
    /// Just this value of a range.
    pub const fn exactly(value: u32) -> Self {
        Self::Range { low: value, high: value }
    }

    /// From one to another; `None` if there is nothing between.
    pub const fn range(low: u32, high: u32) -> Option<Self> {
        if low <= high { Some(Self::Range { low, high }) } else { None }
    }

    /// All whose bits under the mask are these; `None` if the value has other bits, for then there are none.
    pub fn masked(value: u32, mask: u32) -> Option<Self> {
        bits(0, u32::MAX, value, mask)
    }

    /// The alternatives whose bits are set; `None` if there are none.
    pub const fn one_of(bits: u32) -> Option<Self> {
        if bits == 0 { None } else { Some(Self::OneOf(bits)) }
    }

    /// Whether the value is among them.
    pub const fn has(self, number: u32) -> bool {
        match self {
            Self::Range { low, high } => low <= number && number <= high,
            Self::Bits { low, high, value, mask } => {
                low <= number && number <= high && number & mask == value
            }
            Self::OneOf(bits) => number < 32 && bits & (1 << number) != 0,
        }
    }

    /// What both have.
    pub fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::OneOf(one), Self::OneOf(two)) => Self::one_of(one & two),
            (Self::Range { low, high }, Self::Range { low: from, high: to }) => {
                Self::range(low.max(from), high.min(to))
            }
            _ => {
                let ((low, high, value, mask), (from, to, more, more_mask)) = (self.parts(), other.parts());
                if (value ^ more) & mask & more_mask != 0 {
                    return None;
                }
                bits(low.max(from), high.min(to), value | more, mask | more_mask)
            }
        }
    }

    /// Whether they have anything in common.
    pub fn overlaps(self, other: Self) -> bool {
        match (self, other) {
            (Self::Range { low, high }, Self::Range { low: from, high: to }) => low <= to && from <= high,
            _ => self.and(other).is_some(),
        }
    }

    /// Whether all of the other's are among them.
    pub fn contains(self, other: Self) -> bool {
        match (self, other) {
            (Self::OneOf(one), Self::OneOf(two)) => two & !one == 0,
            (Self::Range { low, high }, Self::Range { low: from, high: to }) => low <= from && to <= high,
            // The ends of a set are in it.
            _ if !(self.has(other.lowest()) && self.has(other.highest())) => false,
            _ => {
                let ((.., value, mask), (.., more, more_mask)) = (self.parts(), other.parts());
                let agrees = mask & more_mask == mask && value == more & mask;
                agrees || other.without(self).is_empty()
            }
        }
    }

    /// What is not among the other's, in pieces that have nothing in common.
    pub fn without(self, other: Self) -> Pieces {
        if let (Self::OneOf(one), Self::OneOf(two)) = (self, other) {
            return Self::one_of(one & !two).into_iter().collect();
        }
        let (low, high, value, mask) = self.parts();
        let (mut from, mut to, wanted, wanted_mask) = other.parts();
        // Where the bits alone say which values are the other's, its ends need no pieces of their own.
        if next(low, wanted, wanted_mask).is_none_or(|first| first >= from) {
            from = from.min(low);
        }
        if last(high, wanted, wanted_mask).is_none_or(|last| last <= to) {
            to = to.max(high);
        }
        let mut pieces = Pieces::new();
        if let Some(below) = from.checked_sub(1) {
            pieces.extend(bits(low, high.min(below), value, mask));
        }
        if let Some(above) = to.checked_add(1) {
            pieces.extend(bits(low.max(above), high, value, mask));
        }
        // Between the ends: a piece for each bit that is other than wanted while those above it are as wanted.
        let (low, high) = (low.max(from), high.min(to));
        let (mut value, mut mask) = (value, mask);
        if (value ^ wanted) & mask & wanted_mask != 0 {
            pieces.extend(bits(low, high, value, mask));
            return pieces;
        }
        let mut left = wanted_mask & !mask;
        while left != 0 {
            let bit = 1 << left.ilog2();
            left &= !bit;
            mask |= bit;
            pieces.extend(bits(low, high, value | (!wanted & bit), mask));
            value |= wanted & bit;
        }
        pieces
    }

    /// All that are not among them.
    pub fn complement(self) -> Pieces {
        match self {
            Self::OneOf(_) => Self::OneOf(u32::MAX).without(self),
            _ => Self::Range { low: 0, high: u32::MAX }.without(self),
        }
    }

    /// The same as sets of which bits alone tell what is in them: each a value and the mask of the bits that count. At most
    /// 62 of them.
    ///
    /// Of alternatives, `None`.
    pub fn by_bits(self) -> Option<Vec<(u32, u32)>> {
        let (low, high, value, mask) = match self {
            Self::OneOf(_) => return None,
            _ => self.parts(),
        };
        let mut parts = Vec::new();
        // Where the bits say it all, the ends say nothing.
        if mask != 0 && next(0, value, mask) == Some(low) && last(u32::MAX, value, mask) == Some(high) {
            parts.push((value, mask));
            return Some(parts);
        }
        let mut at = u64::from(low);
        while at <= u64::from(high) {
            // The largest block that begins here and does not go beyond the end.
            let left = u64::from(high) - at + 1;
            let size = at.trailing_zeros().min(left.ilog2()).min(32);
            let block = u32::try_from(u64::from(u32::MAX) >> size << size & u64::from(u32::MAX)).unwrap_or(0);
            let start = u32::try_from(at).unwrap_or(u32::MAX);
            if (start ^ value) & block & mask == 0 {
                parts.push((start & block | value, block | mask));
            }
            at += 1 << size;
        }
        Some(parts)
    }

    /// One of them, as near above `seed` as there is one.
    pub fn pick(self, seed: u32) -> u32 {
        match self {
            Self::OneOf(bits) => {
                let turn = seed % 32;
                (bits.rotate_right(turn).trailing_zeros() + turn) % 32
            }
            Self::Range { low, high } => match high.wrapping_sub(low).wrapping_add(1) {
                0 => seed,
                _ if (low..=high).contains(&seed) => seed,
                size => low + seed % size,
            },
            Self::Bits { low, high, value, mask } => {
                let size = high.wrapping_sub(low).wrapping_add(1);
                let start = if size == 0 || (low..=high).contains(&seed) { seed } else { low + seed % size };
                next(start, value, mask).filter(|&next| next <= high).unwrap_or(low)
            }
        }
    }

    /// The lowest of them.
    pub const fn lowest(self) -> u32 {
        match self {
            Self::Range { low, .. } | Self::Bits { low, .. } => low,
            Self::OneOf(bits) => bits.trailing_zeros(),
        }
    }

    /// The highest of them.
    pub const fn highest(self) -> u32 {
        match self {
            Self::Range { high, .. } | Self::Bits { high, .. } => high,
            Self::OneOf(bits) => bits.ilog2(),
        }
    }

    /// The only one, if there is just one.
    pub fn single(self) -> Option<u32> {
        Some(self.lowest()).filter(|&lowest| lowest == self.highest())
    }

    /// Lowest, highest, bits and their mask.
    const fn parts(self) -> (u32, u32, u32, u32) {
        match self {
            Self::Range { low, high } => (low, high, 0, 0),
            Self::Bits { low, high, value, mask } => (low, high, value, mask),
            Self::OneOf(_) => (0, u32::MAX, 0, 0),
        }
    }
}

/// The values between whose bits are these, with ends that are among them.
fn bits(low: u32, high: u32, value: u32, mask: u32) -> Option<Values> {
    if value & !mask != 0 || low > high {
        return None;
    }
    if mask == 0 {
        return Values::range(low, high);
    }
    let low = next(low, value, mask).filter(|&low| low <= high)?;
    let high = last(high, value, mask)?;
    Some(if free_bits_are_low(low, high, mask) {
        Values::Range { low, high }
    } else {
        Values::Bits { low, high, value, mask }
    })
}

/// Whether all values between agree in the bits under the mask, so that the range alone says it.
fn free_bits_are_low(low: u32, high: u32, mask: u32) -> bool {
    match (low ^ high).checked_ilog2() {
        None => true,
        Some(top) => u32::MAX >> (31 - top) & mask == 0,
    }
}

/// The lowest value from `start` on whose bits under the mask are these.
fn next(start: u32, value: u32, mask: u32) -> Option<u32> {
    let below = |bit: u32| (1_u32 << bit).wrapping_sub(1);
    let Some(top) = ((start ^ value) & mask).checked_ilog2() else { return Some(start) };
    if value & (1 << top) != 0 {
        // The bit must be set: that alone makes it greater, and the rest as low as it can be.
        return Some(start & !below(top) & !(1 << top) | (1 << top) | (value & below(top)));
    }
    // It must be clear: the lowest free bit above that is clear has to be set.
    let candidates = !start & !mask & !below(top);
    if candidates == 0 {
        return None;
    }
    let bit = candidates.trailing_zeros();
    Some(start & !below(bit) | (1 << bit) | (value & below(bit)))
}

/// The highest value up to `end` whose bits under the mask are these.
fn last(end: u32, value: u32, mask: u32) -> Option<u32> {
    // Reflected, what is below is above.
    next(!end, !value & mask, mask).map(|reflected| !reflected)
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Range { low, high } if low == high => write!(f, "{low}"),
            Self::Range { low, high } => write!(f, "{low}–{high}"),
            Self::Bits { low, high, value, mask } => write!(f, "{low}–{high} with {value:#x}/{mask:#x}"),
            Self::OneOf(bits) => write!(f, "one of {bits:#b}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use proptest::prelude::*;

    use super::*;

    /// Large enough for bits to matter, small enough to try all.
    const SMALL: Range<u32> = 0..64;

    fn small() -> impl Strategy<Value = Values> {
        let wide = |high: u32| if high == 63 { u32::MAX } else { high };
        let range =
            (SMALL, SMALL).prop_filter_map("empty", move |(low, high)| Values::range(low, wide(high)));
        let masked = (SMALL, SMALL, SMALL, SMALL)
            .prop_filter_map("empty", move |(low, high, value, mask)| {
                bits(low, wide(high), value & mask, mask)
            });
        prop_oneof![range, masked]
    }

    fn sets() -> impl Strategy<Value = (Values, Values)> {
        let one_of = || (1_u32..256).prop_map(Values::OneOf);
        prop_oneof![4 => (small(), small()), 1 => (one_of(), one_of())]
    }

    /// Values beyond the small ones, where ranges without an end differ from others.
    fn tried() -> impl Iterator<Item = u32> {
        SMALL.chain([64, 100, 127, 128, u32::MAX - 64, u32::MAX - 1, u32::MAX])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn sets_are_what_their_values_say((one, two) in sets()) {
            let both = one.and(two);
            let rest = one.without(two);
            for number in tried() {
                let (in_one, in_two) = (one.has(number), two.has(number));
                prop_assert_eq!(both.is_some_and(|both| both.has(number)), in_one && in_two, "{} {:?}", number, both);
                let holding = rest.iter().filter(|piece| piece.has(number)).count();
                prop_assert_eq!(holding, usize::from(in_one && !in_two), "{} {:?}", number, rest);
            }
            prop_assert_eq!(one.overlaps(two), both.is_some());
            if let Some(parts) = one.by_bits() {
                for number in tried() {
                    let holding = parts.iter().filter(|(value, mask)| number & mask == *value).count();
                    prop_assert_eq!(holding, usize::from(one.has(number)), "{} {:?}", number, parts);
                }
            }
            prop_assert_eq!(one.contains(two), two.without(one).is_empty());
            for set in rest.iter().copied().chain(both).chain([one]) {
                prop_assert!(set.has(set.lowest()) && set.has(set.highest()), "{:?}", set);
                for seed in tried() {
                    prop_assert!(set.has(set.pick(seed)), "{:?} {}", set, seed);
                }
            }
        }
    }

    #[test]
    fn a_value_outside_of_its_mask_is_nowhere() {
        assert_eq!(Values::masked(5, 4), None);
        assert_eq!(Values::masked(0, 0), Some(Values::Range { low: 0, high: u32::MAX }));
        assert_eq!(Values::masked(7, u32::MAX), Some(Values::exactly(7)));
        assert_eq!(
            Values::masked(0x0a00_0000, 0xff00_0000),
            Some(Values::Range { low: 0x0a00_0000, high: 0x0aff_ffff })
        );
    }

    #[test]
    fn the_other_bits_of_a_mark_are_all_pieces() {
        let mark = Values::masked(0x4000, 0xc000).unwrap();
        assert_eq!(mark.complement().len(), 2);
        assert_eq!(mark.complement().iter().filter(|piece| piece.has(0x8000)).count(), 1);
    }
}
