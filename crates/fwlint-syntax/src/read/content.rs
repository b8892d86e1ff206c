//! Whose rules they are, where no header says it: told from words that one family alone has.

use crate::{
    Span,
    tree::Family,
    value,
    words::{blanks, word},
};

/// How many telling words are counted; more would not change anybody's mind.
const ENOUGH: usize = 64;

/// The family that most of the telling words in these lines belong to; of two with as many the one that writes lines of
/// this form, and then the first. In the form of ebtables-save a word of ebtables or arptables outweighs several addresses.
pub(super) fn family(source: &[u8], lines: Span) -> Option<Family> {
    let mut votes: Vec<Family> = Vec::new();
    let mut looks_like_a_bridge = true;
    for line in lines.of(source).split(|&byte| byte == b'\n') {
        if votes.len() >= ENOUGH {
            break;
        }
        let line = line.trim_ascii();
        match line.first() {
            None | Some(b'#' | b'*') => {}
            // Only ebtables and arptables leave out the counters of chains and the COMMIT.
            Some(b':') => looks_like_a_bridge &= !line.contains(&b'['),
            Some(_) if line == b"COMMIT" => looks_like_a_bridge = false,
            Some(_) => votes_of(line, &mut votes),
        }
        if line.starts_with(b":BROUTING") {
            votes.push(Family::Bridge);
        }
    }
    let weight = |family: Family| {
        let votes = votes.iter().filter(|&&vote| vote == family).count();
        let fits = looks_like_a_bridge != family.is_ip();
        (if fits && looks_like_a_bridge { 8 * votes } else { votes }, fits)
    };
    let Some(most) = votes.iter().map(|&family| weight(family)).max() else {
        let declares = lines.of(source).windows(2).any(|pair| pair == b"\n:");
        return (looks_like_a_bridge && declares).then_some(Family::Bridge);
    };
    votes.iter().copied().find(|&family| weight(family) == most)
}

fn votes_of(line: &[u8], votes: &mut Vec<Family>) {
    let mut rest = line;
    let mut before: &[u8] = &[];
    // iptables knows `--mark` and `--limit` behind a `-m` only.
    let has = |text: &[u8]| memchr::memmem::find(line, text).is_some();
    let is_bare = !has(b" -m") && !has(b" --match");
    while let Ok((tail, found)) = blanks(rest).and_then(|(rest, _)| word(rest)) {
        votes.extend(tells(before, found));
        if is_bare && matches!(found, b"--mark" | b"--limit" | b"--pkttype-type") {
            votes.push(Family::Bridge);
        }
        if found != b"!" {
            before = found;
        }
        rest = tail;
    }
}

/// What a word tells together with the one before it.
fn tells(before: &[u8], found: &[u8]) -> Option<Family> {
    let begins = |names: &[&[u8]]| names.iter().any(|name| found.starts_with(name));
    if begins(&[b"--"]) {
        return if begins(&[
            b"--logical-",
            b"--ip-",
            b"--ip6-",
            b"--arp-",
            b"--among-",
            b"--802_3-",
            b"--vlan-",
            b"--stp-",
        ]) {
            Some(Family::Bridge)
        } else if begins(&[
            b"--opcode",
            b"--h-length",
            b"--h-type",
            b"--proto-type",
            b"--source-mac",
            b"--destination-mac",
            b"--mangle-",
        ]) {
            Some(Family::Arp)
        } else if begins(&[b"--icmpv6-type"]) {
            Some(Family::Ipv6)
        } else if begins(&[b"--icmp-type"]) {
            Some(Family::Ipv4)
        } else {
            None
        };
    }
    match before {
        b"-p" | b"--protocol" => match found {
            b"IPv4" | b"IPv6" | b"ARP" | b"RARP" | b"802_1Q" | b"LENGTH" | b"Length" => Some(Family::Bridge),
            _ if begins(&[b"0x"]) => Some(Family::Bridge),
            b"ipv6-icmp" | b"icmpv6" | b"icmp6" => Some(Family::Ipv6),
            b"icmp" => Some(Family::Ipv4),
            _ => None,
        },
        b"-m" | b"--match" => match found {
            b"icmp6" | b"hl" | b"frag" | b"rt" | b"hbh" | b"dst" | b"ipv6header" | b"eui64" | b"mh" => {
                Some(Family::Ipv6)
            }
            b"icmp" | b"ttl" | b"realm" => Some(Family::Ipv4),
            _ => None,
        },
        b"-j" | b"--jump" => matches!(found, b"CONTINUE" | b"dnat" | b"snat" | b"arpreply" | b"redirect")
            .then_some(Family::Bridge),
        b"-s" | b"-d" | b"--source" | b"--destination" | b"--src" | b"--dst" => address_family(found),
        b"--to-destination" | b"--to-source" | b"--to" | b"--src-range" | b"--dst-range" | b"--gateway" => {
            ip_family(found)
        }
        b"--reject-with" if begins(&[b"icmp6-"]) => Some(Family::Ipv6),
        b"--reject-with" if begins(&[b"icmp-"]) => Some(Family::Ipv4),
        _ => None,
    }
}

