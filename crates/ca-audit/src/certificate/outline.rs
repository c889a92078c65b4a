//! Where the parts of a certificate lie (RFC 5280 §4.1), without reading them.
//!
//! This is what decides whether bytes are a certificate at all. It asks for
//! the shape only, so a certificate with a broken date or extension still has
//! an outline: OpenSSL reads those too, and so may somebody's service.

use std::ops::Range;

use super::der::{
    BIT_STRING, Element, GENERALIZED_TIME, INTEGER, OBJECT_IDENTIFIER, Reader, SEQUENCE, UTC_TIME,
    context, context_constructed,
};

/// A stretch of a certificate's DER.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    start: u32,
    end: u32,
}

impl Part {
    /// The bytes of this part of `der`.
    pub(super) fn of(self, der: &[u8]) -> &[u8] {
        let range: Range<usize> = self.start as usize..self.end as usize;
        der.get(range).unwrap_or_default()
    }
}

/// The parts of one certificate. Those named “content” lack their own tag and
/// length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    /// The whole certificate; shorter than the input when bytes follow it.
    pub(super) length: usize,
    /// `tbsCertificate`, which is what is signed.
    pub(super) signed: Part,
    /// Content of the version number; empty when there is none.
    pub(super) version: Part,
    /// Content of the serial number.
    pub(super) serial: Part,
    /// `AlgorithmIdentifier` inside what is signed.
    pub(super) inner_algorithm: Part,
    pub(super) issuer: Part,
    pub(super) not_before: Part,
    pub(super) not_after: Part,
    pub(super) subject: Part,
    /// `SubjectPublicKeyInfo`.
    pub(super) public_key: Part,
    /// Content of the `SEQUENCE OF Extension`; empty when there is none.
    pub(super) extensions: Part,
    /// `AlgorithmIdentifier` of the signature.
    pub(super) outer_algorithm: Part,
    /// Content of the `BIT STRING` that is the signature.
    pub(super) signature: Part,
}

/// Reads elements and remembers where in the certificate they lie.
struct Parts<'a> {
    reader: Reader<'a>,
    /// Where the reader's first byte lies in the certificate.
    base: usize,
}

impl<'a> Parts<'a> {
    fn at(bytes: &'a [u8], base: usize) -> Self {
        Self {
            reader: Reader::new(bytes),
            base,
        }
    }

    /// The next element: all of it, and its content.
    fn take(&mut self, tag: u8) -> Option<(Part, Part, &'a [u8])> {
        let start = self.base + self.reader.position();
        let element = self.reader.take(tag)?;
        Self::located(start, element)
    }

    /// The next element as [`Reader::take_list`] takes it: all of it, and its
    /// content.
    fn list(&mut self, tag: u8) -> Option<(Part, Part)> {
        let start = self.base + self.reader.position();
        let element = self.reader.take_list(tag)?;
        Self::located(start, element).map(|(whole, content, _)| (whole, content))
    }

    fn located(start: usize, element: Element<'a>) -> Option<(Part, Part, &'a [u8])> {
        let end = start + element.whole.len();
        let inside = end - element.content.len();
        Some((part(start, end)?, part(inside, end)?, element.content))
    }

    fn whole(&mut self, tag: u8) -> Option<Part> {
        self.take(tag).map(|(whole, _, _)| whole)
    }

    fn content(&mut self, tag: u8) -> Option<Part> {
        self.take(tag).map(|(_, content, _)| content)
    }

    /// The parts inside the next element.
    fn enter(&mut self, tag: u8) -> Option<Self> {
        let (_, content, bytes) = self.take(tag)?;
        Some(Self::at(bytes, content.start as usize))
    }

    fn end(&self) -> Option<()> {
        self.reader.is_empty().then_some(())
    }
}

fn part(start: usize, end: usize) -> Option<Part> {
    Some(Part {
        start: u32::try_from(start).ok()?,
        end: u32::try_from(end).ok()?,
    })
}

impl Outline {
    /// The outline of the certificate that `bytes` start with.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut input = Parts::at(bytes, 0);
        let mut certificate = input.enter(SEQUENCE)?;
        let length = input.reader.position();

        let (signed, inside, content) = certificate.take(SEQUENCE)?;
        let mut body = Parts::at(content, inside.start as usize);
        let version = if body.reader.is_next(context_constructed(0)) {
            body.enter(context_constructed(0))?.content(INTEGER)?
        } else {
            Part::default()
        };
        let serial = body.content(INTEGER)?;
        let inner_algorithm = body.whole(SEQUENCE)?;
        let issuer = body.list(SEQUENCE)?.0;
        let mut validity = body.enter(SEQUENCE)?;
        let not_before = time(&mut validity)?;
        let not_after = time(&mut validity)?;
        let subject = body.list(SEQUENCE)?.0;
        let (public_key, _, key) = body.take(SEQUENCE)?;
        is_public_key(key)?;
        let extensions = after_public_key(&mut body)?;

        let outer_algorithm = certificate.whole(SEQUENCE)?;
        let signature = certificate.content(BIT_STRING)?;
        certificate.end()?;
        Some(Self {
            length,
            signed,
            version,
            serial,
            inner_algorithm,
            issuer,
            not_before,
            not_after,
            subject,
            public_key,
            extensions,
            outer_algorithm,
            signature,
        })
    }
}

fn time(validity: &mut Parts<'_>) -> Option<Part> {
    validity
        .whole(UTC_TIME)
        .or_else(|| validity.whole(GENERALIZED_TIME))
}

/// A public key is an algorithm, named first, and a bit string. Asking for
/// that much keeps random bytes from passing for a certificate.
fn is_public_key(content: &[u8]) -> Option<()> {
    let mut key = Reader::new(content);
    Reader::new(key.take(SEQUENCE)?.content).take(OBJECT_IDENTIFIER)?;
    key.take(BIT_STRING).map(|_| ())
}

/// The unique identifiers of version 2, which nobody uses, and the extensions.
fn after_public_key(body: &mut Parts<'_>) -> Option<Part> {
    for number in [1, 2] {
        body.reader.take(context(number));
        body.reader.take(context_constructed(number));
    }
    let extensions = if body.reader.is_next(context_constructed(3)) {
        body.enter(context_constructed(3))?.list(SEQUENCE)?.1
    } else {
        Part::default()
    };
    body.end()?;
    Some(extensions)
}
