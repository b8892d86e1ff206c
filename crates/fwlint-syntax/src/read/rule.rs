//! The second pass: rule lines, word by word, each option looked up in the tables of [`crate::extensions`].
//!
//! Sources: `do_command4` of iptables' `xshared.c`, `getopt_long(3)`, ebtables(8).

mod demands;
mod lookup;

use std::{ops::ControlFlow, sync::OnceLock};

use nom::{
    Parser,
    bytes::complete::{tag, take_while1},
    combinator::recognize,
    sequence::delimited,
};

use rustc_hash::FxHashSet;

use super::errors::Errors;
use crate::{
    Span,
    extensions::{self, ExtensionId, OptionId, Role, check::behind, core},
    tree::{Arg, ChainLine, Command, Family, MAX_ARGS, MAX_LINE, Problem, Rule, SyntaxError},
    value::{self, Expected, Kind, Value},
    words::{Parsed, Words, blanks, is_blank, unquote},
};
use lookup::Found;

/// What was read of some rule lines.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) lines: Vec<Rule>,
    pub(super) args: Vec<Arg>,
    pub(super) errors: Errors,
}

impl Rules {
    /// Room for the rules of so many bytes of text, so that vectors rarely grow.
    pub(super) fn with_room_for(bytes: usize) -> Self {
        Self {
            lines: Vec::with_capacity(bytes / 160),
            args: Vec::with_capacity(bytes / 26),
            ..Self::default()
        }
    }

    /// Puts the parts of a source together, in order.
    pub(super) fn concatenate(parts: Vec<Self>) -> Self {
        let mut whole = Self {
            lines: Vec::with_capacity(parts.iter().map(|part| part.lines.len()).sum()),
            args: Vec::with_capacity(parts.iter().map(|part| part.args.len()).sum()),
            errors: Errors::default(),
        };
        for part in parts {
            let moved = index(whole.args.len());
            whole.lines.extend(part.lines.into_iter().map(|rule| Rule { args: rule.args + moved, ..rule }));
            whole.args.extend(part.args);
            whole.errors.extend(part.errors);
        }
        whole
    }
}

/// What a rule line needs to know of the rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'c> {
    pub(super) source: &'c [u8],
    pub(super) family: Family,
    /// The dump is so old that `-s ! 10.0.0.0/8` is what its program wrote.
    pub(super) negates_behind: bool,
    /// The chains that the table declares.
    pub(super) chains: &'c ChainNames<'c>,
}

/// The names of a table's chains, looked up only where a target is not known.
#[derive(Debug)]
pub(super) struct ChainNames<'c> {
    source: &'c [u8],
    lines: &'c [ChainLine],
    names: OnceLock<FxHashSet<&'c [u8]>>,
}

impl<'c> ChainNames<'c> {
    pub(super) fn new(source: &'c [u8], lines: &'c [ChainLine]) -> Self {
        Self { source, lines, names: OnceLock::new() }
    }

    fn has(&self, name: &[u8]) -> bool {
        let names = || self.lines.iter().map(|line| line.name.of(self.source)).collect();
        self.names.get_or_init(names).contains(name)
    }
}

/// Reads all lines of a block.
pub(super) fn read_block(context: Context<'_>, block: Span, out: &mut Rules) {
    let mut active = Vec::with_capacity(8);
    let mut start = block.start as usize;
    let end = block.end as usize;
    while start < end {
        let rest = context.source.get(start..end).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        read_line(context, line, start, &mut active, out);
        start += length + 1;
    }
}

