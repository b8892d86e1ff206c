//! Matches that test nothing.

use super::{Tests, Use};

/// All packets pass.
pub(super) fn comment(_: &Use<'_, '_>, _: &mut Tests<'_, '_, '_, '_>) {}
