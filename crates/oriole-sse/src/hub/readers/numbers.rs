//! Finding a reader by its number.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Hashes numbers that the hub itself gives, for which SipHash is too much. The seed keeps a map's order nobody's, and nobody can choose
/// numbers that meet.
#[derive(Clone, Debug)]
pub(super) struct Numbers(u64);

/// The hash of one number.
#[derive(Debug)]
pub(super) struct Number(u64);

/// 2^64 divided by the golden ratio.
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

impl Default for Numbers {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for Numbers {
    type Hasher = Number;

    fn build_hasher(&self) -> Number {
        Number(self.0)
    }
}

impl Hasher for Number {
    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number) * u128::from(ODD);
        // Both halves, since a map goes by the lowest bits and by the highest.
        #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
        let low = product as u64;
        self.0 = low ^ (product >> 64) as u64;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Numbers;
    use std::collections::{HashMap, HashSet};
    use std::hash::BuildHasher;

    #[test]
    fn numbers_are_spread_over_a_map() {
        let seeds = [0, 1, u64::MAX, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210];
        for (seed, step) in seeds.into_iter().flat_map(|seed| [1, 2, 64, 4096, 1_u64 << 32].map(|step| (seed, step))) {
            let numbers = Numbers(seed);
            let hashes: Vec<u64> = (0..1024).map(|number| numbers.hash_one(number * step)).collect();
            let lowest: HashSet<u64> = hashes.iter().map(|hash| hash % 1024).collect();
            let highest: HashSet<u64> = hashes.iter().map(|hash| hash >> 57).collect();
            assert!(lowest.len() > 400, "{seed}, {step}: {} of 1024 places", lowest.len());
            assert!(highest.len() > 64, "{seed}, {step}: {} of 128 marks", highest.len());
        }
    }

    #[test]
    fn the_order_is_nobodys() {
        let orders: HashSet<Vec<u64>> = (0..8)
            .map(|_| (0..100).map(|number| (number, ())).collect::<HashMap<u64, (), Numbers>>().into_keys().collect())
            .collect();
        assert!(orders.len() > 1);
    }
}
