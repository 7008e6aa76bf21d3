//! Sums and means that neither lose a digit nor fail a statement.

use ethnum::I256;
use sql::number as names;

use super::arithmetic::{number, rounded, units};
use super::exact;
use super::{Answer, Argument};

/// A sum in the making; nothing sums to 0. All zero is the empty sum; 8-byte parts, because SQLite's memory is aligned to 8 bytes.
#[repr(C)]
pub(super) struct Sum {
    low: u64,
    high: i64,
    count: i64,
    overflowed: i64,
}

/// What becomes of a sum in the end.
pub(super) type Last = fn(&Sum) -> Answer;

pub(super) const ALL: &[(&str, Last)] = &[
    (names::SUM, decimal_sum),
    (names::AVG, mean),
    (names::INTEGER_SUM, integer_sum),
    (names::PART, part),
    (sql::rollup::SUM, exact_sum),
];

impl Sum {
    /// The sum of no row.
    pub(super) const NOTHING: Self = Self { low: 0, high: 0, count: 0, overflowed: 0 };

    /// Adds a value, or the values of a part; NULL is no value. Integers are counted in units as well.
    pub(super) fn add(&mut self, argument: Argument<'_>) {
        let (units, count) = match argument {
            Argument::Text(part) => match read(part) {
                Some(read) => read,
                None => return self.overflowed = 1,
            },
            value => match units(value) {
                Some(units) => (units, 1),
                None => return,
            },
        };
        self.count += count;
        match self.total().checked_add(units) {
            Some(total) => {
                self.low = total as u64;
                self.high = (total >> 64) as i64;
            }
            None => self.overflowed = 1,
        }
    }

    fn total(&self) -> i128 {
        i128::from(self.high) << 64 | i128::from(self.low)
    }

    fn is_lost(&self) -> bool {
        self.overflowed != 0
    }
}

fn read(part: &str) -> Option<(i128, i64)> {
    let (total, count) = part.split_once(' ')?;
    Some((total.parse().ok()?, count.parse().ok()?))
}

fn part(sum: &Sum) -> Answer {
    match (sum.count, sum.overflowed) {
        (0, _) => Answer::Null,
        (count, 0) => Answer::Text(format!("{} {count}", sum.total())),
        // Neither total nor count: what it becomes a part of is an overflow, too.
        _ => Answer::Text(String::new()),
    }
}

fn decimal_sum(sum: &Sum) -> Answer {
    if sum.is_lost() { Answer::Null } else { number(Some(sum.total())) }
}

fn exact_sum(sum: &Sum) -> Answer {
    exact::total((!sum.is_lost()).then(|| sum.total()))
}

fn mean(sum: &Sum) -> Answer {
    if sum.count == 0 || sum.is_lost() {
        return Answer::Null;
    }
    number(rounded(I256::from(sum.total()), I256::from(sum.count)))
}

fn integer_sum(sum: &Sum) -> Answer {
    if sum.is_lost() {
        return Answer::Null;
    }
    i64::try_from(sum.total() / 1_000_000_000_000).map_or(Answer::Null, Answer::Integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_their_sign_over_both_halves() {
        let mut sum = Sum::NOTHING;
        for value in [i64::MAX, i64::MIN, -5] {
            sum.add(Argument::Integer(value));
        }
        sum.add(Argument::Null);
        assert!(matches!(integer_sum(&sum), Answer::Integer(-6)));
        assert_eq!(sum.count, 3);
        sum.add(Argument::Integer(i64::MIN));
        sum.add(Argument::Integer(-1));
        assert!(matches!(integer_sum(&sum), Answer::Null));
    }

    #[test]
    fn a_sum_of_parts_is_that_of_the_whole() {
        let nothing = || Sum::NOTHING;
        let (mut whole, mut parts) = (nothing(), nothing());
        for values in [&[1, 2, -9][..], &[], &[i64::MAX, i64::MAX, 7]] {
            let mut one = nothing();
            for value in values {
                one.add(Argument::Integer(*value));
                whole.add(Argument::Integer(*value));
            }
            match part(&one) {
                Answer::Text(text) => parts.add(Argument::Text(&text)),
                Answer::Null => parts.add(Argument::Null),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((parts.total(), parts.count, parts.overflowed), (whole.total(), 6, 0));
        let mut over = nothing();
        over.add(Argument::Text("170141183460469231731687303715884105727 1"));
        over.add(Argument::Integer(1));
        let Answer::Text(text) = part(&over) else { panic!("no text") };
        parts.add(Argument::Text(&text));
        assert!(matches!(decimal_sum(&parts), Answer::Null));
        assert!(matches!(integer_sum(&nothing()), Answer::Integer(0)));
        assert!(matches!(mean(&nothing()), Answer::Null));
    }
}
