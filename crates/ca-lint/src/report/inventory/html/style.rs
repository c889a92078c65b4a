//! The look of the page, and the promise to load and run nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The one style sheet.
pub(super) const SHEET: &str = include_str!("page.css");

/// Nothing is loaded or run; the style sheet, by its hash, is all that counts
/// (Content Security Policy Level 3, §2.3.1, `hash-source`).
pub(super) fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(SHEET));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}