fn read_line<'c>(
    context: Context<'c>,
    line: &'c [u8],
    start: usize,
    active: &mut Vec<Active>,
    out: &mut Rules,
) {
    let text = line.trim_ascii_end();
    let lead = text.len() - text.trim_ascii_start().len();
    let text = text.get(lead..).unwrap_or_default();
    let span = Span::new(start + lead, start + lead + text.len());
    let first_arg = out.args.len();
    let mut family = context.family;
    loop {
        active.clear();
        active.push(Active { extension: ExtensionId::CORE, first_arg, seen: 0, early: false });
        let mut reader = Reader {
            context,
            family,
            words: Words::new(text, span.end as usize),
            word: Span::default(),
            active,
            args: &mut out.args,
            first_arg,
            chain: None,
            command: Command::Append,
            counters: Span::default(),
            protocol: None,
            negated_protocol: None,
            target: None,
            unknown_target: None,
            verbatim: None,
            is_verbatim: false,
            negation: None,
            error: None,
        };
        let read = reader.line();
        let (chain, command, counters) = (reader.chain, reader.command, reader.counters);
        let (target, is_verbatim, mut error) = (reader.target, reader.is_verbatim, reader.error);
        if let ControlFlow::Break(other) = read {
            // `-4` or `-6`: the rule is one of the other family.
            out.args.truncate(first_arg);
            family = other;
            continue;
        }
        if text.len() > MAX_LINE && error.is_none_or(|error| error.problem.is_read()) {
            error = Some(SyntaxError {
                span: Span { end: span.start + 1, ..span },
                problem: Problem::LineTooLong,
            });
        }
        if let Some(error) = error {
            out.errors.push(error);
        }
        let Some(chain) = chain else {
            out.args.truncate(first_arg);
            return;
        };
        let count = out.args.len() - first_arg;
        out.lines.push(Rule {
            span,
            chain,
            counters,
            command,
            family,
            broken: error.is_some_and(|error| !error.problem.is_read()),
            verbatim: is_verbatim,
            args: index(first_arg),
            args_len: u16::try_from(count).unwrap_or(u16::MAX),
            target: target.and_then(|at| u16::try_from(at - first_arg).ok()).unwrap_or(u16::MAX),
        });
        return;
    }
}

/// An extension whose options may be given.
#[derive(Clone, Copy, Debug)]
struct Active {
    extension: ExtensionId,
    /// The first argument that may be its own: the number of arguments read before it was named.
    first_arg: usize,
    /// Its options that were given, a bit for each.
    seen: u64,
    /// An option of it stood in front of its name.
    early: bool,
}

struct Reader<'c, 'o> {
    context: Context<'c>,
    family: Family,
    words: Words<'c>,
    /// The word that is being read, with its quotes; of an option and its value the option.
    word: Span,
    /// The options that every rule has, and then the extensions in the order in which they were named.
    active: &'o mut Vec<Active>,
    args: &'o mut Vec<Arg>,
    first_arg: usize,
    chain: Option<Span>,
    command: Command,
    counters: Span,
    /// The protocol, or Ethernet type, if it is not negated.
    protocol: Option<u16>,
    /// The protocol, if it is negated.
    negated_protocol: Option<u16>,
    /// The argument that holds the target.
    target: Option<usize>,
    /// The target, if it is neither a verdict nor a known extension.
    unknown_target: Option<Span>,
    /// The extension that takes every word that nobody else knows.
    verbatim: Option<ExtensionId>,
    is_verbatim: bool,
    /// Where a `!` stands that has found nothing to negate yet.
    negation: Option<Span>,
    /// The first thing that is wrong.
    error: Option<SyntaxError>,
}

/// Goes on, or tells for which family the line has to be read instead.
type Step = ControlFlow<Family>;
const ON: Step = ControlFlow::Continue(());

