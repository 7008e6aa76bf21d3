//! Identifiers: quoting, and names of indexes and constraints that stay under PostgreSQL's 63 bytes.

/// Longest identifier of PostgreSQL; longer ones are cut in silence there and could collide.
pub const MAX_BYTES: usize = 63;

/// Quotes an identifier for both dialects.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes identifiers and joins them with commas.
pub fn quote_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quote).collect::<Vec<_>>().join(", ")
}

/// Makes the name of something that belongs to a table and its columns, such as `x_deal_17_amount_203`: readable while
/// it fits, else cut and made unique by a hash of the whole.
pub fn derived(prefix: &str, table: &str, columns: &[&str]) -> String {
    let whole = [&[prefix, table], columns].concat().join("_");
    if whole.len() <= MAX_BYTES {
        return whole;
    }
    let hash = format!("_{:016x}", fnv1a(whole.as_bytes()));
    let mut end = MAX_BYTES - hash.len();
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{hash}", &whole[..end])
}

/// The 64-bit FNV-1a hash: stable for ever, which names in a database must be.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(quote(r#"a"; DROP TABLE b--"#), r#""a""; DROP TABLE b--""#);
    }

    #[test]
    fn long_names_stay_short_and_different() {
        let table = "a_table_with_quite_a_long_name_k3x9f2m1qa";
        let one = derived("x", table, &["the_first_column_a1b2c3d4e5"]);
        let two = derived("x", table, &["the_first_column_a1b2c3d4e6"]);
        assert!(one.len() <= MAX_BYTES && two.len() <= MAX_BYTES);
        assert_ne!(one, two);
        assert_eq!(derived("x", "deal_17", &["amount_203"]), "x_deal_17_amount_203");
    }
}
