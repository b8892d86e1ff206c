//! Whose socket made the packet.

use fwlint_model::{Fields, syntax::Value};
use fwlint_packet::{Field, Region, Values};

use super::{Tests, Use};

/// Without a socket, or with one that no program has, the answer is that of the `!` alone. Source: `owner_mt()` of
/// `xt_owner.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let with_groups = this.has("suppl-groups");
    let mut without_socket = !with_groups;
    let mut without_file = true;
    for (_, name, _, negated) in this.options() {
        match name {
            "uid-owner" | "gid-owner" => {
                without_socket &= negated;
                without_file &= negated;
            }
            "socket-exists" => {
                without_socket &= negated;
                without_file &= !negated;
            }
            _ => {}
        }
    }
    let mut others = 0;
    if without_socket {
        others |= 1 << Field::NO_SOCKET;
    }
    if without_file {
        others |= 1 << Field::KERNEL_SOCKET;
    }
    let others =
        || Values::one_of(others).map_or(Region::none(), |values| Region::of(Field::HAS_SOCKET, values));
    let own = || Region::of(Field::HAS_SOCKET, Values::OneOf(1 << Field::OWN_SOCKET));
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        let field = match name {
            "uid-owner" => Field::UID,
            "gid-owner" => Field::GID,
            "socket-exists" if negated => {
                tests.region(others());
                continue;
            }
            "socket-exists" => {
                tests.region(others().or(own()));
                continue;
            }
            _ => continue,
        };
        match value {
            Value::Range(first, last) if !(with_groups && name == "gid-owner") => {
                let ends = u32::try_from(first).ok().zip(u32::try_from(last).ok());
                let ids = ends.and_then(|(first, last)| Values::range(first, last));
                let ids = ids.map_or(Region::none(), |ids| Region::of(field, ids));
                let ids = if negated { ids.complement() } else { ids };
                tests.region(others().or(own().and(&ids)));
            }
            // The number of a name is known on its machine only, and so are the groups that a user is in besides.
            _ => {
                let mut key = this.option_key(number);
                key.push(u8::from(with_groups && name == "gid-owner"));
                match tests.opaque_region(&key, Fields::NONE, negated) {
                    Some(ids) => tests.region(others().or(own().and(&ids))),
                    None => tests.between(others(), others().or(own())),
                }
            }
        }
    }
}

/// Negated or not, no packet passes that has no socket. Source: `cgroup_mt_v2()` of `xt_cgroup.c`.
pub(super) fn cgroup(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    tests.opaque(b"cgroup", Fields::NONE, false);
    for (number, _, _, negated) in this.options() {
        tests.at(number).opaque(&this.option_key(number), Fields::NONE, negated);
    }
}
