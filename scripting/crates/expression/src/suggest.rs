//! The nearest of known names, for "did you mean".

/// Finds the name that differs least from `name`, when it is near enough to be meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.to_lowercase().chars().take(64).collect();
    let allowed = (name.len() / 3).max(1);
    let known: Vec<&str> = known.into_iter().collect();
    let near = known.iter().map(|candidate| (distance(&name, candidate), *candidate));
    let near = near.filter(|(distance, _)| *distance <= allowed).min().map(|(_, candidate)| candidate);
    // Of `to_lower` the word that says what it does is remembered.
    let word: String = name.iter().collect();
    let is_of = |candidate: &&&str| word.len() > 3 && candidate.split('_').any(|part| part.eq_ignore_ascii_case(&word));
    near.or_else(|| known.iter().filter(is_of).min().copied())
}

/// Counts insertions, removals, replacements and swaps of neighbours.
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &left) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &right) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(left != right);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && left == b[j - 1] && a[i - 1] == right {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_are_suggested() {
        let known = ["amount", "account", "stage", "id"];
        assert_eq!(nearest("amuont", known), Some("amount"));
        assert_eq!(nearest("Stage", known), Some("stage"));
        assert_eq!(nearest("stge", known), Some("stage"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("x", ["id"]), None);
        assert_eq!(nearest("lower", ["to_upper", "to_lower", "len"]), Some("to_lower"));
        assert_eq!(nearest("to", ["to_lower"]), None);
    }
}
