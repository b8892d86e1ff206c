//! The project's own chores: `cargo xtask --help`.

mod node;

fn main() {print!("{}", node::node(std::env::args().nth(1).unwrap().parse().unwrap()))}
