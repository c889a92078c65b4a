//! XML 1.0 as text. What it cannot hold is replaced.

use super::printable::printable;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};
use std::io;

/// What elements are written to.
pub(super) type Xml = Writer<Vec<u8>>;

/// A document: `root` writes its one element.
pub(super) fn document(root: impl FnOnce(&mut Xml) -> io::Result<()>) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let declaration = BytesDecl::new("1.0", Some("UTF-8"), None);
    let written = writer
        .write_event(Event::Decl(declaration))
        .and_then(|()| root(&mut writer));
    // Writing to a buffer does not fail; an empty report would be refused by
    // every reader.
    let bytes = written.map(|()| writer.into_inner()).unwrap_or_default();
    let mut text = String::from_utf8(bytes).unwrap_or_default();
    text.push('\n');
    text
}

/// A text with nothing in it that XML 1.0 has no way to write (2.2, `Char`):
/// most control characters, and two that are none at all.
pub(super) fn characters(text: &str) -> String {
    printable(text).replace(['\u{fffe}', '\u{ffff}'], "�")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_get_what_was_written() {
        let odd = characters("<a b=\"c\">&amp;]]>\n'\u{0}\u{b}\u{ffff}\u{85}é");
        let text = document(|xml| {
            let element = xml.create_element("x").with_attribute(("y", odd.as_str()));
            element.write_text_content(quick_xml::events::BytesText::new(&odd))?;
            Ok(())
        });
        let read = roxmltree::Document::parse(&text).expect(&text);
        assert_eq!(read.root_element().attribute("y"), Some(odd.as_str()));
        assert_eq!(read.root_element().text(), Some(odd.as_str()));
        assert!(odd.contains('�') && !odd.contains('\u{0}'));
    }
}
