//! Chance that repeats itself: a test that fails says with which seed, and fails with it again.

/// Rolls numbers that follow from a seed: splitmix64.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Begins at a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Begins at the seed in an environment variable, or at another one each time, which is printed.
    ///
    /// # Panics
    ///
    /// If the variable is no number.
    #[must_use]
    pub fn seeded(variable: &str) -> Self {
        Self(seed(variable))
    }

    /// Gives any number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Gives a number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    /// Gives a place in something of this length.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).expect("smaller than a length")
    }

    /// Says yes so many times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Takes one of these.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }
}

/// Gives the seed in an environment variable, or another one each time; prints it, which a test that fails shows.
///
/// # Panics
///
/// If the variable is no number.
#[must_use]
pub fn seed(variable: &str) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    let given = std::env::var(variable).ok().map(|seed| seed.parse().expect("a number"));
    let seed = given.unwrap_or_else(|| RandomState::new().hash_one(0) >> 16);
    eprintln!("{variable}={seed}");
    seed
}
