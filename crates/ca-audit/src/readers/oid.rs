//! Object identifiers of numbers of any size (ITU-T X.690, 8.19).

/// Whether `content` is one, to Go's `newOIDFromDER` (`crypto/x509/oid.go`) and
/// to OpenSSL (`crypto/asn1/a_object.c`) alike: no
/// number begins with a zero digit, and none is cut.
pub(super) fn is_large_oid(content: &[u8]) -> bool {
    let mut at_start = true;
    for byte in content {
        if at_start && *byte == 0x80 {
            return false;
        }
        at_start = byte & 0x80 == 0;
    }
    !content.is_empty() && at_start
}
