//! Numbers that look random, and are the same for the same seed on every machine.

/// Splitmix64. Source: Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number of 32 bits.
    pub const fn number(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 32) as u32
    }

    /// A number from 0 that is lower than this one, which is not 0.
    pub const fn below(&mut self, end: u32) -> u32 {
        self.number() % end
    }

    /// True in so many of a hundred cases.
    pub const fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of several, of which there is at least one.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let index = self.below(u32::try_from(from.len()).unwrap_or(u32::MAX)) as usize;
        from[index]
    }

    /// From none to all of them, in their order.
    pub fn some<T: Copy>(&mut self, from: &[T], percent: u32) -> Vec<T> {
        from.iter().copied().filter(|_| self.chance(percent)).collect()
    }

    /// `! ` in so many of a hundred cases.
    pub const fn not(&mut self, percent: u32) -> &'static str {
        if self.chance(percent) { "! " } else { "" }
    }
}
