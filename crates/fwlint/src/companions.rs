//! The companions of a node that are JSON: read here, handed on as the plain types of fwlint-model.

mod interfaces;
mod json;
mod kubernetes;

use fwlint_model::{
    node::{Companion, Content, Kind},
    syntax::Family,
};

/// Reads a companion, whatever it is written in.
pub(crate) fn read(source: &[u8], kind: Kind, family: Option<Family>) -> Companion<'_> {
    let is_array = source.trim_ascii_start().starts_with(b"[");
    let json = match kind {
        Kind::Interfaces if is_array => interfaces::read(source).map(Content::Interfaces),
        kind => match Companion::read(source, kind, family) {
            Some(companion) => return companion,
            None => kubernetes::read(source).map(Content::Kubernetes),
        },
    };
    Companion::new(source, family, json)
}
