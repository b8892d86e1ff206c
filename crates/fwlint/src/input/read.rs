//! The bytes of a dump, unless it can be seen at once that it is none.

use std::{
    fs::File,
    io::{self, Read},
};

use fwlint_model::syntax::MAX_SOURCE;

use super::{Failure, Input, Origin, Reason};
use crate::source::Source;

/// How much of a file is looked at before the rest is read.
pub(super) const HEAD: u64 = 64 * 1024;

impl Input {
    /// Reads it whole. (A mapped file that somebody cuts short would kill the process.)
    pub(crate) fn read(&self) -> Result<Source, Failure> {
        let bytes = match &self.origin {
            Origin::Stdin => read_from(io::stdin().lock(), 0),
            Origin::File(path) => open(path).and_then(|(file, size)| read_from(file, size)),
        };
        let fail = |reason| Failure::new(&self.name, reason);
        let bytes = bytes.map_err(fail)?;
        if bytes.is_empty() && !self.in_node {
            return Err(fail(Reason::Empty));
        }
        Ok(Source::new(self.name.clone(), bytes))
    }
}

fn open(path: &std::path::Path) -> Result<(File, usize), Reason> {
    let file = File::open(path)?;
    let size = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    if size > MAX_SOURCE { Err(Reason::TooLarge) } else { Ok((file, size)) }
}

/// Reads up to the end, which is about `size` bytes away.
fn read_from(mut reader: impl Read, size: usize) -> Result<Vec<u8>, Reason> {
    let mut bytes = Vec::new();
    reader.by_ref().take(HEAD).read_to_end(&mut bytes)?;
    if let Some(what) = binary(&bytes) {
        return Err(Reason::Binary(what));
    }
    bytes.try_reserve_exact(size.saturating_sub(bytes.len())).map_err(io::Error::from)?;
    // A pipe has no size, and a file may grow while it is read.
    reader.take(MAX_SOURCE as u64).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_SOURCE { Err(Reason::TooLarge) } else { Ok(bytes) }
}

/// What binary data begins so; `None` for text.
pub(super) fn binary(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16 text (`iconv -f UTF-16 -t UTF-8` converts it)"),
        [0x1f, 0x8b, ..] => Some("gzip data (`zcat` unpacks it)"),
        [b'B', b'Z', b'h', ..] => Some("bzip2 data (`bzcat` unpacks it)"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some("xz data (`xzcat` unpacks it)"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd data (`zstdcat` unpacks it)"),
        _ => memchr::memchr(0, head).map(|_| "binary data"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_data_is_told_by_its_beginning() {
        assert_eq!(binary(b"*filter\n# \xff\xfe Latin-1 is text\n"), None);
        assert_eq!(binary("\u{feff}*filter\n".as_bytes()), None);
        assert_eq!(binary(b"\x7fELF\x02\x01\x01\0"), Some("binary data"));
        assert!(binary(b"\xff\xfe*\0f\0").is_some_and(|what| what.starts_with("UTF-16")));
        assert!(binary(b"\x1f\x8b\x08\0").is_some_and(|what| what.starts_with("gzip")));
    }
}
