//! A rule's page for the terminal: its Markdown, lightly set.

use super::canvas::{Canvas, Ink};
use super::prose::wrapped;
use crate::rules::Rule;

/// The page of `explain RULE`.
pub fn page(rule: &Rule, canvas: Canvas) -> String {
    let level = format!("{}[{}]", rule.severity.name(), rule.name);
    let mut page = Page {
        canvas,
        text: canvas.paint(Ink::Level(rule.severity), &level),
        paragraph: String::new(),
    };
    page.text.push('\n');
    for line in wrapped(rule.summary, "", "", canvas.prose_width()) {
        page.line(&canvas.paint(Ink::Strong, &line));
    }
    page.line("");
    page.markdown(rule.page.trim());
    page.text
}

struct Page {
    canvas: Canvas,
    text: String,
    /// Lines of a paragraph or list item that is not at its end yet.
    paragraph: String,
}

impl Page {
    fn markdown(&mut self, markdown: &str) {
        let mut is_code = false;
        for line in markdown.lines() {
            let is_fence = line.trim_start().starts_with("```");
            if is_fence {
                self.end_paragraph();
                is_code = !is_code;
            } else if is_code {
                let code = self.canvas.paint(Ink::Place, line);
                self.line(&format!("    {code}"));
            } else {
                self.prose(line);
            }
        }
        self.end_paragraph();
    }

    fn prose(&mut self, line: &str) {
        let begins_item = line.starts_with("- ") || line.starts_with("* ");
        if line.is_empty() || line.starts_with('#') || begins_item {
            self.end_paragraph();
        }
        if line.is_empty() {
            self.line("");
        } else if line.starts_with('#') {
            let title = line.trim_start_matches('#').trim();
            self.line(&self.canvas.paint(Ink::Strong, title));
        } else {
            if !self.paragraph.is_empty() {
                self.paragraph.push(' ');
            }
            self.paragraph
                .push_str(if begins_item { line } else { line.trim() });
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if paragraph.is_empty() {
            return;
        }
        let item = paragraph
            .strip_prefix("- ")
            .or_else(|| paragraph.strip_prefix("* "));
        let (first, rest) = if item.is_some() {
            ("  - ", "    ")
        } else {
            ("", "")
        };
        for line in wrapped(
            item.unwrap_or(&paragraph),
            first,
            rest,
            self.canvas.prose_width(),
        ) {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    #[test]
    fn markdown_is_set_for_reading() {
        let rule = Rule {
            name: "a-rule",
            summary: "what it finds",
            severity: Severity::Warning,
            page: "One\nparagraph.\n\n## Title\n\n- an item that is long\n  enough\n- two\n\n```pp\nclass a {}\n```\n",
            check: |_, _, _| {},
        };
        let canvas = Canvas {
            width: 80,
            colour: false,
            unicode: true,
            links: false,
        };
        let expected = "warning[a-rule]\nwhat it finds\n\nOne paragraph.\n\nTitle\n\n  - an item that is long enough\n  - two\n\n    class a {}\n";
        assert_eq!(page(&rule, canvas), expected);
    }
}
