//! From text to tree, in two passes: the outline (what each line is), and then the rules, several
//! blocks of them at once if there are threads to do it.

mod content;
mod errors;
mod header;
mod outline;
mod rule;
#[cfg(test)]
mod tests;

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{
    Span,
    tree::{Dump, Evidence, Family, MAX_SOURCE, Problem, Run, SyntaxError, Table},
};
use errors::Errors;
use outline::{Outline, Section};
use rule::{ChainNames, Context, Rules};

/// What is known of a source beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whose rules they are; told from the text where it is not given.
    pub family: Option<Family>,
    /// How many threads may read at once; 0 and 1 are one.
    pub threads: usize,
}

/// Reads a whole dump. The source is cut at [`MAX_SOURCE`].
pub fn parse(source: &[u8], options: Options) -> Dump<'_> {
    let source = source.get(..MAX_SOURCE).unwrap_or(source);
    let mut outline = outline::read(source);
    let runs = runs(source, &mut outline.sections, options.family);
    let mut errors = std::mem::take(&mut outline.errors);
    let rules = read_rules(source, &outline, &runs, options.threads);
    // Of a file that was cut in the middle of a rule it is enough to say just that.
    let is_cut = rules.errors.last().is_some_and(|error| error.span.end as usize == source.len());
    for section in &outline.sections {
        check_section(source, section, &runs, is_cut, &mut errors);
    }
    let mut tables: Vec<Table> = outline.sections.into_iter().map(|section| section.table).collect();
    place_rules(&mut tables, &outline.blocks, &rules);
    errors.extend(rules.errors);
    let (errors, errors_omitted) = errors.finish();

    Dump {
        source,
        runs,
        tables,
        chains: outline.chains,
        rules: rules.lines,
        edits: outline.edits,
        comments: outline.comments,
        stray: outline.stray,
        errors,
        errors_omitted,
        args: rules.args,
    }
}

/// Groups the sections into runs: what one program printed. A new one begins where the family or the
/// backend changes, and where a table stands a second time under a header of its own.
fn runs(source: &[u8], sections: &mut [Section], stated: Option<Family>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // The headers of the tables of the last run: in one run a table stands under one header only.
    let mut headers: FxHashMap<&[u8], Option<Span>> = FxHashMap::default();
    for (index, section) in sections.iter_mut().enumerate() {
        let header = section.header;
        let (told, evidence) = match (stated, header.and_then(|header| header.family)) {
            (Some(family), _) => (Some(family), Evidence::Stated),
            (None, Some(family)) => (Some(family), Evidence::Header),
            (None, None) => match content::family(source, section.lines) {
                Some(family) => (Some(family), Evidence::Content),
                None => (None, Evidence::Assumed),
            },
        };
        let backend = header.and_then(|header| header.backend);
        let name = section.table.name(source);
        let place = header.map(|header| header.span);
        let continues = runs.last().is_some_and(|run| {
            // What was assumed for want of anything better gives way to what another table tells.
            let may_give_way = run.evidence == Evidence::Assumed && !headers.contains_key(name);
            told.is_none_or(|told| run.family == told || may_give_way)
                && (header.is_none() || run.header.is_none() || run.backend == backend)
                && headers.get(name).is_none_or(|&former| former == place)
        });
        if !continues {
            let family = told.or(runs.last().map(|run| run.family)).unwrap_or(Family::Ipv4);
            runs.push(Run { family, evidence, backend, header: None, version: None, tables: index..index });
            headers.clear();
        }
        headers.insert(name, place);
        section.table.run = runs.len() - 1;
        if let Some(run) = runs.last_mut() {
            run.tables.end = index + 1;
            run.backend = run.backend.or(backend);
            run.header = run.header.or(place);
            run.version = run.version.or(header.and_then(|header| header.version));
            if run.evidence == Evidence::Assumed {
                run.family = told.unwrap_or(run.family);
                run.evidence = evidence;
            }
        }
    }
    runs
}

