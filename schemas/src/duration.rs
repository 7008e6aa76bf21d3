//! Lengths of time as people and programs write them: ISO 8601 without years and months, which have no fixed length.

/// Reads `P1DT2H30M5.5S` or `P2W` as milliseconds, with a leading `-` for a negative length.
pub fn milliseconds(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (days, time) = match rest.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (rest.strip_prefix('P')?, ""),
    };
    if days.is_empty() && time.is_empty() {
        return None;
    }
    let total = parts(days, &[('W', 604_800_000), ('D', 86_400_000)])?
        .checked_add(parts(time, &[('H', 3_600_000), ('M', 60_000), ('S', 1_000)])?)?;
    total.checked_mul(sign)
}

fn parts(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut total = 0_i64;
    for (letter, length) in units {
        let Some((number, rest)) = text.split_once(*letter) else { continue };
        total = total.checked_add(part(number, *length, *letter == 'S')?)?;
        text = rest;
    }
    text.is_empty().then_some(total)
}

fn part(number: &str, length: i64, fraction_allowed: bool) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = !whole.is_empty() && digits(whole) && digits(fraction) && fraction.len() <= 3;
    if !sound || (number.contains('.') && (!fraction_allowed || fraction.is_empty())) {
        return None;
    }
    let thousandths: i64 = format!("{fraction:0<3}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(length)?.checked_add(thousandths * length / 1000)
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn durations_are_iso_8601() {
        assert_eq!(milliseconds("PT1H30M"), Some(5_400_000));
        assert_eq!(milliseconds("P1DT0.5S"), Some(86_400_500));
        assert_eq!(milliseconds("-PT5S"), Some(-5_000));
        assert_eq!(milliseconds("P2W"), Some(1_209_600_000));
        for wrong in ["", "P", "PT", "1H", "P1M", "PT1.5H", "PT1S2H", "PT.5S"] {
            assert_eq!(milliseconds(wrong), None, "{wrong}");
        }
    }
}
