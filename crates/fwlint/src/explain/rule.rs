//! A rule in plain English, made of its typed values and the phrases on the pages of its matches and
//! target.

use std::{fmt::Write as _, process::ExitCode};

use fwlint_lints::{Facts, Lint};
use fwlint_model::{
    Fields, is_final,
    syntax::{
        Arg, Command, Dump, Family, Options, Rule, Value,
        extensions::{self, Extension, ExtensionId, Role, core},
        parse, quote,
    },
    target_writes,
};

use super::{page::Page, words};
use crate::{
    check::Checked,
    cli,
    input::{Failure, Reason},
    report::{Format, Style},
    source::Source,
    terminal::Terminal,
    text,
};

/// Says the rule; what cannot be read is a finding, as it is to `check`.
pub(super) fn run(line: String, options: &cli::Explain) -> Result<ExitCode, Failure> {
    let (family, line) = without_program(line);
    let family = options.family.map(Family::from).or(family);
    let source = Source::new("<rule>".to_owned(), line.into_bytes());
    let read = |family| {
        let dump = parse(source.bytes(), Options { family, threads: 1 });
        let findings = fwlint_lints::run(&Facts::new(&dump), &|lint: &Lint| lint.name == "syntax-error");
        (dump, findings)
    };
    let (mut dump, mut findings) = read(family);
    // One rule alone says less of its family than a dump: it is that of the first program that takes it.
    if family.is_none() && !findings.kept.is_empty() {
        let others = [Family::Ipv6, Family::Bridge, Family::Arp].map(|family| read(Some(family)));
        if let Some(taken) =
            others.into_iter().find(|(dump, findings)| findings.kept.is_empty() && !dump.rules.is_empty())
        {
            (dump, findings) = taken;
        }
    }
    if !findings.kept.is_empty() {
        drop(dump);
        let style = Style { terminal: Terminal::stdout(options.color), quiet: true, notes_matter: true };
        let checked = Checked::of_findings(source, findings);
        crate::print(|out| Format::Full.report(&style).add(&checked, out))?;
        return Ok(ExitCode::from(1));
    }
    if dump.rules.is_empty() {
        return Err(Failure::new(String::from_utf8_lossy(source.bytes()), Reason::NoRule));
    }
    let said: Vec<_> = dump.rules.iter().map(|rule| sentence(&dump, rule)).collect();
    super::show(&format!("{}\n", said.join("\n\n")), options.color)
}

/// The words of a command line as a line of a dump.
pub(super) fn line(words: &[String]) -> String {
    let [word] = words else {
        let words = words.iter().map(|word| {
            let mut quoted = Vec::new();
            let is_split = word.is_empty() || word.contains([' ', '\t', '"']);
            if is_split {
                quote(word.as_bytes(), &mut quoted);
            } else {
                quoted.extend(word.bytes());
            }
            String::from_utf8_lossy(&quoted).into_owned()
        });
        return words.collect::<Vec<_>>().join(" ");
    };
    word.trim().to_owned()
}

/// A command of a script is a rule behind the name of its program and perhaps of a table.
fn without_program(line: String) -> (Option<Family>, String) {
    let Some((program, rest)) = line.split_once(' ') else { return (None, line) };
    let program = program.rsplit('/').next().unwrap_or(program);
    let base = program.split('-').next().unwrap_or(program);
    let families = [Family::Ipv4, Family::Ipv6, Family::Bridge, Family::Arp];
    let Some(family) = families.into_iter().find(|family| family.program() == base) else {
        return (None, line);
    };
    let mut rest = rest.trim_start();
    while let Some((option, behind)) = rest.split_once(' ') {
        rest = match option {
            "-w" | "--wait" => behind.trim_start(),
            "-t" | "--table" => {
                behind.trim_start().split_once(' ').map_or("", |(_, behind)| behind.trim_start())
            }
            _ => break,
        };
    }
    (Some(family), rest.to_owned())
}