impl<'c> Reader<'c, '_> {
    fn line(&mut self) -> Step {
        self.counters_in_front();
        while let Some((span, text)) = self.words.next() {
            self.word = span;
            let (span, text) = unquoted_option(span, text);
            match text {
                b"!" => {
                    if self.negation.replace(span).is_some() {
                        self.fail(span, Problem::DanglingNegation);
                    }
                }
                [b'-', b'-', name @ ..] if !name.is_empty() => self.long(span, name)?,
                [b'-', letter, joined @ ..] if letter.is_ascii_alphanumeric() => {
                    self.short(span, *letter, joined)?;
                }
                _ => self.positional(span, text),
            }
            if self.args.len() - self.first_arg > MAX_ARGS {
                self.fail(span, Problem::TooManyArgs);
                self.args.truncate(self.first_arg + MAX_ARGS);
                break;
            }
        }
        if let Some(span) = self.negation {
            self.fail(span, Problem::DanglingNegation);
        }
        if self.chain.is_none() {
            let start = self.words.at();
            self.fail(Span::new(start, start), Problem::NoChain);
        }
        if self.error.is_none_or(|error| error.problem.is_read()) {
            self.check_extensions();
            self.check_devices();
        }
        ON
    }

    /// Keeps the first error; one that leaves the rule readable gives way to one that does not.
    fn fail(&mut self, span: Span, problem: Problem) {
        let keeps = self.error.is_some_and(|error| !error.problem.is_read() || problem.is_read());
        if !keeps {
            self.error = Some(SyntaxError { span, problem });
        }
    }

    /// `[12:3456]`, with or without a blank behind it.
    fn counters_in_front(&mut self) {
        let start = self.words.at();
        let rest = self.context.source.get(start..self.words.end()).unwrap_or_default();
        if rest.first() != Some(&b'[') {
            return;
        }
        let end = self.words.end();
        if let Ok((rest, counters)) = bracketed_counters(rest) {
            let at = end - rest.len();
            self.counters = Span::new(at - counters.len(), at);
            self.words = Words::new(rest, end);
            return;
        }
        let length = rest.iter().position(|&byte| byte == b' ').unwrap_or(rest.len());
        self.fail(Span::new(start, start + length), Problem::BadCounters);
        // The rule itself may still be read.
        self.words = Words::new(rest.get(length..).unwrap_or_default(), end);
    }

    fn short(&mut self, span: Span, letter: u8, joined: &'c [u8]) -> Step {
        if self.is_command(letter) {
            let joined = (!joined.is_empty()).then(|| Span { start: span.start + 2, ..span });
            self.rule_command(letter, span, joined);
            return ON;
        }
        if let Some(other) = self.other_family(letter) {
            return ControlFlow::Break(other);
        }
        let Some(option) = extensions::core_option(letter, self.family) else {
            let known = matches!(
                letter,
                b't' | b'v' | b'n' | b'w' | b'L' | b'S' | b'N' | b'P' | b'F' | b'X' | b'Z' | b'E'
            );
            if known && self.verbatim.is_none() {
                self.fail(span, Problem::NotInAFile);
                if letter == b't' {
                    self.words.next();
                }
                return ON;
            }
            self.unknown_option(span);
            return ON;
        };
        if joined.is_empty() {
            self.option(option, span, None);
            return ON;
        }
        if option.spec().is_some_and(|spec| spec.kind.words() != 1) {
            self.fail(span, Problem::UnknownOption);
            return ON;
        }
        if !matches!(letter, b'm' | b'g') {
            self.fail(span, Problem::JoinedValue);
        }
        self.option(option, span, Some(Span { start: span.start + 2, ..span }));
        ON
    }

    fn is_command(&self, letter: u8) -> bool {
        matches!(letter, b'A' | b'I' | b'R' | b'D') && self.chain.is_none()
    }

    /// The family that `-4` or `-6` asks for, if it is not the one that is being read.
    fn other_family(&self, letter: u8) -> Option<Family> {
        // A line that asks for both is one of the first that is not being read: nobody loads it.
        if self.family != self.context.family {
            return None;
        }
        match (letter, self.family) {
            (b'4', Family::Ipv6) => Some(Family::Ipv4),
            (b'6', Family::Ipv4) => Some(Family::Ipv6),
            _ => None,
        }
    }

    fn long(&mut self, span: Span, name: &'c [u8]) -> Step {
        let (name, value) = match memchr::memchr(b'=', name) {
            Some(at) => {
                let start = span.start as usize + 2 + at + 1;
                (name.get(..at).unwrap_or(name), Some(Span::new(start, span.end as usize)))
            }
            None => (name, None),
        };
        match name {
            b"append" | b"insert" | b"replace" | b"delete" if self.chain.is_none() => {
                let letter = name.first().map_or(b'A', u8::to_ascii_uppercase);
                self.rule_command(letter, span, value);
                return ON;
            }
            b"ipv4" | b"ipv6" => {
                let letter = if name == b"ipv4" { b'4' } else { b'6' };
                if let Some(other) = self.other_family(letter) {
                    return ControlFlow::Break(other);
                }
            }
            b"table" if self.verbatim.is_none() => {
                self.fail(span, Problem::NotInAFile);
                self.words.next();
                return ON;
            }
            _ => {}
        }
        match self.find(name) {
            Found::Option(option) => {
                let refuses_equals = [
                    core::SOURCE,
                    core::DESTINATION,
                    core::PROTOCOL,
                    core::IN_INTERFACE,
                    core::OUT_INTERFACE,
                    core::JUMP,
                ];
                if value.is_some() && refuses_equals.contains(&option) {
                    self.fail(span, Problem::JoinedValue);
                }
                self.option(option, span, value);
            }
            Found::Early(option) => {
                self.fail(span, Problem::TooEarly);
                self.option(option, span, value);
            }
            Found::Several => self.fail(span, Problem::AmbiguousOption),
            Found::Nothing(problem) if self.verbatim.is_none() => self.fail(span, problem),
            Found::Nothing(_) => self.unknown_option(span),
        }
        if matches!(self.error, Some(SyntaxError { span: at, .. }) if at == span) {
            self.negation = None;
        }
        ON
    }

    fn activate(&mut self, extension: ExtensionId) {
        if extension.extension().verbatim {
            self.verbatim = Some(extension);
            self.is_verbatim = true;
        }
        self.active.push(Active { extension, first_arg: self.args.len(), seen: 0, early: false });
    }

    /// A word that is no option and no option's value.
    fn positional(&mut self, span: Span, text: &[u8]) {
        if text == b"[unsupported" {
            let end = self.words.next().map_or(span, |(next, _)| next);
            self.is_verbatim = true;
            return self.fail(span.to(end), Problem::UnsupportedRevision);
        }
        match self.args.last_mut() {
            Some(arg) if self.verbatim.is_some() && arg.spec().is_none() && self.negation.is_none() => {
                arg.value.end = span.end;
            }
            _ if self.verbatim.is_some() => self.verbatim_arg(),
            _ => self.fail(span, Problem::UnexpectedWord),
        }
    }

    fn unknown_option(&mut self, span: Span) {
        if self.verbatim.is_some() {
            self.verbatim_arg();
        } else {
            self.fail(span, Problem::UnknownOption);
        }
    }

    /// An option that is kept word for word; the words behind it are added by [`Self::positional`].
    fn verbatim_arg(&mut self) {
        let Some(extension) = self.verbatim else { return };
        let span = self.word;
        let negation = self.negation.take();
        self.args.push(Arg {
            option: extension.verbatim_option(),
            negated: negation.is_some(),
            family: self.family,
            name_start: negation.unwrap_or(span).start,
            value: behind(span),
        });
    }

    /// `-A CHAIN`, `-I CHAIN [n]`, `-R CHAIN n`, `-D CHAIN [n]`.
    fn rule_command(&mut self, letter: u8, span: Span, joined: Option<Span>) {
        const MOST: u32 = i32::MAX.unsigned_abs();
        if let Some(negation) = self.negation.take() {
            self.fail(negation, Problem::NotNegatable);
        }
        let mut words = self.words.clone();
        let name = joined.or_else(|| words.next().map(|(span, _)| span));
        let is_name = |name: &Span| {
            let name = name.of(self.context.source);
            let is_option = matches!(name.first(), Some(b'-' | b'"')) && {
                let name = unquote(name);
                name.starts_with(b"-") && !self.context.chains.has(&name)
            };
            !is_option && value::is_name(name)
        };
        let Some(name) = name.filter(is_name) else {
            return self.fail(span, Problem::NoChain);
        };
        self.words = words;
        self.chain = Some(name);
        let mut words = self.words.clone();
        let next = if letter == b'A' { None } else { words.next() };
        let number = next.and_then(|(_, text)| std::str::from_utf8(text).ok()?.parse::<u32>().ok());
        if let (Some(number), Some((span, _))) = (number, next) {
            self.words = words;
            if self.family.is_ip() && !(1..=MOST).contains(&number) {
                self.fail(span, Problem::BadValue(Expected::Number(1, MOST.into())));
            }
        }
        self.command = match (letter, number) {
            (b'I', number) => Command::Insert(number.unwrap_or(1)),
            (b'R', Some(number)) => Command::Replace(number),
            (b'D', Some(number)) => Command::DeleteAt(number),
            (b'D', None) => Command::Delete,
            (b'R', None) => {
                return self
                    .fail(name, Problem::MissingValue(Expected::Words("the number of the rule to replace")));
            }
            _ => Command::Append,
        };
    }

    /// An option and its value: the rest of its own word, or the words behind it.
    fn option(&mut self, option: OptionId, span: Span, joined: Option<Span>) {
        let Some(spec) = option.spec() else { return };
        let mut negation = self.negation.take();
        let mut value = behind(span);
        if let Some(joined) = joined {
            value = joined;
            if spec.kind.words() == 0 {
                return self.fail(joined, Problem::UnexpectedWord);
            }
            if self.is_option(spec.kind, joined.of(self.context.source)) {
                return self.fail(joined, Problem::MissingValue(spec.kind.expected(self.family)));
            }
        } else if spec.kind.words() > 0 {
            let mut words = self.words.clone();
            let mut first = words.next();
            if let Some((bang, b"!")) = first
                && spec.negatable
                && negation.is_none()
            {
                // For ebtables that is the usual place.
                if self.family.is_ip() && !self.context.negates_behind {
                    self.fail(bang, Problem::OldNegation);
                }
                negation = Some(bang);
                first = words.next();
            }
            if spec.kind.is_optional() && first.is_none_or(|(_, text)| matches!(text, [b'-' | b'!', ..])) {
                return self.push(option, span, value, negation);
            }
            let expected = spec.kind.expected(self.family);
            let Some((first, text)) = first else {
                return self.fail(span, Problem::MissingValue(expected));
            };
            if self.is_option(spec.kind, text) {
                return self.fail(span, Problem::MissingValue(expected));
            }
            value = first;
            for _ in 1..spec.kind.words() {
                // `-c 1,2` is one word.
                if matches!(spec.kind, Kind::Counters) && text.contains(&b',') {
                    break;
                }
                match words.next() {
                    Some((second, text)) if !self.is_option(spec.kind, text) => value = value.to(second),
                    _ => return self.fail(first, Problem::MissingValue(expected)),
                }
            }
            self.words = words;
        }
        if let Some(negation) = negation.filter(|_| !spec.negatable) {
            return self.fail(negation, Problem::NotNegatable);
        }
        self.push(option, span, value, negation);
    }

    /// Whether a word that should be a value is the next option instead. iptables takes either for a value.
    fn is_option(&self, kind: Kind, text: &[u8]) -> bool {
        if !matches!(text.first(), Some(b'-' | b'"')) {
            return false;
        }
        let text = unquote(text);
        let looks_so = match &*text {
            [b'-', b'-', ..] => true,
            [b'-', letter] => letter.is_ascii_alphabetic(),
            _ => false,
        };
        match kind {
            Kind::Text => false,
            // Legacy takes such names of chains.
            Kind::Target => looks_so && !self.context.chains.has(&text),
            _ => looks_so,
        }
    }

    fn push(&mut self, option: OptionId, span: Span, value: Span, negation: Option<Span>) {
        let Some(spec) = option.spec() else { return };
        let words = value.of(self.context.source);
        let decoded = match value::decode(spec.kind, words, self.family) {
            Ok(decoded) => decoded,
            // An unheard-of match may have an option that looks like one of ours.
            Err(_) if self.verbatim.is_some() && option != core::PROTOCOL => {
                // Then the protocol has not brought a match along either.
                let extension = option.extension_id();
                self.active.pop_if(|active| active.extension == extension && active.seen == 0);
                self.negation = negation;
                self.verbatim_arg();
                if let Some(arg) = self.args.last_mut() {
                    arg.value = value;
                }
                return;
            }
            Err(expected) if spec.kind.is_looked_up() && holds_name(spec.kind, words) => {
                return self.fail(value, Problem::UnknownName(expected));
            }
            Err(expected) => return self.fail(value, Problem::BadValue(expected)),
        };
        if self.is_repeated(option) {
            return self.fail(span, Problem::Repeated);
        }
        if let Value::Range(low, high) = decoded
            && low > high
        {
            self.fail(value, Problem::ReversedRange);
        }
        let at = self.args.len();
        let name = negation.map_or(span, |negation| negation.to(span));
        self.args.push(Arg {
            option,
            negated: negation.is_some(),
            family: self.family,
            name_start: name.start.min(span.start),
            value,
        });
        if option.extension_id() == ExtensionId::CORE {
            self.core(option, &decoded, value, negation.is_some(), at);
        }
    }

    /// Whether the option was given before, to this rule or to the same match. Marks it as given.
    fn is_repeated(&mut self, option: OptionId) -> bool {
        let extension = option.extension_id();
        let Some(active) = self.active.iter_mut().rev().find(|active| active.extension == extension) else {
            // An option in front of its match belongs to nobody yet.
            let first_arg = self.args.len();
            self.active.push(Active { extension, first_arg, seen: 1 << option.index(), early: true });
            return false;
        };
        let bit = 1 << option.index();
        let is_repeated = active.seen & bit != 0 && option.spec().is_some_and(|spec| !spec.repeats);
        active.seen |= bit;
        is_repeated
    }

    /// What the options that every rule has mean for those that follow.
    fn core(&mut self, option: OptionId, value: &Value<'_>, span: Span, negated: bool, at: usize) {
        match (option, value) {
            (core::PROTOCOL, Value::Protocol(number)) => {
                if negated && *number == 0 {
                    self.fail(
                        span,
                        Problem::BadValue(Expected::Words("a protocol: no packet has none at all")),
                    );
                }
                self.protocol = (!negated).then_some(u16::from(*number));
                self.negated_protocol = negated.then_some(u16::from(*number));
            }
            (core::PROTOCOL, Value::EtherType(number)) => self.protocol = (!negated).then_some(*number),
            (core::LENGTH, Value::Masked { value, .. }) if *value != 6 => {
                self.fail(span, Problem::BadValue(Expected::Words("6, the length of Ethernet's addresses")));
            }
            (core::SOURCE | core::DESTINATION, Value::Nets(nets))
                if negated && nets.iter().nth(1).is_some() =>
            {
                self.fail(span, Problem::BadValue(Expected::Words("one address behind a `!`")));
            }
            (core::MATCH, Value::Text(name)) => self.load_match(name, span),
            (core::JUMP, Value::Text(name)) => {
                self.replace_target(span, at);
                self.load_target(name, span);
            }
            (core::GOTO, _) => self.replace_target(span, at),
            (core::COUNTERS, _) if self.counters.is_empty() => self.counters = span,
            _ => {}
        }
    }

    fn replace_target(&mut self, span: Span, at: usize) {
        if self.target.replace(at).is_some() {
            self.fail(span, Problem::Conflict("one `-j` or `-g` only"));
        }
    }

    fn load_match(&mut self, name: &[u8], span: Span) {
        let name = extensions::match_name(name, self.family);
        match extensions::by_name(Role::Match, name, self.family) {
            Some(extension) => {
                self.verbatim = None;
                let early =
                    self.active.iter_mut().find(|active| active.early && active.extension == extension);
                match early {
                    Some(active) => active.early = false,
                    None => self.activate(extension),
                }
            }
            None => match extensions::other_family(Role::Match, name) {
                Some(family) if self.family.is_ip() => self.fail(span, Problem::OtherFamily(family)),
                _ => self.activate(extensions::unknown(Role::Match)),
            },
        }
    }

    fn load_target(&mut self, name: &[u8], span: Span) {
        if matches!(name, b"ACCEPT" | b"DROP" | b"RETURN" | b"QUEUE" | b"CONTINUE") {
            return;
        }
        if let Some(extension) = extensions::by_name(Role::Target, name, self.family) {
            // A chain hides a target of the same name; whether there is one matters only for options
            // that are kept word for word.
            if extension.extension().verbatim && self.context.chains.has(name) {
                self.unknown_target = Some(span);
                return;
            }
            self.verbatim = None;
            return self.activate(extension);
        }
        self.unknown_target = Some(span);
        if self.verbatim.is_some() && !self.context.chains.has(name) {
            // What follows is the target's own.
            self.verbatim = None;
        }
        if let Some(family) = extensions::other_family(Role::Target, name)
            && self.family.is_ip()
            && !self.context.chains.has(name)
        {
            self.fail(span, Problem::OtherFamily(family));
        }
    }
}

