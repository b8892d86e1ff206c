//! `ipset save`: sets and what is in them.
//!
//! Source: ipset(8); the types are those of ipset 7.22, `lib/ipset_*.c`.

mod entry;
mod types;

use std::ops::Range;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::{tag, take_till, take_till1},
    combinator::{opt, recognize},
    multi::many1_count,
};
use rustc_hash::FxHashMap;

use super::{
    Misread, Reading,
    line::{Line, lines},
    value::{NUMBER, number, pair},
};
use crate::{
    Span,
    tree::Family,
    words::{Parsed, is_blank},
};

pub use entry::{Entry, EntryOptions, Part};
pub use types::{Dimension, SET_TYPES, SetType};

/// Sets and their entries.
#[derive(Clone, Debug, Default)]
pub struct Sets<'s> {
    /// The sets, in order.
    pub sets: Vec<Set<'s>>,
    /// The entries of all of them, set by set, in order.
    pub entries: Vec<Entry>,
}

/// A set, without its entries.
#[derive(Clone, Debug)]
pub struct Set<'s> {
    /// The line.
    pub span: Span,
    /// Its name.
    pub name: &'s [u8],
    /// Where the name stands.
    pub name_span: Span,
    /// Its type.
    pub kind: &'static SetType,
    /// The family of its addresses; `None` where packets of both can be looked up.
    pub family: Option<Family>,
    /// What else it was made with.
    pub options: SetOptions<'s>,
    /// Indices into [`Sets::entries`].
    pub entries: Range<usize>,
}

/// What a set is made with. What a set has not, or what is the default, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of `ipset create`")]
pub struct SetOptions<'s> {
    /// For how many seconds entries stay that say nothing else; 0 is for ever. Without it they have no time.
    pub timeout: Option<u32>,
    /// How many entries there may be.
    pub most_entries: Option<u32>,
    /// The first and last address or port of a bitmap, as they stand.
    pub range: Option<&'s [u8]>,
    /// How many bits of an address count.
    pub prefix_length: Option<u32>,
    /// Which bits of an address count, as they stand.
    pub bit_mask: Option<&'s [u8]>,
    /// Which bits of a mark count.
    pub mark_mask: Option<u32>,
    /// How many sets a list of sets can hold.
    pub size: Option<u32>,
    /// Entries have counters.
    pub counters: bool,
    /// Entries may have a comment.
    pub comment: bool,
    /// Entries may have a mark, a priority and a queue for packets.
    pub skb_info: bool,
    /// A new entry takes the place of another one if there is no room.
    pub force_add: bool,
}

/// Reads the sets and entries, in order. It may be a file for `ipset restore` too, as long as it only creates and adds.
pub fn ipset_save(source: &[u8]) -> Reading<Sets<'_>> {
    let mut reading = Reading::<Sets<'_>>::default();
    let mut names = FxHashMap::default();
    for line in lines(source, b'\n', word) {
        if let Err(error) = command(line, &mut reading.content, &mut names) {
            reading.misread(error);
        }
    }
    place_entries(&mut reading.content);
    reading
}

/// Tells each set which entries are its own. `ipset save` prints them below their set, a person may not.
fn place_entries(found: &mut Sets<'_>) {
    found.entries.sort_by_key(|entry| entry.set);
    let mut next = 0;
    for (set, index) in found.sets.iter_mut().zip(0..) {
        let own = found.entries.get(next..).unwrap_or_default();
        let end = next + own.partition_point(|entry| entry.set <= index);
        set.entries = next..end;
        next = end;
    }
}

/// A word of `ipset restore`: quotes hide blanks, and nothing hides a quote.
fn word(input: &[u8]) -> Parsed<'_, &[u8]> {
    let quoted = recognize((tag(&b"\""[..]), take_till(|byte| byte == b'"'), opt(tag(&b"\""[..]))));
    let plain = take_till1(|byte| is_blank(byte) || byte == b'"');
    recognize(many1_count(alt((quoted, plain)))).parse(input)
}

