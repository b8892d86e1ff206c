//! Which option a long name stands for: as `getopt_long(3)` finds it among those that iptables has put together.

use super::Reader;
use crate::{
    extensions::{self, ExtensionId, OptionId, Role, check::implied_match},
    tree::{Family, MAX_ARGS, Problem},
    value,
};

/// What an option's name stands for.
pub(super) enum Found {
    /// This one.
    Option(OptionId),
    /// This one, though what it belongs to comes later in the line.
    Early(OptionId),
    /// Several begin so.
    Several,
    /// None that is known.
    Nothing(Problem),
}

impl Reader<'_, '_> {
    /// Looks an option up as iptables does: the options of every rule first, then those of the extensions,
    /// the last one named first, then those of the match that `-p` brings along.
    pub(super) fn find(&mut self, name: &[u8]) -> Found {
        let exact = extensions::options_named(name);
        let fits = |option: &&OptionId, family| option.spec().is_some_and(|spec| spec.families.has(family));
        let family = self.family;
        let of = |extension: ExtensionId| {
            exact.iter().find(|option| option.extension_id() == extension && fits(option, family))
        };
        if let Some(&option) = of(ExtensionId::CORE) {
            return Found::Option(option);
        }
        if let Some(&option) = self.active.iter().rev().find_map(|active| of(active.extension)) {
            return Found::Option(option);
        }
        if !exact.is_empty() {
            if let Some(implied) = self.implied()
                && let Some(&option) = of(implied)
            {
                self.activate(implied);
                return Found::Option(option);
            }
            // ebtables' matches need no `-m`.
            if self.family == Family::Bridge
                && let Some(&option) = exact.iter().find(|option| {
                    let extension = option.extension();
                    extension.role == Role::Match
                        && extension.families.has(Family::Bridge)
                        && fits(option, family)
                })
            {
                self.activate(option.extension_id());
                return Found::Option(option);
            }
        }
        if self.verbatim.is_some() {
            return Found::Nothing(Problem::UnknownOption);
        }
        if let Some(found) = self.abbreviated(name) {
            return found;
        }
        if self.takes_unknown_options() {
            return Found::Nothing(Problem::UnknownOption);
        }
        if let Some(option) = self.named_later(exact) {
            return Found::Early(option);
        }
        let has_ports = exact.iter().any(|option| matches!(option.extension().name, "tcp" | "udp"));
        Found::Nothing(if has_ports && family.is_ip() {
            Problem::NeedsProtocol("`-p` with the protocol it belongs to in front of it")
        } else {
            Problem::UnknownOption
        })
    }

    /// The match that the protocol brings along, if it is not there already.
    fn implied(&self) -> Option<ExtensionId> {
        if !self.family.is_ip() {
            return None;
        }
        extensions::by_name(Role::Match, implied_match(self.protocol?, self.family)?, self.family)
    }

    /// `--dst` for `--dst-type`: what begins so among the options in force, if it is one.
    fn abbreviated(&self, name: &[u8]) -> Option<Found> {
        let implied = self.implied();
        let extensions = self.active.iter().map(|active| active.extension).chain(implied);
        let mut found = None;
        for option in extensions.flat_map(|extension| extension.beginning(name, self.family)) {
            match found {
                None => found = Some(option),
                Some(other) if other == option => {}
                Some(_) => return Some(Found::Several),
            }
        }
        found.map(Found::Option)
    }

    /// Whether the target is one that nobody knows, and no chain of the table either: then the options that
    /// follow are its own.
    fn takes_unknown_options(&mut self) -> bool {
        let Some(target) = self.unknown_target else { return false };
        let name = target.of(self.context.source);
        if self.context.chains.has(name) {
            return false;
        }
        self.activate(extensions::unknown(Role::Target));
        true
    }

    /// An option of a match or target that is named further on in the line.
    fn named_later(&self, exact: &'static [OptionId]) -> Option<OptionId> {
        // Of a rule that is broken already nobody asks what else is wrong with it.
        let is_broken = self.error.is_some_and(|error| !error.problem.is_read());
        if exact.is_empty() || is_broken {
            return None;
        }
        let mut before: &[u8] = &[];
        for (_, text) in self.words.clone().take(MAX_ARGS) {
            let named = match before {
                b"-m" | b"--match" => extensions::by_name(Role::Match, text, self.family),
                b"-j" | b"--jump" => extensions::by_name(Role::Target, text, self.family),
                b"-p" | b"--protocol" => value::protocol_number(text)
                    .and_then(|protocol| implied_match(protocol, self.family))
                    .and_then(|name| extensions::by_name(Role::Match, name, self.family)),
                _ => None,
            };
            let option = exact.iter().find(|option| Some(option.extension_id()) == named);
            if option.is_some() {
                return option.copied();
            }
            before = text;
        }
        None
    }
}