/// `[fd00::1]:80`, `192.0.2.1-192.0.2.9:1024`; for ebtables it may be another sort of address.
fn ip_family(text: &[u8]) -> Option<Family> {
    let text = text.strip_prefix(b"[").unwrap_or(text);
    let first = text.split(|&byte| matches!(byte, b'/' | b'-' | b']')).next().unwrap_or(text);
    let without_port = first.split(|&byte| byte == b':').next().unwrap_or(first);
    if value::is_dotted(without_port) { Some(Family::Ipv4) } else { value::ipv6(first).map(|_| Family::Ipv6) }
}

fn address_family(text: &[u8]) -> Option<Family> {
    let address = text.split(|&byte| matches!(byte, b'/' | b',')).next().unwrap_or(text);
    if value::is_mac(address) || matches!(address, b"Unicast" | b"Multicast" | b"Broadcast" | b"BGA") {
        Some(Family::Bridge)
    } else if value::ipv6(address).is_some() {
        Some(Family::Ipv6)
    } else if value::is_dotted(address) {
        Some(Family::Ipv4)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Family> {
        family(text.as_bytes(), Span::new(0, text.len()))
    }

    #[test]
    fn one_word_of_a_bridge_makes_no_ebtables_of_iptables() {
        let rules = "-A INPUT -p icmp -j ACCEPT\n-A INPUT -p IPv6 -j ACCEPT\n-A INPUT -s 10.0.0.1 -j DROP\n";
        assert_eq!(of(&format!(":INPUT DROP [0:0]\n{rules}COMMIT\n")), Some(Family::Ipv4));
        assert_eq!(
            of(":INPUT DROP\n-A INPUT -p ARP -j DROP\n-A INPUT -s 10.0.0.1 -j DROP\n"),
            Some(Family::Bridge)
        );
    }

    #[test]
    fn telling_words_are_counted() {
        assert_eq!(of("-A INPUT -p tcp -j ACCEPT\n"), None);
        assert_eq!(of("-A INPUT -s 2001:db8::/32 -j ACCEPT\n"), Some(Family::Ipv6));
        assert_eq!(of("-A INPUT ! -s 10.0.0.0/8 -j ACCEPT\n"), Some(Family::Ipv4));
        assert_eq!(of("-A FORWARD -s 0:1c:42:0:0:1 -j DROP\n"), Some(Family::Bridge));
        assert_eq!(of("-A INPUT -j REJECT --reject-with icmp6-adm-prohibited\n"), Some(Family::Ipv6));
        assert_eq!(of("-A OUTPUT -j DNAT --to-destination [fd00::1]:80\n"), Some(Family::Ipv6));
        assert_eq!(of("-A OUTPUT -j SNAT --to-source 192.0.2.1-192.0.2.9:80-99\n"), Some(Family::Ipv4));
        assert_eq!(of("-A OUTPUT -j x --to-destination 00:11:22:33:44:55\n"), None);
        assert_eq!(
            of("-A INPUT -s 10.0.0.1 --opcode 1 -j DROP\n-A INPUT --h-length 6 -j DROP\n"),
            Some(Family::Arp)
        );
        assert_eq!(
            of("-A INPUT -p icmp -j ACCEPT\n-A INPUT -s fe80::1 -j DROP\n-A INPUT -s ::1 -j DROP\n"),
            Some(Family::Ipv6)
        );
    }
}
