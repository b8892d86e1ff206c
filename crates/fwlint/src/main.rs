//! The command line: files, reports, exit status. Knows no firewalls.

fn main() {}