/// The rule as a sentence or two.
fn sentence(dump: &Dump<'_>, rule: &Rule) -> String {
    let chain = plain(rule.chain.of(dump.source));
    let what = match rule.command {
        Command::Append => format!("Appends to chain {chain}:"),
        Command::Insert(at) => format!("Inserts into chain {chain} as rule {at}:"),
        Command::Replace(at) => format!("Replaces rule {at} of chain {chain}:"),
        Command::DeleteAt(at) => return format!("Deletes rule {at} of chain {chain}."),
        Command::Delete => format!("Deletes from chain {chain} the rule that says:"),
    };
    let said = Said::new(dump, rule);
    let thing = match rule.family {
        Family::Ipv4 | Family::Ipv6 => "packet",
        Family::Bridge => "frame",
        Family::Arp => "ARP packet",
    };
    let mut text = format!("{what} {}", subject(thing, &said.tests));
    let comma = if said.tests.len() > 1 { "," } else { "" };
    let _ = write!(text, "{comma} {}.", fate(dump, rule, &said));
    for note in &said.notes {
        let _ = write!(text, " {note}");
    }
    text
}

/// `a packet of protocol tcp, to port 80`; modifiers stand behind what they modify.
fn subject(thing: &str, tests: &[String]) -> String {
    let article = if thing.starts_with('A') { "an" } else { "a" };
    let mut text = if tests.is_empty() { format!("every {thing}") } else { format!("{article} {thing}") };
    for (index, test) in tests.iter().enumerate() {
        let _ = write!(text, "{} {test}", if index > 0 { "," } else { "" });
    }
    text
}

/// What a rule says, sorted.
#[derive(Default)]
struct Said {
    /// What a packet must be, each with its modifiers.
    tests: Vec<String>,
    /// What the options of the target say.
    target: Vec<String>,
    /// Sentences of their own.
    notes: Vec<String>,
    /// What is not modelled, as it stands.
    verbatim: Vec<String>,
}

impl Said {
    fn new(dump: &Dump<'_>, rule: &Rule) -> Self {
        let mut said = Self::default();
        for arg in dump.args_of(rule) {
            let extension = arg.extension();
            match extension.role {
                _ if extension.verbatim => said.verbatim.push(quoted(dump, arg)),
                Role::Core => said.core(dump, rule, arg),
                Role::Match if extension.name == "comment" => {
                    let Value::Text(comment) = arg.value(dump.source) else { continue };
                    said.notes.push(format!("Its comment: \"{}\".", plain(&comment)));
                }
                Role::Match => push(&mut said.tests, phrase(dump, arg)),
                Role::Target => said.target.push(phrase(dump, arg)),
            }
        }
        if !said.verbatim.is_empty() {
            said.notes.push(format!("Not modelled: {}.", said.verbatim.join(", ")));
        }
        said
    }

    fn core(&mut self, dump: &Dump<'_>, rule: &Rule, arg: &Arg) {
        match arg.id() {
            core::JUMP | core::GOTO => {}
            core::IPV4 => self.notes.push("It is for iptables only.".to_owned()),
            core::IPV6 => self.notes.push("It is for ip6tables only.".to_owned()),
            core::COUNTERS => {
                if let Value::Counters(packets, bytes) = arg.value(dump.source) {
                    self.notes.push(format!("Its counters begin with {packets} packets and {bytes} bytes."));
                }
            }
            core::MATCH => {
                let id = extensions::by_name(Role::Match, arg.value_span().of(dump.source), rule.family);
                if let Some(page) = id.and_then(Page::of) {
                    self.tests.extend(page.phrase("-m").map(|phrase| phrase.with(false, "")));
                } else {
                    self.tests.push("that passes a test which is not modelled".to_owned());
                    self.verbatim.push(quoted(dump, arg));
                }
            }
            core::PROTOCOL if arg.value(dump.source) == Value::Protocol(0) && !arg.negated() => {}
            _ => push(&mut self.tests, phrase(dump, arg)),
        }
    }
}

/// A modifier is put behind the last phrase.
fn push(phrases: &mut Vec<String>, phrase: String) {
    match phrases.last_mut() {
        Some(last) if phrase.starts_with('(') => {
            let _ = write!(last, " {phrase}");
        }
        _ => phrases.push(phrase),
    }
}