/// What is wrong with a table as a whole: it does not exist, or is never committed.
fn check_section(source: &[u8], section: &Section, runs: &[Run], is_cut: bool, errors: &mut Errors) {
    let Some(run) = runs.get(section.table.run) else { return };
    let table = &section.table;
    let known: &[&[u8]] = match run.family {
        Family::Ipv4 | Family::Ipv6 => &[b"filter", b"nat", b"mangle", b"raw", b"security"],
        Family::Bridge => &[b"filter", b"nat", b"broute"],
        Family::Arp => &[b"filter"],
    };
    if section.explicit && !known.contains(&table.name(source)) {
        let span = if table.name.is_empty() { table.span } else { table.name };
        errors.push(SyntaxError { span, problem: Problem::BadTable });
    }
    // The save programs of ebtables and arptables print no COMMIT.
    let is_cut = is_cut && section.lines.end as usize == source.len();
    if section.explicit && table.commit.is_none() && run.family.is_ip() && !is_cut {
        errors.push(SyntaxError { span: table.span, problem: Problem::NoCommit });
    }
}

/// Reads all blocks of rule lines, in order.
fn read_rules(source: &[u8], outline: &Outline, runs: &[Run], threads: usize) -> Rules {
    let names: Vec<ChainNames<'_>> = outline
        .sections
        .iter()
        .map(|section| outline.chains.get(section.table.chains.clone()).unwrap_or_default())
        .map(|chains| ChainNames::new(source, chains))
        .collect();
    let context = |section: usize| {
        let chains = names.get(section)?;
        let section = outline.sections.get(section)?;
        Some(Context {
            source,
            family: runs.get(section.table.run)?.family,
            negates_behind: section.header.is_some_and(header::Header::negates_behind),
            chains,
        })
    };
    let read = |section: usize, lines: Span, rules: &mut Rules| {
        if let Some(context) = context(section) {
            rule::read_block(context, lines, rules);
        }
    };
    let size: usize = outline.blocks.iter().map(|block| block.lines.len()).sum();
    if threads < 2 || size < PARALLEL_SIZE {
        let mut rules = Rules::with_room_for(size);
        for block in &outline.blocks {
            read(block.section, block.lines, &mut rules);
        }
        return rules;
    }
    let pieces: Vec<(usize, Span)> = outline
        .blocks
        .iter()
        .flat_map(|block| pieces(source, block.lines).map(|piece| (block.section, piece)))
        .collect();
    let parts: Vec<Rules> = pieces
        .into_par_iter()
        .map(|(section, lines)| {
            let mut rules = Rules::with_room_for(lines.len());
            read(section, lines, &mut rules);
            rules
        })
        .collect();
    Rules::concatenate(parts)
}

/// Below this many bytes a second thread costs more than it brings.
const PARALLEL_SIZE: usize = 1 << 20;

/// Cuts a block at line ends into pieces of about half a megabyte.
fn pieces(source: &[u8], block: Span) -> impl Iterator<Item = Span> {
    const SIZE: usize = 1 << 19;
    let mut rest = block;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let bytes = rest.of(source);
        let cut = bytes
            .get(SIZE..)
            .and_then(|tail| memchr::memchr(b'\n', tail))
            .map_or(bytes.len(), |at| SIZE + at + 1);
        let start = rest.start as usize;
        let piece = Span::new(start, start + cut);
        rest.start = piece.end;
        Some(piece)
    })
}

/// Tells each table which rules are its own: those that stand in its blocks.
fn place_rules(tables: &mut [Table], blocks: &[outline::Block], rules: &Rules) {
    let mut next = 0;
    let mut blocks = blocks.iter().peekable();
    for (index, table) in tables.iter_mut().enumerate() {
        let mut range: Range<usize> = next..next;
        while let Some(block) = blocks.next_if(|block| block.section == index) {
            let count = rules.lines.get(next..).unwrap_or_default();
            next += count.partition_point(|rule| rule.span.start < block.lines.end);
        }
        range.end = next;
        table.rules = range;
    }
}
