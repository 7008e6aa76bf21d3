//! Exact decimal numbers: at most 16 digits before the point and 12 after it.

/// An exact number, kept as a whole count of 10^-12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Decimal(i128);
