//! Logs which rules the packet matches from here on.

use super::{Extension, Families, place::Place};
use crate::tree::Backends;

pub(super) static EXTENSION: Extension =
    Extension::target("TRACE", Families::IP, &[]).places(&[Place::tables(&["raw"]).by(Backends::LEGACY)]);
