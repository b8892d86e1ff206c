//! "Did you mean": the name that is nearest to a misspelt one.

/// How many names all the questions about one rule set may look at. Every question looks at every chain of a table,
/// and there may be very many of both.
const BUDGET: usize = 50_000;

/// Names longer than this have no neighbours: the kernel takes 28 bytes.
const MAX_NAME: usize = 32;

/// Finds names, until its budget is spent.
#[derive(Debug)]
pub struct Nearest {
    left: usize,
}

impl Default for Nearest {
    fn default() -> Self {
        Self { left: BUDGET }
    }
}

impl Nearest {
    /// The first of those names that differ least from this one, if that is little enough to be a slip.
    pub fn to<'n>(&mut self, wanted: &[u8], names: impl Iterator<Item = &'n [u8]>) -> Option<&'n [u8]> {
        let mut most = (wanted.len() / 3).min(2) + 1;
        let mut nearest = None;
        for name in names.take(self.left) {
            self.left -= 1;
            if let Some(distance) = distance(wanted, name, most) {
                most = distance;
                nearest = Some(name);
            }
        }
        nearest
    }
}

/// How many letters have to be changed, added, left out or swapped with the next to make one of the other, if fewer than
/// `most`. Case does not count, and neither does `_` for `-`.
fn distance(one: &[u8], other: &[u8], most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) >= most || one.len().max(other.len()) > MAX_NAME {
        return None;
    }
    let same = |a: Option<&u8>, b: Option<&u8>| a.copied().map(fold) == b.copied().map(fold);
    // A row of distances for each length of `one`, with those from each length of `other`.
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for length in 1..=one.len() {
        let mut row = vec![length];
        for other_length in 1..=other.len() {
            let at = |back: usize, other_back: usize| -> Option<usize> {
                let row = rows.get(length.checked_sub(back)?)?;
                row.get(other_length.checked_sub(other_back)?).copied()
            };
            let letter = |back| one.get(length.wrapping_sub(back));
            let other_letter = |back| other.get(other_length.wrapping_sub(back));
            let change = usize::from(!same(letter(1), other_letter(1)));
            let is_swapped = same(letter(1), other_letter(2)) && same(letter(2), other_letter(1));
            let ways = [
                at(1, 1).map(|distance| distance + change),
                at(1, 0).map(|distance| distance + 1),
                row.last().map(|distance| distance + 1),
                at(2, 2).filter(|_| is_swapped).map(|distance| distance + 1),
            ];
            row.extend(ways.into_iter().flatten().min());
        }
        rows.push(row);
    }
    rows.pop()?.pop().filter(|&distance| distance < most)
}

fn fold(letter: u8) -> u8 {
    if letter == b'_' { b'-' } else { letter.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(wanted: &str, names: &[&'static str]) -> Option<&'static str> {
        let found = Nearest::default().to(wanted.as_bytes(), names.iter().map(|name| name.as_bytes()))?;
        std::str::from_utf8(found).ok()
    }

    #[test]
    fn slips_find_their_name() {
        assert_eq!(nearest("SSH_IN", &["SSH", "SSH-IN"]), Some("SSH-IN"));
        assert_eq!(nearest("dprot", &["proto", "dport"]), Some("dport"));
        assert_eq!(nearest("WEBB", &["WE", "WEB"]), Some("WEB"));
        assert_eq!(nearest("docker", &["DOCKER"]), Some("DOCKER"));
        assert_eq!(nearest("KUBE-SERVCIES", &["KUBE-SERVICES"]), Some("KUBE-SERVICES"));
    }

    #[test]
    fn other_names_do_not() {
        assert_eq!(nearest("IN", &["ON", "OUT"]), None);
        assert_eq!(nearest("SSH", &["WEB"]), None);
        assert_eq!(nearest("KUBE-SEP-AAAAAAAAAAAAAAAA", &["KUBE-SEP-BBBBBBBBBBBBBBBB"]), None);
    }
}
