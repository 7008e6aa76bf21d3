//! Totals that may be larger than any decimal: the exact state of aggregates that are kept up.

use ethnum::I256;
use sql::rollup as names;

use super::arithmetic::{self, number, rounded};
use super::{Answer, Argument, Named, named};

pub(super) fn all() -> Vec<Named> {
    vec![
        named(names::ADD, 2, |given| total(units(given[0]).zip(units(given[1])).and_then(|(a, b)| a.checked_add(b)))),
        named(names::OF, 1, |given| total(arithmetic::units(given[0]))),
        named(names::DECIMAL, 1, |given| number(units(given[0]))),
        named(names::INTEGER, 1, |given| {
            let whole = units(given[0]).map(|units| units / 1_000_000_000_000);
            whole.and_then(|whole| i64::try_from(whole).ok()).map(Answer::Integer).into()
        }),
        named(names::MEAN, 2, |given| {
            let pair = units(given[0]).zip(given[1].integer());
            number(pair.and_then(|(units, count)| rounded(I256::from(units), I256::from(count))))
        }),
    ]
}

fn units(argument: Argument<'_>) -> Option<i128> {
    match argument {
        Argument::Blob(bytes) => names::decode(bytes),
        _ => None,
    }
}

pub(super) fn total(units: Option<i128>) -> Answer {
    units.map(|units| Answer::Number(names::encode(units))).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, given: &[Argument<'_>]) -> Answer {
        let functions = all();
        let found = functions.iter().find(|function| function.name == name).unwrap();
        (found.call)(given)
    }

    #[test]
    fn a_total_leaves_what_a_decimal_holds_and_comes_back() {
        let most = names::encode(expression::Decimal::LIMIT - 1);
        let Answer::Number(beyond) = call(names::ADD, &[Argument::Blob(&most), Argument::Blob(&most)]) else {
            panic!("no total")
        };
        assert!(matches!(call(names::DECIMAL, &[Argument::Blob(&beyond)]), Answer::Null));
        let less = names::encode(1 - expression::Decimal::LIMIT);
        let Answer::Number(back) = call(names::ADD, &[Argument::Blob(&beyond), Argument::Blob(&less)]) else {
            panic!("no total")
        };
        assert_eq!(back, most);
        assert!(matches!(call(names::DECIMAL, &[Argument::Blob(&back)]), Answer::Number(bytes) if bytes == most));
        assert!(
            matches!(call(names::MEAN, &[Argument::Blob(&beyond), Argument::Integer(2)]), Answer::Number(bytes) if bytes == most)
        );
        assert!(matches!(call(names::MEAN, &[Argument::Blob(&most), Argument::Integer(0)]), Answer::Null));
        let lost = names::encode(i128::MAX);
        assert!(matches!(call(names::ADD, &[Argument::Blob(&lost), Argument::Blob(&most)]), Answer::Null));
        assert!(matches!(call(names::ADD, &[Argument::Null, Argument::Blob(&most)]), Answer::Null));
    }
}
