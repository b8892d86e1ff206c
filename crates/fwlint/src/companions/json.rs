//! JSON, value by value: one that cannot be read costs no other, and each knows where it stands.

use std::{borrow::Cow, fmt, net::IpAddr, ops::Deref};

use fwlint_model::syntax::{
    LineIndex, Span,
    companions::{Misread, Prefix, Reading},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use serde_json::value::RawValue;

/// A JSON text, and what could not be read of it.
pub(super) struct Json<'s, T> {
    source: &'s [u8],
    pub(super) reading: Reading<T>,
}

impl<'s, T: Default> Json<'s, T> {
    pub(super) fn new(source: &'s [u8]) -> Self {
        Self { source, reading: Reading::default() }
    }
}

impl<'s, T> Json<'s, T> {
    /// The values that the text is made of, one after the other.
    pub(super) fn values(&mut self) -> Vec<&'s RawValue> {
        let stream = serde_json::Deserializer::from_slice(self.source).into_iter::<&RawValue>();
        let mut values = Vec::new();
        for value in stream {
            match value {
                Ok(value) => values.push(value),
                Err(error) => {
                    self.misread(&error, self.source);
                    break;
                }
            }
        }
        if values.is_empty() && self.reading.errors.is_empty() {
            let end = Span::new(self.source.len(), self.source.len());
            self.reading.misread(Misread { span: end, expected: Cow::Borrowed("JSON") });
        }
        values
    }

    /// A value of this type, unless it is none.
    pub(super) fn value<V: Deserialize<'s>>(&mut self, raw: &'s RawValue) -> Option<V> {
        let read = serde_json::from_str(raw.get());
        read.map_err(|error| self.misread(&error, raw.get().as_bytes())).ok()
    }

    /// Where a part of the text stands; empty if it is none.
    pub(super) fn span(&self, part: &[u8]) -> Span {
        let offset = (part.as_ptr() as usize).checked_sub(self.source.as_ptr() as usize);
        let inside = offset.filter(|offset| offset + part.len() <= self.source.len());
        inside.map_or_else(Span::default, |offset| Span::new(offset, offset + part.len()))
    }

    /// An address, unless it is none.
    pub(super) fn address(&mut self, text: &str) -> Option<IpAddr> {
        self.part(text, "an IP address", |text| text.parse().ok())
    }

    /// A network, unless it is none.
    pub(super) fn network(&mut self, text: &str) -> Option<Prefix> {
        self.part(text, "an IP network as `address/length`", |text| {
            let (address, length) = text.trim().split_once('/')?;
            let (host, length) = (Prefix::host(address.parse().ok()?), length.parse().ok()?);
            (length <= host.length).then_some(Prefix { length, ..host })
        })
    }

    /// A part of a text, unless it is none.
    pub(super) fn part<V>(
        &mut self,
        text: &str,
        expected: &'static str,
        read: impl FnOnce(&str) -> Option<V>,
    ) -> Option<V> {
        let value = read(text);
        if value.is_none() {
            self.reading
                .misread(Misread { span: self.span(text.as_bytes()), expected: Cow::Borrowed(expected) });
        }
        value
    }

    /// Notes what was said of a part of the text.
    fn misread(&mut self, error: &serde_json::Error, part: &[u8]) {
        let start = self.span(part).start as usize;
        let line =
            LineIndex::new(part).span(part, u32::try_from(error.line()).unwrap_or(u32::MAX)).start as usize;
        // It counts bytes, from 1, and stops at the last one that it looked at.
        let at = start + (line + error.column().saturating_sub(1)).min(part.len());
        let span = if error.is_eof() {
            Span::new(self.source.len(), self.source.len())
        } else if error.is_data() {
            self.token(at)
        } else {
            Span::new(at, (at + 1).min(self.source.len()))
        };
        self.reading.misread(Misread { span, expected: Cow::Owned(expected(&error.to_string())) });
    }

    /// The value that ends at or behind this byte, if it is a short one.
    fn token(&self, last: usize) -> Span {
        let is_between = |byte: &u8| matches!(byte, b'{' | b'[' | b',' | b':' | b' ' | b'\n');
        let before = self.source.get(..last).unwrap_or_default();
        let start = before.iter().rposition(is_between).map_or(0, |at| at + 1);
        let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b'\n');
        let rest = self.source.get(start..).unwrap_or_default();
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        Span::new(start, start + length)
    }
}

/// A text that is borrowed wherever it can be, so that it is known where it stands. (Serde makes its own copy of a
/// `Cow` in an `Option`.)
pub(super) struct Text<'s>(Cow<'s, str>);

impl Text<'_> {
    pub(super) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'s, 'de: 's> Deserialize<'de> for Text<'s> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;

        impl<'de> Visitor<'de> for Borrow {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Borrow)
    }
}

/// What serde says was expected: `invalid type: string "x", expected u16 at line 3 column 4`.
fn expected(message: &str) -> String {
    let what = message.rsplit_once(" at line ").map_or(message, |(what, _)| what);
    if let Some(field) = what.strip_prefix("missing field ") {
        return format!("a field {field}");
    }
    let behind = what.rsplit_once("expected ").map(|(_, expected)| expected);
    match behind {
        Some("u8") => format!("a number from 0 to {}", u8::MAX),
        Some("u16") => format!("a number from 0 to {}", u16::MAX),
        Some("u32") => format!("a number from 0 to {}", u32::MAX),
        Some("a string" | "a borrowed string") => "a text".to_owned(),
        Some(expected) => expected.to_owned(),
        None if what.starts_with("EOF ") => "the rest of the JSON".to_owned(),
        None => format!("JSON ({what})"),
    }
}