fn command<'s>(
    mut line: Line<'s>,
    found: &mut Sets<'s>,
    names: &mut FxHashMap<&'s [u8], u32>,
) -> Result<(), Misread> {
    const COMMAND: &str = "`create SET TYPE …` or `add SET ENTRY …`";
    while line.takes(b"-exist") || line.takes(b"-!") {}
    let command = line.word(COMMAND)?;
    match command.text {
        b"create" | b"-N" | b"--create" | b"n" | b"new" => {
            let set = set(command.span, line)?;
            names.entry(set.name).or_insert(u32::try_from(found.sets.len()).unwrap_or(u32::MAX));
            found.sets.push(set);
        }
        b"add" | b"-A" | b"--add" | b"a" => {
            const SET: &str = "the name of a set that was created before";
            let index = line.value(SET, |name| names.get(name).copied())?;
            if let Some(set) = found.sets.get(index as usize) {
                found.entries.push(entry::entry(command.span, line, index, set)?);
            }
        }
        // ipset 4 ended its output so.
        b"COMMIT" => {}
        _ => return Err(command.misread(COMMAND)),
    }
    Ok(())
}

fn set(command: Span, mut line: Line<'_>) -> Result<Set<'_>, Misread> {
    const NAME: &str = "the name of a set, of at most 31 bytes";
    const FAMILY: &str = "`inet` or `inet6`";
    let span = command.to(line.span());
    let name = line.word(NAME)?;
    if name.text.len() > 31 {
        return Err(name.misread(NAME));
    }
    let kind = line.value("a type of set, as `hash:ip`", types::named)?;
    let mut family = kind.family;
    let mut options = SetOptions::default();
    while let Some(word) = line.next() {
        let option = word.text.strip_prefix(b"--").unwrap_or(word.text);
        match option {
            b"family" => {
                family = Some(line.value(FAMILY, |text| match text {
                    b"inet" | b"ipv4" | b"-4" => Some(Family::Ipv4),
                    b"inet6" | b"ipv6" | b"-6" => Some(Family::Ipv6),
                    _ => None,
                })?);
            }
            b"timeout" => options.timeout = Some(line.value(NUMBER, number)?),
            b"maxelem" => options.most_entries = Some(line.value(NUMBER, number)?),
            b"range" => options.range = Some(line.word("two addresses or ports as `first-last`")?.text),
            b"netmask" => options.prefix_length = Some(line.value("a prefix length", number)?),
            b"bitmask" => options.bit_mask = Some(line.word("an address mask")?.text),
            b"markmask" => options.mark_mask = Some(line.value("a mark", number)?),
            b"size" => options.size = Some(line.value(NUMBER, number)?),
            b"counters" => options.counters = true,
            b"comment" => options.comment = true,
            b"skbinfo" => options.skb_info = true,
            b"forceadd" => options.force_add = true,
            b"hashsize" | b"bucketsize" | b"initval" | b"probes" | b"resize" | b"gc" => {
                line.value(NUMBER, |text| pair(text, b'/', 0))?;
            }
            b"-exist" | b"-!" | b"exist" => {}
            _ => return Err(word.misread("an option of `ipset create`")),
        }
    }
    if kind.family.is_none() && !kind.has_addresses() {
        family = None;
    } else {
        family = family.or(Some(Family::Ipv4));
    }
    Ok(Set { span, name: name.text, name_span: name.span, kind, family, options, entries: 0..0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As ipset 7.17 printed them, and four types more that its kernel did not have.
    const SAVED: &str = r#"create a bitmap:ip range 10.0.0.0-10.0.255.255 netmask 24 timeout 60 counters comment skbinfo
add a 10.0.1.0 timeout 29 packets 1 bytes 2 comment "hello world" skbmark 0x1111/0xff00 skbprio 1:10 skbqueue 10
create c bitmap:port range 0-1024
add c 80
create d hash:net family inet6 hashsize 1024 maxelem 65536 comment bucketsize 12 initval 0x0ad9e40a
add d 2001:db8::/32 nomatch comment "back\"
add d ::/1
create f hash:ip,port family inet6 hashsize 1024 maxelem 10 bucketsize 12 initval 0x9f5ee29b
add f 2001:db8::1,sctp:2
add f 2001:db8::1,ipv6-icmp:echo-request
create g hash:net,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x00ea533b
add g 10.0.0.0/8,vrrp:0
add g 10.0.0.0/8,icmp:network-prohibited
create i hash:ip,port,net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x270de25b
add i 10.0.0.1,tcp:80,10.0.0.0/8 nomatch
create l hash:net,iface family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x60192165
add l 10.0.0.0/8,physdev:eth1
add l 10.0.0.0/8,eth wildcard
create m list:set size 4 timeout 100 comment
add m c timeout 99 comment "x"
create p hash:ip,mark family inet markmask 0xffff hashsize 1024 maxelem 65536
add p 10.0.0.1,0x63
create q hash:mac hashsize 1024 maxelem 65536
add q 00:1C:42:00:00:01
create r bitmap:ip,mac range 10.0.0.0-10.0.0.255
add r 10.0.0.1,00:1c:42:00:00:01
add r 10.0.0.2
create s hash:net,port,net family inet hashsize 1024 maxelem 65536
add s 10.0.0.0/8,udp:1000-2000,10.1.0.0/16
"#;

    #[test]
    fn every_kind_of_set_is_read() {
        let reading = ipset_save(SAVED.as_bytes());
        assert_eq!(reading.errors, []);
        assert_eq!((reading.content.sets.len(), reading.content.entries.len()), (12, 17));
        let a = &reading.content.sets[0];
        assert_eq!(
            (a.family, a.options.timeout, a.options.prefix_length),
            (Some(Family::Ipv4), Some(60), Some(24))
        );
        let families: Vec<_> = reading.content.sets.iter().map(|set| set.family).collect();
        let (v4, v6) = (Some(Family::Ipv4), Some(Family::Ipv6));
        assert_eq!(families, [v4, None, v6, v6, v4, v4, v4, None, v4, None, v4, v4]);
    }

    #[test]
    fn entries_are_decoded_when_asked() {
        let source = SAVED.as_bytes();
        let Sets { sets, entries } = ipset_save(source).content;
        let options = entries[0].options(source);
        assert_eq!((options.timeout, options.counters), (Some(29), Some((1, 2))));
        assert_eq!(options.comment, Some(&b"hello world"[..]));
        assert_eq!(
            (options.mark, options.priority, options.queue),
            (Some((0x1111, 0xff00)), Some((1, 0x10)), Some(10))
        );
        let net = entries[2].options(source);
        assert_eq!((net.is_exception, net.comment), (true, Some(&b"back\\"[..])));
        let parts = |index: usize| {
            let entry = &entries[index];
            entry
                .parts(source, &sets[entry.set as usize])
                .map(|part| format!("{part:?}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(parts(4), "Addresses(2001:db8::1, 2001:db8::1) Ports(Some(132), 2-2)");
        assert_eq!(parts(5), "Addresses(2001:db8::1, 2001:db8::1) Icmp(58, 128/0)");
        assert_eq!(parts(9), "Net(10.0.0.0/8) Interface(eth1, true)");
        assert_eq!(parts(12), "Addresses(10.0.0.1, 10.0.0.1) Mark(0x63)");
        assert_eq!(parts(16), "Net(10.0.0.0/8) Ports(Some(17), 1000-2000) Net(10.1.0.0/16)");
    }

    #[test]
    fn entries_are_told_apart_by_their_set() {
        let sets = ipset_save(
            b"create a hash:ip\ncreate b hash:ip\nadd b 10.0.0.2\nadd a 10.0.0.1\nadd b 10.0.0.3\n",
        )
        .content;
        assert_eq!(sets.sets.iter().map(|set| set.entries.clone()).collect::<Vec<_>>(), [0..1, 1..3]);
        assert_eq!(sets.entries.iter().map(|entry| entry.set).collect::<Vec<_>>(), [0, 1, 1]);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let source = b"create a hash:ip\nadd a 10.0.0.256\nadd a fd00::1\nadd b 10.0.0.1\nadd a 10.0.0.1,tcp:80\ncreate c hash:colour\ncreate d hash:ip colour red\n\
            flush a\nadd a\nadd a 10.0.0.1 timeout x\ncreate a-name-of-more-than-thirty-one-bytes hash:ip\nadd a 10.0.0.1\n";
        let reading = ipset_save(source);
        let words: Vec<_> =
            reading.errors.iter().map(|error| String::from_utf8_lossy(error.span.of(source))).collect();
        let expected = [
            "10.0.0.256",
            "fd00::1",
            "b",
            "10.0.0.1,tcp:80",
            "hash:colour",
            "colour",
            "flush",
            "",
            "x",
            "a-name-of-more-than-thirty-one-bytes",
        ];
        assert_eq!(words, expected);
        assert_eq!(reading.content.entries.len(), 1);
    }
}
