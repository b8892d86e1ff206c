//! What is asked of a rule as a whole, once all its options are there.

use super::{Active, Reader};
use crate::{
    Span,
    extensions::{Given, Role, check::missing_device, core},
    tree::{Arg, Problem},
};

impl Reader<'_, '_> {
    /// What the extensions demand beyond their single options.
    pub(super) fn check_extensions(&mut self) {
        for at in 1..self.active.len() {
            let Some(&active) = self.active.get(at) else { return };
            let extension = active.extension.extension();
            if extension.checks.is_empty() {
                continue;
            }
            let mut later = self.active.iter().skip(at + 1);
            let next = later.find(|later| later.extension == active.extension).map(|next| next.first_arg);
            let end = next.unwrap_or(self.args.len());
            let given = Given {
                source: self.context.source,
                args: self.args.get(active.first_arg..end).unwrap_or_default(),
                seen: active.seen,
                protocol: self.protocol,
                negated_protocol: self.negated_protocol,
            };
            // Whether a chain hides it is asked last: that looks at every chain of the table.
            if let Some((problem, at)) = extension.checks.iter().find_map(|check| given.problem(check))
                && !self.is_hidden(extension.role)
            {
                let span = at.unwrap_or_else(|| self.named_at(active, extension.role));
                return self.fail(span, problem);
            }
        }
    }

    /// Whether a chain of the table has the target's name, so that the target is a jump to it.
    fn is_hidden(&self, role: Role) -> bool {
        let target =
            self.target.and_then(|at| self.args.get(at)).map(|arg| arg.value.of(self.context.source));
        role == Role::Target && target.is_some_and(|name| self.context.chains.has(name))
    }

    /// The place that names an extension: its name behind `-m` or `-j`, or its first option.
    fn named_at(&self, active: Active, role: Role) -> Span {
        let own = |arg: &&Arg| arg.option.extension_id() == active.extension;
        let before = active.first_arg.checked_sub(1).and_then(|at| self.args.get(at));
        let naming = if role == Role::Target { core::JUMP } else { core::MATCH };
        let named = before.filter(|arg| arg.option == naming && active.first_arg > self.first_arg);
        let first = self.args.get(active.first_arg..).unwrap_or_default().iter().find(own);
        named.map(|arg| arg.value).or_else(|| first.map(Arg::span)).unwrap_or_default()
    }

    /// `-o` in INPUT, `-i` in OUTPUT: packets there have no such device.
    pub(super) fn check_devices(&mut self) {
        let Some(chain) = self.chain else { return };
        let name = chain.of(self.context.source);
        let args = self.args.get(self.first_arg..).unwrap_or_default();
        let wrong = args.iter().find_map(|arg| {
            let is_in = match arg.option {
                core::IN_INTERFACE | core::LOGICAL_IN => true,
                core::OUT_INTERFACE | core::LOGICAL_OUT => false,
                _ => return None,
            };
            Some((arg.span(), missing_device(name, is_in)?))
        });
        if let Some((span, expected)) = wrong {
            self.fail(span, Problem::NoSuchDevice(expected));
        }
    }
}
