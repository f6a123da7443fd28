//! The nearest name to one that does not exist.

/// The name that was probably meant, if one is near enough to be worth asking.
pub(super) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    names
        .into_iter()
        .map(|n| (strsim::damerau_levenshtein(&lower, &n.to_lowercase()), n))
        .filter(|&(distance, n)| {
            let longest = name.chars().count().max(n.chars().count());
            distance < longest && distance <= 1.max(longest / 3)
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, n)| n)
}
