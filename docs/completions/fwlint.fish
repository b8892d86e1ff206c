# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_fwlint_global_optspecs
    string join \n with= format= o/output= select= ignore= fail-on= exit-zero statistics backend= config= isolated family= stdin-filename= color= no-progress q/quiet j/threads= h/help V/version
end

function __fish_fwlint_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_fwlint_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_fwlint_using_subcommand
    set -l cmd (__fish_fwlint_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c fwlint -n "__fish_fwlint_needs_command" -l with -d 'A file that tells more of the machine the dumps are from: what `ipset save`, `ip rule`, `ip route`, `ip addr`, `ipvsadm-save -n`, `sysctl -a` or `kubectl get -o json` printed, or a dump of another family' -r -F
complete -c fwlint -n "__fish_fwlint_needs_command" -l format -d 'How findings are shown' -r -f -a "full\t'The lines in question, with what is to be seen there and what to do about it'
concise\t'One line for each finding'
grouped\t'One line for each finding, by file'
json\t'One object'
jsonl\t'One object for each finding, one in a line'
github\t'Commands that GitHub Actions shows at the lines of a change'"
complete -c fwlint -n "__fish_fwlint_needs_command" -s o -l output -d 'Write the findings to a file instead of standard output' -r -F
complete -c fwlint -n "__fish_fwlint_needs_command" -l select -d 'Only look for these; `all`, a group, or a lint (see `fwlint lints`)' -r -f -a "all\t''
syntax\t''
load\t''
correctness\t''
redundancy\t''
after-terminal\t''
chain-loop\t''
dead-jump\t''
differs-between-backends\t''
duplicate-chain\t''
duplicate-rule\t''
empty-chain\t''
ineffective-after-nat\t''
never-matches\t''
redundant-rule\t''
refused-by-kernel\t''
set-mismatch\t''
syntax-error\t''
too-deep-for-nft\t''
undefined-chain\t''
undefined-set\t''
unreachable-chain\t''
unreachable-rule\t''
unreferenced-chain\t''
unused-return\t''
unused-set\t''"
complete -c fwlint -n "__fish_fwlint_needs_command" -l ignore -d 'Do not look for these' -r -f -a "all\t''
syntax\t''
load\t''
correctness\t''
redundancy\t''
after-terminal\t''
chain-loop\t''
dead-jump\t''
differs-between-backends\t''
duplicate-chain\t''
duplicate-rule\t''
empty-chain\t''
ineffective-after-nat\t''
never-matches\t''
redundant-rule\t''
refused-by-kernel\t''
set-mismatch\t''
syntax-error\t''
too-deep-for-nft\t''
undefined-chain\t''
undefined-set\t''
unreachable-chain\t''
unreachable-rule\t''
unreferenced-chain\t''
unused-return\t''
unused-set\t''"
complete -c fwlint -n "__fish_fwlint_needs_command" -l fail-on -d 'The least severity that makes the exit status 1; warning if nothing says otherwise' -r -f -a "error\t''
warning\t''
note\t''
never\t''"
complete -c fwlint -n "__fish_fwlint_needs_command" -l backend -d 'Which half of the kernel will run the rules, whatever the dump says' -r -f -a "legacy\t''
nft\t''"
complete -c fwlint -n "__fish_fwlint_needs_command" -l config -d 'Read settings from this file, and not from the `fwlint.toml` in the directory of the first PATH or above it' -r -F
complete -c fwlint -n "__fish_fwlint_needs_command" -l family -d 'Whose rules they are, whatever the dump says' -r -f -a "ipv4\t''
ipv6\t''
bridge\t''
arp\t''"
complete -c fwlint -n "__fish_fwlint_needs_command" -l stdin-filename -d 'What standard input is called in what is printed' -r -F
complete -c fwlint -n "__fish_fwlint_needs_command" -l color -d 'When to use colours; `auto` also obeys `NO_COLOR` and `CLICOLOR_FORCE`' -r -f -a "auto\t''
always\t''
never\t''"
complete -c fwlint -n "__fish_fwlint_needs_command" -s j -l threads -d 'How many threads to use; as many as there are processors if it is not given' -r
complete -c fwlint -n "__fish_fwlint_needs_command" -l exit-zero -d 'Exit with 0 whatever was found; with 2 still if the job could not be done'
complete -c fwlint -n "__fish_fwlint_needs_command" -l statistics -d 'Print how many findings each lint has instead of the findings'
complete -c fwlint -n "__fish_fwlint_needs_command" -l isolated -d 'Read no settings from any file'
complete -c fwlint -n "__fish_fwlint_needs_command" -l no-progress -d 'Do not show how far the work is'
complete -c fwlint -n "__fish_fwlint_needs_command" -s q -l quiet -d 'Print findings and failures, and nothing else'
complete -c fwlint -n "__fish_fwlint_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fwlint -n "__fish_fwlint_needs_command" -s V -l version -d 'Print version'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "check" -d 'Say what is wrong with dumps (the default command)'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "explain" -d 'Print the page of a lint, a topic, a match or a target, or say a rule in plain English'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "lints" -d 'List all lints: name, group, severity and what each finds'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "parse" -d 'Print what was read of a dump'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "graph" -d 'Print the graph of a dump\'s chains'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "trace" -d 'Follow packets rule by rule'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "reach" -d 'Say of every rule whether a packet comes to it: with such a packet, or with what keeps them away'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "config" -d 'Print the settings that hold for a PATH, or what can be set'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "completions" -d 'Print the completions for a shell'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "man" -d 'Print a manual page'
complete -c fwlint -n "__fish_fwlint_needs_command" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l with -d 'A file that tells more of the machine the dumps are from: what `ipset save`, `ip rule`, `ip route`, `ip addr`, `ipvsadm-save -n`, `sysctl -a` or `kubectl get -o json` printed, or a dump of another family' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l format -d 'How findings are shown' -r -f -a "full\t'The lines in question, with what is to be seen there and what to do about it'
concise\t'One line for each finding'
grouped\t'One line for each finding, by file'
json\t'One object'
jsonl\t'One object for each finding, one in a line'
github\t'Commands that GitHub Actions shows at the lines of a change'"
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -s o -l output -d 'Write the findings to a file instead of standard output' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l select -d 'Only look for these; `all`, a group, or a lint (see `fwlint lints`)' -r -f -a "all\t''
syntax\t''
load\t''
correctness\t''
redundancy\t''
after-terminal\t''
chain-loop\t''
dead-jump\t''
differs-between-backends\t''
duplicate-chain\t''
duplicate-rule\t''
empty-chain\t''
ineffective-after-nat\t''
never-matches\t''
redundant-rule\t''
refused-by-kernel\t''
set-mismatch\t''
syntax-error\t''
too-deep-for-nft\t''
undefined-chain\t''
undefined-set\t''
unreachable-chain\t''
unreachable-rule\t''
unreferenced-chain\t''
unused-return\t''
unused-set\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l ignore -d 'Do not look for these' -r -f -a "all\t''
syntax\t''
load\t''
correctness\t''
redundancy\t''
after-terminal\t''
chain-loop\t''
dead-jump\t''
differs-between-backends\t''
duplicate-chain\t''
duplicate-rule\t''
empty-chain\t''
ineffective-after-nat\t''
never-matches\t''
redundant-rule\t''
refused-by-kernel\t''
set-mismatch\t''
syntax-error\t''
too-deep-for-nft\t''
undefined-chain\t''
undefined-set\t''
unreachable-chain\t''
unreachable-rule\t''
unreferenced-chain\t''
unused-return\t''
unused-set\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l fail-on -d 'The least severity that makes the exit status 1; warning if nothing says otherwise' -r -f -a "error\t''
warning\t''
note\t''
never\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l backend -d 'Which half of the kernel will run the rules, whatever the dump says' -r -f -a "legacy\t''
nft\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l config -d 'Read settings from this file, and not from the `fwlint.toml` in the directory of the first PATH or above it' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l family -d 'Whose rules they are, whatever the dump says' -r -f -a "ipv4\t''
ipv6\t''
bridge\t''
arp\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l stdin-filename -d 'What standard input is called in what is printed' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l color -d 'When to use colours; `auto` also obeys `NO_COLOR` and `CLICOLOR_FORCE`' -r -f -a "auto\t''
always\t''
never\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -s j -l threads -d 'How many threads to use; as many as there are processors if it is not given' -r
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l exit-zero -d 'Exit with 0 whatever was found; with 2 still if the job could not be done'
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l statistics -d 'Print how many findings each lint has instead of the findings'
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l isolated -d 'Read no settings from any file'
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -l no-progress -d 'Do not show how far the work is'
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -s q -l quiet -d 'Print findings and failures, and nothing else'
complete -c fwlint -n "__fish_fwlint_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fwlint -n "__fish_fwlint_using_subcommand explain" -s m -l match -d 'The match of this name' -r
complete -c fwlint -n "__fish_fwlint_using_subcommand explain" -s j -l jump -d 'The target of this name' -r
complete -c fwlint -n "__fish_fwlint_using_subcommand explain" -l family -d 'For which program; without it the rule tells, and a match or target is explained for all of them' -r -f -a "ipv4\t''
ipv6\t''
bridge\t''
arp\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand explain" -l color -d 'When to use colours; `auto` also obeys `NO_COLOR` and `CLICOLOR_FORCE`' -r -f -a "auto\t''
always\t''
never\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fwlint -n "__fish_fwlint_using_subcommand lints" -s h -l help -d 'Print help'
complete -c fwlint -n "__fish_fwlint_using_subcommand parse" -l format -d 'As what to print it' -r -f -a "save\t'As a save program would print it once it was loaded'
json\t'As data: tables, chains, rules with their options and decoded values'"
complete -c fwlint -n "__fish_fwlint_using_subcommand parse" -l family -d 'Whose rules they are, whatever the dump says' -r -f -a "ipv4\t''
ipv6\t''
bridge\t''
arp\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand parse" -l stdin-filename -d 'What standard input is called in what is printed' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand parse" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fwlint -n "__fish_fwlint_using_subcommand graph" -l format -d 'As what to print it' -r -f -a "dot\t'For Graphviz: `fwlint graph --format dot FILE | dot -Tsvg > graph.svg`'
mermaid\t'For Markdown and wikis that draw Mermaid'
json\t'As data'"
complete -c fwlint -n "__fish_fwlint_using_subcommand graph" -l family -d 'Whose rules they are, whatever the dump says' -r -f -a "ipv4\t''
ipv6\t''
bridge\t''
arp\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand graph" -l stdin-filename -d 'What standard input is called in what is printed' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -l packet -d 'The packet: `in=eth0 src=192.0.2.7 dst=10.0.0.5 proto=tcp dport=443`' -r
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -l packets -d 'A file with packets, one JSON object in a line; `-` is standard input' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -l assume -d 'What to take for granted of matches that cannot be decided; without it, all outcomes are followed' -r -f -a "match\t'It matches'
no-match\t'It does not match'"
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -l format -d 'How the packets\' ways are shown' -r -f -a "full\t'Hook by hook, for people'
jsonl\t'One object for each packet, one in a line'"
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -l with -d 'A file that tells more of the machine the dump is from, or a dump of another family' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -l backend -d 'Which half of the kernel runs the rules, whatever the dump says; legacy if nothing tells' -r -f -a "legacy\t''
nft\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -l family -d 'Whose rules they are, whatever the dump says' -r -f -a "ipv4\t''
ipv6\t''
bridge\t''
arp\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -l stdin-filename -d 'What standard input is called in what is printed' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -l color -d 'When to use colours; `auto` also obeys `NO_COLOR` and `CLICOLOR_FORCE`' -r -f -a "auto\t''
always\t''
never\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fwlint -n "__fish_fwlint_using_subcommand reach" -l format -d 'How it is shown' -r -f -a "text\t'A summary, and the rules that no packet comes to, for people'
jsonl\t'One object for each rule, one in a line'"
complete -c fwlint -n "__fish_fwlint_using_subcommand reach" -l with -d 'A file that tells more of the machine the dump is from, or a dump of another family' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand reach" -l backend -d 'Which half of the kernel runs the rules, whatever the dump says; legacy if nothing tells' -r -f -a "legacy\t''
nft\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand reach" -l family -d 'Whose rules they are, whatever the dump says' -r -f -a "ipv4\t''
ipv6\t''
bridge\t''
arp\t''"
complete -c fwlint -n "__fish_fwlint_using_subcommand reach" -l stdin-filename -d 'What standard input is called in what is printed' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand reach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fwlint -n "__fish_fwlint_using_subcommand config" -l config -d 'Read settings from this file, and not from the `fwlint.toml` in the directory of the first PATH or above it' -r -F
complete -c fwlint -n "__fish_fwlint_using_subcommand config" -l show -d 'The settings in force, and which file they are from'
complete -c fwlint -n "__fish_fwlint_using_subcommand config" -l schema -d 'A JSON schema of `fwlint.toml`'
complete -c fwlint -n "__fish_fwlint_using_subcommand config" -l isolated -d 'Read no settings from any file'
complete -c fwlint -n "__fish_fwlint_using_subcommand config" -s h -l help -d 'Print help'
complete -c fwlint -n "__fish_fwlint_using_subcommand completions" -s h -l help -d 'Print help'
complete -c fwlint -n "__fish_fwlint_using_subcommand man" -s h -l help -d 'Print help'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "check" -d 'Say what is wrong with dumps (the default command)'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "explain" -d 'Print the page of a lint, a topic, a match or a target, or say a rule in plain English'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "lints" -d 'List all lints: name, group, severity and what each finds'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "parse" -d 'Print what was read of a dump'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "graph" -d 'Print the graph of a dump\'s chains'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "trace" -d 'Follow packets rule by rule'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "reach" -d 'Say of every rule whether a packet comes to it: with such a packet, or with what keeps them away'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "config" -d 'Print the settings that hold for a PATH, or what can be set'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "completions" -d 'Print the completions for a shell'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "man" -d 'Print a manual page'
complete -c fwlint -n "__fish_fwlint_using_subcommand help; and not __fish_seen_subcommand_from check explain lints parse graph trace reach config completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
