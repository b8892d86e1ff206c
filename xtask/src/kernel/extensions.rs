//! A handful of rules for each extension, with packets that match them and packets that do not.

use std::{fs, net::IpAddr, path::Path};

use anyhow::{Context as _, Result, bail, ensure};
use fwlint_syntax::{Backend, Family};
use fwlint_testing::{Packet, Path as Way};
use serde_json::Value;

use super::{
    Kernel,
    figures::Figures,
    interpreter::{ask, text},
    judge::Judge,
};

/// Where the rules stand.
const RULES: &str = "xtask/kernel/extensions.txt";

/// A rule, and packets with whether they match it.
struct Example<'t> {
    line: usize,
    families: &'t str,
    backends: &'t str,
    table: &'t str,
    chain: &'t str,
    rule: &'t str,
    packets: Vec<(bool, Value)>,
}

/// Asks the kernel and fwlint about the rules of every extension.
pub(super) fn run(root: &Path, given: &Kernel, figures: &mut Figures) -> Result<()> {
    let source = fs::read_to_string(root.join(RULES)).context(RULES)?;
    let examples = examples(&source)?;
    let mut wrong = Vec::new();
    for &family in given.family.iter().filter(|&&family| family != Family::Bridge) {
        for &backend in &given.backend {
            let mut judge = Judge::start(root, family, backend, given)?;
            let lists = |list: &str, name: String| list == "*" || list.split(',').any(|one| one == name);
            for example in &examples {
                let here = lists(example.families, family.to_string().to_lowercase())
                    && lists(example.backends, backend.to_string());
                if here && let Err(why) = compare(&mut judge, family, backend, example, figures)? {
                    wrong.push(format!(
                        "{RULES}:{} {family} {backend}: {}\n{why}",
                        example.line, example.rule
                    ));
                }
            }
        }
    }
    for wrong in &wrong {
        println!("{wrong}");
    }
    ensure!(wrong.is_empty(), "{} rules do not what is said of them", wrong.len());
    Ok(())
}

fn compare(
    judge: &mut Judge,
    family: Family,
    backend: Backend,
    example: &Example<'_>,
    figures: &mut Figures,
) -> Result<Result<(), String>> {
    let Example { table, chain, rule, .. } = example;
    let rules = format!("*{table}\n:{chain} ACCEPT [0:0]\n-A {chain} {rule}\nCOMMIT\n");
    if let Err(why) = judge.load(family, &rules, "")? {
        return Ok(Err(why));
    }
    let packets: Vec<Packet> =
        example.packets.iter().map(|(_, given)| packet(family, chain, given)).collect::<Result<_>>()?;
    let answers = judge.send(&packets)?;
    let says = ask(family, backend, &rules, "", &packets);
    figures.add_rule(&answers, &says);
    for (((matches, given), answer), ways) in example.packets.iter().zip(&answers).zip(&says.ways) {
        figures.add_packet(answer, ways.compare(answer), &says);
        if answer.rules.is_empty() == *matches {
            return Ok(Err(format!("{given}: the kernel does not what is said\n{}", text(answer))));
        }
        if says.is_wrong(ways, answer) {
            return Ok(Err(format!("{given}\nkernel: {}fwlint:\n{}", text(answer), ways.to_text())));
        }
    }
    Ok(Ok(()))
}

/// What is not said of a packet is that of a plain TCP SYN that comes to the chain.
fn packet(family: Family, chain: &str, given: &Value) -> Result<Packet> {
    let [src, dst]: [IpAddr; 2] = if family == Family::Ipv6 {
        [[0xfd00, 0, 0, 0, 0, 0, 0, 1].into(), [0xfd00, 0, 0, 0, 0, 0, 0, 2].into()]
    } else {
        [[10, 0, 0, 1].into(), [10, 0, 0, 2].into()]
    };
    let (path, iif, oif) = match chain {
        "INPUT" => (Way::Input, Some("eth0"), None),
        "OUTPUT" => (Way::Output, None, Some("eth1")),
        _ => (Way::Forward, Some("eth0"), Some("eth1")),
    };
    let plain = Packet {
        path,
        iif: iif.map(str::to_owned),
        oif: oif.map(str::to_owned),
        sport: 1000,
        dport: 80,
        mac: 1,
        ..Packet::new(src, dst)
    };
    let mut all = serde_json::to_value(plain)?;
    if let (Value::Object(all), Value::Object(given)) = (&mut all, given) {
        all.extend(given.clone());
    }
    serde_json::from_value(all).with_context(|| given.to_string())
}

fn examples(source: &str) -> Result<Vec<Example<'_>>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    for (index, line) in source.lines().enumerate() {
        let line_number = index + 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((sign @ ("+" | "-"), given)) = line.split_once(' ') {
            let given = serde_json::from_str(given).with_context(|| format!("{RULES}:{line_number}"))?;
            examples.last_mut().context("a packet without a rule")?.packets.push((sign == "+", given));
            continue;
        }
        let mut words = line.splitn(5, ' ');
        let mut word = || words.next().with_context(|| format!("{RULES}:{line_number}"));
        let (families, backends, table, chain, rule) = (word()?, word()?, word()?, word()?, word()?);
        let packets = Vec::new();
        examples.push(Example { line: line_number, families, backends, table, chain, rule, packets });
    }
    match examples.iter().find(|example| example.packets.is_empty()) {
        Some(example) => bail!("{RULES}:{}: no packet", example.line),
        None => Ok(examples),
    }
}
