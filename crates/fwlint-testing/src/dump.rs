//! A dump in parts that can be taken away one by one.

use std::fmt;

/// A dump of one family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dump {
    /// Its tables, in order.
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// `filter` and the like.
    pub name: &'static str,
    /// Its chains, the built-in ones first.
    pub chains: Vec<Chain>,
}

/// A chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Its name.
    pub name: String,
    /// Its policy; `-` where it has none.
    pub policy: &'static str,
    /// Its rules, without `-A` and the chain's name.
    pub rules: Vec<String>,
}

/// The words that the save program of the family prints.
impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for table in &self.tables {
            writeln!(f, "*{}", table.name)?;
            for chain in &table.chains {
                writeln!(f, ":{} {} [0:0]", chain.name, chain.policy)?;
            }
            for chain in &table.chains {
                for rule in &chain.rules {
                    writeln!(f, "-A {} {rule}", chain.name)?;
                }
            }
            writeln!(f, "COMMIT")?;
        }
        Ok(())
    }
}
