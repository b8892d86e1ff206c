//! Marks of packets and of connections.

use fwlint_model::syntax::Value;
use fwlint_packet::{Field, Values};

use super::{Tests, Use};

/// `(mark & mask) == value`. Source: `mark_mt()` of `xt_mark.c`, `connmark_mt()` of `xt_connmark.c`, `ebt_mark_m.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let field = if this.extension.name == "connmark" { Field::CONNMARK } else { Field::MARK };
    for (number, _, value, negated) in this.options() {
        let tests = tests.at(number);
        if field == Field::CONNMARK {
            // Negated or not, no packet passes that has no connection.
            tests.connected();
        }
        match value {
            Value::Masked { value, mask } => tests.values(field, Values::masked(value, mask), negated),
            Value::AnyBit(mask) => tests.values(field, Values::masked(0, mask), !negated),
            _ => tests.either(),
        }
    }
}
