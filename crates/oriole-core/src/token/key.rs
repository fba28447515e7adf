//! Identity that a constant can compare.

/// The identity of a token within a constant.
///
/// `TypeId` cannot be compared and `type_name` cannot be called while a constant is evaluated, so the macros make a key
/// from what they know: module path, name and position. At run time tokens are compared by `TypeId` instead.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key(u128);

const FNV_OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const FNV_PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl Key {
    /// Hashes a path that its caller makes unique (FNV-1a).
    #[must_use]
    pub const fn of(path: &str) -> Self {
        let bytes = path.as_bytes();
        let mut hash = FNV_OFFSET;
        let mut i = 0;
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u128).wrapping_mul(FNV_PRIME);
            i += 1;
        }
        Self(hash)
    }

    /// The key of what has this number within a module.
    #[must_use]
    pub const fn within(module_path: &str, number: u128) -> Self {
        Self::of(module_path).with(Self(number))
    }

    /// Mixes in the key of a type argument: `Repo<Cat>` and `Repo<Dog>` are two tokens.
    #[must_use]
    pub const fn with(self, argument: Key) -> Self {
        Self((self.0.rotate_left(7) ^ argument.0).wrapping_mul(FNV_PRIME))
    }

    /// The bare number, never 0.
    #[must_use]
    pub const fn value(self) -> u128 {
        if self.0 == 0 { 1 } else { self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn order_of_arguments_matters() {
        let (map, a, b) = (Key::of("Map"), Key::of("A"), Key::of("B"));
        assert_ne!(map.with(a).with(b), map.with(b).with(a));
        assert_ne!(map.with(a), a.with(map));
        assert_eq!(Key::of("Map"), map);
    }
}
