//! `sysctl -a`: `net.ipv4.ip_forward = 1`; also files in the manner of `/etc/sysctl.conf`.

use super::{
    Misread, Reading,
    line::{Line, bare, lines},
};
use crate::Span;

/// A kernel parameter and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<'s> {
    /// The line.
    pub span: Span,
    /// `net.ipv4.conf.eth0/1.rp_filter`: dots between, and `/` for a dot in a name.
    pub key: &'s [u8],
    /// Without blanks around it; may be empty.
    pub value: &'s [u8],
}

/// Reads the settings, in order. What `sysctl` itself says between them, as `sysctl: permission denied on …`, is
/// left out.
pub fn sysctl(source: &[u8]) -> Reading<Vec<Setting<'_>>> {
    let mut reading = Reading::<Vec<_>>::default();
    for line in lines(source, b'\n', bare) {
        if line.text().starts_with(b"sysctl: ") || line.text().starts_with(b";") {
            continue;
        }
        match setting(line) {
            Ok(setting) => reading.content.push(setting),
            Err(error) => reading.misread(error),
        }
    }
    reading
}

fn setting(mut line: Line<'_>) -> Result<Setting<'_>, Misread> {
    let (span, text) = (line.span(), line.text());
    let Some(at) = memchr::memchr(b'=', text) else {
        return Err(line.word("`key = value`")?.misread("`key = value`"));
    };
    let (key, value) = text.split_at_checked(at).unwrap_or((text, &[]));
    let key = key.trim_ascii_end();
    // `sysctl.conf(5)`: a line that begins so may fail.
    let key = key.strip_prefix(b"-").unwrap_or(key);
    if key.is_empty() || key.iter().any(u8::is_ascii_whitespace) {
        return Err(line.word("the name of a kernel parameter")?.misread("the name of a kernel parameter"));
    }
    Ok(Setting { span, key, value: value.strip_prefix(b"=").unwrap_or(value).trim_ascii_start() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_what_is_none() {
        let reading = sysctl(
            b"net.ipv4.ip_forward = 1\nkernel.core_pattern = |/bin/x %p = y\nfs.x =\n# a = b\n-net.a=2\n\
            sysctl: permission denied on key 'x'\nnonsense here\na b = 1\n",
        );
        let read: Vec<_> = reading
            .content
            .iter()
            .map(|setting| (setting.key.escape_ascii().to_string(), setting.value.escape_ascii().to_string()))
            .collect();
        let expected = [
            ("net.ipv4.ip_forward", "1"),
            ("kernel.core_pattern", "|/bin/x %p = y"),
            ("fs.x", ""),
            ("net.a", "2"),
        ];
        assert_eq!(read, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(reading.errors.len(), 2);
    }
}