/// An option in the words of its extension's page; where there are none, as it stands.
fn phrase(dump: &Dump<'_>, arg: &Arg) -> String {
    let value = arg.value(dump.source);
    let page = Page::of(arg.id().extension_id());
    let (Some(spec), Some(page)) = (arg.spec(), page) else { return quoted(dump, arg) };
    let is_mark = !arg.extension().name.contains("TOS");
    if let Value::Masked { value, mask } = value
        && is_mark
    {
        match spec.name {
            "set-xmark" => return words::xmark(value, mask),
            "set-mark" => return words::xmark(value, mask | value),
            _ => {}
        }
    }
    let Some(phrase) = page.phrase(spec.name) else { return quoted(dump, arg) };
    let is_test = arg.extension().role != Role::Target && phrase.modifier().is_none();
    let and = if is_test { "or" } else { "and" };
    let mut words = words::of(spec.kind, &value, phrase, and);
    if words.is_empty() {
        // A value that is not saved, because it is the default.
        words = String::from_utf8_lossy(arg.value_span().of(dump.source)).into_owned();
    }
    plain(phrase.with(arg.negated(), &words).as_bytes())
}

fn quoted(dump: &Dump<'_>, arg: &Arg) -> String {
    format!("`{}`", plain(arg.span().of(dump.source)))
}

/// What becomes of the packet.
fn fate(dump: &Dump<'_>, rule: &Rule, said: &Said) -> String {
    let Some(target) = rule.target_span(dump) else {
        return "is counted and goes on to the next rule".to_owned();
    };
    let chain = rule.chain.of(dump.source);
    let is_built_in = [&b"PREROUTING"[..], b"INPUT", b"FORWARD", b"OUTPUT", b"POSTROUTING", b"BROUTING"];
    let is_built_in = is_built_in.contains(&chain);
    let name = target.of(dump.source);
    if let Some(verdict) = verdict(name, is_built_in) {
        return verdict.to_owned();
    }
    let id = extensions::by_name(Role::Target, name, rule.family);
    let name = plain(name);
    match id {
        _ if rule.is_goto(dump) && is_built_in => {
            format!(
                "goes to chain {name} and does not come back: if nothing there decides, the policy of {} does",
                plain(chain)
            )
        }
        _ if rule.is_goto(dump) => format!(
            "goes to chain {name} and does not come back here: if nothing there decides, it returns to the chain that \
             called {}",
            plain(chain)
        ),
        Some(id) => done_by(id, rule.family, said),
        None => format!("goes to chain {name} and comes back if nothing there decides"),
    }
}

fn verdict(name: &[u8], is_built_in: bool) -> Option<&'static str> {
    Some(match name {
        b"ACCEPT" => "is accepted, which ends this table at this hook",
        b"DROP" => "is dropped",
        b"CONTINUE" => "goes on to the next rule",
        b"QUEUE" => "is handed to a program, which decides",
        b"RETURN" if is_built_in => "leaves the chain, and its policy decides",
        b"RETURN" => "returns to the chain that called this one",
        _ => return None,
    })
}

fn done_by(id: ExtensionId, family: Family, said: &Said) -> String {
    let extension = id.extension();
    let itself = Page::of(id).and_then(|page| page.phrase("-j"));
    let Some(itself) = itself else {
        return format!("is given to the target {}, which is not modelled", extension.name);
    };
    let mut text = itself.with(false, "");
    for words in &said.target {
        let _ = write!(text, " {words}");
    }
    let is_told = |words: &String| words.starts_with("(then ");
    match then(extension) {
        Some(default) if !said.target.iter().any(is_told) => {
            let _ = write!(text, " (then {default}, which is the default)");
        }
        _ => {}
    }
    if goes_on(extension, family) {
        text.push_str(", and goes on to the next rule");
    }
    text
}

/// What becomes of the packet where a target's own option does not tell. Source: ebtables(8), arptables(8).
fn then(extension: &Extension) -> Option<&'static str> {
    let is_told = extension.options.iter().any(|option| option.name.ends_with("-target"));
    is_told.then_some(if extension.name == "arpreply" { "DROP" } else { "ACCEPT" })
}

/// Whether every packet goes on that the target got. Of those of ebtables the options tell.
fn goes_on(extension: &Extension, family: Family) -> bool {
    let known = target_writes(extension.name) != Fields::ALL;
    family.is_ip() && known && !is_final(extension.name) && extension.name != "SYNPROXY"
}

/// Bytes as text in which every character stands for itself.
fn plain(bytes: &[u8]) -> String {
    text::escape(&String::from_utf8_lossy(bytes)).into_owned()
}