/// `[12:3456]` in front of a rule. `iptables-restore` looks at what is in it with `--counters` only.
fn bracketed_counters(input: &[u8]) -> Parsed<'_, &[u8]> {
    let count =
        |input| delimited(blanks, take_while1(|byte: u8| byte.is_ascii_alphanumeric()), blanks).parse(input);
    recognize((tag(&b"["[..]), count, tag(&b":"[..]), count, tag(&b"]"[..]))).parse(input)
}

/// Whether a word is a name as `/etc/services` and its like hold them, or an address with a zone, such as `fe80::1%eth0`;
/// of several ports, whether one of them is a name.
fn holds_name(kind: Kind, word: &[u8]) -> bool {
    let is_of_names = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+');
    let is_name =
        |part: &[u8]| part.first().is_some_and(u8::is_ascii_alphabetic) && part.iter().all(is_of_names);
    let has_several = matches!(kind, Kind::Ports | Kind::PortList);
    is_name(word)
        || word.contains(&b'%')
        || has_several && word.split(|byte| matches!(byte, b':' | b',')).any(is_name)
}

/// An option keeps its meaning in quotes, the second of which may be missing at the end of the line.
fn unquoted_option(span: Span, text: &[u8]) -> (Span, &[u8]) {
    let Some(inside) = text.strip_prefix(b"\"").filter(|inside| inside.starts_with(b"-")) else {
        return (span, text);
    };
    let inside = inside.strip_suffix(b"\"").unwrap_or(inside);
    // `"-m tcp"` is one word, and no option.
    if inside.iter().any(|&byte| byte == b'\\' || is_blank(byte)) {
        return (span, text);
    }
    let start = span.start as usize + 1;
    (Span::new(start, start + inside.len()), inside)
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
