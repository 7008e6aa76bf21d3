//! Exact decimal numbers: at most 16 digits before the point and 12 after it.

/// An exact number, kept as a whole count of 10^-12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Decimal(i128);

impl Decimal {
    /// The first whole number of 10^-12 that is too large: 10^28.
    pub const LIMIT: i128 = 10_i128.pow(28);

    /// Makes a number from a whole count of 10^-12; `None` beyond 16 digits before the point.
    pub fn from_units(units: i128) -> Option<Self> {
        (units.unsigned_abs() < Self::LIMIT.unsigned_abs()).then_some(Self(units))
    }

    /// Gives the number as a whole count of 10^-12.
    pub fn units(self) -> i128 {
        self.0
    }
}
